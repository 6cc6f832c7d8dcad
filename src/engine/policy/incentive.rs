//! Incentive programmes (handbook 3).
//!
//! A new kind: a variant here, its keys in `incentive_entry` and their faults in `check_incentives`; bases and rates, or why it pays nothing,
//! and its words in `programmes/incentives`; columns and formulas in `report/incentive_*`; jumps in `policy_check/cliffs`; what it needs of
//! the sheets in `validate/checks/incentive_inputs`; a worked example in `schemas/policies/progressive.toml`; its rule in
//! `workbooks/oracle.py`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Title;
use super::incentive_entry::Entry;

use dealerbook_base::key::Key;

/// A programme that pays dealers.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Entry")]
pub struct Incentive {
    /// Its name in results.
    pub id: String,
    /// What people call it.
    pub title: Title,
    /// Whom it pays.
    pub eligible: Eligible,
    /// It pays a dealer no more than this, in yuan.
    pub cap: Option<Decimal>,
    /// Less than this is not paid at all, in yuan.
    pub minimum: Option<Decimal>,
    /// When it pays, and on what basis.
    pub kind: IncentiveKind,
}

/// Whom a programme pays; `None` is everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eligible {
    /// Dealers of these grades.
    pub grades: Option<Vec<String>>,
    /// Dealers of these channel modes.
    pub modes: Option<Vec<String>>,
    /// Dealers of these regions, as the dealers sheet writes them.
    pub regions: Option<Vec<Key>>,
}

impl Eligible {
    /// Whether dealers of this grade (`None` without a scorecard) are among them.
    pub fn admits_grade(&self, grade: Option<&str>) -> bool {
        self.grades.as_ref().is_none_or(|listed| grade.is_some_and(|grade| listed.iter().any(|own| own == grade)))
    }

    /// Whether dealers of this mode are among them.
    pub fn admits_mode(&self, mode: &str) -> bool {
        self.modes.as_ref().is_none_or(|listed| listed.iter().any(|own| own == mode))
    }

    /// Whether dealers of this region are among them.
    pub fn admits_region(&self, region: &Key) -> bool {
        self.regions.as_ref().is_none_or(|listed| listed.contains(region))
    }

    /// Whether a dealer of this mode and region is paid in one grade or another.
    pub fn may_admit(&self, mode: &str, region: &Key) -> bool {
        self.admits_mode(mode) && self.admits_region(region)
    }
}

/// A rate or a sum: one for all, or one for each grade that it is for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged, expecting = "expected a figure, or figures by grade such as { core = \"30\" }")]
pub enum Figures {
    /// The same whatever the grade.
    Flat(Decimal),
    /// By grade; the others have none, and neither has a dealer without a grade.
    ByGrade(BTreeMap<String, Decimal>),
}

impl Default for Figures {
    fn default() -> Self {
        Figures::ByGrade(BTreeMap::new())
    }
}

impl Figures {
    /// The figure of a grade.
    pub fn of(&self, grade: Option<&str>) -> Option<Decimal> {
        match self {
            Figures::Flat(figure) => Some(*figure),
            Figures::ByGrade(figures) => figures.get(grade?).copied(),
        }
    }

    /// Whether a grade has something of it.
    fn has(&self, grade: Option<&str>) -> bool {
        matches!(self, Figures::Flat(_)) || self.of(grade).is_some_and(|figure| !figure.is_zero())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Figures::ByGrade(figures) if figures.is_empty())
    }

    /// Each figure, with its grade where it has one.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, Decimal)> {
        let (flat, by_grade) = match self {
            Figures::Flat(figure) => (Some((None, *figure)), None),
            Figures::ByGrade(figures) => (None, Some(figures.iter().map(|(g, x)| (Some(g.as_str()), *x)))),
        };
        flat.into_iter().chain(by_grade.into_iter().flatten())
    }

    /// Changes every figure.
    pub(super) fn map(&self, change: impl Fn(Decimal) -> Decimal) -> Figures {
        match self {
            Figures::Flat(figure) => Figures::Flat(change(*figure)),
            Figures::ByGrade(figures) => {
                Figures::ByGrade(figures.iter().map(|(g, x)| (g.clone(), change(*x))).collect())
            }
        }
    }
}

