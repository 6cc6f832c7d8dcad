//! Exact figures between a cell and a result: rational numbers, rounded once, half away from zero (四舍五入), where they are shown.
//!
//! `Decimal` alone is not enough: a quotient is cut at 28 digits, and 500.05 / 3 × 3 × 1.5 comes out as 750.07 instead of 750.08
//! (handbook, conventions). An [`Exact`] keeps numerator and denominator unreduced: in 128 bits as long as they fit, in big
//! integers beyond. Reducing after every step, as a general rational type does, cost more than all the other arithmetic together.

use std::cmp::Ordering;
use std::iter;
use std::ops::{Add, AddAssign, Mul, Sub};

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive};
use rust_decimal::Decimal;

/// An exact rational number.
#[derive(Clone, Debug)]
pub struct Exact(Repr);

/// Numerator and denominator; the denominator is above 0.
#[derive(Clone, Debug)]
enum Repr {
    Small(i128, i128),
    Big(BigInt, BigInt),
}

impl Default for Exact {
    fn default() -> Self {
        Exact::ZERO
    }
}

impl Exact {
    /// Nought.
    pub const ZERO: Exact = Exact(Repr::Small(0, 1));
    /// One.
    pub const ONE: Exact = Exact(Repr::Small(1, 1));

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self(Repr::Small(number.into(), 1))
    }

    /// The quotient, or `None` where the divisor is 0.
    pub fn checked_div(&self, divisor: &Exact) -> Option<Exact> {
        let (n, d) = (divisor.signum(), divisor);
        if n == 0 {
            return None;
        }
        let upside_down = match &d.0 {
            Repr::Small(n, d) => Repr::Small(d * n.signum(), n.abs()),
            Repr::Big(n, d) => Repr::Big(d * n.signum(), n.abs()),
        };
        Some(self * &Exact(upside_down))
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match &self.0 {
            Repr::Small(n, _) => n.signum() as i32,
            Repr::Big(n, _) => n.signum().to_i32().unwrap_or(0),
        }
    }

    /// Whether it is nought.
    pub fn is_zero(&self) -> bool {
        self.signum() == 0
    }

    /// The greatest whole number not above it.
    pub fn floor(&self) -> i64 {
        let whole = match &self.0 {
            Repr::Small(n, d) => n.div_floor(d).to_i64(),
            Repr::Big(n, d) => n.div_floor(d).to_i64(),
        };
        whole.unwrap_or(if self.signum() < 0 { i64::MIN } else { i64::MAX })
    }

    /// Rounded half away from zero to so many places, with just these places ("87.50"). Beyond 28 digits the largest decimal.
    pub fn round(&self, places: u32) -> Decimal {
        let rounded = self.scaled(places);
        rounded.and_then(|n| Decimal::try_from_i128_with_scale(n, places).ok()).unwrap_or(if self.signum() < 0 {
            Decimal::MIN
        } else {
            Decimal::MAX
        })
    }

    /// Rounded up to so many places: the least that is enough.
    pub fn round_up(&self, places: u32) -> Decimal {
        let rounded = self.round(places);
        let unit = Decimal::new(1, places);
        if Exact::from(rounded) < *self { rounded.checked_add(unit).unwrap_or(rounded) } else { rounded }
    }

    /// The whole number of units of `10^-places`, rounded half away from zero.
    fn scaled(&self, places: u32) -> Option<i128> {
        let ten = 10i128.pow(places);
        if let Repr::Small(n, d) = &self.0
            && let (Some(n), Some(d)) = (n.checked_mul(2 * ten), d.checked_mul(2))
            && let Some(raised) = n.checked_abs().and_then(|n| n.checked_add(d / 2))
        {
            return Some(n.signum() * (raised / d));
        }
        let (n, d) = self.parts();
        let rounded: BigInt = (n.abs() * 2 * ten + &d) / (d * 2);
        (rounded * n.signum()).to_i128()
    }

    /// The nearest double, good to about 15 digits: for a spreadsheet's own arithmetic, never for a figure of ours.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small(n, d) => *n as f64 / *d as f64,
            Repr::Big(n, d) => num_rational::BigRational::new_raw(n.clone(), d.clone()).to_f64().unwrap_or(f64::NAN),
        }
    }

    /// What a double is, exactly.
    pub fn of_f64(x: f64) -> Option<Exact> {
        let ratio = num_rational::BigRational::from_float(x)?;
        let (n, d) = ratio.into_raw();
        Some(Exact(Repr::Big(n, d)))
    }

    /// The smaller of two.
    pub fn min(self, other: Exact) -> Exact {
        if other < self { other } else { self }
    }

    /// The larger of two.
    pub fn max(self, other: Exact) -> Exact {
        if other > self { other } else { self }
    }

    /// The same as a decimal without trailing zeros, where its denominator is a power of ten, as that of a sum of decimals is.
    pub fn as_decimal(&self) -> Option<Decimal> {
        let Repr::Small(n, d) = &self.0 else { return None };
        let places = d.ilog10();
        let decimal = Decimal::try_from_i128_with_scale(*n, places).ok().filter(|_| 10i128.pow(places) == *d);
        decimal.map(|decimal| decimal.normalize())
    }

    fn parts(&self) -> (BigInt, BigInt) {
        match &self.0 {
            Repr::Small(n, d) => ((*n).into(), (*d).into()),
            Repr::Big(n, d) => (n.clone(), d.clone()),
        }
    }

    fn checked_add_small(&self, other: &Exact) -> Option<Exact> {
        let (Repr::Small(n, d), Repr::Small(m, e)) = (&self.0, &other.0) else { return None };
        let (n, m, d) = if d == e {
            (*n, *m, *d)
        } else if d % e == 0 {
            (*n, m.checked_mul(d / e)?, *d)
        } else if e % d == 0 {
            (n.checked_mul(e / d)?, *m, *e)
        } else {
            (n.checked_mul(*e)?, m.checked_mul(*d)?, d.checked_mul(*e)?)
        };
        Some(Exact(Repr::Small(n.checked_add(m)?, d)))
    }
}

