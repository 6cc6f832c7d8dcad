//! 渠道盘点结果 / Channel results: where the most is to be won first; regions added up, all figures live.

use super::{Channel, Channels, Shares, Stock};
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{Chart, ChartKind, Describe, Group, Look, Series, Sheet, Value, Words, rules_of};
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;

/// What its columns read that aren't called as on the user's sheet.
const READS: &[(&str, &str, &[&str])] = &[
    ("customers", "channels", &["customers_total"]),
    ("developed", "channels", &["customers_developed"]),
    ("tonnes", "channels", &["tonnes_developed"]),
    ("competitors", "channels", &["competitor_tonnes"]),
];

type Row<'a> = (&'a Channel, &'a Stock);

/// D before it is rounded: own, else that of the same type elsewhere, else none.
const PER_CUSTOMER: &str = "IF([developed]>0,[tonnes]/[developed],IF(SUMPRODUCT(EXACT([type:],[type])*[developed:])>0,SUMPRODUCT(EXACT([type:],[type])*[tonnes:])/SUMPRODUCT(EXACT([type:],[type])*[developed:]),\"\"))";

impl Presentation for Channels {
    const ROW_BY_ROW: bool = true;

    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let mut rows: Vec<Row<'a>> = outcome.inputs.iter().zip(&outcome.results.rows).collect();
        rows.sort_by_key(|(_, stock)| stock.order);
        let mut sheet = Describe::new("channels", ("渠道盘点结果", "Channel results"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        sheet.column("order", label("开发次序", "Order"), (10.0, Look::Count, Group::Identity), |(_, s)| s.order);
        sheet.column("channel", label("渠道", "Channel"), (26.0, Look::Text, Group::Identity), |(c, _)| {
            format!("{} {}", c.region, c.channel_type)
        });
        sheet.column("region", label("区域", "Region"), (10.0, Look::Text, Group::Identity), |(c, _)| {
            c.region.shown()
        });
        sheet.column("type", label("渠道种类", "Channel type"), (14.0, Look::Text, Group::Identity), |(c, _)| {
            c.channel_type.shown()
        });
        sheet.counted("channel", "channel", ("0\" 个渠道\"", "0\" channels\""));
        to_win(&mut sheet, words);
        basis(&mut sheet, words);
        explain(&mut sheet, words);
        sheet.muted(|(_, stock)| stock.tonnes_to_win.is_none());
        sheet.origin_row(|(channel, _)| Some(channel.row));
        sheet.subtotals("region");
        sheet.chart(chart(words));
        sheet.reads(READS).derives(&[("order", "to_win", true)]);
        sheet.finish()
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    sheet.rule(
        label("单户销量", "Tonnes per customer"),
        label(
            "已开发客户销量 ÷ 已开发客户数；尚未开发的，取其他区域同类渠道的平均，没有则空",
            "tonnes developed / customers developed; where nobody is, that of the same channel type elsewhere, else none",
        ),
    );
    sheet.rule(
        label("估计销量与可争取销量", "Estimated tonnes and tonnes to win"),
        label(
            "单户销量 × 客户总数；减去已开发客户销量即可争取销量",
            "tonnes per customer × customers; less the tonnes developed",
        ),
    );
    sheet.rule(
        label("开发次序", "Order"),
        label("按可争取销量从大到小，相同时按原表次序", "tonnes to win, the largest first; ties as on the sheet"),
    );
}

/// What is to be won, and why.
fn to_win<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let result = |width, look| (width, look, Group::Result);
    sheet.column("to_win", label("可争取销量（吨）", "Tonnes to win"), result(14.0, Look::Tonnes), |(_, s)| {
        s.tonnes_to_win
    });
    sheet.live("IF([per]=\"\",\"\",ROUND([exact_per]*[customers]-[tonnes],4))");
    rounded(sheet, |s| &s.to_win);
    sheet.summed();
    sheet.column(
        "customers_to_win",
        label("可开发客户数", "Customers to win"),
        result(11.0, Look::Count),
        |(_, s)| Value::Number(s.customers_to_win.into()),
    );
    sheet.live("[customers]-[developed]").summed();
    sheet.column("why", label("依据与建议", "Grounds and advice"), result(44.0, Look::Wrap), move |(c, s)| {
        advice(c, s, words)
    });
    sheet.column(
        "customer_share",
        label("客户占有率", "Customer share"),
        result(11.0, Look::Percent),
        |(_, s)| s.customer_share,
    );
    sheet.live("IF([customers]=0,\"\",ROUND([developed]/[customers],4))");
    rounded(sheet, |s| &s.customers);
    sheet.column("volume_share", label("销量占有率", "Volume share"), result(11.0, Look::Percent), |(_, s)| {
        s.volume_share
    });
    sheet.live("IF(N([exact_per])*[customers]=0,\"\",ROUND([tonnes]/([exact_per]*[customers]),4))");
    rounded(sheet, |s| &s.volume);
    sheet.column(
        "known_share",
        label("已知同行中占比", "Share among known sellers"),
        result(12.0, Look::Percent),
        |(_, s)| s.known_share,
    );
    sheet.live("IF([tonnes]+[competitors]=0,\"\",ROUND([tonnes]/([tonnes]+[competitors]),4))");
    rounded(sheet, |s| &s.known);
}

/// What it derives from.
fn basis<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let basis = |look| (13.0, look, Group::Basis);
    sheet.column(
        "estimated",
        label("渠道估计销量（吨）", "Estimated tonnes"),
        basis(Look::Tonnes),
        |(_, s)| s.estimated_tonnes,
    );
    sheet.live("IF([per]=\"\",\"\",ROUND([exact_per]*[customers],4))");
    rounded(sheet, |s| &s.estimated);
    sheet.summed();
    sheet.column("per", label("单户销量（吨）", "Tonnes per customer"), basis(Look::Index), |(_, s)| {
        s.tonnes_per_customer
    });
    sheet.live("IF([exact_per]=\"\",\"\",ROUND([exact_per],4))");
    rounded(sheet, |s| &s.tonnes_per_customer);
    let mut given = |key: &str, text: &str, look, value: fn(&Channel) -> &Exact| {
        sheet.column(key, text, basis(look), move |(c, _)| Value::from(value(c)));
        sheet.summed();
    };
    given("customers", label("客户总数", "Customers"), Look::Count, |c| &c.customers);
    given("developed", label("已开发客户数", "Customers developed"), Look::Count, |c| &c.developed);
    given("tonnes", label("已开发客户销量（吨）", "Tonnes developed"), Look::Tonnes, |c| &c.tonnes);
    given("competitors", label("竞争者销量（吨）", "Competitors' tonnes"), Look::Tonnes, |c| &c.competitors);
    let exact_per = label("单户销量（未四舍五入）", "Tonnes per customer, unrounded");
    sheet.column("exact_per", exact_per, basis(Look::Tonnes), |(_, s)| {
        s.exact.tonnes_per_customer.as_ref().map(|d| d.round(15))
    });
    sheet.live(PER_CUSTOMER);
}

