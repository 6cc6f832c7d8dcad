//! A policy: scorecards, grades, incentives and their figures, read from `schemas/policies/*.toml` and checked before use.
//!
//! Code holds the kinds of rule; every figure stands in the policy. Nothing here knows of workbooks.

mod accounts;
mod applicants;
mod check;
mod credit;
mod examples;
mod incentive;
mod plans;
mod review;
mod scorecard;
mod section;

pub use accounts::{AccountRules, PlanClasses};
pub use applicants::{ApplicantCharacteristic, ApplicantRules, Choice, NumberBand};
pub use credit::CreditRules;
pub use examples::Example;
pub use incentive::{Incentive, IncentiveKind};
pub use plans::PlanRules;
pub use review::ReviewRules;
pub use scorecard::{Band, Characteristic, Rule, Scorecard, ValuePoints};
pub use section::Section;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::lang::Lang;

/// The shipped policy.
const SHIPPED: &str = include_str!("../../schemas/policies/handbook.toml");

/// The rules of one company for one time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// A short name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Whether the rates are examples or the company's own.
    pub rates: Rates,
    /// What people call it.
    pub title: Title,
    /// By so much a purchases row may differ from the shipments, in tonnes.
    pub tonnes_tolerance: Decimal,
    /// An appeal is answered within so many working days (handbook 2.2).
    pub answer_appeals_in_working_days: u32,
    /// For each channel mode its scorecard, or false where it has none on purpose (handbook 1).
    pub modes: BTreeMap<String, ModeCard>,
    /// The names of the characteristics.
    pub characteristics: BTreeMap<String, Title>,
    /// The grades, best first (handbook 2.2).
    pub grades: Vec<Grade>,
    /// The names of entitlements that are not money.
    pub entitlements: BTreeMap<String, Title>,
    /// The scorecards (handbook 2).
    pub scorecards: Vec<Scorecard>,
    /// The incentive programmes, in the order of their lines (handbook 3).
    pub incentives: Vec<Incentive>,
    /// How applicants are assessed (handbook 4).
    #[serde(default = "section::shipped")]
    pub applicants: ApplicantRules,
    /// When a dealer has credit, and how much (handbook 5).
    #[serde(default = "section::shipped")]
    pub credit: CreditRules,
    /// Which metrics are opportunities (handbook 7).
    #[serde(default = "section::shipped")]
    pub review: ReviewRules,
    /// How joint plans are scored (handbook 8).
    #[serde(default = "section::shipped")]
    pub plans: PlanRules,
    /// How accounts are classified (handbook 9).
    #[serde(default = "section::shipped")]
    pub accounts: AccountRules,
    /// Worked examples that must come out.
    #[serde(default)]
    pub examples: Vec<Example>,
    /// The SHA-256 of the file, in hex.
    #[serde(skip)]
    pub sha256: String,
}

/// Whose the rates are.
#[derive(Clone, Copy, Debug, Deserialize, serde::Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Rates {
    /// The shipped examples; every output says so.
    Example,
    /// The company's own.
    Own,
}

/// A name in both languages.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Title {
    /// The name in a language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// The scorecard of a mode.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum ModeCard {
    /// This one, by its id.
    Card(String),
    /// None, on purpose; only `false` is allowed.
    None(bool),
}

/// A grade (handbook 2.2).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// `core`, `key`, `ordinary` or `problem`.
    pub id: String,
    /// The lowest total that earns it; the last grade takes the rest.
    pub from: Option<Decimal>,
    /// What people call it.
    pub title: Title,
    /// What it entitles to beside money.
    pub entitlements: Vec<String>,
    /// What it may lose, for the sheets.
    pub sanctions: Option<Title>,
    /// How it is helped, for the sheets.
    pub support: Option<Title>,
}

/// Why a policy can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It is not TOML or lacks a key.
    #[error("policy {file}: {source}")]
    Syntax {
        /// Which file.
        file: String,
        /// What the reader says.
        source: Box<toml::de::Error>,
    },
    /// It says what can't be; all faults at once.
    #[error("policy {file}: {}", .faults.join("; "))]
    Meaning {
        /// Which file.
        file: String,
        /// What is wrong, a sentence each.
        faults: Vec<String>,
    },
}

