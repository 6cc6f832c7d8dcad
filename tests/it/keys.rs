//! Texts that identify or group count as the same where people see the same: in sums, ranks, policies and on the added sheets.

use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use dealerbook::pipeline::{self, Engine, Job, Options, PolicyChoice, RunIdentity};
use serde_json::{Value, json};

use crate::builder::{Book, row};
use crate::harness::{formulas, texts};

/// A policy that pays agents of one region and knows the market class of another, both spelled in ways of its own.
const OWN: &str = r#"
id = "own"
extends = "handbook"
version = "1"
rates = "own"
title = { zh = "区域佣金", en = "Regional commission" }

[[incentives]]
id = "commission"
title = { zh = "西北佣金", en = "North-western commission" }
kind = "commission"
modes = ["general_agency"]
regions = ["西北区", "Ｎｏｒｔｈ West"]
rate = "10"

[market_classes]
"西北区" = "A"
"华东 (一) 区" = "B"

[credit]
new_customer_months = 3
exception_approvers = ["张 总"]
ageing_days = [30, 60, 90]
decisions = { release = { zh = "放行", en = "Release" }, hold = { zh = "暂缓", en = "Hold" }, exception = { zh = "例外放行", en = "Exception" } }
reasons = { new-customer = { zh = "新客户", en = "New customer" }, overdue = { zh = "有超期未回款", en = "Overdue" }, over-limit = { zh = "超过额度", en = "Over the limit" }, exception = { zh = "例外批准", en = "Approved" } }
"#;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), OWN).unwrap();
    Engine::with_policies(Some(folder.path())).unwrap()
});

/// What comes of a workbook by our policy: the result, and the annotated workbook.
fn calculate(bytes: &[u8], options: &Options) -> (Value, Vec<u8>) {
    let job = Job {
        bytes,
        filename: None,
        options,
        engine: &ENGINE,
        policy: PolicyChoice::Id("own"),
        json: true,
        stop: &AtomicBool::new(false),
        observer: None,
    };
    let mut answer = Cursor::new(Vec::new());
    let report = pipeline::run(&job, Some(&mut answer)).unwrap();
    let mut result = Vec::new();
    report.write_json(&RunIdentity { id: "", created_at: "" }, &mut result).unwrap();
    (serde_json::from_slice(&result).unwrap(), answer.into_inner())
}

fn sheet(rows: &[&[&str]]) -> String {
    rows.iter().zip(1..).map(|(texts, number)| row(number, texts)).collect()
}

/// A workbook of agents that each bought 100 t: id, name and region.
pub fn agents(dealers: &[[&str; 3]], others: &[(&str, String)]) -> Vec<u8> {
    const LABELS: &[&str] = &[
        "经销商编号",
        "经销商名称",
        "区域",
        "合作方式",
        "是否网络客户",
        "年度目标销量",
        "各品牌尿素总销量",
        "营销服务水平",
        "资金能力",
        "信誉度",
    ];
    let mut dealer_rows: Vec<Vec<&str>> = vec![LABELS.to_vec()];
    dealer_rows.extend(
        dealers
            .iter()
            .map(|[id, name, region]| vec![*id, *name, *region, "区域总代理", "否", "100", "200", "高", "高", "高"]),
    );
    let mut purchases: Vec<Vec<&str>> = vec![vec!["经销商编号", "月份", "实际提货量"]];
    purchases.extend(dealers.iter().map(|[id, ..]| vec![*id, "2007-12", "100"]));
    let of = |rows: &[Vec<&str>]| sheet(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let (dealers, purchases) = (of(&dealer_rows), of(&purchases));
    let mut sheets = vec![("经销商档案", dealers.as_str()), ("月度提货", purchases.as_str())];
    sheets.extend(others.iter().map(|(name, rows)| (*name, rows.as_str())));
    Book::of(&sheets).zipped()
}

fn issues<'r>(result: &'r Value, code: &str) -> Vec<&'r Value> {
    result["issues"].as_array().unwrap().iter().filter(|issue| issue["code"] == code).collect()
}

fn column<'r>(rows: &'r Value, key: &str) -> Vec<&'r str> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap_or("null")).collect()
}

#[test]
fn a_policys_region_pays_its_dealers_however_the_sheet_spells_it() {
    let regions =
        ["西北区", " 西北区", "西\u{200B}北区", "西北\u{A0}区", "North\u{3000} West", "north west", "西北二区"];
    let ids: Vec<String> = (1..=regions.len()).map(|n| format!("D{n}")).collect();
    let dealers: Vec<[&str; 3]> = ids.iter().zip(regions).map(|(id, region)| [id.as_str(), "甲", region]).collect();
    let (result, answer) = calculate(&agents(&dealers, &[]), &Options::default());
    assert_eq!(result["run"]["status"], "ok", "{}", result["issues"]);
    let paid = column(&result["results"]["incentives"]["dealers"], "total");
    assert_eq!(paid, ["1000.00", "1000.00", "1000.00", "1000.00", "1000.00", "0.00", "0.00"], "case counts");

    let coerced = issues(&result, "coerced");
    let of_region = coerced.iter().find(|issue| issue["field"] == "region").unwrap();
    assert_eq!((&of_region["count"], &of_region["cell"]), (&json!(3), &json!("C3")), "{of_region}");
    assert!(of_region["message"].as_str().unwrap().contains("U+200B"), "{of_region}");

    // The sheet's formula compares with the region as the sheet spells it.
    let formulas = formulas(&answer);
    assert!(formulas.iter().any(|f| f.contains("\"西北区\"") && f.contains("\"North\u{3000} West\"")), "{formulas:?}");
}

