//! Writing that ends when whoever asked has gone away, or when the answer grows beyond what it may be.

use std::cell::Cell;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Passes everything on until the flag is set, or so many bytes were written. Then one write fails, and what comes behind it goes nowhere: whoever gives up on an
/// archive writes its end all the same.
pub(super) struct Stoppable<'s, W> {
    out: W,
    stop: &'s AtomicBool,
    has_failed: bool,
    left: u64,
    is_too_long: &'s Cell<bool>,
}

impl<'s, W> Stoppable<'s, W> {
    /// At most `bytes_max` are written; whether there would have been more, `is_too_long` says.
    pub(super) fn new(out: W, stop: &'s AtomicBool, bytes_max: u64, is_too_long: &'s Cell<bool>) -> Self {
        Stoppable { out, stop, has_failed: false, left: bytes_max, is_too_long }
    }
}

impl<W: Write> Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.has_failed {
            return Ok(bytes.len());
        }
        let left = self.left.checked_sub(bytes.len() as u64);
        self.is_too_long.set(left.is_none());
        let Some(left) = left.filter(|_| !self.stop.load(Ordering::Relaxed)) else {
            self.has_failed = true;
            return Err(io::Error::other("stopped"));
        };
        let written = self.out.write(bytes)?;
        self.left = left + (bytes.len() - written) as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Seek> Seek for Stoppable<'_, W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.out.seek(to)
    }
}
