//! Why a workbook can't be worked on, and what to do about it.

use crate::lang::Lang;
use crate::package::PackageError;
use crate::policy::PolicyError;
use crate::schema::SchemaError;
use crate::workbook::ReadError;

/// The embedded schemas or policies are wrong.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The schemas.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// Why a workbook could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// It is no workbook that can be patched.
    #[error("not a workbook: {reason}")]
    NotAWorkbook {
        /// What it is instead.
        reason: String,
    },
    /// It is an .xls or another old document.
    #[error("an old format")]
    OldFormat,
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

impl From<PackageError> for PipelineError {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::NotZip { reason } => PipelineError::Unreadable { reason },
            PackageError::NotWorkbook { reason } => PipelineError::NotAWorkbook { reason },
            PackageError::OldFormat => PipelineError::OldFormat,
            PackageError::Encrypted => PipelineError::Encrypted,
            PackageError::Unreadable { part, reason } => {
                PipelineError::Unreadable { reason: format!("{part}: {reason}") }
            }
            PackageError::TooLarge { limit, max } => PipelineError::TooLarge { what: format!("{limit} = {max}") },
            PackageError::Unpatchable { part, reason } => {
                PipelineError::Unpatchable { reason: format!("{part}: {reason}") }
            }
            PackageError::Io(error) => PipelineError::Internal(error.into()),
        }
    }
}

impl PipelineError {
    /// The workbook was read: what hinders now is that it can't be written into.
    pub(super) fn unpatchable(error: PackageError) -> Self {
        match PipelineError::from(error) {
            PipelineError::Unreadable { reason } | PipelineError::TooLarge { what: reason } => {
                PipelineError::Unpatchable { reason }
            }
            other => other,
        }
    }
}

impl From<ReadError> for PipelineError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unreadable(reason) => PipelineError::Unreadable { reason },
            ReadError::Cancelled => PipelineError::Cancelled,
        }
    }
}

impl PipelineError {
    /// What it is, in a word that never changes, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            PipelineError::NotAWorkbook { .. } => "not-a-workbook",
            PipelineError::OldFormat => "old-format",
            PipelineError::Encrypted => "encrypted",
            PipelineError::Unreadable { .. } => "unreadable",
            PipelineError::TooLarge { .. } => "workbook-too-large",
            PipelineError::Unpatchable { .. } => "unpatchable",
            PipelineError::UnknownPolicy { .. } => "unknown-policy",
            PipelineError::Cancelled => "cancelled",
            PipelineError::Internal(_) => "internal",
        }
    }

    /// What is wrong, in a few words.
    pub fn title(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            PipelineError::NotAWorkbook { .. } => ("这不是 Excel 工作簿", "This is not an Excel workbook"),
            PipelineError::OldFormat => ("这是旧格式的文件（.xls）", "This is a file of the old format (.xls)"),
            PipelineError::Encrypted => ("工作簿已加密", "The workbook is encrypted"),
            PipelineError::Unreadable { .. } => ("工作簿无法读取", "The workbook can't be read"),
            PipelineError::TooLarge { .. } => ("工作簿内容过大", "The workbook holds too much"),
            PipelineError::Unpatchable { .. } => {
                ("无法在工作簿中写入结果", "Results can't be written into this workbook")
            }
            PipelineError::UnknownPolicy { .. } => ("没有这个政策", "There is no such policy"),
            PipelineError::Cancelled => ("计算已取消", "The calculation was cancelled"),
            PipelineError::Internal(_) => ("服务内部错误", "The service failed"),
        };
        lang.pick(zh, en).to_owned()
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self, lang: Lang) -> String {
        let title = self.title(lang);
        let more = match self {
            PipelineError::Unreadable { reason } | PipelineError::Unpatchable { reason } => reason,
            PipelineError::TooLarge { what } => what,
            PipelineError::UnknownPolicy { id, .. } => id,
            PipelineError::NotAWorkbook { .. }
            | PipelineError::OldFormat
            | PipelineError::Encrypted
            | PipelineError::Cancelled
            | PipelineError::Internal(_) => return title,
        };
        format!("{title}{}{more}", lang.pick("：", ": "))
    }
}
