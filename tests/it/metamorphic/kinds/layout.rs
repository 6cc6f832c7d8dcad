//! Where things stand: rows, columns, sheets, and who wrote them.

use dealerbook::schema::Field;

use super::{Change, Kind, On, Work, in_book, in_sheets, is_id};
use crate::metamorphic::book::{Cell, Sheet, State, Value};
use crate::metamorphic::judge::Holds::{self, As, Flagged, Issue, Same, SameOrIssue};
use crate::metamorphic::write::WRITERS;

/// The cells of data of all known sheets whose field passes: sheet, row, column.
pub fn cells(work: &Work<'_>, passes: impl Fn(&Field) -> bool) -> Vec<(usize, usize, usize)> {
    let mut out = Vec::new();
    for (n, sheet) in work.book.sheets.iter().enumerate() {
        let Some(resource) = sheet.resource.as_deref().and_then(|name| work.schemas.index(name)) else { continue };
        let resource = &work.schemas.resources[resource];
        for (column, field) in sheet.fields.iter().enumerate() {
            let field = field.as_deref().and_then(|name| resource.field(name)).map(|field| &resource.fields[field]);
            if field.is_some_and(&passes) {
                out.extend(sheet.data().map(|row| (n, row, column)));
            }
        }
    }
    out
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = rows();
    kinds.extend(columns());
    kinds.extend(sheets());
    kinds.extend(WRITERS.map(|writer| {
        in_book(&format!("as another program writes it: {writer:?}"), Same, move |work| {
            work.writer = writer;
            true
        })
    }));
    kinds.extend(ids());
    kinds
}

fn rows() -> Vec<Kind> {
    let ordered = |name: &str, order: fn(&mut [Vec<Cell>], usize)| {
        in_sheets(name, Same, move |work| {
            // Equal sales and equal tonnes to win go by the sheet's order, and so does the first loss of a share.
            let resource = work.resource().name.clone();
            let (data, seed) = (work.sheet().data(), work.seed);
            order(&mut work.sheet().rows[data.clone()], seed);
            work.anywhere();
            data.len() > 1 && !["accounts", "channels"].contains(&&*resource)
        })
    };
    let blank = |name: &str, at: fn(&Sheet) -> usize, cells: Vec<Cell>| {
        in_sheets(name, Same, move |work| {
            let at = at(work.sheet());
            work.sheet().insert_row(at, cells.clone());
            true
        })
    };
    let spaces = vec![Cell::text(" "), Cell::text("\u{3000}"), Cell::text("\u{200b}")];
    vec![
        ordered("rows in reverse order", |rows, _| rows.reverse()),
        ordered("rows turned round", |rows, seed| rows.rotate_left(1 + seed % (rows.len() - 1).max(1))),
        blank("a blank row between", |sheet| sheet.header + 2, Vec::new()),
        blank("a row of spaces between", |sheet| sheet.header + 2, spaces.clone()),
        blank("a row of spaces behind", |sheet| sheet.end, spaces),
        blank(
            "a row of formats behind",
            |sheet| sheet.end,
            vec![Cell { format: "0.00".to_owned(), ..Cell::blank() }; 4],
        ),
        in_sheets("a hidden row", Same, |work| {
            let row = work.sheet().header + 1;
            work.sheet().hidden_rows.push(row);
            true
        }),
        in_sheets("a hidden column", Same, |work| {
            let column = work.seed % work.sheet().width();
            work.sheet().hidden_columns.push(column);
            true
        }),
        in_sheets("data behind a hundred blank rows", Same, |work| {
            let last = work.sheet().end - 1;
            if work.sheet().data().len() < 2 {
                return false;
            }
            (0..100).for_each(|_| work.sheet().insert_row(last, Vec::new()));
            true
        }),
        in_sheets("a row twice", Flagged, |work| {
            let has_key =
                !work.resource().primary_key.is_empty() || !work.columns(|field| field.constraints.unique).is_empty();
            let row = work.sheet().end - 1;
            let cells = work.sheet().rows[row].clone();
            work.sheet().insert_row(row + 1, cells);
            work.in_row(row + 1);
            has_key
        }),
        in_sheets("a row twice, its id with a zero-width space", Flagged, |work| {
            let has_key = !work.columns(|field| field.constraints.unique).is_empty();
            let Some(&column) = work.columns(is_id).first() else { return false };
            let row = work.sheet().end - 1;
            let mut cells = work.sheet().rows[row].clone();
            cells[column] = Cell::text(&format!("{}\u{200b}", cells[column].content()));
            work.sheet().insert_row(row + 1, cells);
            work.in_row(row + 1);
            has_key
        }),
    ]
}

