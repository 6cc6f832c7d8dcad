//! Which sheet is what, and which programmes can run on what is there.

use super::issue::{Code, Detail, Issue, Issues, Place, ResourceId};
use super::{Exclusions, Request, unfilled};
use crate::schema::{Recognised, Schemas};
use crate::workbook::{ReadError, Workbook};

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
}

/// Recognises the sheets of a workbook and says which are strange, double or missing.
pub fn recognise(
    workbook: &mut Workbook<'_>,
    schemas: &Schemas,
    request: &Request,
    exclusions: &Exclusions,
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
        let place = Place { sheet: Some(sheet as u16), ..Place::default() };
        match schemas.recognise(&name) {
            Some(Recognised::Cover) if found.cover.is_none() => found.cover = Some(sheet),
            Some(Recognised::Table(index)) if found.tables[index].is_none() => found.tables[index] = Some(sheet),
            Some(which) => {
                let (first, resource) = match which {
                    Recognised::Cover => (found.cover, ResourceId::Cover),
                    Recognised::Table(index) => (found.tables[index], ResourceId::Table(index as u16)),
                };
                let first = first.unwrap_or_default() as u16;
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
    for (_, name, place) in strange {
        if has_cells(workbook, &name)? {
            let nearest = schemas.nearest_sheet(&name).map(Into::into);
            issues.tell(Code::ExtraSheet, place, Some(&name), Detail::ExtraSheet(nearest));
        }
    }
    unfilled::set_aside(workbook, schemas, exclusions, &mut found)?;
    if found.tables.iter().all(Option::is_none) {
        let template = found.unfilled.iter().any(Option::is_some);
        let detail = if template { Detail::NothingFilledIn } else { Detail::NoKnownSheet };
        issues.tell(Code::MissingSheet, Place::default(), None, detail);
    }
    choose(schemas, request, &mut found, issues);
    Ok(found)
}

/// Chooses the programmes that run, and leaves out the sheets that none of those asked for needs.
fn choose(schemas: &Schemas, request: &Request, found: &mut Found, issues: &mut Issues) {
    let is_there =
        |name: &String, found: &Found| schemas.index(name).is_some_and(|index| found.tables[index].is_some());
    let wanted = |name: &str| request.programmes.as_ref().is_none_or(|list| list.iter().any(|p| p == name));
    for programme in schemas.programmes.iter().filter(|p| wanted(&p.name)) {
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
            let programmes = schemas.programmes.iter().filter(|p| wanted(&p.name));
            programmes.flat_map(|p| p.needs.iter().chain(&p.any_of).chain(&p.uses)).any(|n| n == name)
        };
        for (index, resource) in schemas.resources.iter().enumerate() {
            found.tables[index] = found.tables[index].filter(|_| needed(&resource.name));
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
        let resource = schemas.index("violations").map(|index| ResourceId::Table(index as u16));
        let place = Place { resource, ..Place::default() };
        let severity = crate::schema::Severity::Warning;
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
    let resource = index.map(|index| ResourceId::Table(index as u16));
    let sheet = index.and_then(|index| found.unfilled[index]).map(|sheet| sheet as u16);
    let already = issues.list().iter().any(|i| i.code == Code::MissingSheet && i.place.resource == resource);
    if !already {
        issues.tell(Code::MissingSheet, Place { sheet, resource, ..Place::default() }, None, detail);
    }
}

fn has_cells(workbook: &mut Workbook<'_>, name: &str) -> Result<bool, ReadError> {
    let mut any = false;
    workbook.rows(name, |row| {
        any |= row.cells.iter().any(|c| !c.value.is_blank());
        Ok(!any)
    })?;
    Ok(any)
}
