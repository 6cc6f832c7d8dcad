//! Working days: Monday to Friday, but for holidays and for the weekends that are worked in their place (调休), by the company's own
//! clock. Pure: it knows the days that it was told of, and no today.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use toml::Value;

/// So many days a span of holidays has at most: a year that was mistyped is a fault, not a century of holidays.
const SPAN_DAYS_MAX: usize = 62;

/// Which days are worked, and when a day ends.
#[derive(Clone, Debug)]
pub struct Calendar {
    holidays: BTreeSet<Date>,
    working_days: BTreeSet<Date>,
    clock: Offset,
}

/// What is wrong with a calendar: where, and what, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarFault {
    /// Such as `holidays[2].to`.
    pub place: String,
    zh: String,
    en: String,
}

/// A calendar that can't be used, with everything that is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct CalendarError(pub Vec<CalendarFault>);

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} / {}", self.place, self.zh, self.en)
    }
}

impl CalendarFault {
    fn new(place: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> CalendarFault {
        CalendarFault { place: place.into(), zh: zh.into(), en: en.into() }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    holidays: Vec<Value>,
    #[serde(default)]
    working_days: Vec<Value>,
}

impl Calendar {
    /// Monday to Friday, by a clock so far from UTC.
    pub fn plain(clock: Offset) -> Calendar {
        Calendar { holidays: BTreeSet::new(), working_days: BTreeSet::new(), clock }
    }

    /// Reads a calendar: `holidays`, each a day or a table of its first (`from`) and last (`to`), and `working_days`, days of weekends
    /// that are worked.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str, clock: Offset) -> Result<Calendar, CalendarError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let place = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            let says = error.message().to_owned();
            let zh = format!("无法读取，应为 holidays 和 working_days 两个日期列表：{says}");
            CalendarError(vec![CalendarFault::new(
                format!("{place}"),
                zh,
                format!("it can't be read as the lists holidays and working_days: {says}"),
            )])
        })?;
        let mut faults = Vec::new();
        let mut calendar = Calendar::plain(clock);
        for (n, value) in file.holidays.iter().enumerate() {
            calendar.holidays.extend(days(&format!("holidays[{n}]"), value, &mut faults));
        }
        for (n, value) in file.working_days.iter().enumerate() {
            let place = format!("working_days[{n}]");
            calendar.working_days.extend(day(&place, value, &mut faults));
        }
        let both = calendar.holidays.intersection(&calendar.working_days).map(|day| {
            CalendarFault::new(
                day.to_string(),
                "既列为假日又列为上班日，请删去其中一处",
                "it is a holiday and a working day; take it out of one of the lists",
            )
        });
        faults.extend(both.collect::<Vec<_>>());
        if faults.is_empty() { Ok(calendar) } else { Err(CalendarError(faults)) }
    }

    /// Whether a day is worked.
    pub fn is_working_day(&self, day: Date) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.working_days.contains(&day) || !is_weekend && !self.holidays.contains(&day)
    }

    /// The so many-th working day behind a day; for 0 the day itself or, where it isn't worked, the next one that is.
    pub fn behind(&self, day: Date, working_days: u32) -> Date {
        let (mut at, mut left) = (day, working_days);
        if left == 0 {
            while !self.is_working_day(at) && at < Date::MAX {
                at = next(at);
            }
        }
        while left > 0 && at < Date::MAX {
            at = next(at);
            left -= u32::from(self.is_working_day(at));
        }
        at
    }

    /// The company's clock.
    pub fn clock(&self) -> Offset {
        self.clock
    }

    /// The day of a moment, by the company's clock.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.clock.to_datetime(moment).date()
    }

    /// The moment at which a day is over, by the company's clock.
    pub fn end_of(&self, day: Date) -> Timestamp {
        let midnight = next(day).to_zoned(TimeZone::fixed(self.clock));
        midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// The last day on which something is due that has so many working days from a moment on.
    pub fn due(&self, from: Timestamp, working_days: u32) -> Date {
        self.behind(self.day_of(from), working_days)
    }

    /// The day that ends at a moment, which [`Calendar::end_of`] gave.
    pub fn day_that_ends(&self, moment: Timestamp) -> Date {
        self.day_of(moment.saturating_sub(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MIN))
    }
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

/// The days of an entry of the holidays: one, or those from a first to a last.
fn days(place: &str, value: &Value, faults: &mut Vec<CalendarFault>) -> Vec<Date> {
    let Value::Table(span) = value else { return day(place, value, faults).into_iter().collect() };
    for key in span.keys().filter(|key| !["from", "to"].contains(&key.as_str())) {
        let place = format!("{place}.{key}");
        faults.push(CalendarFault::new(place, "未知的键，应为 from 和 to", "not known; a span has from and to"));
    }
    let mut end = |key: &str| match span.get(key) {
        Some(value) => day(&format!("{place}.{key}"), value, faults),
        None => {
            faults.push(CalendarFault::new(format!("{place}.{key}"), "缺少", "it is missing"));
            None
        }
    };
    let (Some(from), Some(to)) = (end("from"), end("to")) else { return Vec::new() };
    let days: Vec<Date> =
        from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to).take(SPAN_DAYS_MAX + 1).collect();
    if to < from {
        faults.push(CalendarFault::new(place, format!("{to} 早于 {from}"), format!("{to} comes before {from}")));
    } else if days.len() > SPAN_DAYS_MAX {
        faults.push(CalendarFault::new(
            place,
            format!("一段假期最多 {SPAN_DAYS_MAX} 天，请核对年份"),
            format!("a span has at most {SPAN_DAYS_MAX} days; check its years"),
        ));
    }
    days
}

