//! `dealerbook run`: workbooks checked, calculated and annotated, without a server.

use std::path::PathBuf;

use clap::Args;

use super::task::{Task, TaskArgs};
use dealerbook_output::pipeline::OnError;

/// What is to be done with which workbooks.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RunArgs {
    #[command(flatten)]
    task: TaskArgs,
    /// What errors do: stop the calculation, or leave the faulty rows out
    #[arg(long, value_enum, default_value = "stop")]
    on_error: OnErrorArg,
    /// Write one workbook over all workbooks: what became of each, all their dealers, all their faults
    #[arg(long, value_name = "FILE")]
    consolidated: Option<PathBuf>,
    /// Rank the dealers of all workbooks together there; points, grades and money stay those of each workbook
    #[arg(long, requires = "consolidated")]
    rank_all: bool,
}

const EXAMPLES: &str = "\
Examples:
  dealerbook run dealers.xlsx -o answer.xlsx
  dealerbook run 2007/*.xlsx -o answers         # an answer for each, in the folder answers
  dealerbook run 2007 -o answers                # the same: all workbooks in the folder 2007
  dealerbook run dealers.xlsx --json > result.json
  dealerbook run faulty.xlsx -o answer.xlsx --on-error partial
  dealerbook run 2007.xlsx -o answer.xlsx --history 2006.json
  dealerbook run 2007 -o answers --consolidated all-2007.xlsx --rank-all
  dealerbook run dealers.xlsx                   # only says how it went; nothing is written

Each workbook has a line that says what became of it; one that is at fault or can't be read spoils no other.

Exit codes, of several workbooks the gravest:
  0  calculated
  1  the data of a workbook have errors: the answer shows them
  2  a workbook could not be worked on, or an answer not be written; also when it was interrupted";

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum OnErrorArg {
    Stop,
    Partial,
}

impl From<RunArgs> for Task {
    fn from(args: RunArgs) -> Task {
        let on_error = match args.on_error {
            OnErrorArg::Stop => OnError::Stop,
            OnErrorArg::Partial => OnError::Partial,
        };
        let task = Task::new(args.task, on_error, false);
        Task { consolidated: args.consolidated, rank_all: args.rank_all, ..task }
    }
}
