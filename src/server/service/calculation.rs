//! One calculation, from the spooled upload to files that are ready to be kept: the pipeline between them. Synchronous; runs on a worker.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use tempfile::NamedTempFile;

use super::metrics::Stages;
use super::run_request::RunRequest;
use super::work::Admission;
use super::{Problem, Service};
use dealerbook_base::clock;
use dealerbook_engine::appeals::Brought;
use dealerbook_output::pipeline::{self, Engine, Job, PipelineError, Report, RunIdentity};
use dealerbook_store::{Hashed, Kind, Run};

/// Stands for a workbook's content type in a run whose file could be read but not written into; its artefact holds the reason.
pub const NO_WORKBOOK: &str = "text/plain";

/// A workbook and what is to be done with it.
pub struct Calculation {
    /// What it is calculated by.
    pub service: Arc<Service>,
    /// The upload in the spool.
    pub upload: NamedTempFile,
    /// What is to be done with it.
    pub request: RunRequest,
    /// Whether it is calculated or only checked.
    pub kind: Kind,
    /// Whether nothing but the annotated workbook will do: without one, there is no run.
    pub needs_workbook: bool,
    /// What happens where too much waits already.
    pub admission: Admission,
}

/// Under what a run is stored.
#[derive(Clone, Debug)]
pub struct Owner {
    /// What tells it from every other run.
    pub key: String,
    /// The name of the person for whom it is made.
    pub uploader: String,
    /// The schemas and policies that were in force when the key was made.
    pub engine: Arc<Engine>,
    /// The run that it is already, where its artefacts are to be made once more.
    pub known: Option<Run>,
}

/// A run that is calculated, and the files that it names.
pub struct Calculated {
    /// The run, not committed yet.
    pub run: Run,
    /// Its files, not stored yet.
    pub files: Vec<Hashed>,
    /// The appeals that the workbook brings.
    pub appeals: Vec<Brought>,
}

impl Calculation {
    /// Calculates. The files are still to be kept, and then the run to be committed.
    ///
    /// # Errors
    /// When the workbook can't be worked on, or the spool fails.
    pub fn run(mut self, owner: Owner, stop: &AtomicBool) -> Result<Calculated, Problem> {
        self.request.read_schema()?;
        let Owner { key, uploader, engine, known } = owner;
        let known = known.map(|known| (known.id, known.created_at));
        let (id, created_at) = known.unwrap_or_else(|| (clock::run_id(), clock::now()));
        let (mut report, mut answer) = self.annotate(&engine, stop)?;
        let mut content_type = report.content_type();
        if let Some(error) = report.take_unwritten() {
            // The result is to be had all the same; why there is no workbook is kept in the workbook's place.
            let PipelineError::Unpatchable { reason } = &error else { return Err(error.into()) };
            if self.needs_workbook {
                return Err(error.into());
            }
            answer = self.service.store.spool().file()?;
            answer.as_file().write_all(reason.text(self.request.options.lang).as_bytes())?;
            content_type = NO_WORKBOOK;
        }
        let result = self.write_result(&report, &RunIdentity { id: &id, created_at: &created_at })?;
        let upload_bytes = count(self.upload.as_file().metadata()?.len());
        let policy = report.policy().map(|policy| self.write_input(policy)).transpose()?;
        let history = self.request.options.history.as_deref().filter(|_| policy.is_some());
        let history = history.map(|history| self.write_input(history)).transpose()?;
        let (upload, result, answer) = (Hashed::of(self.upload)?, Hashed::of(result)?, Hashed::of(answer)?);
        let files: Vec<&Hashed> = [&upload, &result, &answer].into_iter().chain(&policy).chain(&history).collect();
        let kept_bytes = files.iter().map(|file| file.bytes()).sum::<std::io::Result<u64>>()?;
        let name = |file: &Option<Hashed>| file.as_ref().map(|file| file.name().to_owned());
        let run = Run {
            id,
            key: Some(key),
            kind: self.kind,
            created_at,
            uploader,
            period: report.period().map(i64::from),
            status: report.status().as_str().to_owned(),
            filename: self.request.filename,
            lang: self.request.options.lang.code().to_owned(),
            upload_sha256: upload.name().to_owned(),
            upload_bytes,
            errors: count(report.summary().errors as u64),
            warnings: count(report.summary().warnings as u64),
            infos: count(report.summary().infos as u64),
            dealers: count(report.summary().dealers as u64),
            result_sha256: result.name().to_owned(),
            answer_sha256: answer.name().to_owned(),
            answer_filename: report.filename().to_owned(),
            answer_content_type: content_type.to_owned(),
            policy_file: name(&policy),
            history_file: name(&history),
            kept_bytes: count(kept_bytes),
            regions: report.regions().to_vec(),
        };
        let files = [upload, result, answer].into_iter().chain(policy).chain(history).collect();
        Ok(Calculated { run, files, appeals: report.appeals().to_vec() })
    }

    /// The upload is read here, not before: while it waits for a worker, it takes no memory.
    fn annotate(&self, engine: &Engine, stop: &AtomicBool) -> Result<(Report, NamedTempFile), Problem> {
        let bytes = fs::read(self.upload.path())?;
        let answer = self.service.store.spool().file()?;
        let metrics = &self.service.metrics;
        let stages = Stages::new(&metrics.stages);
        let job = Job {
            bytes: &bytes,
            filename: self.request.filename.as_deref(),
            options: &self.request.options,
            engine,
            policy: self.request.policy_choice(),
            json: true,
            stop,
            observer: Some(&stages),
        };
        let mut out = BufWriter::new(answer.as_file());
        let report = pipeline::run(&job, Some(&mut out))?;
        out.flush()?;
        drop(out);
        metrics.work.count_workbook(&report, bytes.len() as u64);
        Ok((report, answer))
    }

    /// What it is calculated with, to be kept so that it can be calculated again.
    fn write_input(&self, input: &impl Serialize) -> Result<Hashed, Problem> {
        let file = self.service.store.spool().file()?;
        let mut out = BufWriter::new(file.as_file());
        serde_json::to_writer(&mut out, input).map_err(io::Error::from)?;
        out.flush()?;
        drop(out);
        Ok(Hashed::of(file)?)
    }

    fn write_result(&self, report: &Report, run: &RunIdentity<'_>) -> Result<NamedTempFile, Problem> {
        let result = self.service.store.spool().file()?;
        let mut out = BufWriter::new(result.as_file());
        report.write_json(run, &mut out)?;
        out.flush()?;
        drop(out);
        Ok(result)
    }
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
