//! 信用额度结果 / Credit results: held orders first, the most to pay on top; the decision and all that it derives from, live.

use std::collections::HashSet;

use super::words::{advice, class_labels, reasons};
use super::{Credit, CreditRules, Dealer, Decision, Granted, unlisted};
use crate::policy::{Attention, Section};
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, Group, Look, POOR, Series, Sheet, Value, Words, as_written, money, quoted,
    rules_of,
};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::{Key, join};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;

/// Invoices, by the columns that tell what is owed.
const INVOICES: &[&str] = &["invoice_no", "invoice_date", "due_date", "amount", "paid", "paid_on"];

/// What its columns read that aren't called as on the user's sheets.
const READS: &[(&str, &str, &[&str])] = &[
    ("order", "credit", &["order_amount"]),
    ("sales", "credit", &["period_sales"]),
    ("days", "credit", &["period_days"]),
    ("term", "credit", &["term_days"]),
    ("current", "credit", &["current_sales"]),
    ("last", "credit", &["sales_at_last_adjustment"]),
    ("adjustment", "credit", &["finance_adjustment"]),
    ("first_sale", "credit", &["first_sale_on"]),
    ("new_until", "credit", &["first_sale_on"]),
    ("approver", "credit", &["exception_approver"]),
    ("not_due", "receivables", INVOICES),
    ("age*", "receivables", INVOICES),
];

type Row<'a> = (&'a Dealer, &'a Granted);

/// The keys of the classes of ageing, the youngest first, and their colours.
const CLASSES: [(&str, u32); 5] =
    [("not_due", 0xA9D08E), ("age1", 0xFFE699), ("age2", 0xF4B183), ("age3", 0xE06666), ("age4", 0x990000)];

