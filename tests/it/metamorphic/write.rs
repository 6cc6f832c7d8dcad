//! Workbooks as bytes, as several programs write them.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::book::{Book, Cell, Sheet, State, Value};

/// How a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// As Excel does, but for strings in their cells.
    Plain,
    /// Strings in a table of their own, as Excel has them.
    SharedStrings,
    /// Each string in several runs of different looks, with a phonetic guide.
    RichText,
    /// Rows and cells without their references.
    WithoutReferences,
    /// Every element with a prefix.
    Prefixed,
    /// Line breaks and indentation between all elements.
    Indented,
    /// A dimension that tells of one cell only.
    WrongDimension,
    /// A dimension of rows alone.
    OddDimension,
    /// Every text behind a carriage return that is written as an escape.
    Escaped,
    /// The parts by their absolute names.
    AbsoluteTargets,
    /// A thousand empty cells in a format behind the data, and an empty one in the last row.
    StyledFar,
    /// Texts as results of formulas.
    Formulas,
    /// A part with a byte order mark.
    ByteOrderMark,
    /// Parts that aren't compressed.
    Stored,
    /// By rust_xlsxwriter.
    Library,
    /// As an OpenDocument spreadsheet.
    OpenDocument,
    /// The same, indented.
    OpenDocumentIndented,
}

pub const WRITERS: [Writer; 16] = [
    Writer::SharedStrings,
    Writer::RichText,
    Writer::WithoutReferences,
    Writer::Prefixed,
    Writer::Indented,
    Writer::WrongDimension,
    Writer::OddDimension,
    Writer::Escaped,
    Writer::AbsoluteTargets,
    Writer::StyledFar,
    Writer::Formulas,
    Writer::ByteOrderMark,
    Writer::Stored,
    Writer::Library,
    Writer::OpenDocument,
    Writer::OpenDocumentIndented,
];

const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const CONTENT: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

impl Writer {
    pub fn write(self, book: &Book) -> Vec<u8> {
        match self {
            Writer::Library => super::library::write(book),
            Writer::OpenDocument => super::ods::write(book, false),
            Writer::OpenDocumentIndented => super::ods::write(book, true),
            _ => Package { writer: self, book, strings: Vec::new(), formats: vec![String::new()] }.bytes(),
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Writer::OpenDocument | Writer::OpenDocumentIndented => "ods",
            _ => "xlsx",
        }
    }
}

/// An .xlsx in the making.
struct Package<'b> {
    writer: Writer,
    book: &'b Book,
    strings: Vec<String>,
    /// The number formats, General first.
    formats: Vec<String>,
}

