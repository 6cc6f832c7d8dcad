//! A value of the descriptor with its place, and the faults that are found on the way.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::fault::{Fault, FaultKind, Shape};

/// A name or label has so many characters at most.
const TEXT_CHARS_MAX: usize = 255;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node<'j> {
    pub value: &'j Json,
    pub pointer: String,
}

impl<'j> Node<'j> {
    pub fn root(value: &'j Json) -> Self {
        Node { value, pointer: String::new() }
    }

    /// A property; null is none.
    pub fn get(&self, key: &str) -> Option<Node<'j>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Node { value, pointer: format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1")) })
    }

    /// The elements of a list; none of anything else.
    pub fn items(&self) -> impl Iterator<Item = Node<'j>> + use<'j> {
        let pointer = self.pointer.clone();
        let items = self.value.as_array().map_or(&[] as &[Json], Vec::as_slice);
        items.iter().enumerate().map(move |(n, value)| Node { value, pointer: format!("{pointer}/{n}") })
    }

    /// A number as it is written, out of a number or a text.
    pub fn decimal(&self) -> Option<Decimal> {
        let text = match self.value {
            Json::Number(number) => number.to_string(),
            Json::String(text) => text.trim().to_owned(),
            _ => return None,
        };
        Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
    }

    /// A scalar as people would write it in a cell.
    pub fn spelled(&self) -> Option<String> {
        match self.value {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(true) => Some("true".to_owned()),
            Json::Bool(false) => Some("false".to_owned()),
            _ => None,
        }
    }
}

/// What is wrong so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    /// How many patterns have been compiled: each takes memory.
    pub patterns: usize,
}

impl Faults {
    pub fn push(&mut self, node: &Node<'_>, kind: FaultKind) {
        self.list.push(Fault { pointer: node.pointer.clone(), kind });
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn into_list(self) -> Vec<Fault> {
        self.list
    }

    /// A property that must have this shape; what has another is said and counts as absent.
    pub fn shaped<'j>(&mut self, node: &Node<'j>, key: &str, shape: Shape) -> Option<Node<'j>> {
        let found = node.get(key)?;
        if shape.fits(found.value) {
            return Some(found);
        }
        self.push(&found, FaultKind::WrongShape(shape));
        None
    }

    /// A property that must be there.
    pub fn required<'j>(&mut self, node: &Node<'j>, key: &'static str, shape: Shape) -> Option<Node<'j>> {
        if node.get(key).is_none() {
            self.push(node, FaultKind::Missing(key));
        }
        self.shaped(node, key, shape)
    }

    /// A name or label: a text that can stand in a sheet.
    pub fn label(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        let found = self.shaped(node, key, Shape::Text)?;
        self.checked(&found)
    }

    /// The text of a node that is one.
    pub fn checked(&mut self, node: &Node<'_>) -> Option<String> {
        let Some(text) = node.value.as_str() else {
            self.push(node, FaultKind::WrongShape(Shape::Text));
            return None;
        };
        // Labels in sheets often hold line breaks; people write them as spaces.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > TEXT_CHARS_MAX {
            self.push(node, FaultKind::TooLong(TEXT_CHARS_MAX));
        } else if text.chars().any(char::is_control) {
            self.push(node, FaultKind::ControlCharacter);
        }
        (!text.is_empty()).then_some(text)
    }

    /// A list of texts, as they stand.
    pub fn texts(&mut self, node: &Node<'_>, key: &str) -> Vec<String> {
        let Some(list) = self.shaped(node, key, Shape::List) else { return Vec::new() };
        let texts = list.items().filter_map(|item| match item.value.as_str() {
            Some(text) => Some(text.to_owned()),
            None => {
                self.push(&item, FaultKind::WrongShape(Shape::Text));
                None
            }
        });
        texts.collect()
    }

    /// True or false; false where it is absent.
    pub fn flag(&mut self, node: &Node<'_>, key: &str) -> bool {
        self.shaped(node, key, Shape::Flag).and_then(|found| found.value.as_bool()).unwrap_or(false)
    }
}
