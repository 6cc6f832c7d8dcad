//! What a template says of a column: the note on its header, and the messages of its rule.

use rust_xlsxwriter::Note;
use serde_json::Value as Json;

use super::column::Column;
use crate::report::layout::lines;
use dealerbook_base::lang::Lang;
use dealerbook_engine::validate::expectation;

/// The notes' author. Not the one of our marks: those are taken away when a file comes back, these stay.
const AUTHOR: &str = "Template";
const NOTE_PIXELS: u32 = 300;
/// So many characters stand in a line of a note, Chinese ones counting two,
const NOTE_CHARACTERS: f64 = 45.0;
/// and it is so high.
const LINE_PIXELS: u32 = 18;

/// The longest title and message of a rule that Excel takes.
const TITLE_CHARS_MAX: usize = 32;
const MESSAGE_CHARS_MAX: usize = 255;

impl Column<'_> {
    fn say(&self, zh: &str, en: &str) -> String {
        self.lang.pick(zh, en).to_owned()
    }

    fn required(&self) -> String {
        match self.field.constraints.required {
            true => self.say("必填", "Required"),
            false => self.say("选填", "Optional"),
        }
    }

    /// The note on the header: what the column is, and what it takes.
    pub fn note(&self) -> Note {
        let text = self.note_text();
        let height = (lines(&text, NOTE_CHARACTERS) + 1) * LINE_PIXELS;
        Note::new(text)
            .set_author(AUTHOR)
            .add_author_prefix(false)
            .set_font_name(self.lang.pick("Microsoft YaHei", "Calibri"))
            .set_font_size(9)
            .set_width(NOTE_PIXELS)
            .set_height(height)
    }

    fn note_text(&self) -> String {
        let field = self.field;
        let colon = self.lang.pick("：", ": ");
        let described = sentence(field.describe(self.lang), self.lang);
        let mut said = vec![format!("{}{}{}", self.required(), self.lang.pick("。", ". "), described)];
        said.push(format!("{}{colon}{}", self.say("应填", "Takes"), expectation(field, self.lang)));
        let unit = field.unit(self.lang).map(|unit| format!("{}{colon}{unit}", self.say("单位", "Unit")));
        said.extend(unit);
        if field.constraints.unique {
            said.push(self.say("不能重复", "No value twice"));
        }
        let default = self.default().map(|d| format!("{}{colon}{d}", self.say("留空时按", "When left empty")));
        said.extend(default);
        let example = self.plain_example();
        if !example.is_empty() {
            said.push(format!("{}{colon}{example}", self.say("示例", "Example")));
        }
        said.join("\n")
    }

    /// What an empty cell counts as, where that is something.
    pub fn default(&self) -> Option<String> {
        match self.field.default.as_ref()? {
            Json::Bool(value) => Some(self.field.spelled(*value, self.lang).to_owned()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// What is shown beside a cell that is chosen: short, for it is shown for every cell.
    pub fn prompt(&self) -> String {
        let listed = !self.field.categories.is_empty();
        let takes = if listed { self.say("从下拉列表中选择", "choose from the list") } else { self.takes() };
        shortened(format!("{}{}{takes}", self.required(), self.lang.pick("；", "; ")), MESSAGE_CHARS_MAX)
    }

    /// What is shown when a value is refused.
    pub fn refusal(&self) -> String {
        let text = match self.lang {
            Lang::Zh => format!("“{}”应填：{}", self.label(), self.takes()),
            Lang::En => format!("“{}” takes {}", self.label(), self.takes()),
        };
        shortened(text, MESSAGE_CHARS_MAX)
    }

    fn takes(&self) -> String {
        let unit = self.field.unit(self.lang);
        let unit = unit.map(|unit| self.lang.pick("，单位：{}", ", in {}").replace("{}", unit)).unwrap_or_default();
        format!("{}{unit}", expectation(self.field, self.lang))
    }

    /// The title of both messages.
    pub fn title(&self) -> String {
        shortened(self.label().to_owned(), TITLE_CHARS_MAX)
    }
}

/// The words of a schema as a sentence.
pub fn sentence(words: &str, lang: Lang) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{}", chars.as_str(), lang.pick("。", "."))
}

fn shortened(text: String, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text;
    }
    text.chars().take(chars_max - 1).chain(['…']).collect()
}
