//! 客户分类结果 / Account classes: the largest account first, with what is before it and what would lift it, all live.

use super::AccountRules;
use super::{Abc, Account, Accounts, Classified, PlanClass};
use crate::policy::Section;
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, Group, Look, Series, Sheet, Value, Words, money, percent, quoted, rules_of,
};
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;

type Row<'a> = (&'a Account, &'a Classified);

/// The plan classes, the colours of their cells and of their points in the chart.
const CLASSES: [(PlanClass, u32, u32); 4] = [
    (PlanClass::Priority, GOOD, 0x548235),
    (PlanClass::Established, 0xDDEBF7, 0x2F75B5),
    (PlanClass::Promising, FAIR, 0xFFC000),
    (PlanClass::General, 0xEDEDED, 0x7F7F7F),
];

/// The sales of those that sell more, and of those that sell the same and came first, however the rows are sorted.
const RUNNING: &str = "ROUND(SUMPRODUCT((([sales:]>[sales])+([sales:]=[sales])*([seq:]<=[seq]))*[sales:]),9)";

impl Presentation for Accounts {
    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let mut rows: Vec<Row<'a>> = outcome.inputs.iter().zip(&outcome.results.accounts).collect();
        rows.sort_by_key(|(_, result)| result.place);
        let mut sheet = Describe::new("accounts", ("客户分类结果", "Account classes"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        sheet.column("id", label("客户编号", "Account ID"), (12.0, Look::Text, Group::Identity), |(a, _)| {
            a.id.as_str()
        });
        sheet.column("name", label("客户名称", "Name"), (24.0, Look::Text, Group::Identity), |(a, _)| {
            a.name.as_str()
        });
        sheet.counted("name", "id", ("0\" 家\"", "0\" accounts\""));
        classes(&mut sheet, words);
        figures(&mut sheet, words, outcome);
        plotted(&mut sheet, words);
        for (letter, fill) in [("A", GOOD), ("B", 0xDDEBF7), ("C", FAIR), ("D", 0xEDEDED)] {
            sheet.coloured("abc", letter, fill);
        }
        for (class, fill, _) in CLASSES {
            sheet.coloured("class", class_name(class, words), fill);
        }
        sheet.muted(|(_, result)| result.abc == Abc::D);
        explain(&mut sheet, words);
        let with_potential = outcome.inputs.iter().filter(|account| account.potential.is_some()).count();
        sheet.counted("class", "potential", ("0\" 家有潜力数据\"", "0\" with potential\""));
        if with_potential > 0 {
            sheet.chart(scatter(words));
        }
        sheet.derives(&[("plot*", "open", false)]);
        sheet.finish()
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let (label, rules) = (|zh, en| words.lang.pick(zh, en), AccountRules::of(words.policy));
    let (a, b) = (percent(rules.a_below), percent(rules.b_below));
    let abc = match words.lang {
        Lang::Zh => format!("按年销售额从大到小，本户之前累计占比不到 {a} 为 A，不到 {b} 为 B，其余为 C；没有销售为 D"),
        Lang::En => format!(
            "by sales, the largest first: A with less than {a} of all sales before it, B with less than {b}, else C; D without sales"
        ),
    };
    sheet.rule(label("ABC 类", "ABC"), abc);
    sheet.rule(
        label("计划分类", "Plan class"),
        label(
            "年销售额不低于均值为强，未开发潜力（市场潜力 − 年销售额）不低于均值为有空间：强且有空间为重点，仅强为优势，仅有空间为潜力，都不是为一般；没有潜力数据不分类",
            "strong with sales at or above the mean, open with potential − sales at or above its mean: both priority, strong only established, open only promising, neither general; none without a potential",
        ),
    );
}

fn class_name(class: PlanClass, words: Words<'_>) -> &str {
    let names = &AccountRules::of(words.policy).plan_classes;
    let title = match class {
        PlanClass::Priority => &names.priority,
        PlanClass::Established => &names.established,
        PlanClass::Promising => &names.promising,
        PlanClass::General => &names.general,
    };
    title.pick(words.lang)
}

/// The classes, and what would change them.
fn classes<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let rules = AccountRules::of(words.policy);
    let name = |class| quoted(class_name(class, words));
    sheet.column("abc", label("ABC 类", "ABC"), (8.0, Look::Centre, Group::Result), |(_, r)| r.abc.letter());
    let before = "ROUND(([running]-[sales])/[sales!],12)";
    sheet.live(format!(
        "IF([sales]<=0,\"D\",IF({before}<{},\"A\",IF({before}<{},\"B\",\"C\")))",
        rules.a_below.normalize(),
        rules.b_below.normalize()
    ));
    sheet.column("class", label("计划分类", "Plan class"), (16.0, Look::Centre, Group::Result), move |(_, r)| {
        r.plan_class.map(|class| class_name(class, words))
    });
    sheet.live(format!(
        "IF([open]=\"\",\"\",IF([above_mean]>=0,IF(ROUND([open]-[open!]/[class!],9)>=0,{},{}),IF(ROUND([open]-[open!]/[class!],9)>=0,{},{})))",
        name(PlanClass::Priority),
        name(PlanClass::Established),
        name(PlanClass::Promising),
        name(PlanClass::General),
    ));
    sheet.column(
        "lift",
        label("如何升到上一类", "What would lift it"),
        (38.0, Look::Wrap, Group::Result),
        move |(_, r)| {
            r.lift.map(|(class, more)| match words.lang {
                Lang::Zh => format!("年销售额再增 {} 元，升为 {} 类", money(more), class.letter()),
                Lang::En => format!("{} yuan more → class {}", money(more), class.letter()),
            })
        },
    );
}

/// What the classes derive from.
fn figures<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, outcome: &Outcome<Accounts>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let total = outcome.inputs.iter().map(|account| &account.sales).sum::<Exact>();
    let mean = total.checked_div(&Exact::whole(outcome.inputs.len() as i64)).unwrap_or(Exact::ZERO);
    let basis = |look| (15.0, look, Group::Basis);
    sheet.column("sales", label("年销售额（元）", "Sales (yuan)"), basis(Look::Money), |(a, _)| {
        Value::from(&a.sales)
    });
    sheet.summed();
    sheet.column("share", label("占比", "Share"), (10.0, Look::Percent, Group::Basis), |(_, r)| r.share);
    sheet.live("IF([sales!]=0,\"\",ROUND([sales]/[sales!],4))");
    let all = total.clone();
    sheet.rounded(4, move |(a, _)| a.sales.checked_div(&all));
    sheet.column(
        "cumulative",
        label("累计占比", "Cumulative share"),
        (10.0, Look::Percent, Group::Basis),
        |(_, r)| r.cumulative_share,
    );
    sheet.live("IF([sales!]=0,\"\",ROUND([running]/[sales!],4))");
    sheet.rounded(4, move |(_, r)| r.running.checked_div(&total));
    let running = label("累计销售额（元）", "Running sales (yuan)");
    sheet.column("running", running, basis(Look::Money), |(_, r)| Value::from(&r.running));
    sheet.live(RUNNING);
    sheet.column("potential", label("市场潜力（元）", "Potential (yuan)"), basis(Look::Money), |(a, _)| {
        a.potential.as_ref()
    });
    sheet.summed();
    sheet.column("open", label("未开发潜力（元）", "Open potential (yuan)"), basis(Look::Money), |(a, _)| {
        a.open().as_ref().map_or(Value::Blank, Value::from)
    });
    sheet.live("IF([potential]=\"\",\"\",ROUND([potential]-[sales],9))");
    sheet.summed();
    sheet.column(
        "above_mean",
        label("销售额高于均值（元）", "Sales above the mean (yuan)"),
        basis(Look::Money),
        move |(a, _)| (&a.sales - &mean).round(9),
    );
    sheet.live("ROUND([sales]-[sales!]/[name!],9)");
}

