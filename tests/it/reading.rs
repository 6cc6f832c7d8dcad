//! What people leave in real sheets, each a small workbook of its own: what is read, what is reported, and where.

use serde_json::Value;

use crate::builder::{Book, row};
use crate::harness::TestApp;

const DEALERS: [&str; 13] = [
    "经销商编号",
    "经销商名称",
    "区域",
    "合作方式",
    "是否网络客户",
    "年度目标销量",
    "各品牌尿素总销量",
    "品牌影响力",
    "营销服务水平",
    "资金能力",
    "信誉度",
    "提供虚假资料",
    "保证金",
];
const PURCHASES: [&str; 3] = ["经销商编号", "月份", "实际提货量"];
const VIOLATIONS: [&str; 5] = ["经销商编号", "日期", "违规类型", "是否属实", "备注"];

fn dealer(id: &'static str) -> [&'static str; 13] {
    [id, "丰收农资", "涪陵", "区域经销", "否", "100", "500", "一类", "高", "高", "高", "否", "100"]
}

/// Rows from the first row on.
fn rows(rows: &[&[&str]]) -> String {
    rows.iter().enumerate().map(|(n, texts)| row(n as u32 + 1, texts)).collect()
}

/// With merged ranges in the sheet of this number.
fn merged(book: Book, sheet: u32, ranges: &[&str]) -> Vec<u8> {
    let list: String = ranges.iter().map(|range| format!("<mergeCell ref=\"{range}\"/>")).collect();
    let part = format!("xl/worksheets/sheet{sheet}.xml");
    book.changed(&part, "</sheetData>", &format!("</sheetData><mergeCells>{list}</mergeCells>")).zipped()
}

/// Two dealers with a purchase each, and rows of a sheet of violations.
fn with_violations(violations: &[&[&str]]) -> Vec<u8> {
    let dealers = rows(&[&DEALERS, &dealer("D001"), &dealer("D002")]);
    let purchases = rows(&[&PURCHASES, &["D001", "2007-01", "120"], &["D002", "2007-12", "130"]]);
    Book::of(&[("经销商档案", &dealers), ("月度提货", &purchases), ("违规记录", &rows(violations))]).zipped()
}

/// Two dealers and rows of a sheet of purchases.
fn with_purchases(purchases: &[&[&str]]) -> Book {
    let dealers = rows(&[&DEALERS, &dealer("D001"), &dealer("D002")]);
    Book::of(&[("经销商档案", &dealers), ("月度提货", &rows(purchases))])
}

async fn run(app: &TestApp, workbook: Vec<u8>) -> Value {
    app.post_run_for_json("", workbook).await.json().await.expect("a result")
}

fn issue<'v>(answer: &'v Value, code: &str) -> Option<&'v Value> {
    answer["issues"].as_array()?.iter().find(|issue| issue["code"] == code)
}

fn cells(answer: &Value, code: &str) -> Vec<String> {
    let issues = answer["issues"].as_array().cloned().unwrap_or_default();
    let of_code = issues.iter().filter(|issue| issue["code"] == code);
    of_code.map(|issue| issue["cell"].as_str().unwrap_or_default().to_owned()).collect()
}

fn volumes(answer: &Value) -> Vec<&str> {
    let dealers = answer["results"]["assessment"]["dealers"].as_array();
    dealers.into_iter().flatten().filter_map(|dealer| dealer["volume_tonnes"].as_str()).collect()
}

fn assert_no_errors(answer: &Value, of: &str) {
    assert_eq!(answer["summary"]["errors"], 0, "{of}: {}", answer["issues"]);
}

