//! What stands before and behind the rows of a worksheet: columns and dimension, rules and the drawing of notes.

use std::collections::BTreeMap;

use super::reference::{self, Range};
use super::rels::{STRICT, TRANSITIONAL};
use super::stamp;
use super::xml::{self, Element, Node};

/// The children of a worksheet, in the order in which they have to stand.
pub(super) const ORDER: [&str; 39] = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

/// A rule as it is written.
pub(super) struct Rule {
    /// The cells.
    pub sqref: String,
    /// The formula with its stamp.
    pub formula: String,
    /// The differential format.
    pub dxf: u32,
}

/// What becomes of the drawing that notes stand in.
pub(super) enum Legacy {
    /// It stays as it is.
    Keep,
    /// The sheet gets one, by relationship id.
    Set(String),
    /// It goes, by relationship id.
    Remove(String),
}

/// The place of a name among the children of a worksheet.
pub(super) fn rank(name: &str) -> usize {
    ORDER.iter().position(|other| *other == name).unwrap_or(ORDER.len())
}

/// The place of an element; alternate content ranks as what it holds.
pub(super) fn rank_of(element: &Element) -> Option<usize> {
    if element.local() != "AlternateContent" {
        return ORDER.iter().position(|name| *name == element.local());
    }
    element.elements().flat_map(Element::elements).find_map(rank_of)
}

/// Widens `<dimension>` to the new cells.
pub(super) fn widen(head: &mut [Node], cells: Option<Range>) {
    let dimension = head.iter_mut().find_map(|node| match node {
        Node::Element(element) if element.local() == "dimension" => Some(element),
        _ => None,
    });
    let (Some(element), Some(cells)) = (dimension, cells) else {
        return;
    };
    if let Some(old) = element.attr("ref").and_then(|text| reference::parse_range(&text)) {
        let new = old.with(cells.first).with(cells.last);
        if new != old {
            element.set("ref", &reference::range(new));
        }
    }
}

/// Sets the widths of columns, cutting what spans them.
pub(super) fn set_widths(head: &mut Vec<Node>, prefix: &str, widths: &BTreeMap<u16, f64>) {
    if widths.is_empty() {
        return;
    }
    if !head.iter().any(|node| node.element().is_some_and(|e| e.local() == "cols")) {
        let cols = Element::new(&format!("{prefix}cols"), &[]);
        xml::insert_ranked(head, cols, rank("cols"), false, rank_of);
    }
    let cols = head.iter_mut().find_map(|node| match node {
        Node::Element(element) if element.local() == "cols" => Some(element),
        _ => None,
    });
    let Some(cols) = cols else { return };
    for (&column, &width) in widths {
        set_width(cols, prefix, u32::from(column) + 1, width);
    }
}

/// The formats of columns: first, last (from 1), format.
pub(super) fn column_styles(head: &[Node]) -> Vec<(u32, u32, u32)> {
    let cols = head.iter().filter_map(Node::element).filter(|element| element.local() == "cols");
    let style = |col: &Element| {
        let (first, last) = bounds(col)?;
        Some((first, last, col.attr("style")?.parse().ok()?))
    };
    cols.flat_map(Element::elements).filter_map(style).collect()
}

fn bounds(col: &Element) -> Option<(u32, u32)> {
    let number = |name: &str| col.attr(name)?.parse::<u32>().ok();
    Some((number("min")?, number("max")?))
}

fn set_width(cols: &mut Element, prefix: &str, column: u32, width: f64) {
    let covering =
        |node: &Node| node.element().and_then(bounds).is_some_and(|(min, max)| (min..=max).contains(&column));
    let pieces = match cols.children.iter().position(covering) {
        Some(index) => {
            let Node::Element(old) = cols.children.remove(index) else {
                return;
            };
            let (min, max) = bounds(&old).unwrap_or((column, column));
            let spans = [(min, column - 1), (column, column), (column + 1, max)];
            let pieces = spans.into_iter().filter(|(a, b)| a <= b).map(|(a, b)| cut(&old, a, b)).collect();
            (index, pieces)
        }
        None => {
            let behind = |node: &Node| node.element().and_then(bounds).is_some_and(|(min, _)| min > column);
            let index = cols.children.iter().position(behind).unwrap_or(cols.children.len());
            (index, vec![cut(&Element::new(&format!("{prefix}col"), &[]), column, column)])
        }
    };
    let (index, mut pieces): (usize, Vec<Element>) = pieces;
    for piece in pieces.iter_mut().filter(|piece| bounds(piece) == Some((column, column))) {
        piece.set("width", &width.to_string());
        piece.unset("hidden");
        piece.set("customWidth", "1");
    }
    cols.children.splice(index..index, pieces.into_iter().map(Node::Element));
}

