//! Runs and validations: one row each, written after its artefacts are kept.

use sqlx::FromRow;

use super::{Store, StoreError};

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
    /// What was asked for.
    #[sqlx(try_from = "String")]
    pub kind: Kind,
    /// RFC 3339 in UTC.
    pub created_at: String,
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
}

/// Which runs a list shows.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    /// Only older ones than this run.
    pub before: Option<String>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only with this status.
    pub status: Option<String>,
    /// Only of this year.
    pub period: Option<i64>,
}

/// Some runs, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The runs.
    pub runs: Vec<Run>,
    /// The run to continue behind, when there are more.
    pub before: Option<String>,
}

impl Store {
    /// Commits a run whose artefacts are kept already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_run(&self, run: &Run) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO runs (id, kind, created_at, period, status, filename, lang, upload_sha256, upload_bytes, errors, warnings, \
             infos, dealers, result_sha256, answer_sha256, answer_filename, answer_content_type) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(&run.id)
        .bind(run.kind.as_str())
        .bind(&run.created_at)
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
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// The run of an id, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, id: &str) -> Result<Option<Run>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM runs WHERE id = $1").bind(id).fetch_optional(&self.database.pool).await?)
    }

    /// At most `rows_max` runs, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs(&self, filter: &RunFilter, rows_max: u32) -> Result<Page, StoreError> {
        let mut runs: Vec<Run> = sqlx::query_as(
            "SELECT * FROM runs \
             WHERE (CAST($1 AS TEXT) IS NULL OR id < $1) AND (CAST($2 AS TEXT) IS NULL OR kind = $2) \
             AND (CAST($3 AS TEXT) IS NULL OR status = $3) AND (CAST($4 AS BIGINT) IS NULL OR period = $4) \
             ORDER BY id DESC LIMIT $5",
        )
        .bind(&filter.before)
        .bind(&filter.kind)
        .bind(&filter.status)
        .bind(filter.period)
        .bind(i64::from(rows_max) + 1)
        .fetch_all(&self.database.pool)
        .await?;
        let more = runs.len() > rows_max as usize;
        runs.truncate(rows_max as usize);
        let before = runs.last().filter(|_| more).map(|run| run.id.clone());
        Ok(Page { runs, before })
    }
}
