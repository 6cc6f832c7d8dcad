//! Relationships between parts, and the names of parts they lead to.

use super::error::PackageError;
use super::parts::Parts;
use super::xml::{self, Document, Element};

const NAMESPACE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// What transitional relationship types and `r:` attributes begin with.
pub(super) const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The same in strict files.
pub(super) const STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";

/// One relationship.
#[derive(Clone, Debug)]
pub(super) struct Rel {
    pub id: String,
    /// The whole type.
    pub kind_uri: String,
    /// The part led to, or the target as it stands where that is outside the package.
    pub target: String,
    pub external: bool,
}

impl Rel {
    /// The type without what differs between transitional, strict and vendors' own.
    pub(super) fn kind(&self) -> &str {
        self.kind_uri.rsplit('/').next().unwrap_or("")
    }
}

/// The relationships of one part.
pub(super) struct Rels {
    owner: String,
    part: String,
    document: Document,
}

/// The folder of a part, with its slash.
pub(super) fn folder(part: &str) -> &str {
    part.rfind('/').map_or("", |slash| &part[..=slash])
}

/// The part that holds the relationships of a part (of the package itself for an empty name).
pub(super) fn rels_part(owner: &str) -> String {
    let folder = folder(owner);
    format!("{folder}_rels/{}.rels", &owner[folder.len()..])
}

/// The part that a target leads to from its owner.
pub(super) fn resolve(owner: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let path = target.split('#').next().unwrap_or("");
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{}{path}", folder(owner)) };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The target that leads from a part to another.
pub(super) fn relative(owner: &str, part: &str) -> String {
    let from: Vec<&str> = folder(owner).split('/').filter(|step| !step.is_empty()).collect();
    let to: Vec<&str> = part.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count().min(to.len() - 1);
    let up = "../".repeat(from.len() - shared);
    format!("{up}{}", to[shared..].join("/"))
}

impl Rels {
    /// Reads the relationships of a part; none where it has no such part.
    pub(super) fn of(parts: &Parts<'_, '_, '_>, owner: &str) -> Result<Rels, PackageError> {
        let part = rels_part(owner);
        let document = match parts.text(&part)? {
            Some(text) => xml::parse(&text, &part)?,
            None => Document::with_root(Element::new("Relationships", &[("xmlns", NAMESPACE)])),
        };
        Ok(Rels { owner: owner.to_owned(), part, document })
    }

    /// All relationships.
    pub(super) fn all(&self) -> Vec<Rel> {
        let element = |rel: &Element| {
            let external = rel.attr("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
            let target = rel.attr("Target")?;
            Some(Rel {
                id: rel.attr("Id")?,
                kind_uri: rel.attr("Type")?,
                target: if external { target } else { resolve(&self.owner, &target) },
                external,
            })
        };
        self.document.root.elements().filter_map(element).collect()
    }

    /// The relationship of that id.
    pub(super) fn by_id(&self, id: &str) -> Option<Rel> {
        self.all().into_iter().find(|rel| rel.id == id)
    }

    /// The first relationship of that kind (the last word of its type).
    pub(super) fn of_kind(&self, kind: &str) -> Option<Rel> {
        self.all().into_iter().find(|rel| rel.kind() == kind && !rel.external)
    }

    /// Adds a relationship to a part; gives its id.
    pub(super) fn add(&mut self, kind_uri: &str, part: &str) -> String {
        let target = relative(&self.owner, part);
        let taken: Vec<String> = self.all().into_iter().map(|rel| rel.id.to_lowercase()).collect();
        let id =
            (1_u32..).map(|n| format!("rId{n}")).find(|id| !taken.contains(&id.to_lowercase())).unwrap_or_default();
        let name = format!("{}Relationship", self.document.root.prefix());
        self.document.root.push(Element::new(&name, &[("Id", &id), ("Type", kind_uri), ("Target", &target)]));
        id
    }

    /// Takes a relationship away.
    pub(super) fn remove(&mut self, id: &str) {
        self.document
            .root
            .children
            .retain(|node| node.element().is_none_or(|rel| rel.attr("Id").as_deref() != Some(id)));
    }

    /// Puts the part back; one without relationships is taken away.
    pub(super) fn save(self, parts: &mut Parts<'_, '_, '_>) -> Result<(), PackageError> {
        if self.document.root.elements().next().is_none() {
            parts.remove(&self.part);
            return Ok(());
        }
        parts.put(&self.part, self.document.markup())
    }
}

/// The type of a relationship of the standard, as the file's conformance has it.
pub(super) fn kind_uri(strict: bool, kind: &str) -> String {
    format!("{}/{kind}", if strict { STRICT } else { TRANSITIONAL })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_go_both_ways() {
        assert_eq!(resolve("xl/worksheets/sheet1.xml", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(resolve("xl/workbook.xml", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("a.xml", "../../../b.xml"), "b.xml");
        assert_eq!(relative("xl/worksheets/sheet1.xml", "xl/comments1.xml"), "../comments1.xml");
        assert_eq!(relative("xl/workbook.xml", "xl/worksheets/sheet1.xml"), "worksheets/sheet1.xml");
        assert_eq!(relative("workbook.xml", "xl/sheet1.xml"), "xl/sheet1.xml");
        assert_eq!(rels_part("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(rels_part(""), "_rels/.rels");
    }
}
