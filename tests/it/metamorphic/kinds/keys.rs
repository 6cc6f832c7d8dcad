//! Texts: what can't be seen in them, how wide their letters are, and what surrounds them.

use super::{Kind, filled, filled_category, filled_key, filled_text, in_cells, is_id};
use crate::metamorphic::book::{Cell, Value};
use crate::metamorphic::judge::Holds::{Flagged, IssueWithoutSuggestion, Same, SameButNames, SameOrIssue};

/// What can't be seen, or is white space: at the beginning, at the end, and within.
const UNSEEN: [(&str, &str); 26] = [
    ("a space", " "),
    ("two spaces", "  "),
    ("a no-break space", "\u{a0}"),
    ("an ideographic space", "\u{3000}"),
    ("a narrow no-break space", "\u{202f}"),
    ("an en space", "\u{2002}"),
    ("a tab", "\t"),
    ("a line feed", "\n"),
    ("a carriage return", "\r"),
    ("a line separator", "\u{2028}"),
    ("a zero-width space", "\u{200b}"),
    ("a zero-width non-joiner", "\u{200c}"),
    ("a zero-width joiner", "\u{200d}"),
    ("a left-to-right mark", "\u{200e}"),
    ("a right-to-left mark", "\u{200f}"),
    ("a left-to-right embedding", "\u{202a}"),
    ("a pop directional isolate", "\u{2069}"),
    ("a word joiner", "\u{2060}"),
    ("an invisible separator", "\u{2063}"),
    ("a byte order mark", "\u{feff}"),
    ("a soft hyphen", "\u{ad}"),
    ("a Mongolian vowel separator", "\u{180e}"),
    ("a delete character", "\u{7f}"),
    ("a next line character", "\u{85}"),
    ("a control character", "\u{1}"),
    ("an interlinear annotation anchor", "\u{fff9}"),
];

fn is_space(unseen: &str) -> bool {
    unseen.chars().all(|c| c.is_whitespace())
}

fn with(cell: &Cell, change: impl Fn(&str) -> String) -> Option<Cell> {
    match &cell.value {
        Value::Text(text) => Some(Cell::text(&change(text))),
        _ => None,
    }
}

/// Within a text: between its first and its second sign.
fn within(text: &str, unseen: &str) -> String {
    let at = text.char_indices().nth(1).map_or(text.len(), |(at, _)| at);
    format!("{}{unseen}{}", &text[..at], &text[at..])
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, unseen) in UNSEEN {
        let before = move |_: &_, cell: &Cell| with(cell, |text| format!("{unseen}{text}"));
        let behind = move |_: &_, cell: &Cell| with(cell, |text| format!("{text}{unseen}"));
        kinds.push(in_cells(&format!("{name} before a key"), Same, filled_key, before));
        kinds.push(in_cells(&format!("{name} behind a key"), Same, filled_key, behind));
        let around = move |_: &_, cell: &Cell| with(cell, |text| format!("{unseen}{text}{unseen}"));
        kinds.push(in_cells(&format!("{name} around a category"), Same, filled_category, around));
        kinds.push(in_cells(&format!("{name} around a name"), Same, filled_text, around));
        if is_space(unseen) {
            // Between Chinese characters white space is left out; elsewhere it is one space.
            let chinese = move |field: &dealerbook::schema::Field, cell: &Cell| {
                let is_chinese = cell.content().chars().take(2).all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                if is_id(field) || !is_chinese {
                    return None;
                }
                with(cell, |text| within(text, unseen))
            };
            kinds.push(in_cells(&format!("{name} within a Chinese key"), SameButNames, filled_key, chinese));
            let category = move |_: &_, cell: &Cell| with(cell, |text| within(text, unseen));
            kinds.push(in_cells(&format!("{name} within a category"), SameOrIssue, filled_category, category));
        } else {
            let inside = move |_: &_, cell: &Cell| with(cell, |text| within(text, unseen));
            kinds.push(in_cells(&format!("{name} within a key"), Same, filled_key, inside));
            kinds.push(in_cells(&format!("{name} within a category"), Same, filled_category, inside));
            kinds.push(in_cells(&format!("{name} within a name"), Same, filled_text, inside));
        }
        kinds.push(in_cells(&format!("{name} around any text"), Same, filled, move |_, cell| {
            with(cell, |text| format!("{unseen}{text}{unseen}"))
        }));
    }
    let wide = |_: &_, cell: &Cell| with(cell, full_width);
    kinds.push(in_cells("a key in full-width letters", Same, filled_key, wide));
    kinds.push(in_cells("a category in full-width letters", Same, filled_category, wide));
    kinds.push(in_cells("an id in small letters", Flagged, filled_key, |field, cell| {
        let refers = field.name == "dealer_id" && !field.constraints.unique;
        refers.then(|| with(cell, str::to_lowercase)).flatten()
    }));
    kinds.push(in_cells(
        "a dealer that isn't there",
        IssueWithoutSuggestion("foreign-key"),
        filled_key,
        |field, cell| {
            (field.name == "dealer_id" && !field.constraints.unique)
                .then(|| with(cell, |text| format!("{text}9")))
                .flatten()
        },
    ));
    kinds.push(in_cells("an id whose zeros are letters", SameOrIssue, filled_key, |field, cell| {
        is_id(field).then(|| with(cell, |text| text.replace('0', "O"))).flatten()
    }));
    kinds.push(in_cells("an id in scientific notation", Flagged, filled_key, |field, _| {
        is_id(field).then(|| Cell::text("3.5103E+17"))
    }));
    kinds.push(in_cells("an id of eighteen digits as a number", Flagged, filled_key, |field, _| {
        is_id(field).then(|| Cell::number("350103198001010000"))
    }));
    kinds
}

/// Letters and digits as wide as Chinese characters.
pub fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().map(wide).collect()
}
