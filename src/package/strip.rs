//! Takes away the sheets that an earlier run grafted, with the parts that belong to them alone.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::Package;
use super::content_types::ContentTypes;
use super::error::PackageError;
use super::parts::Parts;
use super::rels::{self, Rels};
use super::source::key;
use super::workbook::Workbook;

/// Takes our sheets out of the workbook and their parts out of the package.
pub(super) fn remove_sheets(
    package: &Package<'_>,
    parts: &mut Parts<'_, '_, '_>,
    workbook: &mut Workbook,
    rels: &mut Rels,
    types: &mut ContentTypes,
) -> Result<(), PackageError> {
    let ours: BTreeSet<&str> = package.ours.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    let gone: BTreeSet<usize> =
        (0..package.sheets.len()).filter(|&index| ours.contains(package.sheets[index].name.as_str())).collect();
    workbook_names(workbook, &gone, package, parts, rels, types)?;
    let roots: Vec<&str> = gone.iter().map(|&index| package.sheets[index].part.as_str()).collect();
    if roots.is_empty() {
        return Ok(());
    }
    for rel in rels.all().iter().filter(|rel| roots.contains(&rel.target.as_str())) {
        rels.remove(&rel.id);
    }
    for part in belongings(package, parts, &roots)? {
        parts.remove(&rels::rels_part(&part));
        parts.remove(&part);
        types.forget(&part);
    }
    Ok(())
}

fn workbook_names(
    workbook: &mut Workbook,
    gone: &BTreeSet<usize>,
    package: &Package<'_>,
    parts: &mut Parts<'_, '_, '_>,
    rels: &mut Rels,
    types: &mut ContentTypes,
) -> Result<(), PackageError> {
    if package.ours.is_empty() {
        return Ok(());
    }
    if !gone.is_empty() {
        let ids = workbook.remove_sheets(gone);
        remove_chain(parts, rels, types, &ids)?;
    }
    workbook.remove_stamps();
    Ok(())
}

/// The calculation chain names cells of our sheets once Excel has saved the file; without it, Excel makes a new one.
fn remove_chain(
    parts: &mut Parts<'_, '_, '_>,
    rels: &mut Rels,
    types: &mut ContentTypes,
    ids: &[String],
) -> Result<(), PackageError> {
    let Some(rel) = rels.of_kind("calcChain") else {
        return Ok(());
    };
    let Some(index) = parts.entry(&rel.target) else {
        return Ok(());
    };
    let wanted: Vec<String> = ids.iter().map(|id| format!("i=\"{id}\"")).collect();
    let names_ours = parts.source().stream(index, |stream| mentions(stream, &wanted, &rel.target))?;
    if names_ours {
        drop_chain(parts, rels, types);
    }
    Ok(())
}

/// Takes the calculation chain away.
pub(super) fn drop_chain(parts: &mut Parts<'_, '_, '_>, rels: &mut Rels, types: &mut ContentTypes) {
    if let Some(rel) = rels.of_kind("calcChain") {
        parts.remove(&rel.target);
        types.forget(&rel.target);
        rels.remove(&rel.id);
    }
}

fn mentions(stream: &mut dyn BufRead, wanted: &[String], part: &str) -> Result<bool, PackageError> {
    let mut tag = Vec::new();
    loop {
        tag.clear();
        // A hostile chain has no `>`: what is read is bounded all the same, tag by tag.
        let read = std::io::Read::take(&mut *stream, 1 << 16).read_until(b'>', &mut tag);
        if read.map_err(|error| PackageError::reading(part, &error))? == 0 {
            return Ok(false);
        }
        let text = String::from_utf8_lossy(&tag);
        if wanted.iter().any(|id| text.contains(id.as_str())) {
            return Ok(true);
        }
    }
}

/// The parts that only our sheets lead to, themselves included.
fn belongings(package: &Package<'_>, parts: &Parts<'_, '_, '_>, roots: &[&str]) -> Result<Vec<String>, PackageError> {
    let mut ours: Vec<String> = roots.iter().map(|root| (*root).to_owned()).collect();
    let mut known: BTreeSet<String> = ours.iter().map(|part| key(part)).collect();
    known.insert(key(&package.workbook));
    let mut next = 0;
    while let Some(owner) = ours.get(next).cloned() {
        next += 1;
        for rel in Rels::of(parts, &owner)?.all() {
            if !rel.external && known.insert(key(&rel.target)) {
                ours.push(rel.target);
            }
        }
    }
    let others = targets_of_others(parts, &ours);
    ours.retain(|part| roots.contains(&part.as_str()) || !others.contains(&key(part)));
    Ok(ours)
}

fn targets_of_others(parts: &Parts<'_, '_, '_>, ours: &[String]) -> BTreeSet<String> {
    let owned: BTreeSet<String> = ours.iter().map(|part| key(&rels::rels_part(part))).collect();
    let mut targets = BTreeSet::new();
    for name in parts.source().names() {
        let Some(owner) = owner_of(name).filter(|_| !owned.contains(&key(name))) else {
            continue;
        };
        // What is too broken to be read leads to nothing of ours: no program could follow it.
        let Ok(rels) = Rels::of(parts, &owner) else { continue };
        targets.extend(rels.all().into_iter().filter(|rel| !rel.external).map(|rel| key(&rel.target)));
    }
    targets
}

/// The part whose relationships a part holds.
fn owner_of(rels_part: &str) -> Option<String> {
    let (folder, name) = rels_part.strip_suffix(".rels")?.rsplit_once("_rels/")?;
    Some(format!("{folder}{name}"))
}
