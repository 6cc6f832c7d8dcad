//! 库存建议 / Stock advice: what is out of stock and must be ordered first, then what lies idle; orders, flags and turnover live.

use super::StockRules;
use super::{Advice, Flag, Item, Stock, report};
use crate::policy::Attention;
use crate::policy::Section;
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, Group, Look, POOR, Series, Sheet, Value, Words, figure, quoted, rules_of,
};
use dealerbook_base::exact::{Exact, plain};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;

/// What its columns read that aren't called as on the user's sheet; the same on its report.
pub(super) const READS: &[(&str, &str, &[&str])] =
    &[("transit", "stock", &["in_transit"]), ("days", "stock", &["period_days"])];

type Row<'a> = (&'a Item, &'a Advice);

impl Presentation for Stock {
    const ROW_BY_ROW: bool = true;

    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let mut rows: Vec<Row<'a>> = outcome.inputs.iter().zip(&outcome.results.items).collect();
        rows.sort_by(|(_, a), (_, b)| {
            let most = b.suggested_order.cmp(&a.suggested_order).then_with(|| b.why.excess.cmp(&a.why.excess));
            urgency(a).cmp(&urgency(b)).then(most)
        });
        let named = rows.iter().any(|(item, _)| !item.name.is_empty());
        let regions = rows.iter().any(|(item, _)| !item.region.is_empty());
        let mut sheet = Describe::new("stock", ("库存建议", "Stock advice"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        let who = |width| (width, Look::Text, Group::Identity);
        sheet.column("id", label("经销商编号", "Dealer ID"), who(12.0), |(i, _)| i.dealer_id.as_str());
        if named {
            sheet.column("name", label("经销商名称", "Name"), who(20.0), |(i, _)| i.name.as_str());
        }
        sheet.column("product", label("产品", "Product"), who(14.0), |(i, _)| i.product.shown());
        if regions {
            sheet.column("region", label("区域", "Region"), who(9.0), |(i, _)| i.region.shown());
        }
        advised(&mut sheet, words);
        basis(&mut sheet, words);
        plotted(&mut sheet, words);
        sheet.quotient_at("turnover", "average", "daily");
        sheet.counted("product", "id", ("0\" 项\"", "0\" items\""));
        for (flags, fill) in [
            (&[Flag::Stockout][..], POOR),
            (&[Flag::Slow, Flag::Overstock][..], POOR),
            (&[Flag::Overstock][..], FAIR),
            (&[][..], GOOD),
        ] {
            sheet.coloured("status", status(flags, words), fill);
        }
        for group in ["region", "product"].iter().filter(|key| **key == "product" || regions) {
            sheet.subtotals(group);
        }
        explain(&mut sheet, words);
        brief(&mut sheet, words, outcome);
        sheet.origin_row(|(item, _)| Some(item.row));
        sheet.chart(chart(words));
        sheet.reads(READS);
        let mut sheet = sheet.finish();
        sheet.frozen = if named { 4 } else { 3 };
        sheet
    }

    fn reports<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Vec<Sheet<'a>> {
        vec![report::sheet(outcome, words)]
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// What the overview says: what is sold out, what must be ordered, and who has far too much.
fn brief<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, outcome: &'a Outcome<Stock>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let items = &outcome.results.items;
    let out = u32_of(items.iter().filter(|item| item.flags.contains(&Flag::Stockout)).count());
    let over = u32_of(items.iter().filter(|item| item.flags.contains(&Flag::Overstock)).count());
    let count = |flags: &[Flag]| format!("COUNTIF([status:],{})", quoted(&status(flags, words)));
    let overstocked = format!("{}+{}", count(&[Flag::Overstock]), count(&[Flag::Slow, Flag::Overstock]));
    sheet.key_figure(label("断货（项）", "Out of stock (items)"), count(&[Flag::Stockout]), out, "0");
    sheet.key_figure(label("超储（项）", "Overstocked (items)"), overstocked, over, "0");
    let order = items.iter().map(|item| Exact::from(item.suggested_order)).sum::<Exact>();
    sheet.key_figure(label("建议订货（吨）", "Suggested orders (t)"), "[order!]", &order, "#,##0.0##");
    for (item, advice) in outcome.inputs.iter().zip(items) {
        if advice.flags.contains(&Flag::Overstock) {
            let (product, excess) = (&item.product, plain(&advice.why.excess));
            let text = match words.lang {
                Lang::Zh => format!("{product} 超储：超出安全库存 {excess} 吨"),
                Lang::En => format!("{product} overstocked: {excess} t above the safety stock"),
            };
            sheet.attention((&item.dealer_id, &item.name), Attention::Overstock, text);
        }
    }
}

/// What comes first: what is sold out, what must be ordered, what lies idle, the rest.
fn urgency(advice: &Advice) -> u8 {
    match (advice.flags.first(), advice.suggested_order.decimal().is_zero()) {
        (Some(Flag::Stockout), _) => 0,
        (_, false) => 1,
        (Some(_), true) => 2,
        (None, true) => 3,
    }
}

/// The names of some flags, or that there is none.
fn status(flags: &[Flag], words: Words<'_>) -> String {
    let names = &StockRules::of(words.policy).flags;
    let name = |flag: &Flag| match flag {
        Flag::Stockout => names.stockout.pick(words.lang),
        Flag::Slow => names.slow.pick(words.lang),
        Flag::Overstock => names.overstock.pick(words.lang),
    };
    match flags {
        [] => names.none.pick(words.lang).to_owned(),
        flags => flags.iter().map(name).collect::<Vec<_>>().join(words.lang.pick("、", ", ")),
    }
}

/// What to do, and why.
fn advised<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let result = |width, look| (width, look, Group::Result);
    sheet
        .column("status", label("状态", "Status"), result(12.0, Look::Centre), move |(_, a)| status(&a.flags, words));
    let name = |flags: &[Flag]| quoted(&status(flags, words));
    sheet.live(format!(
        "IF([sales]=0,IF([closing]>0,{},{}),IF([closing]=0,{},IF([excess]>0,{},{})))",
        name(&[Flag::Slow, Flag::Overstock]),
        name(&[]),
        name(&[Flag::Stockout]),
        name(&[Flag::Overstock]),
        name(&[]),
    ));
    sheet.column(
        "order",
        label("建议订货（吨）", "Suggested order (t)"),
        result(13.0, Look::Tonnes),
        |(_, a)| a.suggested_order,
    );
    sheet.live("MAX(0,ROUND([safety]-[closing]-[transit],9))").summed();
    sheet.column("excess", label("超储（吨）", "Above safety stock (t)"), result(13.0, Look::Tonnes), |(_, a)| {
        Value::from(&a.why.excess)
    });
    sheet.live("MAX(0,ROUND([closing]-[safety],9))").summed();
    sheet.column("why", label("依据", "Why"), result(34.0, Look::Wrap), move |(i, a)| why(i, a, words));
    sheet.column("advice", label("怎么办", "What to do"), result(36.0, Look::Wrap), move |(i, a)| {
        advice(i, a, words)
    });
    sheet.column("turnover", label("周转天数", "Turnover days"), result(10.0, Look::Points), |(_, a)| {
        a.turnover_days
    });
    sheet.live("IF([sales]=0,\"\",ROUND(([opening]+[closing])/2/[sales]*[days],2))");
    sheet.rounded(2, |(_, a)| a.why.turnover.clone());
}

