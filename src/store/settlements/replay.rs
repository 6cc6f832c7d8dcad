//! What the audit log says of a settlement: its lines, gone through from the first to the last.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::audit::{AuditAction, AuditLine};
use dealerbook_engine::settlement::fen;

/// How far a settlement is, as far as it matters for what may be paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody has submitted it, or it was rejected.
    #[default]
    Open,
    /// It waits for approval.
    Submitted,
    /// It is approved, and paid or not.
    Approved,
    /// Another has superseded it.
    Superseded,
}

/// An approval as the log has it.
#[derive(Clone, Debug)]
pub(super) struct LoggedApproval {
    pub who: String,
    /// The person's account; none in lines from before there were accounts.
    pub person: Option<String>,
    /// None in lines from before there were seals.
    pub seal: Option<String>,
    pub entitled: Option<Decimal>,
    pub dealers: Option<u64>,
}

/// A batch of payments as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoggedBatch {
    pub status: String,
    /// Fen.
    pub amount: i64,
    pub payments: i64,
    pub paid_on: Option<String>,
    /// Who ordered it.
    pub by: Option<String>,
    /// None in lines from before there were seals.
    pub seal: Option<String>,
}

/// All that the log says of a settlement.
#[derive(Debug, Default)]
pub(super) struct Logged {
    pub stage: Stage,
    /// Those that count now.
    pub approvals: Vec<LoggedApproval>,
    /// Why dealers are held back.
    pub holds: BTreeMap<String, String>,
    pub batches: BTreeMap<i64, LoggedBatch>,
    /// The numbers of lines that aren't as they were written.
    pub changed: Vec<i64>,
}

impl Stage {
    /// Returns the stage of a status.
    pub fn of(status: &str) -> Stage {
        match status {
            "submitted" => Stage::Submitted,
            "approved" | "partly-paid" | "paid" => Stage::Approved,
            "superseded" => Stage::Superseded,
            _ => Stage::Open,
        }
    }
}

impl Logged {
    /// Goes through the lines about a settlement, the first first.
    pub fn of(lines: &[AuditLine]) -> Logged {
        let mut logged = Logged::default();
        for line in lines {
            if line.sha256 != line.expected_sha256() {
                logged.changed.push(line.seq);
            }
            let read = |text: &Option<String>| -> Value {
                text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
            };
            if let Ok(what) = line.what.parse() {
                logged.take(what, line, &read(&line.before), &read(&line.after));
            }
        }
        logged
    }

    fn take(&mut self, what: AuditAction, line: &AuditLine, before: &Value, after: &Value) {
        match what {
            AuditAction::SettlementSubmitted => (self.stage, self.approvals) = (Stage::Submitted, Vec::new()),
            AuditAction::SettlementRejected => (self.stage, self.approvals) = (Stage::Open, Vec::new()),
            AuditAction::SettlementSuperseded => self.stage = Stage::Superseded,
            AuditAction::SettlementApproved => {
                self.stage = Stage::of(&text(after, "status").unwrap_or_default());
                self.approvals.push(LoggedApproval {
                    who: line.who.clone(),
                    person: text(after, "person"),
                    seal: text(after, "seal"),
                    entitled: text(after, "entitled").and_then(|amount| amount.parse().ok()),
                    dealers: after["dealers"].as_u64(),
                });
            }
            AuditAction::DealerHeld => {
                self.lose_approvals();
                let dealer = text(after, "dealer_id").unwrap_or_default();
                self.holds.insert(dealer, text(after, "reason").unwrap_or_default());
            }
            AuditAction::DealerReleased => {
                self.lose_approvals();
                self.holds.remove(&text(before, "dealer_id").unwrap_or_default());
            }
            AuditAction::PaymentsOrdered => {
                let batch = LoggedBatch {
                    status: "ordered".to_owned(),
                    amount: text(after, "amount").and_then(|yuan| fen(yuan.parse().ok()?)).unwrap_or_default(),
                    payments: after["payments"].as_i64().unwrap_or_default(),
                    paid_on: None,
                    by: Some(line.who.clone()),
                    seal: text(after, "seal"),
                };
                self.batches.insert(after["number"].as_i64().unwrap_or_default(), batch);
            }
            AuditAction::PaymentsPaid | AuditAction::PaymentsCancelled => {
                if let Some(batch) = after["number"].as_i64().and_then(|number| self.batches.get_mut(&number)) {
                    batch.status = text(after, "status").unwrap_or_default();
                    batch.paid_on = text(after, "paid_on");
                }
            }
            _ => {}
        }
    }

    /// What is held or released before it is approved costs it the approvals that it has.
    fn lose_approvals(&mut self) {
        if matches!(self.stage, Stage::Open | Stage::Submitted) {
            self.approvals.clear();
        }
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}
