//! The cover: the period and the as-of date, label in the first column, value in the second.

use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive;

use super::Request;
use super::bounds;
use super::coerce::{self, Parsed};
use super::issue::{Code, Detail, Place, ResourceId};
use super::issues::Issues;
use super::label;
use super::leniency::Leniency;
use crate::schema::Schemas;
use crate::workbook::{Cell, ReadError, Workbook};
use dealerbook_base::narrow::u16_of;

/// The cover has so few rows; what stands below is not read.
const COVER_ROWS: u32 = 200;

/// What the cover says.
#[derive(Clone, Debug, Default)]
pub struct CoverValues {
    /// 考核年度
    pub period: Option<i16>,
    /// 截止日期
    pub as_of: Option<Date>,
    seen: Vec<(u16, u32)>,
    period_at: Place,
    as_of_at: Place,
}

/// Reads the cover.
pub fn read(
    workbook: &mut Workbook<'_>,
    schemas: &Schemas,
    sheet: usize,
    issues: &mut Issues,
) -> Result<CoverValues, ReadError> {
    let mut values = CoverValues::default();
    let name = workbook.sheets()[sheet].name.clone();
    let epoch_1904 = workbook.has_1904_epoch();
    let fields = &schemas.cover.fields;
    workbook.rows(&name, |row| {
        let mut filled = row.cells.iter().filter(|c| c.uncached || !c.value.is_blank());
        if let (Some(own), Some(value)) = (filled.next(), filled.next())
            && let Some(index) = fields.iter().position(|f| label::names(f, &own.value.seen()))
        {
            let place = Place {
                sheet: Some(u16_of(sheet)),
                resource: Some(ResourceId::Cover),
                row: Some(row.index),
                column: Some(value.column),
                field: Some(u16_of(index)),
            };
            values.take(schemas, index, value, place, epoch_1904, issues);
        }
        Ok(row.index < COVER_ROWS)
    })?;
    Ok(values)
}

impl CoverValues {
    fn take(
        &mut self,
        schemas: &Schemas,
        index: usize,
        cell: &Cell<'_>,
        place: Place,
        epoch_1904: bool,
        issues: &mut Issues,
    ) {
        let field = &schemas.cover.fields[index];
        let mut push = |code, detail| issues.tell(code, place, Some(&cell.value.seen()), detail);
        let (index, row) = (u16_of(index), place.row.unwrap_or_default());
        if let Some((_, first)) = self.seen.iter().find(|(seen, _)| *seen == index) {
            return push(Code::DuplicateLabel, Detail::Duplicate(*first));
        }
        self.seen.push((index, row));
        if cell.uncached {
            return push(Code::UncachedFormula, Detail::Uncached);
        }
        let parsed = coerce::parse(field, false, &cell.value, &coerce::Context { epoch_1904, year: None });
        match parsed.and_then(|(parsed, leniency)| bounds::fault(field, &parsed).map_or(Ok((parsed, leniency)), Err)) {
            Err((code, detail)) => push(code, detail),
            Ok((parsed, leniency)) => {
                if leniency != Leniency::NONE {
                    push(Code::Coerced, Detail::Coerced(leniency));
                }
                match (field.name.as_str(), parsed) {
                    ("period", Parsed::Number(year)) => (self.period, self.period_at) = (year.to_i16(), place),
                    ("as_of", Parsed::Date(day)) => (self.as_of, self.as_of_at) = (Some(day), place),
                    _ => {}
                }
            }
        }
    }

    /// The cell of the as-of date, where it can be read.
    pub fn as_of_at(&self) -> Option<Place> {
        self.as_of.map(|_| self.as_of_at)
    }

    /// `period-overridden`: the request says another period or as-of date than the cover.
    ///
    /// Why: a forgotten `period=` in a script would assess last year's cover with this year's figures unnoticed.
    pub fn overridden(&self, request: &Request, issues: &mut Issues) {
        let mut say = |own: Option<String>, requested: Option<String>, place| {
            if let (Some(own), Some(requested)) = (own, requested)
                && own != requested
            {
                issues.tell(Code::PeriodOverridden, place, Some(&own), Detail::Overridden(requested.into()));
            }
        };
        say(self.period.map(|p| p.to_string()), request.period.map(|p| p.to_string()), self.period_at);
        say(self.as_of.map(|d| d.to_string()), request.as_of.map(|d| d.to_string()), self.as_of_at);
    }
}