/// What it derives from.
fn basis<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let basis = |look| (13.0, look, Group::Basis);
    sheet.column("safety", label("安全库存（吨）", "Safety stock (t)"), basis(Look::Tonnes), |(_, a)| {
        a.safety_stock
    });
    sheet.live(format!("ROUND({}*[sales],9)", figure(&StockRules::of(words.policy).safety_factor))).summed();
    sheet.column("sales", label("本期销量（吨）", "Sales (t)"), basis(Look::Tonnes), |(_, a)| a.sales);
    sheet.live("ROUND([opening]+[purchased]-[closing],9)").summed();
    let mut given = |key: &str, text: &str, value: fn(&Item) -> &Exact| {
        sheet.column(key, text, basis(Look::Tonnes), move |(i, _)| Value::from(value(i)));
        sheet.summed();
    };
    given("opening", label("期初库存（吨）", "Opening (t)"), |i| &i.opening);
    given("purchased", label("本期进货（吨）", "Purchased (t)"), |i| &i.purchased);
    given("closing", label("期末库存（吨）", "Closing (t)"), |i| &i.closing);
    given("transit", label("在途（吨）", "In transit (t)"), |i| &i.in_transit);
    sheet.column("days", label("期间天数", "Period days"), basis(Look::Count), |(i, _)| Value::from(&i.days));
    sheet.column("average", label("平均库存（吨）", "Average stock (t)"), basis(Look::Tonnes), |(i, _)| {
        Value::from(&i.average())
    });
    sheet.live("([opening]+[closing])/2").summed();
    sheet.column("daily", label("日均销量（吨）", "Sales a day (t)"), basis(Look::Tonnes), |(i, _)| {
        i.daily().round(15)
    });
    sheet.live("[sales]/[days]").summed();
}