fn columns() -> Vec<Kind> {
    let extra = |name: &str, holds: Holds, at: fn(&Sheet) -> usize, label: &'static str, cell: fn(usize) -> Cell| {
        in_sheets(name, holds, move |work| {
            let at = at(work.sheet());
            work.sheet().insert_column(at, label, cell);
            work.anywhere();
            true
        })
    };
    vec![
        in_sheets("columns in reverse order", Same, |work| {
            let order: Vec<usize> = (0..work.sheet().width()).rev().collect();
            work.sheet().reorder(&order);
            work.anywhere();
            true
        }),
        in_sheets("columns turned round", Same, |work| {
            let (width, seed) = (work.sheet().width(), work.seed);
            let order: Vec<usize> = (0..width).map(|n| (n + 1 + seed % (width - 1)) % width).collect();
            work.sheet().reorder(&order);
            work.anywhere();
            true
        }),
        extra(
            "a column of running numbers before all",
            SameOrIssue,
            |_| 0,
            "序号",
            |n| Cell::number(&(n + 1).to_string()),
        ),
        extra("a column of running numbers in text", SameOrIssue, |_| 0, "No.", |n| Cell::text(&(n + 1).to_string())),
        extra("a column without a label before all", Same, |_| 0, "", |_| Cell::blank()),
        extra("a column without a label within", Same, |_| 2, "", |_| Cell::blank()),
        extra("figures without a label behind all", SameOrIssue, Sheet::width, "", |n| Cell::number(&n.to_string())),
        extra("a column of remarks", SameOrIssue, |_| 1, "附注栏", |_| Cell::text("合计")),
        extra("a column of totals", SameOrIssue, Sheet::width, "合计", |n| Cell::number(&(n * 100).to_string())),
        extra("a column of errors that is none of ours", SameOrIssue, Sheet::width, "附注栏", |_| Cell {
            value: Value::Error("#DIV/0!"),
            format: String::new(),
        }),
        in_sheets("all of it four columns further right", Same, |work| {
            (0..4).for_each(|_| work.sheet().insert_column(0, "", |_| Cell::blank()));
            work.anywhere();
            true
        }),
        in_sheets("a second table beside the first", SameOrIssue, |work| {
            let width = work.sheet().width();
            work.sheet().insert_column(width, "", |_| Cell::blank());
            work.sheet().insert_column(width + 1, "汇总项目", |n| Cell::text(["合计", "平均", "最大"][n % 3]));
            work.sheet().insert_column(width + 2, "数值", |n| Cell::number(&(n * 7).to_string()));
            work.anywhere();
            true
        }),
        in_sheets("a second table under the first", SameOrIssue, |work| {
            for cells in
                [vec![], vec![Cell::text("区域"), Cell::text("数量")], vec![Cell::text("涪陵"), Cell::number("5")]]
            {
                work.sheet().add_footer(cells);
            }
            work.anywhere();
            true
        }),
    ]
}

fn renamed(name: &str, holds: Holds, spelling: fn(&str, &str) -> String) -> Kind {
    let joins = matches!(holds, Same);
    let change: Change = Box::new(move |work| {
        let (title, english) = (work.resource().title.clone(), work.resource().name.clone());
        work.sheet().name = spelling(&title, &english);
        work.spot = Default::default();
        true
    });
    Kind { name: format!("a sheet's name {name}"), holds, on: On::Sheets, change, joins }
}

fn sheets() -> Vec<Kind> {
    let hidden = |name: &str, state: State| {
        in_sheets(name, Same, move |work| {
            work.sheet().state = state;
            true
        })
    };
    let beside = |name: &str, holds: Holds, sheet: fn() -> Sheet| {
        in_book(name, holds, move |work| {
            work.book.sheets.insert(0, sheet());
            true
        })
    };
    vec![
        in_book("sheets in reverse order", Same, |work| {
            work.book.sheets.reverse();
            true
        }),
        hidden("a hidden sheet", State::Hidden),
        hidden("a very hidden sheet", State::VeryHidden),
        renamed("in English", Same, |_, english| english.to_owned()),
        renamed("in English capitals", Same, |_, english| english.to_uppercase()),
        renamed("with spaces around", Same, |title, _| format!(" {title} ")),
        renamed("with an ideographic space behind", Same, |title, _| format!("{title}\u{3000}")),
        renamed("in full-width letters", Same, |_, english| super::keys::full_width(english)),
        renamed("with a zero-width space behind", Same, |title, _| format!("{title}\u{200b}")),
        renamed("with a no-break space before", Same, |title, _| format!("\u{a0}{title}")),
        renamed("with 表 behind", SameOrIssue, |title, _| format!("{title}表")),
        renamed("with a number before", SameOrIssue, |title, _| format!("1.{title}")),
        renamed("with a year before", SameOrIssue, |title, _| format!("2007年{title}")),
        renamed("with (2) behind", SameOrIssue, |title, _| format!("{title} (2)")),
        renamed("without its last character", SameOrIssue, |title, _| {
            title.chars().take(title.chars().count() - 1).collect()
        }),
        renamed("that says nothing", SameOrIssue, |_, _| "Sheet1".to_owned()),
        in_sheets("a sheet twice", Issue("duplicate-sheet"), |work| {
            let mut copy = work.sheet().clone();
            copy.name = work.resource().name.clone();
            work.book.sheets.push(copy);
            work.spot = Default::default();
            true
        }),
        in_book("an empty sheet beside the others", Same, |work| {
            work.book.sheets.push(Sheet::plain("Sheet3", Vec::new()));
            true
        }),
        beside("a sheet of remarks before the others", SameOrIssue, || {
            Sheet::plain("填表须知", vec![vec![Cell::text("1. 请勿修改表头"), Cell::text("2. 日期格式为 2007-03-05")]])
        }),
        beside("a chart's data before the others", SameOrIssue, || {
            Sheet::plain(
                "图表数据",
                vec![vec![Cell::text("月份"), Cell::text("数量")], vec![Cell::text("1月"), Cell::number("5")]],
            )
        }),
    ]
}

