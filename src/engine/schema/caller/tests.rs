//! Descriptors that are right, and each thing that can be wrong with one.

use serde_json::{Value as Json, json};

use super::*;
use crate::schema::{FieldType, Recognised, Resource};
use dealerbook_base::lang::Lang;

fn with_fields(fields: Json) -> String {
    json!({"resources": [{"name": "t", "schema": {"fields": fields}}]}).to_string()
}

fn table(fields: Json) -> Resource {
    Schemas::parse(&with_fields(fields)).expect("a sound descriptor").resources.remove(0)
}

/// The faults of a descriptor, as pointer and English detail.
fn faults(descriptor: &str) -> Vec<(String, String)> {
    let faults = Schemas::parse(descriptor).expect_err("faults");
    for fault in &faults {
        assert!(
            !fault.detail(Lang::Zh).is_empty()
                && !fault.remedy(Lang::Zh).is_empty()
                && !fault.remedy(Lang::En).is_empty()
        );
    }
    faults.into_iter().map(|fault| (fault.pointer.clone(), fault.detail(Lang::En))).collect()
}

fn fault_of_field(field: Json) -> (String, String) {
    let mut all = faults(&with_fields(json!([field])));
    assert_eq!(all.len(), 1, "{all:?}");
    let (pointer, detail) = all.remove(0);
    (pointer.trim_start_matches("/resources/0/schema/fields/0").to_owned(), detail)
}

#[test]
fn a_field_without_title_is_labelled_by_its_name_and_without_type_it_takes_anything() {
    let table = table(json!([{"name": "区域"}, {"name": "n", "title": " 数\n量 ", "type": "any"}]));
    assert_eq!((table.fields[0].title.as_str(), table.fields[0].type_), ("区域", FieldType::String));
    assert_eq!(table.fields[1].title, "数 量");
    assert!(table.fields[1].has_label("数量"));
}

#[test]
fn values_that_are_counted_are_categories_of_texts_and_a_list_of_the_rest() {
    let table = table(json!([
        {"name": "a", "constraints": {"enum": ["x", "y"]}},
        {"name": "b", "type": "integer", "categories": [{"value": 1, "label": "一"}, {"value": 2}]},
        {"name": "c", "type": "number", "constraints": {"enum": [0.06, "0.13"]}},
        {"name": "d", "categories": ["p", "q", "r"], "constraints": {"enum": ["q", "r"]}}
    ]));
    assert_eq!(table.fields[0].category("X"), Some((0, false)));
    assert_eq!((table.fields[1].category("1"), table.fields[1].category("一")), (Some((0, true)), Some((0, true))));
    assert_eq!(table.fields[2].constraints.more.one_of.len(), 2);
    assert_eq!((table.fields[3].category("p"), table.fields[3].category("q")), (None, Some((0, true))));
}

#[test]
fn a_key_of_one_column_is_a_unique_one_and_no_key_may_be_blank() {
    let keyed = |key: Json| {
        let schema = json!({"primaryKey": key, "fields": [{"name": "a"}, {"name": "b"}]});
        let text = json!({"resources": [{"name": "t", "schema": schema}]}).to_string();
        Schemas::parse(&text).expect("a sound descriptor").resources.remove(0)
    };
    let one = keyed(json!("a"));
    assert!(one.fields[0].constraints.unique && one.fields[0].constraints.required && one.primary_key.is_empty());
    let two = keyed(json!(["b", "a"]));
    assert_eq!(two.primary_key, [1, 0]);
    assert!(two.fields.iter().all(|f| f.constraints.required && !f.constraints.unique && f.kept));
}

#[test]
fn a_foreign_key_may_lead_to_the_same_table_and_over_several_columns() {
    let text = json!({"resources": [
        {"name": "a", "schema": {"fields": [{"name": "x"}, {"name": "up"}],
            "foreignKeys": [{"fields": "up", "reference": {"resource": "", "fields": "x"}}]}},
        {"name": "b", "schema": {"fields": [{"name": "p"}, {"name": "q"}],
            "foreignKeys": [{"fields": ["p", "q"], "reference": {"resource": "a", "fields": ["x", "up"]}}]}}
    ]});
    let schemas = Schemas::parse(&text.to_string()).unwrap();
    assert_eq!(
        (schemas.resources[0].foreign_keys[0].resource.as_str(), schemas.resources[0].fields[0].referred_to),
        ("a", true)
    );
    assert_eq!(schemas.resources[1].foreign_keys[0].targets, ["x", "up"]);
}

#[test]
fn a_sheet_that_a_dialect_names_goes_before_one_of_the_same_title() {
    let one = |name: &str, more: Json| {
        let mut resource = json!({"name": name, "schema": {"fields": [{"name": "x"}]}});
        resource.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        resource
    };
    let text = json!({"resources": [one("Sheet1", json!({})), one("b", json!({"dialect": {"sheetName": "Sheet1"}})), one("c", json!({"dialect": {"excel": {"sheet": 3}}}))]});
    let schemas = Schemas::parse(&text.to_string()).unwrap();
    assert_eq!(schemas.recognise("sheet1"), Some(Recognised::Table(1)));
    assert_eq!(schemas.recognise_at(3), Some(Recognised::Table(2)));
    assert_eq!((schemas.recognise("封面"), schemas.recognise(" ")), (None, None));
}

