//! The same workbook in the plainest form of the format, for a reader that refuses one for what carries no data.
//!
//! Only what cells are read from is in it: the list of sheets, the shared strings, the formats of cells and the cells themselves. The
//! user's own package is what is answered with; this one is read and dropped.

use std::io::{BufWriter, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::PackageError;
use super::parts::Parts;
use super::reason;
use super::rels::{self, Rels, TRANSITIONAL};
use super::source::{Source, key};
use super::workbook::{Sheet, SheetKind, Visibility, Workbook};
use super::xml::{self, Element};
use super::{readable_sheet, suspicion};

/// The parts that hold what cells refer to: the kind of relationship and the usual name.
const REFERRED: [(&str, &str); 2] = [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")];

/// Whether shared strings or styles lie elsewhere than under their usual names, or something else does there.
pub(super) fn is_laid_out_oddly(source: &Source<'_>, workbook: &str) -> bool {
    let Ok(rels) = Rels::of(&Parts::new(source), workbook) else { return true };
    REFERRED.into_iter().any(|(kind, name)| {
        let usual = format!("{}{name}", rels::folder(workbook));
        match rels.of_kind(kind) {
            Some(rel) => key(&rel.target) != key(&usual),
            None => source.find(&usual).is_some(),
        }
    })
}

/// Writes the workbook in its plainest form.
///
/// # Errors
/// Where a part can't be read, or what a cell holds can't be told with certainty.
pub(super) fn write(source: &Source<'_>, part: &str, sheets: &[Sheet]) -> Result<Vec<u8>, PackageError> {
    let parts = Parts::new(source);
    let workbook = Workbook::read(&parts, part)?;
    let rels = Rels::of(&parts, part)?;
    let mut out = Out(ZipWriter::new(Cursor::new(Vec::new())));
    let main = format!("<Relationship Id=\"rId1\" Type=\"{TRANSITIONAL}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    out.part("_rels/.rels", &relationships(&main))?;
    out.part("xl/workbook.xml", &listed(sheets, workbook.has_1904_epoch()))?;
    out.part("xl/_rels/workbook.xml.rels", &relationships(&led_to(sheets)))?;
    if let Some(index) = rels.of_kind("sharedStrings").and_then(|rel| source.find(&rel.target)) {
        source.copy_as(index, &mut out.0, "xl/sharedStrings.xml")?;
    }
    if let Some(rel) = rels.of_kind("styles")
        && let Some(text) = parts.text(&rel.target)?
    {
        out.part("xl/styles.xml", &formats(&xml::parse(&text, &rel.target)?.root))?;
    }
    for (n, sheet) in sheets.iter().enumerate().filter(|(_, sheet)| sheet.kind == SheetKind::Worksheet) {
        let missing = || PackageError::unreadable(&sheet.part, reason::MISSING);
        let index = source.find(&sheet.part).ok_or_else(missing)?;
        out.start(&format!("xl/worksheets/sheet{}.xml", n + 1))?;
        let mut buffered = BufWriter::with_capacity(1 << 16, &mut out.0);
        let held_max = source.part_bytes_max();
        source.stream(index, |stream| readable_sheet::write(stream, &mut buffered, held_max, &sheet.part))?;
        buffered.flush()?;
    }
    let bytes = out.finish()?;
    // Whoever reads it holds the strings and formats whole, wherever they came from.
    suspicion::judge_held(&Source::open(&bytes, source.limits())?)?;
    Ok(bytes)
}

/// The package in the making.
struct Out(ZipWriter<Cursor<Vec<u8>>>);

impl Out {
    fn start(&mut self, name: &str) -> Result<(), PackageError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(DateTime::default());
        self.0.start_file(name, options).map_err(|error| PackageError::ours(name, error))
    }

    fn part(&mut self, name: &str, text: &str) -> Result<(), PackageError> {
        self.start(name)?;
        Ok(self.0.write_all(text.as_bytes())?)
    }

    fn finish(self) -> Result<Vec<u8>, PackageError> {
        Ok(self.0.finish().map_err(|error| PackageError::ours("ZIP", error))?.into_inner())
    }
}

fn relationships(inner: &str) -> String {
    format!("<Relationships>{inner}</Relationships>")
}

/// The workbook with its sheets, in order, each in a state that the format knows.
fn listed(sheets: &[Sheet], has_1904_epoch: bool) -> String {
    let sheet = |(n, sheet): (usize, &Sheet)| {
        let state = match sheet.visibility {
            Visibility::Visible => "visible",
            Visibility::Hidden => "hidden",
            Visibility::VeryHidden => "veryHidden",
        };
        let (name, n) = (xml::escape_attr(&sheet.name), n + 1);
        format!("<sheet name=\"{name}\" sheetId=\"{n}\" state=\"{state}\" r:id=\"rId{n}\"/>")
    };
    let date = if has_1904_epoch { " date1904=\"1\"" } else { "" };
    let sheets: String = sheets.iter().enumerate().map(sheet).collect();
    format!("<workbook><workbookPr{date}/><sheets>{sheets}</sheets></workbook>")
}

/// What leads to the sheets; those without cells lead nowhere and are never followed.
fn led_to(sheets: &[Sheet]) -> String {
    let rel = |(n, sheet): (usize, &Sheet)| {
        let kind = match sheet.kind {
            SheetKind::Worksheet => "worksheet",
            SheetKind::Chartsheet => "chartsheet",
            SheetKind::Other => "dialogsheet",
        };
        let n = n + 1;
        format!("<Relationship Id=\"rId{n}\" Type=\"{TRANSITIONAL}/{kind}\" Target=\"worksheets/sheet{n}.xml\"/>")
    };
    sheets.iter().enumerate().map(rel).collect()
}

/// The number formats of cells: all of a style sheet that says what a number is.
fn formats(root: &Element) -> String {
    let within = |name: &str, child: &str| -> Vec<Element> {
        let container = root.elements().filter(|element| element.local() == name);
        container.flat_map(Element::elements).filter(|element| element.local() == child).cloned().collect()
    };
    let attribute = |element: &Element, name: &str| xml::escape_attr(&element.attr(name).unwrap_or_default());
    let codes = within("numFmts", "numFmt").iter().fold(String::new(), |out, format| {
        let (id, code) = (attribute(format, "numFmtId"), attribute(format, "formatCode"));
        out + &format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>")
    });
    let cells = within("cellXfs", "xf")
        .iter()
        .fold(String::new(), |out, xf| out + &format!("<xf numFmtId=\"{}\"/>", attribute(xf, "numFmtId")));
    format!("<styleSheet><numFmts>{codes}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>")
}
