//! Reading a sheet into typed columns, with everything that is wrong in its cells.

mod aside;
mod looks;
mod merging;
mod titles;
mod wide_rows;

use std::collections::HashSet;

use hashbrown::HashMap;

use rust_decimal::Decimal;

use super::bounds;
use super::coerce::{self, Context, Parsed};
use super::column::{Column, DateColumn, NumberColumn, TextColumn, Typed};
use super::header::{self, HEADER_ROWS, Header};
use super::interner::Interner;
use super::issue::{Code, Detail, Issue, Place, ResourceId};
use super::issues::Issues;
use super::key_column::{KeyColumn, Spellings};
use super::layout_fault::LayoutFault;
use super::leniency::Leniency;
use super::merged::Merged;
use super::row_kind::{RowKind, RowKinds};
use super::unique::Unique;
use super::wide;
use crate::key::{Key, canonical, visible};
use crate::schema::{Field, FieldType, Resource};
use crate::workbook::{Cell, Layout, ReadError, Value, Workbook};
use looks::placeholder;
use titles::{titles, year_of};
use wide_rows::Across;

/// A sheet as typed columns.
#[derive(Debug)]
pub struct Table {
    /// The resource, by its index in the schemas.
    pub resource: usize,
    /// The sheet, by its index in the workbook.
    pub sheet: usize,
    /// Where the columns are.
    pub header: Header,
    /// For each row its index in the sheet.
    pub rows: Vec<u32>,
    /// For each row whether it has an error.
    pub faulty: Vec<bool>,
    /// For each row whether it belongs to the period.
    pub outside: Vec<bool>,
    /// A column for each field of the schema.
    pub columns: Vec<Column>,
    /// Where the months stand across, the month of each row.
    across: Option<Across>,
    /// Whether its header leaves open what is meant, so that no row was read.
    pub unread: bool,
    /// For each column of the sheet whether any cell of it holds something.
    used: Vec<bool>,
    /// The cells that a merged range fills, by row of the table and field, each with the row of the sheet where the value stands.
    filled: HashMap<(usize, usize), u32>,
}

impl Table {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A column by its field.
    pub fn column(&self, field: usize) -> &Column {
        &self.columns[field]
    }

    /// The first of so many columns that hold nothing, behind the last label with one column left free.
    pub fn free_columns(&self, wanted: u16) -> Option<u16> {
        const COLUMNS: usize = 16_384;
        let (wanted, first) = (usize::from(wanted), usize::from(self.header.last_column) + 2);
        let is_free = |start: &usize| (*start..start + wanted).all(|c| !self.used.get(c).copied().unwrap_or(false));
        let start = (first..=COLUMNS.checked_sub(wanted)?).find(is_free)?;
        (wanted > 0).then_some(start as u16)
    }

    fn note_used(&mut self, cells: &[Cell<'_>], is_ours: &dyn Fn(u16) -> bool) {
        for cell in cells.iter().filter(|c| !is_ours(c.column)) {
            let column = usize::from(cell.column);
            if column >= self.used.len() {
                self.used.resize(column + 1, false);
            }
            self.used[column] = true;
        }
    }

    /// The place of a cell; under a merged range that of its visible one. Where months stand across, a field that no month has is missed at the row's own column.
    pub fn place(&self, row: usize, field: usize) -> Place {
        let of_row = || self.header.columns.iter().flatten().min().copied();
        let across = || self.across.as_ref().and_then(|across| across.column(row, field).or_else(of_row));
        Place {
            sheet: Some(self.sheet as u16),
            resource: Some(ResourceId::Table(self.resource as u16)),
            row: Some(self.filled.get(&(row, field)).copied().unwrap_or(self.rows[row])),
            column: self.header.columns[field].or_else(across),
            field: Some(field as u16),
        }
    }

    /// The place of a field's label; where months stand across, that of the first of them.
    pub fn label_place(&self, field: usize) -> Place {
        let across = || self.across.as_ref().and_then(|across| across.first_column());
        Place {
            sheet: Some(self.sheet as u16),
            resource: Some(ResourceId::Table(self.resource as u16)),
            row: Some(self.header.row),
            column: self.header.columns[field].or_else(across),
            field: Some(field as u16),
        }
    }

    /// The value of a cell as people would write it.
    pub fn seen(&self, resource: &Resource, row: usize, field: usize) -> Option<Box<str>> {
        Some(self.column(field).value(row)?.spelled(&resource.fields[field]).into())
    }
}

/// A sheet that is to be read, and what is left out of it.
pub struct Source<'a> {
    /// The schema.
    pub resource: &'a Resource,
    /// Its index.
    pub index: usize,
    /// The sheet's index in the workbook.
    pub sheet: usize,
    /// Columns of our own from an earlier answer.
    pub ours: Option<std::ops::RangeInclusive<u16>>,
    /// The year of months that stand across without one.
    pub year: Option<i16>,
    /// Columns that are kept this time although their schema says that nobody reads them.
    pub also_kept: &'a [&'a str],
    /// How the dealers sheet spells the keys that stand here too.
    pub spellings: &'a Spellings,
}

