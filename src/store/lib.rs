//! What is kept: runs in a database, their files as artefacts, the hashes of tokens, and the audit log. sqlx and object_store are named
//! only here; nothing here knows of requests or of the pipeline.

mod accruals;
mod appeals;
mod artefacts;
pub mod audit;
mod audit_chain;
mod audit_records;
mod batch_retention;
mod batch_work;
mod batches;
mod conditions;
mod database;
mod failure;
mod objects;
mod past_results;
mod people;
mod policies;
mod queue;
mod quota;
mod request_keys;
mod retention;
mod run_list;
mod run_regions;
mod runs;
mod sessions;
mod settlements;
mod spool;
mod tenancy;
mod tokens;
mod transfer;

use std::sync::Arc;

pub use accruals::{AccrualBooking, NewAccrual};
pub use appeals::{
    Answered, AppealFilter, AppealSource, AppealStatus, Corrected, KeptAppeal, NewAnswer, NewAppeal, Verification,
};
pub use artefacts::{Artefact, ArtefactError, Artefacts, Hashed, KeptFile, sha256};
pub use audit::{AuditAction, AuditFilter, AuditHead, AuditLine};
pub use audit_chain::{ChainFault, Verdict};
pub use audit_records::{RecordFault, RecordsVerdict};
pub use batch_work::{Attempt, FileOutcome, Silent, Taken, Ticket};
pub use batches::{Batch, BatchFile, FileCounts, FileStatus, NewFile};
pub use database::{Database, DatabaseKind};
pub use failure::{Outage, is_disk_full};
pub use past_results::{ApprovedResult, ApprovedState, SettledResult};
pub use people::{ADMIN, Account, AccountFault, Person, Role, Whose};
pub use policies::{Decided, Decision, PolicyVersion};
pub use queue::Queue;
pub use request_keys::{Claim, ClaimTimes};
pub use retention::Deletion;
pub use run_list::{Page, RunFilter};
pub use run_regions::{OldRegions, regions_beyond};
pub use runs::{Kind, Run};
pub use sessions::{Holder, Session, SessionTimes};
pub use settlements::{
    Payment, PaymentBatch, PaymentStatus, SettlementBrief, SettlementChange, SettlementFilter, note_correction,
};
pub use spool::Spool;
pub use tokens::{NewToken, Revocation, Token, TokenRefusal, TokenState};
pub use transfer::{Manifest, TransferError, TransferFault};

use dealerbook_config::Places;

/// What the store is made of, as [`Store::faults`] names it.
pub const PARTS: [&str; 3] = ["database", "artefacts", "spool"];

/// The database, the artefacts and the spool of one data folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    artefacts: Arc<Artefacts>,
    spool: Arc<Spool>,
}

/// Why the store can't be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database URL is of a kind that isn't supported.
    #[error("DEALERBOOK_DATABASE_URL must be sqlite: and a file, or postgres://")]
    UnsupportedDatabase,
    /// The artefacts URL is of a kind that isn't supported.
    #[error(
        "DEALERBOOK_ARTEFACTS_URL must be a folder, as a path or a file:// URL, or a bucket, as s3://BUCKET/PREFIX"
    )]
    UnsupportedArtefacts,
    /// The bucket's settings make no sense.
    #[error("the bucket's settings, the environment's AWS_*, cannot be used")]
    Bucket(#[source] object_store::Error),
    /// The artefacts' folder or bucket failed.
    #[error(transparent)]
    Artefacts(#[from] ArtefactError),
    /// A folder can't be made or written to.
    #[error("the {folder} folder cannot be used")]
    Folder {
        /// Which one: data, spool or artefacts.
        folder: &'static str,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The database can't be connected to.
    #[error("the database cannot be opened: see whether it runs, and whether DEALERBOOK_DATABASE_URL is right")]
    Unreachable(#[source] sqlx::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database's tables can't be brought up to date.
    #[error("the database cannot be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The database's URL is none.
    #[error("the database's URL cannot be read")]
    DatabaseUrl(#[from] url::ParseError),
    /// The queue of jobs failed.
    #[error("the queue of jobs failed")]
    Queue(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What the database holds makes no sense.
    #[error("the database holds what cannot be: {0}")]
    Corrupt(&'static str),
}

impl Store {
    /// Opens the store, making the folders and tables that aren't there yet.
    ///
    /// # Errors
    /// When a place is unsupported, can't be written to, or the database can't be opened or brought up to date.
    pub async fn open(places: &Places) -> Result<Store, StoreError> {
        let spool = Arc::new(Spool::open(&places.data)?);
        let artefacts = Arc::new(Artefacts::open(places, spool.clone()).await?);
        let database = Database::open(places).await?;
        Ok(Store { database, artefacts, spool })
    }

    /// The files that are kept.
    pub fn artefacts(&self) -> &Arc<Artefacts> {
        &self.artefacts
    }

    /// The files that are on their way.
    pub fn spool(&self) -> &Arc<Spool> {
        &self.spool
    }

    /// What of the store doesn't work right now, by name and cause; nothing when all is well.
    pub async fn faults(&self) -> Vec<(&'static str, StoreError)> {
        let mut faults = Vec::new();
        if let Err(error) = sqlx::query("SELECT 1 FROM runs LIMIT 1").fetch_optional(&self.database.pool).await {
            faults.push(("database", error.into()));
        }
        faults.extend(self.artefacts.probe().await.err().map(|error| ("artefacts", error.into())));
        let (spool, database) = (self.spool.clone(), self.database.folder());
        let written = tokio::task::spawn_blocking(move || {
            let database = database.map(|folder| spool::probe("database", &folder));
            [("spool", spool.probe().err()), ("database", database.and_then(Result::err))]
        });
        for (part, error) in written.await.into_iter().flatten() {
            if let Some(error) = error.filter(|_| faults.iter().all(|(known, _)| *known != part)) {
                faults.push((part, error));
            }
        }
        faults
    }

    /// How many connections to the database there are, and how many of them nobody uses.
    pub fn connections(&self) -> (u64, u64) {
        (self.database.pool.size().into(), self.database.pool.num_idle() as u64)
    }

    /// Closes the database, so that nothing is left to be written.
    pub async fn close(&self) {
        self.database.pool.close().await;
    }
}

fn make_folder(folder: &'static str, path: &std::path::Path) -> Result<(), StoreError> {
    private_folder(path).map_err(|source| StoreError::Folder { folder, source })
}

/// Takes a file's or folder's permissions from everybody but its owner; says whether anybody else had any. Where that can't be done, as on
/// a disk that knows none, it stays as it is.
#[cfg(unix)]
fn close_to_others(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    let Ok(data) = std::fs::symlink_metadata(path) else { return false };
    let mode = data.permissions().mode();
    let is_ours = data.is_file() || data.is_dir();
    if !is_ours || mode & 0o077 == 0 {
        return false;
    }
    if let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & 0o700)) {
        tracing::warn!(cause = dealerbook_base::failure::causes(&error), "{} is open to others", path.display());
    }
    true
}

#[cfg(not(unix))]
fn close_to_others(_: &std::path::Path) -> bool {
    false
}

/// Opens a file to be written to, made if need be, that nobody else may read.
///
/// # Errors
/// When it can't be opened.
fn private_file(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    close_to_others(path);
    Ok(file)
}

/// Dealers' figures are nobody else's business. A folder that is there already keeps its permissions.
fn private_folder(path: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
