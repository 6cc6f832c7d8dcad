//! Counts, rows and columns as the smaller numbers that file formats have for them. They stop at the largest, so that none is cut to another one.

/// Returns a count or a row as 32 bits.
pub const fn u32_of(n: usize) -> u32 {
    const MAX: usize = u32::MAX as usize;
    #[expect(clippy::cast_possible_truncation, reason = "it is not larger")]
    if n < MAX { n as u32 } else { u32::MAX }
}

/// Returns a column as 16 bits.
pub const fn u16_of(n: usize) -> u16 {
    const MAX: usize = u16::MAX as usize;
    #[expect(clippy::cast_possible_truncation, reason = "it is not larger")]
    if n < MAX { n as u16 } else { u16::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_the_largest() {
        assert_eq!((u32_of(7), u32_of(1 << 32), u32_of(usize::MAX)), (7, u32::MAX, u32::MAX));
        assert_eq!((u16_of(65_535), u16_of(65_536)), (65_535, 65_535));
    }
}