/// What only the chart wants: whose bar it is, and the stock up to the safety stock.
fn plotted<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    sheet.column(
        "bar",
        label("图表：经销商与产品", "Chart: item"),
        (26.0, Look::Text, Group::OtherBasis),
        |(i, _)| format!("{} {}", if i.name.is_empty() { &i.dealer_id } else { &i.name }, i.product),
    );
    let within = label("图表：安全库存以内（吨）", "Chart: up to the safety stock (t)");
    sheet.column("within", within, (12.0, Look::Tonnes, Group::OtherBasis), |(i, a)| {
        Value::from(&(&i.closing - &a.why.excess))
    });
    sheet.live("ROUND([closing]-[excess],9)");
}

/// Why, with the figures.
fn why(item: &Item, advice: &Advice, words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    let factor = figure(&StockRules::of(words.policy).safety_factor);
    let (sales, safety, order) = (advice.sales, advice.safety_stock, advice.suggested_order);
    let (closing, transit, excess) = (plain(&item.closing), plain(&item.in_transit), plain(&advice.why.excess));
    match advice.flags.as_slice() {
        [Flag::Slow, ..] if zh => format!("本期没有销售，期末 {closing} 吨积压"),
        [Flag::Slow, ..] => format!("nothing was sold, {closing} t lie idle"),
        [Flag::Overstock, ..] if zh => {
            format!("期末 {closing} 吨，比安全库存 {safety}（销量 {sales} × {factor}）多 {excess} 吨")
        }
        [Flag::Overstock, ..] => {
            format!("{closing} t left, {excess} t above the safety stock of {safety} (sales {sales} × {factor})")
        }
        _ if advice.sales.decimal().is_zero() => {
            words.lang.pick("没有销售，也没有库存", "no sales and no stock").to_owned()
        }
        _ if order.decimal().is_zero() && zh => {
            format!("期末 {closing} + 在途 {transit} 已达到安全库存 {safety}（销量 {sales} × {factor}）")
        }
        _ if order.decimal().is_zero() => {
            format!(
                "{closing} left and {transit} on the way reach the safety stock of {safety} (sales {sales} × {factor})"
            )
        }
        _ if zh => {
            format!("安全库存 {safety}（销量 {sales} × {factor}），期末 {closing} + 在途 {transit}，还差 {order} 吨")
        }
        _ => format!(
            "safety stock {safety} (sales {sales} × {factor}), {closing} left and {transit} on the way: {order} t short"
        ),
    }
}

