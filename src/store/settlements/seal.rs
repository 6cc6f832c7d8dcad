//! Seals of approved settlements. An approval's line in the audit log holds the SHA-256 over all that is paid by; before anything is paid,
//! exported or corrected, what is stored is held against it, and holds and payments against their own lines of the log.
//!
//! A seal is `1:` and the hash of the JSON array of the settlement's own row, as far as it is fixed with the approval, and of the hashes of its
//! lines in their order. A line's hash is over its row as it is stored and its adjustments. Rows are taken as they are stored, not as a
//! program reads them, so that a later program comes to the same seal.
//!
//! What a later migration adds to a row needs a seal `2:`. The hashes of single lines (`settlement_seals`) only name the dealer. Approvals
//! from before have no seal: of them the sum and the number of dealers are compared, and this is reported.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};

use super::change::{Answer, SettlementChange};
use super::freeze::LINES_AT_ONCE;
use super::replay::{Logged, LoggedApproval, LoggedBatch, Stage};
use super::{Store, StoreError, payments};
use crate::audit::AuditLine;
use dealerbook_engine::settlement::{Refusal, SealFault, SealVerdict, Settlement, fen};

/// The columns of a settlement that are fixed with its approval.
#[derive(FromRow, Serialize)]
struct Head {
    run_id: String,
    period: i64,
    as_of: Option<String>,
    policy_id: String,
    policy_version: String,
    policy_sha256: String,
    rates: String,
    supersedes: Option<String>,
}

#[derive(FromRow, Serialize)]
struct Line {
    position: i64,
    dealer_id: String,
    name: String,
    region: String,
    channel_mode: String,
    tonnes: String,
    score: Option<String>,
    grade: Option<String>,
    is_disqualified: i64,
    lines: String,
    unpaid: Option<String>,
    amount: i64,
    own: i64,
    old_entitled: Option<i64>,
    old_adjustments: Option<i64>,
    by_data: Option<i64>,
    by_policy: Option<i64>,
    by_appeal: Option<i64>,
}

#[derive(FromRow, Serialize)]
struct Adjustment {
    number: i64,
    dealer_id: String,
    amount: i64,
    who: String,
    person_id: Option<String>,
    at: String,
    reason: String,
    carried_from: Option<String>,
}

/// The seal of a settlement as it is stored.
pub(super) struct Seal {
    /// Over all of it.
    pub whole: String,
    /// Over each line, by the dealer's id, in the order of the lines.
    lines: Vec<(String, String)>,
    /// What all dealers are entitled to, in fen.
    entitled: i64,
}

impl Store {
    /// Holds a settlement against what the audit log says of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inspect_settlement(&self, run: &str) -> Result<SealVerdict, StoreError> {
        let mut view = self.database.view().await?;
        inspect(&mut view, run).await
    }
}

impl SettlementChange {
    /// Holds a settlement against what the audit log says of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inspect(&mut self, run: &str) -> Answer<SealVerdict> {
        inspect(&mut self.tx, run).await
    }

    /// Holds the other settlements of its year that have some of the same dealers, and that aren't approved, against the log: one that was
    /// approved by that, and doesn't stand so any more, would let the dealers be paid once more.
    ///
    /// # Errors
    /// When the database fails; the inner one names the first that doesn't fit.
    pub async fn inspect_others(&mut self, settlement: &Settlement) -> Answer<Result<(), Refusal>> {
        let others = "SELECT DISTINCT s.run_id FROM settlements s JOIN settlement_lines l ON l.run_id = s.run_id \
                      JOIN settlement_lines mine ON mine.run_id = $1 AND mine.dealer_id = l.dealer_id \
                      WHERE s.period = $2 AND s.run_id <> $1 AND s.status IN ('calculated', 'submitted', 'rejected') ORDER BY s.run_id";
        let others = sqlx::query_scalar(others).bind(&settlement.run_id).bind(i64::from(settlement.period));
        let others: Vec<String> = others.fetch_all(&mut *self.tx).await?;
        for run in others {
            let (stage, logged) = (stage(&mut self.tx, &run).await?, logged(&mut self.tx, &run).await?.stage);
            if stage != Some(logged) {
                return Ok(Err(Refusal::SealBroken { run, faults: vec![SealFault::Status] }));
            }
        }
        Ok(Ok(()))
    }

    /// Seals a settlement as it is now, and returns the seal over all of it.
    pub(super) async fn seal(&mut self, run: &str) -> Answer<String> {
        let seal = seal(&mut self.tx, run).await?;
        self.execute("DELETE FROM settlement_seals WHERE run_id = $1", run).await?;
        for some in seal.lines.chunks(LINES_AT_ONCE) {
            let rows: Vec<String> = (0..some.len()).map(|n| format!("($1, ${}, ${})", 2 * n + 2, 2 * n + 3)).collect();
            let insert = format!("INSERT INTO settlement_seals (run_id, dealer_id, seal) VALUES {}", rows.join(", "));
            let insert = sqlx::query(AssertSqlSafe(insert)).bind(run);
            let insert = some.iter().fold(insert, |insert, (dealer, seal)| insert.bind(dealer).bind(seal));
            insert.execute(&mut *self.tx).await?;
        }
        Ok(seal.whole)
    }
}

