//! The rules, on settlements made by hand.

use super::*;

fn dealer(id: &str, amount: i64) -> DealerOutcome {
    DealerOutcome {
        dealer_id: id.to_owned(),
        name: format!("{id} 农资"),
        region: "涪陵".into(),
        channel_mode: "regional_distributor".to_owned(),
        tonnes: Decimal::from(100),
        score: None,
        grade: None,
        is_disqualified: false,
        lines: Vec::new(),
        amount: yuan(amount),
        unpaid: Vec::new(),
    }
}

fn signed(who: &str) -> Signature {
    Signature { who: who.to_owned(), at: "2008-01-31T08:00:00.000Z".to_owned(), note: Some("why".to_owned()) }
}

fn settlement(status: Status, amounts: &[(&str, i64)]) -> Settlement {
    Settlement {
        run_id: "1".to_owned(),
        period: 2007,
        as_of: None,
        status,
        policy: OfPolicy { id: "own".to_owned(), version: "1".to_owned(), sha256: String::new(), rates: Rates::Own },
        supersedes: None,
        superseded_by: None,
        submitted: Some(signed("李明")),
        decided: None,
        dues: amounts.iter().map(|(id, amount)| Due::of(dealer(id, *amount))).collect(),
    }
}

#[test]
fn the_parts_of_a_line_add_up_to_what_the_dealer_is_entitled_to() {
    for (amount, paid_before, paid, ordered, held) in [
        (100, 0, 0, 0, false),
        (100, 20, 30, 40, false),
        (100, 20, 30, 0, true),
        (100, 130, 0, 0, true),
        (0, 0, 0, 0, false),
    ] {
        let mut due = Due::of(dealer("D1", amount));
        (due.paid_before, due.paid, due.ordered) = (yuan(paid_before), yuan(paid), yuan(ordered));
        due.held = held.then(|| signed("王芳"));
        let parts = due.paid_before + due.paid + due.ordered + due.held_back() + due.payable() - due.recoverable();
        assert_eq!(parts, due.entitled(), "{due:?}");
    }
}

#[test]
fn nought_has_no_sign() {
    let one = settlement(Status::Calculated, &[("D1", 0), ("D2", 100)]);
    assert_eq!(one.totals().recoverable.to_string(), "0.00");
    assert_eq!(two_places(-Decimal::ZERO).to_string(), "0.00");
}

#[test]
fn an_approved_settlement_is_paid_when_nothing_is_left_ordered_or_held() {
    let mut one = settlement(Status::Approved, &[("D1", 100), ("D2", 50), ("D3", 0)]);
    assert_eq!(one.status_by_sums(), Status::Approved);
    one.dues[0].ordered = yuan(100);
    assert_eq!(one.status_by_sums(), Status::Approved);
    (one.dues[0].ordered, one.dues[0].paid) = (yuan(0), yuan(100));
    assert_eq!(one.status_by_sums(), Status::PartlyPaid);
    one.dues[1].held = Some(signed("王芳"));
    assert_eq!(one.status_by_sums(), Status::PartlyPaid, "what is held is not paid");
    one.dues[1].paid = yuan(50);
    assert_eq!(one.status_by_sums(), Status::Paid);
    assert_eq!(settlement(Status::Approved, &[("D3", 0)]).status_by_sums(), Status::Paid);
}

#[test]
fn all_payments_that_cannot_be_made_are_told_at_once() {
    let mut one = settlement(Status::Approved, &[("D1", 100), ("D2", 50)]);
    one.dues[1].held = Some(signed("王芳"));
    let wanted = [("D9", 1), ("D1", 101), ("D1", 1), ("D2", 1)].map(|(id, fen)| (id.to_owned(), yuan(fen)));
    let Err(Refusal::Unpayable { faults }) = one.may_pay(&wanted) else { panic!("it is refused") };
    assert!(matches!(
        &faults[..],
        [
            OrderFault::NoSuchDealer { line: 0, .. },
            OrderFault::TooMuch { line: 1, .. },
            OrderFault::Repeated { line: 2, .. },
            OrderFault::Held { line: 3, .. },
        ]
    ));
    assert_eq!(one.all_payable(), Ok(vec![("D1".to_owned(), yuan(100))]));
    assert_eq!(one.may_pay(&[("D1".to_owned(), yuan(100))]), Ok(()));
}

#[test]
fn whoever_submitted_or_adjusted_it_does_not_approve_it() {
    let one = settlement(Status::Submitted, &[]);
    let adjusters = ["赵强".to_owned()];
    for who in ["李明", "赵强"] {
        assert_eq!(one.may_be_approved(who, &adjusters), Err(Refusal::SamePerson { who: who.to_owned() }));
    }
    assert_eq!(one.may_be_approved("王芳", &adjusters), Ok(()));
}

#[test]
fn only_the_last_approved_settlement_of_the_same_year_is_superseded() {
    let new = Settlement { run_id: "2".to_owned(), ..settlement(Status::Calculated, &[]) };
    assert_eq!(new.may_supersede(&settlement(Status::PartlyPaid, &[])), Ok(()));
    let of = |other: &Settlement| match new.may_supersede(other) {
        Err(Refusal::NotSuperseding { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(of(&new), WhyNotSuperseding::Itself);
    assert_eq!(of(&settlement(Status::Submitted, &[])), WhyNotSuperseding::NotApproved(Status::Submitted));
    let other_year = Settlement { period: 2006, ..settlement(Status::Paid, &[]) };
    assert_eq!(of(&other_year), WhyNotSuperseding::OtherPeriod(2006));
    let superseded = Settlement { superseded_by: Some("3".to_owned()), ..settlement(Status::Superseded, &[]) };
    assert_eq!(of(&superseded), WhyNotSuperseding::Superseded { by: "3".to_owned() });
}
