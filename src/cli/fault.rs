//! Why a workbook could not be worked on, or a whole command not be done: what is wrong and how to fix it, in both languages.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use dealerbook_base::lang::Lang;
use dealerbook_engine::history::HistoryError;
use dealerbook_engine::schema;
use dealerbook_output::pipeline::PipelineError;
use dealerbook_server::telemetry;

/// What hinders.
#[derive(Debug)]
pub enum Fault {
    /// The workbook or folder can't be read.
    Unread(io::Error),
    /// There is no workbook in the folder.
    NoWorkbooks,
    /// The workbook can't be worked on.
    Workbook(PipelineError),
    /// The answer can't be written there.
    Unwritten { out: PathBuf, source: io::Error },
    /// Several answers can't go into one file.
    NotAFolder { out: PathBuf },
    /// There is something there that no answer should replace, such as a device.
    NotAFile { out: PathBuf },
    /// The answer would take the place of its own workbook, or of another one that was given.
    InPlace { out: PathBuf, own: bool },
    /// The workbook over all of them would take the place of one that was given, or of an answer.
    NoPlaceForAll { out: PathBuf },
    /// The caller's own schema can't be read.
    SchemaUnread { file: PathBuf, source: io::Error },
    /// The caller's own schema is faulty.
    InvalidSchema { file: PathBuf, faults: Vec<schema::Fault> },
    /// A result of an earlier period can't be read.
    HistoryUnread { file: PathBuf, source: io::Error },
    /// A file that is no result of an earlier period.
    NoHistory { file: PathBuf, source: HistoryError },
    /// A bug of ours.
    Panicked,
}

impl Fault {
    /// A name for scripts; those of workbooks are the same as over HTTP.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Unread(_) => "unread",
            Fault::NoWorkbooks => "no-workbooks",
            Fault::Workbook(error) => error.code(),
            Fault::Unwritten { .. } => "unwritten",
            Fault::NotAFolder { .. } => "not-a-folder",
            Fault::NotAFile { .. } => "not-a-file",
            Fault::InPlace { .. } => "in-place",
            Fault::NoPlaceForAll { .. } => "no-place-for-all",
            Fault::SchemaUnread { .. } => "schema-unread",
            Fault::InvalidSchema { .. } => "invalid-schema",
            Fault::HistoryUnread { .. } => "history-unread",
            Fault::NoHistory { .. } => "no-history",
            Fault::Panicked => "internal",
        }
    }

    /// What is wrong, without a full stop.
    pub fn detail(&self, lang: Lang) -> String {
        let at = |out: &Path, zh: &str, en: &str| match lang {
            Lang::Zh => format!("{}：{zh}", out.display()),
            Lang::En => format!("{}: {en}", out.display()),
        };
        match self {
            Fault::Unread(error) => words_of(error, lang),
            Fault::NoWorkbooks => lang.pick("文件夹中没有工作簿", "there is no workbook in the folder").to_owned(),
            Fault::Workbook(PipelineError::Internal(cause)) => telemetry::causes(cause.as_ref()),
            Fault::Workbook(error @ PipelineError::UnknownPolicy { known, .. }) => {
                let known = known.join(lang.pick("、", ", "));
                format!("{}{}{known}", error.detail(lang), lang.pick("；可用的政策：", "; there are: "))
            }
            Fault::Workbook(error) => error.detail(lang),
            Fault::Unwritten { out, source } => at(
                out,
                &format!("结果无法写入：{}", words_of(source, lang)),
                &format!("the answer can't be written: {}", words_of(source, lang)),
            ),
            Fault::NotAFolder { out } => at(
                out,
                "多个工作簿的结果需要一个文件夹，而这是文件",
                "several answers need a folder, and this is a file",
            ),
            Fault::NotAFile { out } => {
                at(out, "这不是普通文件，不能替换", "this is no ordinary file and is not replaced")
            }
            Fault::InPlace { out, own: true } => {
                at(out, "结果会覆盖原工作簿", "the answer would take its own workbook's place")
            }
            Fault::InPlace { out, own: false } => at(
                out,
                "结果会覆盖另一个要处理的工作簿",
                "an answer would take the place of another workbook that was given",
            ),
            Fault::NoPlaceForAll { out } => at(
                out,
                "汇总工作簿会覆盖要处理的工作簿或其结果",
                "the workbook over all would take the place of a workbook that was given, or of its answer",
            ),
            Fault::SchemaUnread { file, source } => at(
                file,
                &format!("模式无法读取：{}", words_of(source, lang)),
                &format!("the schema can't be read: {}", words_of(source, lang)),
            ),
            Fault::InvalidSchema { file, faults } => {
                let told: Vec<String> = faults.iter().map(|fault| told(fault, lang)).collect();
                at(
                    file,
                    &format!("模式有误\n{}", told.join("\n")),
                    &format!("the schema is faulty\n{}", told.join("\n")),
                )
            }
            Fault::HistoryUnread { file, source } => at(
                file,
                &format!("历史结果无法读取：{}", words_of(source, lang)),
                &format!("the earlier result can't be read: {}", words_of(source, lang)),
            ),
            Fault::NoHistory { file, source: HistoryError::NotAResult(_) } => {
                at(file, "这不是计算结果 JSON", "this is no result of a run as JSON")
            }
            Fault::NoHistory { file, source: HistoryError::NothingAssessed } => {
                at(file, "该结果中没有考核结果", "nothing was assessed in this result")
            }
            Fault::NoHistory { file, source: HistoryError::Repeated(period) } => {
                at(file, &format!("{period} 年度的结果已经给出过"), &format!("a result of {period} was given already"))
            }
            Fault::Panicked => lang.pick("程序内部错误", "the program failed, which is a fault of its own").to_owned(),
        }
    }

    /// What to do about it, in a sentence.
    pub fn remedy(&self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Fault::Unread(_) => ("请检查路径和权限。", "Check the path and its permissions."),
            Fault::NoWorkbooks => {
                ("请指定工作簿，或其所在的文件夹。", "Name the workbooks, or the folder that they lie in themselves.")
            }
            Fault::Workbook(error) => mend_of(error),
            Fault::Unwritten { .. } => {
                ("请检查路径、权限和磁盘空间。", "Check the path, its permissions and the space left.")
            }
            Fault::NotAFolder { .. } => ("请用 -o 指定文件夹。", "Give -o a folder."),
            Fault::NotAFile { .. } => {
                ("请用 -o 指定别处；不需要结果文件时省略 -o。", "Give -o another place, or leave it out for no answer.")
            }
            Fault::InPlace { own: true, .. } => (
                "请用 -o 指定别处；确要覆盖请加 --force。",
                "Give -o another place, or --force if that is what you want.",
            ),
            Fault::InPlace { own: false, .. } => ("请用 -o 指定别处。", "Give -o another place."),
            Fault::NoPlaceForAll { .. } => ("请用 --consolidated 指定别处。", "Give --consolidated another place."),
            Fault::SchemaUnread { .. } => ("请检查 --schema 的路径。", "Check the path of --schema."),
            Fault::InvalidSchema { .. } => ("请改正以上各处。", "Mend all of these."),
            Fault::HistoryUnread { .. } => ("请检查 --history 的路径。", "Check the path of --history."),
            Fault::NoHistory { .. } => (
                "每个年度用 --history 给出一个由 run --json 得到的结果。",
                "Give --history one result of `run --json` for each period.",
            ),
            Fault::Panicked => {
                ("请将该文件和以上信息告知开发者。", "Tell the developers, with the file and the lines above.")
            }
        };
        lang.pick(zh, en)
    }

    /// Both, for people.
    pub fn said(&self, lang: Lang) -> String {
        let detail = self.detail(lang);
        let detail = detail.trim_end_matches(['.', '。']);
        format!("{detail}{}{}", lang.pick("。", ". "), self.remedy(lang))
    }

    /// Both, for scripts.
    pub fn json(&self, file: &Path, lang: Lang) -> Value {
        let error = json!({"code": self.code(), "detail": self.detail(lang), "remedy": self.remedy(lang)});
        json!({"file": file.to_string_lossy(), "error": error})
    }
}

