//! The workbook over many: what it says is what the single results say, and nothing of runs or clocks is in it.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx};
use dealerbook::lang::Lang;
use dealerbook::pipeline::Engine;
use dealerbook::report::consolidated::{self, Consolidated, FileOutcome, FileStatus};
use serde_json::{Value, json};

use crate::commands::{dealerbook, run};

/// A dealer of a result: id, scorecard, tonnes, total, grade, and what each programme pays.
type Dealer<'d> = (&'d str, &'d str, &'d str, Option<&'d str>, Option<&'d str>, &'d [(&'d str, &'d str)]);

fn result(run_id: &str, period: i16, dealers: &[Dealer<'_>]) -> Value {
    let assessed = dealers.iter().map(|(id, card, volume, total, grade, _)| {
        json!({"dealer_id": id, "name": format!("name of {id}"), "channel_mode": "regional_distributor", "scorecard": card,
            "volume_tonnes": volume, "rank": 1, "total": total, "grade": grade, "characteristics": [{"id": "x"}]})
    });
    let cents = |amount: &str| (amount.parse::<f64>().unwrap() * 100.0).round() as i64;
    let of = |lines: &[(&str, &str)]| lines.iter().map(|(_, amount)| cents(amount)).sum::<i64>();
    let money = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let paid = dealers.iter().map(|(id, _, _, _, grade, lines)| {
        let told: Vec<Value> = lines.iter().map(|(id, amount)| json!({"programme": id, "amount": amount})).collect();
        json!({"dealer_id": id, "grade": grade, "lines": told, "total": money(of(lines)), "forfeited_deposit": null})
    });
    let total = money(dealers.iter().map(|dealer| of(dealer.5)).sum());
    json!({
        "run": {"id": run_id, "created_at": run_id, "period": period, "as_of": format!("{period}-12-31"), "partial": false, "status": "ok",
            "policy": {"id": "handbook", "version": "1.0.0", "sha256": "aa", "rates": "example"},
            "workbook": {"filename": "a.xlsx", "sha256": "bb", "bytes": 5}},
        "summary": {"errors": 0, "warnings": 0, "infos": 0, "dealers": dealers.len(), "incentive_total": total, "codes": []},
        "issues": [],
        "results": {"assessment": {"dealers": assessed.collect::<Vec<_>>()},
            "incentives": {"dealers": paid.collect::<Vec<_>>(), "total": total}, "stock": {"items": [1, {"a": 2}]}},
    })
}

fn ok(filename: &str, result: &Value) -> FileOutcome<'static> {
    let bytes = serde_json::to_vec(result).unwrap();
    FileOutcome {
        filename: filename.to_owned(),
        status: FileStatus::Ok,
        problem: None,
        result: Some(Box::new(Cursor::new(bytes))),
    }
}

fn written(files: Vec<FileOutcome<'_>>, rank_all: bool) -> Vec<u8> {
    let engine = Engine::embedded().unwrap();
    let (schemas, policies) = (&engine.schemas, &engine.policies);
    let batch = Consolidated { lang: Lang::En, schemas, policies, rank_all, files };
    let mut out = Vec::new();
    consolidated::write(batch, &std::env::temp_dir(), &mut out).unwrap();
    out
}

fn sheet(book: &[u8], title: &str) -> Range<Data> {
    let mut book: Xlsx<_> = Reader::new(Cursor::new(book)).unwrap();
    book.worksheet_range(title).unwrap()
}

/// The cells of a column below its label, as text; the label is the first that begins so.
fn column(range: &Range<Data>, label: &str) -> Vec<String> {
    const HEADER: u32 = 4;
    let width = range.end().unwrap().1;
    let at = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    let column = (0..=width).find(|column| at(HEADER, *column).starts_with(label)).expect(label);
    (HEADER + 1..=range.end().unwrap().0).map(|row| at(row, column)).collect()
}

fn dealers(book: &[u8]) -> Range<Data> {
    sheet(book, "All dealers")
}

#[test]
fn dealers_of_all_files_are_ranked_and_equal_figures_share_the_better_rank() {
    let card = "distributor";
    let one = result(
        "1",
        2007,
        &[("A", card, "100", Some("80.00"), Some("key"), &[]), ("B", "agency", "50", Some("90.00"), Some("core"), &[])],
    );
    let two = result(
        "2",
        2007,
        &[
            ("C", card, "100", Some("90.00"), Some("core"), &[]),
            ("D", card, "99.5", Some("60.00"), Some("ordinary"), &[]),
            ("E", card, "300", None, None, &[]),
        ],
    );
    let book = written(vec![ok("one.xlsx", &one), ok("two.xlsx", &two)], true);
    let sheet = dealers(&book);
    assert_eq!(column(&sheet, "Dealer ID"), ["B", "C", "A", "D", "E"]);
    assert_eq!(column(&sheet, "Rank by total"), ["1", "1", "3", "4", ""]);
    assert_eq!(column(&sheet, "Rank by tonnes on the card, all files"), ["1", "2", "2", "4", "1"]);
    assert_eq!(column(&sheet, "File no."), ["1", "2", "1", "2", "2"]);
    let unranked = written(vec![ok("one.xlsx", &one), ok("two.xlsx", &two)], false);
    assert_eq!(column(&dealers(&unranked), "Dealer ID"), ["A", "B", "C", "D", "E"]);
}

