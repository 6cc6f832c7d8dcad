//! Cliffs: where a tonne more, or a hundredth of a point, changes what a dealer is paid by more than a set sum.
//!
//! Worked out with the calculation itself, on a dealer that the policy describes; nothing here is put into words.
//!
//! Each programme alone, a tonne below and at each of its bounds, and all programmes together on both sides of each grade's bound. Amounts
//! follow tonnes at the policy's `check.yuan_a_tonne`. A programme whose rate is itself above the set sum would be one cliff throughout;
//! only its bounds are named.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::policy::{
    Basis, CAP_LINE, CliffSettings as Settings, Eligible, GRADES, Incentive, IncentiveKind, MODES, Policy,
};
use crate::programmes::incentives::{Line, lines, of_dealer};
use crate::programmes::{Dealer, DealerYear, Money, Violations};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// A step in what is paid.
#[derive(Clone, Debug)]
pub struct Cliff<'p> {
    /// Where it is.
    pub step: Step<'p>,
    /// How much more is paid behind it, yuan, 2 places.
    pub change: Decimal,
}

/// Where a step is, and for whom.
#[derive(Clone, Debug)]
pub enum Step<'p> {
    /// A hundredth of a point more reaches a grade. What all programmes together pay the reference dealer.
    Grade(AtGrade<'p>),
    /// A tonne more. What this programme alone pays.
    Tonne {
        /// The annual tonnes behind the step; a tonne less before it.
        tonnes: Decimal,
        /// What is paid.
        paid: OfProgramme<'p>,
    },
    /// A tonne of another brand beside the reference dealer's. What this programme alone pays.
    OtherBrand(OfProgramme<'p>),
}

/// The bound of a grade. It holds for each of the modes in each of the regions.
#[derive(Clone, Debug, PartialEq)]
pub struct AtGrade<'p> {
    /// The grade that is reached, by its index.
    pub upper: usize,
    /// Dealers of these modes,
    pub modes: Vec<&'static str>,
    /// of these regions, where not of all; `None` stands for those that no programme names,
    pub regions: Option<Vec<Option<&'p Key>>>,
    /// that sell only our urea, or not; `None` where that is all the same.
    pub exclusive: Option<bool>,
    /// How much more each programme pays; `cap` is the dealer's cap.
    pub parts: Vec<(&'p str, Decimal)>,
}

/// What one programme pays before and behind a step.
#[derive(Clone, Debug)]
pub struct OfProgramme<'p> {
    /// The programme.
    pub incentive: &'p Incentive,
    /// Dealers of these grades, by index; empty: whatever the grade.
    pub grades: Vec<usize>,
    /// Yuan, 2 places.
    pub before: Decimal,
    /// Yuan, 2 places.
    pub after: Decimal,
}

/// Every step of more than `settings.cliff` yuan: those of grades first, then those of each programme.
pub fn find<'p>(policy: &'p Policy, settings: &Settings) -> Vec<Cliff<'p>> {
    let mut cliffs = of_grades(policy, settings);
    for incentive in &policy.incentives {
        cliffs.extend(of_programme(incentive, settings));
    }
    cliffs.retain(|cliff| cliff.change.abs() > settings.cliff);
    cliffs
}

/// A dealer without a fault that sells so many tonnes, and so many of all brands.
fn dealer<'d>(
    settings: &Settings,
    tonnes: Decimal,
    all: Decimal,
    mode: &'d str,
    region: Option<&'d Key>,
) -> DealerYear<'d> {
    let dealer = Dealer {
        id: "",
        name: "",
        region: region.cloned().unwrap_or_default(),
        row: 0,
        channel_mode: mode,
        card: None,
        network_customer: false,
        target_tonnes: settings.target_tonnes,
        total_urea_tonnes: all,
        counts: Vec::new(),
        categories: Vec::new(),
        previous_grade: None,
        falsified_documents: false,
        deposit: Decimal::ZERO,
        last_year_tonnes: Some(settings.last_year_tonnes),
        joined_on: None,
    };
    let volume = Exact::from(tonnes);
    let amount = &volume * &Exact::from(settings.yuan_a_tonne);
    let money = Some(Box::new(Money { amount: amount.clone(), collected: amount }));
    DealerYear {
        dealer,
        months: None,
        volume,
        violations: Violations::default(),
        money,
        goes_without_plan: false,
        first_month: 0,
    }
}

