//! Notes (the old kind of comments): the part that holds their text.
//!
//! There is never more than one note to a cell: where the user has one, ours is a run at its end. What we say stands behind a line
//! of its own in either case, by which it is known again: LibreOffice drops the authors of notes.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::{At, CellNote};
use super::error::PackageError;
use super::reason::Reason;
use super::reference;
use super::stamp;
use super::workbook::STRICT_MAIN;
use super::xml::{self, Document, Element, Node};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// The most UTF-16 units of a note; what is longer is cut.
const UNITS_MAX: usize = 8_000;

/// The notes of one sheet.
pub(super) struct Notes {
    document: Document,
    part: String,
}

/// Which drawings change with the notes.
#[derive(Default)]
pub(super) struct Changes {
    /// Cells whose note was ours alone and is gone.
    pub removed: BTreeSet<At>,
    /// Cells that have a note now and had none, with its text.
    pub added: BTreeMap<At, String>,
    /// Cells with a threaded comment, where no note was put.
    pub left_out: Vec<At>,
}

impl Notes {
    /// Reads the part, or begins one.
    pub(super) fn read(text: Option<String>, part: &str, strict: bool) -> Result<Notes, PackageError> {
        let document = match text {
            Some(text) => xml::parse(&text, part)?,
            None => {
                let mut root = Element::new("comments", &[("xmlns", if strict { STRICT_MAIN } else { MAIN })]);
                root.push(Element::new("authors", &[]));
                root.push(Element::new("commentList", &[]));
                Document::with_root(root)
            }
        };
        Ok(Notes { document, part: part.to_owned() })
    }

    fn comments(&self) -> Vec<&Element> {
        self.document.root.child("commentList").map(|list| list.elements().collect()).unwrap_or_default()
    }

    fn authors(&self) -> Vec<String> {
        self.document
            .root
            .child("authors")
            .map(|authors| authors.elements().map(Element::text).collect())
            .unwrap_or_default()
    }

    /// The cells whose note stands for a threaded comment.
    pub(super) fn threaded(&self) -> BTreeSet<At> {
        let authors = self.authors();
        let threaded = |comment: &&&Element| {
            let author = comment.attr("authorId").and_then(|id| authors.get(id.parse::<usize>().ok()?));
            author.is_some_and(|author| author.starts_with("tc="))
        };
        self.comments().iter().filter(threaded).filter_map(|comment| place(comment)).collect()
    }

    /// Whether no notes are left.
    pub(super) fn is_empty(&self) -> bool {
        let blank = |node: &Node| matches!(node, Node::Raw(text) if !text.starts_with('<'));
        self.document.root.child("commentList").is_none_or(|list| list.children.iter().all(blank))
    }

    /// Takes away our notes, and our runs from others'.
    pub(super) fn strip(&mut self, changes: &mut Changes) {
        let authors = self.authors();
        let Some(list) = self.document.root.child_mut("commentList") else {
            return;
        };
        let by_us = |comment: &Element| {
            let author = comment.attr("authorId").and_then(|id| authors.get(id.parse::<usize>().ok()?));
            author.is_some_and(|author| author == stamp::AUTHOR)
        };
        list.children.retain_mut(|node| {
            let Node::Element(comment) = node else {
                return true;
            };
            let own = by_us(comment);
            let Some(text) = comment.child_mut("text").filter(|text| own || text.text().contains(stamp::LINE)) else {
                return true;
            };
            let bare = !strip_runs(text) || text.text().trim().is_empty();
            if bare {
                changes.removed.extend(place(comment));
            }
            !bare
        });
    }

