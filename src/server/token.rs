//! Tokens are made here: shown once, kept as hashes. The administrator's first one is, where the settings name none.
//!
//! A token is 32 random bytes. The first twelve digits of its SHA-256 are its id and find its row; the whole hash is compared in constant
//! time. A slow hash would guard against guessing, which 256 random bits need not.

pub mod account_words;
mod wanted;

pub use wanted::{Sound, Wanted, WantedFault};

use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use dealerbook_base::clock;
use dealerbook_store::{AccountFault, Store, StoreError, Token, TokenRefusal};

const TOKEN_BYTES: usize = 32;
/// So long the link of the first start signs in.
const LINK_HOURS: i64 = 24;

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
pub async fn first(store: &Store) -> Result<TokenOrigin, TokenError> {
    if store.has_admin_token().await? {
        return Ok(TokenOrigin::Kept);
    }
    let token = random()?;
    let expires_at = clock::text(clock::timestamp() + SignedDuration::from_hours(LINK_HOURS));
    match store.keep_first_admin_token(&token, (&link_code(&token), &expires_at), FIRST_START).await? {
        true => Ok(TokenOrigin::New(token)),
        false => Ok(TokenOrigin::Kept),
    }
}

/// A new token in place of the one before.
///
/// # Errors
/// As [`first`].
pub async fn replace(store: &Store) -> Result<String, TokenError> {
    let token = random()?;
    store.replace_admin_token(&token, COMMAND_LINE).await?;
    Ok(token)
}

/// Why a token can't be made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system gives no random bytes.
    #[error("the operating system gives no randomness for a token")]
    Random(#[from] getrandom::Error),
    /// It is nobody's who could have it.
    #[error("the token is nobody's who could have it")]
    Account(AccountFault),
}

impl From<TokenRefusal> for TokenError {
    fn from(refusal: TokenRefusal) -> TokenError {
        match refusal {
            TokenRefusal::Store(error) => TokenError::Store(error),
            TokenRefusal::Account(fault) => TokenError::Account(fault),
        }
    }
}

/// A new token, made by somebody of this name: the text that is shown once, and what is kept of it.
///
/// # Errors
/// When it is nobody's who could have it, or the database or the operating system's randomness fails.
pub async fn create(store: &Store, sound: &Sound, by: &str) -> Result<(String, Token), TokenError> {
    let token = random()?;
    let kept = store.keep_token_of(sound.whose(), &token, &sound.new, by).await?;
    Ok((token, kept))
}

/// The code of the link that goes with the first start's token. It follows from the token, so that whoever shows one can show the other;
/// the token doesn't follow from it.
pub fn link_code(token: &str) -> String {
    hex::encode(Sha256::digest(format!("sign in once: {token}")))
}

/// A secret that nobody guesses, in hex.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}