#[actix_web::test]
async fn a_category_merged_over_rows_holds_for_all_of_them_and_a_figure_for_none() {
    let app = TestApp::spawn().await;
    let sheet = rows(&[
        &DEALERS,
        &dealer("D001"),
        &["D002", "丰收二店", "涪陵", "", "否", "100", "500", "一类", "高", "高", "高", "否", ""],
    ]);
    let purchases = rows(&[&PURCHASES, &["D001", "2007-01", "120"], &["D002", "2007-12", "130"]]);
    let book = || Book::of(&[("经销商档案", &sheet), ("月度提货", &purchases)]);
    let answer = run(&app, merged(book(), 1, &["D2:D3"])).await;
    assert_no_errors(&answer, "a mode");
    let told = issue(&answer, "merged-filled").expect("told");
    assert_eq!((told["cell"].as_str(), told["field"].as_str()), (Some("D2:D3"), Some("channel_mode")));
    assert_eq!(answer["results"]["assessment"]["dealers"][1]["channel_mode"], "regional_distributor");

    let answer = run(&app, merged(book(), 1, &["D2:D3", "M2:M3"])).await;
    assert_eq!(cells(&answer, "merged-cells"), ["M2"], "a deposit belongs to one of them");
    assert_eq!(answer["summary"]["errors"], 1, "{}", answer["issues"]);

    let answer = run(&app, merged(book(), 1, &["D2:D3", "F3:G3"])).await;
    assert_eq!(cells(&answer, "merged-cells"), ["F3"], "target and tonnes in one");

    let answer = run(&app, merged(book(), 1, &["D2:D3", "C2:C3"])).await;
    assert_no_errors(&answer, "what stands under the range says the same");
}

#[actix_web::test]
async fn a_faulty_figure_over_two_dealers_leaves_both_out() {
    let app = TestApp::spawn().await;
    let sheet = rows(&[
        &DEALERS,
        &dealer("D001"),
        &["D002", "丰收二店", "涪陵", "区域经销", "否", "", "500", "一类", "高", "高", "高"],
        &dealer("D003"),
    ]);
    let purchases =
        rows(&[&PURCHASES, &["D001", "2007-01", "120"], &["D002", "2007-02", "1"], &["D003", "2007-12", "130"]]);
    let book = merged(Book::of(&[("经销商档案", &sheet), ("月度提货", &purchases)]), 1, &["F2:F3"]);
    let answer: Value = app.post_run_for_json("?on_error=partial", book).await.json().await.expect("a result");
    assert_eq!(cells(&answer, "merged-cells"), ["F2"]);
    assert_eq!(volumes(&answer), ["130"], "{}", answer["results"]);
}

#[actix_web::test]
async fn totals_signatures_and_headers_between_the_rows_are_no_data() {
    let app = TestApp::spawn().await;
    let plain = [&["D001", "2007-01", "120"][..], &["D002", "2007-12", "130"]];
    let cases: [(&str, &[&str]); 13] = [
        ("totals-row", &["", "小计", "250"]),
        ("totals-row", &["涪陵小计", "", "250"]),
        ("totals-row", &["Grand Total:", "", "250"]),
        ("note-row", &["制表：张三", "审核：李四", ""]),
        ("note-row", &["注：以上数据含税"]),
        ("note-row", &["数据来源：ERP 系统 2007 年报表"]),
        ("note-row", &["二、岳阳片区"]),
        ("note-row", &["财务负责人：王五", "", "", "日期：2008-01-10"]),
        ("repeated-header", &["经销商编号", "月份", "实际提货量（吨）"]),
        ("repeated-header", &["dealer_id", "month", "actual_tonnes"]),
        ("row-check", &["示例：D001", "2007-01", "5"]),
        ("row-check", &["样例", "2007-01", "5"]),
        ("row-check", &["Example", "2007-01", "5"]),
    ];
    for (code, strange) in cases {
        let answer = run(&app, with_purchases(&[&PURCHASES, plain[0], strange, plain[1]]).zipped()).await;
        let told = issue(&answer, code).unwrap_or_else(|| panic!("{strange:?}: {}", answer["issues"]));
        assert_eq!(told["row"], 3, "{strange:?}");
        if code != "row-check" {
            assert_no_errors(&answer, &format!("{strange:?}"));
            assert_eq!(volumes(&answer), ["120", "130"], "{strange:?}");
        }
    }
    let answer = run(&app, with_purchases(&[&PURCHASES, &["", "", "吨"], plain[0], plain[1]]).zipped()).await;
    assert_eq!((cells(&answer, "note-row"), volumes(&answer)), (vec!["C2".to_owned()], vec!["120", "130"]));
    let answer = run(&app, with_purchases(&[&PURCHASES, &["1", "2", "3"], plain[0], plain[1]]).zipped()).await;
    assert_eq!((cells(&answer, "note-row"), volumes(&answer)), (vec!["A2".to_owned()], vec!["120", "130"]));
}

