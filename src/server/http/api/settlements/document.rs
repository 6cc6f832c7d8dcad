//! What is taken and answered about settlements, as JSON. Amounts are texts with two places.

use rust_decimal::Decimal;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::body::TEXT_CHARS_MAX;
use crate::problem;
use crate::service::settlements::allowed::{Action, Allowed};
use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;
use dealerbook_engine::outcome::PaidLine;
use dealerbook_engine::settlement::{
    Adjustment, Approval, Difference, Due, OfPolicy, Settlement, Signature, Status, Totals, two_places, yuan,
};
use dealerbook_store::{Payment, PaymentBatch, PaymentStatus, SettlementBrief};

/// Why a run has no settlement, and why one can't be calculated.
pub const OF_RUN: &[&str] = &[
    "no-such-run",
    "settlement-of-validation",
    "settlement-of-faulty-run",
    "settlement-without-incentives",
    "policy-changed",
    "run-outdated",
    "busy",
    "cancelled",
];
/// What is wrong with a body.
pub const CHANGE: &[&str] = &["no-such-run", "invalid-body", "malformed-request"];

/// An action that can be done now and that the caller's role is for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementAction", deny_unknown_fields)]
pub struct ActionDocument {
    /// Which.
    action: Action,
    /// Whether you may.
    allowed: bool,
    /// Where you may not, the code of the problem that you would be answered with.
    code: Option<&'static str>,
    /// Where you may not, why not.
    why: Option<Why>,
}

/// A sentence in both languages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementActionWhy", deny_unknown_fields)]
struct Why {
    /// Chinese.
    zh: String,
    /// English.
    en: String,
}

impl ActionDocument {
    /// Returns all that somebody may do, or why not.
    fn all(allowed: &Allowed) -> Vec<ActionDocument> {
        let document = |(action, may): (Action, Result<(), &dealerbook_engine::settlement::Refusal>)| match may {
            Ok(()) => ActionDocument { action, allowed: true, code: None, why: None },
            Err(refusal) => {
                let [zh, en] = [Lang::Zh, Lang::En].map(|lang| problem::settlement_words(refusal, lang));
                let why = Why { zh: zh.detail, en: en.detail };
                ActionDocument { action, allowed: false, code: Some(zh.code), why: Some(why) }
            }
        };
        allowed.iter().map(document).collect()
    }
}

/// A page of the list of settlements.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SettlementList {
    /// Newest run first.
    pub settlements: Vec<SettlementBrief>,
    /// The address of the older ones.
    pub next: Option<String>,
}

/// A settlement without its lines.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Settlement", deny_unknown_fields)]
pub struct SettlementDocument<'s> {
    /// The run.
    run_id: &'s str,
    /// The calendar year.
    period: i16,
    /// The as-of date.
    as_of: Option<&'s str>,
    /// How far it is.
    status: Status,
    /// The policy by which it was calculated.
    policy: &'s OfPolicy,
    /// The run whose settlement this one corrects.
    supersedes: Option<&'s str>,
    /// The run whose settlement has corrected this one.
    superseded_by: Option<&'s str>,
    /// Who submitted it.
    submitted: Option<&'s Signature>,
    /// Who approved or rejected it.
    decided: Option<&'s Signature>,
    /// Who has approved it since it was submitted, the first first.
    approvals: Vec<ApprovalDocument<'s>>,
    /// How many people have to approve it, by what it moves; until there are as many, it stays submitted.
    approvals_needed: u32,
    /// What can be done with it now of what your role is for, and whether you may.
    actions: Vec<ActionDocument>,
    /// The sums.
    totals: Totals,
    /// By what it differs from the settlement that it corrects, where it does.
    difference: Option<DifferenceDocument>,
}

/// An approval, with the sums that were seen.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementApproval", deny_unknown_fields)]
struct ApprovalDocument<'s> {
    /// The person's name.
    person: &'s str,
    /// RFC 3339 in UTC.
    at: &'s str,
    /// What the settlement moved: by how much each dealer's entitlement differed from that in the settlement which it supersedes, in all. Null for approvals from before it was kept.
    total: Option<Decimal>,
    /// What was payable. Null for those, too.
    payable: Option<Decimal>,
    /// A remark.
    note: Option<&'s str>,
}

impl<'s> From<&'s Approval> for ApprovalDocument<'s> {
    fn from(Approval { signature, total, payable, .. }: &'s Approval) -> Self {
        let Signature { who, at, note } = signature;
        ApprovalDocument { person: who, at, total: *total, payable: *payable, note: note.as_deref() }
    }
}

