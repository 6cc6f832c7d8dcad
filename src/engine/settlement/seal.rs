//! What doesn't fit between a settlement as it is stored and what the audit log says of it.

use super::Refusal;

/// One thing that doesn't fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// A line of the audit log about it isn't as it was written.
    Log {
        /// The line's number.
        seq: i64,
    },
    /// It stands otherwise than the log says, for example as approved although nobody has approved it.
    Status,
    /// Those who have approved it aren't those whom the log names.
    Approvals,
    /// Amounts, payees or adjustments of these dealers aren't those that were approved; of none where it isn't known of which.
    Lines {
        /// The dealers' ids.
        dealers: Vec<String>,
    },
    /// Other dealers are held back than the log says, or for other reasons.
    Holds {
        /// The dealers' ids.
        dealers: Vec<String>,
    },
    /// A batch of payments isn't the one that was ordered, or stands otherwise than the log says.
    Payments {
        /// Its number.
        number: i64,
    },
}

/// What looking at a settlement's seal found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealVerdict {
    /// Whether there are approvals without a seal, from before there were any: of these only the sum could be compared.
    pub is_unsealed: bool,
    /// All that doesn't fit.
    pub faults: Vec<SealFault>,
}

impl SealVerdict {
    /// Checks that nothing is wrong with the settlement of a run.
    ///
    /// # Errors
    /// All that doesn't fit.
    pub fn check(self, run: &str) -> Result<(), Refusal> {
        match self.faults.is_empty() {
            true => Ok(()),
            false => Err(Refusal::SealBroken { run: run.to_owned(), faults: self.faults }),
        }
    }
}
