//! The drawing that notes stand in. It is often not well-formed, so it is changed as text.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::At;
use super::reference::COLUMNS;

const HEADER: &str = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
                      xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\">\
                      <o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout></xml>";
const NAMESPACES: [&str; 3] = [
    "xmlns:v=\"urn:schemas-microsoft-com:vml\"",
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\"",
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"",
];
const SHAPE_TYPE: &str = "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">\
                          <v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>";

/// Changes the drawing of a sheet's notes; none where it can't be (then nothing is changed).
///
/// The result is empty text where nothing of the drawing is left.
pub(super) fn edit(text: Option<&str>, removed: &BTreeSet<At>, added: &BTreeMap<At, String>) -> Option<String> {
    let mut vml = text.unwrap_or(HEADER).to_owned();
    let mut cut = false;
    if !removed.is_empty() {
        cut = remove_shapes(&mut vml, removed);
    }
    if added.is_empty() {
        let empty = cut && !vml.contains(":shape ") && !vml.contains(":image");
        return Some(if empty { String::new() } else { vml });
    }
    let end = vml.rfind("</xml>")?;
    let first = next_id(&vml);
    let mut shapes = String::new();
    if !vml.contains("_x0000_t202\"") || !vml.contains(":shapetype") {
        shapes.push_str(SHAPE_TYPE);
    }
    for (offset, (at, note)) in (0_u32..).zip(added) {
        push_shape(&mut shapes, first.saturating_add(offset), *at, note);
    }
    // openpyxl calls the namespaces ns0, ns1, ns2: then our shapes bring their own names along.
    if !NAMESPACES.iter().all(|declared| vml.contains(declared.split('=').next().unwrap_or_default())) {
        let names = NAMESPACES.join(" ");
        for element in ["<v:shape ", "<v:shapetype "] {
            shapes = shapes.replace(element, &format!("{element}{names} "));
        }
    }
    vml.insert_str(end, &shapes);
    extend_idmap(&mut vml, first, first.saturating_add(u32::try_from(added.len()).unwrap_or(0)));
    Some(vml)
}

/// Takes away the shapes of notes on those cells.
fn remove_shapes(vml: &mut String, removed: &BTreeSet<At>) -> bool {
    let mut out = String::with_capacity(vml.len());
    let mut rest = vml.as_str();
    let mut cut = false;
    while let Some((start, end)) = next_shape(rest) {
        let shape = &rest[start..end];
        let place = (number(shape, ":Row>"), number(shape, ":Column>"));
        let gone = shape.contains("\"Note\"")
            && matches!(place, (Some(row), Some(column))
            if u16::try_from(column).is_ok_and(|column| removed.contains(&At { row, column })));
        out.push_str(if gone { &rest[..start] } else { &rest[..end] });
        cut |= gone;
        rest = &rest[end..];
    }
    out.push_str(rest);
    *vml = out;
    cut
}

/// Where the next shape stands, whatever the prefix of its namespace.
fn next_shape(vml: &str) -> Option<(usize, usize)> {
    let name = vml.find(":shape ")?;
    let start = vml[..name].rfind('<')?;
    let close = format!("</{}:shape>", &vml[start + 1..name]);
    let length = vml[start..].find(&close)?;
    Some((start, start + length + close.len()))
}

