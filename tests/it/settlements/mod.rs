//! Settlements: handed in by one person, approved by another, paid in batches, corrected by a later run.

mod bands;
mod corrections;
pub mod desk;
mod eyes;
mod life;
mod payments;
mod refusals;
mod seals;
mod sums;
mod workbook;