/// What a programme's rate is multiplied with.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The annual tonnes; the rate is yuan a tonne.
    Tonnes,
    /// The amount of the shipments in yuan; the rate is a share of it.
    Amount,
}

/// How tiers pay.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Each slice between two bounds at its own rate.
    Marginal,
    /// The whole at the rate of the tier that is reached.
    Retroactive,
}

/// From a bound on, this rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// The bound, itself included: tonnes or yuan.
    pub from: Decimal,
    /// Yuan a tonne, or a share of the amount.
    pub rate: Decimal,
}

/// The kinds of programme. Rates are yuan a tonne, or shares of an amount (1.5 percent is 0.015).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncentiveKind {
    /// Tonnes above the target × rate.
    AboveTarget {
        /// Yuan a tonne.
        rate: Figures,
    },
    /// The dealer sells only our urea: own tonnes = all-brand tonnes, above 0. Pays the fixed sum, or rate × annual tonnes.
    ExclusiveSale {
        /// Yuan.
        fixed: Figures,
        /// Yuan a tonne.
        rate: Figures,
    },
    /// No confirmed violation of these kinds. Pays the fixed sum.
    NoViolation {
        /// The kinds.
        violations: Vec<String>,
        /// Yuan.
        fixed: Figures,
    },
    /// Tiers of tonnes or of amount.
    Tiered {
        /// What is measured and multiplied.
        basis: Basis,
        /// How the tiers pay.
        method: Method,
        /// The tiers, bounds rising; below the first nothing is paid.
        tiers: Vec<Tier>,
    },
    /// (annual tonnes − last year's) × rate, where the growth is at least so many percent of last year's tonnes. Last year's 0 has no growth.
    Growth {
        /// The threshold, in percent.
        from_percent: Decimal,
        /// Yuan a tonne.
        rate: Figures,
    },
    /// Annual tonnes or amount × rate.
    Commission {
        /// What is multiplied.
        basis: Basis,
        /// Yuan a tonne, or a share of the amount.
        rate: Figures,
    },
    /// The amount collected within the term × rate.
    PromptPayment {
        /// A share of the amount.
        rate: Figures,
    },
}

impl Incentive {
    /// Whether it reads the amounts of the shipments.
    pub fn needs_amount(&self) -> bool {
        use IncentiveKind::{Commission, Tiered};
        matches!(self.kind, Tiered { basis: Basis::Amount, .. } | Commission { basis: Basis::Amount, .. })
    }

    /// Whether it reads the receivables.
    pub fn needs_receivables(&self) -> bool {
        matches!(self.kind, IncentiveKind::PromptPayment { .. })
    }

    /// Whether it reads last year's tonnes.
    pub fn needs_last_year(&self) -> bool {
        matches!(self.kind, IncentiveKind::Growth { .. })
    }

    /// Whether it is for dealers of this grade (`None` without a scorecard) and has a rate or a sum for them.
    pub fn pays_grade(&self, grade: Option<&str>) -> bool {
        self.eligible.admits_grade(grade)
            && match &self.kind {
                IncentiveKind::ExclusiveSale { fixed, rate } => fixed.has(grade) || rate.has(grade),
                IncentiveKind::NoViolation { fixed, .. } => fixed.has(grade),
                IncentiveKind::AboveTarget { rate }
                | IncentiveKind::Growth { rate, .. }
                | IncentiveKind::Commission { rate, .. }
                | IncentiveKind::PromptPayment { rate } => rate.has(grade),
                IncentiveKind::Tiered { .. } => true,
            }
    }

    /// Whether nobody without a grade is paid.
    pub fn is_bound_to_grades(&self) -> bool {
        !self.pays_grade(None)
    }

    /// Whether a dealer may be paid, as far as that is known before it has a grade.
    pub fn may_pay(&self, has_card: bool, mode: &str, region: &Key) -> bool {
        (has_card || !self.is_bound_to_grades()) && self.eligible.may_admit(mode, region)
    }
}
