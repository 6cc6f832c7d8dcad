//! The administrator's token, where the settings name none: made here, shown once, kept as a hash.

use crate::startup::StartupError;
use crate::store::Store;

const TOKEN_BYTES: usize = 32;

/// As whom the audit log names whoever works on the command line.
pub const COMMAND_LINE: &str = "command line";
/// As whom it names the first start.
const FIRST_START: &str = "first start";

/// Where the administrator's token is from.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenOrigin {
    /// The settings.
    Given,
    /// Just made: this is the one time that it can be shown.
    New(String),
    /// An earlier start.
    Kept,
}

/// The token of the first start, or none when there was one before.
///
/// # Errors
/// When the database or the operating system's randomness fails.
pub async fn first(store: &Store) -> Result<TokenOrigin, StartupError> {
    if store.has_admin_token().await? {
        return Ok(TokenOrigin::Kept);
    }
    let token = random()?;
    match store.keep_first_admin_token(&token, FIRST_START).await? {
        true => Ok(TokenOrigin::New(token)),
        false => Ok(TokenOrigin::Kept),
    }
}

/// A new token in place of the one before.
///
/// # Errors
/// As [`first`].
pub async fn replace(store: &Store) -> Result<String, StartupError> {
    let token = random()?;
    store.replace_admin_token(&token, COMMAND_LINE).await?;
    Ok(token)
}

fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}
