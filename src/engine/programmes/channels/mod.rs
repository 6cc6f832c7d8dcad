//! # Taking stock of channels (渠道盘点)
//!
//! Handbook 10. Says for each region and channel type how much could still be won there, and where to begin.
//!
//! Sheet: `channels` 渠道盘点, a row a region and channel type: customers in all (A), developed (B), their tonnes (C), competitors' tonnes.
//! No policy section: there is no figure to choose.
//!
//! ## Rules
//!
//! - **tonnes per customer** D = C / B. Where nobody is developed, D is that of the same channel type elsewhere (ΣC / ΣB), else there is none.
//! - **estimated tonnes** E = D × A, what the channel takes in all; **tonnes to win** E − C; **customers to win** A − B. 4 places, a count.
//! - **customer share** B / A, **volume share** C / E, **known share** C / (C + competitors' tonnes); each none where the divisor is 0. 4 places.
//! - **order** of development: tonnes to win, the largest first, ties in the sheet's order; those without any figure last.
//!
//! ## Example
//!
//! 50 shops, 20 of them developed with 300 t: 15 t a shop, 750 t in all, 450 t to win from 30 shops. Where none of 28 shops of the same type is
//! developed, the 15 t are taken for them too: 420 t to win.

mod sheet;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::{Row, Sheets};
use crate::policy::Policy;
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// 渠道盘点.
pub struct Channels;

/// A row of the channels sheet.
pub struct Channel {
    /// Its row in the sheet, from 0.
    pub row: u32,
    /// 区域
    pub region: Key,
    /// 渠道种类
    pub channel_type: Key,
    /// 客户总数
    pub customers: Exact,
    /// 已开发客户数
    pub developed: Exact,
    /// 已开发客户销量
    pub tonnes: Exact,
    /// 竞争者销量
    pub competitors: Exact,
}

/// `results.channels`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Channels")]
pub struct Results {
    /// The channels, in the sheet's order.
    pub rows: Vec<Stock>,
}

/// What came out for a channel.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Channel")]
pub struct Stock {
    /// 区域
    pub region: Key,
    /// 渠道种类
    pub channel_type: Key,
    /// D, 4 places.
    pub tonnes_per_customer: Option<Figure>,
    /// E, 4 places.
    pub estimated_tonnes: Option<Figure>,
    /// B / A, 4 places.
    pub customer_share: Option<Figure>,
    /// C / E, 4 places.
    pub volume_share: Option<Figure>,
    /// A − B.
    pub customers_to_win: i64,
    /// E − C, 4 places.
    pub tonnes_to_win: Option<Figure>,
    /// C / (C + competitors' tonnes), 4 places.
    pub known_share: Option<Figure>,
    /// The place in the order of development, from 1.
    pub order: u32,
    /// The figures before they are rounded.
    #[serde(skip)]
    pub exact: Shares,
}

/// The figures of a channel before they are rounded.
#[derive(Clone, Debug)]
pub struct Shares {
    /// D
    pub tonnes_per_customer: Option<Exact>,
    /// E
    pub estimated: Option<Exact>,
    /// E − C
    pub to_win: Option<Exact>,
    /// B / A
    pub customers: Option<Exact>,
    /// C / E
    pub volume: Option<Exact>,
    /// C / (C + competitors' tonnes)
    pub known: Option<Exact>,
    /// Whether D is that of the same channel type elsewhere.
    pub borrowed: bool,
}

impl Programme for Channels {
    type Inputs = Vec<Channel>;
    type Results = Results;

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Vec<Channel> {
        let channel = |row: Row<'_>| Channel {
            row: row.place(),
            region: row.key("region").clone(),
            channel_type: row.key("channel_type").clone(),
            customers: row.exact("customers_total"),
            developed: row.exact("customers_developed"),
            tonnes: row.exact("tonnes_developed"),
            competitors: row.exact("competitor_tonnes"),
        };
        sheets.rows("channels").map(channel).collect()
    }

    fn calculate(inputs: &Vec<Channel>, _: &Policy) -> Results {
        Results { rows: take_stock(inputs) }
    }
}

fn take_stock(channels: &[Channel]) -> Vec<Stock> {
    let mut by_type: HashMap<&Key, (Exact, Exact)> = HashMap::new();
    for channel in channels {
        let (tonnes, developed) = by_type.entry(&channel.channel_type).or_insert((Exact::ZERO, Exact::ZERO));
        (*tonnes, *developed) = (&*tonnes + &channel.tonnes, &*developed + &channel.developed);
    }
    let elsewhere = |channel: &Channel| {
        let (tonnes, developed) = &by_type[&channel.channel_type];
        tonnes.checked_div(developed)
    };
    let shares: Vec<Shares> = channels.iter().map(|channel| Shares::of(channel, elsewhere(channel))).collect();
    let orders = orders(&shares);
    channels.iter().zip(shares).zip(orders).map(|((channel, shares), order)| stock(channel, shares, order)).collect()
}

