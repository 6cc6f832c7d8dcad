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
}

/// The section as the shipped policy has it.
///
/// # Panics
///
/// Where the shipped policy lacks it or has it wrong; the tests of the policy would have said so.
#[expect(clippy::expect_used, reason = "the file is built into the program, and a test reads it")]
pub(super) fn shipped<T: Section>() -> T {
    let policy: toml::Table = super::SHIPPED[0].1.parse().expect("the shipped policy is TOML");
    let section = policy.get(T::NAME).expect("the shipped policy has every section").clone();
    section.try_into().expect("the shipped policy's sections are sound")
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
    section.faults().into_iter().map(told).collect()
}