#[test]
fn nine_spellings_of_a_region_are_one_on_the_added_sheets() {
    let regions = [
        "华东（一）区",
        "华东(一)区",
        " 华东（一）区",
        "华东（一）区\t",
        "华 东（一）区",
        "华东（\u{FEFF}一）区",
        "华东（一）\u{200B}区",
    ];
    let ids: Vec<String> = (1..=regions.len()).map(|n| format!("D{n}")).collect();
    let dealers: Vec<[&str; 3]> = ids.iter().zip(regions).map(|(id, region)| [id.as_str(), "甲", region]).collect();
    let (result, answer) = calculate(&agents(&dealers, &[]), &Options::default());
    assert_eq!(result["summary"]["dealers"], regions.len());
    let texts = texts(&answer);
    for odd in ["华东(一)区", "华 东（一）区", "华东（\u{FEFF}一）区", "华东（一）\u{200B}区"] {
        assert_eq!(texts.matches(odd).count(), 1, "{odd:?} stands in the user's own cell alone");
    }
    assert!(texts.matches("华东（一）区").count() > regions.len(), "the first spelling stands on the added sheets");
}

#[test]
fn two_ids_that_look_the_same_are_the_same() {
    for twin in ["D001\u{200B}", " D001", "\u{FEFF}Ｄ００１", "D0\u{AD}01"] {
        let (result, _) =
            calculate(&agents(&[["D001", "甲", "西北区"], [twin, "乙", "西北区"]], &[]), &Options::default());
        assert_eq!(result["run"]["status"], "faulty", "{twin:?}");
        let unique = issues(&result, "unique-error");
        assert_eq!((unique.len(), &unique[0]["cell"]), (1, &json!("A3")), "{twin:?}: {}", result["issues"]);
    }
}

#[test]
fn names_go_out_without_what_cannot_be_seen() {
    let name = "\u{200B} 涪陵\u{FEFF}丰禾 农资\u{A0}";
    let upload = agents(&[["D001", name, "西北区"]], &[]);
    let (result, answer) = calculate(&upload, &Options::default());
    assert_eq!(column(&result["results"]["assessment"]["dealers"], "name"), ["涪陵丰禾 农资"]);
    assert!(texts(&answer).contains(name), "the user's own cell stays as it is");
}

#[test]
fn a_product_has_the_spelling_that_stood_first() {
    let stock = sheet(&[
        &["经销商编号", "产品", "期初库存", "本期进货", "期末库存"],
        &["D1", "尿素４６％", "10", "90", "60"],
        &["D2", "尿素46%", "10", "90", "60"],
        &["D2", "尿 素", "10", "90", "60"],
    ]);
    let dealers = [["D1", "甲", "西北区"], ["D2", "乙", "西\u{200D}北区"]];
    let (result, _) = calculate(&agents(&dealers, &[("进销存", stock)]), &Options::default());
    assert_eq!(result["run"]["status"], "ok", "{}", result["issues"]);
    assert_eq!(column(&result["results"]["stock"]["items"], "product"), ["尿素４６％", "尿素４６％", "尿 素"]);
}

#[test]
fn a_product_that_stands_twice_for_a_dealer_is_told() {
    let stock = sheet(&[
        &["经销商编号", "产品", "期初库存", "本期进货", "期末库存"],
        &["D1", "复合肥ＮＰＫ", "10", "90", "60"],
        &["D1", "复合肥 NPK", "10", "90", "60"],
        &["D1", "复合肥\u{200B}NPK", "10", "90", "60"],
    ]);
    let (result, _) = calculate(&agents(&[["D1", "甲", "西北区"]], &[("进销存", stock)]), &Options::default());
    let twice = issues(&result, "primary-key");
    let cells: Vec<&str> = twice.iter().map(|issue| issue["cell"].as_str().unwrap()).collect();
    assert_eq!(cells, ["A4"], "a space between a Chinese character and a letter counts");
}

#[test]
fn a_channel_type_elsewhere_is_the_same_one() {
    let channels = |other: &str| {
        sheet(&[
            &["区域", "渠道种类", "客户总数", "已开发客户数", "已开发客户销量"],
            &["西北区", "零售店", "10", "0", "0"],
            &["西南区", other, "5", "2", "30"],
        ])
    };
    for (other, tonnes) in [("零 售店", "15.0000"), ("零售\u{200B}店 ", "15.0000"), ("批发店", "null")] {
        let book = Book::of(&[("渠道盘点", &channels(other))]).zipped();
        let (result, answer) = calculate(&book, &Options::default());
        let rows = &result["results"]["channels"]["rows"];
        assert_eq!(column(rows, "tonnes_per_customer")[0], tonnes, "{other:?}: {result}");
        let same_type = formulas(&answer).into_iter().filter(|formula| formula.contains("EXACT(")).count();
        assert!(same_type > 0, "types are compared to the letter");
    }
}

