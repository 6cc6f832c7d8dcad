//! 生意回顾结果 / Review results: the dealer with most to gain first, its opportunities by rank; ranks and attainments live.

use super::ReviewRules;
use crate::policy::Section;
use std::collections::HashMap;

use super::{Metric, Outcome, Review, Reviewed};
use crate::programmes::Outcome as Calculated;
use crate::programmes::attainment::words as attainment;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, Group, Look, POOR, Series, Sheet, Value, Words, percent, quoted, rules_of,
};
use dealerbook_base::exact::{Exact, plain};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;

type Row<'a> = (&'a Metric, &'a Reviewed);

const OUTCOMES: [(Outcome, u32); 4] =
    [(Outcome::Opportunity, FAIR), (Outcome::Missed, POOR), (Outcome::Met, GOOD), (Outcome::Unknown, 0xEDEDED)];

impl Presentation for Review {
    const ROW_BY_ROW: bool = true;

    fn sheet<'a>(outcome: &'a Calculated<Self>, words: Words<'a>) -> Sheet<'a> {
        let rows = sorted(&outcome.inputs, &outcome.results.metrics);
        let regions = rows.iter().any(|(metric, _)| !metric.region.is_empty());
        let opportunities = rows.iter().filter(|(_, r)| r.why.outcome == Outcome::Opportunity).count();
        let mut sheet = Describe::new("review", ("生意回顾结果", "Review results"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        let identity = |width| (width, Look::Text, Group::Identity);
        sheet.column("id", label("经销商编号", "Dealer ID"), identity(12.0), |(m, _)| m.dealer.as_str());
        sheet.column("name", label("经销商名称", "Name"), identity(24.0), |(m, _)| m.name.as_str());
        if regions {
            sheet.column("region", label("区域", "Region"), identity(9.0), |(m, _)| m.region.shown());
        }
        ranked(&mut sheet, words);
        basis(&mut sheet, words);
        plotted(&mut sheet, words);
        for (outcome, fill) in OUTCOMES {
            sheet.coloured("outcome", name(outcome, words), fill);
        }
        sheet.origin_row(|(metric, _)| Some(metric.row));
        sheet.muted(|(_, r)| r.why.outcome == Outcome::Met);
        sheet.counted("name", "id", ("0\" 项指标\"", "0\" metrics\""));
        let count = format!("SUMPRODUCT(([outcome:]={})*1)", quoted(name(Outcome::Opportunity, words)));
        sheet.shown_numbers("outcome", "weighted", ("0\" 项机会\"", "0\" opportunities\""));
        if regions {
            sheet.subtotals("region");
        }
        explain(&mut sheet, words);
        sheet.key_figure(label("改进机会（项）", "Opportunities"), &count, u32_of(opportunities), "0");
        sheet.chart(chart(words));
        sheet.finish()
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// The dealer with most to gain first; of each the opportunities by rank, then what is not met, then the rest, the least attained first.
fn sorted<'a>(metrics: &'a [Metric], reviewed: &'a [Reviewed]) -> Vec<Row<'a>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    metrics.iter().enumerate().for_each(|(n, metric)| {
        places.entry(&metric.dealer).or_insert(n);
    });
    let mut rows: Vec<Row<'a>> = metrics.iter().zip(reviewed).collect();
    rows.sort_by(|(a, x), (b, y)| {
        let dealers = y.why.dealer_weighted.cmp(&x.why.dealer_weighted);
        let dealers = dealers.then_with(|| places[a.dealer.as_str()].cmp(&places[b.dealer.as_str()]));
        let outcomes = x.why.outcome.cmp(&y.why.outcome).then(x.opportunity_rank.cmp(&y.opportunity_rank));
        dealers.then(outcomes).then_with(|| x.why.attainment.cmp(&y.why.attainment))
    });
    rows
}

fn name(outcome: Outcome, words: Words<'_>) -> &str {
    let names = &ReviewRules::of(words.policy).outcomes;
    let title = match outcome {
        Outcome::Opportunity => &names.opportunity,
        Outcome::Missed => &names.missed,
        Outcome::Met => &names.met,
        Outcome::Unknown => &names.unknown,
    };
    title.pick(words.lang)
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let (label, rules) = (|zh, en| words.lang.pick(zh, en), ReviewRules::of(words.policy));
    sheet.rule(
        label("达成率与差距", "Attainment and gap"),
        label(
            "越高越好的指标为实际 ÷ 目标，越低越好的为目标 ÷ 实际，除数为 0 则无法计算；差距 = 实际 − 目标",
            "actual / target where higher is better, target / actual where lower is, none where the divisor is 0; gap = actual − target",
        ),
    );
    let below = percent(rules.opportunity_below);
    let results: Vec<_> = rules.results.iter().map(|d| words.category_of("review", "dimension", d.id())).collect();
    let results = results.join(label("、", ", "));
    let opportunity = match (results.is_empty(), words.lang) {
        (true, Lang::Zh) => format!("达成率低于 {below}"),
        (true, Lang::En) => format!("an attainment below {below}"),
        (false, Lang::Zh) => format!("达成率低于 {below}；{results}维度的指标是结果，不列为机会"),
        (false, Lang::En) => {
            format!("an attainment below {below}; metrics of {results} are results, never opportunities")
        }
    };
    sheet.rule(label("机会", "Opportunity"), opportunity);
    sheet.rule(
        label("机会次序", "Rank"),
        label(
            "每家经销商按 权重 ×（1 − 达成率）从大到小；相同的并列取前，其后空出",
            "per dealer by weight × (1 − attainment), the largest first; equal ones share the better rank and the next is left out",
        ),
    );
}

/// What came out, why, and what would change it.
fn ranked<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let result = |width, look| (width, look, Group::Result);
    sheet.column("outcome", label("结论", "Outcome"), result(18.0, Look::Centre), move |(_, r)| {
        name(r.why.outcome, words)
    });
    sheet.live(outcome_formula(words));
    sheet.column("rank", label("机会次序", "Rank"), result(9.0, Look::Count), |(_, r)| r.opportunity_rank);
    sheet.live(
        "IF([weighted]=\"\",\"\",1+SUMPRODUCT(EXACT([id:],[id])*ISNUMBER([weighted:])*([weighted:]>[weighted])))",
    );
    sheet.column("weighted", label("加权差距", "Weighted shortfall"), result(11.0, Look::Index), |(_, r)| {
        r.why.weighted.as_ref().map(|weighted| weighted.round(12))
    });
    let opportunity = quoted(name(Outcome::Opportunity, words));
    sheet.live(format!("IF([outcome]={opportunity},ROUND([weight]*(1-[ratio]),12),\"\")")).summed();
    sheet.column("dimension", label("维度", "Dimension"), result(11.0, Look::Centre), move |(m, _)| {
        words.category_of("review", "dimension", &m.dimension).into_owned()
    });
    sheet.column("metric", label("指标", "Metric"), result(18.0, Look::Text), |(m, _)| m.metric.shown());
    sheet.column("attainment", label("达成率", "Attainment"), result(11.0, Look::Percent), |(_, r)| r.attainment);
    sheet.live("IF([ratio]=\"\",\"\",ROUND([ratio],4))");
    sheet.rounded(4, |(_, r)| r.why.attainment.clone());
    sheet.column(
        "gap",
        label("差距\n（实际 − 目标）", "Gap\n(actual − target)"),
        result(16.0, Look::Tonnes),
        |(_, r)| r.gap,
    );
    sheet.live("ROUND([actual]-[target],9)");
    sheet.column("unit", label("单位", "Unit"), result(8.0, Look::Centre), |(m, _)| m.unit.as_str());
    sheet.column("advice", label("依据与建议", "Grounds and advice"), result(40.0, Look::Wrap), move |(m, r)| {
        advice(m, r, words)
    });
}

fn outcome_formula(words: Words<'_>) -> String {
    let rules = ReviewRules::of(words.policy);
    let text = |outcome| quoted(name(outcome, words));
    let result = |id| format!("[dimension]={}", quoted(&words.category_of("review", "dimension", id)));
    let results: Vec<String> = rules.results.iter().map(|dimension| result(dimension.id())).collect();
    let results = if results.is_empty() { "FALSE".to_owned() } else { format!("OR({})", results.join(",")) };
    format!(
        "IF([ratio]=\"\",{},IF({results},IF(ROUND([ratio],12)<1,{},{met}),IF(ROUND([ratio],12)<{},{},{met})))",
        text(Outcome::Unknown),
        text(Outcome::Missed),
        rules.opportunity_below.normalize(),
        text(Outcome::Opportunity),
        met = text(Outcome::Met),
    )
}

/// What it derives from.
fn basis<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let basis = |width, look| (width, look, Group::Basis);
    let direction = move |lower| words.category_of("review", "direction", if lower { "lower" } else { "higher" });
    sheet.column("direction", label("方向", "Direction"), basis(11.0, Look::Centre), move |(m, _)| {
        direction(m.goal.lower).into_owned()
    });
    sheet.column("target", label("目标", "Target"), basis(11.0, Look::Tonnes), |(m, _)| Value::from(&m.goal.target));
    sheet.column("actual", label("实际", "Actual"), basis(11.0, Look::Tonnes), |(m, _)| m.goal.actual.as_ref());
    sheet.column("weight", label("权重", "Weight"), basis(9.0, Look::Tonnes), |(m, _)| Value::from(&m.weight));
    let ratio = label("达成率\n（未四舍五入）", "Attainment, unrounded");
    sheet.column("ratio", ratio, basis(15.0, Look::Index), |(_, r)| {
        r.why.attainment.as_ref().map(|ratio| ratio.round(15))
    });
    sheet.live(attainment::formula(&direction(true), None));
    let dealer = label("本户加权\n差距合计", "The dealer's weighted shortfall");
    sheet.column("dealer", dealer, basis(13.0, Look::Index), |(_, r)| r.why.dealer_weighted.round(12));
    sheet.live("ROUND(SUMPRODUCT(EXACT([id:],[id])*1,[weighted:]),12)");
}

/// What the chart shows: below and above the target apart, since a series has one colour.
fn plotted<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let other = |width, look| (width, look, Group::OtherBasis);
    sheet.column("label", label("图表：指标", "Chart: metric"), other(30.0, Look::Text), |(m, _)| {
        let who = if m.name.is_empty() { &m.dealer } else { &m.name };
        format!("{who} {}", m.metric)
    });
    let beyond = |r: &Reviewed| r.why.attainment.as_ref().map(|ratio| ratio - &Exact::whole(1));
    sheet.column(
        "short",
        label("图表：\n低于目标", "Chart: below"),
        other(11.0, Look::Percent),
        move |(_, r)| beyond(r).map(|x| x.min(Exact::ZERO).round(12)),
    );
    sheet.live("IF([ratio]=\"\",\"\",ROUND(MIN(0,[ratio]-1),12))");
    sheet.column(
        "over",
        label("图表：\n高于目标", "Chart: above"),
        other(11.0, Look::Percent),
        move |(_, r)| beyond(r).map(|x| x.max(Exact::ZERO).round(12)),
    );
    sheet.live("IF([ratio]=\"\",\"\",ROUND(MAX(0,[ratio]-1),12))");
}

