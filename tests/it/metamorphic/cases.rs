//! Cases: a kind of change at a place of a base, or several kinds one after the other. They are chosen by a seed, so always the same.

use std::collections::BTreeMap;

use dealerbook::pipeline::Engine;
use dealerbook::schema::Schemas;

use super::bases::Base;
use super::book::{Book, Cell};
use super::judge::{Harm, Holds, Reading, Spot, judge};
use super::kinds::{Kind, On, Work};
use super::write::Writer;

/// Where a kind is changed: sheet, row and column, as far as they matter; without a row, all of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    sheet: usize,
    row: Option<usize>,
    column: Option<usize>,
}

/// A case.
pub struct Case<'k> {
    pub name: String,
    pub base: usize,
    steps: Vec<(&'k Kind, Step)>,
    schemas: &'k Schemas,
}

/// Where a kind is to be changed: a place of the base, or any, to be found by a number when its turn comes.
#[derive(Clone, Copy)]
enum Step {
    At(Place, usize),
    Any(usize),
}

/// What came of a case.
pub struct Outcome {
    pub wrong: Option<(Harm, String)>,
    pub place: String,
    pub bytes: Vec<u8>,
    pub extension: &'static str,
}

/// Numbers without a pattern.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize
    }
}

/// So many places for each kind.
pub fn of_kinds<'k>(bases: &[Base], kinds: &'k [Kind], schemas: &'k Schemas, places: usize) -> Vec<Case<'k>> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut cases = Vec::new();
    for kind in kinds {
        for (base, place) in chosen(bases, kind, schemas, places, &mut random) {
            let steps = vec![(kind, Step::At(place, random.next()))];
            cases.push(Case { name: kind.name.clone(), base, steps, schemas });
        }
    }
    cases
}

/// Joins of two to four kinds that mean nothing.
pub fn joined<'k>(bases: &[Base], kinds: &'k [Kind], schemas: &'k Schemas, count: usize) -> Vec<Case<'k>> {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    // Cells first: what moves rows and labels comes behind.
    let rank = |kind: &Kind| match kind.on {
        On::Cells(_) => 0,
        On::Columns(_) => 1,
        On::Sheets => 2,
        On::Book => 3,
    };
    let joinable: Vec<&Kind> = kinds.iter().filter(|kind| kind.joins && !super::open::is_known(&kind.name)).collect();
    let join = |_| {
        let many = 2 + random.next() % 3;
        let mut steps: Vec<(&Kind, Step)> =
            (0..many).map(|_| (joinable[random.next() % joinable.len()], Step::Any(random.next()))).collect();
        steps.sort_by_key(|(kind, _)| rank(kind));
        let names: Vec<&str> = steps.iter().map(|(kind, _)| kind.name.as_str()).collect();
        Case { name: format!("joined: {}", names.join(" + ")), base: random.next() % bases.len(), steps, schemas }
    };
    (0..count).map(join).collect()
}

/// Places of a kind: spread over resources and fields as far as they reach.
fn chosen(bases: &[Base], kind: &Kind, schemas: &Schemas, count: usize, random: &mut Random) -> Vec<(usize, Place)> {
    let mut groups: BTreeMap<String, Vec<(usize, Place)>> = BTreeMap::new();
    for (base, of) in bases.iter().enumerate() {
        for place in places(&of.book, kind, schemas) {
            let sheet = &of.book.sheets[place.sheet];
            let field = place.column.and_then(|column| sheet.fields[column].clone()).unwrap_or_default();
            let is_whole = place.row.is_none() && place.column.is_some();
            let resource = sheet.resource.clone().unwrap_or_default();
            groups.entry(format!("{is_whole} {resource} {field} {}", of.name)).or_default().push((base, place));
        }
    }
    let mut groups: Vec<Vec<(usize, Place)>> = groups.into_values().collect();
    for n in (1..groups.len()).rev() {
        groups.swap(n, random.next() % (n + 1));
    }
    let mut out = Vec::new();
    for round in 0.. {
        for group in &mut groups {
            if out.len() == count || group.is_empty() {
                continue;
            }
            out.push(group.swap_remove(random.next() % group.len()));
        }
        if out.len() == count || groups.iter().all(Vec::is_empty) || round > count {
            return out;
        }
    }
    out
}

