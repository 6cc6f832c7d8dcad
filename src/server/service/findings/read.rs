//! Reading what a stored run has found.

use std::io::BufReader;
use std::sync::Arc;

use super::Findings;
use crate::service::{Problem, Service};
use dealerbook_output::pipeline::{self, CellAt, Grid, Job, Options, PolicyChoice};
use dealerbook_store::Run;

/// Returns what a run has found.
///
/// # Errors
/// When its result can't be had.
pub async fn of(run: &Run, service: &Service) -> Result<Arc<Findings>, Problem> {
    if let Some(known) = service.remembered.findings.find(&run.result_sha256) {
        return Ok(known);
    }
    let file = service.store.artefacts().open_checked(&run.result_sha256).await?.file;
    let read = tokio::task::spawn_blocking(move || serde_json::from_reader::<_, Findings>(BufReader::new(file)));
    let found = Arc::new(read.await.map_err(Problem::internal)?.map_err(Problem::internal)?);
    service.remembered.findings.remember(&run.result_sha256, &found);
    Ok(found)
}

/// Returns the cells around each of these cells of a run's upload.
///
/// # Errors
/// When the upload can't be had or read, or too much waits already.
pub async fn grids(run: &Run, wanted: Vec<CellAt>, service: &Arc<Service>) -> Result<Vec<Option<Grid>>, Problem> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut file = service.store.artefacts().open_checked(&run.upload_sha256).await?.file;
    let of = service.clone();
    let read = move |stop: &std::sync::atomic::AtomicBool| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes)?;
        let options = Options::default();
        let job = Job {
            bytes: &bytes,
            filename: None,
            options: &options,
            engine: &of.engine(),
            policy: PolicyChoice::Default,
            json: false,
            stop,
            observer: None,
        };
        Ok(pipeline::grids(&job, &wanted)?)
    };
    service.on_a_worker(read).await
}
