//! What the double of a cell stands for: the decimal that Excel shows, or a day.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

/// Returns the date of a serial number in the 1900 or the 1904 system. Times of day are dropped.
///
/// The 1900 system counts a 29 February 1900 that never was (serial 60): it is no date.
#[expect(clippy::cast_possible_truncation, reason = "serials of days were found to lie within the calendar")]
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

/// Returns the shortest decimal within 15 significant digits of a double, which is what Excel shows: `1234.0999999999999` is 1234.1.
pub fn shortest_decimal(x: f64) -> Option<Decimal> {
    thousandths(x).or_else(|| by_digits(x))
}

/// Most numbers in these sheets have at most three decimals. A decimal of at most 15 digits whose double is `x` is the one that is
/// looked for, since no two such decimals share a double.
#[expect(clippy::cast_possible_truncation, reason = "serials of days were found to lie within the calendar")]
fn thousandths(x: f64) -> Option<Decimal> {
    let whole = (x * 1000.0).round();
    (whole.abs() < 1e15 && whole / 1000.0 == x).then(|| Decimal::new(whole as i64, 3))
}

fn by_digits(x: f64) -> Option<Decimal> {
    let text = format!("{x:.14e}");
    let (digits, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if exponent < -28 {
        return Some(Decimal::ZERO);
    }
    let digits: i64 = digits.replace('.', "").parse().ok()?;
    let scale = 14 - exponent;
    let (mut mantissa, mut scale) = (i128::from(digits), scale);
    while scale > 0 && mantissa % 10 == 0 && mantissa != 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    if scale < 0 {
        mantissa = mantissa.checked_mul(10i128.checked_pow(scale.unsigned_abs())?)?;
        scale = 0;
    }
    let places = scale.unsigned_abs();
    if places > 28 {
        let cut = 10i128.checked_pow(places - 28)?;
        return Decimal::try_from_i128_with_scale(mantissa / cut, 28).ok();
    }
    Decimal::try_from_i128_with_scale(mantissa, places).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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

    #[test]
    fn a_double_counts_as_excel_shows_it() {
        for (x, shown) in [
            ("1234.0999999999999".parse().unwrap(), "1234.1"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333333333"),
            (-2.5, "-2.5"),
            (0.000_123_456_789_012_345, "0.000123456789012345"),
            (1e14, "100000000000000"),
            (0.0, "0"),
            (-0.0, "0"),
            (1e-30, "0"),
        ] {
            assert_eq!(shortest_decimal(x).unwrap().normalize().to_string(), shown);
        }
        assert_eq!(shortest_decimal(1e300), None);
        assert_eq!(shortest_decimal(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn a_decimal_of_15_digits_comes_back_from_its_double(mantissa in -999_999_999_999_999i64..=999_999_999_999_999, scale in 0u32..12) {
            let decimal = Decimal::new(mantissa, scale);
            let double: f64 = decimal.to_string().parse().unwrap();
            prop_assert_eq!(shortest_decimal(double).unwrap(), decimal);
        }
    }
}
