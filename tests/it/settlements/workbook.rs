//! The settlement workbook through a settlement's life: what it says of each state, and that it ties out in each.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, changed, id};
use crate::harness::{Start, over_both, sample, texts};
use crate::rebates::{assert_tied_out, stated};

/// The target of D001 is 900 t, not 1000.
const TARGET: (&str, &str) = (r#"<c r="H3" s="10" t="n"><v>1000</v>"#, r#"<c r="H3" s="10" t="n"><v>900</v>"#);

impl Desk {
    async fn book(&self, run: &str, query: &str) -> Vec<u8> {
        let answer = self.ask("reader", "GET", &format!("{run}/rebates.xlsx{query}"), Value::Null).await;
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }
}

#[apply(over_both)]
async fn the_workbook_follows_the_settlement_and_ties_out_in_every_state(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let draft = desk.book(&run, "").await;
    assert!(texts(&draft).contains("草稿：仅已计算") && !texts(&draft).contains("示例费率："));

    let wanted = json!({"dealer_id": "D002", "amount": "-100.5", "reason": "上年多付"});
    desk.done("payer", "POST", &path("adjustments"), wanted).await;
    desk.done("maker", "POST", &path("submit"), Value::Null).await;
    desk.done("payer", "PUT", &path("holds/D005"), json!({"reason": "账户待核实"})).await;
    let submitted = desk.book(&run, "").await;
    assert_tied_out(&submitted, "差额");
    assert!(texts(&submitted).contains("草稿：待批准（maker "));
    assert_eq!(stated(&submitted, "D002", "二"), "-100.5");
    assert_eq!((stated(&submitted, "D005", "七"), stated(&submitted, "D005", "八")), ("12300".into(), "0".into()));

    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    let line = json!({"lines": [{"dealer_id": "D001", "amount": "2800"}]});
    desk.done("payer", "POST", &path("payments"), line).await;
    let ordered = desk.book(&run, "").await;
    assert_tied_out(&ordered, "差额");
    let told = texts(&ordered);
    assert!(told.contains("已批准并锁定：checker ") && told.contains("账户待核实") && !told.contains("草稿："));
    assert_eq!((stated(&ordered, "D001", "六"), stated(&ordered, "D001", "八")), ("2800".into(), "40000".into()));
    desk.done("payer", "POST", &path("payments/1/paid"), json!({"paid_on": "2008-02-29"})).await;
    let paid = desk.book(&run, "").await;
    assert_eq!((stated(&paid, "D001", "五"), stated(&paid, "D001", "六")), ("2800".into(), "0".into()));
    assert_eq!(desk.book(&run, "").await, paid, "the same state gives the same bytes");

    let new = desk.run("?policy=own-2", changed(TARGET.0, TARGET.1)).await;
    let body = json!({"supersedes": id(&run)});
    desk.done("maker", "POST", &format!("{new}/settlement/submit"), body).await;
    desk.done("checker", "POST", &format!("{new}/settlement/approve"), Value::Null).await;
    let corrected = desk.book(&new, "").await;
    assert_tied_out(&corrected, "差额");
    let told = texts(&corrected);
    assert!(told.contains("差额 5,600.00 元（数据 3,000.00，政策 2,600.00，申诉 0.00，调整 0.00）"));
    assert_eq!((stated(&corrected, "D001", "四"), stated(&corrected, "D001", "八")), ("2800".into(), "45600".into()));
    let old = desk.book(&run, "?dealer_id=D001").await;
    assert!(texts(&old).contains(&format!("已被更正：以运行 {} 的结算为准", id(&new))));
}
