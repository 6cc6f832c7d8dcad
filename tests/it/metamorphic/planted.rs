//! Faults of reading that were once there, planted again: a workbook as it is sent, what it means, and what the fault made of it. The
//! harness must let the sound reading pass and must not let the fault pass.

use dealerbook::pipeline::Engine;

use super::bases::{Base, bases};
use super::book::{Book, Cell, Merge, Sheet};
use super::judge::{Harm, Holds, Issue, Reading, Spot, judge};
use super::write::Writer;

/// A fault.
struct Planted {
    name: &'static str,
    /// Of which base.
    base: usize,
    sent: fn(&mut Book),
    /// What must hold; `Same` is measured against `meant`.
    holds: Holds,
    meant: fn(&mut Book),
    fault: Fault,
}

/// What a fault made of what was sent.
enum Fault {
    /// It read as if the sheets said something else, without a word.
    Read(fn(&mut Book)),
    /// It said something else of what it read.
    Said(fn(&mut Reading)),
}

use Fault::{Read, Said};

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
            fault: Read(|book| put(book, "channels", "region", 1, "岳阳之外")),
        },
        Planted {
            name: "two dealers that differ by a zero-width space are both paid",
            base: MONEY,
            sent: |book| twin(book, "D001\u{200b}"),
            holds: Holds::Issue("unique-error"),
            meant: nothing,
            fault: Read(|book| twin(book, "D001A")),
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
            fault: Read(|book| put(book, "dealers", "falsified_documents", 3, "是")),
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
            fault: Read(|book| put(book, "purchases", "supplier_fault", 33, "是")),
        },
        Planted {
            name: "of ids merged down over twelve months January alone counts",
            base: MONEY,
            sent: |book| merge(book, "purchases", "dealer_id", 12, 23),
            holds: Holds::Same,
            meant: nothing,
            fault: Read(|book| {
                let sheet = sheet(book, "purchases");
                let start = sheet.header + 1;
                (13..24).rev().for_each(|row| sheet.remove_row(start + row));
            }),
        },
        Planted {
            name: "a subtotal is a product",
            base: ALL_SHEETS,
            sent: |book| subtotal(book, "小计"),
            holds: Holds::Same,
            meant: nothing,
            fault: Read(|book| subtotal(book, "其他尿素")),
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
            fault: Read(|book| multiplied(book, "purchases", "actual_tonnes", 0.001)),
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
            fault: Read(|book| {
                let sheet = sheet(book, "violations");
                let first = sheet.header + 1;
                sheet.remove_row(first);
            }),
        },
        Planted {
            name: "a dealer is called 1 where the sheet shows 001",
            base: MONEY,
            sent: |book| renamed(book, |digits| Cell::shown(digits.trim_start_matches('0'), "000")),
            holds: Holds::Same,
            meant: |book| renamed(book, Cell::text),
            fault: Read(|book| renamed(book, |digits| Cell::text(digits.trim_start_matches('0')))),
        },
        Planted {
            name: "an example row that is left in is a dealer",
            base: MONEY,
            sent: |book| twin(book, "示例"),
            holds: Holds::Issue("row-check"),
            meant: nothing,
            fault: Read(|book| twin(book, "D0099")),
        },
        Planted {
            name: "the kind of a violation is guessed by likeness",
            base: MONEY,
            sent: |book| put(book, "violations", "kind", 0, "低价倾销"),
            holds: Holds::IssueWithoutSuggestion("constraint-error"),
            meant: nothing,
            fault: Said(with_suggestions),
        },
        Planted {
            name: "a violation of nobody is held against a dealer with a like id",
            base: MONEY,
            sent: |book| put(book, "violations", "dealer_id", 0, "D099"),
            holds: Holds::IssueWithoutSuggestion("foreign-key"),
            meant: nothing,
            fault: Said(with_suggestions),
        },
        Planted {
            name: "a mode that isn't known is guessed",
            base: MONEY,
            sent: |book| put(book, "dealers", "channel_mode", 0, "代理"),
            holds: Holds::IssueWithoutSuggestion("constraint-error"),
            meant: nothing,
            fault: Said(with_suggestions),
        },
        Planted {
            name: "half a year is assessed as a whole one",
            base: MONEY,
            sent: until_june,
            holds: Holds::Issue("interim-period"),
            meant: nothing,
            fault: Read(until_june),
        },
        Planted {
            name: "a dealer without purchases is assessed without a word",
            base: MONEY,
            sent: |book| without_purchases(book, "D006"),
            holds: Holds::Issue("no-purchases"),
            meant: nothing,
            fault: Read(|book| without_purchases(book, "D006")),
        },
        Planted {
            name: "the header that stands again is a record without a month",
            base: MONEY,
            sent: header_again,
            holds: Holds::Same,
            meant: nothing,
            fault: Said(with_an_error),
        },
        Planted {
            name: "figures with a currency's name are no figures",
            base: MONEY,
            sent: |book| put(book, "dealers", "deposit", 0, "人民币100000元"),
            holds: Holds::Same,
            meant: |book| put(book, "dealers", "deposit", 0, "100000"),
            fault: Said(with_an_error),
        },
        Planted {
            name: "a dash for no figure is an error",
            base: MONEY,
            sent: |book| put(book, "dealers", "last_year_tonnes", 0, "—"),
            holds: Holds::Same,
            meant: |book| put(book, "dealers", "last_year_tonnes", 0, ""),
            fault: Said(with_an_error),
        },
        Planted {
            name: "a workbook of another year is calculated without a word",
            base: MONEY,
            sent: year_later,
            holds: Holds::Issue("period-mismatch"),
            meant: nothing,
            fault: Read(nothing),
        },
        Planted {
            name: "receivables of a dealer without a credit row vanish",
            base: ALL_SHEETS,
            sent: without_first_credit,
            holds: Holds::Issue("unlisted-receivables"),
            meant: nothing,
            fault: Read(without_first_credit),
        },
    ]
}

