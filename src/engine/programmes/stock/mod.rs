//! # Stock (进销存)
//!
//! Handbook 6, the 1.5 times rule (1.5倍库存原则). Says how much of each product a dealer should order, and where stock is short or lies idle.
//!
//! Sheet: `stock` 进销存, a row a dealer and product. Policy section: `[stock]`.
//!
//! ## Rules
//!
//! - **sales** of the period = opening + purchased − closing. Below 0 is an error in the data.
//! - **safety stock** = 1.5 × sales.
//! - **suggested order** = safety stock − closing − in transit, at least 0. All three in tonnes as they add up.
//! - **turnover days** = (opening + closing) / 2 / sales × days of the period, 2 places; none when sales are 0.
//! - **flags**: `stockout` (closing 0, sales above 0), `slow` (sales 0, closing above 0), `overstock` (closing above the safety stock). What
//!   is slow is overstock too: its safety stock is 0.
//!
//! The sheet 库存建议 adds how far an overstock lies above the safety stock, for how many days the stock lasts, and what would end it: the
//! tonnes that could go elsewhere, or the tonnes more that the period would have had to sell. 进销存报表 shows what came in, went out and is
//! left by dealer and product, with the totals of each region, mode, market class and product; the turnover of a total is its average stock
//! by its sales a day.
//!
//! ## Example
//!
//! 100 t at the beginning, 200 t bought, 120 t left: 180 t were sold, so 270 t are safe. With 30 t on the way, 270 − 120 − 30 = 120 t should be
//! ordered; the stock turns over in (100 + 120) / 2 / 180 × 30 = 18.33 days.

mod policy;
mod report;
mod sheet;

pub use policy::StockRules;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::{Row, Sheets};
use crate::policy::{Policy, Section, SectionKind};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// 进销存.
pub struct Stock;

/// A row of the stock sheet.
pub struct Item {
    /// Its row in the sheet, from 0.
    pub row: u32,
    /// 经销商编号
    pub dealer_id: String,
    /// 经销商名称, where there is a dealers sheet.
    pub name: String,
    /// 区域, likewise.
    pub region: Key,
    /// 合作方式, canonical, likewise.
    pub channel_mode: String,
    /// 市场分类, likewise; may be empty.
    pub market_class: String,
    /// 产品
    pub product: Key,
    /// 期初库存
    pub opening: Exact,
    /// 本期进货
    pub purchased: Exact,
    /// 期末库存
    pub closing: Exact,
    /// 在途
    pub in_transit: Exact,
    /// 期间天数
    pub days: Exact,
}

/// `results.stock`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Stock")]
pub struct Results {
    /// The items, in the sheet's order.
    pub items: Vec<Advice>,
}

/// What came out for a dealer's product.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StockItem")]
pub struct Advice {
    /// 经销商编号
    pub dealer_id: String,
    /// 产品
    pub product: Key,
    /// Tonnes of the period.
    pub sales: Figure,
    /// Tonnes.
    pub safety_stock: Figure,
    /// Tonnes, 0 or more.
    pub suggested_order: Figure,
    /// 2 places; null without sales.
    pub turnover_days: Option<Figure>,
    /// What is not as it should be.
    pub flags: Vec<Flag>,
    /// The figures that explain it.
    #[serde(skip)]
    pub why: Why,
}

/// What explains an advice.
#[derive(Debug)]
pub struct Why {
    /// The turnover days before they are rounded.
    pub turnover: Option<Exact>,
    /// The tonnes above the safety stock.
    pub excess: Exact,
    /// With so many tonnes more sold in the period the stock would have been no overstock.
    pub to_sell: Decimal,
    /// For how many days the stock lasts at the period's pace; none without sales.
    pub lasts: Option<Exact>,
}

/// What is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "StockFlag")]
pub enum Flag {
    /// 缺货
    Stockout,
    /// 滞销
    Slow,
    /// 超储
    Overstock,
}

impl Programme for Stock {
    type Inputs = Vec<Item>;
    type Results = Results;

    const SECTION: Option<SectionKind> = Some(SectionKind::of::<StockRules>());

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Vec<Item> {
        sheets.rows("stock").map(|row| item(&row, sheets)).collect()
    }

    fn calculate(inputs: &Vec<Item>, policy: &Policy) -> Results {
        Results { items: inputs.iter().map(|item| advise(item, StockRules::of(policy))).collect() }
    }
}

fn item(row: &Row<'_>, sheets: &Sheets<'_>) -> Item {
    let id = row.text("dealer_id");
    let known = sheets.dealer(id);
    Item {
        row: row.place(),
        dealer_id: id.to_owned(),
        name: known.name.to_owned(),
        region: known.region.clone(),
        channel_mode: known.channel_mode.to_owned(),
        market_class: known.market_class.to_owned(),
        product: row.key("product").clone(),
        opening: row.exact("opening"),
        purchased: row.exact("purchased"),
        closing: row.exact("closing"),
        in_transit: row.exact("in_transit"),
        days: row.exact("period_days"),
    }
}

impl Item {
    /// What was sold in the period.
    pub fn sales(&self) -> Exact {
        &(&self.opening + &self.purchased) - &self.closing
    }

