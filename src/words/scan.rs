//! Texts in both languages that stand in the code beside what they name: labels of columns, titles of sheets and pages, reasons.
//!
//! How they are paired there isn't one form (`lang.pick(…)`, arms of a match, pairs in tables), but the Chinese always comes first: a text
//! with Chinese in it is paired with the text after it that has none, in the same function. Where several Chinese ones follow one another
//! before their English does, they are paired in their order.

use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind, tokenize};

/// A text of the code, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The line on which the Chinese stands, from 1.
    pub line: usize,
    /// The Chinese, as it is written in the code.
    pub zh: String,
    /// The English; none where the Chinese stands alone, as words do by which something is recognised.
    pub en: Option<String>,
}

/// Returns the texts of a source in their order, without those of its tests.
pub fn scan(source: &str) -> Vec<Spoken> {
    let mut spoken: Vec<Spoken> = Vec::new();
    let (mut waiting, mut has_begun) = (Vec::<usize>::new(), false);
    for text in texts(source) {
        match text {
            Text::End => waiting.clear(),
            Text::Literal { line, text } if is_chinese(&text) => {
                // English has come for some of those that wait: what is left of them stands alone.
                if has_begun {
                    waiting.clear();
                }
                has_begun = false;
                waiting.push(spoken.len());
                spoken.push(Spoken { line, zh: text, en: None });
            }
            Text::Literal { text, .. } if !waiting.is_empty() && !text.is_empty() => {
                has_begun = true;
                spoken[waiting.remove(0)].en = Some(text);
            }
            Text::Literal { .. } => {}
        }
    }
    spoken
}

enum Text {
    Literal {
        line: usize,
        text: String,
    },
    /// A statement or a function ends: no pair reaches over it.
    End,
}

/// The texts of a source but for those of its tests.
fn texts(source: &str) -> Vec<Text> {
    let (mut texts, mut at, mut line) = (Vec::new(), 0, 1);
    let mut tests = Tests::default();
    for token in tokenize(source, FrontmatterAllowed::No) {
        let written = &source[at..at + token.len as usize];
        let is_left_out = tests.hold(token.kind, written);
        match token.kind {
            _ if is_left_out => {}
            TokenKind::Literal { kind: LiteralKind::Str { .. } | LiteralKind::RawStr { .. }, .. } => {
                texts.push(Text::Literal { line, text: content(written) });
            }
            TokenKind::Semi => texts.push(Text::End),
            TokenKind::Ident if written == "fn" => texts.push(Text::End),
            _ => {}
        }
        line += written.matches('\n').count();
        at += written.len();
    }
    texts
}

/// What stands between the quotes, in one line.
fn content(written: &str) -> String {
    let inner = written.trim_start_matches('r').trim_matches('#');
    let inner = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(inner);
    inner.split_whitespace().collect::<Vec<_>>().join(" ").replace(r#"\""#, "\"")
}

/// Whether a text is Chinese: it has its characters or punctuation, and isn't English that names a Chinese word.
fn is_chinese(text: &str) -> bool {
    let is_of_it = |c: &char| matches!(c, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let count = text.chars().filter(is_of_it).count();
    count > 0 && text.chars().filter(char::is_ascii_alphabetic).count() <= 3 * count
}

/// Whether the walk stands in an item under `#[cfg(test)]`.
#[derive(Default)]
struct Tests {
    /// How much of `#[cfg(test)]` was read.
    read: usize,
    /// The braces that are open since.
    depth: Option<usize>,
}

const TEST_MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

impl Tests {
    /// Takes the next token and returns whether it belongs to tests.
    fn hold(&mut self, kind: TokenKind, written: &str) -> bool {
        if matches!(kind, TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }) {
            return self.depth.is_some();
        }
        let Some(depth) = self.depth else {
            self.read = if TEST_MARK[self.read] == written { self.read + 1 } else { usize::from(written == "#") };
            if self.read == TEST_MARK.len() {
                *self = Tests { read: 0, depth: Some(0) };
            }
            return false;
        };
        self.depth = match (kind, depth) {
            (TokenKind::OpenBrace, _) => Some(depth + 1),
            (TokenKind::CloseBrace, 0 | 1) | (TokenKind::Semi, 0) => None,
            (TokenKind::CloseBrace, _) => Some(depth - 1),
            _ => Some(depth),
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(source: &str) -> Vec<(usize, String, Option<String>)> {
        scan(source).into_iter().map(|spoken| (spoken.line, spoken.zh, spoken.en)).collect()
    }

    fn pair(line: usize, zh: &str, en: &str) -> (usize, String, Option<String>) {
        (line, zh.to_owned(), Some(en.to_owned()))
    }

    #[test]
    fn pairs_are_found_in_calls_arms_and_tables() {
        let source = r##"
            fn a(lang: Lang) { lang.pick("政策", "policy"); }
            fn b() -> String { match lang { Lang::Zh => format!("{n} 家", n), Lang::En => format!("{n} dealers") } }
            const TABLE: [(&str, &str, &str); 1] = [("key", "区域", "region")];
            fn c() { match x { A => ("甲", "a"), _ => (r#"“乙”"#, r#"`b`"#) } }
            fn d() { match lang { Lang::Zh => match x { A => "一", B => "二" }, Lang::En => match x { A => "one", B => "two" } } }
        "##;
        assert_eq!(
            pairs(source),
            [
                pair(2, "政策", "policy"),
                pair(3, "{n} 家", "{n} dealers"),
                pair(4, "区域", "region"),
                pair(5, "甲", "a"),
                pair(5, "“乙”", "`b`"),
                pair(6, "一", "one"),
                pair(6, "二", "two"),
            ]
        );
    }

    #[test]
    fn comments_tests_and_words_that_stand_alone_are_no_pairs() {
        let source = "// “注”\nfn a() { x == \"合计\"; \"total\"; }\n#[cfg(test)]\nmod tests {\n fn t() { (\"测\", \"test\"); }\n}\nfn b() { pick(\"后\", \"after\"); }";
        assert_eq!(pairs(source), [(2, "合计".to_owned(), None), pair(7, "后", "after")]);
    }
}
