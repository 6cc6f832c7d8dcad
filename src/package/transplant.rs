//! Transplants the worksheets of a small workbook, with all that belongs to them, into the user's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::body::{self, BodyPlan, Prototype};
use super::carry::{Carrier, conform};
use super::content_types::{self, ContentTypes};
use super::edit::{Body, Graft};
use super::error::PackageError;
use super::graft_rows::{self, Prototypes, Translation};
use super::limits::Limits;
use super::parts::Parts;
use super::reason::{self, Reason};
use super::rels::{self, Rels};
use super::sheet_parts;
use super::sheet_patch::{self, Edge};
use super::source::Source;
use super::stamp;
use super::styles::{Mapping, Styles};
use super::titles;
use super::workbook::{self, Workbook};
use super::xml::{self, Builder, Element, Node};

/// What stands for the small workbook in errors.
pub(super) const GRAFT: &str = "the workbook to graft";
/// A worksheet that waits to be written.
pub(super) struct Grafted<'e> {
    /// All up to the body, or to the end of the rows.
    before: String,
    body: Option<BodyPlan<'e>>,
    /// What stands behind the rows.
    tail: Vec<Node>,
    root: String,
}

/// The workbook's parts that change when sheets come in.
pub(super) struct Into<'w> {
    pub workbook: &'w mut Workbook,
    pub rels: &'w mut Rels,
    pub types: &'w mut ContentTypes,
    pub styles: &'w mut Styles,
}

/// Writes a grafted sheet; gives how many links were too many.
pub(super) fn write<W: Write>(sheet: Grafted<'_>, out: &mut W) -> Result<u64, PackageError> {
    out.write_all(sheet.before.as_bytes())?;
    let mut tail = sheet.tail;
    let mut left_out = 0;
    if let Some(plan) = sheet.body {
        let standing = tail
            .iter()
            .filter_map(Node::element)
            .filter(|e| e.local() == "hyperlinks")
            .map(|e| e.elements().count())
            .sum();
        let links = body::write(plan, standing, out)?;
        left_out = links.left_out;
        add_links(&mut tail, links.markup);
    }
    let mut text = "</sheetData>".to_owned();
    xml::write_nodes(&tail, &mut text);
    text.push_str(&format!("</{}>", sheet.root));
    out.write_all(text.as_bytes())?;
    Ok(left_out)
}

fn add_links(tail: &mut Vec<Node>, markup: String) {
    if markup.is_empty() {
        return;
    }
    let standing = tail.iter_mut().find_map(|node| match node {
        Node::Element(element) if element.local() == "hyperlinks" => Some(element),
        _ => None,
    });
    if let Some(element) = standing {
        element.children.push(Node::Raw(markup));
        return;
    }
    let mut element = Element::new("hyperlinks", &[]);
    element.children.push(Node::Raw(markup));
    xml::insert_ranked(tail, element, sheet_parts::rank("hyperlinks"), false, sheet_parts::rank_of);
}

