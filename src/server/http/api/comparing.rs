//! Two runs compared.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::comparison::{self, PARAMETERS, View};
use crate::http::describe::{parameters, refusals};
use crate::http::{Caller, Problem, Service};
use crate::service::{comparing, runs};

type Answer = Result<HttpResponse, Problem>;

/// What differs between two runs
///
/// By dealer, by programme, by grade and in all, and what differs in their policies. The runs may be of different years.
#[utoipa::path(
    get, path = "/v1/runs/{id}/diff/{other}", tag = "runs", operation_id = "compareRuns",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("other" = String, Path, format = "uuid", description = "The id of the run that it is compared with"),
        parameters::Comparing,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "What differs, or a workbook of it", content(
            (ref("#/components/schemas/Comparison") = "application/json"),
            (ref("#/components/schemas/WorkbookFile") = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ), headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "busy", "cancelled"]]))))
)]
pub async fn diff(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let view = View::of(&request, PARAMETERS)?;
    let (first, second) = path.into_inner();
    let (first, second) =
        (runs::find(&first, &caller.0, &service).await?, runs::find(&second, &caller.0, &service).await?);
    let lang = view.lang.or_else(|| second.lang.parse().ok()).unwrap_or_default();
    let (captions, pair) = comparing::compare(&first, &second, lang, &service).await?;
    comparison::answer(&request, &second.id, &view, captions, pair, &service).await
}
