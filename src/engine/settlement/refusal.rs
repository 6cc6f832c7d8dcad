//! Why something isn't done with a settlement. `http` makes words of it.

use rust_decimal::Decimal;

use super::{Deed, SealFault, Status};

/// Why something isn't done; nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(RefusalKind),
    derive(strum::EnumIter),
    doc = "A refusal without what it says about one settlement."
)]
pub enum Refusal {
    /// A validation calculates nothing.
    OfValidation,
    /// Errors stopped the run.
    OfFaultyRun,
    /// Dealers with faulty rows were left out.
    OfPartialRun,
    /// The rates are not the company's own.
    OfExampleRates,
    /// Its year isn't whole, and the policy doesn't let such a run be settled.
    OfInterimRun,
    /// Incentives weren't calculated.
    WithoutIncentives,
    /// It is submitted or approved: what it pays for doesn't change any more.
    Locked {
        /// How far it is.
        status: Status,
    },
    /// Only what is submitted is approved or rejected.
    NotSubmitted {
        /// How far it is.
        status: Status,
    },
    /// Only what is approved is paid.
    NotApproved {
        /// How far it is.
        status: Status,
    },
    /// Who had a hand in it doesn't approve it.
    SamePerson {
        /// The person.
        who: String,
        /// What they did.
        deeds: Vec<Deed>,
    },
    /// Each approval is another person's.
    ApprovedBefore {
        /// The person.
        who: String,
        /// How many approvals there are.
        given: usize,
        /// How many it takes.
        needed: u32,
    },
    /// Who approved it doesn't pay it.
    ApproverPays {
        /// The person.
        who: String,
    },
    /// Who ordered payments doesn't confirm them.
    OrdererConfirms {
        /// The person.
        who: String,
        /// The payments' number.
        number: i64,
    },
    /// The settlement that it is to supersede can't be superseded.
    NotSuperseding {
        /// The other's run.
        run: String,
        /// Why not.
        why: WhyNotSuperseding,
    },
    /// The settlement that it supersedes has payments of which nobody has said whether they were made.
    OpenPayments {
        /// The other's run.
        run: String,
        /// Their numbers.
        numbers: Vec<i64>,
    },
    /// Other approved settlements of the period pay some of the same dealers.
    PaidElsewhere {
        /// Run and dealer.
        dealers: Vec<(String, String)>,
    },
    /// The dealer's line is paid, or stands in payments that are ordered.
    InPayment {
        /// The dealer.
        dealer: String,
    },
    /// There is nothing to be paid.
    NothingPayable,
    /// Some of the payments that are asked for can't be made.
    Unpayable {
        /// All of them.
        faults: Vec<OrderFault>,
    },
    /// The payments are made already.
    PaymentsMade {
        /// Their number.
        number: i64,
    },
    /// The payments were cancelled.
    PaymentsCancelled {
        /// Their number.
        number: i64,
    },
    /// There are no such payments.
    NoSuchPayments {
        /// As the request names them.
        number: String,
    },
    /// There is no such adjustment.
    NoSuchAdjustment {
        /// As the request names it.
        number: String,
    },
    /// A spreadsheet program could take payees' names for formulas.
    FormulaLike {
        /// The ids and names of the dealers.
        payees: Vec<(String, String)>,
    },
    /// What is stored of a settlement isn't what was approved.
    SealBroken {
        /// Its run.
        run: String,
        /// All that doesn't fit.
        faults: Vec<SealFault>,
    },
    /// A run whose settlement is submitted or approved stays.
    RunSettled {
        /// How far it is.
        status: Status,
    },
}

/// Why a settlement doesn't supersede another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNotSuperseding {
    /// It is the same.
    Itself,
    /// The other isn't approved.
    NotApproved(Status),
    /// Another has superseded it.
    Superseded {
        /// That one's run.
        by: String,
    },
    /// The other is of another year.
    OtherPeriod(i16),
}

/// Why a payment that is asked for can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderFault {
    /// No such dealer in the settlement.
    NoSuchDealer {
        /// The line of the request, from 0 on.
        line: usize,
        /// As the request names it.
        dealer: String,
    },
    /// The dealer stands in the request twice.
    Repeated {
        /// The line of the request, from 0 on.
        line: usize,
        /// The dealer.
        dealer: String,
    },
    /// The dealer's line is held back.
    Held {
        /// The line of the request, from 0 on.
        line: usize,
        /// The dealer.
        dealer: String,
        /// Why.
        why: String,
    },
    /// More than is payable.
    TooMuch {
        /// The line of the request, from 0 on.
        line: usize,
        /// The dealer.
        dealer: String,
        /// What is asked for.
        amount: Decimal,
        /// What is payable.
        payable: Decimal,
    },
}

impl OrderFault {
    /// The line of the request, from 0 on.
    pub fn line(&self) -> usize {
        match self {
            OrderFault::NoSuchDealer { line, .. }
            | OrderFault::Repeated { line, .. }
            | OrderFault::Held { line, .. }
            | OrderFault::TooMuch { line, .. } => *line,
        }
    }
}
