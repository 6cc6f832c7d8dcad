//! The description in Chinese: every summary and description of paths, parameters, forms and answers. The other schemas' stay English, as
//! the names in them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

/// English texts and what they are in Chinese.
pub static CHINESE: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("zh.json")).unwrap_or_default());

/// Puts Chinese in the place of English. A text without Chinese stays, and a test finds it.
pub fn translate(document: &mut Value) {
    each_text(document, &mut |text| {
        if let Some(chinese) = CHINESE.get(text.as_str()) {
            text.clone_from(chinese);
        }
    });
}

/// Every text for people, outside of examples.
pub fn each_text(value: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(members) => {
            for (name, member) in
                members.iter_mut().filter(|(name, _)| !matches!(name.as_str(), "example" | "examples" | "license"))
            {
                match member {
                    Value::String(text) if matches!(name.as_str(), "summary" | "description") => visit(text),
                    member => each_text(member, visit),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, visit)),
        _ => {}
    }
}
