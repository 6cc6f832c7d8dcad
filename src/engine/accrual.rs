//! An accrual: what incentives of a year are to be recognised at the end of one of its months. Pure.
//!
//! - **earned so far**: what would be paid if nothing more were bought this year (months to come are 0).
//! - **to plan**, **as so far**: what the year pays if the rest goes to plan, or on like the months so far; the range lies between the two.
//! - **expected**: the one of the two that the policy's `[accrual] expect` names.
//! - **recognised** = expected × tonnes so far / tonnes of that expected year, rounded to the cent for each dealer; by months where no tonnes
//!   are expected. At the end of December that is what the year pays.
//! - **true-up** = recognised − what was recognised by the last booking of an earlier month of the year. Dealers that were in that booking
//!   and aren't calculated any more are taken back whole. The sum of all true-ups of a year is what is recognised last.
//!
//! What the months to come are, `programmes::horizon` says.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use crate::outcome::{DealerOutcome, Outcome};
use crate::policy::Expect;
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// The same year seen in three ways from the end of a month.
#[derive(Clone, Debug)]
pub struct Projections {
    /// The month, 1 to 12.
    pub month: i8,
    /// By which of the other two the year is expected.
    pub expect: Expect,
    /// If nothing more is bought.
    pub so_far: Outcome,
    /// If the rest goes to plan.
    pub to_plan: Outcome,
    /// If it goes on as so far.
    pub as_so_far: Outcome,
    /// How many dealers have no plan for the rest, and go by the months so far there too.
    pub without_plan: usize,
}

/// What a dealer was recognised with before.
pub type Booked = BTreeMap<String, BookedDealer>;

/// A dealer of an earlier booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedDealer {
    /// 经销商名称
    pub name: String,
    /// Yuan, 2 places.
    pub recognised: Decimal,
}

/// What is to be recognised.
#[derive(Clone, Debug, PartialEq)]
pub struct Accrual {
    /// The calendar year.
    pub period: i16,
    /// The month, 1 to 12.
    pub month: i8,
    /// By which projection the year is expected.
    pub expect: Expect,
    /// How many dealers have no plan for the rest.
    pub without_plan: usize,
    /// All dealers together.
    pub total: AccrualAmounts,
    /// Dealer by dealer, the largest true-up first, equal ones by their ids.
    pub dealers: Vec<DealerAccrual>,
}

/// Yuan, 2 places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AccrualAmounts {
    /// What would be paid if nothing more were bought this year.
    pub earned_so_far: Decimal,
    /// What the year pays if the rest goes to plan.
    pub year_to_plan: Decimal,
    /// What it pays if the rest goes as the months so far.
    pub year_as_so_far: Decimal,
    /// The lower end of the range.
    pub low: Decimal,
    /// The higher end.
    pub high: Decimal,
    /// What is expected, as the policy says.
    pub expected: Decimal,
    /// What is recognised to the end of the month.
    pub recognised: Decimal,
    /// What was recognised by the last booking of an earlier month.
    pub recognised_before: Decimal,
    /// What is to be booked now.
    pub true_up: Decimal,
}

/// A dealer's accrual.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DealerAccrual {
    /// 经销商编号
    pub dealer_id: String,
    /// 经销商名称
    pub name: String,
    /// 区域; empty for a dealer of an earlier booking that isn't calculated any more.
    pub region: Key,
    /// Tonnes to the end of the month.
    pub tonnes_so_far: Decimal,
    /// Tonnes of the year if the rest goes to plan.
    pub tonnes_to_plan: Decimal,
    /// Tonnes of the year if the rest goes as so far.
    pub tonnes_as_so_far: Decimal,
    /// The grade if the rest goes to plan, by its id.
    pub grade_to_plan: Option<String>,
    /// The grade if the rest goes as so far.
    pub grade_as_so_far: Option<String>,
    /// Its amounts.
    pub amounts: AccrualAmounts,
}