/// What to do, and what would end it.
fn advice(item: &Item, advice: &Advice, words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    let (order, excess, sell) = (advice.suggested_order, plain(&advice.why.excess), figure(&advice.why.to_sell));
    let lasts = advice.why.lasts.as_ref().map(|days| figure(&days.round(1)));
    match (advice.flags.as_slice(), order.decimal().is_zero()) {
        ([Flag::Slow, ..], _) if zh => format!("暂停进货；促销、调拨或退换：再销 {sell} 吨，或全部调出，即不再超储"),
        ([Flag::Slow, ..], _) => {
            format!(
                "buy nothing; promote, move or return it: {sell} t sold, or all of it moved, and it is no overstock"
            )
        }
        ([Flag::Overstock], _) => {
            let lasts = lasts.unwrap_or_default();
            match zh {
                true => format!("暂停进货，现有库存可销 {lasts} 天；再销 {sell} 吨或调出 {excess} 吨，即不再超储"),
                false => format!(
                    "buy nothing, the stock lasts {lasts} days; {sell} t more sold or {excess} t moved, and it is no overstock"
                ),
            }
        }
        ([Flag::Stockout], true) if zh => format!("已断货，催在途 {} 吨尽快到货", plain(&item.in_transit)),
        ([Flag::Stockout], true) => format!("sold out: hurry the {} t on the way", plain(&item.in_transit)),
        ([Flag::Stockout], false) if zh => format!("已断货，立即订货 {order} 吨"),
        ([Flag::Stockout], false) => format!("sold out: order {order} t at once"),
        (_, false) => {
            let lasts = lasts.unwrap_or_default();
            match zh {
                true => format!("订货 {order} 吨；现有库存可销 {lasts} 天"),
                false => format!("order {order} t; the stock lasts {lasts} days"),
            }
        }
        (_, true) => words.lang.pick("暂不订货", "no order").to_owned(),
    }
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let factor = figure(&StockRules::of(words.policy).safety_factor);
    let safety = match words.lang {
        Lang::Zh => format!(
            "安全库存 = {factor} × 本期销量（期初库存 + 本期进货 − 期末库存）；建议订货 = 安全库存 − 期末库存 − 在途，不小于 0"
        ),
        Lang::En => format!(
            "the safety stock is {factor} × the sales (opening + purchased − closing); the suggested order is safety stock − closing − in transit, at least 0"
        ),
    };
    let title = match words.lang {
        Lang::Zh => format!("{factor} 倍库存原则"),
        Lang::En => format!("{factor} times rule"),
    };
    sheet.rule(title, safety);
    sheet.rule(
        label("周转天数", "Turnover days"),
        label(
            "（期初库存 + 期末库存）÷ 2 ÷ 本期销量 × 期间天数，没有销售的不计；合计与小计为平均库存 ÷ 日均销量",
            "(opening + closing) / 2 / sales × days of the period, none without sales; in totals average stock / sales a day",
        ),
    );
    let names = &StockRules::of(words.policy).flags;
    let [out, slow, over] = [&names.stockout, &names.slow, &names.overstock].map(|title| title.pick(words.lang));
    let flags = match words.lang {
        Lang::Zh => format!("{out}：期末为 0 而有销售；{slow}：没有销售而期末有库存；{over}：期末大于安全库存"),
        Lang::En => format!(
            "{out}: nothing left, though something was sold; {slow}: something left, though nothing was sold; {over}: more left than the safety stock"
        ),
    };
    sheet.rule(label("状态", "Status"), flags);
}

fn chart(words: Words<'_>) -> Chart {
    let series = |key: &str, zh, en, colour| Series {
        name: words.lang.pick(zh, en).to_owned(),
        along: "bar".to_owned(),
        values: key.to_owned(),
        rows: None,
        colour,
    };
    Chart {
        title: words.lang.pick("库存、在途与建议订货（吨）", "Stock, in transit and to be ordered (t)").to_owned(),
        kind: ChartKind::StackedBars,
        series: vec![
            series("within", "安全库存以内", "stock up to the safety stock", 0x2F5597),
            series("transit", "在途", "in transit", 0x9DC3E6),
            series("order", "建议订货", "to be ordered", 0xF4B183),
            series("excess", "超出安全库存", "stock above it", 0xE06666),
        ],
        axes: (String::new(), String::new()),
        number_format: "#,##0",
    }
}