/// A difference by cause, with its sum.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementDifferenceTold", deny_unknown_fields)]
struct DifferenceDocument {
    /// What the entitlement was.
    before: Decimal,
    /// Other data in the workbook.
    data: Decimal,
    /// Another policy.
    policy: Decimal,
    /// Accepted appeals.
    appeal: Decimal,
    /// Other adjustments by hand.
    adjustment: Decimal,
    /// All of it.
    total: Decimal,
}

/// A page of a settlement's lines.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementLines", deny_unknown_fields)]
pub struct LineList<'s> {
    /// In the sheet's order.
    pub lines: Vec<LineDocument<'s>>,
    /// The address of the further ones.
    pub next: Option<String>,
}

/// A dealer's line.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementLine", deny_unknown_fields)]
pub struct LineDocument<'s> {
    /// Its place, from 1 on.
    position: usize,
    /// 经销商编号
    dealer_id: &'s str,
    /// 经销商名称
    name: &'s str,
    /// 区域
    region: &'s Key,
    /// 合作方式
    channel_mode: &'s str,
    /// The year's own tonnes.
    tonnes: Decimal,
    /// The score; null without a scorecard.
    score: Option<Decimal>,
    /// The grade; null without a scorecard.
    grade: Option<&'s str>,
    /// Falsified documents: nothing is paid.
    disqualified: bool,
    /// What pays: basis × rate, or a fixed sum.
    lines: &'s [PaidLine],
    /// Their sum.
    amount: Decimal,
    /// What was added or taken off by hand.
    adjustments: &'s [Adjustment],
    /// The amount with the adjustments.
    entitled: Decimal,
    /// Who holds it back, and why.
    held: Option<&'s Signature>,
    /// What is left of it as long as it is held.
    held_back: Decimal,
    /// What the settlements paid that this one supersedes.
    paid_before: Decimal,
    /// What this one has paid.
    paid: Decimal,
    /// What is ordered and not paid yet.
    ordered: Decimal,
    /// What may be paid now.
    payable: Decimal,
    /// What the dealer has to give back.
    recoverable: Decimal,
    /// By what it differs from the settlement that is corrected.
    difference: Option<DifferenceDocument>,
}

/// The batches of a settlement's payments.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PaymentsList", deny_unknown_fields)]
pub struct PaymentList {
    /// The first first, without their lines.
    pub payments: Vec<PaymentDocument>,
}

/// A batch of payments.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Payments", deny_unknown_fields)]
pub struct PaymentDocument {
    /// The run whose settlement pays.
    run_id: String,
    /// Its number within the settlement, from 1 on.
    number: i64,
    /// ordered, paid or cancelled.
    status: PaymentStatus,
    /// A remark.
    note: Option<String>,
    /// Who ordered it.
    ordered_by: String,
    /// When, RFC 3339 in UTC.
    ordered_at: String,
    /// Who marked it paid or cancelled it.
    ended_by: Option<String>,
    /// When, RFC 3339 in UTC.
    ended_at: Option<String>,
    /// The day on which it was paid.
    paid_on: Option<String>,
    /// How many payments it has.
    payments: i64,
    /// Their sum.
    amount: Decimal,
    /// Each of them; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<PaymentLine>>,
}

/// A payment.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PaymentLine {
    /// The dealer.
    dealer_id: String,
    /// Yuan.
    amount: Decimal,
}

