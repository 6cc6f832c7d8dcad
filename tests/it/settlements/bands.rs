//! How many people approve, by what a settlement moves.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, id, token};
use crate::harness::{Start, over_both, problem, sample};
use crate::visitor::Visitor;

impl Desk {
    /// A submitted run by the policy with bands, whose second dealer's amount is another one.
    async fn with_bands(&self, filename: &str, adjustment: Option<&str>) -> String {
        let run = self.run(&format!("?policy=own-4&filename={filename}"), sample()).await;
        if let Some(amount) = adjustment {
            let wanted = json!({"dealer_id": "D002", "amount": amount, "reason": "x"});
            self.done("payer", "POST", &format!("{run}/settlement/adjustments"), wanted).await;
        }
        self.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
        run
    }
}

#[apply(over_both)]
async fn a_bound_belongs_to_its_band_and_a_cent_more_takes_another_person(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.with_bands("a.xlsx", Some("0.01")).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let submitted = desk.settlement(&run).await;
    assert_eq!((&submitted["approvals"], &submitted["approvals_needed"]), (&json!([]), &json!(2)));

    let first = desk.done("checker", "POST", &path("approve"), json!({"note": "金额无误"})).await;
    assert_eq!((&first["status"], &first["decided"]), (&json!("submitted"), &Value::Null));
    let approval = &first["approvals"][0];
    assert_eq!(
        (&approval["person"], &approval["total"], &approval["payable"], &approval["note"]),
        (&json!("checker"), &json!("90200.01"), &json!("90200.01"), &json!("金额无误"))
    );
    problem(desk.ask("checker", "POST", &path("approve"), Value::Null).await, 409, "settlement-approved-before").await;
    problem(desk.ask("payer", "POST", &path("approve"), Value::Null).await, 409, "settlement-same-person").await;
    problem(desk.ask("admin", "POST", &path("payments"), Value::Null).await, 409, "settlement-not-approved").await;
    let second = desk.done("deputy", "POST", &path("approve"), Value::Null).await;
    assert_eq!((&second["status"], &second["decided"]["who"]), (&json!("approved"), &json!("deputy")));
    assert_eq!(second["approvals"].as_array().unwrap().len(), 2);
    for who in ["checker", "deputy"] {
        let answer = desk.ask(who, "POST", &path("payments"), Value::Null).await;
        problem(answer, 409, "settlement-approver-pays").await;
    }
    let audited = desk.audited().await;
    let seen: Vec<Value> = audited
        .iter()
        .filter(|line| line.what == "settlement-approved")
        .map(|line| {
            let after: Value = serde_json::from_str(line.after.as_deref().unwrap()).unwrap();
            json!([line.who, after["status"], after["total"], after["approval"], after["approvals_needed"]])
        })
        .collect();
    assert_eq!(
        seen,
        [json!(["checker", "submitted", "90200.01", 1, 2]), json!(["deputy", "approved", "90200.01", 2, 2])]
    );

    let exact = desk.run("?policy=own-4&filename=b.xlsx", sample()).await;
    let body = json!({"supersedes": id(&run)});
    desk.done("maker", "POST", &format!("{exact}/settlement/submit"), body).await;
    let correction = desk.settlement(&exact).await;
    assert_eq!(correction["approvals_needed"], 1, "it moves nothing: {correction}");
}

#[apply(over_both)]
async fn the_bound_itself_takes_one_person_whatever_is_held(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.with_bands("a.xlsx", None).await;
    assert_eq!(desk.settlement(&run).await["approvals_needed"], 1);
    let approved = desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    assert_eq!((&approved["status"], &approved["approvals"][0]["total"]), (&json!("approved"), &json!("90200.00")));

    let held = desk.with_bands("b.xlsx", Some("0.01")).await;
    desk.done("payer", "PUT", &format!("{held}/settlement/holds/D001"), json!({"reason": "x"})).await;
    let settlement = desk.settlement(&held).await;
    assert_eq!((&settlement["approvals_needed"], &settlement["totals"]["payable"]), (&json!(2), &json!("47400.01")));
}

#[apply(over_both)]
async fn what_changes_after_an_approval_loses_it(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.with_bands("a.xlsx", Some("0.01")).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let approvals = async || desk.settlement(&run).await["approvals"].as_array().unwrap().len();
    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    desk.done("payer", "PUT", &path("holds/D001"), json!({"reason": "x"})).await;
    assert_eq!(approvals().await, 0, "something is held");
    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    desk.done("payer", "PUT", &path("holds/D001"), json!({"reason": "x"})).await;
    assert_eq!(approvals().await, 1, "held as it was");
    desk.done("payer", "DELETE", &path("holds/D001"), Value::Null).await;
    assert_eq!(approvals().await, 0, "it is released");
    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    desk.done("admin", "POST", &path("reject"), json!({"reason": "x"})).await;
    desk.done("maker", "POST", &path("submit"), Value::Null).await;
    assert_eq!(approvals().await, 0, "it was rejected and submitted again");
    desk.done("deputy", "POST", &path("approve"), Value::Null).await;
    assert_eq!(desk.settlement(&run).await["status"], "submitted");
    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    desk.done("payer", "PUT", &path("holds/D001"), json!({"reason": "x"})).await;
    let settlement = desk.settlement(&run).await;
    assert_eq!(
        (&settlement["status"], approvals().await),
        (&json!("approved"), 2),
        "approved, it may be held all the same"
    );
}

#[apply(over_both)]
async fn of_three_approvals_at_the_same_moment_two_count(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.with_bands("a.xlsx", Some("0.01")).await;
    let path = format!("{run}/settlement/approve");
    let by = |who: &'static str| desk.ask(who, "POST", &path, Value::Null);
    let (one, two, three, four) = tokio::join!(by("checker"), by("deputy"), by("admin"), by("checker"));
    let mut statuses = [one, two, three, four].map(|answer| answer.status().as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 409, 409]);
    let settlement = desk.settlement(&run).await;
    let people = settlement["approvals"].as_array().unwrap();
    assert_eq!((&settlement["status"], people.len()), (&json!("approved"), 2));
    assert_ne!(people[0]["person"], people[1]["person"]);
}

#[actix_web::test]
async fn the_page_says_how_many_approvals_it_takes() {
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.with_bands("a.xlsx", Some("0.01")).await;
    let page = async |who: &str| -> String {
        let visitor = Visitor::signed_in(&desk.app, &token(who)).await;
        visitor.page(&format!("{}/settlement", run.replace("/v1", ""))).await
    };
    assert!(page("checker").await.contains("须 2 人批准，已有 0 人"));
    desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    let again = page("checker").await;
    assert!(again.contains("须 2 人批准，已有 1 人") && again.contains("checker 已批准"), "{again}");
    assert!(!again.contains("/settlement/approve\""), "{again}");
}
