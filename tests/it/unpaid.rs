//! Every programme that pays a dealer nothing says why: in the result, on the added sheet, on the dealer's page, its card and its statement;
//! and evenness says what the months were divided by.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use dealerbook::programmes::incentives::unpaid::ReasonCode;
use macro_rules_attribute::apply;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use crate::harness::{Start, TOKEN, TestApp, over_both, sample, texts};
use crate::settlements::desk::{Desk, id};
use crate::visitor::Visitor;

/// The workbook that has every reason, and the policy under which it has them.
const QUERY: &str = "?policy=progressive";

/// The dealer with violations, in both languages.
const VIOLATIONS: [&str; 2] = [
    "规范经营奖励：未得，有价格违规 2 次、跨区销售 1 次（违规记录第 3、6、7 行）",
    "Compliance: not paid, 2 price violations, 1 cross region violation (Violations rows 3, 6, 7)",
];

fn every_reason() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/unpaid-2007.xlsx");
    std::fs::read(path).unwrap()
}

async fn run(app: &TestApp, query: &str, workbook: Vec<u8>) -> (String, Value) {
    let result: Value = app.post_run_for_json(query, workbook).await.json().await.unwrap();
    (result["run"]["id"].as_str().unwrap().to_owned(), result)
}

/// What a result says of the programmes that pay a dealer nothing.
fn unpaid<'r>(result: &'r Value, dealer: &str) -> &'r Vec<Value> {
    let dealers = result["results"]["incentives"]["dealers"].as_array().unwrap();
    let own = dealers.iter().find(|own| own["dealer_id"] == dealer).unwrap();
    own["unpaid"].as_array().unwrap()
}

/// The texts of the column with this label by the dealers' ids, of an added sheet: these stand behind the rows' numbers.
fn column(workbook: &[u8], sheet: &str, label: &str) -> Vec<(String, String)> {
    let range = Xlsx::new(Cursor::new(workbook)).unwrap().worksheet_range(sheet).unwrap();
    let text = |cell: &Data| cell.to_string();
    let mut rows = range.rows().skip_while(|row| !row.iter().any(|cell| text(cell) == label));
    let header = rows.next().expect("the header");
    let at = header.iter().position(|cell| text(cell) == label).unwrap();
    rows.map(|row| (text(&row[1]), text(&row[at]))).collect()
}

#[actix_web::test]
async fn each_reason_has_its_code_its_figures_and_a_sentence_in_the_language_asked_for() {
    let app = TestApp::spawn().await;
    for (lang, name) in [("zh", "unpaid"), ("en", "unpaid in English")] {
        let (_, result) = run(&app, &format!("{QUERY}&lang={lang}"), every_reason()).await;
        let dealers = result["results"]["incentives"]["dealers"].as_array().unwrap();
        let all: Vec<&Value> = dealers.iter().flat_map(|dealer| dealer["unpaid"].as_array().unwrap()).collect();
        let codes: BTreeSet<&str> = all.iter().map(|own| own["reason"].as_str().unwrap()).collect();
        assert_eq!(codes, ReasonCode::iter().map(Into::into).collect(), "{name}");
        for own in all {
            let text = own["text"].as_str().unwrap();
            let is_chinese = text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c) && !"涪陵岳阳".contains(c));
            assert_eq!(is_chinese, lang == "zh", "{text}");
        }
        // Whoever is paid by a programme has no reason of it, and whoever isn't has one.
        for dealer in dealers {
            let lines: BTreeSet<&str> =
                dealer["lines"].as_array().unwrap().iter().map(|own| own["programme"].as_str().unwrap()).collect();
            let reasons = dealer["unpaid"].as_array().unwrap();
            assert!(reasons.iter().all(|own| !lines.contains(own["programme"].as_str().unwrap())), "{dealer}");
            assert_eq!(lines.iter().filter(|own| **own != "cap").count() + reasons.len(), 9, "{dealer}");
        }
    }
}

#[actix_web::test]
async fn violations_are_told_with_their_rows_as_excel_shows_them() {
    let app = TestApp::spawn().await;
    for (lang, text) in ["zh", "en"].into_iter().zip(VIOLATIONS) {
        let (_, result) = run(&app, &format!("{QUERY}&lang={lang}"), every_reason()).await;
        let own = unpaid(&result, "R11").iter().find(|own| own["programme"] == "compliance").unwrap();
        let expected = json!({
            "programme": "compliance", "reason": "violation", "figures": {"count": 3}, "rows": [3, 6, 7], "text": text,
        });
        assert_eq!(*own, expected);
    }
}

#[actix_web::test]
async fn a_year_of_returns_is_told_in_tonnes_whatever_a_programme_is_paid_on() {
    let app = TestApp::spawn().await;
    let (_, result) = run(&app, QUERY, every_reason()).await;
    for own in unpaid(&result, "R05") {
        let text = own["text"].as_str().unwrap();
        assert!(text.ends_with("：未得，年销量 -5 吨，没有净提货"), "{text}");
    }
}

#[actix_web::test]
async fn the_sheet_of_incentives_has_the_reasons_beside_each_dealer() {
    let app = TestApp::spawn().await;
    for (lang, sheet, label, n) in [("zh", "激励结果", "未得原因", 0), ("en", "Incentives", "Why not paid", 1)]
    {
        let query = format!("{QUERY}&lang={lang}");
        let (_, result) = run(&app, &query, every_reason()).await;
        let book = app.post_run(&query, every_reason()).await.bytes().await.unwrap();
        let column = column(&book, sheet, label);
        for (dealer, told) in column {
            let texts = unpaid(&result, &dealer).iter().map(|own| own["text"].as_str().unwrap());
            assert_eq!(told, texts.collect::<Vec<_>>().join(["；", "; "][n]), "{dealer}");
            assert_eq!(told.contains(VIOLATIONS[n]), dealer == "R11", "{dealer}");
        }
    }
}

