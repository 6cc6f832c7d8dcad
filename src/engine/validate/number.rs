//! Numbers as people write them, read exactly.

use rust_decimal::Decimal;

use super::leniency::Leniency;
use crate::schema::narrow;

/// Numbers from here on are refused: Excel itself keeps 15 digits.
pub const NUMBER_ABS_MAX: i64 = 1_000_000_000_000_000;

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It is none, or its meaning is uncertain.
    NotANumber,
    /// It has more digits than can be kept.
    TooLarge,
}

/// A number in a text: full width, separators of thousands, a unit, a percent sign, a currency before or behind where the column is one of
/// money, a minus or brackets for what is negative. What is ambiguous is refused.
///
/// # Errors
///
/// [`NumberFault`] says why it is none.
pub fn parse_number(text: &str, units: &[String], percent_is_points: bool) -> Result<(Decimal, Leniency), NumberFault> {
    let mut leniency = Leniency::TEXT_NUMBER;
    let narrow = narrow(text).replace(['\u{2212}', '\u{2013}', '\u{2014}'], "-");
    leniency.set(Leniency::WIDTH, narrow != text);
    let trimmed = narrow.trim();
    leniency.set(Leniency::SPACE, trimmed.len() != narrow.len());
    let (signed, percent) = without_signs_behind(trimmed, units, &mut leniency);
    let (negative, bare) = without_brackets(signed).unwrap_or((false, signed));
    leniency.set(Leniency::NEGATIVE, negative);
    // ￥(20) and (￥20), -￥20 and ￥-20.
    let (rest, percent_within) = without_signs_behind(bare, units, &mut leniency);
    let plain = without_separators(rest).ok_or(NumberFault::NotANumber)?;
    leniency.set(Leniency::SEPARATORS, plain.len() != rest.len());
    let signed_too = plain.starts_with(['+', '-']);
    let (behind, plain) = plain.strip_suffix('-').map_or((false, plain.as_str()), |rest| (true, rest.trim_end()));
    leniency.set(Leniency::NEGATIVE, behind);
    if (negative || behind) && signed_too || negative && behind {
        return Err(NumberFault::NotANumber);
    }
    let mut number = plain_number(plain)?;
    if negative || behind {
        number = -number;
    }
    if (percent || percent_within) && !percent_is_points {
        let scale = number.scale() + 2;
        number.set_scale(scale).map_err(|_| NumberFault::TooLarge)?;
    }
    Ok((number, leniency))
}

/// Takes off a percent sign or a unit behind a number, and a currency before it.
fn without_signs_behind<'t>(text: &'t str, units: &[String], leniency: &mut Leniency) -> (&'t str, bool) {
    let money = units.iter().any(|unit| unit == "元");
    let mut rest = text;
    let currency = ["人民币", "RMB", "CNY", "¥"].iter().filter(|_| money).find_map(|sign| {
        let start = rest.get(..sign.len())?;
        start.eq_ignore_ascii_case(sign).then(|| rest[sign.len()..].trim_start_matches([':', ' ']))
    });
    if let Some(amount) = currency {
        rest = amount;
        *leniency |= Leniency::UNIT;
    }
    if let Some(number) = rest.strip_suffix('%') {
        *leniency |= Leniency::PERCENT;
        return (number.trim_end(), true);
    }
    let whole = money.then(|| rest.strip_suffix("元整")).flatten();
    if let Some(number) = whole.or_else(|| units.iter().find_map(|unit| without_unit(rest, unit))) {
        rest = number.trim_end();
        *leniency |= Leniency::UNIT;
    }
    (rest, false)
}

/// What stands in brackets around the whole, as books write what is negative.
fn without_brackets(text: &str) -> Option<(bool, &str)> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    Some((true, inner.trim()))
}

/// Takes a unit off, whatever its case.
fn without_unit<'t>(text: &'t str, unit: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(unit.len()).filter(|at| text.is_char_boundary(*at))?;
    text[at..].eq_ignore_ascii_case(unit).then(|| &text[..at])
}