fn advice(metric: &Metric, reviewed: &Reviewed, words: Words<'_>) -> String {
    let Some(ratio) = &reviewed.why.attainment else {
        return attainment::none(&metric.goal, words).to_owned();
    };
    let full = Exact::whole(1);
    let lang = words.lang;
    let step = match attainment::change(&metric.goal, &full, &metric.unit, words) {
        Some(change) => format!("{change}{}", lang.pick("即达标", " meets the target")),
        None => lang.pick("降至 0 才达标", "only 0 meets the target").to_owned(),
    };
    match (reviewed.why.outcome, reviewed.why.weighted.as_ref()) {
        (Outcome::Opportunity, Some(weighted)) => {
            let short = percent(attainment::telling(&(&full - ratio), 4));
            let (weight, weighted) = (plain(&metric.weight), attainment::telling(weighted, 4).normalize());
            let why = lang.pick("权重", "weight");
            let of = lang.pick("缺口", "shortfall");
            format!("{step}{}{why} {weight} × {of} {short} = {weighted}", lang.pick("；", "; "))
        }
        (Outcome::Missed, _) => format!("{}{step}", lang.pick("结果指标，不列为机会；", "a result, no opportunity; ")),
        _ => String::new(),
    }
}

fn chart(words: Words<'_>) -> Chart {
    let series = |key: &str, zh, en, colour| Series {
        name: words.lang.pick(zh, en).to_owned(),
        along: "label".to_owned(),
        values: key.to_owned(),
        rows: None,
        colour,
    };
    Chart {
        title: words.lang.pick("各指标与目标的差距（达成率 − 100%）", "Gaps: attainment less 100%").to_owned(),
        kind: ChartKind::StackedBars,
        series: vec![
            series("short", "低于目标", "below the target", 0xE06666),
            series("over", "达到或超过目标", "at or above the target", 0xA9D08E),
        ],
        axes: (String::new(), String::new()),
        number_format: "0%",
    }
}
