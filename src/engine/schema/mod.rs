//! What a workbook should look like: a Data Package of Table Schemas, read from `schemas/`.
//!
//! Standard Frictionless properties where they exist, own ones (`aliases`, `titleEn`, `units`, `groups`, `rowChecks`, `severity`) beside
//! them. Nothing here reads a cell.

mod caller;
mod embedded;
mod example;
mod field;
mod label;
mod resource;
mod served;

pub use caller::{Caller, Fault, FaultKind};
pub use example::{marked, unmarked};
pub use field::{Bound, Category, Constraints, Field, FieldType, Format, More, Pattern, Scalar};
pub use label::{narrow, nearest, nearest_within, normalise};
pub use resource::{ForeignKey, Programme, Resource, RowCheck, RowCheckKind, Severity, Wide};
pub use served::Served;

use std::collections::BTreeMap;

use serde::Deserialize;

/// A whole workbook: its cover, its sheets, and which programmes need which of them.
#[derive(Clone, Debug)]
pub struct Schemas {
    /// What a whole workbook is called in Chinese,
    pub title: String,
    /// and in English.
    pub title_en: String,
    /// The version of the package, as it declares it.
    pub version: String,
    /// The key-value sheet of the period and the as-of date.
    pub cover: Cover,
    /// The tables, in the order in which they are checked: dealers first.
    pub resources: Vec<Resource>,
    /// The programmes and the sheets that they need.
    pub programmes: Vec<Programme>,
    /// Whose they are, where they are a caller's own: no cover, no programme and no check of ours belongs to them.
    pub caller: Option<Caller>,
}

/// The cover: labels in the first column, values in the second. A caller's own schemas have none: no field.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Cover {
    /// `cover`
    pub name: String,
    /// Its Chinese title.
    pub title: String,
    /// An English title for people.
    #[serde(rename = "titleEn")]
    pub title_en: String,
    /// Other names by which it is known.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it may say.
    pub fields: Vec<Field>,
}

/// Why the schemas can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// A file is not JSON or lacks a property.
    #[error("schemas/{file}: {source}")]
    Syntax {
        /// The file below `schemas/`.
        file: String,
        /// What the reader says.
        source: serde_json::Error,
    },
    /// A name is used that is not declared.
    #[error("schemas: {0}")]
    Meaning(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    title: String,
    title_en: String,
    version: String,
    cover: Cover,
    programmes: Vec<Programme>,
    resources: Vec<resource::Entry>,
}

impl Schemas {
    /// The schemas that are built into the program.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where a file is broken or names something that is not there.
    pub fn embedded() -> Result<Self, SchemaError> {
        let tables: BTreeMap<&str, &'static str> = embedded::TABLES.iter().copied().collect();
        let mut descriptor: Descriptor = parse("datapackage.json", embedded::PACKAGE)?;
        descriptor.cover.fields.iter_mut().for_each(Field::prepare);
        let mut resources = Vec::new();
        for entry in std::mem::take(&mut descriptor.resources) {
            let text = tables
                .get(entry.schema.as_str())
                .ok_or_else(|| SchemaError::Meaning(format!("{} is not there", entry.schema)))?;
            let table: resource::TableSchema = parse(&entry.schema, text)?;
            resources.push(Resource::new(entry, table, text)?);
        }
        let Descriptor { title, title_en, version, cover, programmes, .. } = descriptor;
        let schemas = Self { title, title_en, version, cover, resources, programmes, caller: None };
        schemas.check()?;
        Ok(schemas)
    }

    /// The index of a resource by its name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.resources.iter().position(|r| r.name == name)
    }

    /// Which resource a sheet of this name is.
    pub fn recognise(&self, sheet: &str) -> Option<Recognised> {
        let name = normalise(sheet);
        let is = |title: &str, own: &str, aliases: &[String]| {
            [title, own].into_iter().chain(aliases.iter().map(String::as_str)).any(|known| normalise(known) == name)
        };
        if !self.cover.fields.is_empty() && is(&self.cover.title, &self.cover.name, &self.cover.aliases) {
            return Some(Recognised::Cover);
        }
        let named = |r: &Resource| r.sheet_names.iter().any(|known| normalise(known) == name);
        let known = |r: &Resource| is(&r.title, &r.name, &r.aliases) || normalise(&r.title_en) == name;
        let found = self.resources.iter().position(named).or_else(|| self.resources.iter().position(known));
        found.map(Recognised::Table)
    }

    /// Which resource the sheet at this place of the workbook is, counted from 1, where a caller's own schema goes by places.
    pub fn recognise_at(&self, number: usize) -> Option<Recognised> {
        self.resources.iter().position(|r| r.sheet_number == Some(number)).map(Recognised::Table)
    }

    /// The title of the known sheet whose name is nearest to this one, where one is near.
    pub fn nearest_sheet(&self, sheet: &str) -> Option<&str> {
        let titles =
            self.resources.iter().flat_map(|r| [r.title.as_str(), r.name.as_str()]).chain([self.cover.title.as_str()]);
        nearest(sheet, titles.filter(|title| !title.is_empty()))
    }

    fn check(&self) -> Result<(), SchemaError> {
        for resource in &self.resources {
            for key in &resource.foreign_keys {
                let target = self.index(&key.resource).map(|index| &self.resources[index]);
                let known = target.is_some_and(|other| key.targets.iter().all(|name| other.field(name).is_some()));
                if !known {
                    return Err(SchemaError::Meaning(format!(
                        "{}: foreign key to {}.{}",
                        resource.name,
                        key.resource,
                        key.targets.join(", ")
                    )));
                }
            }
        }
        for programme in &self.programmes {
            let mut names = programme.needs.iter().chain(&programme.any_of).chain(&programme.uses);
            if let Some(name) = names.find(|name| self.index(name).is_none()) {
                return Err(SchemaError::Meaning(format!("programme {}: no resource {name}", programme.name)));
            }
        }
        Ok(())
    }
}

/// What a sheet is known as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The cover.
    Cover,
    /// The resource of this index.
    Table(usize),
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SchemaError> {
    serde_json::from_str(text).map_err(|source| SchemaError::Syntax { file: file.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_schemas_are_sound() {
        let schemas = Schemas::embedded().unwrap();
        assert_eq!(schemas.resources.len(), embedded::TABLES.len(), "each table is a resource");
        assert_eq!(schemas.resources[0].name, "dealers");
    }

    #[test]
    fn a_sheet_is_known_by_title_name_and_alias_whatever_case_width_and_space() {
        let schemas = Schemas::embedded().unwrap();
        let dealers = Some(Recognised::Table(0));
        for name in ["经销商档案", " 经销商档案 ", "Dealers", "ＤＥＡＬＥＲＳ", "经销商资料"] {
            assert_eq!(schemas.recognise(name), dealers, "{name}");
        }
        assert_eq!(schemas.recognise("封面"), Some(Recognised::Cover));
        assert_eq!(schemas.recognise("随便什么"), None);
        assert_eq!(schemas.nearest_sheet("违规纪录"), Some("违规记录"));
    }
}