impl Accrual {
    /// What is to be recognised, beside what was booked before.
    pub fn of(projections: &Projections, booked: &Booked) -> Accrual {
        let Projections { month, expect, so_far, to_plan, as_so_far, without_plan } = projections;
        let by_id = |outcome: &Outcome| -> BTreeMap<String, DealerOutcome> {
            outcome.dealers.iter().map(|dealer| (dealer.dealer_id.clone(), dealer.clone())).collect()
        };
        let (to_plan, as_so_far) = (by_id(to_plan), by_id(as_so_far));
        let dealer = |now: &DealerOutcome| {
            // The same workbook and month: whoever is in one of the three is in all.
            let plan = to_plan.get(&now.dealer_id).unwrap_or(now);
            let like = as_so_far.get(&now.dealer_id).unwrap_or(now);
            let before = booked.get(&now.dealer_id).map(|before| before.recognised).unwrap_or_default();
            DealerAccrual::of([now, plan, like], *expect, *month, before)
        };
        let mut dealers: Vec<DealerAccrual> = so_far.dealers.iter().map(dealer).collect();
        let gone = booked.iter().filter(|(id, _)| so_far.dealer(id).is_none());
        dealers.extend(gone.map(|(id, before)| DealerAccrual::gone(id, before)));
        dealers.sort_by(|a, b| {
            let size = |dealer: &DealerAccrual| Reverse(dealer.amounts.true_up.abs());
            size(a).cmp(&size(b)).then_with(|| a.dealer_id.cmp(&b.dealer_id))
        });
        let total = dealers.iter().fold(AccrualAmounts::nothing(), |sum, dealer| sum.plus(&dealer.amounts));
        Accrual { period: so_far.period, month: *month, expect: *expect, without_plan: *without_plan, total, dealers }
    }
}

impl DealerAccrual {
    fn of([now, plan, like]: [&DealerOutcome; 3], expect: Expect, month: i8, before: Decimal) -> DealerAccrual {
        let year = if expect == Expect::Plan { plan } else { like };
        let mut recognised = (&Exact::from(year.amount) * &share(now.tonnes, year.tonnes, month)).round(2);
        recognised.rescale(2);
        DealerAccrual {
            dealer_id: now.dealer_id.clone(),
            name: now.name.clone(),
            region: now.region.clone(),
            tonnes_so_far: now.tonnes,
            tonnes_to_plan: plan.tonnes,
            tonnes_as_so_far: like.tonnes,
            grade_to_plan: plan.grade.clone(),
            grade_as_so_far: like.grade.clone(),
            amounts: AccrualAmounts {
                earned_so_far: now.amount,
                year_to_plan: plan.amount,
                year_as_so_far: like.amount,
                low: plan.amount.min(like.amount),
                high: plan.amount.max(like.amount),
                expected: year.amount,
                recognised,
                recognised_before: before,
                true_up: recognised - before,
            }
            .to_the_cent(),
        }
    }

    /// A dealer that was booked before and isn't calculated any more.
    fn gone(id: &str, before: &BookedDealer) -> DealerAccrual {
        DealerAccrual {
            dealer_id: id.to_owned(),
            name: before.name.clone(),
            region: Key::default(),
            tonnes_so_far: Decimal::ZERO,
            tonnes_to_plan: Decimal::ZERO,
            tonnes_as_so_far: Decimal::ZERO,
            grade_to_plan: None,
            grade_as_so_far: None,
            amounts: AccrualAmounts {
                recognised_before: before.recognised,
                true_up: -before.recognised,
                ..AccrualAmounts::default()
            }
            .to_the_cent(),
        }
    }
}

/// How much of the year lies behind: by tonnes, or by months where the year has none. Never below 0 nor above 1.
fn share(so_far: Decimal, year: Decimal, month: i8) -> Exact {
    let by_months = || Exact::whole(month.into()).checked_div(&Exact::whole(12)).unwrap_or_default();
    let by_tonnes = Exact::from(so_far).checked_div(&year.into()).filter(|_| year > Decimal::ZERO);
    by_tonnes.unwrap_or_else(by_months).max(Exact::ZERO).min(Exact::ONE)
}

impl AccrualAmounts {
    fn nothing() -> AccrualAmounts {
        AccrualAmounts::default().to_the_cent()
    }

    fn to_the_cent(mut self) -> AccrualAmounts {
        for amount in [
            &mut self.earned_so_far,
            &mut self.year_to_plan,
            &mut self.year_as_so_far,
            &mut self.low,
            &mut self.high,
            &mut self.expected,
            &mut self.recognised,
            &mut self.recognised_before,
            &mut self.true_up,
        ] {
            amount.rescale(2);
        }
        self
    }

