//! 计划积分卡 / Plan scorecard: a row of a plan a row, overdue actions first, with what its dealer scores; the dealers' cards below the
//! table, the worst first. Scores and statuses are live.

use jiff::civil::Date;

use super::PlanRules;
use super::{Attained, PlanRow, Plans, Results, Scored, Status};
use super::{cards, words as plans_words};
use crate::policy::{Attention, Section};
use crate::programmes::Outcome;
use crate::programmes::attainment::words as attainment;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, Group, Ids, Look, POOR, Series, Sheet, Value, Words, percent, quoted,
    rules_of,
};
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;

/// What derives from other columns, in all their rows, although no formula says so.
const DERIVED: &[(&str, &str, bool)] = &[
    ("weights", "weight", true),
    ("mean", "ratio", true),
    ("overdue", "late", true),
    ("green", "status", true),
    ("amber", "status", true),
    ("red", "status", true),
    ("unscored", "ratio", true),
];

/// A line of the sheet: a row of a dealer's plan.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// The dealer's card.
    pub(super) dealer: &'a Scored,
    /// The row.
    pub(super) row: &'a PlanRow,
    /// What came out for it.
    pub(super) attained: &'a Attained,
}

pub(super) type Plan<'a> = Describe<'a, Line<'a>>;

/// The counts of a dealer's rows, and their colours in the chart.
pub(super) const CHARTED: [(&str, u32); 4] =
    [("green", 0xA9D08E), ("amber", 0xFFE699), ("red", 0xE06666), ("unscored", 0xD9D9D9)];

impl Presentation for Plans {
    const ROW_BY_ROW: bool = true;

    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let rows = &outcome.inputs.rows;
        let regions = rows.iter().any(|row| !row.region.is_empty());
        let cards = cards(&outcome.results);
        let lines = lines(rows, &outcome.results, &cards);
        let mut sheet = Describe::new("plans", ("计划积分卡", "Plan scorecard"), words, lines);
        sheet.look_up_in_block(u32_of(cards.len()));
        let label = |zh, en| words.lang.pick(zh, en);
        let identity = |width| (width, Look::Text, Group::Identity);
        sheet.column("id", label("经销商编号", "Dealer ID"), identity(12.0), |l| l.row.dealer.as_str());
        sheet.column("name", label("经销商名称", "Name"), identity(24.0), |l| l.row.name.as_str());
        if regions {
            sheet.column("region", label("区域", "Region"), identity(9.0), |l| l.row.region.shown());
        }
        row(&mut sheet, words, outcome.inputs.as_of);
        card(&mut sheet, words);
        let ids = Ids::of(cards.iter().map(|dealer| rows[dealer.why.rows[0]].dealer.as_str()));
        cards::overdue(&mut sheet, words, ids);
        basis(&mut sheet, words);
        cards::columns(&mut sheet, words, &outcome.results, ids);
        reported(&mut sheet, words);
        sheet.origin_row(|line| Some(line.row.row));
        coloured(&mut sheet, words);
        sheet.counted("name", "id", ("0\" 项\"", "0\" rows\""));
        let first = cards::below(&mut sheet, words, outcome, &cards, regions);
        if outcome.inputs.as_of.is_none() {
            sheet.below([("id", Value::from(no_as_of(words)))]);
        }
        explain(&mut sheet, words);
        explain_overdue(&mut sheet, words, outcome.inputs.as_of);
        brief(&mut sheet, words, outcome);
        let named = rows.iter().all(|row| !row.name.is_empty());
        sheet.chart(chart(words, named, (first, u32_of(cards.len()))));
        sheet.reads(&[("due", "plans", &["due_on"]), ("late", "plans", &["due_on", "done"])]);
        sheet.derives(DERIVED);
        sheet.finish()
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// What the overview says: how many dealers are red, who they are and what of.
fn brief<'a>(sheet: &mut Plan<'a>, words: Words<'a>, outcome: &'a Outcome<Plans>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let rows = &outcome.inputs.rows;
    let red = || outcome.results.dealers.iter().filter(|dealer| dealer.status == Some(Status::Red));
    let count = format!("COUNTIF([dealer_status;],{})", quoted(name(Status::Red, words)));
    sheet.key_figure(label("计划为红的经销商（家）", "Dealers with a red plan"), count, u32_of(red().count()), "0");
    for dealer in red() {
        let Some(row) = dealer.why.rows.first().and_then(|row| rows.get(*row)) else { continue };
        let score = dealer.score.map_or(String::new(), |score| score.to_string());
        let text = match words.lang {
            Lang::Zh => format!("计划积分 {score} 分（{}）", name(Status::Red, words)),
            Lang::En => format!("plan scorecard {score} points ({})", name(Status::Red, words)),
        };
        sheet.attention((&row.dealer, &row.name), Attention::MissedPlan, text);
    }
}

