//! The tables that are carried over, those first that others refer to. What the queue of jobs holds is not among them: it is filled from
//! the batches again.

/// A table and what orders its rows.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its key's columns.
    pub key: &'static str,
    /// Columns that name artefacts: these are carried over with it, and not deleted as long as it names them.
    pub artefacts: &'static [&'static str],
}

/// All tables.
pub const TABLES: &[Table] = &[
    Table { name: "people", key: "id", artefacts: &[] },
    Table { name: "tokens", key: "id", artefacts: &[] },
    Table { name: "sessions", key: "sha256", artefacts: &[] },
    Table { name: "sign_in_links", key: "sha256", artefacts: &[] },
    Table {
        name: "runs",
        key: "id",
        artefacts: &["upload_sha256", "result_sha256", "answer_sha256", "policy_file", "history_file"],
    },
    Table { name: "run_regions", key: "run_id, region", artefacts: &[] },
    Table { name: "batches", key: "id", artefacts: &[] },
    Table { name: "batch_files", key: "batch_id, position", artefacts: &["upload_sha256"] },
    Table { name: "run_families", key: "run_id", artefacts: &[] },
    Table { name: "appeals", key: "id", artefacts: &[] },
    Table { name: "request_keys", key: "person, key", artefacts: &[] },
    Table { name: "policies", key: "id, version", artefacts: &[] },
    Table { name: "settlements", key: "run_id", artefacts: &[] },
    Table { name: "settlement_lines", key: "run_id, position", artefacts: &[] },
    Table { name: "settlement_adjustments", key: "run_id, number", artefacts: &[] },
    Table { name: "settlement_holds", key: "run_id, dealer_id", artefacts: &[] },
    Table { name: "settlement_hands", key: "run_id, person_id, deed", artefacts: &[] },
    Table { name: "settlement_approvals", key: "run_id, number", artefacts: &[] },
    Table { name: "settlement_seals", key: "run_id, dealer_id", artefacts: &[] },
    Table { name: "payment_batches", key: "run_id, number", artefacts: &[] },
    Table { name: "payments", key: "run_id, number, position", artefacts: &[] },
    Table { name: "run_corrections", key: "run_id", artefacts: &[] },
    Table { name: "accruals", key: "id", artefacts: &[] },
    Table { name: "accrual_dealers", key: "accrual_id, dealer_id", artefacts: &[] },
    Table { name: "audit", key: "seq", artefacts: &[] },
    Table { name: "audit_head", key: "id", artefacts: &[] },
];

impl Table {
    /// All its rows in their order.
    pub fn select(&self) -> String {
        format!("SELECT * FROM {} ORDER BY {}", self.name, self.key)
    }
}
