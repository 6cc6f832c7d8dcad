//! 投入产出结果 / ROI results: losses first, then the lowest return; the whole way from revenue to the return live.

use super::{Dealer, EXPENSES, Returned, Roi, Shares, TIED_UP};
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, Group, Look, POOR, Series, Sheet, Value, Words, money, percent, quoted,
    rules_of,
};
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;

type Row<'a> = (&'a Dealer, &'a Returned);

/// Gross and net profit and capital, before they are rounded.
const GROSS: &str = "([revenue]-[cost_of_goods])";
const NET: &str = "([revenue]-[cost_of_goods]+[other_income]-SUM([warehousing]:[other_expenses]))";
const CAPITAL: &str = "(SUM([inventory]:[fixed_assets])-[payables])";

/// How it stands with a dealer, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Loss,
    NoCapital,
    Even,
    Profit,
}

impl Standing {
    fn of(shares: &Shares) -> Self {
        match (shares.net.signum(), &shares.roi) {
            (..0, _) => Standing::Loss,
            (_, None) => Standing::NoCapital,
            (0, Some(_)) => Standing::Even,
            (1.., Some(_)) => Standing::Profit,
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        match self {
            Standing::Loss => lang.pick("亏损", "loss"),
            Standing::NoCapital => lang.pick("无占用资金", "no capital"),
            Standing::Even => lang.pick("保本", "break-even"),
            Standing::Profit => lang.pick("盈利", "profit"),
        }
    }
}

impl Presentation for Roi {
    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let mut rows: Vec<Row<'a>> = outcome.inputs.iter().zip(&outcome.results.dealers).collect();
        rows.sort_by(|(_, a), (_, b)| {
            let standing = Standing::of(&a.exact).cmp(&Standing::of(&b.exact));
            standing.then_with(|| a.exact.roi.cmp(&b.exact.roi)).then_with(|| a.exact.net.cmp(&b.exact.net))
        });
        let named = rows.iter().all(|(dealer, _)| !dealer.name.is_empty());
        let regions = rows.iter().any(|(dealer, _)| !dealer.region.is_empty());
        let mut sheet = Describe::new("roi", ("投入产出结果", "ROI results"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        let who = |width| (width, Look::Text, Group::Identity);
        sheet.column("id", label("经销商编号", "Dealer ID"), who(12.0), |(d, _)| d.id.as_str());
        sheet.column("name", label("经销商名称", "Name"), who(22.0), |(d, _)| d.name.as_str());
        if regions {
            sheet.column("region", label("区域", "Region"), who(9.0), |(d, _)| d.region.shown());
        }
        earned(&mut sheet, words, outcome.results.overall());
        given(&mut sheet, words);
        for (key, dividend, divisor) in [
            ("roi", "net", "capital"),
            ("gross_margin", "gross", "revenue"),
            ("net_margin", "net", "revenue"),
            ("turns", "revenue", "capital"),
        ] {
            sheet.quotient_at(key, dividend, divisor);
        }
        for (standing, fill) in
            [(Standing::Loss, POOR), (Standing::NoCapital, FAIR), (Standing::Even, FAIR), (Standing::Profit, GOOD)]
        {
            sheet.coloured("standing", standing.name(words.lang), fill);
        }
        sheet.counted("name", "id", ("0\" 家\"", "0\" dealers\""));
        if regions {
            sheet.subtotals("region");
        }
        explain(&mut sheet, words);
        let losses =
            u32_of(outcome.results.dealers.iter().filter(|r| Standing::of(&r.exact) == Standing::Loss).count());
        let count = format!("COUNTIF([standing:],{})", quoted(Standing::Loss.name(words.lang)));
        sheet.key_figure(label("亏损的经销商（家）", "Dealers at a loss"), count, losses, "0");
        sheet.chart(chart(words, named));
        sheet.finish()
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// The return, what it derives from and what would lift it.
fn earned<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, overall: Option<Exact>) {
    let lang = words.lang;
    let label = |zh, en| lang.pick(zh, en);
    let result = |width, look| (width, look, Group::Result);
    let mut ratio = |key: &str, text: &str, look, formula: String, of: fn(&Shares) -> &Option<Exact>| {
        sheet.column(key, text, result(10.0, look), move |(_, r)| of(&r.exact).as_ref().map(|x| x.round(4)));
        sheet.live(formula).rounded(4, move |(_, r)| of(&r.exact).clone());
    };
    let by_capital = |of: &str| format!("IF(ROUND({CAPITAL},9)>0,ROUND({of}/{CAPITAL},4),\"\")");
    let by_revenue = |of: &str| format!("IF([revenue]=0,\"\",ROUND({of}/[revenue],4))");
    ratio("roi", label("投入产出比", "ROI"), Look::Percent, by_capital(NET), |s| &s.roi);
    ratio("net_margin", label("净利率", "Net margin"), Look::Percent, by_revenue(NET), |s| &s.net_margin);
    ratio("turns", label("资金周转次数", "Capital turns"), Look::Index, by_capital("[revenue]"), |s| &s.turns);
    ratio("gross_margin", label("毛利率", "Gross margin"), Look::Percent, by_revenue(GROSS), |s| &s.gross_margin);
    sheet.column("standing", label("状态", "Standing"), result(12.0, Look::Centre), move |(_, r)| {
        Standing::of(&r.exact).name(lang)
    });
    let name = |standing: Standing| quoted(standing.name(lang));
    sheet.live(format!(
        "IF(ROUND({NET},9)<0,{},IF(ROUND({CAPITAL},9)<=0,{},IF(ROUND({NET},9)=0,{},{})))",
        name(Standing::Loss),
        name(Standing::NoCapital),
        name(Standing::Even),
        name(Standing::Profit)
    ));
    sheet.column("why", label("怎么来的", "What it comes of"), result(46.0, Look::Wrap), move |(d, r)| {
        why(d, r, words)
    });
    sheet.column("lift", label("如何改善", "What would lift it"), result(42.0, Look::Wrap), move |(_, r)| {
        lift(r, overall.as_ref(), lang)
    });
    let mut yuan = |key: &str, text: &str, formula: &str, of: fn(&Shares) -> &Exact| {
        sheet.column(key, text, result(14.0, Look::Money), move |(_, r)| of(&r.exact).round(2));
        sheet.live(format!("ROUND({formula},2)")).rounded(2, move |(_, r)| Some(of(&r.exact).clone())).summed();
    };
    yuan("net", label("净利（元）", "Net profit (yuan)"), NET, |s| &s.net);
    yuan("capital", label("占用资金（元）", "Capital (yuan)"), CAPITAL, |s| &s.capital);
    yuan("gross", label("毛利（元）", "Gross profit (yuan)"), GROSS, |s| &s.gross);
}

/// What a column is called on the user's sheet.
fn label_of<'a>(words: Words<'a>, field: &str) -> &'a str {
    words.field("roi", field).map_or("", |field| field.label(words.lang))
}

/// What was entered, by the sheet's own columns.
fn given<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let mut column = |field: &str, group, value: Box<dyn Fn(&Dealer) -> &Exact>| {
        let unit = words.lang.pick("（元）", " (yuan)");
        let text = format!("{}{unit}", label_of(words, field));
        sheet.column(field, text, (13.0, Look::Money, group), move |(d, _)| Value::from(value(d)));
        sheet.summed();
    };
    column("revenue", Group::Basis, Box::new(|d| &d.revenue));
    column("cost_of_goods", Group::Basis, Box::new(|d| &d.cost_of_goods));
    column("other_income", Group::Basis, Box::new(|d| &d.other_income));
    for (n, field) in EXPENSES.into_iter().enumerate() {
        column(field, Group::Basis, Box::new(move |d| &d.expenses[n]));
    }
    for (n, field) in TIED_UP.into_iter().enumerate() {
        column(field, Group::OtherBasis, Box::new(move |d| &d.tied_up[n]));
    }
    column("payables", Group::OtherBasis, Box::new(|d| &d.payables));
}

