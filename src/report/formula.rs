//! Formulas as text: one for all rows, with a place for the row's number.

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

/// A text as formulas write it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
