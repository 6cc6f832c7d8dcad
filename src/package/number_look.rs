//! Number formats that change what a number means to whoever reads the sheet: percentages, leading zeros of ids, units as mere text.

/// What a number format says beside the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberLook {
    /// Percent: 0.3 is shown as 30%.
    Percent,
    /// Digits with leading zeros or signs between them, as ids have: 1 as `000` is shown as 001.
    Digits(Vec<Mark>),
    /// A text beside the number, which isn't scaled: 1.5 as `0.0"万元"` is shown as 1.5万元.
    Text(String),
}

/// A sign of a format of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A digit, 0 where there is none.
    Zero,
    /// A digit, nothing where there is none.
    Digit,
    /// This character.
    Char(char),
}

impl NumberLook {
    /// Reads the code of a number format; `None` where it changes no meaning.
    pub fn of(code: &str) -> Option<NumberLook> {
        let mut marks = Vec::new();
        let mut text = String::new();
        let (mut scaled, mut plain, mut percent) = (false, true, false);
        let mut chars = section_of_positive(code).chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => {
                    let quoted: String = chars.by_ref().take_while(|c| *c != '"').collect();
                    marks.extend(quoted.chars().map(Mark::Char));
                    text.push_str(&quoted);
                }
                '\\' | '!' => {
                    let next = chars.next()?;
                    marks.push(Mark::Char(next));
                    text.push(next);
                }
                '_' | '*' => drop(chars.next()),
                '[' => {
                    let bracket: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    text.push_str(bracket.strip_prefix('$').and_then(|sign| sign.split('-').next()).unwrap_or(""));
                    plain = false;
                }
                '0' => marks.push(Mark::Zero),
                '#' | '?' => marks.push(Mark::Digit),
                '%' => percent = true,
                ',' => {
                    // A comma behind the last digit divides by a thousand.
                    let behind = chars.clone().any(|c| matches!(c, '0' | '#' | '?'));
                    scaled |= !behind;
                    plain = false;
                }
                '.' | 'e' | 'E' => plain = false,
                ' ' | '-' | '(' | ')' | '/' | ':' | '+' => marks.push(Mark::Char(c)),
                'G' if chars.clone().collect::<String>().starts_with("eneral") => {
                    chars.nth(5);
                    plain = false;
                }
                '@' => return None,
                // Days, months, years and hours.
                c if c.is_ascii_alphabetic() => return None,
                c => {
                    marks.push(Mark::Char(c));
                    text.push(c);
                }
            }
        }
        let zeros = marks.iter().filter(|mark| **mark == Mark::Zero).count();
        let signs = marks.iter().any(|mark| matches!(mark, Mark::Char(c) if !matches!(c, ' ' | '(' | ')')));
        if percent {
            return Some(NumberLook::Percent);
        }
        let text = text.trim().to_owned();
        match (plain && (zeros > 1 || zeros > 0 && signs), text.is_empty()) {
            (true, _) => Some(NumberLook::Digits(marks)),
            (false, false) if !scaled => Some(NumberLook::Text(text)),
            _ => None,
        }
    }

    /// Returns a whole number as a format of digits shows it.
    pub fn digits(marks: &[Mark], number: &str) -> String {
        let mut digits = number.chars().rev().peekable();
        let first = marks.iter().position(|mark| *mark != Mark::Char(' ') && !matches!(mark, Mark::Char(_)));
        let mut shown: Vec<char> = Vec::new();
        for (at, mark) in marks.iter().enumerate().rev() {
            match mark {
                Mark::Char(c) => shown.push(*c),
                Mark::Zero => shown.push(digits.next().unwrap_or('0')),
                Mark::Digit => shown.extend(digits.next()),
            }
            if Some(at) == first {
                shown.extend(digits.by_ref());
            }
        }
        shown.iter().rev().collect()
    }

    /// The text beside the number, where it is one of digits alone that are followed or led by it.
    pub fn text(&self) -> Option<String> {
        match self {
            NumberLook::Percent => None,
            NumberLook::Text(text) => Some(text.clone()),
            NumberLook::Digits(marks) => {
                let signs = marks.iter().filter_map(|mark| if let Mark::Char(c) = mark { Some(*c) } else { None });
                Some(signs.collect::<String>().trim().to_owned()).filter(|text| !text.is_empty())
            }
        }
    }
}

/// The part of a code that positive numbers are shown by.
fn section_of_positive(code: &str) -> &str {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if !quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => return &code[..at],
            _ => {}
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, number: &str) -> Option<String> {
        match NumberLook::of(code)? {
            NumberLook::Digits(marks) => Some(NumberLook::digits(&marks, number)),
            _ => None,
        }
    }

    #[test]
    fn ids_are_shown_with_their_zeros_and_signs() {
        for (code, number, id) in [
            ("000", "1", "001"),
            ("000000", "1", "000001"),
            ("000", "12345", "12345"),
            ("\"D\"000", "7", "D007"),
            ("D000;-D000", "7", ""),
            ("000-0000", "12345", "001-2345"),
            ("\\J\\X0000", "12", "JX0012"),
            ("0000_ ", "12", "0012"),
        ] {
            assert_eq!(shown(code, number).unwrap_or_default(), id, "{code}");
        }
        for code in ["0", "0.00", "#,##0", "General", "@", "yyyy-mm-dd", "0.00E+00", "", "[Red]0"] {
            assert_eq!(NumberLook::of(code), None, "{code}");
        }
    }

    #[test]
    fn a_text_beside_a_number_is_found_unless_the_number_is_scaled_to_it() {
        assert_eq!(NumberLook::of("0.0\"万元\""), Some(NumberLook::Text("万元".to_owned())));
        assert_eq!(NumberLook::of("#,##0.00\"千吨\""), Some(NumberLook::Text("千吨".to_owned())));
        assert_eq!(NumberLook::of("0\"吨\"").and_then(|look| look.text()).as_deref(), Some("吨"));
        assert_eq!(NumberLook::of("General\"万元\""), Some(NumberLook::Text("万元".to_owned())));
        assert_eq!(NumberLook::of("[$¥-804]#,##0.00"), Some(NumberLook::Text("¥".to_owned())));
        for scaled in ["0.0,\"千元\"", "0!.0,\"万元\"", "#,##0,\"千吨\""] {
            assert_eq!(NumberLook::of(scaled), None, "{scaled}");
        }
        assert_eq!(NumberLook::of("0.0%"), Some(NumberLook::Percent));
        assert_eq!(NumberLook::of("0\"%\"").and_then(|look| look.text()).as_deref(), Some("%"));
        assert_eq!(NumberLook::of("yyyy\"年\"m\"月\""), None);
    }
}
