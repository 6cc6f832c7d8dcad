//! What cells look like, where that decides what they mean: number formats, and signs that say that there is nothing.

use super::Reader;
use crate::schema::{Field, Severity, normalise};
use crate::validate::issue::{Code, Detail, Issue, Place};
use crate::validate::layout_fault::LayoutFault;
use crate::validate::units::{self, Fit};
use crate::workbook::{Cell, NumberLook, Value};

impl Reader<'_, '_> {
    /// A number as its format shows it, where that is what is meant: points of a percentage, an id with its zeros. Notes a unit that the format
    /// shows as mere text.
    pub(super) fn as_shown(&mut self, field: usize, place: Place, value: &Value<'_>) -> Option<Value<'static>> {
        let Value::Number(x) = *value else { return None };
        let schema = &self.resource.fields[field];
        match self.layout.look(place.row?, place.column?)? {
            NumberLook::Percent => schema.percent_is_points().then_some(Value::Number(x * 100.0)),
            NumberLook::Digits(marks)
                if (self.keys[field] || schema.groups.is_some()) && x >= 0.0 && x.fract() == 0.0 =>
            {
                Some(Value::Text(NumberLook::digits(marks, &value.seen()).into()))
            }
            look => {
                let unit = normalise(&look.text()?);
                if units::fit(&unit, schema) == Fit::Foreign {
                    let seen = || (place, value.seen().into(), unit.as_str().into(), 0);
                    self.units_shown.entry(field).or_insert_with(seen).3 += 1;
                }
                None
            }
        }
    }

    /// Reports the units that number formats show, once a column.
    pub(super) fn report_units_shown(&mut self) {
        let mut shown: Vec<_> = std::mem::take(&mut self.units_shown).into_iter().collect();
        shown.sort_by_key(|(field, _)| *field);
        for (_, (place, value, unit, count)) in shown {
            let detail = Detail::Layout(LayoutFault::UnitOfFormat(unit));
            let (code, value) = (Code::UnitMismatch, Some(value));
            self.issues.push(Issue { severity: Severity::Warning, code, place, value, detail, count });
        }
    }
}

/// The text of a cell that says that there is nothing: a dash, 无, N/A in an optional column, unless the column knows it as a value. In a
/// boolean whose blank means yes nothing says that.
pub(super) fn placeholder<'c>(cell: &'c Cell<'_>, field: &Field) -> Option<&'c str> {
    let Value::Text(text) = &cell.value else { return None };
    let means_yes = field.default == Some(serde_json::Value::Bool(true));
    if field.constraints.required || !field.kept || means_yes || text.len() > 16 {
        return None;
    }
    let word = normalise(text);
    let dashes = word.chars().all(|c| matches!(c, '-' | '—' | '–' | '―' | '－' | '/' | '\\' | '\'' | '’' | '‘'));
    let says_nothing = dashes || matches!(word.as_str(), "无" | "n/a" | "null");
    let is_value = || field.category(text).is_some() || field.is_boolean_spelling(&word);
    (says_nothing && !is_value()).then_some(text.as_ref())
}
