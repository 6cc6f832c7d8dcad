//! The document's own properties, which every spreadsheet program keeps and shows under the file's information.

use super::Package;
use super::parts::Parts;
use super::rels::Rels;
use super::xml;

impl Package<'_> {
    /// The text of a custom property; `None` where there is none, or none that can be read: nothing depends on it.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<String> {
        let parts = Parts::new(&self.source);
        let part = Rels::of(&parts, "").ok()?.of_kind("custom-properties")?.target;
        let document = xml::parse(&parts.text(&part).ok()??, &part).ok()?;
        let property = document.root.elements().find(|e| e.attr("name").as_deref() == Some(name))?;
        let text = property.elements().next()?.text();
        (!text.is_empty()).then_some(text)
    }
}
