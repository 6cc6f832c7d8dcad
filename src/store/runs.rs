//! Runs and validations: one row each, written after its artefacts are kept. The same run is kept once, by its key.

use sqlx::{Any, AnyConnection, FromRow, Transaction};

use super::{Person, Store, StoreError};
use crate::conditions::Conditions;
use crate::run_regions::insert_regions;
use dealerbook_base::key::Key;
use dealerbook_engine::schema::normalise;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Checked and calculated.
    Run,
    /// Only checked.
    Validation,
}

impl Kind {
    /// As it stands in the database and in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Run => "run",
            Kind::Validation => "validation",
        }
    }
}

impl TryFrom<String> for Kind {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Kind, StoreError> {
        match text.as_str() {
            "run" => Ok(Kind::Run),
            "validation" => Ok(Kind::Validation),
            _ => Err(StoreError::Corrupt("a run's kind")),
        }
    }
}

/// One run. What is serialized is what a list shows; the names of the artefacts are our own affair.
#[derive(Clone, Debug, FromRow, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "RunListed", deny_unknown_fields)]
pub struct Run {
    /// A UUID of version 7: ids sort by time.
    pub id: String,
    /// What tells it from every other run; none of runs from before there were keys.
    #[serde(skip)]
    pub key: Option<String>,
    /// What was asked for.
    #[sqlx(try_from = "String")]
    pub kind: Kind,
    /// RFC 3339 in UTC.
    pub created_at: String,
    /// The name of the person who uploaded the workbook.
    pub uploader: String,
    /// The year that was assessed.
    pub period: Option<i64>,
    /// ok, faulty or partial.
    pub status: String,
    /// The upload's name, when it had one.
    pub filename: Option<String>,
    /// The language of the answer: zh or en.
    pub lang: String,
    /// The upload's hash, which is its artefact's name too.
    pub upload_sha256: String,
    /// The upload's length.
    pub upload_bytes: i64,
    /// Issues that are errors.
    pub errors: i64,
    /// Issues that are warnings.
    pub warnings: i64,
    /// Issues that are infos.
    pub infos: i64,
    /// Dealers in the workbook.
    pub dealers: i64,
    /// The artefact of the result as JSON.
    #[serde(skip)]
    pub result_sha256: String,
    /// The artefact of the annotated workbook.
    #[serde(skip)]
    pub answer_sha256: String,
    /// The annotated workbook's name.
    pub answer_filename: String,
    /// The annotated workbook's content type.
    #[serde(skip)]
    pub answer_content_type: String,
    /// The artefact of the policy by which it was calculated; none where nothing was, and of runs from before it was kept.
    #[serde(skip)]
    pub policy_file: Option<String>,
    /// The artefact of what was known of earlier periods, where anything was.
    #[serde(skip)]
    pub history_file: Option<String>,
    /// What its artefacts have together.
    #[serde(skip)]
    pub kept_bytes: i64,
    /// The regions of its dealers; told when it is kept, and read back in their canonical form with [`Store::run_of_key`].
    #[serde(skip)]
    #[sqlx(skip)]
    pub regions: Vec<Key>,
}

impl Run {
    /// The names of its artefacts.
    pub fn artefacts(&self) -> impl Iterator<Item = &str> {
        let inputs = [&self.policy_file, &self.history_file].into_iter().flatten();
        [&self.upload_sha256, &self.result_sha256, &self.answer_sha256].into_iter().chain(inputs).map(String::as_str)
    }
}