/// Ids as numbers, and such with leading zeros.
fn ids() -> Vec<Kind> {
    /// Dealers by these ids in place of D001: as they are meant, and how the sheets that pass have them.
    fn renumbered(name: &str, meant: fn(&str) -> String, written: fn(&str) -> Cell, passes: fn(&str) -> bool) -> Kind {
        in_book(name, Same, move |work| {
            let mut other = work.book.clone();
            for (sheet, row, column) in cells(work, |field| field.name == "dealer_id") {
                let id = work.book.sheets[sheet].cell(row, column);
                let Some(digits) = id.content().strip_prefix('D').map(str::to_owned) else { continue };
                let text = Cell::text(&meant(&digits));
                let is_written = passes(work.book.sheets[sheet].resource.as_deref().unwrap_or_default());
                other.sheets[sheet].set(row, column, text.clone());
                work.book.sheets[sheet].set(row, column, if is_written { written(&digits) } else { text });
            }
            work.holds = Some(As(Box::new(other)));
            true
        })
    }
    vec![
        renumbered(
            "ids as numbers that show leading zeros",
            str::to_owned,
            |d| Cell::shown(number(d), "000"),
            |_| true,
        ),
        renumbered(
            "ids as numbers that show leading zeros, on the dealers' sheet alone",
            str::to_owned,
            |d| Cell::shown(number(d), "000"),
            |sheet| sheet == "dealers",
        ),
        renumbered(
            "ids as numbers that show leading zeros, everywhere else",
            str::to_owned,
            |d| Cell::shown(number(d), "000"),
            |sheet| sheet != "dealers",
        ),
        renumbered(
            "ids of six digits as numbers",
            |d| format!("000{d}"),
            |d| Cell::shown(number(d), "000000"),
            |sheet| sheet == "dealers",
        ),
        renumbered(
            "ids as numbers in the format 000;-000",
            str::to_owned,
            |d| Cell::shown(number(d), "000;-000"),
            |_| true,
        ),
        renumbered("ids as numbers", |d| format!("1{d}"), |d| Cell::number(&format!("1{d}")), |_| true),
        renumbered(
            "ids as numbers on one sheet, as text on the others",
            |d| format!("1{d}"),
            |d| Cell::number(&format!("1{d}")),
            |sheet| sheet == "dealers",
        ),
        renumbered(
            "ids as text with .0",
            |d| format!("1{d}"),
            |d| Cell::text(&format!("1{d}.0")),
            |sheet| sheet != "dealers",
        ),
        renumbered(
            "ids as formulas",
            |d| format!("1{d}"),
            |d| Cell { value: Value::Formula("1+1".to_owned(), Some(format!("1{d}"))), format: String::new() },
            |sheet| sheet == "dealers",
        ),
        in_book("ids as numbers that show what stands before them", SameOrIssue, |work| {
            for (sheet, row, column) in cells(work, |field| field.name == "dealer_id") {
                let id = work.book.sheets[sheet].cell(row, column);
                let Some(digits) = id.content().strip_prefix('D').map(str::to_owned) else { continue };
                work.book.sheets[sheet].set(row, column, Cell::shown(number(&digits), "\"D\"000"));
            }
            true
        }),
        in_book("ids as numbers without their zeros on one sheet", Flagged, |work| {
            let mut is_any = false;
            for (sheet, row, column) in cells(work, |field| field.name == "dealer_id") {
                let id = work.book.sheets[sheet].cell(row, column);
                let Some(digits) = id.content().strip_prefix('D').map(str::to_owned) else { continue };
                let is_dealer = work.book.sheets[sheet].resource.as_deref() == Some("dealers");
                let cell = if is_dealer { Cell::text(&digits) } else { Cell::number(number(&digits)) };
                work.book.sheets[sheet].set(row, column, cell);
                is_any = true;
            }
            is_any
        }),
    ]
}

fn number(digits: &str) -> &str {
    digits.trim_start_matches('0')
}
