//! Templates: what they hold, and what becomes of them when they come back.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::process::Command;

use dealerbook::lang::Lang;
use dealerbook::report::template;
use dealerbook::schema::{FieldType, Schemas};
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::harness::{TestApp, XLSX, header, problem, send};

/// The header and the example stand in these rows of every sheet, as Excel counts.
const HEADER_ROW: usize = 4;
const EXAMPLE_ROW: usize = 5;
const SHARED_STRINGS: &str = "xl/sharedStrings.xml";

type Parts = BTreeMap<String, String>;

fn unpack(bytes: &[u8]) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let count = archive.len();
    let read = |index: usize| {
        let mut part = archive.by_index(index).expect("a part");
        let (name, mut text) = (part.name().expect("a name").into_owned(), String::new());
        part.read_to_string(&mut text).expect("text");
        (name, text)
    };
    (0..count).map(read).collect()
}

fn package(parts: &Parts) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(text.as_bytes()).expect("its text");
    }
    writer.finish().expect("a package").into_inner()
}

fn drawn(name: &str, lang: Lang) -> Vec<u8> {
    let schemas = Schemas::embedded().unwrap();
    template::render(&template::find(&schemas, name).unwrap(), &schemas, lang).unwrap()
}

/// A template with the mark taken off every example row, so that these are data.
fn examples_as_data(name: &str, lang: Lang) -> Vec<u8> {
    let mut parts = unpack(&drawn(name, lang));
    let strings = parts.get_mut(SHARED_STRINGS).unwrap();
    *strings = strings.replace(lang.pick("<t>示例：", "<t>Example: "), "<t>");
    package(&parts)
}

/// Writes rows below the example row, as a person would: each cell has the format that the example of its column has.
fn fill(parts: &mut Parts, sheet: usize, rows: &[Vec<&str>]) {
    let text = parts.get_mut(&format!("xl/worksheets/sheet{sheet}.xml")).expect("the sheet");
    let mut added = String::new();
    for (row, cells) in (EXAMPLE_ROW + 1..).zip(rows) {
        added += &format!("<row r=\"{row}\">");
        for (column, value) in cells.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
            let letter = char::from(b'A' + column as u8);
            let style = style_of(text, &format!("{letter}{EXAMPLE_ROW}"));
            added += &match value.parse::<f64>() {
                Ok(number) => format!("<c r=\"{letter}{row}\" s=\"{style}\"><v>{number}</v></c>"),
                Err(_) => format!("<c r=\"{letter}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t>{value}</t></is></c>"),
            };
        }
        added += "</row>";
    }
    *text = text.replace("</sheetData>", &format!("{added}</sheetData>"));
}

fn style_of(sheet: &str, cell: &str) -> String {
    let at = sheet.find(&format!("<c r=\"{cell}\"")).expect("the example's cell");
    let style = sheet[at..].split("s=\"").nth(1).expect("a style");
    style.split('"').next().unwrap_or_default().to_owned()
}

/// Dealers, purchases and violations of the workbook template, filled in for one network customer, their example rows deleted; all else left as
/// it was.
fn filled_in(lang: Lang) -> Parts {
    let mut parts = filled_in_below_examples(lang);
    for sheet in [2, 3, 5] {
        let text = parts.get_mut(&format!("xl/worksheets/sheet{sheet}.xml")).expect("the sheet");
        let start = text.find(&format!("<row r=\"{EXAMPLE_ROW}\"")).expect("the example row");
        let end = start + text[start..].find("</row>").expect("its end") + "</row>".len();
        text.replace_range(start..end, "");
    }
    parts
}

/// The same with the example rows left in.
fn filled_in_below_examples(lang: Lang) -> Parts {
    let mut parts = unpack(&drawn("workbook", lang));
    let (yes, no) = (lang.pick("是", "yes"), lang.pick("否", "no"));
    let high = lang.pick("高", "high");
    let mode = lang.pick("区域经销", "regional_distributor");
    let dealer =
        ["A01", "东风农资", "华东", "B", mode, "38412", yes, "1000", "1500", "", lang.pick("一类", "first"), high];
    let rest = [high, high, "", no, "5000", ""];
    fill(&mut parts, 2, &[dealer.into_iter().chain(rest).collect()]);
    let months: Vec<String> = (1..=12).map(|month| format!("2007-{month:02}")).collect();
    fill(&mut parts, 3, &months.iter().map(|month| vec!["A01", month, "100", "101.5", ""]).collect::<Vec<_>>());
    fill(&mut parts, 5, &[vec!["A01", "39251", lang.pick("价格违规", "price"), yes, ""]]);
    parts
}

