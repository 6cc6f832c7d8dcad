//! The reader of cells against the reference (calamine): over every sample, the corpus where there is one, and sheets that were damaged.

use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use calamine::{DataRef, Reader, Xlsx};

use super::*;
use crate::package::cells::Rows;
use crate::package::{Held, PackageError, Strings};

/// A cell as both readers tell it: row, column, value, whether it is a formula.
type ReadCell = (u32, u16, String, bool);

fn told(held: Held<'_>, strings: &Strings) -> String {
    match held {
        Held::Blank => String::new(),
        Held::Number(number) => format!("{number:?}"),
        Held::Text(text) => format!("t{text}"),
        Held::Shared(index) => strings.get(index).map_or("no such string".to_owned(), |text| format!("t{text}")),
        Held::Boolean(value) => value.to_string(),
        Held::Date(text) => format!("d{text}"),
        Held::Error(error) => error.to_owned(),
    }
}

fn ours(package: &Package<'_>, sheet: &str) -> Result<Vec<ReadCell>, PackageError> {
    let strings = package.shared_strings()?;
    let mut cells = Vec::new();
    package.rows::<PackageError>(sheet, |row| {
        cells.extend(row.cells().map(|c| (c.at.row, c.at.column, told(c.held, &strings), c.is_formula)));
        Ok(true)
    })?;
    Ok(cells)
}

fn theirs(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<ReadCell>, calamine::XlsxError> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        let value = match cell.value {
            DataRef::Empty => String::new(),
            DataRef::Int(number) => format!("{:?}", number as f64),
            DataRef::Float(number) => format!("{number:?}"),
            DataRef::String(text) => format!("t{text}"),
            DataRef::SharedString(text) => format!("t{text}"),
            DataRef::Bool(value) => value.to_string(),
            DataRef::DateTime(date) => format!("{:?}", date.as_f64()),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => format!("d{text}"),
            DataRef::Error(error) => error.to_string(),
        };
        cells.push((cell.pos.0, cell.pos.1 as u16, value, cell.formula.is_some()));
    }
    Ok(cells)
}

/// How many cells were compared, in workbooks that both can read.
fn compare(path: &Path) -> usize {
    let bytes = std::fs::read(path).expect("reads");
    let (Ok(package), Ok(mut book)) =
        (Package::open(&bytes, &Limits::default()), Xlsx::new(Cursor::new(bytes.as_slice())))
    else {
        return 0;
    };
    let mut compared = 0;
    for sheet in package.sheets().iter().filter(|sheet| sheet.kind == crate::package::SheetKind::Worksheet) {
        let Ok(theirs) = theirs(&mut book, &sheet.name) else { continue };
        let ours = ours(&package, &sheet.name).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(ours.len(), theirs.len(), "{} {}", path.display(), sheet.name);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{} {}", path.display(), sheet.name);
        }
        compared += ours.len();
    }
    compared
}

fn workbooks_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_workbook = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "xlsx" || kind == "xlsm");
    entries.filter(is_workbook).collect()
}

#[test]
fn every_cell_of_every_sample_is_read_as_the_reference_reads_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["workbooks/accepted", "workbooks/rejected", "../shared/corpus", "../shared/reports/inputs"];
    let compared: usize =
        folders.iter().flat_map(|folder| workbooks_in(&root.join(folder))).map(|path| compare(&path)).sum();
    assert!(compared > 50_000, "{compared} cells were compared");
}

/// A sheet with every kind of cell, as several programs write them.
const ROWS: &str = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a &amp; b</t></is></c><c r=\"B1\" s=\"2\"><v>12.50</v></c>\
    <c r=\"C1\" t=\"b\"><v>1</v></c><c r=\"D1\" t=\"e\"><v>#N/A</v></c><c r=\"E1\" t=\"str\"><f>A1&amp;\"x\"</f><v>x_x000D_y</v></c></row>\
    <row><c><v>3</v></c><c/><c t=\"d\"><v>2007-01-31</v></c><c s=\"1\"><f>SUM(A1:A2)</f></c></row>\
    <row r=\"7\" ht=\"20\"><c r=\"C7\" t=\"inlineStr\"><is><r><t xml:space=\"preserve\">p </t></r><r><t>q</t></r><rPh><t>no</t></rPh></is></c>\
    <c r=\"D7\"><v>-1E-3</v></c></row></sheetData>";

