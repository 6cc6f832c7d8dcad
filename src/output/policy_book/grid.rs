//! The sheets of a book as lines of cells, known by their names and labels.

use std::rc::Rc;

use rust_decimal::Decimal;

use super::cell::{Raw, text};
use super::read::PlacedFault;
use super::shape::{Kind, SHEETS, Sheet, SheetId};
use dealerbook_engine::policy::Fault;
use dealerbook_engine::schema::{narrow, nearest};
use dealerbook_engine::workbook::{self, ReadError, Value, Workbook, cell_name, date_of_serial, shortest_decimal};

/// A header stands within so many rows.
const HEADER_WITHIN: u32 = 20;
/// No policy has more rows on a sheet than this.
const ROWS_MAX: u32 = 20_000;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The sheet's name in the workbook.
    pub sheet: Rc<str>,
    /// Row and column, from 0; none for the sheet as a whole.
    pub at: Option<(u32, u16)>,
}

impl Place {
    /// The cell as Excel shows it; empty for a whole sheet.
    pub fn cell(&self) -> String {
        self.at.map(|(row, column)| cell_name(row, column)).unwrap_or_default()
    }
}

/// A row that says something.
#[derive(Clone, Debug)]
pub struct Line {
    sheet: Rc<str>,
    row: u32,
    /// For each column of the sheet's shape, where it stands and what is in it.
    cells: Vec<(&'static str, u16, Option<Raw>)>,
}

impl Line {
    /// What stands under a label.
    pub fn get(&self, key: &str) -> Option<&Raw> {
        self.cells.iter().find(|(known, ..)| *known == key)?.2.as_ref()
    }

    /// The same as a text; empty where there is nothing.
    pub fn text(&self, key: &str) -> String {
        self.get(key).map(text).unwrap_or_default()
    }

    /// Where that stands.
    pub fn place(&self, key: &str) -> Place {
        let column = self.cells.iter().find(|(known, ..)| *known == key).map_or(0, |(_, column, _)| *column);
        Place { sheet: self.sheet.clone(), at: Some((self.row, column)) }
    }
}

/// The lines of each sheet of the shape that is there.
pub struct Grids {
    sheets: Vec<(SheetId, Vec<Line>)>,
    /// What is wrong with sheets and headers.
    pub faults: Vec<PlacedFault>,
}

impl Grids {
    /// The lines of a sheet; none where it isn't there.
    pub fn lines(&self, id: SheetId) -> &[Line] {
        self.sheets.iter().find(|(known, _)| *known == id).map_or(&[], |(_, lines)| lines)
    }

    /// Reads all sheets.
    ///
    /// # Errors
    ///
    /// [`ReadError`] where the package is broken.
    pub fn read(book: &mut Workbook<'_>) -> Result<Grids, ReadError> {
        let names: Vec<String> = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
        let mut grids = Grids { sheets: Vec::new(), faults: Vec::new() };
        for name in names {
            let place = Place { sheet: name.as_str().into(), at: None };
            let Some(sheet) = SHEETS.iter().find(|sheet| is_called(&name, &sheet.title)) else {
                grids.faults.push(PlacedFault::at(&place, unknown_sheet(&name)));
                continue;
            };
            if grids.sheets.iter().any(|(id, _)| *id == sheet.id) {
                let fault = Fault::new("同一内容有两张工作表，请删去一张", "two sheets are of this name: take one out");
                grids.faults.push(PlacedFault::at(&place, fault));
                continue;
            }
            let lines = grids.sheet(book, sheet, &place)?;
            grids.sheets.push((sheet.id, lines));
        }
        if grids.sheets.is_empty() {
            let fault = Fault::new(
                "这不是政策工作簿：没有“总则”“评级”等工作表；请用 GET /v1/policies/{id}.xlsx 或 policy book 导出的工作簿",
                "it is no policy's workbook: there is no sheet such as General or Grades; begin with one that was exported",
            );
            grids.faults = vec![PlacedFault { place: None, fault }];
        }
        Ok(grids)
    }