#[test]
fn files_of_different_periods_are_ranked_apart_and_that_is_said() {
    let of =
        |period, id: &'static str, total| result("1", period, &[(id, "agency", "1", Some(total), Some("key"), &[])]);
    let (one, two) = (of(2006, "A", "76.00"), of(2007, "A", "80.00"));
    let book = written(vec![ok("2006.xlsx", &one), ok("2007.xlsx", &two)], true);
    let sheet = dealers(&book);
    assert_eq!(column(&sheet, "Rank by total"), ["1", "1"]);
    assert_eq!(column(&sheet, "Period"), ["2006", "2007"]);
    let notice = sheet.get_value((2, 0)).unwrap().to_string();
    assert!(notice.contains("2 periods or policies") && notice.contains("example rates"), "{notice}");
    assert!(!notice.contains("stand in several files"), "another year's dealer is no second one: {notice}");
}

#[test]
fn a_dealer_in_two_files_is_told_and_counts_in_both() {
    let of = |id: &'static str| {
        result("1", 2007, &[(id, "agency", "10", Some("80.00"), Some("key"), &[("promotion", "0.10")])])
    };
    let (one, two) = (of("A"), of("B"));
    let book = written(vec![ok("1.xlsx", &one), ok("2.xlsx", &two), ok("3.xlsx", &one)], false);
    assert_eq!(column(&dealers(&book), "Note"), ["also in file 3", "", "also in file 1"]);
    let summary = sheet(&book, "Summary");
    assert!(summary.get_value((2, 0)).unwrap().to_string().contains("1 of the dealers stand in several files"));
    assert_eq!(column(&summary, "Incentives")[..3], ["0.1", "0.1", "0.1"]);
    let totals: Vec<String> = summary.rows().nth(3).unwrap().iter().map(ToString::to_string).collect();
    assert!(totals.contains(&"0.3".to_owned()), "{totals:?}");
}

#[test]
fn equal_batches_give_equal_bytes_whatever_their_runs_are_called() {
    let dealers: &[Dealer<'_>] = &[("A", "agency", "1", Some("80.00"), Some("key"), &[("promotion", "5000.00")])];
    let book = |run: &str| written(vec![ok("a.xlsx", &result(run, 2007, dealers))], true);
    assert!(book("one") == book("another"));
}

#[test]
fn texts_of_people_are_never_formulas_and_what_is_broken_spoils_nothing() {
    let hostile = "=HYPERLINK(\"http://x\")";
    let one = result("1", 2007, &[(hostile, "+1", "10", Some("80.00"), Some("@grade"), &[("-2+3", "1.00")])]);
    let refused = FileOutcome {
        filename: "=1+1.xlsx".to_owned(),
        status: FileStatus::Refused,
        problem: Some("=cmd|' /C calc'!A0".to_owned()),
        result: None,
    };
    let book = written(vec![ok("*.xlsx", &one), refused], true);
    let mut reader: Xlsx<_> = Reader::new(Cursor::new(&book)).unwrap();
    for title in ["Summary", "All dealers", "All faults", "About"] {
        for (_, _, formula) in reader.worksheet_formula(title).unwrap().used_cells() {
            assert!(
                !formula.contains("HYPERLINK") && !formula.contains("cmd") && !formula.contains("1+1"),
                "{formula}"
            );
        }
    }
    assert_eq!(column(&dealers(&book), "Dealer ID"), [hostile]);
    assert_eq!(column(&dealers(&book), "Grade"), ["@grade"]);
    assert_eq!(column(&sheet(&book, "All faults"), "What is wrong"), ["=cmd|' /C calc'!A0"]);
    assert_eq!(column(&sheet(&book, "Summary"), "Outcome")[..2], ["calculated", "failed"]);
    assert_eq!(column(&sheet(&book, "Summary"), "No grade")[..2], ["1", "0"]);
}

#[test]
fn each_fault_of_a_column_stands_once_with_its_count_and_first_cells() {
    let mut faulty = result("1", 2007, &[]);
    faulty["results"] = Value::Null;
    let count = |code: &str, severity: &str, count: u32| json!({"sheet": "经销商档案", "field": "region", "code": code, "severity": severity, "count": count});
    faulty["summary"]["codes"] =
        json!([count("coerced", "info", 9), count("extra-label", "warning", 1), count("type-error", "error", 7)]);
    let issue = |row: u32| {
        json!({"severity": "error", "code": "type-error", "sheet": "经销商档案", "resource": "dealers", "row": row,
            "column": "C", "field": "region", "cell": format!("C{row}"), "value": "x", "message": format!("wrong in {row}"),
            "suggestion": null, "count": 1})
    };
    faulty["issues"] = (2..9).map(issue).collect();
    let file = FileOutcome { status: FileStatus::Faulty, ..ok("a.xlsx", &faulty) };
    let book = written(vec![file], false);
    let faults = sheet(&book, "All faults");
    assert_eq!(column(&faults, "Code"), ["type-error", "extra-label"]);
    assert_eq!(column(&faults, "Count"), ["7", "1"]);
    assert_eq!(column(&faults, "Cells"), ["C2, C3, C4, C5, C6 …", ""]);
    assert_eq!(column(&faults, "What is wrong"), ["wrong in 2", ""]);
    assert_eq!(column(&faults, "Column"), ["Region", "region"]);
}

fn workbook(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(name)).unwrap()
}

