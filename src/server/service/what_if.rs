//! What a run would come to with other rules or other cells. Nothing of it is stored.
//!
//! The stored upload with its cells changed goes through the pipeline by a varied policy (`policy/variation`), which is written out whole,
//! base included, without its worked examples: they hold for the figures as they were. A test compares a what-if with the run that it
//! predicts, byte for byte.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::Value;

use super::again::{self, Again, Kept};
use super::comparing::{Captions, Pair, changed_figures, run_name};
use super::{Problem, Service};
use crate::problem::{WhatIfFault, shown};
use dealerbook_base::lang::Lang;
use dealerbook_engine::outcome::Outcome;
use dealerbook_engine::policy::variation::spoken;
use dealerbook_engine::policy::{Fault, Policy, Rates};
use dealerbook_output::pipeline::{self, OnError, PipelineError, PolicyChoice};
use dealerbook_output::report::comparison_book::Changed;
use dealerbook_package::{CellChange, CellValue, PackageError, change_cells};
use dealerbook_store::Run;

/// What is to be otherwise, as far as it could be read.
#[derive(Debug, Default)]
pub struct WhatIf {
    /// The id of another policy.
    pub policy: Option<String>,
    /// The text of a policy.
    pub policy_toml: Option<String>,
    /// Paths into the policy, with their new values.
    pub changes: Vec<(String, Value)>,
    /// Cells of the upload.
    pub cells: Vec<CellChange>,
}

/// Returns what a run comes to, and what it would come to otherwise; `faults` are those with which the what-if was read.
///
/// # Errors
/// Everything that is wrong with what is to be otherwise, and what comes of it.
pub async fn try_out(
    run: &Run,
    what_if: WhatIf,
    faults: Vec<WhatIfFault>,
    lang: Lang,
    service: &Arc<Service>,
) -> Result<(Captions, Pair), Problem> {
    let kept = Kept::open(run, service).await?;
    let before = again::outcome(run, service).await?;
    let of = service.clone();
    let tried = service.on_a_worker(move |stop| {
        let mut again = kept.read(&of, stop)?;
        again.options.lang = lang;
        Trial { again, what_if, faults, service: &of, stop }.run()
    });
    let Tried { outcome, changes, policy } = tried.await?;
    let mut policies = vec![policy];
    policies.extend(service.engine().policies.iter().cloned());
    let sides = [run_name(run), lang.pick("试算", "what-if").to_owned()];
    let heading = ["试算结果", "What-if"];
    let has_example_rates = policies[0].rates == Rates::Example;
    let captions = Captions { lang, heading, sides, changes, policies, has_example_rates };
    Ok((captions, Pair(before, Arc::new(outcome))))
}

/// What was tried out.
struct Tried {
    outcome: Outcome,
    changes: Vec<Changed>,
    policy: Policy,
}

/// The upload with its cells changed, and what was changed.
type ChangedBook = (Vec<u8>, Vec<Changed>);

/// A run that is tried otherwise. Synchronous; for a worker.
struct Trial<'t> {
    again: Again,
    what_if: WhatIf,
    faults: Vec<WhatIfFault>,
    service: &'t Service,
    stop: &'t AtomicBool,
}

