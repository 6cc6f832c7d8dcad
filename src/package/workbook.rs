//! The workbook part: its sheets and defined names.

use std::collections::{BTreeSet, HashMap};

use super::error::PackageError;
use super::parts::Parts;
use super::reason::{self, Reason};
use super::recognise::FileKind;
use super::reference;
use super::rels::{Rel, Rels, STRICT, TRANSITIONAL};
use super::stamp::{self, OurBlock, OurSheet, Ours};
use super::xml::{self, Document, Element, Node};
use super::{content_types::ContentTypes, fills, titles};

/// The namespace of sheets and workbooks in strict files.
pub(super) const STRICT_MAIN: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";

/// The children of a workbook, in the order in which they have to stand.
const ORDER: [&str; 20] = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "webPublishItems",
    "extLst",
];

/// The kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Without macros.
    Xlsx,
    /// With macros.
    Xlsm,
}

/// Whether a sheet is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// It is.
    Visible,
    /// Hidden by the user.
    Hidden,
    /// Hidden so that the program doesn't offer to show it.
    VeryHidden,
}

/// What kind of sheet it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetKind {
    /// Cells.
    Worksheet,
    /// A chart alone.
    Chartsheet,
    /// A dialogue or macro sheet.
    Other,
}

/// A sheet of the workbook.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The part that holds it.
    pub part: String,
    /// Whether it is shown.
    pub visibility: Visibility,
    /// What it is.
    pub kind: SheetKind,
}

impl Visibility {
    /// What a sheet's element says; a state that the format doesn't know shows the sheet.
    fn of(element: &Element) -> Visibility {
        match element.attr("state").as_deref() {
            Some("hidden") => Visibility::Hidden,
            Some("veryHidden") => Visibility::VeryHidden,
            _ => Visibility::Visible,
        }
    }
}

impl Sheet {
    fn without_part(element: &Element) -> Sheet {
        let name = element.attr("name").unwrap_or_default();
        Sheet { name, part: String::new(), visibility: Visibility::of(element), kind: SheetKind::Other }
    }
}

/// The workbook part, to read and to change.
#[derive(Clone)]
pub(super) struct Workbook {
    /// The part's name.
    pub part: String,
    /// Whether it is a strict file.
    pub strict: bool,
    document: Document,
}

/// Finds the workbook part and tells what kind it is.
pub(super) fn locate(parts: &Parts<'_, '_, '_>) -> Result<(String, Kind), PackageError> {
    let types = ContentTypes::read(parts)?;
    let part = Rels::of(parts, "")?.of_kind("officeDocument").map(|rel| rel.target);
    let part = part.ok_or(PackageError::NotWorkbook(FileKind::Zip))?;
    let content_type = types.of(&part).unwrap_or_default().to_lowercase();
    let kind = match content_type.as_str() {
        t if t.contains("binary") => return Err(PackageError::NotWorkbook(FileKind::OtherWorkbook)),
        t if t.contains("macroenabled") => Kind::Xlsm,
        t if t.contains("spreadsheetml") => Kind::Xlsx,
        _ => return Err(PackageError::NotWorkbook(FileKind::Zip)),
    };
    Ok((part, kind))
}

impl Workbook {
    /// Reads the part.
    pub(super) fn read(parts: &Parts<'_, '_, '_>, part: &str) -> Result<Workbook, PackageError> {
        let text = parts.text(part)?.ok_or_else(|| PackageError::unreadable(part, reason::MISSING))?;
        let document = xml::parse(&text, part)?;
        if document.root.local() != "workbook" {
            return Err(PackageError::NotWorkbook(FileKind::Zip));
        }
        let strict = document.root.prefix_of(&[STRICT_MAIN]).is_some();
        Ok(Workbook { part: part.to_owned(), strict, document })
    }

    fn sheet_elements(&self) -> Vec<&Element> {
        self.document
            .root
            .child("sheets")
            .map(|sheets| sheets.elements().filter(|e| e.local() == "sheet").collect())
            .unwrap_or_default()
    }

