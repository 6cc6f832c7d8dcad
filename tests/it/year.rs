//! The year that is assessed: what lies outside it or behind the as-of date, what isn't whole, who joined within it.

use std::path::Path;

use serde_json::Value;

use crate::builder::{Book, row};
use crate::harness::{Start, TOKEN, TestApp, header, sample, texts};
use crate::visitor::Visitor;

const DEALERS: [&str; 14] = [
    "经销商编号",
    "经销商名称",
    "区域",
    "合作方式",
    "合作起始日期",
    "是否网络客户",
    "年度目标销量",
    "各品牌尿素总销量",
    "可控网点数",
    "品牌影响力",
    "营销服务水平",
    "资金能力",
    "信誉度",
    "上年销量",
];

fn dealer(id: &'static str, joined: &'static str, network: &'static str) -> [&'static str; 14] {
    [id, "甲", "涪陵", "区域经销", joined, network, "1200", "5000", "30", "一类", "高", "高", "高", ""]
}

/// The rows of a sheet, its header first.
fn rows(rows: &[&[&str]]) -> String {
    rows.iter().enumerate().map(|(n, texts)| row(n as u32 + 1, texts)).collect()
}

/// A workbook of dealers and months: dealer, month, planned, actual.
fn book(dealers: &[[&'static str; 14]], months: &[[&str; 4]], more: &[(&str, &str)]) -> Vec<u8> {
    let mut who: Vec<&[&str]> = vec![&DEALERS];
    who.extend(dealers.iter().map(|dealer| &dealer[..]));
    let mut purchases: Vec<&[&str]> = vec![&["经销商编号", "月份", "计划提货量", "实际提货量"]];
    purchases.extend(months.iter().map(|month| &month[..]));
    let (who, purchases) = (rows(&who), rows(&purchases));
    let violations = row(1, &["经销商编号", "日期", "违规类型", "是否属实"]);
    let mut sheets = vec![("经销商档案", who.as_str()), ("月度提货", &purchases), ("违规记录", &violations)];
    sheets.extend(more);
    Book::of(&sheets).zipped()
}

/// Rows of a dealer from a month of 2007 to December, planned and bought 100 t each.
fn from(month: u32, id: &'static str) -> Vec<[&'static str; 4]> {
    const MONTHS: [&str; 12] = [
        "2007-01", "2007-02", "2007-03", "2007-04", "2007-05", "2007-06", "2007-07", "2007-08", "2007-09", "2007-10",
        "2007-11", "2007-12",
    ];
    MONTHS[month as usize - 1..].iter().map(|month| [id, month, "100", "100"]).collect()
}

fn issues<'r>(result: &'r Value, code: &str) -> Vec<&'r Value> {
    result["issues"].as_array().unwrap().iter().filter(|issue| issue["code"] == code).collect()
}

fn assessed<'r>(result: &'r Value, id: &str) -> &'r Value {
    let dealers = result["results"]["assessment"]["dealers"].as_array().unwrap_or_else(|| panic!("{result}"));
    dealers.iter().find(|dealer| dealer["dealer_id"] == id).unwrap()
}

#[actix_web::test]
async fn what_lies_behind_the_as_of_date_counts_for_nothing_and_the_run_says_that_it_is_interim() {
    let app = TestApp::spawn().await;
    let whole: Value = app.post_run_for_json("", sample()).await.json().await.unwrap();
    assert_eq!((&whole["run"]["interim"], issues(&whole, "interim-period").len()), (&Value::Bool(false), 0));

    let half: Value = app.post_run_for_json("?as_of=2007-06-30", sample()).await.json().await.unwrap();
    assert_eq!(half["run"]["interim"], true);
    let told = issues(&half, "interim-period");
    assert_eq!((told.len(), &told[0]["severity"], &told[0]["cell"]), (1, &"warning".into(), &"B2".into()));
    let outside: Vec<&Value> = issues(&half, "outside-period");
    assert!(outside.iter().any(|issue| issue["message"].as_str().unwrap().contains("2007-06-30")), "{outside:?}");
    // 100 t a month by plan: six of them count, and the plan of the others still stands.
    assert_eq!(assessed(&half, "D001")["volume_tonnes"], "600");
    assert_eq!(assessed(&half, "D001")["evenness_index"], "0.5000");

    let answer = app.post_run("?as_of=2007-06-30", sample()).await;
    let run = header(&answer, "location");
    let written = texts(&answer.bytes().await.unwrap());
    assert!(written.matches("阶段性结果").count() >= 3, "on the added sheets");
    let card = app.get(&format!("{run}/dealers/D001/card.xlsx")).await.bytes().await.unwrap();
    assert!(texts(&card).contains("阶段性结果"));
    let statement = app.get(&format!("{run}/rebates.xlsx?dealer_id=D001")).await.bytes().await.unwrap();
    assert!(texts(&statement).contains("阶段性结果"));
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let path = run.replace("/v1", "");
    for page in ["", "/scores", "/dealers/D001", "/settlement"] {
        assert!(visitor.page(&format!("{path}{page}")).await.contains("阶段性结果"), "{page}");
    }
}

