//! Carries out the edits: takes away what an earlier run added, plans every part that changes, and writes the package.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Seek, Write};

use super::content_types::{self, ContentTypes};
use super::edit::{At, Block, Edits, Look, MarkRule, NewValue, SheetEdit};
use super::error::PackageError;
use super::fills::{self, FillPlan};
use super::parts::Parts;
use super::reason::{self, Reason};
use super::reference::{self, Range};
use super::rels::{self, Rels};
use super::sheet_parts::{self, Rule};
use super::sheet_patch::{PatchCell, SheetPatch};
use super::sheet_survey::{self, Search, Survey};
use super::styles::Styles;
use super::transplant::{self, Into};
use super::workbook::{Sheet, SheetKind, Workbook};
use super::{Package, origin, stamp, strip, xml};

/// What came of a [`Package::write`].
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The titles of the grafted sheets, in order.
    pub titles: Vec<String>,
    /// Notes that could not be put where they belong.
    pub notes_left_out: Vec<NoteLeftOut>,
    /// Links of bodies beyond the 65,530 that a sheet may have.
    pub links_left_out: u64,
    /// What of the grafted workbook could not be carried over, in words.
    pub not_carried: Vec<String>,
}

/// A note that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteLeftOut {
    /// The sheet's name.
    pub sheet: String,
    /// The cell.
    pub at: At,
    /// Why.
    pub why: WhyLeftOut,
}

/// Why a note was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// A threaded comment stands there.
    Threaded,
    /// The drawing that notes stand in is too broken to add to.
    Drawing,
}

/// Writes the package with the edits made.
pub(super) fn write<W: Write + Seek>(package: &Package<'_>, edits: Edits<'_>, out: W) -> Result<Written, PackageError> {
    let mut parts = Parts::new(&package.source);
    let mut written = Written::default();
    let mut job = Job::begin(package, &mut parts)?;
    refuse_doubles(package)?;
    let users: Vec<&Sheet> = package.users_sheets().collect();
    refuse_unknown(&users, &edits.sheets)?;
    for (index, sheet) in users.iter().enumerate() {
        let edit = edits.sheets.iter().find(|edit| edit.sheet == sheet.name);
        job.sheet(&mut parts, index, sheet, edit, &mut written)?;
    }
    if let Some(graft) = edits.graft {
        let wanted: Vec<&str> = graft.sheets.iter().map(|sheet| sheet.title.as_str()).collect();
        written.titles = package.titles_for(&wanted);
        let mut into =
            Into { workbook: &mut job.workbook, rels: &mut job.rels, types: &mut job.types, styles: &mut job.styles };
        written.not_carried = transplant::graft(&mut parts, &mut into, graft, &written.titles)?;
    }
    if let Some(from) = edits.from {
        job.workbook.define(stamp::FROM, None, true, &format!("\"{from}\""));
    }
    if let Some(text) = edits.origin {
        origin::remember(&mut parts, &mut job.rels, &mut job.types, &package.workbook, text);
    }
    job.finish(&mut parts)?;
    written.links_left_out = parts.write(out)?.links_left_out;
    Ok(written)
}

/// Sheets are known by their names: where two have the same one, nobody knows which is meant, or which is ours.
fn refuse_doubles(package: &Package<'_>) -> Result<(), PackageError> {
    let mut names = BTreeSet::new();
    match package.sheets.iter().find(|sheet| !names.insert(sheet.name.as_str())) {
        Some(sheet) => Err(PackageError::unpatchable(
            &package.workbook,
            Reason::of(
                format!("有两张工作表同名：“{}”", sheet.name),
                format!("two sheets have the same name, {:?}", sheet.name),
            ),
        )),
        None => Ok(()),
    }
}

fn refuse_unknown(users: &[&Sheet], edits: &[SheetEdit]) -> Result<(), PackageError> {
    for (index, edit) in edits.iter().enumerate() {
        match users.iter().find(|sheet| sheet.name == edit.sheet) {
            None => {
                return Err(PackageError::unpatchable(
                    &edit.sheet,
                    Reason::new("没有这张工作表", "there is no such sheet of the user"),
                ));
            }
            Some(sheet) if sheet.kind != SheetKind::Worksheet => {
                return Err(PackageError::unpatchable(&edit.sheet, Reason::new("不是数据工作表", "it has no cells")));
            }
            Some(_) => {}
        }
        refuse_apostrophe(&edit.sheet)?;
        refuse_outside(edit)?;
        if edits[..index].iter().any(|other| other.sheet == edit.sheet) {
            return Err(PackageError::unpatchable(&edit.sheet, Reason::new("被修改了两次", "it is edited twice")));
        }
    }
    Ok(())
}

/// Excel allows no such names, and LibreOffice can't read the references that our stamps would need.
fn refuse_apostrophe(sheet: &str) -> Result<(), PackageError> {
    if sheet.starts_with('\'') || sheet.ends_with('\'') {
        return Err(PackageError::unpatchable(
            sheet,
            Reason::new(
                "名称以单引号开头或结尾，请改名",
                "its name begins or ends with an apostrophe; rename the sheet",
            ),
        ));
    }
    Ok(())
}