    /// The sheets, in order.
    pub(super) fn sheets(&self, rels: &Rels) -> Result<Vec<Sheet>, PackageError> {
        let by_id: HashMap<String, Rel> = rels.all().into_iter().map(|rel| (rel.id.clone(), rel)).collect();
        let sheet = |element: &Element| {
            // Modules of old macro languages are listed without a part of their own.
            let Some(id) = element.attr_local("id").filter(|id| !id.trim().is_empty()) else {
                return Ok(Sheet::without_part(element));
            };
            let rel = by_id.get(id.trim()).cloned();
            let rel = rel.ok_or_else(|| {
                PackageError::unreadable(&self.part, Reason::new("有工作表没有对应的部件", "a sheet leads to no part"))
            })?;
            Ok(Sheet {
                name: element.attr("name").unwrap_or_default(),
                kind: match rel.kind() {
                    "worksheet" => SheetKind::Worksheet,
                    "chartsheet" => SheetKind::Chartsheet,
                    _ => SheetKind::Other,
                },
                part: rel.target,
                visibility: Visibility::of(element),
            })
        };
        self.sheet_elements().into_iter().map(sheet).collect()
    }

    /// Appends a sheet; gives its index.
    pub(super) fn add_sheet(&mut self, name: &str, rel: &str) -> usize {
        let elements = self.sheet_elements();
        let index = elements.len();
        let taken: BTreeSet<u32> = elements.iter().filter_map(|e| e.attr("sheetId")?.parse().ok()).collect();
        let behind = taken.last().map_or(1, |last| last.saturating_add(1));
        // Excel takes ids up to 65,534.
        let id = if behind <= 65_534 { behind } else { (1..).find(|id| !taken.contains(id)).unwrap_or(behind) };
        let bound = self.document.root.prefix_of(&[TRANSITIONAL, STRICT]).filter(|prefix| !prefix.is_empty());
        let mut sheet = Element::new(
            &format!("{}sheet", self.document.root.prefix()),
            &[("name", name), ("sheetId", &id.to_string())],
        );
        if bound.is_none() {
            sheet.set("xmlns:r", if self.strict { STRICT } else { TRANSITIONAL });
        }
        sheet.set(&format!("{}id", bound.as_deref().unwrap_or("r:")), rel);
        self.container("sheets").push(sheet);
        index
    }

    fn container(&mut self, name: &str) -> &mut Element {
        let rank = |element: &Element| ORDER.iter().position(|other| *other == element.local());
        if self.document.root.child(name).is_none() {
            let element = Element::new(&format!("{}{name}", self.document.root.prefix()), &[]);
            let place = ORDER.iter().position(|other| *other == name).unwrap_or(ORDER.len());
            xml::insert_ranked(&mut self.document.root.children, element, place, false, rank);
        }
        let root = &mut self.document.root;
        let index =
            root.children.iter().position(|node| node.element().is_some_and(|e| e.local() == name)).unwrap_or(0);
        match &mut root.children[index] {
            Node::Element(element) => element,
            Node::Raw(_) => unreachable!("the container was just found or put there"),
        }
    }

    /// The defined names: name, the sheet of its scope, value.
    pub(super) fn names(&self) -> Vec<(String, Option<usize>, String)> {
        let name =
            |e: &Element| Some((e.attr("name")?, e.attr("localSheetId").and_then(|id| id.parse().ok()), e.text()));
        self.document
            .root
            .child("definedNames")
            .map(|names| names.elements().filter_map(name).collect())
            .unwrap_or_default()
    }

    /// Defines a name.
    pub(super) fn define(&mut self, name: &str, scope: Option<usize>, hidden: bool, value: &str) {
        let mut element = Element::new(&format!("{}definedName", self.document.root.prefix()), &[("name", name)]);
        if let Some(index) = scope {
            element.set("localSheetId", &index.to_string());
        }
        if hidden {
            element.set("hidden", "1");
        }
        element.set_text(value);
        self.container("definedNames").push(element);
    }

    /// Takes away sheets by their indices, with their names; gives their sheet ids.
    pub(super) fn remove_sheets(&mut self, gone: &BTreeSet<usize>) -> Vec<String> {
        let moved = |index: usize| index - gone.range(..index).count();
        let mut ids = Vec::new();
        let mut index = 0;
        self.container("sheets").children.retain(|node| {
            let Some(element) = node.element().filter(|e| e.local() == "sheet") else {
                return true;
            };
            index += 1;
            let keep = !gone.contains(&(index - 1));
            if !keep {
                ids.extend(element.attr("sheetId"));
            }
            keep
        });
        self.rescope(gone, moved);
        self.document.root.visit_mut(&mut |element| {
            if element.local() == "workbookView" {
                shift_tab(element, "activeTab", gone, moved);
                shift_tab(element, "firstSheet", gone, moved);
            }
        });
        ids
    }

