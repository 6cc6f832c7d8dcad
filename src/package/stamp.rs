//! How our additions are known again, whoever saved the file in between.
//!
//! Nothing is known by its title or colour. A grafted sheet carries a hidden defined name of its own scope whose value is the
//! sheet's key; a block of new cells carries one whose value is the block's range, so that it moves with inserted rows; a sheet with
//! rules or notes carries one, too; so do filled cells (see `fills`). Rules have a stamp in their formula, notes an author and a line.

use super::fills::OurFill;

/// The word in the formula of a rule: `N("…")=0` is always true, and no spreadsheet program drops it.
pub(super) const WORD: &str = "dealerbook";
/// Author of the notes.
pub(super) const AUTHOR: &str = "Dealerbook";
/// The line behind which our words stand in a note.
pub(super) const LINE: &str = "—— Dealerbook ——";
/// What the hidden names begin with.
pub(super) const PREFIX: &str = "_dealerbook.";
/// Name on a grafted sheet; its value is the key.
pub(super) const SHEET: &str = "_dealerbook.sheet";
/// Name on a sheet with a block; its value is the block's range.
pub(super) const BLOCK: &str = "_dealerbook.block";
/// Name of the workbook, with what it was made from as a text.
pub(super) const FROM: &str = "_dealerbook.from";
/// Name on a sheet with rules or notes.
pub(super) const MARKS: &str = "_dealerbook.marks";
/// Names, numbered from 1, of the cells that were filled.
pub(super) const FILL: &str = "_dealerbook.fill.";
/// Names, numbered like those of the cells, of how these looked before.
pub(super) const LOOK: &str = "_dealerbook.look.";

/// What an earlier run left in the package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ours {
    /// Grafted sheets.
    pub sheets: Vec<OurSheet>,
    /// Blocks of new cells.
    pub blocks: Vec<OurBlock>,
    /// Sheets of the user that carry rules or notes of ours.
    pub marked: Vec<String>,
    /// Fills on cells of the user.
    pub fills: Vec<OurFill>,
    /// What the workbook was made from ([`Edits::from`](super::edit::Edits::from)), whoever saved it since.
    pub from: Option<String>,
}

/// A sheet that an earlier run grafted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurSheet {
    /// Its name now.
    pub name: String,
    /// What it is: [`GraftSheet::key`](super::edit::GraftSheet::key).
    pub key: String,
}

/// A block that an earlier run wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurBlock {
    /// The sheet's name.
    pub sheet: String,
    /// Where it stands now.
    pub range: super::Range,
}

impl Ours {
    /// Whether there is anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty()
            && self.blocks.is_empty()
            && self.marked.is_empty()
            && self.fills.is_empty()
            && self.from.is_none()
    }
}

/// A rule's formula with our stamp in it.
pub(super) fn stamped(formula: &str) -> String {
    format!("AND({formula},N(\"{WORD}\")=0)")
}

/// Whether a rule's formula bears our stamp.
pub(super) fn is_stamped(formula: &str) -> bool {
    let squeezed: String = formula.chars().filter(|c| !c.is_whitespace()).collect();
    squeezed.to_lowercase().contains(&format!("n(\"{WORD}\")=0"))
}
