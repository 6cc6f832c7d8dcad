//! The workbook over all workbooks of a command: results are put aside as they come, and the workbook is put in its place in one step.

use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use super::fault::Fault;
use super::one::ordinary_file;
use super::task::Task;
use dealerbook_output::pipeline::{Engine, Report, RunIdentity, Status};
use dealerbook_output::report::consolidated::{self, Consolidated, ConsolidatedError, FileOutcome, FileStatus};

/// What has become of the workbooks so far.
#[derive(Default)]
pub struct Outcomes {
    files: Vec<FileOutcome<'static>>,
}

impl Outcomes {
    /// One more, in the order of the command line.
    ///
    /// # Errors
    /// Where its result can't be put aside.
    pub fn take(&mut self, workbook: &Path, end: &Result<Report, Fault>, task: &Task) -> io::Result<()> {
        let filename = workbook.to_string_lossy().replace('\\', "/");
        let outcome = match end {
            Ok(report) => {
                let mut result = tempfile::tempfile()?;
                // The workbook over all says nothing of runs.
                report.write_json(&RunIdentity { id: "", created_at: "" }, BufWriter::new(&mut result))?;
                result.rewind()?;
                let status = match report.status() {
                    Status::Ok => FileStatus::Ok,
                    Status::Faulty => FileStatus::Faulty,
                    Status::Partial => FileStatus::Partial,
                };
                FileOutcome { filename, status, problem: None, result: Some(Box::new(result)) }
            }
            Err(fault) => {
                let problem = Some(fault.said(task.options.lang));
                FileOutcome { filename, status: FileStatus::Refused, problem, result: None }
            }
        };
        self.files.push(outcome);
        Ok(())
    }

    /// Writes the workbook over all of them.
    ///
    /// # Errors
    /// Where it can't be made or written; what stands there is as it was then.
    pub fn write(mut self, out: &Path, engine: &Engine, task: &Task) -> Result<(), Fault> {
        let io = |source| Fault::Unwritten { out: out.to_owned(), source };
        self.shorten_names();
        let batch = Consolidated {
            lang: task.options.lang,
            schemas: &engine.schemas,
            policies: &engine.policies,
            rank_all: task.rank_all,
            files: self.files,
        };
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = ordinary_file(folder).map_err(io)?;
        let mut writer = BufWriter::new(file.as_file());
        consolidated::write(batch, &std::env::temp_dir(), &mut writer).map_err(|error| match error {
            ConsolidatedError::Io(source) => io(source),
            other => io(io::Error::other(other)),
        })?;
        writer.flush().map_err(io)?;
        drop(writer);
        file.as_file().sync_all().map_err(io)?;
        file.persist(out).map_err(|error| io(error.error))?;
        Ok(())
    }

    /// Leaves out the folders in which all of them lie: they say nothing, and another machine has others.
    fn shorten_names(&mut self) {
        let folders = |name: &str| name.rsplit_once('/').map_or(0, |(folders, _)| folders.len() + 1);
        let mut names = self.files.iter().map(|file| file.filename.as_str());
        let Some(first) = names.next() else { return };
        let common = names.fold(&first[..folders(first)], |common, name| {
            let shared = common.split_inclusive('/').zip(name[..folders(name)].split_inclusive('/'));
            &common[..shared.take_while(|(one, other)| one == other).map(|(one, _)| one.len()).sum()]
        });
        let common = common.len();
        self.files.iter_mut().for_each(|file| drop(file.filename.drain(..common)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(names: &[&str]) -> Vec<String> {
        let file = |name: &&str| FileOutcome {
            filename: (*name).to_owned(),
            status: FileStatus::Cancelled,
            problem: None,
            result: None,
        };
        let mut outcomes = Outcomes { files: names.iter().map(file).collect() };
        outcomes.shorten_names();
        outcomes.files.into_iter().map(|file| file.filename).collect()
    }

    #[test]
    fn names_lose_the_folders_that_all_have_and_no_others() {
        assert_eq!(shortened(&["/data/2007/华东/a.xlsx", "/data/2007/华南/a.xlsx"]), ["华东/a.xlsx", "华南/a.xlsx"]);
        assert_eq!(shortened(&["2007/a.xlsx", "2007/b.xlsx"]), ["a.xlsx", "b.xlsx"]);
        assert_eq!(shortened(&["2007/a.xlsx", "2007-2/a.xlsx", "a.xlsx"]), ["2007/a.xlsx", "2007-2/a.xlsx", "a.xlsx"]);
        assert_eq!(shortened(&["a.xlsx"]), ["a.xlsx"]);
    }
}
