//! The cells that pages name as the source of a figure hold what is said of them, in the file that was uploaded.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use rust_decimal::Decimal;

use super::*;
use crate::report::sources::{Reading, SourceRow, SourceSheet};
use crate::report::view::SheetView;
use dealerbook_base::lang::Lang;
use dealerbook_engine::workbook::{Workbook, cell_name};

fn accepted() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workbooks/accepted");
    let files = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "xlsx")).collect();
    files.sort();
    files
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workbooks/accepted").join(name))
        .expect("a workbook")
}

fn seen(bytes: &[u8], lang: Lang) -> Option<View> {
    let engine = Engine::embedded().expect("the engine");
    let options = Options { lang, keep_months: true, keep_sources: true, ..Options::default() };
    let stop = AtomicBool::new(false);
    let job = Job {
        bytes,
        filename: None,
        options: &options,
        engine: &engine,
        policy: PolicyChoice::Default,
        json: false,
        stop: &stop,
        observer: None,
    };
    view(&job).expect("it can be read")
}

/// The texts of a sheet's cells, by their names.
fn cells(bytes: &[u8], sheet: &str) -> HashMap<String, String> {
    let mut cells = HashMap::new();
    let package = Package::open(bytes, &dealerbook_package::Limits::default()).expect("opens");
    let workbook = Workbook::open(&package).expect("reads");
    let each = |row: dealerbook_engine::workbook::Row<'_, '_>| {
        for cell in row.cells {
            cells.insert(cell_name(row.index, cell.column), cell.value.seen());
        }
        Ok(true)
    };
    workbook.rows(sheet, each).expect("the sheet");
    cells
}

fn number(text: &str) -> Option<Decimal> {
    let units = ["吨", "元", "t"].map(str::to_owned);
    dealerbook_engine::validate::parse_number(text, &units, false).ok().map(|(number, _)| number)
}

/// Whether a text in a cell is what was read of it; a category, date or month may be spelt in several ways.
fn is_same(stands: &str, read: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let figures = number(stands).zip(number(read));
    let is_day = read.contains('-') && digits(read).len() >= 6;
    stands == read || figures.is_some_and(|(a, b)| a == b) || is_day && digits(stands).starts_with(&digits(read))
}

fn row(sheet: &SourceSheet, of: &SheetView, at: usize) -> Option<u32> {
    assert!(of.key.starts_with(&sheet.resource));
    of.origins[at]
}

fn value<'r>(sheet: &SourceSheet, row: &'r SourceRow, field: &str) -> &'r str {
    row.cells[sheet.field(field).expect(field)].value.as_deref().unwrap_or_default()
}

fn reading<'v>(sheet: &'v SheetView, label: &str) -> &'v Reading {
    let column = sheet.columns.iter().find(|column| column.label == label).expect(label);
    column.reads.as_ref().expect(label)
}

