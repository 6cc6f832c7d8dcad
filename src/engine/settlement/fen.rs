//! Amounts as they are kept: whole fen.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// So many fen are an amount of yuan with at most 2 places; none where it has more, or is beyond all sums.
pub fn fen(yuan: Decimal) -> Option<i64> {
    let fen = yuan.checked_mul(Decimal::ONE_HUNDRED)?;
    fen.is_integer().then(|| fen.to_i64()).flatten()
}

/// An amount in yuan, 2 places.
pub fn yuan(fen: i64) -> Decimal {
    Decimal::new(fen, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_rounded() {
        assert_eq!(fen("1234.5".parse().unwrap()), Some(123_450));
        assert_eq!(fen("-0.05".parse().unwrap()), Some(-5));
        assert_eq!(fen("0.005".parse().unwrap()), None);
        assert_eq!(fen(Decimal::MAX), None);
        assert_eq!(yuan(-5).to_string(), "-0.05");
    }
}
