//! A settlement put together from its rows.

use std::collections::{BTreeMap, HashMap};

use sqlx::{AnyConnection, FromRow};

use super::approvals::approvals;
use super::{StoreError, parse_status};
use dealerbook_base::key::{FirstSpellings, Key, by_canonical_id};
use dealerbook_engine::outcome::DealerOutcome;
use dealerbook_engine::policy::Rates;
use dealerbook_engine::settlement::{Adjustment, Approval, Difference, Due, OfPolicy, Settlement, Signature, yuan};

#[derive(FromRow)]
struct Row {
    run_id: String,
    period: i64,
    as_of: Option<String>,
    status: String,
    policy_id: String,
    policy_version: String,
    policy_sha256: String,
    rates: String,
    submitted_by: Option<String>,
    submitted_at: Option<String>,
    submitted_note: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<String>,
    decided_note: Option<String>,
    supersedes: Option<String>,
    superseded_by: Option<String>,
}

#[derive(FromRow)]
struct LineRow {
    dealer_id: String,
    name: String,
    region: String,
    channel_mode: String,
    tonnes: String,
    score: Option<String>,
    grade: Option<String>,
    is_disqualified: i64,
    lines: String,
    /// None in lines that were frozen before it was known.
    unpaid: Option<String>,
    amount: i64,
    old_entitled: Option<i64>,
    old_adjustments: Option<i64>,
    by_data: Option<i64>,
    by_policy: Option<i64>,
    by_appeal: Option<i64>,
}

#[derive(FromRow)]
struct AdjustmentRow {
    number: i64,
    dealer_id: String,
    amount: i64,
    who: String,
    at: String,
    reason: String,
    person_id: Option<String>,
}

#[derive(FromRow)]
struct HoldRow {
    dealer_id: String,
    who: String,
    at: String,
    reason: String,
}

/// What was paid to a dealer, or is ordered.
#[derive(FromRow)]
struct SumRow {
    dealer_id: String,
    status: String,
    amount: i64,
}

/// The settlement of a run; none without a row.
pub(super) async fn settlement(db: &mut AnyConnection, run: &str) -> Result<Option<Settlement>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM settlements WHERE run_id = $1").bind(run);
    let row: Option<Row> = row.fetch_optional(&mut *db).await?;
    let Some(row) = row else { return Ok(None) };
    let mut adjustments = adjustments(db, run).await?;
    let mut holds = holds(db, run).await?;
    let own = sums(db, run).await?;
    let before = paid_before(db, row.supersedes.clone()).await?;
    let lines = sqlx::query_as("SELECT * FROM settlement_lines WHERE run_id = $1 ORDER BY position").bind(run);
    let lines: Vec<LineRow> = lines.fetch_all(&mut *db).await?;
    let mut regions = FirstSpellings::default();
    let due = |line: LineRow| -> Result<Due, StoreError> {
        let mut due = line.due()?;
        due.dealer.region = regions.of(due.dealer.region);
        let id = due.dealer.dealer_id.clone();
        due.adjustments = adjustments.remove(&id).unwrap_or_default();
        due.difference = due
            .difference
            .map(|difference| Difference { adjustment: due.adjusted() - difference.adjustment, ..difference });
        due.held = holds.remove(&id);
        (due.paid, due.ordered) =
            own.get(&id).map_or_else(Default::default, |(paid, ordered)| (yuan(*paid), yuan(*ordered)));
        due.paid_before = before.get(&id).copied().map(yuan).unwrap_or_default();
        Ok(due)
    };
    let dues = lines.into_iter().map(due).collect::<Result<_, _>>()?;
    let approvals = approvals(db, run).await?;
    row.settlement(dues, approvals).map(Some)
}

async fn adjustments(db: &mut AnyConnection, run: &str) -> Result<HashMap<String, Vec<Adjustment>>, StoreError> {
    let rows = sqlx::query_as("SELECT * FROM settlement_adjustments WHERE run_id = $1 ORDER BY number").bind(run);
    let rows: Vec<AdjustmentRow> = rows.fetch_all(db).await?;
    let mut adjustments: HashMap<String, Vec<Adjustment>> = HashMap::new();
    for AdjustmentRow { number, dealer_id, amount, who, at, reason, person_id: person } in rows {
        let signature = Signature { who, at, note: Some(reason) };
        let number = number.try_into().map_err(|_| StoreError::Corrupt("an adjustment's number"))?;
        adjustments.entry(dealer_id).or_default().push(Adjustment { number, amount: yuan(amount), signature, person });
    }
    Ok(adjustments)
}

