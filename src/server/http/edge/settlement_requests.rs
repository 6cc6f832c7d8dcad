//! What is asked for of settlements, read from the members of a body or the fields of a form: the same commands, with the same faults.

use strum::VariantNames;

use crate::http::Problem;
use crate::http::body::Body;
use crate::http::request::{self, invalid, rows, uuid, year};
use crate::service::settlements::amend::NewAdjustment;
use crate::service::settlements::life::Submission;
use crate::service::settlements::payments::Order;
use dealerbook_engine::settlement::Status;
use dealerbook_store::SettlementFilter;

/// The members of each, for whoever reads the body.
pub const SUBMISSION: &[&str] = &["supersedes", "note"];
/// As [`SUBMISSION`], of a remark.
pub const REMARK: &[&str] = &["note"];
/// As [`SUBMISSION`], of a reason.
pub const REASON: &[&str] = &["reason"];
/// As [`SUBMISSION`], of an adjustment.
pub const ADJUSTMENT: &[&str] = &["dealer_id", "amount", "reason"];
/// As [`SUBMISSION`], of an order.
pub const ORDER: &[&str] = &["lines", "note"];
/// As [`SUBMISSION`], of a day of payment.
pub const PAID: &[&str] = &["paid_on"];

/// Reads what is handed in with a settlement.
///
/// # Errors
/// All that is wrong with the members, as of every function here.
pub fn submission(mut body: Body) -> Result<Submission, Problem> {
    let submission = Submission { supersedes: body.run_id("supersedes"), note: body.text("note") };
    body.finish()?;
    Ok(submission)
}

/// Reads a remark.
///
/// # Errors
/// As [`submission`].
pub fn remark(mut body: Body) -> Result<Option<String>, Problem> {
    let note = body.text("note");
    body.finish()?;
    Ok(note)
}

/// Reads a reason.
///
/// # Errors
/// As [`submission`].
pub fn reason(mut body: Body) -> Result<String, Problem> {
    let reason = body.required("reason");
    body.finish()?;
    Ok(reason)
}

/// Reads an adjustment.
///
/// # Errors
/// As [`submission`].
pub fn adjustment(mut body: Body) -> Result<NewAdjustment, Problem> {
    let (dealer_id, amount) = (body.required("dealer_id"), body.amount("amount", true));
    let reason = body.required("reason");
    body.finish()?;
    Ok(NewAdjustment { dealer_id, amount, reason })
}

/// Reads an order of payments.
///
/// # Errors
/// As [`submission`].
pub fn order(mut body: Body) -> Result<Order, Problem> {
    let line = |line: &mut Body| (line.required("dealer_id"), line.amount("amount", false));
    let (lines, note) = (body.list("lines", &["dealer_id", "amount"], line), body.text("note"));
    body.finish()?;
    Ok(Order { lines, note })
}

/// Reads the day on which something was paid.
///
/// # Errors
/// As [`submission`].
pub fn paid_on(mut body: Body) -> Result<String, Problem> {
    let paid_on = body.past_day("paid_on");
    body.finish()?;
    Ok(paid_on)
}

const LIST_PARAMETERS: &[&str] = &["limit", "before", "period", "status"];
const ROWS_DEFAULT: u32 = 50;
const ROWS_MAX: u32 = 200;

/// Reads which settlements are asked for, and how many at most.
///
/// # Errors
/// For an unknown parameter or value, and for one that is given twice.
pub fn parse_filter(query: &str) -> Result<(SettlementFilter, u32), Problem> {
    let (mut filter, mut rows_max) = (SettlementFilter::default(), ROWS_DEFAULT);
    for (name, value) in request::parameters(query, LIST_PARAMETERS)? {
        let value = value.trim();
        match name {
            "limit" => rows_max = rows(value, ROWS_MAX, "1..200")?,
            "before" => filter.before = Some(uuid("before", value)?),
            "period" => filter.period = Some(year("period", value)?.into()),
            _ => {
                let status = value.parse().map_err(|_| invalid("status", value, Status::VARIANTS.to_vec()))?;
                filter.status = Some(status);
            }
        }
    }
    Ok((filter, rows_max))
}
