//! Properties of incentives that hold whatever the dealers, the programmes and their order are.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Line, lines, of_dealer};
use crate::policy::{CAP_LINE, Figures, Incentive, IncentiveKind, Method, Policy};
use crate::programmes::{Dealer, DealerYear, Money, Violations};
use dealerbook_base::exact::Exact;

const GRADES: [Option<&str>; 5] = [Some("core"), Some("key"), Some("ordinary"), Some("problem"), None];
const MODES: [&str; 4] = ["joint_sales_agency", "general_distributor", "regional_distributor", "general_agency"];
const REGIONS: [&str; 3] = ["涪陵", "岳阳", "黄石"];

fn policy() -> &'static Policy {
    static POLICY: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    let progressive = || Policy::shipped().expect("the shipped policies").remove(1);
    POLICY.get_or_init(progressive)
}

fn programme(id: &str) -> &'static Incentive {
    policy().incentives.iter().find(|i| i.id == id).expect("the programme")
}

prop_compose! {
    fn dealer_year()(
        (mode, region) in (0..4usize, 0..3usize),
        (kilograms, last, target) in (-50_000i64..9_000_000, 0i64..6_000_000, 0i64..6_000_000),
        beyond in prop_oneof![Just(0i64), 0i64..4_000_000],
        (cents, collected) in (-10_000i64..1_200_000_000, 0i64..900_000_000),
        (price, promotion, cross_region) in (0..2u32, 0..2u32, 0..2u32),
    ) -> DealerYear<'static> {
        let tonnes = |kilograms: i64| Decimal::new(kilograms, 3);
        let dealer = Dealer {
            id: "D", name: "", region: REGIONS[region].into(), row: 0, channel_mode: MODES[mode], card: policy().card_of(MODES[mode]),
            network_customer: false,
            target_tonnes: tonnes(target),
            total_urea_tonnes: tonnes(kilograms.max(0) + beyond),
            counts: Vec::new(), categories: Vec::new(), previous_grade: None, falsified_documents: false,
            deposit: Decimal::ZERO,
            last_year_tonnes: Some(tonnes(last)),
            joined_on: None,
        };
        DealerYear {
            dealer, months: None, volume: tonnes(kilograms).into(),
            violations: Violations::counted(price, promotion, cross_region),
            money: Some(Box::new(Money { amount: Decimal::new(cents, 2).into(), collected: Decimal::new(collected, 2).into() })),
            goes_without_plan: false,
            first_month: 0,
        }
    }
}

