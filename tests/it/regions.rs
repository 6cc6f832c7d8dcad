//! A token for some regions tells nothing of others: neither through earlier years, nor batches, nor settlements that correct others.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use crate::harness::{Start, over_both, part, problem, sample, sample_of, send};
use crate::settlements::desk::{Desk, changed_in, id, token};

/// The regions of the sample's dealers but that of D001, 涪陵.
const OTHERS: [&str; 7] = ["岳阳", "南通", "湛江", "南宁", "宜昌", "荆州", "九江"];

/// The workbook with all its dealers in 涪陵, whatever they are.
fn all_in_fuling(workbook: Vec<u8>) -> Vec<u8> {
    OTHERS.iter().fold(workbook, |workbook, region| changed_in(workbook, &cell(region), ">涪陵<"))
}

/// A cell of nothing but this text, as the workbook has it.
fn cell(text: &str) -> String {
    format!(">{}<", text.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>())
}

/// A desk with `limited`, who is of sales and works for these regions.
async fn desk(start: Start, regions: &[&str]) -> Desk {
    let desk = Desk::spawn(start).await;
    let new = dealerbook::store::NewToken {
        name: "limited".to_owned(),
        role: dealerbook::store::Role::Sales,
        regions: regions.iter().map(|region| (*region).into()).collect(),
        expires_at: None,
    };
    desk.store.keep_token(&token("limited"), &new, "admin").await.unwrap();
    desk
}

async fn run_of(desk: &Desk, who: &str, workbook: Vec<u8>) -> Value {
    let request = desk.request(who, "POST", "/v1/runs").header("Accept", "application/json").body(workbook);
    send(request).await.json().await.unwrap()
}

/// The dealers whose grade of the year before is told, by a warning or in a cell that the workbook leaves empty.
fn told_of(result: &Value, without: &Value) -> Vec<String> {
    let dealers = |result: &Value| result["results"]["assessment"]["dealers"].as_array().unwrap().clone();
    let filled = dealers(result).into_iter().zip(dealers(without)).filter(|(now, before)| {
        now["previous_grade"] != before["previous_grade"] || now["movement"] != before["movement"]
    });
    let filled = filled.map(|(dealer, _)| dealer["dealer_id"].as_str().unwrap().to_owned());
    let warned = result["issues"].as_array().unwrap().iter().filter(|issue| {
        issue["code"] == "reconciliation" && issue["message"].as_str().unwrap().contains("2007 年度考核结果")
    });
    // D001 stands in row 3.
    let warned = warned.map(|issue| format!("D{:03}", issue["row"].as_i64().unwrap() - 2));
    let mut told: Vec<String> = filled.chain(warned).collect();
    told.sort();
    told.dedup();
    told
}

#[apply(over_both)]
async fn earlier_years_of_other_regions_are_not_told_to_whoever_works_for_one(start: Start) {
    let desk = desk(start, &["涪陵"]).await;
    let elsewhere = dealerbook::store::NewToken {
        name: "elsewhere".to_owned(),
        role: dealerbook::store::Role::Sales,
        regions: vec!["大连".into(), "涪陵 ".into()],
        expires_at: None,
    };
    desk.store.keep_token(&token("elsewhere"), &elsewhere, "admin").await.unwrap();
    let workbook = || all_in_fuling(sample_of(2008));
    let without = run_of(&desk, "checker", workbook()).await;
    desk.approved().await;

    let all = told_of(&run_of(&desk, "maker", workbook()).await, &without);
    assert!(all.len() > 1, "{all:?}");
    let dealers = without["results"]["assessment"]["dealers"].as_array().unwrap();
    let filled = dealers.iter().find(|dealer| dealer["previous_grade"].is_null() && dealer["dealer_id"] != "D001");
    let filled = filled.unwrap()["dealer_id"].as_str().unwrap();
    assert!(all.iter().any(|dealer| dealer == filled), "{filled}: {all:?}");
    for who in ["limited", "elsewhere"] {
        let result = run_of(&desk, who, workbook()).await;
        let told = told_of(&result, &without);
        assert!(told.iter().all(|dealer| dealer == "D001"), "{who}: {told:?}");
        assert_eq!(result["run"]["history"]["period"], 2007, "what is known of 涪陵");
        // Whoever calculates it again is told no more, and neither is a validation.
        let card = format!("/v1/runs/{}/dealers/{filled}", result["run"]["id"].as_str().unwrap());
        let card = desk.done(who, "GET", &card, Value::Null).await;
        assert_eq!(card["results"]["assessment"]["dealers"][0]["previous_grade"], Value::Null, "{card}");
        let check = desk.request(who, "POST", "/v1/validations").header("Accept", "application/json").body(workbook());
        let check: Value = send(check).await.json().await.unwrap();
        let rows = check["issues"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|issue| issue["message"].as_str().unwrap().contains("2007 年度考核结果") && issue["row"] != 3);
        assert_eq!(rows.count(), 0, "{who}");
    }
}

#[apply(over_both)]
async fn where_nothing_is_known_of_a_region_it_is_as_if_there_were_no_earlier_year(start: Start) {
    let desk = desk(start, &["大连"]).await;
    desk.approved().await;
    let elsewhere = changed_in(changed_in(all_in_fuling(sample_of(2008)), ">涪陵<", ">大连<"), &cell("涪陵"), ">大连<");
    for query in ["", "?period=2008"] {
        let path = format!("/v1/runs{query}");
        let request =
            desk.request("limited", "POST", &path).header("Accept", "application/json").body(elsewhere.clone());
        let result: Value = send(request).await.json().await.unwrap();
        assert!(result["run"].get("history").is_none(), "{}", result["run"]);
    }
}