fn cut(col: &Element, min: u32, max: u32) -> Element {
    let mut piece = col.clone();
    piece.set("min", &min.to_string());
    piece.set("max", &max.to_string());
    piece
}

fn is_ours(rule: &Element) -> bool {
    rule.local() == "cfRule" && rule.elements().any(|e| e.local() == "formula" && stamp::is_stamped(&e.text()))
}

/// How many rules of ours stand there.
pub(super) fn our_rules(tail: &[Node]) -> usize {
    let mut count = 0;
    for element in tail.iter().filter_map(Node::element) {
        element.visit(&mut |e| count += usize::from(is_ours(e)));
    }
    count
}

/// Takes our earlier rules away; gives how many they were.
fn strip_rules(tail: &mut Vec<Node>) -> usize {
    let count = our_rules(tail);
    if count == 0 {
        return 0;
    }
    for node in tail.iter_mut() {
        if let Node::Element(element) = node {
            element.visit_mut(&mut |e| e.children.retain(|child| child.element().is_none_or(|rule| !is_ours(rule))));
        }
    }
    let has_rules = |e: &Element| e.elements().any(|rule| rule.local() == "cfRule");
    tail.retain(|node| node.element().is_none_or(|e| e.local() != "conditionalFormatting" || has_rules(e)));
    count
}

/// Moves the priorities of an element's rules.
pub(super) fn shift_priorities(element: &mut Element, names: &[&str], by: i64) {
    element.visit_mut(&mut |rule| {
        if !names.contains(&rule.local()) {
            return;
        }
        if let Some(priority) = rule.attr("priority").and_then(|text| text.parse::<i64>().ok()) {
            rule.set("priority", &priority.saturating_add(by).max(1).to_string());
        }
    });
}

/// Puts our rules before the user's.
pub(super) fn set_rules(tail: &mut Vec<Node>, prefix: &str, rules: &[Rule], strip: bool) {
    let stripped = if strip { strip_rules(tail) } else { 0 };
    let by = rules.len() as i64 - stripped as i64;
    if by != 0 {
        for node in tail.iter_mut() {
            if let Node::Element(element) = node {
                shift_priorities(element, &["cfRule"], by);
            }
        }
    }
    if rules.is_empty() {
        return;
    }
    let elements = rules.iter().enumerate().map(|(index, rule)| of_rule(prefix, rule, index + 1)).collect();
    xml::insert_all_ranked(tail, elements, rank("conditionalFormatting"), true, rank_of);
}

fn of_rule(prefix: &str, rule: &Rule, priority: usize) -> Element {
    let named = |name: &str, attrs: &[(&str, &str)]| Element::new(&format!("{prefix}{name}"), attrs);
    let mut formula = named("formula", &[]);
    formula.set_text(&rule.formula);
    let (dxf, priority) = (rule.dxf.to_string(), priority.to_string());
    let mut condition = named("cfRule", &[("type", "expression"), ("dxfId", &dxf), ("priority", &priority)]);
    condition.push(formula);
    let mut element = named("conditionalFormatting", &[("sqref", &rule.sqref)]);
    element.push(condition);
    element
}

/// The relationship id of the drawing that notes stand in, wherever it is written.
pub(super) fn legacy_drawing(tail: &[Node]) -> Option<String> {
    let mut id = None;
    for element in tail.iter().filter_map(Node::element) {
        element.visit(&mut |e| {
            if e.local() == "legacyDrawing" && id.is_none() {
                id = e.attr_local("id");
            }
        });
    }
    id
}

/// Sets or takes away the drawing that notes stand in.
pub(super) fn set_legacy(tail: &mut Vec<Node>, root: &Element, legacy: &Legacy, strict: bool) {
    match legacy {
        Legacy::Keep => {}
        Legacy::Set(id) => {
            let bound = root.prefix_of(&[TRANSITIONAL, STRICT]).filter(|prefix| !prefix.is_empty());
            let mut element = Element::new(&format!("{}legacyDrawing", root.prefix()), &[]);
            if bound.is_none() {
                element.set("xmlns:r", if strict { STRICT } else { TRANSITIONAL });
            }
            element.set(&format!("{}id", bound.as_deref().unwrap_or("r:")), id);
            xml::insert_ranked(tail, element, rank("legacyDrawing"), false, rank_of);
        }
        Legacy::Remove(id) => {
            let is = |e: &Element| e.local() == "legacyDrawing" && e.attr_local("id").as_deref() == Some(id);
            let holds =
                |e: &Element| e.local() == "AlternateContent" && e.elements().flat_map(Element::elements).any(is);
            tail.retain(|node| node.element().is_none_or(|e| !is(e) && !holds(e)));
        }
    }
}
