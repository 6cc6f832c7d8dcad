//! Changes that mean something.

use dealerbook::schema::{Field, FieldType};

use super::{Change, Kind, On, Work, filled_boolean, filled_category, filled_figure, in_sheets, is_id};
use crate::metamorphic::book::Cell;
use crate::metamorphic::judge::Holds::ChangeOrIssue;

/// A change of a single cell, where any of its column's may matter: it isn't joined and not made in whole columns.
fn changed(name: &str, wanted: fn(&Field, &Cell) -> bool, change: fn(&Field, &Cell) -> Option<Cell>) -> Kind {
    let change: Change = Box::new(move |work: &mut Work<'_>| {
        let Some(field) = work.field_of(work.column) else { return false };
        if changes_nothing(&work.resource().name, &field.name) || counts_for_nothing(work) {
            return false;
        }
        let Some(cell) = change(field, &work.cell()) else { return false };
        let is_new = cell != work.cell();
        work.put(cell);
        if work.resource().name == "dealers" {
            // What a dealer is may be wrong for its rows on other sheets.
            work.spot = Default::default();
        }
        is_new
    });
    Kind { name: name.to_owned(), holds: ChangeOrIssue, on: On::Cells(wanted), change, joins: false }
}

/// Columns that no result shows or goes by in every row: what is only filed, and what another sheet or column decides.
fn changes_nothing(resource: &str, field: &str) -> bool {
    const FILED: [(&str, &str); 23] = [
        // The coefficient of growth is at least 1.
        ("credit", "period_sales"),
        ("dealers", "market_class"),
        ("dealers", "joined_on"),
        ("dealers", "deposit"),
        ("dealers", "last_year_tonnes"),
        ("dealers", "outlets"),
        ("dealers", "brand_influence"),
        ("dealers", "target_tonnes"),
        ("purchases", "planned_tonnes"),
        ("purchases", "supplier_fault"),
        ("shipments", "amount"),
        ("applicants", "disruptions"),
        ("stock", "period_days"),
        ("plans", "budget"),
        ("plans", "weight"),
        ("plans", "done"),
        ("plans", "direction"),
        ("review", "weight"),
        ("violations", "confirmed"),
        ("violations", "kind"),
        ("visits", "kind"),
        ("channels", "competitor_tonnes"),
        ("credit", "period_days"),
    ];
    FILED.contains(&(resource, field))
}

/// Rows that no figure goes by: of a dealer without a card, of a customer too new for a limit, and of purchases beside a ledger.
fn counts_for_nothing(work: &Work<'_>) -> bool {
    let sheet = &work.book.sheets[work.sheet];
    let holds = |field: &str, text: &str| {
        sheet.column(field).is_some_and(|column| sheet.cell(work.row, column).content().starts_with(text))
    };
    match work.resource().name.as_str() {
        "dealers" => holds("channel_mode", "区域总代理"),
        "credit" => holds("first_sale_on", "2007-1"),
        "purchases" => work.book.sheet("shipments").is_some(),
        _ => false,
    }
}

fn turned(_: &Field, cell: &Cell) -> Option<Cell> {
    Some(Cell::text(if cell.content() == "是" { "否" } else { "是" }))
}

fn next_category(field: &Field, cell: &Cell) -> Option<Cell> {
    let text = cell.content();
    let own = field.categories.iter().position(|category| category.value == text || category.label == text)?;
    let next = &field.categories[(own + 1) % field.categories.len()];
    Some(Cell::text(&next.label))
}

fn by(cell: &Cell, factor: f64) -> Option<Cell> {
    let number: f64 = cell.content().parse().ok()?;
    Some(Cell::number(&(number * factor + 1.0).round().to_string()))
}

pub fn kinds() -> Vec<Kind> {
    vec![
        changed("a figure half as large again", filled_figure, |_, cell| by(cell, 1.5)),
        changed("a figure a thousand times as large", filled_figure, |_, cell| by(cell, 1000.0)),
        changed("a figure a thousandth", filled_figure, |field, cell| {
            let number: f64 = cell.content().parse().ok()?;
            let is_whole = field.type_ == FieldType::Integer;
            (number != 0.0 && !is_whole).then(|| Cell::number(&(number / 1000.0).to_string()))
        }),
        changed("a figure with another sign", filled_figure, |_, cell| {
            let number: f64 = cell.content().parse().ok()?;
            (number != 0.0).then(|| Cell::number(&(-number).to_string()))
        }),
        changed("a boolean turned", filled_boolean, turned),
        changed("another category", filled_category, next_category),
        changed("another key", super::filled_key, |field, cell| {
            let is_own = field.constraints.unique || !is_id(field);
            is_own.then(|| Cell::text(&format!("{}X", cell.content())))
        }),
        in_sheets("a row is gone", ChangeOrIssue, |work| {
            let resource = work.resource().name.clone();
            let data = work.sheet().data();
            let row = data.start + work.seed % data.len();
            // What is unconfirmed counts for nothing, and a purchase that the ledger decides neither.
            let confirmed =
                work.sheet().column("confirmed").map(|column| work.book.sheets[work.sheet].cell(row, column));
            let has_ledger = resource == "purchases" && work.book.sheet("shipments").is_some();
            work.sheet().remove_row(row);
            // Of a dealer who is gone the other sheets tell.
            work.spot = Default::default();
            confirmed.is_none_or(|cell| cell.content() != "否") && !has_ledger && resource != "visits"
        }),
        in_sheets("a sheet is gone", ChangeOrIssue, |work| {
            let sheet = work.sheet;
            work.book.sheets.remove(sheet);
            work.spot = Default::default();
            true
        }),
        in_sheets("all rows are gone", ChangeOrIssue, |work| {
            while work.sheet().end > work.sheet().header + 1 {
                let last = work.sheet().end - 1;
                work.sheet().remove_row(last);
            }
            work.spot = Default::default();
            true
        }),
        in_sheets("two neighbours of a column change places", ChangeOrIssue, |work| {
            let figures = work.columns(|field| super::is_figure(field) && field.constraints.required);
            let Some(&column) = figures.get(work.seed % figures.len().max(1)) else { return false };
            let first = work.sheet().header + 1;
            if first + 1 >= work.sheet().end || work.resource().name == "purchases" {
                return false;
            }
            let (one, other) = (work.sheet().cell(first, column), work.sheet().cell(first + 1, column));
            let differs = one != other;
            work.sheet().set(first, column, other);
            work.sheet().set(first + 1, column, one);
            work.anywhere();
            differs
        }),
    ]
}
