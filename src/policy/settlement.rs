//! How a settlement counts tax, and who pays.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Section, Title};
use crate::exact::Exact;

/// A rate has so many places: 0.0925 is 9.25%.
const RATE_PLACES: u32 = 4;

/// The section `[settlement]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementRules {
    /// The tax as a share of the amount without it.
    pub tax_rate: Decimal,
    /// Whether incentives are amounts with the tax in them; else the tax comes on top.
    pub tax_included: bool,
    /// The company that pays, for its statements; a line to fill in without one.
    pub company: Option<Title>,
    /// Whether a run that is interim may be settled.
    #[serde(default)]
    pub interim: InterimSettlements,
}

/// What becomes of the settlement of an interim run: one whose year isn't whole yet.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum InterimSettlements {
    /// It is refused.
    #[default]
    Refuse,
    /// It may be settled, and says that it is interim.
    Allow,
}

/// An amount without tax, its tax, and both together, in yuan of 2 places; net + tax = gross to the cent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taxed {
    /// Without tax.
    pub net: Decimal,
    /// The tax.
    pub tax: Decimal,
    /// With tax.
    pub gross: Decimal,
}

impl SettlementRules {
    /// An amount of 2 places with its tax. The one that isn't given is rounded once, half away from zero; the tax is what lies between.
    pub fn taxed(&self, amount: Decimal) -> Taxed {
        let (net, gross) = match self.tax_included {
            true => (self.exact_other(amount).round(2), amount),
            false => (amount, self.exact_other(amount).round(2)),
        };
        Taxed { net, tax: gross - net, gross }
    }

    /// The amount with or without tax that isn't given, before it is rounded.
    pub fn exact_other(&self, amount: Decimal) -> Exact {
        let (amount, factor) = (Exact::from(amount), Exact::from(Decimal::ONE + self.tax_rate));
        match self.tax_included {
            // The rate is never below 0, so there always is a quotient.
            true => amount.checked_div(&factor).unwrap_or(amount),
            false => &amount * &factor,
        }
    }
}

impl Section for SettlementRules {
    const NAME: &'static str = "settlement";

    fn faults(&self) -> Vec<String> {
        let sound = (Decimal::ZERO..Decimal::ONE).contains(&self.tax_rate);
        match sound && self.tax_rate.normalize().scale() <= RATE_PLACES {
            true => Vec::new(),
            false => vec![format!(
                "tax_rate must be a share from 0 to below 1 with at most {RATE_PLACES} places, such as \"0.09\""
            )],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Policy;

    const SHIPPED: &str = include_str!("../../schemas/policies/handbook.toml");

    fn rules(rate: i64, tax_included: bool) -> SettlementRules {
        SettlementRules {
            tax_rate: Decimal::new(rate, 4),
            tax_included,
            company: None,
            interim: InterimSettlements::default(),
        }
    }

    fn amounts(taxed: Taxed) -> [String; 3] {
        [taxed.net, taxed.tax, taxed.gross].map(|amount| amount.to_string())
    }

    #[test]
    fn tax_is_taken_out_of_the_amount_or_comes_on_top_of_it() {
        let amount = Decimal::new(10_000, 2);
        assert_eq!(amounts(rules(900, true).taxed(amount)), ["91.74", "8.26", "100.00"]);
        assert_eq!(amounts(rules(900, false).taxed(amount)), ["100.00", "9.00", "109.00"]);
        assert_eq!(amounts(rules(0, true).taxed(amount)), ["100.00", "0.00", "100.00"]);
        // 0.05 × 1.1 is half a cent.
        assert_eq!(amounts(rules(1000, false).taxed(Decimal::new(5, 2))), ["0.05", "0.01", "0.06"]);
        assert_eq!(amounts(rules(1000, false).taxed(Decimal::new(-5, 2))), ["-0.05", "-0.01", "-0.06"]);
    }

    #[test]
    fn a_rate_that_is_no_share_of_four_places_is_refused() {
        let rate = "tax_rate = \"0.09\"";
        assert!(SHIPPED.contains(rate));
        for wrong in ["1", "-0.01", "0.09001", "9"] {
            let text = SHIPPED.replace(rate, &format!("tax_rate = \"{wrong}\""));
            let error = Policy::parse("x.toml", &text).unwrap_err().to_string();
            assert!(error.contains("tax_rate must be a share"), "{wrong}: {error}");
        }
        assert!(Policy::parse("x.toml", &SHIPPED.replace(rate, "tax_rate = \"0.0925\"")).is_ok());
    }

    proptest! {
        #[test]
        fn net_and_tax_come_to_gross_to_the_cent(
            cents in -1_000_000_000_000i64..1_000_000_000_000, rate in 0i64..10_000, tax_included: bool
        ) {
            let amount = Decimal::new(cents, 2);
            let taxed = rules(rate, tax_included).taxed(amount);
            prop_assert_eq!(taxed.net + taxed.tax, taxed.gross);
            prop_assert_eq!(if tax_included { taxed.gross } else { taxed.net }, amount);
            let off = taxed.gross - taxed.net * (Decimal::ONE + Decimal::new(rate, 4));
            prop_assert!(off.abs() <= Decimal::new(1, 2), "{}", off);
        }
    }
}