impl Presentation for Credit {
    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let mut rows: Vec<Row<'a>> = outcome.inputs.dealers.iter().zip(&outcome.results.dealers).collect();
        rows.sort_by(|(_, a), (_, b)| a.decision.cmp(&b.decision).then_with(|| b.why.to_pay.cmp(&a.why.to_pay)));
        let aged = outcome.inputs.aged;
        let regions = rows.iter().any(|(dealer, _)| !dealer.region.is_empty());
        let mut sheet = Describe::new("credit", ("信用额度结果", "Credit results"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        sheet.column("id", label("经销商编号", "Dealer ID"), (12.0, Look::Text, Group::Identity), |(d, _)| {
            d.id.as_str()
        });
        sheet.column("name", label("经销商名称", "Name"), (24.0, Look::Text, Group::Identity), |(d, _)| {
            d.name.as_str()
        });
        if regions {
            sheet.column("region", label("区域", "Region"), (9.0, Look::Text, Group::Identity), |(d, _)| {
                d.region.shown()
            });
        }
        decided(&mut sheet, words, outcome);
        owed(&mut sheet, words, outcome);
        granted(&mut sheet, words);
        let rules = CreditRules::of(words.policy);
        for (title, fill) in
            [(&rules.decisions.hold, POOR), (&rules.decisions.exception, FAIR), (&rules.decisions.release, GOOD)]
        {
            sheet.coloured("decision", title.pick(words.lang), fill);
        }
        sheet.counted("name", "id", ("0\" 家\"", "0\" dealers\""));
        if regions {
            sheet.subtotals("region");
        }
        let classes = CLASSES.map(|(key, _)| key);
        unlisted::below(&mut sheet, words, outcome, if aged { &classes } else { &[] });
        let line = label(
            "额度调整须副总经理及以上审批。审批人签字：＿＿＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿",
            "A changed limit needs a vice-president's signature or above: ____________________   Date: ____________",
        );
        sheet.below([("id", Value::from(line))]);
        explain(&mut sheet, words);
        sourced(&mut sheet, words, outcome);
        brief(&mut sheet, words, outcome);
        if aged {
            sheet.chart(ageing_chart(words, &outcome.inputs.dealers));
        }
        sheet.reads(READS);
        sheet.finish()
    }

    fn aside(outcome: &Outcome<Self>, id: &str, words: Words<'_>) -> Option<String> {
        unlisted::sentence(outcome, id, words)
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// What the overview says: what is owed, and whose orders are held.
fn brief<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, outcome: &'a Outcome<Credit>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let granted = &outcome.results.dealers;
    let hold = CreditRules::of(words.policy).decisions.hold.pick(words.lang);
    let held = u32_of(granted.iter().filter(|granted| granted.decision == Decision::Hold).count());
    let sum = |of: fn(&Dealer) -> &Exact| {
        let sum = outcome.inputs.dealers.iter().map(of).sum::<Exact>();
        Value::Number(sum.round(2))
    };
    sheet.key_figure(
        label("暂缓的订单（家）", "Orders held"),
        format!("COUNTIF([decision:],{})", quoted(hold)),
        held,
        "0",
    );
    sheet.key_figure(
        label("未回款余额（元）", "Outstanding (yuan)"),
        "[outstanding!]",
        sum(|d| &d.outstanding),
        "#,##0.00",
    );
    sheet.key_figure(label("超期未回款（元）", "Overdue (yuan)"), "[overdue!]", sum(|d| &d.overdue), "#,##0.00");
    let unlisted = &outcome.inputs.unlisted;
    if !unlisted.is_empty() {
        let sum = unlisted.iter().map(|dealer| &dealer.owed.outstanding).sum::<Exact>().round(2);
        sheet.key_figure(
            label("未列入信用额度的应收（元）", "Receivables without a credit row (yuan)"),
            sum.normalize().to_string(),
            Value::Number(sum),
            "#,##0.00",
        );
    }
    for (dealer, granted) in outcome.inputs.dealers.iter().zip(granted) {
        if granted.decision == Decision::Hold {
            let to_pay = money(granted.why.to_pay.round(2));
            let text = match words.lang {
                Lang::Zh => format!("信用{hold}：放行前须回款 {to_pay} 元"),
                Lang::En => format!("credit {hold}: {to_pay} yuan to be paid first"),
            };
            sheet.attention((&dealer.id, &dealer.name), Attention::CreditHold, text);
        }
    }
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let (zh, rules) = (words.lang == Lang::Zh, CreditRules::of(words.policy));
    let label = |zh, en| words.lang.pick(zh, en);
    sheet.rule(
        label("信用额度", "Limit"),
        label(
            "前段销售总额 ÷ 前段天数 × 最长回款期 × 增长系数；增长系数 = 当期销售额 ÷ 上次调整时销售额 × 财务微调系数（没有上次调整时为财务微调系数）",
            "period sales / its days × longest term × growth coefficient; the coefficient is current sales / sales at the last adjustment × finance's adjustment (that alone without an earlier one)",
        ),
    );
    let months = rules.new_customer_months;
    let cancelled = match zh {
        true => format!("首次交易未满 {months} 个月，或有超期未回款，额度为 0"),
        false => format!("0 under {months} months since the first sale, and where anything is overdue"),
    };
    sheet.rule(label("额度取消", "Cancelled"), cancelled);
    let named = match (rules.exception_approvers.as_slice(), zh) {
        ([], true) => "未回款余额 + 本次订单大于额度时暂缓；有例外批准人签名的放行".to_owned(),
        ([], false) => {
            "outstanding + order above the limit holds the order; with an exception approver named it goes out"
                .to_owned()
        }
        (names, true) => format!("未回款余额 + 本次订单大于额度时暂缓；经 {} 例外批准的放行", join(names, "、")),
        (names, false) => {
            format!("outstanding + order above the limit holds the order, unless approved by {}", join(names, ", "))
        }
    };
    sheet.rule(label("决定", "Decision"), named);
}

/// Where what is outstanding is from.
fn sourced<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, outcome: &Outcome<Credit>) {
    let (zh, label) = (words.lang == Lang::Zh, |zh, en| words.lang.pick(zh, en));
    let as_of = outcome.inputs.as_of.map_or_else(|| "–".to_owned(), |day| day.to_string());
    let source = match (outcome.inputs.aged, zh) {
        (true, true) => format!("按应收账款逐张发票计至 {as_of}；当日到期不算超期，之后开票和回款不计"),
        (true, false) => format!(
            "invoice by invoice as of {as_of}; due on that day is not overdue, later invoices and payments don't count"
        ),
        (false, true) => "没有应收账款表，取信用额度表所填".to_owned(),
        (false, false) => "as entered on the credit sheet: there are no receivables".to_owned(),
    };
    sheet.rule(label("未回款与账龄", "Outstanding and ageing"), source);
}

/// The decision, its reasons and what would change it.
fn decided<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, outcome: &Outcome<Credit>) {
    let (lang, rules) = (words.lang, CreditRules::of(words.policy));
    let label = |zh, en| lang.pick(zh, en);
    let name = move |decision| match decision {
        Decision::Release => rules.decisions.release.pick(lang),
        Decision::Hold => rules.decisions.hold.pick(lang),
        Decision::Exception => rules.decisions.exception.pick(lang),
    };
    sheet.column("decision", label("决定", "Decision"), (12.0, Look::Centre, Group::Result), move |(_, g)| {
        name(g.decision)
    });
    sheet.live(format!(
        "IF(ROUND([outstanding]+[order]-[limit],9)>0,IF({},{},{}),{})",
        approved(rules, outcome),
        quoted(name(Decision::Exception)),
        quoted(name(Decision::Hold)),
        quoted(name(Decision::Release)),
    ));
    sheet.column("reasons", label("原因", "Reasons"), (46.0, Look::Wrap, Group::Result), move |(d, g)| {
        reasons(d, g, words)
    });
    sheet.column(
        "to_pay",
        label("放行前须回款（元）", "To be paid before release (yuan)"),
        (17.0, Look::Money, Group::Result),
        |(_, g)| Value::from(&g.why.to_pay),
    );
    sheet.live("IF(ROUND([outstanding]+[order]-[limit],9)>0,MAX([overdue],ROUND([outstanding]+[order]-IF([new_until]=\"\",[full],0),9)),0)");
    sheet.summed();
    sheet.column(
        "advice",
        label("如何放行", "What would release it"),
        (40.0, Look::Wrap, Group::Result),
        move |(d, g)| advice(d, g, words),
    );
}

