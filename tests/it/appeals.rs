//! Appeals: lodged over HTTP or in a workbook that comes back, answered by correcting or by a reason.

use dealerbook::package::{CellChange, CellValue, Limits, change_cells};
use macro_rules_attribute::apply;
use reqwest::Response;
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, XLSX, header, over_both, problem, sample, sample_of, send, texts};
use crate::settlements::desk::{Desk, id};

const DEALERS: &str = "经销商档案";

/// A server, and people who work with it.
struct Office {
    app: TestApp,
    sales: String,
    finance: String,
}

impl Office {
    async fn open(start: Start) -> Office {
        let app = start.spawn().await;
        let sales = token(&app, "李明", "sales").await;
        let finance = token(&app, "王芳", "finance").await;
        Office { app, sales, finance }
    }

    async fn send(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Response {
        let request = crate::harness::client().request(method.parse().unwrap(), self.app.url(path)).bearer_auth(token);
        send(body.iter().fold(request, |request, body| request.json(body))).await
    }

    async fn upload(&self, workbook: Vec<u8>) -> Value {
        let request = crate::harness::client().post(self.app.url("/v1/runs?lang=zh")).bearer_auth(&self.sales);
        let request = request.header("Content-Type", XLSX).header("Accept", "application/json").body(workbook);
        let answer = send(request).await;
        assert!([200, 422].contains(&answer.status().as_u16()), "{}", answer.status());
        answer.json().await.unwrap()
    }

    async fn workbook(&self, run: &str) -> Vec<u8> {
        let answer = self.send(&self.sales, "GET", &format!("/v1/runs/{run}/workbook.xlsx"), None).await;
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    async fn result(&self, run: &str) -> Value {
        self.send(&self.sales, "GET", &format!("/v1/runs/{run}"), None).await.json().await.unwrap()
    }

    async fn lodge(&self, run: &str, dealer: &str, text: &str) -> Value {
        let body = json!({"dealer_id": dealer, "text": text});
        let answer = self.send(&self.sales, "POST", &format!("/v1/runs/{run}/appeals"), Some(body)).await;
        assert!([200, 201].contains(&answer.status().as_u16()), "{:?}", answer.text().await);
        answer.json().await.unwrap()
    }

    async fn accept(&self, appeal: &Value, cell: &str, value: Value) -> Response {
        let body = json!({"corrections": [{"sheet": "月度提货", "cell": cell, "value": value}], "answer": "补录一车"});
        self.send(&self.finance, "POST", &format!("/v1/appeals/{}/accept", text(&appeal["id"])), Some(body)).await
    }

    async fn reject(&self, appeal: &Value) -> Response {
        let path = format!("/v1/appeals/{}/reject", text(&appeal["id"]));
        self.send(&self.finance, "POST", &path, Some(json!({"reason": "数量以发货单为准"}))).await
    }

    async fn appeals(&self, query: &str) -> Vec<Value> {
        let answer = self.send(&self.finance, "GET", &format!("/v1/appeals{query}"), None).await;
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()["appeals"].as_array().unwrap().clone()
    }

    async fn runs(&self) -> usize {
        self.app.list("?limit=200").await["runs"].as_array().unwrap().len()
    }

    async fn audited(&self) -> Vec<(String, String)> {
        let answer: Value = self.app.get("/v1/audit").await.json().await.unwrap();
        let lines = answer["lines"].as_array().unwrap().iter().rev();
        let lines = lines.map(|line| (text(&line["who"]).to_owned(), text(&line["what"]).to_owned()));
        lines.filter(|(_, what)| what.starts_with("appeal")).collect()
    }
}

async fn token(app: &TestApp, name: &str, role: &str) -> String {
    let answer = send(app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": role}))).await;
    answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn run_id(result: &Value) -> String {
    text(&result["run"]["id"]).to_owned()
}

/// The tonnes and the incentives of a dealer.
fn figures(result: &Value, dealer: &str) -> (String, String) {
    let of = |programme: &str, figure: &str| {
        let dealers = result["results"][programme]["dealers"].as_array().unwrap().clone();
        let found = dealers.into_iter().find(|other| other["dealer_id"] == dealer).unwrap();
        text(&found[figure]).to_owned()
    };
    (of("assessment", "volume_tonnes"), of("incentives", "total"))
}

/// A workbook with texts in the column of appeals, by the cells of the dealers sheet.
fn with_appeals(workbook: &[u8], column: &str, appeals: &[(u32, &str)]) -> Vec<u8> {
    let cell = |row: u32, text: &str| CellChange {
        sheet: DEALERS.to_owned(),
        cell: format!("{column}{row}"),
        value: CellValue::Text(text.to_owned()),
    };
    let cells: Vec<CellChange> = [(2, "申诉")].iter().chain(appeals).map(|(row, text)| cell(*row, text)).collect();
    change_cells(workbook, &Limits::default(), &cells).unwrap()
}

#[apply(over_both)]
async fn an_appeal_is_lodged_once_and_answered_once_by_somebody_else(start: Start) {
    let office = Office::open(start).await;
    let run = run_id(&office.upload(sample()).await);
    let appeals = format!("/v1/runs/{run}/appeals");
    let body = json!({"dealer_id": "D01", "text": "", "about": "anual_volume", "why": 7});
    let refused = problem(office.send(&office.sales, "POST", &appeals, Some(body)).await, 400, "invalid-appeal").await;
    let pointers: Vec<&str> =
        refused["faults"].as_array().unwrap().iter().map(|fault| text(&fault["pointer"])).collect();
    assert_eq!(pointers, ["/text", "/why", "/dealer_id", "/about"]);
    assert!(refused["detail"].to_string().contains("annual_volume"), "{refused}");
    assert_eq!(office.appeals("").await, Vec::<Value>::new());

    let body = json!({"dealer_id": "D001", "text": "二月 少计一车", "about": "annual_volume"});
    let answer = office.send(&office.sales, "POST", &appeals, Some(body)).await;
    assert_eq!(answer.status(), 201);
    let location = header(&answer, "location");
    let lodged: Value = answer.json().await.unwrap();
    assert_eq!((text(&lodged["status"]), text(&lodged["lodged_by"])), ("open", "李明"));
    assert_eq!((text(&lodged["dealer_name"]), &lodged["overdue"]), ("涪陵丰禾农资经营部", &json!(false)));
    assert!(
        text(&lodged["due_at"]) > text(&lodged["lodged_at"]) && text(&lodged["due_at"]).ends_with("T16:00:00.000Z")
    );
    let body = json!({"dealer_id": "D001", "text": "二月\n少计一车 "});
    let again = office.send(&office.finance, "POST", &appeals, Some(body)).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<Value>().await.unwrap()["id"], lodged["id"]);
    assert_eq!(office.send(&office.sales, "GET", &location, None).await.json::<Value>().await.unwrap(), lodged);

    let own =
        office.send(&office.finance, "POST", &appeals, Some(json!({"dealer_id": "D002", "text": "违规不实"}))).await;
    let own: Value = own.json().await.unwrap();
    problem(office.reject(&own).await, 409, "own-appeal").await;
    let mine = format!("{location}/reject");
    problem(office.send(&office.sales, "POST", &mine, Some(json!({"reason": "x"}))).await, 403, "forbidden").await;
    problem(office.send(&office.finance, "POST", &mine, Some(json!({}))).await, 400, "invalid-appeal").await;
    let rejected: Value = office.reject(&lodged).await.json().await.unwrap();
    assert_eq!((text(&rejected["status"]), text(&rejected["answered_by"])), ("rejected", "王芳"));
    assert_eq!((&rejected["late"], text(&rejected["answer"])), (&json!(false), "数量以发货单为准"));
    problem(office.reject(&lodged).await, 409, "appeal-answered").await;
    problem(office.accept(&lodged, "D4", json!(160)).await, 409, "appeal-answered").await;

    assert_eq!(office.appeals("?status=open").await, std::slice::from_ref(&own));
    assert_eq!(office.appeals(&format!("?run={run}&period=2007&overdue=false")).await.len(), 2);
    assert_eq!(office.appeals("?overdue=true").await, Vec::<Value>::new());
    assert_eq!(office.appeals("?period=2006").await, Vec::<Value>::new());
    let page: Value = office.send(&office.sales, "GET", "/v1/appeals?limit=1", None).await.json().await.unwrap();
    let next: Value = office.send(&office.sales, "GET", text(&page["next"]), None).await.json().await.unwrap();
    assert_eq!((&page["appeals"][0]["id"], &next["appeals"][0]["id"]), (&own["id"], &lodged["id"]));
    let stranger = token(&office.app, "赵强", "sales").await;
    problem(office.send(&stranger, "GET", &location, None).await, 404, "no-such-appeal").await;
    let lines = office.audited().await;
    let expected = [("李明", "appeal-lodged"), ("王芳", "appeal-lodged"), ("王芳", "appeal-rejected")];
    assert_eq!(lines, expected.map(|(who, what)| (who.to_owned(), what.to_owned())));
}

#[apply(over_both)]
async fn accepted_appeals_make_corrected_runs_that_build_on_each_other(start: Start) {
    let office = Office::open(start).await;
    let first = office.upload(sample()).await;
    let run = run_id(&first);
    let appeal = office.lodge(&run, "D001", "二月少计一车").await;
    let kept = office.runs().await;

    let refused = problem(office.accept(&appeal, "D4", json!("一百")).await, 422, "correction-faulty").await;
    assert_eq!(refused["faults"][0]["pointer"], "/corrections/0/value", "{refused}");
    problem(office.accept(&appeal, "D4!", json!(160)).await, 400, "invalid-appeal").await;
    assert_eq!((office.runs().await, office.appeals("?status=open").await), (kept, vec![appeal.clone()]));

    let accepted: Value = office.accept(&appeal, "D4", json!(60)).await.json().await.unwrap();
    assert_eq!(accepted["status"], "accepted", "{accepted}");
    let corrected = office.result(text(&accepted["new_run"])).await;
    let tonnes = |result: &Value| figures(result, "D001").0.parse::<f64>().unwrap();
    assert_eq!(tonnes(&first) - tonnes(&corrected), 40.0);
    assert_eq!(corrected["run"]["period"], first["run"]["period"]);
    let workbook = texts(&office.workbook(text(&accepted["new_run"])).await);
    assert!(workbook.contains("采纳，已更正：“月度提货”D4 改为 60。补录一车"));

    let second = office.lodge(&run, "D001", "三月也少计一车").await;
    let accepted: Value = office.accept(&second, "D5", json!(80)).await.json().await.unwrap();
    let both = office.result(text(&accepted["new_run"])).await;
    assert_eq!(tonnes(&first) - tonnes(&both), 60.0);
    let answered: Vec<String> = office.audited().await.into_iter().map(|(_, what)| what).collect();
    assert_eq!(answered, ["appeal-lodged", "appeal-accepted", "appeal-lodged", "appeal-accepted"]);
}

#[apply(over_both)]
async fn appeals_that_are_accepted_at_the_same_moment_both_count(start: Start) {
    let office = Office::open(start.limited(|limits| limits.queue_max = 8)).await;
    let first = office.upload(sample()).await;
    let run = run_id(&first);
    let [one, two] = [office.lodge(&run, "D001", "二月").await, office.lodge(&run, "D001", "三月").await];
    let (a, b, c) = tokio::join!(
        office.accept(&one, "D4", json!(60)),
        office.accept(&two, "D5", json!(80)),
        office.accept(&one, "D4", json!(50))
    );
    let statuses = [a.status().as_u16(), b.status().as_u16(), c.status().as_u16()];
    assert_eq!((statuses[1], statuses[0].min(statuses[2]), statuses[0].max(statuses[2])), (200, 200, 409));
    let newest: Vec<Value> = office.appeals("?status=accepted").await;
    let runs = newest.iter().map(|appeal| text(&appeal["new_run"]).to_owned()).max().unwrap();
    let tonnes = |result: &Value| figures(result, "D001").0.parse::<f64>().unwrap();
    let less = tonnes(&first) - tonnes(&office.result(&runs).await);
    assert!([60.0, 70.0].contains(&less), "{less}");
}

#[apply(over_both)]
async fn a_workbook_that_comes_back_brings_appeals_and_takes_the_answers_home(start: Start) {
    let office = Office::open(start).await;
    let run = run_id(&office.upload(sample()).await);
    let annotated = office.workbook(&run).await;
    assert!(!texts(&annotated).contains("申诉答复"), "without appeals, the columns are those of the contract");
    let brought = with_appeals(&annotated, "S", &[(3, "二月少计一车"), (5, "=HYPERLINK(1)")]);
    let answered = office.upload(brought.clone()).await;
    assert!(!answered["issues"].to_string().contains("appeal"), "{}", answered["issues"]);
    let lodged = office.appeals("").await;
    let told: Vec<(&str, &str, &str)> = lodged
        .iter()
        .rev()
        .map(|appeal| (text(&appeal["dealer_id"]), text(&appeal["text"]), text(&appeal["run_id"])))
        .collect();
    assert_eq!(told, [("D001", "二月少计一车", run.as_str()), ("D003", "=HYPERLINK(1)", run.as_str())]);
    assert!(lodged.iter().all(|appeal| appeal["source"] == "workbook"));
    assert!(
        texts(&office.workbook(&run_id(&answered)).await).contains("已登记，3 个工作日内核实，核实后 2 个工作日内答复")
    );

    office.reject(&lodged[0]).await;
    let again = office.upload(brought.clone()).await;
    let workbook = office.workbook(&run_id(&again)).await;
    let says = texts(&workbook);
    assert!(says.contains("不予采纳：数量以发货单为准") && says.contains("待答复，期限 "));
    assert_eq!(run_id(&office.upload(brought).await), run_id(&again), "nothing has changed since");
    // What comes back from that answer belongs to the same family: its appeals are no new ones, and our column is no input.
    let back = office.upload(with_appeals(&workbook, "S", &[(4, "违规不实")])).await;
    assert_eq!((office.appeals("").await.len(), back["issues"].to_string().contains("extra-label")), (3, false));
    let says = texts(&office.workbook(&run_id(&back)).await);
    assert_eq!(says.matches(">申诉答复<").count(), 1);
    assert!(says.contains("不予采纳：数量以发货单为准"));
}

#[actix_web::test]
async fn a_workbook_of_ones_own_has_nothing_to_appeal_against() {
    let office = Office::open(Start::default()).await;
    let answered = office.upload(with_appeals(&sample(), "S", &[(3, "二月少计一车"), (4, "x")])).await;
    let issues = answered["issues"].as_array().unwrap();
    let told: Vec<&Value> = issues.iter().filter(|issue| issue["code"] == "appeal-not-lodged").collect();
    assert_eq!(told.len(), 1, "{issues:?}");
    assert_eq!(
        (&told[0]["severity"], &told[0]["cell"], &told[0]["count"]),
        (&json!("warning"), &json!("S2"), &json!(2))
    );
    assert_eq!(office.appeals("").await, Vec::<Value>::new());
    assert!(!texts(&office.workbook(&run_id(&answered)).await).contains("申诉答复"));
}

#[apply(over_both)]
async fn what_approved_runs_came_to_is_the_history_of_the_next_year_and_told_of_each_dealer(start: Start) {
    let desk = Desk::spawn(start).await;
    let next = |result: Value| (result["run"]["history"]["period"].clone(), result["issues"].to_string());
    let before = desk.run("", sample_of(2008)).await;
    assert_eq!(next(desk.get(&before).await).0, Value::Null);
    let missing = desk.ask("maker", "GET", "/v1/dealers/D001/history", Value::Null).await;
    problem(missing, 404, "no-such-dealer").await;

    let approved = desk.approved().await;
    let after = desk.run("", sample_of(2008)).await;
    assert_ne!(after, before);
    let (period, issues) = next(desk.get(&after).await);
    assert_eq!(period, 2007);
    assert!(issues.contains("reconciliation") && issues.contains("2007 年度考核结果"), "{issues}");
    assert_eq!(desk.run("", sample_of(2008)).await, after, "nothing was approved since");
    assert_eq!(next(desk.get(&desk.run("", sample_of(2009)).await).await).0, Value::Null);

    let history = desk.done("maker", "GET", "/v1/dealers/D001/history", Value::Null).await;
    let line = desk.line(&approved, "D001").await;
    let expected = json!([{
        "period": 2007, "run_id": id(&approved), "status": "approved", "tonnes": line["tonnes"], "score": line["score"], "grade": line["grade"],
        "movement": "new", "amount": line["amount"], "paid": "0.00",
    }]);
    assert_eq!((&history["name"], &history["periods"]), (&json!("涪陵丰禾农资经营部"), &expected));
    desk.done("payer", "POST", &format!("{approved}/settlement/payments"), Value::Null).await;
    let paid = json!({"paid_on": "2008-03-01"});
    desk.done("payer", "POST", &format!("{approved}/settlement/payments/1/paid"), paid).await;
    let history = desk.get("/v1/dealers/D001/history").await;
    assert_eq!((&history["periods"][0]["paid"], &history["periods"][0]["status"]), (&line["amount"], &json!("paid")));
    let missing = desk.ask("maker", "GET", "/v1/dealers/D01/history", Value::Null).await;
    assert!(text(&problem(missing, 404, "no-such-dealer").await["detail"]).contains("D001"));
    let stranger = token(&desk.app, "赵强", "sales").await;
    let request = crate::harness::client().get(desk.app.url("/v1/dealers/D001/history")).bearer_auth(stranger);
    problem(send(request).await, 404, "no-such-dealer").await;
}

#[actix_web::test]
async fn when_the_time_is_over_no_appeal_is_lodged_whichever_way_it_comes() {
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.approved().await;
    let appeals = format!("{run}/appeals");
    let appeal = json!({"dealer_id": "D001", "text": "二月少计一车"});
    let lodged = desk.done("maker", "POST", &appeals, appeal.clone()).await;
    let database = format!("sqlite:{}", desk.app.data().join("dealerbook.db").display());
    let database = sqlx::SqlitePool::connect(&database).await.unwrap();
    let long_ago = "UPDATE settlements SET submitted_at = '2008-01-10T08:00:00.000Z'";
    sqlx::query(long_ago).execute(&database).await.unwrap();
    let overdue = "UPDATE appeals SET due_at = '2008-01-14T16:00:00.000Z'";
    sqlx::query(overdue).execute(&database).await.unwrap();

    let late = problem(desk.ask("maker", "POST", &appeals, appeal).await, 409, "appeal-too-late").await;
    assert!(text(&late["detail"]).contains("2008-01-24"), "{late}");
    let answer = desk.ask("maker", "GET", &format!("{run}/workbook.xlsx"), Value::Null).await;
    let brought = with_appeals(&answer.bytes().await.unwrap(), "S", &[(3, "二月少计一车"), (4, "违规不实")]);
    let back = desk.get(&desk.run("", brought).await).await;
    let issues = back["issues"].as_array().unwrap();
    let told: Vec<&Value> = issues.iter().filter(|issue| issue["code"] == "appeal-not-lodged").collect();
    assert_eq!((told.len(), &told[0]["count"]), (1, &json!(1)), "the one that was lodged in time is known");
    assert!(text(&told[0]["message"]).contains("2008-01-24"));

    assert_eq!(desk.get("/v1/appeals?overdue=true").await["appeals"].as_array().unwrap().len(), 1);
    let reject = format!("/v1/appeals/{}/reject", text(&lodged["id"]));
    let answered = desk.done("checker", "POST", &reject, json!({"reason": "以发货单为准"})).await;
    assert_eq!((&answered["late"], &answered["overdue"]), (&json!(true), &json!(false)));
}

#[actix_web::test]
async fn the_clock_of_an_answer_runs_from_the_day_of_verification_which_is_noted_once() {
    let office = Office::open(Start::default()).await;
    let run = run_id(&office.upload(sample()).await);
    let appeals = [office.lodge(&run, "D001", "二月少计一车").await, office.lodge(&run, "D002", "违规不实").await];
    let verify = async |appeal: &Value, body: Value| {
        let path = format!("/v1/appeals/{}/verify", text(&appeal["id"]));
        office.send(&office.finance, "POST", &path, Some(body)).await
    };
    let day = |moment: &Value| text(moment)[..10].to_owned();
    assert!(text(&appeals[0]["verify_due_at"]) > text(&appeals[0]["due_at"]), "3 working days, and 2");
    assert_eq!((&appeals[0]["verified_on"], &appeals[0]["verification_overdue"]), (&Value::Null, &json!(false)));

    // They were lodged on a Thursday: by the shipped policy they are verified by the Tuesday.
    let database = format!("sqlite:{}", office.app.data().join("dealerbook.db").display());
    let database = sqlx::SqlitePool::connect(&database).await.unwrap();
    let long_ago = "UPDATE appeals SET lodged_at = '2008-01-03T02:00:00.000Z', verify_due_at = '2008-01-08T16:00:00.000Z', \
                    due_at = '2008-01-07T16:00:00.000Z'";
    sqlx::query(long_ago).execute(&database).await.unwrap();
    assert!(office.appeals("").await.iter().all(|appeal| appeal["verification_overdue"] == true));

    for body in [
        json!({"verified_on": "2008-01-02"}),
        json!({"verified_on": "2999-01-02"}),
        json!({"verified_on": "2008-02-30"}),
        json!({"verified_on": 7, "by": "x"}),
    ] {
        let refused = problem(verify(&appeals[0], body.clone()).await, 400, "invalid-appeal").await;
        assert_eq!(refused["faults"][0]["pointer"], "/verified_on", "{body} {refused}");
    }
    let own = json!({"dealer_id": "D003", "text": "x"});
    let own = office.send(&office.finance, "POST", &format!("/v1/runs/{run}/appeals"), Some(own)).await;
    problem(verify(&own.json().await.unwrap(), json!({})).await, 409, "own-appeal").await;
    let path = format!("/v1/appeals/{}/verify", text(&appeals[0]["id"]));
    problem(office.send(&office.sales, "POST", &path, None).await, 403, "forbidden").await;

    let verified: Value = verify(&appeals[0], json!({"verified_on": "2008-01-07"})).await.json().await.unwrap();
    assert_eq!((text(&verified["verified_on"]), text(&verified["verified_by"])), ("2008-01-07", "王芳"));
    assert_eq!((day(&verified["due_at"]).as_str(), &verified["verification_overdue"]), ("2008-01-09", &json!(false)));
    let again: Value = verify(&appeals[0], json!({"verified_on": "2008-01-07"})).await.json().await.unwrap();
    assert_eq!(again, verified);
    problem(verify(&appeals[0], json!({"verified_on": "2008-01-08"})).await, 409, "appeal-verified").await;
    // Too late a verification moves nothing beyond what one in time would have.
    let late: Value = verify(&appeals[1], json!({"verified_on": "2008-02-01"})).await.json().await.unwrap();
    assert_eq!(day(&late["due_at"]), "2008-01-10");

    let told = office.upload(with_appeals(&office.workbook(&run).await, "S", &[(3, "二月少计一车")])).await;
    let says = texts(&office.workbook(&run_id(&told)).await);
    assert!(says.contains("已于 2008-01-07 核实，待答复，期限 2008-01-09"));
    office.reject(&appeals[0]).await;
    problem(verify(&appeals[0], json!({})).await, 409, "appeal-answered").await;
    let lines: Vec<String> = office.audited().await.into_iter().map(|(_, what)| what).collect();
    assert_eq!(lines.iter().filter(|what| *what == "appeal-verified").count(), 2);
}
