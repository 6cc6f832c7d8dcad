//! Merged ranges.

use dealerbook::schema::Field;

use super::{Kind, On, Work, in_sheets, is_figure};
use crate::metamorphic::book::{Cell, Merge};
use crate::metamorphic::judge::Holds::{self, As, Issue, Same, SameOrIssue};

/// A column, merged over rows: the first one's value is meant in all of them.
fn down(name: &str, rows: usize, keeps: bool, wanted: fn(&Field) -> bool) -> Kind {
    let change = move |work: &mut Work<'_>| {
        let (column, data) = (work.column, work.sheet().data());
        if data.len() < rows {
            return false;
        }
        let first = data.start + work.seed % (data.len() - rows + 1);
        let value = work.sheet().cell(first, column);
        if value.is_blank() {
            return false;
        }
        let mut meant = work.book.clone();
        for row in first + 1..first + rows {
            meant.sheets[work.sheet].set(row, column, value.clone());
            if !keeps {
                work.sheet().set(row, column, Cell::blank());
            } else {
                work.sheet().set(row, column, value.clone());
            }
        }
        work.sheet().merges.push(Merge { rows: (first, first + rows - 1), columns: (column, column) });
        work.at(first, column);
        work.holds = Some(As(Box::new(meant)));
        true
    };
    Kind { name: name.to_owned(), holds: Same, on: On::Columns(wanted), change: Box::new(change), joins: false }
}

fn fillable(field: &Field) -> bool {
    !is_figure(field) && !field.constraints.unique
}

/// Equal neighbours in a column are merged: all that there are.
fn equals(name: &str, holds: Holds, wanted: fn(&Field) -> bool, keeps: bool) -> Kind {
    let change = move |work: &mut Work<'_>| {
        let (column, data) = (work.column, work.sheet().data());
        let mut row = data.start;
        let mut is_any = false;
        while row < data.end {
            let value = work.sheet().cell(row, column);
            let alike =
                (row..data.end).take_while(|&row| work.book.sheets[work.sheet].cell(row, column) == value).count();
            if alike > 1 && !value.is_blank() {
                for below in row + 1..row + alike {
                    if !keeps {
                        work.sheet().set(below, column, Cell::blank());
                    }
                }
                work.sheet().merges.push(Merge { rows: (row, row + alike - 1), columns: (column, column) });
                is_any = true;
            }
            row += alike.max(1);
        }
        work.spot.row = None;
        is_any
    };
    Kind { name: name.to_owned(), holds, on: On::Columns(wanted), change: Box::new(change), joins: !keeps }
}

fn across(name: &str, holds: Holds, find: fn(&Work<'_>) -> Option<usize>) -> Kind {
    in_sheets(name, holds, move |work| {
        let Some(column) = find(work) else { return false };
        let row = work.sheet().header + 1;
        work.sheet().set(row, column + 1, Cell::blank());
        work.sheet().merges.push(Merge { rows: (row, row), columns: (column, column + 1) });
        work.in_row(row);
        true
    })
}

pub fn kinds() -> Vec<Kind> {
    vec![
        down("a value merged over two rows", 2, false, fillable),
        down("a value merged over three rows", 3, false, fillable),
        down("a value merged over two rows, each cell with it", 2, true, fillable),
        equals("equal neighbours merged", Same, fillable, false),
        equals("equal neighbours merged, each cell with its value", Same, fillable, true),
        merged_figure("a figure merged over two rows", is_figure),
        merged_figure("a unique id merged over two rows", |field| field.constraints.unique),
        across("two known columns merged", Issue("merged-cells"), |work| {
            (0..work.book.sheets[work.sheet].width() - 1)
                .find(|&column| work.field_of(column + 1).is_some_and(|field| field.constraints.required))
        }),
        across("a filled and an empty optional column merged", Issue("merged-cells"), |work| {
            let sheet = &work.book.sheets[work.sheet];
            let row = sheet.header + 1;
            (0..sheet.width() - 1)
                .find(|&column| !sheet.cell(row, column).is_blank() && sheet.cell(row, column + 1).is_blank())
        }),
        in_sheets("a known column merged with one that is none of ours", SameOrIssue, |work| {
            let width = work.sheet().width();
            work.sheet().insert_column(width, "附注栏", |_| Cell::blank());
            let row = work.sheet().header + 1;
            work.sheet().merges.push(Merge { rows: (row, row), columns: (width - 1, width) });
            work.in_row(row);
            true
        }),
        in_sheets("blank cells merged", SameOrIssue, |work| {
            let data = work.sheet().data();
            let blank = |column: &usize| {
                data.clone().take(2).all(|row| work.book.sheets[work.sheet].cell(row, *column).is_blank())
            };
            let Some(column) = (0..work.book.sheets[work.sheet].width()).find(blank) else { return false };
            let first = data.start;
            work.sheet().merges.push(Merge { rows: (first, first + 1), columns: (column, column) });
            work.at(first, column);
            data.len() > 1
        }),
        in_sheets("merged cells far behind the data", Same, |work| {
            let (last, width) = (work.sheet().rows.len() + 3, work.sheet().width());
            work.sheet().merges.push(Merge { rows: (last, last + 2), columns: (0, width - 1) });
            true
        }),
        in_sheets("merged cells beside the data", Same, |work| {
            let (header, width) = (work.sheet().header, work.sheet().width());
            work.sheet().merges.push(Merge { rows: (header, header + 2), columns: (width + 2, width + 3) });
            true
        }),
        in_sheets("a title over several rows, merged", Same, |work| {
            let width = work.sheet().width();
            if work.sheet().header == 0 {
                return false;
            }
            work.sheet().insert_row(1, Vec::new());
            work.sheet().merges.retain(|merge| merge.rows.0 > 1);
            work.sheet().merges.push(Merge { rows: (0, 1), columns: (0, width - 1) });
            true
        }),
        in_sheets("a label merged with the first row of data", SameOrIssue, |work| {
            let header = work.sheet().header;
            work.sheet().set(header + 1, 0, Cell::blank());
            work.sheet().merges.push(Merge { rows: (header, header + 1), columns: (0, 0) });
            work.anywhere();
            true
        }),
        in_sheets("an id merged over its rows and the total", SameOrIssue, |work| {
            let end = work.sheet().end;
            let mut cells = vec![Cell::blank(); work.sheet().width()];
            cells[1] = Cell::text("小计");
            work.sheet().insert_row(end, cells);
            work.sheet().merges.push(Merge { rows: (end - 1, end), columns: (0, 0) });
            work.anywhere();
            true
        }),
        in_sheets("a column that is none of ours, merged", SameOrIssue, |work| {
            work.sheet().insert_column(0, "片区", |n| if n == 0 { Cell::text("一片") } else { Cell::blank() });
            let data = work.sheet().data();
            work.sheet().merges.push(Merge { rows: (data.start, data.end - 1), columns: (0, 0) });
            work.anywhere();
            data.len() > 1
        }),
    ]
}

fn merged_figure(name: &str, wanted: fn(&Field) -> bool) -> Kind {
    let change = |work: &mut Work<'_>| {
        let (column, data) = (work.column, work.sheet().data());
        if data.len() < 2 || work.sheet().cell(data.start, column).is_blank() {
            return false;
        }
        let first = data.start;
        work.sheet().set(first + 1, column, Cell::blank());
        work.sheet().merges.push(Merge { rows: (first, first + 1), columns: (column, column) });
        work.at(first, column);
        true
    };
    Kind {
        name: name.to_owned(),
        holds: Issue("merged-cells"),
        on: On::Columns(wanted),
        change: Box::new(change),
        joins: false,
    }
}
