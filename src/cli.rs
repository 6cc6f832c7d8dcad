//! The command line: serve, run one workbook without a server, make a new token.

mod notice;
mod run;
mod template;

use std::error::Error;
use std::future::Future;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Places, Settings};
use crate::lang::Lang;
use crate::startup::Application;
use crate::store::Store;
use crate::{telemetry, token};

pub use run::RunArgs;

/// What a command that could not do its work exits with.
const COULD_NOT_RUN: u8 = 2;

/// Checks, assesses and annotates dealer workbooks: scorecards, grades and incentives, in the user's own Excel file.
///
/// Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "dealerbook", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve over HTTP (what happens without a command)
    Serve(Settings),
    /// Check, calculate and annotate one workbook, without a server
    Run(RunArgs),
    /// Write an empty workbook to be filled in
    Template(template::TemplateArgs),
    /// The administrator's token
    Token(TokenArgs),
}

#[derive(Debug, Args)]
struct TokenArgs {
    /// Make and print a new token; the one before is void at once
    #[arg(long, required = true)]
    new: bool,
    #[command(flatten)]
    places: Places,
    /// Language of the notices: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => finish(block_on(serve(cli.settings))),
        Some(Command::Serve(settings)) => finish(block_on(serve(settings))),
        Some(Command::Template(args)) => finish(template::write(&args)),
        Some(Command::Token(args)) => finish(block_on(new_token(args))),
        Some(Command::Run(args)) => {
            block_on(async { Ok(run::run(args).await) }).unwrap_or_else(|error| finish(Err(error)))
        }
    }
}

type Outcome<T> = Result<T, Box<dyn Error>>;

fn block_on<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(work)
}

fn finish(outcome: Outcome<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dealerbook: {}", telemetry::causes(error.as_ref()));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

async fn serve(settings: Settings) -> Outcome<()> {
    telemetry::init();
    let signal = stop_signal()?;
    let application = Application::build(&settings).await?;
    let started = notice::started(application.address(), application.token(), settings.lang);
    // A service without anybody to read its output serves all the same.
    let _ = writeln!(io::stdout(), "{started}");
    tracing::info!(address = %application.address(), version = env!("CARGO_PKG_VERSION"), "listening");
    Ok(application.run_until(signal).await?)
}

async fn new_token(args: TokenArgs) -> Outcome<()> {
    let store = Store::open(&args.places).await?;
    let token = token::replace(&store).await?;
    store.close().await;
    println!("{}", notice::new_token(&token, args.lang));
    Ok(())
}

/// Done at the first SIGINT or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Done at the first Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
}
