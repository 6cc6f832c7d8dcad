//! Two people over one server whose policy has rates of its own, and what they do with settlements.

use std::io::{Cursor, Read, Write};

use dealerbook::store::{AuditFilter, AuditLine, NewToken, Role, Store};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use zip::write::SimpleFileOptions;

use crate::harness::{Start, TestApp, header, sample, send};

/// A server with the people around it.
pub struct Desk {
    pub app: TestApp,
    pub store: Store,
    _policies: tempfile::TempDir,
}

/// What stands in a policy in the place of what the handbook has.
type Replaced = &'static [(&'static str, &'static str)];

/// The rates of the company's own policies, and what else they say of settlements: `own-2` pays more for the tonnes above the target, `own-3`
/// lets interim runs be settled, `own-4` wants two approvals above what the sample comes to, `own-5` lets approvers pay.
const POLICIES: [(&str, &str, Replaced); 5] = [
    ("own-1", "30", &[]),
    ("own-2", "40", &[]),
    ("own-3", "30", &[("interim = \"refuse\"", "interim = \"allow\"")]),
    ("own-4", "30", &[("[[examples]]", BANDS)]),
    (
        "own-5",
        "30",
        &[
            ("approver_may_pay = false", "approver_may_pay = true"),
            ("orderer_may_confirm = true", "orderer_may_confirm = false"),
        ],
    ),
];

const BANDS: &str = "[[settlement.approval]]\nup_to = \"90200.00\"\napprovals = 1\n[[settlement.approval]]\napprovals = 2\n\n[[examples]]";

impl Desk {
    /// `maker` of sales hands in, `checker`, `payer` and `deputy` of finance approve and pay.
    pub async fn spawn(start: Start) -> Desk {
        let policies = tempfile::tempdir().unwrap();
        let handbook = include_str!("../../../schemas/policies/handbook.toml");
        for (id, rate, others) in POLICIES {
            let (rates, name) = ("rates = \"example\"", "id = \"handbook\"");
            assert!(handbook.contains(rates) && handbook.contains(name) && handbook.contains(EXCESS));
            let own = handbook.replace(rates, "rates = \"own\"").replace(name, &format!("id = \"{id}\""));
            let own = own.replace(EXCESS, &format!("rate = {{ core = \"{rate}\", key = \"20\", ordinary = \"10\" }}"));
            let own = others.iter().fold(own, |own, (from, to)| {
                assert!(own.contains(from), "{from}");
                own.replacen(from, to, 1)
            });
            std::fs::write(policies.path().join(format!("{id}.toml")), without_examples(&own)).unwrap();
        }
        let app = Start { policies: Some(policies.path().to_owned()), ..start }.spawn().await;
        let store = Store::open(&app.places()).await.unwrap();
        for (name, role) in [
            ("maker", Role::Sales),
            ("checker", Role::Finance),
            ("payer", Role::Finance),
            ("deputy", Role::Finance),
            ("reader", Role::Auditor),
        ] {
            let new = NewToken { name: name.to_owned(), role, regions: Vec::new(), expires_at: None };
            store.keep_token(&token(name), &new, "admin").await.unwrap();
        }
        Desk { app, store, _policies: policies }
    }

    pub fn request(&self, who: &str, method: &str, path: &str) -> RequestBuilder {
        let request = crate::harness::client().request(method.parse().unwrap(), self.app.url(path));
        request.bearer_auth(token(who))
    }

    pub async fn ask(&self, who: &str, method: &str, path: &str, body: Value) -> Response {
        let request = self.request(who, method, path);
        send(if body.is_null() { request } else { request.json(&body) }).await
    }

    /// The same where it must succeed.
    pub async fn done(&self, who: &str, method: &str, path: &str, body: Value) -> Value {
        let answer = self.ask(who, method, path, body).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{who} {method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.done("reader", "GET", path, Value::Null).await
    }

    /// The address of a run of a workbook by the maker.
    pub async fn run(&self, query: &str, workbook: Vec<u8>) -> String {
        self.run_by("maker", query, workbook).await
    }

    /// The same by somebody else.
    pub async fn run_by(&self, who: &str, query: &str, workbook: Vec<u8>) -> String {
        let answer = send(self.request(who, "POST", &format!("/v1/runs{query}")).body(workbook)).await;
        assert!(matches!(answer.status().as_u16(), 200 | 422), "{}", answer.text().await.unwrap());
        header(&answer, "location")
    }

    /// A run that is submitted and approved.
    pub async fn approved(&self) -> String {
        let run = self.run("", sample()).await;
        self.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
        self.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
        run
    }

    pub async fn settlement(&self, run: &str) -> Value {
        self.get(&format!("{run}/settlement")).await
    }

    pub async fn line(&self, run: &str, dealer: &str) -> Value {
        let lines = self.get(&format!("{run}/settlement/lines?q={dealer}")).await;
        let found = lines["lines"].as_array().unwrap().iter().find(|line| line["dealer_id"] == dealer);
        found.unwrap_or_else(|| panic!("no line of {dealer}")).clone()
    }

    /// All that is known of a run's settlement: what a refused request must not change.
    pub async fn all(&self, run: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for path in ["", "/lines?limit=1000", "/payments"] {
            all.push(self.get(&format!("{run}/settlement{path}")).await);
        }
        let seq = self.store.audit_head().await.unwrap().seq;
        all.push(seq.into());
        all
    }

    /// The audit log from its beginning on.
    pub async fn audited(&self) -> Vec<AuditLine> {
        let (mut lines, _) = self.store.audit(&AuditFilter::default(), 200).await.unwrap();
        lines.reverse();
        lines.retain(|line| !line.what.starts_with("token"));
        lines
    }
}

const EXCESS: &str = "rate = { core = \"30\", key = \"20\", ordinary = \"10\" }";

/// A policy's worked examples hold for its own rates only.
fn without_examples(policy: &str) -> String {
    match policy.find("[[examples]]") {
        Some(at) => policy[..at].to_owned(),
        None => policy.to_owned(),
    }
}

pub fn token(name: &str) -> String {
    if name == "admin" { crate::harness::TOKEN.to_owned() } else { format!("the-token-of-{name}-for-tests") }
}

/// The end of a run's address.
pub fn id(run: &str) -> &str {
    run.rsplit('/').next().unwrap()
}

/// The sample with something in its parts replaced.
pub fn changed(from: &str, to: &str) -> Vec<u8> {
    changed_in(sample(), from, to)
}

/// The same in another workbook.
pub fn changed_in(workbook: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut is_found = false;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name.ends_with(".xml") {
            let text = String::from_utf8(content).unwrap();
            is_found |= text.contains(from);
            content = text.replace(from, to).into_bytes();
        }
        out.start_file(&*name, SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
    }
    assert!(is_found, "{from} stands in the sample");
    out.finish().unwrap().into_inner()
}
