//! `dealerbook check`: workbooks checked as `run` checks them, and nothing calculated.

use std::path::PathBuf;

use clap::Args;

use super::task::{Task, TaskArgs};
use dealerbook_output::pipeline::OnError;

/// Which workbooks are to be checked.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    #[command(flatten)]
    task: TaskArgs,
    /// A Data Package of one's own, as JSON: the workbooks are checked against that instead
    #[arg(long, value_name = "DESCRIPTOR", conflicts_with_all = ["period", "as_of", "policy", "programmes"])]
    schema: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  dealerbook check dealers.xlsx
  dealerbook check 2007/*.xlsx -o checked       # and writes the workbooks, their faults marked
  dealerbook check 2007 --json > issues.jsonl
  dealerbook check orders.xlsx --schema orders.json -o checked.xlsx
  dealerbook check dealers.xlsx --lang en && dealerbook run dealers.xlsx -o answer.xlsx

Exit codes, of several workbooks the gravest:
  0  no errors; there may be warnings
  1  a workbook has errors
  2  a workbook could not be read, or an answer not be written; also when it was interrupted";

impl From<CheckArgs> for Task {
    fn from(args: CheckArgs) -> Task {
        Task { schema: args.schema, ..Task::new(args.task, OnError::Stop, true) }
    }
}
