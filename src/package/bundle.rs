//! A zip of answers. They are compressed already, so they are stored; the same names and bytes give the same archive.

use std::collections::HashSet;
use std::io::{self, Read, Seek, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A step of a path has at most so many characters: with a number behind it, every file system takes it.
const STEP_CHARS_MAX: usize = 80;
/// Names that Windows keeps for devices, whatever their extension.
const DEVICES: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "LPT1", "LPT2",
    "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// A zip in the making. Zip64 is used from 4 GiB or 65,535 files on; a single file has to stay below 4 GiB.
pub struct Bundle<W: Write + Seek> {
    zip: ZipWriter<W>,
    taken: HashSet<String>,
}

impl<W: Write + Seek> Bundle<W> {
    /// An empty one, to be written there.
    pub fn new(out: W) -> Bundle<W> {
        Bundle { zip: ZipWriter::new(out), taken: HashSet::new() }
    }

    /// Adds a file under a name, whose slashes are folders. What no file system takes is left out of the name, and the second of the same
    /// name has a number behind it. Gives the name that the file has.
    ///
    /// # Errors
    /// Where the bytes can't be read or written.
    pub fn add(&mut self, name: &str, bytes: &mut dyn Read) -> io::Result<String> {
        let name = self.unique(&clean(name));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        self.zip.start_file(&*name, options).map_err(io_error)?;
        io::copy(bytes, &mut self.zip)?;
        Ok(name)
    }

    /// Writes the directory and gives back what was written to.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn finish(self) -> io::Result<W> {
        self.zip.finish().map_err(io_error)
    }

    /// Case doesn't tell names apart: it doesn't everywhere.
    fn unique(&mut self, name: &str) -> String {
        let (stem, extension) = split(name);
        let others = (2..).map(|n: u32| format!("{stem}-{n}{extension}"));
        let mut names = std::iter::once(name.to_owned()).chain(others);
        names.find(|name| self.taken.insert(name.to_lowercase())).unwrap_or_default()
    }
}

fn io_error(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// A path that leads into the folder where the archive is unpacked, and that every file system takes.
fn clean(name: &str) -> String {
    let steps: Vec<String> = name.split(['/', '\\']).map(clean_step).filter(|step| !step.is_empty()).collect();
    if steps.is_empty() { "_".to_owned() } else { steps.join("/") }
}

fn clean_step(step: &str) -> String {
    let visible = step.chars().filter(|c| !is_invisible(*c));
    let allowed: String =
        visible.map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }).collect();
    let trimmed = allowed.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, extension) = split(trimmed);
    let short: String = stem.chars().take(STEP_CHARS_MAX).chain(extension.chars()).collect();
    let before_dot = short.split('.').next().unwrap_or_default().trim_end();
    if DEVICES.iter().any(|device| device.eq_ignore_ascii_case(before_dot)) { format!("_{short}") } else { short }
}

/// Control characters, and marks that change the direction of text and so disguise a name's end.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Stem and extension; a long one is none.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name[dot..].chars().count() <= 8 && !name[dot..].contains('/') => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::ZipArchive;

    use super::*;

    fn bundle(files: &[(&str, &str)]) -> Vec<u8> {
        let mut bundle = Bundle::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            bundle.add(name, &mut text.as_bytes()).unwrap();
        }
        bundle.finish().unwrap().into_inner()
    }

    fn names(bytes: &[u8]) -> Vec<String> {
        let zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        zip.file_names().map(|name| name.unwrap().into_owned()).collect()
    }

    #[test]
    fn the_same_files_give_the_same_bytes_and_come_out_as_they_went_in() {
        let files = [("华东/考核.xlsx", "one"), ("b.json", "two")];
        let bytes = bundle(&files);
        assert_eq!(bytes, bundle(&files));
        let mut zip = ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        for (name, text) in files {
            let mut entry = zip.by_name(name).unwrap();
            assert_eq!(entry.compression(), CompressionMethod::Stored);
            let mut read = String::new();
            entry.read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn names_are_unique_whatever_the_case_and_every_file_system_takes_them() {
        let long = format!("{}.xlsx", "长".repeat(300));
        let files = [
            ("a.xlsx", ""),
            ("A.xlsx", ""),
            ("a-2.xlsx", ""),
            ("../../etc/passwd", ""),
            (r"C:\x\con.xlsx", ""),
            ("a?\u{202e}b\n.xlsx", ""),
            ("", ""),
            ("/", ""),
            ("v1.5/data", ""),
            (long.as_str(), ""),
        ];
        let names = names(&bundle(&files));
        let (long, others) = names.split_last().unwrap();
        assert_eq!(
            others,
            ["a.xlsx", "A-2.xlsx", "a-2-2.xlsx", "etc/passwd", "C_/x/_con.xlsx", "a_b.xlsx", "_", "_-2", "v1.5/data"]
        );
        assert_eq!(long.chars().count(), STEP_CHARS_MAX + 5);
    }

    #[test]
    fn more_files_than_an_old_directory_counts_are_all_there() {
        let mut bundle = Bundle::new(Cursor::new(Vec::new()));
        for n in 0..66_000 {
            bundle.add(&format!("{n}.json"), &mut io::empty()).unwrap();
        }
        let bytes = bundle.finish().unwrap().into_inner();
        assert_eq!(ZipArchive::new(Cursor::new(bytes)).unwrap().len(), 66_000);
    }
}