fn rounded<'a>(sheet: &mut Describe<'a, Row<'a>>, pick: fn(&Shares) -> &Option<Exact>) {
    sheet.rounded(4, move |(_, stock)| pick(&stock.exact).clone());
}

fn advice(channel: &Channel, stock: &Stock, words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    let Some(per) = stock.exact.tonnes_per_customer.as_ref().map(|per| per.round(2)) else {
        let text = if zh {
            "尚无已开发客户，别处也没有同类渠道可参照"
        } else {
            "nobody is developed here nor in this type of channel elsewhere"
        };
        return text.to_owned();
    };
    if channel.customers == channel.developed {
        return words.lang.pick("客户已全部开发", "all customers are developed").to_owned();
    }
    match (stock.exact.borrowed, zh) {
        (false, true) => format!("每多开发一家约增 {per} 吨"),
        (false, false) => format!("each further customer brings about {per} t"),
        (true, true) => format!("尚未开发，按其他区域同类渠道每家 {per} 吨估计"),
        (true, false) => format!("nobody is developed; {per} t each, as in this type of channel elsewhere"),
    }
}

fn chart(words: Words<'_>) -> Chart {
    let series = |key: &str, zh, en, colour| Series {
        name: words.lang.pick(zh, en).to_owned(),
        along: "channel".to_owned(),
        values: key.to_owned(),
        rows: None,
        colour,
    };
    Chart {
        title: words.lang.pick("各渠道销量与开发空间（吨）", "Tonnes won and to win by channel").to_owned(),
        kind: ChartKind::StackedBars,
        series: vec![series("tonnes", "已有销量", "won", 0x2F5597), series("to_win", "可争取销量", "to win", 0xF4B183)],
        axes: (String::new(), String::new()),
        number_format: "#,##0",
    }
}
