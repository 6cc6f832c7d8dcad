//! What dealers owe, invoice by invoice as of a day: of those on the credit sheet and of those that it doesn't list.

use std::collections::HashMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::CreditRules;
use crate::programmes::figure::Figure;
use crate::programmes::sheets::{Row, Sheets};
use dealerbook_base::exact::Exact;

/// What a dealer owes, in yuan.
#[derive(Clone, Debug, Default)]
pub struct Owed {
    /// 未回款余额
    pub outstanding: Exact,
    /// 超期未回款
    pub overdue: Exact,
    /// By class: not due, then overdue, the youngest first.
    pub ageing: [Exact; 5],
}

/// A dealer that owes something and has no row on the credit sheet.
#[derive(Debug)]
pub struct Unlisted {
    /// 经销商编号
    pub id: String,
    /// 经销商名称, where there is a dealers sheet.
    pub name: String,
    /// What it owes.
    pub owed: Owed,
}

/// What came out for a dealer without a credit row.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CreditUnlisted")]
pub struct UnlistedDebt {
    /// 经销商编号
    pub dealer_id: String,
    /// Yuan.
    pub outstanding: Figure,
    /// Yuan.
    pub overdue: Figure,
}

impl From<&Unlisted> for UnlistedDebt {
    fn from(unlisted: &Unlisted) -> Self {
        Self {
            dealer_id: unlisted.id.clone(),
            outstanding: Figure::money(&unlisted.owed.outstanding),
            overdue: Figure::money(&unlisted.owed.overdue),
        }
    }
}

/// What the receivables say, by dealer.
#[derive(Debug, Default)]
pub struct Receivables {
    /// In the order in which the sheet names them.
    dealers: Vec<(String, Owed)>,
    places: HashMap<String, usize>,
}

impl Receivables {
    /// Adds up the invoices as they stand on a day.
    pub fn add_up(sheets: &Sheets<'_>, as_of: Date, rules: &CreditRules) -> Self {
        let mut all = Self::default();
        for row in sheets.rows("receivables") {
            all.of(row.text("dealer_id")).add(&row, as_of, rules);
        }
        all
    }

    fn of(&mut self, id: &str) -> &mut Owed {
        let next = self.dealers.len();
        let place = *self.places.entry(id.to_owned()).or_insert(next);
        if place == next {
            self.dealers.push((id.to_owned(), Owed::default()));
        }
        &mut self.dealers[place].1
    }

    /// Takes what a dealer owes.
    pub fn take(&mut self, id: &str) -> Owed {
        self.places.get(id).map(|place| std::mem::take(&mut self.dealers[*place].1)).unwrap_or_default()
    }

    /// What is left: the dealers that nobody has taken and that owe something, be it in two classes that come to nothing together.
    pub fn left(self, sheets: &Sheets<'_>) -> Vec<Unlisted> {
        let owes = |owed: &Owed| owed.ageing.iter().any(|class| !class.is_zero());
        let left = self.dealers.into_iter().filter(|(_, owed)| owes(owed));
        left.map(|(id, owed)| {
            let known = sheets.dealer(&id);
            Unlisted { name: known.name.to_owned(), id, owed }
        })
        .collect()
    }
}

impl Owed {
    /// Adds an invoice as it stands on the as-of date.
    fn add(&mut self, row: &Row<'_>, as_of: Date, rules: &CreditRules) {
        let (Some(dated), Some(due)) = (row.date("invoice_date"), row.date("due_date")) else { return };
        if dated > as_of {
            return;
        }
        let paid_since = row.date("paid_on").is_some_and(|day| day > as_of);
        let paid = if paid_since { Exact::ZERO } else { row.exact("paid") };
        let owed = &row.exact("amount") - &paid;
        let days = due.duration_until(as_of).as_secs() / (24 * 60 * 60);
        let class = match days {
            ..=0 => 0,
            days => 1 + rules.ageing_days.iter().filter(|last| days > i64::from(**last)).count(),
        };
        self.ageing[class] = &self.ageing[class] + &owed;
        self.outstanding = &self.outstanding + &owed;
        if class > 0 {
            self.overdue = &self.overdue + &owed;
        }
    }
}
