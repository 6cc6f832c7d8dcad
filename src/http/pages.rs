//! Pages for people, drawn on the server: no script, nothing from another host, and a policy (CSP) that would let neither in.
//!
//! [`frame`] is around every page; texts stand in both languages where they are used.

mod curl;
mod docs;
mod frame;
mod markdown;
mod origin;
mod programme;
mod table;

pub use docs::{__path_docs, docs};
pub use programme::{__path_programme, programme};
