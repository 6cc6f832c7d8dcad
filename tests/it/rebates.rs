//! The settlement workbook: summary, list and statements come to the same, what isn't final says so, and nothing in it is of clocks.

use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use calamine::{Data, Range, Reader, Xlsx};
use dealerbook::lang::Lang;
use dealerbook::outcome::Outcome;
use dealerbook::pipeline::{self, Engine, Job, Options, PolicyChoice};
use dealerbook::policy::{Policy, Rates, Title};
use dealerbook::report::settlement::Rebates;
use dealerbook::report::words::Words;
use dealerbook::settlement::{Adjustment, Difference, Due, OfPolicy, Settlement, Signature, Status};
use jiff::tz::Offset;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::harness::{TestApp, XLSX, formulas, header, problem, sample, send, texts};

fn accepted(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted").join(name)).unwrap()
}

async fn run(app: &TestApp, query: &str, workbook: Vec<u8>) -> (String, Value) {
    let result: Value = app.post_run_for_json(query, workbook).await.json().await.unwrap();
    (format!("/v1/runs/{}/rebates.xlsx", result["run"]["id"].as_str().unwrap()), result)
}

/// The sheets of a workbook with their cached values.
fn sheets(workbook: &[u8]) -> Vec<(String, Range<Data>)> {
    let mut book = Xlsx::new(Cursor::new(workbook)).unwrap();
    let names = book.sheet_names();
    names.into_iter().map(|name| (name.clone(), book.worksheet_range(&name).unwrap())).collect()
}

fn names(workbook: &[u8]) -> Vec<String> {
    Xlsx::new(Cursor::new(workbook)).unwrap().sheet_names()
}

fn text(cell: Option<&Data>) -> String {
    cell.map(ToString::to_string).unwrap_or_default()
}

/// A cell, by the text that begins its row and the number of its column; the first such row from a row on.
fn beside(range: &Range<Data>, label: &str, column: u32) -> String {
    let (last, _) = range.end().unwrap();
    let row = (0..=last).find(|row| text(range.get_value((*row, 0))).starts_with(label));
    text(range.get_value((row.unwrap_or_else(|| panic!("no row {label}")), column)))
}

fn money(text: &str) -> Decimal {
    Decimal::from_scientific(text)
        .or_else(|_| text.parse())
        .unwrap_or_else(|_| panic!("{text} is no amount"))
        .round_dp(2)
}

/// The amount of a dealer's statement that stands beside a mark.
pub fn stated(workbook: &[u8], dealer: &str, mark: &str) -> String {
    let sheets = sheets(workbook);
    let rows: Vec<&[Data]> = sheets[2].1.rows().collect();
    let own = rows.iter().position(|row| row[3..].iter().any(|cell| text(Some(cell)) == dealer)).unwrap();
    let row = rows[own..].iter().find(|row| text(row.first()) == mark).unwrap();
    text(row.get(4))
}

/// That every difference of the tie-out is nought, on the first sheet.
pub fn assert_tied_out(workbook: &[u8], label: &str) {
    let (_, summary) = &sheets(workbook)[0];
    let mut told = 0;
    for row in summary.rows().filter(|row| text(row.first()).starts_with(label)) {
        for cell in row.iter().skip(1).filter(|cell| !text(Some(cell)).is_empty()) {
            assert_eq!(money(&text(Some(cell))), Decimal::ZERO, "{row:?}");
            told += 1;
        }
    }
    assert!(told > 20, "{told} differences are told");
}

