//! The schemas as they are served: one Data Package with everything in it, which public Frictionless tools read as it stands.
//!
//! What those tools know only in another form is put beside ours: `constraints.enum` beside `categories`.
//!
//! `tests/frictionless/differential.py` compares our checks with Frictionless's by it.

use serde_json::{Map, Value as Json, json};

use super::{SchemaError, embedded, nearest, parse};
use dealerbook_base::lang::Lang;

/// The served schemas in one language.
#[derive(Clone, Debug)]
pub struct Served {
    package: Json,
}

impl Served {
    /// The embedded schemas, with titles, labels and sheet names in a language. The other language's stand among the aliases.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where a file is broken.
    pub fn embedded(lang: Lang) -> Result<Served, SchemaError> {
        let mut package: Json = parse("datapackage.json", embedded::PACKAGE)?;
        let resources = package["resources"].as_array_mut().map_or(&mut [] as &mut [Json], Vec::as_mut_slice);
        for resource in resources {
            let file = resource["schema"].as_str().unwrap_or_default().to_owned();
            let text = embedded::TABLES.iter().find(|(name, _)| *name == file).map(|(_, text)| *text);
            let missing = || SchemaError::Meaning(format!("{file} is not there"));
            resource["schema"] = parse(&file, text.ok_or_else(missing)?)?;
            with_enums(&mut resource["schema"]);
            if lang == Lang::En {
                in_english(resource);
            }
        }
        if lang == Lang::En {
            in_english(&mut package);
            in_english(&mut package["cover"]);
        }
        Ok(Served { package })
    }

    /// The whole Data Package.
    pub fn package(&self) -> &Json {
        &self.package
    }

    /// The Table Schema of a sheet; of the cover, its fields.
    pub fn table(&self, name: &str) -> Option<&Json> {
        match name {
            "cover" => self.package.get("cover"),
            name => self.resources().find(|resource| resource["name"] == name).map(|resource| &resource["schema"]),
        }
    }

    /// The names of all that [`Served::table`] knows.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.resources().filter_map(|resource| resource["name"].as_str()).chain(["cover"])
    }

    /// The name that is nearest to one that is not known.
    pub fn nearest<'s>(&'s self, name: &str, others: &[&'s str]) -> Option<&'s str> {
        nearest(name, self.names().chain(others.iter().copied()))
    }

    fn resources(&self) -> impl Iterator<Item = &Json> {
        self.package["resources"].as_array().into_iter().flatten()
    }
}

/// `constraints.enum` for each field with categories: every spelling that is taken.
fn with_enums(schema: &mut Json) {
    for field in schema["fields"].as_array_mut().into_iter().flatten() {
        let categories = field["categories"].as_array().cloned().unwrap_or_default();
        let mut spellings: Vec<Json> = Vec::new();
        for category in &categories {
            let aliases = category["aliases"].as_array().into_iter().flatten();
            for spelling in [&category["value"], &category["label"]].into_iter().chain(aliases) {
                if !spellings.contains(spelling) {
                    spellings.push(spelling.clone());
                }
            }
        }
        let Some(field) = field.as_object_mut().filter(|_| !spellings.is_empty()) else { continue };
        field.entry("constraints").or_insert_with(|| json!({}))["enum"] = Json::Array(spellings);
    }
}

/// Lets the English titles and descriptions stand first: of a package, a resource, a schema, a field or a category.
fn in_english(node: &mut Json) {
    let Some(object) = node.as_object_mut() else { return };
    if let Some(english) = object.get("titleEn").cloned() {
        let chinese = object.insert("title".to_owned(), english.clone());
        add_alias(object, chinese);
        if let Some(dialect) = object.get_mut("dialect") {
            dialect["sheetName"] = english.clone();
            dialect["excel"]["sheet"] = english.clone();
        }
        if let Some(schema) = object.get_mut("schema") {
            schema["title"] = english;
            schema["fields"].as_array_mut().into_iter().flatten().for_each(in_english);
        }
    }
    if let Some(english) = object.get("descriptionEn").cloned() {
        object.insert("description".to_owned(), english);
    }
    if let Some(fields) = object.get_mut("fields") {
        fields.as_array_mut().into_iter().flatten().for_each(in_english);
    }
    for category in object.get_mut("categories").and_then(Json::as_array_mut).into_iter().flatten() {
        let Some(category) = category.as_object_mut() else { continue };
        if let Some(value) = category.get("value").cloned() {
            let chinese = category.insert("label".to_owned(), value);
            add_alias(category, chinese);
        }
    }
}

fn add_alias(object: &mut Map<String, Json>, alias: Option<Json>) {
    let Some(alias) = alias.filter(|alias| object.get("title") != Some(alias) && object.get("label") != Some(alias))
    else {
        return;
    };
    if let Some(aliases) = object.entry("aliases").or_insert_with(|| json!([])).as_array_mut() {
        aliases.insert(0, alias);
    }
}
