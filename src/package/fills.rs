//! Fills on the user's own cells, and the record of what stood there before.
//!
//! A save by Excel renumbers all formats and keeps no part that it doesn't know, so the record is made of hidden defined names of the
//! sheet's scope: one holds the cells (and moves with inserted rows), its twin holds, as text, our colour and the fill that the cells
//! had. A fill is taken off again only where the cell still has our colour: what the user has painted since is the user's. Rows that
//! are sorted take their fills along while the names stay: such a fill isn't found again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edit::{At, CellFill, Rgb};
use super::reference::{self, Range};
use super::sheet_survey::Survey;
use super::stamp;
use super::styles::Styles;
use super::titles;
use super::workbook::Workbook;

/// So many cells of an earlier run's record are believed.
const CELLS_MAX: usize = 100_000;
/// A defined name holds at most so many characters of references; Excel takes 8,192.
const REFERENCES_CHARS: usize = 4_000;
/// A text in a formula holds at most 255 characters.
const LITERAL_CHARS: usize = 200;

/// Cells that an earlier run filled, and how they looked before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurFill {
    /// The sheet's name.
    pub sheet: String,
    /// Where the cells stand now.
    pub ranges: Vec<Range>,
    pub(super) was: Was,
}

/// How a cell looked before it was filled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Was {
    /// The colour that we gave it.
    pub ours: u32,
    /// The number of its format, which holds as long as nobody has renumbered them.
    pub style: u32,
    /// Whether we made the cell.
    pub made: bool,
    /// The format's `applyFill`.
    pub apply: Option<String>,
    /// The fill, as markup without prefixes.
    pub fill: String,
}

impl Was {
    /// As a formula: a text, in pieces that a formula takes.
    fn formula(&self) -> String {
        let made = if self.made { "new" } else { "" };
        let apply = self.apply.as_deref().unwrap_or_default();
        let text = format!("{:06X}|{}|{made}|{apply}|{}", self.ours, self.style, self.fill.replace('"', "'"));
        let characters: Vec<char> = text.chars().collect();
        let pieces = characters.chunks(LITERAL_CHARS).map(|piece| format!("\"{}\"", piece.iter().collect::<String>()));
        pieces.collect::<Vec<_>>().join("&")
    }

    fn parse(formula: &str) -> Option<Was> {
        let text: String = formula.split('"').skip(1).step_by(2).collect();
        let mut fields = text.splitn(5, '|');
        let ours = u32::from_str_radix(fields.next()?, 16).ok()?;
        let style = fields.next()?.parse().ok()?;
        let made = fields.next()? == "new";
        let apply = Some(fields.next()?.to_owned()).filter(|apply| !apply.is_empty());
        Some(Was { ours, style, made, apply, fill: fields.next()?.replace('\'', "\"") })
    }
}

/// The record of an earlier run, from the names of a sheet's scope: name, sheet, value.
pub(super) fn recorded(names: &[(String, String, String)]) -> Vec<OurFill> {
    let numbered = |name: &str, stem: &str| name.to_lowercase().strip_prefix(stem).map(str::to_owned);
    let looks: HashMap<(&str, String), Was> = names
        .iter()
        .filter_map(|(name, sheet, value)| Some(((sheet.as_str(), numbered(name, stamp::LOOK)?), Was::parse(value)?)))
        .collect();
    let fill = |(name, sheet, value): &(String, String, String)| {
        let was = looks.get(&(sheet.as_str(), numbered(name, stamp::FILL)?))?.clone();
        Some(OurFill { sheet: sheet.clone(), ranges: ranges(value), was })
    };
    names.iter().filter_map(fill).collect()
}

/// The ranges of `'S'!$B$3:$B$5,'S'!$B$9`; what isn't one (a deleted cell's) is passed over.
fn ranges(value: &str) -> Vec<Range> {
    let mut quoted = false;
    let pieces = value.split(|c: char| {
        quoted ^= c == '\'';
        !quoted && matches!(c, ',' | '~' | '(' | ')')
    });
    pieces.filter_map(|piece| reference::parse_range(piece.rsplit_once('!')?.1)).collect()
}

/// The cells of the record on a sheet.
pub(super) fn cells_of<'o>(ours: &'o [OurFill], sheet: &str) -> BTreeMap<At, &'o Was> {
    let mut cells = BTreeMap::new();
    for fill in ours.iter().filter(|fill| fill.sheet == sheet) {
        for range in &fill.ranges {
            for row in range.first.row..=range.last.row {
                for column in range.first.column..=range.last.column {
                    if cells.len() >= CELLS_MAX {
                        return cells;
                    }
                    cells.insert(At { row, column }, &fill.was);
                }
            }
        }
    }
    cells
}

/// What becomes of the fills of a sheet.
#[derive(Default)]
pub(super) struct FillPlan {
    /// The formats that standing cells get.
    pub styles: BTreeMap<At, u32>,
    /// Blank cells of ours that go.
    pub drops: BTreeSet<At>,
    /// Cells that have to be made, with their formats.
    pub made: Vec<(At, u32)>,
    /// The formats that cells have without our fills, where that isn't what they have now.
    pub bare: BTreeMap<At, u32>,
    /// What is to be remembered.
    record: BTreeMap<String, Vec<At>>,
}

