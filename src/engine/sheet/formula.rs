//! Formulas as text: one for all rows, with a place for the row's number.

use std::collections::HashSet;

use dealerbook_base::key::Key;

/// A formula with a place for the row.
pub struct Template(Vec<String>);

impl Template {
    /// `#` stands for the row.
    pub fn new(formula: &str) -> Self {
        Self(formula.split('#').map(str::to_owned).collect())
    }

    /// The formula of a row, by the row's number as text, into a buffer.
    pub fn fill(&self, buffer: &mut String, row: &str) {
        buffer.clear();
        for (n, part) in self.0.iter().enumerate() {
            if n > 0 {
                buffer.push_str(row);
            }
            buffer.push_str(part);
        }
    }
}

/// A formula takes no longer text.
pub const TEXT_CHARS_MAX: usize = 255;

/// Returns a key of the policy as a sheet's cells spell it, where it stands there: cells are compared to the letter.
pub fn as_written<'k>(key: &'k Key, written: &HashSet<&'k Key>) -> &'k str {
    let own = written.get(key).map(|own| own.shown()).filter(|own| own.chars().count() <= TEXT_CHARS_MAX);
    own.unwrap_or(key.shown())
}

/// A text as formulas write it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