fn sum(lines: &[Line<'_>]) -> Decimal {
    let mut sum: Decimal = lines.iter().map(|l| l.amount).sum();
    sum.rescale(2);
    sum
}

// ---- a hundredth of a point ----------------------------------------------------------------------------------------------

fn of_grades<'p>(policy: &'p Policy, settings: &Settings) -> Vec<Cliff<'p>> {
    let named: BTreeSet<&Key> = policy.incentives.iter().flat_map(|i| i.eligible.regions.iter().flatten()).collect();
    let regions: Vec<Option<&Key>> = named.into_iter().map(Some).chain([None]).collect();
    let mut found: Vec<AtGrade<'p>> = Vec::new();
    for upper in 0..policy.grades.len().saturating_sub(1) {
        for region in &regions {
            for modes in alike(policy, *region) {
                found.extend([false, true].map(|exclusive| {
                    let parts = parts(policy, settings, upper, modes[0], *region, exclusive);
                    let regions = Some(vec![*region]);
                    AtGrade { upper, modes: modes.clone(), regions, exclusive: Some(exclusive), parts }
                }));
            }
        }
    }
    let mut together = together(found);
    for cliff in &mut together {
        cliff.regions = cliff.regions.take().filter(|own| own.len() < regions.len());
    }
    let change = |at: &AtGrade<'_>| at.parts.iter().map(|(_, more)| *more).sum();
    together.into_iter().map(|at| Cliff { change: change(&at), step: Step::Grade(at) }).collect()
}

/// The same steps told once: those that differ in the region alone, then in the mode alone, then in selling only our urea alone.
fn together(found: Vec<AtGrade<'_>>) -> Vec<AtGrade<'_>> {
    let found = merge(
        found,
        |a| AtGrade { regions: None, ..a.clone() },
        |into, other| {
            into.regions.iter_mut().zip(other.regions).for_each(|(own, more)| own.extend(more));
        },
    );
    let found =
        merge(found, |a| AtGrade { modes: Vec::new(), ..a.clone() }, |into, other| into.modes.extend(other.modes));
    merge(found, |a| AtGrade { exclusive: None, ..a.clone() }, |into, _| into.exclusive = None)
}

fn merge<'p>(
    found: Vec<AtGrade<'p>>,
    key: impl Fn(&AtGrade<'p>) -> AtGrade<'p>,
    join: impl Fn(&mut AtGrade<'p>, AtGrade<'p>),
) -> Vec<AtGrade<'p>> {
    let mut merged: Vec<AtGrade<'p>> = Vec::new();
    for next in found {
        match merged.iter_mut().find(|other| key(other) == key(&next)) {
            Some(other) => join(other, next),
            None => merged.push(next),
        }
    }
    merged
}

/// The modes that have a scorecard, those together for which the same programmes are.
fn alike(policy: &Policy, region: Option<&Key>) -> Vec<Vec<&'static str>> {
    let admits = |i: &Incentive, mode: &str| i.eligible.may_admit(mode, region.unwrap_or_default());
    let programmes = |mode: &str| -> Vec<bool> { policy.incentives.iter().map(|i| admits(i, mode)).collect() };
    let mut groups: Vec<(Vec<bool>, Vec<&'static str>)> = Vec::new();
    for mode in MODES.into_iter().filter(|mode| policy.card_of(mode).is_some()) {
        let own = programmes(mode);
        match groups.iter_mut().find(|(other, _)| *other == own) {
            Some((_, modes)) => modes.push(mode),
            None => groups.push((own, vec![mode])),
        }
    }
    groups.into_iter().map(|(_, modes)| modes).collect()
}

/// How much more each programme pays the reference dealer in a grade than in the next lower one.
fn parts<'p>(
    policy: &'p Policy,
    settings: &Settings,
    upper: usize,
    mode: &str,
    region: Option<&Key>,
    exclusive: bool,
) -> Vec<(&'p str, Decimal)> {
    let others = if exclusive { Decimal::ZERO } else { Decimal::ONE };
    let year = dealer(settings, settings.tonnes, settings.tonnes + others, mode, region);
    let paid = |grade: usize| of_dealer(policy, Some(&policy.grades[grade].id), &year).0;
    let (before, after) = (paid(upper + 1), paid(upper));
    let of = |lines: &[Line<'p>], id: &str| -> Decimal {
        lines.iter().filter(|l| l.programme == id).map(|l| l.amount).sum()
    };
    let ids = policy.incentives.iter().map(|i| i.id.as_str()).chain([CAP_LINE]);
    ids.map(|id| (id, of(&after, id) - of(&before, id))).filter(|(_, more)| !more.is_zero()).collect()
}

// ---- a tonne -------------------------------------------------------------------------------------------------------------

