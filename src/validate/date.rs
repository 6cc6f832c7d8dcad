//! Dates and months as people write them.

use crate::schema::narrow;
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Why a text is no date or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// It is none.
    NotADate,
    /// It has the form of one that the calendar doesn't have (30 February, month 13).
    NoSuchDate,
}

/// The date of a serial number in the 1900 or the 1904 system. Times of day are dropped.
///
/// The 1900 system counts a 29 February 1900 that never was (serial 60): it is no date.
pub fn date_of_serial(serial: f64, epoch_1904: bool) -> Option<Date> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let days = serial.floor() as i64;
    let (first, days) = match (epoch_1904, days) {
        (true, days) => (date(1904, 1, 1), days),
        (false, 0 | 60) => return None,
        (false, days) if days < 60 => (date(1899, 12, 31), days),
        (false, days) => (date(1899, 12, 30), days),
    };
    first.checked_add(days.days()).ok()
}

/// A date in a text: 2007-03-05, 2007/3/5, 2007.3.5, 2007年3月5日, 20070305, with a time of day behind it or not.
///
/// # Errors
///
/// [`DateFault`] says why it is none.
pub fn parse_date(text: &str) -> Result<Date, DateFault> {
    let narrow = narrow(text);
    let day = narrow.trim().split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = if day.len() == 8 && all_digits(day) {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else {
        split(day, ["年", "月", "日"])
    };
    let [year, month, day] = parts[..] else { return Err(DateFault::NotADate) };
    let (year, month, day) = (year_of(year)?, two_digits(month)?, two_digits(day)?);
    Date::new(year, month, day).map_err(|_| DateFault::NoSuchDate)
}

/// A month in a text, as its first day: 2007-03, 2007年3月, 2007/3, 2007.3, 200703, or a date in the month. The flag says whether the
/// spelling is a declared one (2007-03 or 2007年3月).
///
/// # Errors
///
/// [`DateFault`] says why it is none.
pub fn parse_month(text: &str) -> Result<(Date, bool), DateFault> {
    let narrow = narrow(text);
    let trimmed = narrow.trim();
    let six = trimmed.len() == 6 && all_digits(trimmed);
    let parts = if six { vec![&trimmed[..4], &trimmed[4..]] } else { split(trimmed, ["年", "月", "\u{0}"]) };
    let [year, month] = parts[..] else {
        return parse_date(text).map(|day| (day.first_of_month(), false));
    };
    let (year, number) = (year_of(year)?, two_digits(month)?);
    let first = Date::new(year, number, 1).map_err(|_| DateFault::NoSuchDate)?;
    let declared = trimmed.len() == text.len() && (trimmed.contains('-') && month.len() == 2 || trimmed.contains('年'));
    Ok((first, declared))
}

/// Parts of a text between one kind of separator, `-`, `/` or `.`, or between Chinese ones in their order, the last at the end.
fn split<'t>(text: &'t str, chinese: [&str; 3]) -> Vec<&'t str> {
    if text.is_ascii() || !text.contains(chinese[0]) {
        let separator = ['-', '/', '.'].into_iter().find(|s| text.contains(*s)).unwrap_or('-');
        return text.split(separator).collect();
    }
    let mut parts = Vec::new();
    let mut rest = text;
    for separator in chinese {
        match rest.split_once(separator) {
            Some((part, behind)) => {
                parts.push(part.trim());
                rest = behind.trim();
            }
            None => break,
        }
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn year_of(text: &str) -> Result<i16, DateFault> {
    if text.len() != 4 || !all_digits(text) {
        return Err(DateFault::NotADate);
    }
    text.parse().map_err(|_| DateFault::NotADate)
}

fn two_digits(text: &str) -> Result<i8, DateFault> {
    if text.len() > 2 || !all_digits(text) {
        return Err(DateFault::NotADate);
    }
    text.parse().map_err(|_| DateFault::NotADate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_declared_way() {
        for text in [
            "2007-03-05",
            "2007/3/5",
            "2007年3月5日",
            "20070305",
            "２００７－０３－０５",
            " 2007.3.5 ",
            "2007-03-05 10:30",
            "2007年3月5",
        ] {
            assert_eq!(parse_date(text), Ok(date(2007, 3, 5)), "{text}");
        }
        assert_eq!(parse_date("2007-02-30"), Err(DateFault::NoSuchDate));
        for text in ["待定", "2007", "07-3-5", "5/3/2007", "2007-3/5", ""] {
            assert_eq!(parse_date(text), Err(DateFault::NotADate), "{text}");
        }
    }

    #[test]
    fn months_are_read_in_every_declared_way() {
        for (text, declared) in [
            ("2007-03", true),
            ("2007年3月", true),
            ("2007年03月", true),
            ("2007/3", false),
            ("200703", false),
            ("2007-03-15", false),
            (" 2007-03", false),
        ] {
            assert_eq!(parse_month(text), Ok((date(2007, 3, 1), declared)), "{text}");
        }
        assert_eq!(parse_month("2007-13"), Err(DateFault::NoSuchDate));
        assert_eq!(parse_month("三月"), Err(DateFault::NotADate));
    }

    #[test]
    fn serials_count_in_both_systems() {
        assert_eq!(date_of_serial(39146.75, false), Some(date(2007, 3, 5)));
        assert_eq!(date_of_serial(37684.0, true), Some(date(2007, 3, 5)));
        assert_eq!(date_of_serial(59.0, false), Some(date(1900, 2, 28)));
        assert_eq!(date_of_serial(61.0, false), Some(date(1900, 3, 1)));
        for none in [0.0, 60.0, -1.0, 1e12, f64::NAN] {
            assert_eq!(date_of_serial(none, false), None);
        }
    }
}
