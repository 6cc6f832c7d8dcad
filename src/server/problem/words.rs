//! The sentences of `words/*.toml`, a module a file: see `dealerbook-words`.

use super::Class;
use super::report::Head;
use dealerbook_base::lang::{Lang, Pair};

include!(concat!(env!("OUT_DIR"), "/problem_words.rs"));
