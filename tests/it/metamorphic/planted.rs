//! Faults of reading that were once there, planted again: a workbook as it is sent, what it means, and what the fault made of it. The
//! harness must let the sound reading pass and must not let the fault pass.

use dealerbook::pipeline::Engine;

use super::bases::{Base, bases};
use super::book::{Book, Cell, Merge, Sheet};
use super::judge::{Holds, Reading, Spot, judge};

/// A fault.
struct Planted {
    name: &'static str,
    /// Of which base.
    base: usize,
    sent: fn(&mut Book),
    /// What must hold; `Same` is measured against `meant`.
    holds: Holds,
    meant: fn(&mut Book),
    /// As if the sheets said what the fault read.
    misread: fn(&mut Book),
}

const MONEY: usize = 0;
const ALL_SHEETS: usize = 1;

fn sheet<'b>(book: &'b mut Book, resource: &str) -> &'b mut Sheet {
    let at = book.sheet(resource).expect("the sheet");
    &mut book.sheets[at]
}

/// Puts a text into a column of a row of data, counted from 0.
fn put(book: &mut Book, resource: &str, field: &str, row: usize, text: &str) {
    let sheet = sheet(book, resource);
    let (column, row) = (sheet.column(field).expect("the column"), sheet.header + 1 + row);
    let cell = if text.is_empty() { Cell::blank() } else { Cell::text(text) };
    sheet.set(row, column, cell);
}

fn merge(book: &mut Book, resource: &str, field: &str, first: usize, last: usize) {
    let sheet = sheet(book, resource);
    let (column, start) = (sheet.column(field).expect("the column"), sheet.header + 1);
    (first + 1..=last).for_each(|row| sheet.set(start + row, column, Cell::blank()));
    sheet.merges.push(Merge { rows: (start + first, start + last), columns: (column, column) });
}

/// A row behind the data of the stock: a subtotal, as reports have it.
fn subtotal(book: &mut Book, product: &str) {
    let sheet = sheet(book, "stock");
    let mut cells = sheet.rows[sheet.end - 1].clone();
    cells[1] = Cell::text(product);
    let end = sheet.end;
    sheet.insert_row(end, cells);
}

/// Each dealer's id by a rule, on all sheets.
fn renamed(book: &mut Book, rule: impl Fn(&str) -> Cell) {
    for sheet in &mut book.sheets {
        let Some(column) = sheet.column("dealer_id") else { continue };
        for row in sheet.data() {
            let cell = rule(sheet.cell(row, column).content().trim_start_matches('D'));
            sheet.set(row, column, cell);
        }
    }
}

fn multiplied(book: &mut Book, resource: &str, field: &str, factor: f64) {
    let sheet = sheet(book, resource);
    let column = sheet.column(field).expect("the column");
    for row in sheet.data() {
        if let Ok(number) = sheet.cell(row, column).content().parse::<f64>() {
            sheet.set(row, column, Cell::number(&(number * factor).to_string()));
        }
    }
}

fn above_header(book: &mut Book, resource: &str, text: &str) {
    let sheet = sheet(book, resource);
    let header = sheet.header;
    sheet.insert_row(header, vec![Cell::text(text)]);
}

fn nothing(_: &mut Book) {}