    fn rescope(&mut self, gone: &BTreeSet<usize>, moved: impl Fn(usize) -> usize) {
        let Some(names) = self.document.root.child_mut("definedNames") else {
            return;
        };
        let scope = |e: &Element| e.attr("localSheetId").and_then(|id| id.parse::<usize>().ok());
        names.children.retain(|node| node.element().and_then(scope).is_none_or(|index| !gone.contains(&index)));
        for element in names.elements_mut() {
            match scope(element) {
                Some(index) if moved(index) != index => element.set("localSheetId", &moved(index).to_string()),
                _ => {}
            }
        }
    }

    /// Takes away the hidden names that are our stamps, and the container if that leaves it empty.
    pub(super) fn remove_stamps(&mut self) {
        let Some(names) = self.document.root.child_mut("definedNames") else {
            return;
        };
        let ours = |e: &Element| e.attr("name").is_some_and(|name| name.to_lowercase().starts_with(stamp::PREFIX));
        names.children.retain(|node| node.element().is_none_or(|e| !ours(e)));
        if names.elements().next().is_none() {
            self.document.root.children.retain(|node| node.element().is_none_or(|e| e.local() != "definedNames"));
        }
    }

    /// What an earlier run left.
    pub(super) fn ours(&self, sheets: &[Sheet]) -> Ours {
        let mut ours = Ours::default();
        let mut fills = Vec::new();
        for (name, scope, value) in self.names() {
            if name.eq_ignore_ascii_case(stamp::FROM) {
                ours.from = Some(value.trim_matches('"').to_owned());
                continue;
            }
            let Some(sheet) = scope.and_then(|index| sheets.get(index)) else {
                continue;
            };
            let sheet = sheet.name.clone();
            match name.to_lowercase().as_str() {
                stamp::SHEET => ours.sheets.push(OurSheet { name: sheet, key: value.trim_matches('"').to_owned() }),
                stamp::BLOCK => {
                    let range = value.rsplit_once('!').and_then(|(_, range)| reference::parse_range(range));
                    ours.blocks.extend(range.map(|range| OurBlock { sheet, range }));
                }
                stamp::MARKS => ours.marked.push(sheet),
                name if name.starts_with(stamp::PREFIX) => fills.push((name.to_owned(), sheet, value)),
                _ => {}
            }
        }
        ours.fills = fills::recorded(&fills);
        ours
    }

    /// Whether serial dates count from 1904.
    pub(super) fn has_1904_epoch(&self) -> bool {
        let date1904 = self.document.root.child("workbookPr").and_then(|properties| properties.attr("date1904"));
        date1904.is_some_and(|text| matches!(text.trim(), "1" | "true" | "on"))
    }

    /// Has formulas calculated when the file is opened.
    pub(super) fn calculate_on_load(&mut self) {
        self.container("calcPr").set("fullCalcOnLoad", "1");
    }

    /// Stamps a block of new cells.
    pub(super) fn stamp_block(&mut self, index: usize, sheet: &str, range: super::Range) {
        let value = format!(
            "{}!{}:{}",
            titles::quoted(sheet),
            reference::absolute(range.first),
            reference::absolute(range.last)
        );
        self.define(stamp::BLOCK, Some(index), true, &value);
    }

    /// Puts the part back.
    pub(super) fn save(self, parts: &mut Parts<'_, '_, '_>) -> Result<(), PackageError> {
        parts.put(&self.part, self.document.markup())
    }
}

fn shift_tab(view: &mut Element, name: &str, gone: &BTreeSet<usize>, moved: impl Fn(usize) -> usize) {
    let Some(index) = view.attr(name).and_then(|text| text.parse::<usize>().ok()) else {
        return;
    };
    let shifted = if gone.contains(&index) { 0 } else { moved(index) };
    if shifted != index {
        view.set(name, &shifted.to_string());
    }
}