#[actix_web::test]
async fn what_was_paid_behind_the_as_of_date_was_not_collected() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/progressive-2007.xlsx");
    let app = TestApp::spawn().await;
    let bases = async |as_of: &str| -> f64 {
        let query = format!("?policy=progressive&as_of={as_of}");
        let run: Value = app.post_run_for_json(&query, std::fs::read(&path).unwrap()).await.json().await.unwrap();
        let dealers = run["results"]["incentives"]["dealers"].as_array().unwrap_or_else(|| panic!("{run}")).clone();
        let lines = dealers.iter().flat_map(|dealer| dealer["lines"].as_array().unwrap());
        let paid = lines.filter(|line| line["programme"] == "prompt_payment" && !line["basis"].is_null());
        paid.map(|line| line["basis"].as_str().unwrap().parse::<f64>().unwrap()).sum()
    };
    let (whole, half) = (bases("2007-12-31").await, bases("2007-06-30").await);
    assert!(0.0 < half && half < whole, "{half} of {whole}");
}

#[actix_web::test]
async fn the_last_month_without_any_purchase_makes_a_run_interim_and_one_purchase_of_one_dealer_doesnt() {
    let app = TestApp::spawn().await;
    let two = [dealer("D1", "2003-01-01", "否"), dealer("D2", "2003-01-01", "否")];
    let mut months = from(1, "D1");
    months.extend(from(1, "D2"));
    months.retain(|month| month[1] != "2007-12");
    let run = async |months: &[[&str; 4]], query: &str| -> Value {
        app.post_run_for_json(query, book(&two, months, &[])).await.json().await.unwrap()
    };
    let short = run(&months, "?period=2007").await;
    assert_eq!(short["run"]["interim"], true);
    assert!(issues(&short, "interim-period")[0]["message"].as_str().unwrap().contains("12 月"));
    // What was all returned was not bought; the month of the as-of date itself isn't whole.
    months.push(["D1", "2007-12", "", "-3"]);
    assert_eq!(run(&months, "?period=2007").await["run"]["interim"], true);
    months.push(["D2", "2007-12", "", "0.001"]);
    assert_eq!(run(&months, "?period=2007").await["run"]["interim"], false);
}

#[actix_web::test]
async fn a_year_that_the_rows_are_not_of_is_refused_with_the_year_that_they_are_of() {
    let app = TestApp::spawn().await;
    let answer = app.post_run_for_json("?period=2006&on_error=partial", sample()).await;
    assert_eq!(answer.status(), 422, "a part of it doesn't help");
    let told: Value = answer.json().await.unwrap();
    let mismatch = issues(&told, "period-mismatch");
    assert_eq!((mismatch.len(), &mismatch[0]["cell"]), (1, &"B2".into()));
    assert!(mismatch[0]["suggestion"].as_str().unwrap().contains("2007"), "{mismatch:?}");
    assert_eq!(issues(&told, "outside-period").len(), 0, "nothing is left out of what isn't calculated");

    // A ledger over several years: most of its rows are of years before the one that is told.
    let one = [dealer("D1", "2003-01-01", "否")];
    let mut months = from(1, "D1");
    let before =
        ["2004", "2005", "2006"].map(|year| from(1, "D1").into_iter().map(move |m| (year, m)).collect::<Vec<_>>());
    let texts: Vec<String> = before.iter().flatten().map(|(year, month)| month[1].replace("2007", year)).collect();
    months.extend(texts.iter().map(|month| ["D1", month.as_str(), "100", "100"]));
    let long: Value = app.post_run_for_json("?period=2007", book(&one, &months, &[])).await.json().await.unwrap();
    assert_eq!((issues(&long, "period-mismatch").len(), issues(&long, "outside-period").len()), (0, 1));
    let guessed: Value = app.post_run_for_json("", book(&one, &months, &[])).await.json().await.unwrap();
    assert_eq!(issues(&guessed, "period-mismatch").len(), 1, "nobody says that it is 2007");
}

/// A server whose default policy is the shipped one with something changed.
async fn with_policy(from: &str, to: &str) -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let handbook = include_str!("../../schemas/policies/handbook.toml");
    assert!(handbook.contains(from), "{from}");
    let own = handbook.replace(from, to).replace("id = \"handbook\"", "id = \"own\"");
    std::fs::write(folder.path().join("own.toml"), own).unwrap();
    let app = Start { policies: Some(folder.path().to_owned()), ..Start::default() }.spawn().await;
    (app, folder)
}

