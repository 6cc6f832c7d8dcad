//! What a spreadsheet program's double arithmetic makes of a figure, and where it can't be trusted with it.
//!
//! Each total, product, rounding and band look-up on an added sheet is a formula with the exact decimal stored. Where the exact figure lies
//! on a half unit that doubles can't hold, the stored value governs and 计算说明 lists the cell. Ranks and annual tonnes are values: their
//! formulas would read the user's sheets a million cells at a time.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use dealerbook_base::exact::Exact;

/// Whether a rounding in doubles may come out otherwise than the exact one: the figure lies on a half unit, or so near that doubles
/// can't tell, and the double that is rounded is not exactly it. Then the cached value governs.
pub fn cache_governs(exact: &Exact, places: u32, in_doubles: f64) -> bool {
    const NEAR: f64 = 1e-7;
    let scaled = exact.to_f64().abs() * 10f64.powi(places as i32);
    (scaled.fract() - 0.5).abs() < NEAR && Exact::of_f64(in_doubles).is_none_or(|x| x != *exact)
}

/// The double that a spreadsheet program reads for a decimal.
pub fn double(x: Decimal) -> f64 {
    x.to_f64().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_that_doubles_hold_is_theirs_and_another_is_not() {
        let exact = |text: &str| Exact::from(Decimal::from_str_exact(text).unwrap());
        assert!(!cache_governs(&exact("13.125"), 2, 15.0 * 10.5 / 12.0));
        assert!(cache_governs(&exact("3500.005"), 2, 700.001 * 5.0));
        assert!(!cache_governs(&exact("3500.004"), 2, 3500.004));
    }
}
