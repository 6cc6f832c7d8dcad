//! The one way of the data: bytes, a policy and options in, bytes and a report out.
//!
//! Synchronous and pure but for the bytes that it writes: no clock, no file, no request. HTTP, the command line and the benches
//! call [`run`]; it knows none of them.
//!
//! Whoever wants times watches where stages begin ([`Observer`]). Long tables are let go of before anything is written
//! (`Checked::keep_only`), which halves the peak on a workbook of 120,000 purchases; so the other programmes are calculated before, and
//! keep what they looked at.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

mod appeals;
mod cards;
mod conversion;
mod error;
mod facts;
mod grid;
mod in_force;
mod origin;
mod outcome;
mod regions;
mod report;
#[cfg(test)]
mod source_tests;
mod stage;
mod stop;
mod template_origin;
#[cfg(test)]
mod tests;
mod trial;
mod unfit;
mod view;

pub use crate::annotate::Mark;
pub use cards::{CARDS_MAX, NoCard};
pub use error::{EngineError, PipelineError, PipelineErrorKind};
pub use grid::{CellAt, Grid, grids};
pub use in_force::last_day;
pub use origin::CameFrom;
pub use outcome::outcome;
pub use regions::regions;
pub use report::{Report, RunIdentity, Status};
pub use stage::{Observer, Stage};
pub use view::view;

pub use crate::report::view::View;
pub use trial::{DataFault, patchable, values_before};

use origin::Origin;
use stop::Stoppable;

use crate::annotate;
use crate::appeals::Appeals;
use crate::history::{History, PastPeriod};
use crate::lang::Lang;
use crate::package::edit::{At, Edits, SheetEdit};
use crate::package::{self, FileKind, Kind, Package, PackageError, WhyLeftOut};
use crate::policy::Policy;
use crate::programmes::{Gathered, Horizon, Outcomes, assessment, dealer_years, gather, horizon, incentives, monthly};
use crate::report::book::{Added, ISSUES_KEY};
use crate::report::earlier::{self, Comparison, Earlier, Since};
use crate::report::json::{
    Calculated, HistoryJson, IssueList, PolicyJson, Results, RunJson, SchemaJson, WorkbookJson, summary,
};
use crate::report::programme_sheets;
use crate::report::sources::Sources;
use crate::report::template;
use crate::report::words::Words;
use crate::schema::{Caller, Schemas, Severity};
use crate::validate::{self, Checked, Code, Detail, Exclusions, Issue, Place, Request, Speaker};
use crate::workbook::Workbook;

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
    /// A caller's own schemas, by which the workbook is checked instead of ours; nothing is calculated then.
    pub schemas: Option<Arc<Schemas>>,
    /// What earlier periods came to; what the sheets leave empty of the year before is taken from it.
    pub history: Option<Arc<History>>,
    /// What is known of appeals against the run that the workbook came from; without it, it came from none.
    pub appeals: Option<Arc<Appeals>>,
    /// The dealers' months are kept to the end, for their cards.
    pub keep_months: bool,
    /// The cells that the programmes read are kept to the end, for pages that lead to them.
    pub keep_sources: bool,
    /// The year is looked at from the end of one of its months, for an accrual; the assessment and the incentives go by it.
    pub horizon: Option<Horizon>,
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

/// An answer may have so many bytes for each of the upload's …
const ANSWER_TIMES_MAX: u64 = 50;
/// … and these beside: a small upload may be much that was packed tightly.
const ANSWER_BYTES_FREE: u64 = 32 << 20;

/// What errors in the data do to the calculation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// They stop it.
    #[default]
    Stop,
    /// Faulty rows are left out and the rest is calculated.
    Partial,
}

/// Schemas and policies, loaded and checked before anything is calculated by them.
#[derive(Clone, Debug)]
pub struct Engine {
    /// What a workbook should look like.
    pub schemas: Schemas,
    /// The policies that may be asked for, each in all its versions; the first one's id is the default.
    pub policies: Vec<Policy>,
    /// How much of an upload is believed.
    pub package_limits: package::Limits,
    /// How much is written onto the user's sheets.
    pub annotate_limits: annotate::Limits,
}

impl Engine {
    /// The engine of the embedded schemas and policies.
    ///
    /// # Errors
    ///
    /// [`EngineError`] where one of them is wrong.
    pub fn embedded() -> Result<Engine, EngineError> {
        Engine::of(Policy::shipped()?)
    }

    fn of(policies: Vec<Policy>) -> Result<Engine, EngineError> {
        Ok(Engine {
            schemas: Schemas::embedded()?,
            policies,
            package_limits: package::Limits::default(),
            annotate_limits: annotate::Limits::default(),
        })
    }

