//! Carries parts of the small workbook over: drawings, charts, pictures, tables, notes.

use std::collections::{BTreeMap, BTreeSet};

use super::content_types::{self, ContentTypes};
use super::error::PackageError;
use super::parts::Parts;
use super::reason;
use super::rels;
use super::styles::Mapping;
use super::titles;
use super::transplant::{GRAFT, translate_dxfs};
use super::workbook;
use super::xml::{self, Element};

/// What differs between transitional and strict files.
const STRICT: [(&str, &str); 7] = [
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", workbook::STRICT_MAIN),
    (rels::TRANSITIONAL, rels::STRICT),
    ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"),
    ("http://schemas.openxmlformats.org/drawingml/2006/chart", "http://purl.oclc.org/ooxml/drawingml/chart"),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
        "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
    ),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing",
        "http://purl.oclc.org/ooxml/drawingml/chartDrawing",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/sharedTypes",
        "http://purl.oclc.org/ooxml/officeDocument/sharedTypes",
    ),
];

/// Text of the small workbook in the user's conformance.
pub(super) fn conform(text: &str, strict: bool) -> String {
    if !strict {
        return text.to_owned();
    }
    STRICT.iter().fold(text.to_owned(), |text, (transitional, strict)| text.replace(transitional, strict))
}

/// Carries over what sheets lead to: drawings, charts, pictures, tables, notes.
pub(super) struct Carrier<'b, 's, 'a> {
    pub(super) book: &'b Parts<'s, 'a, 'static>,
    pub(super) types: ContentTypes,
    /// Parts of the small workbook that are over already, and their new names.
    pub(super) carried: BTreeMap<String, String>,
    pub(super) renamed: &'b [(String, String)],
    pub(super) mapping: &'b Mapping,
    pub(super) strict: bool,
    /// Numbers and names of tables that are taken.
    pub(super) tables: Option<(u32, BTreeSet<String>)>,
    /// The workbook's defined names in small letters: no table may be called so.
    pub(super) names: BTreeSet<String>,
}