#[test]
fn what_a_field_can_get_wrong_is_said_at_its_place() {
    for (field, pointer, detail) in [
        (json!({}), "", "the property `name` is missing"),
        (json!(7), "", "this must be an object"),
        (
            json!({"name": "a", "type": "object"}),
            "/type",
            "the cells of a sheet can't be checked for the type `object`",
        ),
        (json!({"name": "a", "type": "text"}), "/type", "`text` is not known here"),
        (json!({"name": "a", "type": "string", "format": "binary"}), "/format", "`binary` is not known here"),
        (json!({"name": "a", "title": "x".repeat(256)}), "/title", "this may have 255 characters at most"),
        (json!({"name": "a", "title": "x\u{7}"}), "/title", "there is a control character in it"),
        (json!({"name": "a", "type": "number", "decimalChar": ","}), "/decimalChar", "this is not checked"),
        (
            json!({"name": "a", "constraints": {"minimum": 1}}),
            "/constraints/minimum",
            "this doesn't go with the type `any`",
        ),
        (
            json!({"name": "a", "type": "date", "constraints": {"minimum": "2007-02-30"}}),
            "/constraints/minimum",
            "the value is not of the type `date`",
        ),
        (
            json!({"name": "a", "type": "date", "constraints": {"minimum": "2007-03-01", "exclusiveMaximum": "2007-02-01"}}),
            "/constraints",
            "the lower bound is above the upper one",
        ),
        (
            json!({"name": "a", "type": "datetime", "constraints": {"unique": true}}),
            "/constraints",
            "a date with a time of day is checked by its day only and can't be a key or have bounds",
        ),
        (
            json!({"name": "a", "constraints": {"minLength": -1}}),
            "/constraints/minLength",
            "this must be a whole number from 0 on",
        ),
        (
            json!({"name": "a", "constraints": {"enum": ["a"], "minLength": 2}}),
            "/constraints",
            "not one value meets all constraints",
        ),
        (json!({"name": "a", "constraints": {"enum": ["a", "a"]}}), "/constraints/enum/1", "`a` stands here twice"),
        (
            json!({"name": "a", "type": "integer", "constraints": {"enum": [1.5]}}),
            "/constraints/enum/0",
            "the value is not of the type `integer`",
        ),
        (json!({"name": "a", "type": "date", "format": "%Q"}), "/format", "the form of dates can't be read"),
    ] {
        let (at, said) = fault_of_field(field.clone());
        assert_eq!(at, pointer, "{field}: {said}");
        assert!(said.starts_with(detail), "{field}: {said}");
    }
}

#[test]
fn what_a_package_can_get_wrong_is_said_at_its_place() {
    let pointers = |descriptor: Json| faults(&descriptor.to_string()).into_iter().map(|(at, _)| at).collect::<Vec<_>>();
    let fields = json!([{"name": "x"}]);
    assert_eq!(pointers(json!([])), [""]);
    assert_eq!(pointers(json!({})), [""]);
    assert_eq!(pointers(json!({"resources": []})), ["/resources"]);
    assert_eq!(pointers(json!({"resources": [{"name": "a"}]})), ["/resources/0"]);
    let twice = json!({"name": "a", "schema": {"fields": fields}});
    assert_eq!(pointers(json!({"resources": [twice, twice]})), ["/resources/1"]);
    let sheet = |name: &str| json!({"name": name, "dialect": {"sheetName": "S"}, "schema": {"fields": fields}});
    assert_eq!(pointers(json!({"resources": [sheet("a"), sheet("b")]})), ["/resources/1"]);
    let key = |key: Json| json!({"resources": [{"name": "a", "schema": {"fields": [{"name": "x"}, {"name": "y"}], "foreignKeys": [key]}}]});
    let at = |rest: &str| vec![format!("/resources/0/schema/foreignKeys/0{rest}")];
    assert_eq!(pointers(key(json!({"fields": ["x", "y"], "reference": {"resource": "", "fields": "x"}}))), at(""));
    assert_eq!(pointers(key(json!({"fields": "z", "reference": {"resource": "a", "fields": "x"}}))), at("/fields"));
    assert_eq!(pointers(key(json!({"fields": "x"}))), at(""));
    assert_eq!(pointers(json!({"a~/b": 1, "resources": 3})), ["/resources"]);
}

#[test]
fn a_pattern_is_for_the_whole_text_and_bounded() {
    let field = table(json!([{"name": "a", "constraints": {"pattern": "a|bc"}}])).fields.remove(0);
    let fits = |text: &str| field.constraints.more.fits(text);
    assert!(fits("a") && fits("bc") && !fits("ac") && !fits("abc"));
    let (at, said) = fault_of_field(json!({"name": "a", "constraints": {"pattern": "(?=x)y"}}));
    assert_eq!(at, "/constraints/pattern");
    assert!(said.contains("look-around"), "{said}");
    fault_of_field(json!({"name": "a", "constraints": {"pattern": "((((\\w{100}){100}){100}){100})"}}));
}

#[test]
fn the_hash_is_of_the_descriptor_as_it_came() {
    let text = with_fields(json!([{"name": "a"}]));
    let hash = |text: &str| Schemas::parse(text).unwrap().caller.unwrap().sha256;
    assert_ne!(hash(&text), hash(&format!("{text}\n")));
    assert_eq!(hash(&format!("\u{feff}{text}")).len(), 64);
}
