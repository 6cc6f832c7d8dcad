//! `dealerbook policy check`: whether a policy is sound, and where it has cliffs; `dealerbook policy book`: a policy as a workbook. Both
//! read workbooks as well as TOML. They exit with 0 when the policy is sound, 1 when it has faults, 2 when the file can't be read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use rust_decimal::Decimal;

use super::{DATA_AT_FAULT, Outcome, policy_diff};
use dealerbook_base::lang::Lang;
use dealerbook_config as config;
use dealerbook_engine::policy::{CliffSettings as Settings, Policy};
use dealerbook_engine::policy_check::cliffs;
use dealerbook_engine::schema::Schemas;
use dealerbook_output::pipeline::PipelineError;
use dealerbook_output::policy_book::{BookError, PlacedFault};
use dealerbook_output::report::cliff_words::CliffWords;
use dealerbook_output::report::policy_book;
use dealerbook_package::Limits;

/// What is to be done with a policy.
#[derive(Clone, Debug, Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Check a policy, run its worked examples, and name its cliffs
    #[command(after_help = EXAMPLES)]
    Check(CheckArgs),
    /// Write a policy as a workbook, every figure in its cell
    #[command(after_help = BOOK_EXAMPLES)]
    Book(BookArgs),
    /// Say what changed between two policies and, with a workbook, what it costs
    #[command(after_help = policy_diff::EXAMPLES)]
    Diff(policy_diff::DiffArgs),
}

/// How the other one is called.
pub const BOOK_EXAMPLES: &str = "\
Examples:
  dealerbook policy book handbook -o policy.xlsx
  dealerbook policy book own.toml -o own.xlsx --lang en

Change the figures in Excel, WPS or LibreOffice; `dealerbook policy check own.xlsx` says whether all of it still holds.";

#[derive(Clone, Debug, Args)]
struct BookArgs {
    /// The policy: a file (TOML or .xlsx), or the id of one that is built in
    policy: PathBuf,
    /// The workbook that is written
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Language of labels and notes: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
}

/// How it is called.
pub const EXAMPLES: &str = "\
Examples:
  dealerbook policy check own.toml
  dealerbook policy check own.xlsx
  dealerbook policy check own.toml --cliff 5000 --lang en
  dealerbook policy check own.toml --tonnes 3000

A cliff is a place where a tonne more, or a hundredth of a point, changes what a dealer is paid by more than a set sum.

Exit codes:
  0  the policy is sound; its cliffs are no faults
  1  it has faults, all of which are named
  2  the file can't be read";

#[derive(Clone, Debug, Args)]
struct CheckArgs {
    /// The policy: a TOML file, or its workbook
    file: PathBuf,
    /// Name steps of more than so many yuan, in place of the policy's `check.cliff`
    #[arg(long, value_name = "YUAN", value_parser = positive)]
    cliff: Option<Decimal>,
    /// The annual tonnes of the dealer on whom steps at a grade's bound are worked out, in place of `check.tonnes`
    #[arg(long, value_name = "TONNES", value_parser = positive)]
    tonnes: Option<Decimal>,
    /// Language of what it says: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
}

fn positive(text: &str) -> Result<Decimal, String> {
    let figure = Decimal::from_str_exact(text).ok().filter(|x| *x > Decimal::ZERO);
    figure.ok_or_else(|| "a number above 0 / 须为大于 0 的数".to_owned())
}

/// Does it.
pub fn run(args: &PolicyArgs) -> Outcome {
    match &args.command {
        Command::Check(args) => check(args),
        Command::Book(args) => book(args),
        Command::Diff(args) => policy_diff::run(args),
    }
}

fn check(args: &CheckArgs) -> Outcome {
    match read(&args.file)? {
        Err(faults) => at_fault(&args.file, &faults, args.lang),
        Ok(policy) => {
            writeln!(io::stdout().lock(), "{}", sound(args, &policy, &Schemas::embedded()?))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn book(args: &BookArgs) -> Outcome {
    let named = Policy::shipped()?.into_iter().find(|policy| Path::new(&policy.id) == args.policy);
    let policy = match named.filter(|_| !args.policy.exists()) {
        Some(policy) => policy,
        None => match read(&args.policy)? {
            Ok(policy) => policy,
            Err(faults) => return at_fault(&args.policy, &faults, args.lang),
        },
    };
    let bytes = policy_book::render(&policy, args.lang)?;
    fs::write(&args.out, bytes).map_err(|error| format!("{}: {error}", args.out.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The policy in a file, or what is wrong with it.
fn read(file: &Path) -> Outcome<Result<Policy, Vec<PlacedFault>>> {
    let name = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| format!("{name}: {error}"))?;
    match dealerbook_output::policy_book::read(&name, &bytes, &Limits::default()) {
        Ok(policy) => Ok(Ok(policy)),
        Err(BookError::Faults(faults)) => Ok(Err(faults)),
        Err(BookError::Workbook(error)) => Err(format!("{name}: {}", PipelineError::from(error)).into()),
    }
}

fn at_fault(file: &Path, faults: &[PlacedFault], lang: Lang) -> Outcome {
    writeln!(io::stdout().lock(), "{}", faulty(file, faults, lang))?;
    Ok(ExitCode::from(DATA_AT_FAULT))
}

fn faulty(file: &Path, faults: &[PlacedFault], lang: Lang) -> String {
    let head = match lang {
        Lang::Zh => format!("{}：有 {} 处错误", file.display(), faults.len()),
        Lang::En => format!("{}: {} faults", file.display(), faults.len()),
    };
    let lines = faults.iter().map(|fault| format!("  {}", fault.said(lang)));
    [head].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn sound(args: &CheckArgs, policy: &Policy, schemas: &Schemas) -> String {
    let (title, examples) = (policy.title.pick(args.lang), policy.examples.len());
    let (id, version, file) = (&policy.id, &policy.version, args.file.display());
    let head = match args.lang {
        Lang::Zh => format!("{file}：政策 {id} {version}（{title}）无误，{examples} 个算例结果相符"),
        Lang::En => {
            format!("{file}: the policy {id} {version} ({title}) is sound; its {examples} worked examples come out")
        }
    };
    let Some(settings) = settings(args, policy) else {
        let none =
            args.lang.pick("没有 [check] 一节，未查找断点", "it has no section [check], so cliffs were not looked for");
        return format!("{head}\n{none}");
    };
    let words = CliffWords { policy, schemas, settings: &settings, lang: args.lang };
    let found = cliffs::find(policy, &settings);
    let lines = found.iter().map(|cliff| format!("  {}", words.cliff(cliff)));
    [head, words.heading(found.len())].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// The policy's settings, with what the command line says instead.
fn settings(args: &CheckArgs, policy: &Policy) -> Option<Settings> {
    let own = policy.check.clone()?;
    Some(Settings { cliff: args.cliff.unwrap_or(own.cliff), tonnes: args.tonnes.unwrap_or(own.tonnes), ..own })
}
