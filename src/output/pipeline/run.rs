//! What a run has come to: put into a report, and written onto the workbook.

use std::io::{Seek, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::origin::Origin;
use super::{Job, PipelineError, Report, Stage, Status, report};
use crate::annotate;
use crate::report::book::Added;
use crate::report::earlier::Comparison;
use crate::report::json::{
    Calculated, HistoryJson, IssueList, PolicyJson, Results, RunJson, SchemaJson, WorkbookJson, summary,
};
use crate::report::sources::Sources;
use crate::report::words::Words;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::schema::Caller;
use dealerbook_engine::validate::{Checked, Speaker};
use dealerbook_package::edit::{Edits, SheetEdit};
use dealerbook_package::{Kind, Package};

/// What a run has come to, before it is written.
pub struct Run<'r> {
    pub(super) job: &'r Job<'r>,
    pub(super) policy: &'r Policy,
    /// What the upload was, where it was made anew.
    pub(super) converted_from: Option<dealerbook_package::ForeignKind>,
    pub(super) package: &'r Package<'r>,
    pub(super) checked: &'r Checked,
    pub(super) speaker: &'r Speaker<'r>,
    pub(super) calculated: Option<&'r Calculated<'r>>,
    pub(super) comparison: Option<&'r Comparison>,
    pub(super) sources: Arc<Sources>,
}

