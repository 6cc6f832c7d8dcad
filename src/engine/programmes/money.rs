//! What the ledgers say of each dealer in yuan: shipped, and collected within the term.

use rust_decimal::Decimal;

use crate::schema::Schemas;
use crate::validate::{Checked, Column, Ledger, Table};
use dealerbook_base::exact::{Exact, Sum};

/// The money of a dealer's year.
#[derive(Clone, Debug)]
pub struct Money {
    /// The amount of the period's shipments, returns taken off; 0 where no declared programme reads it.
    pub amount: Exact,
    /// What was collected in the period, up to the as-of date, on or before the due date.
    pub collected: Exact,
}

/// The money by row of the dealers sheet, up to the end of the month `through`; nothing where no ledger has any that was kept.
pub fn gather(checked: &Checked, schemas: &Schemas, dealers: usize, through: i8) -> Vec<Money> {
    let has = |name, of_row: OfTable| {
        checked.table(schemas, name).is_some_and(|table| of_row(checked, schemas, table, through).is_some())
    };
    if !has("shipments", shipped) && !has("receivables", collected) {
        return Vec::new();
    }
    let sum = |name, of_row| sum(checked, schemas, (dealers, through), name, of_row);
    let (amounts, collected) = (sum("shipments", shipped), sum("receivables", collected));
    let money = |(amount, collected): (Sum, Sum)| Money { amount: amount.total(), collected: collected.total() };
    amounts.into_iter().zip(collected).map(money).collect()
}

type OfRow<'t> = Box<dyn Fn(usize) -> Option<Decimal> + 't>;
type OfTable = for<'t> fn(&Checked, &Schemas, &'t Table, i8) -> Option<OfRow<'t>>;

/// Adds up by dealer what the rows of a table without faults come to.
fn sum(checked: &Checked, schemas: &Schemas, (dealers, through): (usize, i8), name: &str, of_row: OfTable) -> Vec<Sum> {
    let mut sums = vec![Sum::default(); dealers];
    let table = checked.table(schemas, name);
    if let Some((table, of_row)) = table.and_then(|table| Some((table, of_row(checked, schemas, table, through)?))) {
        for (row, dealer) in Ledger::dealers_of(schemas, &checked.tables, table) {
            if let Some(x) = of_row(row).filter(|_| !table.faulty[row] && !table.outside[row]) {
                sums[dealer].add(x);
            }
        }
    }
    sums
}

/// The amount of a shipment, where the column was kept.
fn shipped<'t>(_: &Checked, schemas: &Schemas, table: &'t Table, through: i8) -> Option<OfRow<'t>> {
    let column = |name| schemas.resources[table.resource].field(name).map(|field| table.column(field));
    let (amount, day) = (column("amount")?, column("date")?);
    let of_row = move |row| amount.number(row).filter(|_| day.date(row).is_none_or(|day| day.month() <= through));
    (!matches!(amount, Column::Absent)).then(|| Box::new(of_row) as OfRow<'t>)
}

/// What of an invoice was paid on time and in the period; no more than the invoice.
fn collected<'t>(checked: &Checked, schemas: &Schemas, table: &'t Table, through: i8) -> Option<OfRow<'t>> {
    let column = |name| schemas.resources[table.resource].field(name).map(|field| table.column(field));
    let (amount, paid, paid_on, due) = (column("amount")?, column("paid")?, column("paid_on")?, column("due_date")?);
    let (period, as_of) = (checked.period?, checked.as_of.unwrap_or(jiff::civil::Date::MAX));
    Some(Box::new(move |row| {
        let (day, paid, amount) = (paid_on.date(row)?, paid.number(row)?, amount.number(row)?);
        let counts = day.year() == period && day.month() <= through && day <= as_of && day <= due.date(row)?;
        let paid = if amount >= Decimal::ZERO { paid.min(amount) } else { paid };
        counts.then_some(paid)
    }))
}
