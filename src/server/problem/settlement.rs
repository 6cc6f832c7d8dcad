//! What is said of something that isn't done with a settlement: why, and what to do about it.

use super::Words;
use super::report::listed;
use super::seal::seal_faults;
use super::words::settlements;
use dealerbook_base::lang::{Lang, Pair};
use dealerbook_engine::settlement::{Deed, OrderFault, Refusal, SealFault, Status, WhyNotSuperseding, two_places};

/// What a refusal says.
pub fn words(refusal: &Refusal, lang: Lang) -> Words {
    match refusal {
        Refusal::OfValidation => {
            settlements::SETTLEMENT_OF_VALIDATION.words(lang, settlements::SETTLEMENT_OF_VALIDATION_DETAIL.pick(lang))
        }
        Refusal::OfFaultyRun => {
            settlements::SETTLEMENT_OF_FAULTY_RUN.words(lang, settlements::SETTLEMENT_OF_FAULTY_RUN_DETAIL.pick(lang))
        }
        Refusal::OfPartialRun => {
            settlements::SETTLEMENT_OF_PARTIAL_RUN.words(lang, settlements::SETTLEMENT_OF_PARTIAL_RUN_DETAIL.pick(lang))
        }
        Refusal::OfExampleRates => settlements::SETTLEMENT_OF_EXAMPLE_RATES
            .words(lang, settlements::SETTLEMENT_OF_EXAMPLE_RATES_DETAIL.pick(lang)),
        Refusal::OfInterimRun => {
            settlements::SETTLEMENT_OF_INTERIM_RUN.words(lang, settlements::SETTLEMENT_OF_INTERIM_RUN_DETAIL.pick(lang))
        }
        Refusal::WithoutIncentives => settlements::SETTLEMENT_WITHOUT_INCENTIVES
            .words(lang, settlements::SETTLEMENT_WITHOUT_INCENTIVES_DETAIL.pick(lang)),
        Refusal::Locked { status } => settlements::SETTLEMENT_LOCKED.words(lang, stands(*status, lang)),
        Refusal::NotSubmitted { status } => settlements::SETTLEMENT_NOT_SUBMITTED.words(lang, stands(*status, lang)),
        Refusal::NotApproved { status } => settlements::SETTLEMENT_NOT_APPROVED.words(lang, stands(*status, lang)),
        Refusal::SamePerson { who, deeds } => settlements::SETTLEMENT_SAME_PERSON.words(
            lang,
            settlements::SettlementSamePersonDetail { person: who, deeds: all_of(deeds, lang) }.text(lang),
        ),
        Refusal::ApprovedBefore { who, given, needed } => settlements::SETTLEMENT_APPROVED_BEFORE
            .words(lang, settlements::SettlementApprovedBeforeDetail { person: who, needed, given }.text(lang)),
        Refusal::ApproverPays { who } => settlements::SETTLEMENT_APPROVER_PAYS
            .words(lang, settlements::SettlementApproverPaysDetail { person: who }.text(lang)),
        Refusal::OrdererConfirms { who, number } => settlements::PAYMENTS_OWN_ORDER
            .words(lang, settlements::PaymentsOwnOrderDetail { person: who, number }.text(lang)),
        Refusal::NotSuperseding { run, why } => settlements::SETTLEMENT_CANNOT_SUPERSEDE
            .words(lang, settlements::SettlementCannotSupersedeDetail { run, why: why_not(why, lang) }.text(lang)),
        Refusal::OpenPayments { run, numbers } => {
            let detail = settlements::SettlementOpenPaymentsDetail { run, numbers: listed(numbers, lang) };
            settlements::SETTLEMENT_OPEN_PAYMENTS.words(lang, detail.text(lang))
        }
        Refusal::PaidElsewhere { dealers } => {
            let dealers: Vec<String> = dealers.iter().map(|(run, dealer)| format!("{dealer} ({run})")).collect();
            let detail = settlements::SettlementPaidElsewhereDetail { dealers: listed(&dealers, lang) };
            settlements::SETTLEMENT_PAID_ELSEWHERE.words(lang, detail.text(lang))
        }
        Refusal::InPayment { dealer } => {
            settlements::SETTLEMENT_IN_PAYMENT.words(lang, settlements::SettlementInPaymentDetail { dealer }.text(lang))
        }
        Refusal::NothingPayable => {
            settlements::NOTHING_PAYABLE.words(lang, settlements::NOTHING_PAYABLE_DETAIL.pick(lang))
        }
        Refusal::Unpayable { faults } => {
            let first = faults.first().map(|fault| of_order(fault, lang)).unwrap_or_default();
            let detail = settlements::PaymentsRefusedDetail { count: faults.len(), first };
            settlements::PAYMENTS_REFUSED.words(lang, detail.text(lang))
        }
        Refusal::PaymentsMade { number } => {
            settlements::PAYMENTS_MADE.words(lang, settlements::PaymentsMadeDetail { number }.text(lang))
        }
        Refusal::PaymentsCancelled { number } => {
            settlements::PAYMENTS_CANCELLED.words(lang, settlements::PaymentsCancelledDetail { number }.text(lang))
        }
        Refusal::NoSuchPayments { number } => {
            settlements::NO_SUCH_PAYMENTS.words(lang, settlements::NoSuchPaymentsDetail { number }.text(lang))
        }
        Refusal::NoSuchAdjustment { number } => {
            settlements::NO_SUCH_ADJUSTMENT.words(lang, settlements::NoSuchAdjustmentDetail { number }.text(lang))
        }
        Refusal::FormulaLike { payees } => {
            let names: Vec<String> = payees.iter().map(|(id, name)| format!("{id} {name:?}")).collect();
            let detail = settlements::PayeeLikeFormulaDetail { count: payees.len(), payees: listed(&names, lang) };
            settlements::PAYEE_LIKE_FORMULA.words(lang, detail.text(lang))
        }
        Refusal::SealBroken { run, faults } => {
            let detail = settlements::SettlementSealBrokenDetail { run, faults: seal_faults(faults, lang) };
            settlements::SETTLEMENT_SEAL_BROKEN.words(lang, detail.text(lang))
        }
        Refusal::RunSettled { status } => {
            let detail = settlements::RunSettledDetail { status: named(*status).pick(lang) };
            settlements::RUN_SETTLED.words(lang, detail.text(lang))
        }
    }
}

