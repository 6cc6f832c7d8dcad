//! # Credit (信用额度)
//!
//! Handbook 5. Says how much a dealer may owe, what it owes and since when, and whether its order may go out.
//!
//! Sheets: `credit` 信用额度, a row a dealer; `receivables` 应收账款 decides what is owed where it is there. Policy section: `[credit]`.
//!
//! ## Rules
//!
//! - **growth coefficient** = current sales / sales at the last adjustment × finance's adjustment; without an earlier adjustment (empty or
//!   0) it is finance's adjustment alone. 4 places.
//! - **limit** = sales of the past period / its days × longest term in days × growth coefficient, 2 places. It is 0 for a customer under
//!   three calendar months since the first sale (`new-customer`; three months from 30 November end on the last day of February, and on that
//!   day the customer is no longer new) and where anything is overdue and unpaid (`overdue`).
//! - **outstanding**, **overdue** and **ageing** come from the receivables, invoice by invoice as of the as-of date: what is dated after it
//!   is left out, be it an invoice or a payment; a credit note counts in its own class. Due on the as-of date is not due. A dealer without
//!   invoices has 0. Without the sheet, outstanding and overdue are those of the credit sheet and there is no ageing.
//! - **available** = limit − outstanding; it may be negative.
//! - **decision**: outstanding + order above the rounded limit holds the order (`over-limit`), also when the order is 0; a named approver
//!   lets it out all the same (`exception`; whose names count may be listed in the policy). Else it is released.
//! - **unlisted**: dealers that owe something and have no credit row, so that the receivables tie out: what the dealers and these owe is what
//!   all invoices come to.
//!
//! Where neither request, cover nor months tell an as-of date, the latest date on the two sheets counts.
//!
//! The sheet adds what must be paid before a held order may go out: all that is overdue, and what outstanding and order exceed the limit by
//! that the dealer would have then.
//!
//! ## Example
//!
//! 900,000 in 90 days, 30 days' term, sales grown from 300,000 to 330,000, adjustment 1.05: the coefficient is 1.1550, the limit
//! 900,000 / 90 × 30 × 1.155 = 346,500.00. With 120,000.50 outstanding, 226,499.50 are available, and an order of 100,000 is released.

mod owed;
mod policy;
mod sheet;
mod unlisted;
mod words;

pub use policy::CreditRules;

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::{Row, Sheets};
use crate::policy::{Policy, Section, SectionKind};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;
use owed::Receivables;
pub use owed::{Owed, Unlisted, UnlistedDebt};

/// 信用额度.
pub struct Credit;

/// What credit is granted on.
pub struct Inputs {
    /// The as-of date.
    pub as_of: Option<Date>,
    /// Whether there are receivables.
    pub aged: bool,
    /// The dealers, in the sheet's order.
    pub dealers: Vec<Dealer>,
    /// Those that owe something and have no row, in the order of the receivables.
    pub unlisted: Vec<Unlisted>,
}

/// A row of the credit sheet, and what is owed.
pub struct Dealer {
    /// 经销商编号
    pub id: String,
    /// 经销商名称, where there is a dealers sheet.
    pub name: String,
    /// 区域, likewise.
    pub region: Key,
    /// 首次交易日期
    pub first_sale_on: Option<Date>,
    /// 前段销售总额, yuan
    pub period_sales: Exact,
    /// 前段天数
    pub period_days: Exact,
    /// 最长回款期, days
    pub term_days: Exact,
    /// 当期销售额, yuan
    pub current_sales: Exact,
    /// 上次调整时销售额, yuan
    pub sales_at_last_adjustment: Exact,
    /// 财务微调系数
    pub finance_adjustment: Exact,
    /// 未回款余额, yuan
    pub outstanding: Exact,
    /// 超期未回款, yuan
    pub overdue: Exact,
    /// 本次订单金额, yuan
    pub order: Exact,
    /// 例外批准人
    pub approver: Key,
    /// What is owed by class: not due, then overdue, the youngest first.
    pub ageing: Option<[Exact; 5]>,
}

/// `results.credit`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Credit")]
pub struct Results {
    /// The dealers, in the sheet's order.
    pub dealers: Vec<Granted>,
    /// Dealers that owe something and have no row on the credit sheet, in the order of the receivables.
    pub unlisted: Vec<UnlistedDebt>,
}

/// What came out for a dealer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CreditDealer")]
pub struct Granted {
    /// 经销商编号
    pub dealer_id: String,
    /// 4 places.
    pub growth_coefficient: Figure,
    /// Yuan.
    pub limit: Figure,
    /// Yuan.
    pub outstanding: Figure,
    /// Yuan.
    pub overdue: Figure,
    /// Yuan; negative where more is owed than granted.
    pub available: Figure,
    /// Whether the order may go out.
    pub decision: Decision,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What is owed by age; null without receivables.
    pub ageing: Option<Ageing>,
    /// The figures that explain it.
    #[serde(skip)]
    pub why: Why,
}