/// Refuses cells beyond the last row or column.
fn refuse_outside(edit: &SheetEdit) -> Result<(), PackageError> {
    let rules = edit.rules.iter().flat_map(|rule| rule.cells.iter().copied());
    let notes = edit.notes.iter().map(|note| note.at);
    let cells = edit.block.iter().flat_map(|block| block.cells.iter().map(|cell| cell.at));
    let cells = cells.chain(edit.fills.iter().map(|fill| fill.at));
    let outside = |at: &At| at.row >= reference::ROWS || u32::from(at.column) >= reference::COLUMNS;
    match rules.chain(notes).chain(cells).find(outside) {
        Some(at) => Err(PackageError::unpatchable(
            &edit.sheet,
            Reason::of(
                format!("没有第 {} 行第 {} 列的单元格", at.row, at.column),
                format!("there is no cell in row {} and column {}", at.row, at.column),
            ),
        )),
        None => Ok(()),
    }
}

/// The parts of the workbook that change together.
pub(super) struct Job<'p, 'a> {
    pub(super) package: &'p Package<'a>,
    pub(super) workbook: Workbook,
    pub(super) rels: Rels,
    pub(super) types: ContentTypes,
    pub(super) styles: Styles,
    pub(super) styles_part: String,
    pub(super) looks: HashMap<(Look, Option<u32>), Option<u32>>,
}

impl<'p, 'a> Job<'p, 'a> {
    /// Reads the parts and takes our earlier sheets and stamps out of them.
    fn begin(package: &'p Package<'a>, parts: &mut Parts<'_, '_, '_>) -> Result<Self, PackageError> {
        let mut workbook = Workbook::read(parts, &package.workbook)?;
        let mut rels = Rels::of(parts, &package.workbook)?;
        let mut types = ContentTypes::read(parts)?;
        strip::remove_sheets(package, parts, &mut workbook, &mut rels, &mut types)?;
        origin::forget(parts, &mut rels, &mut types);
        let (styles_part, text) = match rels.of_kind("styles") {
            Some(rel) => (rel.target.clone(), parts.text(&rel.target)?),
            None => {
                // One may stand there that nothing leads to: it is left alone.
                let stem = format!("{}styles", rels::folder(&package.workbook));
                let usual = format!("{stem}.xml");
                let part = if parts.has(&usual) { parts.free(&stem, "xml") } else { usual };
                rels.add(&rels::kind_uri(workbook.strict, "styles"), &part);
                types.set(&part, content_types::STYLES);
                parts.add(&part, Vec::new());
                (part, None)
            }
        };
        let styles = Styles::read(text, &styles_part, workbook.strict)?;
        Ok(Job { package, workbook, rels, types, styles, styles_part, looks: HashMap::new() })
    }

    /// Plans what is done to one sheet of the user.
    fn sheet(
        &mut self,
        parts: &mut Parts<'_, '_, '_>,
        index: usize,
        sheet: &Sheet,
        edit: Option<&SheetEdit>,
        written: &mut Written,
    ) -> Result<(), PackageError> {
        let marked = self.package.ours.marked.contains(&sheet.name);
        let strip_blocks: Vec<Range> =
            self.package.ours.blocks.iter().filter(|b| b.sheet == sheet.name).map(|b| b.range).collect();
        let nothing = SheetEdit::default();
        let edit = edit.unwrap_or(&nothing);
        let filled = fills::cells_of(&self.package.ours.fills, &sheet.name);
        let idle = edit.rules.is_empty() && edit.fills.is_empty() && edit.notes.is_empty() && edit.block.is_none();
        if (idle && !marked && strip_blocks.is_empty() && filled.is_empty()) || sheet.kind != SheetKind::Worksheet {
            return Ok(());
        }
        let entry = parts.entry(&sheet.part).ok_or_else(|| PackageError::unreadable(&sheet.part, reason::MISSING))?;
        let mut rels = Rels::of(parts, &sheet.part)?;
        let wanted = wanted(edit, filled.keys());
        let survey = survey(parts, entry, &rels, edit, marked, &wanted, &sheet.part)?;
        let rules = self.rules(&edit.rules);
        shift_pivots(parts, &rels, rules.len() as i64 - survey.our_rules as i64)?;
        let legacy = self.notes(parts, sheet, &mut rels, &survey, &edit.notes, marked, written)?;
        let fills = fills::plan(&filled, &edit.fills, &survey, &mut self.styles);
        let block = edit.block.as_ref().map(|block| self.block(block, &survey, &fills));
        let (mut rows, widths) = block.unwrap_or_default();
        add_made(&mut rows, &fills);
        fills.remember(&mut self.workbook, index, &sheet.name);
        self.stamp(index, sheet, edit, !rules.is_empty());
        rels.save(parts)?;
        parts.patch(
            entry,
            SheetPatch {
                strip_rules: marked,
                strip_blocks,
                rules,
                styles: fills.styles,
                drops: fills.drops,
                rows,
                widths,
                legacy,
                strict: self.workbook.strict,
            },
        );
        Ok(())
    }