#[actix_web::test]
async fn a_network_customer_that_joined_in_mid_year_is_told_what_to_do_and_each_way_works() {
    let app = TestApp::spawn().await;
    let joiner = [dealer("D1", "2007-08-15", "是")];
    let without: Value = app.post_run_for_json("", book(&joiner, &from(8, "D1"), &[])).await.json().await.unwrap();
    let told = issues(&without, "row-check");
    assert_eq!((told.len(), &told[0]["field"]), (1, &"network_customer".into()));
    let suggestion = told[0]["suggestion"].as_str().unwrap();
    assert!(suggestion.contains("1、2、3、4、5、6、7") && suggestion.contains("prorated"), "{suggestion}");

    // Rows with a plan of 0 for the months before, which are no purchases before joining.
    let mut months = from(8, "D1");
    months.extend(from(1, "D1").into_iter().take(7).map(|[id, month, ..]| [id, month, "0", "0"]));
    let whole: Value = app.post_run_for_json("", book(&joiner, &months, &[])).await.json().await.unwrap();
    assert_eq!(issues(&whole, "row-check").len(), 0);
    assert_eq!(issues(&whole, "joined-in-period").len(), 1);
    assert_eq!(assessed(&whole, "D1")["evenness_index"], "1.0000");

    let (app, _folder) = with_policy("joiners = \"full\"", "joiners = \"prorated\"").await;
    let mut months = from(8, "D1");
    months[0][3] = "50";
    let prorated: Value = app.post_run_for_json("", book(&joiner, &months, &[])).await.json().await.unwrap();
    assert_eq!(issues(&prorated, "row-check").len(), 0);
    assert!(issues(&prorated, "joined-in-period")[0]["message"].as_str().unwrap().contains("5/12"));
    assert_eq!(assessed(&prorated, "D1")["evenness_index"], "0.9000");
    // 450 t above 1200 × 5 / 12 = 500: nothing, and 550 t: 50 t are above it.
    months[0][3] = "150";
    let above: Value = app.post_run_for_json("", book(&joiner, &months, &[])).await.json().await.unwrap();
    let lines = &above["results"]["incentives"]["dealers"][0]["lines"];
    assert!(lines.as_array().unwrap().iter().any(|line| line["basis"] == "50"), "{lines}");
}

#[actix_web::test]
async fn what_was_bought_before_joining_is_told_at_the_date_of_joining() {
    let app = TestApp::spawn().await;
    let one = [dealer("D1", "2007-02-15", "否")];
    let told: Value = app.post_run_for_json("", book(&one, &from(1, "D1"), &[])).await.json().await.unwrap();
    let checks = issues(&told, "row-check");
    assert_eq!((checks.len(), &checks[0]["severity"], &checks[0]["cell"]), (1, &"warning".into(), &"E2".into()));
    let later: Value = app.post_run_for_json("", book(&one, &from(2, "D1"), &[])).await.json().await.unwrap();
    assert_eq!(issues(&later, "row-check").len(), 0, "the month of joining");
}

#[actix_web::test]
async fn a_workbook_of_one_region_is_told_that_its_ranks_run_within_it() {
    let app = TestApp::spawn().await;
    let run = async |dealers: &[[&'static str; 14]]| -> Value {
        let months: Vec<_> = dealers.iter().flat_map(|dealer| from(1, dealer[0])).collect();
        app.post_run_for_json("", book(dealers, &months, &[])).await.json().await.unwrap()
    };
    let of = |id: &'static str, region: &'static str, mode: &'static str| {
        let mut dealer = dealer(id, "", "否");
        (dealer[2], dealer[3]) = (region, mode);
        dealer
    };
    let told = run(&[
        of("D1", "西北区", "区域经销"),
        of("D2", " 西北区\u{200b}", "区域经销"),
        of("D3", "西北区", "区域总代理"),
    ])
    .await;
    let found = issues(&told, "ranks-within-file");
    assert_eq!(found.len(), 1, "{}", told["issues"]);
    let (severity, cell, value) = (&found[0]["severity"], &found[0]["cell"], &found[0]["value"]);
    assert_eq!((severity, cell, value), (&"warning".into(), &"C1".into(), &"西北区".into()));
    assert!(found[0]["message"].as_str().unwrap().contains("2 家的名次"), "the store has no card: {}", found[0]);
    let both = run(&[of("D1", "西北区", "区域经销"), of("D2", "华东区", "区域经销")]).await;
    assert_eq!(issues(&both, "ranks-within-file").len(), 0);
    let alone = run(&[of("D1", "西北区", "区域经销"), of("D2", "西北区", "区域总代理")]).await;
    assert_eq!(issues(&alone, "ranks-within-file").len(), 0, "one alone");
    let unranked = run(&[of("D1", "西北区", "区域总代理"), of("D2", "西北区", "区域总代理")]).await;
    assert_eq!(issues(&unranked, "ranks-within-file").len(), 0, "no card, no rank");
}

