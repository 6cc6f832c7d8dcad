//! What differs between two runs, as JSON or as a workbook. A what-if answers in the same way.

use std::sync::Arc;

use actix_web::http::header::{self, Accept};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde_json::Value;
use url::form_urlencoded;

use super::again;
use super::answer::Form;
use super::answer::XLSX;
use super::describe::{parameters, refusals};
use super::request::{self, invalid, one_of, rows};
use super::{Caller, Problem, Service, etag, filename, runs};
use crate::comparison::{Amounts, Comparison, DealerChange, GradeChange, ProgrammeChange, Side};
use crate::lang::Lang;
use crate::outcome::Outcome;
use crate::policy::variation::{PolicyDifference, differences, spoken};
use crate::policy::{Policy, Rates};
use crate::report::comparison_book::{Changed, ComparisonBook};
use crate::report::policy_names::PolicyNames;
use crate::store::Run;

type Answer = Result<HttpResponse, Problem>;

/// What a comparison may be asked for with.
pub const PARAMETERS: &[&str] = &["lang", "format", "limit", "after"];
/// So many dealers are told where nobody says how many.
const DEALERS_DEFAULT: usize = 100;
const DEALERS_MAX: u32 = 1000;

/// What differs between two runs, or would differ from one.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Comparison", deny_unknown_fields)]
pub struct ComparisonDocument {
    /// Of what the first is.
    before: Side,
    /// Of what the second is.
    after: Side,
    /// Whether both are of the same year.
    same_period: bool,
    /// All that is paid.
    amount: Amounts,
    /// How many dealers are paid, graded or scored otherwise, or stand on one side only.
    dealers_changed: usize,
    /// By programme; what changes most stands first.
    programmes: Vec<ProgrammeChange>,
    /// By grade.
    grades: Vec<GradeChange>,
    /// By dealer, those that change most first; unchanged ones last.
    dealers: Vec<DealerChange>,
    /// The address of the dealers behind these, null on the last page.
    next: Option<String>,
    /// What was changed: in the policy and, where it is tried out, in cells.
    changes: Vec<Changed>,
}

/// How a comparison is to be told.
#[derive(Clone, Debug)]
pub struct View {
    /// The language of names and of the workbook.
    pub lang: Option<Lang>,
    form: Form,
    limit: usize,
    after: Option<String>,
    /// The month of an accrual, as it was given.
    pub month: Option<String>,
}

impl View {
    /// As the request asks, with parameters out of these.
    ///
    /// # Errors
    /// For an unknown parameter or value, and for one that is given twice.
    pub fn of(request: &HttpRequest, allowed: &'static [&'static str]) -> Result<View, Problem> {
        let mut view = View { lang: None, form: accepted(request), limit: DEALERS_DEFAULT, after: None, month: None };
        for (name, value) in request::parameters(request.query_string(), allowed)? {
            match name {
                "lang" => view.lang = Some(one_of("lang", &value, &[("zh", Lang::Zh), ("en", Lang::En)])?),
                "format" => view.form = format(&value)?,
                "limit" => view.limit = rows(&value, DEALERS_MAX, "1..1000")? as usize,
                "after" if value.is_empty() => return Err(invalid("after", "", vec!["dealer_id"])),
                "after" => view.after = Some(value),
                _ => view.month = Some(value),
            }
        }
        if let Some(lang) = view.lang {
            request.extensions_mut().insert(lang);
        }
        Ok(view)
    }

    /// Whether a workbook is wanted.
    pub fn wants_workbook(&self) -> bool {
        self.form == Form::Workbook
    }

    /// The dealers of a page, and the address of the next one.
    ///
    /// # Errors
    /// For an `after` that is no dealer's.
    pub fn page<T>(
        &self,
        mut dealers: Vec<T>,
        id: impl Fn(&T) -> &String,
        path: &str,
        query: &str,
    ) -> Result<(Vec<T>, Option<String>), Problem> {
        if let Some(after) = &self.after {
            let at = dealers.iter().position(|dealer| id(dealer) == after);
            let at = at.ok_or_else(|| invalid("after", after, vec!["dealer_id"]))?;
            dealers.drain(..=at);
        }
        let more = dealers.len() > self.limit;
        dealers.truncate(self.limit);
        let next = dealers.last().filter(|_| more).map(|last| next_address(path, query, id(last)));
        Ok((dealers, next))
    }
}

/// JSON or a workbook, as `format` says it.
///
/// # Errors
/// For anything else.
pub fn format(value: &str) -> Result<Form, Problem> {
    one_of("format", value, &[("json", Form::Json), ("xlsx", Form::Workbook)])
}

/// The form that `Accept` ranks first; JSON when it names neither.
pub fn accepted(request: &HttpRequest) -> Form {
    let accepted = request.get_header::<Accept>().map(|accept| accept.ranked()).unwrap_or_default();
    let form = accepted.iter().find_map(|kind| match kind.essence_str() {
        "application/json" | "*/*" | "application/*" => Some(Form::Json),
        kind if kind.starts_with("application/vnd.") => Some(Form::Workbook),
        _ => None,
    });
    form.unwrap_or(Form::Json)
}

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
    let before = again::outcome(&first, &service).await?;
    let after = again::outcome(&second, &service).await?;
    let lang = view.lang.or_else(|| second.lang.parse().ok()).unwrap_or_default();
    let mut policies = vec![again::policy(&first, &service).await?, again::policy(&second, &service).await?];
    let changes = changed_figures(&policies[0], &policies[1], lang);
    let has_example_rates = policies.iter().any(|policy| policy.rates == Rates::Example);
    policies.reverse();
    let (heading, sides) = (["两次运行对比", "Two runs compared"], [named(&first), named(&second)]);
    let told = Told { lang, heading, sides, changes, policies, has_example_rates };
    answer(&request, &second.id, &view, told, Pair(before, after), &service).await
}

