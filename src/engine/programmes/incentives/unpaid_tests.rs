//! A test for each reason why a programme pays nothing, and the order in which they go.

use rust_decimal::Decimal;
use strum::IntoEnumIterator;

use super::of_dealer;
use super::unpaid::{OfKind, Reason, ReasonCode};
use crate::policy::{CAP_LINE, Policy};
use crate::programmes::{Dealer, DealerYear, Money, Violations};
use dealerbook_base::exact::Exact;
use dealerbook_base::narrow::u32_of;

/// The shipped policy of every kind of programme.
fn policy() -> &'static Policy {
    static POLICY: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    POLICY.get_or_init(|| Policy::shipped().expect("the shipped policies").remove(1))
}

fn tonnes(text: &str) -> Decimal {
    Decimal::from_str_exact(text).expect("a figure")
}

/// A dealer that sells 200 t of ours and nothing else, on plan, without a violation; with 400,000 yuan shipped and collected.
fn year() -> DealerYear<'static> {
    let dealer = Dealer {
        id: "D",
        name: "",
        region: "涪陵".into(),
        row: 0,
        channel_mode: "regional_distributor",
        card: Some(0),
        network_customer: false,
        target_tonnes: tonnes("150"),
        total_urea_tonnes: tonnes("200"),
        counts: Vec::new(),
        categories: Vec::new(),
        previous_grade: None,
        falsified_documents: false,
        deposit: Decimal::ZERO,
        last_year_tonnes: Some(tonnes("100")),
        joined_on: None,
    };
    let money = Money { amount: Exact::from(tonnes("400000")), collected: Exact::from(tonnes("400000")) };
    DealerYear {
        dealer,
        months: None,
        volume: Exact::from(tonnes("200")),
        violations: Violations::default(),
        money: Some(Box::new(money)),
        goes_without_plan: false,
        first_month: 0,
    }
}

/// Why a programme pays a dealer of this grade nothing; panics where it pays.
fn reason(programme: &str, grade: Option<&str>, change: impl FnOnce(&mut DealerYear<'static>)) -> Reason {
    let mut year = year();
    change(&mut year);
    let (lines, unpaid) = of_dealer(policy(), grade, &year);
    let paid: Vec<&str> = lines.iter().map(|line| line.programme).filter(|own| *own != CAP_LINE).collect();
    let found = unpaid.into_iter().find(|own| own.programme == programme);
    found.unwrap_or_else(|| panic!("{programme} pays: {paid:?}")).reason
}

/// The same of a core dealer.
fn core(programme: &str, change: impl FnOnce(&mut DealerYear<'static>)) -> Reason {
    reason(programme, Some("core"), change)
}

fn code(reason: &Reason) -> &'static str {
    reason.code().into()
}

#[test]
fn a_dealer_without_fault_is_paid_by_all_programmes_that_are_for_it() {
    let (lines, unpaid) = of_dealer(policy(), Some("core"), &year());
    assert_eq!(lines.iter().filter(|line| line.programme != CAP_LINE).count(), 7);
    let reported: Vec<(&str, &str)> = unpaid.iter().map(|own| (own.programme, code(&own.reason))).collect();
    assert_eq!(reported, [("agency_commission", "not-eligible-mode"), ("regional_commission", "not-eligible-mode")]);
}

#[test]
fn falsified_documents_bar_from_every_programme() {
    let mut year = year();
    year.dealer.falsified_documents = true;
    let (lines, unpaid) = of_dealer(policy(), Some("core"), &year);
    assert!(lines.is_empty());
    assert_eq!(unpaid.len(), policy().incentives.len());
    assert!(unpaid.iter().all(|own| own.reason == Reason::Disqualified), "{unpaid:?}");
}

#[test]
fn without_a_card_only_what_is_bound_to_grades_is_barred() {
    let agency = |year: &mut DealerYear<'static>| year.dealer.channel_mode = "general_agency";
    for programme in ["excess_volume", "exclusive_sale", "compliance", "volume_tiers", "growth", "prompt_payment"] {
        assert_eq!(reason(programme, None, agency), Reason::NoCard, "{programme}");
    }
    let mut year = year();
    agency(&mut year);
    let (lines, _) = of_dealer(policy(), None, &year);
    assert_eq!(
        lines.iter().map(|line| line.programme).collect::<Vec<_>>(),
        ["agency_commission", "regional_commission"]
    );
}

#[test]
fn a_year_without_tonnes_is_the_reason_whatever_else_may_be() {
    for own in ["0", "-5"] {
        let bought = |year: &mut DealerYear<'static>| year.volume = tonnes(own).into();
        let reason = |programme: &str| reason(programme, Some("problem"), bought);
        for incentive in &policy().incentives {
            assert_eq!(
                reason(&incentive.id),
                Reason::NoPurchases { volume: tonnes(own), in_yuan: false },
                "{}",
                incentive.id
            );
        }
    }
    let lenient = Policy { incentives_need_tonnes: false, ..policy().clone() };
    let year = DealerYear { volume: Exact::ZERO, ..year() };
    let (lines, unpaid) = of_dealer(&lenient, Some("core"), &year);
    assert_eq!(
        lines.iter().map(|line| line.programme).collect::<Vec<_>>(),
        ["compliance", "sales_rebate", "prompt_payment"]
    );
    let reported: Vec<(&str, &str)> = unpaid.iter().map(|own| (own.programme, code(&own.reason))).collect();
    assert!(
        reported.starts_with(&[("excess_volume", "below-target"), ("exclusive_sale", "no-purchases")]),
        "{reported:?}"
    );
}

#[test]
fn a_commission_on_nothing_is_not_paid_for_want_of_purchases() {
    let nothing_shipped = |year: &mut DealerYear<'static>| {
        year.dealer.channel_mode = "general_agency";
        year.money = None;
    };
    assert_eq!(
        reason("regional_commission", None, nothing_shipped),
        Reason::NoPurchases { volume: Decimal::ZERO, in_yuan: true }
    );
}