fn of_programme<'p>(incentive: &'p Incentive, settings: &Settings) -> Vec<Cliff<'p>> {
    let Eligible { modes, regions, .. } = &incentive.eligible;
    let mode = modes.iter().flatten().next().map_or(MODES[0], String::as_str);
    let region = regions.iter().flatten().next();
    let pays = |grade: Option<&str>, tonnes: Decimal, others: Decimal| {
        let year = dealer(settings, tonnes, tonnes + others, mode, region);
        lines(incentive, grade, &year).map_or(Decimal::new(0, 2), |lines| sum(&lines))
    };
    let one = Decimal::ONE;
    let bounds: BTreeSet<Decimal> = grades_of(incentive)
        .iter()
        .flat_map(|grade| bounds(incentive, settings, &|tonnes| pays(*grade, tonnes, Decimal::ZERO)))
        .collect();
    let mut cliffs = Vec::new();
    for tonnes in bounds {
        let step = |grade: Option<&str>| (pays(grade, tonnes - one, Decimal::ZERO), pays(grade, tonnes, Decimal::ZERO));
        let steps = by_grade(incentive, step).into_iter();
        cliffs.extend(steps.map(|paid| Cliff { change: paid.after - paid.before, step: Step::Tonne { tonnes, paid } }));
    }
    if let IncentiveKind::ExclusiveSale { .. } = incentive.kind {
        let step =
            |grade: Option<&str>| (pays(grade, settings.tonnes, Decimal::ZERO), pays(grade, settings.tonnes, one));
        let steps = by_grade(incentive, step).into_iter();
        cliffs.extend(steps.map(|paid| Cliff { change: paid.after - paid.before, step: Step::OtherBrand(paid) }));
    }
    cliffs
}

/// The grades that a programme distinguishes; only “none” where it says none.
fn grades_of(incentive: &Incentive) -> Vec<Option<&'static str>> {
    if incentive.is_bound_to_grades() || mixes_grades(incentive) {
        GRADES.iter().map(|g| Some(*g)).collect()
    } else {
        vec![None]
    }
}

/// Whether a fixed sum is for one grade and a rate for all, or the other way round.
fn mixes_grades(incentive: &Incentive) -> bool {
    matches!(&incentive.kind, IncentiveKind::ExclusiveSale { fixed, rate } if [fixed, rate].iter().any(|f| f.iter().any(|(g, _)| g.is_some())))
}

/// The step of each grade, those of the same step together.
fn by_grade<'p>(incentive: &'p Incentive, step: impl Fn(Option<&str>) -> (Decimal, Decimal)) -> Vec<OfProgramme<'p>> {
    let mut steps: Vec<OfProgramme<'p>> = Vec::new();
    for (index, grade) in grades_of(incentive).into_iter().enumerate() {
        let (before, after) = step(grade);
        let grades: Vec<usize> = grade.map(|_| index).into_iter().collect();
        match steps.iter_mut().find(|other| (other.before, other.after) == (before, after)) {
            Some(together) => together.grades.extend(grades),
            None => steps.push(OfProgramme { incentive, grades, before, after }),
        }
    }
    steps
}

/// The annual tonnes at which a programme may pay more than a tonne less would lead one to expect.
fn bounds(incentive: &Incentive, settings: &Settings, pays: &dyn Fn(Decimal) -> Decimal) -> Vec<Decimal> {
    let mut bounds = match &incentive.kind {
        IncentiveKind::Tiered { basis: Basis::Tonnes, tiers, .. } => tiers.iter().map(|tier| tier.from).collect(),
        IncentiveKind::Tiered { basis: Basis::Amount, tiers, .. } => {
            tiers.iter().map(|tier| (tier.from / settings.yuan_a_tonne).ceil()).collect()
        }
        IncentiveKind::Growth { from_percent, .. } => {
            let share = Decimal::ONE + from_percent / Decimal::ONE_HUNDRED;
            vec![(settings.last_year_tonnes * share).ceil()]
        }
        IncentiveKind::ExclusiveSale { .. } => vec![Decimal::ONE],
        _ => Vec::new(),
    };
    if incentive.minimum.is_some() {
        bounds.extend(first_paid(pays));
    }
    bounds.retain(|bound| *bound >= Decimal::ONE);
    bounds
}

/// The fewest whole tonnes for which anything is paid.
fn first_paid(pays: &dyn Fn(Decimal) -> Decimal) -> Option<Decimal> {
    const TONNES_MAX: i64 = 1_000_000_000;
    let is_paid = |tonnes: i64| pays(Decimal::from(tonnes)) > Decimal::ZERO;
    let mut high = 1;
    while !is_paid(high) {
        high *= 2;
        if high > TONNES_MAX {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_paid(middle) { high = middle } else { low = middle }
    }
    Some(Decimal::from(high))
}
