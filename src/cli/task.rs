//! What `run` and `check` have in common: the workbooks, where their answers go, and how they are read.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::civil::Date;

use dealerbook_base::lang::Lang;
use dealerbook_config as config;
use dealerbook_output::pipeline::{Mark, OnError, Options, PROGRAMMES};

/// The arguments that both commands take.
#[derive(Clone, Debug, Args)]
pub struct TaskArgs {
    /// The workbooks; a folder stands for all workbooks that lie in it, not for those in its subfolders
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where the annotated workbook goes: a file for one workbook, a folder for several
    ///
    /// A folder is made when it is missing. In it each answer has its workbook's name; of two of the same name the second is called
    /// NAME-2. An earlier answer is replaced at the end, in one step. Without -o no workbook is written.
    #[arg(short, long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Let an answer take the place of a workbook that was given
    #[arg(long, requires = "out")]
    force: bool,
    /// Print the results as JSON, one workbook a line, in their order
    ///
    /// Nothing else goes to the standard output then; what is said to people goes to the standard error. A workbook that can't be
    /// worked on has the line {"file": …, "error": {"code", "detail", "remedy"}}.
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
    /// How faulty cells are marked
    #[arg(long, value_enum, default_value = "conditional")]
    mark: MarkArg,
    /// Result of an earlier year (what `run --json` printed), for what the sheet leaves empty of it: previous grade, last year's tonnes
    #[arg(long, value_name = "RESULT")]
    history: Vec<PathBuf>,
    /// The policy's id
    #[arg(long)]
    policy: Option<String>,
    /// Folder of the company's own policies, *.toml; the first by its name is the default
    #[arg(long, env = "DEALERBOOK_POLICIES")]
    policies: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum MarkArg {
    Conditional,
    Style,
}

/// What is to be done with which workbooks.
#[derive(Clone, Debug)]
pub struct Task {
    /// The workbooks and folders, as they were given.
    pub files: Vec<PathBuf>,
    /// Where the answers go.
    pub out: Option<PathBuf>,
    /// Whether an answer may take the place of a workbook that was given.
    pub force: bool,
    /// Whether results are printed as JSON.
    pub json: bool,
    /// The policy's id.
    pub policy: Option<String>,
    /// The folder of the company's own policies.
    pub policies: Option<PathBuf>,
    /// The caller's own Data Package, to be checked against.
    pub schema: Option<PathBuf>,
    /// The results of earlier periods.
    pub history: Vec<PathBuf>,
    /// Where the workbook over all of them goes.
    pub consolidated: Option<PathBuf>,
    /// Whether dealers are ranked over all of them there.
    pub rank_all: bool,
    /// What is to be done with each.
    pub options: Options,
}

impl Task {
    /// The task of these arguments and of what the command itself says.
    pub fn new(args: TaskArgs, on_error: OnError, check_only: bool) -> Task {
        let options = Options {
            period: args.period,
            as_of: args.as_of,
            on_error,
            lang: args.lang,
            programmes: args.programmes,
            mark: match args.mark {
                MarkArg::Conditional => Mark::Conditional,
                MarkArg::Style => Mark::Style,
            },
            check_only,
            schemas: None,
            history: None,
            appeals: None,
            horizon: None,
            keep_months: false,
            keep_sources: false,
        };
        Task {
            files: args.files,
            out: args.out,
            force: args.force,
            json: args.json,
            policy: args.policy,
            policies: config::folder(args.policies),
            schema: None,
            consolidated: None,
            rank_all: false,
            history: args.history,
            options,
        }
    }
}
