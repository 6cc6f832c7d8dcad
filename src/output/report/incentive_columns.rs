//! The columns of 激励结果: facts about the dealer, then what each programme of the policy multiplies, its rate and its amount.

use super::layout::{Group, Look};
use dealerbook_engine::policy::{Basis, Incentive, IncentiveKind, Method, Policy};
use dealerbook_engine::programmes::incentives::Unit;
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::list;
use dealerbook_engine::sheet::words::Words;

/// The key of a programme's column, by the programme's index and the part that stands in it.
pub fn key(n: usize, part: &str) -> String {
    format!("{n}:{part}")
}

/// The programme and the part of a key.
pub fn parse(key: &str) -> Option<(usize, &str)> {
    let (n, part) = key.split_once(':')?;
    Some((n.parse().ok()?, part))
}

/// How many columns hold what is multiplied, where it doesn't stand among the facts already.
pub fn bases(incentive: &Incentive) -> usize {
    match &incentive.kind {
        IncentiveKind::AboveTarget { .. } | IncentiveKind::Growth { .. } => 1,
        IncentiveKind::Tiered { method: Method::Marginal, tiers, .. } => tiers.len(),
        _ => 0,
    }
}

/// Whether the rate has a column: that of a marginal tier stands above its slice.
pub fn has_rate(incentive: &Incentive) -> bool {
    match &incentive.kind {
        IncentiveKind::NoViolation { .. } | IncentiveKind::Tiered { method: Method::Marginal, .. } => false,
        IncentiveKind::ExclusiveSale { rate, .. } => !rate.is_empty(),
        _ => true,
    }
}

/// Whether what is earned before cap and minimum has a column of its own.
pub fn has_earned(incentive: &Incentive) -> bool {
    incentive.cap.is_some() || incentive.minimum.is_some()
}

/// All columns: what people read, then what it derives from.
pub fn columns(words: Words<'_>) -> Columns {
    let mut columns = Columns::default();
    results(words, &mut columns);
    facts(words, &mut columns);
    for (n, incentive) in words.policy.incentives.iter().enumerate() {
        programme(words, &mut columns, n, incentive);
    }
    columns.add("entitlements", words.lang.pick("其他权益", "Other entitlements"), 60.0, Look::Text, Group::OtherBasis);
    columns
}

/// Who it is, what it is paid by each programme, and why not.
fn results(words: Words<'_>, columns: &mut Columns) {
    list::number_rows(columns, words.lang);
    let mut add = |key: &str, zh, en, width, look, group| columns.add(key, words.lang.pick(zh, en), width, look, group);
    add("id", "经销商编号", "Dealer ID", 12.0, Look::Text, Group::Identity);
    add("name", "经销商名称", "Name", 26.0, Look::Text, Group::Identity);
    add("region", "区域", "Region", 10.0, Look::Text, Group::Identity);
    add("grade", "评级", "Grade", 13.0, Look::Centre, Group::Result);
    add("total", "激励合计（元）", "Incentives (yuan)", 17.0, Look::Money, Group::Result);
    add("disqualified", "取消资格", "Disqualified", 13.0, Look::Centre, Group::Result);
    for (n, incentive) in words.policy.incentives.iter().enumerate() {
        columns.add(key(n, "amount"), amount_label(words, incentive), 15.0, Look::Money, Group::Result);
    }
    let mut add =
        |key: &str, zh, en, width, look| columns.add(key, words.lang.pick(zh, en), width, look, Group::Result);
    if words.policy.dealer_cap.is_some() {
        add("cap", "经销商封顶扣减（元）", "Taken off by the dealer's cap (yuan)", 16.0, Look::Money);
    }
    add("deposit", "没收保证金（元）", "Forfeited deposit (yuan)", 15.0, Look::Money);
    add("unpaid", "未得原因", "Why not paid", 60.0, Look::Wrap);
}

/// What a programme pays, with its limits.
fn amount_label(words: Words<'_>, incentive: &Incentive) -> String {
    let amount = format!("{}\n{}", incentive.title.pick(words.lang), words.lang.pick("金额（元）", "amount (yuan)"));
    match has_earned(incentive) {
        true => format!("{amount}\n{}", words.limits(incentive).join(words.lang.pick("，", ", "))),
        false => amount,
    }
}

