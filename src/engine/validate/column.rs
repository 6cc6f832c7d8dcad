//! Typed columns, held tightly: a ledger may have a million rows.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::coerce::Parsed;
use super::interner::Interner;
use super::key_column::KeyColumn;
use dealerbook_base::key::Key;
use dealerbook_base::narrow::u16_of;

/// A typed value; what is faulty or empty is `Null`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Typed {
    /// Nothing that counts.
    Null,
    /// A text or a key, by its number in the column.
    Text(u32),
    /// A number.
    Number(Decimal),
    /// A category, by its index in the schema.
    Category(u16),
    /// Yes or no.
    Boolean(bool),
    /// A date, or a month as its first day.
    Date(Date),
}

/// The values of one column, a row each.
#[derive(Debug)]
pub enum Column {
    /// Not in the sheet, or read by nobody.
    Absent,
    /// Texts, or ids in their canonical form.
    Text(TextColumn),
    /// Texts that group.
    Key(KeyColumn),
    /// Numbers.
    Number(NumberColumn),
    /// Categories; [`u16::MAX`] is null.
    Category(Vec<u16>),
    /// Yes, no or null.
    Boolean(Vec<Option<bool>>),
    /// Dates and months.
    Date(DateColumn),
}

/// Texts, each distinct one once.
#[derive(Debug, Default)]
pub struct TextColumn {
    /// The distinct texts.
    pub texts: Interner,
    /// A row each.
    pub symbols: Vec<u32>,
}

/// The symbol of a text that is not there.
pub const NO_TEXT: u32 = u32::MAX;

/// Numbers in nine bytes each as long as they fit.
#[derive(Debug, Default)]
pub struct NumberColumn {
    mantissas: Vec<i64>,
    scales: Vec<u8>,
    long: Vec<Decimal>,
}

const NULL: u8 = 255;
const LONG: u8 = 254;

impl NumberColumn {
    #[expect(clippy::cast_possible_truncation, reason = "a decimal has at most 28 places; indices of texts are counts")]
    fn push(&mut self, x: Option<Decimal>) {
        let (mantissa, scale) = match x {
            None => (0, NULL),
            Some(x) => match i64::try_from(x.mantissa()) {
                Ok(mantissa) => (mantissa, x.scale() as u8),
                Err(_) => {
                    self.long.push(x);
                    (self.long.len() as i64 - 1, LONG)
                }
            },
        };
        self.mantissas.push(mantissa);
        self.scales.push(scale);
    }

    /// The number in a row.
    #[expect(clippy::cast_possible_truncation, reason = "a decimal has at most 28 places; indices of texts are counts")]
    pub fn get(&self, row: usize) -> Option<Decimal> {
        match self.scales[row] {
            NULL => None,
            LONG => Some(self.long[self.mantissas[row] as usize]),
            scale => Some(Decimal::new(self.mantissas[row], scale.into())),
        }
    }
}

/// Dates in four bytes each.
#[derive(Debug, Default)]
pub struct DateColumn(Vec<u32>);

/// No date: there is no day 0.
const NO_DATE: u32 = 0;

impl DateColumn {
    fn push(&mut self, date: Option<Date>) {
        let packed = |d: Date| u32::from(d.year().unsigned_abs()) << 16 | (d.month() as u32) << 8 | d.day() as u32;
        self.0.push(date.filter(|date| date.year() >= 0).map_or(NO_DATE, packed));
    }

    fn get(&self, row: usize) -> Option<Date> {
        let packed = self.0.get(row).copied().filter(|packed| *packed != NO_DATE)?;
        Date::new((packed >> 16) as i16, (packed >> 8 & 0xFF) as i8, (packed & 0xFF) as i8).ok()
    }
}