#[test]
fn a_grade_without_a_figure_or_not_on_the_list_is_not_eligible() {
    for programme in ["excess_volume", "exclusive_sale", "compliance", "growth", "volume_tiers", "sales_rebate"] {
        assert_eq!(reason(programme, Some("problem"), |_| {}), Reason::NotEligibleGrade, "{programme}");
    }
    assert_eq!(reason("compliance", Some("ordinary"), |_| {}), Reason::NotEligibleGrade);
}

#[test]
fn a_mode_or_a_region_that_a_programme_is_not_for_is_not_eligible() {
    assert_eq!(core("agency_commission", |_| {}), Reason::NotEligibleMode);
    let elsewhere = |year: &mut DealerYear<'static>| {
        year.dealer.channel_mode = "joint_sales_agency";
        year.dealer.region = "黄石".into();
    };
    assert_eq!(core("regional_commission", elsewhere), Reason::NotEligibleRegion);
}

#[test]
fn a_volume_equal_to_the_target_is_below_it() {
    for target in ["200", "200.001"] {
        let reason = core("excess_volume", |year| year.dealer.target_tonnes = tonnes(target));
        assert_eq!(reason, Reason::BelowTarget { volume: tonnes("200"), target: tonnes(target) });
    }
}

#[test]
fn the_lowest_tier_is_a_gate_that_marginal_tiers_have_to_pass() {
    let of_tonnes = |own: &str| core("volume_tiers", |year| year.volume = tonnes(own).into());
    assert_eq!(of_tonnes("99.999"), Reason::BelowGate { volume: tonnes("99.999"), gate: tonnes("100") });
    assert_eq!(of_tonnes("100"), Reason::BelowGate { volume: tonnes("100"), gate: tonnes("100") });
    let shipped = |yuan: &str| {
        let money = Money { amount: tonnes(yuan).into(), collected: Exact::ZERO };
        core("sales_rebate", |year| year.money = Some(Box::new(money)))
    };
    assert_eq!(shipped("199999.99"), Reason::BelowGate { volume: tonnes("199999.99"), gate: tonnes("200000") });
    assert_eq!(code(&shipped("200000")), "below-minimum", "it is reached, and 400 yuan are below the minimum of 500");
}

#[test]
fn who_sells_other_brands_is_told_how_much() {
    let reason = core("exclusive_sale", |year| year.dealer.total_urea_tonnes = tonnes("200.5"));
    assert_eq!(reason, Reason::OtherBrands { own: tonnes("200"), all: tonnes("200.5") });
}

#[test]
fn violations_are_counted_by_kind_with_their_rows_and_only_those_that_matter() {
    let reason = core("compliance", |year| {
        for (kind, row) in [("price", 46), ("promotion", 50), ("cross_region", 12), ("price", 7)] {
            year.violations.add_row(kind, row);
        }
    });
    let of =
        |kind: &str, rows: &[u32]| OfKind { kind: kind.to_owned(), count: u32_of(rows.len()), rows: rows.to_vec() };
    assert_eq!(reason, Reason::Violation { kinds: vec![of("price", &[47, 8]), of("cross_region", &[13])] });
    assert_eq!(reason.rows(), [8, 13, 47]);
}