    /// The same with the company's own policies from a folder, which come first: the first of them is the default.
    ///
    /// # Errors
    ///
    /// [`EngineError`] where one of them is wrong, with everything that is wrong with all of them.
    pub fn with_policies(folder: Option<&Path>) -> Result<Engine, EngineError> {
        let mut engine = Engine::embedded()?;
        if let Some(folder) = folder {
            let own = Policy::in_folder(folder, &engine.policies)?;
            engine.policies.splice(0..0, own);
        }
        Ok(engine)
    }

    /// The same for one policy: the others are read only where they may be meant, for each start of a command reads them anew.
    ///
    /// # Errors
    ///
    /// As [`Engine::with_policies`].
    pub fn for_policy(folder: Option<&Path>, id: Option<&str>) -> Result<Engine, EngineError> {
        if folder.is_some() || id.is_some() {
            return Engine::with_policies(folder);
        }
        Engine::of(vec![Policy::embedded()?])
    }
}

/// Which policy a workbook is calculated by.
#[derive(Clone, Copy, Debug, Default)]
pub enum PolicyChoice<'a> {
    /// The engine's first, in the version that was in force on the period's last day.
    #[default]
    Default,
    /// The engine's of this id, likewise.
    Id(&'a str),
    /// This one, whatever the engine has: that of an earlier run, or one that is tried out.
    This(&'a Policy),
}

impl<'a> From<Option<&'a str>> for PolicyChoice<'a> {
    fn from(id: Option<&'a str>) -> Self {
        id.map_or(PolicyChoice::Default, PolicyChoice::Id)
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
    /// By which policy.
    pub policy: PolicyChoice<'a>,
    /// Whether the result is wanted as JSON.
    pub json: bool,
    /// Set from outside to end the work soon.
    pub stop: &'a AtomicBool,
    /// Told of each stage, where somebody wants to know.
    pub observer: Option<&'a dyn Observer>,
}

impl<'a> Job<'a> {
    /// The schemas by which the workbook is checked.
    fn schemas(&self) -> &'a Schemas {
        self.options.schemas.as_deref().unwrap_or(&self.engine.schemas)
    }

    /// What the annotated workbook may have: it grows with the upload, up to the setting.
    fn answer_bytes_max(&self) -> u64 {
        let by_upload = (self.bytes.len() as u64).saturating_mul(ANSWER_TIMES_MAX).saturating_add(ANSWER_BYTES_FREE);
        by_upload.min(self.engine.package_limits.answer_bytes_max)
    }

    fn words(&self, policy: &'a Policy) -> Words<'a> {
        Words { schemas: self.schemas(), policy, lang: self.options.lang }
    }

    /// The period before, where it is known.
    fn past(&self, period: Option<i16>) -> Option<&'a PastPeriod> {
        self.options.history.as_deref().and_then(|history| history.before(period))
    }

    fn checks_only(&self) -> bool {
        self.options.check_only || self.options.schemas.is_some()
    }

    fn begins(&self, stage: Stage) {
        if let Some(observer) = self.observer {
            observer.begins(stage);
        }
    }
}

/// Walks the way of the data. The annotated workbook goes to `out`, where it is wanted.
///
/// Where the result is wanted as JSON, a file that can be read but not written into is no error: the report says so
/// ([`Report::unwritten`]), and what was written to `out` is worth nothing.
///
/// # Errors
///
/// [`PipelineError`] where the workbook can't be worked on. Faults in its data are no error: they are in the report.
pub fn run<W: Write + Seek>(job: &Job<'_>, out: Option<W>) -> Result<Report, PipelineError> {
    walk(job, |run| {
        job.begins(Stage::Plan);
        let mut report = run.report()?;
        let (bytes_max, is_too_long) = (job.answer_bytes_max(), Cell::new(false));
        let written = out.map(|out| run.annotate(&report, Stoppable::new(out, job.stop, bytes_max, &is_too_long)));
        if job.stop.load(Ordering::Relaxed) {
            return Err(PipelineError::Cancelled);
        }
        if is_too_long.get() {
            return Err(PipelineError::TooLarge { limit: "answer_bytes_max", max: bytes_max });
        }
        match written {
            Some(Err(error @ PipelineError::Unpatchable { .. })) if job.json => {
                report.cannot_write(error, job.options.lang)
            }
            Some(written) => written?,
            None => {}
        }
        Ok(report)
    })
}