impl From<Decimal> for Exact {
    fn from(x: Decimal) -> Self {
        Self(Repr::Small(x.mantissa(), 10i128.pow(x.scale())))
    }
}

impl Add for &Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        self.checked_add_small(other).unwrap_or_else(|| {
            let ((n, d), (m, e)) = (self.parts(), other.parts());
            Exact(if d == e { Repr::Big(n + m, d) } else { Repr::Big(n * &e + m * &d, d * e) })
        })
    }
}

impl AddAssign<&Exact> for Exact {
    fn add_assign(&mut self, other: &Exact) {
        if let (Repr::Small(n, d), Repr::Small(m, e)) = (&mut self.0, &other.0)
            && d == e
            && let Some(sum) = n.checked_add(*m)
        {
            *n = sum;
        } else {
            *self = &*self + other;
        }
    }
}

impl<'x> iter::Sum<&'x Exact> for Exact {
    fn sum<I: Iterator<Item = &'x Exact>>(mut figures: I) -> Exact {
        // Begun with the first: it has the denominator that the others have, too.
        let mut sum = figures.next().cloned().unwrap_or_default();
        figures.for_each(|x| sum += x);
        sum
    }
}

impl iter::Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(mut figures: I) -> Exact {
        let mut sum = figures.next().unwrap_or_default();
        figures.for_each(|x| sum += &x);
        sum
    }
}

impl Sub for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        let minus = match &other.0 {
            Repr::Small(n, d) => Repr::Small(-n, *d),
            Repr::Big(n, d) => Repr::Big(-n, d.clone()),
        };
        self + &Exact(minus)
    }
}

impl Mul for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        if let (Repr::Small(n, d), Repr::Small(m, e)) = (&self.0, &other.0)
            && let (Some(n), Some(d)) = (n.checked_mul(*m), d.checked_mul(*e))
        {
            return Exact(Repr::Small(n, d));
        }
        let ((n, d), (m, e)) = (self.parts(), other.parts());
        Exact(Repr::Big(n * m, d * e))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if let (Repr::Small(n, d), Repr::Small(m, e)) = (&self.0, &other.0) {
            if d == e {
                return n.cmp(m);
            }
            if let (Some(a), Some(b)) = (n.checked_mul(*e), m.checked_mul(*d)) {
                return a.cmp(&b);
            }
        }
        let ((n, d), (m, e)) = (self.parts(), other.parts());
        (n * e).cmp(&(m * d))
    }
}

/// A running sum of decimals: exact, in one addition each as long as the digits fit.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    mantissa: i128,
    scale: u32,
    spilled: Option<Box<Exact>>,
}

impl Sum {
    /// Adds a decimal.
    pub fn add(&mut self, x: Decimal) {
        if !self.try_add(x) {
            self.spilled = Some(Box::new(&self.total() + &x.into()));
            self.mantissa = 0;
        }
    }

    fn try_add(&mut self, x: Decimal) -> bool {
        let scale = self.scale.max(x.scale());
        let widen = |mantissa: i128, from: u32| mantissa.checked_mul(10i128.pow(scale - from));
        let sum =
            widen(self.mantissa, self.scale).zip(widen(x.mantissa(), x.scale())).and_then(|(a, b)| a.checked_add(b));
        if let Some(sum) = sum {
            (self.mantissa, self.scale) = (sum, scale);
        }
        sum.is_some()
    }