/// Reads a sheet.
///
/// # Errors
///
/// [`ReadError`] where the sheet can't be read or `stop` says so; faults in the data are issues.
pub fn read(
    workbook: &mut Workbook<'_>,
    source: &Source<'_>,
    issues: &mut Issues,
    stop: &dyn Fn() -> bool,
) -> Result<Table, ReadError> {
    let name = workbook.sheets()[source.sheet].name.clone();
    let epoch_1904 = workbook.has_1904_epoch();
    let is_ours = |column: u16| source.ours.as_ref().is_some_and(|range| range.contains(&column));
    let mut top = Vec::new();
    workbook.rows(&name, |row| {
        if row.index < HEADER_ROWS {
            let labels = header::labels(row.cells);
            top.push((row.index, labels.into_iter().filter(|(column, _)| !is_ours(*column)).collect()));
        }
        Ok(row.index + 1 < HEADER_ROWS)
    })?;
    let header = header::find(source.resource, &top);
    let place = Place {
        sheet: Some(source.sheet as u16),
        resource: Some(ResourceId::Table(source.index as u16)),
        ..Place::default()
    };
    let layout = workbook.layout(&name)?;
    if let Some(found) = wide::find(source.resource, &header, &top) {
        return wide_rows::read(workbook, source, found, &top, layout, place, issues, stop);
    }
    header::check(source.resource, &header, &top, place, issues);
    let there: Vec<usize> = (0..source.resource.fields.len()).filter(|f| header.columns[*f].is_some()).collect();
    header::check_titles(source.resource, &there, titles(&top, header.first_row), place, issues);
    let year = year_of(source, &header, &top, &name);
    let above: Vec<String> = titles(&top, header.first_row).map(|(.., text)| text).collect();
    let mut reader = Reader::new(source, header, Context { epoch_1904, year }, layout, place, issues);
    reader.kinds.know_titles(above.into_iter());
    workbook.rows(&name, |row| {
        if row.index % 4096 == 0 && stop() {
            return Err(ReadError::Cancelled);
        }
        reader.table.note_used(row.cells, &is_ours);
        if row.index > reader.table.header.row {
            reader.row(row.index, row.cells, &is_ours);
        }
        Ok(true)
    })?;
    Ok(reader.finish())
}

/// What was forgiven in a column: first place and value, what, how often.
type Forgiven = (Place, Option<Box<str>>, Leniency, u32);

struct Reader<'s, 'i> {
    resource: &'s Resource,
    place: Place,
    context: Context,
    issues: &'i mut Issues,
    table: Table,
    /// What the cells look like, and the merged ranges.
    layout: Layout,
    merged: Merged,
    /// For each field the cell that a merged range gives to the current row.
    fills: Vec<Option<Cell<'static>>>,
    /// For each field whether a merged range leaves open what the current row holds.
    open: Vec<bool>,
    kinds: RowKinds<'s>,
    /// Whether no record came since the header.
    behind_header: bool,
    /// Whether each field takes part in a key.
    keys: Vec<bool>,
    /// For each field that groups the keys that the dealers sheet has, with their spellings.
    known: Vec<Option<&'s HashSet<Key>>>,
    /// For each unique field what has been seen in it.
    unique: Vec<Option<Unique>>,
    primary: HashMap<u64, u32>,
    /// The row of the sheet that was told last as repeating another: where months stand across, it is several rows of the table.
    repeated_row: Option<u32>,
    /// The values of key columns that are neither texts nor dates.
    key_texts: Interner,
    /// The numbers of the first parts of keys of more than two columns.
    key_numbers: HashMap<(usize, u64), u32>,
    coerced: HashMap<usize, Forgiven>,
    /// Units that number formats show, by field: the first place and value, the unit, how often.
    units_shown: HashMap<usize, (Place, Box<str>, Box<str>, u32)>,
    blank_labels: Vec<u16>,
    slots: Vec<Option<usize>>,
}

