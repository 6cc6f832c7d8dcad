//! What kind of refusal a problem is, for whoever decides what becomes of it: a status, an exit code, another try.

/// The kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// What was sent can't be used as it is.
    Invalid,
    /// Nobody is known by what was presented.
    Unauthorized,
    /// Whoever asks may not.
    Forbidden,
    /// There is no such thing.
    Missing,
    /// The address is right, the method isn't.
    Method,
    /// It took too long to arrive.
    TooSlow,
    /// It doesn't go with what is there already.
    Conflict,
    /// It is larger than may be.
    TooLarge,
    /// It is of a type that isn't read.
    Unsupported,
    /// It is read, and makes no sense.
    Unprocessable,
    /// Too much is asked for at the same time.
    Busy,
    /// A part of the service doesn't work right now.
    Outage,
    /// There is no room left.
    Full,
    /// Our own failure.
    Ours,
}

impl Class {
    /// Returns whether whoever asked has something to change before the next try.
    pub fn is_callers(self) -> bool {
        !matches!(self, Class::Outage | Class::Full | Class::Ours)
    }
}
