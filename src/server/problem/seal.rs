//! What is said of a settlement that isn't what was approved.

use super::settlement::told;
use crate::lang::Lang;
use crate::settlement::SealFault;

/// All that doesn't fit between a settlement and its seal, between semicolons.
pub fn seal_faults(faults: &[SealFault], lang: Lang) -> String {
    let words: Vec<String> = faults.iter().map(|fault| of_seal(fault, lang)).collect();
    words.join(lang.pick("；", "; "))
}

fn of_seal(fault: &SealFault, lang: Lang) -> String {
    match (fault, lang) {
        (SealFault::Log { seq }, Lang::Zh) => format!("审计日志第 {seq} 条被改动"),
        (SealFault::Log { seq }, Lang::En) => format!("line {seq} of the audit log was changed"),
        (SealFault::Status, _) => {
            lang.pick("状态与审计日志不符", "it stands otherwise than the audit log says").to_owned()
        }
        (SealFault::Approvals, _) => {
            lang.pick("批准人与审计日志不符", "those who approved it aren't those whom the audit log names").to_owned()
        }
        (SealFault::Lines { dealers }, _) if dealers.is_empty() => lang
            .pick(
                "金额、收款单位、调整或所用政策与批准时不符",
                "amounts, payees, adjustments or the policy aren't those that were approved",
            )
            .to_owned(),
        (SealFault::Lines { dealers }, Lang::Zh) => {
            format!("经销商 {} 的金额、收款单位或调整与批准时不符", told(dealers, lang))
        }
        (SealFault::Lines { dealers }, Lang::En) => {
            format!("amounts, payee or adjustments of {} aren't those that were approved", told(dealers, lang))
        }
        (SealFault::Holds { dealers }, Lang::Zh) => format!("经销商 {} 的暂缓与审计日志不符", told(dealers, lang)),
        (SealFault::Holds { dealers }, Lang::En) => {
            format!("{} held back otherwise than the audit log says", told(dealers, lang))
        }
        (SealFault::Payments { number }, Lang::Zh) => format!("付款批次 {number} 与审计日志不符"),
        (SealFault::Payments { number }, Lang::En) => {
            format!("batch {number} of payments isn't what the audit log says")
        }
    }
}
