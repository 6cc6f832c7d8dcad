//! The calculations: typed tables and a policy in, results out.
//!
//! A programme never sees a cell, a file or a request. Each has its own file: its inputs, its calculation, its results.

pub mod accounts;
pub mod applicants;
pub mod assessment;
pub mod attainment;
pub mod channel_options;
pub mod channels;
pub mod credit;
mod evenness;
pub mod figure;
pub mod horizon;
#[cfg(test)]
mod incentive_tests;
pub mod incentives;
mod inputs;
mod lift;
pub mod maintenance;
mod money;
pub mod monthly;
pub mod payouts;
pub mod plans;
pub mod registry;
pub mod review;
pub mod roi;
pub mod sheets;
pub mod stock;
#[cfg(test)]
mod tests;
pub mod unpaid;
#[cfg(test)]
mod unpaid_tests;
pub mod year_month;

pub use horizon::{Horizon, Rest};
pub use inputs::{Dealer, DealerYear, Gathered, Month, Violations, dealer_years, gather};
pub use lift::{Change, Lift};
pub use money::Money;
pub use registry::{Outcome, Outcomes, Programme, docs};
