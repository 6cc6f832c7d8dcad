//! The calculations: typed tables and a policy in, results out.
//!
//! A programme never sees a cell, a file or a request. Each has its own file: its inputs, its calculation, its results.

pub mod assessment;
mod evenness;
#[cfg(test)]
mod incentive_tests;
pub mod incentives;
mod inputs;
mod lift;
mod money;
pub mod payouts;
#[cfg(test)]
mod tests;

pub use inputs::{Dealer, DealerYear, Gathered, Month, Violations, dealer_years, gather};
pub use lift::{Change, Lift};
pub use money::Money;