#[test]
fn growth_needs_last_years_tonnes_and_enough_more_than_they_are() {
    for last in [None, Some("0"), Some("181.82"), Some("200"), Some("300")] {
        let last_year = last.map(tonnes);
        let reason = core("growth", |year| year.dealer.last_year_tonnes = last_year);
        assert_eq!(reason, Reason::NoGrowth { volume: tonnes("200"), last_year }, "{last:?}");
    }
}

#[test]
fn nothing_collected_in_time_and_less_than_the_minimum_are_told_apart() {
    let collected = |yuan: &str| {
        let money = Money { amount: Exact::ZERO, collected: tonnes(yuan).into() };
        core("prompt_payment", |year| year.money = Some(Box::new(money)))
    };
    assert_eq!(collected("0"), Reason::NotCollected);
    assert_eq!(collected("-5"), Reason::NotCollected);
    assert_eq!(collected("49998"), Reason::BelowMinimum { earned: tonnes("199.99") });
}

#[test]
fn less_than_half_a_cent_is_below_the_minimum_too() {
    let mut handbook = Policy::embedded().unwrap();
    handbook.incentives.retain(|own| own.id == "excess_volume");
    let mut year = year();
    year.dealer.target_tonnes = tonnes("199.9999");
    let (lines, unpaid) = of_dealer(&handbook, Some("core"), &year);
    assert!(lines.is_empty());
    assert_eq!(unpaid[0].reason, Reason::BelowMinimum { earned: tonnes("0.00") });
}

#[test]
fn the_first_reason_goes_before_the_others() {
    // Falsified, without a card, of a mode and a region that it isn't for, and below what it asks: one after the other is fixed.
    let all = |year: &mut DealerYear<'static>| {
        year.dealer.falsified_documents = true;
        year.dealer.region = "黄石".into();
        year.money = None;
    };
    let honest = |year: &mut DealerYear<'static>| {
        all(year);
        year.dealer.falsified_documents = false;
    };
    let agency = |year: &mut DealerYear<'static>| {
        honest(year);
        year.dealer.channel_mode = "joint_sales_agency";
    };
    let of_region = |year: &mut DealerYear<'static>| {
        agency(year);
        year.dealer.region = "涪陵".into();
    };
    assert_eq!(core("regional_commission", all), Reason::Disqualified);
    assert_eq!(core("regional_commission", honest), Reason::NotEligibleMode);
    assert_eq!(core("regional_commission", agency), Reason::NotEligibleRegion);
    assert_eq!(code(&core("regional_commission", of_region)), "no-purchases");
    assert_eq!(reason("sales_rebate", None, honest), Reason::NoCard);
    assert_eq!(reason("sales_rebate", Some("problem"), agency), Reason::NotEligibleGrade);
    assert_eq!(reason("sales_rebate", Some("core"), agency), Reason::NotEligibleMode);
}

#[test]
fn codes_are_those_of_the_contract_in_their_order_of_precedence() {
    let codes: Vec<&str> = ReasonCode::iter().map(Into::into).collect();
    let contract = [
        "disqualified",
        "no-card",
        "no-purchases",
        "not-eligible-grade",
        "not-eligible-mode",
        "not-eligible-region",
        "below-target",
        "below-gate",
        "other-brands",
        "violation",
        "no-growth",
        "not-collected",
        "below-minimum",
    ];
    assert_eq!(codes, contract);
}

#[test]
fn a_reason_is_read_back_as_it_was_written() {
    let mut year = year();
    year.violations.add_row("price", 47);
    year.violations.add("cross_region", 2);
    year.dealer.total_urea_tonnes = tonnes("250.5");
    year.dealer.last_year_tonnes = None;
    year.money = None;
    let (_, unpaid) = of_dealer(policy(), Some("core"), &year);
    assert_eq!(unpaid.len(), 7);
    for own in unpaid {
        let text = serde_json::to_string(&own.reason).unwrap();
        assert!(text.starts_with(&format!(r#"{{"reason":"{}""#, code(&own.reason))), "{text}");
        assert_eq!(serde_json::from_str::<Reason>(&text).unwrap(), own.reason);
    }
}
