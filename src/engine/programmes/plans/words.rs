//! What would turn a plan green, in words.

use super::PlanRules;
use super::{Attained, PlanRow, Scored, Status};
use crate::policy::Section;
use crate::programmes::attainment::words as attainment;
use crate::sheet::Words;
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;

/// A card names at most so many rows.
const NAMED_MAX: usize = 8;

/// 由 9 增至 10（+6.67 分）: what a row needs to be green, and the points that brings; none where no figure does.
fn step(row: &PlanRow, points: &Exact, words: Words<'_>) -> Option<String> {
    let green = PlanRules::of(words.policy).green_from.into();
    let change = attainment::change(&row.goal, &green, "", words)?;
    let points = attainment::telling(points, 2);
    Some(match (points.is_zero(), words.lang) {
        (true, _) => change,
        (false, Lang::Zh) => format!("{change}（+{points} 分）"),
        (false, Lang::En) => format!("{change} (+{points})"),
    })
}

fn unreachable(words: Words<'_>) -> &'static str {
    words.lang.pick("目标为 0，只有改定目标才能转绿", "its target is 0: only another target can turn it green")
}

/// What would turn a dealer green: the fewest rows, a line each.
pub fn of_dealer(dealer: &Scored, rows: &[PlanRow], words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    let (Some(mean), Some(status)) = (&dealer.why.mean, dealer.status) else {
        return words.lang.pick("没有可计分的行", "no row counts yet").to_owned();
    };
    if status == Status::Green {
        return String::new();
    }
    let short = &Exact::from(PlanRules::of(words.policy).green_from) - mean;
    let missing = attainment::telling(&(&short * &Exact::whole(100)), 2);
    let mut lines = vec![match zh {
        true => format!("还差 {missing} 分转绿："),
        false => format!("{missing} points to green:"),
    }];
    lines.extend(dealer.why.to_green.iter().take(NAMED_MAX).map(|(n, points)| {
        let row = &rows[*n];
        let step = step(row, points, words).unwrap_or_else(|| unreachable(words).to_owned());
        format!("{}{}{step}", row.measure, words.lang.pick("：", ": "))
    }));
    match (dealer.why.to_green.len().saturating_sub(NAMED_MAX), zh) {
        (0, _) => {}
        (more, true) => lines.push(format!("……及另外 {more} 行")),
        (more, false) => lines.push(format!("… and {more} more")),
    }
    lines.join("\n")
}

/// What is to be done about a row.
pub fn of_row(row: &PlanRow, attained: &Attained, gain: Option<&Exact>, words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    let mut lines = Vec::new();
    if attained.overdue {
        let (action, owner, days) = (&row.action, &row.owner, attained.days_overdue);
        let due = row.due_on.map_or(String::new(), |day| day.to_string());
        lines.push(match (owner.is_empty(), zh) {
            (true, true) => format!("{action}：应于 {due} 完成，逾期 {days} 天"),
            (false, true) => format!("{action}：应于 {due} 完成，逾期 {days} 天，请{owner}完成"),
            (true, false) => format!("{action}: was due on {due}; days overdue: {days}"),
            (false, false) => format!("{action}: was due on {due}; days overdue: {days}; for {owner} to complete"),
        });
    }
    let measure = format!("{}{}", row.measure, words.lang.pick("：", ": "));
    match (attained.status, gain) {
        (None, _) => {
            let unscored = words.lang.pick("，不计分", "; not scored");
            lines.push(format!("{measure}{}{unscored}", attainment::none(&row.goal, words)));
        }
        (Some(Status::Green), _) => {}
        (Some(_), gain) => lines.push(match step(row, gain.unwrap_or(&Exact::ZERO), words) {
            None => format!("{measure}{}", unreachable(words)),
            Some(step) => format!("{measure}{step}{}", words.lang.pick("转绿", " turns it green")),
        }),
    }
    lines.join("\n")
}
