//! Dates and months as people write them.

use crate::schema::narrow;
use jiff::civil::Date;

/// Why a text is no date or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// It is none.
    NotADate,
    /// It has the form of one that the calendar doesn't have (30 February, month 13).
    NoSuchDate,
}

/// A date in a text: 2007-03-05, 2007/3/5, 2007.3.5, 2007年3月5日, 二〇〇七年三月五日, 20070305, Mar 5, 2007, with a time of day or a weekday
/// behind it or not.
///
/// # Errors
///
/// [`DateFault`] says why it is none: 07-3-5 and 3/5/2007 could be several.
pub fn parse_date(text: &str) -> Result<Date, DateFault> {
    let narrow = narrow(text);
    let text = with_plain_dashes(narrow.trim());
    if let Some(parts) = chinese_parts(&text) {
        let [year, month, Some(day)] = parts else { return Err(DateFault::NotADate) };
        return of_parts(year_of_words(&year.unwrap_or_default())?, &month.unwrap_or_default(), &day);
    }
    if let Some(date) = english_date(&text) {
        return date;
    }
    let day = without_time(&text).trim_end_matches('日');
    if day.len() == 8 && all_digits(day) {
        return of_parts(year_of(&day[..4])?, &day[4..6], &day[6..]);
    }
    let [year, month, day] = split(day)[..] else { return Err(DateFault::NotADate) };
    of_parts(year_of(year)?, month, day)
}

/// A month in a text, as its first day: 2007-03, 2007年3月份, 07年3月, 2007/3, 2007 3, 200703, Mar-07, or a date in the month; where `year` is known, 3月,
/// 三月 and 3 too. The flag says whether the spelling is a declared one (2007-03 or 2007年3月).
///
/// # Errors
///
/// [`DateFault`] says why it is none.
pub fn parse_month(text: &str, year: Option<i16>) -> Result<(Date, bool), DateFault> {
    let narrow = narrow(text);
    let trimmed = with_plain_dashes(narrow.trim());
    if let Some(parts) = chinese_parts(&trimmed) {
        let [own, Some(month), None] = parts else { return parse_date(text).map(|day| (day.first_of_month(), false)) };
        let said = own.map(|own| year_of_words(&own)).transpose()?;
        let first = of_parts(said.or(year).ok_or(DateFault::NotADate)?, &month, "1")?;
        return Ok((first, is_declared(text)));
    }
    if let Some(first) = english_month(&trimmed) {
        return first.map(|first| (first, false));
    }
    if trimmed.len() == 6 && all_digits(&trimmed) {
        return Ok((of_parts(year_of(&trimmed[..4])?, &trimmed[4..], "1")?, false));
    }
    match (split(&trimmed)[..].to_vec().as_slice(), year) {
        ([own, month], _) => Ok((of_parts(year_of(own)?, month, "1")?, is_declared(text))),
        ([month], Some(year)) if month.len() <= 2 => Ok((of_parts(year, month, "1")?, false)),
        _ => parse_date(text).map(|day| (day.first_of_month(), false)),
    }
}

/// 2007-03, 2007年3月 and 2007年03月, to the letter.
fn is_declared(text: &str) -> bool {
    let Some(rest) = text.get(..4).filter(|year| all_digits(year)).map(|_| &text[4..]) else { return false };
    match (rest.strip_prefix('-'), rest.strip_prefix('年').and_then(|rest| rest.strip_suffix('月'))) {
        (Some(month), _) => month.len() == 2 && all_digits(month),
        (_, Some(month)) => month.len() <= 2 && all_digits(month),
        _ => false,
    }
}

fn of_parts(year: i16, month: &str, day: &str) -> Result<Date, DateFault> {
    Date::new(year, two_digits(month)?, two_digits(day)?).map_err(|_| DateFault::NoSuchDate)
}

/// The hyphens that people and programs write for a plain one.
fn with_plain_dashes(text: &str) -> String {
    text.replace(['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'], "-")
}

