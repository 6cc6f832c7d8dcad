//! Finding the header: the row among the first 20 that names the most columns.

use crate::schema::{Resource, nearest, normalise};
use crate::validate::issue::{Code, Detail, Issues, Place};
use crate::workbook::Cell;

/// Titles and remarks above the header may take so many rows.
pub const HEADER_ROWS: u32 = 20;

/// Where a sheet's columns are.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// The row of the labels.
    pub row: u32,
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

/// The row that names the most columns, and where they are. Without any, the first row with a cell.
pub fn find(resource: &Resource, rows: &[Labels]) -> Header {
    let known =
        |labels: &[(u16, String)]| labels.iter().filter(|(_, label)| field_of(resource, label).is_some()).count();
    let mut best: Option<(usize, &Labels)> = None;
    for candidate in rows {
        // A row names no more columns than it has labels: most rows of data needn't be looked at.
        let most = candidate.1.len();
        if best.is_none_or(|(named, _)| most > named) {
            let named = known(&candidate.1);
            if best.is_none_or(|(before, _)| named > before) {
                best = Some((named, candidate));
            }
        }
    }
    let Some((_, (row, labels))) = best else {
        return Header { columns: vec![None; resource.fields.len()], ..Header::default() };
    };
    let last_column = labels.iter().map(|(c, _)| *c).max().unwrap_or(0);
    let mut header = Header {
        row: *row,
        columns: vec![None; resource.fields.len()],
        fields: vec![None; usize::from(last_column) + 1],
        labelled: labels.iter().map(|(c, _)| *c).collect(),
        last_column,
    };
    for (column, label) in labels {
        if let Some(field) = field_of(resource, label).filter(|f| header.columns[*f].is_none()) {
            header.columns[field] = Some(*column);
            header.fields[usize::from(*column)] = Some(field as u16);
        }
    }
    header
}

fn field_of(resource: &Resource, label: &str) -> Option<usize> {
    let label = normalise(label);
    // Forms mark what is required with an asterisk.
    let label = label.trim_matches('*');
    let called = resource.fields.iter().position(|f| f.is_called(label));
    called.or_else(|| resource.fields.iter().position(|f| f.has_label(label)))
}

/// What is wrong with the labels: `missing-label`, `duplicate-label` and `extra-label`.
///
/// What: a required column that is not there, two columns of one meaning, a column that is not known. Why: a column that is read
/// from the wrong place, or not at all, changes results in silence. Example: 实际提货 beside 实际提货量.
pub fn check(resource: &Resource, header: &Header, rows: &[Labels], place: Place, issues: &mut Issues) {
    let labels =
        rows.iter().find(|(row, _)| *row == header.row).map(|(_, labels)| labels.as_slice()).unwrap_or_default();
    let at =
        |column, field: Option<usize>| Place { row: Some(header.row), column, field: field.map(|f| f as u16), ..place };
    for (index, field) in resource.fields.iter().enumerate() {
        if field.constraints.required && header.columns[index].is_none() {
            issues.tell(Code::MissingLabel, at(None, Some(index)), None, Detail::MissingLabel);
        }
    }
    for (column, label) in labels.iter().filter(|(column, _)| header.field_at(*column).is_none()) {
        match field_of(resource, label) {
            Some(field) => {
                let first = header.columns[field].unwrap_or_default();
                issues.tell(
                    Code::DuplicateLabel,
                    at(Some(*column), Some(field)),
                    Some(label),
                    Detail::DuplicateLabel(first),
                );
            }
            None => {
                let open = resource.fields.iter().enumerate().filter(|(index, _)| header.columns[*index].is_none());
                let near = nearest(label, open.map(|(_, f)| f.title.as_str()));
                let near = near.and_then(|title| resource.fields.iter().position(|f| f.title == title));
                issues.tell(
                    Code::ExtraLabel,
                    at(Some(*column), None),
                    Some(label),
                    Detail::ExtraLabel(near.map(|f| f as u16)),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schemas;

    #[test]
    fn an_asterisk_marks_a_label_and_is_no_part_of_it() {
        let schemas = Schemas::embedded().unwrap();
        for label in ["年度目标销量*", "* 年度目标销量（吨）", "年度目标销量 ＊", "target_tonnes *"]
        {
            assert_eq!(field_of(&schemas.resources[0], label), schemas.resources[0].field("target_tonnes"), "{label}");
        }
        assert_eq!(field_of(&schemas.resources[0], "*"), None);
    }
}
