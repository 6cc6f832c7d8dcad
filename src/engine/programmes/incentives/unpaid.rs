//! Why a programme pays a dealer nothing (handbook 3): a stable code with the figures and the rows of the sheet behind it.
//!
//! A programme has one reason for a dealer, the first that applies: `disqualified`, `no-card`, `no-purchases`, `not-eligible-grade`,
//! `not-eligible-mode`, `not-eligible-region`, then its own. It is found where the payment is calculated: whoever doesn't come to a line
//! comes to a reason. Words are made of it elsewhere.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::{Incentive, Policy};
use crate::programmes::DealerYear;
use dealerbook_base::exact::decimal;

/// A programme that pays a dealer nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpaid<'s> {
    /// The programme.
    pub programme: &'s str,
    /// Why.
    pub reason: Reason,
}

/// Why a programme pays nothing, in order of precedence. Figures that stand in no result help the words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::EnumDiscriminants)]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[strum_discriminants(
    name(ReasonCode),
    doc = "The code of a reason.",
    derive(Serialize, JsonSchema, strum::IntoStaticStr, strum::EnumIter, Hash, PartialOrd, Ord),
    serde(rename_all = "kebab-case"),
    strum(serialize_all = "kebab-case")
)]
pub enum Reason {
    /// Falsified documents.
    Disqualified,
    /// The mode has no scorecard, and the programme pays by grade.
    NoCard,
    /// What is bought and would be multiplied, tonnes or yuan, comes to nothing or less.
    NoPurchases {
        /// What it comes to.
        volume: Decimal,
        /// Whether that is yuan.
        in_yuan: bool,
    },
    /// The programme has nothing for the dealer's grade.
    NotEligibleGrade,
    /// It isn't for the dealer's channel mode.
    NotEligibleMode,
    /// It isn't for the dealer's region.
    NotEligibleRegion,
    /// The tonnes are not above the target.
    BelowTarget {
        /// The annual tonnes.
        volume: Decimal,
        /// The target in tonnes.
        target: Decimal,
    },
    /// The lowest tier isn't reached; of marginal tiers, not exceeded.
    BelowGate {
        /// The annual tonnes, or the amount in yuan.
        volume: Decimal,
        /// The bound of the lowest tier.
        gate: Decimal,
    },
    /// The dealer sells urea of other brands too.
    OtherBrands {
        /// The annual tonnes.
        own: Decimal,
        /// Those of all brands.
        all: Decimal,
    },
    /// There are confirmed violations.
    Violation {
        /// Those that count here, by kind.
        kinds: Vec<OfKind>,
    },
    /// The tonnes grew too little, or not at all.
    NoGrowth {
        /// The annual tonnes.
        volume: Decimal,
        /// Last year's.
        last_year: Option<Decimal>,
    },
    /// Nothing was collected within the term.
    NotCollected,
    /// What is earned is below the least that is paid.
    BelowMinimum {
        /// What is earned, yuan, 2 places.
        earned: Decimal,
    },
}

/// The confirmed violations of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfKind {
    /// `price`, `promotion` or `cross_region`.
    pub kind: String,
    /// How many.
    pub count: u32,
    /// Their rows as Excel shows them; none where there is no sheet.
    pub rows: Vec<u32>,
}

impl Reason {
    /// The code.
    pub fn code(&self) -> ReasonCode {
        self.into()
    }

    /// The rows of the user's sheet behind it, as Excel shows them, ascending: those of the violations.
    pub fn rows(&self) -> Vec<u32> {
        let Reason::Violation { kinds } = self else { return Vec::new() };
        let mut rows: Vec<u32> = kinds.iter().flat_map(|kind| kind.rows.iter().copied()).collect();
        rows.sort_unstable();
        rows
    }

    /// The confirmed violations of these kinds, where there are any.
    pub(super) fn of_violations(kinds: &[String], year: &DealerYear<'_>) -> Option<Reason> {
        let of = |kind: &String| OfKind {
            kind: kind.clone(),
            count: year.violations.of(kind),
            rows: year.violations.rows_of(kind),
        };
        let kinds: Vec<OfKind> = kinds.iter().map(of).filter(|kind| kind.count > 0).collect();
        (!kinds.is_empty()).then_some(Reason::Violation { kinds })
    }
}

/// What keeps a dealer from a programme before it is asked whom it is for and what it pays for: falsified documents, no grade where it
/// pays by grade, a year of 0 tonnes or less where the policy wants purchases.
pub fn barred(policy: &Policy, incentive: &Incentive, grade: Option<&str>, year: &DealerYear<'_>) -> Option<Reason> {
    if year.dealer.falsified_documents {
        return Some(Reason::Disqualified);
    }
    if grade.is_none() && incentive.is_bound_to_grades() {
        return Some(Reason::NoCard);
    }
    let lacks_purchases = policy.incentives_need_tonnes && year.volume.signum() <= 0;
    lacks_purchases.then(|| Reason::NoPurchases { volume: decimal(&year.volume), in_yuan: false })
}

/// What keeps a dealer from a programme that isn't for its like.
pub(super) fn ineligible(incentive: &Incentive, grade: Option<&str>, year: &DealerYear<'_>) -> Option<Reason> {
    let (eligible, dealer) = (&incentive.eligible, &year.dealer);
    if !incentive.pays_grade(grade) {
        return Some(Reason::NotEligibleGrade);
    }
    if !eligible.admits_mode(dealer.channel_mode) {
        return Some(Reason::NotEligibleMode);
    }
    (!eligible.admits_region(&dealer.region)).then_some(Reason::NotEligibleRegion)
}
