//! A calendar month; in JSON `2007-12`.

use std::borrow::Cow;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonth(i32);

impl YearMonth {
    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Its first day.
    #[expect(clippy::cast_possible_truncation, reason = "years and months of a calendar fit")]
    pub fn first_day(self) -> Date {
        jiff::civil::date(self.year() as i16, self.month() as i8, 1)
    }

    /// 1 to 12.
    pub fn month(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    /// So many months before this one.
    pub fn earlier(self, months: u32) -> Self {
        Self(self.0 - months as i32)
    }

    /// The month behind this one.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// How many months this one is behind another.
    pub fn since(self, other: Self) -> u32 {
        (self.0 - other.0).max(0) as u32
    }

    /// From this month to another, both included.
    pub fn to(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }
}

impl std::fmt::Display for YearMonth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl Serialize for YearMonth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for YearMonth {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "YearMonth".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^\d{4}-\d{2}$"})
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_run_over_the_turn_of_the_year() {
        let january = YearMonth::of(date(2008, 1, 31));
        assert_eq!(january.earlier(2).to_string(), "2007-11");
        assert_eq!(january.earlier(1).next(), january);
        let months: Vec<String> = january.earlier(2).to(january).map(|month| month.to_string()).collect();
        assert_eq!(months, ["2007-11", "2007-12", "2008-01"]);
        assert_eq!((january.since(january.earlier(13)), january.earlier(13).since(january)), (13, 0));
    }
}
