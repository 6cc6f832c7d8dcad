//! Keys within a table and to others, and which columns are kept for them.

use super::fault::{FaultKind, Shape};
use super::node::{Faults, Node};
use crate::schema::{ForeignKey, Resource, Severity, nearest};

/// `primaryKey` and `uniqueKeys`. A key of one column is a unique column; by the standard, no column of the primary key may be blank.
pub(super) fn primary(schema: &Node<'_>, resource: &mut Resource, faults: &mut Faults) {
    if let Some(key) = faults.shaped(schema, "primaryKey", Shape::Names) {
        let places = fields(&key, resource, faults);
        places.iter().for_each(|field| resource.fields[*field].constraints.required = true);
        match places[..] {
            [only] => resource.fields[only].constraints.unique = true,
            _ => resource.primary_key = places,
        }
    }
    let keys = faults.shaped(schema, "uniqueKeys", Shape::List);
    for key in keys.iter().flat_map(Node::items) {
        match fields(&key, resource, faults)[..] {
            [] => {}
            [only] => resource.fields[only].constraints.unique = true,
            _ => faults.push(&key, FaultKind::NotChecked("primaryKey")),
        }
    }
}

/// `foreignKeys` of all tables.
pub(super) fn foreign(nodes: &[Node<'_>], resources: &mut [Resource], faults: &mut Faults) {
    for index in 0..resources.len() {
        let Some(schema) = nodes[index].get("schema") else { continue };
        let list = faults.shaped(&schema, "foreignKeys", Shape::List);
        for node in list.iter().flat_map(Node::items) {
            if let Some((key, other, targets)) = foreign_key(&node, index, resources, faults) {
                targets.iter().for_each(|target| resources[other].fields[*target].referred_to = true);
                resources[index].foreign_keys.push(key);
            }
        }
    }
    resources.iter_mut().for_each(keep_keys_only);
}

/// A foreign key, the index of the table that it refers to, and the indices of the columns there.
fn foreign_key(
    node: &Node<'_>,
    index: usize,
    resources: &[Resource],
    faults: &mut Faults,
) -> Option<(ForeignKey, usize, Vec<usize>)> {
    if !Shape::Object.fits(node.value) {
        faults.push(node, FaultKind::WrongShape(Shape::Object));
        return None;
    }
    let own = faults.required(node, "fields", Shape::Names).map(|names| fields(&names, &resources[index], faults));
    let reference = faults.required(node, "reference", Shape::Object)?;
    let other = referred(&reference, index, resources, faults)?;
    let targets = faults.required(&reference, "fields", Shape::Names)?;
    let targets = fields(&targets, &resources[other], faults);
    let own = own.filter(|own| !own.is_empty() && !targets.is_empty())?;
    if own.len() != targets.len() {
        faults.push(node, FaultKind::UnequalKeys);
        return None;
    }
    let key = ForeignKey {
        fields: own,
        resource: resources[other].name.clone(),
        targets: targets.iter().map(|field| resources[other].fields[*field].name.clone()).collect(),
        severity: Severity::Error,
    };
    Some((key, other, targets))
}

/// The table that a key refers to; the table itself where none, or "", is named.
fn referred(reference: &Node<'_>, index: usize, resources: &[Resource], faults: &mut Faults) -> Option<usize> {
    let Some(node) = reference.get("resource") else { return Some(index) };
    let Some(name) = node.value.as_str() else {
        faults.push(&node, FaultKind::WrongShape(Shape::Text));
        return None;
    };
    if name.is_empty() {
        return Some(index);
    }
    let found = resources.iter().position(|r| r.name == name);
    if found.is_none() {
        let near = nearest(name, resources.iter().map(|r| r.name.as_str())).map(str::to_owned);
        faults.push(&node, FaultKind::NoSuch { name: name.to_owned(), nearest: near });
    }
    found
}

/// The fields that a string or a list names. Where one can't be found, none is given.
fn fields(names: &Node<'_>, resource: &Resource, faults: &mut Faults) -> Vec<usize> {
    let single = names.value.is_string().then(|| names.clone());
    let named: Vec<Node<'_>> = single.into_iter().chain(names.items()).collect();
    if named.is_empty() {
        faults.push(names, FaultKind::Empty);
    }
    let mut found = Vec::new();
    for node in &named {
        let Some(name) = node.value.as_str() else {
            faults.push(node, FaultKind::WrongShape(Shape::Text));
            continue;
        };
        match resource.field(name) {
            Some(field) if resource.fields[field].with_time => faults.push(node, FaultKind::NoMoment),
            Some(field) if found.contains(&field) => {
                faults.push(node, FaultKind::Repeated(name.to_owned()));
            }
            Some(field) => found.push(field),
            // Fields that can't be read at all have been reported.
            None if resource.fields.is_empty() => {}
            None => {
                let near = nearest(name, resource.fields.iter().map(|f| f.name.as_str())).map(str::to_owned);
                faults.push(node, FaultKind::NoSuch { name: name.to_owned(), nearest: near });
            }
        }
    }
    if found.len() == named.len() { found } else { Vec::new() }
}

/// Nothing is calculated from a caller's sheets: only keys are needed beyond their row.
fn keep_keys_only(resource: &mut Resource) {
    for index in 0..resource.fields.len() {
        let own = resource.foreign_keys.iter().any(|key| key.fields.contains(&index));
        resource.fields[index].kept =
            own || resource.primary_key.contains(&index) || resource.fields[index].referred_to;
    }
}