/// Walks as far as everything is known and nothing is written, and gives what is known to `then`. For [`run`], and for the benches,
/// which take the time of what comes then alone.
///
/// # Errors
///
/// As [`run`], and what `then` gives.
pub fn walk<T>(job: &Job<'_>, then: impl FnOnce(&Run<'_>) -> Result<T, PipelineError>) -> Result<T, PipelineError> {
    let mut policy = job.engine.policy(job.policy, job.options.period.map(last_day))?;
    job.begins(Stage::Read);
    let converted = conversion::convert(job)?;
    let bytes = converted.as_ref().map_or(job.bytes, |made| made.bytes.as_slice());
    let package = open(job, bytes)?;
    job.begins(Stage::Validate);
    let (mut checked, mut earlier) = check(job, policy, &package)?;
    let in_force = job.engine.policy(job.policy, checked.period.map(last_day).or(checked.as_of))?;
    if in_force.sha256 != policy.sha256 {
        // The period, which no policy changes, is known now.
        policy = in_force;
        (checked, earlier) = check(job, policy, &package)?;
    }
    appeals::judge(job, &mut checked);
    foretell(&package, job.schemas(), &mut checked)?;
    if stopped(job, &checked) {
        // Nothing is calculated, so no row is left out of it.
        checked.issues.remove(Code::OutsidePeriod);
    }
    checked.issues.sort();
    job.begins(Stage::Calculate);
    let wanted = !stopped(job, &checked) && !job.checks_only();
    let outcomes = wanted.then(|| Outcomes::calculate(&checked, job.schemas(), policy));
    let sources = (wanted && job.options.keep_sources).then(|| Sources::of(&checked, job.words(policy)));
    let through = job.options.horizon.map_or(12, |horizon| horizon.through);
    let gathered = gather(&mut checked, job.schemas(), through);
    checked.keep_only(job.schemas(), "dealers");
    let calculated = outcomes.map(|outcomes| calculate(job, policy, &checked, gathered, outcomes));
    let speaker = Speaker { schemas: job.schemas(), policy, sheets: &checked.sheets, lang: job.options.lang };
    // Where issues were counted only, nobody knows whether an earlier one is among them.
    let earlier = earlier.filter(|_| checked.issues.beyond() == 0);
    let comparison = earlier.and_then(|earlier| {
        let since =
            if package.origin().is_some() { Since::Nothing } else { Since::Changes { unread: &checked.unread } };
        earlier::compare(earlier, checked.issues.list(), &speaker, since)
    });
    let run = Run {
        job,
        policy,
        converted_from: converted.as_ref().map(|made| made.kind),
        package: &package,
        checked: &checked,
        speaker: &speaker,
        calculated: calculated.as_ref(),
        comparison: comparison.as_ref(),
        sources: sources.map(Arc::new).unwrap_or_default(),
    };
    if job.stop.load(Ordering::Relaxed) {
        return Err(PipelineError::Cancelled);
    }
    then(&run)
}

/// Bytes that don't begin as an archive are no workbook; those that do, and are none, are a damaged one.
fn open<'b>(job: &Job<'_>, bytes: &'b [u8]) -> Result<Package<'b>, PipelineError> {
    match Package::open(bytes, &job.engine.package_limits) {
        Err(PackageError::NotZip { .. }) => match package::recognise(bytes, job.filename) {
            FileKind::Zip | FileKind::Unknown if bytes.starts_with(b"PK") => Err(PipelineError::truncated()),
            what => Err(PipelineError::NotAWorkbook { what }),
        },
        opened => Ok(opened?),
    }
}

fn check(
    job: &Job<'_>,
    policy: &Policy,
    package: &Package<'_>,
) -> Result<(Checked, Option<Vec<Earlier>>), PipelineError> {
    let ours = package.ours();
    let exclusions = Exclusions {
        sheets: ours.sheets.iter().map(|s| s.name.clone()).collect(),
        columns: ours.blocks.iter().map(|b| (b.sheet.clone(), b.range.first.column..=b.range.last.column)).collect(),
        from_template: job.options.schemas.is_none() && package.property(template::PROPERTY).is_some(),
    };
    let options = job.options;
    let request = Request {
        period: options.period,
        as_of: options.as_of,
        history: options.history.clone(),
        programmes: options.programmes.clone(),
    };
    let stop = || job.stop.load(Ordering::Relaxed);
    let issues = ours.sheets.iter().find(|sheet| sheet.key == ISSUES_KEY);
    let mut workbook = Workbook::open(package)?;
    let checked = validate::check(&mut workbook, job.schemas(), policy, &request, &exclusions, &stop)?;
    // A sheet of ours that was damaged since is none: it is replaced all the same.
    let earlier = issues.and_then(|sheet| earlier::read(&mut workbook, &sheet.name).ok());
    Ok((checked, earlier))
}

