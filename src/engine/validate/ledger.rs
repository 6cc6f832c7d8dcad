//! The tonnes of each dealer's months: from the shipments where there are any, else from the purchases.

use rust_decimal::Decimal;

use super::table::Table;
use crate::schema::Schemas;
use dealerbook_base::exact::{Exact, Sum};
use dealerbook_base::narrow::u32_of;

/// Twelve months of each row of the dealers sheet.
#[derive(Debug, Default)]
pub struct Ledger {
    actual: Vec<Sum>,
    planned: Vec<Option<Decimal>>,
    supplier_fault: Vec<bool>,
    /// For each dealer the months that have a purchases row, as bits 0 to 11.
    pub months: Vec<u16>,
    /// For each dealer whether one of its purchases or shipments rows is faulty.
    pub broken: Vec<bool>,
    /// Whether the shipments decide the actual tonnes.
    pub shipments_decide: bool,
}

/// For each distinct dealer id of a table its row in the dealers sheet.
pub fn dealer_rows(schemas: &Schemas, tables: &[Option<Table>], table: &Table) -> Vec<Option<u32>> {
    let resource = &schemas.resources[table.resource];
    let field = resource.field("dealer_id");
    let dealers = schemas.index("dealers").and_then(|d| tables[d].as_ref()).filter(|_| field.is_some());
    let (Some(field), Some(dealers)) = (field, dealers) else { return Vec::new() };
    let (super::Column::Text(own), super::Column::Text(known)) = (table.column(field), dealers.column(0)) else {
        return Vec::new();
    };
    let mut first_rows = vec![None; known.texts.len()];
    for (row, symbol) in known.symbols.iter().enumerate().rev() {
        if let Some(slot) = first_rows.get_mut(*symbol as usize) {
            *slot = Some(u32_of(row));
        }
    }
    own.texts.iter().map(|text| known.texts.find(text).and_then(|symbol| first_rows[symbol as usize])).collect()
}

impl Ledger {
    /// Adds up the rows of the period that are not faulty and not dated after the as-of date. What is planned for later months counts: a
    /// plan is made beforehand.
    pub fn add_up(schemas: &Schemas, tables: &[Option<Table>], period: Option<i16>) -> Option<Ledger> {
        let get = |name: &str| schemas.index(name).and_then(|index| tables[index].as_ref());
        let dealers = get("dealers")?.len();
        let mut ledger = Ledger {
            actual: vec![Sum::default(); dealers * 12],
            planned: vec![None; dealers * 12],
            supplier_fault: vec![false; dealers * 12],
            months: vec![0; dealers],
            broken: vec![false; dealers],
            shipments_decide: get("shipments").is_some(),
        };
        if let Some(table) = get("purchases") {
            ledger.add_purchases(schemas, tables, table);
            ledger.add_later_plans(schemas, tables, table, period);
        }
        if let Some(table) = get("shipments") {
            ledger.add_shipments(schemas, tables, table);
        }
        Some(ledger)
    }

    fn add_purchases(&mut self, schemas: &Schemas, tables: &[Option<Table>], table: &Table) {
        let field = |name| schemas.resources[table.resource].field(name).unwrap_or_default();
        let (dealer, month, planned, actual, fault) = (
            field("dealer_id"),
            field("month"),
            field("planned_tonnes"),
            field("actual_tonnes"),
            field("supplier_fault"),
        );
        for (row, at) in self.rows(schemas, tables, table, dealer, month) {
            self.months[at / 12] |= 1 << (at % 12);
            self.planned[at] = table.column(planned).number(row);
            self.supplier_fault[at] = table.column(fault).boolean(row).unwrap_or(false);
            if let Some(tonnes) = table.column(actual).number(row).filter(|_| !self.shipments_decide) {
                self.actual[at].add(tonnes);
            }
        }
    }

    /// The plans of the period's months behind the as-of date.
    fn add_later_plans(&mut self, schemas: &Schemas, tables: &[Option<Table>], table: &Table, period: Option<i16>) {
        let field = |name| schemas.resources[table.resource].field(name).unwrap_or_default();
        let (month, planned) = (table.column(field("month")), table.column(field("planned_tonnes")));
        for (row, dealer) in Self::dealers_of(schemas, tables, table) {
            let later = table.outside[row] && !table.faulty[row];
            let month = month.date(row).filter(|day| later && Some(day.year()) == period);
            if let (Some(month), Some(planned)) = (month, planned.number(row)) {
                let at = usize::from(month.month().unsigned_abs()) - 1;
                self.months[dealer] |= 1 << at;
                self.planned[dealer * 12 + at] = Some(planned);
            }
        }
    }

    fn add_shipments(&mut self, schemas: &Schemas, tables: &[Option<Table>], table: &Table) {
        let field = |name| schemas.resources[table.resource].field(name).unwrap_or_default();
        let (dealer, day, tonnes) = (field("dealer_id"), field("date"), field("tonnes"));
        for (row, at) in self.rows(schemas, tables, table, dealer, day) {
            if let Some(tonnes) = table.column(tonnes).number(row) {
                self.actual[at].add(tonnes);
            }
        }
    }

    /// The rows that count with their place (dealer × 12 + month); dealers of faulty rows are noted as broken.
    fn rows(
        &mut self,
        schemas: &Schemas,
        tables: &[Option<Table>],
        table: &Table,
        dealer: usize,
        day: usize,
    ) -> Vec<(usize, usize)> {
        let by_symbol = dealer_rows(schemas, tables, table);
        let mut rows = Vec::with_capacity(table.len());
        for row in 0..table.len() {
            let Some(dealer_row) =
                table.column(dealer).symbol(row).and_then(|s| by_symbol.get(s as usize).copied().flatten())
            else {
                continue;
            };
            let dealer_row = dealer_row as usize;
            if table.faulty[row] {
                self.broken[dealer_row] = true;
            } else if let Some(date) = table.column(day).date(row).filter(|_| !table.outside[row]) {
                rows.push((row, dealer_row * 12 + date.month() as usize - 1));
            }
        }
        rows
    }

    /// The rows of a table whose dealer is known, each with its row in the dealers sheet.
    pub fn dealers_of(schemas: &Schemas, tables: &[Option<Table>], table: &Table) -> Vec<(usize, usize)> {
        let by_symbol = dealer_rows(schemas, tables, table);
        let field = schemas.resources[table.resource].field("dealer_id").unwrap_or_default();
        let dealer =
            |row: usize| table.column(field).symbol(row).and_then(|s| by_symbol.get(s as usize).copied().flatten());
        (0..table.len()).filter_map(|row| dealer(row).map(|d| (row, d as usize))).collect()
    }

    /// The actual tonnes of a dealer's month, 0 to 11.
    pub fn actual(&self, dealer: usize, month: usize) -> Exact {
        self.actual[dealer * 12 + month].total()
    }

    /// The planned tonnes of a dealer's month.
    pub fn planned(&self, dealer: usize, month: usize) -> Option<Decimal> {
        self.planned[dealer * 12 + month]
    }

    /// Whether a month fell short by the supplier's fault.
    pub fn supplier_fault(&self, dealer: usize, month: usize) -> bool {
        self.supplier_fault[dealer * 12 + month]
    }

    /// The actual tonnes of a dealer's year.
    pub fn volume(&self, dealer: usize) -> Exact {
        (0..12).map(|month| self.actual(dealer, month)).sum()
    }
}
