//! A change of settlements: one transaction, in which nobody else changes anything that is audited. What it finds stays so until it is
//! committed; dropped before that, it has changed nothing.
//!
//! It holds the audit log first, then reads, asks the rules and writes: of two approvals one finds the other's outcome, on SQLite as on
//! PostgreSQL.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::freeze::LINES_AT_ONCE;
use super::seal::seal_of_payments;
use super::{PaymentBatch, PaymentStatus, Store, StoreError, hands, note_correction, payments, read, status};
use crate::audit::{self, AuditAction};
use crate::{Person, request_keys};
use dealerbook_base::clock;
use dealerbook_engine::settlement::{Adjustment, Deed, Due, Hand, Settlement, Signature, Status, fen, yuan};

/// So many dealers are reported that other settlements pay.
const ELSEWHERE_MAX: i64 = 20;

/// A change that is under way.
pub struct SettlementChange {
    pub(super) tx: Transaction<'static, Any>,
    pub(super) by: Person,
    pub(super) at: String,
}

impl Store {
    /// Begins a change in somebody's name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_settlement(&self, by: &Person) -> Result<SettlementChange, StoreError> {
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        Ok(SettlementChange { tx, by: by.clone(), at: clock::now() })
    }
}

pub(super) type Answer<T = ()> = Result<T, StoreError>;

impl SettlementChange {
    /// The settlement of a run as it is; none as long as nobody has done anything with it.
    ///
    /// # Errors
    /// When the database fails, as in all that follow.
    pub async fn settlement(&mut self, run: &str) -> Answer<Option<Settlement>> {
        read::settlement(&mut self.tx, run).await
    }

    /// Takes over the adjustments of the settlement that this one is to supersede, and lets go of those that were taken over before.
    pub async fn carry_adjustments(&mut self, run: &str, from: Option<&Settlement>) -> Answer {
        self.execute("DELETE FROM settlement_adjustments WHERE run_id = $1 AND carried_from IS NOT NULL", run).await?;
        for due in from.iter().flat_map(|from| &from.dues) {
            for adjustment in &due.adjustments {
                let from = from.map(|from| from.run_id.as_str());
                self.insert_adjustment(run, &due.dealer.dealer_id, adjustment, from).await?;
            }
        }
        Ok(())
    }

