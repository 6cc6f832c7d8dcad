//! Which sheet is what, and which programmes can run on what is there.

use super::header::{self, HEADER_ROWS, Labels};
use super::issue::{Code, Detail, Issue, Place, ResourceId};
use super::issues::Issues;
use super::{Exclusions, Request, unfilled};
use crate::schema::{Recognised, Resource, Schemas, Severity};
use crate::workbook::{ReadError, Workbook};
use dealerbook_base::narrow::u16_of;

/// The sheets that are to be read.
#[derive(Debug, Default)]
pub struct Found {
    /// The cover, by its index in the workbook.
    pub cover: Option<usize>,
    /// For each resource its sheet.
    pub tables: Vec<Option<usize>>,
    /// For each resource its sheet, where that is a template's that nobody has filled in: it counts as not there.
    pub unfilled: Vec<Option<usize>>,
    /// The programmes whose sheets are there.
    pub programmes: Vec<String>,
    /// The sheets that are known, but not needed by what was asked for.
    pub unread: Vec<usize>,
}

/// Recognises the sheets of a workbook and says which are strange, double or missing. `paid_by` are sheets that the incentives read by
/// the policy's own programmes.
pub fn recognise(
    workbook: &mut Workbook<'_>,
    schemas: &Schemas,
    request: &Request,
    exclusions: &Exclusions,
    paid_by: &[&str],
    issues: &mut Issues,
) -> Result<Found, ReadError> {
    let mut found = {
        let none = vec![None; schemas.resources.len()];
        Found { tables: none.clone(), unfilled: none, ..Found::default() }
    };
    let names: Vec<(usize, String)> =
        workbook.sheets().iter().enumerate().filter(|(_, s)| s.worksheet).map(|(n, s)| (n, s.name.clone())).collect();
    let mut strange = Vec::new();
    for (sheet, name) in names.into_iter().filter(|(_, name)| !exclusions.sheets.contains(name)) {
        let place = Place { sheet: Some(u16_of(sheet)), ..Place::default() };
        match schemas.recognise(&name).or_else(|| schemas.recognise_at(sheet + 1)) {
            Some(Recognised::Cover) if found.cover.is_none() => found.cover = Some(sheet),
            Some(Recognised::Table(index)) if found.tables[index].is_none() => found.tables[index] = Some(sheet),
            Some(which) => {
                let (first, resource) = match which {
                    Recognised::Cover => (found.cover, ResourceId::Cover),
                    Recognised::Table(index) => (found.tables[index], ResourceId::Table(u16_of(index))),
                };
                let first = u16_of(first.unwrap_or_default());
                issues.tell(
                    Code::DuplicateSheet,
                    Place { resource: Some(resource), ..place },
                    Some(&name),
                    Detail::DuplicateSheet(first),
                );
            }
            None => strange.push((sheet, name, place)),
        }
    }
    report_strange(workbook, schemas, strange, issues)?;
    unfilled::set_aside(workbook, schemas, exclusions, &mut found)?;
    if found.tables.iter().all(Option::is_none) {
        let template = found.unfilled.iter().any(Option::is_some);
        let detail = if template { Detail::NothingFilledIn } else { Detail::NoKnownSheet };
        issues.tell(Code::MissingSheet, Place::default(), None, detail);
    }
    if schemas.caller.is_some() {
        missing_resources(schemas, &found, issues);
    } else {
        choose(schemas, request, paid_by, &mut found, issues);
    }
    Ok(found)
}

/// `missing-sheet` of a caller's own schema: an error where a foreign key of another sheet refers to it, else a warning.
///
/// Why: a misspelt name must not leave a sheet unchecked in silence. Example: 订单明细 instead of 订单.
fn missing_resources(schemas: &Schemas, found: &Found, issues: &mut Issues) {
    if found.tables.iter().all(Option::is_none) {
        return;
    }
    for (index, resource) in schemas.resources.iter().enumerate().filter(|(index, _)| found.tables[*index].is_none()) {
        let refers = |other: &usize| {
            let keys = &schemas.resources[*other].foreign_keys;
            found.tables[*other].is_some() && keys.iter().any(|key| key.resource == resource.name)
        };
        let (severity, detail) = match (0..schemas.resources.len()).find(refers) {
            Some(other) => (Severity::Error, Detail::NeededByKey(u16_of(other))),
            None => (Severity::Warning, Detail::NotThere),
        };
        let place = Place { resource: Some(ResourceId::Table(u16_of(index))), ..Place::default() };
        issues.push(Issue { severity, code: Code::MissingSheet, place, value: None, detail, count: 1 });
    }
}

