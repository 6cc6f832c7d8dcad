//! What is reported of rows, merged ranges, units and measures, beside what single cells hold.

use super::issue::Issue;
use super::message::Speaker;
use super::message::words::rows;
use crate::schema::Field;
use crate::workbook::Merge;
use dealerbook_base::lang::Pair;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum LayoutFault {
    /// A merged range gave its value to all of its rows.
    MergedFilled(Merge),
    /// A figure, or a value that must be unique, merged over several rows.
    MergedFigure(Merge),
    /// A merged range over several known columns.
    MergedColumns(Merge),
    /// A cell under a merged range holds something else than its visible cell.
    HiddenUnderMerge(Merge),
    /// A signature, a remark, a group title, a row of units or of column numbers.
    NoteRow,
    /// The header stands again.
    RepeatedHeader,
    /// A unit in a title or label that is not the own one of these columns.
    Unit {
        /// The unit, in normal form.
        unit: Box<str>,
        /// The columns that it concerns, by their fields.
        fields: Box<[u16]>,
    },
    /// A number format that shows another unit as mere text.
    UnitOfFormat(Box<str>),
    /// A row that is left in as an example.
    ExampleRow,
    /// A date or figure out of any measure.
    Implausible,
}

impl LayoutFault {
    /// The range that the fault is about, where it is one.
    pub fn range(&self) -> Option<&Merge> {
        match self {
            LayoutFault::MergedFilled(merge) => Some(merge),
            _ => None,
        }
    }

    /// What is wrong and what is expected.
    pub(super) fn message(&self, speaker: &Speaker<'_>, issue: &Issue) -> String {
        let field = speaker.field(issue.place.resource, issue.place.field);
        let label = field.map_or("", |f| f.label(speaker.lang));
        let value = issue.value.as_deref().unwrap_or_default();
        let lang = speaker.lang;
        match self {
            LayoutFault::MergedFilled(merge) => rows::MergedFilled { label, range: merge.name(), value }.text(lang),
            LayoutFault::MergedFigure(merge) => rows::MergedFigure { label, range: merge.name(), value }.text(lang),
            LayoutFault::MergedColumns(merge) => rows::MergedColumns { range: merge.name(), value }.text(lang),
            LayoutFault::HiddenUnderMerge(merge) => {
                rows::HiddenUnderMerge { label, range: merge.name(), value }.text(lang)
            }
            LayoutFault::NoteRow => rows::NOTE_ROW.text(lang),
            LayoutFault::RepeatedHeader => rows::REPEATED_HEADER.text(lang),
            LayoutFault::Unit { unit, fields } => {
                let fields = fields.iter().filter_map(|f| speaker.field(issue.place.resource, Some(*f)));
                let column = |field: &Field| {
                    let (label, unit) = (field.label(lang), field.unit(lang).unwrap_or_default());
                    rows::UnitColumn { label, unit }.text(lang)
                };
                let columns: Vec<String> = fields.map(column).collect();
                rows::Unit { unit, columns: columns.join(lang.pick("、", ", ")) }.text(lang)
            }
            LayoutFault::UnitOfFormat(unit) => rows::UnitOfFormat { label, value, unit }.text(lang),
            LayoutFault::ExampleRow => rows::ExampleRow { value }.text(lang),
            LayoutFault::Implausible => rows::Implausible { label, value }.text(lang),
        }
    }

    /// How to fix it.
    pub(super) fn suggestion(&self) -> Option<Pair> {
        match self {
            LayoutFault::MergedFigure(_) | LayoutFault::HiddenUnderMerge(_) => Some(rows::MERGED_ROWS_FIX),
            LayoutFault::MergedColumns(_) => Some(rows::MERGED_COLUMNS_FIX),
            LayoutFault::Unit { .. } => Some(rows::UNIT_FIX),
            LayoutFault::UnitOfFormat(_) => Some(rows::UNIT_OF_FORMAT_FIX),
            LayoutFault::ExampleRow => Some(rows::EXAMPLE_ROW_FIX),
            _ => None,
        }
    }
}
