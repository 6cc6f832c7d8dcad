//! What a mutated workbook has to stand: no panic, no hang, and an output that can be opened again.
//!
//! A mutated zip is mostly no zip any more, so what is mutated is the unzipped text: parts one behind the other, each as its name, a
//! unit separator, its content and a record separator.

use std::io::{Cursor, Read, Write};
use std::sync::atomic::AtomicBool;

use dealerbook::package::edit::{
    At, Block, CellFill, CellNote, Edits, Look, MarkRule, NewCell, NewValue, Rgb, SheetEdit,
};
use dealerbook::package::{CellChange, CellValue, Limits, Package, SheetKind, change_cells};
use dealerbook::pipeline::{self, Engine, Job, Mark, OnError, Options, PipelineError, PolicyChoice};
use zip::write::SimpleFileOptions;

const RECORD: u8 = 0x1e;
const UNIT: u8 = 0x1f;

/// The workbook of a text.
pub fn packed(text: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for record in text.split(|&byte| byte == RECORD) {
        let mut fields = record.splitn(2, |&byte| byte == UNIT);
        let (name, content) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let name = String::from_utf8_lossy(name).into_owned();
        if !name.is_empty() && zip.start_file(name, options).is_ok() {
            zip.write_all(content).expect("memory takes it");
        }
    }
    zip.finish().expect("memory takes it").into_inner()
}

/// The text of a workbook; parts with separators in them (pictures) are left out.
pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else { return text };
    for index in 0..zip.len() {
        let Ok(mut entry) = zip.by_index(index) else { continue };
        let Ok(name) = entry.name().map(|name| name.into_owned()) else { continue };
        let mut content = Vec::new();
        if entry.read_to_end(&mut content).is_ok() && !content.iter().any(|byte| [RECORD, UNIT].contains(byte)) {
            text.extend_from_slice(name.as_bytes());
            text.push(UNIT);
            text.extend_from_slice(&content);
            text.push(RECORD);
        }
    }
    text
}

/// Open → change cells → reopen: what was written opens, and the same change gives the same bytes of it again.
pub fn change(text: &[u8]) {
    let bytes = packed(text);
    let limits = Limits { part_bytes_max: 8 << 20, inflated_bytes_max: 64 << 20, ..Limits::default() };
    let Ok(package) = Package::open(&bytes, &limits) else { return };
    let Some(sheet) = package.sheets().iter().find(|sheet| sheet.kind == SheetKind::Worksheet) else { return };
    let change = |cell: &str, value| CellChange { sheet: sheet.name.clone(), cell: cell.to_owned(), value };
    let changes = [
        change("B2", CellValue::Number("-1.5".to_owned())),
        change("A3", CellValue::Blank),
        change("D40", CellValue::Text("=<&>".to_owned())),
    ];
    let Ok(once) = change_cells(&bytes, &limits, &changes) else { return };
    Package::open(&once, &limits).expect("what was changed opens");
    let again = change_cells(&once, &limits, &changes).expect("it can be changed again");
    assert_eq!(unpacked(&once), unpacked(&again));
}

/// Open → annotate → reopen → annotate: what was written opens, and says what was added.
pub fn annotate(text: &[u8]) {
    let bytes = packed(text);
    let limits = Limits { part_bytes_max: 8 << 20, inflated_bytes_max: 64 << 20, ..Limits::default() };
    let Ok(package) = Package::open(&bytes, &limits) else { return };
    let ours: Vec<&str> = package.ours().sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    let users = package.sheets().iter().filter(|sheet| sheet.kind == SheetKind::Worksheet);
    let mut names: Vec<String> =
        users.map(|sheet| sheet.name.clone()).filter(|name| !ours.contains(&&**name)).collect();
    names.sort();
    names.dedup();
    names.truncate(3);
    let once = {
        let mut out = Cursor::new(Vec::new());
        if package
            .write(Edits { sheets: names.iter().map(|name| edit(name)).collect(), ..Edits::default() }, &mut out)
            .is_err()
        {
            return;
        }
        out.into_inner()
    };
    let package = Package::open(&once, &Limits::default()).expect("what was written opens again");
    assert_eq!(package.ours().marked.len(), names.len(), "each sheet is stamped once");
    let mut out = Cursor::new(Vec::new());
    let again =
        package.write(Edits { sheets: names.iter().map(|name| edit(name)).collect(), ..Edits::default() }, &mut out);
    again.expect("what was written can be annotated again");
}

fn edit(name: &str) -> SheetEdit {
    let at = |row, column| At { row, column };
    let cell = |row| NewCell {
        at: at(row, 12),
        value: NewValue::Number("1.50".to_owned()),
        look: Look { like: Some(at(row, 0)), number_format: Some("0.00".to_owned()), fill: Some(Rgb(0xe2_ef_da)) },
    };
    SheetEdit {
        sheet: name.to_owned(),
        rules: vec![MarkRule {
            cells: vec![at(1, 1), at(3, 1)],
            formula: "ISTEXT(B2)".to_owned(),
            fill: Rgb(0xff_c7_ce),
            text: Rgb(0x9c_00_06),
        }],
        fills: vec![
            CellFill { at: at(2, 2), fill: Rgb(0xff_c7_ce) },
            CellFill { at: at(90, 3), fill: Rgb(0xff_eb_9c) },
        ],
        notes: vec![CellNote { at: at(1, 1), text: "<note>".to_owned() }],
        block: Some(Block { column: 12, widths: vec![9.0], cells: vec![cell(0), cell(1), cell(5)] }),
    }
}

/// Read → validate → calculate → annotate: an answer opens again, and can be asked for again.
pub fn validate(text: &[u8]) {
    thread_local!(static ENGINE: Engine = Engine::embedded().expect("the engine"));
    ENGINE.with(|engine| {
        let mark = if text.len().is_multiple_of(2) { Mark::Conditional } else { Mark::Style };
        let options = Options { on_error: OnError::Partial, mark, ..Options::default() };
        let stop = AtomicBool::new(false);
        let run = |bytes: &[u8]| {
            let mut out = Cursor::new(Vec::new());
            let filename = Some("a.xlsx");
            let job = Job {
                bytes,
                filename,
                options: &options,
                engine,
                policy: PolicyChoice::Default,
                json: true,
                stop: &stop,
                observer: None,
            };
            let report = pipeline::run(&job, Some(&mut out))?;
            Ok::<_, PipelineError>(report.unwritten().is_none().then(|| out.into_inner()))
        };
        match run(&packed(text)) {
            Err(PipelineError::Internal(error)) => panic!("a failure of ours: {error}"),
            Ok(Some(answer)) => {
                let again = run(&answer).expect("an answer can be read again");
                assert!(again.is_some(), "an answer can be annotated again");
            }
            _ => {}
        }
    });
}
