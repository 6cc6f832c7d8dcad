//! Titles of sheets: what Excel allows, made unique; and formulas that name sheets.

use std::collections::BTreeSet;

const UNITS_MAX: usize = 31;

/// The titles that sheets of these names can have in a new workbook.
#[must_use]
pub fn sheet_titles(wanted: &[&str]) -> Vec<String> {
    let is_allowed = |name: &str| {
        let bare = name.trim();
        name.encode_utf16().count() <= UNITS_MAX && !bare.is_empty() && clean(bare) == bare
    };
    let lowered: BTreeSet<String> = wanted.iter().map(|name| name.to_lowercase()).collect();
    if lowered.len() == wanted.len() && wanted.iter().all(|name| is_allowed(name)) {
        // Space around a name is allowed, and stays.
        return wanted.iter().map(|name| (*name).to_owned()).collect();
    }
    unique(wanted.iter().copied(), [])
}

/// Titles as the sheets are going to have them: without forbidden characters, at most 31 UTF-16 units, and unlike any other
/// whatever the case.
pub(super) fn unique<'t>(
    wanted: impl IntoIterator<Item = &'t str>,
    taken: impl IntoIterator<Item = &'t str>,
) -> Vec<String> {
    let mut taken: BTreeSet<String> = taken.into_iter().map(str::to_lowercase).collect();
    let mut titles = Vec::new();
    for title in wanted {
        let base = clean(title);
        let candidate = |n: u32| {
            if n == 1 { base.clone() } else { numbered(&base, n) }
        };
        let free = (1_u32..).map(candidate).find(|title| !taken.contains(&title.to_lowercase())).unwrap_or_default();
        taken.insert(free.to_lowercase());
        titles.push(free);
    }
    titles
}

fn numbered(base: &str, n: u32) -> String {
    let suffix = format!(" ({n})");
    format!("{}{suffix}", cut(base, UNITS_MAX - suffix.len()).trim_end())
}

fn clean(title: &str) -> String {
    let allowed = |c: char| {
        if c.is_control() || ":\\/?*[]".contains(c) || !super::xml::allowed(c) { '_' } else { c }
    };
    let title: String = title.chars().map(allowed).collect();
    let title = cut(title.trim().trim_matches('\''), UNITS_MAX).trim_end().trim_end_matches('\'').to_owned();
    if title.is_empty() || title.eq_ignore_ascii_case("history") { format!("{title}_") } else { title }
}

fn cut(text: &str, units_max: usize) -> &str {
    let mut units = 0;
    for (index, c) in text.char_indices() {
        units += c.len_utf16();
        if units > units_max {
            return &text[..index];
        }
    }
    text
}

/// A sheet's name as formulas have it, always in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// A formula with sheets renamed, strings in it left alone.
pub(super) fn rename(formula: &str, renamed: &[(String, String)]) -> String {
    let mut out = String::with_capacity(formula.len());
    let mut rest = formula;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => closed_by(rest, '"'),
            '\'' => closed_by(rest, '\''),
            c if is_name(c) => rest.find(|c| !is_name(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        let name = token
            .strip_prefix('\'')
            .and_then(|t| t.strip_suffix('\''))
            .map_or_else(|| token.to_owned(), |t| t.replace("''", "'"));
        let other = renamed
            .iter()
            .find(|(old, _)| c != '"' && behind.starts_with('!') && old.to_lowercase() == name.to_lowercase());
        match other {
            Some((_, new)) => out.push_str(&quoted(new)),
            None => out.push_str(token),
        }
        rest = behind;
    }
    out
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// The length of the quoted token at the start, doubled quotes being part of it.
fn closed_by(text: &str, quote: char) -> usize {
    let mut inside = text.char_indices().skip(1).peekable();
    while let Some((index, c)) = inside.next() {
        if c != quote {
            continue;
        }
        if inside.peek().is_some_and(|&(_, next)| next == quote) {
            inside.next();
        } else {
            return index + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_made_unique_whatever_the_case() {
        let long = "考".repeat(40);
        let titles =
            unique(["Issues", "issues", "a/b:c", "", "'x'", long.as_str(), long.as_str()], ["ISSUES", "Sheet1"]);
        assert_eq!(titles[..5], ["Issues (2)", "issues (3)", "a_b_c", "_", "x"]);
        assert_eq!(titles[5].chars().count(), 31);
        assert_eq!(titles[6], format!("{} (2)", "考".repeat(27)));
    }

    #[test]
    fn formulas_follow_renamed_sheets() {
        let renamed = [("Old".to_owned(), "It's".to_owned()), ("My Old".to_owned(), "B".to_owned())];
        assert_eq!(
            rename("SUM(Old!A1,'my old'!B2)&\"Old!\"&Older!C3", &renamed),
            "SUM('It''s'!A1,'B'!B2)&\"Old!\"&Older!C3"
        );
        assert_eq!(rename("\"unclosed", &renamed), "\"unclosed");
    }
}