/// All places at which a kind may be changed.
fn places(book: &Book, kind: &Kind, schemas: &Schemas) -> Vec<Place> {
    let mut out = Vec::new();
    if matches!(kind.on, On::Book) {
        return vec![Place { sheet: 0, row: None, column: None }];
    }
    for (n, sheet) in book.sheets.iter().enumerate() {
        let Some(resource) = sheet.resource.as_deref().and_then(|name| schemas.index(name)) else { continue };
        let resource = &schemas.resources[resource];
        if matches!(kind.on, On::Sheets) {
            out.push(Place { sheet: n, row: None, column: None });
            continue;
        }
        for (column, field) in sheet.fields.iter().enumerate() {
            let Some(field) = field.as_deref().and_then(|name| resource.field(name)) else { continue };
            let field = &resource.fields[field];
            match kind.on {
                On::Columns(passes) if passes(field) => out.push(Place { sheet: n, row: None, column: Some(column) }),
                On::Cells(passes) => {
                    let rows: Vec<usize> =
                        sheet.data().filter(|row| passes(field, &sheet.cell(*row, column))).collect();
                    out.extend(rows.iter().map(|row| Place { sheet: n, row: Some(*row), column: Some(column) }));
                    if kind.joins && rows.len() > 1 {
                        out.push(Place { sheet: n, row: None, column: Some(column) });
                    }
                }
                _ => {}
            }
        }
    }
    out
}

impl Case<'_> {
    /// Makes the workbook and judges what is read; none where there is nothing to be changed so.
    pub fn attempt(&self, engine: &Engine, bases: &[Base]) -> Option<Outcome> {
        let base = &bases[self.base];
        let mut work = Work {
            book: base.book.clone(),
            schemas: self.schemas,
            sheet: 0,
            row: 0,
            column: 0,
            seed: 0,
            spot: Spot::default(),
            writer: Writer::Plain,
            holds: None,
        };
        let mut made = 0;
        for (kind, step) in &self.steps {
            let (place, seed) = match *step {
                Step::At(place, seed) => (place, seed),
                Step::Any(seed) => {
                    let places = places(&work.book, kind, self.schemas);
                    if places.is_empty() {
                        continue;
                    }
                    (places[seed % places.len()], seed / 7)
                }
            };
            made += usize::from(work.change(kind, place, seed));
        }
        if made < self.steps.len().min(2) {
            return None;
        }
        let is_join = self.steps.len() > 1;
        let holds =
            if is_join { Holds::Same } else { work.holds.take().unwrap_or_else(|| self.steps[0].0.holds.clone()) };
        let before = match &holds {
            Holds::As(book) => Reading::of(engine, book),
            _ => base.reading.clone(),
        };
        if !before.is_sound() {
            return None;
        }
        let bytes = work.writer.write(&work.book);
        let extension = work.writer.extension();
        let after = Reading::of_bytes(engine, &bytes, &format!("2007.{extension}"));
        let wrong = judge(&holds, &work.spot, &before, &after);
        Some(Outcome { wrong, place: work.place(), bytes, extension })
    }
}

impl Work<'_> {
    /// Changes a place; says whether anything was changed.
    fn change(&mut self, kind: &Kind, place: Place, seed: usize) -> bool {
        (self.sheet, self.seed) = (place.sheet, seed);
        self.column = place.column.unwrap_or_default();
        let name = self.book.sheets[place.sheet].name.clone();
        self.spot = Spot { sheet: name, row: place.row, column: place.column };
        if matches!(kind.on, On::Book) {
            self.spot = Spot::default();
        }
        let (On::Cells(passes), None) = (kind.on, place.row) else {
            self.row = place.row.unwrap_or_default();
            return (kind.change)(self);
        };
        let mut is_any = false;
        for row in self.sheet().data() {
            let cell: Cell = self.book.sheets[place.sheet].cell(row, self.column);
            if self.field_of(self.column).is_some_and(|field| passes(field, &cell)) {
                self.row = row;
                is_any |= (kind.change)(self);
            }
        }
        is_any
    }

    /// The place in words.
    fn place(&self) -> String {
        let Spot { sheet, row, column } = &self.spot;
        let column = column.map(|column| dealerbook::workbook::column_name(column as u16)).unwrap_or_default();
        format!("{sheet}!{column}{}", row.map(|row| (row + 1).to_string()).unwrap_or_default())
    }
}
