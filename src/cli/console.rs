//! What is said of the workbooks: outcomes on the standard output, findings and faults on the standard error. Where the results are
//! printed as JSON, they alone go to the standard output.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::fault::Fault;
use super::task::Task;
use super::{COULD_NOT_RUN, DATA_AT_FAULT};
use crate::clock;
use crate::lang::Lang;
use crate::pipeline::{Report, RunIdentity, Status};

/// How the workbooks that are done have ended.
#[derive(Debug, Default)]
pub struct Tally {
    good: usize,
    faulty: usize,
    failed: usize,
}

impl Tally {
    /// One more.
    pub fn count(&mut self, end: &Result<Report, Fault>) {
        match end {
            Ok(report) if report.unwritten().is_some() => self.failed += 1,
            Ok(report) if report.status() == Status::Faulty => self.faulty += 1,
            Ok(_) => self.good += 1,
            Err(_) => self.failed += 1,
        }
    }

    fn done(&self) -> usize {
        self.good + self.faulty + self.failed
    }

    fn code(&self) -> ExitCode {
        match self {
            Tally { failed: 1.., .. } => ExitCode::from(COULD_NOT_RUN),
            Tally { faulty: 1.., .. } => ExitCode::from(DATA_AT_FAULT),
            _ => ExitCode::SUCCESS,
        }
    }
}

/// The terminal, or what stands in its place.
pub struct Console<'t> {
    task: &'t Task,
    lang: Lang,
    workbooks: usize,
    bar: ProgressBar,
}

