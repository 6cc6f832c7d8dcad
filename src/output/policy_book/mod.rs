//! A policy as a workbook, for people who keep figures in sheets: every figure in its cell, and back.
//!
//! Rows are made of a policy's content and the content is made of rows again, by one description of the sheets ([`shape`]). What a
//! book says becomes the text of a policy (TOML), which is judged like any other; each fault is led back to its cell. Nothing is drawn
//! here (`report::policy_book` does) and nothing judged but what only a book can get wrong: cells that can't be read, and bands that
//! don't meet.

mod bounds;
mod cell;
mod fill;
mod gather;
mod grid;
mod read;
pub mod shape;
mod tree;
pub mod words;

pub use cell::Cell;
pub use fill::{Row, rows};
pub use read::{BookError, PlacedFault, is_book, read};
