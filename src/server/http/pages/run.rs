//! `GET /runs/{id}`: what came of a workbook: faults first, by sheet and kind, each with its cell, what was seen, what is expected, a
//! suggestion, and on demand the cells around it; then the ways to the results and the files.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::frame::Screen;
use super::parts::{self, run_path};
use super::{fault_words, upload};
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::service::findings::{self, Findings, Found, Since};
use crate::service::runs;
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::Severity;
use dealerbook_engine::workbook::{cell_name, column_name};
use dealerbook_output::pipeline::{CARDS_MAX, Grid};
use dealerbook_store::{Kind, Run};

/// So many faults are on a page.
const FAULTS_SHOWN: usize = 25;
/// Around the faults of a page of an upload of at most so many bytes, the cells are shown unasked.
const SHOWN_UNASKED_BYTES_MAX: i64 = 1 << 20;

/// The route of the settlement workbook.
const REBATES: &str = "/v1/runs/{id}/rebates.xlsx";

/// Which faults are asked for.
#[derive(Default)]
struct Asked {
    sheet: Option<String>,
    code: Option<String>,
    field: Option<String>,
    page: usize,
    /// The fault whose surroundings are asked for.
    show: Option<usize>,
}

impl Asked {
    fn of(request: &HttpRequest) -> Asked {
        let mut asked = Asked { page: 1, ..Asked::default() };
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            match name.as_ref() {
                "sheet" => asked.sheet = Some(value.into_owned()),
                "code" => asked.code = Some(value.into_owned()),
                "field" => asked.field = Some(value.into_owned()),
                "page" => asked.page = parts::page(&value),
                "show" => asked.show = value.parse().ok(),
                _ => {}
            }
        }
        asked
    }

    fn takes(&self, fault: &Found) -> bool {
        let is = |asked: &Option<String>, own: &Option<String>| {
            asked.as_deref().is_none_or(|asked| asked == own.as_deref().unwrap_or_default())
        };
        is(&self.sheet, &fault.sheet)
            && is(&self.field, &fault.field)
            && self.code.as_ref().is_none_or(|code| *code == fault.code)
    }

    fn is_narrow(&self) -> bool {
        self.sheet.is_some() || self.code.is_some() || self.field.is_some()
    }
}

/// What came of a workbook.
pub async fn run(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let run = runs::find(&id, &viewer.person, &service).await?;
    let found = findings::read::of(&run, &service).await?;
    let earlier = match upload::since(&request) {
        // An earlier run that is gone, or isn't this person's, is none.
        Some(earlier) => match runs::find(&earlier, &viewer.person, &service).await {
            Ok(earlier) => Some(findings::read::of(&earlier, &service).await?),
            Err(_) => None,
        },
        None => None,
    };
    let since = earlier.as_ref().map(|earlier| (earlier.as_ref(), found.since(earlier)));
    let asked = Asked::of(&request);
    let all: Vec<(usize, &Found)> = found.faults().filter(|(_, fault)| asked.takes(fault)).collect();
    let page: Vec<(usize, &Found)> =
        all.iter().skip((asked.page - 1) * FAULTS_SHOWN).take(FAULTS_SHOWN).copied().collect();
    let shows = |n: usize| run.upload_bytes <= SHOWN_UNASKED_BYTES_MAX || asked.show == Some(n);
    let wanted: Vec<usize> =
        page.iter().filter(|(n, fault)| shows(*n) && fault.at().is_some()).map(|(n, _)| *n).collect();
    let cells = wanted.iter().filter_map(|n| found.issues[*n].at()).collect();
    let grids = findings::read::grids(&run, cells, &service).await?;
    let page = Shown {
        run: &run,
        found: &found,
        since,
        asked,
        page,
        all: all.len(),
        grids: wanted.into_iter().zip(grids).collect(),
        engine: &service.engine(),
        request: &request,
        viewer: &viewer,
        lang: viewer.lang,
    };
    let title = parts::run_name(&run, viewer.lang);
    Ok(Screen { title: &title, main: page.main() }.answer(&request, &viewer))
}

