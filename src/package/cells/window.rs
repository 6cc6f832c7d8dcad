//! A stretch of a part, held so that it can be looked at more than once and grows as far as it must.

use std::io::{self, Read};

use super::scan::Stop;
use crate::package::error::PackageError;
use crate::package::reason::Reason;

const STEP_BYTES: usize = 1 << 16;

/// What is held of a part.
pub(super) struct Window<'p, R> {
    stream: R,
    /// Its name in the package.
    part: &'p str,
    bytes: Vec<u8>,
    /// Where what is held and not passed yet begins and ends.
    start: usize,
    end: usize,
    /// The place in the stream of the first byte that is held.
    base: u64,
    held_max: u64,
    is_whole: bool,
}

impl<'p, R: Read> Window<'p, R> {
    /// Returns a window of which nothing is read yet; `held_max` is how many bytes may be held at the same time.
    pub(super) fn new(stream: R, part: &'p str, held_max: u64) -> Window<'p, R> {
        Window { stream, part, bytes: vec![0; STEP_BYTES], start: 0, end: 0, base: 0, held_max, is_whole: false }
    }

    /// Returns what is held.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Returns the place in the stream of a byte that is held.
    pub(super) fn place(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// Passes over the first so many bytes.
    pub(super) fn pass(&mut self, count: usize) {
        self.start += count;
        self.base += count as u64;
    }

    /// Returns the last so many bytes that were passed, which are held until more is read.
    pub(super) fn passed(&self, count: usize) -> &[u8] {
        &self.bytes[self.start - count..self.start]
    }

    /// Returns the error of what isn't as it should be at a byte that is held, or at one that was passed last.
    pub(super) fn malformed(&self, place: u64) -> PackageError {
        let reason = Reason::of(
            format!("第 {place} 字节处不是格式正确的 XML"),
            format!("it is not well-formed XML at byte {place}"),
        );
        PackageError::unreadable(self.part, reason)
    }

    /// Reads more where a scan needs more.
    ///
    /// # Errors
    /// What else the scan has stopped for; `at_end` where there is no more; when more would be held than may be, and when the stream fails.
    pub(super) fn fill_for(&mut self, stop: Stop, at_end: Reason) -> Result<(), PackageError> {
        match stop {
            Stop::More => {}
            Stop::Malformed(at) => return Err(self.malformed(self.place(at))),
        }
        let held = self.end - self.start;
        if held as u64 > self.held_max {
            return Err(PackageError::TooLarge { limit: "part_bytes_max", max: self.held_max });
        }
        match self.fill(held) {
            Ok(true) => Ok(()),
            Ok(false) => Err(PackageError::unreadable(self.part, at_end)),
            Err(error) => Err(PackageError::reading(self.part, &error)),
        }
    }

    /// Reads more behind what is held; returns whether there was any.
    fn fill(&mut self, held: usize) -> io::Result<bool> {
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, held);
        }
        // As much again as is held already, so that what doesn't end is looked at seldom.
        let wanted = held + held.max(STEP_BYTES);
        if self.bytes.len() < wanted {
            self.bytes.resize(wanted, 0);
        }
        while !self.is_whole && self.end < wanted {
            match self.stream.read(&mut self.bytes[self.end..wanted]) {
                Ok(0) => self.is_whole = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.end > held)
    }
}
