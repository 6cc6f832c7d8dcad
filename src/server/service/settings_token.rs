//! The administrator's token of the settings.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The administrator's token of the settings, of which only the hash is held. Where there is one, it replaces the token of the first
/// start.
#[derive(Clone, Debug, Default)]
pub struct SettingsToken(Option<[u8; 32]>);

impl SettingsToken {
    /// Returns the token that the settings name, where they name one.
    pub fn new(token: Option<&str>) -> SettingsToken {
        SettingsToken(token.map(|token| Sha256::digest(token.as_bytes()).into()))
    }

    /// Returns whether the settings name one.
    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// Returns a hash over a session's secret and the token: it proves that the session was opened with this token, and nothing else.
    pub(super) fn seal(&self, secret: &str) -> Option<String> {
        let hash = self.0?;
        Some(hex::encode(Sha256::new().chain_update(secret).chain_update(hash).finalize()))
    }

    /// Returns whether this is the token, in constant time.
    pub(super) fn admits(&self, presented: &[u8]) -> bool {
        let presented: [u8; 32] = Sha256::digest(presented).into();
        self.0.is_some_and(|expected| bool::from(expected.ct_eq(&presented)))
    }
}