    /// Puts notes on cells.
    pub(super) fn put(
        &mut self,
        notes: &[CellNote],
        threaded: &BTreeSet<At>,
        changes: &mut Changes,
    ) -> Result<(), PackageError> {
        let mut texts: BTreeMap<At, String> = BTreeMap::new();
        for note in notes {
            if threaded.contains(&note.at) {
                changes.left_out.push(note.at);
                continue;
            }
            let text = texts.entry(note.at).or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&note.text);
        }
        changes.left_out.sort_unstable();
        changes.left_out.dedup();
        self.append_runs(&mut texts);
        self.append_comments(texts, changes)
    }

    /// Appends to the notes that stand there already, and takes those out of `texts`.
    fn append_runs(&mut self, texts: &mut BTreeMap<At, String>) {
        let Some(list) = self.document.root.child_mut("commentList") else {
            return;
        };
        for comment in list.elements_mut() {
            let Some(text) = place(comment).and_then(|at| texts.remove(&at)) else {
                continue;
            };
            let prefix = comment.prefix().to_owned();
            let body = format!("\n{}\n{text}", stamp::LINE);
            if let Some(element) = comment.child_mut("text") {
                make_runs(element, &prefix);
                element.children.push(Node::Raw(run(&prefix, &body)));
            } else {
                comment.children.push(Node::Raw(format!("<{prefix}text>{}</{prefix}text>", run(&prefix, &body))));
            }
        }
    }

    fn append_comments(&mut self, texts: BTreeMap<At, String>, changes: &mut Changes) -> Result<(), PackageError> {
        if texts.is_empty() {
            return Ok(());
        }
        let prefix = self.document.root.prefix().to_owned();
        let author = self.author(&prefix)?;
        let part = self.part.clone();
        let list =
            self.document.root.child_mut("commentList").ok_or_else(|| {
                PackageError::unpatchable(&part, Reason::new("没有批注列表", "it has no list of notes"))
            })?;
        for (at, text) in texts {
            let text = format!("{}\n{text}", stamp::LINE);
            let run = run(&prefix, &text);
            list.children.push(Node::Raw(format!(
                "<{prefix}comment ref=\"{}\" authorId=\"{author}\"><{prefix}text>{run}</{prefix}text></{prefix}comment>",
                reference::cell(at)
            )));
            changes.added.insert(at, text);
        }
        Ok(())
    }

    /// Our number among the authors.
    fn author(&mut self, prefix: &str) -> Result<usize, PackageError> {
        let authors = self.authors();
        if let Some(index) = authors.iter().position(|author| author == stamp::AUTHOR) {
            return Ok(index);
        }
        let mut element = Element::new(&format!("{prefix}author"), &[]);
        element.set_text(stamp::AUTHOR);
        let list = self.document.root.child_mut("authors").ok_or_else(|| {
            PackageError::unpatchable(&self.part, Reason::new("没有批注作者列表", "it has no authors"))
        })?;
        list.push(element);
        Ok(authors.len())
    }

    /// The part's text.
    pub(super) fn finish(self) -> String {
        self.document.markup()
    }
}

fn place(comment: &Element) -> Option<At> {
    reference::parse_cell(&comment.attr("ref")?)
}

fn run(prefix: &str, text: &str) -> String {
    let mut escaped = Vec::new();
    let cut: String = text.char_indices().take_while(|(index, _)| *index < UNITS_MAX).map(|(_, c)| c).collect();
    xml::push_cell_text(&mut escaped, &cut);
    format!(
        "<{prefix}r><{prefix}rPr><{prefix}sz val=\"9\"/><{prefix}color indexed=\"81\"/><{prefix}rFont val=\"Tahoma\"/>\
         <{prefix}family val=\"2\"/></{prefix}rPr><{prefix}t xml:space=\"preserve\">{}</{prefix}t></{prefix}r>",
        String::from_utf8_lossy(&escaped)
    )
}

/// Makes plain text a run, so that another can follow.
fn make_runs(text: &mut Element, prefix: &str) {
    let plain = |node: &Node| node.element().is_some_and(|e| e.local() == "t");
    let Some(index) = text.children.iter().position(plain) else {
        return;
    };
    let node = text.children.remove(index);
    let mut run = Element::new(&format!("{prefix}r"), &[]);
    run.children.push(node);
    text.children.insert(index, Node::Element(run));
}