impl Run<'_> {
    pub(super) fn status(&self) -> Status {
        match (self.checked.has_errors(), self.calculated) {
            (false, _) => Status::Ok,
            (true, Some(_)) => Status::Partial,
            (true, None) => Status::Faulty,
        }
    }

    pub(super) fn show_assessment(&self) -> bool {
        self.checked.programmes.iter().any(|p| p == "assessment")
    }

    pub(super) fn words(&self) -> Words<'_> {
        self.job.words(self.policy)
    }

    /// What was found and calculated; as JSON too, where the job asks for it.
    ///
    /// # Errors
    ///
    /// [`PipelineError::Internal`] where it can't be put into JSON.
    pub fn report(&self) -> Result<Report, PipelineError> {
        let status = self.status();
        let summary = summary(
            self.checked,
            self.speaker,
            self.calculated,
            self.policy,
            self.job.engine.annotate_limits.notes_max,
        );
        let sha256 = hex::encode(Sha256::digest(self.job.bytes));
        let filename = report::answer_name(
            self.job.filename,
            self.package.kind() == Kind::Xlsm,
            self.speaker.schemas.caller.is_some(),
        );
        let run = self.run_json(status, &sha256);
        let origin = Origin::of(self.package, &sha256, self.job.filename);
        let body = if self.job.json {
            self.body(&summary).map_err(|e| PipelineError::Internal(e.into()))?
        } else {
            Vec::new()
        };
        let headlines = report::headlines(self.checked, self.speaker);
        Ok(Report {
            status,
            filename,
            xlsm: self.package.kind() == Kind::Xlsm,
            converted_from: self.converted_from,
            period: self.checked.period,
            regions: self.regions(),
            appeals: self.submitted_appeals(),
            origin,
            summary,
            run,
            body,
            headlines,
            unwritten: None,
            policy: self.calculated.map(|_| self.policy.source.clone()),
        })
    }

    /// The run as results tell it; who keeps it gives it its id.
    fn run_json(&self, status: Status, sha256: &str) -> RunJson {
        let Policy { id, version, sha256: hash, rates, .. } = self.policy;
        let policy = PolicyJson { id: id.clone(), version: version.clone(), sha256: hash.clone(), rates: *rates };
        let caller = self.speaker.schemas.caller.clone();
        RunJson {
            id: String::new(),
            created_at: String::new(),
            interim: self.checked.interim.is_some(),
            period: self.checked.period,
            as_of: self.checked.as_of.map(|d| d.to_string()),
            policy: caller.is_none().then_some(policy),
            schema: caller.map(|Caller { name, title, sha256 }| SchemaJson { name, title, sha256 }),
            history: self
                .job
                .past(self.checked.period)
                .map(|past| HistoryJson { period: past.period, sha256: past.sha256() }),
            workbook: WorkbookJson {
                filename: self.job.filename.map(str::to_owned),
                sha256: sha256.to_owned(),
                bytes: self.job.bytes.len(),
            },
            partial: status == Status::Partial,
            status,
            unwritten: None,
        }
    }

    /// Everything of the result but the run.
    fn body(&self, summary: &crate::report::json::Summary) -> serde_json::Result<Vec<u8>> {
        let issues = IssueList { issues: self.checked.issues.list(), speaker: self.speaker };
        let words = self.words();
        let show_assessment = self.show_assessment();
        let results = self.calculated.map(|calculated| Results { calculated, show_assessment, words });
        let mut body = Vec::new();
        body.extend_from_slice(b"\"summary\":");
        serde_json::to_writer(&mut body, summary)?;
        body.extend_from_slice(b",\"issues\":");
        serde_json::to_writer(&mut body, &issues)?;
        if !self.job.checks_only() {
            body.extend_from_slice(b",\"results\":");
            serde_json::to_writer(&mut body, &results)?;
        }
        Ok(body)
    }

    /// Writes the annotated workbook: decides what stands on the user's sheets, lays out ours, and patches the package.
    ///
    /// # Errors
    ///
    /// [`PipelineError::Unpatchable`] where the workbook can't be written into, [`PipelineError::Internal`] where `out` can't.
    pub fn annotate<W: Write + Seek>(&self, report: &Report, out: W) -> Result<(), PipelineError> {
        let limits = &self.job.engine.annotate_limits;
        let annotate::Plan { mut sheets, left_out } =
            annotate::plan(self.checked, self.speaker, limits, self.job.options.mark);
        self.add_block(report, &mut sheets);
        let added = Added {
            calculated: self.calculated,
            show_assessment: self.show_assessment(),
            programmes: self.calculated.map_or_else(Vec::new, |c| c.outcomes.sheets(self.words())),
            issues: self.checked.issues.list(),
            comparison: self.comparison,
            speaker: self.speaker,
            subtitle: self.subtitle(),
            notice: self.notice(),
            caveat: self.caveat(),
            facts: self.facts(report, &left_out),
            period: self.checked.period,
            epoch_1904: self.package.has_1904_epoch(),
        };
        let titles = self.package.titles_for(&added.titles());
        let graft = added.make(&titles).map_err(|e| PipelineError::Internal(e.into()))?;
        self.job.begins(Stage::Write);
        let from = self.calculated.and(self.checked.period).map(|period| report.origin.came_from(period));
        let edits = Edits { sheets, graft: Some(graft), origin: Some(report.origin.remembered()), from };
        self.package.write(edits, out).map_err(PipelineError::unpatchable)?;
        Ok(())
    }

    fn add_block(&self, report: &Report, sheets: &mut Vec<SheetEdit>) {
        let table = self.checked.table(self.job.schemas(), "dealers");
        let (Some(calculated), Some(table)) = (self.calculated, table) else { return };
        let columns = annotate::ResultColumns {
            table,
            calculated,
            show_assessment: self.show_assessment(),
            policy: self.policy,
            lang: self.job.options.lang,
            about: self.about(report),
            answers: self.appeal_answers(),
        };
        let Some((block, note)) = annotate::block(&columns) else { return };
        let name = &self.checked.sheets[table.sheet];
        let at = sheets.iter().position(|s| s.sheet == *name).unwrap_or_else(|| {
            sheets.push(SheetEdit { sheet: name.clone(), ..SheetEdit::default() });
            sheets.len() - 1
        });
        sheets[at].block = Some(block);
        sheets[at].notes.push(note);
    }
}
