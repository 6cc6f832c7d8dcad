//! What the programmes read: the rows of the sheets that count, by the names of their columns.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::policy::Policy;
use crate::schema::{Resource, Schemas};
use crate::validate::{Checked, Table};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// The checked sheets of a workbook, without the rows that are to be left out.
pub struct Sheets<'a> {
    checked: &'a Checked,
    schemas: &'a Schemas,
    /// The dealers that have a faulty row in any sheet: none of their rows counts.
    left_out: BTreeSet<&'a str>,
    /// Who each dealer is, where there is a dealers sheet.
    dealers: BTreeMap<&'a str, Dealership<'a>>,
}

/// Who a dealer is, for people; empty where there is no dealers sheet, or not this dealer in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dealership<'a> {
    /// 经销商名称
    pub name: &'a str,
    /// 区域
    pub region: &'a Key,
    /// 合作方式, canonical.
    pub channel_mode: &'a str,
    /// 市场分类, of the sheet or else of the policy's table by region; may be empty.
    pub market_class: &'a str,
}

impl<'a> Sheets<'a> {
    /// The sheets of a workbook.
    pub fn new(checked: &'a Checked, schemas: &'a Schemas, policy: &'a Policy) -> Self {
        let mut sheets = Self { checked, schemas, left_out: BTreeSet::new(), dealers: BTreeMap::new() };
        let tables = checked.tables.iter().flatten();
        sheets.left_out = tables.flat_map(|table| sheets.faulty_dealers(table)).collect();
        let known = |row: Row<'a>| Dealership {
            name: row.text("name"),
            region: row.key("region"),
            channel_mode: row.category("channel_mode"),
            market_class: policy.market_class(row.category("market_class"), row.key("region")),
        };
        sheets.dealers = sheets.rows("dealers").map(|row| (row.text("dealer_id"), known(row))).collect();
        sheets
    }

    fn faulty_dealers(&self, table: &'a Table) -> Vec<&'a str> {
        let Some(id) = self.schemas.resources[table.resource].field("dealer_id") else { return Vec::new() };
        let faulty = (0..table.len()).filter(|row| table.faulty[*row]);
        faulty.filter_map(|row| table.column(id).text(row)).collect()
    }

    /// Whether a programme is wanted and all its sheets are there.
    pub fn runs(&self, programme: &str) -> bool {
        self.checked.programmes.iter().any(|p| p == programme)
    }

    /// Whether a sheet is there.
    pub fn has(&self, sheet: &str) -> bool {
        self.checked.table(self.schemas, sheet).is_some()
    }

    /// The calendar year that is looked at.
    pub fn period(&self) -> Option<i16> {
        self.checked.period
    }

    /// The as-of date, where the request, the cover or the months tell one.
    pub fn as_of(&self) -> Option<Date> {
        self.checked.as_of
    }

    /// Who a dealer is.
    pub fn dealer(&self, id: &str) -> Dealership<'a> {
        self.dealers.get(id).copied().unwrap_or_default()
    }

    /// The rows of a sheet that count, in its order: not faulty, of no dealer that is left out, and of the period.
    pub fn rows(&self, sheet: &str) -> impl Iterator<Item = Row<'a>> {
        self.rows_of_all_periods(sheet).filter(|row| !row.table.outside[row.index])
    }

    /// The same, of whatever period.
    pub fn rows_of_all_periods(&self, sheet: &str) -> impl Iterator<Item = Row<'a>> {
        let table = self.checked.table(self.schemas, sheet);
        let rows = table.into_iter().flat_map(|table| self.rows_of(table));
        rows.filter(|row| !row.table.faulty[row.index] && !self.left_out.contains(row.text("dealer_id")))
    }

    /// The same, up to the as-of date by the day in a column.
    pub fn rows_to_date(&self, sheet: &str, day: &'static str) -> impl Iterator<Item = Row<'a>> {
        let as_of = self.as_of().unwrap_or(Date::MAX);
        self.rows_of_all_periods(sheet).filter(move |row| row.date(day).is_none_or(|day| day <= as_of))
    }

    /// The rows that count of groups that are sound: where one row of a group (of an option, by that column) is faulty, none of it counts.
    pub fn rows_of_sound(&self, sheet: &str, group: &str) -> impl Iterator<Item = Row<'a>> {
        let all = self.checked.table(self.schemas, sheet).into_iter().flat_map(|table| self.rows_of(table));
        let unsound: BTreeSet<&'a Key> =
            all.filter(|row| row.table.faulty[row.index]).filter_map(|row| row.key_if_any(group)).collect();
        let group = group.to_owned();
        self.rows(sheet).filter(move |row| row.key_if_any(&group).is_none_or(|key| !unsound.contains(key)))
    }

    fn rows_of(&self, table: &'a Table) -> impl Iterator<Item = Row<'a>> {
        let resource = &self.schemas.resources[table.resource];
        (0..table.len()).map(move |index| Row { resource, table, index })
    }
}

/// A row of a sheet, its values by the names of their columns. An empty cell, or one of a column that isn't there, has the schema's
/// default, else nothing.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    resource: &'a Resource,
    table: &'a Table,
    index: usize,
}

impl<'a> Row<'a> {
    fn field(&self, name: &str) -> Option<usize> {
        self.resource.field(name)
    }

    /// Its place in the sheet, from 0.
    pub fn place(&self) -> u32 {
        self.table.rows[self.index]
    }

    /// A key of a column that groups; empty where there is none.
    pub fn key(&self, field: &str) -> &'a Key {
        self.key_if_any(field).unwrap_or_default()
    }

    /// A key of a column that groups, where there is one.
    pub fn key_if_any(&self, field: &str) -> Option<&'a Key> {
        self.field(field).and_then(|f| self.table.column(f).key(self.index))
    }

    /// A text; empty where there is none.
    pub fn text(&self, field: &str) -> &'a str {
        self.field(field).and_then(|f| self.table.column(f).text(self.index)).unwrap_or_default()
    }

    /// A canonical category; empty where there is none.
    pub fn category(&self, field: &str) -> &'a str {
        let Some(field) = self.field(field) else { return "" };
        let value = |index: usize| self.resource.fields[field].categories[index].value.as_str();
        self.table.column(field).category(self.index).map_or("", value)
    }

    /// A number, where there is one.
    pub fn number_if_any(&self, field: &str) -> Option<Decimal> {
        let index = self.field(field)?;
        let default = || {
            let json = self.resource.fields[index].default.as_ref()?;
            Decimal::from_str_exact(&json.to_string()).ok()
        };
        self.table.column(index).number(self.index).or_else(default)
    }

    /// A number; 0 where there is none.
    pub fn number(&self, field: &str) -> Decimal {
        self.number_if_any(field).unwrap_or_default()
    }

    /// A number to reckon with; 0 where there is none.
    pub fn exact(&self, field: &str) -> Exact {
        self.number(field).into()
    }

    /// A date, or a month as its first day.
    pub fn date(&self, field: &str) -> Option<Date> {
        self.field(field).and_then(|f| self.table.column(f).date(self.index))
    }

    /// Yes or no; the schema's default, else no, where nothing is said.
    pub fn yes(&self, field: &str) -> bool {
        let Some(index) = self.field(field) else { return false };
        let default = || self.resource.fields[index].default.as_ref().and_then(serde_json::Value::as_bool);
        self.table.column(index).boolean(self.index).or_else(default).unwrap_or(false)
    }
}