pub(super) const CARD: (&str, &str) = ("记分卡", "card");
const OVERDUE: (&str, &str) = ("逾期行动", "overdue action");
const ACTION: (&str, &str) = ("行动", "action");
pub(super) const STATUSES: [Status; 3] = [Status::Green, Status::Amber, Status::Red];

impl Line<'_> {
    /// The row's capped attainment, unrounded.
    fn ratio(&self) -> Option<&Exact> {
        self.attained.exact.as_ref()
    }

    /// The points that the score gains when the row turns green; none where it is, or where nothing counts.
    fn gain(&self, rules: &PlanRules) -> Option<Exact> {
        let short = &Exact::from(rules.green_from) - self.ratio()?;
        let gain = &(&self.row.weight * &short) * &Exact::whole(100);
        gain.checked_div(&self.dealer.why.weights).filter(|_| short.signum() > 0)
    }

    /// What the row's actual figure lacks to be green; below 0 where it must fall.
    fn lacking(&self, rules: &PlanRules) -> Option<Exact> {
        let green = rules.green_from.into();
        let short = *self.ratio()? < green;
        let needed = self.row.goal.actual_for(&green).filter(|_| short)?;
        Some(&needed - self.row.goal.actual.as_ref()?)
    }
}

/// The cards, those with overdue actions and then the worst first.
fn cards(results: &Results) -> Vec<&Scored> {
    let mut dealers: Vec<&Scored> = results.dealers.iter().collect();
    dealers.sort_by_key(|d| (std::cmp::Reverse(d.overdue_actions), urgency(d.status), d.score));
    dealers
}

/// The rows, the longest overdue first and the rest in the order of the cards, the worst first.
fn lines<'a>(rows: &'a [PlanRow], results: &'a Results, cards: &[&'a Scored]) -> Vec<Line<'a>> {
    let own = |dealer: &'a Scored| {
        dealer.why.rows.iter().map(move |n| Line { dealer, row: &rows[*n], attained: &results.rows[*n] })
    };
    let mut lines: Vec<(usize, Line<'a>)> =
        cards.iter().enumerate().flat_map(|(place, dealer)| own(dealer).map(move |line| (place, line))).collect();
    lines.sort_by(|(a, x), (b, y)| {
        let status = urgency(x.attained.status).cmp(&urgency(y.attained.status));
        let days = y.attained.days_overdue.cmp(&x.attained.days_overdue);
        days.then(a.cmp(b)).then(status).then_with(|| x.ratio().cmp(&y.ratio()))
    });
    lines.into_iter().map(|(_, line)| line).collect()
}

fn urgency(status: Option<Status>) -> u8 {
    match status {
        Some(Status::Red) => 0,
        Some(Status::Amber) => 1,
        None => 2,
        Some(Status::Green) => 3,
    }
}

pub(super) fn name(status: Status, words: Words<'_>) -> &str {
    let names = &PlanRules::of(words.policy).statuses;
    let title = match status {
        Status::Green => &names.green,
        Status::Amber => &names.amber,
        Status::Red => &names.red,
    };
    title.pick(words.lang)
}