#[actix_web::test]
async fn a_calculated_run_has_a_draft_in_which_all_comes_to_the_runs_total() {
    let app = TestApp::spawn().await;
    let (address, result) = run(&app, "?policy=progressive", accepted("progressive-2007.xlsx")).await;
    let answer = app.get(&address).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, XLSX));
    let named = header(&answer, "content-disposition");
    assert!(named.ends_with("%E8%BF%94%E5%88%A9%E7%BB%93%E7%AE%97-2007.xlsx"), "{named}");
    let tag = header(&answer, "etag");
    let book = answer.bytes().await.unwrap().to_vec();
    assert_eq!(names(&book), ["结算汇总", "结算清单", "返利结算单", "说明"]);
    assert_tied_out(&book, "差额");
    let total = money(result["results"]["incentives"]["total"].as_str().unwrap());
    let all = sheets(&book);
    for label in ["全部返利结算单", "结算清单", "汇总（按区域）", "汇总（按评级）", "汇总（按项目）", "运行的计算结果"]
    {
        assert_eq!(money(&beside(&all[0].1, label, 2)), total, "{label}");
    }
    let dealers = result["results"]["incentives"]["dealers"].as_array().unwrap();
    let statements = &all[2].1;
    let stated: Decimal =
        statements.rows().filter(|row| text(row.first()) == "一").map(|row| money(&text(row.get(4)))).sum();
    assert_eq!(stated, total);
    assert_eq!(statements.rows().filter(|row| text(row.first()) == "应付大写").count(), dealers.len());
    for (name, range) in &all {
        let told = range.rows().flatten().map(|cell| text(Some(cell))).collect::<String>();
        assert!(told.contains("草稿：仅已计算") && told.contains("示例费率"), "{name}");
    }
    // Each line of a statement is basis × rate, live.
    let products =
        formulas(&book).into_iter().filter(|formula| formula.starts_with("ROUND(C") && formula.contains("*D")).count();
    let lines = dealers.iter().flat_map(|dealer| dealer["lines"].as_array().unwrap());
    assert_eq!(products, lines.filter(|line| !line["basis"].is_null()).count());
    let again = app.get(&address).await;
    assert_eq!(again.bytes().await.unwrap().to_vec(), book, "the same state gives the same bytes");
    let known = send(app.request("GET", &address).header("If-None-Match", &tag)).await;
    assert_eq!(known.status().as_u16(), 304);
}

#[actix_web::test]
async fn a_dealers_statement_can_be_had_alone_and_in_the_other_language() {
    let app = TestApp::spawn().await;
    let (address, _) = run(&app, "", sample()).await;
    let answer = app.get(&format!("{address}?dealer_id=D001&lang=en")).await;
    assert!(header(&answer, "content-disposition").ends_with("rebates-2007-D001.xlsx"));
    let book = answer.bytes().await.unwrap().to_vec();
    assert_eq!(names(&book), ["Statement", "About"]);
    let (_, statement) = &sheets(&book)[0];
    assert_eq!(beside(statement, "A", 1), "Incentives");
    // What the oracle has calculated apart from the program.
    assert_eq!(money(&beside(statement, "H", 4)), Decimal::new(4_280_000, 2));
    assert_eq!(beside(statement, "In capitals", 1), "人民币肆万贰仟捌佰元整");
    assert_eq!(statement.rows().filter(|row| text(row.first()) == "In capitals").count(), 1);
}

#[actix_web::test]
async fn what_has_no_settlement_is_told_and_what_is_asked_wrongly_too() {
    let app = TestApp::spawn().await;
    let (address, _) = run(&app, "", sample()).await;
    let document = problem(app.get(&format!("{address}?dealer_id=D00l")).await, 404, "no-such-dealer").await;
    assert!(document["detail"].as_str().unwrap().contains("D001"), "{document}");
    problem(app.get(&format!("{address}?dealer_id=")).await, 400, "invalid-value").await;
    problem(app.get(&format!("{address}?dealer_id=D001&dealer_id=D001")).await, 400, "repeated-parameter").await;
    problem(app.get(&format!("{address}?lang=zh&lang=en")).await, 400, "repeated-parameter").await;
    let document = problem(app.get(&format!("{address}?dealer=D001")).await, 400, "unknown-parameter").await;
    assert_eq!(document["allowed"], json!(["lang", "dealer_id"]));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/rejected/faulty-small.xlsx");
    let (faulty, _) = run(&app, "", std::fs::read(path).unwrap()).await;
    problem(app.get(&faulty).await, 409, "settlement-of-faulty-run").await;
    let (unpaid, _) = run(&app, "?programmes=assessment", sample()).await;
    problem(app.get(&unpaid).await, 409, "settlement-without-incentives").await;
    let nobody = "/v1/runs/0198c0de-0000-7000-8000-0123456789ab/rebates.xlsx";
    problem(app.get(nobody).await, 404, "no-such-run").await;
}

fn outcome(engine: &Engine, policy: &Policy, workbook: &[u8]) -> Outcome {
    let (options, stop) = (Options::default(), AtomicBool::new(false));
    let policy = PolicyChoice::This(policy);
    let job = Job {
        bytes: workbook,
        filename: None,
        options: &options,
        engine,
        policy,
        json: false,
        stop: &stop,
        observer: None,
    };
    pipeline::outcome(&job).unwrap().unwrap()
}

