//! The names in an archive: which letters they are, and whether they lead out of it.

use encoding_rs::GBK;

/// A path of more characters is none that somebody gave.
const NAME_CHARS_MAX: usize = 400;
/// So much is shown of one that can't be a name.
const SHOWN_CHARS_MAX: usize = 80;

/// A name's letters: UTF-8 where it is that (an extra field that says so has been applied already), else what Windows writes in China.
pub(super) fn decode(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GBK.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// Whether it is a folder's.
pub(super) fn is_folder(name: &str) -> bool {
    name.ends_with(['/', '\\'])
}

/// The path inside the archive, its steps between slashes. None where it leads out, to another drive, or is none at all.
pub(super) fn path(name: &str) -> Option<String> {
    if name.starts_with(['/', '\\']) || names_a_drive(name) || name.chars().count() > NAME_CHARS_MAX {
        return None;
    }
    if name.chars().any(char::is_control) {
        return None;
    }
    let steps: Vec<&str> = name.split(['/', '\\']).filter(|step| !step.is_empty() && *step != ".").collect();
    let leads_out = steps.iter().any(|step| step.trim_end_matches([' ', '.']).is_empty());
    (!steps.is_empty() && !leads_out).then(|| steps.join("/"))
}

fn names_a_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// A name that can't be one, fit to be shown.
pub(super) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_utf_8_or_as_what_windows_writes_in_china() {
        assert_eq!(decode("华东/考核.xlsx".as_bytes()), "华东/考核.xlsx");
        assert_eq!(decode(&GBK.encode("华东\\考核.xlsx").0), "华东\\考核.xlsx");
        // The second byte of 誠 is a backslash in GBK: it is no step of the path.
        let raw = GBK.encode("誠.xlsx").0;
        assert!(raw.contains(&b'\\'));
        assert_eq!(path(&decode(&raw)).as_deref(), Some("誠.xlsx"));
    }

    #[test]
    fn paths_stay_inside() {
        for (name, inside) in [
            ("a.xlsx", Some("a.xlsx")),
            (r"华东\.\a.xlsx", Some("华东/a.xlsx")),
            ("a//b.xlsx", Some("a/b.xlsx")),
            ("../a.xlsx", None),
            (r"a\..\..\b.xlsx", None),
            ("a/.. /b.xlsx", None),
            ("/etc/passwd", None),
            (r"\\server\share\a.xlsx", None),
            ("C:a.xlsx", None),
            ("a\0.xlsx", None),
            ("./", None),
            ("", None),
        ] {
            assert_eq!(path(name).as_deref(), inside, "{name}");
        }
        assert_eq!(path(&"长".repeat(401)), None);
    }
}