impl<'s, 'i> Reader<'s, 'i> {
    fn new(
        source: &Source<'s>,
        header: Header,
        context: Context,
        layout: Layout,
        place: Place,
        issues: &'i mut Issues,
    ) -> Self {
        let resource = source.resource;
        let columns = resource.fields.iter().enumerate().map(|(index, field)| match header.columns[index] {
            Some(_) if field.kept || source.also_kept.contains(&field.name.as_str()) => empty_column(field),
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

    fn row(&mut self, index: u32, cells: &[Cell<'_>], is_ours: &dyn Fn(u16) -> bool) {
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
    fn unlabelled(&mut self, row: u32, cell: &Cell<'_>, is_ours: &dyn Fn(u16) -> bool) {
        let header = &self.table.header;
        let known = is_ours(cell.column) || self.blank_labels.contains(&cell.column);
        if known || cell.value.is_blank() || header.labelled.contains(&cell.column) {
            return;
        }
        self.blank_labels.push(cell.column);
        let place = Place { row: Some(row.min(header.row)), column: Some(cell.column), ..self.place };
        self.push(Code::BlankLabel, place, None, Detail::BlankLabel);
    }

    fn record(&mut self, index: u32, cells: &[Cell<'_>]) {
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

    fn typed(&mut self, row: usize, field: usize, column: u16, cell: Option<&Cell<'_>>) -> Typed {
        let schema = &self.resource.fields[field];
        let sheet_row = self.table.filled.get(&(row, field)).copied().unwrap_or(self.table.rows[row]);
        let place = Place { row: Some(sheet_row), column: Some(column), field: Some(field as u16), ..self.place };
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
    fn is_another_spelling(&mut self, field: usize, parsed: &Parsed<'_>) -> bool {
        match (&mut self.table.columns[field], parsed) {
            (Column::Key(column), Parsed::Text(text)) => !column.intern(text, self.known[field]).1,
            _ => false,
        }
    }

    fn store(&mut self, row: usize, field: usize, place: Place, parsed: Parsed<'_>) -> Typed {
        if self.unique[field].is_some() {
            self.check_unique(row, field, place, &parsed);
        }
        match parsed {
            Parsed::Number(x) => Typed::Number(x),
            Parsed::Category(index) => Typed::Category(index as u16),
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
    fn check_unique(&mut self, row: usize, field: usize, place: Place, parsed: &Parsed<'_>) {
        let schema = &self.resource.fields[field];
        let text = match parsed {
            Parsed::Text(text) if schema.groups.is_some() => canonical(text),
            other => other.spelled(schema),
        };
        let Some(unique) = &mut self.unique[field] else { return };
        if let Some(first) = unique.take(row as u32, &text) {
            let first = self.table.rows[first as usize];
            self.fault(row, Code::UniqueError, place, Some(&Value::Text(text)), Detail::Duplicate(first));
        }
    }

    /// `primary-key`: two rows with the same key; the second and later ones are marked, at the first key column.
    ///
    /// Why: two rows for a dealer's month would both be added up. Example: D006 in 2007-04 twice.
    fn check_primary_key(&mut self, row: usize) {
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
    fn key_of(&mut self, row: usize) -> Option<u64> {
        let mut key = 0u64;
        for (n, &field) in self.resource.primary_key.iter().enumerate() {
            if n > 1 {
                let next = self.key_numbers.len() as u32;
                key = u64::from(*self.key_numbers.entry((n, key)).or_insert(next));
            }
            key = key << 32 | u64::from(self.key_part(row, field)?);
        }
        Some(key)
    }

    fn key_part(&mut self, row: usize, field: usize) -> Option<u32> {
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

    fn forgive(&mut self, field: usize, place: Place, value: &Value<'_>, leniency: Leniency) {
        let (.., what, count) =
            self.coerced.entry(field).or_insert_with(|| (place, Some(value.seen().into()), Leniency::NONE, 0));
        *what |= leniency;
        *count += 1;
    }

    fn fault(&mut self, row: usize, code: Code, place: Place, value: Option<&Value<'_>>, detail: Detail) {
        self.table.faulty[row] = true;
        if place.row != Some(self.table.rows[row]) {
            // The value is a merged range's, and its visible cell has its issue.
            return;
        }
        self.push(code, place, value.map(|v| v.seen().into()), detail);
    }

    fn push(&mut self, code: Code, place: Place, value: Option<Box<str>>, detail: Detail) {
        self.issues.tell(code, place, value.as_deref(), detail);
    }

    fn finish(mut self) -> Table {
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
fn is_blank(cell: &Cell<'_>, field: &Field) -> bool {
    let is_missing = || field.missing_values.iter().any(|missing| *missing == cell.value.seen().trim());
    !cell.uncached && (cell.value.is_blank() || !field.missing_values.is_empty() && is_missing())
}

fn empty_column(field: &Field) -> Column {
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

fn default_of(field: &Field) -> Typed {
    match &field.default {
        Some(serde_json::Value::Bool(b)) => Typed::Boolean(*b),
        Some(serde_json::Value::Number(n)) => n.as_i64().map_or(Typed::Null, |n| Typed::Number(Decimal::from(n))),
        _ => Typed::Null,
    }
}
