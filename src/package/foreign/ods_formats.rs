//! The number formats of an .ods, as far as they say more than a number does: put together out of their elements as a code like Excel's.

use std::collections::HashMap;
use std::sync::Arc;

use quick_xml::events::BytesStart;

use super::ods::{attribute, number};
use super::telling;
use crate::error::PackageError;
use crate::xml;

/// No more digits are told apart in a format; the file may count any.
const DIGITS_MAX: u64 = 30;

/// The formats that were read so far, and those of the columns of the sheet that is read.
#[derive(Default)]
pub(super) struct Formats {
    /// The codes of number formats by their names.
    codes: HashMap<String, String>,
    /// The names of the number formats of cell styles, until the first sheet that comes behind them.
    styles: HashMap<String, String>,
    /// The codes of those cell styles whose format says more than a number does.
    telling: HashMap<String, Arc<str>>,
    /// The number format that is being read: its name and its code.
    open: Option<(String, String)>,
    /// Whether its text is being read.
    in_text: bool,
    /// The default style of the columns, each with the column behind its last.
    columns: Vec<(u64, Option<String>)>,
    /// The default style of the row.
    row: Option<String>,
}

impl Formats {
    /// Takes a start tag.
    pub(super) fn start(&mut self, start: &BytesStart<'_>) -> Result<(), PackageError> {
        match start.name().as_ref() {
            "number:number-style" | "number:currency-style" => {
                self.open = attribute(start, "style:name")?.map(|name| (name, String::new()));
            }
            "number:number" => {
                let digits = digits(start)?;
                self.push(&digits);
            }
            "number:text" | "number:currency-symbol" => {
                self.in_text = self.open.is_some();
            }
            // What positive numbers are shown by stands in another format.
            "style:map" => {
                let is_positive = attribute(start, "style:condition")?.is_some_and(|when| when.contains('>'));
                if let (true, Some((name, _))) = (is_positive, &self.open)
                    && let Some(code) =
                        attribute(start, "style:apply-style-name")?.and_then(|other| self.codes.get(&other))
                {
                    self.open = Some((name.clone(), code.clone()));
                }
            }
            "style:style" => {
                if let (Some(name), Some(format)) =
                    (attribute(start, "style:name")?, attribute(start, "style:data-style-name")?)
                {
                    self.styles.insert(name, format);
                }
            }
            "table:table" => {
                self.resolve_styles();
                self.columns.clear();
            }
            "table:table-column" => {
                let first = self.columns.last().map_or(0, |(behind, _)| *behind);
                let behind = first.saturating_add(number(start, "table:number-columns-repeated")?);
                self.columns.push((behind, attribute(start, "table:default-cell-style-name")?));
            }
            "table:table-row" => self.row = attribute(start, "table:default-cell-style-name")?,
            _ => {}
        }
        Ok(())
    }

    /// Takes the text within a format.
    pub(super) fn text(&mut self, text: &str) {
        if self.in_text {
            let quoted = format!("\"{}\"", xml::unescape(text).replace('"', ""));
            self.push(&quoted);
        }
    }

    /// Takes an end tag.
    pub(super) fn end(&mut self, name: &str) {
        match name {
            "number:text" | "number:currency-symbol" => self.in_text = false,
            "number:number-style" | "number:currency-style" => self.codes.extend(self.open.take()),
            _ => {}
        }
    }

    /// Looks up the codes of the cell styles once, whatever number of cells has them.
    fn resolve_styles(&mut self) {
        for (style, format) in self.styles.drain() {
            let code = self.codes.get(&format).and_then(|code| telling(code));
            self.telling.extend(code.map(|code| (style, code)));
        }
    }

    fn push(&mut self, piece: &str) {
        if let Some((_, code)) = &mut self.open {
            code.push_str(piece);
        }
    }

    /// The code of the number format of a cell by its own style, its row's or its column's; none where it says no more than the number.
    pub(super) fn of(&self, style: Option<&str>, column: u64) -> Option<Arc<str>> {
        let of_column = || {
            let at = self.columns.partition_point(|(behind, _)| *behind <= column);
            self.columns.get(at).and_then(|(_, style)| style.as_deref())
        };
        let style = style.or(self.row.as_deref()).or_else(of_column)?;
        self.telling.get(style).cloned()
    }
}

/// The digits of a number as a code has them.
#[expect(clippy::cast_possible_truncation, reason = "it lies between 0 and 4")]
fn digits(start: &BytesStart<'_>) -> Result<String, PackageError> {
    let count = |name: &str| {
        let told = attribute(start, name)?.and_then(|text| text.trim().parse::<u64>().ok());
        Ok::<_, PackageError>(told.unwrap_or(0).min(DIGITS_MAX) as usize)
    };
    let (whole, decimals) = (count("number:min-integer-digits")?, count("number:decimal-places")?);
    let is_grouped = attribute(start, "number:grouping")?.as_deref() == Some("true");
    let mut code = match (is_grouped, whole) {
        (true, _) => "#,##0".to_owned(),
        (false, 0) => "#".to_owned(),
        (false, whole) => "0".repeat(whole),
    };
    if decimals > 0 {
        code.push('.');
        code.push_str(&"0".repeat(decimals));
    }
    // Scaled: a comma for each thousand that it is divided by.
    let factor = attribute(start, "number:display-factor")?.and_then(|text| text.parse::<f64>().ok()).unwrap_or(1.0);
    let thousands = (factor.max(1.0).log10() / 3.0).round().min(4.0) as usize;
    code.push_str(&",".repeat(thousands));
    Ok(code)
}