/// Returns the hash of something as JSON.
fn hash(of: &impl Serialize) -> Result<String, StoreError> {
    let text = serde_json::to_vec(of).map_err(|_| StoreError::Corrupt("what is to be sealed"))?;
    Ok(hex::encode(Sha256::digest(text)))
}

/// Returns the seal of a batch's payments, each a dealer and fen in their order.
pub(super) fn seal_of_payments<'p>(payments: impl Iterator<Item = (&'p str, i64)>) -> Result<String, StoreError> {
    Ok(format!("1:{}", hash(&payments.collect::<Vec<_>>())?))
}

/// Makes the seal of a settlement as it is stored.
async fn seal(db: &mut AnyConnection, run: &str) -> Result<Seal, StoreError> {
    let head = "SELECT run_id, period, as_of, policy_id, policy_version, policy_sha256, rates, supersedes \
                FROM settlements WHERE run_id = $1";
    let head: Option<Head> = sqlx::query_as(head).bind(run).fetch_optional(&mut *db).await?;
    let lines = "SELECT position, dealer_id, name, region, channel_mode, tonnes, score, grade, is_disqualified, lines, unpaid, \
                 amount, own, old_entitled, old_adjustments, by_data, by_policy, by_appeal \
                 FROM settlement_lines WHERE run_id = $1 ORDER BY position";
    let lines: Vec<Line> = sqlx::query_as(lines).bind(run).fetch_all(&mut *db).await?;
    let adjustments = "SELECT number, dealer_id, amount, who, person_id, at, reason, carried_from \
                       FROM settlement_adjustments WHERE run_id = $1 ORDER BY number";
    let adjustments: Vec<Adjustment> = sqlx::query_as(adjustments).bind(run).fetch_all(&mut *db).await?;
    let mut by_dealer: BTreeMap<String, Vec<Adjustment>> = BTreeMap::new();
    for adjustment in adjustments {
        by_dealer.entry(adjustment.dealer_id.clone()).or_default().push(adjustment);
    }
    let (mut sealed, mut entitled) = (Vec::new(), 0_i64);
    for line in lines {
        let own = by_dealer.remove(&line.dealer_id).unwrap_or_default();
        entitled += line.amount + own.iter().map(|adjustment| adjustment.amount).sum::<i64>();
        sealed.push((line.dealer_id.clone(), hash(&(&line, &own))?));
    }
    let hashes: Vec<&str> = sealed.iter().map(|(_, seal)| seal.as_str()).collect();
    let whole = format!("1:{}", hash(&(&head, &hashes))?);
    Ok(Seal { whole, lines: sealed, entitled })
}

/// Holds a settlement against what the audit log says of it, and the payments of those that it supersedes against theirs.
pub(super) async fn inspect(db: &mut AnyConnection, run: &str) -> Result<SealVerdict, StoreError> {
    let mut verdict = SealVerdict::default();
    let logged = logged(db, run).await?;
    verdict.faults.extend(logged.changed.iter().map(|seq| SealFault::Log { seq: *seq }));
    let stage = stage(db, run).await?;
    if stage.is_none_or(|stage| stage != logged.stage) {
        verdict.faults.push(SealFault::Status);
    }
    compare_approvals(db, run, &logged, &mut verdict).await?;
    compare_holds(db, run, &logged, &mut verdict).await?;
    compare_payments(db, run, &logged, &mut verdict).await?;
    let mut superseded = supersedes(db, run).await?;
    while let Some(earlier) = superseded {
        let logged = self::logged(db, &earlier).await?;
        compare_payments(db, &earlier, &logged, &mut verdict).await?;
        superseded = supersedes(db, &earlier).await?.filter(|next| *next < earlier);
    }
    Ok(verdict)
}

/// Returns what the log says of a settlement.
async fn logged(db: &mut AnyConnection, run: &str) -> Result<Logged, StoreError> {
    let lines = sqlx::query_as("SELECT * FROM audit WHERE object = $1 ORDER BY seq").bind(run);
    let lines: Vec<AuditLine> = lines.fetch_all(db).await?;
    Ok(Logged::of(&lines))
}

async fn stage(db: &mut AnyConnection, run: &str) -> Result<Option<Stage>, StoreError> {
    let status: Option<String> =
        sqlx::query_scalar("SELECT status FROM settlements WHERE run_id = $1").bind(run).fetch_optional(db).await?;
    Ok(status.map(|status| Stage::of(&status)))
}