/// What can't be written into the user's sheets, said before anything is written.
fn foretell(package: &Package<'_>, schemas: &Schemas, checked: &mut Checked) -> Result<(), PipelineError> {
    let mut told = Vec::new();
    if package.signed() {
        told.push(plain_issue(Code::SignatureVoid, Place::default(), Detail::SignatureVoid));
    }
    let dealers = checked.table(schemas, "dealers").filter(|_| schemas.caller.is_none());
    for (sheet, name) in checked.sheets.iter().enumerate() {
        let sheet_place = Place { sheet: Some(sheet as u16), ..Place::default() };
        let mut cells: BTreeMap<At, Place> = BTreeMap::new();
        let of_sheet = |i: &&Issue| i.severity != Severity::Info && i.place.sheet == sheet_place.sheet;
        for issue in checked.issues.list().iter().filter(of_sheet) {
            if let (Some(row), Some(column)) = (issue.place.row, issue.place.column) {
                cells.entry(At { row, column }).or_insert(issue.place);
            }
        }
        if let Some(table) = dealers.filter(|table| table.sheet == sheet) {
            match table.free_columns(annotate::COLUMNS_MAX) {
                Some(column) => {
                    let row = table.header.row;
                    let place = Place { row: Some(row), column: Some(column), ..sheet_place };
                    cells.entry(At { row, column }).or_insert(place);
                }
                None => told.push(plain_issue(Code::NoteLeftOut, sheet_place, Detail::NoFreeColumn)),
            }
        }
        let wanted: Vec<At> = cells.keys().copied().collect();
        let hindered = package.hindered(name, &wanted)?;
        let threaded = hindered.iter().filter(|(_, why)| *why == WhyLeftOut::Threaded);
        told.extend(threaded.map(|(at, _)| plain_issue(Code::NoteLeftOut, cells[at], Detail::ThreadedComment)));
        let without_drawing = hindered.iter().filter(|(_, why)| *why == WhyLeftOut::Drawing).count();
        if without_drawing > 0 {
            let issue = plain_issue(Code::NoteLeftOut, sheet_place, Detail::NotesDrawing);
            told.push(Issue { count: without_drawing as u32, ..issue });
        }
    }
    told.into_iter().for_each(|issue| checked.issues.push(issue));
    Ok(())
}

fn plain_issue(code: Code, place: Place, detail: Detail) -> Issue {
    Issue { severity: code.severity(), code, place, value: None, detail, count: 1 }
}

/// Whether errors stop the calculation.
fn stopped(job: &Job<'_>, checked: &Checked) -> bool {
    checked.stopped || checked.has_errors() && job.options.on_error == OnError::Stop
}

/// Calculates the assessment and the incentives, where they are wanted and possible, beside what came of the other programmes.
fn calculate<'s>(
    job: &Job<'s>,
    policy: &'s Policy,
    checked: &'s Checked,
    gathered: Option<Gathered>,
    outcomes: Outcomes,
) -> Calculated<'s> {
    let runs = |name: &str| checked.programmes.iter().any(|p| p == name);
    let gathered = gathered.filter(|_| runs("assessment") || runs("incentives"));
    let Some(gathered) = gathered else {
        return Calculated { years: Vec::new(), monthly: None, assessment: None, incentives: None, outcomes };
    };
    let mut years = dealer_years(&gathered, checked, job.schemas(), policy, job.past(checked.period));
    drop(gathered);
    if let Some(horizon) = job.options.horizon {
        horizon::apply(&mut years, horizon);
    }
    let assessment = assessment::calculate(&years, policy);
    let monthly = monthly::add_up(&years, policy);
    if !job.options.keep_months {
        years.iter_mut().for_each(|year| year.months = None);
    }
    let incentives = runs("incentives").then(|| incentives::calculate(&years, &assessment, policy));
    Calculated { years, monthly: Some(monthly), assessment: Some(assessment), incentives, outcomes }
}

/// What a run has come to, before it is written.
pub struct Run<'r> {
    job: &'r Job<'r>,
    policy: &'r Policy,
    /// What the upload was, where it was made anew.
    converted_from: Option<package::ForeignKind>,
    package: &'r Package<'r>,
    checked: &'r Checked,
    speaker: &'r Speaker<'r>,
    calculated: Option<&'r Calculated<'r>>,
    comparison: Option<&'r Comparison>,
    sources: Arc<Sources>,
}

impl Run<'_> {
    fn status(&self) -> Status {
        match (self.checked.has_errors(), self.calculated) {
            (false, _) => Status::Ok,
            (true, Some(_)) => Status::Partial,
            (true, None) => Status::Faulty,
        }
    }

    fn show_assessment(&self) -> bool {
        self.checked.programmes.iter().any(|p| p == "assessment")
    }

    fn words(&self) -> Words<'_> {
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
            appeals: self.brought_appeals(),
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
            programmes: self.calculated.map_or_else(Vec::new, |c| programme_sheets::of(&c.outcomes, self.words())),
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
