//! Accruals: what a year looks like from one of its months, and what is booked of it.

use calamine::{Reader, Xlsx};
use macro_rules_attribute::apply;
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, XLSX, formulas, header, over_both, problem, sample, send, texts};

async fn run(app: &TestApp, query: &str) -> (String, Value) {
    let result: Value = app.post_run_for_json(query, sample()).await.json().await.unwrap();
    (format!("/v1/runs/{}", result["run"]["id"].as_str().unwrap()), result)
}

async fn accrual(app: &TestApp, run: &str, month: &str) -> Value {
    let answer = app.get(&format!("{run}/accrual?month={month}&limit=1000")).await;
    let status = answer.status();
    let found: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{found}");
    found
}

async fn book(app: &TestApp, run: &str, month: &str) -> reqwest::Response {
    send(app.request("POST", &format!("{run}/accruals")).json(&json!({"month": month}))).await
}

fn fen(value: &Value) -> i64 {
    value.as_str().unwrap().replace('.', "").parse().unwrap()
}

#[actix_web::test]
async fn at_the_end_of_the_year_all_that_it_pays_is_recognised() {
    let app = TestApp::spawn().await;
    let (run, result) = run(&app, "").await;
    let found = accrual(&app, &run, "2007-12").await;
    let paid = &result["summary"]["incentive_total"];
    for name in ["earned_so_far", "year_to_plan", "year_as_so_far", "low", "high", "expected", "recognised", "true_up"]
    {
        assert_eq!(&found["total"][name], paid, "{name}");
    }
    assert_eq!((&found["expect"], &found["dealers_without_plan"]), (&json!("plan"), &json!(0)));
}

#[actix_web::test]
async fn within_the_year_the_share_of_the_tonnes_is_recognised() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, "").await;
    let found = accrual(&app, &run, "2007-06").await;
    let dealers = found["dealers"].as_array().unwrap();
    for name in ["earned_so_far", "expected", "recognised", "true_up", "low", "high"] {
        let sum: i64 = dealers.iter().map(|dealer| fen(&dealer["amounts"][name])).sum();
        assert_eq!(sum, fen(&found["total"][name]), "{name}");
    }
    for dealer in dealers {
        let amounts = &dealer["amounts"];
        let tonnes = |name: &str| dealer[name].as_str().unwrap().parse::<f64>().unwrap();
        let share =
            if tonnes("tonnes_to_plan") > 0.0 { tonnes("tonnes_so_far") / tonnes("tonnes_to_plan") } else { 0.5 };
        let expected = fen(&amounts["expected"]) as f64 * share.clamp(0.0, 1.0);
        assert!((expected - fen(&amounts["recognised"]) as f64).abs() <= 0.51, "{dealer}");
        assert!(!dealer["reason"].as_str().unwrap().is_empty());
        // What lies ahead only adds: the tonnes so far are no more than those of either year.
        assert!(
            tonnes("tonnes_so_far") <= tonnes("tonnes_as_so_far")
                && tonnes("tonnes_so_far") <= tonnes("tonnes_to_plan")
        );
    }
    // From D001's own months, added up here.
    let card: Value = app.get(&format!("{run}/dealers/D001")).await.json().await.unwrap();
    let months = card["months"].as_array().unwrap();
    let number = |month: &Value, name: &str| month[name].as_str().unwrap_or("0").parse::<f64>().unwrap();
    let so_far: f64 = months[..6].iter().map(|month| number(month, "actual_tonnes")).sum();
    let plan: f64 = so_far + months[6..].iter().map(|month| number(month, "planned_tonnes")).sum::<f64>();
    let own = dealers.iter().find(|dealer| dealer["dealer_id"] == "D001").unwrap();
    let tonnes = |name: &str| own[name].as_str().unwrap().parse::<f64>().unwrap();
    assert!((tonnes("tonnes_so_far") - so_far).abs() < 1e-6 && (tonnes("tonnes_to_plan") - plan).abs() < 1e-6, "{own}");
    assert!((tonnes("tonnes_as_so_far") - so_far * 2.0).abs() < 0.01, "{own}");
}

