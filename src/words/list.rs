//! All texts of a program with their places, for whoever proofreads them.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::data::{Fault, read};
use crate::scan::scan;

/// Returns every pair of texts below a folder in lines of three columns between tabs: the place, the English and the Chinese. The place is
/// `file:line`, and for a sentence of a data file its key as well; where the Chinese stands alone, the English is empty.
///
/// What it doesn't have: texts in other files than sentences and sources, as in schemas, policies, pages of Markdown and scripts.
///
/// # Errors
/// When a file can't be read, and when a file of sentences is faulty.
pub fn list(root: &Path, folder: &str) -> Result<String, Fault> {
    let mut lines = String::new();
    for path in files(&root.join(folder))? {
        let place = path.strip_prefix(root).unwrap_or(&path).display().to_string().replace('\\', "/");
        let text = fs::read_to_string(&path).map_err(|error| Fault::of_file(&path, error))?;
        if place.ends_with(".rs") {
            // Commas and dots between texts are nothing to read.
            for spoken in scan(&text).into_iter().filter(|spoken| spoken.zh.chars().any(char::is_alphanumeric)) {
                let en = spoken.en.unwrap_or_default();
                let _ = writeln!(lines, "{place}:{}\t{en}\t{}", spoken.line, spoken.zh);
            }
        } else {
            for sentence in read(&place, &text)?.sentences {
                let _ = writeln!(lines, "{place}:{} {}\t{}\t{}", sentence.line, sentence.key, sentence.en, sentence.zh);
            }
        }
    }
    Ok(lines)
}

/// The sources below a folder, without those of tests, and the files of sentences, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let listed = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = listed.map_err(|error| Fault::of_file(folder, error))?;
    paths.sort();
    let is_of_words = folder.ends_with("words");
    let mut files = Vec::new();
    for path in paths {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_of_tests = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
        match extension {
            _ if is_of_tests => {}
            Some("rs") => files.push(path),
            Some("toml") if is_of_words && !path.ends_with("Cargo.toml") => files.push(path),
            _ if path.is_dir() => files.extend(self::files(&path)?),
            _ => {}
        }
    }
    Ok(files)
}
