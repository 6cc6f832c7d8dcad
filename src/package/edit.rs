//! What is to be written into a package: plain data, decided elsewhere.

use std::fmt::Display;

use jiff::civil::{Date, date};

/// A cell's place, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// 0 is row 1.
    pub row: u32,
    /// 0 is column A.
    pub column: u16,
}

/// An opaque RGB colour, `0xRRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u32);

/// Everything to do to one package.
#[derive(Default)]
pub struct Edits<'a> {
    /// The sheets of the user that are touched.
    pub sheets: Vec<SheetEdit>,
    /// The new sheets, in the order in which they are to stand behind the last sheet.
    pub graft: Option<Graft<'a>>,
    /// What the package is made from, to be remembered until somebody else changes it; text without a meaning here.
    pub origin: Option<String>,
    /// The same in a few words that stay with the workbook, whoever saves it: letters, digits and spaces, at most 255.
    pub from: Option<String>,
}

/// What is done to one sheet of the user.
#[derive(Clone, Debug, Default)]
pub struct SheetEdit {
    /// The sheet's name, as the workbook spells it.
    pub sheet: String,
    /// Conditional-format rules, put before the user's own.
    pub rules: Vec<MarkRule>,
    /// Fills on cells, in their own formats; taken off again by the next write.
    pub fills: Vec<CellFill>,
    /// Notes on cells; joined to a note that already stands there.
    pub notes: Vec<CellNote>,
    /// A block of new cells, at most one a sheet.
    pub block: Option<Block>,
}

/// A conditional-format rule: a fill on the cells for as long as `formula` is true.
#[derive(Clone, Debug)]
pub struct MarkRule {
    /// The cells, in any order; the formula's relative references are based on the first in ascending order.
    pub cells: Vec<At>,
    /// The formula without its `=`; the package adds its stamp.
    pub formula: String,
    /// The fill's colour.
    pub fill: Rgb,
    /// The text's colour.
    pub text: Rgb,
}

/// A fill on a cell, which keeps all else of its format. A cell that isn't there is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellFill {
    /// Where.
    pub at: At,
    /// The fill's colour.
    pub fill: Rgb,
}

/// A note (the old kind of comment) on a cell.
#[derive(Clone, Debug)]
pub struct CellNote {
    /// Where.
    pub at: At,
    /// What it says; lines are separated by `\n`.
    pub text: String,
}

/// A rectangle of new cells with values, beside the user's own.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// First column of the block.
    pub column: u16,
    /// A width in characters for each column of the block.
    pub widths: Vec<f64>,
    /// The cells; all lie in the columns `column .. column + widths.len()`.
    pub cells: Vec<NewCell>,
}

/// One new cell.
#[derive(Clone, Debug)]
pub struct NewCell {
    /// Where.
    pub at: At,
    /// What stands in it.
    pub value: NewValue,
    /// How it looks.
    pub look: Look,
}

/// The value of a new cell; never a formula.
#[derive(Clone, Debug)]
pub enum NewValue {
    /// Text, written as an inline string.
    Text(String),
    /// A number, as the decimal text to write.
    Number(String),
}

/// How a new cell looks: another cell's style with, where given, another number format and fill.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Look {
    /// The cell of the same sheet whose font, border, alignment, fill and, where no other is given, number format are taken; none: the workbook's default style.
    pub like: Option<At>,
    /// A number format code such as `0.00`.
    pub number_format: Option<String>,
    /// A fill in place of the other cell's.
    pub fill: Option<Rgb>,
}

/// New sheets, laid out in a workbook of their own and transplanted from there.
pub struct Graft<'a> {
    /// An .xlsx package (as rust_xlsxwriter writes it) whose worksheets are the new sheets, in order.
    pub book: Vec<u8>,
    /// One for each worksheet of `book`, in the same order.
    pub sheets: Vec<GraftSheet<'a>>,
}

/// One new sheet.
pub struct GraftSheet<'a> {
    /// What the sheet is, in the stamp: a short ASCII word that stays the same in every language.
    pub key: String,
    /// The name it is to have; made unique where the user has a sheet of that name.
    pub title: String,
    /// Its long body, where it has one.
    pub body: Option<Body<'a>>,
}

/// The rows of a long table, written as they are made instead of being held.
///
/// The layout's last rows are prototypes: they carry a style for each column and no content that matters. They are replaced by the
/// rows that `write` makes, the first of which stands in the first prototype's place.
pub struct Body<'a> {
    /// The row (from 0) of the first prototype.
    pub row: u32,
    /// How many prototype rows there are, at least 1.
    pub prototypes: u32,
    /// The heights that a row may have, in points; none: as high as its prototype.
    pub heights: Vec<f64>,
    /// Makes the rows, in order.
    pub write: BodyWriter<'a>,
}

/// Makes the rows of a body; called once.
pub type BodyWriter<'a> = Box<dyn FnOnce(&mut dyn RowSink) -> std::io::Result<()> + 'a>;

/// A day as workbooks count it: since 1899-12-30, or since 1904-01-01.
#[must_use]
pub fn serial_of(day: Date, epoch_1904: bool) -> i64 {
    let first = if epoch_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    first.duration_until(day).as_secs() / (24 * 60 * 60)
}

/// Takes the rows of a body. Cells of a row come in ascending columns; a prototype's styled cell for which nothing comes is
/// written as a styled blank.
pub trait RowSink {
    /// Starts the next row, styled like a prototype (from 0) and of one of the body's heights (from 0): `look` is the prototype's
    /// number times the number of heights, plus the height's.
    fn row(&mut self, look: u32) -> std::io::Result<()>;
    /// Text, written as an inline string, never as a formula. Empty text is a blank cell.
    fn text(&mut self, column: u16, text: &str);
    /// A number that shows itself as decimal text.
    fn number(&mut self, column: u16, number: &dyn Display);
    /// A day, as the workbook counts its days.
    fn date(&mut self, column: u16, day: Date);
    /// A formula (without its `=`) whose result is a day, with that day in the cache.
    fn formula_date(&mut self, column: u16, formula: &str, cached: Date);
    /// A formula (without its `=`) whose result is a number, with that number in the cache.
    fn formula_number(&mut self, column: u16, formula: &str, cached: &dyn Display);
    /// A formula (without its `=`) whose result is text, with that text in the cache.
    fn formula_text(&mut self, column: u16, formula: &str, cached: &str);
    /// Text that leads to a place in the workbook, such as `'经销商档案'!H4`.
    fn link(&mut self, column: u16, text: &str, location: &str);
}
