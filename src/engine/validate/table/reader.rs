//! Reading the rows of a sheet into its columns, cell by cell.

use std::collections::HashSet;

use hashbrown::HashMap;

use rust_decimal::Decimal;

use super::looks::placeholder;
use super::{Source, Table};
use crate::schema::{Field, FieldType, Resource};
use crate::validate::bounds;
use crate::validate::coerce::{self, Context, Parsed};
use crate::validate::column::{Column, DateColumn, NumberColumn, TextColumn, Typed};
use crate::validate::header::Header;
use crate::validate::interner::Interner;
use crate::validate::issue::{Code, Detail, Issue, Place};
use crate::validate::issues::Issues;
use crate::validate::key_column::KeyColumn;
use crate::validate::layout_fault::LayoutFault;
use crate::validate::leniency::Leniency;
use crate::validate::merged::Merged;
use crate::validate::row_kind::{RowKind, RowKinds};
use crate::validate::unique::Unique;
use crate::workbook::{Cell, Layout, Value};
use dealerbook_base::key::{Key, canonical, visible};
use dealerbook_base::narrow::{u16_of, u32_of};

/// What was forgiven in a column: first place and value, what, how often.
pub(super) type Forgiven = (Place, Option<Box<str>>, Leniency, u32);

pub(super) struct Reader<'s, 'i> {
    pub(super) resource: &'s Resource,
    pub(super) place: Place,
    pub(super) context: Context,
    pub(super) issues: &'i mut Issues,
    pub(super) table: Table,
    /// What the cells look like, and the merged ranges.
    pub(super) layout: Layout,
    pub(super) merged: Merged,
    /// For each field the cell that a merged range gives to the current row.
    pub(super) fills: Vec<Option<Cell<'static>>>,
    /// For each field whether a merged range leaves open what the current row holds.
    pub(super) open: Vec<bool>,
    pub(super) kinds: RowKinds<'s>,
    /// Whether no record came since the header.
    pub(super) behind_header: bool,
    /// Whether each field takes part in a key.
    pub(super) keys: Vec<bool>,
    /// For each field that groups the keys that the dealers sheet has, with their spellings.
    pub(super) known: Vec<Option<&'s HashSet<Key>>>,
    /// For each unique field what has been seen in it.
    pub(super) unique: Vec<Option<Unique>>,
    pub(super) primary: HashMap<u64, u32>,
    /// The row of the sheet that was reported last as repeating another: where months stand across, it is several rows of the table.
    pub(super) repeated_row: Option<u32>,
    /// The values of key columns that are neither texts nor dates.
    pub(super) key_texts: Interner,
    /// The numbers of the first parts of keys of more than two columns.
    pub(super) key_numbers: HashMap<(usize, u64), u32>,
    pub(super) coerced: HashMap<usize, Forgiven>,
    /// Units that number formats show, by field: the first place and value, the unit, how often.
    pub(super) units_shown: HashMap<usize, (Place, Box<str>, Box<str>, u32)>,
    pub(super) blank_labels: Vec<u16>,
    pub(super) slots: Vec<Option<usize>>,
}

impl<'s, 'i> Reader<'s, 'i> {
    pub(super) fn new(
        source: &Source<'s>,
        header: Header,
        context: Context,
        layout: Layout,
        place: Place,
        issues: &'i mut Issues,
    ) -> Self {
        let resource = source.resource;
        let columns = resource.fields.iter().enumerate().map(|(index, field)| match header.columns[index] {
            Some(_) if field.kept || source.also_read.contains(&field.name.as_str()) => empty_column(field),
            _ => Column::Absent,
        });
        let columns = columns.collect();
        let unique = resource.fields.iter().map(|f| f.constraints.unique.then(Default::default)).collect();
        Self {
            keys: (0..resource.fields.len()).map(|field| resource.is_key(field)).collect(),
            known: resource.fields.iter().map(|f| source.spellings.known(f.groups.as_deref()?)).collect(),
            slots: vec![None; resource.fields.len()],
            fills: vec![None; resource.fields.len()],
            open: vec![false; resource.fields.len()],
            kinds: RowKinds::new(resource, &header),
            behind_header: true,
            merged: Merged::below(layout.merges(), header.row),
            layout,
            table: Table {
                resource: source.index,
                sheet: source.sheet,
                header,
                rows: Vec::new(),
                faulty: Vec::new(),
                outside: Vec::new(),
                columns,
                across: None,
                unread: false,
                used: Vec::new(),
                filled: HashMap::new(),
            },
            primary: HashMap::new(),
            repeated_row: None,
            key_texts: Interner::default(),
            key_numbers: HashMap::new(),
            coerced: HashMap::new(),
            units_shown: HashMap::new(),
            blank_labels: Vec::new(),
            resource,
            place,
            context,
            issues,
            unique,
        }
    }

