//! `dealerbook token`: people's tokens, and the administrator's own.

mod words;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{COULD_NOT_RUN, DATA_AT_FAULT, Outcome, notice, print};
use dealerbook_base::clock;
use dealerbook_base::lang::Lang;
use dealerbook_config::{self as config, Places};
use dealerbook_server::token::{self, COMMAND_LINE, TokenError, Wanted};
use dealerbook_store::{Revocation, Store};

/// What is to be done with which service's tokens.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: Option<TokenCommand>,
    /// Make and print a new token of the administrator's; those of before are void at once
    #[arg(long, required = true)]
    new: bool,
    #[command(flatten)]
    at: At,
}

/// Which service's, and in which language.
#[derive(Debug, Args)]
pub struct At {
    #[command(flatten)]
    pub places: Places,
    /// Language of what is said: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    pub lang: Lang,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token for a person, and print it this once
    Create {
        /// Whose it is, where they have no account yet
        #[arg(required_unless_present = "person", conflicts_with = "person")]
        name: Option<String>,
        /// The account whose it is, as the list has it, for a further token of the same person
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        /// What they may do: sales, finance, auditor or admin
        #[arg(long)]
        role: String,
        /// A region that it is for, as the dealers sheet has it; only with the role sales, and as often as there are regions
        #[arg(long = "region", value_name = "REGION")]
        regions: Vec<String>,
        /// The last day that it is good for (UTC), or a number of days: 2008-12-31, 90d
        #[arg(long, value_name = "DAY|DAYS")]
        expires: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// List all tokens, oldest first, a line each with tabs between
    List {
        #[command(flatten)]
        at: At,
    },
    /// Make a token void at once
    Revoke {
        /// Its id, as the list has it
        id: String,
        #[command(flatten)]
        at: At,
    },
}

const EXAMPLES: &str = "\
Examples:
  dealerbook token create 王芳 --role sales --region 涪陵 --expires 90d
  dealerbook token create --person p1 --role finance     # a further one of the same person
  dealerbook token list
  dealerbook token revoke 0123456789ab
  dealerbook token --new                        # the administrator's, for the service that keeps its data in ./data
  dealerbook token --new --data elsewhere --lang en";

/// Does what is asked for.
pub async fn run(args: TokenArgs) -> Outcome {
    match args.command {
        Some(TokenCommand::Create { name, person, role, regions, expires, at }) => {
            create(Wanted { name: name.unwrap_or_default(), person, role, regions, expires }, at).await
        }
        Some(TokenCommand::List { at }) => list(at).await,
        Some(TokenCommand::Revoke { id, at }) => revoke(&id, at).await,
        None => new_token(args.at).await,
    }
}

async fn new_token(at: At) -> Outcome {
    let store = Store::open(&at.places).await?;
    let token = token::replace(&store).await?;
    store.close().await;
    print(notice::new_token(&token, at.lang))?;
    Ok(ExitCode::SUCCESS)
}

async fn create(wanted: Wanted, at: At) -> Outcome {
    let new = match wanted.check(clock::timestamp()) {
        Ok(new) => new,
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("dealerbook: {}", words::fault(fault, at.lang)));
            return Ok(ExitCode::from(COULD_NOT_RUN));
        }
    };
    let store = Store::open(&at.places).await?;
    let made = token::create(&store, &new, COMMAND_LINE).await;
    store.close().await;
    let (token, kept) = match made {
        Ok(made) => made,
        Err(TokenError::Account(fault)) => {
            eprintln!("dealerbook: {}", words::account_fault(&fault, at.lang));
            return Ok(ExitCode::from(DATA_AT_FAULT));
        }
        Err(error) => return Err(error.into()),
    };
    print(words::created(&token, &kept, at.lang))?;
    Ok(ExitCode::SUCCESS)
}

async fn list(at: At) -> Outcome {
    let store = Store::open(&at.places).await?;
    let (tokens, now) = (store.tokens().await?, clock::now());
    store.close().await;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", words::heading(at.lang).join("\t"))?;
    for token in &tokens {
        writeln!(out, "{}", words::line(token, &now, at.lang).join("\t"))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn revoke(id: &str, at: At) -> Outcome {
    let store = Store::open(&at.places).await?;
    let revocation = store.revoke_token(id, COMMAND_LINE, false).await?;
    store.close().await;
    match revocation {
        Revocation::NoSuchToken => {
            eprintln!("dealerbook: {}", words::no_such_token(id, at.lang));
            Ok(ExitCode::from(DATA_AT_FAULT))
        }
        revocation => {
            print(words::revoked(id, &revocation, at.lang))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