fn rows_of(text: &[u8], step: usize) -> Result<Vec<ReadCell>, PackageError> {
    let stream = BufReader::with_capacity(step, Steps { text, step });
    let mut rows = Rows::open(stream, "t", 1 << 20)?;
    let mut cells = Vec::new();
    while let Some(row) = rows.next()? {
        for c in row.cells() {
            let markup = &text[c.bytes.start as usize..c.bytes.end as usize];
            assert!(markup.starts_with(b"<") && markup.ends_with(b">"), "{}", String::from_utf8_lossy(markup));
            cells.push((c.at.row, c.at.column, told(c.held, &Strings::default()), c.is_formula));
        }
    }
    Ok(cells)
}

/// A stream that gives a few bytes at a time.
struct Steps<'t> {
    text: &'t [u8],
    step: usize,
}

impl Read for Steps<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.step.min(buffer.len()).min(self.text.len());
        buffer[..read].copy_from_slice(&self.text[..read]);
        self.text = &self.text[read..];
        Ok(read)
    }
}

#[test]
fn every_kind_of_cell_is_read_however_the_bytes_come() {
    let text = sheet(ROWS);
    let wanted: Vec<ReadCell> = [
        (0, 0, "ta & b", false),
        (0, 1, "12.5", false),
        (0, 2, "true", false),
        (0, 3, "#N/A", false),
        (0, 4, "tx\ry", true),
        (1, 0, "3.0", false),
        (1, 1, "", false),
        (1, 2, "d2007-01-31", false),
        (1, 3, "", true),
        (6, 2, "tp q", false),
        (6, 3, "-0.001", false),
    ]
    .map(|(row, column, value, is_formula)| (row, column, value.to_owned(), is_formula))
    .to_vec();
    for step in [1, 2, 3, 7, 64, 1 << 16] {
        assert_eq!(rows_of(text.as_bytes(), step).expect("reads"), wanted, "{step}");
    }
}

#[test]
fn what_other_readers_drop_or_refuse_is_read_where_it_is_certain() {
    for (cell, value) in [
        // White space around a figure is none of its figures.
        ("<c r=\"A1\"><v> 3 </v></c>", "3.0"),
        ("<c r=\"A1\"><v>\n3\n</v></c>", "3.0"),
        ("<c r=\"$A$1\"><v>3</v></c>", "3.0"),
        ("<c r=\"a1\" t=\" n \"><v>3</v></c>", "3.0"),
        ("<c r=\"A\"><v>3</v></c>", "3.0"),
        ("<c r=\"A1\" t=\"unheard\"><v>3</v></c>", "3.0"),
        ("<c r=\"A1\" t=\"n\"><v>three</v></c>", "tthree"),
        ("<c r=\"A1\" t=\"b\"><v>TRUE</v></c>", "true"),
        ("<c r=\"A1\" t=\"e\"><v>#SPILL!</v></c>", "#VALUE!"),
        ("<c r=\"A1\" t=\"inlineStr\"><v>kept</v></c>", "tkept"),
        ("<c r=\"A1\"><is><t>kept</t></is></c>", "tkept"),
        ("<c r=\"A1\" t=\"str\"><v><![CDATA[1 < 2]]> &#x4E2D;</v></c>", "t1 < 2 中"),
        ("<c r=\"A1\" t=\"str\"><v>a<!-- no -->b\r\nc</v></c>", "tab\nc"),
        ("<c r=\"A1\"><!-- a cell --><v>3</v><extLst><ext><v>9</v></ext></extLst></c>", "3.0"),
        ("<c r='A1' s = '4' ><v>3</v></c>", "3.0"),
        ("<x:c r=\"A1\"><x:v>3</x:v></x:c>", "3.0"),
        ("<c r=\"A1\"><v>1e400</v></c>", "t1e400"),
        ("<c r=\"A1\"><v>NaN</v></c>", "tNaN"),
    ] {
        let text = sheet(&format!("<sheetData><row r=\"1\">{cell}</row></sheetData>"));
        let read = rows_of(text.as_bytes(), 5).unwrap_or_else(|error| panic!("{cell}: {error}"));
        assert_eq!(read, [(0, 0, value.to_owned(), false)], "{cell}");
    }
}