impl Policy {
    /// Reads a policy and checks it, its worked examples included.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] names everything that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let mut policy: Policy = toml::from_str(text)
            .map_err(|source| PolicyError::Syntax { file: file.to_owned(), source: Box::new(source) })?;
        policy.sha256 = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        let mut faults = check::faults(&policy);
        if faults.is_empty() {
            faults = examples::faults(&policy);
        }
        if faults.is_empty() { Ok(policy) } else { Err(PolicyError::Meaning { file: file.to_owned(), faults }) }
    }

    /// The shipped policy: the handbook's rules with its example rates.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`].
    pub fn embedded() -> Result<Self, PolicyError> {
        Self::parse("handbook.toml", SHIPPED)
    }

    /// What is wrong with the sections of the programmes, each said with its name.
    fn section_faults(&self) -> Vec<String> {
        fn named<S: Section>(section: &S) -> Vec<String> {
            section.faults().into_iter().map(|fault| format!("{}: {fault}", S::NAME)).collect()
        }
        [named(&self.applicants), named(&self.credit), named(&self.review), named(&self.plans), named(&self.accounts)]
            .concat()
    }

    /// The scorecard of a channel mode, by its index.
    pub fn card_of(&self, mode: &str) -> Option<usize> {
        match self.modes.get(mode)? {
            ModeCard::Card(id) => self.scorecards.iter().position(|c| c.id == *id),
            ModeCard::None(_) => None,
        }
    }

    /// The grade that a total earns, by its index: the best one whose bound it reaches.
    pub fn grade_of(&self, total: Decimal) -> usize {
        self.grades.iter().position(|g| g.from.is_none_or(|from| total >= from)).unwrap_or(self.grades.len() - 1)
    }

    /// A grade by its id.
    pub fn grade(&self, id: &str) -> Option<usize> {
        self.grades.iter().position(|g| g.id == id)
    }

    /// The name of a characteristic.
    pub fn characteristic<'p>(&'p self, id: &'p str, lang: Lang) -> &'p str {
        self.characteristics.get(id).map_or(id, |t| t.pick(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_after(old: &str, new: &str) -> String {
        assert!(SHIPPED.contains(old), "{old}");
        match Policy::parse("test.toml", &SHIPPED.replacen(old, new, 1)) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{new} was accepted"),
        }
    }

    #[test]
    fn the_shipped_policy_is_sound_and_its_worked_examples_come_out() {
        let policy = Policy::embedded().unwrap();
        assert_eq!(policy.examples.len(), 3);
        assert_eq!(policy.rates, Rates::Example);
        assert_eq!(policy.sha256.len(), 64);
    }

    #[test]
    fn a_policy_that_leaves_a_programme_out_has_the_handbooks() {
        let start = SHIPPED.find("[credit]").unwrap();
        let end = start + SHIPPED[start..].find("\n# ----").unwrap();
        let without = format!("{}{}", &SHIPPED[..start], &SHIPPED[end..]);
        assert_eq!(Policy::parse("test.toml", &without).unwrap().credit.ageing_days, [30, 60, 90]);
    }

    #[test]
    fn a_total_just_below_a_bound_earns_the_lower_grade() {
        let policy = Policy::embedded().unwrap();
        for (total, grade) in [
            ("90.00", "core"),
            ("89.99", "key"),
            ("75.00", "key"),
            ("60.00", "ordinary"),
            ("59.99", "problem"),
            ("-5.00", "problem"),
        ] {
            assert_eq!(policy.grades[policy.grade_of(Decimal::from_str_exact(total).unwrap())].id, grade, "{total}");
        }
    }

    #[test]
    fn what_a_policy_can_get_wrong_is_said() {
        for (old, new, fault) in [
            ("weight = 20\n", "weight = 21\n", "the weights come to 101 instead of 100"),
            ("{ from = 6, points = 15", "{ from = 1, points = 15", "overlap"),
            ("{ from = 0, points = 4", "{ from = 1, points = 4", "the last band must begin at 0"),
            ("general_agency = false", "", "mode general_agency has neither a scorecard nor false"),
            ("general_agency = false", "general_agency = \"nobody\"", "there is no scorecard nobody"),
            ("from = \"75\"", "from = \"95\"", "grade core must begin above grade key"),
            ("points = 8, reason = \"outlets-25-40\"", "points = 8, reason = \"outlets-40-up\"", "stands twice"),
            ("violations = [\"promotion\"]", "violations = [\"lateness\"]", "there is no violation lateness"),
            ("total = \"65.00\"", "total = \"66.00\"", "the total is 65.00 instead of 66.00"),
            ("id = \"handbook\"", "", "missing field `id`"),
            ("ageing_days = [30, 60, 90]", "ageing_days = [30, 30, 90]", "credit: ageing_days must rise"),
            ("opportunity_below = \"1\"", "opportunity_below = \"1.1\"", "review: opportunity_below must lie"),
            ("results = [\"sales\"]", "results = [\"sale\"]", "unknown variant `sale`"),
            (
                "amber_from = \"0.8\"",
                "amber_from = \"1\"",
                "plans: amber_from, green_from and attainment_cap must rise",
            ),
            (
                "{ value = \"none\", points = 0, reason = \"veto-willingness\"",
                "{ value = \"none\", points = 1, reason = \"veto-willingness\"",
                "willingness: a choice with a veto must earn 0",
            ),
            ("new_customer_months = 3", "new_customer_month = 3", "unknown field"),
        ] {
            let said = faults_after(old, new);
            assert!(said.contains(fault), "{new}: {said}");
        }
    }
}