fn signature(who: &str, note: &str) -> Signature {
    Signature { who: who.to_owned(), at: "2008-01-15T08:00:00Z".to_owned(), note: Some(note.to_owned()) }
}

/// A settlement of what a workbook came to, of which nothing is paid.
fn settlement(outcome: &Outcome, policy: &Policy, status: Status) -> Settlement {
    Settlement {
        run_id: "0198c0de-0000-7000-8000-0123456789ab".to_owned(),
        period: outcome.period,
        as_of: outcome.as_of.clone(),
        status,
        policy: OfPolicy {
            id: policy.id.clone(),
            version: policy.version.clone(),
            sha256: policy.sha256.clone(),
            rates: policy.rates,
        },
        supersedes: None,
        superseded_by: None,
        submitted: Some(signature("李雷", "")),
        decided: Some(signature("韩梅梅", "同意")),
        approvals: Vec::new(),
        dues: outcome.dealers.iter().cloned().map(Due::of).collect(),
    }
}

/// Dealers that are adjusted, held, paid in part, paid too much and ordered, corrected against an earlier settlement.
fn everything(outcome: &Outcome, policy: &Policy) -> Settlement {
    let mut all = settlement(outcome, policy, Status::PartlyPaid);
    all.supersedes = Some("0198c0de-1111-7000-8000-0123456789ab".to_owned());
    let yuan = |cents: i64| Decimal::new(cents, 2);
    for (n, due) in all.dues.iter_mut().enumerate() {
        let before = due.dealer.amount - yuan(12_345);
        let mut difference = Difference { before, data: yuan(10_000), policy: yuan(2_345), ..Difference::default() };
        match n {
            0 => {
                "=HYPERLINK(\"http://x\",\"付款\")".clone_into(&mut due.dealer.name);
                due.dealer.region = "一".into();
                due.adjustments = vec![
                    Adjustment {
                        number: 1,
                        amount: yuan(100_005),
                        signature: signature("李雷", "补发去年运费补贴，合同附件三"),
                        person: None,
                    },
                    Adjustment {
                        number: 2,
                        amount: yuan(-2_055),
                        signature: signature("李雷", "扣回样品"),
                        person: None,
                    },
                ];
                (difference.appeal, difference.adjustment) = (yuan(0), yuan(97_950));
                due.held = Some(signature("韩梅梅", "窜货调查中，待核实后支付"));
                due.paid = yuan(50_000);
                due.paid_before = yuan(10_001);
            }
            1 => {
                "+1+1".clone_into(&mut due.dealer.name);
                due.dealer.region = "岳阳*".into();
                due.paid = due.dealer.amount + yuan(3);
            }
            2 => due.ordered = due.dealer.amount - yuan(1),
            _ => due.paid_before = before.max(Decimal::ZERO),
        }
        due.difference = Some(difference);
    }
    all
}

/// Where books are put that `tests/sheets/check.sh` has calculated afresh.
fn put_aside(name: &str, book: &[u8]) {
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), book).unwrap();
}

struct Fixture {
    engine: Engine,
    policy: Policy,
}

impl Fixture {
    fn new() -> Fixture {
        let engine = Engine::embedded().unwrap();
        let mut policy = engine.policies.iter().find(|policy| policy.id == "progressive").unwrap().clone();
        policy.rates = Rates::Own;
        policy.settlement.company =
            Some(Title { zh: "川江化肥".to_owned(), en: "Chuanjiang Fertiliser".to_owned() });
        Fixture { engine, policy }
    }

    fn book(&self, settlement: &Settlement, lang: Lang) -> Vec<u8> {
        self.rebates(settlement, lang).book(&std::env::temp_dir()).unwrap()
    }

    fn rebates<'a>(&'a self, settlement: &'a Settlement, lang: Lang) -> Rebates<'a> {
        let words = Words { schemas: &self.engine.schemas, policy: &self.policy, lang };
        let run_total = settlement.dues.iter().map(|due| due.dealer.amount).sum();
        Rebates {
            settlement,
            words,
            is_partial: false,
            is_interim: false,
            run_total: Some(run_total),
            clock: Offset::UTC,
        }
    }
}

