//! # Keeping dealers (渠道维护) and early warning
//!
//! Handbook 12. Says who was not called or visited often enough, who bought once and never again, and whose purchases fall or cease.
//!
//! Sheets: `dealers` 经销商档案 and `visits` 客户维护; `shipments` 发货流水, else `purchases` 月度提货, for what was bought. Policy
//! section: `[maintenance]`.
//!
//! ## Rules
//!
//! - The **window** of a dealer runs from 1 January of the period, or the day it joined in that year, to the earlier of 31 December and
//!   the as-of date. Only calls and visits in it count. A dealer that joins after it has no window: nothing was due, so nothing was missed.
//! - **call_ok**: a call in each calendar month that the window touches, the as-of month included; `months_without_call` lists the others.
//! - **visit_ok**: the longest gap is at most 61 days. Gaps lie between visits and between them and the ends of the window.
//! - A **purchase** is a month whose tonnes come to more than 0: what was all returned was not bought. Shipments decide where they are there.
//! - **first_order_only**: the dealer's first order ever lies in the period, and there is no second one. Orders are ledger rows with tonnes
//!   above 0 on different days, or months with purchases where there is no ledger. A dealer that bought before the period, or that joined
//!   before it and has tonnes of last year, is none; an order within the last 31 days before the as-of date is too young to be one. Their
//!   share of the dealers that ordered in the period may be 4% at most; where nobody did there is no share and nothing to judge.
//! - **Early warnings** are on the latest month with any purchase in the workbook up to the as-of date, of whatever period, and may both
//!   apply:
//!   - `drop`: the month is below 70% of the mean of the three months before it, a month without a row counting 0. Where that mean is not
//!     above 0 there is nothing to fall from, and no change.
//!   - `silent`: a dealer that has bought, and not in the two latest months or more.
//!   - Each stands with the dealer's change against that mean and with its region's, reckoned the same way over all its dealers, itself included.
//!
//! The sheet adds by when the next visit is due (61 days behind the last one, or the window's first day), which months want a call, and
//! whether a fall is the dealer's own or its region's: the region's, where the region drops by the same measure. Where no period is
//! known, it is the year of the latest call or visit.
//!
//! ## Example
//!
//! Visits on 1 March and 1 May 2007: the gaps are 59, 61 and, to 31 December, 244 days, so the visits are not well. 200 t in October and
//! none since: in December the mean of the three months before is (180 + 200 + 0) / 3, the change is −1.0000, and there are both warnings.

mod care;
mod orders;
mod policy;
mod report;
mod sheet;
mod tonnes;
mod warning;
mod words;

pub use policy::MaintenanceRules;

use std::collections::HashMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::Sheets;
use super::year_month::YearMonth;
use crate::policy::{Policy, Section, SectionKind};
pub use care::{Care, Window};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;
pub use orders::{NotFirst, Orders};
pub use tonnes::Bought;
pub use warning::{Code, Trend, Warning};

/// 渠道维护与预警.
pub struct Maintenance;

/// What the care for dealers is judged on.
pub struct Inputs {
    /// The calendar year.
    pub year: Option<i16>,
    /// The as-of date.
    pub as_of: Option<Date>,
    /// The dealers, in the sheet's order.
    pub dealers: Vec<Dealer>,
}

/// A dealer, how it was cared for and what it bought.
pub struct Dealer {
    /// 经销商编号
    pub id: String,
    /// 经销商名称
    pub name: String,
    /// 区域
    pub region: Key,
    /// 合作方式, canonical.
    pub channel_mode: String,
    /// 市场分类; may be empty.
    pub market_class: String,
    /// The days that count; none where the dealer joins later.
    pub window: Option<Window>,
    /// The days of its calls in the window, in order.
    pub calls: Vec<Date>,
    /// The days of its visits in the window, in order.
    pub visits: Vec<Date>,
    /// What it bought, in all periods up to the as-of date.
    pub bought: Bought,
    /// Its orders, likewise.
    pub orders: Orders,
}

/// `results.maintenance`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Maintenance")]
pub struct Results {
    /// The dealers, in the sheet's order.
    pub dealers: Vec<Maintained>,
    /// The share of those who ordered in the period whose first order it was and the only one, 4 places; null where nobody did.
    pub first_order_only_share: Option<Figure>,
    /// Whether that share is small enough; null where nobody ordered.
    pub first_order_only_ok: Option<bool>,
    /// The month of the early warnings.
    #[serde(skip)]
    pub latest: Option<YearMonth>,
}