    fn stamp(&mut self, index: usize, sheet: &Sheet, edit: &SheetEdit, rules: bool) {
        if rules || !edit.notes.is_empty() {
            self.workbook.define(stamp::MARKS, Some(index), true, "1");
        }
        let range = edit.block.as_ref().and_then(|block| Range::around(block.cells.iter().map(|cell| cell.at)));
        if let Some(range) = range {
            self.workbook.stamp_block(index, &sheet.name, range);
        }
    }

    fn rules(&mut self, rules: &[MarkRule]) -> Vec<Rule> {
        let rule = |rule: &MarkRule| Rule {
            sqref: reference::sqref(&rule.cells),
            formula: stamp::stamped(&rule.formula),
            dxf: self.styles.mark(rule.fill, rule.text),
        };
        rules.iter().filter(|rule| !rule.cells.is_empty()).map(rule).collect()
    }

    /// The cells of a block by row, and the widths of its columns.
    fn block(
        &mut self,
        block: &Block,
        survey: &Survey,
        fills: &FillPlan,
    ) -> (BTreeMap<u32, Vec<PatchCell>>, BTreeMap<u16, f64>) {
        let mut rows: BTreeMap<u32, Vec<PatchCell>> = BTreeMap::new();
        for cell in &block.cells {
            let like = cell.look.like.and_then(|at| fills.bare.get(&at).or_else(|| survey.styles.get(&at)).copied());
            let style = self.look(&cell.look, like);
            rows.entry(cell.at.row).or_default().push(PatchCell {
                column: cell.at.column,
                style,
                value: Some(readable(&cell.value)),
                replaces: false,
            });
        }
        for cells in rows.values_mut() {
            cells.sort_by_key(|cell| cell.column);
            cells.dedup_by_key(|cell| cell.column);
        }
        let widths =
            (block.column..).zip(block.widths.iter().copied()).filter(|(_, width)| width.is_finite()).collect();
        (rows, widths)
    }

    fn look(&mut self, look: &Look, like: Option<u32>) -> Option<u32> {
        let key = (Look { like: None, ..look.clone() }, like);
        if let Some(&style) = self.looks.get(&key) {
            return style;
        }
        let style = self.styles.look(look, like);
        self.looks.insert(key, style);
        style
    }

    fn finish(self, parts: &mut Parts<'_, '_, '_>) -> Result<(), PackageError> {
        parts.put(&self.styles_part, self.styles.finish())?;
        self.workbook.save(parts)?;
        self.rels.save(parts)?;
        self.types.save(parts)
    }
}

/// A number that XML couldn't have as one is written as text.
fn readable(value: &NewValue) -> NewValue {
    match value {
        NewValue::Number(number) if !xml::is_number(number) => NewValue::Text(number.clone()),
        other => other.clone(),
    }
}

/// The cells of which the edit needs to know what they look like.
fn wanted<'f>(edit: &SheetEdit, filled: impl Iterator<Item = &'f At>) -> BTreeSet<At> {
    let alike = edit.block.iter().flat_map(|block| &block.cells).filter_map(|cell| cell.look.like);
    alike.chain(edit.fills.iter().map(|fill| fill.at)).chain(filled.copied()).collect()
}

/// Puts the cells that are made to be filled between the others.
fn add_made(rows: &mut BTreeMap<u32, Vec<PatchCell>>, fills: &FillPlan) {
    for &(at, style) in &fills.made {
        let cells = rows.entry(at.row).or_default();
        if let Err(place) = cells.binary_search_by_key(&at.column, |cell| cell.column) {
            cells.insert(place, PatchCell { column: at.column, style: Some(style), value: None, replaces: false });
        }
    }
}

/// Looks through the sheet for what the edit needs to know.
pub(super) fn survey(
    parts: &Parts<'_, '_, '_>,
    entry: usize,
    rels: &Rels,
    edit: &SheetEdit,
    marked: bool,
    wanted: &BTreeSet<At>,
    part: &str,
) -> Result<Survey, PackageError> {
    let drawing = (marked || !edit.notes.is_empty()) && rels.of_kind("vmlDrawing").is_some();
    let pivots = (marked || !edit.rules.is_empty()) && rels.of_kind("pivotTable").is_some();
    if wanted.is_empty() && !drawing && !pivots {
        return Ok(Survey::default());
    }
    let max = parts.source().part_bytes_max();
    let search = Search { cells: wanted, tail: drawing || pivots };
    parts.source().stream(entry, |stream| sheet_survey::survey(stream, &search, max, part))
}

/// A pivot table names the rules on it by their priorities.
fn shift_pivots(parts: &mut Parts<'_, '_, '_>, rels: &Rels, by: i64) -> Result<(), PackageError> {
    for rel in rels.all().into_iter().filter(|rel| by != 0 && rel.kind() == "pivotTable") {
        let Some(text) = parts.text(&rel.target)?.filter(|text| text.contains("conditionalFormat")) else {
            continue;
        };
        let mut document = xml::parse(&text, &rel.target)?;
        sheet_parts::shift_priorities(&mut document.root, &["conditionalFormat"], by);
        parts.put(&rel.target, document.markup())?;
    }
    Ok(())
}
