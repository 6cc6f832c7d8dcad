//! The last bytes of something that is read once, from front to back: enough to tell what kind of zip it is.

use std::io::{self, Read, Seek, SeekFrom};

/// The last `most` bytes of so many, or all where there are fewer.
///
/// # Errors
/// Where they can't be read.
pub(super) fn last_bytes(bytes: &mut (impl Read + Seek), length: u64, most: usize) -> io::Result<Vec<u8>> {
    bytes.seek(SeekFrom::Start(length.saturating_sub(most as u64)))?;
    let mut last = Vec::new();
    bytes.take(most as u64).read_to_end(&mut last)?;
    Ok(last)
}

/// So much is held.
const HELD_BYTES: usize = 1 << 20;

/// A stream of bytes whose end is held and can be read again; its first bytes too. What lies between is gone.
#[derive(Default)]
pub(super) struct Tail {
    head: Vec<u8>,
    /// Between one and two times [`HELD_BYTES`] of what came last, once there was so much.
    held: Vec<u8>,
    length: u64,
    position: u64,
}

impl Tail {
    /// The next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let missing = Self::HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.held.extend_from_slice(bytes);
        self.length += bytes.len() as u64;
        if self.held.len() > 2 * HELD_BYTES {
            self.held.drain(..self.held.len() - HELD_BYTES);
        }
    }

    const HEAD_BYTES: usize = 4;

    /// How many bytes came.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// What they began with.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }
}

impl Read for Tail {
    #[expect(clippy::cast_possible_truncation, reason = "a place within bytes that are held in memory")]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let from = self.length - self.held.len() as u64;
        let rest = if self.position < self.head.len() as u64 {
            &self.head[self.position as usize..]
        } else if self.position >= from {
            self.held.get((self.position - from) as usize..).unwrap_or_default()
        } else {
            return Err(io::Error::other("these bytes are gone"));
        };
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Tail {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or_else(|| io::Error::other("before the first byte"))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "a place within bytes that are held in memory")]
    fn the_end_of_a_long_stream_is_held_and_its_middle_gone() {
        let mut tail = Tail::default();
        let bytes: Vec<u8> = (0..5 * HELD_BYTES).map(|n| (n / 251) as u8).collect();
        bytes.chunks(100_003).for_each(|chunk| tail.push(chunk));
        assert_eq!((tail.length(), tail.head()), (bytes.len() as u64, &bytes[..4]));
        let mut last = vec![0; HELD_BYTES];
        tail.seek(SeekFrom::End(-(HELD_BYTES as i64))).unwrap();
        tail.read_exact(&mut last).unwrap();
        assert!(last == bytes[4 * HELD_BYTES..]);
        tail.seek(SeekFrom::Start(HELD_BYTES as u64)).unwrap();
        assert!(tail.read(&mut last).is_err());
    }
}