fn with_suggestions(reading: &mut Reading) {
    reading.issues.iter_mut().for_each(|issue| issue.has_suggestion = true);
}

fn with_an_error(reading: &mut Reading) {
    let error = Issue { severity: "error".to_owned(), code: "type-error".to_owned(), ..Issue::default() };
    reading.issues.push(error);
}

fn until_june(book: &mut Book) {
    without(book, "purchases", "month", |month| (7..=12).any(|late| month == format!("2007年{late}月")));
}

fn without_purchases(book: &mut Book, id: &str) {
    without(book, "purchases", "dealer_id", |dealer| dealer == id);
}

fn without(book: &mut Book, resource: &str, field: &str, goes: impl Fn(&str) -> bool) {
    let sheet = sheet(book, resource);
    let column = sheet.column(field).expect("the column");
    let gone: Vec<usize> = sheet.data().filter(|row| goes(sheet.cell(*row, column).content())).collect();
    assert!(!gone.is_empty(), "no row of {resource} goes");
    gone.into_iter().rev().for_each(|row| sheet.remove_row(row));
}

fn header_again(book: &mut Book) {
    let sheet = sheet(book, "purchases");
    let (header, middle) = (sheet.rows[sheet.header].clone(), sheet.header + 7);
    sheet.insert_row(middle, header);
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
        let read = Reading::of(&engine, &changed(base, planted.sent));
        let faulty = match planted.fault {
            // It was silent: whatever else the misread sheets are told of was no part of it.
            Read(misread) => Reading { issues: meant.issues.clone(), ..Reading::of(&engine, &changed(base, misread)) },
            Said(otherwise) => {
                let mut reading = read.clone();
                otherwise(&mut reading);
                reading
            }
        };
        if wrong(&planted, &meant, &faulty).is_none() {
            out.push(format!("passes: {}", planted.name));
        }
        if let Some(says) = wrong(&planted, &meant, &read) {
            out.push(format!("still there: {}: {says}", planted.name));
        }
    }
    let open: Vec<&String> = out.iter().filter(|line| !super::open::is_planted(line)).collect();
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn a_workbook_that_is_refused_whole_for_a_hint_fails() {
    let engine = Engine::embedded().expect("the engine");
    let base = &bases(&engine)[MONEY];
    let writers =
        [Writer::OddDimension, Writer::WrongDimension, Writer::WithoutReferences, Writer::OpenDocumentIndented];
    for writer in writers {
        let bytes = writer.write(&base.book);
        let read = Reading::of_bytes(&engine, &bytes, &format!("2007.{}", writer.extension()));
        let judged = |reading: &Reading| judge(&Holds::Same, &Spot::default(), &base.reading, reading);
        assert_eq!(judged(&read), None, "{writer:?}");
        let refused = Reading { refused: Some("a dimension without a column".to_owned()), ..read };
        assert_eq!(judged(&refused).map(|(harm, _)| harm), Some(Harm::RefusedWhole), "{writer:?}");
    }
}
