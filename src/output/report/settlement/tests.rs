//! The amounts follow from each other and the groups come to the same, whatever stands in the settlement.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::Rebates;
use super::amounts::Amount;
use super::settled::Settled;
use super::words::Terms;
use dealerbook_base::lang::Lang;
use dealerbook_engine::outcome::{DealerOutcome, PaidLine};
use dealerbook_engine::policy::{Policy, Rates};
use dealerbook_engine::schema::Schemas;
use dealerbook_engine::settlement::{Adjustment, Due, OfPolicy, Settlement, Signature, Status};
use dealerbook_engine::sheet::words::Words;

fn signature(note: &str) -> Signature {
    Signature { who: "王芳".to_owned(), at: "2008-01-15T08:00:00Z".to_owned(), note: Some(note.to_owned()) }
}

fn settlement(status: Status, dues: Vec<Due>) -> Settlement {
    Settlement {
        run_id: "0198c0de-0000-7000-8000-0123456789ab".to_owned(),
        period: 2007,
        as_of: Some("2007-12-31".to_owned()),
        status,
        policy: OfPolicy {
            id: "handbook".to_owned(),
            version: "1.0.0".to_owned(),
            sha256: "00".to_owned(),
            rates: Rates::Own,
        },
        supersedes: None,
        superseded_by: Some("0198c0de-1111-7000-8000-0123456789ab".to_owned()),
        submitted: Some(signature("")),
        decided: Some(signature("费率有误")),
        approvals: Vec::new(),
        dues,
    }
}

