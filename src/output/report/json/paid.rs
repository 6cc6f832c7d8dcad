//! The dealers of the incentives, rendered while they are written.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::Results;
use crate::report::unpaid_json::UnpaidJson;
use crate::report::words::Words;
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::assessment::{Assessed, Assessment};
use dealerbook_engine::programmes::incentives::{Incentives, Line, Paid};

pub(super) struct PaidList<'a> {
    pub(super) results: &'a Results<'a, 'a>,
    pub(super) incentives: &'a Incentives<'a>,
    pub(super) assessment: &'a Assessment<'a>,
}

impl Serialize for PaidList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.incentives.dealers.len()))?;
        let dealers = self.results.calculated.years.iter().zip(&self.assessment.dealers).zip(&self.incentives.dealers);
        for ((year, assessed), paid) in dealers {
            list.serialize_element(&paid_json(year, assessed, paid, self.results.words))?;
        }
        list.end()
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Paid")]
pub(super) struct PaidJson<'a> {
    dealer_id: &'a str,
    grade: Option<&'a str>,
    lines: Vec<LineJson<'a>>,
    total: Decimal,
    /// The programmes that pay the dealer nothing, in the policy's order.
    unpaid: Vec<UnpaidJson<'a>>,
    entitlements: &'a [String],
    forfeited_deposit: Option<Decimal>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Line")]
struct LineJson<'a> {
    programme: &'a str,
    basis: Option<String>,
    rate: Option<String>,
    amount: Decimal,
}

fn paid_json<'a>(
    year: &'a DealerYear<'a>,
    assessed: &'a Assessed<'a>,
    paid: &'a Paid<'a>,
    words: Words<'a>,
) -> PaidJson<'a> {
    let plain = |x: Option<Decimal>| x.map(|x| x.normalize().to_string());
    let line = |l: &'a Line<'a>| LineJson {
        programme: l.programme,
        basis: plain(l.basis),
        rate: plain(l.rate),
        amount: l.amount,
    };
    PaidJson {
        dealer_id: year.dealer.id,
        grade: assessed.grade.map(|g| words.policy.grades[g].id.as_str()),
        lines: paid.lines.iter().map(line).collect(),
        total: paid.total,
        unpaid: paid.unpaid.iter().map(|unpaid| UnpaidJson::new(unpaid, words)).collect(),
        entitlements: paid.entitlements,
        forfeited_deposit: paid.forfeited_deposit,
    }
}