/// Chooses the programmes that run, and leaves out the sheets that none of those asked for needs.
fn choose(schemas: &Schemas, request: &Request, paid_by: &[&str], found: &mut Found, issues: &mut Issues) {
    let is_there =
        |name: &String, found: &Found| schemas.index(name).is_some_and(|index| found.tables[index].is_some());
    let requested = |name: &str| request.programmes.as_ref().is_none_or(|list| list.iter().any(|p| p == name));
    for programme in schemas.programmes.iter().filter(|p| requested(&p.name)) {
        let any = programme.any_of.is_empty() || programme.any_of.iter().any(|name| is_there(name, found));
        let mut missing: Vec<&String> = programme.needs.iter().filter(|name| !is_there(name, found)).collect();
        if !any {
            missing.push(&programme.any_of[0]);
        }
        if missing.is_empty() {
            found.programmes.push(programme.name.clone());
        } else if request.programmes.is_some() {
            for name in missing {
                let detail = Detail::NeededByProgramme(programme.name.as_str().into());
                missing_sheet(schemas, name, found, detail, issues);
            }
        }
    }
    if request.programmes.is_some() {
        let needed = |name: &String| {
            let programmes = schemas.programmes.iter().filter(|p| requested(&p.name));
            programmes.flat_map(|p| p.needs.iter().chain(&p.any_of).chain(&p.uses)).any(|n| n == name)
                || requested("incentives") && paid_by.contains(&name.as_str())
        };
        for (index, resource) in schemas.resources.iter().enumerate() {
            if !needed(&resource.name) {
                found.unread.extend(found.tables[index].take());
            }
        }
    }
    missing_dealers_or_violations(schemas, request, found, issues);
}

/// `missing-sheet`: purchases, shipments or violations without dealers; an assessment without violations.
///
/// Why: a misspelt name must not raise scores in silence. Example: 违规纪录 instead of 违规记录.
fn missing_dealers_or_violations(schemas: &Schemas, request: &Request, found: &Found, issues: &mut Issues) {
    let is_there = |name: &str| schemas.index(name).is_some_and(|index| found.tables[index].is_some());
    if request.programmes.is_none()
        && !is_there("dealers")
        && ["purchases", "shipments", "violations"].into_iter().any(is_there)
    {
        missing_sheet(schemas, "dealers", found, Detail::NeededBySheets, issues);
    }
    // A sheet of violations that is there and empty says that there are none.
    let unfilled = schemas.index("violations").is_some_and(|index| found.unfilled[index].is_some());
    let assessed = found.programmes.iter().any(|p| p == "assessment" || p == "incentives");
    if assessed && !is_there("violations") && !unfilled {
        let resource = schemas.index("violations").map(|index| ResourceId::Table(u16_of(index)));
        let place = Place { resource, ..Place::default() };
        let severity = Severity::Warning;
        issues.push(Issue {
            severity,
            code: Code::MissingSheet,
            place,
            value: None,
            detail: Detail::NoViolations,
            count: 1,
        });
    }
}

fn missing_sheet(schemas: &Schemas, name: &str, found: &Found, detail: Detail, issues: &mut Issues) {
    let index = schemas.index(name);
    let resource = index.map(|index| ResourceId::Table(u16_of(index)));
    let sheet = index.and_then(|index| found.unfilled[index]).map(u16_of);
    let already = issues.list().iter().any(|i| i.code == Code::MissingSheet && i.place.resource == resource);
    if !already {
        issues.tell(Code::MissingSheet, Place { sheet, resource, ..Place::default() }, None, detail);
    }
}

/// `extra-sheet`: what is not known, with the nearest name; several sheets of one layout get one suggestion, at the first of them.
///
/// Why: a misspelt name must not leave a sheet out in silence, and a table that is spread over a sheet a month is common. Example: 2007年1月,
/// 2007年2月, each with dealers and tonnes.
fn report_strange(
    workbook: &mut Workbook<'_>,
    schemas: &Schemas,
    strange: Vec<(usize, String, Place)>,
    issues: &mut Issues,
) -> Result<(), ReadError> {
    let mut reported = Vec::new();
    for (_, name, place) in strange {
        let top = top_labels(workbook, &name)?;
        if !top.is_empty() {
            let near = schemas.nearest_sheet(&name);
            let alike = if near.is_none() { resource_like(schemas, &top) } else { None };
            reported.push((name, place, near, alike));
        }
    }
    let mut suggested = Vec::new();
    for (name, place, near, alike) in &reported {
        let count = reported.iter().filter(|(.., other)| other == alike).count();
        let detail = match alike {
            Some(index) if count > 1 && !suggested.contains(index) => {
                suggested.push(*index);
                Detail::SpreadSheets(u16_of(count), u16_of(*index))
            }
            Some(index) if count == 1 => Detail::ExtraSheet(Some(schemas.resources[*index].title.as_str().into())),
            _ => Detail::ExtraSheet(near.map(Into::into)),
        };
        issues.tell(Code::ExtraSheet, *place, Some(name), detail);
    }
    Ok(())
}

/// The table whose columns these are, as far as a sheet a month has them: the rows may lack what tells them apart.
fn resource_like(schemas: &Schemas, top: &[Labels]) -> Option<usize> {
    let is_like = |resource: &Resource| {
        let Some(wide) = &resource.wide else { return false };
        let header = header::find(resource, top);
        let keys = resource.primary_key.iter().filter(|field| **field != wide.across);
        keys.map(|field| header.columns[*field]).all(|column| column.is_some())
            && wide.groups.iter().any(|(field, _)| header.columns[*field].is_some())
    };
    schemas.resources.iter().position(is_like)
}

/// The labels near the top; none where no cell there holds anything.
fn top_labels(workbook: &mut Workbook<'_>, name: &str) -> Result<Vec<Labels>, ReadError> {
    let mut top = Vec::new();
    workbook.rows(name, |row| {
        let labels = header::labels(row.cells);
        if !labels.is_empty() {
            top.push((row.index, labels));
        }
        Ok(row.index + 1 < HEADER_ROWS || top.is_empty())
    })?;
    Ok(top)
}
