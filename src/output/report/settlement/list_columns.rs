//! Which columns the list of all dealers has.

use strum::IntoEnumIterator;

use super::amounts::Amount;
use super::settled::Settled;
use super::words::Terms;
use crate::report::layout::{Group, Look};
use dealerbook_engine::policy::Taxed;
use dealerbook_engine::sheet::columns::Columns;

/// A part of an amount with its tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub(super) enum TaxPart {
    Net,
    Tax,
    Gross,
}

/// The amounts of which the tax is reported.
pub(super) const TAXED: [Amount; 2] = [Amount::Entitled, Amount::Payable];
/// The parts of a difference to the settlement that is corrected: key, Chinese, English.
pub(super) const CAUSES: [(&str, &str, &str); 4] = [
    ("data", "其中：数据", "of it: data"),
    ("policy", "其中：政策", "of it: policy"),
    ("appeal", "其中：申诉", "of it: appeals"),
    ("adjustment", "其中：调整", "of it: adjustments"),
];
const MONEY: f64 = 14.5;

impl TaxPart {
    pub(super) fn of(self, taxed: &Taxed) -> rust_decimal::Decimal {
        match self {
            TaxPart::Net => taxed.net,
            TaxPart::Tax => taxed.tax,
            TaxPart::Gross => taxed.gross,
        }
    }

    /// Whether it isn't the amount itself, with or without tax as the policy has it, but reckoned from it.
    pub(super) fn is_reckoned(self, terms: Terms<'_>) -> bool {
        self != if terms.rebates.words.policy.settlement.tax_included { TaxPart::Gross } else { TaxPart::Net }
    }

    pub(super) fn label(self, terms: Terms<'_>) -> &'static str {
        match self {
            TaxPart::Net => terms.pick("不含税金额", "Net"),
            TaxPart::Tax => terms.pick("税额", "Tax"),
            TaxPart::Gross => terms.pick("价税合计", "Gross"),
        }
    }

    /// How it follows from the amount, the cell of the rate, and the two other parts.
    pub(super) fn formula(self, terms: Terms<'_>, amount: &str, rate: &str, (net, gross): (&str, &str)) -> String {
        let is_included = terms.rebates.words.policy.settlement.tax_included;
        match (self, is_included) {
            (TaxPart::Net, true) => format!("ROUND({amount}/(1+{rate}),2)"),
            (TaxPart::Gross, false) => format!("ROUND({amount}*(1+{rate}),2)"),
            (TaxPart::Tax, _) => format!("ROUND({gross}-{net},2)"),
            (TaxPart::Net, false) | (TaxPart::Gross, true) => amount.to_owned(),
        }
    }
}

/// The key of a programme's column.
pub(super) fn programme_key(n: usize) -> String {
    format!("programme-{n}")
}

/// The key of an amount's column.
pub(super) fn amount_key(amount: Amount) -> String {
    format!("amount-{}", amount as usize)
}

/// The key of the column of an amount's net, tax or gross.
pub(super) fn tax_key(amount: Amount, part: TaxPart) -> String {
    format!("tax-{}-{}", amount as usize, part as usize)
}

pub(super) fn columns(settled: &Settled<'_>, terms: Terms<'_>) -> Columns {
    let mut columns = Columns::default();
    let mut add = |key: String, label: &str, width, look, group| columns.add(key, label.to_owned(), width, look, group);
    let own = |key: &str| key.to_owned();
    add(own("id"), terms.pick("经销商编号", "Dealer ID"), 12.0, Look::Text, Group::Identity);
    add(own("name"), terms.pick("经销商名称", "Name"), 26.0, Look::Text, Group::Identity);
    add(own("region"), terms.pick("区域", "Region"), 10.0, Look::Text, Group::Identity);
    add(own("grade"), terms.pick("评级", "Grade"), 12.0, Look::Centre, Group::Identity);
    add(own("tonnes"), terms.pick("年销量（吨）", "Annual tonnes"), 12.0, Look::Tonnes, Group::Identity);
    for (n, id) in settled.programmes.iter().enumerate() {
        add(programme_key(n), terms.programme(id), 13.0, Look::Money, Group::Basis);
    }
    for amount in Amount::iter() {
        add(amount_key(amount), amount.label(terms.lang()), MONEY, Look::Money, Group::Result);
    }
    for (amount, group) in TAXED.into_iter().zip([Group::OtherBasis, Group::Result]) {
        for part in TaxPart::iter() {
            let label = format!("{}\n{}", amount.label(terms.lang()), part.label(terms));
            add(tax_key(amount, part), &label, MONEY, Look::Money, group);
        }
    }
    if settled.is_correction() {
        add(own("before"), terms.pick("更正前应得", "Entitled before"), MONEY, Look::Money, Group::Basis);
        add(own("difference"), terms.pick("应得差额", "Difference"), MONEY, Look::Money, Group::Basis);
        for (key, zh, en) in CAUSES {
            add(own(key), terms.pick(zh, en), MONEY, Look::Money, Group::OtherBasis);
        }
    }
    add(own("exact"), terms.pick("未舍入的返利", "Incentives before rounding"), 17.0, Look::Rate, Group::OtherBasis);
    add(own("statement"), terms.pick("结算单号", "Statement"), 20.0, Look::Text, Group::Identity);
    add(own("note"), terms.pick("说明", "Remarks"), 44.0, Look::Wrap, Group::Identity);
    columns
}
