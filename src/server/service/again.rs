//! A kept run calculated again, to the same figures: from its upload, with the policy and the history that it was calculated with.
//!
//! A later program may read the same upload otherwise. So whatever is made of a run again is made only once this program has come to the
//! figures that the run is kept with ([`Kept::read`]); a run for which it doesn't is refused, and only what is kept of it is served.
//!
//! Cards, settlements, comparisons, accruals and pages therefore store nothing of their own. A run of an earlier build stored no policy:
//! where that isn't in force to the byte any more, it is refused, for it would give other figures than the run. A correction takes only the
//! policy of the run that it corrects, since that run's lines are frozen: so an outdated settlement can be corrected by the same workbook
//! uploaded again.

pub mod agreement;

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Deserialize;

use agreement::{Programmes, Proof};

use super::remembered::Weigh;
use super::{Problem, Service};
use crate::problem::Disagreement;
use dealerbook_engine::history::History;
use dealerbook_engine::outcome::Outcome;
use dealerbook_engine::policy::{Policy, PolicySource};
use dealerbook_output::pipeline::{self, Engine, Job, OnError, Options, PipelineError, PolicyChoice, RunIdentity};
use dealerbook_store::{Artefacts, Kind, Run};

/// All from which a kept run is calculated again.
#[derive(Debug)]
pub struct Again {
    /// The upload.
    pub bytes: Vec<u8>,
    /// The policy by which it was calculated, whatever is in force now.
    pub policy: Policy,
    /// Its period, as-of date, programmes, history, language, and whether faulty rows were left out.
    pub options: Options,
    /// The upload's name, where it had one.
    pub filename: Option<String>,
}

/// The files of a run that is to be calculated again, opened and found whole.
#[derive(Debug)]
pub struct Kept {
    run: Run,
    upload: File,
    result: File,
    policy: Option<File>,
    history: Option<File>,
}

/// What a result tells of how it was made and what it came to.
#[derive(Deserialize)]
struct KeptResult<'r> {
    run: KeptRun,
    #[serde(borrow, default)]
    results: Option<Programmes<'r>>,
}

#[derive(Deserialize)]
struct KeptRun {
    period: Option<i16>,
    as_of: Option<String>,
    policy: Option<KeptPolicy>,
    partial: bool,
    /// Runs of earlier builds don't say.
    #[serde(default)]
    interim: bool,
}

#[derive(Deserialize)]
struct KeptPolicy {
    id: String,
    sha256: String,
}

impl Kept {
    /// Opens the files of a run.
    ///
    /// # Errors
    /// When nothing was calculated in it, or a file can't be had.
    pub async fn open(run: &Run, service: &Service) -> Result<Kept, Problem> {
        if run.kind == Kind::Validation || run.status == "faulty" {
            return Err(Problem::NothingCalculated);
        }
        let artefacts = service.store.artefacts();
        Ok(Kept {
            upload: artefacts.open_checked(&run.upload_sha256).await?.file,
            result: artefacts.open_checked(&run.result_sha256).await?.file,
            policy: open_if_any(run.policy_file.as_deref(), artefacts).await?,
            history: open_if_any(run.history_file.as_deref(), artefacts).await?,
            run: run.clone(),
        })
    }

    /// Reads them, and calculates the run once to see that it still comes to its figures, unless this program has come to them before.
    /// Synchronous; for a worker.
    ///
    /// # Errors
    /// When nothing was calculated, by a policy that isn't kept and not in force any more, or to figures that it doesn't come to now.
    pub fn read(mut self, service: &Service, stop: &AtomicBool) -> Result<Again, Problem> {
        let engine = service.engine();
        let result = read(&mut self.result)?;
        let kept: KeptResult<'_> = serde_json::from_slice(&result).map_err(Problem::internal)?;
        let results = kept.results.ok_or(Problem::NothingCalculated)?;
        let again = Again {
            bytes: read(&mut self.upload)?,
            policy: policy_of(&kept.run, self.policy, &engine)?,
            options: options_of(&self.run, &kept.run, &results, self.history)?,
            filename: self.run.filename,
        };
        let id = &self.run.id;
        let proof = match service.remembered.proofs.find(id) {
            Some(known) => known,
            None => {
                let made = Arc::new(Proof(again.disagreement(&results, &engine, stop)?));
                service.remembered.proofs.remember(id, &made);
                made
            }
        };
        match &proof.0 {
            None => Ok(again),
            Some(disagreement) => Err(Problem::RunOutdated { disagreement: disagreement.clone() }),
        }
    }
}

/// With what a run is calculated again.
fn options_of(run: &Run, kept: &KeptRun, results: &Programmes<'_>, history: Option<File>) -> Result<Options, Problem> {
    let history =
        history.map(|mut file| serde_json::from_slice::<History>(&read(&mut file)?).map_err(Problem::internal));
    Ok(Options {
        period: kept.period,
        as_of: kept.as_of.as_ref().and_then(|day| day.parse().ok()),
        on_error: if kept.partial { OnError::Partial } else { OnError::Stop },
        lang: run.lang.parse().unwrap_or_default(),
        programmes: Some(results.keys().cloned().collect()),
        history: history.transpose()?.map(Arc::new),
        ..Options::default()
    })
}