#[test]
fn a_dealer_that_is_adjusted_held_and_paid_in_part_ties_out_to_the_cent() {
    let mut fixture = Fixture::new();
    let outcome = outcome(&fixture.engine, &fixture.policy, &accepted("progressive-2007.xlsx"));
    let all = everything(&outcome, &fixture.policy);
    let book = fixture.book(&all, Lang::Zh);
    put_aside("rebates-everything.xlsx", &book);
    assert_tied_out(&book, "差额");
    let (_, statement) = &sheets(&book)[2];
    let own = |mark: &str| money(&stated(&book, "D022", mark));
    let first = &all.dues[0];
    assert_eq!((own("一"), own("二")), (first.dealer.amount, Decimal::new(97_950, 2)));
    assert_eq!((own("三"), own("四"), own("五")), (first.entitled(), first.paid_before, first.paid));
    assert_eq!((own("七"), own("八")), (first.outstanding(), Decimal::ZERO));
    assert_eq!(beside(statement, "应付大写", 1), "人民币零元整");
    assert_eq!(beside(statement, "应退大写", 1), "人民币叁分");
    let told = texts(&book);
    for text in [
        "窜货调查中，待核实后支付",
        "补发去年运费补贴，合同附件三",
        "川江化肥返利结算单",
        "已批准并锁定：韩梅梅 2008-01-15",
        "更正前应得",
    ] {
        assert!(told.contains(text), "{text}");
    }
    assert!(!told.contains("草稿：") && !told.contains("示例费率："));
    let list = &sheets(&book)[1].1;
    assert_eq!(text(list.get_value((5, 1))), "=HYPERLINK(\"http://x\",\"付款\")");
    assert!(!formulas(&book).iter().any(|formula| formula.contains("HYPERLINK") || formula.contains("1+1")));
    // Tax on top, and in the other language.
    fixture.policy.settlement.tax_included = false;
    fixture.policy.settlement.tax_rate = Decimal::new(10, 2);
    let book = fixture.book(&all, Lang::En);
    put_aside("rebates-everything-en.xlsx", &book);
    assert_tied_out(&book, "Difference");
    assert!(!fixture.rebates(&all, Lang::En).book(&std::env::temp_dir()).unwrap().is_empty());
}

#[test]
fn a_wrong_run_total_shows_in_the_tie_out() {
    let fixture = Fixture::new();
    let outcome = outcome(&fixture.engine, &fixture.policy, &accepted("progressive-2007.xlsx"));
    let all = settlement(&outcome, &fixture.policy, Status::Approved);
    let rebates = fixture.rebates(&all, Lang::Zh);
    let wrong = rebates.run_total.map(|total| total + Decimal::new(1, 2));
    let book = Rebates { run_total: wrong, ..rebates }.book(&std::env::temp_dir()).unwrap();
    assert_eq!(money(&beside(&sheets(&book)[0].1, "差额：运行的计算结果", 2)), Decimal::new(1, 2));
}

#[test]
fn beyond_a_thousand_statements_begin_a_new_sheet_and_each_has_its_page() {
    let fixture = Fixture::new();
    let outcome = outcome(&fixture.engine, &fixture.policy, &accepted("progressive-2007.xlsx"));
    let mut all = settlement(&outcome, &fixture.policy, Status::Approved);
    let dues = all.dues.clone();
    all.dues = dues.iter().cycle().take(1003).cloned().collect();
    let book = fixture.book(&all, Lang::Zh);
    assert_eq!(names(&book), ["结算汇总", "结算清单", "返利结算单", "返利结算单 2", "说明"]);
    assert_tied_out(&book, "差额");
    let breaks = |text: &str| text.split("<brk ").count() - 1;
    let parts: Vec<usize> = texts(&book).split("<rowBreaks").skip(1).map(breaks).collect();
    assert_eq!(parts, [999, 2]);
}

#[test]
fn a_settlement_without_dealers_is_a_workbook_too() {
    let fixture = Fixture::new();
    let mut outcome = outcome(&fixture.engine, &fixture.policy, &accepted("progressive-2007.xlsx"));
    outcome.dealers.clear();
    let empty = settlement(&outcome, &fixture.policy, Status::Approved);
    let book = fixture.book(&empty, Lang::Zh);
    assert_eq!(beside(&sheets(&book)[0].1, "尾差", 2), "0");
}
