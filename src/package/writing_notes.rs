//! Plans a sheet's notes: the part that holds them, and the drawing that they stand in.

use std::collections::BTreeSet;

use super::content_types;
use super::edit::{At, CellNote, SheetEdit};
use super::error::PackageError;
use super::notes::{Changes, Notes};
use super::parts::Parts;
use super::reason;
use super::reference;
use super::rels::{self, Rels};
use super::sheet_parts::Legacy;
use super::sheet_survey::Survey;
use super::workbook::Sheet;
use super::writing::{self, Job, NoteLeftOut, WhyLeftOut, Written};
use super::{Package, vml, xml};

/// The cells of a sheet with threaded comments.
fn threaded(parts: &Parts<'_, '_, '_>, rels: &Rels) -> Result<BTreeSet<At>, PackageError> {
    let mut cells = BTreeSet::new();
    for rel in rels.all().into_iter().filter(|rel| !rel.external) {
        let Some(text) =
            (if matches!(rel.kind(), "comments" | "threadedComment") { parts.text(&rel.target)? } else { None })
        else {
            continue;
        };
        if rel.kind() == "comments" {
            cells.extend(Notes::read(Some(text), &rel.target, false)?.threaded());
        } else {
            let root = xml::parse(&text, &rel.target)?.root;
            cells.extend(root.elements().filter_map(|comment| reference::parse_cell(&comment.attr("ref")?)));
        }
    }
    Ok(cells)
}

impl Job<'_, '_> {
    /// Plans a sheet's notes and the drawing that they stand in.
    #[expect(clippy::too_many_arguments, reason = "the sheet's parts, which live apart")]
    pub(super) fn notes(
        &mut self,
        parts: &mut Parts<'_, '_, '_>,
        sheet: &Sheet,
        rels: &mut Rels,
        survey: &Survey,
        notes: &[CellNote],
        marked: bool,
        written: &mut Written,
    ) -> Result<Legacy, PackageError> {
        let standing = rels.of_kind("comments");
        if notes.is_empty() && (!marked || standing.is_none()) {
            return Ok(Legacy::Keep);
        }
        let threaded = threaded(parts, rels)?;
        let text = standing.as_ref().map(|rel| parts.text(&rel.target)).transpose()?.flatten();
        let folder = rels::folder(&self.package.workbook).to_owned();
        let part =
            standing.as_ref().map_or_else(|| parts.free(&format!("{folder}comments"), "xml"), |rel| rel.target.clone());
        let drawing = Drawing::read(parts, rels, survey);
        let strict = self.workbook.strict;
        let settled = settle(&text, &part, strict, marked, notes, &threaded, &drawing)?;
        let left_out = settled.left_out.into_iter();
        written.notes_left_out.extend(left_out.map(|(at, why)| NoteLeftOut { sheet: sheet.name.clone(), at, why }));
        let (comments, changes, vml) = (settled.comments, settled.changes, settled.vml);
        match (comments.is_empty(), standing) {
            (true, Some(rel)) if !changes.removed.is_empty() => {
                parts.remove(&rel.target);
                self.types.forget(&rel.target);
                rels.remove(&rel.id);
            }
            (true, None) => return Ok(Legacy::Keep),
            (_, Some(rel)) => parts.put(&rel.target, comments.finish())?,
            (false, None) => {
                parts.put(&part, comments.finish())?;
                self.types.set(&part, content_types::COMMENTS);
                rels.add(&rels::kind_uri(self.workbook.strict, "comments"), &part);
            }
        }
        self.drawing(parts, rels, drawing, vml)
    }

    fn drawing(
        &mut self,
        parts: &mut Parts<'_, '_, '_>,
        rels: &mut Rels,
        drawing: Drawing,
        vml: Option<String>,
    ) -> Result<Legacy, PackageError> {
        let Some(vml) = vml else {
            return Ok(Legacy::Keep);
        };
        self.types.set_default("rels", content_types::RELS);
        match drawing.place {
            Some((id, part)) if vml.is_empty() => {
                parts.remove(&part);
                self.types.forget(&part);
                rels.remove(&id);
                Ok(Legacy::Remove(id))
            }
            Some((_, part)) => parts.put(&part, vml).map(|()| Legacy::Keep),
            None => {
                let part = parts.free(&format!("{}drawings/vmlDrawing", rels::folder(&self.package.workbook)), "vml");
                parts.put(&part, vml)?;
                self.types.set_by_extension(&part, content_types::VML);
                Ok(Legacy::Set(rels.add(&rels::kind_uri(self.workbook.strict, "vmlDrawing"), &part)))
            }
        }
    }
}

