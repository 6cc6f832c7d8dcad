//! A kept run calculated again, to the same figures: from its upload, with the policy and the history that it was calculated with.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::web;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::remembered::Weigh;
use super::{Problem, Service};
use crate::history::History;
use crate::outcome::Outcome;
use crate::pipeline::{self, Engine, Job, OnError, Options, PolicyChoice};
use crate::policy::{Policy, PolicySource};
use crate::store::{Artefacts, Kind, Run};

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
    /// Whether its year wasn't whole.
    pub is_interim: bool,
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

/// What the kept result tells of how it was made.
#[derive(Deserialize)]
struct KeptResult {
    run: KeptRun,
    #[serde(default)]
    results: Option<BTreeMap<String, IgnoredAny>>,
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

    /// Reads them. Synchronous; for a worker.
    ///
    /// # Errors
    /// When nothing was calculated, or by a policy that isn't kept and not in force any more.
    pub fn read(self, engine: &Engine) -> Result<Again, Problem> {
        let kept: KeptResult = serde_json::from_slice(&read(self.result)?).map_err(Problem::internal)?;
        let (Some(results), Some(named)) = (kept.results, kept.run.policy) else {
            return Err(Problem::NothingCalculated);
        };
        let policy = match self.policy {
            Some(file) => {
                let source: PolicySource = serde_json::from_slice(&read(file)?).map_err(Problem::internal)?;
                Policy::of_source(&named.id, source).map_err(Problem::internal)?
            }
            None => {
                let in_force = engine.policies.iter().find(|own| own.id == named.id && own.sha256 == named.sha256);
                in_force.cloned().ok_or(Problem::PolicyChanged { id: named.id })?
            }
        };
        let history =
            self.history.map(|file| serde_json::from_slice::<History>(&read(file)?).map_err(Problem::internal));
        let options = Options {
            period: kept.run.period,
            as_of: kept.run.as_of.and_then(|day| day.parse().ok()),
            on_error: if kept.run.partial { OnError::Partial } else { OnError::Stop },
            lang: self.run.lang.parse().unwrap_or_default(),
            programmes: Some(results.into_keys().collect()),
            history: history.transpose()?.map(Arc::new),
            ..Options::default()
        };
        let (bytes, is_interim) = (read(self.upload)?, kept.run.interim);
        Ok(Again { bytes, policy, options, filename: self.run.filename, is_interim })
    }
}

impl Again {
    /// All that a run is calculated again from.
    ///
    /// # Errors
    /// As [`Kept::open`] and [`Kept::read`].
    pub async fn of(run: &Run, service: &Service) -> Result<Again, Problem> {
        let (kept, engine) = (Kept::open(run, service).await?, service.engine());
        tokio::task::spawn_blocking(move || kept.read(&engine)).await.map_err(Problem::internal)?
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
pub async fn outcome(run: &Run, service: &web::Data<Service>) -> Result<Arc<Outcome>, Problem> {
    if let Some(known) = service.remembered.outcomes.find(&run.id) {
        return Ok(known);
    }
    let (kept, of) = (Kept::open(run, service).await?, service.clone());
    let calculated = service.on_a_worker(move |stop| {
        let engine = of.engine();
        let again = kept.read(&engine)?;
        let outcome = pipeline::outcome(&again.job(&engine, stop))?;
        outcome.map(Arc::new).ok_or(Problem::NothingCalculated)
    });
    let outcome = calculated.await?;
    service.remembered.outcomes.remember(&run.id, &outcome);
    Ok(outcome)
}

async fn open_if_any(name: Option<&str>, artefacts: &Artefacts) -> Result<Option<File>, Problem> {
    match name {
        Some(name) => Ok(Some(artefacts.open_checked(name).await?.file)),
        None => Ok(None),
    }
}

fn read(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
