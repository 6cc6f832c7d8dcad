//! From cells to typed tables and issues: finding headers, reading leniently where the meaning is certain, checking everything else.
//!
//! Every fault is found in one pass, at its cell. Nothing here calculates a score or knows of files and requests.

mod bounds;
mod checks;
mod coerce;
mod column;
mod cover;
mod date;
mod example;
mod header;
mod interner;
mod issue;
mod issues;
mod key_column;
mod label;
mod layout_fault;
mod ledger;
mod leniency;
mod merged;
mod message;
mod month_label;
mod number;
mod row_kind;
mod sheets;
mod table;
mod unfilled;
mod unique;
mod units;
mod wide;
mod words;

pub use checks::Interim;
pub use coerce::Parsed;
pub use column::Column;
pub use cover::CoverValues;
pub use date::{DateFault, parse_date};
pub use header::Header;
pub use issue::{Code, Detail, Issue, Place, ResourceId};
pub use issues::{CountKey, ISSUES_MAX, Issues};
pub use key_column::KeyColumn;
pub use layout_fault::LayoutFault;
pub use ledger::Ledger;
pub use leniency::Leniency;
pub use message::{Speaker, expectation};
pub use number::{NumberFault, parse_number};
pub use table::Table;

use checks::Verdict;

use std::sync::Arc;

use jiff::civil::{Date, date};
use key_column::Spellings;

use crate::history::History;
use crate::policy::{Incentive, Policy};
use crate::schema::{Schemas, Severity};
use crate::workbook::{ReadError, Workbook};

/// What the request says about the check.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The period, over the cover's.
    pub period: Option<i16>,
    /// The as-of date, over the cover's.
    pub as_of: Option<Date>,
    /// What earlier periods came to.
    pub history: Option<Arc<History>>,
    /// The programmes that are wanted; none means all whose sheets are there.
    pub programmes: Option<Vec<String>>,
}

/// Our own additions in an earlier answer, which are not read again.
#[derive(Clone, Debug, Default)]
pub struct Exclusions {
    /// Sheets, by name.
    pub sheets: Vec<String>,
    /// Columns beside a table, by the sheet's name.
    pub columns: Vec<(String, std::ops::RangeInclusive<u16>)>,
    /// Whether the workbook was made from a template, so that a sheet without a row of data is one that was not wanted.
    pub from_template: bool,
}

/// A workbook that has been checked.
#[derive(Debug)]
pub struct Checked {
    /// The names of its sheets.
    pub sheets: Vec<String>,
    /// Those of them that are hidden.
    pub hidden: Vec<String>,
    /// Those of them that are known, but not needed by the programmes that were asked for.
    pub unread: Vec<String>,
    /// Those of them that are a template's and were not filled in.
    pub unfilled: Vec<String>,
    /// For each resource its table, where its sheet is there and wanted.
    pub tables: Vec<Option<Table>>,
    /// What is wrong.
    pub issues: Issues,
    /// The calendar year that is assessed.
    pub period: Option<i16>,
    /// The as-of date.
    pub as_of: Option<Date>,
    /// The programmes whose sheets are all there.
    pub programmes: Vec<String>,
    /// The tonnes of each dealer's months, until they are taken for the calculation.
    pub ledger: Option<Ledger>,
    /// Why the run is interim, where it is: its year isn't whole yet.
    pub interim: Option<Interim>,
    /// Whether the shipments decide the actual tonnes.
    pub shipments_decide: bool,
    /// Whether a fault belongs to no row, so that not even a part can be calculated.
    pub stopped: bool,
}

impl Checked {
    /// A table by the name of its resource.
    pub fn table(&self, schemas: &Schemas, name: &str) -> Option<&Table> {
        schemas.index(name).and_then(|index| self.tables[index].as_ref())
    }

    /// Lets go of all tables but the one of this name: what a long ledger holds is not needed to the end.
    pub fn keep_only(&mut self, schemas: &Schemas, name: &str) {
        let kept = schemas.index(name);
        let others = self.tables.iter_mut().enumerate().filter(|(index, _)| Some(*index) != kept);
        others.for_each(|(_, table)| *table = None);
    }

    /// Whether there is at least one error.
    pub fn has_errors(&self) -> bool {
        self.issues.of(Severity::Error) > 0
    }
}