/// What explains a decision.
#[derive(Debug)]
pub struct Why {
    /// The limit if nothing cancelled it.
    pub full_limit: Exact,
    /// The day from which the customer is no longer new, where it still is.
    pub new_until: Option<Date>,
    /// What must be paid before the order may go out; 0 where it may.
    pub to_pay: Exact,
}

/// Whether an order may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// 暂缓
    Hold,
    /// 例外放行
    Exception,
    /// 放行
    Release,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Too short a time since the first sale: no limit.
    NewCustomer,
    /// Something is overdue: no limit.
    Overdue,
    /// Outstanding + order is above the limit.
    OverLimit,
    /// Somebody lets it out all the same.
    Exception,
}

/// What is owed by age, in days overdue; the names are those of the shipped policy's classes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ageing {
    /// Due on the as-of date or later.
    pub not_due: Figure,
    /// The first class.
    pub d1_30: Figure,
    /// The second class.
    pub d31_60: Figure,
    /// The third class.
    pub d61_90: Figure,
    /// The rest.
    pub over_90: Figure,
}

impl Programme for Credit {
    type Inputs = Inputs;
    type Results = Results;

    const SECTION: Option<SectionKind> = Some(SectionKind::of::<CreditRules>());

    fn inputs(sheets: &Sheets<'_>, policy: &Policy) -> Inputs {
        let as_of = sheets.as_of().or_else(|| latest_date(sheets));
        let aged = sheets.has("receivables");
        let mut dealers: Vec<Dealer> = sheets.rows("credit").map(|row| dealer(&row, sheets, aged)).collect();
        let mut unlisted = Vec::new();
        if let Some(as_of) = as_of.filter(|_| aged) {
            let mut receivables = Receivables::add_up(sheets, as_of, CreditRules::of(policy));
            dealers.iter_mut().for_each(|dealer| dealer.owe(receivables.take(&dealer.id)));
            unlisted = receivables.left(sheets);
        }
        Inputs { as_of, aged, dealers, unlisted }
    }

    fn calculate(inputs: &Inputs, policy: &Policy) -> Results {
        let grant = |dealer| grant(dealer, inputs.as_of, CreditRules::of(policy));
        Results {
            dealers: inputs.dealers.iter().map(grant).collect(),
            unlisted: inputs.unlisted.iter().map(UnlistedDebt::from).collect(),
        }
    }
}

fn latest_date(sheets: &Sheets<'_>) -> Option<Date> {
    let first_sales = sheets.rows("credit").filter_map(|row| row.date("first_sale_on"));
    let invoices = sheets.rows("receivables").flat_map(|row| [row.date("invoice_date"), row.date("paid_on")]).flatten();
    first_sales.chain(invoices).max()
}

fn dealer(row: &Row<'_>, sheets: &Sheets<'_>, aged: bool) -> Dealer {
    let id = row.text("dealer_id");
    let known = sheets.dealer(id);
    let owed = |field| if aged { Exact::ZERO } else { row.exact(field) };
    Dealer {
        id: id.to_owned(),
        name: known.name.to_owned(),
        region: known.region.clone(),
        first_sale_on: row.date("first_sale_on"),
        period_sales: row.exact("period_sales"),
        period_days: row.exact("period_days"),
        term_days: row.exact("term_days"),
        current_sales: row.exact("current_sales"),
        sales_at_last_adjustment: row.exact("sales_at_last_adjustment"),
        finance_adjustment: row.exact("finance_adjustment"),
        outstanding: owed("outstanding"),
        overdue: owed("overdue"),
        order: row.exact("order_amount"),
        approver: row.key("exception_approver").clone(),
        ageing: aged.then(|| std::array::from_fn(|_| Exact::ZERO)),
    }
}

impl Dealer {
    /// Takes over what the receivables say.
    fn owe(&mut self, owed: Owed) {
        (self.outstanding, self.overdue, self.ageing) = (owed.outstanding, owed.overdue, Some(owed.ageing));
    }

    /// What is outstanding, overdue, and then of each class of ageing, by its place in this order.
    pub fn owed_in(&self, place: usize) -> Exact {
        let class = |n: usize| self.ageing.as_ref().and_then(|classes| classes.get(n)).cloned().unwrap_or_default();
        match place {
            0 => self.outstanding.clone(),
            1 => self.overdue.clone(),
            more => class(more - 2),
        }
    }

    /// The growth coefficient.
    pub fn coefficient(&self) -> Exact {
        let growth = self.current_sales.checked_div(&self.sales_at_last_adjustment);
        growth.map_or_else(|| self.finance_adjustment.clone(), |growth| &growth * &self.finance_adjustment)
    }

    /// Until when the customer is new, where it still is.
    fn new_until(&self, as_of: Option<Date>, months: i32) -> Option<Date> {
        let until = self.first_sale_on?.saturating_add(months.months());
        (as_of? < until).then_some(until)
    }
}