async fn check(app: &TestApp, workbook: Vec<u8>, lang: Lang) -> (u16, Value) {
    let request = app.request("POST", &format!("/v1/runs?lang={}", lang.code()));
    let answer = send(request.header("Accept", "application/json").body(workbook)).await;
    (answer.status().as_u16(), answer.json().await.expect("a result"))
}

fn codes(result: &Value) -> Vec<String> {
    let issues = result["issues"].as_array().expect("issues");
    issues.iter().map(|i| format!("{} {} {}", i["code"], i["sheet"], i["message"])).collect()
}

#[test]
fn every_field_has_its_label_its_note_and_its_rule_in_both_languages() {
    let schemas = Schemas::embedded().unwrap();
    for (lang, resource) in [Lang::Zh, Lang::En].into_iter().flat_map(|l| schemas.resources.iter().map(move |r| (l, r)))
    {
        let bytes = drawn(&resource.name, lang);
        let parts = unpack(&bytes);
        let (sheet, notes) = (&parts["xl/worksheets/sheet1.xml"], &parts["xl/comments1.xml"]);
        let mut book: calamine::Xlsx<_> = calamine::Reader::new(Cursor::new(&bytes[..])).unwrap();
        let range = calamine::Reader::worksheet_range(&mut book, resource.label(lang)).unwrap();
        for (column, field) in resource.fields.iter().enumerate().filter(|(_, field)| field.template) {
            let who = format!("{} {}", resource.name, field.name);
            let label = range.get_value((HEADER_ROW as u32 - 1, column as u32)).expect("a label").to_string();
            assert_eq!(label, field.label(lang), "{who}");
            assert!(!field.describe(lang).is_empty() && field.example.is_some(), "{who}: description and example");
            assert!(notes.contains(&format!("ref=\"{}{HEADER_ROW}\"", char::from(b'A' + column as u8))), "{who}: note");
            let list: Vec<&str> = field.categories.iter().map(|c| c.spelled(lang)).collect();
            let wanted = match field.type_ {
                _ if !list.is_empty() => format!("<formula1>\"{}\"</formula1>", list.join(",")),
                FieldType::Boolean => format!("<formula1>\"{}\"</formula1>", lang.pick("是,否", "yes,no")),
                FieldType::Number => "type=\"decimal\"".to_owned(),
                FieldType::Integer => "type=\"whole\"".to_owned(),
                FieldType::Date => "type=\"date\"".to_owned(),
                FieldType::Yearmonth => "DATEVALUE(".to_owned(),
                _ => continue,
            };
            let cells = format!("sqref=\"{0}{EXAMPLE_ROW}:{0}1048576\"", char::from(b'A' + column as u8));
            let rules = sheet.split("<dataValidation ").filter(|rule| rule.contains(&cells));
            assert!(rules.into_iter().any(|rule| rule.contains(&wanted)), "{who}: no rule {wanted} for {cells}");
        }
    }
}

#[actix_web::test]
async fn a_template_whose_examples_are_data_comes_through_the_check_without_a_word() {
    let app = TestApp::spawn().await;
    for lang in [Lang::Zh, Lang::En] {
        let (status, result) = check(&app, examples_as_data("workbook", lang), lang).await;
        // One example of a weight is not all the weights of an option, and one month is no year.
        let said: Vec<&Value> = result["issues"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|i| i["field"] != "weight" && i["code"] != "interim-period")
            .collect();
        assert_eq!((status, said), (422, vec![]), "{:?}", codes(&result));
        let (_, result) = check(&app, examples_as_data("dealers", lang), lang).await;
        assert_eq!((codes(&result), &result["summary"]["dealers"]), (vec![], &1.into()));
    }
}

#[actix_web::test]
async fn a_template_that_nobody_has_filled_in_is_said_to_be_empty() {
    let app = TestApp::spawn().await;
    for name in ["workbook", "assessment", "dealers", "purchases", "stock"] {
        let (status, result) = check(&app, drawn(name, Lang::Zh), Lang::Zh).await;
        let issues = result["issues"].as_array().unwrap();
        assert_eq!((status, issues.len(), &issues[0]["code"]), (422, 1, &"missing-sheet".into()), "{name}");
        assert!(issues[0]["message"].as_str().unwrap().contains("模板尚未填写"), "{name}");
        assert_eq!(result["summary"]["dealers"], 0, "{name}");
    }
}

