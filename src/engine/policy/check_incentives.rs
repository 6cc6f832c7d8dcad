//! What can be wrong with incentive programmes.

use rust_decimal::Decimal;

use super::check::{GRADES, MODES, no_violation, unique};
use super::fault::{fault, of_part};
use super::{Basis, Fault, Figures, Incentive, IncentiveKind, Policy, Tier};

/// No sum, rate or bound is above this: a thousand million.
const FIGURE_MAX: i64 = 1_000_000_000;

/// The line that takes off what is above the dealer's cap; no programme may be called so.
pub const CAP_LINE: &str = "cap";

pub(super) fn check(policy: &Policy, faults: &mut Vec<Fault>) {
    of_part("incentives", faults, |faults| {
        unique(("激励项目", "incentive"), policy.incentives.iter().map(|i| &i.id), faults);
    });
    for (n, incentive) in policy.incentives.iter().enumerate() {
        let own = of_incentive(incentive);
        let (place, part) = (format!("incentive {}", incentive.id), format!("incentives.{n}"));
        faults.extend(own.into_iter().map(|fault| fault.at(&place).in_part(&part)));
    }
    if let Some(cap) = &policy.dealer_cap {
        let mut own = Vec::new();
        figures(cap, true, &mut own);
        faults.extend(own.into_iter().map(|fault| fault.at("dealer_cap").in_part("dealer_cap")));
    }
}

fn of_incentive(incentive: &Incentive) -> Vec<Fault> {
    let mut faults = Vec::new();
    if incentive.id == CAP_LINE {
        faults.push(fault!(
            "`cap` 是封顶行的名称，请另取 id",
            "`cap` is the line of the dealer's cap: choose another id"
        ));
    }
    known(("评级", "grade"), &incentive.eligible.grades, &GRADES, &mut faults);
    known(("合作方式", "mode"), &incentive.eligible.modes, &MODES, &mut faults);
    if incentive.eligible.regions.as_ref().is_some_and(Vec::is_empty) {
        faults.push(fault!(
            "regions 为空，没有人适用；请删去或写明区域",
            "regions is empty, so nobody is paid: name some or take it out"
        ));
    }
    limits(incentive, &mut faults);
    kind(incentive, &mut faults);
    faults
}

fn known(what: (&str, &str), names: &Option<Vec<String>>, known: &[&str], faults: &mut Vec<Fault>) {
    let Some(names) = names else { return };
    if names.is_empty() {
        faults.push(Fault::new(
            format!("{}清单为空，没有人适用；请删去或写明", what.0),
            format!("its list of {}s is empty, so nobody is paid: name some or take it out", what.1),
        ));
    }
    for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
        let all = known.join(", ");
        faults.push(Fault::new(
            format!("没有 {name} 这种{}；可写 {all}", what.0),
            format!("there is no {} {name}; there are {all}", what.1),
        ));
    }
}

fn limits(incentive: &Incentive, faults: &mut Vec<Fault>) {
    for (key, sum) in [("cap", incentive.cap), ("minimum", incentive.minimum)] {
        let Some(sum) = sum else { continue };
        of_part(key, faults, |faults| {
            if sum <= Decimal::ZERO {
                faults.push(fault!(
                    "{} {} 须大于 0；不需要时请删去",
                    "{} {} must be above 0; take it out if there is none",
                    key,
                    sum
                ));
            }
            money(key, sum, faults);
        });
    }
    if let (Some(cap), Some(minimum)) = (incentive.cap, incentive.minimum)
        && minimum > cap
    {
        faults.push(fault!("起付额 {} 大于上限 {}", "the minimum {} is above the cap {}", minimum, cap));
    }
}

fn money(what: &str, sum: Decimal, faults: &mut Vec<Fault>) {
    bounded(what, sum, faults);
    if sum.normalize().scale() > 2 {
        faults.push(fault!("{} {} 最多两位小数", "{} {} has more than 2 decimals", what, sum));
    }
}

fn bounded(what: &str, figure: Decimal, faults: &mut Vec<Fault>) {
    if figure < Decimal::ZERO || figure > Decimal::from(FIGURE_MAX) {
        faults.push(fault!(
            "{} {} 不在 0 至 1,000,000,000 之间",
            "{} {} is not between 0 and 1,000,000,000",
            what,
            figure
        ));
    }
}

fn figures(figures: &Figures, is_money: bool, faults: &mut Vec<Fault>) {
    for (grade, figure) in figures.iter() {
        if let Some(grade) = grade.filter(|grade| !GRADES.contains(grade)) {
            faults.push(fault!("没有评级 {}", "there is no grade {}", grade));
        }
        let what = grade.unwrap_or("-");
        if is_money { money(what, figure, faults) } else { bounded(what, figure, faults) }
    }
}

fn kind(incentive: &Incentive, faults: &mut Vec<Fault>) {
    match &incentive.kind {
        IncentiveKind::AboveTarget { rate } => figures(rate, false, faults),
        IncentiveKind::Commission { basis: Basis::Tonnes, rate } => figures(rate, false, faults),
        IncentiveKind::Growth { from_percent, rate } => {
            bounded("from_percent", *from_percent, faults);
            figures(rate, false, faults);
        }
        IncentiveKind::Commission { basis: Basis::Amount, rate } | IncentiveKind::PromptPayment { rate } => {
            figures(rate, false, faults);
            rate.iter().for_each(|(_, share)| at_most_all(share, faults));
        }
        IncentiveKind::ExclusiveSale { fixed, rate } => {
            figures(fixed, true, faults);
            figures(rate, false, faults);
            let both = GRADES.iter().filter(|g| fixed.of(Some(g)).is_some() && rate.of(Some(g)).is_some());
            faults.extend(both.map(|g| fault!("{} 既有固定金额又有费率", "{} has both a fixed sum and a rate", g)));
        }
        IncentiveKind::NoViolation { violations, fixed } => {
            if violations.is_empty() {
                faults.push(fault!("violations 为空", "violations is empty: name the kinds"));
            }
            let unknown = violations.iter().filter(|v| !super::check::VIOLATIONS.contains(&v.as_str()));
            faults.extend(unknown.map(|v| no_violation(v)));
            figures(fixed, true, faults);
        }
        IncentiveKind::Tiered { basis, tiers, .. } => of_tiers(*basis, tiers, faults),
    }
}

fn of_tiers(basis: Basis, tiers: &[Tier], faults: &mut Vec<Fault>) {
    if tiers.is_empty() {
        faults.push(fault!("tiers 为空", "tiers is empty"));
    }
    for (n, pair) in tiers.windows(2).enumerate().filter(|(_, pair)| pair[0].from >= pair[1].from) {
        let fault = fault!(
            "各档下限须递增：{} 之后是 {}",
            "the tiers' bounds must rise: {} comes before {}",
            pair[0].from,
            pair[1].from
        );
        faults.push(fault.in_part(&format!("tiers.{}", n + 1)));
    }
    for (n, tier) in tiers.iter().enumerate() {
        of_part(&format!("tiers.{n}"), faults, |faults| {
            bounded("from", tier.from, faults);
            bounded("rate", tier.rate, faults);
            if basis == Basis::Amount {
                at_most_all(tier.rate, faults);
            }
        });
    }
}

fn at_most_all(share: Decimal, faults: &mut Vec<Fault>) {
    if share > Decimal::ONE {
        let percent = (share * Decimal::ONE_HUNDRED).normalize();
        faults.push(fault!("百分数 {} 大于 100", "{} percent is more than the whole amount", percent));
    }
}
