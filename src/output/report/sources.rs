//! Where figures come from: the cells of the user's sheets that the programmes have read, with what was seen in them; and which column of a
//! programme's sheet derived from which of theirs. Nothing is calculated here.

use std::borrow::Cow;
use std::collections::HashMap;

use dealerbook_engine::programmes;
use dealerbook_engine::schema::{Field, Resource};
use dealerbook_engine::sheet::{Read, Sheet, Words};
use dealerbook_engine::validate::{Checked, Column, Parsed, Table};

/// So many rows of one owner in a ledger are reported one by one.
pub const ROWS_SHOWN: usize = 12;

/// What the rows of a sheet are of, by the first of these columns that it has.
const OWNERS: [&str; 4] = ["dealer_id", "account_id", "applicant_id", "option"];

/// The sheets that were read.
#[derive(Debug, Default)]
pub struct Sources {
    /// One each, in the schema's order.
    pub sheets: Vec<SourceSheet>,
}

/// A sheet that was read.
#[derive(Debug)]
pub struct SourceSheet {
    /// Its schema's name.
    pub resource: String,
    /// Its name in the workbook.
    pub name: String,
    /// Its columns that were kept.
    pub fields: Vec<SourceField>,
    rows: Vec<SourceRow>,
    /// Of each owner the rows of the period, and the others.
    owners: HashMap<Box<str>, [Owned; 2]>,
}

/// A column of a sheet that was read.
#[derive(Debug)]
pub struct SourceField {
    /// Its name in the schema.
    pub name: String,
    /// Its label.
    pub label: String,
}

/// A row of a sheet that was read.
#[derive(Debug)]
pub struct SourceRow {
    /// Its place in the sheet, from 0.
    pub row: u32,
    /// Its cells, by the sheet's columns.
    pub cells: Box<[SourceCell]>,
}

/// A cell that was read.
#[derive(Debug)]
pub struct SourceCell {
    /// Its column from 0; none where the sheet has no such column.
    pub column: Option<u16>,
    /// What was read, as people would write it; none where nothing was.
    pub value: Option<Box<str>>,
}

/// What a column of a programme's sheet reads.
#[derive(Debug)]
pub struct Reading {
    /// The sheet, by its place in [`Sources::sheets`].
    pub sheet: usize,
    /// Its columns, by their places in [`SourceSheet::fields`].
    pub fields: Vec<usize>,
    /// Whether rows of other periods count as well.
    pub all_periods: bool,
}

/// The rows of an owner.
#[derive(Debug, Default)]
pub struct Found<'s> {
    /// The rows, at most some of them.
    pub rows: Vec<&'s SourceRow>,
    /// How many there are.
    pub count: usize,
    /// The first and the last of all, from 0.
    pub span: Option<(u32, u32)>,
}

#[derive(Debug, Default)]
struct Owned {
    rows: Vec<usize>,
    count: usize,
    span: Option<(u32, u32)>,
}

impl Sources {
    /// What was read of a workbook: of each owner in a ledger the first rows, of what comes out row by row all of them.
    pub fn of(checked: &Checked, words: Words<'_>) -> Sources {
        let tables = checked.tables.iter().flatten();
        Sources { sheets: tables.map(|table| SourceSheet::of(table, &checked.sheets[table.sheet], words)).collect() }
    }

    /// The place of a sheet by its schema's name, where it was read.
    pub fn place(&self, resource: &str) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.resource == resource)
    }

    /// A sheet by its schema's name, where it was read.
    pub fn sheet(&self, resource: &str) -> Option<&SourceSheet> {
        self.place(resource).map(|place| &self.sheets[place])
    }

    /// How many rows are kept.
    pub fn rows(&self) -> usize {
        self.sheets.iter().map(|sheet| sheet.kept().len()).sum()
    }

    /// What a column of a programme's sheet reads.
    pub fn reading(&self, sheet: &Sheet<'_>, column: &str) -> Option<Reading> {
        let read = sheet.reads.of(column);
        let (resource, names): (&str, Vec<&str>) = match read {
            Some(Read::Tonnes) if self.place("shipments").is_some() => ("shipments", vec!["date", "tonnes"]),
            Some(Read::Tonnes) => ("purchases", vec!["month", "actual_tonnes"]),
            Some(Read::Columns(resource, names)) => (resource, names.iter().map(AsRef::as_ref).collect()),
            None => (sheet.reads.own(), vec![column]),
        };
        let place = self.place(resource)?;
        let fields: Vec<usize> = names.iter().filter_map(|name| self.sheets[place].field(name)).collect();
        let all_periods = read == Some(&Read::Tonnes);
        (!fields.is_empty()).then_some(Reading { sheet: place, fields, all_periods })
    }
}

