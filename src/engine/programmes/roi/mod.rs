//! # Return on investment (投入产出)
//!
//! Handbook 7, “Result”. Says what a dealer earns on the capital that our business ties up, and what it comes of.
//!
//! Sheet: `roi` 投入产出, a row a dealer. No policy section: there is no figure to choose.
//!
//! ## Rules
//!
//! - **gross profit** = revenue − cost of goods; **net profit** = gross profit + other income − (warehousing + transport + wages +
//!   marketing + interest + other expenses). 2 places.
//! - **capital** = inventory + receivables + prepayments + fixed assets − payables. 2 places.
//! - **ROI** = net profit / capital; **capital turns** = revenue / capital; both none where the capital is 0 or below, of which the warning
//!   `no-capital` tells. **gross margin** and **net margin** are by revenue, none where that is 0. 4 places. ROI is net margin × capital turns.
//!
//! The sheet adds the largest expense, and what would bring a loss to nought or a lower return to that of all dealers together: so much more
//! net profit, or so much less capital. Totals and regions have their own returns, by what all their dealers earn and tie up.
//!
//! ## Example
//!
//! 1,000,000 of revenue, 900,000 of cost, 20,000 of other income, 65,000 of expenses: 55,000 net. 380,000 tied up less 60,000 of payables are
//! 320,000 of capital, so the ROI is 0.1719: a net margin of 0.0550 × 3.1250 turns.

mod sheet;

use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::{Row, Sheets};
use crate::policy::Policy;
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// 投入产出.
pub struct Roi;

/// The columns of expenses.
pub const EXPENSES: [&str; 6] = ["warehousing", "transport", "wages", "marketing", "interest", "other_expenses"];
/// The columns of what is tied up.
pub const TIED_UP: [&str; 4] = ["inventory", "receivables", "prepayments", "fixed_assets"];

/// A row of the sheet, all in yuan.
pub struct Dealer {
    /// 经销商编号
    pub id: String,
    /// 经销商名称, where there is a dealers sheet.
    pub name: String,
    /// 区域, likewise.
    pub region: Key,
    /// 销售收入
    pub revenue: Exact,
    /// 进货成本
    pub cost_of_goods: Exact,
    /// 返利及其他收入
    pub other_income: Exact,
    /// As in [`EXPENSES`].
    pub expenses: [Exact; 6],
    /// As in [`TIED_UP`].
    pub tied_up: [Exact; 4],
    /// 应付款
    pub payables: Exact,
}

/// `results.roi`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Roi")]
pub struct Results {
    /// The dealers, in the sheet's order.
    pub dealers: Vec<Returned>,
}

/// What came out for a dealer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RoiDealer")]
pub struct Returned {
    /// 经销商编号
    pub dealer_id: String,
    /// Yuan.
    pub gross_profit: Figure,
    /// Yuan.
    pub net_profit: Figure,
    /// Yuan; may be negative.
    pub capital: Figure,
    /// Net profit / capital; null without capital.
    pub roi: Option<Figure>,
    /// Gross profit / revenue; null without revenue.
    pub gross_margin: Option<Figure>,
    /// Net profit / revenue; null without revenue.
    pub net_margin: Option<Figure>,
    /// Revenue / capital; null without capital.
    pub capital_turns: Option<Figure>,
    /// The figures before they are rounded.
    #[serde(skip)]
    pub exact: Shares,
}

/// The figures of a dealer before they are rounded.
#[derive(Debug)]
pub struct Shares {
    /// Yuan.
    pub gross: Exact,
    /// Yuan.
    pub net: Exact,
    /// Yuan.
    pub capital: Exact,
    /// Net profit / capital.
    pub roi: Option<Exact>,
    /// Gross profit / revenue.
    pub gross_margin: Option<Exact>,
    /// Net profit / revenue.
    pub net_margin: Option<Exact>,
    /// Revenue / capital.
    pub turns: Option<Exact>,
}

impl Programme for Roi {
    type Inputs = Vec<Dealer>;
    type Results = Results;

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Vec<Dealer> {
        sheets.rows("roi").map(|row| dealer(&row, sheets)).collect()
    }

    fn calculate(inputs: &Vec<Dealer>, _: &Policy) -> Results {
        Results { dealers: inputs.iter().map(returned).collect() }
    }
}

fn dealer(row: &Row<'_>, sheets: &Sheets<'_>) -> Dealer {
    let id = row.text("dealer_id");
    let known = sheets.dealer(id);
    Dealer {
        id: id.to_owned(),
        name: known.name.to_owned(),
        region: known.region.clone(),
        revenue: row.exact("revenue"),
        cost_of_goods: row.exact("cost_of_goods"),
        other_income: row.exact("other_income"),
        expenses: EXPENSES.map(|field| row.exact(field)),
        tied_up: TIED_UP.map(|field| row.exact(field)),
        payables: row.exact("payables"),
    }
}

impl Dealer {
    /// What is spent beside the goods.
    pub fn spent(&self) -> Exact {
        sum(&self.expenses)
    }

    fn shares(&self) -> Shares {
        let gross = &self.revenue - &self.cost_of_goods;
        let net = &(&gross + &self.other_income) - &self.spent();
        let capital = &sum(&self.tied_up) - &self.payables;
        let a_yuan = |of: &Exact| if capital.signum() > 0 { of.checked_div(&capital) } else { None };
        Shares {
            roi: a_yuan(&net),
            turns: a_yuan(&self.revenue),
            gross_margin: gross.checked_div(&self.revenue),
            net_margin: net.checked_div(&self.revenue),
            gross,
            net,
            capital,
        }
    }
}