/// What came out for a dealer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MaintenanceDealer")]
pub struct Maintained {
    /// 经销商编号
    pub dealer_id: String,
    /// How it was cared for.
    #[serde(flatten)]
    pub care: Care,
    /// Whether its first order ever lies in the period and nothing followed.
    pub first_order_only: bool,
    /// The early warnings: drop, then silent.
    pub warnings: Vec<Warning>,
    /// The figures that explain it.
    #[serde(skip)]
    pub why: Why,
}

/// What explains the warnings.
#[derive(Debug)]
pub struct Why {
    /// How many orders it has in the period.
    pub orders: usize,
    /// Why its one order of the period is no first order only.
    pub not_first: Option<NotFirst>,
    /// Its latest purchase, and for how many of the latest months it has been silent since.
    pub last_bought: Option<(YearMonth, u32)>,
    /// Its tonnes of the latest month and of those before.
    pub trend: Trend,
    /// Those of its region.
    pub region: Trend,
    /// Whether it is the only dealer of its region.
    pub alone: bool,
}

impl Programme for Maintenance {
    type Inputs = Inputs;
    type Results = Results;

    const SECTION: Option<SectionKind> = Some(SectionKind::of::<MaintenanceRules>());

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Inputs {
        let latest_contact = || sheets.rows("visits").filter_map(|row| row.date("date")).max();
        let year = sheets.period().or_else(|| latest_contact().map(Date::year));
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut dealers: Vec<Dealer> = Vec::new();
        for row in sheets.rows("dealers") {
            places.insert(row.text("dealer_id"), dealers.len());
            dealers.push(Dealer {
                id: row.text("dealer_id").to_owned(),
                name: row.text("name").to_owned(),
                region: row.key("region").clone(),
                channel_mode: row.category("channel_mode").to_owned(),
                market_class: sheets.dealer(row.text("dealer_id")).market_class.to_owned(),
                window: year.and_then(|year| Window::of(year, sheets.as_of(), row.date("joined_on"))),
                calls: Vec::new(),
                visits: Vec::new(),
                bought: Bought::default(),
                orders: Orders::of_dealer(year.is_some_and(|year| orders::is_established(&row, year))),
            });
        }
        for row in sheets.rows("visits") {
            if let (Some(n), Some(day)) = (places.get(row.text("dealer_id")), row.date("date")) {
                dealers[*n].add_contact(row.category("kind"), day);
            }
        }
        tonnes::add_up(sheets, year, &places, &mut dealers);
        dealers.iter_mut().for_each(Dealer::sort);
        Inputs { year, as_of: sheets.as_of(), dealers }
    }

    fn calculate(inputs: &Inputs, policy: &Policy) -> Results {
        let rules = MaintenanceRules::of(policy);
        let latest = inputs.dealers.iter().filter_map(|dealer| dealer.bought.latest()).max();
        let regions = warning::regions(&inputs.dealers, latest, rules);
        let maintained = |dealer: &Dealer| {
            let orders = inputs.year.map_or(0, |year| dealer.orders.of(year));
            let not_first = inputs.year.and_then(|year| dealer.orders.not_first(year, inputs.as_of, rules));
            let (region, dealers) = &regions[&dealer.region];
            let why = Why {
                orders,
                not_first,
                last_bought: dealer.bought.latest().zip(latest).map(|(own, latest)| (own, latest.since(own))),
                trend: Trend::of(&dealer.bought, latest, rules),
                region: region.clone(),
                alone: *dealers == 1,
            };
            Maintained {
                dealer_id: dealer.id.clone(),
                care: Care::of(dealer, rules),
                first_order_only: orders == 1 && not_first.is_none(),
                warnings: warning::of(&why, latest, rules),
                why,
            }
        };
        let dealers: Vec<Maintained> = inputs.dealers.iter().map(maintained).collect();
        let count = |counts: fn(&Maintained) -> bool| Exact::whole(dealers.iter().filter(|d| counts(d)).count() as i64);
        let share = count(|dealer| dealer.first_order_only).checked_div(&count(|dealer| dealer.why.orders > 0));
        Results {
            first_order_only_share: share.as_ref().map(Figure::ratio),
            first_order_only_ok: share.map(|share| share <= rules.first_order_only_share_max.into()),
            dealers,
            latest,
        }
    }
}

impl Dealer {
    /// Adds a call or a visit, where it lies in the window.
    fn add_contact(&mut self, kind: &str, day: Date) {
        if self.window.is_none_or(|window| !window.holds(day)) {
            return;
        }
        match kind {
            "call" => self.calls.push(day),
            _ => self.visits.push(day),
        }
    }

    fn sort(&mut self) {
        self.calls.sort_unstable();
        self.visits.sort_unstable();
    }
}

#[cfg(test)]
mod tests;