/// The figures in a sentence, and the largest expense.
fn why(dealer: &Dealer, returned: &Returned, words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    let [gross, net, capital] =
        [returned.gross_profit, returned.net_profit, returned.capital].map(|x| money(x.decimal()));
    let (other, spent) = (money(dealer.other_income.round(2)), money(dealer.spent().round(2)));
    let mut text = match zh {
        true => format!("毛利 {gross} + 其他收入 {other} − 费用 {spent} = 净利 {net}"),
        false => format!("gross profit {gross} + other income {other} − expenses {spent} = net profit {net}"),
    };
    text += &match (returned.roi, zh) {
        (Some(roi), true) => format!("；÷ 占用资金 {capital} = {}", percent(roi.decimal())),
        (Some(roi), false) => format!("; over capital {capital} = {}", percent(roi.decimal())),
        (None, true) => format!("；占用资金 {capital} 不大于 0，不计算投入产出比"),
        (None, false) => format!("; capital {capital} is not above 0, so there is no ROI"),
    };
    let largest = EXPENSES.iter().zip(&dealer.expenses).rev().max_by(|(_, a), (_, b)| a.cmp(b));
    if let Some((field, most)) = largest.filter(|(_, most)| most.signum() > 0) {
        let (name, most) = (label_of(words, field), money(most.round(2)));
        text +=
            &if zh { format!("\n最大费用：{name} {most}") } else { format!("\nlargest expense: {name} {most}") };
    }
    text
}

