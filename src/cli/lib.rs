//! The command line: one file a command. A command is a line in `Command` and one in [`main`]; its arguments bring their own help
//! and examples.

mod audit;
mod batch;
mod check;
mod completions;
mod console;
mod consolidated;
mod destinations;
mod fault;
mod inputs;
mod notice;
mod one;
mod policy;
mod policy_diff;
mod proofread;
mod run;
mod serve;
mod stop;
mod tally;
mod task;
mod template;
mod token;
mod transfer;
mod words;

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use dealerbook_config::Settings;
use dealerbook_server::telemetry;

/// What a command that found the data at fault exits with.
const DATA_AT_FAULT: u8 = 1;
/// What a command that could not do its work exits with.
const COULD_NOT_RUN: u8 = 2;
/// What a command exits with whose output nobody reads any more, as of `dealerbook audit list | head`: what a shell says of one that
/// SIGPIPE has ended.
const NOBODY_READS: u8 = 141;

/// Checks, assesses and annotates dealer workbooks: scorecards, grades and incentives, in the user's own Excel file.
///
/// Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "dealerbook", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

const EXAMPLES: &str = "\
Examples:
  dealerbook                                    # serves on http://127.0.0.1:8080
  dealerbook run dealers.xlsx -o answer.xlsx
  dealerbook check dealers.xlsx
  dealerbook run --help                         # the help of each command has examples";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve over HTTP (what happens without a command)
    #[command(after_help = serve::EXAMPLES)]
    Serve(Settings),
    /// Check, calculate and annotate workbooks, without a server
    Run(run::RunArgs),
    /// Check workbooks and calculate nothing
    Check(check::CheckArgs),
    /// Check a policy and name its cliffs, or write it as a workbook
    #[command(after_help = policy::EXAMPLES)]
    Policy(policy::PolicyArgs),
    /// Write an empty workbook to be filled in
    Template(template::TemplateArgs),
    /// People's tokens: make, list, revoke; and the administrator's own
    Token(token::TokenArgs),
    /// Check or print the audit log: who changed what
    Audit(audit::AuditArgs),
    /// Write everything that is kept into a folder
    #[command(after_help = transfer::EXPORT_EXAMPLES)]
    Export(transfer::TransferArgs),
    /// Fill an empty service from an export
    #[command(after_help = transfer::IMPORT_EXAMPLES)]
    Import(transfer::TransferArgs),
    /// Print every text that the program says, in both languages, for proofreading
    #[command(hide = true, after_help = proofread::EXAMPLES)]
    Words,
    /// Print the completions of a shell
    Completions(completions::CompletionsArgs),
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => finish(block_on(serve::serve(cli.settings))),
        Some(Command::Serve(settings)) => finish(block_on(serve::serve(settings))),
        Some(Command::Run(args)) => finish(block_on(batch::work(args.into()))),
        Some(Command::Check(args)) => finish(block_on(batch::work(args.into()))),
        Some(Command::Policy(args)) => finish(policy::run(&args)),
        Some(Command::Template(args)) => finish(template::write(&args)),
        Some(Command::Token(args)) => finish(block_on(token::run(args))),
        Some(Command::Audit(args)) => finish(block_on(audit::run(args))),
        Some(Command::Export(args)) => finish(block_on(transfer::export(args))),
        Some(Command::Import(args)) => finish(block_on(transfer::import(args))),
        Some(Command::Words) => finish(proofread::print()),
        Some(Command::Completions(args)) => finish(completions::print(&args)),
    }
}

/// What a command exits with, or why it could not do its work.
type Outcome<T = ExitCode> = Result<T, Box<dyn Error + Send + Sync>>;

fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(work)
}

/// Prints a line on the standard output.
///
/// # Errors
/// When it can't be written to, as when whoever read it has gone: see [`finish`].
fn print(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

fn finish(outcome: Outcome) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        let is_closed = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        if error.downcast_ref().is_some_and(is_closed) {
            return ExitCode::from(NOBODY_READS);
        }
        eprintln!("dealerbook: {}", telemetry::causes(error.as_ref()));
        ExitCode::from(COULD_NOT_RUN)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_stand_with_and_without_the_command_serve() {
        for line in [vec!["dealerbook", "--listen", "[::]:1"], vec!["dealerbook", "serve", "--listen", "[::]:1"]] {
            let cli = Cli::parse_from(line);
            let settings = match cli.command {
                Some(Command::Serve(settings)) => settings,
                _ => cli.settings,
            };
            assert_eq!(settings.listen, "[::]:1");
        }
    }

    #[test]
    fn every_command_has_examples_that_can_be_parsed() {
        let cli = Cli::command();
        let texts = cli.get_subcommands().chain([&cli]).map(|command| {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:\n  dealerbook"), "{}", command.get_name());
            help
        });
        for line in texts.collect::<Vec<_>>().join("\n").lines().filter_map(|line| line.strip_prefix("  dealerbook")) {
            let of_the_shell = ["#", "&&", ">", ">>"];
            let words = line.split_whitespace().take_while(|word| !of_the_shell.contains(word));
            let parsed = Cli::try_parse_from(["dealerbook"].into_iter().chain(words));
            let shows_help = parsed.as_ref().is_err_and(|error| error.kind() == ErrorKind::DisplayHelp);
            assert!(parsed.is_ok() || shows_help, "{line}: {parsed:?}");
        }
    }
}