#[actix_web::test]
async fn three_sheets_filled_in_are_assessed_and_the_others_say_nothing() {
    let app = TestApp::spawn().await;
    for lang in [Lang::Zh, Lang::En] {
        let (status, result) = check(&app, package(&filled_in(lang)), lang).await;
        assert_eq!((status, codes(&result)), (200, vec![]));
        let dealers = result["results"]["assessment"]["dealers"].as_array().unwrap();
        assert_eq!((dealers.len(), &dealers[0]["dealer_id"]), (1, &"A01".into()));
        // The empty shipments didn't decide: 12 × 101.5.
        assert_eq!(dealers[0]["volume_tonnes"], "1218");
        assert_eq!(result["results"].as_object().unwrap().keys().collect::<Vec<_>>(), ["assessment", "incentives"]);
    }
}

#[actix_web::test]
async fn empty_violations_say_that_there_are_none_and_empty_dealers_are_missing() {
    let app = TestApp::spawn().await;
    let mut without = filled_in(Lang::Zh);
    without.insert(
        "xl/worksheets/sheet5.xml".to_owned(),
        unpack(&drawn("workbook", Lang::Zh))["xl/worksheets/sheet5.xml"].clone(),
    );
    let (status, result) = check(&app, package(&without), Lang::Zh).await;
    assert_eq!((status, codes(&result)), (200, vec![]));

    without.insert(
        "xl/worksheets/sheet2.xml".to_owned(),
        unpack(&drawn("workbook", Lang::Zh))["xl/worksheets/sheet2.xml"].clone(),
    );
    let (status, result) = check(&app, package(&without), Lang::Zh).await;
    assert_eq!((status, codes(&result).len()), (422, 1));
    assert_eq!(
        (&result["issues"][0]["code"], &result["issues"][0]["sheet"]),
        (&"missing-sheet".into(), &"经销商档案".into())
    );
}

#[actix_web::test]
async fn an_example_row_that_is_left_in_beside_data_is_an_error_at_its_mark() {
    let app = TestApp::spawn().await;
    let mut parts = filled_in_below_examples(Lang::Zh);
    for untouched in [true, false] {
        if !untouched {
            let strings = parts.get_mut(SHARED_STRINGS).unwrap();
            *strings = strings.replace("<t>丰收农资有限公司</t>", "<t>真实农资公司</t>");
        }
        let (status, result) = check(&app, package(&parts), Lang::Zh).await;
        let issue = &result["issues"][0];
        assert_eq!((status, codes(&result).len()), (422, 3), "{result}");
        assert_eq!((&issue["code"], &issue["cell"]), (&"row-check".into(), &"A5".into()));
        assert!(issue["suggestion"].as_str().unwrap().contains("删除这一行"));
    }
}

#[actix_web::test]
async fn the_answer_to_a_template_names_it_and_says_when_it_is_an_old_one() {
    let app = TestApp::spawn().await;
    let mut parts = filled_in(Lang::Zh);
    let current = app.post_run("", package(&parts)).await.bytes().await.unwrap();
    assert!(about(&current).iter().any(|text| text.starts_with("workbook 1.")));
    assert!(!about(&current).iter().any(|text| text == "模板版本"));
    // The label beside the last column doesn't take over the unit that its header shows: 考核得分, not 考核得分（吨）.
    let answer = unpack(&current);
    let (theirs, ours) = (number_format(&answer, 2, "R4"), number_format(&answer, 2, "T4"));
    assert!(theirs != "0" && ours == "0", "{theirs} {ours}");
    // What the template brought is still there, and comes in again.
    let again = app.post_run_for_json("", current.to_vec()).await;
    assert_eq!((again.status().as_u16(), codes(&again.json().await.unwrap())), (200, vec![]));

    let stamp = parts.get_mut("docProps/custom.xml").unwrap();
    *stamp = stamp.replace("workbook 1.", "workbook 0.");
    let answer = app.post_run("", package(&parts)).await;
    assert_eq!(answer.status(), 200);
    let old = answer.bytes().await.unwrap();
    assert!(about(&old).iter().any(|text| text.contains("现行版本为 1.")), "{:?}", about(&old));
}

