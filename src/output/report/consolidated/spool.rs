//! The dealers of all files, put aside until their ranks are known: in memory as long as they are few, then in a file that has no name.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use dealerbook_base::narrow::u32_of;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tempfile::{SpooledTempFile, spooled_tempfile_in};

/// So much is held in memory.
const HELD_BYTES: usize = 8 << 20;

/// A dealer of a file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Row {
    pub id: String,
    pub name: String,
    pub mode: String,
    pub card: Option<String>,
    pub volume: Option<Decimal>,
    /// By its tonnes, among the dealers of its card in its file.
    pub rank: Option<u32>,
    pub score: Option<Decimal>,
    pub grade: Option<String>,
    /// Its lines: the number of the programme, and the amount.
    pub lines: Vec<(usize, Decimal)>,
    pub paid: Option<Decimal>,
    pub deposit: Option<Decimal>,
}

/// Where a row was put.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    offset: u64,
    bytes: u32,
}

/// The rows that were put aside.
pub(super) struct Spool {
    file: SpooledTempFile,
    length: u64,
    buffer: Vec<u8>,
}

impl Spool {
    /// An empty one, whose file is made in the folder when it is needed.
    pub(super) fn new(folder: &Path) -> Spool {
        Spool { file: spooled_tempfile_in(HELD_BYTES, folder), length: 0, buffer: Vec::new() }
    }

    /// Puts a row behind the others.
    ///
    /// # Errors
    /// Where there is no room.
    pub(super) fn put(&mut self, row: &Row) -> io::Result<Place> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, row)?;
        self.file.write_all(&self.buffer)?;
        let place = Place { offset: self.length, bytes: u32_of(self.buffer.len()) };
        self.length += self.buffer.len() as u64;
        Ok(place)
    }

    /// Reads a row again; nothing can be put behind it after that.
    ///
    /// # Errors
    /// Where it can't be read.
    pub(super) fn get(&mut self, place: Place) -> io::Result<Row> {
        self.buffer.resize(place.bytes as usize, 0);
        self.file.seek(SeekFrom::Start(place.offset))?;
        self.file.read_exact(&mut self.buffer)?;
        Ok(serde_json::from_slice(&self.buffer)?)
    }
}