/// Transplants all sheets of the small workbook under the given titles; gives what could not be carried over.
///
/// # Errors
/// Where the small workbook can't be read, or doesn't have as many sheets as are described.
pub(super) fn graft<'e>(
    parts: &mut Parts<'_, '_, 'e>,
    into: &mut Into<'_>,
    graft: Graft<'e>,
    names: &[String],
) -> Result<Vec<String>, PackageError> {
    let source = Source::open(&graft.book, &Limits::default())?;
    let book = Parts::new(&source);
    let (part, _) = workbook::locate(&book)?;
    let other = Workbook::read(&book, &part)?;
    let other_rels = Rels::of(&book, &part)?;
    let sheets = other.sheets(&other_rels)?;
    if sheets.len() != graft.sheets.len() || names.len() != sheets.len() {
        return Err(PackageError::unpatchable(
            GRAFT,
            Reason::same(format!("it has {} sheets, not {}", sheets.len(), graft.sheets.len())),
        ));
    }
    let mapping = match other_rels.of_kind("styles").and_then(|rel| book.text(&rel.target).transpose()) {
        Some(text) => into.styles.adopt(&text?, GRAFT)?,
        None => Mapping::default(),
    };
    let strings = match other_rels.of_kind("sharedStrings").and_then(|rel| book.text(&rel.target).transpose()) {
        Some(text) => read_strings(&text?)?,
        None => Vec::new(),
    };
    let renamed: Vec<(String, String)> = sheets
        .iter()
        .zip(names)
        .filter(|(sheet, name)| sheet.name != **name)
        .map(|(sheet, name)| (sheet.name.clone(), name.clone()))
        .collect();
    let folder = rels::folder(&into.workbook.part).to_owned();
    let strict = into.workbook.strict;
    let mut carrier = Carrier {
        book: &book,
        types: ContentTypes::read(&book)?,
        carried: BTreeMap::new(),
        renamed: &renamed,
        mapping: &mapping,
        strict,
        tables: None,
        names: into.workbook.names().into_iter().map(|(name, ..)| name.to_lowercase()).collect(),
    };
    let epoch_1904 = into.workbook.has_1904_epoch();
    let translation = Translation { mapping: &mapping, strings: &strings, renamed: &renamed };
    let mut indices = Vec::new();
    for ((sheet, name), described) in sheets.iter().zip(names).zip(graft.sheets) {
        let new_part = parts.free(&format!("{folder}worksheets/sheet"), "xml");
        let text = book.text(&sheet.part)?.ok_or_else(|| PackageError::unreadable(&sheet.part, reason::MISSING))?;
        let grafted = sheet_of(&conform(&text, strict), translation, described.body, epoch_1904)?;
        parts.add_sheet(&new_part, grafted);
        into.types.set(&new_part, content_types::WORKSHEET);
        carrier.carry_rels(parts, into.types, &sheet.part, &new_part)?;
        let rel = into.rels.add(&rels::kind_uri(strict, "worksheet"), &new_part);
        let index = into.workbook.add_sheet(name, &rel);
        into.workbook.define(stamp::SHEET, Some(index), true, &format!("\"{}\"", described.key));
        indices.push(index);
    }
    Ok(carry_names(into.workbook, &other, &indices, &renamed))
}

fn carry_names(
    workbook: &mut Workbook,
    other: &Workbook,
    indices: &[usize],
    renamed: &[(String, String)],
) -> Vec<String> {
    let taken: BTreeSet<String> = workbook
        .names()
        .into_iter()
        .filter(|(_, scope, _)| scope.is_none())
        .map(|(name, ..)| name.to_lowercase())
        .collect();
    let mut lost = Vec::new();
    for (name, scope, value) in other.names() {
        let value = titles::rename(&value, renamed);
        match scope.map(|index| indices.get(index)) {
            Some(Some(&index)) => workbook.define(&name, Some(index), name == "_xlnm._FilterDatabase", &value),
            None if !taken.contains(&name.to_lowercase()) => workbook.define(&name, None, false, &value),
            _ => lost.push(format!("the name {name}")),
        }
    }
    lost
}

/// The strings of the small workbook, as what stands within `<is>`.
fn read_strings(text: &str) -> Result<Vec<String>, PackageError> {
    let document = xml::parse(text, GRAFT)?;
    let markup = |item: &Element| {
        let mut out = String::new();
        xml::write_nodes(&item.children, &mut out);
        out
    };
    Ok(document.root.elements().map(markup).collect())
}