/// Cuts a note at our line, over however many runs a program has spread it: what stands before it stays. False where there is no such
/// line.
fn strip_runs(text: &mut Element) -> bool {
    let whole: String = text.elements().filter_map(text_of).collect();
    let Some(at) = whole.find(stamp::LINE) else {
        return false;
    };
    let mut left = whole[..at].strip_suffix('\n').unwrap_or(&whole[..at]).len();
    text.children.retain_mut(|node| {
        let Node::Element(run) = node else { return true };
        let Some(own) = text_of(run) else { return true };
        if left == 0 {
            return false;
        }
        if own.len() > left {
            let holder = if run.local() == "t" { Some(run) } else { run.child_mut("t") };
            holder.into_iter().for_each(|holder| holder.set_text(&own[..left]));
        }
        left = left.saturating_sub(own.len());
        true
    });
    true
}

/// The text of a run, or of plain text; none of anything else.
fn text_of(run: &Element) -> Option<String> {
    match run.local() {
        "t" => Some(run.text()),
        "r" => Some(run.child("t").map(Element::text).unwrap_or_default()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(text: &str) -> CellNote {
        CellNote { at: At { row: 0, column: 0 }, text: text.to_owned() }
    }

    const USERS: &str = "<comments xmlns=\"m\"><authors><author>me</author></authors><commentList><comment ref=\"A1\" authorId=\"0\">\
                         <text><t>mine</t></text></comment></commentList></comments>";

    #[test]
    fn a_note_is_joined_to_the_users_own_and_comes_off_again() {
        let mut notes = Notes::read(Some(USERS.to_owned()), "c", false).expect("reads");
        let mut changes = Changes::default();
        notes.put(&[note("first"), note("second")], &BTreeSet::new(), &mut changes).expect("puts");
        assert!(changes.added.is_empty(), "the drawing is there already");
        let once = notes.finish();
        assert_eq!(once.matches("<comment ").count(), 1);
        let mut notes = Notes::read(Some(once.clone()), "c", false).expect("reads");
        assert_eq!(notes.comments()[0].text(), format!("mine\n{}\nfirst\nsecond", stamp::LINE));
        notes.strip(&mut Changes::default());
        assert_eq!(notes.comments()[0].text(), "mine");
        notes.put(&[note("first\nsecond")], &BTreeSet::new(), &mut Changes::default()).expect("puts");
        assert_eq!(notes.finish(), once);
    }

    #[test]
    fn our_line_is_known_when_a_program_has_spread_it_over_runs() {
        let spread = "<r><t>mine&#10;</t></r><r><t xml:space=\"preserve\">—— </t></r><r><t>Dealerbook ——&#10;fi</t></r><r><t>rst</t></r>";
        let text = USERS.replace("<t>mine</t>", spread);
        let mut notes = Notes::read(Some(text), "c", false).expect("reads");
        notes.strip(&mut Changes::default());
        assert_eq!(notes.finish(), USERS.replace("<t>mine</t>", "<r><t>mine</t></r>"));
    }

    #[test]
    fn our_own_notes_go_and_threaded_ones_are_left_alone() {
        let text = USERS.replace("<author>me", "<author>tc={1}");
        let mut notes = Notes::read(Some(text.clone()), "c", false).expect("reads");
        let mut changes = Changes::default();
        let threaded = notes.threaded();
        let other = CellNote { at: At { row: 1, column: 1 }, text: "x".to_owned() };
        notes.put(&[note("no"), other.clone()], &threaded, &mut changes).expect("puts");
        assert_eq!(changes.left_out, [At { row: 0, column: 0 }]);
        let once = notes.finish();
        let mut notes = Notes::read(Some(once.clone()), "c", false).expect("reads");
        let mut changes = Changes::default();
        notes.strip(&mut changes);
        assert_eq!(changes.removed.len(), 1);
        notes.put(&[other], &threaded, &mut changes).expect("puts");
        assert_eq!(notes.finish(), once);
    }
}