fn faults() -> Vec<Planted> {
    vec![
        Planted {
            name: "a region with a space before it is a region of its own",
            base: ALL_SHEETS,
            sent: |book| put(book, "channels", "region", 1, " 岳阳"),
            holds: Holds::Same,
            meant: nothing,
            misread: |book| put(book, "channels", "region", 1, "岳阳之外"),
        },
        Planted {
            name: "two dealers that differ by a zero-width space are both paid",
            base: MONEY,
            sent: |book| twin(book, "D001\u{200b}"),
            holds: Holds::Issue("unique-error"),
            meant: nothing,
            misread: |book| twin(book, "D001A"),
        },
        Planted {
            name: "falsified documents merged over two dealers are the first one's alone",
            base: MONEY,
            sent: |book| {
                put(book, "dealers", "falsified_documents", 3, "是");
                merge(book, "dealers", "falsified_documents", 3, 4);
            },
            holds: Holds::Same,
            meant: |book| (3..5).for_each(|row| put(book, "dealers", "falsified_documents", row, "是")),
            misread: |book| put(book, "dealers", "falsified_documents", 3, "是"),
        },
        Planted {
            name: "our fault merged over three months is the first one's alone",
            base: MONEY,
            sent: |book| {
                put(book, "purchases", "supplier_fault", 33, "是");
                merge(book, "purchases", "supplier_fault", 33, 35);
            },
            holds: Holds::Same,
            meant: |book| (33..36).for_each(|row| put(book, "purchases", "supplier_fault", row, "是")),
            misread: |book| put(book, "purchases", "supplier_fault", 33, "是"),
        },
        Planted {
            name: "of ids merged down over twelve months January alone counts",
            base: MONEY,
            sent: |book| merge(book, "purchases", "dealer_id", 12, 23),
            holds: Holds::Same,
            meant: nothing,
            misread: |book| {
                let sheet = sheet(book, "purchases");
                let start = sheet.header + 1;
                (13..24).rev().for_each(|row| sheet.remove_row(start + row));
            },
        },
        Planted {
            name: "a subtotal is a product",
            base: ALL_SHEETS,
            sent: |book| subtotal(book, "小计"),
            holds: Holds::Same,
            meant: nothing,
            misread: |book| subtotal(book, "其他尿素"),
        },
        Planted {
            name: "figures in thousands of tonnes are read as tonnes",
            base: MONEY,
            sent: |book| {
                multiplied(book, "purchases", "actual_tonnes", 0.001);
                above_header(book, "purchases", "单位：千吨");
            },
            holds: Holds::Issue("unit-mismatch"),
            meant: nothing,
            misread: |book| multiplied(book, "purchases", "actual_tonnes", 0.001),
        },
        Planted {
            name: "a note that says 合计 drops a violation",
            base: MONEY,
            sent: |book| {
                let sheet = sheet(book, "violations");
                sheet.insert_column(0, "摘要", |_| Cell::text("合计数见附表：合计"));
            },
            holds: Holds::SameOrIssue,
            meant: nothing,
            misread: |book| {
                let sheet = sheet(book, "violations");
                let first = sheet.header + 1;
                sheet.remove_row(first);
            },
        },
        Planted {
            name: "a dealer is called 1 where the sheet shows 001",
            base: MONEY,
            sent: |book| renamed(book, |digits| Cell::shown(digits.trim_start_matches('0'), "000")),
            holds: Holds::Same,
            meant: |book| renamed(book, Cell::text),
            misread: |book| renamed(book, |digits| Cell::text(digits.trim_start_matches('0'))),
        },
        Planted {
            name: "an example row that is left in is a dealer",
            base: MONEY,
            sent: |book| twin(book, "示例"),
            holds: Holds::Issue("row-check"),
            meant: nothing,
            misread: |book| twin(book, "D0099"),
        },
        Planted {
            name: "a workbook of another year is calculated without a word",
            base: MONEY,
            sent: year_later,
            holds: Holds::Issue("period-mismatch"),
            meant: nothing,
            misread: nothing,
        },
        Planted {
            name: "receivables of a dealer without a credit row vanish",
            base: ALL_SHEETS,
            sent: without_first_credit,
            holds: Holds::Issue("unlisted-receivables"),
            meant: nothing,
            misread: without_first_credit,
        },
    ]
}

fn twin(book: &mut Book, id: &str) {
    let sheet = sheet(book, "dealers");
    let mut cells = sheet.rows[sheet.header + 1].clone();
    cells[0] = Cell::text(id);
    let network = sheet.column("network_customer").expect("the column");
    cells[network] = Cell::text("否");
    let end = sheet.end;
    sheet.insert_row(end, cells);
}

fn year_later(book: &mut Book) {
    let sheet = sheet(book, "purchases");
    let column = sheet.column("month").expect("months");
    for row in sheet.data() {
        let month = sheet.cell(row, column).content().replace("2007", "2008");
        sheet.set(row, column, Cell::text(&month));
    }
}

fn without_first_credit(book: &mut Book) {
    let sheet = sheet(book, "credit");
    let first = sheet.header + 1;
    sheet.remove_row(first);
}

/// What is wrong with a reading of what is sent, by what must hold.
fn wrong(planted: &Planted, meant: &Reading, read: &Reading) -> Option<String> {
    judge(&planted.holds, &Spot::default(), meant, read).map(|(harm, says)| format!("{harm:?}: {says}"))
}

fn changed(base: &Base, change: fn(&mut Book)) -> Book {
    let mut book = base.book.clone();
    change(&mut book);
    book
}

#[test]
fn no_planted_fault_passes_and_the_sound_reading_does() {
    let engine = Engine::embedded().expect("the engine");
    let bases = bases(&engine);
    let mut out = Vec::new();
    for planted in faults() {
        let base = &bases[planted.base];
        let meant = Reading::of(&engine, &changed(base, planted.meant));
        let misread = Reading::of(&engine, &changed(base, planted.misread));
        // The fault was silent: whatever else the misread sheets are told of was no part of it.
        let misread = Reading { issues: meant.issues.clone(), ..misread };
        if wrong(&planted, &meant, &misread).is_none() {
            out.push(format!("passes: {}", planted.name));
        }
        let read = Reading::of(&engine, &changed(base, planted.sent));
        if let Some(says) = wrong(&planted, &meant, &read) {
            out.push(format!("still there: {}: {says}", planted.name));
        }
    }
    let open: Vec<&String> = out.iter().filter(|line| !super::open::is_planted(line)).collect();
    assert!(open.is_empty(), "{open:#?}");
}
