//! Settlements: handed in by one person, approved by another, paid in batches, corrected by a later run.

mod corrections;
pub mod desk;
mod life;
mod payments;
mod refusals;
mod sums;
