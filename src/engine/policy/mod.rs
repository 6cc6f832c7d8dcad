//! A policy: scorecards, grades, incentives and their figures, read from `schemas/policies/*.toml` and checked before use.
//!
//! Code holds the kinds of rule; every figure stands in the policy. Nothing here knows of workbooks, nor how anything is calculated: a
//! file is read here as far as a `Draft`, which becomes a [`Policy`] in `policy_check`, once its worked examples come out.

mod accrual;
mod appeals;
mod check;
mod check_incentives;
mod cliff_settings;
mod draft;
mod example;
pub mod family;
mod fault;
mod incentive;
mod incentive_entry;
mod overview;
mod read;
mod scorecard;
mod scorecard_entry;
pub use check::VIOLATIONS;
pub(crate) use check::{GRADES, MODES};
pub use check_incentives::CAP_LINE;
mod section;
mod settlement;
pub mod variation;

pub use accrual::{AccrualRules, Expect};
pub use appeals::AppealRules;
pub use cliff_settings::CliffSettings;
pub(crate) use draft::Draft;
pub use example::{Example, Expectation};
pub(crate) use fault::fault;
pub use fault::{Fault, Faults};
pub use incentive::{Basis, Eligible, Figures, Incentive, IncentiveKind, Method, Tier};
pub use overview::{Attention, OverviewRules};
pub use scorecard::{Band, Characteristic, Rule, Scorecard, ValuePoints};
pub use section::{Notes, Section, SectionKind, SectionKinds, shipped_key};
pub use settlement::{ApprovalBand, FourEyes, InterimSettlements, SettlementRules, Taxed};

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;

/// The rules of one company for one time, checked. One is had of [`Policy::parse`] and its like in `policy_check` alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Policy {
    /// A short name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Whether the rates are examples or the company's own.
    pub rates: Rates,
    /// What people call it.
    pub title: Title,
    /// The first day on which it is in force; without one, it always was.
    #[serde(default)]
    pub effective_from: Option<Date>,
    /// The last day on which it is in force; without one, until the next version begins.
    #[serde(default)]
    pub effective_to: Option<Date>,
    /// By so much a purchases row may differ from the shipments, in tonnes.
    pub tonnes_tolerance: Decimal,
    /// An appeal is verified (核实) within so many working days after it was lodged (handbook 2.2).
    #[serde(default = "verify_appeals_in_working_days")]
    pub verify_appeals_in_working_days: u32,
    /// An appeal is answered within so many working days after it was verified or, where that isn't noted, lodged (handbook 2.2).
    pub answer_appeals_in_working_days: u32,
    /// Whether a dealer whose year comes to 0 tonnes or less earns no incentive line at all (handbook 2).
    #[serde(default = "incentives_need_tonnes")]
    pub incentives_need_tonnes: bool,
    /// How a dealer that joined within the period is counted (handbook 2).
    #[serde(default = "joiners")]
    pub joiners: Joiners,
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
    /// A dealer is paid no more than this for a year, all programmes together, in yuan.
    pub dealer_cap: Option<Figures>,
    /// The market class (市场分类) of a region, for dealers whose sheet names none (handbook 9).
    #[serde(default = "market_classes")]
    pub market_classes: BTreeMap<Key, String>,
    /// What each market class is for, for the sheets that group by it.
    #[serde(default = "market_strategies")]
    pub market_strategies: BTreeMap<String, Title>,
    /// What `policy check` looks for.
    pub check: Option<CliffSettings>,
    /// Until when an assessment can be appealed.
    #[serde(default = "section::shipped")]
    pub appeals: AppealRules,
    /// What an accrual within the year expects of its rest.
    #[serde(default = "section::shipped")]
    pub accrual: AccrualRules,
    /// What the overview puts first.
    #[serde(default = "section::shipped")]
    pub overview: OverviewRules,
    /// How a settlement counts tax, and who pays.
    #[serde(default = "section::shipped")]
    pub settlement: SettlementRules,
    /// What the programmes know of their rules, by type; [`Section::of`] gets one.
    #[serde(skip)]
    pub(crate) sections: section::Sections,
    /// Worked examples that must come out.
    #[serde(default)]
    pub examples: Vec<Example>,
    /// The policy whose parts count where this one says nothing of its own.
    pub extends: Option<String>,
    /// The SHA-256 of the file, in hex; where it extends another policy, of that one's file and its own behind it.
    #[serde(skip)]
    pub sha256: String,
    /// The texts that it was read from.
    #[serde(skip)]
    pub source: Arc<PolicySource>,
}

