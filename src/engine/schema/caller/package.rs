//! The package and its resources.

use super::fault::{FaultKind, Shape};
use super::node::{Faults, Node};
use super::{field, keys};
use crate::schema::{Resource, normalise};

/// A workbook is described by so many resources at most.
const RESOURCES_MAX: usize = 200;
/// A sheet has so many columns at most that are described.
const FIELDS_MAX: usize = 1_000;

/// The resources, and the package's name and title.
pub(super) fn read(package: &Node<'_>, faults: &mut Faults) -> (Vec<Resource>, Option<String>, Option<String>) {
    if !Shape::Object.fits(package.value) {
        faults.push(package, FaultKind::WrongShape(Shape::Object));
        return (Vec::new(), None, None);
    }
    if package.get("resources").is_none() && package.get("fields").is_some() {
        faults.push(package, FaultKind::OnlyATable);
        return (Vec::new(), None, None);
    }
    let (name, title) = (faults.label(package, "name"), faults.label(package, "title"));
    let Some(list) = faults.required(package, "resources", Shape::List) else { return (Vec::new(), name, title) };
    let nodes: Vec<Node<'_>> = list.items().collect();
    match nodes.len() {
        0 => faults.push(&list, FaultKind::Empty),
        RESOURCES_MAX.. => {
            faults.push(&list, FaultKind::TooMany(RESOURCES_MAX));
            return (Vec::new(), name, title);
        }
        _ => {}
    }
    // A resource that can't be read stays in its place, so that keys to it are not faults as well.
    let mut resources: Vec<Resource> = nodes.iter().map(|node| resource(node, faults)).collect();
    repeated(&nodes, &resources, faults);
    keys::foreign(&nodes, &mut resources, faults);
    (resources, name, title)
}

fn resource(node: &Node<'_>, faults: &mut Faults) -> Resource {
    let mut resource = Resource::default();
    if !Shape::Object.fits(node.value) {
        faults.push(node, FaultKind::WrongShape(Shape::Object));
        return resource;
    }
    if faults.required(node, "name", Shape::Text).is_some() {
        resource.name = faults.label(node, "name").unwrap_or_default();
    }
    resource.aliases = faults.texts(node, "aliases");
    if let Some(dialect) = faults.shaped(node, "dialect", Shape::Object) {
        sheet(&dialect, &mut resource, faults);
    }
    let title = faults.label(node, "title").or_else(|| resource.sheet_names.first().cloned());
    resource.title = title.unwrap_or_else(|| resource.name.clone());
    resource.title_en = faults.label(node, "titleEn").unwrap_or_else(|| resource.title.clone());
    let Some(schema) = node.get("schema") else {
        faults.push(node, FaultKind::Missing("schema"));
        return resource;
    };
    match schema.value {
        serde_json::Value::String(_) => faults.push(&schema, FaultKind::Elsewhere),
        serde_json::Value::Object(_) => table(&schema, &mut resource, faults),
        _ => faults.push(&schema, FaultKind::WrongShape(Shape::Object)),
    }
    resource
}

/// The sheet that a dialect names, by its name or its place.
fn sheet(dialect: &Node<'_>, resource: &mut Resource, faults: &mut Faults) {
    resource.sheet_names.extend(faults.label(dialect, "sheetName"));
    let excel = faults.shaped(dialect, "excel", Shape::Object);
    let places = [dialect.get("sheetNumber"), excel.and_then(|excel| excel.get("sheet"))];
    for place in places.into_iter().flatten() {
        match place.value.as_u64() {
            Some(number @ 1..) => resource.sheet_number = usize::try_from(number).ok(),
            Some(0) => {
                faults.push(&place, FaultKind::Unknown { value: "0".to_owned(), allowed: vec!["1", "2", "3", "…"] })
            }
            None => resource.sheet_names.extend(faults.checked(&place)),
        }
    }
}

fn table(schema: &Node<'_>, resource: &mut Resource, faults: &mut Faults) {
    let missing = field::missing_values(schema, faults);
    let Some(list) = faults.required(schema, "fields", Shape::List) else { return };
    let nodes: Vec<Node<'_>> = list.items().collect();
    match nodes.len() {
        0 => return faults.push(&list, FaultKind::Empty),
        count if count > FIELDS_MAX => return faults.push(&list, FaultKind::TooMany(FIELDS_MAX)),
        _ => {}
    }
    resource.fields = nodes.iter().map(|node| field::read(node, &missing, faults)).collect();
    for (n, (node, own)) in nodes.iter().zip(&resource.fields).enumerate() {
        if !own.name.is_empty() && resource.fields[..n].iter().any(|other| other.name == own.name) {
            faults.push(node, FaultKind::Repeated(own.name.clone()));
        }
    }
    keys::primary(schema, resource, faults);
}

/// Two resources of one name, or of one sheet.
fn repeated(nodes: &[Node<'_>], resources: &[Resource], faults: &mut Faults) {
    for (n, (node, own)) in nodes.iter().zip(resources).enumerate() {
        let others = &resources[..n];
        if !own.name.is_empty() && others.iter().any(|other| other.name == own.name) {
            faults.push(node, FaultKind::Repeated(own.name.clone()));
        }
        let taken = |name: &&String| {
            let is_it = |other: &String| normalise(other) == normalise(name);
            others.iter().any(|other| other.sheet_names.iter().any(is_it))
        };
        if let Some(name) = own.sheet_names.iter().find(taken) {
            faults.push(node, FaultKind::Repeated(name.clone()));
        }
    }
}