/// What came out for the row's dealer, on each of its rows.
fn card<'a>(sheet: &mut Plan<'a>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let rules = PlanRules::of(words.policy);
    let result = |width, look| (width, look, Group::Result);
    sheet.column("dealer_status", label("本户状态", "Dealer's status"), result(9.0, Look::Centre), move |l| {
        l.dealer.status.map(|status| name(status, words))
    });
    sheet.live(status_of("[mean]", words));
    sheet.column("score", label("本户得分", "Dealer's score"), result(9.0, Look::Points), |l| l.dealer.score);
    sheet.live(SCORE);
    sheet.rounded(2, |l| Some(l.dealer.why.mean.as_ref()? * &Exact::whole(100)));
    let missing = move |l: Line<'a>| cards::missing(l.dealer, rules);
    let text = label("本户距绿灯差分", "Dealer's points to green");
    sheet.column("missing", text, result(10.0, Look::Points), move |l| missing(l).map(|points| points.round(2)));
    sheet.live(points_to_green(rules));
    sheet.rounded(2, missing);
}

/// A score by the weighted attainment.
pub(super) const SCORE: &str = "IF([mean]=\"\",\"\",ROUND([mean]*100,2))";

/// The points that a score lacks to be green.
pub(super) fn points_to_green(rules: &PlanRules) -> String {
    format!("IF([mean]=\"\",\"\",MAX(0,ROUND(({}-[mean])*100,2)))", rules.green_from.normalize())
}

/// The status by an attainment.
pub(super) fn status_of(ratio: &str, words: Words<'_>) -> String {
    let rules = PlanRules::of(words.policy);
    let [green, amber, red] = STATUSES.map(|status| quoted(name(status, words)));
    let (green_from, amber_from) = (rules.green_from.normalize(), rules.amber_from.normalize());
    format!(
        "IF({ratio}=\"\",\"\",IF(ROUND({ratio},12)>={green_from},{green},IF(ROUND({ratio},12)>={amber_from},{amber},{red})))"
    )
}