#[actix_web::test]
async fn receivables_without_a_credit_row_stand_wherever_the_dealer_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/unlisted-receivables.xlsx");
    let app = TestApp::spawn().await;
    let answer = app.post_run("", std::fs::read(path).unwrap()).await;
    let run = header(&answer, "location");
    let written = texts(&answer.bytes().await.unwrap());
    assert!(written.contains("没有信用额度行的应收账款") && written.contains("未列入信用额度的应收"));
    let card: Value = app.get(&format!("{run}/dealers/D2")).await.json().await.unwrap();
    assert_eq!(card["results"]["credit"]["unlisted"][0]["outstanding"], "900000.00", "{card}");
    let card = app.get(&format!("{run}/dealers/D2/card.xlsx")).await.bytes().await.unwrap();
    assert!(texts(&card).contains("未回款 900,000.00 元"));
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    assert!(visitor.page(&format!("{}/dealers/D2", run.replace("/v1", ""))).await.contains("未回款 900,000.00 元"));
}

#[actix_web::test]
async fn what_is_said_to_have_come_in_is_held_against_the_shipments_of_its_days() {
    let app = TestApp::spawn().await;
    let one = [dealer("D1", "2003-01-01", "否")];
    let run = async |shipments: &[[&str; 5]], purchased: &str| -> Vec<Value> {
        let mut ledger: Vec<&[&str]> = vec![&["发货单号", "发货日期", "经销商编号", "产品", "数量"]];
        ledger.extend(shipments.iter().map(|shipment| &shipment[..]));
        let stock = rows(&[
            &["经销商编号", "产品", "期初库存", "本期进货", "期末库存", "期间天数"],
            &["D1", "尿素", "10", purchased, "0", "30"],
        ]);
        let ledger = rows(&ledger);
        let book = book(&one, &from(1, "D1"), &[("发货流水", &ledger), ("进销存", &stock)]);
        let told: Value = app.post_run_for_json("?period=2007", book).await.json().await.unwrap();
        let of_stock = issues(&told, "reconciliation").into_iter().filter(|issue| issue["resource"] == "stock");
        of_stock.cloned().collect()
    };
    // As of 31 December the 30 days begin on the 2nd.
    let ledger = [
        ["S1", "2007-01-05", "D1", "尿素", "500"],
        ["S2", "2007-12-01", "D1", "尿素", "40"],
        ["S3", "2007-12-02", "D1", "尿素", "70"],
        ["S4", "2007-12-31", "D1", "尿素", "-5"],
        ["S5", "2007-12-20", "D1", "复合肥", "9"],
    ];
    assert_eq!(run(&ledger, "65").await, Vec::<Value>::new());
    assert_eq!(run(&ledger, "65.001").await, Vec::<Value>::new(), "within the tolerance");
    let told = run(&ledger, "333").await;
    assert_eq!((told.len(), &told[0]["severity"], &told[0]["cell"]), (1, &"warning".into(), &"D2".into()));
    assert!(told[0]["message"].as_str().unwrap().contains("65"), "{told:?}");
    assert_eq!(run(&ledger[2..], "333").await.len(), 1, "the ledger begins on the first of the days");
    assert_eq!(run(&ledger[3..], "333").await, Vec::<Value>::new(), "it doesn't reach back");
    let mut unnamed = ledger;
    unnamed[2][3] = "";
    assert_eq!(run(&unnamed, "333").await, Vec::<Value>::new(), "a shipment doesn't say of what");
}

#[actix_web::test]
async fn sheets_that_group_by_market_class_say_what_each_class_is_for() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/maintenance-small.xlsx");
    let app = TestApp::spawn().await;
    let written = texts(&app.post_run("", std::fs::read(path).unwrap()).await.bytes().await.unwrap());
    for words in ["A：销量和利润的根据地", "B：发展型市场", "C：选择性进入"] {
        assert!(written.matches(words).count() >= 2, "{words} on the visit report and the monthly sales");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/stock-small.xlsx");
    let written = texts(&app.post_run("?lang=en", std::fs::read(path).unwrap()).await.bytes().await.unwrap());
    assert!(written.contains("C: selective entry"));
}
