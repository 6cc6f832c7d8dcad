//! # Classifying accounts (客户分类)
//!
//! Handbook 9. Says which accounts the sales come from (ABC, 80/20), and where more could be sold (plan classes).
//!
//! Sheet: `accounts` 客户分类, a row an account. Policy section: `[accounts]`.
//!
//! ## Rules
//!
//! - **ABC** by sales, the largest first, equal sales in the sheet's order: where the accounts before it have less than 80% of all sales it
//!   is A, less than 95% B, else C. An account without sales is D.
//! - **share** = sales / all sales; the **cumulative share** includes the account itself. 4 places; none where nothing was sold at all.
//! - **plan class**: an account is strong where its sales are at or above the mean, and open where potential − sales is at or above its mean
//!   over the accounts that have a potential. Strong and open is 重点 `priority`, strong only 优势 `established`, open only 潜力
//!   `promising`, neither 一般 `general`. Without a potential there is no plan class.
//!
//! The sheet adds how much more an account would have to sell, all others unchanged, to stand a class higher.
//!
//! ## Example
//!
//! Of 100,000 in all, the first account sells 80,000: nothing is before it, so it is A. The second (15,000) has exactly 80% before it: B.
//! The third (3,000) has 95% before it: C.

mod policy;
mod sheet;

pub use policy::{AccountRules, PlanClasses};

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::{Row, Sheets};
use crate::policy::{Policy, Section, SectionKind};
use dealerbook_base::exact::Exact;

/// 客户分类.
pub struct Accounts;

/// A row of the accounts sheet.
pub struct Account {
    /// 客户编号
    pub id: String,
    /// 客户名称
    pub name: String,
    /// 年销售额, yuan
    pub sales: Exact,
    /// 市场潜力, yuan
    pub potential: Option<Exact>,
}

impl Account {
    /// What it could buy beside.
    pub fn open(&self) -> Option<Exact> {
        self.potential.as_ref().map(|potential| potential - &self.sales)
    }
}

/// `results.accounts`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Accounts")]
pub struct Results {
    /// The accounts, in the sheet's order.
    pub accounts: Vec<Classified>,
}

/// What came out for an account.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Account")]
pub struct Classified {
    /// 客户编号
    pub account_id: String,
    /// By sales.
    pub abc: Abc,
    /// By sales and potential; null without a potential.
    pub plan_class: Option<PlanClass>,
    /// Of all sales, 4 places.
    pub share: Option<Figure>,
    /// With all that sell more, 4 places.
    pub cumulative_share: Option<Figure>,
    /// The place by sales, from 0.
    #[serde(skip)]
    pub place: usize,
    /// What it and all before it sell.
    #[serde(skip)]
    pub running: Exact,
    /// Which class it would reach, and what it would have to sell more.
    #[serde(skip)]
    pub lift: Option<(Abc, Decimal)>,
}

/// The class by sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the letters are the names")]
pub enum Abc {
    A,
    B,
    C,
    D,
}

impl Abc {
    /// The letter.
    pub fn letter(self) -> &'static str {
        match self {
            Abc::A => "A",
            Abc::B => "B",
            Abc::C => "C",
            Abc::D => "D",
        }
    }
}

/// The class by sales and potential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlanClass {
    /// 重点: strong and open.
    Priority,
    /// 优势: strong only.
    Established,
    /// 潜力: open only.
    Promising,
    /// 一般: neither.
    General,
}

impl Programme for Accounts {
    type Inputs = Vec<Account>;
    type Results = Results;

    const SECTION: Option<SectionKind> = Some(SectionKind::of::<AccountRules>());

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Vec<Account> {
        let account = |row: Row<'_>| Account {
            id: row.text("account_id").to_owned(),
            name: row.text("name").to_owned(),
            sales: row.exact("sales"),
            potential: row.number_if_any("potential").map(Exact::from),
        };
        sheets.rows("accounts").map(account).collect()
    }

    fn calculate(inputs: &Vec<Account>, policy: &Policy) -> Results {
        Results { accounts: classify(inputs, AccountRules::of(policy)) }
    }
}

/// The accounts by sales, the largest first.
struct Ranking {
    /// The accounts by their places in the sheet.
    order: Vec<usize>,
    /// What those before each place sell; one more than there are places.
    before: Vec<Exact>,
}

impl Ranking {
    fn of(accounts: &[Account]) -> Self {
        let mut order: Vec<usize> = (0..accounts.len()).collect();
        order.sort_by(|a, b| accounts[*b].sales.cmp(&accounts[*a].sales));
        let mut before = vec![Exact::ZERO];
        before.extend(order.iter().scan(Exact::ZERO, |sum, n| {
            *sum = &*sum + &accounts[*n].sales;
            Some(sum.clone())
        }));
        Self { order, before }
    }

    fn total(&self) -> &Exact {
        &self.before[self.order.len()]
    }
}

fn classify(accounts: &[Account], rules: &AccountRules) -> Vec<Classified> {
    let ranking = Ranking::of(accounts);
    let total = ranking.total();
    let mean_sales = total.checked_div(&Exact::whole(accounts.len() as i64));
    let mean_open = mean(accounts.iter().filter_map(Account::open));
    let mut places = vec![0; accounts.len()];
    ranking.order.iter().enumerate().for_each(|(place, account)| places[*account] = place);
    let one = |(account, place): (&Account, usize)| {
        let running = &ranking.before[place + 1];
        let share = |sales: &Exact| sales.checked_div(total).map(|share| Figure::ratio(&share));
        Classified {
            account_id: account.id.clone(),
            abc: abc(account, &ranking.before[place], total, rules),
            plan_class: plan_class(account, mean_sales.as_ref(), mean_open.as_ref()),
            share: share(&account.sales),
            cumulative_share: share(running),
            place,
            running: running.clone(),
            lift: lift(accounts, &ranking, place, rules),
        }
    };
    accounts.iter().zip(places).map(one).collect()
}