/// The policy of a kept run: its own, or the same in force where the run was kept without.
fn policy_of(kept: &KeptRun, file: Option<File>, engine: &Engine) -> Result<Policy, Problem> {
    let named = kept.policy.as_ref().ok_or(Problem::NothingCalculated)?;
    match file {
        Some(mut file) => {
            let source: PolicySource = serde_json::from_slice(&read(&mut file)?).map_err(Problem::internal)?;
            Policy::of_source(&named.id, source).map_err(Problem::internal)
        }
        None => {
            let in_force = engine.policies.iter().find(|own| own.id == named.id && own.sha256 == named.sha256);
            in_force.cloned().ok_or_else(|| Problem::PolicyChanged { id: named.id.clone() })
        }
    }
}

impl Again {
    /// All that a run is calculated again from.
    ///
    /// # Errors
    /// As [`Kept::open`] and [`Kept::read`].
    pub async fn of(run: &Run, service: &Arc<Service>) -> Result<Again, Problem> {
        let (kept, of) = (Kept::open(run, service).await?, service.clone());
        service.on_a_worker(move |stop| kept.read(&of, stop)).await
    }

    /// Where this program doesn't come to the figures that are kept.
    fn disagreement(
        &self,
        kept: &Programmes<'_>,
        engine: &Engine,
        stop: &AtomicBool,
    ) -> Result<Option<Disagreement>, Problem> {
        let job = Job { json: true, ..self.job(engine, stop) };
        let report = match pipeline::run(&job, None::<Cursor<Vec<u8>>>) {
            Ok(report) => report,
            Err(error @ (PipelineError::Cancelled | PipelineError::Internal(_))) => return Err(error.into()),
            Err(error) => return Ok(Some(Disagreement::refused(&error))),
        };
        let mut json = Vec::new();
        report.write_json(&RunIdentity { id: "", created_at: "" }, &mut json)?;
        let now: KeptResult<'_> = serde_json::from_slice(&json).map_err(Problem::internal)?;
        match now.results {
            Some(now) => agreement::first_disagreement(kept, &now).map_err(Problem::internal),
            None => Ok(Some(Disagreement::faulty(report.summary().errors, report.headlines()))),
        }
    }

    /// The calculation.
    pub fn job<'a>(&'a self, engine: &'a Engine, stop: &'a AtomicBool) -> Job<'a> {
        Job {
            bytes: &self.bytes,
            filename: self.filename.as_deref(),
            options: &self.options,
            engine,
            policy: PolicyChoice::This(&self.policy),
            json: false,
            stop,
            observer: None,
        }
    }
}

impl Weigh for Outcome {
    fn weight(&self) -> usize {
        self.dealers.len() + 1
    }
}

/// What the dealers of a run came to.
///
/// # Errors
/// As [`Again::of`]; when no dealers were calculated; when too much waits already.
pub async fn outcome(run: &Run, service: &Arc<Service>) -> Result<Arc<Outcome>, Problem> {
    if let Some(known) = service.remembered.outcomes.find(&run.id) {
        return Ok(known);
    }
    let (kept, of) = (Kept::open(run, service).await?, service.clone());
    let calculated = service.on_a_worker(move |stop| {
        let again = kept.read(&of, stop)?;
        let outcome = pipeline::outcome(&again.job(&of.engine(), stop))?;
        outcome.map(Arc::new).ok_or(Problem::NothingCalculated)
    });
    let outcome = calculated.await?;
    service.remembered.outcomes.remember(&run.id, &outcome);
    Ok(outcome)
}

/// How a run was made, for what is said of it without calculating it again.
#[derive(Debug)]
pub struct Made {
    /// The policy by which it was calculated.
    pub policy: Policy,
    /// Whether its year wasn't whole.
    pub is_interim: bool,
}

/// How a run was made.
///
/// # Errors
/// When nothing was calculated in it, its files can't be had, or its policy isn't kept and not in force any more.
pub async fn made(run: &Run, service: &Service) -> Result<Made, Problem> {
    let (artefacts, engine) = (service.store.artefacts(), service.engine());
    let mut result = artefacts.open_checked(&run.result_sha256).await?.file;
    let policy = open_if_any(run.policy_file.as_deref(), artefacts).await?;
    let found = tokio::task::spawn_blocking(move || {
        let result = read(&mut result)?;
        let kept: KeptResult<'_> = serde_json::from_slice(&result).map_err(Problem::internal)?;
        kept.results.ok_or(Problem::NothingCalculated)?;
        Ok(Made { policy: policy_of(&kept.run, policy, &engine)?, is_interim: kept.run.interim })
    });
    found.await.map_err(Problem::internal)?
}

/// The policy of a run.
///
/// # Errors
/// As [`made`].
pub async fn policy(run: &Run, service: &Service) -> Result<Policy, Problem> {
    Ok(made(run, service).await?.policy)
}

async fn open_if_any(name: Option<&str>, artefacts: &Artefacts) -> Result<Option<File>, Problem> {
    match name {
        Some(name) => Ok(Some(artefacts.open_checked(name).await?.file)),
        None => Ok(None),
    }
}

fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