/// A row and what came out for it.
fn row<'a>(sheet: &mut Plan<'a>, words: Words<'a>, as_of: Option<Date>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let rules = PlanRules::of(words.policy);
    let result = |width, look| (width, look, Group::Result);
    sheet.column("kind", label("类别", "Kind"), result(13.0, Look::Centre), move |l| {
        let (zh, en) = if l.attained.overdue { OVERDUE } else { ACTION };
        words.lang.pick(zh, en)
    });
    let [overdue, action] = [OVERDUE, ACTION].map(|(zh, en)| quoted(words.lang.pick(zh, en)));
    sheet.live(format!("IF([late]=\"\",{action},{overdue})"));
    sheet.column("status", label("状态", "Status"), result(9.0, Look::Centre), move |l| {
        l.attained.status.map(|status| name(status, words))
    });
    sheet.live(status_of("[ratio]", words));
    sheet.column("action", label("行动", "Action"), result(26.0, Look::Wrap), |l| l.row.action.shown());
    sheet.column("owner", label("负责人", "Owner"), result(12.0, Look::Text), |l| l.row.owner.shown());
    sheet.column("due", label("完成日期", "Due on"), result(13.0, Look::Day), |l| l.row.due_on);
    sheet.column("done", label("已完成", "Done"), result(9.0, Look::Centre), move |l| {
        if l.row.done { words.lang.pick("是", "yes") } else { words.lang.pick("否", "no") }
    });
    sheet.column("late", label("逾期天数", "Days overdue"), result(11.0, Look::Count), |l| {
        l.attained.overdue.then(|| Value::Number(l.attained.days_overdue.into()))
    });
    if let Some(day) = as_of {
        let done = quoted(label("是", "yes"));
        sheet.live(format!("IF(OR([due]=\"\",[done]={done}),\"\",IF([due!]>[due],[due!]-[due],\"\"))"));
        let formula = format!("DATE({},{},{})", day.year(), day.month(), day.day());
        sheet.total_day("due", &formula, day, label("\"截止 \"yyyy-mm-dd", "\"as of \"yyyy-mm-dd"));
    }
    sheet.shown_numbers("late", "late", ("0\" 项逾期\"", "0\" overdue\""));
    sheet.column("measure", label("衡量指标", "Measure"), result(18.0, Look::Text), move |l| l.row.measure.shown());
    sheet
        .column("attainment", label("达成率", "Attainment"), result(11.0, Look::Percent), |l| l.attained.attainment);
    sheet.live("IF([ratio]=\"\",\"\",ROUND([ratio],4))");
    sheet.rounded(4, |l| l.ratio().cloned());
    let green = rules.green_from.normalize();
    sheet.column(
        "to_go",
        label("距绿灯\n（指标值）", "To green, in the measure"),
        result(12.0, Look::Tonnes),
        move |l| l.lacking(rules).map(|x| x.round(9)),
    );
    let lower = attainment::is_lower(&words.category_of("plans", "direction", "lower"));
    sheet.live(format!(
        "IF([ratio]=\"\",\"\",IF(OR(ROUND([ratio],12)>={green},[target]=0),\"\",ROUND(IF({lower},[target]/{green},[target]*{green})-[actual],9)))"
    ));
    sheet.column("gain", label("转绿可增得分", "Points gained at green"), result(10.0, Look::Points), move |l| {
        l.gain(rules).map(|x| x.round(2))
    });
    sheet.live(format!(
        "IF(OR([ratio]=\"\",[weights]=0),\"\",IF(ROUND([ratio],12)>={green},\"\",ROUND([weight]*({green}-[ratio])/[weights]*100,2)))"
    ));
    sheet.rounded(2, |l| l.gain(rules));
    let advice = label("待办与转绿办法", "To do, and what would turn it green");
    sheet.column("advice", advice, result(52.0, Look::Wrap), move |l| {
        plans_words::of_row(l.row, l.attained, l.gain(rules).as_ref(), words)
    });
}

/// What it derives from.
fn basis<'a>(sheet: &mut Plan<'a>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let rules = PlanRules::of(words.policy);
    let basis = |width, look| (width, look, Group::Basis);
    let direction = move |lower| words.category_of("plans", "direction", if lower { "lower" } else { "higher" });
    sheet.column("direction", label("方向", "Direction"), basis(11.0, Look::Centre), move |l| {
        direction(l.row.goal.lower).into_owned()
    });
    sheet
        .column("target", label("目标值", "Target"), basis(11.0, Look::Tonnes), |l| Value::from(&l.row.goal.target));
    sheet.column("actual", label("实际值", "Actual"), basis(11.0, Look::Tonnes), |l| l.row.goal.actual.as_ref());
    sheet.column("weight", label("权重", "Weight"), basis(9.0, Look::Tonnes), |l| Value::from(&l.row.weight));
    let ratio = match words.lang {
        Lang::Zh => format!("达成率\n（最高 {}，\n未四舍五入）", percent(rules.attainment_cap)),
        Lang::En => format!("Attainment, at most {}, unrounded", percent(rules.attainment_cap)),
    };
    sheet.column("ratio", ratio, basis(14.0, Look::Index), |l| l.ratio().map(|ratio| ratio.round(15)));
    sheet.live(attainment::formula(&direction(true), Some(rules.attainment_cap)));
}

/// What the plan says in words, and its budget.
fn reported<'a>(sheet: &mut Plan<'a>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    let other = |width, look| (width, look, Group::OtherBasis);
    let mut say = |key: &str, text: &str, value: fn(&'a PlanRow) -> &'a str| {
        sheet.column(key, text, other(22.0, Look::Wrap), move |l| value(l.row));
    };
    say("objective", label("目的（O）", "Objective (O)"), |row| row.objective.shown());
    say("goal", label("目标（G）", "Goal (G)"), |row| row.goal_text.shown());
    say("strategy", label("策略（S）", "Strategy (S)"), |row| row.strategy.shown());
    sheet.column("budget", label("预算（元）", "Budget (yuan)"), other(13.0, Look::Money), |l| {
        l.row.budget.as_ref()
    });
}

