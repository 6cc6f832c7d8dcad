//! What a run would come to with other rules or other cells. Nothing of it is kept.
//!
//! The stored upload with its cells changed goes through the pipeline by a varied policy (`policy/variation`), which is written out whole,
//! base included, without its worked examples: they hold for the figures as they were. A test compares a what-if with the run that it
//! predicts, byte for byte.

mod wanted;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::{HttpRequest, HttpResponse, web};
use wanted::Wanted;

use super::comparing::{Pair, Told, View, changed_figures, named};
use super::describe::{parameters, refusals};
use super::request::shown;
use super::{Caller, Problem, Service, comparing, runs};
use crate::lang::Lang;
use crate::outcome::Outcome;
use crate::package::{CellChange, CellValue, PackageError, change_cells};
use crate::pipeline::{self, OnError, PipelineError, PolicyChoice};
use crate::policy::variation::spoken;
use crate::policy::{Fault, Policy, Rates};
use crate::problem::WhatIfFault;
use crate::report::comparison_book::Changed;
use crate::service::again::{self, Again, Kept};
use crate::store::Run;

/// What a run would come to otherwise
///
/// With another policy, other figures of it, or other cells: what differs by dealer, by programme, by grade and in all. Nothing is kept.
#[utoipa::path(
    post, path = "/v1/runs/{id}/what-if", tag = "runs", operation_id = "whatIf",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::Comparing,
    ),
    request_body(description = "What is to be otherwise", content(
        (ref("#/components/schemas/WhatIf") = "application/json", example = json!({"changes": {"incentives.excess_volume.rate.core": "35", "grades.core.from": "88"}, "cells": [{"sheet": "经销商档案", "cell": "H4", "value": 1200}]})),
    )),
    responses(
        (status = 200, description = "What differs, or a workbook of it", content(
            (ref("#/components/schemas/Comparison") = "application/json"),
            (ref("#/components/schemas/WorkbookFile") = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ), headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["malformed-request", "no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "invalid-what-if", "workbook-too-large", "unpatchable", "busy", "cancelled"]]))))
)]
pub async fn what_if(
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let view = View::of(&request, comparing::PARAMETERS)?;
    let run = runs::find(&id, &caller.0, &service).await?;
    let lang = view.lang.or_else(|| run.lang.parse().ok()).unwrap_or_default();
    let (told, pair) = tried(&run, &body, lang, &service).await?;
    comparing::answer(&request, &run.id, &view, told, pair, &service).await
}

/// What a run comes to, and what it would come to otherwise.
///
/// # Errors
/// Everything that is wrong with what is to be otherwise, and what comes of it.
pub async fn tried(run: &Run, body: &[u8], lang: Lang, service: &web::Data<Service>) -> Result<(Told, Pair), Problem> {
    let (wanted, faults) = Wanted::parse(body);
    let kept = Kept::open(run, service).await?;
    let before = again::outcome(run, service).await?;
    let of = service.clone();
    let tried = service.on_a_worker(move |stop| {
        let mut again = kept.read(&of, stop)?;
        again.options.lang = lang;
        Trial { again, wanted, faults, service: &of, stop }.run()
    });
    let Tried { outcome, changes, policy } = tried.await?;
    let mut policies = vec![policy];
    policies.extend(service.engine().policies.iter().cloned());
    let sides = [named(run), lang.pick("试算", "what-if").to_owned()];
    let heading = ["试算结果", "What-if"];
    let has_example_rates = policies[0].rates == Rates::Example;
    let told = Told { lang, heading, sides, changes, policies, has_example_rates };
    Ok((told, Pair(before, Arc::new(outcome))))
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
    wanted: Wanted,
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
        let (base, pointer) = match (&self.wanted.policy, &self.wanted.policy_toml) {
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
        if self.wanted.changes.is_empty() {
            return known.then_some(base);
        }
        match base.varied(&self.wanted.changes) {
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
        let cells = &self.wanted.cells;
        if cells.is_empty() {
            return Ok(Some((bytes.into_owned(), Vec::new())));
        }
        match change_cells(&bytes, &engine.package_limits, cells) {
            Ok(changed) => {
                let before = pipeline::values_before(&bytes, &engine.package_limits, cells)?;
                let told = cells.iter().zip(before).map(|(cell, before)| Changed {
                    place: format!("{}!{}", cell.sheet, cell.cell),
                    words: None,
                    before,
                    after: match &cell.value {
                        CellValue::Blank => String::new(),
                        CellValue::Number(text) | CellValue::Text(text) => text.clone(),
                    },
                });
                Ok(Some((changed, told.collect())))
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
            let at = change.at().map(|at| crate::workbook::cell_name(at.row, at.column));
            error.sheet.as_deref().map(str::to_lowercase) == Some(change.sheet.to_lowercase()) && at == error.cell
        };
        let at = self.wanted.cells.iter().position(about).filter(|_| error.cell.is_some());
        let all = match &self.wanted {
            Wanted { cells, .. } if !cells.is_empty() => "/cells",
            Wanted { policy: Some(_), .. } => "/policy",
            Wanted { policy_toml: Some(_), .. } => "/policy_toml",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(body: &str) -> Vec<String> {
        Wanted::parse(body.as_bytes()).1.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn faults_of_every_kind_are_told_at_once() {
        let body = r#"{"policy": 1, "policy_toml": [], "changes": [], "rate": 3,
            "cells": [{"sheet": "S", "cell": "A1", "value": true}, {"sheet": "S", "cell": "A1", "value": 1}, {"cell": "A1"}]}"#;
        assert_eq!(pointers(body), ["/policy", "/policy_toml", "/changes", "/rate", "/cells/0", "/cells/2"]);
        for (body, pointer) in
            [("", ""), ("[]", ""), ("{}", ""), (r#"{"policy": "a", "policy_toml": "b"}"#, "/policy_toml")]
        {
            assert_eq!(pointers(body), [pointer], "{body}");
        }
    }
}
