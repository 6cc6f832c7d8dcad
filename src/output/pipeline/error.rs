//! Why a workbook can't be worked on, and what to do about it.

use jiff::civil::Date;

use super::unfit;
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::PolicyError;
use dealerbook_engine::policy::family::Span;
use dealerbook_engine::policy_check::FolderError;
use dealerbook_engine::schema::SchemaError;
use dealerbook_engine::workbook::ReadError;
use dealerbook_package::{FileKind, PackageError, Reason};

/// The schemas or policies are wrong.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The schemas.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The folder of the company's own policies.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// Why a workbook could not be worked on.
#[derive(Debug, thiserror::Error, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(PipelineErrorKind),
    derive(strum::EnumIter),
    doc = "Why a workbook could not be worked on, without the particulars."
)]
pub enum PipelineError {
    /// It is no workbook.
    #[error("not a workbook: {what:?}")]
    NotAWorkbook {
        /// What it is instead.
        what: FileKind,
    },
    /// It is encrypted.
    #[error("encrypted")]
    Encrypted,
    /// It is truncated or broken.
    #[error("unreadable: {reason}")]
    Unreadable {
        /// What is broken.
        reason: Reason,
    },
    /// It holds too much.
    #[error("too large: {limit} = {max}")]
    TooLarge {
        /// The limit that it exceeds, as the settings call it.
        limit: &'static str,
        /// The limit's value.
        max: u64,
    },
    /// It can't be edited safely.
    #[error("unpatchable: {reason}")]
    Unpatchable {
        /// Why not.
        reason: Reason,
    },
    /// There is no such policy.
    #[error("unknown policy")]
    UnknownPolicy {
        /// The id that was asked for.
        id: String,
        /// The ids that there are.
        known: Vec<String>,
    },
    /// No version of the policy was in force.
    #[error("no version of {id} was in force on {day}")]
    NotInForce {
        /// The policy's id.
        id: String,
        /// The last day of the period.
        day: Date,
        /// The times of its versions.
        spans: Vec<Span>,
    },
    /// The stop flag was set.
    #[error("cancelled")]
    Cancelled,
    /// Our own failure.
    #[error("internal failure")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

const TRUNCATED: Reason = Reason::new(
    "文件包不完整或已损坏，可能没有传完",
    "the package is truncated or damaged; it may not have been sent whole",
);
const NOT_AS_FORMAT: Reason =
    Reason::new("单元格数据不符合文件格式", "its cells are not as the format of the file has them");

impl From<PackageError> for PipelineError {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::NotZip { .. } => PipelineError::Unreadable { reason: TRUNCATED },
            PackageError::NotWorkbook(what) => PipelineError::NotAWorkbook { what },
            PackageError::Encrypted => PipelineError::Encrypted,
            PackageError::Unreadable { part, reason } => PipelineError::Unreadable { reason: reason.at(&part) },
            PackageError::TooLarge { limit, max } => PipelineError::TooLarge { limit, max },
            PackageError::Unpatchable { part, reason } => PipelineError::Unpatchable { reason: reason.at(&part) },
            PackageError::Changes(_) => PipelineError::Unpatchable { reason: Reason::same(error.to_string()) },
            PackageError::Io(error) => PipelineError::Internal(error.into()),
        }
    }
}

impl PipelineError {
    /// The workbook was read: what hinders now is that it can't be written into.
    pub(super) fn unpatchable(error: PackageError) -> Self {
        match PipelineError::from(error) {
            PipelineError::Unreadable { reason } => PipelineError::Unpatchable { reason },
            PipelineError::TooLarge { limit, max } => {
                let [zh, en] = [Lang::Zh, Lang::En].map(|lang| too_much(limit, max, lang));
                PipelineError::Unpatchable { reason: Reason::of(zh, en) }
            }
            other => other,
        }
    }
}

impl From<ReadError> for PipelineError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unreadable { place, .. } if place.is_empty() => {
                PipelineError::Unreadable { reason: NOT_AS_FORMAT }
            }
            ReadError::Unreadable { place, .. } => PipelineError::Unreadable { reason: NOT_AS_FORMAT.at(&place) },
            ReadError::Package(error) => error.into(),
            ReadError::Cancelled => PipelineError::Cancelled,
        }
    }
}