/// Digits with an optional sign, point and exponent, and nothing else.
fn plain_number(text: &str) -> Result<Decimal, NumberFault> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).map_or((digits, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(NumberFault::NotANumber);
    }
    let exponent_is_fine = |e: &str| !e.is_empty() && all_digits(e.strip_prefix(['+', '-']).unwrap_or(e));
    let number = match exponent {
        Some(e) if exponent_is_fine(e) => Decimal::from_scientific(text).ok(),
        Some(_) => return Err(NumberFault::NotANumber),
        None => Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok(),
    };
    number.ok_or(NumberFault::TooLarge)
}

/// Takes out commas that part thousands (1,234,567.89); any other comma, and a second point, leave the number uncertain.
fn without_separators(text: &str) -> Option<String> {
    if !text.contains([',', '\'', ' ']) {
        return Some(text.to_owned());
    }
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let separator = whole.chars().find(|c| matches!(c, ',' | '\'' | ' '))?;
    let unsigned = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    let mut groups = unsigned.split(separator);
    let first = groups.next()?;
    let is_group = |g: &str, sizes: std::ops::RangeInclusive<usize>| {
        sizes.contains(&g.len()) && g.bytes().all(|b| b.is_ascii_digit())
    };
    if !is_group(first, 1..=3) || !groups.all(|g| is_group(g, 3..=3)) {
        return None;
    }
    Some(whole.replace(separator, "") + &fraction.map(|f| format!(".{f}")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, NumberFault> {
        parse_number(text, &["吨".to_owned(), "t".to_owned()], false).map(|(n, _)| n.normalize().to_string())
    }

    #[test]
    fn what_is_certain_is_read() {
        for (text, number) in [
            ("２，４００吨", "2400"),
            ("1,234,567.89", "1234567.89"),
            (" 12.50 t", "12.5"),
            ("105%", "1.05"),
            ("\u{a0}7\u{a0}", "7"),
            ("－3", "-3"),
            ("+4", "4"),
            ("1.5E+3", "1500"),
            ("20-", "-20"),
            ("(20)", "-20"),
            ("（1,234.50）", "-1234.5"),
            ("20-吨", "-20"),
            ("(20)吨", "-20"),
            ("(5%)", "-0.05"),
            ("0.1234567890123456789", "0.1234567890123456789"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(number), "{text}");
        }
    }

    #[test]
    fn a_currency_is_certain_where_the_column_is_one_of_money() {
        let money = ["元".to_owned(), "yuan".to_owned()];
        for (text, number) in [
            ("￥100", "100"),
            ("人民币 1,000.50", "1000.5"),
            ("RMB100元", "100"),
            ("cny 100", "100"),
            ("100元整", "100"),
            ("人民币：壹", ""),
            ("¥-20", "-20"),
            ("-¥20", ""),
            ("(￥20)", "-20"),
            ("$100", ""),
            ("100美元", ""),
        ] {
            let read = parse_number(text, &money, false).map(|(n, _)| n.normalize().to_string());
            assert_eq!(read.unwrap_or_default(), number, "{text}");
        }
        assert_eq!(read("￥100"), Err(NumberFault::NotANumber), "not in a column of tonnes");
    }

    #[test]
    fn what_is_uncertain_is_refused() {
        for text in [
            "100①", "10²", "1½", "⒑", "(-20)", "-20-", "(20-)", "()", "((20))", "20--", "1.234,5", "12a", "1,5",
            "12,34", "1 2", "", "-", ".", "1.2.3", "约120", "待定", "1e", "3万吨", "NaN", "inf",
        ] {
            assert_eq!(read(text), Err(NumberFault::NotANumber), "{text}");
        }
        assert_eq!(read(&"9".repeat(40)), Err(NumberFault::TooLarge));
    }
}
