//! Finding the header: the row among the first 20, or the two of them, that name the most columns.

use super::label::{self, Named};
use super::layout_fault::LayoutFault;
use super::units::{self, Fit};
use crate::schema::{Resource, nearest};
use crate::validate::issue::{Code, Detail, Place};
use crate::validate::issues::Issues;
use crate::workbook::Cell;
use dealerbook_base::narrow::u16_of;

/// Titles and remarks above the header may take so many rows.
pub const HEADER_ROWS: u32 = 20;

/// Where a sheet's columns are.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// The row of the labels; of two the second.
    pub row: u32,
    /// The row of the labels; of two the first.
    pub first_row: u32,
    /// For each field of the schema its column.
    pub columns: Vec<Option<u16>>,
    /// For each column of the sheet its field.
    pub fields: Vec<Option<u16>>,
    /// The columns that have a label, known or not.
    pub labelled: Vec<u16>,
    /// The last of them.
    pub last_column: u16,
}

impl Header {
    /// The field of a column.
    pub fn field_at(&self, column: u16) -> Option<usize> {
        self.fields.get(usize::from(column)).copied().flatten().map(usize::from)
    }
}

/// A row near the top, as texts by column.
pub type Labels = (u32, Vec<(u16, String)>);

/// The labels of a row, for [`find`].
pub fn labels(cells: &[Cell<'_>]) -> Vec<(u16, String)> {
    cells.iter().filter(|c| !c.value.is_blank()).map(|c| (c.column, c.value.seen())).collect()
}

/// A label of a header of one row or two.
struct Label<'l> {
    row: u32,
    column: u16,
    text: &'l str,
    named: Option<Named>,
}

/// The labels of a header whose last row is this one: its own, those of single columns in the row above (they are merged over both),
/// and groups above taken together with what stands beneath (实际 over 提货量).
fn labels_at<'l>(resource: &Resource, rows: &'l [Labels], at: usize) -> Vec<Label<'l>> {
    let (row, own) = &rows[at];
    let above = at.checked_sub(1).map(|n| &rows[n]).filter(|(above, _)| above + 1 == *row);
    let over = |column: u16| {
        let labels = above.map_or(&[][..], |(_, labels)| labels.as_slice());
        labels.iter().rev().find(|(own, _)| *own <= column).map(|(_, text)| text.as_str())
    };
    let beneath = |column: u16, text: &str| {
        label::read(resource, text).or_else(|| {
            let group = over(column)?;
            label::read(resource, &format!("{group}{text}"))
                .or_else(|| label::read(resource, &format!("{text}{group}")))
        })
    };
    let mut found: Vec<Label<'l>> = own
        .iter()
        .map(|(column, text)| Label { row: *row, column: *column, text, named: beneath(*column, text) })
        .collect();
    let free = |column: u16| own.iter().all(|(own, _)| *own != column);
    if let Some((above, labels)) = above {
        let single = labels.iter().filter(|(column, _)| free(*column));
        let named: Vec<_> = single.map(|(column, text)| (*column, text, label::read(resource, text))).collect();
        if named.iter().any(|(.., named)| named.is_some()) {
            found.extend(named.into_iter().map(|(column, text, named)| Label { row: *above, column, text, named }));
        }
    }
    found.sort_by_key(|label| label.column);
    found
}

/// So many columns a header with this last row can name at most.
fn most_named(rows: &[Labels], at: usize) -> usize {
    let (row, own) = &rows[at];
    let above = at.checked_sub(1).map(|n| &rows[n]).filter(|(above, _)| above + 1 == *row);
    let free = |column: u16| own.iter().all(|(own, _)| *own != column);
    own.len() + above.map_or(0, |(_, labels)| labels.iter().filter(|(column, _)| free(*column)).count())
}