fn mean(figures: impl Iterator<Item = Exact>) -> Option<Exact> {
    let (sum, count) = figures.fold((Exact::ZERO, 0), |(sum, count), x| (&sum + &x, count + 1));
    sum.checked_div(&Exact::whole(count))
}

fn abc(account: &Account, before: &Exact, total: &Exact, rules: &AccountRules) -> Abc {
    let below = |bound: Decimal| *before < &Exact::from(bound) * total;
    match account.sales.signum() {
        ..=0 => Abc::D,
        _ if below(rules.a_below) => Abc::A,
        _ if below(rules.b_below) => Abc::B,
        _ => Abc::C,
    }
}

fn plan_class(account: &Account, mean_sales: Option<&Exact>, mean_open: Option<&Exact>) -> Option<PlanClass> {
    let open = account.open()?;
    let is_strong = mean_sales.is_some_and(|mean| account.sales >= *mean);
    let is_open = mean_open.is_some_and(|mean| open >= *mean);
    Some(match (is_strong, is_open) {
        (true, true) => PlanClass::Priority,
        (true, false) => PlanClass::Established,
        (false, true) => PlanClass::Promising,
        (false, false) => PlanClass::General,
    })
}

/// The class above, and the least that an account would have to sell more to stand in it, all others unchanged, to the cent.
///
/// At a place that it could move up to it must sell more than the account there does, and so much that what is before it is less than
/// the bound's share of the new total. The first falls from place to place and the second rises: the least lies where they meet.
fn lift(accounts: &[Account], ranking: &Ranking, place: usize, rules: &AccountRules) -> Option<(Abc, Decimal)> {
    let account = &accounts[ranking.order[place]];
    let total = ranking.total();
    let now = abc(account, &ranking.before[place], total, rules);
    let (class, bound) = match now {
        Abc::A | Abc::D => return None,
        Abc::B => (Abc::A, rules.a_below),
        Abc::C => (Abc::B, rules.b_below),
    };
    let to_pass = |place: usize| &accounts[ranking.order[place]].sales - &account.sales;
    let to_weigh =
        |place: usize| ranking.before[place].checked_div(&bound.into()).map_or(Exact::ZERO, |new| &new - total);
    let meets = |at: &usize| to_weigh(*at) >= to_pass(*at);
    // The first place at which the weight decides; one before it, passing does.
    let (mut low, mut high) = (0, place);
    while low < high {
        let middle = (low + high) / 2;
        if meets(&middle) { high = middle } else { low = middle + 1 }
    }
    let candidates = [Some(low), low.checked_sub(1)].into_iter().flatten();
    let least = candidates.map(|at| to_pass(at).max(to_weigh(at))).min()?;
    let cents = (&least * &Exact::whole(100)).floor().saturating_add(1);
    Some((class, Decimal::new(cents.max(1), 2)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accounts(sales: &[i64]) -> Vec<Account> {
        let account = |(n, sales): (usize, &i64)| Account {
            id: n.to_string(),
            name: String::new(),
            sales: Exact::whole(*sales),
            potential: None,
        };
        sales.iter().enumerate().map(account).collect()
    }

    fn classes(accounts: &[Account]) -> String {
        let classified = classify(accounts, AccountRules::of(&Policy::embedded().unwrap()));
        classified.iter().map(|account| account.abc.letter()).collect()
    }

    #[test]
    fn an_account_with_exactly_80_percent_before_it_is_b() {
        assert_eq!(classes(&accounts(&[80_000, 15_000, 3_000, 2_000, 0])), "ABCCD");
    }

    #[test]
    fn equal_sales_stand_in_the_sheets_order() {
        let same = classify(&accounts(&[5, 5, 10]), AccountRules::of(&Policy::embedded().unwrap()));
        assert_eq!(same.iter().map(|a| a.place).collect::<Vec<_>>(), [1, 2, 0]);
    }

    #[test]
    fn where_nothing_was_sold_there_are_no_shares() {
        let none = classify(&accounts(&[0, 0]), AccountRules::of(&Policy::embedded().unwrap()));
        assert!(none.iter().all(|a| a.abc == Abc::D && a.share.is_none() && a.lift.is_none()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_would_lift_an_account_lifts_it_and_two_cents_less_would_not(sales in prop::collection::vec(1i64..100_000, 2..12)) {
            let accounts = accounts(&sales);
            let rules = AccountRules::of(&Policy::embedded().unwrap()).clone();
            for (n, one) in classify(&accounts, &rules).iter().enumerate() {
                let Some((class, more)) = one.lift else { continue };
                for (more, reached) in [(more, true), (more - Decimal::new(2, 2), false)] {
                    let mut raised: Vec<Account> = accounts.iter().map(|a| Account {
                        id: a.id.clone(), name: String::new(), sales: a.sales.clone(), potential: None,
                    }).collect();
                    raised[n].sales = &raised[n].sales + &Exact::from(more);
                    let then = classify(&raised, &rules)[n].abc;
                    prop_assert_eq!((then as u8) <= (class as u8), reached, "{:?} {}", sales, more);
                }
            }
        }
    }
}
