//! The programmes that pay a dealer nothing, as pages show them: why, and the cells and rows that decided it.

use super::card::Cards;
use super::view::place;
use dealerbook_engine::programmes::incentives::Paid;
use dealerbook_engine::programmes::incentives::unpaid::{Reason, Unpaid};

/// A programme that pays nothing.
#[derive(Debug)]
pub struct UnpaidView {
    /// The programme, by its place in `View::incentives`.
    pub programme: Option<usize>,
    /// Why, in words.
    pub why: String,
    /// The columns of the dealers sheet that decided it, by their places in `View::fields`.
    pub fields: Vec<usize>,
    /// The other sheets whose rows decided it, by their schemas' names.
    pub sheets: &'static [&'static str],
    /// The rows of violations that count, as Excel shows them.
    pub violations: Vec<u32>,
}

impl Cards<'_> {
    /// The programmes that pay the dealer nothing.
    pub(super) fn unpaid(&self, paid: &Paid<'_>) -> Vec<UnpaidView> {
        let view = |unpaid: &Unpaid<'_>| UnpaidView {
            programme: place(unpaid.programme, self.words.policy),
            why: self.words.why_unpaid(unpaid.programme, &unpaid.reason),
            fields: self.field_places(field_behind(&unpaid.reason)),
            sheets: sheets_behind(&unpaid.reason),
            violations: unpaid.reason.rows(),
        };
        paid.unpaid.iter().map(view).collect()
    }
}

/// The column of the dealers sheet that decided that a programme pays nothing.
fn field_behind(reason: &Reason) -> Option<&'static str> {
    match reason {
        Reason::Disqualified => Some("falsified_documents"),
        Reason::NoCard | Reason::NotEligibleMode => Some("channel_mode"),
        Reason::NotEligibleRegion => Some("region"),
        Reason::BelowTarget { .. } => Some("target_tonnes"),
        Reason::OtherBrands { .. } => Some("total_urea_tonnes"),
        Reason::NoGrowth { .. } => Some("last_year_tonnes"),
        _ => None,
    }
}

/// The other sheets whose rows decided it.
fn sheets_behind(reason: &Reason) -> &'static [&'static str] {
    match reason {
        Reason::Violation { .. } => &["violations"],
        Reason::NotCollected => &["receivables"],
        Reason::BelowMinimum { .. } => &["purchases", "shipments", "receivables"],
        Reason::NoPurchases { .. }
        | Reason::BelowTarget { .. }
        | Reason::BelowGate { .. }
        | Reason::OtherBrands { .. }
        | Reason::NoGrowth { .. } => &["purchases", "shipments"],
        _ => &[],
    }
}