#[test]
fn what_is_not_certain_is_refused_with_its_place() {
    for (rows, said) in [
        ("<row r=\"1\"><c r=\"A1\"><v>3</c></row>", "byte 113"),
        ("<row r=\"1\"><c r=\"A1><v>3</v></c></row>", "byte"),
        // A tag was lost: the next cell's value would be this one's.
        ("<row r=\"1\"><c r=\"A1\"><v>3</v> r=\"B1\"><v>4</v></c></row>", "byte"),
        ("<row r=\"1\"><c r=\"A1\"><v>3</v><v>4</v></c></row>", "byte"),
        ("<row r=\"1\">3<c r=\"A1\"/></row>", "byte"),
        ("<row r=\"1\"><c r=\"A1\"><v>&nosuch;x</v></c></row>", "byte"),
        ("<row r=\"1\"><c r=\"A1\"><v>3</v></c></sheetData>", "byte"),
        ("<row r=\"zero\"/>", "`zero` is no number of a row"),
        ("<row r=\"1048577\"/>", "is no number of a row"),
        ("<row r=\"1\"><c r=\"A0\"/></row>", "`A0` is no reference"),
        ("<row r=\"1\"><c r=\"XFE1\"/></row>", "`XFE1` is no reference"),
        ("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>first</v></c></row>", "A1 refers to a shared string `first`"),
    ] {
        let text = sheet(&format!("<sheetData>{rows}"));
        let error = rows_of(text.as_bytes(), 1 << 16).expect_err(rows).to_string();
        assert!(error.contains(said), "{rows}: {error}");
    }
    let cut = rows_of(b"<worksheet><sheetData><row><c><v>3</v>", 9);
    assert!(cut.expect_err("cut off").to_string().contains("ends within its rows"));
    let error = rows_of(b"<worksheet><sheetData><row><c t=\"str\"><v>\xff</v></c></row></sheetData>", 9);
    assert!(error.expect_err("no UTF-8").to_string().contains("UTF-8"));
}

#[test]
fn a_row_that_is_larger_than_may_be_held_is_refused() {
    let text = sheet(&format!("<sheetData><row><c t=\"str\"><v>{}</v></c></row></sheetData>", "x".repeat(1 << 18)));
    let mut rows = Rows::open(text.as_bytes(), "t", 1 << 17).expect("opens");
    assert!(matches!(rows.next(), Err(PackageError::TooLarge { .. })));
}

/// Whether both read the same; a figure with white space beside it is a text to the reference.
fn is_same(ours: &[ReadCell], theirs: &[ReadCell]) -> bool {
    let number = |told: &str| told.strip_prefix('t').and_then(|text| text.trim().parse::<f64>().ok());
    ours.len() == theirs.len()
        && ours.iter().zip(theirs).all(|(ours, theirs)| {
            let as_number = number(&theirs.2).map(|number| (theirs.0, theirs.1, format!("{number:?}"), theirs.3));
            ours == theirs || as_number.as_ref() == Some(ours)
        })
}

/// A small generator of numbers, the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// A sheet with a few bytes taken out, doubled, exchanged or put in.
fn damaged(text: &str, numbers: &mut Numbers) -> Vec<u8> {
    const PIECES: [&str; 12] = ["<", ">", "\"", "/", "&", "</c>", "<v>", " r=\"B2\"", "<row>", "é", " ", "<!--"];
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=numbers.below(2) {
        let at = numbers.below(bytes.len() - 8);
        match numbers.below(4) {
            0 => drop(bytes.drain(at..at + 1 + numbers.below(6))),
            1 => {
                let piece: Vec<u8> = bytes[at..at + 1 + numbers.below(6)].to_vec();
                bytes.splice(at..at, piece);
            }
            2 => bytes[at] = b"0179aZ<>\"/ "[numbers.below(11)],
            _ => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes())),
        }
    }
    bytes
}

#[test]
fn damaged_sheets_are_refused_or_read_as_the_reference_reads_them() {
    // The reference leaves escapes as they are in cells of no type.
    let (text, mut numbers) = (sheet(&ROWS.replace("_x000D_", "")), Numbers(20_261_201));
    let (mut same, mut refused, mut alone, mut other) = (0, 0, 0, Vec::new());
    for n in 0..2_000 {
        let bytes = damaged(&text, &mut numbers);
        let read = rows_of(&bytes, 1 << 16);
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        let book = book(&lossy, &[]);
        let reference = Xlsx::new(Cursor::new(book.as_slice())).ok().and_then(|mut xlsx| theirs(&mut xlsx, "S").ok());
        match (read, reference) {
            (Err(_), _) => refused += 1,
            // The reference refuses hints that carry no data, and entities in formulas.
            (Ok(_), None) => alone += 1,
            (Ok(read), Some(reference)) if is_same(&read, &reference) => same += 1,
            (Ok(read), Some(reference)) => other.push((n, lossy, read, reference)),
        }
    }
    for (n, text, read, reference) in &other {
        println!("{n}: {text}\n  {read:?}\n  {reference:?}");
    }
    assert!(same > 300 && refused > 300 && alone < 100, "{same} the same, {refused} refused, {alone} read here alone");
    assert!(other.is_empty(), "{} of 2,000 are read otherwise", other.len());
}
