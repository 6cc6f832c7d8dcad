//! The one way of the data: bytes, a policy and options in, bytes and a report out.
//!
//! Synchronous and pure but for the bytes that it writes: no clock, no file, no request. HTTP, the command line and the benches
//! call [`run`]; it knows none of them.

use std::io::{Seek, Write};
use std::sync::atomic::AtomicBool;

use jiff::civil::Date;

use crate::lang::Lang;

/// What is to be done with a workbook, as a request or a command line says it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The calendar year that is assessed; else the cover's, else that of the latest purchase month.
    pub period: Option<i16>,
    /// The as-of date; else the cover's, else the period's 31 December.
    pub as_of: Option<Date>,
    /// What errors in the data do.
    pub on_error: OnError,
    /// The language of messages, titles and texts.
    pub lang: Lang,
    /// The programmes to run, each by its name in the contract; none means all whose sheets are there.
    pub programmes: Option<Vec<String>>,
    /// How faulty cells are marked.
    pub mark: Mark,
    /// Only check; calculate nothing.
    pub check_only: bool,
}

/// The programmes by their names in the contract, in its order.
pub const PROGRAMMES: &[&str] = &[
    "assessment",
    "incentives",
    "applicants",
    "credit",
    "stock",
    "roi",
    "review",
    "plans",
    "accounts",
    "channels",
    "channel_options",
    "maintenance",
];

/// What errors in the data do to the calculation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// They stop it.
    #[default]
    Stop,
    /// Faulty rows are left out and the rest is calculated.
    Partial,
}

/// How faulty cells are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// By conditional-format rules that fall silent when the cell is mended.
    #[default]
    Conditional,
    /// By a fill in the cell's own style.
    Style,
}

// ---------------------------------------------------------------------------------------------------------------------------------
// STAND-IN, to be replaced by the real pipeline behind the same names: it copies the workbook and finds nothing in it.
// ---------------------------------------------------------------------------------------------------------------------------------

use std::io;
use std::sync::atomic::Ordering;

/// Schemas and policies, loaded and checked once at the start.
#[derive(Debug)]
pub struct Engine;

/// The embedded schemas or policies are wrong.
#[derive(Debug, thiserror::Error)]
#[error("the embedded schemas or policies are wrong")]
pub struct EngineError;

impl Engine {
    /// The engine of the embedded schemas and policies.
    ///
    /// # Errors
    /// When one of them is wrong.
    pub fn embedded() -> Result<Engine, EngineError> {
        Ok(Engine)
    }
}

/// One workbook to be worked on.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The workbook.
    pub bytes: &'a [u8],
    /// The workbook's name as its user knows it.
    pub filename: Option<&'a str>,
    /// What is to be done.
    pub options: &'a Options,
    /// The schemas and policies.
    pub engine: &'a Engine,
    /// The id of the policy that was asked for.
    pub policy: Option<&'a str>,
    /// Set from outside to end the work soon.
    pub stop: &'a AtomicBool,
}

/// What became of the calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Calculated.
    Ok,
    /// Errors stopped it.
    Faulty,
    /// Calculated without the faulty rows.
    Partial,
}

impl Status {
    /// As it stands in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Faulty => "faulty",
            Status::Partial => "partial",
        }
    }
}

/// What tells one run from another of the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct RunIdentity<'a> {
    /// The run's id.
    pub id: &'a str,
    /// RFC 3339 in UTC.
    pub created_at: &'a str,
}

/// What was found, calculated and written.
#[derive(Debug)]
pub struct Report {
    filename: String,
    bytes: usize,
    period: Option<i16>,
}

impl Report {
    /// What became of the calculation.
    pub fn status(&self) -> Status {
        Status::Ok
    }

    /// The answer's file name.
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The answer's content type.
    pub fn content_type(&self) -> &'static str {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }

    /// The year that was assessed.
    pub fn period(&self) -> Option<i16> {
        self.period
    }