impl<'s> SettlementDocument<'s> {
    /// What a settlement comes to, and what somebody may do with it.
    pub fn new(settlement: &'s Settlement, approvals_needed: u32, allowed: &Allowed) -> SettlementDocument<'s> {
        SettlementDocument {
            run_id: &settlement.run_id,
            period: settlement.period,
            as_of: settlement.as_of.as_deref(),
            status: settlement.status,
            policy: &settlement.policy,
            supersedes: settlement.supersedes.as_deref(),
            superseded_by: settlement.superseded_by.as_deref(),
            submitted: settlement.submitted.as_ref(),
            decided: settlement.decided.as_ref(),
            approvals: settlement.approvals.iter().map(ApprovalDocument::from).collect(),
            approvals_needed,
            actions: ActionDocument::all(allowed),
            totals: settlement.totals(),
            difference: settlement.difference().map(DifferenceDocument::from),
        }
    }
}

impl From<Difference> for DifferenceDocument {
    fn from(difference: Difference) -> Self {
        let total = two_places(difference.total());
        let Difference { before, data, policy, appeal, adjustment } = difference;
        let [before, data, policy, appeal, adjustment] = [before, data, policy, appeal, adjustment].map(two_places);
        DifferenceDocument { before, data, policy, appeal, adjustment, total }
    }
}

impl<'s> LineDocument<'s> {
    /// A line at its place, from 1 on.
    pub fn new(position: usize, due: &'s Due) -> LineDocument<'s> {
        let dealer = &due.dealer;
        LineDocument {
            position,
            dealer_id: &dealer.dealer_id,
            name: &dealer.name,
            region: &dealer.region,
            channel_mode: &dealer.channel_mode,
            tonnes: dealer.tonnes,
            score: dealer.score,
            grade: dealer.grade.as_deref(),
            disqualified: dealer.is_disqualified,
            lines: &dealer.lines,
            amount: two_places(dealer.amount),
            adjustments: &due.adjustments,
            entitled: two_places(due.entitled()),
            held: due.held.as_ref(),
            held_back: two_places(due.held_back()),
            paid_before: two_places(due.paid_before),
            paid: two_places(due.paid),
            ordered: two_places(due.ordered),
            payable: two_places(due.payable()),
            recoverable: two_places(due.recoverable()),
            difference: due.difference.map(DifferenceDocument::from),
        }
    }
}

impl PaymentDocument {
    /// A batch without its lines.
    pub fn new(run: &str, batch: &PaymentBatch) -> PaymentDocument {
        let batch = batch.clone();
        PaymentDocument {
            run_id: run.to_owned(),
            number: batch.number,
            status: batch.status,
            note: batch.note,
            ordered_by: batch.ordered_by,
            ordered_at: batch.ordered_at,
            ended_by: batch.ended_by,
            ended_at: batch.ended_at,
            paid_on: batch.paid_on,
            payments: batch.payments,
            amount: yuan(batch.amount),
            lines: None,
        }
    }

    /// A batch with its lines.
    pub fn with_lines(run: &str, batch: &PaymentBatch, payments: &[Payment]) -> PaymentDocument {
        let line =
            |payment: &Payment| PaymentLine { dealer_id: payment.dealer_id.clone(), amount: yuan(payment.amount) };
        PaymentDocument { lines: Some(payments.iter().map(line).collect()), ..PaymentDocument::new(run, batch) }
    }
}

/// Adds the schemas of what is answered.
pub fn describe(generator: &mut SchemaGenerator) {
    generator.subschema_for::<SettlementList>();
    generator.subschema_for::<SettlementDocument<'_>>();
    generator.subschema_for::<LineList<'_>>();
    generator.subschema_for::<PaymentList>();
}

/// The schemas of what is taken.
pub fn bodies() -> [(&'static str, Value); 6] {
    let text =
        || json!({"type": ["string", "null"], "maxLength": TEXT_CHARS_MAX, "description": "A remark of one line"});
    let reason =
        || json!({"type": "string", "minLength": 1, "maxLength": TEXT_CHARS_MAX, "description": "Why, in one line"});
    let dealer = || json!({"type": "string", "minLength": 1, "description": "The dealer's id, as the workbook has it"});
    let run = json!({"type": ["string", "null"], "format": "uuid", "description": "The run whose approved settlement this one corrects"});
    let amount = |pattern: &str| json!({"type": "string", "pattern": pattern, "description": "Yuan with at most two places, not 0"});
    let positive = amount("^[0-9]{1,12}(\\.[0-9]{1,2})?$");
    let signed = amount("^-?[0-9]{1,12}(\\.[0-9]{1,2})?$");
    let line = object(&["dealer_id", "amount"], json!({"dealer_id": dealer(), "amount": positive}));
    let lines = json!({
        "type": ["array", "null"], "items": line, "minItems": 1,
        "description": "The amounts; without them all that is payable",
    });
    let day =
        json!({"type": "string", "format": "date", "description": "The day on which it was paid, not one to come"});
    [
        ("SettlementSubmission", object(&[], json!({"supersedes": run, "note": text()}))),
        ("SettlementRemark", object(&[], json!({"note": text()}))),
        ("SettlementReason", object(&["reason"], json!({"reason": reason()}))),
        (
            "AdjustmentWanted",
            object(
                &["dealer_id", "amount", "reason"],
                json!({"dealer_id": dealer(), "amount": signed, "reason": reason()}),
            ),
        ),
        ("PaymentsWanted", object(&[], json!({"lines": lines, "note": text()}))),
        ("PaymentsPaid", object(&["paid_on"], json!({"paid_on": day}))),
    ]
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}
