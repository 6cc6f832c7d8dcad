//! Properties that hold whatever the dealers are.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::assessment::{Assessed, Scored, calculate};
use super::{Change, Dealer, DealerYear, Month, Violations, evenness, incentives};
use crate::exact::Exact;
use crate::policy::{Policy, Rule};

const MODES: [&str; 4] = ["joint_sales_agency", "general_distributor", "regional_distributor", "general_agency"];
const LEVELS: [&str; 3] = ["high", "medium", "low"];
const STRENGTHS: [&str; 4] = ["high", "fairly_high", "average", "low"];
const BRANDS: [&str; 3] = ["first", "second", "third"];

fn policy() -> &'static Policy {
    static POLICY: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    POLICY.get_or_init(|| Policy::embedded().expect("the shipped policy"))
}

/// Kilograms as tonnes.
fn tonnes(kilograms: i64) -> Decimal {
    Decimal::new(kilograms, 3)
}

fn months() -> impl Strategy<Value = [Month; 12]> {
    let month = (-2_000i64..400_000, prop::option::weighted(0.9, 0i64..300_000), prop::bool::weighted(0.05));
    prop::collection::vec(month, 12).prop_map(|months| {
        std::array::from_fn(|m| Month {
            actual: tonnes(months[m].0).into(),
            planned: Some(tonnes(months[m].1.unwrap_or(0))),
            supplier_fault: months[m].2,
        })
    })
}

prop_compose! {
    fn dealer_year()(
        (mode, level, strength, credit, brand) in (0..4usize, 0..3usize, 0..4usize, 0..3usize, 0..3usize),
        (network, falsified) in (any::<bool>(), prop::bool::weighted(0.1)),
        (outlets, target, beyond) in (0i64..60, 0i64..3_000_000, prop_oneof![Just(0), 0i64..4_000_000]),
        previous in prop::option::of(0..4usize),
        (price, promotion, cross_region) in (0..3u32, 0..4u32, 0..3u32),
        months in months(),
    ) -> DealerYear<'static> {
        let own = months.iter().map(|m| &m.actual).sum::<Exact>().max(Exact::ZERO).round(3);
        let dealer = Dealer {
            id: "D", name: "", region: "", row: 0,
            channel_mode: MODES[mode],
            card: policy().card_of(MODES[mode]),
            network_customer: network,
            target_tonnes: tonnes(target),
            total_urea_tonnes: own + tonnes(beyond),
            counts: vec![("outlets", outlets.into())],
            categories: vec![("service_level", LEVELS[level]), ("capital_strength", STRENGTHS[strength]), ("creditworthiness", LEVELS[credit]), ("brand_influence", BRANDS[brand])],
            previous_grade: previous,
            falsified_documents: falsified,
            deposit: Decimal::ZERO,
            last_year_tonnes: None,
            joined_on: None,
        };
        DealerYear::new(dealer, months, Violations::counted(price, promotion, cross_region))
    }
}