    /// The mean of the stock at the beginning and at the end.
    pub fn average(&self) -> Exact {
        let both = &self.opening + &self.closing;
        both.checked_div(&Exact::whole(2)).unwrap_or(both)
    }

    /// What is sold a day.
    pub fn daily(&self) -> Exact {
        self.sales().checked_div(&self.days).unwrap_or(Exact::ZERO)
    }

    /// The turnover days, of which the period has some; none without sales.
    pub fn turnover(&self) -> Option<Exact> {
        self.average().checked_div(&self.daily())
    }
}

fn advise(item: &Item, rules: &StockRules) -> Advice {
    let factor = Exact::from(rules.safety_factor);
    let sales = item.sales();
    let safety = &sales * &factor;
    let order = (&(&safety - &item.closing) - &item.in_transit).max(Exact::ZERO);
    let excess = (&item.closing - &safety).max(Exact::ZERO);
    let (sold, left) = (sales.signum() > 0, item.closing.signum() > 0);
    let flags = [(sold && !left, Flag::Stockout), (!sold && left, Flag::Slow), (excess.signum() > 0, Flag::Overstock)];
    // A tonne that is sold takes one off the stock and adds to what is safe.
    let to_sell = excess.checked_div(&(&Exact::ONE + &factor)).unwrap_or(Exact::ZERO);
    let turnover = item.turnover();
    Advice {
        dealer_id: item.dealer_id.clone(),
        product: item.product.clone(),
        sales: Figure::plain(&sales),
        safety_stock: Figure::plain(&safety),
        suggested_order: Figure::plain(&order),
        turnover_days: turnover.as_ref().map(|days| Figure::round(days, 2)),
        flags: flags.into_iter().filter(|(applies, _)| *applies).map(|(_, flag)| flag).collect(),
        why: Why { turnover, excess, to_sell: to_sell.round_up(3), lasts: item.closing.checked_div(&item.daily()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Decimal::from_str_exact(text).unwrap().into()
    }

    fn item([opening, purchased, closing, in_transit]: [&str; 4], days: i64) -> Item {
        Item {
            row: 0,
            dealer_id: "D1".into(),
            name: String::new(),
            region: Key::default(),
            channel_mode: String::new(),
            market_class: String::new(),
            product: "尿素".into(),
            opening: exact(opening),
            purchased: exact(purchased),
            closing: exact(closing),
            in_transit: exact(in_transit),
            days: Exact::whole(days),
        }
    }

    fn advised(figures: [&str; 4]) -> Advice {
        advise(&item(figures, 30), StockRules::of(&Policy::embedded().unwrap()))
    }

    #[test]
    fn what_is_on_the_way_is_not_ordered_again() {
        let some = advised(["100", "200", "120", "30"]);
        assert_eq!((some.sales.to_string(), some.safety_stock.to_string()), ("180".into(), "270".into()));
        assert_eq!((some.suggested_order.to_string(), some.flags.len()), ("120".into(), 0));
        assert_eq!(some.turnover_days.unwrap().to_string(), "18.33");
        for enough in ["150", "150.001"] {
            assert_eq!(advised(["100", "200", "120", enough]).suggested_order.to_string(), "0");
        }
        assert_eq!(advised(["100", "200", "120", "149.999"]).suggested_order.to_string(), "0.001");
    }

    #[test]
    fn stock_at_the_safety_stock_is_none_too_many_and_a_kilogram_more_is() {
        let at = advised(["10", "90", "60", "0"]);
        assert_eq!((at.flags, at.suggested_order.to_string(), at.why.excess), (vec![], "0".into(), Exact::ZERO));
        let above = advised(["10", "90.0025", "60.0015", "0"]);
        assert_eq!(above.sales.to_string(), "40.001");
        assert!(above.flags.is_empty());
        let above = advised(["10", "90.001", "60.001", "0"]);
        assert_eq!((above.flags, above.why.excess), (vec![Flag::Overstock], exact("0.001")));
    }

    #[test]
    fn nothing_left_is_a_stockout_only_where_something_was_sold() {
        let out = advised(["40", "60.5", "0", "0"]);
        assert_eq!((out.flags, out.suggested_order.to_string()), (vec![Flag::Stockout], "150.75".into()));
        assert_eq!(out.turnover_days.unwrap().to_string(), "5.97");
        let none = advised(["0", "0", "0", "0"]);
        assert_eq!((none.flags, none.turnover_days), (vec![], None));
    }

    #[test]
    fn what_nobody_bought_is_slow_and_too_much_and_has_no_turnover() {
        let slow = advised(["25", "0", "25", "0"]);
        assert_eq!((slow.flags, slow.turnover_days), (vec![Flag::Slow, Flag::Overstock], None));
        assert!(slow.why.lasts.is_none());
    }

    #[test]
    fn with_what_would_have_to_be_sold_an_overstock_is_none() {
        let over = advised(["10", "100", "80", "0"]);
        assert_eq!((over.why.excess, over.why.to_sell), (exact("35"), Decimal::new(14_000, 3)));
        assert!(advised(["10", "100", "66", "0"]).flags.is_empty());
        assert_eq!(advised(["10", "100", "66.001", "0"]).flags, [Flag::Overstock]);
    }
}
