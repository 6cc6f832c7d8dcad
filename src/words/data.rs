//! Files of sentences: which there are, in which languages, with which placeholders.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands in its file: the names of its tables and its own, as `required` or `no-such-run.title`.
    pub key: String,
    /// The line on which its Chinese stands, from 1.
    pub line: usize,
    /// 简体中文
    pub zh: String,
    /// English
    pub en: String,
    /// The names of its placeholders, in the order of the English.
    pub placeholders: Vec<String>,
}

/// All that a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its sentences, in their order.
    pub sentences: Vec<Sentence>,
    /// The classes that tables of it are of: the table's key and the class.
    pub classes: Vec<(String, String)>,
}

/// Why a file of sentences can't be used, with its place.
#[derive(Debug)]
pub struct Fault(String);

impl Fault {
    pub(crate) fn of_file(path: &Path, error: impl fmt::Display) -> Fault {
        Fault(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

/// Reads the sentences of a file.
///
/// # Errors
/// When it isn't TOML, when a sentence lacks a language or its languages have different placeholders, and when a key isn't written in
/// small letters, digits and hyphens.
pub fn read(path: &str, text: &str) -> Result<File, Fault> {
    let table = DeTable::parse(text).map_err(|error| Fault(format!("{path}: {error}")))?;
    let mut reader = Reader { path, text, file: File::default() };
    reader.table("", &table)?;
    Ok(reader.file)
}

struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    file: File,
}

impl Reader<'_> {
    fn table(&mut self, key: &str, table: &Spanned<DeTable<'_>>) -> Result<(), Fault> {
        let mut entries: Vec<(&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)> = table.get_ref().iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let [mut zh, mut en] = [None, None];
        for (name, value) in entries {
            let (name, span) = (name.get_ref().as_ref(), name.span());
            match (name, value.get_ref()) {
                ("zh", DeValue::String(text)) => zh = Some((text.as_ref(), span)),
                ("en", DeValue::String(text)) => en = Some((text.as_ref(), span)),
                ("class", DeValue::String(class)) => {
                    self.file.classes.push((key.to_owned(), class.as_ref().to_owned()));
                }
                (name, DeValue::Table(inner)) if is_key(name) => {
                    if let Some((zh, span)) = zh.take() {
                        self.sentence(key, zh, span, en.take())?;
                    }
                    let key = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
                    self.table(&key, &Spanned::new(value.span(), inner.clone()))?;
                }
                (name, _) => return Err(self.fault(&span, &format!("`{name}` is neither a sentence nor a table"))),
            }
        }
        match (zh, en) {
            (Some((zh, span)), en) => self.sentence(key, zh, span, en),
            (None, Some((_, span))) => Err(self.fault(&span, &format!("`{key}` has no Chinese"))),
            (None, None) => Ok(()),
        }
    }

    fn sentence(
        &mut self,
        key: &str,
        zh: &str,
        span: Range<usize>,
        en: Option<(&str, Range<usize>)>,
    ) -> Result<(), Fault> {
        let Some((en, _)) = en else { return Err(self.fault(&span, &format!("`{key}` has no English"))) };
        if zh.is_empty() || en.is_empty() {
            return Err(self.fault(&span, &format!("`{key}` says nothing")));
        }
        let of = |text| placeholders(text).map_err(|why| self.fault(&span, &format!("`{key}`: {why}")));
        let (in_zh, in_en) = (of(zh)?, of(en)?);
        if let Some(one) = in_zh.iter().find(|x| !in_en.contains(x)).or(in_en.iter().find(|x| !in_zh.contains(x))) {
            return Err(self.fault(&span, &format!("`{key}` has the placeholder `{one}` in one language only")));
        }
        let line = self.line(&span);
        let (key, zh, en) = (key.to_owned(), zh.to_owned(), en.to_owned());
        self.file.sentences.push(Sentence { key, line, zh, en, placeholders: in_en });
        Ok(())
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.text[..span.start].matches('\n').count() + 1
    }

    fn fault(&self, span: &Range<usize>, why: &str) -> Fault {
        Fault(format!("{}:{}: {why}", self.path, self.line(span)))
    }
}

fn is_key(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The names in braces, each once; braces that are meant as such are doubled.
fn placeholders(text: &str) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text.replace("{{", "").replace("}}", "");
    while let Some(at) = rest.find(['{', '}']) {
        let after = rest.split_off(at);
        let name = after.strip_prefix('{').and_then(|after| after.split_once('}')).map(|(name, _)| name.to_owned());
        let is_name = |name: &String| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let name =
            name.filter(is_name).ok_or("a brace that belongs to no placeholder; `{{` and `}}` stand for braces")?;
        rest = after[name.len() + 2..].to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        read("words.toml", text).expect_err("a fault").to_string()
    }

    #[test]
    fn sentences_are_read_in_their_order_with_their_tables() {
        let text = "[b]\nclass = \"missing\"\ntitle.zh = \"标题 {id}\"\ntitle.en = \"title {id}\"\n\n[b.detail]\nzh = \"细\"\nen = \"{{d}}\"\nmore.zh = \"多\"\nmore.en = \"more\"\n[a]\nzh = \"甲 {y}{x}\"\nen = \"a {x} {y} {x}\"\n";
        let file = read("words.toml", text).unwrap();
        let seen: Vec<(&str, usize, Vec<String>)> =
            file.sentences.iter().map(|s| (s.key.as_str(), s.line, s.placeholders.clone())).collect();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            seen,
            [
                ("b.title", 3, names(&["id"])),
                ("b.detail", 7, names(&[])),
                ("b.detail.more", 9, names(&[])),
                ("a", 12, names(&["x", "y"])),
            ]
        );
        assert_eq!(file.classes, [("b".to_owned(), "missing".to_owned())]);
    }

    #[test]
    fn what_cannot_be_said_is_refused_with_its_line() {
        assert_eq!(fault("[a]\nzh = \"甲\"\n"), "words.toml:2: `a` has no English");
        assert_eq!(fault("[a]\nen = \"a\"\n"), "words.toml:2: `a` has no Chinese");
        assert_eq!(fault("[a]\nzh = \"\"\nen = \"a\"\n"), "words.toml:2: `a` says nothing");
        assert!(
            fault("\n[a]\nzh = \"甲 {x}\"\nen = \"a\"\n").contains(":3: `a` has the placeholder `x` in one language")
        );
        assert!(fault("[a]\nzh = \"甲\"\nen = \"a {x}\"\n").contains("the placeholder `x` in one language only"));
        for brace in ["{", "}", "{X}", "{}", "{x:?}"] {
            assert!(
                fault(&format!("[a]\nzh = \"{brace}\"\nen = \"a\"\n"))
                    .contains("a brace that belongs to no placeholder")
            );
        }
        assert!(fault("[a]\nzh = 1\nen = \"a\"\n").contains("`zh` is neither a sentence nor a table"));
        assert!(fault("[A]\nzh = \"甲\"\nen = \"a\"\n").contains("`A` is neither"));
        assert!(fault("[a\n").starts_with("words.toml: TOML parse error"));
    }
}
