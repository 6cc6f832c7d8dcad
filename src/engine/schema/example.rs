//! The mark of a template's example row: its first column begins with it, so that the row is known when the file comes back.

use super::label::narrow;
use dealerbook_base::lang::Lang;

/// The mark in each language, as it is compared.
const MARKS: [&str; 2] = ["示例:", "example:"];

/// A text with the mark before it.
pub fn marked(text: &str, lang: Lang) -> String {
    format!("{}{text}", lang.pick("示例：", "Example: "))
}

/// What stands behind the mark, where there is one.
pub fn unmarked(text: &str) -> Option<String> {
    // Nearly all cells are distinguished by their first letter.
    if !text.trim_start().starts_with(['示', 'E', 'e', 'Ｅ', 'ｅ']) {
        return None;
    }
    let narrow = narrow(text);
    let text = narrow.trim();
    let mark =
        MARKS.iter().find(|mark| text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)))?;
    Some(text[mark.len()..].trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_is_known_in_both_languages_and_nothing_else_is() {
        for lang in [Lang::Zh, Lang::En] {
            assert_eq!(unmarked(&marked("D001", lang)).as_deref(), Some("D001"));
        }
        assert_eq!(unmarked(" 示例: D001 ").as_deref(), Some("D001"));
        for text in ["示例公司", "Example Ltd", "D001", "", "示"] {
            assert_eq!(unmarked(text), None, "{text}");
        }
    }
}