impl Store {
    /// Commits a run whose artefacts are kept already. Where a run of its key is there, that one is given back and nothing is changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_run(&self, run: Run) -> Result<Run, StoreError> {
        loop {
            let mut transaction = self.database.begin().await?;
            if insert(&mut transaction, &run).await? {
                insert_regions(&mut transaction, &run.id, &run.regions).await?;
                transaction.commit().await?;
                return Ok(run);
            }
            transaction.rollback().await?;
            // It may have been deleted since.
            if let Some(known) = self.run_of_key(run.key.as_deref().unwrap_or_default()).await? {
                return Ok(known);
            }
        }
    }

    /// The run of a key with its regions, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_of_key(&self, key: &str) -> Result<Option<Run>, StoreError> {
        let pool = &self.database.pool;
        let run: Option<Run> =
            sqlx::query_as("SELECT * FROM runs WHERE key = $1").bind(key).fetch_optional(pool).await?;
        let Some(run) = run else { return Ok(None) };
        let regions = self.regions_of_run(&run.id).await?;
        Ok(Some(Run { regions, ..run }))
    }

    /// Has a run that is kept name the artefacts of `mended`, which is the same run calculated once more: the same to the byte, unless
    /// the upload was damaged before it was hashed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mend_run(&self, fixed: Run) -> Result<Run, StoreError> {
        sqlx::query(
            "UPDATE runs SET upload_sha256 = $2, result_sha256 = $3, answer_sha256 = $4, policy_file = $5, history_file = $6, \
             kept_bytes = $7 \
             WHERE id = $1",
        )
        .bind(&fixed.id)
        .bind(&fixed.upload_sha256)
        .bind(&fixed.result_sha256)
        .bind(&fixed.answer_sha256)
        .bind(&fixed.policy_file)
        .bind(&fixed.history_file)
        .bind(fixed.kept_bytes)
        .execute(&self.database.pool)
        .await?;
        Ok(fixed)
    }

    /// The run of an id, if there is one and this person may see it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, id: &str, person: &Person) -> Result<Option<Run>, StoreError> {
        let mut conditions = Conditions::visible_to(person);
        conditions.text("id = ?", id);
        let runs = conditions.select("", &self.database.pool).await?;
        Ok(runs.into_iter().next())
    }
}

/// Commits a run within a transaction. Where a run of its key is there, it is that one. Gives the id.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep(transaction: &mut Transaction<'static, Any>, run: &Run) -> Result<String, StoreError> {
    if insert(&mut *transaction, run).await? {
        insert_regions(&mut *transaction, &run.id, &run.regions).await?;
        return Ok(run.id.clone());
    }
    let known = sqlx::query_scalar("SELECT id FROM runs WHERE key = $1").bind(&run.key);
    known.fetch_optional(&mut **transaction).await?.ok_or(StoreError::Corrupt("a run's key"))
}

/// Whether it is new.
async fn insert(connection: &mut AnyConnection, run: &Run) -> Result<bool, StoreError> {
    let search = format!("{} {}", normalise(run.filename.as_deref().unwrap_or_default()), normalise(&run.uploader));
    let done = sqlx::query(
        "INSERT INTO runs (id, key, kind, created_at, uploader, search, period, status, filename, lang, upload_sha256, upload_bytes, \
         errors, warnings, infos, dealers, result_sha256, answer_sha256, answer_filename, answer_content_type, policy_file, \
         history_file, kept_bytes, uploader_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
         (SELECT id FROM people WHERE name = $5)) \
         ON CONFLICT (key) DO NOTHING",
    )
    .bind(&run.id)
    .bind(&run.key)
    .bind(run.kind.as_str())
    .bind(&run.created_at)
    .bind(&run.uploader)
    .bind(search)
    .bind(run.period)
    .bind(&run.status)
    .bind(&run.filename)
    .bind(&run.lang)
    .bind(&run.upload_sha256)
    .bind(run.upload_bytes)
    .bind(run.errors)
    .bind(run.warnings)
    .bind(run.infos)
    .bind(run.dealers)
    .bind(&run.result_sha256)
    .bind(&run.answer_sha256)
    .bind(&run.answer_filename)
    .bind(&run.answer_content_type)
    .bind(&run.policy_file)
    .bind(&run.history_file)
    .bind(run.kept_bytes)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A text in the form in which it is compared; PostgreSQL takes no NUL.
pub(super) fn comparable(text: &str) -> String {
    normalise(text).replace('\0', "")
}
