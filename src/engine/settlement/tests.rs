//! The rules, on settlements made by hand.

use strum::IntoEnumIterator;

use super::*;
use crate::policy::FourEyes;

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
        approvals: Vec::new(),
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
    let requested = [("D9", 1), ("D1", 101), ("D1", 1), ("D2", 1)].map(|(id, fen)| (id.to_owned(), yuan(fen)));
    let Err(Refusal::Unpayable { faults }) = one.may_pay(&requested) else { panic!("it is refused") };
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

fn actor(id: &str) -> Actor<'_> {
    Actor { id, name: "王芳" }
}

fn approval(person: &str) -> Approval {
    Approval { person: person.to_owned(), signature: signed("王芳"), total: None, payable: None }
}

#[test]
fn who_had_a_hand_in_it_does_not_approve_it_and_nobody_approves_twice() {
    let mut one = settlement(Status::Submitted, &[("D1", 100)]);
    let (eyes, hand) = (FourEyes::default(), |person: &str, deed| Hand { person: person.to_owned(), deed });
    for deed in Deed::iter() {
        let hands = [hand("p1", deed), hand("p1", Deed::Held), hand("p2", Deed::Adjusted)];
        let Err(Refusal::SamePerson { who, deeds }) = one.may_be_approved(actor("p1"), &hands, &eyes) else {
            panic!("{deed:?}")
        };
        assert!(who == "王芳" && deeds.contains(&deed) && !deeds.contains(&Deed::Adjusted) | (deed == Deed::Adjusted));
        assert_eq!(one.may_be_approved(actor("p3"), &hands, &eyes), Ok(()), "of the same name, and not the same");
    }
    one.approvals = vec![approval("p3")];
    let twice = one.may_be_approved(actor("p3"), &[], &eyes);
    assert_eq!(twice, Err(Refusal::ApprovedBefore { who: "王芳".to_owned(), given: 1, needed: 1 }));
    assert_eq!(one.may_be_approved(actor("p4"), &[], &eyes), Ok(()));
}

#[test]
fn who_approved_it_pays_it_only_where_the_policy_says_so() {
    let mut one = settlement(Status::Approved, &[("D1", 100)]);
    one.approvals = vec![approval("p1"), approval("p2")];
    let strict = FourEyes::default();
    let mild = FourEyes { approver_may_pay: true, orderer_may_confirm: false, ..FourEyes::default() };
    let approver = Err(Refusal::ApproverPays { who: "王芳".to_owned() });
    for who in ["p1", "p2"] {
        assert_eq!(one.may_be_ordered_by(actor(who), &strict), approver);
        assert_eq!(one.may_be_confirmed_by(actor(who), 1, Some("p3"), &strict), approver);
        assert_eq!(one.may_be_ordered_by(actor(who), &mild), Ok(()));
    }
    assert_eq!(one.may_be_confirmed_by(actor("p3"), 1, Some("p3"), &strict), Ok(()));
    let orderer = Err(Refusal::OrdererConfirms { who: "王芳".to_owned(), number: 7 });
    assert_eq!(one.may_be_confirmed_by(actor("p3"), 7, Some("p3"), &mild), orderer);
    assert_eq!(one.may_be_confirmed_by(actor("p4"), 7, Some("p3"), &mild), Ok(()));
}

#[test]
fn what_it_moves_counts_up_and_down_and_held_amounts_too() {
    let mut one = settlement(Status::Submitted, &[("D1", 100), ("D2", 50), ("D3", 0)]);
    one.dues[1].held = Some(signed("王芳"));
    assert_eq!(one.moved(), yuan(150));
    let before = |fen| Some(Difference { before: yuan(fen), ..Difference::default() });
    (one.dues[0].difference, one.dues[1].difference, one.dues[2].difference) = (before(130), before(50), before(20));
    assert_eq!(one.moved(), yuan(50), "30 less, the same, and 20 that go");
    one.dues[1]
        .adjustments
        .push(Adjustment { number: 1, amount: yuan(-10), signature: signed("王芳"), person: None });
    assert_eq!(one.moved(), yuan(60));
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
