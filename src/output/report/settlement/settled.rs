//! The settlement with all that its sheets show: each dealer's amounts, tax and exact sum, and the sums over regions, grades and programmes.

use rust_decimal::Decimal;

use super::amounts::Amounts;
use super::words::Terms;
use dealerbook_base::exact::Exact;
use dealerbook_engine::outcome::{DealerOutcome, PaidLine};
use dealerbook_engine::policy::{CAP_LINE, Taxed};
use dealerbook_engine::settlement::Due;
use dealerbook_engine::sheet::double::{cache_governs, double};

/// All dealers and what they come to.
pub(super) struct Settled<'a> {
    pub lines: Vec<Line<'a>>,
    /// The programmes that have a column, in the policy's order, the cap last.
    pub programmes: Vec<&'a str>,
    pub sums: Amounts,
    /// The exact sum of all lines, before any was rounded.
    pub exact: Exact,
}

/// A dealer.
pub(super) struct Line<'a> {
    /// Its number in the settlement, from 1.
    pub number: u32,
    pub due: &'a Due,
    /// As the sheets show it, where the dealer's sheet has none too.
    pub region: &'a str,
    pub grade: &'a str,
    pub amounts: Amounts,
    pub entitled: Taxed,
    pub payable: Taxed,
    /// The sum of its lines before any was rounded.
    pub exact: Exact,
    /// Whether doubles may round a line otherwise, and so all that derives from it on its statement.
    pub is_governed: bool,
}

/// What several dealers come to that have something in common.
pub(super) struct Together<'a> {
    pub name: &'a str,
    pub dealers: u32,
    pub sums: Amounts,
}

impl<'a> Settled<'a> {
    pub(super) fn new(terms: Terms<'a>) -> Settled<'a> {
        let dues: &'a [Due] = &terms.rebates.settlement.dues;
        let lines: Vec<Line<'a>> = dues.iter().zip(1..).map(|(due, number)| Line::new(due, number, terms)).collect();
        let (mut sums, mut exact) = (Amounts::default(), Exact::ZERO);
        for line in &lines {
            sums.add(&line.amounts);
            exact = &exact + &line.exact;
        }
        Settled { programmes: programmes(dues, terms), lines, sums, exact }
    }

    /// The dealers by what `name` says of each, in the order in which they come.
    pub(super) fn by(&self, name: impl Fn(&Line<'a>) -> &'a str) -> Vec<Together<'a>> {
        let mut places = std::collections::HashMap::new();
        let mut all: Vec<Together<'a>> = Vec::new();
        for line in &self.lines {
            let name = name(line);
            let place = *places.entry(name).or_insert_with(|| {
                all.push(Together { name, dealers: 0, sums: Amounts::default() });
                all.len() - 1
            });
            all[place].dealers += 1;
            all[place].sums.add(&line.amounts);
        }
        all
    }

    /// Whether it corrects another settlement.
    pub(super) fn is_correction(&self) -> bool {
        self.lines.iter().any(|line| line.due.difference.is_some())
    }

    /// The rounding residue (尾差): the sum of the rounded lines less the rounded exact sum.
    pub(super) fn residue(&self) -> Decimal {
        self.sums.get(super::amounts::Amount::Incentives) - self.exact.round(2)
    }
}

impl<'a> Line<'a> {
    fn new(due: &'a Due, number: u32, terms: Terms<'a>) -> Line<'a> {
        let rules = &terms.rebates.words.policy.settlement;
        let dealer: &'a DealerOutcome = &due.dealer;
        Line {
            number,
            due,
            region: if dealer.region.is_empty() { terms.pick("（未填）", "(none)") } else { dealer.region.shown() },
            grade: terms.grade(dealer.grade.as_deref()),
            amounts: Amounts::of(due),
            entitled: rules.taxed(due.entitled()),
            payable: rules.taxed(due.payable()),
            exact: dealer.lines.iter().fold(Exact::ZERO, |sum, line| &sum + &exact(line)),
            is_governed: dealer.lines.iter().any(line_is_governed),
        }
    }

    /// What a programme pays; a programme may pay in several lines, a tier each.
    pub(super) fn paid_by(&self, programme: &str) -> Decimal {
        self.due.dealer.lines.iter().filter(|line| line.programme == programme).map(|line| line.amount).sum()
    }
}

/// What a line comes to before it is rounded.
fn exact(line: &PaidLine) -> Exact {
    match (line.basis, line.rate) {
        (Some(basis), Some(rate)) => &Exact::from(basis) * &Exact::from(rate),
        _ => line.amount.into(),
    }
}

/// Whether a spreadsheet program's doubles may round a line otherwise.
pub(super) fn line_is_governed(line: &PaidLine) -> bool {
    line.basis.zip(line.rate).is_some_and(|(basis, rate)| cache_governs(&exact(line), 2, double(basis) * double(rate)))
}

/// Whether they may round an amount's tax otherwise.
pub(super) fn tax_is_governed(amount: Decimal, terms: Terms<'_>) -> bool {
    let rules = &terms.rebates.words.policy.settlement;
    let factor = 1.0 + double(rules.tax_rate);
    let in_doubles = if rules.tax_included { double(amount) / factor } else { double(amount) * factor };
    cache_governs(&rules.exact_other(amount), 2, in_doubles)
}

fn programmes<'a>(dues: &'a [Due], terms: Terms<'a>) -> Vec<&'a str> {
    let mut ids: Vec<&str> = terms.rebates.words.policy.incentives.iter().map(|own| own.id.as_str()).collect();
    for line in dues.iter().flat_map(|due| &due.dealer.lines) {
        if !ids.contains(&line.programme.as_str()) {
            ids.push(&line.programme);
        }
    }
    ids.sort_by_key(|id| *id == CAP_LINE);
    ids
}
