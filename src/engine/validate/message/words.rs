//! The sentences of `words/*.toml`, a module a file: see `dealerbook-words`.

use dealerbook_base::lang::{Lang, Pair};

include!(concat!(env!("OUT_DIR"), "/issue_words.rs"));
