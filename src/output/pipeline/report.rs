//! What a run has come to: what HTTP and the command line need of it.

use std::io::{self, Write};
use std::sync::Arc;

use super::PipelineError;
use super::origin::Origin;
pub use crate::report::json::Status;
use crate::report::json::{RunJson, Summary};
use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;
use dealerbook_engine::appeals::Brought;
use dealerbook_engine::policy::PolicySource;
use dealerbook_engine::schema::Severity;
use dealerbook_engine::validate::{Checked, Issue, Speaker};
use dealerbook_engine::workbook::cell_name;
use dealerbook_package::ForeignKind;

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

/// What distinguishes one run from another of the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct RunIdentity<'a> {
    /// The run's id.
    pub id: &'a str,
    /// RFC 3339 in UTC.
    pub created_at: &'a str,
}

/// What was found and calculated.
#[derive(Debug)]
pub struct Report {
    pub(super) status: Status,
    pub(super) filename: String,
    pub(super) xlsm: bool,
    pub(super) converted_from: Option<ForeignKind>,
    pub(super) period: Option<i16>,
    pub(super) regions: Vec<Key>,
    pub(super) appeals: Vec<Brought>,
    pub(super) origin: Origin,
    pub(super) summary: Summary,
    pub(super) run: RunJson,
    pub(super) body: Vec<u8>,
    pub(super) headlines: Vec<String>,
    pub(super) unwritten: Option<PipelineError>,
    pub(super) policy: Option<Arc<PolicySource>>,
}

impl Report {
    /// What became of the calculation.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The answer's file name.
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The answer's content type.
    pub fn content_type(&self) -> &'static str {
        if self.xlsm {
            "application/vnd.ms-excel.sheet.macroEnabled.12"
        } else {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        }
    }

    /// What the upload was, by its usual extension without the dot.
    pub fn upload_kind(&self) -> &'static str {
        let own = if self.xlsm { "xlsm" } else { "xlsx" };
        self.converted_from.map_or(own, |kind| kind.extension().trim_start_matches('.'))
    }

    /// The year that was assessed.
    pub fn period(&self) -> Option<i16> {
        self.period
    }

    /// The regions of the dealers sheet, each once.
    pub fn regions(&self) -> &[Key] {
        &self.regions
    }

    /// The policy by which it was calculated; none where nothing was.
    pub fn policy(&self) -> Option<&PolicySource> {
        self.policy.as_deref()
    }

    /// The appeals that the workbook brings, known ones among them; none where nothing was calculated.
    pub fn appeals(&self) -> &[Brought] {
        &self.appeals
    }

    /// Counts and sums.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Why there is no annotated workbook, although one was wanted.
    pub fn unwritten(&self) -> Option<&PipelineError> {
        self.unwritten.as_ref()
    }

    /// The same, to pass on.
    pub fn take_unwritten(&mut self) -> Option<PipelineError> {
        self.unwritten.take()
    }

    pub(super) fn cannot_write(&mut self, error: PipelineError, lang: Lang) {
        self.run.unwritten = Some(error.detail(lang));
        self.unwritten = Some(error);
    }

    /// The first errors and warnings, a line each, for a terminal.
    pub fn headlines(&self) -> &[String] {
        &self.headlines
    }

    /// Writes the result as JSON; the job must have asked for it.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_json(&self, identity: &RunIdentity<'_>, mut out: impl Write) -> io::Result<()> {
        let (id, created_at) = (identity.id.to_owned(), identity.created_at.to_owned());
        let run = RunJson { id, created_at, ..self.run.clone() };
        out.write_all(b"{\"run\":")?;
        serde_json::to_writer(&mut out, &run)?;
        out.write_all(b",")?;
        out.write_all(&self.body)?;
        out.write_all(b"}")?;
        out.flush()
    }
}

/// So many issues are reported on a terminal.
const HEADLINES_MAX: usize = 20;

/// The first errors and warnings, a line each.
pub(super) fn headlines(checked: &Checked, speaker: &Speaker<'_>) -> Vec<String> {
    let weighty = checked.issues.list().iter().filter(|i| i.severity != Severity::Info);
    let line = |issue: &Issue| {
        let place = issue.place;
        let cell = place.row.zip(place.column).map(|(row, column)| format!("!{}", cell_name(row, column)));
        let place = speaker.sheet(place.sheet).map(|sheet| format!(" {sheet}{}", cell.unwrap_or_default()));
        let severity = crate::report::issue_sheet::severity(issue.severity, speaker);
        format!("{severity}{}: {}", place.unwrap_or_default(), speaker.message(issue))
    };
    weighty.take(HEADLINES_MAX).map(line).collect()
}

/// The name of the answer: that of the upload with 考核结果 behind it, or 校验结果 where nothing of ours was assessed; once.
pub(super) fn answer_name(upload: Option<&str>, xlsm: bool, caller: bool) -> String {
    const SUFFIXES: [&str; 2] = ["-考核结果", "-校验结果"];
    let upload = upload.unwrap_or("dealerbook");
    let stem = match upload.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 5 => stem,
        _ => upload,
    };
    let stem = SUFFIXES.iter().find_map(|suffix| stem.strip_suffix(suffix)).unwrap_or(stem);
    format!("{stem}{}.{}", SUFFIXES[usize::from(caller)], if xlsm { "xlsm" } else { "xlsx" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_named_after_the_upload_and_keeps_its_kind() {
        assert_eq!(answer_name(Some("2007年考核.xlsx"), false, false), "2007年考核-考核结果.xlsx");
        assert_eq!(answer_name(Some("2007.经销商.xlsm"), true, false), "2007.经销商-考核结果.xlsm");
        assert_eq!(answer_name(Some("2007年考核-考核结果.xlsx"), false, false), "2007年考核-考核结果.xlsx");
        assert_eq!(answer_name(Some("订单.xlsx"), false, true), "订单-校验结果.xlsx");
        assert_eq!(answer_name(None, false, false), "dealerbook-考核结果.xlsx");
    }
}
