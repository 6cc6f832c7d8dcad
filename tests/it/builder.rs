//! Workbooks made in code: a sound one of which a test breaks one thing.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// A workbook as its parts, in order.
pub struct Book {
    parts: Vec<(String, Vec<u8>)>,
}

impl Book {
    /// A workbook of these sheets: name and rows, as markup.
    pub fn of(sheets: &[(&str, &str)]) -> Book {
        let each = |text: &dyn Fn(usize, &str) -> String| {
            sheets.iter().enumerate().map(|(n, (name, _))| text(n + 1, name)).collect::<String>()
        };
        let types = each(&|n, _| {
            format!("<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{SHEET}.worksheet+xml\"/>")
        });
        let names = each(&|n, name| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"));
        let rels = each(&|n, _| {
            format!("<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
        });
        let mut book = Book { parts: Vec::new() };
        book.add(
            "[Content_Types].xml",
            &format!(
                "<Types xmlns=\"{TYPES}\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{SHEET}.sheet.main+xml\"/>{types}</Types>"
            ),
        );
        let main = "<Relationship Id=\"rId1\" Type=\"OFFICE/officeDocument\" Target=\"xl/workbook.xml\"/>";
        let main = main.replace("OFFICE", OFFICE);
        book.add("_rels/.rels", &format!("<Relationships xmlns=\"{RELS}\">{main}</Relationships>"));
        let workbook = format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{names}</sheets></workbook>");
        book.add("xl/workbook.xml", &workbook);
        let rels = format!(
            "<Relationships xmlns=\"{RELS}\">{rels}<Relationship Id=\"rId90\" Type=\"{OFFICE}/sharedStrings\" Target=\"sharedStrings.xml\"/>\
             <Relationship Id=\"rId91\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
        );
        book.add("xl/_rels/workbook.xml.rels", &rels);
        book.add("xl/sharedStrings.xml", &format!("<sst xmlns=\"{MAIN}\"></sst>"));
        book.add("xl/styles.xml", &format!("<styleSheet xmlns=\"{MAIN}\"></styleSheet>"));
        for (n, (_, rows)) in sheets.iter().enumerate() {
            let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
            book.add(&format!("xl/worksheets/sheet{}.xml", n + 1), &sheet);
        }
        book
    }

    /// A sheet of two visits, faultless.
    pub fn visits() -> Book {
        let rows = [row(1, &VISITS), row(2, &["D001", "2007-03-05", "上门"]), row(3, &["D001", "2007-04-05", "电话"])];
        Book::of(&[("客户维护", &rows.concat())])
    }

    fn add(&mut self, name: &str, text: &str) {
        self.parts.push((name.to_owned(), text.as_bytes().to_vec()));
    }

    /// With a part replaced, or one more.
    pub fn with(mut self, name: &str, content: impl AsRef<[u8]>) -> Book {
        let content = content.as_ref().to_vec();
        match self.parts.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = content,
            None => self.parts.push((name.to_owned(), content)),
        }
        self
    }

    /// With something in a part replaced by something else.
    pub fn changed(self, name: &str, from: &str, to: &str) -> Book {
        let found = self.parts.iter().find(|(other, _)| other == name).map(|(_, text)| text.clone());
        let text = String::from_utf8(found.expect("the part")).expect("text");
        assert!(text.contains(from), "{from} stands in {name}");
        self.with(name, text.replacen(from, to, 1))
    }

    /// The package.
    pub fn zipped(&self) -> Vec<u8> {
        self.packed(CompressionMethod::Deflated)
    }

    /// The package with its parts as they are.
    pub fn stored(&self) -> Vec<u8> {
        self.packed(CompressionMethod::Stored)
    }

    fn packed(&self, method: CompressionMethod) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.parts {
            zip.start_file(&**name, SimpleFileOptions::default().compression_method(method)).expect("starts");
            zip.write_all(content).expect("writes");
        }
        zip.finish().expect("finishes").into_inner()
    }
}

/// The labels of a sheet of visits.
pub const VISITS: [&str; 3] = ["经销商编号", "日期", "方式"];

/// A row of texts, from column A on.
pub fn row(number: u32, texts: &[&str]) -> String {
    let cell = |text: &&str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
    };
    format!("<row r=\"{number}\">{}</row>", texts.iter().map(cell).collect::<String>())
}
