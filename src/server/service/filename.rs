//! File names as users know them: the bare name, nothing invisible, not too long.

const NAME_CHARS_MAX: usize = 120;

/// The bare name out of what a client calls its file: no folders, nothing invisible, not too long. None when nothing is left.
pub fn clean(name: &str) -> Option<String> {
    let bare = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = bare.chars().filter(|c| !is_invisible(*c)).collect();
    let visible = visible.trim().trim_start_matches('.');
    (!visible.is_empty()).then(|| shorten(visible))
}

/// A name that is made of words, such as a dealer's id, in which no slash leads into a folder.
pub fn of_words(words: &str) -> String {
    clean(&words.replace(['/', '\\'], "_")).unwrap_or_default()
}

/// Control characters, and marks that change the direction of text and so disguise a name's end.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Cuts the stem, never the extension.
fn shorten(name: &str) -> String {
    let (stem, extension) = match name.rfind('.') {
        Some(dot) if name[dot..].chars().count() <= 8 => name.split_at(dot),
        _ => (name, ""),
    };
    stem.chars().take(NAME_CHARS_MAX).chain(extension.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_folders_and_what_cannot_be_seen() {
        assert_eq!(clean(r"C:\数据\2007年考核.xlsx").as_deref(), Some("2007年考核.xlsx"));
        assert_eq!(clean("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(clean("a\r\n\u{202e}b.xlsx").as_deref(), Some("ab.xlsx"));
        assert_eq!(clean(" / ").as_deref(), None);
        assert_eq!(clean("..").as_deref(), None);
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = clean(&format!("{}.xlsm", "考".repeat(500))).unwrap();
        assert!(long.ends_with("考.xlsm"));
        assert_eq!(long.chars().count(), NAME_CHARS_MAX + 5);
    }
}
