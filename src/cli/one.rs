//! One workbook: read, worked on, and its answer put in its place in one step.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use tempfile::NamedTempFile;

use super::fault::Fault;
use super::task::Task;
use dealerbook_output::pipeline::{self, Engine, Job, Report};

/// Works on a workbook. The answer goes to `out`, where it is wanted.
///
/// # Errors
/// Where the workbook can't be worked on or the answer not be written; `out` is as it was then.
pub fn work(
    task: &Task,
    engine: &Engine,
    workbook: &Path,
    out: Option<&Path>,
    stop: &AtomicBool,
) -> Result<Report, Fault> {
    let bytes = fs::read(workbook).map_err(Fault::Unread)?;
    let name = workbook.file_name().map(|name| name.to_string_lossy());
    let job = Job {
        bytes: &bytes,
        filename: name.as_deref(),
        options: &task.options,
        engine,
        policy: task.policy.as_deref().into(),
        json: task.json || task.consolidated.is_some(),
        stop,
        observer: None,
    };
    match out {
        Some(out) => write_whole(out, &job),
        None => pipeline::run(&job, None::<File>).map_err(Fault::Workbook),
    }
}

/// Writes the answer beside its place first, so that nobody ever finds half a workbook there.
fn write_whole(out: &Path, job: &Job<'_>) -> Result<Report, Fault> {
    let io = |source| Fault::Unwritten { out: out.to_owned(), source };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = ordinary_file(folder).map_err(io)?;
    let mut writer = BufWriter::new(file.as_file());
    let report = pipeline::run(job, Some(&mut writer)).map_err(Fault::Workbook)?;
    if report.unwritten().is_some() {
        return Ok(report);
    }
    writer.flush().map_err(io)?;
    drop(writer);
    file.as_file().sync_all().map_err(io)?;
    file.persist(out).map_err(|error| io(error.error))?;
    Ok(report)
}

/// A temporary file with the permissions that a file of the user's has, not those of a secret.
///
/// # Errors
/// Where no file can be made in the folder.
pub fn ordinary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dealerbook-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