/// What would end a loss, or bring the return to that of all together.
fn lift(returned: &Returned, overall: Option<&Exact>, lang: Lang) -> String {
    let (shares, zh) = (&returned.exact, lang == Lang::Zh);
    let mut parts = Vec::new();
    if shares.roi.is_none() {
        parts.push(lang.pick("核对占用与应付款", "see whether capital and payables are right").to_owned());
    }
    if shares.net.signum() < 0 {
        let more = money((&Exact::ZERO - &shares.net).round_up(2));
        parts.push(if zh {
            format!("多赚或少花 {more} 元即保本")
        } else {
            format!("{more} more earned or less spent → no loss")
        });
    }
    if let Some((level, lift)) = overall.and_then(|level| Some((level, shares.lift_to(level)?))) {
        let (net, level) = (money(lift.net), percent(level.round(4)));
        parts.push(match (lift.capital.map(money), zh) {
            (Some(capital), true) => format!("净利再增 {net} 元，或占用资金减少 {capital} 元，达到整体的 {level}"),
            (Some(capital), false) => {
                format!("{net} more net profit, or {capital} less capital → {level}, as all together")
            }
            (None, true) => format!("净利再增 {net} 元，达到整体的 {level}"),
            (None, false) => format!("{net} more net profit → {level}, as all together"),
        });
    }
    parts.join(lang.pick("；", "; "))
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    sheet.rule(
        label("净利", "Net profit"),
        label(
            "毛利（销售收入 − 进货成本）+ 返利及其他收入 −（仓储费 + 运输费 + 人员工资 + 市场推广费 + 资金利息 + 其他费用）",
            "gross profit (revenue − cost of goods) + other income − (warehousing + transport + wages + marketing + interest + other expenses)",
        ),
    );
    sheet.rule(
        label("占用资金", "Capital"),
        label(
            "库存占用 + 应收占用 + 预付款 + 固定资产 − 应付款",
            "inventory + receivables + prepayments + fixed assets − payables",
        ),
    );
    sheet.rule(
        label("投入产出比", "ROI"),
        label(
            "净利 ÷ 占用资金 = 净利率 × 资金周转次数；占用资金不大于 0 的不计算，并在校验结果中提示；合计与小计按各项之和计算",
            "net profit / capital = net margin × capital turns; none without capital, of which the issues tell; in totals by the sums",
        ),
    );
}

fn chart(words: Words<'_>, named: bool) -> Chart {
    let along = if named { "name" } else { "id" };
    let values =
        Series { name: String::new(), along: along.into(), values: "roi".into(), rows: None, colour: 0x2F5597 };
    Chart {
        title: words.lang.pick("各经销商投入产出比", "ROI by dealer").to_owned(),
        kind: ChartKind::Bars,
        series: vec![values],
        axes: (String::new(), String::new()),
        number_format: "0%",
    }
}
