//! The stages of the way. The pipeline knows no clock: whoever wants to know how long a stage takes watches where each begins.

use std::fmt::Debug;

/// A stage of a run. It ends where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The package is opened; what can't be patched is made anew.
    Read,
    /// The sheets are streamed and checked.
    Validate,
    /// The programmes are calculated.
    Calculate,
    /// The result is put together, and what will be written is decided and laid out.
    Plan,
    /// The answer is written.
    Write,
}

impl Stage {
    /// Its name in figures and traces.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Read => "read",
            Stage::Validate => "validate",
            Stage::Calculate => "calculate",
            Stage::Plan => "plan",
            Stage::Write => "write",
        }
    }
}

/// Is told of each stage.
pub trait Observer: Debug {
    /// A stage begins, and the one before it has ended.
    fn begins(&self, stage: Stage);
}