#[test]
fn channels_of_one_region_are_added_up_whatever_their_spelling() {
    let channels = sheet(&[
        &["区域", "渠道种类", "客户总数", "已开发客户数", "已开发客户销量"],
        &["西 北区", "零售店", "10", "2", "20"],
        &["西北区 ", "批发店", "5", "2", "30"],
        &["North", "零售店", "10", "2", "20"],
        &["north", "批发店", "10", "2", "20"],
    ]);
    // The dealers sheet has the region too: its spelling goes before that of the channels.
    let (result, answer) =
        calculate(&agents(&[["D1", "甲", "西北区"]], &[("渠道盘点", channels.clone())]), &Options::default());
    assert_eq!(column(&result["results"]["channels"]["rows"], "region"), ["西北区", "西北区", "North", "north"]);
    let (result, _) = calculate(&Book::of(&[("渠道盘点", &channels)]).zipped(), &Options::default());
    assert_eq!(column(&result["results"]["channels"]["rows"], "region"), ["西 北区", "西 北区", "North", "north"]);
    let subtotals: Vec<String> = formulas(&answer).into_iter().filter(|f| f.starts_with("SUMPRODUCT(EXACT(")).collect();
    assert!(!subtotals.is_empty(), "subtotals tell capitals from small letters, as the figures do");

    let twice = sheet(&[
        &["区域", "渠道种类", "客户总数", "已开发客户数", "已开发客户销量"],
        &["西北区", "零售店", "10", "2", "20"],
        &["西 北区", "零售 店", "5", "2", "30"],
    ]);
    let (result, _) = calculate(&Book::of(&[("渠道盘点", &twice)]).zipped(), &Options::default());
    assert_eq!(issues(&result, "primary-key").len(), 1);
}

#[test]
fn options_and_factors_are_told_apart_by_what_is_seen_of_them() {
    let options = sheet(&[
        &["方案", "因素", "权重", "评分"],
        &["直销", "覆 盖", "60", "80"],
        &["直销 ", "成本（元）", "40", "70"],
        &["代\u{FEFF}理", "覆盖", "60", "90"],
        &["代理", "成本(元)", "40", "60"],
    ]);
    let (result, _) = calculate(&Book::of(&[("渠道方案", &options)]).zipped(), &Options::default());
    assert_eq!(result["run"]["status"], "ok", "{}", result["issues"]);
    let options = &result["results"]["channel_options"]["options"];
    assert_eq!((column(options, "option"), column(options, "total")), (vec!["直销", "代理"], vec!["76.00", "78.00"]));
}

#[test]
fn an_approver_is_known_whatever_the_space() {
    let credit = sheet(&[
        &[
            "经销商编号",
            "首次交易日期",
            "前段销售总额",
            "前段天数",
            "最长回款期",
            "当期销售额",
            "未回款余额",
            "本次订单金额",
            "例外批准人",
        ],
        &["D1", "2005-01-01", "1000", "100", "30", "1000", "0", "900000", "张总\u{200B}"],
        &["D2", "2005-01-01", "1000", "100", "30", "1000", "0", "900000", "李总"],
    ]);
    let workbook = agents(&[["D1", "甲", "西北区"], ["D2", "乙", "西北区"]], &[("信用额度", credit)]);
    let (result, answer) = calculate(&workbook, &Options::default());
    assert_eq!(column(&result["results"]["credit"]["dealers"], "decision"), ["exception", "hold"], "{result}");
    assert!(formulas(&answer).iter().any(|formula| formula.contains(",\"张总\")")), "as the sheet spells the name");
}

#[test]
fn the_named_reports_come_out_as_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/keys");
    let read = |name: &str| calculate_by_handbook(&std::fs::read(folder.join(name)).unwrap());
    let invisible = read("V43-invisible-in-region-and-name.xlsx");
    assert_eq!(invisible["summary"]["incentive_total"], "90200.00");
    assert_eq!(column(&invisible["results"]["assessment"]["dealers"], "name")[0], "涪陵丰禾农资");
    assert!(!issues(&invisible, "coerced").is_empty());
    let twin = read("invisible-twin-dealer.xlsx");
    assert_eq!((&twin["run"]["status"], issues(&twin, "unique-error").len()), (&json!("faulty"), 1));
}

fn calculate_by_handbook(bytes: &[u8]) -> Value {
    let job = Job {
        bytes,
        filename: None,
        options: &Options::default(),
        engine: &Engine::embedded().unwrap(),
        policy: PolicyChoice::Default,
        json: true,
        stop: &AtomicBool::new(false),
        observer: None,
    };
    let report = pipeline::run(&job, Some(Cursor::new(Vec::new()))).unwrap();
    let mut result = Vec::new();
    report.write_json(&RunIdentity { id: "", created_at: "" }, &mut result).unwrap();
    serde_json::from_slice(&result).unwrap()
}
