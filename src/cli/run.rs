//! `dealerbook run`: one workbook, without a server. Exits with 0 when it was calculated, 1 when the data is at fault, 2 when it could
//! not run.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::civil::Date;
use tempfile::NamedTempFile;

use super::COULD_NOT_RUN;
use crate::lang::Lang;
use crate::pipeline::{
    self, Engine, Job, Mark, OnError, Options, PROGRAMMES, PipelineError, Report, RunIdentity, Status,
};
use crate::{clock, config, telemetry};

const DATA_AT_FAULT: u8 = 1;

/// What is to be done with which workbook.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// The workbook
    file: PathBuf,
    /// Where the annotated workbook goes; an existing file is replaced at the end, in one step
    #[arg(short, long, value_name = "OUT.xlsx", required_unless_present = "json")]
    out: Option<PathBuf>,
    /// Print the result as JSON, in one line before the summary's
    #[arg(long)]
    json: bool,
    /// The year that is assessed
    #[arg(long, value_parser = clap::value_parser!(i16).range(1900..=9999))]
    period: Option<i16>,
    /// The as-of date, as YYYY-MM-DD
    #[arg(long)]
    as_of: Option<Date>,
    /// The language of messages, titles and texts: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
    /// The programmes to run, between commas; all whose sheets are there when left out
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(PROGRAMMES))]
    programmes: Option<Vec<String>>,
    /// What errors do: stop the calculation, or leave the faulty rows out
    #[arg(long, value_enum, default_value = "stop")]
    on_error: OnErrorArg,
    /// How faulty cells are marked
    #[arg(long, value_enum, default_value = "conditional")]
    mark: MarkArg,
    /// The policy's id
    #[arg(long)]
    policy: Option<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum OnErrorArg {
    Stop,
    Partial,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum MarkArg {
    Conditional,
    Style,
}

/// Why it could not run.
#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error("{path}")]
    File { path: String, source: io::Error },
    #[error("{0}")]
    Workbook(String),
    #[error(transparent)]
    Engine(#[from] pipeline::EngineError),
    #[error("stdout")]
    Stdout(#[from] io::Error),
}

impl RunArgs {
    fn options(&self) -> Options {
        Options {
            period: self.period,
            as_of: self.as_of,
            on_error: match self.on_error {
                OnErrorArg::Stop => OnError::Stop,
                OnErrorArg::Partial => OnError::Partial,
            },
            lang: self.lang,
            programmes: self.programmes.clone(),
            mark: match self.mark {
                MarkArg::Conditional => Mark::Conditional,
                MarkArg::Style => Mark::Style,
            },
            check_only: false,
        }
    }
}

/// Runs; Ctrl-C ends it without leaving anything behind.
pub async fn run(args: RunArgs) -> ExitCode {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    let mut work = tokio::task::spawn_blocking(move || calculate(&args, &flag));
    let done = tokio::select! {
        done = &mut work => done,
        _ = tokio::signal::ctrl_c() => {
            stop.store(true, Ordering::Relaxed);
            work.await
        }
    };
    match done {
        Ok(Ok(Status::Ok | Status::Partial)) => ExitCode::SUCCESS,
        Ok(Ok(Status::Faulty)) => ExitCode::from(DATA_AT_FAULT),
        Ok(Err(error)) => {
            eprintln!("dealerbook: {}", telemetry::causes(&error));
            ExitCode::from(COULD_NOT_RUN)
        }
        Err(_) => ExitCode::from(COULD_NOT_RUN),
    }
}

fn calculate(args: &RunArgs, stop: &AtomicBool) -> Result<Status, RunError> {
    let engine = Engine::embedded()?;
    let bytes = fs::read(&args.file).map_err(|source| at(&args.file, source))?;
    let options = args.options();
    let name = args.file.file_name().map(|name| name.to_string_lossy());
    let job = Job {
        bytes: &bytes,
        filename: name.as_deref(),
        options: &options,
        engine: &engine,
        policy: args.policy.as_deref(),
        json: args.json,
        stop,
    };
    let report = match &args.out {
        Some(out) => write_whole(out, &job, args.lang)?,
        None => pipeline::run(&job, None::<File>).map_err(|error| workbook(&error, args.lang))?,
    };
    tell(args, &report)?;
    match report.unwritten() {
        Some(error) => Err(workbook(error, args.lang)),
        None => Ok(report.status()),
    }
}

/// Writes the answer beside its place first, so that nobody ever finds half a workbook there.
fn write_whole(out: &Path, job: &Job<'_>, lang: Lang) -> Result<Report, RunError> {
    let io = |source| at(out, source);
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = ordinary_file(folder).map_err(io)?;
    let mut writer = BufWriter::new(file.as_file());
    let report = pipeline::run(job, Some(&mut writer)).map_err(|error| workbook(&error, lang))?;
    if report.unwritten().is_some() {
        return Ok(report);
    }
    writer.flush().map_err(io)?;
    drop(writer);
    file.as_file().sync_all().map_err(io)?;
    file.persist(out).map_err(|error| io(error.error))?;
    warn_of_extension(out, &report, lang);
    Ok(report)
}

/// A temporary file with the permissions that a file of the user's has, not those of a secret.
pub(super) fn ordinary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dealerbook-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Excel refuses a workbook with macros that is called .xlsx, and the other way round.
fn warn_of_extension(out: &Path, report: &Report, lang: Lang) {
    let extension = |path: &Path| path.extension().map(|extension| extension.to_ascii_lowercase());
    if extension(out) != extension(Path::new(report.filename())) {
        let wanted = extension(Path::new(report.filename())).unwrap_or_default();
        let wanted = wanted.to_string_lossy();
        match lang {
            Lang::Zh => {
                eprintln!("注意：结果文件的扩展名应为 .{wanted}，否则 Excel 可能拒绝打开。")
            }
            Lang::En => eprintln!("note: the answer should be called .{wanted}, or Excel may refuse to open it"),
        }
    }
}

fn tell(args: &RunArgs, report: &Report) -> Result<(), RunError> {
    tell_issues(report, args.lang);
    let mut out = io::stdout().lock();
    if args.json {
        report.write_json(&RunIdentity { id: &clock::run_id(), created_at: &clock::now() }, &mut out)?;
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(args, report))?;
    Ok(())
}

/// The errors and warnings on stderr, as many as a person reads.
fn tell_issues(report: &Report, lang: Lang) {
    for line in report.headlines() {
        eprintln!("{line}");
    }
    let told = report.headlines().len();
    match (report.summary().errors + report.summary().warnings).saturating_sub(told) {
        0 => {}
        more => match lang {
            Lang::Zh => eprintln!("……另有 {more} 条，见结果工作簿中的“校验结果”。"),
            Lang::En => eprintln!("… and {more} more, on the sheet `Issues` of the answer."),
        },
    }
}

fn summary(args: &RunArgs, report: &Report) -> String {
    let counts = report.summary();
    let (errors, warnings, infos, dealers) = (counts.errors, counts.warnings, counts.infos, counts.dealers);
    let status = report.status().as_str();
    let period = report.period().map_or_else(|| "-".to_owned(), |period| period.to_string());
    let out = args.out.as_ref().map(|out| format!(" -> {}", out.display())).unwrap_or_default();
    match args.lang {
        Lang::Zh => format!(
            "{status}：考核年度 {period}，经销商 {dealers} 家，错误 {errors}，警告 {warnings}，提示 {infos}{out}"
        ),
        Lang::En => format!(
            "{status}: period {period}, {dealers} dealers, {errors} errors, {warnings} warnings, {infos} infos{out}"
        ),
    }
}

fn workbook(error: &PipelineError, lang: Lang) -> RunError {
    let (title, detail) = (error.title(lang), error.detail(lang));
    RunError::Workbook(if title == detail { title } else { format!("{title}: {detail}") })
}

fn at(path: &Path, source: io::Error) -> RunError {
    RunError::File { path: path.display().to_string(), source }
}