#[actix_web::test]
async fn the_dealers_page_leads_from_a_reason_to_the_cells_behind_it() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, QUERY, every_reason()).await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let page = visitor.page(&format!("/runs/{run}/dealers/R11")).await;
    for text in [
        "未得：有价格违规 2 次、跨区销售 1 次（违规记录第 3、6、7 行）",
        "违规记录!C3 违规类型 <strong>价格违规</strong>",
        "违规记录!C6 违规类型 <strong>跨区销售</strong>",
        "违规记录!B7 日期",
        "href=\"#rows-of-violations\"",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("违规记录!C5 "), "a violation that another programme counts");
    let english = visitor.page(&format!("/runs/{run}/dealers/R10?lang=en")).await;
    for text in ["Not paid: 600 t of 800 t of all brands are ours: it sells other brands too", "经销商档案!I12"] {
        assert!(english.contains(text), "{text}");
    }
}

#[actix_web::test]
async fn the_card_has_the_reasons_in_both_languages() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, QUERY, every_reason()).await;
    for (lang, text) in ["zh", "en"].into_iter().zip(VIOLATIONS) {
        let card = app.get(&format!("/v1/runs/{run}/dealers/R11/card.xlsx?lang={lang}")).await.bytes().await.unwrap();
        assert!(texts(&card).contains(text), "{text}");
    }
}

#[actix_web::test]
async fn a_draft_of_a_statement_has_the_reasons_in_both_languages() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, QUERY, every_reason()).await;
    for (lang, text) in ["zh", "en"].into_iter().zip(VIOLATIONS) {
        let book =
            app.get(&format!("/v1/runs/{run}/rebates.xlsx?dealer_id=R11&lang={lang}")).await.bytes().await.unwrap();
        assert!(texts(&book).contains(text), "{text}");
    }
}

/// The reason of the sample's third dealer.
const OF_D003: &str = "规范经营奖励：未得，有跨区销售 1 次（违规记录第 8 行）";

impl Desk {
    async fn statement(&self, run: &str) -> String {
        let answer = self.ask("reader", "GET", &format!("{run}/rebates.xlsx?dealer_id=D003"), Value::Null).await;
        assert_eq!(answer.status(), 200);
        texts(&answer.bytes().await.unwrap())
    }
}

#[apply(over_both)]
async fn a_settlement_freezes_the_reasons_with_its_lines(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.approved().await;
    let kept = desk.store.settlement(id(&run)).await.unwrap().unwrap();
    let told: Vec<(&str, &str)> =
        kept.dues[2].dealer.unpaid.iter().map(|own| (own.programme.as_str(), own.reason.code().into())).collect();
    let expected = [("excess_volume", "below-target"), ("exclusive_sale", "other-brands"), ("compliance", "violation")];
    assert_eq!(told, expected);
    let statement = desk.statement(&run).await;
    for text in ["超额销量奖励：未得，年销量 2300 吨，未超过年度目标 2400 吨", OF_D003] {
        assert!(statement.contains(text), "{text}");
    }
}

#[actix_web::test]
async fn a_settlement_that_was_frozen_before_there_were_reasons_shows_none() {
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.run("", sample()).await;
    desk.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    assert!(desk.statement(&run).await.contains(OF_D003));
    let database = format!("sqlite:{}", desk.app.data().join("dealerbook.db").display());
    let database = sqlx::SqlitePool::connect(&database).await.unwrap();
    sqlx::query("UPDATE settlement_lines SET unpaid = NULL").execute(&database).await.unwrap();
    desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    let statement = desk.statement(&run).await;
    assert!(!statement.contains("未得") && statement.contains("8000"), "its lines stay");
}

#[actix_web::test]
async fn evenness_says_what_the_months_were_divided_by_and_volume_its_rank() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, "", sample()).await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let explained = [
        ("D002", "960 吨，同一考核表第 2 名", "各月实际 ÷ 月均 80 吨（每月最多 1）合计 8，÷ 12 = 0.6667", "月均 80 吨"),
        ("D003", "2300 吨，同一考核表第 1 名", "各月实际 ÷ 计划（每月最多 1）合计 11.25，÷ 12 = 0.9375", "计划"),
    ];
    let book = app.post_run("", sample()).await.bytes().await.unwrap();
    let divisors = column(&book, "考核结果", "各月实际除以");
    for (dealer, volume, evenness, divisor) in explained {
        let page = visitor.page(&format!("/runs/{run}/dealers/{dealer}")).await;
        let card = app.get(&format!("/v1/runs/{run}/dealers/{dealer}/card.xlsx")).await.bytes().await.unwrap();
        for text in [volume, evenness] {
            assert!(page.contains(text), "page: {text}");
            assert!(texts(&card).contains(text), "card: {text}");
        }
        assert!(divisors.contains(&(dealer.to_owned(), divisor.to_owned())), "{divisors:?}");
    }
    let english = visitor.page(&format!("/runs/{run}/dealers/D002?lang=en")).await;
    assert!(
        english.contains("actual ÷ the monthly mean of 80 t of each month, at most 1, adds up to 8; ÷ 12 = 0.6667")
    );
}
