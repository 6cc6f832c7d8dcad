//! From results to what people get: the user's own workbook with what is written on it, the added sheets, the JSON, a policy as a workbook;
//! and [`pipeline::run`], the one function that walks the whole way.

pub mod annotate;
pub mod pipeline;
pub mod policy_book;
pub mod report;
