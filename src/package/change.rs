//! Sets values of the user's own cells. Formats stay, and so does everything else of the package, our additions included.
//!
//! Formulas elsewhere that read a changed cell keep the value they had until a spreadsheet program calculates them: it is told to do
//! so when it opens the file.
//!
//! What would tear something is refused with all faults at once: shared and array formulas, cells under a merge, headings of Excel's
//! tables, our own additions. A calculation chain that names a formula which goes is dropped whole, since its entries lean on the ones
//! before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Cursor;

use super::change_survey::{self, Obstacles};
use super::content_types::ContentTypes;
use super::edit::{At, NewValue};
use super::error::PackageError;
use super::limits::Limits;
use super::parts::Parts;
use super::reason;
use super::reference::{self, Range};
use super::rels::Rels;
use super::sheet_parts::Legacy;
use super::sheet_patch::{PatchCell, SheetPatch};
use super::sheet_survey::{self, Search};
use super::workbook::{Sheet, SheetKind, Workbook};
use super::xml;
use super::{Package, strip};

/// One cell that gets another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    /// The sheet's name; case doesn't matter where no sheet is called exactly so.
    pub sheet: String,
    /// Where, as `H4` or `$H$4`.
    pub cell: String,
    /// What is to stand there.
    pub value: CellValue,
}

/// What is to stand in a cell; never a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellValue {
    /// Nothing; the format stays.
    Blank,
    /// A number, as decimal text.
    Number(String),
    /// Text, which stays text whatever it looks like.
    Text(String),
}

impl CellChange {
    /// The cell's place; none where the address is no address.
    pub fn at(&self) -> Option<At> {
        reference::parse_cell(self.cell.trim())
    }
}

/// Why a cell can't be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The workbook has no such sheet.
    NoSuchSheet,
    /// The sheet has no cells (a chart), or was added by an earlier run.
    NotAUsersSheet,
    /// The address is none.
    NotAnAddress,
    /// The cell lies in the result columns that an earlier run added.
    Added,
    /// An earlier change of the list names the same cell.
    Twice,
    /// The value isn't a number that a workbook can hold.
    NotANumber,
    /// The text is longer than a cell holds.
    TooLong,
    /// Its formula makes the values of other cells, or another's makes its value; the range of these cells.
    Formula(String),
    /// A merged range covers it, so that its value wouldn't be seen; the range.
    Merged(String),
    /// It is a heading of a table of Excel's, by which the table knows its columns.
    TableHeading,
}

/// A change that can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeFault {
    /// Its place in the list, from 0.
    pub index: usize,
    /// The sheet, as it was given.
    pub sheet: String,
    /// The cell, as it was given.
    pub cell: String,
    /// Why not.
    pub why: WhyNot,
}

impl fmt::Display for ChangeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}: ", self.sheet, self.cell)?;
        match &self.why {
            WhyNot::NoSuchSheet => f.write_str("there is no such sheet"),
            WhyNot::NotAUsersSheet => f.write_str("the sheet has no cells of the user's"),
            WhyNot::NotAnAddress => f.write_str("this is no cell's address"),
            WhyNot::Added => f.write_str("the cell was added by an earlier run"),
            WhyNot::Twice => f.write_str("the cell is changed twice"),
            WhyNot::NotANumber => f.write_str("the value is not a number"),
            WhyNot::TooLong => f.write_str("the text is too long for a cell"),
            WhyNot::Formula(range) => write!(f, "the formula of {range} can't be changed in one of its cells"),
            WhyNot::Merged(range) => write!(f, "the merged cells {range} cover it; change the first of them"),
            WhyNot::TableHeading => f.write_str("it is the heading of a table's column"),
        }
    }
}

/// Sets the values of cells.
///
/// A cell keeps its format; one that isn't there is made, with the format of its row or column. A formula in a changed cell goes.
///
/// # Errors
/// [`PackageError::Changes`] with every change that can't be made; else as [`Package::open`] and [`Package::write`].
pub fn change_cells(bytes: &[u8], limits: &Limits, changes: &[CellChange]) -> Result<Vec<u8>, PackageError> {
    let package = Package::open(bytes, limits)?;
    let mut parts = Parts::new(&package.source);
    let mut faults = Vec::new();
    let located = locate(&package, changes, &mut faults);
    let mut formula_goes = false;
    for (&index, cells) in &located {
        let sheet = &package.sheets[index];
        let obstacles = obstacles(&parts, sheet, cells.keys().copied().collect())?;
        for (at, &change) in cells {
            if let Some(why) = obstacles.of(*at) {
                faults.push(fault(changes, change, why));
            }
        }
        if faults.is_empty() {
            formula_goes |= !obstacles.formulas.is_empty();
            patch(&mut parts, sheet, cells, changes)?;
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.index);
        return Err(PackageError::Changes(faults));
    }
    save_workbook(&package, &mut parts, formula_goes, !located.is_empty())?;
    let mut out = Cursor::new(Vec::new());
    parts.write(&mut out)?;
    Ok(out.into_inner())
}

/// Of each sheet by its number: its cells that change, with the number of the change.
type Located = BTreeMap<usize, BTreeMap<At, usize>>;

fn fault(changes: &[CellChange], index: usize, why: WhyNot) -> ChangeFault {
    let CellChange { sheet, cell, .. } = &changes[index];
    ChangeFault { index, sheet: sheet.clone(), cell: cell.clone(), why }
}