fn number(text: &str, behind: &str) -> Option<u32> {
    let rest = &text[text.find(behind)? + behind.len()..];
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The number behind the highest that a shape has.
fn next_id(vml: &str) -> u32 {
    let ids = vml.match_indices("_x0000_s").filter_map(|(at, found)| number(&vml[at..], found));
    ids.max().map_or(1025, |id| id.saturating_add(1)).min(u32::MAX / 2)
}

/// Shape numbers come in blocks of 1024, which the drawing has to name.
fn extend_idmap(vml: &mut String, first: u32, behind: u32) {
    let Some(start) = vml.find("<o:idmap") else {
        return;
    };
    let Some(tag_end) = vml[start..].find('>').map(|length| start + length) else {
        return;
    };
    let Some(open) = vml[start..tag_end].find("data=").map(|offset| start + offset + "data=".len() + 1) else {
        return;
    };
    let Some(close) = vml.get(open..tag_end).and_then(|rest| rest.find(['"', '\''])).map(|length| open + length) else {
        return;
    };
    let mut blocks: Vec<String> = vml[open..close].split(',').map(|block| block.trim().to_owned()).collect();
    let known = blocks.len();
    for block in first / 1024..=behind.saturating_sub(1).max(first) / 1024 {
        if !blocks.contains(&block.to_string()) {
            blocks.push(block.to_string());
        }
    }
    if blocks.len() > known {
        vml.replace_range(open..close, &blocks.join(","));
    }
}

/// A hidden box that is large enough for its text.
fn push_shape(out: &mut String, id: u32, at: At, note: &str) {
    let (columns, rows) = size(note);
    let left = (u32::from(at.column) + 1).min(COLUMNS - 1 - columns);
    let top = at.row.saturating_sub(1);
    let (width, height) = (columns * 48, rows * 15);
    out.push_str(&format!(
        "<v:shape id=\"_x0000_s{id}\" type=\"#_x0000_t202\" style=\"position:absolute;margin-left:60pt;margin-top:2pt;\
         width:{width}pt;height:{height}pt;z-index:1;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
         <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>\
         <v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>\
         <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
         <x:Anchor>{left}, 15, {top}, 10, {}, 15, {}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>\
         <x:Row>{}</x:Row><x:Column>{}</x:Column></x:ClientData></v:shape>",
        left + columns,
        top + rows,
        at.row,
        at.column
    ));
}

/// How many columns and rows of the usual size a note takes.
fn size(note: &str) -> (u32, u32) {
    let width = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let widest = note.lines().map(width).max().unwrap_or(0);
    let columns = (widest / 9 + 1).clamp(2, 6);
    let rows: usize = note.lines().map(|line| width(line) / (columns * 9) + 1).sum();
    (u32::try_from(columns).unwrap_or(2), u32::try_from((rows + 1).clamp(3, 30)).unwrap_or(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(row: u32) -> BTreeMap<At, String> {
        [(At { row, column: 2 }, "说明".to_owned())].into()
    }

    #[test]
    fn a_malformed_drawing_keeps_all_it_had() {
        let theirs = "<xml xmlns:v='v' xmlns:o='o' xmlns:x='x'><o:idmap data='3'/><v:shape id=\"_x0000_s3073\"><br></v:shape></xml>";
        let vml = edit(Some(theirs), &BTreeSet::new(), &one(4)).expect("edits");
        assert!(vml.contains("<br></v:shape>") && vml.contains("_x0000_s3074") && vml.contains("data='3'"));
        assert!(edit(Some("<xml"), &BTreeSet::new(), &one(4)).is_none());
    }

    #[test]
    fn shapes_come_off_again_and_an_empty_drawing_goes() {
        let vml = edit(None, &BTreeSet::new(), &one(4)).expect("edits");
        assert_eq!(edit(Some(&vml), &one(4).into_keys().collect(), &BTreeMap::new()).as_deref(), Some(""));
        let same = edit(Some(&vml), &one(4).into_keys().collect(), &one(4)).expect("edits");
        assert_eq!(same, vml);
    }

    #[test]
    fn a_drawing_with_other_names_for_its_namespaces_takes_notes_and_gives_them_back() {
        let theirs = "<xml xmlns:ns0=\"urn:schemas-microsoft-com:vml\" xmlns:ns1=\"urn:schemas-microsoft-com:office:excel\">\
                      <ns0:shapetype id=\"_x0000_t202\"/><ns0:shape id=\"_x0000_s0001\"><ns1:ClientData ObjectType=\"Note\">\
                      <ns1:Row>1</ns1:Row><ns1:Column>1</ns1:Column></ns1:ClientData></ns0:shape></xml>";
        let vml = edit(Some(theirs), &BTreeSet::new(), &one(4)).expect("edits");
        assert!(vml.contains("<v:shape xmlns:v=") && vml.contains("_x0000_s0001"));
        assert_eq!(edit(Some(&vml), &one(4).into_keys().collect(), &BTreeMap::new()).as_deref(), Some(theirs));
        let theirs_gone = edit(Some(theirs), &[At { row: 1, column: 1 }].into(), &BTreeMap::new());
        assert_eq!(theirs_gone.as_deref(), Some(""));
    }

    #[test]
    fn many_notes_name_their_blocks() {
        let many: BTreeMap<At, String> = (0..2000).map(|row| (At { row, column: 16_383 }, "x".to_owned())).collect();
        let vml = edit(None, &BTreeSet::new(), &many).expect("edits");
        assert!(vml.contains("data=\"1,2\""));
    }
}