/// The points of a characteristic after a change, worked out afresh from a dealer that is changed so. A rank's and an index's change are
/// not changes of the dealer alone: they are checked by what they promise.
fn points_after(
    years: &[DealerYear<'static>],
    n: usize,
    scored: &Scored<'static>,
    change: &Change<'static>,
) -> Option<Decimal> {
    let mut years = years.to_vec();
    let year = &mut years[n];
    match change {
        Change::Count { to, .. } => year.dealer.counts = vec![("outlets", *to)],
        Change::Category { to, .. } => {
            let own = year.dealer.categories.iter_mut().find(|(column, _)| *column == scored.id())?;
            own.1 = to;
        }
        Change::ViolationsFewer(fewer) => {
            let Rule::Violations { violation, .. } = &scored.characteristic.rule else { return None };
            let kinds = [
                ("price", &mut year.violations.price),
                ("promotion", &mut year.violations.promotion),
                ("cross_region", &mut year.violations.cross_region),
            ];
            kinds.into_iter().filter(|(kind, _)| kind == violation).for_each(|(_, count)| *count -= fewer);
        }
        Change::Rank { tonnes, .. } => year.volume = &year.volume + &(*tonnes).into(),
        Change::Ratio { .. } | Change::MonthsOnPlan(_) => return None,
    }
    let assessed = calculate(&years, policy());
    assessed.dealers[n].characteristics.iter().find(|s| s.id() == scored.id()).map(|s| s.points)
}

fn scored<'a>(assessed: &'a Assessed<'static>, id: &str) -> &'a Scored<'static> {
    assessed.characteristics.iter().find(|s| s.id() == id).expect("the characteristic")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_total_is_the_sum_of_its_points_and_its_grade_the_best_that_it_reaches(years in prop::collection::vec(dealer_year(), 1..24)) {
        for assessed in calculate(&years, policy()).dealers {
            let Some(total) = assessed.total else { prop_assert!(assessed.card.is_none()); continue };
            prop_assert_eq!(total, assessed.characteristics.iter().map(|s| s.points).sum::<Decimal>());
            let grade = assessed.grade.unwrap();
            let bound = |g: usize| policy().grades[g].from;
            prop_assert!(bound(grade).is_none_or(|from| total >= from));
            prop_assert!(grade == 0 || bound(grade - 1).is_some_and(|from| total < from));
            for s in &assessed.characteristics {
                prop_assert!(s.points <= s.characteristic.weight && s.points.scale() == 2, "{}: {}", s.id(), s.points);
                let can_be_negative = matches!(s.characteristic.rule, Rule::Violations { .. });
                prop_assert!(can_be_negative || s.points >= Decimal::ZERO, "{}: {}", s.id(), s.points);
            }
        }
    }

    #[test]
    fn ranks_count_those_who_sold_more_on_the_same_card(years in prop::collection::vec(dealer_year(), 1..24)) {
        let assessment = calculate(&years, policy());
        for (year, assessed) in years.iter().zip(&assessment.dealers) {
            let more = |other: &&DealerYear<'_>| other.dealer.card == year.dealer.card && other.volume > year.volume;
            let rank = year.dealer.card.map(|_| years.iter().filter(more).count() as u32 + 1);
            prop_assert_eq!(assessed.rank, rank);
        }
    }

    #[test]
    fn a_lift_keeps_its_promise_and_the_smallest_comes_first(years in prop::collection::vec(dealer_year(), 1..24)) {
        let assessment = calculate(&years, policy());
        for (n, assessed) in assessment.dealers.iter().enumerate() {
            let (Some(total), Some(grade)) = (assessed.total, assessed.grade) else { continue };
            prop_assert!(grade != 0 || assessed.lift.is_empty() && assessed.points_missing.is_none());
            prop_assert_eq!(assessed.points_missing.is_some(), grade != 0 && assessed.lift.is_empty());
            prop_assert!(assessed.lift.windows(2).all(|pair| pair[0].points <= pair[1].points));
            for lift in &assessed.lift {
                let bound = policy().grades[grade - 1].from.unwrap();
                prop_assert!(total + lift.points >= bound && lift.reaches < grade);
                let before = scored(assessed, lift.characteristic);
                if let Some(points) = points_after(&years, n, before, &lift.change) {
                    prop_assert_eq!(points - before.points, lift.points, "{:?}", lift);
                }
            }
        }
    }

    #[test]
    fn one_month_fewer_would_not_do(years in prop::collection::vec(dealer_year(), 1..12)) {
        let assessment = calculate(&years, policy());
        for (year, assessed) in years.iter().zip(&assessment.dealers) {
            for lift in &assessed.lift {
                let Change::MonthsOnPlan(k) = lift.change else { continue };
                let before = scored(assessed, lift.characteristic);
                let missing = policy().grades[assessed.grade.unwrap() - 1].from.unwrap() - assessed.total.unwrap();
                let mut months = evenness::months(year);
                months.sort();
                let gain = |k: usize| {
                    let mut mended = months.clone();
                    mended[..k].fill(Exact::ONE);
                    evenness::points(before.characteristic.weight, &evenness::sum(&mended)) - before.points
                };
                prop_assert_eq!(gain(k as usize), lift.points);
                prop_assert!(gain(k as usize - 1) < missing);
            }
        }
    }

    #[test]
    fn the_evenness_index_lies_between_0_and_1(year in dealer_year()) {
        let sum = evenness::sum(&evenness::months(&year));
        prop_assert!(sum >= Exact::ZERO && sum <= Exact::whole(12));
    }

    #[test]
    fn lines_add_up_and_only_those_that_pay_are_there(years in prop::collection::vec(dealer_year(), 1..24)) {
        let assessment = calculate(&years, policy());
        let paid = incentives::calculate(&years, &assessment, policy());
        prop_assert_eq!(paid.total, paid.dealers.iter().map(|d| d.total).sum::<Decimal>());
        for (year, dealer) in years.iter().zip(&paid.dealers) {
            prop_assert_eq!(dealer.total, dealer.lines.iter().map(|l| l.amount).sum::<Decimal>());
            prop_assert!(dealer.lines.iter().all(|l| l.amount > Decimal::ZERO && l.basis.is_some() == l.rate.is_some()));
            prop_assert_eq!(dealer.forfeited_deposit.is_some(), year.dealer.falsified_documents);
            prop_assert!(!year.dealer.falsified_documents || dealer.lines.is_empty() && dealer.entitlements.is_empty());
        }
    }
}