    fn plus(self, more: &AccrualAmounts) -> AccrualAmounts {
        AccrualAmounts {
            earned_so_far: self.earned_so_far + more.earned_so_far,
            year_to_plan: self.year_to_plan + more.year_to_plan,
            year_as_so_far: self.year_as_so_far + more.year_as_so_far,
            low: self.low + more.low,
            high: self.high + more.high,
            expected: self.expected + more.expected,
            recognised: self.recognised + more.recognised,
            recognised_before: self.recognised_before + more.recognised_before,
            true_up: self.true_up + more.true_up,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dealer(id: u8, fen: i64, tonnes: i64) -> DealerOutcome {
        DealerOutcome {
            dealer_id: format!("D{id:02}"),
            name: format!("{id} 号"),
            region: "涪陵".into(),
            channel_mode: "direct_store".to_owned(),
            tonnes: Decimal::new(tonnes, 1),
            score: None,
            grade: None,
            is_disqualified: false,
            lines: Vec::new(),
            amount: Decimal::new(fen, 2),
            unpaid: Vec::new(),
        }
    }

    fn outcome(dealers: Vec<DealerOutcome>) -> Outcome {
        Outcome { period: 2007, as_of: None, is_partial: false, has_incentives: true, dealers }
    }

    fn projections(month: i8, expect: Expect, dealers: &[(u8, [i64; 3], [i64; 3])]) -> Projections {
        let way = |n: usize| outcome(dealers.iter().map(|(id, fen, tonnes)| dealer(*id, fen[n], tonnes[n])).collect());
        Projections { month, expect, so_far: way(0), to_plan: way(1), as_so_far: way(2), without_plan: 0 }
    }

    fn booked(accrual: &Accrual) -> Booked {
        let one = |dealer: &DealerAccrual| {
            let recognised = dealer.amounts.recognised;
            (dealer.dealer_id.clone(), BookedDealer { name: dealer.name.clone(), recognised })
        };
        accrual.dealers.iter().map(one).collect()
    }

    #[test]
    fn what_is_recognised_is_the_expected_years_share_by_tonnes() {
        let june = projections(6, Expect::Plan, &[(1, [100, 120_000, 90_000], [5000, 12_000, 10_000])]);
        let accrual = Accrual::of(&june, &Booked::new());
        let amounts = accrual.dealers[0].amounts;
        assert_eq!(amounts.recognised.to_string(), "500.00");
        assert_eq!((amounts.low.to_string(), amounts.high.to_string()), ("900.00".to_owned(), "1200.00".to_owned()));
        let like = Accrual::of(&Projections { expect: Expect::SoFar, ..june }, &booked(&accrual));
        assert_eq!(like.total.recognised.to_string(), "450.00");
        assert_eq!(like.total.true_up.to_string(), "-50.00");
    }

    #[test]
    fn a_year_without_tonnes_goes_by_months_and_a_dealer_that_is_gone_is_taken_back() {
        let accrual = Accrual::of(&projections(9, Expect::Plan, &[(1, [0, 100, 100], [0, 0, 0])]), &Booked::new());
        assert_eq!(accrual.total.recognised.to_string(), "0.75");
        let without = Accrual::of(&projections(10, Expect::Plan, &[(2, [0, 100, 100], [1, 1, 1])]), &booked(&accrual));
        let reported: Vec<(&str, String)> =
            without.dealers.iter().map(|d| (d.dealer_id.as_str(), d.amounts.true_up.to_string())).collect();
        assert_eq!(reported, [("D02", "1.00".to_owned()), ("D01", "-0.75".to_owned())]);
        assert_eq!(without.total.recognised_before.to_string(), "0.75");
    }

    fn year() -> impl Strategy<Value = Vec<(u8, [i64; 3], [i64; 3])>> {
        let tonnes =
            (0..5000_i64, 0..9000_i64, 0..9000_i64).prop_map(|(now, plan, like)| [now, now + plan, now + like]);
        let fen = (0..900_000_i64, 0..900_000_i64, 0..900_000_i64).prop_map(|(a, b, c)| [a, b, c]);
        prop::collection::btree_map(0..20_u8, (fen, tonnes), 0..8)
            .prop_map(|dealers| dealers.into_iter().map(|(id, (fen, tonnes))| (id, fen, tonnes)).collect())
    }

    proptest! {
        #[test]
        #[expect(clippy::cast_possible_truncation, reason = "there are twelve months")]
        fn the_true_ups_of_a_year_add_up_to_what_is_recognised_last(
            months in prop::collection::vec(year(), 1..6),
            to_plan in any::<bool>(),
        ) {
            let expect = if to_plan { Expect::Plan } else { Expect::SoFar };
            let (mut before, mut sum) = (Booked::new(), Decimal::ZERO);
            for (n, dealers) in months.iter().enumerate() {
                let accrual = Accrual::of(&projections(n as i8 + 1, expect, dealers), &before);
                sum += accrual.total.true_up;
                prop_assert_eq!(accrual.total.recognised, sum);
                for dealer in &accrual.dealers {
                    let amounts = dealer.amounts;
                    prop_assert!(amounts.recognised <= amounts.expected);
                    prop_assert!(amounts.low <= amounts.expected && amounts.expected <= amounts.high);
                }
                before = booked(&accrual);
            }
        }

        #[test]
        fn at_the_end_of_the_year_all_of_it_is_recognised(dealers in year()) {
            let whole: Vec<_> = dealers.into_iter().map(|(id, fen, tonnes)| (id, [fen[0]; 3], [tonnes[0]; 3])).collect();
            let accrual = Accrual::of(&projections(12, Expect::Plan, &whole), &Booked::new());
            prop_assert_eq!(accrual.total.recognised, accrual.total.earned_so_far);
        }
    }
}
