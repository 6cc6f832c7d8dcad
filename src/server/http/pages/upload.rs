//! `/upload`: workbooks are sent, one or many, and worked on in the background; templates and samples are to be had beside.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;
use uuid::Uuid;

use super::frame::{Screen, segment};
use super::parts;
use crate::http::answer::XLSX;
use crate::http::batch_parameters::BatchParameters;
use crate::http::batch_upload;
use crate::http::session::Viewer;
use crate::http::{Problem, Service, filename};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::family;

/// Workbooks to try: what each is called, in both languages, and its bytes.
const SAMPLES: [(&str, &str, &str, &[u8]); 2] = [
    (
        "sound",
        "示例-可计算.xlsx",
        "sample-sound.xlsx",
        include_bytes!("../../../../workbooks/accepted/assessment-small.xlsx"),
    ),
    (
        "faulty",
        "示例-含错误.xlsx",
        "sample-faulty.xlsx",
        include_bytes!("../../../../workbooks/rejected/faulty-small.xlsx"),
    ),
];

/// `GET /upload`: the form. `since` names the run whose faults were mended.
pub async fn form(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let (lang, engine) = (viewer.lang, service.engine_in_force().await?);
    let since = since(&request);
    let newest = family::ids(&engine.policies).into_iter().filter_map(|id| family::newest(&engine.policies, id));
    let policies: Vec<(&str, &str)> = newest.map(|policy| (policy.id.as_str(), policy.title.pick(lang))).collect();
    let main = html! {
        h1 { (lang.pick("上传工作簿", "Upload workbooks")) }
        @if since.is_some() {
            p.notice { (lang.pick(
                "请上传改正后的文件：结果页会说明哪些错误已改、未改、新出现。",
                "Send the file that you have mended: its page will say which faults are mended, still open and new.",
            )) }
        }
        form #upload.fields method="post" action=(action(since.as_deref())) enctype="multipart/form-data"
            data-failed=(lang.pick("上传没有完成，请检查网络后重试。", "The upload did not end. See whether the network works, and send it again.")) {
            (viewer.mark_field())
            div #drop.drop {
                label.field for="workbooks" { span { (lang.pick(
                    "选择文件，或把文件拖到这里（.xlsx、.xlsm、.xls、.xlsb、.ods，可多选）",
                    "Choose files or drop them here (.xlsx, .xlsm, .xls, .xlsb, .ods; several if you like)",
                )) } }
                input #workbooks type="file" name="workbooks" multiple required accept=".xlsx,.xlsm,.xls,.xlsb,.ods";
                ul #chosen {}
            }
            (options(&policies, lang))
            button type="submit" { (lang.pick("上传并计算", "Upload and calculate")) }
            progress #transfer hidden aria-label=(lang.pick("传输进度", "Transfer")) {}
            div #told.notice.error role="alert" tabindex="-1" hidden {}
        }
        (downloads(lang))
    };
    Ok(Screen { title: lang.pick("上传工作簿", "Upload workbooks"), main }.answer(&request, &viewer))
}

fn options(policies: &[(&str, &str)], lang: Lang) -> Markup {
    let mut of_policy = vec![("", lang.pick("默认政策", "The default policy"))];
    of_policy.extend(policies);
    html! {
        details {
            summary { (lang.pick("选项（默认即可）", "Options (the defaults will do)")) }
            div.fields.inside {
                label.field { span { (lang.pick("考核年度（默认取工作簿中的年度）", "Year (by default the workbook's own)")) }
                    input type="text" name="period" inputmode="numeric" pattern="[0-9]{4}" maxlength="4"; }
                (parts::choice(lang.pick("政策", "Policy"), "policy", "", &of_policy))
                (parts::choice(lang.pick("有错误时", "Where there are errors"), "on_error", "stop", &[
                    ("stop", lang.pick("停止计算，先改正", "stop, to be mended first")),
                    ("partial", lang.pick("跳过有错误的经销商", "leave dealers with errors out")),
                ]))
                (parts::choice(lang.pick("结果的语言", "Language of the results"), "lang", lang.code(), &[("zh", "中文"), ("en", "English")]))
            }
        }
    }
}

fn downloads(lang: Lang) -> Markup {
    let template = |name: &str| format!("/v1/templates/{}.xlsx?lang={}", segment(name), lang.code());
    html! {
        h2 { (lang.pick("模板和示例", "Templates and samples")) }
        ul {
            li { a href=(template("workbook")) { (lang.pick("空白工作簿模板（全部工作表）", "Empty workbook with all sheets")) } }
            li { a href=(template("assessment")) { (lang.pick("仅考核所需的工作表", "Only the sheets of the assessment")) } }
            li { a href=(template("incentives")) { (lang.pick("仅激励所需的工作表", "Only the sheets of the incentives")) } }
            li { a href="/samples/sound.xlsx" { (lang.pick("可以计算的示例", "A sample that is calculated")) } }
            li { a href="/samples/faulty.xlsx" { (lang.pick("含有错误的示例", "A sample with faults")) } }
        }
    }
}

/// `POST /upload`: keeps the workbooks and leads to where their progress is shown.
pub async fn receive(
    request: HttpRequest,
    payload: web::Payload,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let admit = |parameters: &BatchParameters| viewer.check_mark(&parameters.mark);
    let kept =
        batch_upload::accept(&request, payload, BatchParameters::of_page(), &viewer.person, &service, admit).await?;
    let since = since(&request).map(|since| format!("?since={since}")).unwrap_or_default();
    let location = format!("/batches/{}{since}", kept.id);
    // A script that shows the transfer goes there by itself.
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.starts_with("application/json") {
        return Ok(HttpResponse::Created().json(serde_json::json!({ "location": location })));
    }
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

/// `GET /samples/{name}.xlsx`: a workbook to try.
pub async fn sample(viewer: Viewer, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let sample = SAMPLES.iter().find(|(called, ..)| *called == name.as_str()).ok_or(Problem::NoSuchRoute)?;
    let (called, zh, en, bytes) = sample;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, XLSX))
        .insert_header((header::CONTENT_DISPOSITION, filename::content_disposition(viewer.lang.pick(zh, en), called)))
        .body(*bytes))
}

fn action(since: Option<&str>) -> String {
    since.map_or_else(|| "/upload".to_owned(), |since| format!("/upload?since={since}"))
}

/// The run that an address names as the earlier one.
pub fn since(request: &HttpRequest) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let (_, id) = pairs.find(|(name, _)| name == "since")?;
    Uuid::try_parse(&id).ok().map(|id| id.to_string())
}
