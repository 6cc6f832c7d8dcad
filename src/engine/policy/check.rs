//! What can be wrong with a policy: every fault at once, a sentence each.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::fault::{fault, of_part};
use super::{Band, Characteristic, Fault, ModeCard, Policy, Rule, Scorecard, check_incentives, section};

/// The channel modes and grades of the contract.
pub(crate) const MODES: [&str; 7] = [
    "general_agency",
    "joint_sales_agency",
    "joint_venture_agency",
    "general_distributor",
    "regional_distributor",
    "direct_store",
    "chain_store",
];
pub(crate) const GRADES: [&str; 4] = ["core", "key", "ordinary", "problem"];
/// The kinds of violation.
pub const VIOLATIONS: [&str; 3] = ["price", "promotion", "cross_region"];

/// So long is an id or a version.
const NAME_CHARS_MAX: usize = 64;

/// The market classes, as the dealers sheet has them.
const MARKET_CLASSES: [&str; 3] = ["A", "B", "C"];

pub(super) fn faults(policy: &Policy) -> Vec<Fault> {
    let mut faults = Vec::new();
    name("id", &policy.id, &mut faults);
    name("version", &policy.version, &mut faults);
    effective(policy, &mut faults);
    of_part("modes", &mut faults, |faults| modes(policy, faults));
    of_part("scorecards", &mut faults, |faults| {
        unique(("考核表", "scorecard"), policy.scorecards.iter().map(|c| &c.id), faults);
    });
    of_part("grades", &mut faults, |faults| grades(policy, faults));
    for (n, card) in policy.scorecards.iter().enumerate() {
        of_part(&format!("scorecards.{n}"), &mut faults, |faults| scorecard(policy, card, faults));
    }
    check_incentives::check(policy, &mut faults);
    faults.extend(policy.check.iter().flat_map(|settings| settings.faults()));
    let unknown = policy.market_classes.iter().filter(|(_, class)| !MARKET_CLASSES.contains(&class.as_str()));
    faults.extend(unknown.map(|(region, class)| {
        fault!(
            "market_classes：区域“{}”的市场分类“{}”须为 A、B 或 C",
            "market_classes: the class of {} is {}; it must be A, B or C",
            region,
            class
        )
        .in_part(&format!("market_classes.{region}"))
    }));
    let unknown = policy.market_strategies.keys().filter(|class| !MARKET_CLASSES.contains(&class.as_str()));
    faults.extend(unknown.map(|class| {
        fault!(
            "market_strategies：没有 {} 这类市场；可写 A、B、C",
            "market_strategies: there is no class {}; there are A, B, C",
            class
        )
        .in_part(&format!("market_strategies.{class}"))
    }));
    faults.extend(section::faults(policy));
    faults
}

/// Ids and versions stand in addresses and file names.
fn name(key: &str, name: &str, faults: &mut Vec<Fault>) {
    let is_fine = |c: char| !c.is_control() && !c.is_whitespace() && !r#"/\?#%*:"<>|"#.contains(c);
    let sound = !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && name.chars().all(is_fine);
    if !sound || name.ends_with(".xlsx") || name.starts_with('.') {
        let fault = fault!(
            "{} “{}”须为 1 至 64 个字符，不含空格和 / \\ ? # % * : \" < > |，不以 . 开头或以 .xlsx 结尾",
            "{} “{}” must have 1 to 64 characters, no space and none of / \\ ? # % * : \" < > |, and neither begin with . nor end with .xlsx",
            key,
            name
        );
        faults.push(fault.in_part(key));
    }
}

fn effective(policy: &Policy, faults: &mut Vec<Fault>) {
    if let (Some(from), Some(to)) = (policy.effective_from, policy.effective_to)
        && to < from
    {
        let fault = fault!(
            "失效日期 effective_to {} 早于生效日期 effective_from {}",
            "effective_to {} is before effective_from {}",
            to,
            from
        );
        faults.push(fault.in_part("effective_to"));
    }
}

fn modes(policy: &Policy, faults: &mut Vec<Fault>) {
    for mode in MODES {
        of_part(mode, faults, |faults| match policy.modes.get(mode) {
            None => faults.push(fault!(
                "modes：没有写 {}；请写考核表的 id，或写 false 表示不考核",
                "mode {} has neither a scorecard nor false",
                mode
            )),
            Some(ModeCard::None(true)) => faults.push(fault!(
                "modes：{} 不能写 true；请写考核表的 id，或写 false",
                "mode {} is true; give a scorecard or false",
                mode
            )),
            Some(ModeCard::Card(id)) if policy.scorecards.iter().all(|c| c.id != *id) => {
                faults.push(fault!("modes：{} 对应的考核表 {} 不存在", "mode {}: there is no scorecard {}", mode, id))
            }
            Some(_) => {}
        });
    }
    let unknown = policy.modes.keys().filter(|m| !MODES.contains(&m.as_str()));
    faults.extend(unknown.map(|m| fault!("modes：没有 {} 这种合作方式", "there is no mode {}", m).in_part(m)));
}