#[actix_web::test]
async fn a_sound_row_is_data_whatever_it_says_beside_its_values() {
    let app = TestApp::spawn().await;
    let answer = run(
        &app,
        with_violations(&[
            &VIOLATIONS,
            &["D001", "2007-03-01", "价格违规", "是", "合计三次"],
            &["D002", "2007-03-01", "价格违规", "是", "小计"],
        ]),
    )
    .await;
    assert_no_errors(&answer, "notes");
    assert!(issue(&answer, "totals-row").is_none());
    let labels = ["说明", "经销商编号", "日期", "违规类型"];
    let answer = run(&app, with_violations(&[&labels, &["合计", "D001", "2007-03-01", "价格违规"]])).await;
    let counted = |n: usize| answer["results"]["incentives"]["dealers"][n]["lines"].as_array().map(Vec::len);
    assert!(issue(&answer, "totals-row").is_none(), "{}", answer["issues"]);
    assert!(counted(0) < counted(1), "the violation of the first dealer counts");
}

#[actix_web::test]
async fn a_remark_in_a_column_of_its_own_makes_no_record_a_remark_even_where_ids_are_names() {
    let app = TestApp::spawn().await;
    let dealers = rows(&[&DEALERS, &dealer("丰收农资"), &dealer("惠农公司")]);
    let purchases = rows(&[&PURCHASES, &["丰收农资", "2007-01", "120"], &["惠农公司", "2007-12", "130"]]);
    let labels = ["备注", "经销商编号", "日期", "违规类型"];
    for remark in ["注：客户已承认", "备注：电话核实", "说明：见附件", "制表：张三"] {
        let violations = rows(&[&labels, &[remark, "丰收农资", "2007-03-01", "跨区销售"]]);
        let sheets = [("经销商档案", &*dealers), ("月度提货", &*purchases), ("违规记录", &*violations)];
        let answer = run(&app, Book::of(&sheets).zipped()).await;
        assert!(issue(&answer, "note-row").is_none(), "{remark}: {}", answer["issues"]);
        let characteristics = answer["results"]["assessment"]["dealers"][0]["characteristics"].as_array().unwrap();
        let found = characteristics.iter().find(|one| one["id"] == "cross_region").unwrap();
        assert_eq!(found["value"], "1", "{remark}");
    }
}

#[actix_web::test]
async fn a_unit_that_is_not_the_columns_own_is_never_converted_in_silence() {
    let app = TestApp::spawn().await;
    let data = [&["D001", "2007-01", "120"][..], &["D002", "2007-12", "130"]];
    for (title, label, wrong) in [
        (&["单位：千吨"][..], "实际提货量", Some("A1")),
        (&["2007年提货表", "", "（万吨）"], "实际提货量", Some("C1")),
        (&["2007年提货表（公斤）"], "实际提货量", Some("A1")),
        (&["2007年提货表"], "实际提货量（千吨）", Some("C2")),
        (&["2007年提货表"], "实际提货量/kg", Some("C2")),
        (&["单位：吨"], "实际提货量【吨】", None),
        (&["编制单位：涪陵公司"], "* 实际提货量：", None),
        (&["单位：吨、元"], "实际提货量（必填）", None),
    ] {
        let answer =
            run(&app, with_purchases(&[title, &["经销商编号", "月份", label], data[0], data[1]]).zipped()).await;
        let expected: Vec<String> = wrong.into_iter().map(str::to_owned).collect();
        assert_eq!(cells(&answer, "unit-mismatch"), expected, "{title:?} {label}: {}", answer["issues"]);
        match issue(&answer, "unit-mismatch") {
            Some(told) => assert!(told["message"].as_str().is_some_and(|m| m.contains("实际提货量（吨）")), "{told}"),
            None => assert_eq!(volumes(&answer), ["120", "130"]),
        }
    }
}

