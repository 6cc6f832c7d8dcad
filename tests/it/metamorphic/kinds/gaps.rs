//! What stands where nothing stands.

use dealerbook::schema::{Field, FieldType};

use super::{Kind, in_cells, is_free_text};
use crate::metamorphic::book::{Cell, Value};
use crate::metamorphic::judge::Holds::{ChangeOrIssue, Flagged, Same, SameOrIssue};

/// What counts as blank.
const BLANK: [&str; 16] =
    ["—", "-", "/", "无", "N/A", "null", "'", "", " ", "\u{3000}", "\u{a0}", "\u{200b}", "\n", "NULL", "n/a", "－"];
/// What may.
const UNSURE: [&str; 14] = ["——", "–", "--", "空", "待定", "暂无", "没有", "NA", "#N/A", "None", "nil", "…", ".", "?"];

fn is_open(field: &Field, cell: &Cell) -> bool {
    // A blank that means yes is no blank with a dash in it.
    cell.is_blank() && !field.constraints.required && field.name != "confirmed" && !is_free_text(field)
}

fn is_missing(field: &Field, cell: &Cell) -> bool {
    !cell.is_blank() && field.constraints.required
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (table, holds) in [(&BLANK[..], Same), (&UNSURE[..], SameOrIssue)] {
        for &text in table {
            let name = format!("{text:?} where nothing stands");
            kinds.push(in_cells(&name, holds.clone(), is_open, move |_, _| Some(Cell::text(text))));
            let name = format!("{text:?} where something is needed");
            kinds.push(in_cells(&name, Flagged, is_missing, move |field, _| {
                // 无 is no, and a category too; a name may be any text.
                let means = text == "无" && (field.type_ == FieldType::Boolean || !field.categories.is_empty());
                let is_any_text = is_free_text(field) || super::is_key(field);
                let is_word = UNSURE.contains(&text)
                    || ["无", "-", "—", "/", "－", "'", "N/A", "n/a", "null", "NULL"].contains(&text);
                if means || is_any_text && is_word { None } else { Some(Cell::text(text)) }
            }));
        }
    }
    kinds.push(in_cells("an error where nothing stands", Flagged, is_open, |_, _| {
        Some(Cell { value: Value::Error("#REF!"), format: String::new() })
    }));
    kinds.push(in_cells("an empty formula where nothing stands", Same, is_open, |_, _| {
        Some(Cell { value: Value::Formula("\"\"".to_owned(), Some(String::new())), format: String::new() })
    }));
    kinds.push(in_cells("a format where nothing stands", Same, is_open, |_, _| {
        Some(Cell { value: Value::Blank, format: "0.00".to_owned() })
    }));
    kinds.push(in_cells("a required value is gone", Flagged, is_missing, |_, _| Some(Cell::blank())));
    kinds.push(in_cells("a figure is gone", ChangeOrIssue, super::filled_figure, |field, cell| {
        // A default in place of itself is no change, and a nought that means nothing may go.
        let is_default = field.default.as_ref().is_some_and(|default| *default == cell.content());
        (!is_default && cell.content() != "0").then(Cell::blank)
    }));
    kinds
}