    /// What it comes to.
    pub fn total(&self) -> Exact {
        let here = Exact(Repr::Small(self.mantissa, 10i128.pow(self.scale)));
        self.spilled.as_deref().map_or(here.clone(), |spilled| spilled + &here)
    }
}

/// A decimal as it is written plain: no trailing zeros, no sign on zero.
pub fn plain(x: &Exact) -> String {
    decimal(x).to_string()
}

/// The decimal that an exact sum of decimals is, without trailing zeros.
pub fn decimal(x: &Exact) -> Decimal {
    let rounded = || (0..=28).step_by(4).map(|places| x.round(places)).find(|d| Exact::from(*d) == *x);
    x.as_decimal().unwrap_or_else(|| rounded().unwrap_or_else(|| x.round(9)).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_rational::BigRational;
    use proptest::prelude::*;

    fn exact(text: &str) -> Exact {
        Decimal::from_str_exact(text).unwrap().into()
    }

    #[test]
    fn a_quotient_is_not_cut() {
        let third = exact("500.05").checked_div(&Exact::whole(3)).unwrap();
        assert_eq!((&(&third * &Exact::whole(3)) * &exact("1.5")).round(2).to_string(), "750.08");
    }

    #[test]
    fn rounding_takes_big_integers_where_half_a_unit_more_does_not_fit() {
        // 2 × 10² × n fits, and so does 2 × d; half a unit more doesn't.
        let (n, d) = (i128::MAX / 200, i128::MAX / 2);
        let x = Exact(Repr::Small(n, d));
        let (n, d) = (BigInt::from(n), BigInt::from(d));
        assert_eq!(x.round(2), Exact(Repr::Big(n.clone(), d.clone())).round(2));
        assert_eq!(Exact(Repr::Small(-i128::MAX / 200, i128::MAX / 2)).round(2), Exact(Repr::Big(-n, d)).round(2));
    }

    #[test]
    fn halves_go_away_from_zero_and_zero_has_no_sign() {
        assert_eq!(exact("13.125").round(2).to_string(), "13.13");
        assert_eq!(exact("-13.125").round(2).to_string(), "-13.13");
        assert_eq!(exact("-0.004").round(2).to_string(), "0.00");
        assert_eq!(plain(&exact("-0.000")), "0");
        assert_eq!(plain(&exact("1160.500")), "1160.5");
    }

    #[test]
    fn a_sum_stays_exact_when_its_digits_spill() {
        let mut sum = Sum::default();
        for x in ["79228162514264337593543950335", "0.0000000000000000000000000001", "-79228162514264337593543950335"] {
            sum.add(Decimal::from_str_exact(x).unwrap());
        }
        assert_eq!(sum.total(), exact("0.0000000000000000000000000001"));
    }

    fn big(n: i64, d: i64) -> (Exact, BigRational) {
        (Exact::whole(n).checked_div(&Exact::whole(d)).unwrap(), BigRational::new(n.into(), d.into()))
    }

    proptest! {
        #[test]
        fn arithmetic_agrees_with_a_reducing_rational(parts in prop::collection::vec((any::<i64>(), 1i64..i64::MAX), 2..14)) {
            let (mut sum, mut product) = (Exact::ZERO, Exact::ONE);
            let (mut sum2, mut product2) = (BigRational::new(0.into(), 1.into()), BigRational::new(1.into(), 1.into()));
            for (n, d) in parts {
                let (x, y) = big(n, d);
                (sum, sum2) = (&sum + &x, sum2 + &y);
                (product, product2) = (&product * &x, product2 * y);
            }
            let same = |a: &Exact, b: &BigRational| { let (n, d) = a.parts(); BigRational::new(n, d) == *b };
            prop_assert!(same(&sum, &sum2));
            prop_assert!(same(&product, &product2));
            prop_assert_eq!(sum.cmp(&product), sum2.cmp(&product2));
        }

        #[test]
        fn rounding_is_within_half_a_unit_and_away_from_zero(n in any::<i64>(), d in 1i64..1_000_000) {
            let (x, _) = big(n, d);
            let rounded = Exact::from(x.round(2));
            let off = &(&rounded - &x) * &Exact::whole(200);
            prop_assert!(off <= Exact::ONE && off >= Exact::whole(-1));
            if off == Exact::ONE { prop_assert!(x.signum() > 0) }
            if off == Exact::whole(-1) { prop_assert!(x.signum() < 0) }
        }
    }
}