impl Shares {
    fn of(channel: &Channel, elsewhere: Option<Exact>) -> Self {
        let own = channel.tonnes.checked_div(&channel.developed);
        let borrowed = own.is_none() && elsewhere.is_some();
        let tonnes_per_customer = own.or(elsewhere);
        let estimated = tonnes_per_customer.as_ref().map(|d| d * &channel.customers);
        Shares {
            to_win: estimated.as_ref().map(|e| e - &channel.tonnes),
            customers: channel.developed.checked_div(&channel.customers),
            volume: estimated.as_ref().and_then(|e| channel.tonnes.checked_div(e)),
            known: channel.tonnes.checked_div(&(&channel.tonnes + &channel.competitors)),
            tonnes_per_customer,
            estimated,
            borrowed,
        }
    }
}

/// The places in the order of development, from 1.
fn orders(shares: &[Shares]) -> Vec<u32> {
    let mut by_tonnes: Vec<usize> = (0..shares.len()).collect();
    by_tonnes.sort_by(|a, b| shares[*b].to_win.cmp(&shares[*a].to_win));
    let mut orders = vec![0; shares.len()];
    by_tonnes.iter().zip(1..).for_each(|(row, order)| orders[*row] = order);
    orders
}

fn stock(channel: &Channel, exact: Shares, order: u32) -> Stock {
    let shown = |x: &Option<Exact>| x.as_ref().map(Figure::ratio);
    Stock {
        region: channel.region.clone(),
        channel_type: channel.channel_type.clone(),
        tonnes_per_customer: shown(&exact.tonnes_per_customer),
        estimated_tonnes: shown(&exact.estimated),
        customer_share: shown(&exact.customers),
        volume_share: shown(&exact.volume),
        customers_to_win: (&channel.customers - &channel.developed).floor(),
        tonnes_to_win: shown(&exact.to_win),
        known_share: shown(&exact.known),
        order,
        exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(channel_type: &str, [customers, developed, tonnes, competitors]: [i64; 4]) -> Channel {
        Channel {
            row: 0,
            region: "涪陵".into(),
            channel_type: channel_type.into(),
            customers: Exact::whole(customers),
            developed: Exact::whole(developed),
            tonnes: Exact::whole(tonnes),
            competitors: Exact::whole(competitors),
        }
    }

    fn text(figure: Option<Figure>) -> String {
        figure.map_or("none".to_owned(), |figure| figure.to_string())
    }

    #[test]
    fn where_nobody_is_developed_the_same_type_elsewhere_tells_the_tonnes() {
        let rows = take_stock(&[
            channel("shop", [10, 0, 0, 5]),
            channel("shop", [5, 2, 30, 0]),
            channel("shop", [5, 1, 3, 0]),
            channel("farm", [5, 0, 0, 0]),
        ]);
        assert_eq!(text(rows[0].tonnes_per_customer), "11.0000");
        assert_eq!((text(rows[0].tonnes_to_win), rows[0].order), ("110.0000".into(), 1));
        assert_eq!(
            (text(rows[3].tonnes_to_win), text(rows[3].volume_share), rows[3].order),
            ("none".into(), "none".into(), 4)
        );
        assert!(rows[0].exact.borrowed && !rows[1].exact.borrowed && !rows[3].exact.borrowed);
    }

    #[test]
    fn ties_stand_in_the_sheets_order_and_a_full_channel_before_an_unknown_one() {
        let rows = take_stock(&[
            channel("none", [1, 0, 0, 0]),
            channel("full", [2, 2, 8, 0]),
            channel("a", [4, 2, 8, 0]),
            channel("b", [4, 2, 8, 0]),
        ]);
        assert_eq!(rows.iter().map(|row| row.order).collect::<Vec<_>>(), [4, 3, 1, 2]);
    }

    #[test]
    fn a_channel_without_customers_has_no_shares() {
        let rows = take_stock(&[channel("a", [0, 0, 0, 0]), channel("a", [2, 1, 3, 0])]);
        assert_eq!((text(rows[0].customer_share), text(rows[0].estimated_tonnes)), ("none".into(), "0.0000".into()));
        assert_eq!((text(rows[0].volume_share), text(rows[0].known_share)), ("none".into(), "none".into()));
    }
}
