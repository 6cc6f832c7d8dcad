//! The section of a programme in a policy. A policy that leaves one out has the handbook's.

use serde::de::DeserializeOwned;
use toml::Table;

use super::read::Reader;
use super::{
    AccountRules, AccrualRules, AppealRules, ApplicantRules, CreditRules, Fault, MaintenanceRules, OverviewRules,
    PlanRules, Policy, ReviewRules, SettlementRules, StockRules,
};

/// The figures and names of one programme's rules.
pub trait Section: DeserializeOwned {
    /// The key of the section, which is the programme's name.
    const NAME: &'static str;

    /// What is wrong with it, a sentence each.
    fn faults(&self) -> Vec<String>;

    /// What else is wrong, in both languages; each says in which of its parts.
    fn worded_faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}

/// The section as the shipped policy has it.
///
/// # Panics
///
/// Where the shipped policy lacks it or has it wrong; the tests of the policy would have said so.
pub(super) fn shipped<T: Section>() -> T {
    shipped_part(T::NAME)
}

/// The value of a top-level key as the shipped policy has it, for policies that leave it out.
///
/// # Panics
///
/// As [`shipped`].
#[expect(clippy::expect_used, reason = "the file is built into the program, and a test reads it")]
pub(super) fn shipped_part<T: DeserializeOwned>(key: &str) -> T {
    let policy: toml::Table = super::SHIPPED[0].1.parse().expect("the shipped policy is TOML");
    let part = policy.get(key).expect("the shipped policy has every part").clone();
    part.try_into().expect("the shipped policy's parts are sound")
}

/// The value of a key of a section as the shipped policy has it, for sections that leave it out.
///
/// # Panics
///
/// As [`shipped`].
#[expect(clippy::expect_used, reason = "the file is built into the program, and a test reads it")]
pub(super) fn shipped_key<T: DeserializeOwned>(section: &str, key: &str) -> T {
    let section: Table = shipped_part(section);
    let value = section.get(key).expect("the shipped policy has every key").clone();
    value.try_into().expect("the shipped policy's figures are sound")
}

/// All sections: each by its field in [`Policy`] and its rules.
macro_rules! sections {
    ($($field:ident: $rules:ident),* $(,)?) => {
        /// Their keys.
        pub(super) const NAMES: &[&str] = &[$($rules::NAME),*];

        /// What is wrong with them, each said with its name.
        pub(super) fn faults(policy: &Policy) -> Vec<Fault> {
            [$(named(&policy.$field)),*].concat()
        }

        /// Reads each alone, so that one that is wrong doesn't hide the next.
        pub(super) fn read(reader: &mut Reader, table: &Table) {
            $(reader.part::<$rules>(table, $rules::NAME);)*
        }
    };
}

sections! {
    appeals: AppealRules,
    applicants: ApplicantRules,
    credit: CreditRules,
    stock: StockRules,
    review: ReviewRules,
    plans: PlanRules,
    accounts: AccountRules,
    maintenance: MaintenanceRules,
    accrual: AccrualRules,
    overview: OverviewRules,
    settlement: SettlementRules,
}

fn named<S: Section>(section: &S) -> Vec<Fault> {
    let told = |fault: String| {
        // A sentence begins with the key that it is about.
        let part = format!("{}.{}", S::NAME, fault.split([':', ' ']).next().unwrap_or_default());
        Fault::new(fault.clone(), fault).at(S::NAME).in_part(&part)
    };
    let worded = section.worded_faults().into_iter().map(|fault| fault.at(S::NAME).in_part(S::NAME));
    section.faults().into_iter().map(told).chain(worded).collect()
}
