//! The sound workbooks from which all others are made: every sheet that the programmes read, and the money.

use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use dealerbook::pipeline::Engine;
use dealerbook::schema::{Recognised, Schemas};
use jiff::Span;
use jiff::civil::date;

use super::book::{Book, Cell, Merge, Sheet, Value};
use super::judge::Reading;

/// A sound workbook, and what it is read as.
pub struct Base {
    pub name: &'static str,
    pub book: Book,
    pub reading: Reading,
}

/// The workbooks: one of money, one of every sheet.
const BOOKS: [(&str, &str); 2] = [
    ("money", "workbooks/accepted/assessment-small.xlsx"),
    ("all sheets", "tests/it/metamorphic/everything-small.xlsx"),
];

/// All of them, read once.
pub fn bases(engine: &Engine) -> Vec<Base> {
    let base = |(name, path): (&'static str, &str)| {
        let book = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &engine.schemas);
        let reading = Reading::of(engine, &book);
        assert!(reading.is_sound(), "{name}: {reading:?}");
        Base { name, book, reading }
    };
    BOOKS.into_iter().map(base).collect()
}

fn read(path: &Path, schemas: &Schemas) -> Book {
    let bytes = std::fs::read(path).expect("the workbook");
    let mut workbook = Xlsx::new(std::io::Cursor::new(bytes)).expect("opens");
    let names = workbook.sheet_names();
    let sheets = names.iter().map(|name| {
        let range = workbook.worksheet_range(name).expect("a sheet");
        let rows = range.rows().map(|row| row.iter().map(cell).collect()).collect();
        recognised(Sheet::plain(name, rows), schemas)
    });
    Book { sheets: sheets.collect(), is_1904: false }
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::blank(),
        Data::String(text) => Cell::text(text),
        Data::Float(number) => Cell::number(&number.to_string()),
        Data::Int(number) => Cell::number(&number.to_string()),
        // As a text: kinds write them otherwise.
        Data::DateTime(day) => {
            let day = date(1899, 12, 30) + Span::new().days(day.as_f64() as i64);
            Cell::text(&day.to_string())
        }
        Data::Bool(is) => Cell { value: Value::Bool(*is), format: String::new() },
        other => panic!("{other:?} stands in a base"),
    }
}

/// Finds labels and data, and leaves the footer out.
fn recognised(mut sheet: Sheet, schemas: &Schemas) -> Sheet {
    let Some(Recognised::Table(resource)) = schemas.recognise(&sheet.name) else { return sheet };
    let resource = &schemas.resources[resource];
    let first = &resource.fields[0].title;
    sheet.header = sheet.rows.iter().position(|row| row.iter().any(|cell| cell.content() == first)).expect("labels");
    let field = |cell: &Cell| resource.fields.iter().find(|field| field.title == cell.content());
    sheet.fields = sheet.rows[sheet.header].iter().map(|cell| field(cell).map(|field| field.name.clone())).collect();
    let footer = sheet.rows.iter().position(|row| row[0].content() == "合计");
    sheet.rows.truncate(footer.unwrap_or(sheet.rows.len()));
    sheet.end = sheet.rows.len();
    sheet.resource = Some(resource.name.clone());
    if sheet.header > 0 {
        sheet.merges.push(Merge { rows: (0, 0), columns: (0, sheet.fields.len() - 1) });
    }
    sheet
}
