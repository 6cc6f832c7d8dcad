//! What the columns and rows of an added sheet are: how values look, what a column belongs to, totals, and how high a row has to be.
//!
//! Nothing is drawn here; `report/layout` does that.

use jiff::civil::Date;

use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u16_of;

/// The row of the totals, from 0.
pub const TOTALS_ROW: u32 = 3;
/// The row of the labels, from 0.
pub const HEADER_ROW: u32 = 4;
/// The first row of the body, from 0.
pub const BODY_ROW: u32 = 5;

/// What stands in a column, which decides how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Text on the left.
    Text,
    /// Long text, wrapped.
    Wrap,
    /// Short text in the middle.
    Centre,
    /// A day.
    Day,
    /// A month, as its first day.
    Month,
    /// Points and scores.
    Points,
    /// Tonnes.
    Tonnes,
    /// Counts and ranks.
    Count,
    /// A ratio, as a percentage.
    Percent,
    /// An index of 4 places.
    Index,
    /// Yuan.
    Money,
    /// Yuan a tonne.
    Rate,
    /// A share of an amount, as a percentage.
    Share,
}

impl Look {
    /// The number format of a cell; none for texts.
    pub fn number_format(self) -> Option<&'static str> {
        Some(match self {
            Look::Text | Look::Wrap | Look::Centre => return None,
            Look::Day => "yyyy-mm-dd",
            Look::Month => "yyyy-mm",
            Look::Points => "0.00",
            Look::Tonnes => "#,##0.0##",
            Look::Count => "0",
            Look::Percent => "0.00%",
            Look::Index => "0.0000",
            Look::Money => "#,##0.00;-#,##0.00;–",
            Look::Share => "0.00##%;-0.00##%;–",
            Look::Rate => "#,##0.####;-#,##0.####;–",
        })
    }

    /// How many decimal places the number format shows at most, where its figures aren't written as text.
    pub fn places(self) -> Option<u32> {
        match self {
            Look::Points => Some(2),
            Look::Tonnes => Some(3),
            Look::Index | Look::Rate => Some(4),
            Look::Count => Some(0),
            _ => None,
        }
    }
}

/// What a column belongs to, which colours its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Who it is.
    Identity,
    /// What came out.
    Result,
    /// What it derived from.
    Basis,
    /// The same, of the next characteristic or programme.
    OtherBasis,
}

/// A column of an added sheet.
#[derive(Clone, Debug)]
pub struct Col {
    /// By which formulas find it.
    pub key: String,
    /// The label.
    pub label: String,
    /// The width in characters.
    pub width: f64,
    /// How its values are shown.
    pub look: Look,
    /// What it belongs to.
    pub group: Group,
}

/// A cell of the totals row.
#[derive(Clone, Debug)]
pub struct Total {
    /// Where.
    pub column: u16,
    /// The formula without its `=`.
    pub formula: String,
    /// Its cached value.
    pub cached: String,
    /// A number format in place of the column's.
    pub format: Option<&'static str>,
    /// The day that it is, where it is one.
    pub day: Option<Date>,
}

impl Total {
    /// A total in its column's format.
    pub fn new(column: u16, formula: String, cached: String) -> Self {
        Self { column, formula, cached, format: None, day: None }
    }

    /// The sum of a column's cells, of those that a filter leaves in view.
    pub fn sum(column: u16, range: &str, cached: String) -> Self {
        Self::new(column, format!("SUBTOTAL(109,{range})"), cached)
    }

    /// The same in yuan.
    pub fn money(column: u16, range: &str, cached: String) -> Self {
        Self::new(column, format!("ROUND(SUBTOTAL(109,{range}),2)"), cached)
    }

    /// How many rows there are, by the filled cells of a column.
    pub fn count(column: u16, range: &str, rows: u32, lang: Lang) -> Self {
        let format = Some(lang.pick("0\" 家\"", "0\" dealers\""));
        Self { format, ..Self::new(column, format!("COUNTA({range})"), rows.to_string()) }
    }

    /// The same, of the rows that a filter leaves in view.
    pub fn count_shown(column: u16, range: &str, rows: u32, lang: Lang) -> Self {
        Self { formula: format!("SUBTOTAL(103,{range})"), ..Self::count(column, range, rows, lang) }
    }
}

/// A body row is at most so many lines high.
pub const LINES_MAX: u32 = 12;
/// The look of a row, as a body counts them: muted (set back, or of lesser weight) or not, as high as its longest wrapped text needs.
pub fn prototype<'t>(muted: bool, wrapped: impl IntoIterator<Item = (&'t str, &'t Col)>) -> u32 {
    let lines = wrapped.into_iter().map(|(text, column)| lines(text, column.width)).max().unwrap_or(1);
    u32::from(muted) * LINES_MAX + lines.clamp(1, LINES_MAX) - 1
}

/// How many lines a text takes in a column.
#[expect(
    clippy::cast_possible_truncation,
    reason = "texts have no more lines than characters; beyond, it is the largest"
)]
pub fn lines(text: &str, width: f64) -> u32 {
    text.lines().map(|line| (display_width(line) / (width - 1.0)).ceil().max(1.0) as u32).sum::<u32>().max(1)
}

/// How wide a text is shown, in characters: Chinese ones take two.
pub fn display_width(text: &str) -> f64 {
    let widest = text.lines().map(|line| line.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum::<f64>());
    widest.fold(0.0, f64::max)
}

/// The column of a key.
pub fn at(columns: &[Col], key: &str) -> Option<u16> {
    columns.iter().position(|c| c.key == key).map(u16_of)
}