#[actix_web::test]
async fn months_without_a_year_take_it_from_title_or_sheet_and_from_nowhere_else() {
    let app = TestApp::spawn().await;
    let rows = |title: &'static str| {
        with_purchases(&[&[title], &PURCHASES, &["D001", "1月", "120"], &["D002", "十二月", "130"]])
    };
    let answer = run(&app, rows("2007年度提货").zipped()).await;
    assert_no_errors(&answer, "a title");
    assert_eq!((volumes(&answer), &answer["run"]["period"]), (vec!["120", "130"], &Value::from(2007)));
    let answer = run(&app, rows("提货").zipped()).await;
    assert_eq!(cells(&answer, "type-error"), ["B3", "B4"], "{}", answer["issues"]);
}

#[actix_web::test]
async fn the_header_may_take_two_rows() {
    let app = TestApp::spawn().await;
    let groups = ["经销商编号", "月份", "提货量", ""];
    let beneath = ["", "", "计划", "实际"];
    let data = [&["D001", "2007-01", "100", "120"][..], &["D002", "2007-12", "", "130"]];
    let book = with_purchases(&[&["2007年提货表"], &groups, &beneath, data[0], data[1]]);
    let answer = run(&app, merged(book, 2, &["A2:A3", "B2:B3", "C2:D2", "A1:D1"])).await;
    assert_no_errors(&answer, "two rows");
    assert_eq!(volumes(&answer), ["120", "130"]);
}

#[actix_web::test]
async fn a_sign_for_nothing_is_nothing_unless_nothing_means_yes() {
    let app = TestApp::spawn().await;
    for sign in ["—", "-", "/", "无", "N/A", "null", "'", "——"] {
        let mut dealers = dealer("D001");
        dealers[12] = sign;
        let sheet = rows(&[&DEALERS, &dealers]);
        let purchases = rows(&[&PURCHASES, &["D001", "2007-01", "120"]]);
        let answer = run(&app, Book::of(&[("经销商档案", &sheet), ("月度提货", &purchases)]).zipped()).await;
        assert_no_errors(&answer, sign);
    }
    let answer = run(&app, with_violations(&[&VIOLATIONS, &["D001", "2007-03-01", "价格违规", "-", "-"]])).await;
    assert_eq!(cells(&answer, "type-error"), ["D2"], "{}", answer["issues"]);
}

#[actix_web::test]
async fn a_suggestion_never_accuses() {
    let app = TestApp::spawn().await;
    for (kind, suggested) in [
        ("低价", Some("价格违规")),
        ("低价销售", Some("价格违规")),
        ("串货", Some("跨区销售")),
        ("跨区销货", None),
        ("违规", None),
    ] {
        let answer = run(&app, with_violations(&[&VIOLATIONS, &["D001", "2007-03-01", kind]])).await;
        assert_eq!(issue(&answer, "constraint-error").expect("told")["suggestion"].as_str(), suggested, "{kind}");
    }
    for (id, suggested) in [("D099", None), ("d1", Some("D001")), ("D01", Some("D001")), ("D0O1", None)] {
        let answer = run(&app, with_violations(&[&VIOLATIONS, &[id, "2007-03-01", "价格违规"]])).await;
        assert_eq!(issue(&answer, "foreign-key").expect("told")["suggestion"].as_str(), suggested, "{id}");
    }
}

#[actix_web::test]
async fn what_is_out_of_any_measure_is_asked_about() {
    let app = TestApp::spawn().await;
    let book = with_purchases(&[&PURCHASES, &["D001", "2007-01", "120"], &["D002", "2007-12", "0.0000000000001"]]);
    let answer = run(&app, book.zipped()).await;
    assert_eq!(cells(&answer, "implausible"), ["C3"], "{}", answer["issues"]);
    assert_eq!(issue(&answer, "implausible").expect("told")["severity"], "warning");
}
