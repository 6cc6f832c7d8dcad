//! Whether what is stored of settlements, payments and accounts is what the audit log says of it. The log's own chain is `audit_chain`'s.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::FromRow;

use super::audit::AuditLine;
use super::people::{ADMIN, Account};
use super::{Store, StoreError};
use dealerbook_base::names::Look;
use dealerbook_engine::settlement::SealFault;

/// What a look at the records found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordsVerdict {
    /// How many settlements were held against the log.
    pub settlements: usize,
    /// The runs of approved settlements from before there were seals: of these, only the sum could be compared.
    pub unsealed: Vec<String>,
    /// How many batches of payments were.
    pub payments: i64,
    /// How many tokens were.
    pub tokens: usize,
    /// How many tokens the log doesn't tell of, since they are from before there was one: the administrator's.
    pub untold_tokens: usize,
    /// Accounts whose names look alike: these are from before such names were refused.
    pub look_alikes: Vec<[Account; 2]>,
    /// All that doesn't fit.
    pub faults: Vec<RecordFault>,
}

/// One thing that doesn't fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordFault {
    /// A settlement.
    Settlement {
        /// Its run.
        run: String,
        /// All that doesn't fit of it.
        faults: Vec<SealFault>,
    },
    /// The log says of an approved settlement that isn't there.
    SettlementGone {
        /// Its run.
        run: String,
    },
    /// There is a token that nobody has made.
    TokenUntold {
        /// Its id.
        id: String,
        /// Whose it says it is.
        name: String,
    },
    /// A token isn't what the log says: other name, account, role, regions, end or revocation.
    TokenChanged {
        /// Its id.
        id: String,
        /// Whose it says it is.
        name: String,
    },
    /// The log says of a token that isn't there.
    TokenGone {
        /// Its id.
        id: String,
    },
    /// A person's account has another name than the log says, or isn't there.
    Account {
        /// Its id.
        id: String,
    },
}

#[derive(FromRow)]
struct TokenRow {
    id: String,
    sha256: String,
    name: String,
    role: String,
    regions: String,
    created_by: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    person_id: Option<String>,
}

/// Which lines of the log tell of tokens and of settlements.
const REPORTED: &str =
    "SELECT * FROM audit WHERE what IN ('token-created', 'token-revoked', 'settlement-approved') ORDER BY seq";

impl Store {
    /// Holds all settlements, payments and accounts against what the log says of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_records(&self) -> Result<RecordsVerdict, StoreError> {
        let mut verdict = RecordsVerdict::default();
        let lines: Vec<AuditLine> = sqlx::query_as(REPORTED).fetch_all(&self.database.pool).await?;
        self.verify_settlements(&lines, &mut verdict).await?;
        self.verify_tokens(&lines, &mut verdict).await?;
        Ok(verdict)
    }

    async fn verify_settlements(&self, lines: &[AuditLine], verdict: &mut RecordsVerdict) -> Result<(), StoreError> {
        let runs = sqlx::query_scalar("SELECT run_id FROM settlements ORDER BY run_id");
        let runs: Vec<String> = runs.fetch_all(&self.database.pool).await?;
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM payment_batches");
        verdict.payments = count.fetch_one(&self.database.pool).await?;
        verdict.settlements = runs.len();
        let known: BTreeSet<&String> = runs.iter().collect();
        // What is approved stays, with its run.
        let approved = lines.iter().filter(|line| line.what == "settlement-approved" && is_final(line));
        let approved: BTreeSet<&String> = approved.map(|line| &line.object).collect();
        let gone = approved.difference(&known).map(|run| RecordFault::SettlementGone { run: (*run).clone() });
        verdict.faults.extend(gone);
        for run in runs {
            let found = self.inspect_settlement(&run).await?;
            if found.is_unsealed {
                verdict.unsealed.push(run.clone());
            }
            if !found.faults.is_empty() {
                verdict.faults.push(RecordFault::Settlement { run, faults: found.faults });
            }
        }
        Ok(())
    }

    async fn verify_tokens(&self, lines: &[AuditLine], verdict: &mut RecordsVerdict) -> Result<(), StoreError> {
        let select = "SELECT id, sha256, name, role, regions, created_by, expires_at, revoked_at, person_id FROM tokens ORDER BY id";
        let rows: Vec<TokenRow> = sqlx::query_as(select).fetch_all(&self.database.pool).await?;
        let accounts = self.accounts().await?;
        let mut reported: BTreeMap<&str, (bool, Value)> = BTreeMap::new();
        for line in lines.iter().filter(|line| line.what.starts_with("token")) {
            let after = line.after.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            let is_made = line.what == "token-created" || reported.contains_key(line.object.as_str());
            reported.insert(&line.object, (is_made, after));
        }
        verdict.look_alikes = look_alikes(&accounts);
        verdict.tokens = rows.len();
        for row in rows {
            let (id, name) = (row.id.clone(), row.name.clone());
            match reported.remove(row.id.as_str()) {
                Some((_, after)) if row.is_as_reported(&after) => {}
                Some(_) => verdict.faults.push(RecordFault::TokenChanged { id, name }),
                None if row.is_of_before() => verdict.untold_tokens += 1,
                None => verdict.faults.push(RecordFault::TokenUntold { id, name }),
            }
            let account = accounts.iter().find(|account| Some(&account.id) == row.person_id.as_ref());
            if account.is_none_or(|account| account.name != row.name) {
                verdict.faults.push(RecordFault::Account { id: row.person_id.unwrap_or_default() });
            }
        }
        let gone = reported.into_iter().filter(|(_, (is_made, _))| *is_made);
        verdict.faults.extend(gone.map(|(id, _)| RecordFault::TokenGone { id: id.to_owned() }));
        Ok(())
    }
}

fn look_alikes(accounts: &[Account]) -> Vec<[Account; 2]> {
    let looks: Vec<(Look, &Account)> = accounts.iter().map(|account| (Look::of(&account.name), account)).collect();
    let mut found = Vec::new();
    for (n, (look, account)) in looks.iter().enumerate() {
        let like = looks[..n].iter().find(|(other, _)| other.is_like(look));
        found.extend(like.map(|(_, other)| [(*other).clone(), (*account).clone()]));
    }
    found
}

/// Whether an approval was the last that it took; of before, one was.
fn is_final(line: &AuditLine) -> bool {
    let after: Value = line.after.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    after["status"] != "submitted"
}

impl TokenRow {
    /// Whether the last line about the token says the same. The account stands in lines from since there are any.
    fn is_as_reported(&self, after: &Value) -> bool {
        let text = |key: &str| after[key].as_str();
        let regions: Value = serde_json::from_str(&self.regions).unwrap_or_default();
        self.sha256.starts_with(&self.id)
            && text("name") == Some(&self.name)
            && text("role") == Some(&self.role)
            && after["regions"] == regions
            && text("expires_at") == self.expires_at.as_deref()
            && text("revoked_at") == self.revoked_at.as_deref()
            && text("person").is_none_or(|person| Some(person) == self.person_id.as_deref())
    }

    /// Whether it can be the administrator's from before there was a log, which the log doesn't tell of.
    fn is_of_before(&self) -> bool {
        self.name == ADMIN && self.created_by == ADMIN && self.person_id.as_deref() == Some(ADMIN)
    }
}
