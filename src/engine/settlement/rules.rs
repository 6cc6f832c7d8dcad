//! What may be done with a settlement, and when.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Due, OrderFault, Refusal, Settlement, Status, WhyNotSuperseding, is_like_a_formula};
use crate::policy::Rates;

impl Settlement {
    /// Whether what it pays for may still be changed, and it may be submitted.
    ///
    /// # Errors
    /// When it is submitted or approved.
    pub fn may_change(&self) -> Result<(), Refusal> {
        match self.status.is_locked() {
            true => Err(Refusal::Locked { status: self.status }),
            false => Ok(()),
        }
    }

    /// Whether money may be paid by it at all.
    ///
    /// # Errors
    /// When its rates are examples.
    pub fn is_real(&self) -> Result<(), Refusal> {
        match self.policy.rates {
            Rates::Example => Err(Refusal::OfExampleRates),
            Rates::Own => Ok(()),
        }
    }

    /// Whether it may be rejected.
    ///
    /// # Errors
    /// When it isn't submitted.
    pub fn may_be_decided(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Submitted => Ok(()),
            status => Err(Refusal::NotSubmitted { status }),
        }
    }

    /// Whether anything may be paid of it.
    ///
    /// # Errors
    /// When it isn't approved, or superseded.
    pub fn may_be_paid(&self) -> Result<(), Refusal> {
        match self.status.is_approved() {
            true => Ok(()),
            false => Err(Refusal::NotApproved { status: self.status }),
        }
    }

    /// Whether it may supersede another.
    ///
    /// # Errors
    /// When the other isn't approved, isn't the last of its chain, or is of another year.
    pub fn may_supersede(&self, other: &Settlement) -> Result<(), Refusal> {
        let why = if other.run_id == self.run_id {
            WhyNotSuperseding::Itself
        } else if let Some(by) = &other.superseded_by {
            WhyNotSuperseding::Superseded { by: by.clone() }
        } else if !other.status.is_approved() {
            WhyNotSuperseding::NotApproved(other.status)
        } else if other.period != self.period {
            WhyNotSuperseding::OtherPeriod(other.period)
        } else {
            return Ok(());
        };
        Err(Refusal::NotSuperseding { run: other.run_id.clone(), why })
    }

    /// Whether a line may be held back or released.
    ///
    /// # Errors
    /// When the settlement is superseded, or the line is paid or ordered.
    pub fn may_be_held(&self, due: &Due) -> Result<(), Refusal> {
        let is_paid = due.paid > Decimal::ZERO && due.outstanding() <= Decimal::ZERO;
        match self.status {
            Status::Superseded => Err(Refusal::Locked { status: self.status }),
            _ if is_paid || due.ordered > Decimal::ZERO => {
                Err(Refusal::InPayment { dealer: due.dealer.dealer_id.clone() })
            }
            _ => Ok(()),
        }
    }

    /// All that may be paid now, in the order of the lines.
    ///
    /// # Errors
    /// When it isn't approved, or there is nothing.
    pub fn all_payable(&self) -> Result<Vec<(String, Decimal)>, Refusal> {
        self.may_be_paid()?;
        let payable = self.dues.iter().map(|due| (due.dealer.dealer_id.clone(), due.payable()));
        let payable: Vec<_> = payable.filter(|(_, amount)| *amount > Decimal::ZERO).collect();
        if payable.is_empty() { Err(Refusal::NothingPayable) } else { Ok(payable) }
    }

    /// Whether these amounts may be paid.
    ///
    /// # Errors
    /// When it isn't approved; all amounts that can't be.
    pub fn may_pay(&self, requested: &[(String, Decimal)]) -> Result<(), Refusal> {
        self.may_be_paid()?;
        let mut seen = BTreeSet::new();
        let faults = requested.iter().enumerate().filter_map(|(line, (dealer, amount))| {
            let is_new = seen.insert(dealer);
            self.order_fault(line, dealer, *amount, is_new)
        });
        let faults: Vec<OrderFault> = faults.collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Unpayable { faults }) }
    }

    fn order_fault(&self, line: usize, dealer: &str, amount: Decimal, is_new: bool) -> Option<OrderFault> {
        let dealer = dealer.to_owned();
        let Some(due) = self.due(&dealer) else { return Some(OrderFault::NoSuchDealer { line, dealer }) };
        if !is_new {
            return Some(OrderFault::Repeated { line, dealer });
        }
        if let Some(held) = &due.held {
            let why = held.note.clone().unwrap_or_default();
            return Some(OrderFault::Held { line, dealer, why });
        }
        let payable = due.payable();
        (amount > payable).then_some(OrderFault::TooMuch { line, dealer, amount, payable })
    }

    /// Whether a list of payments to these dealers can go to a bank.
    ///
    /// # Errors
    /// Every dealer whose name or id a spreadsheet program could take for a formula.
    pub fn may_be_listed<'a>(&self, dealers: impl Iterator<Item = &'a Due>) -> Result<(), Refusal> {
        let payees = dealers.map(|due| &due.dealer);
        let payees = payees.filter(|dealer| is_like_a_formula(&dealer.name) || is_like_a_formula(&dealer.dealer_id));
        let payees: Vec<_> = payees.map(|dealer| (dealer.dealer_id.clone(), dealer.name.clone())).collect();
        if payees.is_empty() { Ok(()) } else { Err(Refusal::FormulaLike { payees }) }
    }
}
