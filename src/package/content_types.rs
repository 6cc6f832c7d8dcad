//! `[Content_Types].xml`: what every part is.

use super::error::PackageError;
use super::parts::Parts;
use super::recognise::FileKind;
use super::source::key;
use super::xml::{self, Document, Element, Node};

const PART: &str = "[Content_Types].xml";
/// Of relationship parts.
pub(super) const RELS: &str = "application/vnd.openxmlformats-package.relationships+xml";
/// Of VML drawings.
pub(super) const VML: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
/// Of notes.
pub(super) const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
/// Of worksheets.
pub(super) const WORKSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
/// Of styles.
pub(super) const STYLES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";

/// The types of all parts.
pub(super) struct ContentTypes {
    document: Document,
}

impl ContentTypes {
    /// Reads them.
    ///
    /// # Errors
    /// [`PackageError::NotWorkbook`] where there are none.
    pub(super) fn read(parts: &Parts<'_, '_, '_>) -> Result<ContentTypes, PackageError> {
        let text = parts.text(PART)?.ok_or(PackageError::NotWorkbook(FileKind::Zip))?;
        Ok(ContentTypes { document: xml::parse(&text, PART)? })
    }

    /// The type of a part.
    pub(super) fn of(&self, part: &str) -> Option<String> {
        let part = key(part);
        let by_name = self
            .document
            .root
            .elements()
            .find(|e| e.local() == "Override" && e.attr("PartName").is_some_and(|name| key(&name) == part));
        by_name.and_then(|element| element.attr("ContentType")).or_else(|| self.default(extension(&part)))
    }

    fn default(&self, extension: &str) -> Option<String> {
        let found = |e: &&Element| {
            e.local() == "Default" && e.attr("Extension").is_some_and(|other| other.eq_ignore_ascii_case(extension))
        };
        self.document.root.elements().find(found).and_then(|element| element.attr("ContentType"))
    }

    /// Sees to it that a part has that type.
    pub(super) fn set(&mut self, part: &str, content_type: &str) {
        if self.of(part).as_deref() == Some(content_type) {
            return;
        }
        self.forget(part);
        let name = format!("{}Override", self.document.root.prefix());
        self.document
            .root
            .push(Element::new(&name, &[("PartName", &format!("/{part}")), ("ContentType", content_type)]));
    }

    /// Sees to it that a part has that type, by its extension where that is free.
    pub(super) fn set_by_extension(&mut self, part: &str, content_type: &str) {
        self.set_default(extension(&key(part)), content_type);
        self.set(part, content_type);
    }

    /// Sees to it that parts of that extension have a type.
    pub(super) fn set_default(&mut self, extension: &str, content_type: &str) {
        if self.default(extension).is_none() {
            let name = format!("{}Default", self.document.root.prefix());
            let element = Element::new(&name, &[("Extension", extension), ("ContentType", content_type)]);
            self.document.root.children.insert(0, Node::Element(element));
        }
    }

    /// Forgets a part that is taken away.
    pub(super) fn forget(&mut self, part: &str) {
        let part = key(part);
        self.document.root.children.retain(|node| {
            node.element()
                .is_none_or(|e| e.local() != "Override" || e.attr("PartName").is_none_or(|name| key(&name) != part))
        });
    }

    /// Puts the part back.
    pub(super) fn save(self, parts: &mut Parts<'_, '_, '_>) -> Result<(), PackageError> {
        parts.put(PART, self.document.markup())
    }
}

fn extension(part: &str) -> &str {
    part.rsplit_once('.').map_or("", |(_, extension)| extension)
}
