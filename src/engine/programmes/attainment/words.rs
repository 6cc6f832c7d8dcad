//! Attainment of a target in formulas and words: the same for reviews and plans.

use rust_decimal::Decimal;

use super::Goal;
use crate::sheet::{Words, quoted};
use dealerbook_base::exact::{Exact, plain};
use dealerbook_base::lang::Lang;

/// actual / target, where lower is better target / actual, at most the cap; nothing without an actual or where the divisor is 0.
pub fn formula(lower: &str, cap: Option<Decimal>) -> String {
    let lower = is_lower(lower);
    let quotient = format!("IF({lower},[target]/[actual],[actual]/[target])");
    let capped = cap.map_or(quotient.clone(), |cap| format!("MIN({},{quotient})", cap.normalize()));
    format!("IF([actual]=\"\",\"\",IF(IF({lower},[actual],[target])=0,\"\",{capped}))")
}

/// Whether the row's direction is the one where lower is better.
pub fn is_lower(lower: &str) -> String {
    format!("[direction]={}", quoted(lower))
}

/// 由 60 增至 80 %, to come to this attainment; none where no figure does.
pub fn change(goal: &Goal, attainment: &Exact, unit: &str, words: Words<'_>) -> Option<String> {
    let (actual, needed) = (goal.actual.as_ref()?, goal.actual_for(attainment)?);
    let (from, to) = (plain(actual), in_unit(&needed, unit));
    Some(match (needed > *actual, words.lang) {
        (true, Lang::Zh) => format!("由 {from} 增至 {to}"),
        (true, Lang::En) => format!("up from {from} to {to}"),
        (false, Lang::Zh) => format!("由 {from} 降至 {to}"),
        (false, Lang::En) => format!("down from {from} to {to}"),
    })
}

fn in_unit(figure: &Exact, unit: &str) -> String {
    let figure = figure.round(9).normalize().to_string();
    match unit {
        "" => figure,
        "%" => figure + "%",
        unit => format!("{figure} {unit}"),
    }
}

/// A figure rounded to so many places, or to more where else it would be reported as 0 though it isn't.
pub fn telling(figure: &Exact, places: u32) -> Decimal {
    let rounded = figure.round(places);
    if rounded.is_zero() { figure.round(12).normalize() } else { rounded }
}

/// Why there is no attainment.
pub fn none(goal: &Goal, words: Words<'_>) -> &'static str {
    match (&goal.actual, goal.lower) {
        (None, _) => words.lang.pick("尚无实际值", "no actual figure yet"),
        (Some(_), true) => words.lang.pick("实际为 0，无法计算达成率", "the actual is 0: there is no attainment"),
        (Some(_), false) => words.lang.pick("目标为 0，无法计算达成率", "the target is 0: there is no attainment"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::schema::Schemas;

    fn goal(lower: bool, target: &str, actual: &str) -> Goal {
        let exact = |text: &str| Decimal::from_str_exact(text).ok().map(Exact::from);
        Goal { lower, target: exact(target).unwrap(), actual: exact(actual) }
    }

    #[test]
    fn what_is_needed_is_said_with_its_direction_and_unit() {
        let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
        let words = Words { schemas: &schemas, policy: &policy, lang: Lang::Zh };
        let full = |goal: &Goal, unit| change(goal, &Exact::whole(1), unit, words);
        assert_eq!(full(&goal(false, "80", "60"), "%").as_deref(), Some("由 60 增至 80%"));
        assert_eq!(full(&goal(true, "3", "4.50"), "天").as_deref(), Some("由 4.5 降至 3 天"));
        assert_eq!(full(&goal(false, "90", "89.999999"), "%").as_deref(), Some("由 89.999999 增至 90%"));
        assert_eq!(full(&goal(true, "0", "4"), "天"), None);
        assert_eq!(full(&goal(false, "3", ""), ""), None);
    }

    #[test]
    fn a_figure_that_is_not_0_is_not_told_as_0() {
        let reported = |units, places| telling(&Decimal::new(units, places).into(), 2).to_string();
        assert_eq!((reported(5, 1), reported(1, 4), reported(0, 0)), ("0.50".into(), "0.0001".into(), "0".into()));
    }
}