impl Column {
    /// Adds a row.
    pub fn push(&mut self, value: Typed) {
        match (self, value) {
            (Column::Absent, _) => {}
            (Column::Text(c), Typed::Text(symbol)) => c.symbols.push(symbol),
            (Column::Text(c), _) => c.symbols.push(NO_TEXT),
            (Column::Key(c), Typed::Text(symbol)) => c.push(Some(symbol)),
            (Column::Key(c), _) => c.push(None),
            (Column::Number(c), Typed::Number(x)) => c.push(Some(x)),
            (Column::Number(c), _) => c.push(None),
            (Column::Category(c), Typed::Category(index)) => c.push(index),
            (Column::Category(c), _) => c.push(u16::MAX),
            (Column::Boolean(c), Typed::Boolean(b)) => c.push(Some(b)),
            (Column::Boolean(c), _) => c.push(None),
            (Column::Date(c), Typed::Date(d)) => c.push(Some(d)),
            (Column::Date(c), _) => c.push(None),
        }
    }

    /// Lets go of what only reading needs.
    pub fn close(&mut self) {
        if let Column::Key(column) = self {
            column.close();
        }
    }

    /// The number in a row; null where the column is absent or of another type.
    pub fn number(&self, row: usize) -> Option<Decimal> {
        if let Column::Number(c) = self { c.get(row) } else { None }
    }

    /// The text in a row; no column that groups has one.
    pub fn text(&self, row: usize) -> Option<&str> {
        debug_assert!(!matches!(self, Column::Key(_)), "a key was asked for as text");
        let Column::Text(c) = self else { return None };
        c.symbols.get(row).filter(|s| **s != NO_TEXT).map(|s| c.texts.get(*s))
    }

    /// The text or the key in a row, as it is shown.
    pub fn shown(&self, row: usize) -> Option<&str> {
        match self {
            Column::Key(_) => self.key(row).map(Key::shown),
            _ => self.text(row),
        }
    }

    /// The key in a row of a column that groups.
    pub fn key(&self, row: usize) -> Option<&Key> {
        if let Column::Key(c) = self { c.get(row) } else { None }
    }

    /// The number of the text or key in a row in the column.
    pub fn symbol(&self, row: usize) -> Option<u32> {
        let symbols = match self {
            Column::Text(c) => &c.symbols,
            Column::Key(c) => c.symbols(),
            _ => return None,
        };
        symbols.get(row).copied().filter(|s| *s != NO_TEXT)
    }

    /// The category in a row, by its index in the schema.
    pub fn category(&self, row: usize) -> Option<usize> {
        let Column::Category(c) = self else { return None };
        c.get(row).copied().filter(|c| *c != u16::MAX).map(usize::from)
    }

    /// Yes or no in a row.
    pub fn boolean(&self, row: usize) -> Option<bool> {
        if let Column::Boolean(c) = self { c.get(row).copied().flatten() } else { None }
    }

    /// Whatever stands in a row; `None` where nothing does.
    pub fn value(&self, row: usize) -> Option<Parsed<'_>> {
        Some(match self {
            Column::Absent => return None,
            Column::Text(_) => Parsed::Text(Cow::Borrowed(self.text(row)?)),
            Column::Key(_) => Parsed::Key(self.key(row)?.clone()),
            Column::Number(_) => Parsed::Number(self.number(row)?),
            Column::Category(_) => Parsed::Category(self.category(row)?),
            Column::Boolean(_) => Parsed::Boolean(self.boolean(row)?),
            Column::Date(_) => Parsed::Date(self.date(row)?),
        })
    }

    /// The date in a row, or the first day of the month.
    pub fn date(&self, row: usize) -> Option<Date> {
        if let Column::Date(c) = self { c.get(row) } else { None }
    }

    /// The value in a row, as it was pushed.
    pub fn typed(&self, row: usize) -> Typed {
        let value = match self {
            Column::Absent => None,
            Column::Text(_) | Column::Key(_) => self.symbol(row).map(Typed::Text),
            Column::Number(_) => self.number(row).map(Typed::Number),
            Column::Category(_) => self.category(row).map(|index| Typed::Category(u16_of(index))),
            Column::Boolean(_) => self.boolean(row).map(Typed::Boolean),
            Column::Date(_) => self.date(row).map(Typed::Date),
        };
        value.unwrap_or(Typed::Null)
    }
}
