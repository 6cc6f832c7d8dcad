//! What the audit log's names mean, for people.

use dealerbook_base::lang::Lang;

/// Names as the log has them, in Chinese and English.
const WORDS: &[(&str, &str, &str)] = &[
    ("token-created", "发放令牌", "Token made"),
    ("token-revoked", "吊销令牌", "Token revoked"),
    ("run-deleted", "删除运行记录", "Run deleted"),
    ("batch-created", "上传批次", "Batch uploaded"),
    ("batch-cancelled", "取消批次", "Batch cancelled"),
    ("batch-deleted", "删除批次", "Batch deleted"),
    ("policy-proposed", "提交政策版本", "Policy proposed"),
    ("policy-approved", "批准政策版本", "Policy approved"),
    ("policy-rejected", "驳回政策版本", "Policy rejected"),
    ("policy-withdrawn", "收回政策版本", "Policy withdrawn"),
    ("settlement-submitted", "提交结算", "Settlement submitted"),
    ("settlement-approved", "批准结算", "Settlement approved"),
    ("settlement-rejected", "驳回结算", "Settlement rejected"),
    ("settlement-superseded", "更正结算", "Settlement superseded"),
    ("adjustment-added", "记入调整", "Adjustment added"),
    ("adjustment-removed", "撤销调整", "Adjustment taken away"),
    ("dealer-held", "暂缓支付", "Dealer held back"),
    ("dealer-released", "解除暂缓", "Dealer released"),
    ("payments-ordered", "生成付款批次", "Payments ordered"),
    ("payments-paid", "标记为已付", "Payments marked paid"),
    ("payments-cancelled", "取消付款批次", "Payments cancelled"),
    ("appeal-lodged", "提出申诉", "Appeal lodged"),
    ("appeal-accepted", "采纳申诉", "Appeal accepted"),
    ("appeal-verified", "登记申诉核实", "Verification of an appeal noted"),
    ("appeal-rejected", "驳回申诉", "Appeal rejected"),
    ("accrual-booked", "登记计提", "Accrual booked"),
];

/// What was done; the log's own name where nothing better is known.
pub fn of(what: &str, lang: Lang) -> &str {
    WORDS.iter().find(|(name, ..)| *name == what).map_or(what, |(_, zh, en)| lang.pick(zh, en))
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use super::*;
    use dealerbook_store::AuditAction;

    #[test]
    fn whatever_the_log_can_hold_has_words() {
        let without: Vec<_> =
            AuditAction::VARIANTS.iter().filter(|name| WORDS.iter().all(|(known, ..)| known != *name)).collect();
        assert_eq!(without, Vec::<&&str>::new());
    }
}