/// The drawing of a sheet's notes as it stands.
struct Drawing {
    /// Relationship id and part.
    place: Option<(String, String)>,
    /// Its text; none where it can't be read.
    text: Option<String>,
}

impl Drawing {
    fn read(parts: &Parts<'_, '_, '_>, rels: &Rels, survey: &Survey) -> Drawing {
        let place = survey.legacy.as_ref().and_then(|id| rels.by_id(id)).map(|rel| (rel.id, rel.target));
        let text = place.as_ref().and_then(|(_, part)| parts.text(part).ok().flatten());
        Drawing { place, text }
    }

    /// The drawing's new text, where it changes; none where it can't be changed.
    fn edit(&self, changes: &Changes) -> Option<Option<String>> {
        if changes.added.is_empty() && changes.removed.is_empty() {
            return Some(None);
        }
        if self.place.is_some() && self.text.is_none() {
            return if changes.added.is_empty() { Some(None) } else { None };
        }
        if changes.added.is_empty() && self.place.is_none() {
            return Some(None);
        }
        vml::edit(self.text.as_deref(), &changes.removed, &changes.added).map(Some)
    }
}

/// Notes as they are going to be.
struct Settled {
    comments: Notes,
    changes: Changes,
    /// The drawing's new text, where it changes.
    vml: Option<String>,
    left_out: Vec<(At, WhyLeftOut)>,
}

/// Takes earlier notes away and puts the new ones where they can be.
fn settle(
    text: &Option<String>,
    part: &str,
    strict: bool,
    marked: bool,
    notes: &[CellNote],
    threaded: &BTreeSet<At>,
    drawing: &Drawing,
) -> Result<Settled, PackageError> {
    let mut wanted = notes.to_vec();
    let mut left_out = Vec::new();
    loop {
        let mut comments = Notes::read(text.clone(), part, strict)?;
        let mut changes = Changes::default();
        if marked {
            comments.strip(&mut changes);
        }
        comments.put(&wanted, threaded, &mut changes)?;
        if let Some(vml) = drawing.edit(&changes) {
            left_out.extend(changes.left_out.iter().map(|&at| (at, WhyLeftOut::Threaded)));
            return Ok(Settled { comments, changes, vml, left_out });
        }
        // Only notes where one stands already can be put without a drawing.
        wanted.retain(|note| !changes.added.contains_key(&note.at));
        left_out.extend(changes.added.keys().map(|&at| (at, WhyLeftOut::Drawing)));
    }
}

/// The cells among these that notes can't be put on, and why.
pub(super) fn hindered(
    package: &Package<'_>,
    sheet: &Sheet,
    cells: &[At],
) -> Result<Vec<(At, WhyLeftOut)>, PackageError> {
    let parts = Parts::new(&package.source);
    let rels = Rels::of(&parts, &sheet.part)?;
    if rels.of_kind("comments").is_none() && rels.of_kind("vmlDrawing").is_none() {
        return Ok(Vec::new());
    }
    let notes: Vec<CellNote> = cells.iter().map(|&at| CellNote { at, text: String::new() }).collect();
    let marked = package.ours.marked.contains(&sheet.name);
    let entry = parts.entry(&sheet.part).ok_or_else(|| PackageError::unreadable(&sheet.part, reason::MISSING))?;
    let edit = SheetEdit { notes, ..SheetEdit::default() };
    let survey = writing::survey(&parts, entry, &rels, &edit, marked, &BTreeSet::new(), &sheet.part)?;
    let standing = rels.of_kind("comments");
    let text = standing.as_ref().map(|rel| parts.text(&rel.target)).transpose()?.flatten();
    let part = standing.map(|rel| rel.target).unwrap_or_default();
    let drawing = Drawing::read(&parts, &rels, &survey);
    Ok(settle(&text, &part, false, marked, &edit.notes, &threaded(&parts, &rels)?, &drawing)?.left_out)
}
