//! A table laid out wide: a row a dealer, the months across, plan and actual in blocks, in pairs or alone.
//!
//! Only the header is read here: which column is which field of which month. The labels may stand in one row (计划1月 … 实际1月 …), or
//! in two: a group above its months, or the groups beneath each month. Merged labels reach to the right until the next one.
//!
//! A month's year is the workbook's own (label, title, cover) before the request's: the request says what is assessed, not what the sheet
//! holds. A sheet is wide only where no column of months is found.

use super::header::{Header, Labels};
use super::issue::{Code, Detail, Issue, Place};
use super::issues::Issues;
use super::label;
use super::month_label::{self, MonthLabel};
use crate::schema::{Resource, Wide, normalise};
use dealerbook_base::narrow::{u16_of, u32_of};

/// So many months must stand across before a sheet is read in this way.
const MONTHS_MIN: usize = 2;

/// Where the columns of a wide sheet are.
#[derive(Clone, Debug)]
pub struct WideHeader {
    /// The columns that don't belong to a month, and the row behind which the data begins.
    pub header: Header,
    /// The months, in the order of their columns.
    pub months: Vec<Month>,
    /// The row in which the months are named.
    row: u32,
    /// Columns of sums, each with its label.
    totals: Vec<(u16, String)>,
    /// Columns of a meaning that another has already: label, field, the other column.
    repeated: Vec<(u16, String, usize, u16)>,
    /// Columns that nobody knows.
    strange: Vec<(u16, String)>,
}

/// A month and its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its year, where the label says it.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: i8,
    /// The label that names it first.
    pub label: String,
    /// The fields that stand beneath it, each with its column.
    pub columns: Vec<(usize, u16)>,
}

impl Month {
    /// The column of a field.
    pub fn column(&self, field: usize) -> Option<u16> {
        self.columns.iter().find(|(own, _)| *own == field).map(|(_, column)| *column)
    }

    /// The column of its first field.
    pub fn first_column(&self) -> Option<u16> {
        self.columns.first().map(|(_, column)| *column)
    }
}

/// The labels of a row near the top, by column.
struct Line<'l> {
    row: u32,
    labels: &'l [(u16, String)],
}

impl<'l> Line<'l> {
    fn at(&self, column: u16) -> Option<&'l str> {
        self.labels.iter().find(|(own, _)| *own == column).map(|(_, label)| label.as_str())
    }

    /// The label over a column: its own, or that of the nearest column to the left, as merged cells have it.
    fn over(&self, column: u16) -> Option<&'l str> {
        self.labels.iter().rev().find(|(own, _)| *own <= column).map(|(_, label)| label.as_str())
    }
}

/// What a label means in a wide sheet.
struct Reader<'r> {
    resource: &'r Resource,
    wide: &'r Wide,
}

impl Reader<'_> {
    /// The field of a group label such as 计划 or 实际提货量（吨）.
    fn group(&self, label: &str) -> Option<usize> {
        let label = normalise(label);
        let bare = label.split('(').next().unwrap_or_default();
        let is = |(field, labels): &&(usize, Vec<String>)| {
            let schema = &self.resource.fields[*field];
            label::names(schema, &label) || labels.iter().any(|own| *own == bare) || schema.has_label(bare)
        };
        self.wide.groups.iter().find(is).map(|(field, _)| *field)
    }

    /// A month, with the group that its own label names or leaves open.
    fn month(&self, label: &str) -> Option<(MonthLabel, Option<usize>)> {
        let month = month_label::parse(label)?;
        let rest = self.without_unit(&month.rest);
        match (rest.is_empty(), self.group(rest)) {
            (true, _) => Some((month, None)),
            (false, Some(group)) => Some((month, Some(group))),
            (false, None) => None,
        }
    }

    /// 计划吨 is 计划: brackets are gone already.
    fn without_unit<'l>(&self, rest: &'l str) -> &'l str {
        let units = || self.wide.groups.iter().flat_map(|(field, _)| &self.resource.fields[*field].units);
        units().find_map(|unit| rest.strip_suffix(unit.as_str())).unwrap_or(rest)
    }

    fn is_total(&self, label: &str) -> bool {
        let label = normalise(label);
        let bare = label.split('(').next().unwrap_or_default();
        self.wide.totals.iter().any(|total| bare.ends_with(total.as_str()))
    }

    /// A column that doesn't belong to a month.
    fn fixed(&self, label: &str) -> Option<usize> {
        let beneath = |field: usize| self.wide.groups.iter().any(|(own, _)| *own == field) || field == self.wide.across;
        label::read(self.resource, label).map(|named| named.field).filter(|field| !beneath(*field))
    }

    fn months_in(&self, line: &Line<'_>) -> usize {
        let mut seen: Vec<(Option<i16>, i8)> =
            line.labels.iter().filter_map(|(_, label)| self.month(label)).map(|(m, _)| (m.year, m.month)).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    }
}

