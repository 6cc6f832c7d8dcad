//! Sentences in Chinese and English as data: files of TOML, read by the build scripts of the rooms that say them, which write Rust of them.
//!
//! A sentence without placeholders becomes a constant `Pair`; one with placeholders a struct with a field for each, so that a sentence
//! that doesn't exist, a value that is missing and one that the sentence has no place for don't compile, and a sentence that nobody says
//! is dead code, which the lints deny. A sentence that lacks a language, or whose languages have different placeholders, stops the build.
//!
//! Not Fluent: neither language needs its plurals or genders here, its files hold one language each, and its arguments are looked up by
//! name whenever a sentence is said, 50,000 times in a faulty workbook; what is written here says it with `format!`.

mod code;
mod data;
mod list;
mod scan;

use std::fs;
use std::path::Path;

pub use data::{Fault, File, Sentence, read};
pub use list::list;
pub use scan::{Spoken, scan};

/// Reads all files of sentences in a folder and returns the Rust that says them, a module a file.
///
/// # Errors
/// When a file can't be read, isn't TOML or holds a sentence that can't be said: see [`Fault`].
pub fn generate(folder: &Path) -> Result<String, Fault> {
    let mut files = Vec::new();
    for path in toml_files(folder)? {
        let text = fs::read_to_string(&path).map_err(|error| Fault::of_file(&path, error))?;
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().replace('-', "_");
        files.push((name, read(&path.display().to_string(), &text)?));
    }
    Ok(code::write(&files))
}

/// Returns the files of sentences in a folder, by name.
///
/// # Errors
/// When the folder can't be read.
pub fn toml_files(folder: &Path) -> Result<Vec<std::path::PathBuf>, Fault> {
    let listed = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<std::path::PathBuf> = listed.map_err(|error| Fault::of_file(folder, error))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths)
}
