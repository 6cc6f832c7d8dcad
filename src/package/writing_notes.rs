//! Plans a sheet's notes: the part that holds them, and the drawing that they stand in.

use std::collections::BTreeSet;

use super::content_types;
use super::edit::{At, CellNote};
use super::error::PackageError;
use super::notes::{Changes, Notes};
use super::parts::Parts;
use super::reference;
use super::rels::{self, Rels};
use super::sheet_parts::Legacy;
use super::sheet_survey::Survey;
use super::workbook::Sheet;
use super::writing::{Job, NoteLeftOut, WhyLeftOut, Written};
use super::{vml, xml};

/// The cells of a sheet with threaded comments.
pub(super) fn threaded(parts: &Parts<'_, '_, '_>, rels: &Rels) -> Result<BTreeSet<At>, PackageError> {
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
        let mut wanted = notes.to_vec();
        let (comments, changes, vml) = loop {
            let mut comments = Notes::read(text.clone(), &part, self.workbook.strict)?;
            let mut changes = Changes::default();
            if marked {
                comments.strip(&mut changes);
            }
            comments.put(&wanted, &threaded, &mut changes)?;
            match drawing.edit(&changes) {
                Some(vml) => break (comments, changes, vml),
                None => {
                    // Only notes where one stands already can be put without a drawing.
                    wanted.retain(|note| !changes.added.contains_key(&note.at));
                    leave_out(written, sheet, changes.added.keys(), WhyLeftOut::Drawing);
                }
            }
        };
        leave_out(written, sheet, &changes.left_out, WhyLeftOut::Threaded);
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

fn leave_out<'c>(written: &mut Written, sheet: &Sheet, cells: impl IntoIterator<Item = &'c At>, why: WhyLeftOut) {
    written.notes_left_out.extend(cells.into_iter().map(|&at| NoteLeftOut { sheet: sheet.name.clone(), at, why }));
}
