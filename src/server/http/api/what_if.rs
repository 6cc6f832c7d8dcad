//! What a run would come to with other rules or other cells, over HTTP.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::comparison::View;
use crate::http::describe::{parameters, refusals};
use crate::http::{Caller, Problem, Service, comparison, what_if_request};
use crate::service::what_if::WhatIf;
use crate::service::{self, runs};

/// What a run would come to otherwise
///
/// With another policy, other figures of it, or other cells: what differs by dealer, by programme, by grade and in all. Nothing is kept.
#[utoipa::path(
    post, path = "/v1/runs/{id}/what-if", tag = "runs", operation_id = "whatIf",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::Comparing,
    ),
    request_body(description = "What is to be otherwise", content(
        (ref("#/components/schemas/WhatIf") = "application/json", example = json!({"changes": {"incentives.excess_volume.rate.core": "35", "grades.core.from": "88"}, "cells": [{"sheet": "经销商档案", "cell": "H4", "value": 1200}]})),
    )),
    responses(
        (status = 200, description = "What differs, or a workbook of it", content(
            (ref("#/components/schemas/Comparison") = "application/json"),
            (ref("#/components/schemas/WorkbookFile") = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ), headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["malformed-request", "no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "invalid-what-if", "workbook-too-large", "unpatchable", "busy", "cancelled"]]))))
)]
pub async fn what_if(
    http: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let view = View::of(&http, comparison::PARAMETERS)?;
    let run = runs::find(&id, &caller.0, &service).await?;
    let lang = view.lang.or_else(|| run.lang.parse().ok()).unwrap_or_default();
    let (what_if, faults) = WhatIf::parse(what_if_request::members(&body));
    let (captions, pair) = service::what_if::try_out(&run, what_if, faults, lang, &service).await?;
    comparison::answer(&http, &run.id, &view, captions, pair, &service).await
}
