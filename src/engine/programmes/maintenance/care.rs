//! Calls and visits: in a window of days, month by month and gap by gap.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use schemars::JsonSchema;
use serde::Serialize;

use super::Dealer;
use super::MaintenanceRules;
use crate::programmes::year_month::YearMonth;

/// The days in which calls and visits of a dealer count, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// How a dealer was cared for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MaintenanceCare")]
pub struct Care {
    /// Calls in the window.
    pub calls: usize,
    /// The calendar months of the window without a call.
    pub months_without_call: Vec<YearMonth>,
    /// Visits in the window.
    pub visits: usize,
    /// The longest gap between visits and the ends of the window; null where there is no window.
    pub longest_gap_days: Option<u32>,
    /// Whether each month has a call.
    pub call_ok: bool,
    /// Whether the longest gap is short enough.
    pub visit_ok: bool,
    /// The ends of the longest gap, the first of equal ones.
    #[serde(skip)]
    pub longest_gap: Option<Window>,
    /// The day by which the next visit is due.
    #[serde(skip)]
    pub next_visit: Option<Date>,
}

impl Window {
    /// From 1 January, or the day the dealer joined, to 31 December or the as-of date; none where that has no day.
    pub fn of(year: i16, as_of: Option<Date>, joined: Option<Date>) -> Option<Self> {
        let (first, last) = (date(year, 1, 1), date(year, 12, 31));
        let from = joined.map_or(first, |joined| joined.max(first));
        let to = as_of.map_or(last, |as_of| as_of.min(last));
        (from <= to).then_some(Self { from, to })
    }

    /// Whether a day lies in it.
    pub fn holds(self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The calendar months that it touches.
    pub fn months(self) -> impl Iterator<Item = YearMonth> {
        YearMonth::of(self.from).to(YearMonth::of(self.to))
    }

    /// From its first day to its last, in days.
    pub fn days(self) -> u32 {
        days(self.from, self.to)
    }
}

/// From one day to a later one; 0 where it is not later.
pub fn days(from: Date, to: Date) -> u32 {
    (from.duration_until(to).as_hours() / 24).try_into().unwrap_or(0)
}

impl Care {
    pub(super) fn of(dealer: &Dealer, rules: &MaintenanceRules) -> Self {
        let called = |month: &YearMonth| dealer.calls.iter().any(|day| YearMonth::of(*day) == *month);
        let months = dealer.window.into_iter().flat_map(Window::months);
        let months_without_call: Vec<YearMonth> = months.filter(|month| !called(month)).collect();
        let longest_gap = dealer.window.map(|window| longest_gap(window, &dealer.visits));
        let last = dealer.visits.last().copied().or(dealer.window.map(|window| window.from));
        Self {
            calls: dealer.calls.len(),
            call_ok: months_without_call.is_empty(),
            months_without_call,
            visits: dealer.visits.len(),
            longest_gap_days: longest_gap.map(Window::days),
            visit_ok: longest_gap.is_none_or(|gap| gap.days() <= rules.visit_gap_days_max),
            longest_gap,
            next_visit: last.map(|last| last.saturating_add(i64::from(rules.visit_gap_days_max).days())),
        }
    }
}

/// The longest time between the window's first day, the visits and its last day.
fn longest_gap(window: Window, visits: &[Date]) -> Window {
    let ends = visits.iter().copied().chain([window.to]);
    let mut from = window.from;
    let gaps = ends.map(|to| Window { from: std::mem::replace(&mut from, to), to });
    gaps.reduce(|longest, gap| if gap.days() > longest.days() { gap } else { longest }).unwrap_or(window)
}