impl SourceSheet {
    fn of(table: &Table, name: &str, words: Words<'_>) -> SourceSheet {
        let resource = &words.schemas.resources[table.resource];
        let owner = OWNERS.iter().find_map(|name| resource.field(name));
        let row_by_row = programmes::is_row_by_row(&resource.name);
        let kept: Vec<usize> = (0..resource.fields.len()).filter(|n| is_kept(table, resource, *n, owner)).collect();
        let field = |n: &usize| {
            let field = &resource.fields[*n];
            SourceField { name: field.name.clone(), label: field.label(words.lang).to_owned() }
        };
        let mut sheet = SourceSheet {
            resource: resource.name.clone(),
            name: name.to_owned(),
            fields: kept.iter().map(field).collect(),
            rows: Vec::new(),
            owners: HashMap::new(),
        };
        for row in (0..table.len()).filter(|row| !table.faulty[*row]) {
            let of = owner.and_then(|owner| table.column(owner).shown(row)).unwrap_or_default();
            let shown = sheet.count(of, table.rows[row], table.outside[row]);
            if shown || row_by_row {
                sheet.rows.push(source_row(table, resource, &kept, row, words));
            }
        }
        sheet
    }

    /// Counts a row of an owner; whether it is one of those that are shown.
    fn count(&mut self, owner: &str, row: u32, outside: bool) -> bool {
        if !self.owners.contains_key(owner) {
            self.owners.insert(owner.into(), Default::default());
        }
        let Some(owned) = self.owners.get_mut(owner).map(|owned| &mut owned[usize::from(outside)]) else {
            return false;
        };
        owned.count += 1;
        owned.span = Some((owned.span.map_or(row, |(first, _)| first), row));
        let shown = owned.rows.len() < ROWS_SHOWN;
        if shown {
            owned.rows.push(self.rows.len());
        }
        shown
    }

    /// The rows that are kept, in the sheet's order.
    pub fn kept(&self) -> &[SourceRow] {
        &self.rows
    }

    /// The place of a column by its name.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// A row by its place in the sheet, from 0.
    pub fn at(&self, row: u32) -> Option<&SourceRow> {
        let place = self.rows.binary_search_by_key(&row, |own| own.row).ok()?;
        Some(&self.rows[place])
    }

    /// The rows of an owner: of the period, or of all of them.
    pub fn of_owner(&self, owner: &str, all_periods: bool) -> Found<'_> {
        let Some(owned) = self.owners.get(owner) else { return Found::default() };
        let owned = &owned[..1 + usize::from(all_periods)];
        let mut places: Vec<usize> = owned.iter().flat_map(|owned| owned.rows.iter().copied()).collect();
        places.sort_unstable();
        places.truncate(ROWS_SHOWN);
        let spans = || owned.iter().filter_map(|owned| owned.span);
        Found {
            rows: places.into_iter().map(|place| &self.rows[place]).collect(),
            count: owned.iter().map(|owned| owned.count).sum(),
            span: spans().map(|span| span.0).min().zip(spans().map(|span| span.1).max()),
        }
    }
}

/// All but whose row it is; of the dealers sheet, whose cells are reported elsewhere, only what another programme reads.
fn is_kept(table: &Table, resource: &Resource, field: usize, owner: Option<usize>) -> bool {
    let forgotten = || {
        let stands = !table.is_empty() && table.place(0, field).column.is_some();
        stands && matches!(table.column(field), Column::Absent)
    };
    let name = resource.fields[field].name.as_str();
    owner != Some(field) && (resource.name != "dealers" || name == "joined_on") && !forgotten()
}

fn source_row(table: &Table, resource: &Resource, kept: &[usize], row: usize, words: Words<'_>) -> SourceRow {
    let cell = |field: &usize| SourceCell {
        column: table.place(row, *field).column,
        value: seen(table, resource, *field, row, words),
    };
    SourceRow { row: table.rows[row], cells: kept.iter().map(cell).collect() }
}

/// The value of a cell as people read it, in the reader's language; none where nothing stands there.
pub fn seen(table: &Table, resource: &Resource, field: usize, row: usize, words: Words<'_>) -> Option<Box<str>> {
    let schema: &Field = &resource.fields[field];
    let value = table.column(field).value(row)?;
    let text = match &value {
        Parsed::Category(index) => words.category_of(&resource.name, &schema.name, &schema.categories[*index].value),
        Parsed::Boolean(yes) => Cow::Borrowed(match yes {
            true => words.lang.pick("是", "yes"),
            false => words.lang.pick("否", "no"),
        }),
        other => other.spelled(schema),
    };
    Some(text.into())
}
