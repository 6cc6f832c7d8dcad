//! What can't be written into the user's sheets, predicted before anything is written.

use std::collections::BTreeMap;

use super::PipelineError;
use crate::annotate;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::schema::{Schemas, Severity};
use dealerbook_engine::validate::{Checked, Code, Detail, Issue, Place};
use dealerbook_package::edit::At;
use dealerbook_package::{Package, WhyLeftOut};

/// Adds issues for what can't be written into the user's sheets.
///
/// # Errors
///
/// [`PipelineError`] where the parts of the package that would be patched can't be read.
pub(super) fn predict(package: &Package<'_>, schemas: &Schemas, checked: &mut Checked) -> Result<(), PipelineError> {
    let mut conflicts = Vec::new();
    if package.signed() {
        conflicts.push(plain_issue(Code::SignatureVoid, Place::default(), Detail::SignatureVoid));
    }
    let dealers = checked.table(schemas, "dealers").filter(|_| schemas.caller.is_none());
    for (sheet, name) in checked.sheets.iter().enumerate() {
        let sheet_place = Place { sheet: Some(u16_of(sheet)), ..Place::default() };
        let mut cells: BTreeMap<At, Place> = BTreeMap::new();
        let of_sheet = |i: &&Issue| i.severity != Severity::Info && i.place.sheet == sheet_place.sheet;
        for issue in checked.issues.list().iter().filter(of_sheet) {
            if let (Some(row), Some(column)) = (issue.place.row, issue.place.column) {
                cells.entry(At { row, column }).or_insert(issue.place);
            }
        }
        if let Some(table) = dealers.filter(|table| table.sheet == sheet) {
            match table.free_columns(annotate::COLUMNS_MAX) {
                Some(column) => {
                    let row = table.header.row;
                    let place = Place { row: Some(row), column: Some(column), ..sheet_place };
                    cells.entry(At { row, column }).or_insert(place);
                }
                None => conflicts.push(plain_issue(Code::NoteLeftOut, sheet_place, Detail::NoFreeColumn)),
            }
        }
        let requested: Vec<At> = cells.keys().copied().collect();
        let hindered = package.hindered(name, &requested)?;
        let threaded = hindered.iter().filter(|(_, why)| *why == WhyLeftOut::Threaded);
        conflicts.extend(threaded.map(|(at, _)| plain_issue(Code::NoteLeftOut, cells[at], Detail::ThreadedComment)));
        let without_drawing = hindered.iter().filter(|(_, why)| *why == WhyLeftOut::Drawing).count();
        if without_drawing > 0 {
            let issue = plain_issue(Code::NoteLeftOut, sheet_place, Detail::NotesDrawing);
            conflicts.push(Issue { count: u32_of(without_drawing), ..issue });
        }
    }
    conflicts.into_iter().for_each(|issue| checked.issues.push(issue));
    Ok(())
}

fn plain_issue(code: Code, place: Place, detail: Detail) -> Issue {
    Issue { severity: code.severity(), code, place, value: None, detail, count: 1 }
}