    async fn insert_adjustment(
        &mut self,
        run: &str,
        dealer: &str,
        adjustment: &Adjustment,
        carried_from: Option<&str>,
    ) -> Answer<i64> {
        let Adjustment { amount, signature, person, .. } = adjustment;
        let number = self.next_number("settlement_adjustments", run).await?;
        sqlx::query(
            "INSERT INTO settlement_adjustments (run_id, number, dealer_id, amount, who, at, reason, carried_from, person_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(run)
        .bind(number)
        .bind(dealer)
        .bind(kept(*amount)?)
        .bind(&signature.who)
        .bind(&signature.at)
        .bind(signature.note.as_deref().unwrap_or_default())
        .bind(carried_from)
        .bind(person)
        .execute(&mut *self.tx)
        .await?;
        Ok(number)
    }

    async fn next_number(&mut self, table: &'static str, run: &str) -> Answer<i64> {
        let last = format!("SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM {table} WHERE run_id = $1");
        let last: i64 = sqlx::query_scalar(AssertSqlSafe(last)).bind(run).fetch_one(&mut *self.tx).await?;
        Ok(last + 1)
    }

    /// Who had a hand in a settlement.
    pub async fn hands(&mut self, run: &str) -> Answer<Vec<Hand>> {
        hands::hands(&mut self.tx, run).await
    }

    async fn note_hand(&mut self, run: &str, deed: Deed) -> Answer {
        hands::note(&mut self.tx, run, &self.by.id, deed, &self.at).await
    }

    /// Some dealers of a settlement whom another approved one of its year pays, each with its run; the one that it supersedes doesn't count.
    pub async fn paid_elsewhere(&mut self, settlement: &Settlement) -> Answer<Vec<(String, String)>> {
        let dealers = sqlx::query_as(
            "SELECT s.run_id, l.dealer_id FROM settlements s JOIN settlement_lines l ON l.run_id = s.run_id \
             JOIN settlement_lines mine ON mine.run_id = $1 AND mine.dealer_id = l.dealer_id \
             WHERE s.period = $2 AND s.run_id NOT IN ($1, $3) AND s.status IN ('approved', 'partly-paid', 'paid') \
             AND l.own = 1 AND mine.own = 1 ORDER BY s.run_id, l.position LIMIT $4",
        )
        .bind(&settlement.run_id)
        .bind(i64::from(settlement.period))
        .bind(settlement.supersedes.as_deref().unwrap_or_default())
        .bind(ELSEWHERE_MAX);
        Ok(dealers.fetch_all(&mut *self.tx).await?)
    }

    /// The batches of payments.
    pub async fn payment_batches(&mut self, run: &str) -> Answer<Vec<PaymentBatch>> {
        payments::batches(&mut self.tx, run).await
    }

    /// Hands it in for approval.
    pub async fn submit(&mut self, run: &str, supersedes: Option<&str>, note: Option<&str>) -> Answer {
        let before = status(&mut self.tx, run).await?;
        self.lose_approvals(run).await?;
        self.note_hand(run, Deed::Submitted).await?;
        let update = "UPDATE settlements SET status = 'submitted', submitted_by = $2, submitted_at = $3, submitted_note = $4, \
                      supersedes = $5, decided_by = NULL, decided_at = NULL, decided_note = NULL WHERE run_id = $1";
        let update = sqlx::query(update).bind(run).bind(&self.by.name).bind(&self.at).bind(note).bind(supersedes);
        update.execute(&mut *self.tx).await?;
        let totals = self.settlement(run).await?.map(|settlement| settlement.totals()).unwrap_or_default();
        let after = json!({
            "status": "submitted", "note": note, "supersedes": supersedes,
            "dealers": totals.dealers, "entitled": totals.entitled,
        });
        self.log(AuditAction::SettlementSubmitted, run, before.map(of_status).as_ref(), Some(&after)).await
    }

    /// Has a settlement superseded by that of `run`.
    pub(super) async fn supersede(&mut self, superseded: &str, run: &str) -> Answer {
        let before = status_of(&mut self.tx, superseded).await?;
        let update = "UPDATE settlements SET status = 'superseded', superseded_by = $2 WHERE run_id = $1";
        sqlx::query(update).bind(superseded).bind(run).execute(&mut *self.tx).await?;
        let after = json!({"status": "superseded", "superseded_by": run});
        self.log(AuditAction::SettlementSuperseded, superseded, before.as_ref(), Some(&after)).await
    }

    /// Sends it back.
    pub async fn reject(&mut self, run: &str, reason: &str) -> Answer {
        self.lose_approvals(run).await?;
        self.decide(run, Status::Rejected, Some(reason)).await?;
        let after = json!({"status": "rejected", "reason": reason});
        self.log(AuditAction::SettlementRejected, run, Some(&of_status(Status::Submitted)), Some(&after)).await
    }

    pub(super) async fn decide(&mut self, run: &str, status: Status, note: Option<&str>) -> Answer {
        let update =
            "UPDATE settlements SET status = $2, decided_by = $3, decided_at = $4, decided_note = $5 WHERE run_id = $1";
        let update =
            sqlx::query(update).bind(run).bind(<&str>::from(status)).bind(&self.by.name).bind(&self.at).bind(note);
        update.execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Adds an adjustment and gives its number.
    pub async fn adjust(&mut self, run: &str, dealer: &str, amount: Decimal, reason: &str) -> Answer<i64> {
        let signature = Signature { who: self.by.name.clone(), at: self.at.clone(), note: Some(reason.to_owned()) };
        let adjustment = Adjustment { number: 0, amount, signature, person: Some(self.by.id.clone()) };
        let number = self.insert_adjustment(run, dealer, &adjustment, None).await?;
        self.note_hand(run, Deed::Adjusted).await?;
        let after = json!({"number": number, "dealer_id": dealer, "amount": amount, "reason": reason});
        self.log(AuditAction::AdjustmentAdded, run, None, Some(&after)).await?;
        Ok(number)
    }

    /// Takes an adjustment away again.
    pub async fn remove_adjustment(&mut self, run: &str, dealer: &str, number: u32, amount: Decimal) -> Answer {
        let delete = sqlx::query("DELETE FROM settlement_adjustments WHERE run_id = $1 AND number = $2");
        delete.bind(run).bind(i64::from(number)).execute(&mut *self.tx).await?;
        self.note_hand(run, Deed::Adjusted).await?;
        let before = json!({"number": number, "dealer_id": dealer, "amount": amount});
        self.log(AuditAction::AdjustmentRemoved, run, Some(&before), None).await
    }

    /// Holds a dealer's line back, or does so for another reason.
    pub async fn hold(&mut self, run: &str, due: &Due, reason: &str) -> Answer {
        let dealer = &due.dealer.dealer_id;
        self.note_hand(run, Deed::Held).await?;
        let lost = self.lose_approvals(run).await?;
        sqlx::query(
            "INSERT INTO settlement_holds (run_id, dealer_id, who, at, reason) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (run_id, dealer_id) DO UPDATE SET who = excluded.who, at = excluded.at, reason = excluded.reason",
        )
        .bind(run)
        .bind(dealer)
        .bind(&self.by.name)
        .bind(&self.at)
        .bind(reason)
        .execute(&mut *self.tx)
        .await?;
        let after = json!({"dealer_id": dealer, "reason": reason, "approvals_lost": lost});
        self.log(AuditAction::DealerHeld, run, held(due).as_ref(), Some(&after)).await?;
        self.update_status(run).await
    }

    /// Releases a dealer's line.
    pub async fn release(&mut self, run: &str, due: &Due) -> Answer {
        let delete = sqlx::query("DELETE FROM settlement_holds WHERE run_id = $1 AND dealer_id = $2");
        delete.bind(run).bind(&due.dealer.dealer_id).execute(&mut *self.tx).await?;
        self.note_hand(run, Deed::Released).await?;
        let lost = self.lose_approvals(run).await?;
        let after = json!({"dealer_id": due.dealer.dealer_id, "approvals_lost": lost});
        self.log(AuditAction::DealerReleased, run, held(due).as_ref(), Some(&after)).await?;
        self.update_status(run).await
    }

    /// Orders payments and gives their number.
    pub async fn order(&mut self, run: &str, payments: &[(String, Decimal)], note: Option<&str>) -> Answer<i64> {
        let number = self.next_number("payment_batches", run).await?;
        sqlx::query(
            "INSERT INTO payment_batches (run_id, number, status, note, ordered_by, ordered_at, ordered_person) \
             VALUES ($1, $2, 'ordered', $3, $4, $5, $6)",
        )
        .bind(run)
        .bind(number)
        .bind(note)
        .bind(&self.by.name)
        .bind(&self.at)
        .bind(&self.by.id)
        .execute(&mut *self.tx)
        .await?;
        for (chunk, some) in payments.chunks(LINES_AT_ONCE).enumerate() {
            self.insert_payments(run, number, chunk * LINES_AT_ONCE, some).await?;
        }
        let sum: Decimal = payments.iter().map(|(_, amount)| amount).sum();
        let fen = payments.iter().map(|(dealer, amount)| Ok((dealer.as_str(), kept(*amount)?)));
        let seal = seal_of_payments(fen.collect::<Result<Vec<_>, StoreError>>()?.into_iter())?;
        let after = json!({"number": number, "payments": payments.len(), "amount": sum, "note": note, "seal": seal});
        self.log(AuditAction::PaymentsOrdered, run, None, Some(&after)).await?;
        self.update_status(run).await?;
        Ok(number)
    }

    async fn insert_payments(&mut self, run: &str, number: i64, first: usize, some: &[(String, Decimal)]) -> Answer {
        let row = |n: usize| format!("($1, $2, {}, ${}, ${})", first + n, 2 * n + 3, 2 * n + 4);
        let rows: Vec<String> = (0..some.len()).map(row).collect();
        let insert = "INSERT INTO payments (run_id, number, position, dealer_id, amount) VALUES";
        let insert = format!("{insert} {}", rows.join(", "));
        let mut insert = sqlx::query(AssertSqlSafe(insert)).bind(run).bind(number);
        for (dealer, amount) in some {
            insert = insert.bind(dealer).bind(kept(*amount)?);
        }
        insert.execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Marks ordered payments as paid on a day, or, without one, cancels them.
    pub async fn end(&mut self, run: &str, batch: &PaymentBatch, paid_on: Option<&str>) -> Answer {
        let (status, action) = match paid_on {
            Some(_) => (PaymentStatus::Paid, AuditAction::PaymentsPaid),
            None => (PaymentStatus::Cancelled, AuditAction::PaymentsCancelled),
        };
        let update = "UPDATE payment_batches SET status = $3, ended_by = $4, ended_at = $5, paid_on = $6 \
                      WHERE run_id = $1 AND number = $2";
        let update = sqlx::query(update).bind(run).bind(batch.number).bind(<&str>::from(status));
        update.bind(&self.by.name).bind(&self.at).bind(paid_on).execute(&mut *self.tx).await?;
        let before = json!({"number": batch.number, "status": batch.status, "amount": yuan(batch.amount)});
        let after = json!({"number": batch.number, "status": status, "paid_on": paid_on});
        self.log(action, run, Some(&before), Some(&after)).await?;
        self.update_status(run).await
    }

    /// Notes that a run's upload is that of `base` with cells that accepted appeals changed.
    pub async fn note_correction(&mut self, run: &str, base: &str) -> Answer {
        note_correction(&mut self.tx, run, base).await
    }

    /// Binds a request's key to what came out of it, and says to what it is bound: another request may have been first.
    pub async fn bind_key(&mut self, key: &str, target: &str) -> Answer<String> {
        request_keys::bind(&mut self.tx, &self.by.name, key, target).await
    }

    /// Has all of it count from now on.
    pub async fn commit(self) -> Answer {
        Ok(self.tx.commit().await?)
    }

    /// An approved settlement is paid, or partly, or not yet, by its sums.
    async fn update_status(&mut self, run: &str) -> Answer {
        let Some(settlement) = self.settlement(run).await? else { return Ok(()) };
        if settlement.status.is_approved() {
            let update = sqlx::query("UPDATE settlements SET status = $2 WHERE run_id = $1").bind(run);
            update.bind(<&str>::from(settlement.status_by_sums())).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    pub(super) async fn execute(&mut self, statement: &'static str, run: &str) -> Answer {
        sqlx::query(statement).bind(run).execute(&mut *self.tx).await?;
        Ok(())
    }

    pub(super) async fn log(
        &mut self,
        what: AuditAction,
        run: &str,
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> Answer {
        audit::append(&mut self.tx, &self.by.name, what, run, before, after).await
    }
}

async fn status_of(tx: &mut Transaction<'static, Any>, run: &str) -> Answer<Option<Value>> {
    Ok(status(tx, run).await?.map(of_status))
}

fn of_status(status: Status) -> Value {
    json!({"status": status})
}

fn held(due: &Due) -> Option<Value> {
    due.held.as_ref().map(|held| json!({"dealer_id": due.dealer.dealer_id, "reason": held.note}))
}

/// An amount as it is kept.
pub(super) fn kept(amount: Decimal) -> Result<i64, StoreError> {
    fen(amount).ok_or(StoreError::Corrupt("an amount"))
}