/// The number of the number format of a cell.
fn number_format(parts: &Parts, sheet: usize, cell: &str) -> String {
    let style: usize = style_of(&parts[&format!("xl/worksheets/sheet{sheet}.xml")], cell).parse().expect("a style");
    let formats = parts["xl/styles.xml"].split("<cellXfs").nth(1).expect("cell formats");
    let format = formats.split("<xf ").nth(style + 1).expect("the format");
    let id = format.split("numFmtId=\"").nth(1).expect("a number format");
    id.split('"').next().unwrap_or_default().to_owned()
}

/// The texts of the sheet 计算说明.
fn about(workbook: &[u8]) -> Vec<String> {
    let mut book: calamine::Xlsx<_> = calamine::Reader::new(Cursor::new(workbook)).unwrap();
    let range = calamine::Reader::worksheet_range(&mut book, "计算说明").unwrap();
    range.used_cells().map(|(.., cell)| cell.to_string()).collect()
}

#[actix_web::test]
async fn a_template_has_a_chinese_file_name_and_is_not_sent_twice() {
    let app = TestApp::spawn().await;
    let answer = app.get("/v1/templates/dealers.xlsx").await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, XLSX));
    let disposition = header(&answer, "content-disposition");
    assert!(
        disposition.ends_with("filename*=UTF-8''%E7%BB%8F%E9%94%80%E5%95%86%E6%A1%A3%E6%A1%88-%E6%A8%A1%E6%9D%BF.xlsx")
    );
    let tag = header(&answer, "etag");
    assert_eq!(answer.bytes().await.unwrap(), drawn("dealers", Lang::Zh));

    let again = send(app.request("GET", "/v1/templates/经销商档案.xlsx").header("If-None-Match", &tag)).await;
    assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0));
    let english = send(app.request("GET", "/v1/templates/dealers.xlsx?lang=en").header("If-None-Match", &tag)).await;
    assert_eq!(english.bytes().await.unwrap(), drawn("dealers", Lang::En));
    let all = app.get("/v1/templates/all.xlsx").await;
    assert_eq!(all.bytes().await.unwrap(), drawn("workbook", Lang::Zh));
}

#[actix_web::test]
async fn an_unknown_template_or_parameter_is_refused_with_those_that_there_are() {
    let app = TestApp::spawn().await;
    let document = problem(app.get("/v1/templates/delers.xlsx?lang=en").await, 404, "no-such-template").await;
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains("you may mean dealers") && detail.contains("channel_options"), "{detail}");
    problem(app.get("/v1/templates/dealers.xlsx?lang=fr").await, 400, "invalid-value").await;
    problem(app.get("/v1/templates/dealers.xlsx?language=en").await, 400, "unknown-parameter").await;
    problem(app.get("/v1/templates/dealers.xlsx?lang=en&lang=zh").await, 400, "repeated-parameter").await;
    problem(send(app.request("POST", "/v1/templates/dealers.xlsx")).await, 405, "method-not-allowed").await;
    problem(app.with_token("wrong").get("/v1/templates/dealers.xlsx").await, 401, "unauthorized").await;
}

#[test]
fn the_command_writes_the_same_bytes_and_never_replaces_what_it_was_not_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dealerbook"));
        command.current_dir(folder.path()).arg("template").args(args).output().expect("the binary runs")
    };
    let output = run(&["dealers"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "经销商档案-模板.xlsx\n");
    let written = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(written("经销商档案-模板.xlsx"), drawn("dealers", Lang::Zh));

    std::fs::write(folder.path().join("经销商档案-模板.xlsx"), "filled in").unwrap();
    let refused = run(&["dealers"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("-o"), "{refused:?}");
    assert_eq!(written("经销商档案-模板.xlsx"), b"filled in");
    assert!(run(&["dealers", "-o", "经销商档案-模板.xlsx", "--lang", "en"]).status.success());
    assert_eq!(written("经销商档案-模板.xlsx"), drawn("dealers", Lang::En));

    let unknown = run(&["delers", "--lang", "en"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean dealers?"), "{unknown:?}");
    assert!(String::from_utf8_lossy(&run(&["--help"]).stdout).contains("channel_options"));
}
