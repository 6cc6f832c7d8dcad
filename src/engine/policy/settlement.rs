//! How a settlement counts tax, who pays, and how many people it takes.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::fault::fault;
use super::{Fault, Section, Title};
use dealerbook_base::exact::Exact;

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
    /// Whether somebody who approved a settlement may order its payment, and confirm it.
    #[serde(default)]
    pub approver_may_pay: bool,
    /// Whether somebody who ordered a payment may confirm it.
    #[serde(default = "yes")]
    pub orderer_may_confirm: bool,
    /// How many people approve a settlement, by what it moves; one where there are no bands.
    #[serde(default)]
    pub approval: Vec<ApprovalBand>,
}

/// How many people approve a settlement that moves so much.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ApprovalBand {
    /// Up to this sum in yuan, which belongs to the band; the last band has none.
    pub up_to: Option<Decimal>,
    /// So many people.
    pub approvals: u32,
}

/// What a policy says of who does what of a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FourEyes {
    /// Whether somebody who approved a settlement may order its payment, and confirm it.
    pub approver_may_pay: bool,
    /// Whether somebody who ordered a payment may confirm it.
    pub orderer_may_confirm: bool,
    /// How many people approve a settlement, by what it moves.
    pub bands: Vec<ApprovalBand>,
}

impl Default for FourEyes {
    fn default() -> Self {
        FourEyes { approver_may_pay: false, orderer_may_confirm: true, bands: Vec::new() }
    }
}

impl FourEyes {
    /// Returns how many people have to approve a settlement that moves so much, in yuan.
    pub fn approvals_needed(&self, moved: Decimal) -> u32 {
        let band = self.bands.iter().find(|band| band.up_to.is_none_or(|up_to| moved <= up_to));
        band.or(self.bands.last()).map_or(1, |band| band.approvals)
    }
}

fn yes() -> bool {
    true
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
    /// Returns what it says of who does what.
    pub fn four_eyes(&self) -> FourEyes {
        let SettlementRules { approver_may_pay, orderer_may_confirm, approval, .. } = self;
        FourEyes {
            approver_may_pay: *approver_may_pay,
            orderer_may_confirm: *orderer_may_confirm,
            bands: approval.clone(),
        }
    }

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

    fn worded_faults(&self) -> Vec<Fault> {
        band_faults(&self.approval)
    }
}

/// What is wrong with the bands of approvals, each fault in the part that it is about.
fn band_faults(bands: &[ApprovalBand]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut note = |n: usize, key: &str, fault: Fault| faults.push(fault.in_part(&format!("approval.{n}.{key}")));
    for (n, band) in bands.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| bands.get(n));
        let is_last = n + 1 == bands.len();
        bound_faults(n + 1, band, before, is_last).into_iter().for_each(|fault| note(n, "up_to", fault));
        approval_faults(n + 1, band, before).into_iter().for_each(|fault| note(n, "approvals", fault));
    }
    faults
}

/// What is wrong with the upper bound of the band of this number.
fn bound_faults(number: usize, band: &ApprovalBand, before: Option<&ApprovalBand>, is_last: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    match (band.up_to, is_last) {
            (None, false) => faults.push(fault!(
                    "approval 第 {number} 档没有 up_to：只有最后一档不写上限",
                    "approval: band {number} has no up_to; only the last one goes without",
                )),
            (Some(up_to), true) => faults.push(fault!(
                    "approval 最后一档（第 {number} 档）写了 up_to {up_to}：超出的金额没有规定，最后一档不写上限",
                    "approval: the last band ({number}) has up_to {up_to}, so nothing is said of what is beyond; leave it out there",
                )),
            (Some(up_to), false) => {
                if up_to <= Decimal::ZERO || up_to.normalize().scale() > 2 {
                    faults.push(fault!(
                            "approval 第 {number} 档的 up_to {up_to} 须大于 0，最多两位小数（元）",
                            "approval: up_to {up_to} of band {number} must be above 0 with at most two places, in yuan",
                        ));
                }
                if let Some(lower) = before.and_then(|band| band.up_to).filter(|lower| *lower >= up_to) {
                    faults.push(fault!(
                            "approval 第 {number} 档的 up_to {up_to} 不高于前一档的 {lower}：上限须逐档升高",
                            "approval: up_to {up_to} of band {number} isn't above {lower} of the one before; bounds rise",
                        ));
                }
            }
            (None, true) => {}
        }
    faults
}

