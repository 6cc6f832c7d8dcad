//! Closed lists of values: `categories`, and `enum` of texts.

use super::fault::{FaultKind, Shape};
use super::node::{Faults, Node};
use crate::schema::{Category, Field, FieldType};

/// A list has so many values at most.
const VALUES_MAX: usize = 10_000;

/// `categories`: values, or objects of a value, a label and our own `aliases`.
pub(super) fn read(node: &Node<'_>, type_: &'static str, field: &mut Field, faults: &mut Faults) {
    let Some(list) = faults.shaped(node, "categories", Shape::List) else { return };
    if !matches!(field.type_, FieldType::String | FieldType::Integer | FieldType::Number | FieldType::Year) {
        return faults.push(&list, FaultKind::NotForType(type_));
    }
    for item in values(&list, faults) {
        let value = item.get("value").unwrap_or(item.clone());
        let Some(text) = value.spelled() else {
            faults.push(&value, FaultKind::WrongShape(Shape::Text));
            continue;
        };
        let label = faults.label(&item, "label").unwrap_or_else(|| text.clone());
        let aliases = faults.texts(&item, "aliases");
        add(field, &item, Category { value: text, label, aliases, synonyms: Vec::new() }, faults);
    }
}

/// `enum` of texts: categories that are their own labels. Where categories stand beside it, it says which of them count.
pub(super) fn texts(list: &Node<'_>, field: &mut Field, faults: &mut Faults) {
    let mut allowed = Vec::new();
    for item in values(list, faults) {
        match item.spelled() {
            Some(text) => allowed.push((text, item)),
            None => faults.push(&item, FaultKind::WrongShape(Shape::Text)),
        }
    }
    if field.categories.is_empty() {
        for (text, item) in allowed {
            add(
                field,
                &item,
                Category { value: text.clone(), label: text, aliases: Vec::new(), synonyms: Vec::new() },
                faults,
            );
        }
        return;
    }
    let is_allowed = |spelling: &String| allowed.iter().any(|(text, _)| text == spelling);
    field.categories.retain(|c| is_allowed(&c.value) || is_allowed(&c.label) || c.aliases.iter().any(is_allowed));
}

/// The elements of a list of values, none where there are too many or too few.
pub(super) fn values<'j>(list: &Node<'j>, faults: &mut Faults) -> Vec<Node<'j>> {
    let values: Vec<Node<'j>> = list.items().collect();
    match values.len() {
        0 => faults.push(list, FaultKind::Empty),
        count if count > VALUES_MAX => {
            faults.push(list, FaultKind::TooMany(VALUES_MAX));
            return Vec::new();
        }
        _ => {}
    }
    values
}

fn add(field: &mut Field, item: &Node<'_>, category: Category, faults: &mut Faults) {
    match field.categories.iter().any(|other| other.value == category.value) {
        true => faults.push(item, FaultKind::Repeated(category.value)),
        false => field.categories.push(category),
    }
}
