//! Properties that hold whatever the dealers are.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Assessed, Scored, calculate, evenness};
use crate::policy::{Policy, Rule};
use crate::programmes::{Change, Dealer, DealerYear, Month, Violations, incentives};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;
use dealerbook_base::narrow::u32_of;

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
            id: "D", name: "", region: "".into(), row: 0,
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
            let rank = year.dealer.card.map(|_| u32_of(years.iter().filter(more).count()) + 1);
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
                    let mut fixed = months.clone();
                    fixed[..k].fill(Exact::ONE);
                    evenness::points(before.characteristic.weight, &evenness::sum(&fixed), fixed.len()) - before.points
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

/// A general distributor that bought so many tonnes in each month of the year, without anything else to tell it from others.
fn plain_year(tonnes: &[i64]) -> DealerYear<'static> {
    let months = std::array::from_fn(|m| Month {
        actual: Exact::whole(tonnes.get(m).copied().unwrap_or_default()),
        planned: Some(Decimal::TEN),
        supplier_fault: false,
    });
    let mode = "general_distributor";
    let dealer = Dealer {
        id: "D",
        name: "",
        region: Key::default(),
        row: 0,
        channel_mode: mode,
        card: policy().card_of(mode),
        network_customer: false,
        target_tonnes: Decimal::from(1200),
        total_urea_tonnes: Decimal::from(100_000),
        counts: Vec::new(),
        categories: vec![
            ("service_level", "high"),
            ("brand_influence", "first"),
            ("capital_strength", "high"),
            ("creditworthiness", "high"),
        ],
        previous_grade: None,
        falsified_documents: false,
        deposit: Decimal::ZERO,
        last_year_tonnes: None,
        joined_on: None,
    };
    DealerYear::new(dealer, months, Violations::default())
}

/// The change and the points that a better rank brings the last of dealers with these volumes a month, of so many tonnes of all brands.
fn rank_lift(volumes: &[i64], of_all_brands: i64) -> Option<(Change<'static>, Decimal)> {
    let mut years: Vec<_> = volumes.iter().map(|tonnes| plain_year(&[*tonnes; 12])).collect();
    years.last_mut().unwrap().dealer.total_urea_tonnes = Decimal::from(of_all_brands);
    let mut last = calculate(&years, policy()).dealers.pop().unwrap();
    let at = last.lift.iter().position(|lift| lift.characteristic == "annual_volume")?;
    let lift = last.lift.swap_remove(at);
    Some((lift.change, lift.points))
}

#[test]
fn who_equals_seven_dealers_tied_at_rank_5_is_5th_and_gains_the_points_of_the_first_band() {
    let volumes = [90, 80, 70, 60, 50, 50, 50, 50, 50, 50, 50, 40, 30];
    let (change, points) = rank_lift(&volumes, 100_000).unwrap();
    assert_eq!(change, Change::Rank { from: 13, to: 5, tonnes: Decimal::from(12 * 20) });
    assert_eq!(points, Decimal::new(1000, 2), "20 at rank 13, 30 at rank 5");
}

#[test]
fn a_tie_that_begins_within_the_band_brings_no_more_than_the_band() {
    let volumes = [90, 80, 70, 60, 55, 50, 50, 50, 50, 50, 50, 40, 30];
    // 360 of 1,028 tonnes leave 4 points missing to the next grade.
    let (change, points) = rank_lift(&volumes, 1_028).unwrap();
    assert_eq!(change, Change::Rank { from: 13, to: 6, tonnes: Decimal::from(12 * 20) });
    assert_eq!(points, Decimal::new(500, 2));
}

/// Assesses one dealer that counts from a month on, from 0.
fn joined(first_month: usize, network_customer: bool, tonnes: &[i64]) -> (DealerYear<'static>, Assessed<'static>) {
    let mut year = plain_year(tonnes);
    (year.first_month, year.dealer.network_customer) = (first_month, network_customer);
    let assessed = calculate(std::slice::from_ref(&year), policy()).dealers.pop().unwrap();
    (year, assessed)
}

#[test]
fn a_prorated_joiner_is_measured_by_its_own_months() {
    let since_august = [0, 0, 0, 0, 0, 0, 0, 10, 10, 10, 10, 10];
    let (whole, by_year) = joined(0, false, &since_august);
    let (months, by_months) = joined(7, false, &since_august);
    assert_eq!((whole.target(), months.target()), (Exact::whole(1200), Exact::whole(500)));
    assert_eq!(by_year.evenness_index.unwrap().to_string(), "0.4167");
    assert_eq!(by_months.evenness_index.unwrap().to_string(), "1.0000");
    assert_eq!((by_months.months_counted, by_months.months_fulfilled), (5, Exact::whole(5)));
    // One of five months at half of the mean, the others above it: Σ r = 4.5 of 5.
    let (_, uneven) = joined(7, false, &[0, 0, 0, 0, 0, 0, 0, 5, 11, 11, 11, 12]);
    assert_eq!(uneven.evenness_index.unwrap().to_string(), "0.9000");
}

#[test]
fn a_network_customers_plan_counts_from_the_month_in_which_it_joined() {
    let (_, assessed) = joined(10, true, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 10]);
    assert_eq!(assessed.evenness_index.unwrap().to_string(), "0.7500");
    let evenness = scored(&assessed, "evenness");
    assert_eq!(evenness.points, Decimal::new(1125, 2), "15 × 0.75");
}

#[test]
fn a_target_that_is_prorated_is_not_cut() {
    let mut year = plain_year(&[100; 12]);
    (year.first_month, year.dealer.target_tonnes) = (5, Decimal::from(1000));
    let incentive = policy().incentives.iter().find(|incentive| incentive.id == "excess_volume").unwrap();
    let lines = incentives::lines(incentive, Some("core"), &year);
    // 1200 − 1000 × 7 / 12 = 616 2/3 tonnes at 30 yuan.
    assert_eq!(lines.unwrap()[0].amount, Decimal::new(1_850_000, 2));
}

#[test]
fn a_year_without_tonnes_is_lifted_by_no_months() {
    let lifts = |network: bool| {
        let (_, assessed) = joined(0, network, &[0; 12]);
        assessed.lift.iter().any(|lift| lift.characteristic == "evenness")
    };
    assert!(!lifts(false), "its mean stays 0");
    assert!(lifts(true), "its plan doesn't");
}