fn sum(parts: &[Exact]) -> Exact {
    parts.iter().sum()
}

fn returned(dealer: &Dealer) -> Returned {
    let exact = dealer.shares();
    let ratio = |x: &Option<Exact>| x.as_ref().map(Figure::ratio);
    Returned {
        dealer_id: dealer.id.clone(),
        gross_profit: Figure::money(&exact.gross),
        net_profit: Figure::money(&exact.net),
        capital: Figure::money(&exact.capital),
        roi: ratio(&exact.roi),
        gross_margin: ratio(&exact.gross_margin),
        net_margin: ratio(&exact.net_margin),
        capital_turns: ratio(&exact.turns),
        exact,
    }
}

/// What would bring a dealer's return to that of all together.
#[derive(Debug, PartialEq)]
pub struct Lift {
    /// So much more net profit, yuan,
    pub net: rust_decimal::Decimal,
    /// or so much less capital; none where no less of it would do.
    pub capital: Option<rust_decimal::Decimal>,
}

impl Results {
    /// The return of all dealers together; none where they tie up nothing.
    pub fn overall(&self) -> Option<Exact> {
        let total = |of: fn(&Shares) -> &Exact| self.dealers.iter().map(|d| of(&d.exact)).sum::<Exact>();
        let capital = total(|shares| &shares.capital);
        if capital.signum() > 0 { total(|shares| &shares.net).checked_div(&capital) } else { None }
    }
}

impl Shares {
    /// What would bring the return up to a level; none where it is there, or where there is no return.
    pub fn lift_to(&self, level: &Exact) -> Option<Lift> {
        self.roi.as_ref().filter(|roi| *roi < level)?;
        let requested = level * &self.capital;
        let enough = self.net.checked_div(level).filter(|enough| enough.signum() > 0);
        let capital = enough.map(|enough| (&self.capital - &enough).round_up(2));
        Some(Lift { net: (&requested - &self.net).round_up(2), capital })
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn dealer(revenue: i64, cost: i64, wages: i64, inventory: i64, payables: i64) -> Dealer {
        let mut dealer = Dealer {
            id: "D1".into(),
            name: String::new(),
            region: Key::default(),
            revenue: Exact::whole(revenue),
            cost_of_goods: Exact::whole(cost),
            other_income: Exact::ZERO,
            expenses: std::array::from_fn(|_| Exact::ZERO),
            tied_up: std::array::from_fn(|_| Exact::ZERO),
            payables: Exact::whole(payables),
        };
        (dealer.expenses[2], dealer.tied_up[0]) = (Exact::whole(wages), Exact::whole(inventory));
        dealer
    }

    fn ratios(returned: &Returned) -> [Option<String>; 4] {
        let all = [returned.roi, returned.gross_margin, returned.net_margin, returned.capital_turns];
        all.map(|ratio| ratio.map(|ratio| ratio.to_string()))
    }

    #[test]
    fn a_loss_has_a_negative_return() {
        let result = returned(&dealer(500_000, 470_000, 36_000, 150_000, 0));
        assert_eq!(result.net_profit.to_string(), "-6000.00");
        assert_eq!(ratios(&result), ["-0.0400", "0.0600", "-0.0120", "3.3333"].map(|x| Some(x.to_owned())));
    }

    #[test]
    fn a_cent_of_capital_has_a_return_and_none_has_not() {
        let at = returned(&dealer(100, 90, 0, 50, 50));
        assert_eq!(ratios(&at), [None, Some("0.1000".to_owned()), Some("0.1000".to_owned()), None]);
        let mut above = dealer(100, 90, 0, 50, 50);
        above.payables = Decimal::new(4999, 2).into();
        assert_eq!(returned(&above).roi.unwrap().to_string(), "1000.0000");
        assert!(returned(&dealer(100, 90, 0, 50, 51)).roi.is_none());
    }

    #[test]
    fn without_revenue_there_are_no_margins() {
        assert_eq!(
            ratios(&returned(&dealer(0, 0, 10, 100, 0))),
            [Some("-0.1000".into()), None, None, Some("0.0000".into())]
        );
    }

    #[test]
    fn more_profit_or_less_capital_brings_the_return_to_the_level() {
        let low = returned(&dealer(1000, 900, 0, 1000, 0)).exact;
        let lift = low.lift_to(&Decimal::new(2, 1).into()).unwrap();
        assert_eq!(lift, Lift { net: Decimal::new(10_000, 2), capital: Some(Decimal::new(50_000, 2)) });
        assert_eq!(returned(&dealer(1100, 900, 0, 1000, 0)).exact.lift_to(&Decimal::new(2, 1).into()), None);
        let loss = returned(&dealer(1000, 1100, 0, 1000, 0)).exact;
        assert_eq!(loss.lift_to(&Exact::ZERO).unwrap(), Lift { net: Decimal::new(10_000, 2), capital: None });
    }

    #[test]
    fn the_return_of_all_is_by_what_all_earn_and_tie_up() {
        let dealers = [dealer(100, 90, 0, 100, 0), dealer(100, 70, 0, 150, 50), dealer(100, 100, 0, 0, 500)];
        let of = |dealers: &[Dealer]| Results { dealers: dealers.iter().map(returned).collect() }.overall();
        assert_eq!(of(&dealers[..2]), Some(Decimal::new(2, 1).into()));
        assert_eq!(of(&dealers), None);
    }
}
