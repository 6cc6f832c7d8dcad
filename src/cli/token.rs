//! `dealerbook token`: the administrator's token.

use std::process::ExitCode;

use clap::Args;

use super::{Outcome, notice};
use crate::config::{self, Places};
use crate::lang::Lang;
use crate::store::Store;
use crate::token;

/// What is to be done with which service's token.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TokenArgs {
    /// Make and print a new token; the one before is void at once
    #[arg(long, required = true)]
    new: bool,
    #[command(flatten)]
    places: Places,
    /// Language of the notices: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
}

const EXAMPLES: &str = "\
Examples:
  dealerbook token --new                        # for the service that keeps its data in ./data
  dealerbook token --new --data elsewhere --lang en";

/// Makes a new token and prints it.
pub async fn new_token(args: TokenArgs) -> Outcome {
    let store = Store::open(&args.places).await?;
    let token = token::replace(&store).await?;
    store.close().await;
    println!("{}", notice::new_token(&token, args.lang));
    Ok(ExitCode::SUCCESS)
}