impl Carrier<'_, '_, '_> {
    /// Carries the relationships of a part, and what they lead to.
    pub(super) fn carry_rels(
        &mut self,
        parts: &mut Parts<'_, '_, '_>,
        types: &mut ContentTypes,
        old: &str,
        new: &str,
    ) -> Result<(), PackageError> {
        let part = rels::rels_part(old);
        let Some(text) = self.book.text(&part)? else {
            return Ok(());
        };
        let mut document = xml::parse(&text, &part)?;
        for rel in document.root.elements_mut() {
            if let Some(kind) = rel.attr("Type") {
                rel.set("Type", &conform(&kind, self.strict));
            }
            let external = rel.attr("TargetMode").is_some_and(|mode| mode == "External");
            let Some(target) = rel.attr("Target").filter(|_| !external) else {
                continue;
            };
            let carried = self.carry(parts, types, &rels::resolve(old, &target))?;
            rel.set("Target", &rels::relative(new, &carried));
        }
        types.set_default("rels", content_types::RELS);
        parts.put(&rels::rels_part(new), document.markup())
    }

    fn carry(
        &mut self,
        parts: &mut Parts<'_, '_, '_>,
        types: &mut ContentTypes,
        old: &str,
    ) -> Result<String, PackageError> {
        if let Some(new) = self.carried.get(old) {
            return Ok(new.clone());
        }
        let index = self.book.source().find(old).ok_or_else(|| PackageError::unreadable(old, reason::MISSING))?;
        let (stem, extension) = old.rsplit_once('.').unwrap_or((old, "bin"));
        let new = parts.free(stem.trim_end_matches(|c: char| c.is_ascii_digit()), extension);
        self.carried.insert(old.to_owned(), new.clone());
        let content_type = self.types.of(old).unwrap_or_default();
        if extension == "xml" {
            let text = self.translate(parts, types, &self.book.source().text(index)?, &content_type)?;
            parts.add(&new, text.into_bytes());
            types.set(&new, &content_type);
        } else {
            parts.add(&new, self.book.source().bytes(index)?);
            types.set_by_extension(&new, &content_type);
        }
        self.carry_rels(parts, types, old, &new)?;
        Ok(new)
    }

    fn translate(
        &mut self,
        parts: &Parts<'_, '_, '_>,
        types: &ContentTypes,
        text: &str,
        content_type: &str,
    ) -> Result<String, PackageError> {
        let mut document = xml::parse(&conform(text, self.strict), GRAFT)?;
        if content_type.ends_with("drawingml.chart+xml") {
            document.root.visit_mut(&mut spell_out);
        }
        if content_type.ends_with("table+xml") {
            self.renumber_table(parts, types, &mut document.root)?;
            document.root.visit_mut(&mut |element| translate_dxfs(element, self.mapping));
        }
        if !self.renamed.is_empty() {
            let renamed = self.renamed;
            document.root.visit_mut(&mut |element| {
                if element.local() == "f" {
                    let text = element.text();
                    element.set_text(&titles::rename(&text, renamed));
                }
            });
        }
        Ok(document.markup())
    }

    /// Tables have numbers and names that are unique in the workbook.
    fn renumber_table(
        &mut self,
        parts: &Parts<'_, '_, '_>,
        types: &ContentTypes,
        table: &mut Element,
    ) -> Result<(), PackageError> {
        if self.tables.is_none() {
            let (number, mut names) = taken_tables(parts, types)?;
            names.append(&mut self.names.clone());
            self.tables = Some((number, names));
        }
        let Some((number, names)) = &mut self.tables else {
            return Ok(());
        };
        *number = number.saturating_add(1);
        table.set("id", &number.to_string());
        let name = table.attr("displayName").unwrap_or_else(|| "Table".to_owned());
        let candidates = std::iter::once(name.clone()).chain((2_u32..).map(|n| format!("{name}_{n}")));
        let free = candidates.into_iter().find(|candidate| !names.contains(&candidate.to_lowercase())).unwrap_or(name);
        names.insert(free.to_lowercase());
        table.set("name", &free);
        table.set("displayName", &free);
        Ok(())
    }
}

/// The switches of data labels, in the order in which they have to stand.
const SWITCHES: [&str; 6] = ["showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"];

/// Switches off what a chart's labels leave out. Which way a switch that isn't there stands depends on the program, and on which one
/// made the workbook that the chart comes into.
fn spell_out(element: &mut Element) {
    if !matches!(element.local(), "dLbls" | "dLbl") || element.child("delete").is_some() {
        return;
    }
    let rank = |element: &Element| SWITCHES.iter().position(|switch| *switch == element.local());
    for (place, switch) in SWITCHES.iter().enumerate().filter(|(_, switch)| **switch != "showVal") {
        if element.child(switch).is_none() {
            let off = Element::new(&format!("{}{switch}", element.prefix()), &[("val", "0")]);
            xml::insert_ranked(&mut element.children, off, place, true, rank);
        }
    }
}

fn taken_tables(parts: &Parts<'_, '_, '_>, types: &ContentTypes) -> Result<(u32, BTreeSet<String>), PackageError> {
    let mut number = 0;
    let mut names = BTreeSet::new();
    for part in parts.source().names().iter().filter(|part| part.to_lowercase().contains("table")) {
        if parts.entry(part).is_none() || !types.of(part).is_some_and(|t| t.ends_with("spreadsheetml.table+xml")) {
            continue;
        }
        let Some(text) = parts.text(part)? else {
            continue;
        };
        let root = xml::parse(&text, part)?.root;
        number = number.max(root.attr("id").and_then(|id| id.parse().ok()).unwrap_or(0));
        names.extend(root.attr("displayName").map(|name| name.to_lowercase()));
    }
    Ok((number, names))
}
