//! 进销存报表 / Stock report: what came in, went out and is left by dealer and product, with totals per region, mode, market class and product.

use super::sheet::READS;
use super::{Advice, Item, Stock};
use crate::programmes::Outcome;
use crate::sheet::{Chart, ChartKind, Describe, Group, Look, Series, Sheet, Value, Words};
use dealerbook_base::exact::Exact;

type Row<'a> = (&'a Item, &'a Advice);

/// The sheet; in the order of the user's own.
pub fn sheet<'a>(outcome: &'a Outcome<Stock>, words: Words<'a>) -> Sheet<'a> {
    let rows: Vec<Row<'a>> = outcome.inputs.iter().zip(&outcome.results.items).collect();
    let has = |text: fn(&Item) -> &str| outcome.inputs.iter().any(|item| !text(item).is_empty());
    let mut sheet = Describe::new("stock_report", ("进销存报表", "Stock report"), words, rows);
    let label = |zh, en| words.lang.pick(zh, en);
    let who = |width| (width, Look::Text, Group::Identity);
    sheet.column("id", label("经销商编号", "Dealer ID"), who(12.0), |(i, _)| i.dealer_id.as_str());
    let mut groups = Vec::new();
    if has(|item| &item.name) {
        sheet.column("name", label("经销商名称", "Name"), who(20.0), |(i, _)| i.name.as_str());
    }
    if has(|item| item.region.shown()) {
        sheet.column("region", label("区域", "Region"), who(9.0), |(i, _)| i.region.shown());
        groups.push("region");
    }
    if has(|item| &item.channel_mode) {
        sheet.column("mode", label("合作方式", "Channel mode"), who(18.0), move |(i, _)| {
            words.category_of("dealers", "channel_mode", &i.channel_mode).into_owned()
        });
        groups.push("mode");
    }
    if has(|item| &item.market_class) {
        sheet.column("class", label("市场分类", "Market class"), (9.0, Look::Centre, Group::Identity), |(i, _)| {
            i.market_class.as_str()
        });
        groups.push("class");
    }
    sheet.column("product", label("产品", "Product"), who(14.0), |(i, _)| i.product.shown());
    sheet.origin_row(|(item, _)| Some(item.row));
    moved(&mut sheet, words);
    sheet.counted("product", "id", ("0\" 项\"", "0\" items\""));
    for group in groups {
        sheet.subtotals(group);
    }
    let first = sheet.next_below();
    sheet.subtotals("product");
    let products = sheet.next_below() - first;
    if products > 0 {
        sheet.chart(chart(words, (first, products)));
    }
    sheet.strategies(outcome.inputs.iter().map(|item| item.market_class.as_str()));
    sheet.rule(
        label("进销存", "Purchases, sales, stock"),
        label(
            "本期销量 = 期初库存 + 本期进货 − 期末库存；周转天数的合计与小计为平均库存 ÷ 日均销量",
            "sales = opening + purchased − closing; in totals the turnover days are average stock / sales a day",
        ),
    );
    sheet.reads_rows_of("stock").reads(READS);
    sheet.finish()
}

/// Opening, in, out, closing; and how fast.
fn moved<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let mut tonnes = |key: &str, text: &str, group, value: fn(&Item) -> Exact| {
        sheet.column(key, text, (12.0, Look::Tonnes, group), move |(i, _)| Value::from(&value(i)));
        sheet.summed();
    };
    tonnes("opening", label("期初库存（吨）", "Opening (t)"), Group::Result, |i| i.opening.clone());
    tonnes("purchased", label("本期进货（吨）", "Purchased (t)"), Group::Result, |i| i.purchased.clone());
    tonnes("sales", label("本期销量（吨）", "Sales (t)"), Group::Result, Item::sales);
    tonnes("closing", label("期末库存（吨）", "Closing (t)"), Group::Result, |i| i.closing.clone());
    tonnes("transit", label("在途（吨）", "In transit (t)"), Group::Result, |i| i.in_transit.clone());
    sheet.live_at("sales", "ROUND([opening]+[purchased]-[closing],9)");
    sheet.column("turnover", label("周转天数", "Turnover days"), (10.0, Look::Points, Group::Result), |(_, a)| {
        a.turnover_days
    });
    sheet.live("IF([sales]=0,\"\",ROUND([average]/[sales]*[days],2))").rounded(2, |(_, a)| a.why.turnover.clone());
    sheet.column("days", label("期间天数", "Period days"), (10.0, Look::Count, Group::Basis), |(i, _)| {
        Value::from(&i.days)
    });
    let average = label("平均库存（吨）", "Average stock (t)");
    sheet.column("average", average, (12.0, Look::Tonnes, Group::Basis), |(i, _)| Value::from(&i.average()));
    sheet.live("([opening]+[closing])/2").summed();
    let daily = label("日均销量（吨）", "Sales a day (t)");
    sheet.column("daily", daily, (12.0, Look::Tonnes, Group::Basis), |(i, _)| i.daily().round(15));
    sheet.live("[sales]/[days]").summed();
    sheet.quotient_at("turnover", "average", "daily");
}

/// The totals of each product, out of their rows below the table.
fn chart(words: Words<'_>, rows: (u32, u32)) -> Chart {
    let series = |key: &str, zh, en, colour| Series {
        name: words.lang.pick(zh, en).to_owned(),
        along: "product".to_owned(),
        values: key.to_owned(),
        rows: Some(rows),
        colour,
    };
    Chart {
        title: words.lang.pick("各产品进销存（吨）", "Purchases, sales and stock by product (t)").to_owned(),
        kind: ChartKind::Columns,
        series: vec![
            series("opening", "期初库存", "opening", 0xBFBFBF),
            series("purchased", "本期进货", "purchased", 0x9DC3E6),
            series("sales", "本期销量", "sales", 0x548235),
            series("closing", "期末库存", "closing", 0x2F5597),
        ],
        axes: (String::new(), String::new()),
        number_format: "#,##0",
    }
}
