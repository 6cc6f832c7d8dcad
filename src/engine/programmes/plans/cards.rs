//! The dealers' cards below 计划积分卡 / Plan scorecard: a dealer a row, what its plan scores and how its rows stand; and the columns by which
//! each row of the plan says the same of its dealer, looked up by the dealer's id.

use super::PlanRules;
use super::sheet::{CARD, CHARTED, Plan, SCORE, STATUSES, name, points_to_green, status_of};
use super::words as plans_words;
use super::{Plans, Results, Scored, Status};
use crate::policy::Section;
use crate::programmes::Outcome;
use crate::sheet::{Group, Ids, Look, Value, Words, quoted};
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;

/// The weights of the rows that have an attainment.
const WEIGHTS: &str = "ROUND(SUMPRODUCT(EXACT([id:],[id])*ISNUMBER([ratio:]),[weight:]),9)";
/// Their attainment, weighted.
const MEAN: &str = "IF([weights]=0,\"\",SUMPRODUCT(EXACT([id:],[id])*1,[weight:],[ratio:])/[weights])";
const OVERDUE: &str = "SUMPRODUCT(EXACT([id:],[id])*ISNUMBER([late:]))";

/// The points that a dealer lacks to be green, unrounded.
pub fn missing(dealer: &Scored, rules: &PlanRules) -> Option<Exact> {
    let short = &Exact::from(rules.green_from) - dealer.why.mean.as_ref()?;
    Some((&short * &Exact::whole(100)).max(Exact::ZERO))
}

/// The columns of the dealer's figures on each row of its plan.
pub fn columns<'a>(sheet: &mut Plan<'a>, words: Words<'a>, results: &'a Results, ids: Ids) {
    let label = |zh, en| words.lang.pick(zh, en);
    let basis = |width, look| (width, look, Group::Basis);
    let found = |key: &str| ids.look_up(&format!("[{key};]"), "[id;]", "[id]");
    let weights = label("本户计分权重合计", "The dealer's weights");
    sheet.column("weights", weights, basis(11.0, Look::Tonnes), |l| Value::from(&l.dealer.why.weights));
    sheet.live(found("weights"));
    let mean = label("本户加权达成率（未四舍五入）", "The dealer's weighted attainment, unrounded");
    sheet.column("mean", mean, basis(15.0, Look::Index), |l| mean_of(l.dealer));
    sheet.live(found("mean"));
    for (n, (key, _)) in CHARTED.into_iter().enumerate() {
        let text = match (STATUSES.get(n).map(|status| name(*status, words)), words.lang) {
            (Some(name), Lang::Zh) => format!("本户{name}行数"),
            (Some(name), Lang::En) => format!("The dealer's rows {name}"),
            (None, lang) => lang.pick("本户未计分行数", "The dealer's rows not scored").to_owned(),
        };
        let status = STATUSES.get(n).copied();
        sheet.column(key, text, basis(9.0, Look::Count), move |l| count(l.dealer, results, status));
        sheet.live(found(key));
    }
}

/// How many actions of the row's dealer are overdue.
pub fn overdue(sheet: &mut Plan<'_>, words: Words<'_>, ids: Ids) {
    let text = words.lang.pick("本户逾期行动数", "Dealer's overdue actions");
    sheet.column("overdue", text, (10.0, Look::Count, Group::Result), |l| l.dealer.overdue_actions);
    sheet.live(ids.look_up("[overdue;]", "[id;]", "[id]"));
}

fn mean_of(dealer: &Scored) -> Value<'static> {
    dealer.why.mean.as_ref().map(|mean| mean.round(15)).into()
}

/// How many rows of a dealer have a status, or none.
fn count(dealer: &Scored, results: &Results, status: Option<Status>) -> u32 {
    u32_of(dealer.why.rows.iter().filter(|n| results.rows[**n].status == status).count())
}

/// The cards, and their sums by region; gives where the first card stands below the table.
pub fn below<'a>(
    sheet: &mut Plan<'a>,
    words: Words<'a>,
    outcome: &'a Outcome<Plans>,
    cards: &[&'a Scored],
    regions: bool,
) -> u32 {
    let text = words.lang.pick("各经销商记分卡：", "The dealers' cards:");
    sheet.below([("id", Value::from(text))]);
    let first = sheet.next_below();
    for dealer in cards {
        card(sheet, words, outcome, dealer, regions);
    }
    if regions {
        by_region(sheet, words, outcome, cards);
    }
    first
}

fn card<'a>(sheet: &mut Plan<'a>, words: Words<'a>, outcome: &'a Outcome<Plans>, dealer: &'a Scored, regions: bool) {
    let (rows, results, rules) = (&outcome.inputs.rows, &outcome.results, PlanRules::of(words.policy));
    let row = &rows[dealer.why.rows[0]];
    let mut cells: Vec<(&str, Value<'a>, Option<String>)> = vec![
        ("id", row.dealer.as_str().into(), None),
        ("name", row.name.as_str().into(), None),
        ("kind", words.lang.pick(CARD.0, CARD.1).into(), None),
        ("advice", plans_words::of_dealer(dealer, rows, words).into(), None),
        ("dealer_status", dealer.status.map(|status| name(status, words)).into(), Some(status_of("[mean]", words))),
        ("score", dealer.score.into(), Some(SCORE.to_owned())),
        ("missing", missing(dealer, rules).map(|points| points.round(2)).into(), Some(points_to_green(rules))),
        ("weights", Value::from(&dealer.why.weights), Some(WEIGHTS.to_owned())),
        ("mean", mean_of(dealer), Some(MEAN.to_owned())),
        ("overdue", dealer.overdue_actions.into(), Some(OVERDUE.to_owned())),
    ];
    if regions {
        cells.push(("region", row.region.shown().into(), None));
    }
    cells.extend(CHARTED.into_iter().enumerate().map(|(n, (key, _))| {
        let status = STATUSES.get(n).copied();
        let counted = match status {
            Some(status) => format!("([status:]={})", quoted(name(status, words))),
            None => "([ratio:]=\"\")".to_owned(),
        };
        let formula = format!("SUMPRODUCT(EXACT([id:],[id])*{counted})");
        (key, count(dealer, results, status).into(), Some(formula))
    }));
    sheet.in_block(cells);
}

/// The sums of the cards of each region, in the order of the cards; none where there are not two regions.
fn by_region<'a>(sheet: &mut Plan<'a>, words: Words<'a>, outcome: &'a Outcome<Plans>, cards: &[&'a Scored]) {
    let region_of = |dealer: &Scored| outcome.inputs.rows[dealer.why.rows[0]].region.shown();
    let mut regions: Vec<&str> = Vec::new();
    for region in cards.iter().map(|dealer| region_of(dealer)).filter(|region| !region.is_empty()) {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    for region in regions.iter().filter(|_| regions.len() > 1) {
        let own = || cards.iter().filter(|dealer| region_of(dealer) == *region);
        let sum = |key: &str| Some(format!("SUMPRODUCT(EXACT([region;],[region])*1,[{key};])"));
        let mut cells = vec![
            ("id", Value::from(words.lang.pick("小计", "Subtotal")), None),
            ("region", Value::from(*region), None),
            ("overdue", own().map(|dealer| dealer.overdue_actions).sum::<u32>().into(), sum("overdue")),
        ];
        cells.extend(CHARTED.into_iter().enumerate().map(|(n, (key, _))| {
            let status = STATUSES.get(n).copied();
            let counted = own().map(|dealer| count(dealer, &outcome.results, status)).sum::<u32>();
            (key, Value::from(counted), sum(key))
        }));
        sheet.below_live(cells);
    }
}