/// Checks a workbook.
///
/// # Errors
///
/// [`ReadError`] where it can't be read or `stop` says so; faults in the data are issues.
pub fn check(
    workbook: &mut Workbook<'_>,
    schemas: &Schemas,
    policy: &Policy,
    request: &Request,
    exclusions: &Exclusions,
    stop: &dyn Fn() -> bool,
) -> Result<Checked, ReadError> {
    let mut issues = Issues::default();
    let reads = |is: fn(&Incentive) -> bool| policy.incentives.iter().any(is);
    let paid_by: &[&str] = if reads(Incentive::needs_receivables) { &["receivables"] } else { &[] };
    let found = sheets::recognise(workbook, schemas, request, exclusions, paid_by, &mut issues)?;
    let runs = |name: &str| found.programmes.iter().any(|own| own == name);
    let incentives = runs("incentives");
    let also_read = [("amount", incentives && reads(Incentive::needs_amount)), ("product", runs("stock"))];
    let also_read: Vec<&str> = also_read.into_iter().filter(|(_, kept)| *kept).map(|(name, _)| name).collect();
    let cover = match found.cover {
        Some(sheet) => cover::read(workbook, schemas, sheet, &mut issues)?,
        None => CoverValues::default(),
    };
    let year = cover.period.or(request.period);
    let read = Reading { schemas, exclusions, year, also_read: &also_read, stop };
    let mut tables = read.tables(workbook, &found.tables, &mut issues)?;
    let period = request.period.or(cover.period).or_else(|| latest_year(schemas, &tables));
    let as_of = request.as_of.or(cover.as_of).or_else(|| period.map(|year| date(year, 12, 31)));
    cover.overridden(request, &mut issues);
    let stopped = issues.list().iter().any(|i| i.severity == Severity::Error && belongs_to_no_row(i));
    let assessed = runs("assessment") || incentives;
    let mut scope = checks::Scope {
        schemas,
        policy,
        tables: &mut tables,
        issues: &mut issues,
        period,
        period_is_guessed: request.period.or(cover.period).is_none(),
        as_of,
        as_of_at: cover.as_of_at().filter(|_| request.as_of.is_none()),
        past: request.history.as_deref().and_then(|history| history.before(period)),
        assessed,
        incentives,
        stopped,
    };
    let Verdict { ledger, interim } = checks::all(&mut scope);
    let stopped = scope.stopped;
    issues.sort();
    let names =
        |hidden: bool| workbook.sheets().iter().filter(|s| !hidden || s.hidden).map(|s| s.name.clone()).collect();
    Ok(Checked {
        sheets: names(false),
        hidden: names(true),
        unread: found.unread.iter().map(|&sheet| workbook.sheets()[sheet].name.clone()).collect(),
        unfilled: found.unfilled.iter().flatten().map(|sheet| workbook.sheets()[*sheet].name.clone()).collect(),
        tables,
        issues,
        period,
        as_of,
        programmes: found.programmes,
        interim,
        shipments_decide: ledger.as_ref().is_some_and(|l| l.shipments_decide),
        ledger,
        stopped,
    })
}

/// How the sheets of a workbook are read.
struct Reading<'a> {
    schemas: &'a Schemas,
    exclusions: &'a Exclusions,
    /// The year of months that stand across without one.
    year: Option<i16>,
    /// Columns that are kept although their schema says that nobody reads them.
    also_read: &'a [&'a str],
    stop: &'a dyn Fn() -> bool,
}

impl Reading<'_> {
    /// Reads the tables of these sheets, one for each resource; the dealers first, whose keys the others are compared with.
    fn tables(
        &self,
        workbook: &mut Workbook<'_>,
        sheets: &[Option<usize>],
        issues: &mut Issues,
    ) -> Result<Vec<Option<Table>>, ReadError> {
        let mut tables: Vec<Option<Table>> = Vec::new();
        let mut spellings = Spellings::default();
        for (index, resource) in self.schemas.resources.iter().enumerate() {
            let table = sheets[index].map(|sheet| {
                let name = &workbook.sheets()[sheet].name;
                let columns = self.exclusions.columns.iter().find(|(own, _)| own == name);
                let source = table::Source {
                    resource,
                    index,
                    sheet,
                    ours: columns.map(|(_, range)| range.clone()),
                    year: self.year,
                    also_read: self.also_read,
                    spellings: &spellings,
                };
                table::read(workbook, &source, issues, self.stop)
            });
            let table = table.transpose()?;
            if let Some(dealers) = table.as_ref().filter(|_| resource.name == "dealers") {
                spellings = Spellings::of(resource, dealers);
            }
            tables.push(table);
        }
        Ok(tables)
    }
}

/// Whether a fault is of a whole sheet, column or the cover, so that leaving rows out doesn't help.
fn belongs_to_no_row(issue: &Issue) -> bool {
    let of_no_row = [Code::MissingLabel, Code::DuplicateLabel, Code::MissingSheet, Code::DuplicateSheet];
    issue.place.row.is_none() || issue.place.resource == Some(ResourceId::Cover) || of_no_row.contains(&issue.code)
}

/// The year of the latest purchase month, or of the latest shipment where there are no purchases.
fn latest_year(schemas: &Schemas, tables: &[Option<Table>]) -> Option<i16> {
    ["purchases", "shipments"].iter().find_map(|name| {
        let index = schemas.index(name)?;
        let table = tables[index].as_ref()?;
        let field = schemas.resources[index].period_field?;
        (0..table.len()).filter_map(|row| table.column(field).date(row)).max().map(|d| d.year())
    })
}
