//! `dealerbook completions`: what a shell needs to complete our command lines.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Outcome};

/// Whose completions are wanted.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  dealerbook completions bash > ~/.local/share/bash-completion/completions/dealerbook
  dealerbook completions zsh > ~/.zfunc/_dealerbook     # where ~/.zfunc is in $fpath
  dealerbook completions fish > ~/.config/fish/completions/dealerbook.fish
  dealerbook completions powershell >> $PROFILE";

/// Prints them.
pub fn print(args: &CompletionsArgs) -> Outcome {
    // Made whole first: the generators panic where a pipe is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "dealerbook", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
