//! Which number formats show a number as a day or a time.

/// Built-in formats of days, times and durations, those of East Asia among them (ECMA-376 part 1, 18.8.30).
const BUILT_IN: [std::ops::RangeInclusive<u32>; 4] = [14..=22, 27..=36, 45..=47, 50..=58];

/// Whether a built-in number format shows days or times.
pub(super) fn is_built_in_date(id: u32) -> bool {
    BUILT_IN.iter().any(|ids| ids.contains(&id))
}

/// Whether the code of a number format shows days or times: its first section has a letter of these that isn't mere text.
pub(super) fn is_date(code: &str) -> bool {
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' => return false,
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            // The next character is shown, left out in width, or repeated.
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if is_elapsed(&inner) {
                    return true;
                }
            }
            'd' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// Hours, minutes or seconds that go on counting: `[h]`, `[mm]`.
fn is_elapsed(bracket: &str) -> bool {
    let mut letters = bracket.chars().map(|c| c.to_ascii_lowercase());
    letters.next().is_some_and(|first| matches!(first, 'h' | 'm' | 's') && letters.all(|c| c == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_times_and_durations_are_told_from_amounts() {
        for code in [
            "yyyy-mm-dd",
            "DD/MM/YY",
            "[h]:mm",
            "[mm]",
            "h:mm AM/PM",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]yyyy/m/d;@",
            "m\"M\"d",
        ] {
            assert!(is_date(code), "{code}");
        }
        for code in [
            "General",
            "0.00",
            "#,##0\\ [$\u{20bd}-46D]",
            "0.00E+00",
            "0\"d\"",
            "[Red]0.00",
            "_d0",
            "#,##0.00;yyyy",
            "@",
            "",
        ] {
            assert!(!is_date(code), "{code}");
        }
    }
}