/// All that stands on the page.
struct Shown<'s> {
    run: &'s Run,
    found: &'s Findings,
    since: Option<(&'s Findings, Since)>,
    asked: Asked,
    page: Vec<(usize, &'s Found)>,
    all: usize,
    grids: Vec<(usize, Option<Grid>)>,
    engine: &'s dealerbook_output::pipeline::Engine,
    request: &'s HttpRequest,
    viewer: &'s Viewer,
    lang: Lang,
}

impl Shown<'_> {
    fn main(&self) -> Markup {
        let lang = self.lang;
        html! {
            p.crumbs { a href="/runs" { (lang.pick("运行记录", "Runs")) } " ›" }
            h1 { (parts::run_name(self.run, lang)) " " (parts::status(&self.run.status, lang)) }
            p.muted { (self.made()) }
            (self.verdict())
            (parts::interim(self.found.run.interim, lang))
            (self.ways())
            @if let Some((earlier, since)) = &self.since { (self.mended(earlier, since)) }
            @if self.found.faults().next().is_some() { (self.groups()) (self.list()) }
            (self.remarks())
        }
    }

    /// The language of what the run says, which is its own, whatever the page's.
    fn tongue(&self) -> &'static str {
        self.run.lang.parse::<Lang>().unwrap_or_default().pick("zh-CN", "en")
    }

    /// By whom, when and by which policy.
    fn made(&self) -> String {
        let lang = self.lang;
        let mut parts = vec![parts::moment(&self.run.created_at), self.run.uploader.clone()];
        if let Some(period) = self.run.period {
            parts.push(format!("{}{period}", lang.pick("考核年度 ", "year ")));
        }
        if let Some(as_of) = &self.found.run.as_of {
            parts.push(format!("{}{as_of}", lang.pick("截止日期 ", "as of ")));
        }
        if let Some(policy) = &self.found.run.policy {
            parts.push(format!("{}{} {}", lang.pick("政策 ", "policy "), policy.id, policy.version));
        }
        parts.join(" · ")
    }

    fn verdict(&self) -> Markup {
        let Run { errors, warnings, dealers, .. } = *self.run;
        let lang = self.lang;
        let (class, text) = match (self.run.status.as_str(), lang) {
            ("faulty", Lang::Zh) => {
                ("notice error", format!("有 {errors} 处错误、{warnings} 处警告，没有计算。请改正后重新上传。"))
            }
            ("faulty", Lang::En) => (
                "notice error",
                format!(
                    "{errors} errors and {warnings} warnings: nothing was calculated. Mend the errors and upload the file again."
                ),
            ),
            ("partial", Lang::Zh) => {
                ("notice fair", format!("有 {errors} 处错误；有错误的经销商未参与，计算了 {dealers} 家。"))
            }
            ("partial", Lang::En) => (
                "notice fair",
                format!("{errors} errors: dealers with errors were left out, {dealers} were calculated."),
            ),
            (_, Lang::Zh) if self.run.kind == Kind::Validation => {
                ("notice good", format!("没有错误，{warnings} 处警告（仅校验）。"))
            }
            (_, Lang::En) if self.run.kind == Kind::Validation => {
                ("notice good", format!("No errors, {warnings} warnings (checked only)."))
            }
            (_, Lang::Zh) => ("notice good", format!("没有错误，{warnings} 处警告；计算了 {dealers} 家经销商。")),
            (_, Lang::En) => {
                ("notice good", format!("No errors, {warnings} warnings; {dealers} dealers were calculated."))
            }
        };
        html! {
            div class=(class) {
                p { (text) }
                @if let Some(total) = &self.found.summary.incentive_total {
                    p { (lang.pick("激励合计：", "Incentives in all: ")) strong { (parts::grouped(total)) } " " (lang.pick("元", "yuan")) }
                }
            }
        }
    }

    /// Where to go from here.
    fn ways(&self) -> Markup {
        let (lang, id) = (self.lang, &self.run.id);
        let is_calculated = self.run.kind == Kind::Run && self.run.status != "faulty";
        html! {
            p.actions {
                @if is_calculated { a.button href={ (run_path(id)) "/scores" } { (lang.pick("查看结果", "See the results")) } }
                @if is_calculated && self.found.summary.incentive_total.is_some() {
                    a.button.plain href={ (run_path(id)) "/settlement" } { (lang.pick("结算", "Settlement")) }
                    a.button.plain href={ (run_path(id)) "/what-if" } { (lang.pick("试算", "What if")) }
                    a.button.plain href={ (run_path(id)) "/compare" } { (lang.pick("对比", "Compare")) }
                    a.button.plain href={ (run_path(id)) "/accrual" } { (lang.pick("计提", "Accrual")) }
                }
                @if self.found.run.unwritten.is_none() {
                    a.button.plain href={ "/v1/runs/" (id) "/workbook.xlsx" } { (lang.pick("下载批注后的工作簿", "Annotated workbook")) }
                }
                @if is_calculated && self.viewer.is_admitted(REBATES) {
                    a.button.plain href={ "/v1/runs/" (id) "/rebates.xlsx" } { (lang.pick("返利结算单", "Settlement workbook")) }
                }
                @if is_calculated && self.run.dealers <= CARDS_MAX as i64 {
                    a.button.plain href={ "/v1/runs/" (id) "/cards.xlsx" } { (lang.pick("客户档案", "Dealer cards")) }
                }
                a.button.plain href={ "/v1/runs/" (id) } { "JSON" }
                @if self.run.errors + self.run.warnings > 0 {
                    a.button.plain href={ "/upload?since=" (id) } { (lang.pick("改正后重新上传", "Mend and upload again")) }
                }
            }
            @if let Some(why) = &self.found.run.unwritten { p.muted { (why) } }
        }
    }

    /// What has become of the faults of the earlier run.
    fn mended(&self, earlier: &Findings, since: &Since) -> Markup {
        let lang = self.lang;
        let open = since.open.iter().filter(|open| **open).count();
        let new = self.found.faults().count() - open;
        html! {
            h2 { (lang.pick("与上一次相比", "Since the last time")) }
            dl.figures {
                div { dt { (lang.pick("已改", "Mended")) } dd { (since.mended.len()) } }
                div { dt { (lang.pick("未改", "Still open")) } dd { (open) } }
                div { dt { (lang.pick("新出现", "New")) } dd { (new) } }
            }
            @if !since.mended.is_empty() {
                details {
                    summary { (lang.pick("已改的错误", "What was mended")) }
                    ul.inside { @for n in since.mended.iter().take(FAULTS_SHOWN) {
                        @let fault = &earlier.issues[*n];
                        li { (place(fault)) " " (fault.message) }
                    } }
                }
            }
        }
    }

    /// The faults by sheet and kind, each with its count and a way to them alone.
    fn groups(&self) -> Markup {
        let lang = self.lang;
        let groups: Vec<_> = self.found.summary.codes.iter().filter(|group| group.severity != Severity::Info).collect();
        let mut sheets: Vec<&str> = Vec::new();
        for group in &groups {
            let sheet = group.sheet.as_deref().unwrap_or_default();
            if !sheets.contains(&sheet) {
                sheets.push(sheet);
            }
        }
        let link = |pairs: &[(&str, &str)]| {
            let since = upload::since(self.request);
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(pairs).extend_pairs(since.iter().map(|since| ("since", since)));
            format!("{}?{}#faults", run_path(&self.run.id), query.finish())
        };
        let table = html! {
            table.data {
                thead { tr {
                    th scope="col" { (lang.pick("工作表", "Sheet")) }
                    th scope="col" { (lang.pick("问题", "What is wrong")) }
                    th scope="col" { (lang.pick("列", "Column")) }
                    th scope="col" { (lang.pick("级别", "Severity")) }
                    th.number scope="col" { (lang.pick("数量", "Count")) }
                } }
                tbody { @for sheet in sheets { @for group in groups.iter().filter(|group| group.sheet.as_deref().unwrap_or_default() == sheet) {
                    @let field = group.field.as_deref().unwrap_or_default();
                    tr {
                        th scope="row" { a href=(link(&[("sheet", sheet)])) { (if sheet.is_empty() { lang.pick("整个工作簿", "The workbook") } else { sheet }) } }
                        td { a href=(link(&[("sheet", sheet), ("code", &group.code), ("field", field)])) { (fault_words::kind(&group.code, lang)) } }
                        td { (self.label(sheet, field)) }
                        td { (severity(group.severity, lang)) }
                        td.number { (group.count) }
                    }
                } } }
            }
        };
        html! {
            h2 { (lang.pick("错误和警告", "Errors and warnings")) }
            (parts::scrolling(lang.pick("按工作表和种类的数量", "Counts by sheet and kind"), &table))
        }
    }

    /// A field's label, as far as the faults tell to which schema it belongs.
    fn label(&self, sheet: &str, field: &str) -> String {
        let of = |fault: &&Found| {
            fault.sheet.as_deref().unwrap_or_default() == sheet && fault.field.as_deref() == Some(field)
        };
        let resource = self.found.issues.iter().find(of).and_then(|fault| fault.resource.as_deref());
        self.field(resource, field).map_or(field, |field| field.label(self.lang)).to_owned()
    }

    fn field(&self, resource: Option<&str>, field: &str) -> Option<&dealerbook_engine::schema::Field> {
        let schemas = &self.engine.schemas;
        let resource = &schemas.resources[schemas.index(resource?)?];
        Some(&resource.fields[resource.field(field)?])
    }

    /// The faults that are asked for, a page of them.
    fn list(&self) -> Markup {
        let lang = self.lang;
        let first = (self.asked.page - 1) * FAULTS_SHOWN + 1;
        html! {
            h2 #faults { (lang.pick("逐项说明", "One by one")) }
            @if self.asked.is_narrow() {
                p { a href={ (run_path(&self.run.id)) "#faults" } { (lang.pick("显示全部", "Show all of them")) } }
            }
            ol.faults start=(first) { @for (n, fault) in &self.page { (self.fault(*n, fault)) } }
            (parts::pager(self.request, self.asked.page, self.all, FAULTS_SHOWN, lang))
        }
    }

    fn fault(&self, n: usize, fault: &Found) -> Markup {
        let lang = self.lang;
        let field = fault.field.as_deref().unwrap_or_default();
        let expected = self
            .field(fault.resource.as_deref(), field)
            .map(|field| dealerbook_engine::validate::expectation(field, lang));
        let grid = self.grids.iter().find(|(own, _)| *own == n).and_then(|(_, grid)| grid.as_ref());
        html! {
            li id=(format!("fault-{n}")) {
                (severity(fault.severity, lang)) " "
                @if let Some((_, since)) = &self.since {
                    @if since.open[n] { span.tag { (lang.pick("未改", "still open")) } } @else { span.tag.fair { (lang.pick("新出现", "new")) } }
                    " "
                }
                strong { (place(fault)) } " " span lang=(self.tongue()) { (fault.message) }
                @if fault.count > 1 { " (" (fault.count) ")" }
                dl.facts {
                    @if let Some(value) = &fault.value { dt { (lang.pick("现值", "Seen")) } dd { code { (value) } } }
                    @if !field.is_empty() { dt { (lang.pick("列", "Column")) } dd { (self.label(fault.sheet.as_deref().unwrap_or_default(), field)) } }
                    @if let Some(expected) = expected { dt { (lang.pick("应为", "Expected")) } dd { (expected) } }
                    @if let Some(suggestion) = &fault.suggestion { dt { (lang.pick("建议", "Suggestion")) } dd lang=(self.tongue()) { (suggestion) } }
                }
                @if let Some(grid) = grid {
                    (self.grid(fault, grid))
                } @else if fault.at().is_some() {
                    p { a href=(self.shown(n)) { (lang.pick("显示周围的单元格", "Show the cells around it")) } }
                }
            }
        }
    }

    /// The address of this page with the surroundings of a fault.
    fn shown(&self, n: usize) -> String {
        let kept = form_urlencoded::parse(self.request.query_string().as_bytes()).filter(|(name, _)| name != "show");
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair("show", &n.to_string());
        format!("{}?{}#fault-{n}", self.request.path(), query.finish())
    }

    fn grid(&self, fault: &Found, grid: &Grid) -> Markup {
        let sheet = fault.sheet.as_deref().unwrap_or_default();
        let here = self.found.faults().filter(|(_, other)| other.sheet.as_deref() == Some(sheet));
        let marked: BTreeSet<(u32, u16, bool)> = here
            .filter(|(_, other)| other.row.is_some_and(|row| grid.rows.contains(&row.saturating_sub(1))))
            .filter_map(|(_, other)| other.at().map(|at| (at.row, at.column, other.severity == Severity::Error)))
            .filter(|(row, column, _)| grid.rows.contains(row) && grid.columns.contains(column))
            .collect();
        let class = |row: u32, column: u16| match () {
            () if marked.contains(&(row, column, true)) => Some("bad"),
            () if marked.contains(&(row, column, false)) => Some("noted"),
            () => None,
        };
        let table = html! {
            table.grid {
                thead { tr { th { span.muted { (sheet) } } @for column in grid.columns.clone() { th scope="col" { (column_name(column)) } } } }
                tbody { @for row in grid.rows.clone() { tr {
                    th scope="row" { (row + 1) }
                    @for column in grid.columns.clone() {
                        td class=[class(row, column)] title=[class(row, column).map(|_| cell_name(row, column))] { (grid.text(row, column)) }
                    }
                } } }
            }
        };
        let label = format!("{} {}", self.lang.pick("周围的单元格：", "The cells around"), place(fault));
        parts::scrolling(&label, &table)
    }

    /// What is worth knowing and is no fault.
    fn remarks(&self) -> Markup {
        let remarks: Vec<&Found> =
            self.found.issues.iter().filter(|issue| issue.severity == Severity::Info).take(4 * FAULTS_SHOWN).collect();
        html! {
            @if !remarks.is_empty() {
                details {
                    summary { (self.lang.pick("读取时的说明", "How it was read")) " (" (self.run.infos) ")" }
                    ul.inside { @for remark in remarks { li { (place(remark)) " " (remark.message) } } }
                }
            }
        }
    }
}

/// Sheet and cell, as far as a fault is about one.
fn place(fault: &Found) -> String {
    let row = || fault.row.map(|row| row.to_string());
    let cell = fault.cell.clone().or_else(row).unwrap_or_default();
    match (&fault.sheet, cell.is_empty()) {
        (Some(sheet), false) => format!("{sheet}!{cell}"),
        (Some(sheet), true) => sheet.clone(),
        (None, _) => cell,
    }
}

fn severity(severity: Severity, lang: Lang) -> Markup {
    match severity {
        Severity::Error => html! { span.tag.poor { (lang.pick("错误", "Error")) } },
        Severity::Warning => html! { span.tag.fair { (lang.pick("警告", "Warning")) } },
        Severity::Info => html! { span.tag { (lang.pick("说明", "Note")) } },
    }
}
