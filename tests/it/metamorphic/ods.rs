//! Workbooks as OpenDocument spreadsheets.

use std::collections::HashMap;
use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::book::{Book, Cell, Sheet, Value};
use super::write::escaped;

const KIND: &str = "application/vnd.oasis.opendocument.spreadsheet";
const SPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"";

pub fn write(book: &Book, is_indented: bool) -> Vec<u8> {
    let sheets: String = book.sheets.iter().map(table).collect();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content {SPACES} office:version=\"1.2\"><office:body><office:spreadsheet>{sheets}\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let content = if is_indented { content.replace("><", ">\n  <") } else { content };
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{KIND}\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text, options) in [
        ("mimetype", KIND, stored),
        ("content.xml", &content, SimpleFileOptions::default()),
        ("META-INF/manifest.xml", &manifest, SimpleFileOptions::default()),
    ] {
        zip.start_file(name, options).expect("starts");
        zip.write_all(text.as_bytes()).expect("writes");
    }
    zip.finish().expect("finishes").into_inner()
}

fn table(sheet: &Sheet) -> String {
    // What each cell of a merged range is: its first one with the numbers of columns and rows, or one that is covered.
    let mut merged: HashMap<(usize, usize), Option<(usize, usize)>> = HashMap::new();
    for merge in &sheet.merges {
        for row in merge.rows.0..=merge.rows.1 {
            merged.extend((merge.columns.0..=merge.columns.1).map(|column| ((row, column), None)));
        }
        let spans = (merge.columns.1 - merge.columns.0 + 1, merge.rows.1 - merge.rows.0 + 1);
        merged.insert((merge.rows.0, merge.columns.0), Some(spans));
    }
    let mut rows = String::new();
    for (row, cells) in sheet.rows.iter().enumerate() {
        let width = cells.len().max(1);
        let cell = |column: usize| {
            let cell = cells.get(column).cloned().unwrap_or_else(Cell::blank);
            element(&cell, merged.get(&(row, column)).copied())
        };
        rows += &format!("<table:table-row>{}</table:table-row>", (0..width).map(cell).collect::<String>());
    }
    format!("<table:table table:name=\"{}\">{rows}</table:table>", escaped(&sheet.name))
}

fn element(cell: &Cell, merged: Option<Option<(usize, usize)>>) -> String {
    let (element, spans) = match merged {
        None => ("table:table-cell", String::new()),
        Some(None) => ("table:covered-table-cell", String::new()),
        Some(Some((columns, rows))) => (
            "table:table-cell",
            format!(" table:number-columns-spanned=\"{columns}\" table:number-rows-spanned=\"{rows}\""),
        ),
    };
    match &cell.value {
        Value::Text(text) => {
            let text = escaped(text).replace("  ", " <text:s/>");
            format!("<{element}{spans} office:value-type=\"string\"><text:p>{text}</text:p></{element}>")
        }
        Value::Number(number) => format!(
            "<{element}{spans} office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></{element}>"
        ),
        Value::Bool(is) => format!(
            "<{element}{spans} office:value-type=\"boolean\" office:boolean-value=\"{is}\"><text:p>{}</text:p></{element}>",
            if *is { "TRUE" } else { "FALSE" }
        ),
        _ => format!("<{element}{spans}/>"),
    }
}
