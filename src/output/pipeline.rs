//! The one way of the data: bytes, a policy and options in, bytes and a report out.
//!
//! Synchronous and pure but for the bytes that it writes: no clock, no file, no request. HTTP, the command line and the benches
//! call [`run`]; it knows none of them.
//!
//! Whoever wants times watches where stages begin ([`Observer`]). Long tables are let go of before anything is written
//! (`Checked::keep_only`), which halves the peak on a workbook of 120,000 purchases; so the other programmes are calculated before, and
//! keep what they looked at.

use std::cell::Cell;
use std::io::{Seek, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;

mod appeals;
mod cards;
mod conflicts;
mod conversion;
mod engine;
mod error;
mod facts;
mod grid;
mod in_force;
mod job;
mod origin;
mod outcome;
mod regions;
mod report;
mod run;
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
pub use engine::{Engine, PolicyChoice};
pub use error::{EngineError, PipelineError, PipelineErrorKind};
pub use grid::{CellAt, Grid, grids};
pub use in_force::last_day;
pub use job::{Job, OnError, Options};
pub use origin::CameFrom;
pub use outcome::outcome;
pub use regions::regions;
pub use report::{Report, RunIdentity, Status};
pub use run::Run;
pub use stage::{Observer, Stage};
pub use view::view;

pub use crate::report::view::View;
pub use trial::{DataFault, patchable, values_before};

use stop::Stoppable;

use crate::report::book::ISSUES_KEY;
use crate::report::earlier::{self, Earlier, Since};
use crate::report::json::Calculated;
use crate::report::sources::Sources;
use crate::report::template;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::programmes::{
    Gathered, Outcomes, assessment, dealer_years, gather, horizon, incentives, monthly,
};
use dealerbook_engine::validate::{self, Checked, Code, Exclusions, Request, Speaker};
use dealerbook_engine::workbook::Workbook;
use dealerbook_package::{FileKind, Package, PackageError};

/// The programmes by their names in the contract, in its order.
pub use dealerbook_engine::programmes::ALL as PROGRAMMES;

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
    conflicts::predict(&package, job.schemas(), &mut checked)?;
    if stopped(job, &checked) {
        // Nothing is calculated, so no row is left out of it.
        checked.issues.remove(Code::OutsidePeriod);
    }
    checked.issues.sort();
    job.begins(Stage::Calculate);
    let requested = !stopped(job, &checked) && !job.checks_only();
    let outcomes = requested.then(|| Outcomes::calculate(&checked, job.schemas(), policy));
    let sources = (requested && job.options.keep_sources).then(|| Sources::of(&checked, job.words(policy)));
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
        Err(PackageError::NotZip { .. }) => match dealerbook_package::recognise(bytes, job.filename) {
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

/// Whether errors stop the calculation.
fn stopped(job: &Job<'_>, checked: &Checked) -> bool {
    checked.stopped || checked.has_errors() && job.options.on_error == OnError::Stop
}

/// Calculates the assessment and the incentives, where they are wanted and possible, beside what came out of the other programmes.
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
