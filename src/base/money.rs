//! Amounts of money in capitals (大写), as banks and statements write them: the forms of the People's Bank of China
//! (支付结算办法, annex 1, 正确填写票据和结算凭证的基本规定).
//!
//! Where the annex leaves a choice, the fuller form is written, which leaves no room for a figure to be added: 零 between a yuan figure
//! that ends in 0 and its 角 (1,680.32 is 壹仟陆佰捌拾元零叁角贰分), and 整 behind 角. Of less than a yuan, 0 yuan isn't written:
//! the annex has 零 for noughts between figures, and none stands before the first (0.05 is 伍分). Below nought, 负 stands in front.
//!
//! The numerals are the annex's alone: 万 and 亿 and no 兆, so 1,000,000,000,000 is 壹万亿, and 壹 always stands before 拾. Libraries for
//! Chinese numerals write 兆 and 拾万.

use rust_decimal::{Decimal, RoundingStrategy};

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const TEN_THOUSAND: u128 = 10_000;
const HUNDRED_MILLION: u128 = 100_000_000;

/// An amount of yuan in capitals, rounded to the cent: 107,000.53 is 壹拾万柒仟元零伍角叁分. 人民币 is for the caller to put before it.
pub fn capitals(amount: Decimal) -> String {
    let cents = cents(amount);
    let (yuan, jiao, fen) = (cents.unsigned_abs() / 100, digit(cents, 10), digit(cents, 1));
    let mut text = String::from(if cents < 0 { "负" } else { "" });
    if yuan > 0 {
        whole(yuan, &mut text);
        text.push('元');
    }
    match (jiao, fen) {
        (0, 0) if yuan == 0 => text.push_str("零元整"),
        (0, 0) => text.push('整'),
        (jiao, fen) => {
            if yuan > 0 && (jiao == 0 || yuan % 10 == 0) {
                text.push('零');
            }
            if jiao > 0 {
                text.push_str(DIGITS[jiao]);
                text.push('角');
            }
            if fen > 0 {
                text.push_str(DIGITS[fen]);
                text.push('分');
            } else {
                text.push('整');
            }
        }
    }
    text
}

/// The amount in cents.
fn cents(amount: Decimal) -> i128 {
    let rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize();
    // At most 2 places are left, and 28 digits with two more fit.
    rounded.mantissa() * 10i128.pow(2u32.saturating_sub(rounded.scale()))
}

fn digit(cents: i128, of: u128) -> usize {
    (cents.unsigned_abs() / of % 10) as usize
}

/// A whole number above 0.
fn whole(number: u128, text: &mut String) {
    let (unit, name) = match number {
        HUNDRED_MILLION.. => (HUNDRED_MILLION, "亿"),
        TEN_THOUSAND.. => (TEN_THOUSAND, "万"),
        _ => return below_ten_thousand(number, text),
    };
    let (high, low) = (number / unit, number % unit);
    whole(high, text);
    text.push_str(name);
    if low > 0 {
        if low < unit / 10 {
            text.push('零');
        }
        whole(low, text);
    }
}