fn programme(words: Words<'_>, columns: &mut Columns, n: usize, incentive: &Incentive) {
    let group = if n.is_multiple_of(2) { Group::Basis } else { Group::OtherBasis };
    let name = incentive.title.pick(words.lang);
    let mut add = |part: &str, label: &str, look| {
        columns.add(key(n, part), format!("{name}\n{label}"), 16.0, look, group);
    };
    if let IncentiveKind::Tiered { basis, tiers, method: Method::Marginal } = &incentive.kind {
        let look = if *basis == Basis::Tonnes { Look::Tonnes } else { Look::Money };
        for (k, tier) in tiers.iter().enumerate() {
            let rate = words.figure(tier.rate, Unit::of(incentive));
            add(&format!("basis{k}"), &format!("{}\n× {rate}", words.slice(tiers, k, *basis)), look);
        }
    } else if bases(incentive) > 0 {
        add("basis0", words.lang.pick("基数（吨）", "basis (t)"), Look::Tonnes);
    }
    if has_rate(incentive) {
        match Unit::of(incentive) {
            Unit::Share => add("rate", words.lang.pick("标准（金额的 %）", "rate (% of the amount)"), Look::Share),
            _ => add("rate", words.lang.pick("标准（元/吨）", "rate (yuan/t)"), Look::Rate),
        }
    }
    if has_earned(incentive) {
        add("earned", words.lang.pick("应计（元）", "earned (yuan)"), Look::Money);
    }
}

/// What the programmes look at; some of it only where a programme of the policy does.
fn facts(words: Words<'_>, columns: &mut Columns) {
    let mut add = |key: &str, zh, en, width, look, group| columns.add(key, words.lang.pick(zh, en), width, look, group);
    let needs = Needs::of(words.policy);
    if needs.mode {
        add("mode", "合作方式", "Channel mode", 21.0, Look::Text, Group::Basis);
    }
    add("volume", "年销量（吨）", "Annual tonnes", 13.0, Look::Tonnes, Group::Basis);
    add("target", "年度目标（吨）", "Target (t)", 13.0, Look::Tonnes, Group::Basis);
    add("all", "各品牌尿素总销量（吨）", "Urea of all brands (t)", 14.0, Look::Tonnes, Group::Basis);
    if needs.last_year {
        add("last_year", "上年销量（吨）", "Last year's tonnes", 13.0, Look::Tonnes, Group::Basis);
    }
    if needs.amount {
        add(
            "sales",
            "发货金额（元，发货流水合计）",
            "Amount shipped (yuan, sum of the shipments)",
            17.0,
            Look::Money,
            Group::Basis,
        );
    }
    if needs.collected {
        add(
            "collected",
            "按期回款（元，应收账款合计）",
            "Collected in term (yuan, sum of the receivables)",
            17.0,
            Look::Money,
            Group::Basis,
        );
    }
    add("price", "价格违规次数", "Price violations", 11.0, Look::Count, Group::Basis);
    add("promotion", "推广违规次数", "Promotion violations", 11.0, Look::Count, Group::Basis);
    add("cross_region", "跨区违规次数", "Cross-region violations", 13.0, Look::Count, Group::Basis);
}

/// The facts that only some policies look at.
pub struct Needs {
    /// The channel mode.
    pub mode: bool,
    /// Last year's tonnes.
    pub last_year: bool,
    /// The amount of the shipments.
    pub amount: bool,
    /// What was collected in term.
    pub collected: bool,
}

impl Needs {
    /// Those of a policy.
    pub fn of(policy: &Policy) -> Self {
        let any = |is: fn(&Incentive) -> bool| policy.incentives.iter().any(is);
        Self {
            mode: any(|i| i.eligible.modes.is_some()),
            last_year: any(Incentive::needs_last_year),
            amount: any(Incentive::needs_amount),
            collected: any(Incentive::needs_receivables),
        }
    }
}
