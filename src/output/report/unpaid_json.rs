//! `unpaid[]` of the result JSON: the programmes that pay a dealer nothing, each with its reason (handbook 3).

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use dealerbook_engine::programmes::incentives::unpaid::{Reason, ReasonCode, Unpaid};
use dealerbook_engine::sheet::words::Words;

/// A programme that pays the dealer nothing.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Unpaid")]
pub(super) struct UnpaidJson<'a> {
    /// The programme.
    programme: &'a str,
    /// Why: the first reason that applies.
    reason: ReasonCode,
    /// The figures behind it.
    figures: FiguresJson,
    /// The violations' rows as Excel shows them.
    rows: Vec<u32>,
    /// The same in words.
    text: String,
}

/// The figures of a reason: tonnes (yuan, where the programme's tiers are of an amount) and counts; none of most reasons.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(deny_unknown_fields, rename = "UnpaidFigures")]
enum FiguresJson {
    BelowTarget { volume: String, target: String },
    BelowGate { volume: String, gate: String },
    OtherBrands { own: String, all: String },
    Violation { count: u32 },
    None {},
}

impl<'a> UnpaidJson<'a> {
    pub(super) fn new(unpaid: &'a Unpaid<'a>, words: Words<'_>) -> Self {
        let Unpaid { programme, reason } = unpaid;
        Self {
            programme,
            reason: reason.code(),
            figures: FiguresJson::of(reason),
            rows: reason.rows(),
            text: words.unpaid(programme, reason),
        }
    }
}

impl FiguresJson {
    fn of(reason: &Reason) -> Self {
        let plain = |x: &Decimal| x.normalize().to_string();
        match reason {
            Reason::BelowTarget { volume, target } => {
                Self::BelowTarget { volume: plain(volume), target: plain(target) }
            }
            Reason::BelowGate { volume, gate } => Self::BelowGate { volume: plain(volume), gate: plain(gate) },
            Reason::OtherBrands { own, all } => Self::OtherBrands { own: plain(own), all: plain(all) },
            Reason::Violation { kinds } => Self::Violation { count: kinds.iter().map(|kind| kind.count).sum() },
            Reason::Disqualified
            | Reason::NoCard
            | Reason::NoPurchases { .. }
            | Reason::NotEligibleGrade
            | Reason::NotEligibleMode
            | Reason::NotEligibleRegion
            | Reason::NoGrowth { .. }
            | Reason::NotCollected
            | Reason::BelowMinimum { .. } => Self::None {},
        }
    }
}
