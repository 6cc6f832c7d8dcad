//! A policy goes into a workbook and comes back as it was; what is wrong in a workbook is reported with its cell.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::render;
use crate::policy_book::{BookError, read};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Policy;
use dealerbook_package::Limits;

/// What a content means: figures by their value, whether they stand as numbers or as texts; empty tables are none.
fn meaning(value: &Json) -> Json {
    match value {
        Json::Object(table) => {
            let kept = table.iter().map(|(key, value)| (key.clone(), meaning(value)));
            Json::Object(kept.filter(|(_, value)| value.as_object().is_none_or(|table| !table.is_empty())).collect())
        }
        Json::Array(list) => list.iter().map(meaning).collect(),
        Json::Number(number) => meaning(&Json::String(number.to_string())),
        Json::String(text) => match Decimal::from_str_exact(text) {
            Ok(number) => Json::String(number.normalize().to_string()),
            Err(_) => value.clone(),
        },
        other => other.clone(),
    }
}

fn back(policy: &Policy, lang: Lang) -> Policy {
    let book = render(policy, lang).unwrap();
    read("test.xlsx", &book, &Limits::default()).unwrap_or_else(|error| panic!("{}: {error}", policy.id))
}

#[test]
fn every_shipped_policy_comes_back_from_its_workbook_as_it_was() {
    for policy in Policy::shipped().unwrap() {
        for lang in [Lang::Zh, Lang::En] {
            let again = back(&policy, lang);
            assert_eq!(meaning(&again.content()), meaning(&policy.content()), "{}", policy.id);
            assert_eq!(meaning(&back(&again, lang).content()), meaning(&policy.content()), "twice");
        }
    }
}

#[test]
fn days_regions_and_flat_caps_come_back_too() {
    let text = include_str!("../../../../schemas/policies/progressive.toml");
    let own = text
        .replace("dealer_cap = { core = \"120000\", key = \"80000\", ordinary = \"50000\" }", "dealer_cap = 120000")
        .replace("version = \"1.0.0\"", "version = \"2\"\neffective_from = 2027-01-01\neffective_to = 2027-12-31")
        .replace(
            "[[incentives]]\nid = \"excess_volume\"",
            "[market_classes]\n\"涪陵.北\" = \"A\"\n\n[[incentives]]\nid = \"excess_volume\"",
        );
    let own =
        own.replacen("[[examples]]", "[settlement]\ntax_rate = \"0.13\"\ntax_included = false\napprover_may_pay = true\norderer_may_confirm = false\n[[settlement.approval]]\nup_to = \"100000.50\"\napprovals = 1\n[[settlement.approval]]\napprovals = 2\n\n[[examples]]", 1);
    let policy = Policy::parse("own.toml", &own).unwrap_or_else(|error| panic!("{error}"));
    let again = back(&policy, Lang::Zh);
    assert_eq!(meaning(&again.content()), meaning(&policy.content()));
    assert_eq!(again.settlement.four_eyes(), policy.settlement.four_eyes());
    assert_eq!(again.settlement.four_eyes().bands.len(), 2);
    assert_eq!(again.effective_to, Some(jiff::civil::date(2027, 12, 31)));
    assert_eq!(again.market_class("", &"涪陵.北".into()), "A");
}

#[test]
fn what_is_no_policy_is_refused() {
    let error = |bytes: &[u8]| read("test", bytes, &Limits::default()).unwrap_err();
    assert!(matches!(error(b"PK nothing"), BookError::Workbook(_)));
    assert!(error(&[0xFF, 0xFE, 0]).to_string().contains("neither an .xlsx workbook"));
    assert!(error(b"id = ").to_string().contains("it is not TOML"));
    let template =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../workbooks/accepted/assessment-small.xlsx")).unwrap();
    assert!(error(&template).to_string().contains("it is no policy's workbook"));
}