fn grant(dealer: &Dealer, as_of: Option<Date>, rules: &CreditRules) -> Granted {
    let coefficient = dealer.coefficient();
    let a_day = dealer.period_sales.checked_div(&dealer.period_days).unwrap_or(Exact::ZERO);
    let full_limit = &(&a_day * &dealer.term_days) * &coefficient;
    let new_until = dealer.new_until(as_of, rules.new_customer_months);
    let is_overdue = dealer.overdue.signum() > 0;
    let allowed = if new_until.is_some() { Exact::ZERO } else { Figure::money(&full_limit).into() };
    let limit = if is_overdue { Exact::ZERO } else { allowed.clone() };
    let requested = &dealer.outstanding + &dealer.order;
    let over = requested > limit;
    let exception = over && rules.approves(&dealer.approver);
    let reasons = [
        (new_until.is_some(), Reason::NewCustomer),
        (is_overdue, Reason::Overdue),
        (over, Reason::OverLimit),
        (exception, Reason::Exception),
    ];
    let to_pay = (&requested - &allowed).max(dealer.overdue.clone()).max(Exact::ZERO);
    Granted {
        dealer_id: dealer.id.clone(),
        growth_coefficient: Figure::ratio(&coefficient),
        limit: Figure::money(&limit),
        outstanding: Figure::money(&dealer.outstanding),
        overdue: Figure::money(&dealer.overdue),
        available: Figure::money(&(&limit - &dealer.outstanding)),
        decision: match (over, exception) {
            (false, _) => Decision::Release,
            (true, false) => Decision::Hold,
            (true, true) => Decision::Exception,
        },
        reasons: reasons.into_iter().filter(|(applies, _)| *applies).map(|(_, reason)| reason).collect(),
        ageing: dealer.ageing.as_ref().map(|classes| Ageing {
            not_due: Figure::money(&classes[0]),
            d1_30: Figure::money(&classes[1]),
            d31_60: Figure::money(&classes[2]),
            d61_90: Figure::money(&classes[3]),
            over_90: Figure::money(&classes[4]),
        }),
        why: Why { full_limit, new_until, to_pay: if over { to_pay } else { Exact::ZERO } },
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;

    fn exact(text: &str) -> Exact {
        Decimal::from_str_exact(text).unwrap().into()
    }

    fn dealer() -> Dealer {
        Dealer {
            id: "D1".into(),
            name: String::new(),
            region: Key::default(),
            first_sale_on: Some(date(2003, 4, 1)),
            period_sales: exact("900000"),
            period_days: exact("90"),
            term_days: exact("30"),
            current_sales: exact("330000"),
            sales_at_last_adjustment: exact("300000"),
            finance_adjustment: exact("1.05"),
            outstanding: exact("320000"),
            overdue: Exact::ZERO,
            order: exact("26500"),
            approver: Key::default(),
            ageing: None,
        }
    }

    fn granted(dealer: &Dealer) -> Granted {
        grant(dealer, Some(date(2008, 2, 28)), CreditRules::of(&Policy::embedded().unwrap()))
    }

    #[test]
    fn an_order_up_to_the_limit_goes_out_and_a_cent_more_does_not() {
        let mut at = dealer();
        let up_to = granted(&at);
        assert_eq!((up_to.limit.to_string().as_str(), up_to.decision), ("346500.00", Decision::Release));
        assert!(up_to.why.to_pay.is_zero());
        at.order = exact("26500.01");
        let above = granted(&at);
        assert_eq!((above.decision, above.reasons), (Decision::Hold, vec![Reason::OverLimit]));
        assert_eq!(above.why.to_pay, exact("0.01"));
    }

    #[test]
    fn on_the_last_day_of_february_a_customer_since_30_november_is_no_longer_new() {
        let mut one = dealer();
        one.first_sale_on = Some(date(2007, 11, 30));
        assert_eq!(
            grant(&one, Some(date(2008, 2, 29)), CreditRules::of(&Policy::embedded().unwrap())).decision,
            Decision::Release
        );
        let new = granted(&one);
        assert_eq!((new.limit.to_string().as_str(), new.why.new_until), ("0.00", Some(date(2008, 2, 29))));
        assert_eq!(new.why.to_pay, exact("346500"));
    }

    #[test]
    fn what_is_overdue_must_be_paid_even_where_the_limit_would_do() {
        let mut late = dealer();
        (late.outstanding, late.overdue, late.order) = (exact("1000"), exact("400"), exact("1"));
        late.approver = "副总".into();
        let held = granted(&late);
        assert_eq!(held.reasons, [Reason::Overdue, Reason::OverLimit, Reason::Exception]);
        assert_eq!((held.decision, held.why.to_pay), (Decision::Exception, exact("400")));
        assert_eq!(held.available.to_string(), "-1000.00");
    }
}
