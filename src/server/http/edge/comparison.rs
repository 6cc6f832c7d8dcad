//! What differs between two runs, as JSON or as a workbook. A what-if answers in the same way.

use actix_web::http::header::{self, Accept};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use url::form_urlencoded;

use crate::http::answer::Form;
use crate::http::answer::XLSX;
use crate::http::request::{self, invalid, one_of, rows};
use crate::http::{Problem, Service, etag, filename};
use crate::service::comparing::{Captions, Pair};
use dealerbook_base::lang::Lang;
use dealerbook_engine::comparison::{Amounts, Comparison, DealerChange, GradeChange, ProgrammeChange, Side};
use dealerbook_output::report::comparison_book::{Changed, ComparisonBook};
use dealerbook_output::report::policy_names::PolicyNames;

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

/// How a comparison is to be captions.
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

/// Compares two outcomes and tells it as it is asked for. Off the async threads: ten thousand dealers take a moment.
///
/// # Errors
/// For an `after` that is no dealer's.
pub async fn answer(
    request: &HttpRequest,
    run: &str,
    view: &View,
    captions: Captions,
    pair: Pair,
    service: &web::Data<Service>,
) -> Answer {
    let (view, path, query) = (view.clone(), request.path().to_owned(), request.query_string().to_owned());
    let name = format!("{}.xlsx", captions.heading[usize::from(captions.lang == Lang::En)]);
    let form = view.form;
    let made = service.on_a_worker(move |_| match view.form {
        Form::Json => document(&view, captions, &pair, &path, &query),
        Form::Workbook => book(&captions, &pair),
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

fn document(
    view: &View,
    captions: Captions,
    Pair(before, after): &Pair,
    path: &str,
    query: &str,
) -> Result<Vec<u8>, Problem> {
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
        changes: captions.changes,
    };
    serde_json::to_vec(&document).map_err(Problem::internal)
}

/// The same comparison, from the dealers behind this one on.
fn next_address(path: &str, query: &str, after: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after");
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.extend_pairs(kept).append_pair("after", after).finish())
}

fn book(captions: &Captions, Pair(before, after): &Pair) -> Result<Vec<u8>, Problem> {
    let comparison = Comparison::of(before, after);
    let (lang, [first, second]) = (captions.lang, &captions.sides);
    let (old, new) = (comparison.before.period, comparison.after.period);
    let subtitle = match lang {
        Lang::Zh => format!("变更前：{first}（考核年度 {old}）　变更后：{second}（考核年度 {new}）"),
        Lang::En => format!("before: {first} (period {old}) · after: {second} (period {new})"),
    };
    let [zh, en] = captions.heading;
    let book = ComparisonBook {
        comparison: &comparison,
        names: PolicyNames { policies: captions.policies.iter().collect(), lang },
        heading: lang.pick(zh, en),
        subtitle,
        notice: notice(&comparison, captions),
        changed: &captions.changes,
    };
    book.write().map_err(Problem::internal)
}

fn notice(comparison: &Comparison, captions: &Captions) -> Option<String> {
    let lang = captions.lang;
    let said = [
        (
            captions.has_example_rates,
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
