//! A month in a label: 1月, 2007年01月, 一月份, 2007-01, Jan 2007, with other words beside it or not.

use super::date::{month_named, parse_month};
use crate::schema::narrow;

/// A label that names a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthLabel {
    /// The year, where the label says it.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: i8,
    /// What else the label says, in normal form: `计划` of `计划1月`.
    pub rest: String,
}

/// The month that a label names, where it names one.
pub fn parse(label: &str) -> Option<MonthLabel> {
    let narrow = narrow(label).trim().to_lowercase();
    if let Ok((first, _)) = parse_month(&narrow, None) {
        return Some(MonthLabel { year: Some(first.year()), month: first.month(), rest: String::new() });
    }
    chinese(&narrow).or_else(|| numeric(&narrow)).or_else(|| english(&narrow))
}

/// The year that a title names, where it names exactly one: 2007 in 2007年度月度提货. A date is no title's year.
pub fn year_in(text: &str) -> Option<i16> {
    let narrow = narrow(text);
    let of_part = |before: &str, behind: &str| {
        let whole = before.trim_end_matches(|c: char| c.is_ascii_digit());
        let dated = behind.trim_start().starts_with(|c: char| c.is_ascii_digit());
        Some(&before[whole.len()..]).filter(|digits| digits.len() == 4 && !dated).and_then(plausible_year)
    };
    let mut years =
        narrow.match_indices('年').filter_map(|(at, sign)| of_part(&narrow[..at], &narrow[at + sign.len()..]));
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

fn plausible_year(digits: &str) -> Option<i16> {
    digits.parse().ok().filter(|year| (1950..2200).contains(year))
}

fn month_label(year: Option<i16>, month: i8, around: [&str; 2]) -> Option<MonthLabel> {
    let letters = |text: &&str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    (1..=12).contains(&month).then(|| MonthLabel { year, month, rest: around.iter().map(letters).collect() })
}

/// 2007年1月计划, 计划（一月份）.
fn chinese(label: &str) -> Option<MonthLabel> {
    let (before, behind) = label.split_once('月')?;
    let behind = behind.strip_prefix('份').unwrap_or(behind);
    if behind.contains('月') {
        return None;
    }
    let before = before.trim_end();
    let (before, month) = trailing_month(before)?;
    let Some(dated) = before.trim_end().strip_suffix('年') else {
        return month_label(None, month, [before, behind]);
    };
    let digits = dated.len().checked_sub(4).filter(|at| dated.is_char_boundary(*at))?;
    let (before, year) = dated.split_at(digits);
    let year = plausible_year(year).filter(|_| !before.ends_with(|c: char| c.is_ascii_digit()))?;
    month_label(Some(year), month, [before, behind])
}

/// The number at the end of a text, in digits or Chinese, and what stands before it.
fn trailing_month(text: &str) -> Option<(&str, i8)> {
    const CHINESE: [(&str, i8); 12] = [
        ("十二", 12),
        ("十一", 11),
        ("十", 10),
        ("一", 1),
        ("二", 2),
        ("三", 3),
        ("四", 4),
        ("五", 5),
        ("六", 6),
        ("七", 7),
        ("八", 8),
        ("九", 9),
    ];
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[before.len()..];
    if !digits.is_empty() {
        return (digits.len() <= 2).then(|| digits.parse().ok().map(|month| (before, month)))?;
    }
    CHINESE.iter().find_map(|(word, month)| text.strip_suffix(word).map(|before| (before, *month)))
}

/// 2007-01 计划, 计划 2007/1.
fn numeric(label: &str) -> Option<MonthLabel> {
    let token = label
        .split(|c: char| !(c.is_ascii_digit() || "-/.".contains(c)))
        .find(|token| parse_month(token, None).is_ok() && token.len() >= 6)?;
    let (first, _) = parse_month(token, None).ok()?;
    let (before, behind) = label.split_once(token)?;
    month_label(Some(first.year()), first.month(), [before, behind])
}

/// jan, January 2007, sept plan.
fn english(label: &str) -> Option<MonthLabel> {
    let (mut month, mut year, mut rest) = (None, None, String::new());
    for word in label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        match (month_named(word), plausible_year(word)) {
            (Some(number), _) if month.is_none() => month = Some(number),
            (None, Some(number)) if year.is_none() => year = Some(number),
            _ => rest.push_str(word),
        }
    }
    month_label(year, month?, [&rest, ""])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(label: &str) -> Option<(Option<i16>, i8, String)> {
        parse(label).map(|m| (m.year, m.month, m.rest))
    }

    #[test]
    fn a_month_is_found_in_whatever_way_people_write_it() {
        for (label, year, month, rest) in [
            ("1月", None, 1, ""),
            ("０１月", None, 1, ""),
            (" 12 月份 ", None, 12, ""),
            ("十一月", None, 11, ""),
            ("2007年1月", Some(2007), 1, ""),
            ("２００７年０３月计划（吨）", Some(2007), 3, "计划吨"),
            ("计划1月", None, 1, "计划"),
            ("1月\n实际提货量", None, 1, "实际提货量"),
            ("2007-01", Some(2007), 1, ""),
            ("2007-01-01", Some(2007), 1, ""),
            ("200712", Some(2007), 12, ""),
            ("计划 2007/1", Some(2007), 1, "计划"),
            ("Jan", None, 1, ""),
            ("Sept. 2007 plan", Some(2007), 9, "plan"),
            ("May", None, 5, ""),
        ] {
            assert_eq!(read(label), Some((year, month, rest.to_owned())), "{label}");
        }
    }

    #[test]
    fn what_is_no_month_is_none() {
        for label in ["13月", "0月", "月份", "合计", "1-3月合计5月", "120071月", "实际提货量", "2007年", "maybe", ""]
        {
            assert_eq!(read(label), None, "{label}");
        }
    }

    #[test]
    fn a_title_names_a_year_only_where_it_names_one() {
        assert_eq!(year_in("２００７年度月度提货"), Some(2007));
        assert_eq!(year_in("2007年度（2007年末）"), Some(2007));
        assert_eq!(year_in("2006年与2007年对比"), None);
        for none in ["编号 12007年", "编制日期：2008-01-05", "2008年1月5日编制", "2007"] {
            assert_eq!(year_in(none), None, "{none}");
        }
    }
}
