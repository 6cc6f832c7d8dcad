//! `GET /v1/runs/{id}/payments.csv`: payments for a bank or an ERP.
//!
//! UTF-8 with a BOM, as Excel wants it; lines end with CR LF; texts stand in quotation marks, amounts don't. Nothing in it is altered: a
//! name that a spreadsheet program could take for a formula is refused.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_decimal::Decimal;

use super::{Answer, document};
use crate::http::describe::{parameters, refusals};
use crate::http::request::{self, invalid, one_of, whole};
use crate::http::{Caller, Problem, Service, filename};
use crate::service::runs;
use crate::service::settlements::{load, payments};
use dealerbook_base::lang::Lang;
use dealerbook_engine::settlement::{Due, Refusal, Settlement, two_places, yuan};
use dealerbook_store::{PaymentBatch, PaymentStatus, Run};

const PARAMETERS: &[&str] = &["number", "lang"];
const CURRENCY: &str = "CNY";

/// A payment as a line of the file.
struct Line<'s> {
    due: &'s Due,
    amount: Decimal,
}

/// Payments as a file for a bank or an ERP
///
/// CSV in UTF-8 with a BOM. Names that a spreadsheet program could take for a formula are refused, all at once.
#[utoipa::path(
    get, path = "/v1/runs/{id}/payments.csv", tag = "settlements", operation_id = "getPaymentsFile",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::PaymentsFile,
    ),
    responses((status = 200, description = "A line for each payment", body = String, content_type = "text/csv; charset=utf-8",
        headers(("Content-Disposition" = String, description = "The file's name (RFC 6266)")))),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, document::OF_RUN, &["no-such-payments", "settlement-not-approved", "payments-cancelled", "payee-like-formula", "settlement-seal-broken"]]))))
)]
pub async fn csv(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let (number, lang) = parse(request.query_string())?;
    let run = runs::find(&id, &caller, &service).await?;
    let settlement = load::shown_to(&caller, &run, &service).await?;
    load::check_seal(&settlement, &service).await?;
    let batch = batch(number, &run, &service).await?;
    let lines = match &batch {
        Some(batch) => of_batch(batch, &settlement, &run, &service).await?,
        None => payable(&settlement)?,
    };
    settlement.may_be_listed(lines.iter().map(|line| line.due))?;
    let number = batch.map(|batch| batch.number);
    let suffix = number.map(|number| format!("-{number}")).unwrap_or_default();
    let name = format!("{}-{}{suffix}.csv", lang.pick("返利付款", "payments"), settlement.period);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, filename::content_disposition(&name, &run.id)))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(written(&lines, settlement.period, number, lang)))
}

/// The batch that is asked for, or the latest that wasn't cancelled.
async fn batch(number: Option<i64>, run: &Run, service: &Service) -> Result<Option<PaymentBatch>, Problem> {
    let batches = service.store.payment_batches(&run.id).await?;
    let Some(number) = number else {
        return Ok(batches.into_iter().rfind(|batch| batch.status != PaymentStatus::Cancelled));
    };
    let batch = payments::among(batches, number)?;
    match batch.status {
        PaymentStatus::Cancelled => Err(Refusal::PaymentsCancelled { number }.into()),
        _ => Ok(Some(batch)),
    }
}

async fn of_batch<'s>(
    batch: &PaymentBatch,
    settlement: &'s Settlement,
    run: &Run,
    service: &Service,
) -> Result<Vec<Line<'s>>, Problem> {
    let dues: BTreeMap<&str, &Due> = settlement.dues.iter().map(|due| (due.dealer.dealer_id.as_str(), due)).collect();
    let payments = service.store.payments(&run.id, batch.number).await?;
    let line = |dealer: &str, fen| dues.get(dealer).map(|due| Line { due, amount: yuan(fen) });
    // Dealers whom the settlement doesn't show to whoever asks are left out.
    Ok(payments.iter().filter_map(|payment| line(&payment.dealer_id, payment.amount)).collect())
}

fn payable(settlement: &Settlement) -> Result<Vec<Line<'_>>, Refusal> {
    settlement.may_be_paid()?;
    let lines = settlement.dues.iter().map(|due| Line { due, amount: due.payable() });
    Ok(lines.filter(|line| line.amount > Decimal::ZERO).collect())
}

fn written(lines: &[Line<'_>], period: i16, number: Option<i64>, lang: Lang) -> String {
    let labels = match lang {
        Lang::Zh => ["批次", "经销商编号", "收款单位", "金额", "币种", "年度", "用途"],
        Lang::En => ["batch", "dealer_id", "payee", "amount", "currency", "period", "purpose"],
    };
    let purpose = match lang {
        Lang::Zh => format!("{period} 年度经销商返利"),
        Lang::En => format!("Dealer rebate {period}"),
    };
    let mut file = format!("\u{feff}{}\r\n", labels.map(quoted).join(","));
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    for Line { due, amount } in lines {
        let dealer = &due.dealer;
        let amount = two_places(*amount).to_string();
        let period = period.to_string();
        let fields = [
            number.clone(),
            quoted(&dealer.dealer_id),
            quoted(&dealer.name),
            amount,
            quoted(CURRENCY),
            period,
            quoted(&purpose),
        ];
        file.push_str(&fields.join(","));
        file.push_str("\r\n");
    }
    file
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn parse(query: &str) -> Result<(Option<i64>, Lang), Problem> {
    let (mut number, mut lang) = (None, Lang::default());
    for (name, value) in request::parameters(query, PARAMETERS)? {
        let value = value.trim();
        match name {
            "lang" => lang = one_of("lang", value, &[("zh", Lang::Zh), ("en", Lang::En)])?,
            _ => {
                let parsed = whole(value).filter(|number| *number >= 1);
                number = Some(parsed.ok_or_else(|| invalid("number", value, vec!["1.."]))?);
            }
        }
    }
    Ok((number, lang))
}