impl PipelineError {
    /// What it is, in a word that never changes, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            PipelineError::NotAWorkbook { .. } => "not-a-workbook",
            PipelineError::Encrypted => "encrypted",
            PipelineError::Unreadable { .. } => "unreadable",
            PipelineError::TooLarge { .. } => "workbook-too-large",
            PipelineError::Unpatchable { .. } => "unpatchable",
            PipelineError::UnknownPolicy { .. } => "unknown-policy",
            PipelineError::NotInForce { .. } => "policy-not-in-force",
            PipelineError::Cancelled => "cancelled",
            PipelineError::Internal(_) => "internal",
        }
    }

    /// A package that begins as one and ends too early.
    pub(super) fn truncated() -> Self {
        PipelineError::Unreadable { reason: TRUNCATED }
    }

    /// What is wrong, in a few words.
    pub fn title(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            PipelineError::NotAWorkbook { .. } => ("这不是 Excel 工作簿", "This is not an Excel workbook"),
            PipelineError::Encrypted => ("工作簿已加密", "The workbook is encrypted"),
            PipelineError::Unreadable { .. } => ("工作簿无法读取", "The workbook can't be read"),
            PipelineError::TooLarge { .. } => ("工作簿内容过大", "The workbook holds too much"),
            PipelineError::Unpatchable { .. } => {
                ("无法在工作簿中写入结果", "Results can't be written into this workbook")
            }
            PipelineError::UnknownPolicy { .. } => ("没有这个政策", "There is no such policy"),
            PipelineError::NotInForce { .. } => ("该年度没有有效的政策版本", "No version of the policy was in force"),
            PipelineError::Cancelled => ("计算已取消", "The calculation was cancelled"),
            PipelineError::Internal(_) => ("服务内部错误", "The service failed"),
        };
        lang.pick(zh, en).to_owned()
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self, lang: Lang) -> String {
        let title = self.title(lang);
        let more = match self {
            PipelineError::Unreadable { reason } | PipelineError::Unpatchable { reason } => reason.text(lang),
            PipelineError::NotAWorkbook { what } => unfit::detail(*what, lang),
            PipelineError::TooLarge { limit, max } => &too_much(limit, *max, lang),
            PipelineError::UnknownPolicy { id, .. } => id,
            PipelineError::NotInForce { id, day, spans } => &not_in_force(id, *day, spans, lang),
            PipelineError::Encrypted => lang.pick(
                "它需要打开密码；若在 Excel 中打开时并不要求密码，它是用 Excel 的默认密码加密的",
                "it takes a password to open; where Excel never asks for one, it is encrypted with Excel's default password",
            ),
            PipelineError::Cancelled | PipelineError::Internal(_) => return title,
        };
        format!("{title}{}{more}", lang.pick("：", ": "))
    }
}

impl PipelineError {
    /// What to do about it, in Chinese and in English, where that depends on the file alone.
    pub fn fix(&self) -> Option<(&'static str, &'static str)> {
        match self {
            PipelineError::NotAWorkbook { what } => Some(unfit::fix(*what)),
            PipelineError::Encrypted => Some((
                "请在 Excel 中打开，在“文件 > 信息 > 保护工作簿 > 用密码进行加密”中清空密码，另存后再发送；默认密码的文件另存为新的 .xlsx 即可。",
                "Open it in Excel, clear the password under File > Info > Protect Workbook > Encrypt with Password, save it and send that; one with the default password need only be saved as a new .xlsx.",
            )),
            _ => None,
        }
    }
}

/// On which day nothing was in force, and what was when.
fn not_in_force(id: &str, day: Date, spans: &[Span], lang: Lang) -> String {
    let spans: Vec<String> = spans.iter().map(ToString::to_string).collect();
    match lang {
        Lang::Zh => format!("政策 {id} 在 {day} 没有有效版本；已有版本：{}", spans.join("、")),
        Lang::En => format!("the policy {id} has none for {day}; there are: {}", spans.join(", ")),
    }
}

/// What there is too much of, and the setting that says so.
fn too_much(limit: &str, max: u64, lang: Lang) -> String {
    let what = match limit {
        "entries_max" => lang.pick("文件包中的文件数", "files in the package"),
        "part_bytes_max" => {
            lang.pick("单个部件（样式、批注等）或单个单元格的字节数", "bytes of one part (styles, notes …) or cell")
        }
        "shared_strings_bytes_max" => lang.pick("共享字符串的字节数", "bytes of the shared strings"),
        "inflated_bytes_max" => lang.pick("解压后的总字节数", "bytes of all parts, inflated"),
        "converted_cells_max" => lang.pick(
            "单元格数（.xls、.xlsb、.ods 中每张工作表按包含数据的矩形计）",
            "cells (of .xls, .xlsb and .ods, each sheet as the rectangle around its data)",
        ),
        "converted_sheets_max" => lang.pick("工作表数", "sheets"),
        "answer_bytes_max" => lang.pick("结果工作簿的字节数", "bytes of the annotated workbook"),
        "tags of the styles" => lang.pick("样式中的标签数", "tags of the styles"),
        "nodes of a part" => lang.pick("单个部件的 XML 节点数", "nodes of a part"),
        "ratio_max" => lang.pick("部件的压缩倍数", "times that a part is larger than zipped"),
        other => other,
    };
    let setting =
        if limit.ends_with("_max") { format!(" (DEALERBOOK_{})", limit.to_uppercase()) } else { String::new() };
    match lang {
        Lang::Zh => format!("{what}不得超过 {max}{setting}"),
        Lang::En => format!("at most {max} {what}{setting}"),
    }
}