    /// How many errors there are.
    pub fn errors(&self) -> u64 {
        0
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> u64 {
        0
    }

    /// How many infos there are.
    pub fn infos(&self) -> u64 {
        0
    }

    /// How many dealers there are.
    pub fn dealers(&self) -> u64 {
        0
    }

    /// Writes the result as JSON.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, run: &RunIdentity<'_>, mut out: impl Write) -> io::Result<()> {
        let json = serde_json::json!({
            "run": {"id": run.id, "created_at": run.created_at, "status": self.status().as_str(), "period": self.period,
                    "workbook": {"filename": self.filename, "bytes": self.bytes}},
            "summary": {"errors": 0, "warnings": 0, "infos": 0, "dealers": 0},
            "issues": [],
            "results": {},
        });
        serde_json::to_writer(&mut out, &json)?;
        out.flush()
    }
}

/// Why a workbook could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// It is no workbook.
    #[error("not a workbook")]
    NotAWorkbook,
    /// It is encrypted.
    #[error("encrypted")]
    Encrypted,
    /// It is truncated or broken.
    #[error("unreadable: {reason}")]
    Unreadable {
        /// What is broken.
        reason: String,
    },
    /// It holds too much.
    #[error("too large: {what}")]
    TooLarge {
        /// What there is too much of.
        what: String,
    },
    /// It can't be edited safely.
    #[error("unpatchable: {reason}")]
    Unpatchable {
        /// Why not.
        reason: String,
    },
    /// There is no such policy.
    #[error("unknown policy")]
    UnknownPolicy {
        /// The id that was asked for.
        id: String,
        /// The ids that there are.
        known: Vec<String>,
    },
    /// The stop flag was set.
    #[error("cancelled")]
    Cancelled,
    /// Our own failure.
    #[error("internal failure")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PipelineError {
    /// What is wrong, in a few words.
    pub fn title(&self, lang: Lang) -> String {
        match self {
            PipelineError::NotAWorkbook => {
                lang.pick("这不是 Excel 工作簿", "This is not an Excel workbook")
            }
            PipelineError::Encrypted => lang.pick("工作簿已加密", "The workbook is encrypted"),
            PipelineError::Unreadable { .. } => {
                lang.pick("工作簿无法读取", "The workbook cannot be read")
            }
            PipelineError::TooLarge { .. } => {
                lang.pick("工作簿内容过大", "The workbook holds too much")
            }
            PipelineError::Unpatchable { .. } => lang.pick(
                "无法在工作簿中写入结果",
                "Results cannot be written into this workbook",
            ),
            PipelineError::UnknownPolicy { .. } => {
                lang.pick("没有这个政策", "There is no such policy")
            }
            PipelineError::Cancelled => lang.pick("计算已取消", "The calculation was cancelled"),
            PipelineError::Internal(_) => lang.pick("服务内部错误", "The service failed"),
        }
        .to_owned()
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self, lang: Lang) -> String {
        self.title(lang)
    }
}

/// Walks the way of the data.
///
/// # Errors
/// When the workbook can't be worked on.
pub fn run<W: Write + Seek>(job: &Job<'_>, out: Option<W>) -> Result<Report, PipelineError> {
    if job.stop.load(Ordering::Relaxed) {
        return Err(PipelineError::Cancelled);
    }
    if job.bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(PipelineError::Encrypted);
    }
    if !job.bytes.starts_with(b"PK") {
        return Err(PipelineError::NotAWorkbook);
    }
    if let Some(mut out) = out {
        out.write_all(job.bytes)
            .map_err(|error| PipelineError::Internal(error.into()))?;
    }
    let stem = job
        .filename
        .unwrap_or("dealerbook")
        .trim_end_matches(".xlsx");
    Ok(Report {
        filename: format!("{stem}-考核结果.xlsx"),
        bytes: job.bytes.len(),
        period: job.options.period,
    })
}
