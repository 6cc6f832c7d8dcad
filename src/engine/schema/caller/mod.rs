//! A caller's own Data Package: the same schemas, read from a descriptor that nobody has checked.
//!
//! Every fault is found at once and says where it stands (a JSON pointer). What Frictionless declares and a workbook can be checked
//! for is read; properties that are not known are left alone, as in Frictionless. Our own `aliases`, `titleEn`, `units` and `percent`
//! may stand there as well; `cover`, `programmes` and `rowChecks` are dealers' business and are not read.

mod bounds;
mod categories;
mod fault;
mod field;
mod keys;
mod node;
mod package;

pub use fault::{Fault, FaultKind};

use sha2::{Digest, Sha256};

use super::{Cover, Schemas};

/// Whose schemas they are, where they are not ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The package's name, where it has one.
    pub name: Option<String>,
    /// Its title, or else its name.
    pub title: Option<String>,
    /// The SHA-256 of the descriptor as it came, in hex.
    pub sha256: String,
}

impl Schemas {
    /// The schemas of a caller's own Data Package descriptor.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn parse(descriptor: &str) -> Result<Schemas, Vec<Fault>> {
        let text = descriptor.strip_prefix('\u{feff}').unwrap_or(descriptor);
        let json = serde_json::from_str(text).map_err(|error| vec![Fault::syntax(&error)])?;
        let mut faults = node::Faults::default();
        let (resources, name, title) = package::read(&node::Node::root(&json), &mut faults);
        let sha256 = hex::encode(Sha256::digest(descriptor.as_bytes()));
        let caller = Caller { title: title.or_else(|| name.clone()), name, sha256 };
        let title = caller.title.clone().unwrap_or_default();
        let schemas = Schemas {
            title_en: title.clone(),
            title,
            version: String::new(),
            cover: Cover::default(),
            resources,
            programmes: Vec::new(),
            caller: Some(caller),
        };
        if faults.is_empty() { Ok(schemas) } else { Err(faults.into_list()) }
    }
}

#[cfg(test)]
mod tests;