#[apply(over_both)]
async fn batches_of_a_token_for_more_are_not_those_of_one_for_less(start: Start) {
    let desk = desk(start, &["涪陵"]).await;
    let wide = dealerbook::store::NewToken {
        name: "limited".to_owned(),
        role: dealerbook::store::Role::Sales,
        regions: Vec::new(),
        expires_at: None,
    };
    let accounts = desk.store.accounts().await.unwrap();
    let account = accounts.iter().find(|account| account.name == "limited").unwrap();
    let whose = dealerbook::store::Whose::Known(&account.id);
    desk.store.keep_token_of(whose, &token("wide"), &wide, "admin").await.unwrap();
    let batch = async |who: &str, workbook: Vec<u8>| -> String {
        let form = reqwest::multipart::Form::new().part("workbooks", part(workbook));
        let answer = send(desk.request(who, "POST", "/v1/batches").multipart(form)).await;
        answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (of_wide, of_limited) = (batch("wide", sample()).await, batch("limited", all_in_fuling(sample())).await);
    let listed = async |who: &str| -> Vec<String> {
        let list = desk.done(who, "GET", "/v1/batches?limit=1", Value::Null).await;
        let mut ids = vec![list["batches"][0]["id"].as_str().unwrap().to_owned()];
        if let Some(next) = list["next"].as_str() {
            let more = desk.done(who, "GET", next, Value::Null).await;
            ids.extend(
                more["batches"].as_array().unwrap().iter().map(|batch| batch["id"].as_str().unwrap().to_owned()),
            );
        }
        ids
    };
    assert_eq!(listed("wide").await, [of_limited.clone(), of_wide.clone()]);
    assert_eq!(listed("limited").await, std::slice::from_ref(&of_limited));
    for path in ["", "/events", "/consolidated.xlsx", "/results.zip"] {
        let path = format!("/v1/batches/{of_wide}{path}");
        problem(desk.ask("limited", "GET", &path, Value::Null).await, 404, "no-such-batch").await;
    }
    let keyed = |who: &str| {
        let form = reqwest::multipart::Form::new().part("workbooks", part(sample()));
        send(desk.request(who, "POST", "/v1/batches").header("Idempotency-Key", "k1").multipart(form))
    };
    assert_eq!(keyed("wide").await.status(), 202);
    problem(keyed("limited").await, 409, "idempotency-key-reused").await;
    let cancel = format!("/v1/batches/{of_wide}/cancel");
    problem(desk.ask("limited", "POST", &cancel, Value::Null).await, 404, "no-such-batch").await;
    desk.done("limited", "GET", &format!("/v1/batches/{of_limited}"), Value::Null).await;
    desk.done("wide", "GET", &format!("/v1/batches/{of_limited}"), Value::Null).await;
}

#[apply(over_both)]
async fn a_settlement_that_corrects_one_of_more_regions_shows_only_ones_own_dealers(start: Start) {
    let desk = desk(start, &["涪陵"]).await;
    let old = desk.approved().await;
    let workbook = changed_in(all_in_fuling(sample()), "D002", "D902");
    let run = run_of(&desk, "limited", workbook).await;
    let run = format!("/v1/runs/{}", run["run"]["id"].as_str().unwrap());
    let supersedes = json!({"supersedes": id(&old)});
    desk.done("payer", "POST", &format!("{run}/settlement/submit"), supersedes).await;
    let has_d002 = async |who: &str| {
        let lines = desk.done(who, "GET", &format!("{run}/settlement/lines?limit=1000"), Value::Null).await;
        lines["lines"].as_array().unwrap().iter().any(|line| line["dealer_id"] == "D002")
    };
    assert!(has_d002("reader").await, "it stands in the one that is corrected");
    assert!(!has_d002("limited").await);
    let total = async |who: &str| {
        let settlement = desk.done(who, "GET", &format!("{run}/settlement"), Value::Null).await;
        settlement["difference"]["before"].clone()
    };
    assert_ne!(total("reader").await, total("limited").await, "the sums would tell it too");
}

#[apply(over_both)]
async fn payments_of_other_regions_that_a_correction_takes_over_are_not_shown(start: Start) {
    let desk = desk(start, &["涪陵"]).await;
    let old = desk.run("", sample()).await;
    let raised = json!({"dealer_id": "D002", "amount": "100000.00", "reason": "补差"});
    desk.done("payer", "POST", &format!("{old}/settlement/adjustments"), raised).await;
    desk.done("maker", "POST", &format!("{old}/settlement/submit"), Value::Null).await;
    desk.done("checker", "POST", &format!("{old}/settlement/approve"), Value::Null).await;
    let run = run_of(&desk, "limited", changed_in(all_in_fuling(sample()), "D002", "D902")).await;
    let run = format!("/v1/runs/{}", run["run"]["id"].as_str().unwrap());
    desk.done("payer", "POST", &format!("{run}/settlement/submit"), json!({"supersedes": id(&old)})).await;
    desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    desk.done("payer", "POST", &format!("{run}/settlement/payments"), Value::Null).await;
    let paid = async |who: &str| {
        let batch = desk.done(who, "GET", &format!("{run}/settlement/payments/1"), Value::Null).await;
        let dealers = batch["lines"].as_array().unwrap().iter();
        dealers.map(|line| line["dealer_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = paid("reader").await;
    assert!(all.contains(&"D002".to_owned()), "{all:?}");
    assert_eq!(paid("limited").await, all.into_iter().filter(|dealer| dealer != "D002").collect::<Vec<_>>());
}
