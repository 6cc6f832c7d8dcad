//! Whatever people do, in whatever order: what dealers are entitled to is what was paid, is ordered, held or payable, less what they owe.

use macro_rules_attribute::apply;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::desk::{Desk, changed, id};
use crate::harness::{Start, over_both, sample};

const DEALERS: [&str; 4] = ["D001", "D002", "D003", "D004"];
const STEPS: usize = 60;

/// Something that somebody tries; most of it is refused at some time.
#[derive(Clone, Debug)]
enum Step {
    Submit {
        corrects: bool,
    },
    Approve,
    Reject,
    Adjust {
        dealer: usize,
        fen: i64,
    },
    Unadjust {
        number: u8,
    },
    Hold {
        dealer: usize,
    },
    Release {
        dealer: usize,
    },
    OrderAll,
    Order {
        dealer: usize,
        fen: i64,
    },
    Pay {
        number: u8,
    },
    Cancel {
        number: u8,
    },
    /// The other of the two runs from here on.
    Turn,
}

fn step() -> impl Strategy<Value = Step> {
    let dealer = || 0..DEALERS.len();
    prop_oneof![
        3 => any::<bool>().prop_map(|corrects| Step::Submit { corrects }),
        3 => Just(Step::Approve),
        1 => Just(Step::Reject),
        2 => (dealer(), -9_000_000_i64..9_000_000).prop_map(|(dealer, fen)| Step::Adjust { dealer, fen }),
        1 => (1_u8..4).prop_map(|number| Step::Unadjust { number }),
        2 => dealer().prop_map(|dealer| Step::Hold { dealer }),
        1 => dealer().prop_map(|dealer| Step::Release { dealer }),
        1 => Just(Step::OrderAll),
        4 => (dealer(), 1_i64..2_000_000).prop_map(|(dealer, fen)| Step::Order { dealer, fen }),
        3 => (1_u8..5).prop_map(|number| Step::Pay { number }),
        1 => (1_u8..5).prop_map(|number| Step::Cancel { number }),
        1 => Just(Step::Turn),
    ]
}

impl Step {
    /// Who asks for what.
    fn asked(&self, other: &str) -> (&'static str, &'static str, String, Value) {
        let yuan = |fen: &i64| Decimal::new(*fen, 2).to_string();
        let (post, nothing) = ("POST", Value::Null);
        match self {
            Step::Submit { corrects: true } => ("maker", post, "submit".to_owned(), json!({"supersedes": id(other)})),
            Step::Submit { .. } => ("maker", post, "submit".to_owned(), nothing),
            Step::Approve => ("checker", post, "approve".to_owned(), nothing),
            Step::Reject => ("checker", post, "reject".to_owned(), json!({"reason": "x"})),
            Step::Adjust { dealer, fen } => {
                let body = json!({"dealer_id": DEALERS[*dealer], "amount": yuan(fen), "reason": "x"});
                ("payer", post, "adjustments".to_owned(), body)
            }
            Step::Unadjust { number } => ("payer", "DELETE", format!("adjustments/{number}"), nothing),
            Step::Hold { dealer } => ("payer", "PUT", format!("holds/{}", DEALERS[*dealer]), json!({"reason": "x"})),
            Step::Release { dealer } => ("payer", "DELETE", format!("holds/{}", DEALERS[*dealer]), nothing),
            Step::OrderAll => ("payer", post, "payments".to_owned(), nothing),
            Step::Order { dealer, fen } => {
                let lines = json!({"lines": [{"dealer_id": DEALERS[*dealer], "amount": yuan(fen)}]});
                ("payer", post, "payments".to_owned(), lines)
            }
            Step::Pay { number } => {
                ("payer", post, format!("payments/{number}/paid"), json!({"paid_on": "2008-03-01"}))
            }
            Step::Cancel { number } => ("payer", post, format!("payments/{number}/cancel"), nothing),
            Step::Turn => ("reader", "GET", String::new(), nothing),
        }
    }
}

fn sum(of: &Value, names: &[&str]) -> Decimal {
    names.iter().map(|name| of[*name].as_str().unwrap().parse::<Decimal>().unwrap()).sum()
}

/// A line, or the totals, where what is held is called so.
fn ties(of: &Value, held: &str) {
    let parts = sum(of, &["paid_before", "paid", "ordered", held, "payable"]) - sum(of, &["recoverable"]);
    assert_eq!(parts, sum(of, &["entitled"]), "{of}");
}

async fn check(desk: &Desk, run: &str) -> Decimal {
    let settlement = desk.settlement(run).await;
    let lines = desk.get(&format!("{run}/settlement/lines?limit=1000")).await;
    let lines = lines["lines"].as_array().unwrap();
    ties(&settlement["totals"], "held");
    lines.iter().for_each(|line| ties(line, "held_back"));
    for (total, line) in [("entitled", "entitled"), ("paid", "paid"), ("payable", "payable"), ("held", "held_back")] {
        let of_lines: Decimal = lines.iter().map(|one| sum(one, &[line])).sum();
        assert_eq!(of_lines, sum(&settlement["totals"], &[total]), "{total}");
    }
    let corrected = lines.iter().filter(|line| !line["difference"].is_null());
    for line in corrected {
        let difference = &line["difference"];
        let parts = sum(difference, &["data", "policy", "appeal", "adjustment"]);
        assert_eq!(parts, sum(difference, &["total"]));
        assert_eq!(sum(difference, &["before", "total"]), sum(line, &["entitled"]), "{line}");
    }
    sum(&settlement["totals"], &["paid"])
}

#[apply(over_both)]
async fn the_sums_tie_whatever_is_done(start: Start) {
    let desk = Desk::spawn(start).await;
    let target = r#"<c r="H3" s="10" t="n"><v>1000</v>"#;
    let mut runs = [
        desk.run("", sample()).await,
        desk.run("?policy=own-2", changed(target, &target.replace("1000", "1100"))).await,
    ];
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let steps = proptest::collection::vec(step(), STEPS).new_tree(&mut runner).unwrap().current();
    println!("{steps:?}");
    let mut paid = [Decimal::ZERO; 2];
    for step in &steps {
        let (who, method, path, body) = step.asked(&runs[1]);
        if let Step::Turn = step {
            runs.swap(0, 1);
            paid.swap(0, 1);
            continue;
        }
        let answer = desk.ask(who, method, &format!("{}/settlement/{path}", runs[0]), body).await;
        let status = answer.status().as_u16();
        assert!(matches!(status, 200 | 201 | 400 | 404 | 409), "{step:?}: {status} {}", answer.text().await.unwrap());
        for (run, paid) in runs.iter().zip(&mut paid) {
            let now = check(&desk, run).await;
            assert!(now >= *paid, "what is paid stays paid: {step:?}");
            *paid = now;
        }
    }
}