#[test]
fn the_cells_named_hold_the_values_told() {
    let mut compared = 0;
    for path in accepted() {
        let bytes = std::fs::read(&path).expect("a workbook");
        let Some(view) = seen(&bytes, Lang::Zh) else { continue };
        for sheet in &view.sources.sheets {
            let cells = cells(&bytes, &sheet.name);
            for row in sheet.kept() {
                for (field, cell) in sheet.fields.iter().zip(&row.cells) {
                    let (Some(column), Some(read)) = (cell.column, &cell.value) else { continue };
                    // An empty cell counts as the schema says; a category has spellings of its own, a serial is a date.
                    let name = cell_name(row.row, column);
                    let Some(stands) = cells.get(&name).filter(|text| !text.trim().is_empty()) else { continue };
                    if number(read).is_some() {
                        assert!(
                            is_same(stands, read),
                            "{}: {}!{name} {} {stands} {read}",
                            path.display(),
                            sheet.name,
                            field.name
                        );
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 1_000, "{compared} cells were compared");
}

#[test]
fn every_figure_opens() {
    for path in accepted() {
        for lang in [Lang::Zh, Lang::En] {
            let Some(view) = seen(&std::fs::read(&path).expect("a workbook"), lang) else { continue };
            for sheet in &view.sheets {
                for (n, column) in sheet.columns.iter().enumerate().filter(|(_, column)| column.is_figure) {
                    let opens = column.reads.is_some() || !column.from.is_empty();
                    let is_filled = sheet.rows.iter().any(|row| !row[n].is_empty());
                    assert!(opens || !is_filled, "{}: {} of {}", path.display(), column.label, sheet.key);
                }
            }
        }
    }
}

#[test]
fn credit_leads_to_the_dealers_row_and_to_its_invoices() {
    let view = seen(&sample("credit-small.xlsx"), Lang::Zh).expect("it is calculated");
    let sheet = view.sheets.iter().find(|sheet| sheet.key == "credit").expect("credit");
    let [credit, invoices] = ["credit", "receivables"].map(|name| view.sources.sheet(name).expect("it was read"));
    let read = reading(sheet, "前段销售总额（元）");
    assert_eq!(view.sources.sheets[read.sheet].resource, "credit");
    assert_eq!(credit.fields[read.fields[0]].name, "period_sales");
    let cells = cells(&sample("credit-small.xlsx"), &credit.name);
    let (owner, sales) =
        (sheet.owner.expect("the id"), sheet.columns.iter().position(|c| c.label == "前段销售总额（元）"));
    for row in &sheet.rows {
        let found = credit.of_owner(&row[owner], false);
        assert_eq!((found.count, found.rows.len()), (1, 1));
        assert!(cells.values().any(|text| **text == *row[owner]), "the dealer stands on the sheet");
        assert!(is_same(&row[sales.expect("the column")], value(credit, found.rows[0], "period_sales")));
    }
    let read = reading(sheet, "未到期");
    assert_eq!(view.sources.sheets[read.sheet].resource, "receivables");
    let owed: usize = sheet.rows.iter().map(|row| invoices.of_owner(&row[owner], false).count).sum();
    assert!(owed > 3, "{owed}");
    let limit = sheet.columns.iter().find(|column| column.label == "可用额度（元）").expect("the column");
    let from: Vec<&str> = limit.from.iter().map(|(n, _)| sheet.columns[*n].label.as_str()).collect();
    assert_eq!(from, ["信用额度（元）", "未回款余额（元）"]);
}

#[test]
fn without_receivables_what_is_owed_leads_to_the_credit_sheet() {
    let view = seen(&sample("credit-without-receivables.xlsx"), Lang::Zh).expect("it is calculated");
    let sheet = view.sheets.iter().find(|sheet| sheet.key == "credit").expect("credit");
    let read = reading(sheet, "未回款余额（元）");
    let source = &view.sources.sheets[read.sheet];
    assert_eq!((source.resource.as_str(), source.fields[read.fields[0]].name.as_str()), ("credit", "outstanding"));
}

#[test]
fn each_row_of_stock_review_plans_and_channels_leads_to_its_own_row() {
    let products = [("stock", "产品", "product"), ("review", "指标", "metric"), ("plans", "衡量指标", "measure")];
    for (name, label, field) in products.into_iter().chain([("channels", "渠道种类", "channel_type")]) {
        let view = seen(&sample(&format!("{name}-small.xlsx")), Lang::Zh).expect("it is calculated");
        let sheet = view.sheets.iter().find(|sheet| sheet.key == name).expect(name);
        let source = view.sources.sheet(name).expect(name);
        let column = sheet.columns.iter().position(|column| column.label == label).expect(label);
        let mut led = 0;
        for (n, cells) in sheet.rows.iter().enumerate() {
            // A dealer's card is of all its rows.
            let Some(row) = row(source, sheet, n) else { continue };
            assert_eq!(value(source, source.at(row).expect("the row"), field), &*cells[column], "{name}");
            led += 1;
        }
        assert!(led > 2, "{name}");
    }
}