/// The texts of a policy: with them it is read again, whatever policies the program has by then.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct PolicySource {
    /// That of the policy which it extends.
    pub base: Option<String>,
    /// Its own.
    pub text: String,
}

/// Whose the rates are.
#[derive(Clone, Copy, Debug, Deserialize, serde::Serialize, schemars::JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Rates {
    /// The shipped examples; every output says so.
    Example,
    /// The company's own.
    Own,
}

/// How a dealer that joined within the period is counted.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Joiners {
    /// As everybody else: by the whole year's target and months.
    Full,
    /// By its months: the target, the evenness and a network customer's plan count from the month in which it joined.
    Prorated,
}

/// A name in both languages.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
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
#[serde(untagged, expecting = "expected the id of a scorecard, or false")]
pub enum ModeCard {
    /// This one, by its id.
    Card(String),
    /// None, on purpose; only `false` is allowed.
    None(bool),
}

/// A grade (handbook 2.2).
#[derive(Clone, Debug, Deserialize)]
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

/// The policies that are built into the program: file and text, the default first.
pub(crate) const SHIPPED: [(&str, &str); 2] = [
    ("handbook.toml", include_str!("../../../schemas/policies/handbook.toml")),
    ("progressive.toml", include_str!("../../../schemas/policies/progressive.toml")),
];

/// Why a policy can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It is not TOML.
    #[error("policy {file}: {source}")]
    Syntax {
        /// Which file.
        file: String,
        /// What the reader says, with line and column.
        source: Box<toml::de::Error>,
    },
    /// It says what can't be; all faults at once.
    #[error("policy {file}: {faults}")]
    Meaning {
        /// Which file.
        file: String,
        /// What is wrong, a sentence each.
        faults: Faults,
    },
}

impl PolicyError {
    /// What is wrong, a sentence each.
    pub fn faults(&self) -> Vec<Fault> {
        match self {
            PolicyError::Syntax { source, .. } => {
                vec![Fault::new(format!("不是有效的 TOML：{source}"), format!("it is not TOML: {source}"))]
            }
            PolicyError::Meaning { faults, .. } => faults.0.clone(),
        }
    }
}

impl Policy {
    /// All that the file says, and what it takes over from the policy that it extends, to be shown. Read anew from the source: a
    /// calculation needs none of it.
    ///
    /// # Panics
    ///
    /// Never: the policy was made of these texts.
    #[expect(clippy::expect_used, reason = "the policy was made of these texts")]
    pub fn content(&self) -> serde_json::Value {
        let table = |text: &str| draft::toml_table("", text).expect("it was read before");
        let mut content = table(&self.source.text);
        if let Some(base) = &self.source.base {
            read::extend(&mut content, table(base));
        }
        serde_json::to_value(content).expect("JSON can be made of TOML")
    }

    /// Whether a policy of this id is built into the program.
    pub fn is_shipped(id: &str) -> bool {
        SHIPPED.iter().any(|(file, _)| file.strip_suffix(".toml") == Some(id))
    }

    /// The market class that a dealer's sheet names, else that of its region; empty where neither is known.
    pub fn market_class<'p>(&'p self, own: &'p str, region: &Key) -> &'p str {
        if own.is_empty() { self.market_classes.get(region).map_or("", String::as_str) } else { own }
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

fn verify_appeals_in_working_days() -> u32 {
    section::shipped_part("verify_appeals_in_working_days")
}

fn incentives_need_tonnes() -> bool {
    section::shipped_part("incentives_need_tonnes")
}

fn market_classes() -> BTreeMap<Key, String> {
    section::shipped_part("market_classes")
}

fn market_strategies() -> BTreeMap<String, Title> {
    section::shipped_part("market_strategies")
}

fn joiners() -> Joiners {
    section::shipped_part("joiners")
}
