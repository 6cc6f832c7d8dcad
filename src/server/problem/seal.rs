//! What is said of a settlement that isn't what was approved.

use super::report::listed;
use super::words::settlements;
use dealerbook_base::lang::Lang;
use dealerbook_engine::settlement::SealFault;

/// All that doesn't fit between a settlement and its seal, between semicolons.
pub fn seal_faults(faults: &[SealFault], lang: Lang) -> String {
    let words: Vec<String> = faults.iter().map(|fault| of_seal(fault, lang)).collect();
    words.join(lang.pick("；", "; "))
}

fn of_seal(fault: &SealFault, lang: Lang) -> String {
    match fault {
        SealFault::Log { seq } => settlements::SealLog { seq }.text(lang),
        SealFault::Status => settlements::SEAL_STATUS.text(lang),
        SealFault::Approvals => settlements::SEAL_APPROVALS.text(lang),
        SealFault::Lines { dealers } if dealers.is_empty() => settlements::SEAL_LINES_UNKNOWN.text(lang),
        SealFault::Lines { dealers } => settlements::SealLines { dealers: listed(dealers, lang) }.text(lang),
        SealFault::Holds { dealers } => settlements::SealHolds { dealers: listed(dealers, lang) }.text(lang),
        SealFault::Payments { number } => settlements::SealPayments { number }.text(lang),
    }
}
