//! The year: what lies in it, what doesn't, and how far it has gone; and ledgers that don't tie out.

use super::{Kind, Work, in_book, in_sheets};
use crate::metamorphic::book::Cell;
use crate::metamorphic::judge::Holds::{Flagged, Issue, Same};

/// Every date and month of a sheet by a rule; a row for which there is none is left out.
fn dated(work: &mut Work<'_>, rule: impl Fn(&str) -> Option<String>) -> bool {
    let columns = work.columns(|field| matches!(field.name.as_str(), "month" | "date"));
    let Some(&column) = columns.first() else { return false };
    let mut is_any = false;
    for row in work.sheet().data().rev() {
        let cell = work.sheet().cell(row, column);
        match rule(cell.content()) {
            Some(text) => {
                is_any |= text != cell.content();
                work.sheet().set(row, column, Cell::text(&text));
            }
            None => {
                is_any = true;
                work.sheet().remove_row(row);
            }
        }
    }
    work.anywhere();
    is_any && !work.sheet().data().is_empty()
}

/// Whether a sheet decides the tonnes of the year.
fn decides(work: &Work<'_>) -> bool {
    match work.resource().name.as_str() {
        "shipments" => true,
        "purchases" => work.book.sheet("shipments").is_none(),
        _ => false,
    }
}

fn on_cover(work: &mut Work<'_>, label: &str, value: Option<&str>) -> bool {
    let Some(cover) = work.book.sheets.iter_mut().find(|sheet| sheet.resource.is_none()) else { return false };
    let Some(row) = cover.rows.iter().position(|row| row[0].content() == label) else { return false };
    cover.set(row, 1, value.map_or(Cell::blank(), Cell::text));
    true
}

fn of_dealers(name: &str, holds: super::Holds, field: &'static str, value: &'static str) -> Kind {
    in_sheets(name, holds, move |work| {
        let (Some(column), Some(network)) = (work.sheet().column(field), work.sheet().column("network_customer"))
        else {
            return false;
        };
        let plain = |row: &usize| work.book.sheets[work.sheet].cell(*row, network).content() == "否";
        let Some(row) = work.book.sheets[work.sheet].data().find(plain) else { return false };
        work.sheet().set(row, column, Cell::text(value));
        work.at(row, column);
        true
    })
}

pub fn kinds() -> Vec<Kind> {
    vec![
        in_sheets("all rows a year later", Issue("period-mismatch"), |work| {
            decides(work) && dated(work, |text| Some(text.replace("2007", "2008")))
        }),
        in_sheets("all rows a year earlier", Issue("period-mismatch"), |work| {
            decides(work) && dated(work, |text| Some(text.replace("2007", "2006")))
        }),
        in_sheets("the last month is missing", Issue("interim-period"), |work| {
            let is_decisive = work.resource().name == "shipments";
            let is_left_out = dated(work, |text| (!text.contains("2007-12")).then(|| text.to_owned()));
            work.spot = Default::default();
            is_decisive && is_left_out
        }),
        in_book("as of the middle of the year", Issue("interim-period"), |work| {
            on_cover(work, "截止日期", Some("2007-06-30"))
        }),
        in_book("no cover, and a row of the next year", Issue("period-mismatch"), |work| {
            if work.book.sheet("shipments").is_some() {
                return false;
            }
            let Some(sheet) = work.book.sheet("purchases") else { return false };
            work.book.sheets.retain(|sheet| sheet.resource.is_some());
            work.sheet = sheet - 1;
            let end = work.sheet().end;
            let mut cells = work.sheet().rows[end - 1].clone();
            let column = work.sheet().column("month").expect("months");
            cells[column] = Cell::text("2008年1月");
            work.sheet().insert_row(end, cells);
            work.spot = Default::default();
            true
        }),
        in_sheets("a row of the next year", Same, |work| {
            let end = work.sheet().end;
            let Some(column) = work.sheet().column("month") else { return false };
            let mut cells = work.sheet().rows[end - 1].clone();
            cells[column] = Cell::text("2008年1月");
            work.sheet().insert_row(end, cells);
            work.in_row(end);
            true
        }),
        in_sheets("a dealer that bought nothing", Issue("no-purchases"), |work| {
            let Some(column) = work.sheet().column("dealer_id") else { return false };
            // D002 is no network customer, and has no ledger in the workbook of the money.
            for row in work.sheet().data().rev() {
                if work.sheet().cell(row, column).content() == "D002" {
                    work.sheet().remove_row(row);
                }
            }
            let is_decisive = decides(work) && work.resource().name == "purchases";
            work.spot = Default::default();
            is_decisive
        }),
        of_dealers("joined on the first of January", Same, "joined_on", "2007-01-01"),
        of_dealers("joined when the year was over", Flagged, "joined_on", "2008-03-01"),
        in_sheets("an invoice paid beyond its amount", Issue("row-check"), |work| {
            let (Some(amount), Some(paid)) = (work.sheet().column("amount"), work.sheet().column("paid")) else {
                return false;
            };
            let row = work.sheet().header + 1;
            let beyond: f64 = work.sheet().cell(row, amount).content().parse().expect("a figure");
            work.sheet().set(row, paid, Cell::number(&(beyond * 2.0).to_string()));
            work.in_row(row);
            true
        }),
        in_sheets("an invoice due before its date", Issue("row-check"), |work| {
            let Some(due) = work.sheet().column("due_date") else { return false };
            let row = work.sheet().header + 1;
            work.sheet().set(row, due, Cell::text("2007-01-01"));
            work.in_row(row);
            true
        }),
        in_sheets("receivables of a dealer without a credit row", Issue("unlisted-receivables"), |work| {
            if work.resource().name != "credit" {
                return false;
            }
            let row = work.sheet().header + 1;
            work.sheet().remove_row(row);
            work.spot = Default::default();
            true
        }),
    ]
}