async fn supersedes(db: &mut AnyConnection, run: &str) -> Result<Option<String>, StoreError> {
    let supersedes = sqlx::query_scalar("SELECT supersedes FROM settlements WHERE run_id = $1").bind(run);
    let supersedes: Option<Option<String>> = supersedes.fetch_optional(db).await?;
    Ok(supersedes.flatten())
}

/// The approvals, and what they have seen.
async fn compare_approvals(
    db: &mut AnyConnection,
    run: &str,
    logged: &Logged,
    verdict: &mut SealVerdict,
) -> Result<(), StoreError> {
    let rows = super::approvals::approvals(&mut *db, run).await?;
    let is_same = |(row, logged): (&dealerbook_engine::settlement::Approval, &LoggedApproval)| {
        row.signature.who == logged.who && logged.person.as_ref().is_none_or(|person| *person == row.person)
    };
    if rows.len() != logged.approvals.len() || !rows.iter().zip(&logged.approvals).all(is_same) {
        verdict.faults.push(SealFault::Approvals);
    }
    if logged.approvals.is_empty() {
        return Ok(());
    }
    let now = seal(db, run).await?;
    let mut is_broken = false;
    for approval in &logged.approvals {
        match &approval.seal {
            Some(seal) => is_broken |= *seal != now.whole,
            // From before there were seals: the line says what all dealers were entitled to, and how many they were.
            None => {
                verdict.is_unsealed = true;
                is_broken |= approval.entitled.and_then(fen).is_some_and(|entitled| entitled != now.entitled);
                is_broken |= approval.dealers.is_some_and(|dealers| dealers != now.lines.len() as u64);
            }
        }
    }
    if is_broken {
        verdict.faults.push(SealFault::Lines { dealers: changed_lines(db, run, &now).await? });
    }
    Ok(())
}

/// Returns the dealers whose lines aren't as they were sealed; none where nothing of it is stored.
async fn changed_lines(db: &mut AnyConnection, run: &str, now: &Seal) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query_as("SELECT dealer_id, seal FROM settlement_seals WHERE run_id = $1").bind(run);
    let rows: Vec<(String, String)> = rows.fetch_all(db).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut sealed: BTreeMap<String, String> = rows.into_iter().collect();
    let mut changed: Vec<String> = Vec::new();
    for (dealer, seal) in &now.lines {
        if sealed.remove(dealer).as_ref() != Some(seal) {
            changed.push(dealer.clone());
        }
    }
    changed.extend(sealed.into_keys());
    Ok(changed)
}

async fn compare_holds(
    db: &mut AnyConnection,
    run: &str,
    logged: &Logged,
    verdict: &mut SealVerdict,
) -> Result<(), StoreError> {
    let rows = sqlx::query_as("SELECT dealer_id, reason FROM settlement_holds WHERE run_id = $1").bind(run);
    let rows: Vec<(String, String)> = rows.fetch_all(db).await?;
    let stored: BTreeMap<String, String> = rows.into_iter().collect();
    let differ = |dealer: &&String| stored.get(*dealer) != logged.holds.get(*dealer);
    let mut dealers: Vec<String> = stored.keys().chain(logged.holds.keys()).filter(differ).cloned().collect();
    dealers.sort_unstable();
    dealers.dedup();
    if !dealers.is_empty() {
        verdict.faults.push(SealFault::Holds { dealers });
    }
    Ok(())
}

async fn compare_payments(
    db: &mut AnyConnection,
    run: &str,
    logged: &Logged,
    verdict: &mut SealVerdict,
) -> Result<(), StoreError> {
    let batches = payments::batches(&mut *db, run).await?;
    let mut stored: BTreeMap<i64, LoggedBatch> = BTreeMap::new();
    for batch in batches {
        let rows = "SELECT dealer_id, amount FROM payments WHERE run_id = $1 AND number = $2 ORDER BY position";
        let rows = sqlx::query_as(rows).bind(run).bind(batch.number);
        let rows: Vec<(String, i64)> = rows.fetch_all(&mut *db).await?;
        let seal = seal_of_payments(rows.iter().map(|(dealer, fen)| (dealer.as_str(), *fen)))?;
        let (status, amount) = (<&str>::from(batch.status).to_owned(), batch.amount);
        // Batches from before there were seals have none in the log.
        let has_seal = logged.batches.get(&batch.number).is_some_and(|known| known.seal.is_some());
        let (payments, by, paid_on) = (batch.payments, Some(batch.ordered_by), batch.paid_on);
        let seal = Some(seal).filter(|_| has_seal);
        stored.insert(batch.number, LoggedBatch { status, amount, payments, paid_on, by, seal });
    }
    let numbers: BTreeSet<&i64> = stored.keys().chain(logged.batches.keys()).collect();
    let differ = |number: &&&i64| stored.get(**number) != logged.batches.get(**number);
    verdict.faults.extend(numbers.iter().filter(differ).map(|number| SealFault::Payments { number: **number }));
    Ok(())
}