fn grades(policy: &Policy, faults: &mut Vec<Fault>) {
    let ids: Vec<&str> = policy.grades.iter().map(|g| g.id.as_str()).collect();
    if ids != GRADES {
        faults.push(fault!(
            "评级为 {}；必须依次为 {}",
            "the grades are {}; they must be {}",
            ids.join(", "),
            GRADES.join(", ")
        ));
    }
    for (n, pair) in policy.grades.windows(2).enumerate() {
        let above = match (pair[0].from, pair[1].from) {
            (Some(upper), Some(lower)) => upper > lower,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !above {
            let fault =
                fault!("评级 {} 的下限必须高于评级 {}", "grade {} must begin above grade {}", pair[0].id, pair[1].id);
            faults.push(fault.in_part(&format!("{n}.from")));
        }
    }
    if policy.grades.last().is_some_and(|g| g.from.is_some()) {
        let fault = fault!(
            "最后一级包括其余所有得分，不能有下限 from",
            "the last grade must take the rest: it has a lower bound"
        );
        faults.push(fault.in_part(&format!("{}.from", policy.grades.len() - 1)));
    }
    for (n, grade) in policy.grades.iter().enumerate() {
        let nameless = grade.entitlements.iter().filter(|e| !policy.entitlements.contains_key(*e));
        let reported = nameless.map(|e| fault!("权益 {} 没有名称", "entitlement {} has no name", e));
        faults.extend(reported.map(|fault| fault.in_part(&format!("{n}.entitlements"))));
    }
}

fn scorecard(policy: &Policy, card: &Scorecard, faults: &mut Vec<Fault>) {
    let sum: Decimal = card.characteristics.iter().map(|c| c.weight).sum();
    if sum != Decimal::ONE_HUNDRED {
        faults.push(fault!(
            "考核表 {}：权重合计为 {}，应为 100",
            "scorecard {}: the weights come to {} instead of 100",
            card.id,
            sum
        ));
    }
    let place = (format!("考核表 {}：指标", card.id), format!("scorecard {}: characteristic", card.id));
    of_part("characteristics", faults, |faults| {
        unique((&place.0, &place.1), card.characteristics.iter().map(|c| &c.id), faults);
    });
    for (n, c) in card.characteristics.iter().enumerate() {
        let mut own = Vec::new();
        if !policy.characteristics.contains_key(&c.id) {
            own.push(fault!("没有名称", "it has no name"));
        }
        if c.weight <= Decimal::ZERO {
            own.push(fault!("权重 {} 须大于 0", "the weight {} is not above 0", c.weight));
        }
        rule(c, &mut own);
        let (place, part) = (format!("scorecard {}, {}", card.id, c.id), format!("characteristics.{n}"));
        faults.extend(own.into_iter().map(|fault| fault.at(&place).in_part(&part)));
    }
}

fn rule(c: &Characteristic, faults: &mut Vec<Fault>) {
    match &c.rule {
        Rule::Rank { bands } => {
            if bands.first().is_none_or(|b| b.from != 1) {
                faults.push(fault!("第一档必须从第 1 名起", "the first band must begin at rank 1"));
            }
            ordered(bands, |a, b| a < b, faults);
            points(c.weight, bands.iter().map(|b| (b.points, &b.reason)), faults);
        }
        Rule::Count { bands } => {
            if bands.last().is_none_or(|b| b.from != 0) {
                faults.push(fault!("最后一档必须从 0 起", "the last band must begin at 0"));
            }
            ordered(bands, |a, b| a > b, faults);
            points(c.weight, bands.iter().map(|b| (b.points, &b.reason)), faults);
        }
        Rule::Category { values } => {
            unique(("取值", "value"), values.iter().map(|v| &v.value), faults);
            points(c.weight, values.iter().map(|v| (v.points, &v.reason)), faults);
        }
        Rule::Exclusivity { full_at, step, points_a_step } => {
            if [full_at, step, points_a_step].iter().any(|x| **x <= Decimal::ZERO) {
                faults.push(fault!(
                    "full_at、step、points_a_step 都须大于 0",
                    "full_at, step and points_a_step must be above 0"
                ));
            }
        }
        Rule::Evenness => {}
        Rule::Violations { violation, points_each } => {
            if !VIOLATIONS.contains(&violation.as_str()) {
                faults.push(no_violation(violation));
            }
            if *points_each <= Decimal::ZERO {
                faults.push(fault!("points_each 须大于 0", "points_each must be above 0"));
            }
        }
    }
}

pub(super) fn no_violation(kind: &str) -> Fault {
    let known = VIOLATIONS.join(", ");
    fault!("没有 {} 这种违规；可写 {}", "there is no violation {}; there are {}", kind, known)
}

/// Bands are lower bounds, so they neither gap nor overlap as long as they are in strict order.
fn ordered(bands: &[Band], in_order: fn(i64, i64) -> bool, faults: &mut Vec<Fault>) {
    for (n, pair) in bands.windows(2).enumerate().filter(|(_, pair)| !in_order(pair[0].from, pair[1].from)) {
        let fault = fault!(
            "从 {} 和从 {} 起的两档重叠或顺序不对",
            "the bands from {} and from {} overlap or stand in the wrong order",
            pair[0].from,
            pair[1].from
        );
        faults.push(fault.in_part(&format!("bands.{}", n + 1)));
    }
}

/// The best comes first and earns the whole weight; points fall from band to band; reasons differ.
fn points<'r>(weight: Decimal, bands: impl Iterator<Item = (Decimal, &'r String)>, faults: &mut Vec<Fault>) {
    let bands: Vec<_> = bands.collect();
    if bands.first().is_none_or(|(best, _)| *best != weight) {
        faults.push(fault!("最高一档的得分必须等于权重 {}", "the best band must earn the weight, {}", weight));
    }
    if bands.windows(2).any(|pair| pair[0].0 <= pair[1].0) {
        faults.push(fault!("得分必须逐档递减", "points must fall from band to band"));
    }
    unique(("原因代码", "reason"), bands.iter().map(|(_, reason)| *reason), faults);
}

pub(super) fn unique<'n>(what: (&str, &str), names: impl Iterator<Item = &'n String>, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for name in names.filter(|name| !seen.insert(name.as_str())) {
        faults.push(Fault::new(format!("{} {name} 重复", what.0), format!("{} {name} stands twice", what.1)));
    }
}