/// Takes earlier fills off and puts new ones on.
pub(super) fn plan(
    earlier: &BTreeMap<At, &Was>,
    wanted: &[CellFill],
    survey: &Survey,
    styles: &mut Styles,
) -> FillPlan {
    let mut planner = Planner { styles, plan: FillPlan::default(), on: HashMap::new(), off: HashMap::new() };
    let mut colours: BTreeMap<At, Rgb> = BTreeMap::new();
    wanted.iter().for_each(|fill| {
        colours.entry(fill.at).or_insert(fill.fill);
    });
    for (&at, &was) in earlier {
        planner.take_off(at, was, survey, colours.get(&at).copied());
    }
    for (&at, &fill) in &colours {
        planner.put_on(at, fill, survey);
    }
    planner.plan
}

struct Planner<'s> {
    styles: &'s mut Styles,
    plan: FillPlan,
    on: HashMap<(u32, Rgb), (u32, Was)>,
    off: HashMap<(u32, Was), u32>,
}

impl Planner<'_> {
    fn take_off(&mut self, at: At, was: &Was, survey: &Survey, again: Option<Rgb>) {
        let Some(&blank) = survey.standing.get(&at) else { return };
        let style = survey.styles.get(&at).copied().unwrap_or(0);
        if !self.styles.has_fill(style, Rgb(was.ours)) {
            return;
        }
        let bare = match self.off.get(&(style, was.clone())) {
            Some(&bare) => bare,
            None => {
                let bare = self.styles.unfilled(style, was);
                self.off.insert((style, was.clone()), bare);
                bare
            }
        };
        self.plan.bare.insert(at, bare);
        match again {
            Some(fill) if fill.0 == was.ours => {
                let was = Was { made: was.made && blank, ..was.clone() };
                self.plan.styles.insert(at, style);
                self.plan.record.entry(was.formula()).or_default().push(at);
            }
            Some(_) => {}
            None if was.made && blank => {
                self.plan.drops.insert(at);
            }
            None => {
                self.plan.styles.insert(at, bare);
            }
        }
    }

    fn put_on(&mut self, at: At, fill: Rgb, survey: &Survey) {
        if self.plan.styles.contains_key(&at) {
            return;
        }
        let standing = survey.standing.contains_key(&at);
        let bare = self.plan.bare.get(&at).copied();
        let base = bare.unwrap_or_else(|| match standing {
            true => survey.styles.get(&at).copied().unwrap_or(0),
            false => survey.style_of_blank(at),
        });
        let (style, was) = match self.on.get(&(base, fill)) {
            Some(known) => known.clone(),
            None => {
                let made = self.styles.filled(base, fill);
                self.on.insert((base, fill), made.clone());
                made
            }
        };
        let was = Was { made: !standing, ..was };
        self.plan.record.entry(was.formula()).or_default().push(at);
        if standing {
            self.plan.styles.insert(at, style);
        } else {
            self.plan.made.push((at, style));
        }
    }
}

impl FillPlan {
    /// Puts the record into the workbook.
    pub(super) fn remember(&self, workbook: &mut Workbook, index: usize, sheet: &str) {
        let sheet = titles::quoted(sheet);
        let mut number = 0;
        for (look, cells) in &self.record {
            for references in references(cells, &sheet) {
                number += 1;
                workbook.define(&format!("{}{number}", stamp::FILL), Some(index), true, &references);
                workbook.define(&format!("{}{number}", stamp::LOOK), Some(index), true, look);
            }
        }
    }
}

/// References to cells, in pieces that a name takes.
fn references(cells: &[At], sheet: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for range in reference::ranges(cells) {
        let mut text = format!("{sheet}!{}", reference::absolute(range.first));
        if range.first != range.last {
            text = format!("{text}:{}", reference::absolute(range.last));
        }
        match pieces.last_mut() {
            Some(piece) if piece.len() + text.len() < REFERENCES_CHARS => {
                piece.push(',');
                piece.push_str(&text);
            }
            _ => pieces.push(text),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_goes_through_a_formula() {
        let was = Was {
            ours: 0xff_c7_ce,
            style: 7,
            made: true,
            apply: None,
            fill: "<fill><patternFill patternType=\"solid\"/></fill>".repeat(9),
        };
        let formula = was.formula();
        assert!(formula.contains("\"&\""), "{formula}");
        assert_eq!(Was::parse(&formula), Some(was));
        assert_eq!(Was::parse("\"x\""), None);
    }

    #[test]
    fn ranges_are_read_past_names_and_what_was_deleted() {
        let first = At { row: 2, column: 1 };
        let expected = [Range { first, last: At { row: 4, column: 1 } }, Range { first, last: first }];
        assert_eq!(ranges("'a,b''c'!$B$3:$B$5,'a,b''c'!#REF!,S!$B$3"), expected);
    }

    #[test]
    fn a_record_of_a_whole_sheet_is_not_spelt_out() {
        let all = Range { first: At { row: 0, column: 0 }, last: At { row: 1_048_575, column: 16_383 } };
        let was = Was { ours: 0, style: 0, made: false, apply: None, fill: String::new() };
        let ours = [OurFill { sheet: "S".to_owned(), ranges: vec![all; 9], was }];
        assert_eq!(cells_of(&ours, "S").len(), CELLS_MAX);
    }
}