    fn sheet(&mut self, book: &mut Workbook<'_>, sheet: &'static Sheet, place: &Place) -> Result<Vec<Line>, ReadError> {
        let (mut header, mut lines): (Option<Header>, Vec<Line>) = (None, Vec::new());
        let mut is_long = false;
        book.rows(&place.sheet, |row| {
            match &header {
                None => header = Header::of(sheet, &row),
                Some(header) => lines.extend(header.line(&row, place)),
            }
            is_long = row.index >= ROWS_MAX;
            Ok(!is_long && (header.is_some() || row.index < HEADER_WITHIN))
        })?;
        if is_long {
            let fault = Fault::new(format!("超过 {ROWS_MAX} 行"), format!("it has more than {ROWS_MAX} rows"));
            self.faults.push(PlacedFault::at(place, fault));
        }
        match header {
            Some(header) => self.faults.extend(header.faults(sheet, place)),
            None => {
                let fault = Fault::new("没有找到表头，请恢复原来的表头", "its header can't be found: restore it");
                self.faults.push(PlacedFault::at(place, fault));
            }
        }
        Ok(lines)
    }
}

/// Which column is where.
struct Header {
    row: u32,
    columns: Vec<(&'static str, u16)>,
    unknown: Vec<(u16, String)>,
}

impl Header {
    /// A row is the header where most of the sheet's first labels stand in it.
    fn of(sheet: &'static Sheet, row: &workbook::Row<'_, '_>) -> Option<Header> {
        let mut header = Header { row: row.index, columns: Vec::new(), unknown: Vec::new() };
        for cell in row.cells.iter().filter(|cell| !cell.value.is_blank()) {
            let seen = cell.value.seen();
            let known = sheet.columns.iter().find(|column| is_called(&seen, &column.label));
            match known {
                Some(column) if header.columns.iter().all(|(key, _)| *key != column.key) => {
                    header.columns.push((column.key, cell.column));
                }
                _ => header.unknown.push((cell.column, seen)),
            }
        }
        (header.columns.len() >= 2).then_some(header)
    }

    fn line(&self, row: &workbook::Row<'_, '_>, place: &Place) -> Option<Line> {
        let raw = |column: u16| row.cells.iter().find(|cell| cell.column == column).and_then(raw_of);
        let cells: Vec<_> = self.columns.iter().map(|(key, column)| (*key, *column, raw(*column))).collect();
        let line = Line { sheet: place.sheet.clone(), row: row.index, cells };
        line.cells.iter().any(|(_, _, raw)| raw.is_some()).then_some(line)
    }

    fn faults(&self, sheet: &Sheet, place: &Place) -> Vec<PlacedFault> {
        let at = |column: u16| Place { at: Some((self.row, column)), ..place.clone() };
        let unknown = self.unknown.iter().map(|(column, seen)| {
            let fault =
                Fault::new(format!("没有“{seen}”这一列，请删去"), format!("there is no column “{seen}”: take it out"));
            PlacedFault::at(&at(*column), fault)
        });
        let is_there = |key: &str| self.columns.iter().any(|(known, _)| *known == key);
        let needed = sheet.columns.iter().filter(|column| !matches!(column.kind, Kind::Shown) && column.key != "note");
        let missing = needed.filter(|column| !is_there(column.key)).map(|column| {
            let [zh, en] = column.label;
            PlacedFault::at(&at(0), Fault::new(format!("缺少“{zh}”一列"), format!("the column “{en}” is missing")))
        });
        unknown.chain(missing).collect()
    }
}

fn raw_of(cell: &workbook::Cell<'_>) -> Option<Raw> {
    if cell.uncached {
        return Some(Raw::Uncached);
    }
    Some(match &cell.value {
        value if value.is_blank() => return None,
        Value::Number(number) => Raw::Number(shortest_decimal(*number).unwrap_or(Decimal::MAX)),
        Value::DateSerial(serial) => match date_of_serial(*serial, false) {
            Some(day) => Raw::Day(day),
            None => Raw::Number(shortest_decimal(*serial).unwrap_or(Decimal::MAX)),
        },
        Value::Boolean(flag) => Raw::Flag(*flag),
        Value::Error(code) => Raw::Error(code),
        Value::Empty => return None,
        Value::Text(text) | Value::DateText(text) => Raw::Text(text.trim().to_owned()),
    })
}

/// Whether a text is one of two names; case, width and space around it don't matter.
fn is_called(seen: &str, names: &[&str; 2]) -> bool {
    let plain = |text: &str| narrow(text).trim().to_lowercase();
    names.iter().any(|name| plain(name) == plain(seen))
}

fn unknown_sheet(name: &str) -> Fault {
    let titles = SHEETS.iter().flat_map(|sheet| sheet.title);
    match nearest(name, titles) {
        Some(near) => Fault::new(
            format!("不认识这张工作表；是否应为“{near}”？不需要时请删去"),
            format!("the sheet is not known; was `{near}` meant? Take it out if it isn't needed"),
        ),
        None => Fault::new("不认识这张工作表，请删去", "the sheet is not known: take it out"),
    }
}