/// Year, month and day of a text with Chinese signs, each in digits, where they stand; `None` where it has no such sign. 二〇〇七年七月一日, 2007 年 7 月,
/// 7月; a weekday or a time of day behind the day is left out.
fn chinese_parts(text: &str) -> Option<[Option<String>; 3]> {
    if text.is_ascii() || !text.contains(['年', '月']) {
        return None;
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let part = |text: &str| digits_of(text).unwrap_or_else(|| text.to_owned());
    let (year, rest) = text.split_once('年').map_or((None, text.as_str()), |(year, rest)| (Some(part(year)), rest));
    let Some((month, rest)) = rest.split_once('月') else {
        // 2007年3: what nobody doubts.
        return Some([year, Some(part(rest)).filter(|month| !month.is_empty()), None]);
    };
    let rest = rest.strip_prefix('份').unwrap_or(rest);
    let (day, behind) = rest.split_once(['日', '号']).unwrap_or((rest, ""));
    let weekday = behind
        .trim_matches(['(', ')'])
        .strip_prefix("星期")
        .or_else(|| behind.trim_matches(['(', ')']).strip_prefix('周'));
    let sound = behind.is_empty() || behind.contains(':') || weekday.is_some_and(|day| day.chars().count() == 1);
    let day = if sound { part(day) } else { format!("{day}{behind}") };
    Some([year, Some(part(month)), Some(day).filter(|day| !day.is_empty())])
}

/// A number in Chinese as digits: 二〇〇七 as 2007, 十一 as 11; `None` for anything else.
fn digits_of(text: &str) -> Option<String> {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |c: char| match c {
        '零' | '○' | 'O' | '0' => Some(0),
        c => DIGITS.iter().position(|own| *own == c),
    };
    if text.is_empty() || text.is_ascii() {
        return None;
    }
    if let Some((tens, ones)) = text.split_once('十') {
        let tens = if tens.is_empty() { 1 } else { digit(tens.chars().next().filter(|_| tens.chars().count() == 1)?)? };
        let ones = if ones.is_empty() { 0 } else { digit(ones.chars().next().filter(|_| ones.chars().count() == 1)?)? };
        return Some((tens * 10 + ones).to_string());
    }
    text.chars().map(|c| digit(c).map(|d| d.to_string())).collect()
}

/// A year of four digits, or of two before 年: 07年.
fn year_of_words(text: &str) -> Result<i16, DateFault> {
    if text.len() == 2 && all_digits(text) {
        return short_year(text);
    }
    year_of(text)
}

/// 07 is 2007 and 98 is 1998.
fn short_year(text: &str) -> Result<i16, DateFault> {
    let year: i16 = text.parse().map_err(|_| DateFault::NotADate)?;
    Ok(if year < 70 { 2000 + year } else { 1900 + year })
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month's English name or its first three letters.
#[expect(clippy::cast_possible_truncation, reason = "there are twelve months")]
pub fn month_named(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let is = |name: &str| word == name || word == name[..3] || word == "sept" && name == "september";
    MONTHS.iter().position(|name| is(name)).map(|n| n as i8 + 1)
}

/// The words of a text with the English name of a month among them, and where that stands.
fn english_words(text: &str) -> Option<(Vec<&str>, usize, i8)> {
    if !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let words: Vec<&str> = text.split([' ', ',', '-', '/', '.', '\'']).filter(|word| !word.is_empty()).collect();
    let (at, month) = words.iter().enumerate().find_map(|(at, word)| Some((at, month_named(word)?)))?;
    let numbers = words.iter().enumerate().all(|(n, word)| n == at || all_digits(word));
    numbers.then_some((words, at, month))
}

fn english_year(word: &str) -> Result<i16, DateFault> {
    if word.len() == 2 { short_year(word) } else { year_of(word) }
}

/// Jul 1, 2007; 1-Jul-07; 1 July 2007.
fn english_date(text: &str) -> Option<Result<Date, DateFault>> {
    let (words, at, month) = english_words(without_time(text))?;
    let (day, year) = match (&words[..], at) {
        ([_, day, year], 0) | ([day, _, year], 1) => (*day, english_year(year)),
        _ => return Some(Err(DateFault::NotADate)),
    };
    Some(year.and_then(|year| of_parts(year, &month.to_string(), day)))
}

/// May-07, May 2007, 2007 May.
fn english_month(text: &str) -> Option<Result<Date, DateFault>> {
    let (words, at, month) = english_words(text)?;
    let year = match (&words[..], at) {
        ([_, year], 0) => english_year(year),
        ([year, _], 1) => year_of(year),
        _ => return None,
    };
    Some(year.and_then(|year| of_parts(year, &month.to_string(), "1")))
}

/// A text without the time of day, or whatever else stands behind a space or a T after a whole date.
fn without_time(text: &str) -> &str {
    if let Some((day, time)) = text.split_once(['T', ' '])
        && (time.contains(':') && !day.is_empty() || split(day).len() == 3)
        && !day.chars().any(|c| c.is_ascii_alphabetic())
    {
        return day;
    }
    match text.rsplit_once(' ') {
        Some((day, time)) if time.contains(':') => day,
        _ => text,
    }
}

/// Parts of a text between one kind of separator.
fn split(text: &str) -> Vec<&str> {
    let separator = ['-', '/', '.', '、', ' '].into_iter().find(|s| text.contains(*s)).unwrap_or('-');
    text.split(separator).collect()
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
    use jiff::civil::date;

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
            "2007 年 3 月 5 日",
            "2007-3-5日",
            "二〇〇七年三月五日",
            "二零零七年三月五号",
            "07年3月5日",
            "2007、3、5",
            "2007年3月5日 星期一",
            "2007年3月5日（周一）",
            "2007年3月5日 10:30",
            "2007/3/5 10:30:00",
            "2007-03-05T00:00:00",
            "Mar 5, 2007",
            "5-Mar-07",
            "5 March 2007",
            "2007\u{2011}03\u{2011}05",
        ] {
            assert_eq!(parse_date(text), Ok(date(2007, 3, 5)), "{text}");
        }
        assert_eq!(parse_date("2007-02-30"), Err(DateFault::NoSuchDate));
        for text in [
            "待定",
            "2007",
            "07-3-5",
            "5/3/2007",
            "2007-3/5",
            "",
            "三月五日",
            "2007年3月5日前后",
            "Mar 2007",
            "5 May June 2007",
            "2007 7",
        ] {
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
            ("2007年3月份", false),
            ("2007 年 3 月", false),
            ("2007年三月", false),
            ("07年3月", false),
            ("2007 3", false),
            ("2007.03", false),
            ("Mar-07", false),
            ("March 2007", false),
            ("2007年3月5日", false),
        ] {
            assert_eq!(parse_month(text, None), Ok((date(2007, 3, 1), declared)), "{text}");
        }
        assert_eq!(parse_month("2007年十二月", None), Ok((date(2007, 12, 1), false)));
        assert_eq!(parse_month("2007-13", None), Err(DateFault::NoSuchDate));
        for bare in ["三月", "3月", "3", "03", "3月份"] {
            assert_eq!(parse_month(bare, None), Err(DateFault::NotADate), "{bare}");
            assert_eq!(parse_month(bare, Some(2007)), Ok((date(2007, 3, 1), false)), "{bare}");
        }
        for none in ["13月", "一季度", "3-5月", "全年", "1"] {
            assert!(parse_month(none, None).is_err(), "{none}");
        }
    }
}
