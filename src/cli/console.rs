//! What is said of the workbooks: outcomes on the standard output, findings and faults on the standard error. Where the results are
//! printed as JSON, they alone go to the standard output.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::fault::Fault;
use super::tally::Tally;
use super::task::Task;
use super::{COULD_NOT_RUN, words};
use dealerbook_base::clock;
use dealerbook_base::lang::Lang;
use dealerbook_output::pipeline::{Report, RunIdentity};

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

    /// That the workbook over all of them is there.
    pub fn tell_consolidated(&self, out: &Path) -> io::Result<()> {
        self.bar.suspend(|| self.say(words::consolidated(out, self.lang)))
    }

    /// Says how it all ended, where that isn't plain already.
    pub fn finish(self, tally: &Tally) -> io::Result<ExitCode> {
        self.bar.finish_and_clear();
        if self.workbooks > 1 {
            self.say(words::total(tally, self.task.options.check_only, self.lang))?;
        }
        let writes = self.task.out.is_some()
            || self.task.consolidated.is_some()
            || self.task.json
            || self.task.options.check_only;
        if !writes && tally.done() > tally.failed {
            aside(words::nothing_written(self.lang));
        }
        if tally.done() < self.workbooks {
            aside(format!("dealerbook: {}", words::interrupted(tally.done(), self.workbooks, self.lang)));
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
        self.say(format!(
            "{}{}{out_said}",
            self.name(workbook),
            words::outcome(&report, self.task.options.check_only, self.lang)
        ))?;
        if let Some(out) = out {
            self.warn_of_extension(out, &report);
        }
        Ok(())
    }

    /// As a line about it begins.
    fn name(&self, workbook: &Path) -> String {
        format!("{}{}", workbook.display(), self.lang.pick("：", ": "))
    }

    /// To the standard output, or out of the results' way.
    fn say(&self, line: impl Display) -> io::Result<()> {
        match self.task.json {
            true => writeln!(io::stderr(), "{line}"),
            false => writeln!(io::stdout(), "{line}"),
        }
    }

    fn complain(&self, workbook: &Path, fault: &Fault) {
        aside(format!("dealerbook: {}{}", self.name(workbook), fault.said(self.lang)));
    }

    /// The errors and warnings, as many as a person reads; of several workbooks with their names before them.
    fn tell_issues(&self, workbook: &Path, report: &Report) {
        let whose = if self.workbooks > 1 { self.name(workbook) } else { String::new() };
        for line in report.headlines() {
            aside(format!("{whose}{line}"));
        }
        let told = report.headlines().len();
        let more = (report.summary().errors + report.summary().warnings).saturating_sub(told);
        if more > 0 {
            aside(format!("{whose}{}", words::more(more, self.task, self.lang)));
        }
    }

    /// Excel refuses a workbook with macros that is called .xlsx, and the other way round.
    fn warn_of_extension(&self, out: &Path, report: &Report) {
        let extension = |path: &Path| path.extension().map(|extension| extension.to_ascii_lowercase());
        let wanted = extension(Path::new(report.filename()));
        if extension(out) != wanted {
            aside(words::wrong_extension(&wanted.unwrap_or_default().to_string_lossy(), self.lang));
        }
    }
}

/// To the standard error; where nobody reads it, the work goes on.
fn aside(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
