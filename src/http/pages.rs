//! Pages for people, drawn on the server: no script, nothing from another host, and a policy (CSP) that would let neither in.
//!
//! `frame` is around every page; texts stand in both languages where they are used.

mod curl;
pub mod docs;
mod frame;
mod markdown;
mod origin;
pub mod programme;
mod table;