fn with_terms<T>(settlement: &Settlement, lang: Lang, check: impl FnOnce(Terms<'_>) -> T) -> T {
    let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
    let words = Words { schemas: &schemas, policy: &policy, lang };
    let rebates = Rebates {
        settlement,
        words,
        is_partial: false,
        is_interim: false,
        run_total: None,
        clock: jiff::tz::offset(8),
    };
    check(Terms { rebates })
}

#[test]
fn each_status_says_whether_anything_may_be_paid_by_it() {
    for (status, notice, approval) in [
        (Status::Calculated, "草稿：仅已计算", None),
        (Status::Submitted, "草稿：待批准（王芳 2008-01-15 提交）", None),
        (Status::Rejected, "草稿：已驳回（王芳 2008-01-15）：费率有误", None),
        (Status::Approved, "", Some("已批准并锁定：王芳 2008-01-15")),
        (Status::PartlyPaid, "", Some("已批准并锁定：王芳 2008-01-15")),
        (Status::Paid, "", Some("已批准并锁定：王芳 2008-01-15")),
        (Status::Superseded, "已被更正：以运行 0198c0de-1111", None),
    ] {
        with_terms(&settlement(status, Vec::new()), Lang::Zh, |terms| {
            let reported = terms.notice().unwrap_or_default();
            assert!(reported.starts_with(notice) && reported.is_empty() == notice.is_empty(), "{status:?}: {reported}");
            assert_eq!(terms.approval().as_deref(), approval, "{status:?}");
        });
    }
}

#[test]
fn example_rates_are_said_whatever_the_status() {
    let mut approved = settlement(Status::Approved, Vec::new());
    approved.policy.rates = Rates::Example;
    for (lang, text) in [(Lang::Zh, "示例费率"), (Lang::En, "example rates")] {
        with_terms(&approved, lang, |terms| assert!(terms.notice().unwrap().contains(text)));
    }
}

/// Dealers of every kind: regions, grades, lines, adjustments, holds and payments.
fn due() -> impl Strategy<Value = Due> {
    let line = (0usize..3, 0i64..1_000_000, prop_oneof![Just(30_000i64), Just(65_001), Just(10_000)]);
    let region = prop_oneof![Just("涪陵"), Just("岳阳*"), Just("")];
    let grade = prop_oneof![Just(None), Just(Some("core")), Just(Some("problem"))];
    let money = || -1_000_000i64..1_000_000;
    let lines = proptest::collection::vec(line, 0..5);
    (region, grade, lines, proptest::collection::vec(money(), 0..3), any::<bool>(), 0i64..500_000, 0i64..500_000)
        .prop_map(|(region, grade, lines, adjusted, is_held, paid_before, paid)| {
            let lines: Vec<PaidLine> = lines
                .into_iter()
                .map(|(programme, basis, rate)| {
                    let (basis, rate) = (Decimal::new(basis, 3), Decimal::new(rate, 4));
                    let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
                    let amount = (basis * rate).round_dp_with_strategy(2, strategy);
                    let programme = ["excess_volume", "exclusive_sale", "old_one"][programme].to_owned();
                    PaidLine { programme, basis: Some(basis), rate: Some(rate), amount }
                })
                .collect();
            Due {
                dealer: DealerOutcome {
                    dealer_id: "D001".to_owned(),
                    name: "甲".to_owned(),
                    region: region.into(),
                    channel_mode: "direct_store".to_owned(),
                    tonnes: Decimal::ONE,
                    score: None,
                    grade: grade.map(str::to_owned),
                    is_disqualified: false,
                    amount: lines.iter().map(|line| line.amount).sum(),
                    unpaid: Vec::new(),
                    lines,
                },
                adjustments: (1..)
                    .zip(adjusted)
                    .map(|(number, cents)| Adjustment {
                        number,
                        amount: Decimal::new(cents, 2),
                        signature: signature("补差"),
                        person: None,
                    })
                    .collect(),
                held: is_held.then(|| signature("待核实")),
                paid_before: Decimal::new(paid_before, 2),
                paid: Decimal::new(paid, 2),
                ordered: Decimal::ZERO,
                difference: None,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_that_a_dealer_is_entitled_to_is_paid_held_payable_or_to_be_given_back(
        dues in proptest::collection::vec(due(), 0..12)
    ) {
        let settlement = settlement(Status::Approved, dues);
        with_terms(&settlement, Lang::Zh, |terms| {
            let settled = Settled::new(terms);
            for line in &settled.lines {
                let of = |amount| line.amounts.get(amount);
                let reported = of(Amount::PaidBefore) + of(Amount::Paid) + of(Amount::Ordered) + of(Amount::Held)
                    + of(Amount::Payable) - of(Amount::Recoverable);
                prop_assert_eq!(reported, of(Amount::Entitled));
                let programmes: Decimal = settled.programmes.iter().map(|id| line.paid_by(id)).sum();
                prop_assert_eq!(programmes, of(Amount::Incentives));
            }
            Ok(())
        })?;
    }

    #[test]
    fn regions_and_grades_come_to_the_whole_and_the_residue_stays_within_half_a_cent_a_line(
        dues in proptest::collection::vec(due(), 0..12)
    ) {
        let lines: usize = dues.iter().map(|due| due.dealer.lines.len()).sum();
        let settlement = settlement(Status::Approved, dues);
        with_terms(&settlement, Lang::Zh, |terms| {
            let settled = Settled::new(terms);
            for groups in [settled.by(|line| line.region), settled.by(|line| line.grade)] {
                let mut sums = super::amounts::Amounts::default();
                groups.iter().for_each(|group| sums.add(&group.sums));
                prop_assert_eq!(sums, settled.sums);
                prop_assert_eq!(groups.iter().map(|group| group.dealers as usize).sum::<usize>(), settled.lines.len());
            }
            prop_assert!(settled.residue().abs() <= Decimal::new(5 * (lines as i64 + 1), 3), "{}", settled.residue());
            Ok(())
        })?;
    }
}

#[test]
fn signatures_are_dated_by_the_companys_clock() {
    let mut settlement = settlement(Status::Approved, Vec::new());
    let at = "2026-11-22T17:05:01.840Z".to_owned();
    let signature = Signature { who: "李明".to_owned(), at, note: None };
    settlement.decided = Some(signature.clone());
    with_terms(&settlement, Lang::Zh, |terms| {
        assert_eq!(terms.signed(&signature), "李明 2026-11-23");
        assert_eq!(terms.signed_at(&signature), "李明 2026-11-23 01:05");
    });
}