#[apply(over_both)]
async fn bookings_add_up_and_a_month_is_booked_in_the_place_of_itself_but_never_before_a_later_one(start: Start) {
    let app = start.spawn().await;
    let (run, _) = run(&app, "").await;
    let mut sum = 0;
    for month in ["2007-03", "2007-06"] {
        let expected = accrual(&app, &run, month).await;
        let answer = book(&app, &run, month).await;
        assert_eq!(answer.status(), 201);
        let booking: Value = answer.json().await.unwrap();
        sum += fen(&booking["true_up"]);
        assert_eq!(
            (&booking["recognised"], &booking["true_up"]),
            (&expected["total"]["recognised"], &expected["total"]["true_up"])
        );
        assert_eq!(fen(&booking["recognised"]), sum);
    }
    let told = problem(book(&app, &run, "2007-05").await, 409, "accrual-too-early").await;
    assert!(told["detail"].as_str().unwrap().contains("2007-06"), "{told}");
    let again: Value = book(&app, &run, "2007-06").await.json().await.unwrap();
    let list: Value = app.get("/v1/accruals?period=2007").await.json().await.unwrap();
    let list = list["accruals"].as_array().unwrap();
    let months: Vec<&str> = list.iter().map(|booking| booking["month"].as_str().unwrap()).collect();
    assert_eq!(months, ["2007-03", "2007-06", "2007-06"]);
    assert_eq!((&list[1]["superseded_by"], &list[2]["superseded_by"]), (&again["id"], &Value::Null));
    let in_force = list.iter().filter(|booking| booking["superseded_by"].is_null());
    assert_eq!(in_force.map(|booking| fen(&booking["true_up"])).sum::<i64>(), fen(&again["recognised"]));
    assert_eq!(app.get("/v1/accruals?period=2006").await.json::<Value>().await.unwrap()["accruals"], json!([]));
    // The next month starts from what is booked.
    let july = accrual(&app, &run, "2007-07").await;
    assert_eq!(july["total"]["recognised_before"], again["recognised"]);
    let log: Value = app.get("/v1/audit?what=accrual-booked").await.json().await.unwrap();
    assert_eq!(log["lines"].as_array().map(Vec::len), Some(3), "{log}");
}

#[actix_web::test]
async fn what_is_no_month_of_the_year_is_refused_and_nothing_is_booked() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, "").await;
    for month in ["", "2007-13", "2008-06", "6", "2007-6"] {
        problem(app.get(&format!("{run}/accrual?month={month}")).await, 400, "invalid-value").await;
        problem(book(&app, &run, month).await, 400, "invalid-value").await;
    }
    problem(app.get(&format!("{run}/accrual")).await, 400, "invalid-value").await;
    problem(app.get("/v1/accruals?period=").await, 400, "invalid-value").await;
    let answer = send(app.request("POST", &format!("{run}/accruals")).body("x")).await;
    problem(answer, 400, "malformed-request").await;
    let other =
        send(app.request("POST", &format!("{run}/accruals")).json(&json!({"month": "2007-06", "run": 1}))).await;
    problem(other, 400, "unknown-parameter").await;
    let checked = app.post_validation("", sample()).await;
    let checked = header(&checked, "location");
    problem(app.get(&format!("{checked}/accrual?month=2007-06")).await, 409, "nothing-calculated").await;
    assert_eq!(app.get("/v1/accruals").await.json::<Value>().await.unwrap()["accruals"], json!([]));
}

#[actix_web::test]
async fn the_workbook_of_an_accrual_is_live_in_both_languages() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, "").await;
    let answer = app.get(&format!("{run}/accrual?month=2007-06&format=xlsx")).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, XLSX));
    let book = answer.bytes().await.unwrap().to_vec();
    assert_eq!(Xlsx::new(std::io::Cursor::new(book.clone())).unwrap().sheet_names(), ["激励计提"]);
    assert!(texts(&book).contains("按示例费率计算"));
    assert!(formulas(&book).iter().any(|formula| formula.contains("MAX(0,MIN(1,")), "{:?}", formulas(&book));
    let english = app.get(&format!("{run}/accrual?month=2007-06&format=xlsx&lang=en")).await.bytes().await.unwrap();
    assert!(texts(&english).contains("Why the range"));
}