fn locate(package: &Package<'_>, changes: &[CellChange], faults: &mut Vec<ChangeFault>) -> Located {
    let mut located = Located::new();
    for (index, change) in changes.iter().enumerate() {
        faults.extend(value_fault(&change.value).map(|why| fault(changes, index, why)));
        match place(package, change) {
            Err(why) => faults.push(fault(changes, index, why)),
            Ok((sheet, at)) => match located.entry(sheet).or_default().entry(at) {
                std::collections::btree_map::Entry::Vacant(free) => drop(free.insert(index)),
                std::collections::btree_map::Entry::Occupied(_) => {
                    faults.push(fault(changes, index, WhyNot::Twice));
                }
            },
        }
    }
    located
}

fn value_fault(value: &CellValue) -> Option<WhyNot> {
    match value {
        CellValue::Number(number) if !is_finite(number.trim()) => Some(WhyNot::NotANumber),
        CellValue::Text(text) if text.encode_utf16().count() > super::text::TEXT_UNITS_MAX => Some(WhyNot::TooLong),
        _ => None,
    }
}

fn is_finite(number: &str) -> bool {
    xml::is_number(number) && number.parse::<f64>().is_ok_and(f64::is_finite)
}

fn place(package: &Package<'_>, change: &CellChange) -> Result<(usize, At), WhyNot> {
    let named = |same: &dyn Fn(&str) -> bool| package.sheets.iter().position(|sheet| same(&sheet.name));
    let lower = change.sheet.to_lowercase();
    let sheet = named(&|name| name == change.sheet).or_else(|| named(&|name| name.to_lowercase() == lower));
    let index = sheet.ok_or(WhyNot::NoSuchSheet)?;
    let sheet = &package.sheets[index];
    let ours = &package.ours;
    if sheet.kind != SheetKind::Worksheet || ours.sheets.iter().any(|added| added.name == sheet.name) {
        return Err(WhyNot::NotAUsersSheet);
    }
    let at = change.at().ok_or(WhyNot::NotAnAddress)?;
    if ours.blocks.iter().any(|block| block.sheet == sheet.name && block.range.contains(at)) {
        return Err(WhyNot::Added);
    }
    Ok((index, at))
}

/// What hinders the sheet's cells from being changed.
fn obstacles(parts: &Parts<'_, '_, '_>, sheet: &Sheet, cells: BTreeSet<At>) -> Result<Obstacles, PackageError> {
    let max = parts.source().part_bytes_max();
    let entry = entry(parts, sheet)?;
    let mut found = parts.source().stream(entry, |stream| change_survey::survey(stream, cells, max, &sheet.part))?;
    for rel in Rels::of(parts, &sheet.part)?.all().into_iter().filter(|rel| rel.kind() == "table" && !rel.external) {
        let Some(text) = parts.text(&rel.target)? else { continue };
        let table = xml::parse(&text, &rel.target)?.root;
        let range = table.attr("ref").and_then(|range| reference::parse_range(&range));
        let headings = table.attr("headerRowCount").is_none_or(|count| count.trim() != "0");
        found.headings.extend(
            range
                .filter(|_| headings)
                .map(|Range { first, last }| Range { first, last: At { row: first.row, ..last } }),
        );
    }
    Ok(found)
}

fn entry(parts: &Parts<'_, '_, '_>, sheet: &Sheet) -> Result<usize, PackageError> {
    parts.entry(&sheet.part).ok_or_else(|| PackageError::unreadable(&sheet.part, reason::MISSING))
}

/// Has the sheet's cells patched.
fn patch(
    parts: &mut Parts<'_, '_, '_>,
    sheet: &Sheet,
    cells: &BTreeMap<At, usize>,
    changes: &[CellChange],
) -> Result<(), PackageError> {
    let entry = entry(parts, sheet)?;
    let wanted = cells.keys().copied().collect();
    let max = parts.source().part_bytes_max();
    let search = Search { cells: &wanted, tail: false };
    let survey = parts.source().stream(entry, |stream| sheet_survey::survey(stream, &search, max, &sheet.part))?;
    let mut rows: BTreeMap<u32, Vec<PatchCell>> = BTreeMap::new();
    for (&at, &change) in cells {
        let stands = survey.standing.contains_key(&at);
        let value = match &changes[change].value {
            CellValue::Blank if !stands => continue,
            CellValue::Blank => None,
            CellValue::Number(number) => Some(NewValue::Number(number.trim().to_owned())),
            CellValue::Text(text) => Some(NewValue::Text(text.clone())),
        };
        let style = if stands { survey.styles.get(&at).copied().unwrap_or(0) } else { survey.style_of_blank(at) };
        let style = Some(style).filter(|style| *style != 0);
        rows.entry(at.row).or_default().push(PatchCell { column: at.column, style, value, replaces: true });
    }
    let patch = SheetPatch {
        strip_rules: false,
        strip_blocks: Vec::new(),
        rules: Vec::new(),
        styles: BTreeMap::new(),
        drops: BTreeSet::new(),
        rows,
        widths: BTreeMap::new(),
        legacy: Legacy::Keep,
        strict: false,
    };
    parts.patch(entry, patch);
    Ok(())
}

/// Takes the calculation chain away where a formula has gone (Excel makes a new one), and has formulas calculated anew.
fn save_workbook(
    package: &Package<'_>,
    parts: &mut Parts<'_, '_, '_>,
    formula_goes: bool,
    changed: bool,
) -> Result<(), PackageError> {
    if !changed {
        return Ok(());
    }
    let mut workbook = Workbook::read(parts, &package.workbook)?;
    workbook.calculate_on_load();
    workbook.save(parts)?;
    if formula_goes {
        let mut rels = Rels::of(parts, &package.workbook)?;
        let mut types = ContentTypes::read(parts)?;
        strip::drop_chain(parts, &mut rels, &mut types);
        rels.save(parts)?;
        types.save(parts)?;
    }
    Ok(())
}