/// Makes a sheet ready to be written.
fn sheet_of<'e>(
    text: &str,
    translation: Translation<'_>,
    body: Option<Body<'e>>,
    epoch_1904: bool,
) -> Result<Grafted<'e>, PackageError> {
    let mut stream = text.as_bytes();
    let mut reader = xml::reader(&mut stream);
    let mut before = String::new();
    let root = sheet_patch::enter(&mut reader, GRAFT, |event| {
        xml::push_event(event, &mut before);
        Ok(())
    })?;
    if !root.prefix().is_empty() {
        return Err(PackageError::ours(GRAFT, "its sheets have a prefix"));
    }
    let mut head = Builder::default();
    let edge = sheet_patch::read_children(&mut reader, &mut head, GRAFT)?;
    // Where a body comes in, its rows are not known yet, and the element is optional.
    head.nodes.retain(|node| body.is_none() || node.element().is_none_or(|e| e.local() != "dimension"));
    translate_all(&mut head.nodes, translation);
    xml::write_nodes(&head.nodes, &mut before);
    before.push_str("<sheetData>");
    let prototypes = body.as_ref().map(|body| Prototypes {
        rows: body.row..body.row.saturating_add(body.prototypes),
        own_height: body.heights.is_empty(),
    });
    let found = match edge {
        Edge::End => return Err(PackageError::ours(GRAFT, "a sheet has no rows")),
        Edge::NoRows(_) => Vec::new(),
        Edge::Rows(_) => graft_rows::translate(&mut reader, translation, prototypes.as_ref(), &mut before)?,
    };
    let mut tail = Builder::default();
    sheet_patch::read_children(&mut reader, &mut tail, GRAFT)?;
    translate_all(&mut tail.nodes, translation);
    let body = body.map(|body| plan(body, found, epoch_1904));
    Ok(Grafted { before, body, tail: tail.nodes, root: root.name().to_owned() })
}

fn plan<'e>(body: Body<'e>, found: Vec<(u32, Prototype)>, epoch_1904: bool) -> BodyPlan<'e> {
    let mut found: BTreeMap<u32, Prototype> = found.into_iter().collect();
    let empty = || Prototype::of(&Element::new("row", &[]), false);
    let prototypes = (0..body.prototypes).map(|number| found.remove(&number).unwrap_or_else(empty)).collect();
    let heights = body.heights.iter().map(|points| format!(" ht=\"{points}\" customHeight=\"1\"")).collect();
    BodyPlan { first: body.row, prototypes, heights, epoch_1904, write: body.write }
}

fn translate_all(nodes: &mut [Node], translation: Translation<'_>) {
    let elements = nodes.iter_mut().filter_map(|node| if let Node::Element(e) = node { Some(e) } else { None });
    elements.for_each(|element| element.visit_mut(&mut |element| translate(element, translation)));
}

/// Translates an element around the rows: style numbers, names of sheets.
fn translate(element: &mut Element, Translation { mapping, renamed, .. }: Translation<'_>) {
    match element.local() {
        "col" => translate_style(element, "style", mapping),
        "cfRule" | "colorFilter" | "sortCondition" => translate_dxfs(element, mapping),
        "sheetView" => element.unset("tabSelected"),
        "hyperlink" if !renamed.is_empty() => {
            if let Some(location) = element.attr("location") {
                element.set("location", &titles::rename(&location, renamed));
            }
        }
        "f" | "formula" | "formula1" | "formula2" if !renamed.is_empty() => {
            let text = element.text();
            element.set_text(&titles::rename(&text, renamed));
        }
        _ => {}
    }
}

fn translate_style(element: &mut Element, attribute: &str, mapping: &Mapping) {
    if let Some(style) = element.attr(attribute) {
        element.set(attribute, &mapping.cell(&style).to_string());
    }
}

/// Translates all references to differential formats.
pub(super) fn translate_dxfs(element: &mut Element, mapping: &Mapping) {
    let attrs = element.attrs();
    let found = attrs.iter().filter(|(name, _)| *name == "dxfId" || name.ends_with("DxfId"));
    let new: Vec<(String, u32)> =
        found.filter_map(|(name, index)| Some(((*name).to_owned(), mapping.differential(index)?))).collect();
    for (name, index) in new {
        element.set(&name, &index.to_string());
    }
}
