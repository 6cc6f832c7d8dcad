//! How much of an uploaded workbook is believed, as settings.

use dealerbook_package as package;

/// How much of a workbook is believed; more is 413. The same figures as [`package::Limits`], under the same names.
#[derive(Clone, Debug, clap::Args)]
pub struct WorkbookLimits {
    /// Files in a workbook's package
    #[arg(long, env = "DEALERBOOK_ENTRIES_MAX", default_value_t = WorkbookLimits::default().entries_max)]
    pub entries_max: u64,
    /// Bytes of one inflated part that is held in memory (styles, notes …), and of one cell
    #[arg(long, env = "DEALERBOOK_PART_BYTES_MAX", default_value_t = WorkbookLimits::default().part_bytes_max)]
    pub part_bytes_max: u64,
    /// Bytes of the inflated shared strings
    #[arg(long, env = "DEALERBOOK_SHARED_STRINGS_BYTES_MAX", default_value_t = WorkbookLimits::default().shared_strings_bytes_max)]
    pub shared_strings_bytes_max: u64,
    /// Bytes of all parts together, inflated
    #[arg(long, env = "DEALERBOOK_INFLATED_BYTES_MAX", default_value_t = WorkbookLimits::default().inflated_bytes_max)]
    pub inflated_bytes_max: u64,
    /// How many times larger than zipped a part of more than a mebibyte may be
    #[arg(long, env = "DEALERBOOK_RATIO_MAX", default_value_t = WorkbookLimits::default().ratio_max)]
    pub ratio_max: u64,
    /// Cells of an .xls, .xlsb or .ods, each sheet as the rectangle around them
    #[arg(long, env = "DEALERBOOK_CONVERTED_CELLS_MAX", default_value_t = WorkbookLimits::default().converted_cells_max)]
    pub converted_cells_max: u64,
    /// Sheets of an .xls, .xlsb or .ods
    #[arg(long, env = "DEALERBOOK_CONVERTED_SHEETS_MAX", default_value_t = WorkbookLimits::default().converted_sheets_max)]
    pub converted_sheets_max: usize,
    /// Bytes of the annotated workbook; a small upload gets less
    #[arg(long, env = "DEALERBOOK_ANSWER_BYTES_MAX", default_value_t = WorkbookLimits::default().answer_bytes_max)]
    pub answer_bytes_max: u64,
    /// How hard the annotated workbook is compressed, from 1 (fast) to 9 (small)
    #[arg(long, env = "DEALERBOOK_COMPRESSION_LEVEL", default_value_t = WorkbookLimits::default().compression_level,
        value_parser = clap::value_parser!(u32).range(1..=9))]
    pub compression_level: u32,
}

impl Default for WorkbookLimits {
    fn default() -> Self {
        let limits = package::Limits::default();
        WorkbookLimits {
            entries_max: limits.entries_max as u64,
            part_bytes_max: limits.part_bytes_max,
            shared_strings_bytes_max: limits.shared_strings_bytes_max,
            inflated_bytes_max: limits.inflated_bytes_max,
            ratio_max: limits.ratio_max,
            converted_cells_max: limits.converted_cells_max,
            converted_sheets_max: limits.converted_sheets_max,
            answer_bytes_max: limits.answer_bytes_max,
            compression_level: limits.compression_level,
        }
    }
}

impl From<&WorkbookLimits> for package::Limits {
    fn from(limits: &WorkbookLimits) -> Self {
        package::Limits {
            entries_max: usize::try_from(limits.entries_max).unwrap_or(usize::MAX),
            part_bytes_max: limits.part_bytes_max,
            shared_strings_bytes_max: limits.shared_strings_bytes_max,
            inflated_bytes_max: limits.inflated_bytes_max,
            ratio_max: limits.ratio_max,
            converted_cells_max: limits.converted_cells_max,
            converted_sheets_max: limits.converted_sheets_max,
            answer_bytes_max: limits.answer_bytes_max,
            compression_level: limits.compression_level,
        }
    }
}