/// The header of a sheet that is laid out wide, where it is one and `long` has no column of months.
pub fn find(resource: &Resource, long: &Header, rows: &[Labels]) -> Option<WideHeader> {
    let wide = resource.wide.as_ref().filter(|wide| long.columns[wide.across].is_none())?;
    let reader = Reader { resource, wide };
    let lines: Vec<Line<'_>> = rows.iter().map(|(row, labels)| Line { row: *row, labels }).collect();
    let counts = lines.iter().enumerate().map(|(at, line)| (reader.months_in(line), std::cmp::Reverse(at)));
    let (count, std::cmp::Reverse(at)) = counts.max()?;
    if count < MONTHS_MIN {
        return None;
    }
    let months = &lines[at];
    let beside = |line: &&Line<'_>, row: u32| line.row == row && reader.months_in(line) == 0;
    let above = at.checked_sub(1).map(|n| &lines[n]).filter(|line| beside(line, months.row.wrapping_sub(1)));
    let above = above.filter(|line| {
        line.labels.iter().any(|(_, label)| reader.group(label).is_some() || reader.fixed(label).is_some())
    });
    let below = lines.get(at + 1).filter(|line| beside(line, months.row + 1));
    let below = below.filter(|line| line.labels.iter().filter(|(_, label)| reader.group(label).is_some()).count() > 1);
    Some(read(&reader, months, above, below))
}

fn read(reader: &Reader<'_>, months: &Line<'_>, above: Option<&Line<'_>>, below: Option<&Line<'_>>) -> WideHeader {
    let fields = reader.resource.fields.len();
    let lines = || [Some(months), below, above].into_iter().flatten();
    let mut columns: Vec<u16> = lines().flat_map(|line| line.labels.iter().map(|(column, _)| *column)).collect();
    columns.sort_unstable();
    columns.dedup();
    let last_column = columns.last().copied().unwrap_or(0);
    let mut found = WideHeader {
        header: Header {
            row: below.map_or(months.row, |line| line.row),
            first_row: above.map_or(months.row, |line| line.row),
            columns: vec![None; fields],
            fields: vec![None; usize::from(last_column) + 1],
            labelled: columns.clone(),
            last_column,
        },
        months: Vec::new(),
        row: months.row,
        totals: Vec::new(),
        repeated: Vec::new(),
        strange: Vec::new(),
    };
    for column in columns {
        let own = months.at(column);
        let beneath = below.and_then(|line| line.at(column)).and_then(|label| reader.group(label));
        // Where the groups stand beneath, a merged month reaches over all of them.
        let month = match (own, beneath) {
            (None, Some(_)) => months.over(column).and_then(|label| reader.month(label).map(|m| (label, m))),
            (own, _) => own.and_then(|label| reader.month(label).map(|m| (label, m))),
        };
        if let Some((label, (month, group))) = month {
            let over = above.and_then(|line| line.over(column)).and_then(|label| reader.group(label));
            found.add(month, label, column, group.or(beneath).or(over).unwrap_or(reader.wide.bare));
            continue;
        }
        let labels = || lines().filter_map(|line| line.at(column));
        let label = own.or_else(|| labels().next()).unwrap_or_default();
        let over_total = || own.is_none() && months.over(column).is_some_and(|label| reader.is_total(label));
        match labels().find_map(|label| reader.fixed(label)) {
            Some(field) => found.fix(field, column, label),
            None if labels().any(|label| reader.is_total(label)) || beneath.is_some() && over_total() => {
                found.totals.push((column, label.to_owned()));
            }
            None => found.strange.push((column, label.to_owned())),
        }
    }
    found
}

impl WideHeader {
    fn add(&mut self, label: MonthLabel, text: &str, column: u16, field: usize) {
        let same = |own: &Month| own.month == label.month && own.year == label.year;
        let at = self.months.iter().position(same).unwrap_or_else(|| {
            let month = Month { year: label.year, month: label.month, label: text.to_owned(), columns: Vec::new() };
            self.months.push(month);
            self.months.len() - 1
        });
        match self.months[at].column(field) {
            Some(first) => self.repeated.push((column, text.to_owned(), field, first)),
            None => self.months[at].columns.push((field, column)),
        }
    }