/// A folder with two sound workbooks, one with errors and one that is none.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join("in").join(name), bytes).unwrap();
    put("1.xlsx", &workbook("accepted/dealers-200.xlsx"));
    put("2.xlsx", &workbook("accepted/assessment-small.xlsx"));
    put("3.xlsx", &workbook("rejected/faulty-small.xlsx"));
    put("4.xlsx", b"no workbook");
    folder
}

#[test]
fn the_figures_are_those_of_the_single_results_to_the_cent() {
    let folder = folder();
    let output = run(folder.path(), &["in", "--consolidated", "all.xlsx", "--lang", "en", "--json"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let results: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let book = fs::read(folder.path().join("all.xlsx")).unwrap();
    let sheet_of_dealers = dealers(&book);
    let number = |text: &Value| text.as_str().unwrap().parse::<f64>().unwrap();
    let told = |list: &str, key: &str| -> Vec<String> {
        let dealers = results[..2].iter().flat_map(|result| result["results"][list]["dealers"].as_array().unwrap());
        dealers
            .map(|dealer| if dealer[key].is_null() { String::new() } else { number(&dealer[key]).to_string() })
            .collect()
    };
    assert_eq!(column(&sheet_of_dealers, "Incentives"), told("incentives", "total"));
    assert_eq!(column(&sheet_of_dealers, "Total"), told("assessment", "total"));
    let summary = sheet(&book, "Summary");
    assert_eq!(column(&summary, "File")[..4], ["1.xlsx", "2.xlsx", "3.xlsx", "4.xlsx"]);
    let totals: Vec<String> =
        results[..2].iter().map(|r| number(&r["summary"]["incentive_total"]).to_string()).collect();
    assert_eq!(column(&summary, "Incentives")[..4], [totals[0].as_str(), totals[1].as_str(), "", ""]);
    let about = sheet(&book, "About");
    let difference = about.rows().find(|row| row[0].to_string() == "Difference (yuan)").expect("a check");
    assert_eq!(difference[1].to_string(), "0");
}

#[test]
fn none_of_its_sheets_is_taken_for_input() {
    let folder = folder();
    for lang in ["zh", "en"] {
        run(folder.path(), &["in/2.xlsx", "--consolidated", "all.xlsx", "--lang", lang]);
        let check = dealerbook(folder.path()).args(["check", "all.xlsx", "--json"]).output().unwrap();
        let result: Value = serde_json::from_slice(&check.stdout).unwrap();
        let sheets: Vec<&str> =
            result["issues"].as_array().unwrap().iter().filter_map(|i| i["resource"].as_str()).collect();
        assert_eq!((sheets, &result["summary"]["dealers"]), (Vec::new(), &json!(0)), "{result}");
    }
}

#[test]
fn it_takes_the_place_of_no_workbook_and_no_answer() {
    let folder = folder();
    let before = fs::read(folder.path().join("in/2.xlsx")).unwrap();
    for (place, told) in [
        ("in/2.xlsx", "would take the place"),
        ("out/2.xlsx", "would take the place"),
        ("nowhere/all.xlsx", "no such file"),
    ] {
        let output = run(folder.path(), &["in", "-o", "out", "--consolidated", place, "--lang", "en"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(told), "{output:?}");
        assert!(!folder.path().join("out/1.xlsx").exists(), "nothing is calculated in vain");
    }
    assert!(fs::read(folder.path().join("in/2.xlsx")).unwrap() == before);
}
