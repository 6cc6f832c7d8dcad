//! How far a target is attained (handbook 7 and 8): the same for the metrics of a review and the measures of a plan.

pub mod words;

use crate::programmes::sheets::Row;
use dealerbook_base::exact::Exact;

/// A target and what came out of it, in the unit of their metric.
pub struct Goal {
    /// Whether lower is better.
    pub lower: bool,
    /// 目标
    pub target: Exact,
    /// 实际; none where there is nothing yet.
    pub actual: Option<Exact>,
}

impl Goal {
    /// Out of the columns direction, target and actual of a row.
    pub fn of(row: &Row<'_>) -> Self {
        Self {
            lower: row.category("direction") == "lower",
            target: row.exact("target"),
            actual: row.number_if_any("actual").map(Exact::from),
        }
    }

    /// actual / target, where lower is better target / actual; none without an actual or where the divisor is 0.
    pub fn attainment(&self) -> Option<Exact> {
        let actual = self.actual.as_ref()?;
        if self.lower { self.target.checked_div(actual) } else { actual.checked_div(&self.target) }
    }

    /// actual − target.
    pub fn gap(&self) -> Option<Exact> {
        Some(self.actual.as_ref()? - &self.target)
    }

    /// The actual figure that comes to this attainment, which is above 0; none where none does, since the target is 0.
    pub fn actual_for(&self, attainment: &Exact) -> Option<Exact> {
        let needed = if self.lower { self.target.checked_div(attainment) } else { Some(&self.target * attainment) };
        needed.filter(|_| !self.target.is_zero())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use rust_decimal::Decimal;

    use super::*;

    /// A goal of these figures, as texts.
    pub fn goal(lower: bool, target: &str, actual: &str) -> Goal {
        let exact = |text: &str| Decimal::from_str_exact(text).ok().map(Exact::from);
        Goal { lower, target: exact(target).unwrap(), actual: exact(actual) }
    }

    fn attained(lower: bool, target: &str, actual: &str) -> Option<Decimal> {
        goal(lower, target, actual).attainment().map(|ratio| ratio.round(4).normalize())
    }

    #[test]
    fn where_lower_is_better_the_target_is_divided() {
        assert_eq!(attained(false, "80", "60"), Some(Decimal::new(75, 2)));
        assert_eq!(attained(true, "3", "4"), Some(Decimal::new(75, 2)));
    }

    #[test]
    fn a_divisor_of_0_and_a_missing_actual_give_no_attainment() {
        assert_eq!(attained(false, "0", "5"), None);
        assert_eq!(attained(true, "5", "0"), None);
        assert_eq!(attained(true, "0", "5"), Some(Decimal::ZERO));
        assert_eq!((attained(false, "5", ""), goal(false, "5", "").gap()), (None, None));
    }

    #[test]
    fn the_actual_that_is_needed_comes_to_the_attainment() {
        let most = Exact::from(Decimal::new(8, 1));
        for lower in [false, true] {
            let mut one = goal(lower, "12", "1");
            one.actual = one.actual_for(&most);
            assert_eq!(one.attainment(), Some(Exact::from(Decimal::new(8, 1))));
        }
        assert_eq!(goal(true, "0", "5").actual_for(&most), None);
    }
}