impl Package<'_> {
    fn bytes(mut self) -> Vec<u8> {
        let sheets: Vec<String> = self.book.sheets.iter().map(|sheet| self.sheet(sheet)).collect();
        let mut parts = vec![
            ("[Content_Types].xml".to_owned(), self.types()),
            ("_rels/.rels".to_owned(), self.relations(&[("officeDocument", "xl/workbook.xml".to_owned())], "")),
            ("xl/workbook.xml".to_owned(), self.workbook()),
            ("xl/_rels/workbook.xml.rels".to_owned(), self.workbook_relations()),
            ("xl/styles.xml".to_owned(), self.styles()),
        ];
        if !self.strings.is_empty() {
            let strings: String = self.strings.iter().map(|string| format!("<si>{string}</si>")).collect();
            parts.push(("xl/sharedStrings.xml".to_owned(), format!("<sst xmlns=\"{MAIN}\">{strings}</sst>")));
        }
        for (n, sheet) in sheets.into_iter().enumerate() {
            parts.push((format!("xl/worksheets/sheet{}.xml", n + 1), sheet));
        }
        self.zip(parts)
    }

    fn zip(&self, parts: Vec<(String, String)>) -> Vec<u8> {
        let method = match self.writer {
            Writer::Stored => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(&*name, SimpleFileOptions::default().compression_method(method)).expect("starts");
            let mark = if self.writer == Writer::ByteOrderMark { "\u{feff}" } else { "" };
            let content = format!("{mark}{DECLARATION}{}", self.dressed(&name, content));
            zip.write_all(content.as_bytes()).expect("writes");
        }
        zip.finish().expect("finishes").into_inner()
    }

    /// Prefixes or line breaks, where the program writes such.
    fn dressed(&self, name: &str, content: String) -> String {
        let is_main = content.contains(MAIN);
        match self.writer {
            Writer::Prefixed if is_main => {
                let content = content.replace(&format!("xmlns=\"{MAIN}\""), &format!("xmlns:x=\"{MAIN}\""));
                content.replace("</", "\u{1}").replace('<', "<x:").replace('\u{1}', "</x:")
            }
            Writer::Indented if is_main && name.starts_with("xl/w") => content
                .replace("<row", "\r\n    <row")
                .replace("<c ", "\r\n      <c ")
                .replace("</row>", "\r\n    </row>"),
            _ => content,
        }
    }

    fn types(&self) -> String {
        let part = |name: &str, kind: &str| {
            format!("<Override PartName=\"/xl/{name}\" ContentType=\"{CONTENT}.{kind}+xml\"/>")
        };
        let sheets: String =
            (1..=self.book.sheets.len()).map(|n| part(&format!("worksheets/sheet{n}.xml"), "worksheet")).collect();
        let strings = if self.strings.is_empty() { String::new() } else { part("sharedStrings.xml", "sharedStrings") };
        format!(
            "<Types xmlns=\"{TYPES}\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>{}{}{sheets}{strings}</Types>",
            part("workbook.xml", "sheet.main"),
            part("styles.xml", "styles"),
        )
    }

    fn relations(&self, parts: &[(&str, String)], root: &str) -> String {
        let each = parts.iter().enumerate().map(|(n, (kind, target))| {
            format!("<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{kind}\" Target=\"{root}{target}\"/>", n + 1)
        });
        format!("<Relationships xmlns=\"{RELS}\">{}</Relationships>", each.collect::<String>())
    }

    fn workbook_relations(&self) -> String {
        let sheets = 1..=self.book.sheets.len();
        let mut parts: Vec<(&str, String)> =
            sheets.map(|n| ("worksheet", format!("worksheets/sheet{n}.xml"))).collect();
        parts.push(("styles", "styles.xml".to_owned()));
        if !self.strings.is_empty() {
            parts.push(("sharedStrings", "sharedStrings.xml".to_owned()));
        }
        self.relations(&parts, if self.writer == Writer::AbsoluteTargets { "/xl/" } else { "" })
    }

    fn workbook(&self) -> String {
        let sheet = |(n, sheet): (usize, &Sheet)| {
            let state = match sheet.state {
                State::Visible => "",
                State::Hidden => " state=\"hidden\"",
                State::VeryHidden => " state=\"veryHidden\"",
            };
            format!("<sheet name=\"{}\" sheetId=\"{}\"{state} r:id=\"rId{}\"/>", escaped(&sheet.name), n + 1, n + 1)
        };
        let sheets: String = self.book.sheets.iter().enumerate().map(sheet).collect();
        let since = if self.book.is_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
        format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{since}<sheets>{sheets}</sheets></workbook>")
    }

    fn styles(&self) -> String {
        let codes = self.formats.iter().enumerate().skip(1);
        let codes: String = codes
            .map(|(n, code)| format!("<numFmt numFmtId=\"{}\" formatCode=\"{}\"/>", 163 + n, escaped(code)))
            .collect();
        let looks: String = (0..self.formats.len())
            .map(|n| {
                format!(
                    "<xf numFmtId=\"{}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>",
                    if n == 0 { 0 } else { 163 + n }
                )
            })
            .collect();
        let codes = if codes.is_empty() { codes } else { format!("<numFmts>{codes}</numFmts>") };
        format!(
            "<styleSheet xmlns=\"{MAIN}\">{codes}<fonts><font><sz val=\"11\"/></font></fonts><fills><fill><patternFill patternType=\"none\"/></fill></fills>\
             <borders><border><left/><right/><top/><bottom/></border></borders><cellStyleXfs><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
             <cellXfs>{looks}</cellXfs></styleSheet>"
        )
    }

    fn sheet(&mut self, sheet: &Sheet) -> String {
        let mut rows = String::new();
        for (row, cells) in sheet.rows.iter().enumerate() {
            let hidden = if sheet.hidden_rows.contains(&row) { " hidden=\"1\"" } else { "" };
            let reference =
                if self.writer == Writer::WithoutReferences { String::new() } else { format!(" r=\"{}\"", row + 1) };
            let mut written: String =
                cells.iter().enumerate().map(|(column, cell)| self.cell(row, column, cell)).collect();
            if self.writer == Writer::StyledFar {
                written += &(cells.len()..cells.len() + 40)
                    .map(|column| format!("<c r=\"{}\" s=\"0\"/>", name(row, column)))
                    .collect::<String>();
            }
            rows += &format!("<row{reference}{hidden}>{written}</row>");
        }
        if self.writer == Writer::StyledFar {
            rows += "<row r=\"1048576\"><c r=\"A1048576\" s=\"0\"/></row>";
        }
        let dimension = match self.writer {
            Writer::WrongDimension => "<dimension ref=\"A1\"/>",
            Writer::OddDimension => "<dimension ref=\"1:4\"/>",
            _ => "",
        };
        let column = |column: &usize| format!("<col min=\"{0}\" max=\"{0}\" width=\"9\" hidden=\"1\"/>", column + 1);
        let columns: String = sheet.hidden_columns.iter().map(column).collect();
        let columns = if columns.is_empty() { columns } else { format!("<cols>{columns}</cols>") };
        let merge = |merge: &super::book::Merge| {
            let (first, last) = (name(merge.rows.0, merge.columns.0), name(merge.rows.1, merge.columns.1));
            format!("<mergeCell ref=\"{first}:{last}\"/>")
        };
        let merges: String = sheet.merges.iter().map(merge).collect();
        let merges = if merges.is_empty() { merges } else { format!("<mergeCells>{merges}</mergeCells>") };
        format!("<worksheet xmlns=\"{MAIN}\">{dimension}{columns}<sheetData>{rows}</sheetData>{merges}</worksheet>")
    }

    fn cell(&mut self, row: usize, column: usize, cell: &Cell) -> String {
        let style = self.style(&cell.format);
        let is_dense = self.writer == Writer::WithoutReferences;
        let reference = if is_dense { String::new() } else { format!(" r=\"{}\"", name(row, column)) };
        let head = format!("<c{reference} s=\"{style}\"");
        match &cell.value {
            Value::Blank if is_dense || style != 0 => format!("{head}/>"),
            Value::Blank => String::new(),
            Value::Number(number) => format!("{head}><v>{number}</v></c>"),
            Value::Bool(is) => format!("{head} t=\"b\"><v>{}</v></c>", u8::from(*is)),
            Value::Error(code) => format!("{head} t=\"e\"><v>{code}</v></c>"),
            Value::Formula(formula, cached) => {
                let is_text = cached.as_ref().is_some_and(|cached| cached.parse::<f64>().is_err());
                let kind = if is_text { " t=\"str\"" } else { "" };
                let cached = cached.as_ref().map(|cached| format!("<v>{}</v>", escaped(cached))).unwrap_or_default();
                format!("{head}{kind}><f>{}</f>{cached}</c>", escaped(formula))
            }
            Value::Text(text) => self.text(&head, text),
        }
    }

    fn style(&mut self, format: &str) -> usize {
        let known = self.formats.iter().position(|own| own == format);
        known.unwrap_or_else(|| {
            self.formats.push(format.to_owned());
            self.formats.len() - 1
        })
    }

    fn text(&mut self, head: &str, text: &str) -> String {
        let written = escaped(text);
        let preserved = |text: &str| format!("<t xml:space=\"preserve\">{text}</t>");
        match self.writer {
            Writer::SharedStrings => self.shared(head, preserved(&written)),
            Writer::RichText => {
                let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
                let runs = format!(
                    "<r>{}</r><r><rPr><b/></rPr>{}</r><rPh sb=\"0\" eb=\"1\"><t>guide</t></rPh><phoneticPr fontId=\"0\"/>",
                    preserved(&escaped(first)),
                    preserved(&escaped(rest))
                );
                self.shared(head, runs)
            }
            Writer::Escaped => self.shared(head, preserved(&format!("{written}_x000D_"))),
            Writer::Formulas => format!("{head} t=\"str\"><f>T(\"a\")</f><v>{written}</v></c>"),
            _ => format!("{head} t=\"inlineStr\"><is>{}</is></c>", preserved(&written)),
        }
    }

    fn shared(&mut self, head: &str, string: String) -> String {
        self.strings.push(string);
        format!("{head} t=\"s\"><v>{}</v></c>", self.strings.len() - 1)
    }
}

fn name(row: usize, column: usize) -> String {
    dealerbook::workbook::cell_name(row as u32, column as u16)
}

/// As XML takes it; what it doesn't take is written as Excel writes it.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' => out.push(character),
            '\r' => out += "&#13;",
            control if control < ' ' => out += &format!("_x{:04X}_", u32::from(control)),
            other => out.push(other),
        }
    }
    out
}
