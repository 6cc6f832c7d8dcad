//! The text of a cell of an .ods, as the format has white space: what stands between elements is none, a run of it is one space.

/// Excel takes no more characters in a cell; further spaces that are only counted in the file are not made.
const CHARS_MAX: u64 = 32_767;

/// The paragraphs of a cell so far.
#[derive(Default)]
pub(super) struct Paragraphs {
    text: String,
    /// Bytes of the text, spaces that were not made among them.
    bytes: u64,
    paragraphs: u32,
    /// How deep in the cell the open paragraph stands.
    paragraph: Option<u32>,
    /// How deep an element stands whose text is none of the cell's: a comment, a drawing.
    ignored: Option<u32>,
    /// White space that counts once something follows in the paragraph.
    has_space: bool,
    is_at_start: bool,
}

impl Paragraphs {
    /// An element opens so deep in the cell; `spaces` are those that it stands for.
    pub(super) fn open(&mut self, name: &str, depth: u32, spaces: u64) {
        if self.ignored.is_some() {
            return;
        }
        match name {
            "text:p" | "text:h" if self.paragraph.is_none() => {
                if self.paragraphs > 0 {
                    self.add("\n");
                }
                self.paragraphs += 1;
                (self.paragraph, self.has_space, self.is_at_start) = (Some(depth), false, true);
            }
            "text:s" => self.add_spaces(spaces),
            "text:tab" => self.add("\t"),
            "text:line-break" => self.add("\n"),
            "office:annotation" | "text:note" | "text:ruby-text" => self.ignored = Some(depth),
            name if name.starts_with("draw:") || name.starts_with("table:") => self.ignored = Some(depth),
            _ => {}
        }
    }

    /// The element that opened so deep closes.
    pub(super) fn close(&mut self, depth: u32) {
        if self.ignored == Some(depth) {
            self.ignored = None;
        } else if self.paragraph == Some(depth) {
            (self.paragraph, self.has_space) = (None, false);
        }
    }

    /// Text between tags.
    pub(super) fn push(&mut self, text: &str) {
        if self.paragraph.is_none() || self.ignored.is_some() {
            return;
        }
        for piece in text.split_inclusive(is_white) {
            let word = piece.trim_end_matches(is_white);
            if !word.is_empty() {
                self.add(word);
            }
            self.has_space |= word.len() < piece.len();
        }
    }

    /// The bytes so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The whole text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn add(&mut self, text: &str) {
        if std::mem::take(&mut self.has_space) && !self.is_at_start {
            self.text.push(' ');
            self.bytes += 1;
        }
        self.is_at_start = false;
        self.text.push_str(text);
        self.bytes += text.len() as u64;
    }

    #[expect(clippy::cast_possible_truncation, reason = "it is not larger than the room that is left")]
    fn add_spaces(&mut self, count: u64) {
        self.add("");
        self.bytes = self.bytes.saturating_add(count);
        let room = CHARS_MAX.saturating_sub(self.text.len() as u64);
        self.text.extend(std::iter::repeat_n(' ', count.min(room) as usize));
    }
}

fn is_white(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_of_the_file_is_none_of_the_text() {
        let mut cell = Paragraphs::default();
        cell.push("\n   ");
        cell.open("text:p", 1, 0);
        cell.push("\n  涪陵 \n 丰禾");
        cell.open("text:s", 2, 2);
        cell.close(2);
        cell.push("农资\n  ");
        cell.close(1);
        cell.push("\n");
        cell.open("office:annotation", 1, 0);
        cell.open("text:p", 2, 0);
        cell.push("a comment");
        cell.close(2);
        cell.close(1);
        cell.open("text:p", 1, 0);
        cell.push("二");
        cell.close(1);
        assert_eq!(cell.into_text(), "涪陵 丰禾  农资\n二");
    }

    #[test]
    fn spaces_that_are_only_counted_are_counted_and_not_made() {
        let mut cell = Paragraphs::default();
        cell.open("text:p", 1, 0);
        cell.open("text:s", 2, 4_000_000_000);
        assert_eq!(cell.bytes(), 4_000_000_000);
        assert!(cell.into_text().len() <= 32_767);
    }
}