/// The open potential of each plan class in a column of its own, since a series of the chart is one.
fn plotted<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    for (n, (class, ..)) in CLASSES.into_iter().enumerate() {
        let label = format!("{}{}", words.lang.pick("图表：", "Chart: "), class_name(class, words));
        sheet.column(format!("plot{n}"), label, (13.0, Look::Money, Group::OtherBasis), move |(a, r)| {
            a.open().filter(|_| r.plan_class == Some(class)).as_ref().map_or(Value::Blank, Value::from)
        });
    }
}

/// Sales along, open potential up, each plan class in its colour.
fn scatter(words: Words<'_>) -> Chart {
    let series = CLASSES.into_iter().enumerate().map(|(n, (class, _, colour))| Series {
        name: class_name(class, words).to_owned(),
        along: "sales".to_owned(),
        values: format!("plot{n}"),
        rows: None,
        colour,
    });
    Chart {
        title: words.lang.pick("年销售额与未开发潜力（元）", "Sales and open potential (yuan)").to_owned(),
        kind: ChartKind::Scatter,
        series: series.collect(),
        axes: (
            words.lang.pick("年销售额", "Sales").to_owned(),
            words.lang.pick("未开发潜力", "Open potential").to_owned(),
        ),
        number_format: "#,##0",
    }
}