/// Whether the name in the row may let an order out.
fn approved(rules: &CreditRules, outcome: &Outcome<Credit>) -> String {
    if rules.exception_approvers.is_empty() {
        return "[approver]<>\"\"".to_owned();
    }
    let written: HashSet<&Key> = outcome.inputs.dealers.iter().map(|dealer| &dealer.approver).collect();
    let is = |name: &Key| format!("EXACT([approver],{})", quoted(as_written(name, &written)));
    format!("OR({})", rules.exception_approvers.iter().map(is).collect::<Vec<_>>().join(","))
}

/// What is owed, and since when.
fn owed<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, outcome: &Outcome<Credit>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let mut yuan = |key: &str, text: &str, value: fn(Row<'a>) -> Value<'a>| {
        sheet.column(key, text, (15.0, Look::Money, Group::Result), value);
        sheet.summed();
    };
    yuan("available", label("可用额度（元）", "Available (yuan)"), |(_, g)| g.available.into());
    yuan("limit", label("信用额度（元）", "Limit (yuan)"), |(_, g)| g.limit.into());
    yuan("outstanding", label("未回款余额（元）", "Outstanding (yuan)"), |(d, _)| (&d.outstanding).into());
    yuan("overdue", label("超期未回款（元）", "Overdue (yuan)"), |(d, _)| (&d.overdue).into());
    yuan("order", label("本次订单（元）", "Order (yuan)"), |(d, _)| (&d.order).into());
    let keys: Vec<&str> = CLASSES.iter().map(|(key, _)| *key).collect();
    let sum = |keys: &[&str]| format!("ROUND([{}],9)", keys.join("]+["));
    let formulas = [
        ("available", "ROUND([limit]-[outstanding],2)".to_owned()),
        ("limit", "IF(OR([new_until]<>\"\",[overdue]>0),0,[full])".to_owned()),
        ("outstanding", sum(&keys)),
        ("overdue", sum(&keys[1..])),
    ];
    let live = if outcome.inputs.aged { 4 } else { 2 };
    for (key, formula) in formulas.into_iter().take(live) {
        sheet.live_at(key, formula);
    }
    if !outcome.inputs.aged {
        return;
    }
    for (n, text) in class_labels(words).into_iter().enumerate() {
        sheet.column(CLASSES[n].0, text, (14.0, Look::Money, Group::OtherBasis), move |(d, _)| {
            d.ageing.as_ref().map(|classes| &classes[n])
        });
        sheet.summed();
    }
}

