//! The stamp of a template: its name and the version of the schemas that it was made of, kept in a property of the document.

use sha2::{Digest, Sha256};

use super::catalogue::{self, Template};
use dealerbook_engine::schema::Schemas;

/// The property's name. Spreadsheet programs keep such properties and show them under the file's information.
pub const PROPERTY: &str = "Dealerbook template";

/// So much of a hash distinguishes one version from another.
const HASH_CHARS: usize = 8;

/// The template that a workbook was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The template's name.
    pub name: String,
    /// The version of its schemas.
    pub version: String,
    /// The version that such a template has now; `None` where there is none of its name any more.
    pub current: Option<String>,
}

impl Origin {
    /// Reads a stamp.
    pub fn read(text: &str, schemas: &Schemas) -> Origin {
        let (name, version) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let current = catalogue::find(schemas, name).ok().map(|template| version_of(&template, schemas));
        Origin { name: name.to_owned(), version: version.trim().to_owned(), current }
    }

    /// Whether a template that is fetched now would be another one.
    pub fn is_outdated(&self) -> bool {
        self.current.as_ref() != Some(&self.version)
    }
}

/// The stamp: `dealers 1.0.0-3f2a91c0`
pub(super) fn text(template: &Template, schemas: &Schemas) -> String {
    format!("{} {}", template.name, version_of(template, schemas))
}

/// The package's version, and a hash of the schemas of the template's sheets, which nobody forgets to count up.
fn version_of(template: &Template, schemas: &Schemas) -> String {
    let mut hash = Sha256::new();
    template.sheets.iter().for_each(|index| hash.update(Sha256::digest(schemas.resources[*index].text)));
    format!("{}-{}", schemas.version, &hex::encode(hash.finalize())[..HASH_CHARS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_current_until_a_sheet_of_the_template_changes() {
        let mut schemas = Schemas::embedded().unwrap();
        let text = text(&catalogue::find(&schemas, "dealers").unwrap(), &schemas);
        assert!(!Origin::read(&text, &schemas).is_outdated());
        schemas.resources[1].text = "";
        assert!(!Origin::read(&text, &schemas).is_outdated());
        schemas.resources[0].text = "";
        assert!(Origin::read(&text, &schemas).is_outdated());
        assert!(Origin::read("nothing 1", &schemas).is_outdated());
        assert!(Origin::read("", &schemas).is_outdated());
    }
}
