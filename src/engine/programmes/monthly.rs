//! The months of all dealers added up by region, by mode and by market class: what remains of the dealers' months for the report on them.
//!
//! Only network customers must have a plan, so a sum of plans is compared with what was bought in months that have one, and the target
//! of the year with all that was bought.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::inputs::{DealerYear, Month};
use crate::policy::Policy;
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// The sums of a year.
#[derive(Debug, Default)]
pub struct MonthlySales<'s> {
    /// How many months there are to date: up to the last one in which anybody bought.
    pub months: usize,
    /// All dealers.
    pub all: Months,
    /// By region, the most tonnes first.
    pub regions: Vec<(Key, Months)>,
    /// By mode, canonical, likewise.
    pub modes: Vec<(&'s str, Months)>,
    /// By market class, likewise; dealers without one are in none.
    pub classes: Vec<(&'s str, Months)>,
    /// The dealers that are behind their plan to date by more than the policy leaves them, in the sheet's order.
    pub behind: Vec<Behind>,
}

/// The months of some dealers, January first, in tonnes.
#[derive(Clone, Debug, Default)]
pub struct Months {
    /// How many dealers they are.
    pub dealers: u32,
    /// Their targets of the year.
    pub target: Exact,
    /// What was bought.
    pub actual: [Exact; 12],
    /// What was planned.
    pub planned: [Exact; 12],
    /// What was bought in months that have a plan.
    pub against: [Exact; 12],
}

/// A dealer behind its plan to date.
#[derive(Clone, Debug)]
pub struct Behind {
    /// Its place among the dealers.
    pub dealer: usize,
    /// What it bought in months that have a plan, up to now.
    pub actual: Exact,
    /// What was planned, up to now.
    pub planned: Exact,
}

impl Months {
    fn add(&mut self, target: &Exact, months: &[Month; 12]) {
        self.dealers += 1;
        self.target += target;
        for (n, month) in months.iter().enumerate() {
            self.actual[n] += &month.actual;
            if let Some(planned) = month.planned {
                self.planned[n] += &planned.into();
                self.against[n] += &month.actual;
            }
        }
    }

    /// Adds the months of other dealers.
    pub fn join(&mut self, others: &Months) {
        self.dealers += others.dealers;
        self.target += &others.target;
        let figures = [
            (&mut self.actual, &others.actual),
            (&mut self.planned, &others.planned),
            (&mut self.against, &others.against),
        ];
        for (own, others) in figures {
            own.iter_mut().zip(others).for_each(|(own, other)| *own += other);
        }
    }

    /// What was bought in the first months.
    pub fn bought(&self, months: usize) -> Exact {
        sum(&self.actual[..months])
    }
}

/// The sum of some figures.
pub fn sum(figures: &[Exact]) -> Exact {
    figures.iter().sum()
}

/// Adds up the dealers' months, as long as they are there.
pub fn add_up<'s>(years: &[DealerYear<'s>], policy: &'s Policy) -> MonthlySales<'s> {
    let mut all = Months::default();
    let mut regions: BTreeMap<Key, Months> = BTreeMap::new();
    let mut groups: [BTreeMap<&'s str, Months>; 2] = Default::default();
    for year in years {
        let (dealer, Some(months)) = (&year.dealer, &year.months) else { continue };
        let target = year.target();
        all.add(&target, months);
        let class = policy.market_class(dealer.category("market_class").unwrap_or_default(), &dealer.region);
        if !dealer.region.is_empty() {
            regions.entry(dealer.region.clone()).or_default().add(&target, months);
        }
        for (groups, key) in groups.iter_mut().zip([dealer.channel_mode, class]) {
            if !key.is_empty() {
                groups.entry(key).or_default().add(&target, months);
            }
        }
    }
    let months = all.actual.iter().rposition(|tonnes| !tonnes.is_zero()).map_or(0, |last| last + 1);
    let [modes, classes] = groups.map(most_first);
    let regions = most_first(regions);
    let behind = behind(years, months, policy.overview.plan_missed_below);
    MonthlySales { months, all, regions, modes, classes, behind }
}

/// Groups of dealers, those that bought most first.
fn most_first<K: Ord>(groups: BTreeMap<K, Months>) -> Vec<(K, Months)> {
    let mut groups: Vec<(K, Months)> = groups.into_iter().collect();
    groups.sort_by_cached_key(|(_, of)| std::cmp::Reverse(of.bought(12)));
    groups
}

fn behind(years: &[DealerYear<'_>], months: usize, below: Decimal) -> Vec<Behind> {
    let below = Exact::from(below);
    let of_dealer = |(dealer, year): (usize, &DealerYear<'_>)| {
        let all = year.months.as_deref()?;
        let with_plan = || all[..months].iter().filter_map(|month| Some((&month.actual, month.planned?)));
        let planned = with_plan().map(|(_, planned)| Exact::from(planned)).sum::<Exact>();
        let actual = with_plan().map(|(actual, _)| actual).sum::<Exact>();
        let missed = planned.signum() > 0 && actual < &planned * &below;
        missed.then_some(Behind { dealer, actual, planned })
    };
    years.iter().enumerate().filter_map(of_dealer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programmes::{Dealer, Violations};

    /// A dealer of a region with a target of 100 t: what it bought from January on, and its plan of every month.
    fn year(region: &str, actual: &[i64], planned: Option<i64>) -> DealerYear<'static> {
        let dealer = Dealer {
            id: "D",
            name: "",
            region: region.into(),
            row: 0,
            channel_mode: "regional_distributor",
            card: None,
            network_customer: planned.is_some(),
            target_tonnes: Decimal::ONE_HUNDRED,
            total_urea_tonnes: Decimal::ZERO,
            counts: Vec::new(),
            categories: vec![("market_class", "A")],
            previous_grade: None,
            falsified_documents: false,
            deposit: Decimal::ZERO,
            last_year_tonnes: None,
            joined_on: None,
        };
        let months = std::array::from_fn(|n| Month {
            actual: Exact::whole(actual.get(n).copied().unwrap_or_default()),
            planned: planned.map(Decimal::from),
            supplier_fault: false,
        });
        DealerYear::new(dealer, months, Violations::default())
    }

    fn sums(years: &[DealerYear<'static>], check: impl for<'s> FnOnce(MonthlySales<'s>)) {
        let policy = Policy::embedded().unwrap();
        check(add_up(years, &policy));
    }

    #[test]
    fn a_plan_is_compared_with_the_months_that_have_one_and_the_target_with_all() {
        sums(&[year("north", &[10, 5], Some(10)), year("south", &[100, 0, 7], None)], |sales| {
            assert_eq!((sales.months, sales.all.dealers), (3, 2));
            assert_eq!(sales.all.actual[..3], [110, 5, 7].map(Exact::whole));
            assert_eq!(sales.all.against[..3], [10, 5, 0].map(Exact::whole));
            assert_eq!(sales.all.planned[..3], [10, 10, 10].map(Exact::whole));
            assert_eq!(sales.all.target, Exact::whole(200));
            let regions: Vec<&str> = sales.regions.iter().map(|(region, _)| region.shown()).collect();
            assert_eq!((regions, sales.classes.len()), (vec!["south", "north"], 1));
        });
    }

    #[test]
    fn behind_its_plan_is_who_has_less_than_the_policy_asks_for_to_date() {
        // 80% of the plan of the two months to date is not behind; a kilogram less would be, and so is less than 80%.
        sums(&[year("n", &[8, 8], Some(10)), year("n", &[8, 7], Some(10)), year("n", &[1, 1], None)], |sales| {
            let behind: Vec<usize> = sales.behind.iter().map(|behind| behind.dealer).collect();
            assert_eq!(behind, [1]);
            assert_eq!(sales.behind[0].planned, Exact::whole(20));
        });
    }
}
