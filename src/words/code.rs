//! The Rust that says the sentences.

use std::fmt::Write;

use crate::data::{File, Sentence};

/// Returns a module for each file, to be included where `Lang`, `Pair` and, for tables with a class, `Class` and `Head` are in scope.
pub(crate) fn write(files: &[(String, File)]) -> String {
    let mut code = String::new();
    for (name, file) in files {
        let _ = writeln!(code, "pub mod {name} {{\n    #![allow(unused_imports)]\n    use super::*;\n");
        file.classes.iter().for_each(|(key, class)| head(&mut code, file, key, class));
        let of_head = |sentence: &&Sentence| !is_of_head(file, sentence);
        file.sentences.iter().filter(of_head).for_each(|sentence| write_sentence(&mut code, sentence));
        code.push_str("}\n");
    }
    code
}

/// Whether a sentence is the title or the remedy of a table with a class, which a `Head` holds.
fn is_of_head(file: &File, sentence: &Sentence) -> bool {
    let Some((table, name)) = sentence.key.rsplit_once('.') else { return false };
    let is_part = name == "title" || name == "remedy" && sentence.placeholders.is_empty();
    is_part && file.classes.iter().any(|(key, _)| key == table)
}

/// What is the same whenever a problem is reported: its code, class, title and, unless it depends on the request, its remedy.
fn head(code: &mut String, file: &File, key: &str, class: &str) {
    let part = |name: &str| {
        let fixed = |s: &&Sentence| s.key == format!("{key}.{name}") && s.placeholders.is_empty();
        file.sentences.iter().find(fixed).map(pair)
    };
    let title = part("title").unwrap_or_else(|| format!("compile_error!(\"`{key}` has no title\")"));
    let remedy = part("remedy").map_or("None".to_owned(), |pair| format!("Some({pair})"));
    let _ = writeln!(
        code,
        "    pub const {}: Head = Head {{ code: {key:?}, class: Class::{}, title: {title}, remedy: {remedy} }};",
        constant(key),
        camel(class)
    );
}

fn write_sentence(code: &mut String, sentence: &Sentence) {
    for text in [&sentence.zh, &sentence.en] {
        let _ = writeln!(code, "    #[doc = {text:?}]");
    }
    if sentence.placeholders.is_empty() {
        let _ = writeln!(code, "    pub const {}: Pair = {};", constant(&sentence.key), pair(sentence));
        return;
    }
    let name = camel(&sentence.key);
    let names = &sentence.placeholders;
    // One letter each: a name of its own could be that of a sentence.
    let types: Vec<String> = ('A'..='Z').take(names.len()).map(String::from).collect();
    let fields: Vec<String> = names.iter().zip(&types).map(|(name, ty)| format!("pub {name}: {ty}")).collect();
    let bounds: Vec<String> = types.iter().map(|ty| format!("{ty}: std::fmt::Display")).collect();
    let (types, fields, bounds) = (types.join(", "), fields.join(", "), bounds.join(", "));
    let _ = writeln!(
        code,
        "    pub struct {name}<{types}> {{ {fields} }}
    impl<{bounds}> {name}<{types}> {{
        pub fn text(&self, lang: Lang) -> String {{
            let Self {{ {} }} = self;
            match lang {{
                Lang::Zh => format!({:?}),
                Lang::En => format!({:?}),
            }}
        }}
    }}",
        names.join(", "),
        sentence.zh,
        sentence.en
    );
}

/// A sentence without placeholders.
fn pair(sentence: &Sentence) -> String {
    let [zh, en] = [&sentence.zh, &sentence.en].map(|text| text.replace("{{", "{").replace("}}", "}"));
    format!("Pair::new({zh:?}, {en:?})")
}

/// `no-such-run.title` as `NO_SUCH_RUN_TITLE`.
fn constant(key: &str) -> String {
    key.replace(['-', '.'], "_").to_uppercase()
}

/// `no-such-run.title` as `NoSuchRunTitle`.
fn camel(key: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    key.split(['-', '.', '_']).map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::read;

    #[test]
    fn a_sentence_becomes_a_constant_or_a_struct_with_its_placeholders() {
        let text = "[no-run]\nclass = \"missing\"\ntitle.zh = \"无\"\ntitle.en = \"None {{x}}\"\nremedy.zh = \"查\"\nremedy.en = \"Look\"\ndetail.zh = \"没有 {run_id}\"\ndetail.en = \"No {run_id}\"\n[plain]\nzh = \"好\"\nen = \"well\"\n";
        let code = write(&[("runs".to_owned(), read("runs.toml", text).unwrap())]);
        for part in [
            "pub mod runs {",
            "pub const NO_RUN: Head = Head { code: \"no-run\", class: Class::Missing, title: Pair::new(\"无\", \"None {x}\"), remedy: Some(Pair::new(\"查\", \"Look\")) };",
            "pub struct NoRunDetail<A> { pub run_id: A }",
            "Lang::En => format!(\"No {run_id}\"),",
            "pub const PLAIN: Pair = Pair::new(\"好\", \"well\");",
        ] {
            assert!(code.contains(part), "{part} is not in\n{code}");
        }
        assert!(!code.contains("NO_RUN_TITLE"));
    }

    #[test]
    fn a_remedy_with_placeholders_is_a_sentence_of_its_own() {
        let text = "[a]\nclass = \"missing\"\ntitle.zh = \"无\"\ntitle.en = \"None\"\nremedy.zh = \"查 {id}\"\nremedy.en = \"Look {id}\"\n";
        let code = write(&[("runs".to_owned(), read("runs.toml", text).unwrap())]);
        assert!(code.contains("remedy: None") && code.contains("pub struct ARemedy<A>"), "{code}");
    }
}