/// The row, or the two, that name the most columns, and where they are. Without any, the first row with a cell.
pub fn find(resource: &Resource, rows: &[Labels]) -> Header {
    let mut best: Option<(usize, usize, Vec<Label<'_>>)> = None;
    for at in 0..rows.len() {
        // A row names no more columns than it has labels: most rows of data needn't be looked at.
        if best.as_ref().is_none_or(|(named, ..)| most_named(rows, at) > *named) {
            let labels = labels_at(resource, rows, at);
            let named = labels.iter().filter(|label| label.named.is_some()).count();
            if best.as_ref().is_none_or(|(before, ..)| named > *before) {
                best = Some((named, at, labels));
            }
        }
    }
    let Some((_, at, labels)) = best else {
        return Header { columns: vec![None; resource.fields.len()], ..Header::default() };
    };
    let last_column = labels.iter().map(|label| label.column).max().unwrap_or(0);
    let mut header = Header {
        row: rows[at].0,
        first_row: labels.iter().map(|label| label.row).min().unwrap_or(rows[at].0),
        columns: vec![None; resource.fields.len()],
        fields: vec![None; usize::from(last_column) + 1],
        labelled: labels.iter().map(|label| label.column).collect(),
        last_column,
    };
    for label in &labels {
        let Some(Named { field, .. }) = label.named else { continue };
        if header.columns[field].is_none() {
            header.columns[field] = Some(label.column);
            header.fields[usize::from(label.column)] = Some(u16_of(field));
        }
    }
    header
}

/// What is wrong with the labels: `missing-label`, `duplicate-label`, `extra-label` and `unit-mismatch`.
///
/// What: a required column that is not there, two columns of one meaning, a column that is not known, a unit that is not the column's own. Why: a
/// column that is read from the wrong place, or not at all, changes results in silence. Example: 实际提货 beside 实际提货量; 实际提货量（千吨）.
pub fn check(resource: &Resource, header: &Header, rows: &[Labels], place: Place, issues: &mut Issues) {
    let at = rows.iter().position(|(row, _)| *row == header.row);
    let labels = at.map_or_else(Vec::new, |at| labels_at(resource, rows, at));
    for (index, field) in resource.fields.iter().enumerate() {
        if field.constraints.required && header.columns[index].is_none() {
            let place = Place { row: Some(header.row), field: Some(u16_of(index)), ..place };
            issues.tell(Code::MissingLabel, place, None, Detail::MissingLabel);
        }
    }
    for label in &labels {
        let field = label.named.as_ref().map(|named| named.field);
        let place = Place { row: Some(label.row), column: Some(label.column), field: field.map(u16_of), ..place };
        match &label.named {
            Some(named) if header.field_at(label.column) == Some(named.field) => {
                check_unit(resource, named, label.text, place, issues);
            }
            Some(named) => {
                let first = header.columns[named.field].unwrap_or_default();
                issues.tell(Code::DuplicateLabel, place, Some(label.text), Detail::DuplicateLabel(first));
            }
            None => {
                let open = resource.fields.iter().enumerate().filter(|(index, _)| header.columns[*index].is_none());
                let near = nearest(label.text, open.map(|(_, f)| f.title.as_str()));
                let near = near.and_then(|title| resource.fields.iter().position(|f| f.title == title));
                issues.tell(Code::ExtraLabel, place, Some(label.text), Detail::ExtraLabel(near.map(u16_of)));
            }
        }
    }
}

/// `unit-mismatch` of a label: 实际提货量（千吨） over a column of tonnes.
pub fn check_unit(resource: &Resource, named: &Named, text: &str, place: Place, issues: &mut Issues) {
    let Some(unit) = &named.unit else { return };
    if units::fit(unit, &resource.fields[named.field]) != Fit::Own && !resource.fields[named.field].units.is_empty() {
        let fault = LayoutFault::Unit { unit: unit.as_str().into(), fields: [u16_of(named.field)].into() };
        issues.tell(Code::UnitMismatch, place, Some(text), Detail::Layout(fault));
    }
}

/// `unit-mismatch` of what stands above the header: a title that says 单位：千吨 over columns of tonnes. `fields` are the columns that are there.
///
/// Why: figures that are taken for a thousandth of what they are pay a thousandth.
pub fn check_titles(
    resource: &Resource,
    fields: &[usize],
    titles: impl Iterator<Item = (u32, u16, String)>,
    place: Place,
    issues: &mut Issues,
) {
    for (row, column, text) in titles {
        let said = units::in_title(&text);
        let owns = |unit: &String| fields.iter().any(|field| units::fit(unit, &resource.fields[*field]) == Fit::Own);
        let states_own = said.iter().any(owns);
        for unit in &said {
            let measured: Vec<usize> =
                fields.iter().copied().filter(|field| !resource.fields[*field].units.is_empty()).collect();
            let of_fit = |requested: Fit| -> Box<[u16]> {
                let fits = |field: &&usize| units::fit(unit, &resource.fields[**field]) == requested;
                measured.iter().filter(fits).map(|field| u16_of(*field)).collect()
            };
            if !of_fit(Fit::Own).is_empty() {
                continue;
            }
            let weighed = || measured.iter().filter(|field| units::is_of_weight_or_money(&resource.fields[**field]));
            let foreign = of_fit(Fit::Foreign);
            if foreign.is_empty() && states_own {
                // 单位：吨、元 over a sheet without amounts.
                continue;
            }
            let concerned = if foreign.is_empty() { weighed().map(|field| u16_of(*field)).collect() } else { foreign };
            if !concerned.is_empty() {
                let fault = LayoutFault::Unit { unit: unit.as_str().into(), fields: concerned };
                let place = Place { row: Some(row), column: Some(column), ..place };
                issues.tell(Code::UnitMismatch, place, Some(&text), Detail::Layout(fault));
            }
        }
    }
}
