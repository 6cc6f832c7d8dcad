//! Why nobody is known by a token.

/// Why nobody is known by what a request presents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// It presents no token.
    Missing,
    /// There is no such token.
    Unknown,
    /// The token's time is over.
    Expired,
    /// The token was revoked.
    Revoked,
}