fn below_ten_thousand(number: u128, text: &mut String) {
    let mut skipped = false;
    for (unit, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = (number / unit % 10) as usize;
        if digit == 0 {
            // Noughts before the first figure are for the caller to write, and none are written behind the last.
            skipped = number >= unit;
            continue;
        }
        if skipped {
            text.push('零');
        }
        skipped = false;
        text.push_str(DIGITS[digit]);
        text.push_str(name);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(amount: &str) -> String {
        capitals(Decimal::from_str_exact(amount).unwrap())
    }

    #[test]
    fn the_annexs_own_examples_come_out() {
        for (amount, capitals) in [
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
            ("107000.53", "壹拾万柒仟元零伍角叁分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("325.04", "叁佰贰拾伍元零肆分"),
        ] {
            assert_eq!(of(amount), capitals, "{amount}");
        }
    }

    #[test]
    fn less_than_a_yuan_begins_with_its_first_figure() {
        for (amount, capitals) in [
            ("0", "零元整"),
            ("0.00", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("0.55", "伍角伍分"),
            ("0.004", "零元整"),
            ("-0.004", "零元整"),
        ] {
            assert_eq!(of(amount), capitals, "{amount}");
        }
    }

    #[test]
    fn whole_yuan_and_jiao_end_in_zheng_and_fen_does_not() {
        for (amount, capitals) in [
            ("1", "壹元整"),
            ("10", "壹拾元整"),
            ("10.50", "壹拾元零伍角整"),
            ("11.50", "壹拾壹元伍角整"),
            ("100.05", "壹佰元零伍分"),
            ("110", "壹佰壹拾元整"),
        ] {
            assert_eq!(of(amount), capitals, "{amount}");
        }
    }

    #[test]
    fn ten_thousands_and_hundred_millions_have_one_nought_where_figures_are_skipped() {
        for (amount, capitals) in [
            ("10000", "壹万元整"),
            ("100000", "壹拾万元整"),
            ("100010", "壹拾万零壹拾元整"),
            ("101000", "壹拾万壹仟元整"),
            ("10010001", "壹仟零壹万零壹元整"),
            ("100000000", "壹亿元整"),
            ("100010000", "壹亿零壹万元整"),
            ("110000000", "壹亿壹仟万元整"),
            ("100001000", "壹亿零壹仟元整"),
            ("20000050000", "贰佰亿零伍万元整"),
            ("1000000000000", "壹万亿元整"),
            ("1000000000000000.01", "壹仟万亿元零壹分"),
            ("1000100000000", "壹万零壹亿元整"),
            ("10000000000000000", "壹亿亿元整"),
        ] {
            assert_eq!(of(amount), capitals, "{amount}");
        }
    }

    #[test]
    fn an_amount_below_nought_says_so_in_front_and_half_a_cent_is_rounded_away_from_nought() {
        assert_eq!(of("-1409.50"), "负壹仟肆佰零玖元伍角整");
        assert_eq!(of("-0.05"), "负伍分");
        assert_eq!(of("0.995"), "壹元整");
        assert_eq!(of("-2.675"), "负贰元陆角捌分");
        assert_eq!(of(&Decimal::MAX.to_string()).matches('亿').count(), 3);
    }

    /// Reads an amount in capitals back, in cents.
    fn read(text: &str) -> i128 {
        let (sign, text) = text.strip_prefix('负').map_or((1, text), |rest| (-1, rest));
        let (yuan, rest) = text.split_once('元').unwrap_or(("", text));
        let of = |unit: &str| rest.find(unit).map_or(0, |at| number(&rest[at - "壹".len()..at]));
        sign * (number(yuan) * 100 + of("角") * 10 + of("分"))
    }

    fn number(text: &str) -> i128 {
        for (unit, name) in [(100_000_000, '亿'), (10_000, '万'), (1000, '仟'), (100, '佰'), (10, '拾')] {
            if let Some((high, low)) = text.rsplit_once(name) {
                return number(high) * unit + number(low);
            }
        }
        let digit = text.chars().last().map_or(0, |c| DIGITS.iter().position(|known| known.starts_with(c)).unwrap());
        digit as i128
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(cents in -99_999_999_999_999_999i64..=99_999_999_999_999_999) {
            prop_assert_eq!(read(&capitals(Decimal::new(cents, 2))), i128::from(cents));
        }

        #[test]
        fn sparse_figures_read_back(digits in proptest::collection::vec(prop_oneof![4 => Just(0u8), 1 => 1u8..=9], 1..18)) {
            let cents = digits.iter().fold(0i64, |sum, digit| sum * 10 + i64::from(*digit));
            let text = capitals(Decimal::new(cents, 2));
            prop_assert_eq!(read(&text), i128::from(cents), "{}", text);
            prop_assert!(!text.contains("零零") && !text.contains("零万") && !text.contains("零亿"), "{}", text);
        }
    }
}