impl<'t> Console<'t> {
    /// For a task of so many workbooks. A bar shows how far it is where there are several and somebody watches.
    pub fn new(task: &'t Task, workbooks: usize) -> Self {
        let target = match workbooks > 1 && io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(workbooks as u64), target);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        Self { task, lang: task.options.lang, workbooks, bar }
    }

    /// A workbook's turn has come.
    pub fn begin(&self, workbook: &Path) {
        self.bar.set_message(workbook.display().to_string());
    }

    /// What has become of it.
    pub fn tell(&mut self, workbook: &Path, out: Option<&Path>, end: Result<Report, Fault>) -> io::Result<()> {
        self.bar.suspend(|| match end {
            Ok(report) => self.tell_report(workbook, out, report),
            Err(fault) => {
                if self.task.json {
                    writeln!(io::stdout(), "{}", fault.json(workbook, self.lang))?;
                }
                self.complain(workbook, &fault);
                Ok(())
            }
        })?;
        self.bar.inc(1);
        Ok(())
    }

    /// Says how it all ended, where that isn't plain already.
    pub fn finish(self, tally: &Tally) -> io::Result<ExitCode> {
        self.bar.finish_and_clear();
        if self.workbooks > 1 {
            self.say(self.total(tally))?;
        }
        if self.task.out.is_none() && !self.task.json && !self.task.options.check_only && tally.done() > tally.failed {
            eprintln!(
                "{}",
                self.lang.pick(
                    "注意：没有写出文件。用 -o 路径 写出批注后的工作簿，用 --json 输出结果。",
                    "note: nothing was written; -o PATH writes the annotated workbook, --json prints the result",
                )
            );
        }
        if tally.done() < self.workbooks {
            eprintln!(
                "dealerbook: {}",
                match self.lang {
                    Lang::Zh => format!("已中断：{} 个工作簿中处理了 {} 个。", self.workbooks, tally.done()),
                    Lang::En => format!("interrupted; {} of {} done", tally.done(), count(self.workbooks, "workbook")),
                }
            );
            return Ok(ExitCode::from(COULD_NOT_RUN));
        }
        Ok(tally.code())
    }

    fn tell_report(&self, workbook: &Path, out: Option<&Path>, mut report: Report) -> io::Result<()> {
        if self.task.json {
            let mut stdout = io::stdout().lock();
            report.write_json(&RunIdentity { id: &clock::run_id(), created_at: &clock::now() }, &mut stdout)?;
            writeln!(stdout)?;
        }
        self.tell_issues(workbook, &report);
        if let Some(error) = report.take_unwritten() {
            self.complain(workbook, &Fault::Workbook(error));
            return Ok(());
        }
        let out_said = out.map(|out| format!(" -> {}", out.display())).unwrap_or_default();
        let colon = self.lang.pick("：", ": ");
        self.say(format!("{}{colon}{}{out_said}", workbook.display(), self.outcome(&report)))?;
        if let Some(out) = out {
            self.warn_of_extension(out, &report);
        }
        Ok(())
    }

    /// To the standard output, or out of the results' way.
    fn say(&self, line: impl Display) -> io::Result<()> {
        match self.task.json {
            true => writeln!(io::stderr(), "{line}"),
            false => writeln!(io::stdout(), "{line}"),
        }
    }

    fn complain(&self, workbook: &Path, fault: &Fault) {
        eprintln!("dealerbook: {}{}{}", workbook.display(), self.lang.pick("：", ": "), fault.said(self.lang));
    }

    /// The errors and warnings, as many as a person reads; of several workbooks with their names before them.
    fn tell_issues(&self, workbook: &Path, report: &Report) {
        let colon = self.lang.pick("：", ": ");
        let whose = if self.workbooks > 1 { format!("{}{colon}", workbook.display()) } else { String::new() };
        for line in report.headlines() {
            eprintln!("{whose}{line}");
        }
        let told = report.headlines().len();
        let more = (report.summary().errors + report.summary().warnings).saturating_sub(told);
        if more > 0 {
            eprintln!("{whose}{}", self.words_of_more(more));
        }
    }

    fn words_of_more(&self, more: usize) -> String {
        let where_they_are = match (self.task.json, &self.task.out) {
            (true, _) => self.lang.pick("见 JSON 结果", "in the JSON"),
            (false, Some(_)) => self.lang.pick("见结果工作簿中的“校验结果”", "on the sheet `Issues` of the answer"),
            (false, None) => self.lang.pick("用 -o 或 --json 可得到全部", "which -o and --json give in full"),
        };
        match self.lang {
            Lang::Zh => format!("……另有 {more} 条，{where_they_are}。"),
            Lang::En => format!("… and {more} more, {where_they_are}."),
        }
    }

    fn outcome(&self, report: &Report) -> String {
        let counts = report.summary();
        let period = report.period().map_or_else(|| "-".to_owned(), |period| period.to_string());
        let (zh, en) = match (report.status(), self.task.options.check_only) {
            (Status::Ok, true) => ("无错误", "no errors"),
            (Status::Faulty, true) => ("有错误", "has errors"),
            (Status::Ok, false) => ("已计算", "calculated"),
            (Status::Faulty, false) => ("有错误，未计算", "has errors, not calculated"),
            (Status::Partial, _) => ("已计算无错误的部分", "calculated without the faulty rows"),
        };
        match self.lang {
            Lang::Zh => format!(
                "{zh}。考核年度 {period}，经销商 {} 家，错误 {}，警告 {}，提示 {}",
                counts.dealers, counts.errors, counts.warnings, counts.infos
            ),
            Lang::En => format!(
                "{en}; period {period}, {}, {}, {}, {}",
                count(counts.dealers, "dealer"),
                count(counts.errors, "error"),
                count(counts.warnings, "warning"),
                count(counts.infos, "info")
            ),
        }
    }

    fn total(&self, Tally { good, faulty, failed }: &Tally) -> String {
        let done = good + faulty + failed;
        let (zh, en) = match self.task.options.check_only {
            true => ("无错误", "without errors"),
            false => ("已计算", "calculated"),
        };
        match self.lang {
            Lang::Zh => format!("{done} 个工作簿：{good} 个{zh}，{faulty} 个有错误，{failed} 个未能处理"),
            Lang::En => {
                format!("{}: {good} {en}, {faulty} with errors, {failed} failed", count(done, "workbook"))
            }
        }
    }

    /// Excel refuses a workbook with macros that is called .xlsx, and the other way round.
    fn warn_of_extension(&self, out: &Path, report: &Report) {
        let extension = |path: &Path| path.extension().map(|extension| extension.to_ascii_lowercase());
        let wanted = extension(Path::new(report.filename()));
        if extension(out) != wanted {
            let wanted = wanted.unwrap_or_default();
            let wanted = wanted.to_string_lossy();
            eprintln!(
                "{}",
                match self.lang {
                    Lang::Zh => format!("注意：结果文件的扩展名应为 .{wanted}，否则 Excel 可能拒绝打开。"),
                    Lang::En => format!("note: the answer should be called .{wanted}, or Excel may refuse to open it"),
                }
            );
        }
    }
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
