//! The company's calendar and clock, as settings.

use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::tz::Offset;

use dealerbook_base::calendar::{Calendar, CalendarError};

/// Which days are worked, and by which clock.
#[derive(Clone, Debug, clap::Args)]
pub struct CalendarSettings {
    /// File of holidays and of weekends that are worked (TOML); without one, Monday to Friday are worked
    #[arg(long, env = "DEALERBOOK_CALENDAR")]
    pub calendar: Option<PathBuf>,
    /// How far the company's clock is from UTC, such as +08:00
    #[arg(long, env = "DEALERBOOK_UTC_OFFSET", default_value = "+08:00", value_parser = offset, allow_hyphen_values = true)]
    pub utc_offset: Offset,
}

impl Default for CalendarSettings {
    fn default() -> Self {
        CalendarSettings { calendar: None, utc_offset: jiff::tz::offset(8) }
    }
}

/// Why there is no calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarFileError {
    /// The file can't be read.
    #[error("the calendar {path} cannot be read")]
    Io {
        /// Which.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// It can't be used.
    #[error("the calendar {path} cannot be used:\n{source}")]
    Faulty {
        /// Which.
        path: PathBuf,
        /// All that is wrong with it.
        source: CalendarError,
    },
}

impl CalendarSettings {
    /// The calendar; an empty file name counts as none.
    ///
    /// # Errors
    /// When its file can't be read or used.
    pub fn read(&self) -> Result<Calendar, CalendarFileError> {
        let Some(path) = super::folder(self.calendar.clone()) else { return Ok(Calendar::plain(self.utc_offset)) };
        let text = fs::read_to_string(&path).map_err(|source| CalendarFileError::Io { path: path.clone(), source })?;
        Calendar::parse(&text, self.utc_offset).map_err(|source| CalendarFileError::Faulty { path, source })
    }
}

/// Parses `+08:00`.
fn offset(text: &str) -> Result<Offset, String> {
    let wrong = || "+08:00, -03:30 or the like / 应写成 +08:00 这样的形式".to_owned();
    let (sign, time) = match text.split_at_checked(1).ok_or_else(wrong)? {
        ("+", time) => (1, time),
        ("-", time) => (-1, time),
        _ => return Err(wrong()),
    };
    let (hours, minutes) = time.split_once(':').filter(|_| time.len() == 5).ok_or_else(wrong)?;
    let number = |text: &str, below: i32| text.parse::<u8>().ok().map(i32::from).filter(|n| *n < below);
    let (hours, minutes) = number(hours, 15).zip(number(minutes, 60)).ok_or_else(wrong)?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_a_sign_hours_and_minutes() {
        assert_eq!(offset("+08:00").unwrap(), jiff::tz::offset(8));
        assert_eq!(offset("-03:30").unwrap().seconds(), -12_600);
        for text in ["", "8", "08:00", "+8:00", "+08:60", "+15:00", "+0800", "UTC", "+a8:00", "＋08:00"] {
            assert!(offset(text).is_err(), "{text}");
        }
    }
}
