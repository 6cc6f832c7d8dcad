//! Booleans and categories.

use dealerbook::schema::Field;

use super::keys::full_width;
use super::{Kind, filled_boolean, filled_category, in_cells};
use crate::metamorphic::book::{Cell, Value};
use crate::metamorphic::judge::Holds::{Flagged, Issue, IssueWithoutSuggestion, Same, SameOrIssue};

/// Spellings of yes and no that mean the same.
const SAME: [(&str, &str, &str); 16] = [
    ("有 and 无", "有", "无"),
    ("Y and N", "Y", "N"),
    ("y and n", "y", "n"),
    ("yes and no", "yes", "no"),
    ("YES and NO", "YES", "NO"),
    ("true and false", "true", "false"),
    ("TRUE and FALSE in text", "TRUE", "FALSE"),
    ("1 and 0 in text", "1", "0"),
    ("√ and ×", "√", "×"),
    ("✓ and ×", "✓", "×"),
    ("✔ and ×", "✔", "×"),
    ("☑ and ×", "☑", "×"),
    ("full-width letters", "Ｙ", "Ｎ"),
    ("a zero-width space behind", "是\u{200b}", "否\u{200b}"),
    ("a space behind", "是 ", "否 "),
    ("an ideographic space before", "\u{3000}是", "\u{3000}否"),
];

/// Spellings that are no such, or that may be.
const UNSURE: [(&str, &str, &str); 8] = [
    ("对 and 错", "对", "错"),
    ("不是", "不是", "不是"),
    ("是的 and 否定", "是的", "否定"),
    ("V and X", "V", "X"),
    ("T and F", "T", "F"),
    ("属实 and 不属实", "属实", "不属实"),
    ("1.0 and 0.0", "1.0", "0.0"),
    ("○ and ●", "○", "●"),
];

fn is_yes(cell: &Cell) -> bool {
    cell.content() == "是"
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (table, holds) in [(&SAME[..], Same), (&UNSURE[..], SameOrIssue)] {
        for &(name, yes, no) in table {
            kinds.push(in_cells(&format!("a boolean as {name}"), holds.clone(), filled_boolean, move |_, cell| {
                Some(Cell::text(if is_yes(cell) { yes } else { no }))
            }));
        }
    }
    kinds.push(in_cells("a boolean as TRUE and FALSE", Same, filled_boolean, |_, cell| {
        Some(Cell { value: Value::Bool(is_yes(cell)), format: String::new() })
    }));
    kinds.push(in_cells("a boolean as the numbers 1 and 0", Same, filled_boolean, |_, cell| {
        Some(Cell::number(if is_yes(cell) { "1" } else { "0" }))
    }));
    for (name, text) in [("2", "2"), ("a question mark", "?"), ("未知", "未知"), ("both", "是/否"), ("无是", "无是")]
    {
        kinds.push(in_cells(&format!("a boolean as {name}"), Issue("type-error"), filled_boolean, move |_, _| {
            Some(Cell::text(text))
        }));
    }
    for dash in ["—", "-", "/", "－", "——", "N/A"] {
        kinds.push(in_cells(
            &format!("{dash} where a blank means yes"),
            Issue("type-error"),
            confirmed,
            move |_, _| Some(Cell::text(dash)),
        ));
    }
    kinds.extend(categories());
    kinds
}

fn confirmed(field: &Field, _: &Cell) -> bool {
    field.name == "confirmed"
}

/// The category of a cell: its canonical value, its label, its other spellings.
fn spellings(field: &Field, cell: &Cell) -> Option<(String, String, Vec<String>)> {
    let text = cell.content();
    let own = field.categories.iter().find(|category| category.value == text || category.label == text)?;
    Some((own.value.clone(), own.label.clone(), own.aliases.clone()))
}

fn categories() -> Vec<Kind> {
    let of = |name: &str, spelled: fn(&str, &str, &[String]) -> Option<String>| {
        in_cells(&format!("a category {name}"), Same, filled_category, move |field, cell| {
            let (value, label, aliases) = spellings(field, cell)?;
            spelled(&value, &label, &aliases).map(|text| Cell::text(&text))
        })
    };
    let wrong = |name: &str, holds, spelled: fn(&str, &str) -> String| {
        in_cells(&format!("a category {name}"), holds, filled_category, move |field, cell| {
            let (value, label, _) = spellings(field, cell)?;
            Some(Cell::text(&spelled(&value, &label)))
        })
    };
    let synonym = |text: &'static str| {
        in_cells(
            &format!("a violation called {text}"),
            Issue("constraint-error"),
            |field, _| field.name == "kind" && field.categories.iter().any(|category| category.value == "cross_region"),
            move |_, _| Some(Cell::text(text)),
        )
    };
    let mut kinds = vec![
        of("by its canonical value", |value, _, _| Some(value.to_owned())),
        of("by its canonical value in capitals", |value, _, _| Some(value.to_uppercase())),
        of("by its canonical value in full-width letters", |value, _, _| Some(full_width(value))),
        of("by its label", |_, label, _| Some(label.to_owned())),
        of("by another declared spelling", |_, _, aliases| aliases.first().cloned()),
        wrong("with 类 behind it twice", Flagged, |_, label| format!("{label}类类")),
        wrong("with a sign that is wrong", Flagged, |_, label| format!("{label}?")),
        wrong("with a number before it", SameOrIssue, |_, label| format!("1.{label}")),
        wrong("in brackets", SameOrIssue, |_, label| format!("（{label}）")),
        wrong("twice", Flagged, |_, label| format!("{label}、{label}")),
        wrong("that isn't known", IssueWithoutSuggestion("constraint-error"), |_, _| "其他情况".to_owned()),
        wrong("that isn't known, as a number", Flagged, |_, _| "9".to_owned()),
    ];
    kinds.extend(["低价销售", "低价", "乱价", "砸价", "冲货"].map(synonym));
    kinds
}
