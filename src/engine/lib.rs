//! From cells to results: what a workbook holds, what its schema says, what is wrong with it, what the programmes make of it and what is
//! owed. Knows neither files nor requests, and writes nothing.

pub mod accrual;
pub mod appeals;
pub mod comparison;
pub mod history;
pub mod outcome;
pub mod policy;
pub mod policy_check;
pub mod programmes;
pub mod schema;
pub mod settlement;
pub mod sheet;
pub mod validate;
pub mod workbook;
