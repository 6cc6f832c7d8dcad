//! The workbooks of one command, one after the other: what one of them does spoils no other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::console::Console;
use super::consolidated::Outcomes;
use super::fault::Fault;
use super::inputs::{self, Input};
use super::tally::Tally;
use super::task::Task;
use super::{Outcome, destinations, one, stop};
use dealerbook_engine::history::History;
use dealerbook_engine::schema::Schemas;
use dealerbook_output::pipeline::{Engine, PipelineError, Report, last_day};

/// Works on them. Ctrl-C ends it with what is done so far and without leaving anything half behind.
pub async fn work(task: Task) -> Outcome {
    let signal = stop::signal()?;
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    tokio::spawn(async move {
        signal.await;
        flag.store(true, Ordering::Relaxed);
    });
    tokio::task::spawn_blocking(move || all(task, &stop)).await?
}

fn all(mut task: Task, stop: &AtomicBool) -> Outcome {
    let lang = task.options.lang;
    let said = |fault: Fault| fault.said(lang);
    let engine = Engine::for_policy(task.policies.as_deref(), task.policy.as_deref())?;
    knows_policy(&engine, &task).map_err(said)?;
    task.options.schemas = task.schema.as_deref().map(own_schema).transpose().map_err(said)?;
    task.options.history = history(&task.history).map_err(said)?;
    let task = &task;
    let inputs = inputs::find(&task.files);
    let outs = destinations::choose(task.out.as_deref(), task.force, &inputs).map_err(said)?;
    if let Some(out) = &task.consolidated {
        destinations::refuse_beside(out, &outs, &inputs).map_err(said)?;
    }
    let mut outcomes = Outcomes::default();
    let mut console = Console::new(task, inputs.list.len());
    let mut tally = Tally::default();
    for (input, out) in inputs.list.into_iter().zip(outs) {
        console.begin(&input.path);
        let path = input.path.clone();
        let end = guarded(task, &engine, input, out.as_deref(), stop);
        if matches!(end, Err(Fault::Workbook(PipelineError::Cancelled))) {
            break;
        }
        tally.count(&end);
        if task.consolidated.is_some() {
            outcomes.take(&path, &end, task)?;
        }
        console.tell(&path, out.as_deref(), end)?;
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    let whole = !stop.load(Ordering::Relaxed);
    if let Some(out) = task.consolidated.as_deref().filter(|_| whole) {
        outcomes.write(out, &engine, task).map_err(said)?;
        console.tell_consolidated(out)?;
    }
    Ok(console.finish(&tally)?)
}

/// Reads the caller's own Data Package.
fn own_schema(file: &Path) -> Result<Arc<Schemas>, Fault> {
    let text =
        std::fs::read_to_string(file).map_err(|source| Fault::SchemaUnread { file: file.to_path_buf(), source })?;
    let parsed = Schemas::parse(&text);
    parsed.map(Arc::new).map_err(|faults| Fault::InvalidSchema { file: file.to_path_buf(), faults })
}

/// Reads the results of earlier periods, where there are any.
fn history(files: &[PathBuf]) -> Result<Option<Arc<History>>, Fault> {
    let mut history = History::default();
    for file in files {
        let json = std::fs::read(file).map_err(|source| Fault::HistoryUnread { file: file.clone(), source })?;
        history.add_result(&json).map_err(|source| Fault::NoHistory { file: file.clone(), source })?;
    }
    Ok((!files.is_empty()).then(|| Arc::new(history)))
}

/// A policy that isn't there, or wasn't in force, is said once, not for each workbook.
fn knows_policy(engine: &Engine, task: &Task) -> Result<(), Fault> {
    let period = task.options.period.map(last_day);
    engine.policy(task.policy.as_deref().into(), period).map(|_| ()).map_err(Fault::Workbook)
}

/// In a thread of its own, so that a bug which one workbook brings out doesn't keep the others from their turn.
fn guarded(
    task: &Task,
    engine: &Engine,
    Input { path, fault }: Input,
    out: Option<&Path>,
    stop: &AtomicBool,
) -> Result<Report, Fault> {
    if let Some(fault) = fault {
        return Err(fault);
    }
    let work = || one::work(task, engine, &path, out, stop);
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or(Err(Fault::Panicked))
}
