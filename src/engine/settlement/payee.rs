//! Names that go to a bank or an ERP: a spreadsheet program on the way must not take one for a formula.

use unicode_normalization::UnicodeNormalization;

/// What begins a formula, in Excel, LibreOffice or both; full-width and small forms become these.
const SIGNS: [char; 5] = ['=', '+', '-', '@', '−'];

/// Whether a spreadsheet program could take a text for a formula, or break its line: it begins, after whatever doesn't show, with a
/// sign, or has a control character in it.
pub fn is_like_a_formula(text: &str) -> bool {
    if text.chars().any(char::is_control) {
        return true;
    }
    let first = text.chars().find(|c| !c.is_whitespace() && !is_invisible(*c));
    first.is_some_and(|first| std::iter::once(first).nfkc().next().is_some_and(|first| SIGNS.contains(&first)))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_one_whatever_its_form_and_what_stands_before() {
        for name in [
            "=1+1",
            "+86",
            "-A",
            "@SUM(A1)",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "﹢1",
            "﹣1",
            "﹦1",
            "﹫x",
            "−1",
            " =1",
            "　=1",
            "\u{feff}=1",
            "\u{200b}=1",
            "\t丰收",
            "丰收\r",
            "丰\n收",
        ] {
            assert!(is_like_a_formula(name), "{name:?}");
        }
        for name in ["丰收农资有限公司", "A=B", "3+1 农资", "张三-李四", "（=）", "'x", ""] {
            assert!(!is_like_a_formula(name), "{name:?}");
        }
    }
}
