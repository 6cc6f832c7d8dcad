//! One workbook over all files of a batch: what became of each, all their dealers, all their faults, and what is to be known before the
//! figures are compared.
//!
//! It is made of the kept results alone and says nothing of runs or clocks: equal batches give equal bytes. Results are read once, a
//! dealer at a time (`read`, `gather`); the dealers wait in a file (`spool`) until the ranks over all files are known (`ranking`), so
//! memory stays at a few dozen bytes a dealer.
//!
//! Dealers are compared within the same period and policy only. A dealer that stands in several files counts in each, and is reported.

mod about;
mod dealers_sheet;
mod faults_sheet;
mod gather;
mod ranking;
mod read;
mod spool;
mod summary_sheet;
mod table;
mod words;

use std::io::{self, Read, Write};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::schema::Schemas;
use dealerbook_engine::sheet::words::Words;

pub use read::ResultError;

use dealers_sheet::DealersSheet;
use words::Terms;

/// The files of a batch and what became of them.
pub struct Consolidated<'a> {
    /// The language of the sheets.
    pub lang: Lang,
    /// The names of categories.
    pub schemas: &'a Schemas,
    /// The names of grades and programmes: all policies in force, the default first.
    pub policies: &'a [Policy],
    /// Whether the dealers of all files are ranked together.
    pub rank_all: bool,
    /// The files, in the batch's order.
    pub files: Vec<FileOutcome<'a>>,
}

/// What became of a file.
pub struct FileOutcome<'a> {
    /// As the caller calls it; with folders where it came out of an archive.
    pub filename: String,
    /// How it ended.
    pub status: FileStatus,
    /// Why there is no result, in the batch's language; none where there is one.
    pub problem: Option<String>,
    /// The result's JSON, as the contract has it.
    pub result: Option<Box<dyn Read + Send + 'a>>,
}

/// How a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub enum FileStatus {
    /// Calculated.
    Ok,
    /// Errors stopped it.
    Faulty,
    /// Calculated without the faulty rows.
    Partial,
    /// It could not be worked on.
    Refused,
    /// It was cancelled.
    Cancelled,
}

/// Why there is no workbook over a batch.
#[derive(Debug, thiserror::Error)]
pub enum ConsolidatedError {
    /// More dealers than a sheet has rows.
    #[error("{dealers} dealers are more than the {dealers_max} rows of a sheet")]
    TooManyDealers {
        /// How many there are at least.
        dealers: usize,
        /// How many there may be.
        dealers_max: usize,
    },
    /// A result that can't be read.
    #[error("the result of {filename}")]
    Result {
        /// Whose.
        filename: String,
        /// Why.
        source: ResultError,
    },
    /// The dealers can't be put aside, or the workbook not be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Those of rust_xlsxwriter, which are ours.
    #[error(transparent)]
    Book(#[from] XlsxError),
}

/// Writes the workbook. What doesn't fit in memory is put aside in `folder` while it is made.
///
/// # Errors
/// Where a result isn't what the contract says, there are more dealers than a sheet takes, or nothing can be put aside or written.
pub fn write(batch: Consolidated<'_>, folder: &Path, out: impl Write + Send) -> Result<(), ConsolidatedError> {
    let Some(default) = batch.policies.first() else {
        return Err(XlsxError::ParameterError("there is no policy".to_owned()).into());
    };
    let mut gathered = gather::gather(batch.files, folder)?;
    let policy = gathered.policy(batch.policies).unwrap_or(default);
    let words = Words { schemas: batch.schemas, policy, lang: batch.lang };
    let terms = Terms { words, policies: batch.policies, rank_all: batch.rank_all };
    let order = ranking::order(&gathered.dealers, batch.rank_all);
    let dealers = DealersSheet::new(&gathered, terms);
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    book.set_tempdir(folder)?;
    summary_sheet::draw(&mut book, &gathered, &dealers, terms)?;
    dealers.draw(&mut book, &mut gathered, &order, terms)?;
    faults_sheet::draw(&mut book, &gathered, terms)?;
    about::draw(&mut book, &gathered, terms)?;
    book.save_to_writer(out)?;
    Ok(())
}