/// A day, written as a date of TOML or as a text such as "2026-10-01".
fn day(place: &str, value: &Value, faults: &mut Vec<CalendarFault>) -> Option<Date> {
    let text = match value {
        Value::Datetime(written) => written.to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let day = Date::strptime("%Y-%m-%d", &text).ok().filter(|_| text.len() == 10);
    if day.is_none() {
        let zh = format!("“{text}”不是日期，应如 2026-10-01");
        faults.push(CalendarFault::new(place, zh, format!("`{text}` is no date such as 2026-10-01")));
    }
    day
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz;
    use proptest::prelude::*;

    use super::*;
    use crate::narrow::u32_of;

    /// A made-up autumn: a week off from Thursday, 1 October, and the Saturday behind it worked.
    const AUTUMN: &str = r#"
        holidays = [{ from = 2026-10-01, to = 2026-10-07 }, "2026-12-25"]
        working_days = [2026-10-10]
    "#;

    fn autumn() -> Calendar {
        Calendar::parse(AUTUMN, tz::offset(8)).unwrap()
    }

    #[test]
    fn holidays_are_not_worked_and_some_weekends_are() {
        let calendar = autumn();
        assert_eq!(calendar.behind(date(2026, 9, 30), 1), date(2026, 10, 8));
        assert_eq!(calendar.behind(date(2026, 9, 30), 3), date(2026, 10, 10));
        assert_eq!(calendar.behind(date(2026, 10, 9), 2), date(2026, 10, 12));
        assert_eq!(calendar.behind(date(2026, 10, 3), 0), date(2026, 10, 8));
        assert_eq!(calendar.behind(date(2026, 12, 24), 1), date(2026, 12, 28));
        assert_eq!(calendar.behind(date(2026, 11, 20), 2), date(2026, 11, 24));
    }

    #[test]
    fn days_are_those_of_the_companys_clock() {
        let calendar = autumn();
        let late: Timestamp = "2026-11-20T17:30:00Z".parse().unwrap();
        assert_eq!(calendar.day_of(late), date(2026, 11, 21), "it is Saturday there already");
        assert_eq!(calendar.due(late, 2), date(2026, 11, 24));
        let end = calendar.end_of(date(2026, 11, 24));
        assert_eq!(end.to_string(), "2026-11-24T16:00:00Z");
        assert_eq!(calendar.day_that_ends(end), date(2026, 11, 24));
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_places() {
        let text = r#"
            holidays = [2026-10-01, "2026-13-01", 7, { from = 2026-10-07, to = 2026-10-01 }, { from = 2026-01-01 }, { from = 2026-01-01, to = 2027-01-01, why = "x" }]
            working_days = [2026-10-01, "soon"]
        "#;
        let CalendarError(faults) = Calendar::parse(text, tz::offset(8)).unwrap_err();
        let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "holidays[1]",
                "holidays[2]",
                "holidays[3]",
                "holidays[4].to",
                "holidays[5].why",
                "holidays[5]",
                "working_days[1]",
                "2026-10-01"
            ]
        );
        for text in ["hollidays = []", "holidays = 7", "holidays = ["] {
            assert_eq!(Calendar::parse(text, tz::offset(8)).unwrap_err().0.len(), 1, "{text}");
        }
    }

    fn any_calendar() -> impl Strategy<Value = Calendar> {
        let days = || proptest::collection::btree_set(0_i32..400, 0..120);
        (days(), days()).prop_map(|(holidays, worked)| {
            let day = |n: &i32| date(2026, 1, 1).checked_add(jiff::Span::new().days(*n)).unwrap();
            Calendar {
                holidays: holidays.difference(&worked).map(day).collect(),
                working_days: worked.iter().map(day).collect(),
                clock: tz::offset(8),
            }
        })
    }

    proptest! {
        #[test]
        fn a_due_day_is_worked_and_has_the_right_number_of_working_days_before_it(
            calendar in any_calendar(), start in 0_i32..400, n in 1_u32..30
        ) {
            let start = date(2026, 1, 1).checked_add(jiff::Span::new().days(start)).unwrap();
            let due = calendar.behind(start, n);
            prop_assert!(calendar.is_working_day(due));
            let between = start.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day <= due);
            prop_assert_eq!(u32_of(between.filter(|day| calendar.is_working_day(*day)).count()), n);
        }

        #[test]
        fn who_comes_later_or_has_more_days_is_never_due_earlier(
            calendar in any_calendar(), start in 0_i32..400, n in 0_u32..30
        ) {
            let start = date(2026, 1, 1).checked_add(jiff::Span::new().days(start)).unwrap();
            prop_assert!(calendar.behind(start, n) <= calendar.behind(next(start), n));
            prop_assert!(calendar.behind(start, n) < calendar.behind(start, n + 1) || n == 0);
        }
    }
}
