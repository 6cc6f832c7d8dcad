//! Writing that ends when whoever asked has gone away.

use std::io::{self, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Passes everything on until the flag is set. Then one write fails, and what comes behind it goes nowhere: whoever gives up on an
/// archive writes its end all the same.
pub(super) struct Stoppable<'s, W> {
    out: W,
    stop: &'s AtomicBool,
    has_failed: bool,
}

impl<'s, W> Stoppable<'s, W> {
    pub(super) fn new(out: W, stop: &'s AtomicBool) -> Self {
        Stoppable { out, stop, has_failed: false }
    }
}

impl<W: Write> Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match (self.has_failed, self.stop.load(Ordering::Relaxed)) {
            (true, _) => Ok(bytes.len()),
            (false, true) => {
                self.has_failed = true;
                Err(io::Error::other("stopped"))
            }
            (false, false) => self.out.write(bytes),
        }
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
