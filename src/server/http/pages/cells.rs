//! Cells of a workbook that are to be otherwise, as rows of a form.

use maud::{Markup, html};
use serde_json::{Number, Value, json};

use crate::http::session::Posted;
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::Schemas;

/// So many cells are in a form.
const ROWS: usize = 5;

/// The cells that were filled in, as the interface takes them.
pub fn sent(posted: &Posted) -> Vec<Value> {
    let filled = rows(Some(posted)).into_iter().filter(|row| row.iter().any(|text| !text.is_empty()));
    filled.map(|[sheet, cell, text]| json!({"sheet": sheet, "cell": cell, "value": value(text)})).collect()
}

/// The fields, with what was typed into them.
pub fn fields(posted: Option<&Posted>, schemas: &Schemas, lang: Lang) -> Markup {
    let rows = rows(posted);
    html! {
        p.muted { (lang.pick(
            "数字直接填写；以 ' 开头的按文字处理；新值留空即清空该格。",
            "Write numbers as they are; what begins with ' is a text; an empty value empties the cell.",
        )) }
        datalist #sheets { @for sheet in &schemas.resources { option value=(lang.pick(&sheet.title, &sheet.title_en)) {} } }
        (field(0, rows[0], lang))
        details open[rows[1..].iter().flatten().any(|text| !text.is_empty())] {
            summary { (lang.pick("更多单元格", "More cells")) }
            @for (n, row) in rows.into_iter().enumerate().skip(1) { (field(n, row, lang)) }
        }
    }
}

fn field(n: usize, [sheet, cell, value]: [&str; 3], lang: Lang) -> Markup {
    html! {
        fieldset {
            legend { (lang.pick("单元格 ", "Cell ")) (n + 1) }
            div.filters {
                label.field { span { (lang.pick("工作表", "Sheet")) } input type="text" name="sheet" list="sheets" value=(sheet); }
                label.field { span { (lang.pick("位置，如 D3", "Place, such as D3")) } input type="text" name="cell" value=(cell); }
                label.field { span { (lang.pick("新值", "New value")) } input type="text" name="value" value=(value); }
            }
        }
    }
}

fn rows(posted: Option<&Posted>) -> [[&str; 3]; ROWS] {
    let nth = |name, n| posted.and_then(|posted| posted.all(name).nth(n)).unwrap_or_default();
    std::array::from_fn(|n| [nth("sheet", n), nth("cell", n), nth("value", n)])
}

/// A number where the text is one, as in a cell that somebody types into.
fn value(text: &str) -> Value {
    match (text.strip_prefix('\''), text.parse::<Number>()) {
        (Some(text), _) => text.into(),
        (None, Ok(number)) => number.into(),
        (None, Err(_)) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_unless_they_are_marked_as_texts() {
        assert_eq!(value("120.5"), json!(120.5));
        assert_eq!(value("-3"), json!(-3));
        assert_eq!(value("'2007"), json!("2007"));
        for text in ["", "007", "1,200", "核心", "NaN"] {
            assert_eq!(value(text), json!(text));
        }
    }
}