/// A fault of a schema in a line: where, what, how to fix it.
fn told(fault: &schema::Fault, lang: Lang) -> String {
    let pointer = if fault.pointer.is_empty() { "/" } else { &fault.pointer };
    format!("  {pointer}{}{} {}", lang.pick("：", ": "), fault.detail(lang), fault.remedy(lang))
}

fn words_of(error: &io::Error, lang: Lang) -> String {
    let (zh, en) = match error.kind() {
        ErrorKind::NotFound => ("文件或文件夹不存在", "there is no such file or folder"),
        ErrorKind::PermissionDenied => ("没有权限", "permission denied"),
        ErrorKind::StorageFull => ("磁盘空间不足", "no space is left"),
        ErrorKind::ReadOnlyFilesystem => ("文件系统为只读", "the file system is read-only"),
        ErrorKind::NotADirectory => ("路径中有一段不是文件夹", "a part of the path is no folder"),
        _ => return error.to_string(),
    };
    lang.pick(zh, en).to_owned()
}

fn mend_of(error: &PipelineError) -> (&'static str, &'static str) {
    if let Some(fix) = error.fix() {
        return fix;
    }
    match error {
        PipelineError::NotAWorkbook { .. } | PipelineError::Encrypted => {
            ("请在 Excel 或 WPS 中另存为 .xlsx 后重试。", "Save it as .xlsx in Excel or WPS and try that.")
        }
        PipelineError::Unreadable { .. } => (
            "请确认文件能在 Excel 中打开，另存一份后重试。",
            "Make sure that Excel opens the file, save a copy and try that.",
        ),
        PipelineError::TooLarge { .. } => {
            ("请删去多余的工作表、行列或图片后重试。", "Remove spare sheets, rows, columns or pictures and try again.")
        }
        PipelineError::Unpatchable { .. } => (
            "请在 Excel 中把内容另存为新的 .xlsx 后重试，或用 --json 只取结果。",
            "Save its contents as a new .xlsx in Excel and try that, or take the result alone with --json.",
        ),
        PipelineError::UnknownPolicy { .. } => {
            ("请改正 --policy，或去掉它以使用默认政策。", "Correct --policy, or leave it out for the default one.")
        }
        PipelineError::NotInForce { .. } => (
            "请核对考核年度（--period），或用 --policy 指定该年度有效的政策。",
            "Check the period (--period), or name with --policy a policy that was in force then.",
        ),
        PipelineError::Cancelled => ("请重新运行。", "Run it again."),
        PipelineError::Internal(_) => ("请检查磁盘空间后重试。", "Check the space left and try again."),
    }
}