/// A run as people know it.
pub fn named(run: &Run) -> String {
    run.filename.clone().unwrap_or_else(|| run.id.clone())
}

/// What is said beside the figures.
#[derive(Debug)]
pub struct Told {
    /// The language.
    pub lang: Lang,
    /// The workbook's heading, in both languages.
    pub heading: [&'static str; 2],
    /// What the two sides are called.
    pub sides: [String; 2],
    /// What was changed.
    pub changes: Vec<Changed>,
    /// Who names grades and programmes, those that matter most first.
    pub policies: Vec<Policy>,
    /// Whether one of them has the shipped rates, which are examples.
    pub has_example_rates: bool,
}

/// What comes before, and what after.
#[derive(Debug)]
pub struct Pair(pub Arc<Outcome>, pub Arc<Outcome>);

/// Compares two outcomes and tells it as it is asked for. Off the async threads: ten thousand dealers take a moment.
///
/// # Errors
/// For an `after` that is no dealer's.
pub async fn answer(
    request: &HttpRequest,
    run: &str,
    view: &View,
    told: Told,
    pair: Pair,
    service: &web::Data<Service>,
) -> Answer {
    let (view, path, query) = (view.clone(), request.path().to_owned(), request.query_string().to_owned());
    let name = format!("{}.xlsx", told.heading[usize::from(told.lang == Lang::En)]);
    let form = view.form;
    let made = service.on_a_worker(move |_| match view.form {
        Form::Json => document(&view, told, &pair, &path, &query),
        Form::Workbook => book(&told, &pair),
    });
    Ok(send(request, form == Form::Workbook, &name, run, made.await?))
}

/// An answer in one of its forms.
pub fn send(request: &HttpRequest, is_workbook: bool, name: &str, run: &str, bytes: Vec<u8>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    match is_workbook {
        false => answer.insert_header((header::CONTENT_TYPE, "application/json")),
        true => answer
            .insert_header((header::CONTENT_TYPE, XLSX))
            .insert_header((header::CONTENT_DISPOSITION, filename::content_disposition(name, run))),
    };
    answer.insert_header((header::VARY, "Accept"));
    etag::bytes_of(request, answer, bytes)
}

fn document(view: &View, told: Told, Pair(before, after): &Pair, path: &str, query: &str) -> Result<Vec<u8>, Problem> {
    let comparison = Comparison::of(before, after);
    let same_period = comparison.is_of_one_period();
    let Comparison { before, after, amount, dealers_changed, programmes, grades, dealers } = comparison;
    let (dealers, next) = view.page(dealers, |dealer| &dealer.dealer_id, path, query)?;
    let document = ComparisonDocument {
        before,
        after,
        same_period,
        amount,
        dealers_changed,
        programmes,
        grades,
        dealers,
        next,
        changes: told.changes,
    };
    serde_json::to_vec(&document).map_err(Problem::internal)
}

/// The same comparison, from the dealers behind this one on.
fn next_address(path: &str, query: &str, after: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after");
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.extend_pairs(kept).append_pair("after", after).finish())
}

fn book(told: &Told, Pair(before, after): &Pair) -> Result<Vec<u8>, Problem> {
    let comparison = Comparison::of(before, after);
    let (lang, [first, second]) = (told.lang, &told.sides);
    let (old, new) = (comparison.before.period, comparison.after.period);
    let subtitle = match lang {
        Lang::Zh => format!("变更前：{first}（考核年度 {old}）　变更后：{second}（考核年度 {new}）"),
        Lang::En => format!("before: {first} (period {old}) · after: {second} (period {new})"),
    };
    let [zh, en] = told.heading;
    let book = ComparisonBook {
        comparison: &comparison,
        names: PolicyNames { policies: told.policies.iter().collect(), lang },
        heading: lang.pick(zh, en),
        subtitle,
        notice: notice(&comparison, told),
        changed: &told.changes,
    };
    book.write().map_err(Problem::internal)
}

fn notice(comparison: &Comparison, told: &Told) -> Option<String> {
    let lang = told.lang;
    let said = [
        (
            told.has_example_rates,
            lang.pick("激励金额按示例费率计算，仅供参考", "incentives are calculated with example rates"),
        ),
        (!comparison.is_of_one_period(), lang.pick("两次运行的考核年度不同", "the two are of different years")),
        (
            comparison.before.partial || comparison.after.partial,
            lang.pick("含部分计算：有错误的经销商未计入", "partial: dealers with faulty rows are left out"),
        ),
    ];
    let said: Vec<&str> = said.into_iter().filter(|(is, _)| *is).map(|(_, text)| text).collect();
    (!said.is_empty()).then(|| said.join(lang.pick("；", "; ")))
}

/// What differs between the policies, as the workbook tells it.
pub fn changed_figures(before: &Policy, after: &Policy, lang: Lang) -> Vec<Changed> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let changed = |difference: PolicyDifference| Changed {
        words: Some(spoken(&difference.path, after, lang)),
        before: text(&difference.before),
        after: text(&difference.after),
        place: difference.path,
    };
    differences(before, after).into_iter().map(changed).collect()
}