async fn holds(db: &mut AnyConnection, run: &str) -> Result<HashMap<String, Signature>, StoreError> {
    let rows: Vec<HoldRow> =
        sqlx::query_as("SELECT * FROM settlement_holds WHERE run_id = $1").bind(run).fetch_all(db).await?;
    let signed = |HoldRow { dealer_id, who, at, reason }| (dealer_id, Signature { who, at, note: Some(reason) });
    Ok(rows.into_iter().map(signed).collect())
}

/// What a settlement has paid and ordered, in fen, by dealer.
async fn sums(db: &mut AnyConnection, run: &str) -> Result<BTreeMap<String, (i64, i64)>, StoreError> {
    let rows: Vec<SumRow> = sqlx::query_as(
        "SELECT payments.dealer_id, payment_batches.status, CAST(SUM(payments.amount) AS BIGINT) AS amount FROM payments \
         JOIN payment_batches ON payment_batches.run_id = payments.run_id AND payment_batches.number = payments.number \
         WHERE payments.run_id = $1 AND payment_batches.status <> 'cancelled' GROUP BY payments.dealer_id, payment_batches.status",
    )
    .bind(run)
    .fetch_all(db)
    .await?;
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for SumRow { dealer_id, status, amount } in rows {
        let (paid, ordered) = sums.entry(dealer_id).or_default();
        *(if status == "paid" { paid } else { ordered }) += amount;
    }
    Ok(sums)
}

/// What a settlement and all that it supersedes have paid, in fen, by the dealer's id in its canonical form. Nothing more is paid on what is superseded, so it stays.
async fn paid_before(
    db: &mut AnyConnection,
    mut superseded: Option<String>,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut before: BTreeMap<String, i64> = BTreeMap::new();
    while let Some(run) = superseded {
        for (dealer, (paid, _)) in by_canonical_id(sums(db, &run).await?) {
            *before.entry(dealer).or_default() += paid;
        }
        let next: Option<Option<String>> = sqlx::query_scalar("SELECT supersedes FROM settlements WHERE run_id = $1")
            .bind(&run)
            .fetch_optional(&mut *db)
            .await?;
        superseded = next.flatten();
    }
    Ok(before)
}

impl Row {
    fn settlement(self, dues: Vec<Due>, approvals: Vec<Approval>) -> Result<Settlement, StoreError> {
        let signature = |who: Option<String>, at: Option<String>, note| match (who, at) {
            (Some(who), Some(at)) => Some(Signature { who, at, note }),
            _ => None,
        };
        Ok(Settlement {
            run_id: self.run_id,
            period: self.period.try_into().map_err(|_| StoreError::Corrupt("a settlement's period"))?,
            as_of: self.as_of,
            status: parse_status(self.status)?,
            policy: OfPolicy {
                id: self.policy_id,
                version: self.policy_version,
                sha256: self.policy_sha256,
                rates: if self.rates == "own" { Rates::Own } else { Rates::Example },
            },
            supersedes: self.supersedes,
            superseded_by: self.superseded_by,
            submitted: signature(self.submitted_by, self.submitted_at, self.submitted_note),
            decided: signature(self.decided_by, self.decided_at, self.decided_note),
            approvals,
            dues,
        })
    }
}

impl LineRow {
    /// The difference's adjustment is still that of the settlement which is corrected.
    fn due(self) -> Result<Due, StoreError> {
        let corrupt = || StoreError::Corrupt("a settlement's line");
        let difference = self.old_entitled.map(|before| Difference {
            before: yuan(before),
            data: yuan(self.by_data.unwrap_or_default()),
            policy: yuan(self.by_policy.unwrap_or_default()),
            appeal: yuan(self.by_appeal.unwrap_or_default()),
            adjustment: yuan(self.old_adjustments.unwrap_or_default()),
        });
        let dealer = DealerOutcome {
            dealer_id: self.dealer_id,
            name: self.name,
            region: Key::new(&self.region),
            channel_mode: self.channel_mode,
            tonnes: self.tonnes.parse().map_err(|_| corrupt())?,
            score: self.score.map(|score| score.parse()).transpose().map_err(|_| corrupt())?,
            grade: self.grade,
            is_disqualified: self.is_disqualified == 1,
            lines: serde_json::from_str(&self.lines).map_err(|_| corrupt())?,
            amount: yuan(self.amount),
            unpaid: match &self.unpaid {
                Some(unpaid) => serde_json::from_str(unpaid).map_err(|_| corrupt())?,
                None => Vec::new(),
            },
        };
        Ok(Due { difference, ..Due::of(dealer) })
    }
}