/// Colours of kinds and statuses; what is green and not overdue is set back.
fn coloured<'a>(sheet: &mut Plan<'a>, words: Words<'a>) {
    let label = |(zh, en)| words.lang.pick(zh, en);
    sheet.coloured("kind", label(OVERDUE), POOR);
    for (status, fill) in STATUSES.into_iter().zip([GOOD, FAIR, POOR]) {
        sheet.coloured("status", name(status, words), fill);
        sheet.coloured("dealer_status", name(status, words), fill);
    }
    sheet.muted(|l| l.attained.status == Some(Status::Green) && !l.attained.overdue);
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Plan<'a>, words: Words<'a>) {
    let (label, rules) = (|zh, en| words.lang.pick(zh, en), PlanRules::of(words.policy));
    let [cap, green, amber] = [rules.attainment_cap, rules.green_from, rules.amber_from].map(percent);
    let [g, a, r] = STATUSES.map(|status| name(status, words));
    sheet.rule(
        label("达成率", "Attainment"),
        match words.lang {
            Lang::Zh => format!("越高越好的指标为实际 ÷ 目标，越低越好的为目标 ÷ 实际，最高计 {cap}；没有实际值或除数为 0 的行不计分"),
            Lang::En => format!(
                "actual / target where higher is better, target / actual where lower is, at most {cap}; a row without an actual or with a divisor of 0 is not scored"
            ),
        },
    );
    sheet.rule(
        label("得分", "Score"),
        label(
            "Σ 权重 × 达成率 ÷ Σ 权重 × 100，只计有达成率的行",
            "Σ weight × attainment / Σ weight × 100, of the rows that have one",
        ),
    );
    sheet.rule(
        label("状态", "Status"),
        match words.lang {
            Lang::Zh => format!("按未四舍五入的达成率：{green} 及以上为{g}，{amber} 及以上为{a}，以下为{r}；经销商按得分 ÷ 100"),
            Lang::En => format!(
                "by the unrounded attainment: {g} from {green}, {a} from {amber}, else {r}; a dealer's by its score / 100"
            ),
        },
    );
}

/// Which actions are overdue.
fn explain_overdue<'a>(sheet: &mut Plan<'a>, words: Words<'a>, as_of: Option<Date>) {
    let overdue = match (as_of, words.lang) {
        (Some(day), Lang::Zh) => format!("{day} 之前应完成而未完成；一项行动列在几行，各行都算"),
        (Some(day), Lang::En) => {
            format!("due before {day} and not done; an action counts on each row that it stands on")
        }
        (None, _) => no_as_of(words).to_owned(),
    };
    sheet.rule(words.lang.pick("逾期行动", "Overdue actions"), overdue);
}

pub(super) fn no_as_of(words: Words<'_>) -> &str {
    words.lang.pick(
        "没有截止日期，不判断逾期；请在封面填写截止日期",
        "there is no as-of date, so nothing is told overdue; enter one on the cover",
    )
}

/// The statuses of each dealer's rows, over the cards.
fn chart(words: Words<'_>, named: bool, (first, dealers): (u32, u32)) -> Chart {
    let series = CHARTED.into_iter().enumerate().map(|(n, (key, colour))| Series {
        name: STATUSES.get(n).map_or(words.lang.pick("未计分", "not scored"), |status| name(*status, words)).to_owned(),
        along: if named { "name" } else { "id" }.to_owned(),
        values: key.to_owned(),
        rows: Some((first, dealers.min(30))),
        colour,
    });
    Chart {
        title: words.lang.pick("各经销商计划状态（行数）", "Plan status by dealer (rows)").to_owned(),
        kind: ChartKind::StackedBars,
        series: series.collect(),
        axes: (String::new(), String::new()),
        number_format: "0",
    }
}