    fn fix(&mut self, field: usize, column: u16, label: &str) {
        match self.header.columns[field] {
            Some(first) => self.repeated.push((column, label.to_owned(), field, first)),
            None => {
                self.header.columns[field] = Some(column);
                self.header.fields[usize::from(column)] = Some(u16_of(field));
            }
        }
    }

    /// The fields that have a column, beside the months or beneath them.
    pub fn fields(&self) -> Vec<usize> {
        let beside = (0..self.header.columns.len()).filter(|field| self.header.columns[*field].is_some());
        let mut fields: Vec<usize> =
            beside.chain(self.months.iter().flat_map(|month| month.columns.iter().map(|(field, _)| *field))).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The year that the lines above the months name, where they name one.
    pub fn year_above(&self, rows: &[Labels]) -> Option<i16> {
        let above = rows.iter().filter(|(row, _)| *row < self.row).flat_map(|(_, labels)| labels);
        let mut years = above.filter_map(|(_, label)| month_label::year_in(label));
        let first = years.next()?;
        years.all(|year| year == first).then_some(first)
    }

    /// Gives the months without a year this one.
    pub fn date(&mut self, year: Option<i16>) {
        self.months.iter_mut().for_each(|month| month.year = month.year.or(year));
    }

    /// Whether every column is the only one of its meaning, and every month has its year and the columns that it needs.
    pub fn is_clear(&self, resource: &Resource) -> bool {
        let dated = self.months.iter().all(|month| month.year.is_some());
        self.repeated.is_empty() && dated && self.lacking(resource).is_empty()
    }

    /// The months that lack a column that is required, as others have it.
    fn lacking(&self, resource: &Resource) -> Vec<(&Month, usize)> {
        let groups = resource.wide.iter().flat_map(|wide| &wide.groups).map(|(field, _)| *field);
        let required = groups.filter(|field| resource.fields[*field].constraints.required);
        let stands = |field: &usize| self.months.iter().any(|month| month.column(*field).is_some());
        let of_field = |field| {
            let months = self.months.iter().filter(move |month| month.column(field).is_none());
            months.map(move |month| (month, field))
        };
        required.filter(stands).flat_map(of_field).collect()
    }

    /// Says that the sheet was read as wide, and what is wrong with its labels.
    ///
    /// What: a dealer column that is missing, a month that stands twice for one group or lacks its actual tonnes, months of no known year. Why: 1月 … 12月 twice without
    /// 计划 and 实际 above could be either. Example: 1月 in C and, unnamed, in O.
    pub fn check(&self, resource: &Resource, place: Place, issues: &mut Issues) {
        let Some(wide) = &resource.wide else { return };
        let at = |column: Option<u16>, field: Option<usize>| Place {
            row: Some(self.row),
            column,
            field: field.map(u16_of),
            ..place
        };
        let first = self.months.first();
        let first_column = first.and_then(Month::first_column);
        issues.push(Issue {
            severity: Code::Coerced.severity(),
            code: Code::Coerced,
            place: at(first_column, Some(wide.across)),
            value: first.map(|month| month.label.as_str().into()),
            detail: Detail::WideLayout,
            count: u32_of(self.months.len()),
        });
        for (index, field) in resource.fields.iter().enumerate() {
            let beneath = wide.groups.iter().any(|(own, _)| *own == index);
            let missing = match beneath {
                true => self.months.iter().all(|month| month.column(index).is_none()),
                false => index != wide.across && self.header.columns[index].is_none(),
            };
            if field.constraints.required && missing {
                issues.tell(Code::MissingLabel, at(None, Some(index)), None, Detail::MissingLabel);
            }
        }
        if let Some(month) = self.months.iter().find(|month| month.year.is_none()) {
            let place = at(month.first_column(), Some(wide.across));
            issues.tell(Code::MissingLabel, place, Some(&month.label), Detail::MonthWithoutYear);
        }
        for (month, field) in self.lacking(resource) {
            let place = at(month.first_column(), Some(field));
            issues.tell(Code::MissingLabel, place, Some(&month.label), Detail::MonthLacks(u16_of(field)));
        }
        for (column, label, field, first) in &self.repeated {
            let of_month = wide.groups.iter().any(|(own, _)| own == field);
            let detail = if of_month { Detail::RepeatedMonth(*first) } else { Detail::DuplicateLabel(*first) };
            issues.tell(Code::DuplicateLabel, at(Some(*column), Some(*field)), Some(label), detail);
        }
        for (column, label) in &self.totals {
            issues.tell(Code::TotalsRow, at(Some(*column), None), Some(label), Detail::TotalsColumn);
        }
        for (column, label) in &self.strange {
            issues.tell(Code::ExtraLabel, at(Some(*column), None), Some(label), Detail::ExtraLabel(None));
        }
    }
}
