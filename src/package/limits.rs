//! How much of an upload is believed: the bounds within which a package is read.

/// Bounds for reading a package that comes from outside, and how hard the answer is compressed. All sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries in the zip's directory.
    pub entries_max: usize,
    /// A part that has to be held in memory (styles, notes, relationships, what stands behind a sheet's rows …).
    pub part_bytes_max: u64,
    /// The shared strings, inflated: whoever reads cells holds them all.
    pub shared_strings_bytes_max: u64,
    /// All parts together, inflated; and any one part that is read as a stream.
    pub inflated_bytes_max: u64,
    /// How many times larger than its zipped form a part of more than a mebibyte may be.
    pub ratio_max: u64,
    /// The cells of a workbook that can't be patched (.xls, .xlsb, .ods), each sheet counted as the rectangle that holds them all.
    pub converted_cells_max: u64,
    /// The sheets of such a workbook.
    pub converted_sheets_max: usize,
    /// What a workbook may become that is answered, however large the upload was.
    pub answer_bytes_max: u64,
    /// How hard the parts of an answer are compressed, from 1 (fast) to 9 (small).
    pub compression_level: u32,
}

/// Measured on an answer of 92 MB: 7% larger than with 6, in less than half the time.
const COMPRESSION_LEVEL: u32 = 4;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            entries_max: 20_000,
            part_bytes_max: 64 << 20,
            shared_strings_bytes_max: 192 << 20,
            inflated_bytes_max: 2 << 30,
            ratio_max: 400,
            converted_cells_max: 2_000_000,
            converted_sheets_max: 250,
            answer_bytes_max: 512 << 20,
            compression_level: COMPRESSION_LEVEL,
        }
    }
}