/// What somebody did, between commas.
fn all_of(deeds: &[Deed], lang: Lang) -> String {
    deeds.iter().map(|deed| of_deed(*deed).pick(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn of_deed(deed: Deed) -> Pair {
    match deed {
        Deed::Uploaded => settlements::DEED_UPLOADED,
        Deed::Submitted => settlements::DEED_SUBMITTED,
        Deed::Adjusted => settlements::DEED_ADJUSTED,
        Deed::Held => settlements::DEED_HELD,
        Deed::Released => settlements::DEED_RELEASED,
        Deed::AcceptedAppeal => settlements::DEED_ACCEPTED_APPEAL,
        Deed::ProposedPolicy => settlements::DEED_PROPOSED_POLICY,
    }
}

/// How a settlement stands, as a sentence.
fn stands(status: Status, lang: Lang) -> String {
    settlements::Status { status: named(status).pick(lang) }.text(lang)
}

/// A status in a sentence.
fn named(status: Status) -> Pair {
    match status {
        Status::Calculated => settlements::STATUS_CALCULATED,
        Status::Submitted => settlements::STATUS_SUBMITTED,
        Status::Rejected => settlements::STATUS_REJECTED,
        Status::Approved => settlements::STATUS_APPROVED,
        Status::PartlyPaid => settlements::STATUS_PARTLY_PAID,
        Status::Paid => settlements::STATUS_PAID,
        Status::Superseded => settlements::STATUS_SUPERSEDED,
    }
}

fn why_not(why: &WhyNotSuperseding, lang: Lang) -> String {
    match why {
        WhyNotSuperseding::Itself => settlements::SUPERSEDING_ITSELF.text(lang),
        WhyNotSuperseding::NotApproved(status) => {
            settlements::SupersedingNotApproved { status: named(*status).pick(lang) }.text(lang)
        }
        WhyNotSuperseding::Superseded { by } => settlements::SupersedingSuperseded { by }.text(lang),
        WhyNotSuperseding::OtherPeriod(year) => settlements::SupersedingOtherPeriod { year }.text(lang),
    }
}

/// Why a payment can't be made.
pub(super) fn of_order(fault: &OrderFault, lang: Lang) -> String {
    match fault {
        OrderFault::NoSuchDealer { dealer, .. } => settlements::OrderNoSuchDealer { dealer }.text(lang),
        OrderFault::Repeated { dealer, .. } => settlements::OrderRepeated { dealer }.text(lang),
        OrderFault::Held { dealer, why, .. } => settlements::OrderHeld { dealer, why }.text(lang),
        OrderFault::TooMuch { dealer, amount, payable, .. } => {
            let (amount, payable) = (two_places(*amount), two_places(*payable));
            settlements::OrderTooMuch { amount, dealer, payable }.text(lang)
        }
    }
}

/// What to do about a payment that can't be made.
pub(super) fn remedy_of_order(fault: &OrderFault) -> Pair {
    match fault {
        OrderFault::NoSuchDealer { .. } => settlements::ORDER_NO_SUCH_DEALER_REMEDY,
        OrderFault::Repeated { .. } => settlements::ORDER_REPEATED_REMEDY,
        OrderFault::Held { .. } => settlements::ORDER_HELD_REMEDY,
        OrderFault::TooMuch { .. } => settlements::ORDER_TOO_MUCH_REMEDY,
    }
}

/// One of each kind, for the interface's description.
pub(super) fn samples() -> Vec<Refusal> {
    use strum::IntoEnumIterator;
    dealerbook_engine::settlement::RefusalKind::iter().map(sample_of).collect()
}

fn sample_of(kind: dealerbook_engine::settlement::RefusalKind) -> Refusal {
    use dealerbook_engine::settlement::RefusalKind as Kind;
    let run = || "01980000-0000-7000-8000-000000000000".to_owned();
    match kind {
        Kind::OfValidation => Refusal::OfValidation,
        Kind::OfFaultyRun => Refusal::OfFaultyRun,
        Kind::OfPartialRun => Refusal::OfPartialRun,
        Kind::OfExampleRates => Refusal::OfExampleRates,
        Kind::OfInterimRun => Refusal::OfInterimRun,
        Kind::WithoutIncentives => Refusal::WithoutIncentives,
        Kind::Locked => Refusal::Locked { status: Status::Approved },
        Kind::NotSubmitted => Refusal::NotSubmitted { status: Status::Approved },
        Kind::NotApproved => Refusal::NotApproved { status: Status::Submitted },
        Kind::SamePerson => {
            Refusal::SamePerson { who: "李明".to_owned(), deeds: vec![Deed::Uploaded, Deed::Submitted] }
        }
        Kind::ApprovedBefore => Refusal::ApprovedBefore { who: "李明".to_owned(), given: 1, needed: 2 },
        Kind::ApproverPays => Refusal::ApproverPays { who: "李明".to_owned() },
        Kind::OrdererConfirms => Refusal::OrdererConfirms { who: "李明".to_owned(), number: 1 },
        Kind::NotSuperseding => Refusal::NotSuperseding { run: run(), why: WhyNotSuperseding::OtherPeriod(2006) },
        Kind::OpenPayments => Refusal::OpenPayments { run: run(), numbers: vec![2] },
        Kind::PaidElsewhere => Refusal::PaidElsewhere { dealers: vec![(run(), "D001".to_owned())] },
        Kind::InPayment => Refusal::InPayment { dealer: "D001".to_owned() },
        Kind::NothingPayable => Refusal::NothingPayable,
        Kind::Unpayable => {
            let (amount, payable) =
                (dealerbook_engine::settlement::yuan(123_450), dealerbook_engine::settlement::yuan(100_000));
            let too_much = OrderFault::TooMuch { line: 0, dealer: "D001".to_owned(), amount, payable };
            Refusal::Unpayable {
                faults: vec![too_much, OrderFault::NoSuchDealer { line: 1, dealer: "D01".to_owned() }],
            }
        }
        Kind::PaymentsMade => Refusal::PaymentsMade { number: 1 },
        Kind::PaymentsCancelled => Refusal::PaymentsCancelled { number: 1 },
        Kind::NoSuchPayments => Refusal::NoSuchPayments { number: "9".to_owned() },
        Kind::NoSuchAdjustment => Refusal::NoSuchAdjustment { number: "9".to_owned() },
        Kind::FormulaLike => Refusal::FormulaLike { payees: vec![("D001".to_owned(), "=丰收农资".to_owned())] },
        Kind::SealBroken => {
            Refusal::SealBroken { run: run(), faults: vec![SealFault::Lines { dealers: vec!["D001".to_owned()] }] }
        }
        Kind::RunSettled => Refusal::RunSettled { status: Status::Approved },
    }
}