/// What is wrong with how many approve in the band of this number.
fn approval_faults(number: usize, band: &ApprovalBand, before: Option<&ApprovalBand>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let approvals = band.approvals;
    if approvals == 0 {
        faults.push(fault!(
            "approval 第 {number} 档的 approvals 为 0：至少须一人批准",
            "approval: approvals of band {number} is 0; it takes one person at least",
        ));
    }
    if let Some(more) = before.map(|band| band.approvals).filter(|more| *more > approvals) {
        faults.push(fault!(
            "approval 第 {number} 档的 approvals {approvals} 少于前一档的 {more}：金额越大，批准人数不能越少",
            "approval: {approvals} approvals of band {number} are fewer than {more} of the one before; they don't fall",
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Policy;

    const SHIPPED: &str = include_str!("../../../schemas/policies/handbook.toml");

    fn rules(rate: i64, tax_included: bool) -> SettlementRules {
        SettlementRules {
            tax_rate: Decimal::new(rate, 4),
            tax_included,
            company: None,
            interim: InterimSettlements::default(),
            approver_may_pay: false,
            orderer_may_confirm: true,
            approval: Vec::new(),
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

    fn with_bands(bands: &str) -> Result<Policy, Vec<String>> {
        let text = SHIPPED.replacen("[[examples]]", &format!("{bands}\n[[examples]]"), 1);
        Policy::parse("x.toml", &text).map_err(|error| {
            let both = |fault: &Fault| {
                format!(
                    "{} | {}",
                    fault.pick(dealerbook_base::lang::Lang::Zh),
                    fault.pick(dealerbook_base::lang::Lang::En)
                )
            };
            error.faults().iter().map(both).collect()
        })
    }

    fn band(up_to: &str, approvals: u32) -> String {
        let up_to = if up_to.is_empty() { String::new() } else { format!("up_to = \"{up_to}\"\n") };
        format!("[[settlement.approval]]\n{up_to}approvals = {approvals}\n")
    }

    #[test]
    fn a_bound_belongs_to_its_band_and_without_bands_one_person_is_enough() {
        let eyes = with_bands("").unwrap().settlement.four_eyes();
        assert_eq!((eyes.approvals_needed(Decimal::MAX), eyes), (1, FourEyes::default()));
        let bands = [band("100.00", 1), band("2000", 2), band("", 4)].concat();
        let eyes = with_bands(&bands).unwrap().settlement.four_eyes();
        for (moved, needed) in [("0", 1), ("100.00", 1), ("100.01", 2), ("2000", 2), ("2000.01", 4), ("9999999", 4)] {
            assert_eq!(eyes.approvals_needed(moved.parse().unwrap()), needed, "{moved}");
        }
    }

    #[test]
    fn each_fault_of_bands_is_said_in_both_languages() {
        for (bands, zh, en) in [
            ([band("100", 1), band("100", 2), band("", 2)].concat(), "上限须逐档升高", "bounds rise"),
            ([band("100", 1), band("50", 2), band("", 2)].concat(), "上限须逐档升高", "bounds rise"),
            ([band("100", 3), band("", 2)].concat(), "批准人数不能越少", "they don't fall"),
            ([band("100", 1)].concat(), "最后一档不写上限", "leave it out there"),
            ([band("", 1), band("", 2)].concat(), "只有最后一档不写上限", "only the last one goes without"),
            ([band("0", 1), band("", 2)].concat(), "须大于 0", "above 0"),
            ([band("1.005", 1), band("", 2)].concat(), "最多两位小数", "two places"),
            ([band("100", 0), band("", 1)].concat(), "至少须一人批准", "one person at least"),
        ] {
            let faults = with_bands(&bands).unwrap_err();
            assert_eq!(faults.len(), 1, "{bands} {faults:?}");
            assert!(faults[0].contains(zh) && faults[0].contains(en), "{bands} {faults:?}");
        }
        let all = with_bands(&[band("", 2), band("-1", 1), band("9", 0)].concat()).unwrap_err();
        assert_eq!(all.len(), 6, "{all:?}");
        let unread = with_bands("[[settlement.approval]]\nupto = \"1\"\napprovals = 1\n").unwrap_err();
        assert!(unread[0].contains("upto"), "{unread:?}");
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
