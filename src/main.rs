//! The `dealerbook` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    dealerbook::cli::main()
}
