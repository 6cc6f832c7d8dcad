//! What is said of settlements, payments and accounts that were held against the audit log.

use dealerbook_base::lang::Lang;
use dealerbook_server::http::seal_faults;
use dealerbook_store::{RecordFault, RecordsVerdict};

/// Says what was found, in lines: first what was compared, then what couldn't be, then all that doesn't fit.
pub fn said(verdict: &RecordsVerdict, lang: Lang) -> Vec<String> {
    let RecordsVerdict { settlements, unsealed, payments, tokens, untold_tokens, look_alikes, faults } = verdict;
    let mut lines = vec![match (faults.len(), lang) {
        (0, Lang::Zh) => {
            format!("与审计日志相符：结算 {settlements} 份，付款批次 {payments} 个，令牌 {tokens} 个。")
        }
        (0, Lang::En) => format!(
            "What is stored is what the log says: settlements: {settlements}, batches of payments: {payments}, tokens: {tokens}."
        ),
        (count, Lang::Zh) => format!(
            "与审计日志不符：{count} 处（核对了结算 {settlements} 份，付款批次 {payments} 个，令牌 {tokens} 个）。"
        ),
        (count, Lang::En) => format!(
            "What is stored isn't what the log says, in {count} places (compared: settlements: {settlements}, batches of payments: {payments}, tokens: {tokens})."
        ),
    }];
    if !unsealed.is_empty() {
        let runs = unsealed.join(lang.pick("、", ", "));
        lines.push(match lang {
            Lang::Zh => format!("批准时尚无封印，只核对了合计：{} 份（运行 {runs}）。", unsealed.len()),
            Lang::En => format!(
                "Approved before there were seals, so that only sums were compared: {} (runs {runs}).",
                unsealed.len()
            ),
        });
    }
    if *untold_tokens > 0 {
        lines.push(match lang {
            Lang::Zh => format!("早于审计日志的管理员令牌，无从核对：{untold_tokens} 个。"),
            Lang::En => {
                format!("Administrator's tokens from before the log, of which nothing can be told: {untold_tokens}.")
            }
        });
    }
    for [one, other] in look_alikes {
        let accounts = format!("{:?} ({}), {:?} ({})", one.name, one.id, other.name, other.id);
        lines.push(match lang {
            Lang::Zh => format!("请核实是否为同一人，这两个账户的姓名看起来一样：{accounts}。"),
            Lang::En => format!("Two accounts whose names look alike; see whether they are one person: {accounts}."),
        });
    }
    lines.extend(faults.iter().map(|fault| of_fault(fault, lang)));
    lines
}

fn of_fault(fault: &RecordFault, lang: Lang) -> String {
    match (fault, lang) {
        (RecordFault::Settlement { run, faults }, Lang::Zh) => {
            format!("运行 {run} 的结算：{}。", seal_faults(faults, lang))
        }
        (RecordFault::Settlement { run, faults }, Lang::En) => {
            format!("The settlement of run {run}: {}.", seal_faults(faults, lang))
        }
        (RecordFault::SettlementGone { run }, Lang::Zh) => format!("运行 {run} 的结算已获批准，却不见了。"),
        (RecordFault::SettlementGone { run }, Lang::En) => {
            format!("The settlement of run {run} was approved and is gone.")
        }
        (RecordFault::TokenUntold { id, name }, Lang::Zh) => format!("令牌 {id}（{name}）不是通过服务发放的。"),
        (RecordFault::TokenUntold { id, name }, Lang::En) => {
            format!("The token {id} ({name}) wasn't made by the service.")
        }
        (RecordFault::TokenChanged { id, name }, Lang::Zh) => {
            format!("令牌 {id}（{name}）的姓名、账户、角色、区域、期限或吊销与日志不符。")
        }
        (RecordFault::TokenChanged { id, name }, Lang::En) => {
            format!(
                "The token {id} ({name}) has another name, account, role, regions, end or revocation than the log says."
            )
        }
        (RecordFault::TokenGone { id }, Lang::Zh) => format!("令牌 {id} 不见了。"),
        (RecordFault::TokenGone { id }, Lang::En) => format!("The token {id} is gone."),
        (RecordFault::Account { id }, Lang::Zh) => format!("账户“{id}”的姓名与令牌不符，或没有这个账户。"),
        (RecordFault::Account { id }, Lang::En) => {
            format!("The account `{id}` has another name than its tokens, or isn't there.")
        }
    }
}