/// What the limit derives from.
fn granted<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let basis = |width, look| (width, look, Group::Basis);
    sheet.column(
        "full",
        label("未取消时的额度（元）", "Limit if not cancelled (yuan)"),
        basis(16.0, Look::Money),
        |(_, g)| g.why.full_limit.round(2),
    );
    sheet.live("ROUND([sales]/[days]*[term]*IF(N([last])=0,1,[current]/[last])*[adjustment],2)");
    sheet.rounded(2, |(_, g)| Some(g.why.full_limit.clone()));
    sheet.column("coefficient", label("增长系数", "Growth coefficient"), basis(10.0, Look::Index), |(_, g)| {
        g.growth_coefficient
    });
    sheet.live("ROUND(IF(N([last])=0,1,[current]/[last])*[adjustment],4)");
    sheet.rounded(4, |(d, _)| Some(d.coefficient()));
    sheet.column(
        "sales",
        label("前段销售总额（元）", "Period sales (yuan)"),
        basis(16.0, Look::Money),
        |(d, _)| Value::from(&d.period_sales),
    );
    sheet.column("days", label("前段天数", "Period days"), basis(9.0, Look::Count), |(d, _)| {
        Value::from(&d.period_days)
    });
    sheet.column("term", label("最长回款期（天）", "Term (days)"), basis(10.0, Look::Count), |(d, _)| {
        Value::from(&d.term_days)
    });
    sheet.column(
        "current",
        label("当期销售额（元）", "Current sales (yuan)"),
        basis(15.0, Look::Money),
        |(d, _)| Value::from(&d.current_sales),
    );
    sheet.column(
        "last",
        label("上次调整时销售额（元）", "Sales at last adjustment (yuan)"),
        basis(15.0, Look::Money),
        |(d, _)| Value::from(&d.sales_at_last_adjustment),
    );
    sheet.column(
        "adjustment",
        label("财务微调系数", "Finance adjustment"),
        basis(11.0, Look::Index),
        |(d, _)| Value::from(&d.finance_adjustment),
    );
    sheet.column("first_sale", label("首次交易日期", "First sale on"), basis(12.0, Look::Day), |(d, _)| {
        d.first_sale_on
    });
    sheet.column("new_until", label("新客户至", "New until"), basis(12.0, Look::Day), |(_, g)| g.why.new_until);
    sheet.column("approver", label("例外批准人", "Exception approver"), basis(16.0, Look::Text), |(d, _)| {
        d.approver.shown()
    });
}

fn ageing_chart(words: Words<'_>, dealers: &[Dealer]) -> Chart {
    let named = dealers.iter().all(|dealer| !dealer.name.is_empty());
    let series = class_labels(words).into_iter().zip(CLASSES).map(|(name, (key, colour))| Series {
        name,
        along: if named { "name" } else { "id" }.to_owned(),
        values: key.to_owned(),
        rows: None,
        colour,
    });
    Chart {
        title: words.lang.pick("应收账款账龄（元）", "Receivables by age (yuan)").to_owned(),
        kind: ChartKind::StackedBars,
        series: series.collect(),
        axes: (String::new(), String::new()),
        number_format: "#,##0",
    }
}