impl Trial<'_> {
    fn run(mut self) -> Result<Tried, Problem> {
        let policy = self.policy();
        let changed = self.cells()?;
        // The data are looked at even where the policy is at fault, so that all faults are told at once.
        let outcome = match &changed {
            Some((bytes, _)) => self.calculate(bytes, policy.as_ref().unwrap_or(&self.again.policy))?,
            None => None,
        };
        let (Some(policy), Some((_, cells)), true) = (policy, changed, self.faults.is_empty()) else {
            return Err(Problem::InvalidWhatIf { faults: self.faults });
        };
        let outcome = outcome.ok_or(Problem::NothingCalculated)?;
        let lang = self.again.options.lang;
        let mut changes = changed_figures(&self.again.policy, &policy, lang);
        changes.extend(cells);
        Ok(Tried { outcome, changes, policy })
    }

    /// The policy that is to be tried; where there is none, the faults say why.
    fn policy(&mut self) -> Option<Policy> {
        let (base, pointer) = match (&self.what_if.policy, &self.what_if.policy_toml) {
            (Some(id), _) => {
                let found = self.service.engine().policies.iter().find(|policy| policy.id == *id).cloned();
                if found.is_none() {
                    self.faults.push(no_such_policy(id));
                }
                (found, "/changes")
            }
            (None, Some(text)) => match Policy::parse("policy_toml", text) {
                Ok(policy) => (Some(policy), "/changes"),
                Err(error) => {
                    let faults = error.faults();
                    self.faults.extend(faults.iter().map(|fault| WhatIfFault::of_policy("/policy_toml", fault)));
                    (None, "/policy_toml")
                }
            },
            (None, None) => (Some(self.again.policy.clone()), "/changes"),
        };
        let known = base.is_some();
        // Where the base is at fault, the paths are looked for in the run's own.
        let base = base.unwrap_or_else(|| self.again.policy.clone());
        if self.what_if.changes.is_empty() {
            return known.then_some(base);
        }
        match base.varied(&self.what_if.changes) {
            Ok(policy) => known.then_some(policy),
            Err(found) => {
                let of_path = |(path, fault): &(String, Fault)| {
                    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| spoken(path, &base, lang));
                    WhatIfFault::of_path(path, [&zh, &en], fault)
                };
                self.faults.extend(found.paths.iter().map(of_path));
                if known {
                    self.faults.extend(found.policy.iter().map(|fault| WhatIfFault::of_policy(pointer, fault)));
                }
                None
            }
        }
    }

    /// The upload otherwise; none where a cell can't be changed.
    fn cells(&mut self) -> Result<Option<ChangedBook>, Problem> {
        let engine = &self.service.engine();
        let job = self.again.job(engine, self.stop);
        let bytes = pipeline::patchable(&job)?;
        let cells = &self.what_if.cells;
        if cells.is_empty() {
            return Ok(Some((bytes.into_owned(), Vec::new())));
        }
        match change_cells(&bytes, &engine.package_limits, cells) {
            Ok(changed) => {
                let before = pipeline::values_before(&bytes, &engine.package_limits, cells)?;
                let changes = cells.iter().zip(before).map(|(cell, before)| Changed {
                    place: format!("{}!{}", cell.sheet, cell.cell),
                    words: None,
                    before,
                    after: match &cell.value {
                        CellValue::Blank => String::new(),
                        CellValue::Number(text) | CellValue::Text(text) => text.clone(),
                    },
                });
                Ok(Some((changed, changes.collect())))
            }
            Err(PackageError::Changes(faults)) => {
                self.faults.extend(faults.iter().map(WhatIfFault::of_cell));
                Ok(None)
            }
            Err(error) => Err(PipelineError::from(error).into()),
        }
    }

    fn calculate(&self, bytes: &[u8], policy: &Policy) -> Result<Option<Outcome>, Problem> {
        let engine = &self.service.engine();
        let job = pipeline::Job { bytes, policy: PolicyChoice::This(policy), ..self.again.job(engine, self.stop) };
        let (errors, outcome) = pipeline::walk(&job, |run| Ok((run.errors(), run.outcome())))?;
        if self.again.options.on_error == OnError::Partial || errors.is_empty() {
            return Ok(outcome);
        }
        let mut faults = self.faults.clone();
        faults.extend(errors.iter().map(|error| WhatIfFault::of_data(self.pointer(error), error)));
        Err(Problem::InvalidWhatIf { faults })
    }

    /// The changed cell that an error is about, else what else is to be otherwise: another policy may need what the sheets don't say.
    fn pointer(&self, error: &pipeline::DataFault) -> String {
        let about = |change: &CellChange| {
            let at = change.at().map(|at| dealerbook_engine::workbook::cell_name(at.row, at.column));
            error.sheet.as_deref().map(str::to_lowercase) == Some(change.sheet.to_lowercase()) && at == error.cell
        };
        let at = self.what_if.cells.iter().position(about).filter(|_| error.cell.is_some());
        let all = match &self.what_if {
            WhatIf { cells, .. } if !cells.is_empty() => "/cells",
            WhatIf { policy: Some(_), .. } => "/policy",
            WhatIf { policy_toml: Some(_), .. } => "/policy_toml",
            _ => "/changes",
        };
        at.map_or_else(|| all.to_owned(), |n| format!("/cells/{n}"))
    }
}

fn no_such_policy(id: &str) -> WhatIfFault {
    let id = shown(id);
    let detail = [format!("没有政策“{id}”"), format!("there is no policy `{id}`")];
    WhatIfFault::new(
        "/policy",
        [&detail[0], &detail[1]],
        ["可用的政策见 GET /v1/policies。", "GET /v1/policies lists those that there are."],
    )
}
