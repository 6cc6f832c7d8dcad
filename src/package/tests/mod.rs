//! Tests of the whole room: packages made in code, and a corpus of real workbooks where there is one.

mod again;
mod archives;
mod cells;
mod changes;
mod corpus;
mod fills;
mod from;
mod graft;
mod hostile;
mod kept;
mod traps;

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{
    Chart, ChartType, Color, ConditionalFormatCell, ConditionalFormatCellRule, Format, FormatBorder, Workbook,
};

use super::edit::{
    At, Block, Body, CellNote, Edits, Graft, GraftSheet, Look, MarkRule, NewCell, NewValue, Rgb, RowSink, SheetEdit,
};
use super::{Limits, Package, Written};

pub(super) fn at(row: u32, column: u16) -> At {
    At { row, column }
}

pub(super) fn zip_of(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("starts");
        zip.write_all(text.as_bytes()).expect("writes");
    }
    zip.finish().expect("finishes").into_inner()
}

pub(super) const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
    <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
    <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
pub(super) const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
pub(super) const WORKBOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets>\
    <definedNames/><calcPr calcId=\"1\"/></workbook>";
pub(super) const WORKBOOK_RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"/xl/worksheets/sheet1.xml\"/></Relationships>";

/// A workbook of one sheet `S`, without styles, and other parts beside it.
pub(super) fn book(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut entries = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    entries.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    entries.extend_from_slice(more);
    zip_of(&entries)
}

pub(super) fn sheet(inner: &str) -> String {
    format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{inner}</worksheet>")
}

pub(super) fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
    let mut text = String::new();
    zip.by_name(name).unwrap_or_else(|_| panic!("{name} is there")).read_to_string(&mut text).expect("reads");
    text
}

pub(super) fn names(bytes: &[u8]) -> Vec<String> {
    let zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
    zip.file_names().map(|name| name.expect("a name").into_owned()).collect()
}

/// Everything at once on one sheet: a rule, a note, a block of three cells.
pub(super) fn edit_of(sheet: &str, column: u16) -> SheetEdit {
    SheetEdit {
        sheet: sheet.to_owned(),
        rules: vec![MarkRule {
            cells: vec![at(2, 1), at(1, 1), at(5, 1)],
            formula: "ISTEXT(B2)".to_owned(),
            fill: Rgb(0xff_c7_ce),
            text: Rgb(0x9c_00_06),
        }],
        notes: vec![CellNote { at: at(1, 1), text: "不在列表中 <x> & \"y\"\n建议：A".to_owned() }],
        fills: Vec::new(),
        block: Some(Block {
            column,
            widths: vec![12.5, 8.0],
            cells: vec![
                NewCell {
                    at: at(0, column),
                    value: NewValue::Text("考核得分".to_owned()),
                    look: Look { like: Some(at(0, 0)), number_format: None, fill: None },
                },
                NewCell {
                    at: at(1, column),
                    value: NewValue::Number("87.50".to_owned()),
                    look: Look {
                        like: Some(at(1, 0)),
                        number_format: Some("0.00".to_owned()),
                        fill: Some(Rgb(0xe2_ef_da)),
                    },
                },
                NewCell { at: at(1, column + 1), value: NewValue::Text(" =1+1 ".to_owned()), look: Look::default() },
            ],
        }),
    }
}

pub(super) fn patch(bytes: &[u8], sheets: Vec<SheetEdit>) -> (Vec<u8>, Written) {
    write(bytes, Edits { sheets, ..Edits::default() })
}

pub(super) fn write(bytes: &[u8], edits: Edits<'_>) -> (Vec<u8>, Written) {
    let package = Package::open(bytes, &Limits::default()).expect("opens");
    let mut out = Cursor::new(Vec::new());
    let written = package.write(edits, &mut out).expect("writes");
    (out.into_inner(), written)
}

/// A small workbook to graft: a long table with prototypes, and a sheet with a chart about it.
pub(super) fn layout(titles: &[String]) -> Vec<u8> {
    let mut book = Workbook::new();
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x1f_4e_78))
        .set_font_color(Color::White)
        .set_border(FormatBorder::Thin);
    let money = Format::new().set_num_format("#,##0.00;[Red]-#,##0.00").set_border(FormatBorder::Thin);
    let plain = Format::new().set_border(FormatBorder::Thin).set_text_wrap();
    let bad = Format::new().set_background_color(Color::RGB(0xff_c7_ce));
    let first = book.add_worksheet().set_name(&titles[0]).expect("a name");
    first.set_freeze_panes(1, 1).expect("panes").set_repeat_rows(0, 0).expect("rows");
    first.set_column_width(0, 20).expect("a width").autofilter(0, 0, 20, 3).expect("a filter");
    for (column, text) in (0_u16..).zip(["编号", "名称", "得分", "链接"]) {
        first.write_with_format(0, column, text, &head).expect("writes");
    }
    first.set_row_height(1, 18).expect("a height");
    first
        .write_blank(1, 0, &plain)
        .expect("writes")
        .write_blank(1, 2, &money)
        .expect("writes")
        .write_blank(1, 3, &plain)
        .expect("writes");
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::LessThan(60.0)).set_format(bad);
    first.add_conditional_format(1, 2, 20, 2, &rule).expect("a rule");
    first.write_url(0, 5, "https://example.com/").expect("a link");
    let second = book.add_worksheet().set_name(&titles[1]).expect("a name");
    second
        .write(0, 0, "总览")
        .expect("writes")
        .write_formula(1, 0, rust_xlsxwriter::Formula::new(format!("'{}'!C2*2", titles[0])).set_result("120"))
        .expect("writes");
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values((titles[0].as_str(), 1, 2, 3, 2));
    second.insert_chart(3, 1, &chart).expect("a chart");
    book.save_to_buffer().expect("saves")
}

pub(super) fn graft_of<'a>(titles: &[String], rows: u32) -> Graft<'a> {
    let write = move |sink: &mut dyn RowSink| -> std::io::Result<()> {
        for row in 0..rows {
            sink.row(0)?;
            sink.text(0, "D<1> & =x\u{1}_x0041_");
            sink.formula_number(2, "ROUND(1/3,2)", &"0.33");
            sink.link(3, "到", "'S'!A1");
            sink.formula_text(4, "IF(1<2,\"好\",\"\")", if row % 2 == 0 { "好" } else { "" });
        }
        Ok(())
    };
    Graft {
        book: layout(titles),
        sheets: vec![
            GraftSheet {
                key: "assessment".to_owned(),
                title: titles[0].clone(),
                body: Some(Body { row: 1, prototypes: 1, heights: Vec::new(), write: Box::new(write) }),
            },
            GraftSheet { key: "overview".to_owned(), title: titles[1].clone(), body: None },
        ],
    }
}

/// The file after LibreOffice has opened and saved it.
pub(super) fn saved_by_libreoffice(bytes: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("in.xlsx"), bytes).expect("writes");
    let out = folder.path().join("out");
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let mut soffice = std::process::Command::new("soffice");
    soffice.arg(profile).args(["--headless", "--convert-to", "xlsx", "--outdir"]).arg(&out);
    soffice.arg(folder.path().join("in.xlsx"));
    assert!(soffice.output().expect("soffice runs").status.success());
    std::fs::read(out.join("in.xlsx")).expect("reads")
}