fn sum(lines: &[Line<'_>]) -> Decimal {
    lines.iter().map(|l| l.amount).sum()
}

/// What a programme pays a dealer of this grade.
fn paid(incentive: &Incentive, grade: Option<&str>, year: &DealerYear<'_>) -> Decimal {
    lines(incentive, grade, year).map_or(Decimal::ZERO, |lines| sum(&lines))
}

/// Marginal tiers alone, without cap and minimum, and what they pay for so many kilograms.
fn marginal(kilograms: i64, year: &DealerYear<'static>) -> Decimal {
    let incentive = Incentive { cap: None, minimum: None, ..programme("volume_tiers").clone() };
    let year = DealerYear { volume: Decimal::new(kilograms, 3).into(), ..year.clone() };
    paid(&incentive, Some("core"), &year)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn lines_come_to_no_more_than_the_dealer_s_cap_and_to_just_that_where_it_bites(year in dealer_year(), grade in 0..5usize) {
        let grade = GRADES[grade];
        let paid = of_dealer(policy(), grade, &year).0;
        let cap = policy().dealer_cap.as_ref().and_then(|cap| cap.of(grade));
        let bites = paid.last().is_some_and(|l| l.programme == CAP_LINE);
        prop_assert!(paid.iter().all(|l| l.amount.scale() == 2 && (l.programme == CAP_LINE) == (l.amount < Decimal::ZERO)));
        match cap {
            Some(cap) if bites => prop_assert_eq!(sum(&paid), cap),
            Some(cap) => prop_assert!(sum(&paid) <= cap),
            None => prop_assert!(!bites),
        }
    }

    #[test]
    fn every_programme_pays_or_says_why_and_never_both(year in dealer_year(), grade in 0..5usize) {
        let (lines, unpaid) = of_dealer(policy(), GRADES[grade], &year);
        for incentive in &policy().incentives {
            let pays = lines.iter().any(|line| line.programme == incentive.id);
            let reasons = unpaid.iter().filter(|own| own.programme == incentive.id).count();
            prop_assert_eq!(reasons, usize::from(!pays), "{}", &incentive.id);
        }
    }

    #[test]
    fn a_line_is_its_basis_times_its_rate_or_a_fixed_sum(year in dealer_year(), grade in 0..5usize) {
        for line in of_dealer(policy(), GRADES[grade], &year).0 {
            prop_assert_eq!(line.basis.is_some(), line.rate.is_some());
            if let (Some(basis), Some(rate)) = (line.basis, line.rate) {
                prop_assert_eq!((&Exact::from(basis) * &Exact::from(rate)).round(2), line.amount);
            }
        }
    }

    #[test]
    fn a_programme_pays_between_its_minimum_and_its_cap_or_nothing(year in dealer_year(), grade in 0..5usize) {
        for incentive in &policy().incentives {
            let uncapped = paid(&Incentive { cap: None, minimum: None, ..incentive.clone() }, GRADES[grade], &year);
            let pays = paid(incentive, GRADES[grade], &year);
            let requested = match (incentive.minimum, incentive.cap) {
                (Some(minimum), _) if uncapped < minimum => Decimal::ZERO,
                (_, Some(cap)) => uncapped.min(cap),
                _ => uncapped,
            };
            prop_assert_eq!(pays, requested, "{}", &incentive.id);
        }
    }

    #[test]
    fn the_order_of_the_programmes_doesn_t_matter(
        year in dealer_year(), grade in 0..5usize, order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut shuffled = policy().clone();
        prop_assert_eq!(order.len(), shuffled.incentives.len());
        shuffled.incentives = order.iter().map(|n| policy().incentives[*n].clone()).collect();
        let by_name = |policy: &Policy| {
            let mut lines: Vec<_> = of_dealer(policy, GRADES[grade], &year).0
                .into_iter()
                .map(|l| (l.programme.to_owned(), l.basis, l.rate, l.amount))
                .collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(by_name(policy()), by_name(&shuffled));
    }

    #[test]
    fn marginal_tiers_never_pay_less_for_more_and_never_jump(year in dealer_year(), kilograms in 0i64..4_000_000, more in 0i64..2_000) {
        let (before, after) = (marginal(kilograms, &year), marginal(kilograms + more, &year));
        prop_assert!(after >= before, "{before} {after}");
        let IncentiveKind::Tiered { tiers, .. } = &programme("volume_tiers").kind else { unreachable!() };
        let dearest = tiers.iter().map(|t| t.rate).max().unwrap();
        // A cent for the rounding of each slice.
        let most = dearest * Decimal::new(more, 3) + Decimal::new(tiers.len() as i64, 2);
        prop_assert!(after - before <= most, "{before} {after}");
    }

    #[test]
    fn nobody_is_paid_by_a_programme_that_is_not_for_it(year in dealer_year(), grade in 0..5usize) {
        for line in of_dealer(policy(), GRADES[grade], &year).0.iter().filter(|l| l.programme != CAP_LINE) {
            let own = programme(line.programme);
            prop_assert!(own.pays_grade(GRADES[grade]));
            prop_assert!(own.eligible.may_admit(year.dealer.channel_mode, &year.dealer.region));
            prop_assert!(GRADES[grade].is_some() || line.programme.ends_with("commission"));
        }
    }
}

#[test]
fn retroactive_tiers_pay_the_whole_at_the_rate_that_is_reached() {
    let incentive = programme("sales_rebate");
    assert!(matches!(incentive.kind, IncentiveKind::Tiered { method: Method::Retroactive, .. }));
    let pays = |yuan: &str| {
        let amount = Decimal::from_str_exact(yuan).unwrap().into();
        let dealer = Dealer { channel_mode: "regional_distributor", ..year().dealer };
        let year = DealerYear { dealer, money: Some(Box::new(Money { amount, collected: Exact::ZERO })), ..year() };
        paid(incentive, Some("core"), &year).to_string()
    };
    for (yuan, requested) in
        [("199999.99", "0"), ("249997", "0"), ("250000", "500.00"), ("999999.99", "2000.00"), ("1000000", "5000.00")]
    {
        assert_eq!(pays(yuan), requested, "{yuan}");
    }
}

#[test]
fn growth_is_paid_from_the_threshold_on_and_not_on_nothing() {
    let pays = |own: &str, last: Option<&str>| {
        let decimal = |text| Decimal::from_str_exact(text).unwrap();
        let dealer = Dealer { last_year_tonnes: last.map(decimal), ..year().dealer };
        let year = DealerYear { dealer, volume: decimal(own).into(), ..year() };
        paid(programme("growth"), Some("core"), &year).to_string()
    };
    assert_eq!(pays("110.11", Some("100.1")), "150.15", "exactly 10 percent");
    assert_eq!(pays("110.1099", Some("100.1")), "0");
    assert_eq!(pays("50", Some("0")), "0");
    assert_eq!(pays("50", None), "0");
}

#[test]
fn a_year_that_comes_to_nothing_earns_nothing_unless_the_policy_lets_it() {
    let paid = |policy: &Policy, tonnes: i64| {
        let violations = Violations::counted(1, 0, 1);
        let year = DealerYear { volume: Decimal::new(tonnes, 3).into(), violations, ..year() };
        sum(&of_dealer(policy, Some("core"), &year).0)
    };
    let without = Policy { incentives_need_tonnes: false, ..Policy::embedded().unwrap() };
    let with = Policy::embedded().unwrap();
    assert!(with.incentives_need_tonnes, "as shipped");
    // No promotion violation is worth 8,000 to a core dealer that bought anything at all.
    for (tonnes, pays) in [(-5_000, 0), (0, 0), (1, 8_000)] {
        assert_eq!(paid(&with, tonnes).trunc(), Decimal::from(pays), "{tonnes}");
        assert!(paid(&without, tonnes) >= Decimal::from(8_000), "{tonnes}");
    }
}

#[test]
fn an_amount_that_was_shipped_in_a_year_without_tonnes_earns_nothing_either() {
    let money =
        Some(Box::new(Money { amount: Decimal::from(900_000).into(), collected: Decimal::from(900_000).into() }));
    let year = DealerYear { money, ..year() };
    assert!(of_dealer(policy(), Some("core"), &year).0.is_empty());
    let lenient = Policy { incentives_need_tonnes: false, ..policy().clone() };
    assert!(!of_dealer(&lenient, Some("core"), &year).0.is_empty());
}

#[test]
fn a_rate_by_grade_is_nothing_for_a_dealer_without_one_and_a_flat_rate_is_for_all() {
    let by_grade = Figures::ByGrade([("core".to_owned(), Decimal::TEN)].into());
    assert_eq!(
        (by_grade.of(Some("core")), by_grade.of(Some("key")), by_grade.of(None)),
        (Some(Decimal::TEN), None, None)
    );
    assert_eq!(Figures::Flat(Decimal::TEN).of(None), Some(Decimal::TEN));
}

fn year() -> DealerYear<'static> {
    let dealer = Dealer {
        id: "D",
        name: "",
        region: "黄石".into(),
        row: 0,
        channel_mode: "joint_sales_agency",
        card: Some(0),
        network_customer: false,
        target_tonnes: Decimal::ZERO,
        total_urea_tonnes: Decimal::ZERO,
        counts: Vec::new(),
        categories: Vec::new(),
        previous_grade: None,
        falsified_documents: false,
        deposit: Decimal::ZERO,
        last_year_tonnes: None,
        joined_on: None,
    };
    let violations = Violations::default();
    DealerYear {
        dealer,
        months: None,
        volume: Exact::ZERO,
        violations,
        money: None,
        goes_without_plan: false,
        first_month: 0,
    }
}