    pub(super) fn row(&mut self, index: u32, cells: &[Cell<'_>], is_ours: &dyn Fn(u16) -> bool) {
        self.slots.fill(None);
        let mut known_value = false;
        for (n, cell) in cells.iter().enumerate() {
            match self.table.header.field_at(cell.column) {
                Some(field) => {
                    self.slots[field] = Some(n);
                    known_value = known_value || !is_blank(cell, &self.resource.fields[field]);
                }
                None => self.unlabelled(index, cell, is_ours),
            }
        }
        let header = &self.table.header;
        self.merged.advance(index, cells, |column| header.field_at(column));
        self.fill(index, cells);
        let kind = if known_value || self.says_something(cells) { self.kind(cells) } else { return };
        match kind {
            RowKind::Data if known_value => {
                self.behind_header = false;
                self.record(index, cells);
            }
            RowKind::Data => {}
            other => self.set_aside(index, cells, other),
        }
    }

    /// Values under an empty label are said once a column, as `blank-label`.
    pub(super) fn unlabelled(&mut self, row: u32, cell: &Cell<'_>, is_ours: &dyn Fn(u16) -> bool) {
        let header = &self.table.header;
        let known = is_ours(cell.column) || self.blank_labels.contains(&cell.column);
        if known || cell.value.is_blank() || header.labelled.contains(&cell.column) {
            return;
        }
        self.blank_labels.push(cell.column);
        let place = Place { row: Some(row.min(header.row)), column: Some(cell.column), ..self.place };
        self.push(Code::BlankLabel, place, None, Detail::BlankLabel);
    }

    pub(super) fn record(&mut self, index: u32, cells: &[Cell<'_>]) {
        let row = self.table.rows.len();
        self.table.rows.push(index);
        self.table.faulty.push(false);
        self.settle_merges(row, index, cells);
        for field in 0..self.resource.fields.len() {
            let Some(column) = self.table.header.columns[field] else { continue };
            let cell = self.slots[field].map(|n| &cells[n]);
            let value = self.typed_or_filled(row, field, column, cell);
            self.table.columns[field].push(value);
        }
        self.check_primary_key(row);
    }

    pub(super) fn typed(&mut self, row: usize, field: usize, column: u16, cell: Option<&Cell<'_>>) -> Typed {
        let schema = &self.resource.fields[field];
        let sheet_row = self.table.filled.get(&(row, field)).copied().unwrap_or(self.table.rows[row]);
        let place = Place { row: Some(sheet_row), column: Some(column), field: Some(u16_of(field)), ..self.place };
        let Some(cell) = cell.filter(|c| !is_blank(c, schema)) else {
            if schema.constraints.required {
                let seen = cell.map(|c| &c.value).filter(|value| !value.is_blank());
                self.fault(row, Code::ConstraintError, place, seen, Detail::Required);
            }
            return default_of(schema);
        };
        if cell.uncached {
            self.fault(row, Code::UncachedFormula, place, None, Detail::Uncached);
            return Typed::Null;
        }
        if let Some(text) = placeholder(cell, schema) {
            self.forgive(field, place, &Value::Text(text.into()), Leniency::PLACEHOLDER);
            return default_of(schema);
        }
        let shown = self.as_shown(field, place, &cell.value);
        match coerce::parse(schema, self.keys[field], shown.as_ref().unwrap_or(&cell.value), &self.context) {
            Err((code, detail)) => {
                self.fault(row, code, place, Some(&cell.value), detail);
                Typed::Null
            }
            Ok((parsed, leniency)) => {
                if let Some((code, detail)) = bounds::fault(schema, &parsed) {
                    self.fault(row, code, place, Some(&cell.value), detail);
                    // A key that breaks a constraint is still the one that others refer to.
                    return if self.keys[field] { self.store(row, field, place, parsed) } else { Typed::Null };
                }
                let mut leniency = leniency;
                leniency.set(Leniency::SPELLING, self.is_another_spelling(field, &parsed));
                if !leniency.is_none() {
                    self.forgive(field, place, &cell.value, leniency);
                }
                if bounds::is_implausible(&parsed, &cell.value) {
                    let detail = Detail::Layout(LayoutFault::Implausible);
                    self.push(Code::Implausible, place, Some(cell.value.seen().into()), detail);
                }
                self.store(row, field, place, parsed)
            }
        }
    }

    /// Whether a text that groups is spelled otherwise than its key is shown.
    pub(super) fn is_another_spelling(&mut self, field: usize, parsed: &Parsed<'_>) -> bool {
        match (&mut self.table.columns[field], parsed) {
            (Column::Key(column), Parsed::Text(text)) => !column.intern(text, self.known[field]).1,
            _ => false,
        }
    }

    pub(super) fn store(&mut self, row: usize, field: usize, place: Place, parsed: Parsed<'_>) -> Typed {
        if self.unique[field].is_some() {
            self.check_unique(row, field, place, &parsed);
        }
        match parsed {
            Parsed::Number(x) => Typed::Number(x),
            Parsed::Category(index) => Typed::Category(u16_of(index)),
            Parsed::Boolean(b) => Typed::Boolean(b),
            Parsed::Date(d) => Typed::Date(d),
            Parsed::Text(text) => match &mut self.table.columns[field] {
                Column::Text(column) => Typed::Text(column.texts.intern(&visible(&text)).0),
                Column::Key(column) => Typed::Text(column.intern(&text, self.known[field]).0),
                _ => Typed::Null,
            },
            Parsed::Key(_) => Typed::Null,
        }
    }

    /// `unique-error`: a value that must be unique stands twice.
    ///
    /// Why: a ledger entry counted twice is paid twice. Example: the same 发货单号 in rows 5 and 9; row 9 is marked.
    pub(super) fn check_unique(&mut self, row: usize, field: usize, place: Place, parsed: &Parsed<'_>) {
        let schema = &self.resource.fields[field];
        let text = match parsed {
            Parsed::Text(text) if schema.groups.is_some() => canonical(text),
            other => other.spelled(schema),
        };
        let Some(unique) = &mut self.unique[field] else { return };
        if let Some(first) = unique.take(u32_of(row), &text) {
            let first = self.table.rows[first as usize];
            self.fault(row, Code::UniqueError, place, Some(&Value::Text(text)), Detail::Duplicate(first));
        }
    }

    /// `primary-key`: two rows with the same key; the second and later ones are marked, at the first key column.
    ///
    /// Why: two rows for a dealer's month would both be added up. Example: D006 in 2007-04 twice.
    pub(super) fn check_primary_key(&mut self, row: usize) {
        let Some(&first_field) = self.resource.primary_key.first() else { return };
        let Some(key) = self.key_of(row) else { return };
        if let Some(&first) = self.primary.get(&key) {
            let place = self.table.place(row, first_field);
            let value = self.table.seen(self.resource, row, first_field);
            self.table.faulty[row] = true;
            if self.repeated_row.replace(self.table.rows[row]) != Some(self.table.rows[row]) {
                self.push(Code::PrimaryKey, place, value, Detail::Duplicate(first));
            }
        } else {
            self.primary.insert(key, self.table.rows[row]);
        }
    }

    /// The key of a row as a number. Two parts fit into it; of more, all but the last are numbered by their values.
    pub(super) fn key_of(&mut self, row: usize) -> Option<u64> {
        let mut key = 0u64;
        for (n, &field) in self.resource.primary_key.iter().enumerate() {
            if n > 1 {
                let next = u32_of(self.key_numbers.len());
                key = u64::from(*self.key_numbers.entry((n, key)).or_insert(next));
            }
            key = key << 32 | u64::from(self.key_part(row, field)?);
        }
        Some(key)
    }

    pub(super) fn key_part(&mut self, row: usize, field: usize) -> Option<u32> {
        match &self.table.columns[field] {
            Column::Date(_) => {
                let date = self.table.columns[field].date(row)?;
                Some((date.year() as u32) << 16 | (date.month() as u32) << 8 | date.day() as u32)
            }
            Column::Text(_) | Column::Key(_) => self.table.columns[field].symbol(row),
            other => {
                let value = other.value(row)?;
                Some(self.key_texts.intern(&value.identity(&self.resource.fields[field])).0)
            }
        }
    }

    pub(super) fn forgive(&mut self, field: usize, place: Place, value: &Value<'_>, leniency: Leniency) {
        let (.., what, count) =
            self.coerced.entry(field).or_insert_with(|| (place, Some(value.seen().into()), Leniency::NONE, 0));
        *what |= leniency;
        *count += 1;
    }

    pub(super) fn fault(&mut self, row: usize, code: Code, place: Place, value: Option<&Value<'_>>, detail: Detail) {
        self.table.faulty[row] = true;
        if place.row != Some(self.table.rows[row]) {
            // The value is a merged range's, and its visible cell has its issue.
            return;
        }
        self.push(code, place, value.map(|v| v.seen().into()), detail);
    }

    pub(super) fn push(&mut self, code: Code, place: Place, value: Option<Box<str>>, detail: Detail) {
        self.issues.tell(code, place, value.as_deref(), detail);
    }

    pub(super) fn finish(mut self) -> Table {
        let mut coerced: Vec<_> = std::mem::take(&mut self.coerced).into_iter().collect();
        coerced.sort_by_key(|(field, _)| *field);
        for (_, (place, value, what, count)) in coerced {
            self.issues.push(Issue {
                severity: Code::Coerced.severity(),
                code: Code::Coerced,
                place,
                value,
                detail: Detail::Coerced(what),
                count,
            });
        }
        self.report_units_shown();
        self.table.outside = vec![false; self.table.rows.len()];
        self.table.columns.iter_mut().for_each(Column::close);
        self.table
    }
}

/// Whether a cell counts as blank in a column: some schemas have texts for that, such as n/a.
pub(super) fn is_blank(cell: &Cell<'_>, field: &Field) -> bool {
    let is_missing = || field.missing_values.iter().any(|missing| *missing == cell.value.seen().trim());
    !cell.uncached && (cell.value.is_blank() || !field.missing_values.is_empty() && is_missing())
}

pub(super) fn empty_column(field: &Field) -> Column {
    if !field.categories.is_empty() {
        return Column::Category(Vec::new());
    }
    match field.type_ {
        FieldType::String if field.groups.is_some() => Column::Key(KeyColumn::default()),
        FieldType::String => Column::Text(TextColumn::default()),
        FieldType::Number | FieldType::Integer | FieldType::Year => Column::Number(NumberColumn::default()),
        FieldType::Boolean => Column::Boolean(Vec::new()),
        FieldType::Date | FieldType::Yearmonth => Column::Date(DateColumn::default()),
    }
}

pub(super) fn default_of(field: &Field) -> Typed {
    match &field.default {
        Some(serde_json::Value::Bool(b)) => Typed::Boolean(*b),
        Some(serde_json::Value::Number(n)) => n.as_i64().map_or(Typed::Null, |n| Typed::Number(Decimal::from(n))),
        _ => Typed::Null,
    }
}
