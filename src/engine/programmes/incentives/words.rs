//! Incentive programmes in words: what each pays, whom, and within which bounds.

use rust_decimal::Decimal;

use crate::policy::{Basis, Eligible, Figures, Incentive, IncentiveKind, Method, Tier};
use crate::sheet::{Words, percent};
use dealerbook_base::key::Key;

/// What a programme's rate is given in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Yuan.
    Yuan,
    /// Yuan a tonne.
    YuanATonne,
    /// A share of an amount.
    Share,
}

impl Unit {
    /// What a programme's rates are given in.
    pub fn of(incentive: &Incentive) -> Self {
        use IncentiveKind::{Commission, PromptPayment, Tiered};
        match &incentive.kind {
            Tiered { basis: Basis::Amount, .. } | Commission { basis: Basis::Amount, .. } | PromptPayment { .. } => {
                Unit::Share
            }
            _ => Unit::YuanATonne,
        }
    }
}

fn plain(x: Decimal) -> String {
    x.normalize().to_string()
}

impl Words<'_> {
    /// A figure with its unit: 30 元/吨, 1.5%
    pub fn figure(&self, x: Decimal, unit: Unit) -> String {
        match unit {
            Unit::Yuan => format!("{} {}", plain(x), self.lang.pick("元", "yuan")),
            Unit::YuanATonne => format!("{} {}", plain(x), self.lang.pick("元/吨", "yuan/t")),
            Unit::Share => percent(x),
        }
    }

    /// A programme in a cell: what it pays for, its figures, whom it pays, its minimum and its cap.
    pub fn incentive(&self, incentive: &Incentive) -> String {
        let mut parts: Vec<String> = self.terms(incentive).into_iter().collect();
        parts.extend(self.kinds_figures(incentive));
        parts.extend(self.eligible(&incentive.eligible));
        parts.extend(self.limits(incentive));
        parts.join(self.lang.pick("；", "; "))
    }

    /// The dealer's cap.
    pub fn dealer_cap(&self, cap: &Figures) -> String {
        self.by_grade(cap, Unit::Yuan).join(self.lang.pick("；", "; "))
    }

    /// What the kinds that the handbook's table doesn't show are paid for.
    fn terms(&self, incentive: &Incentive) -> Option<String> {
        let (zh, en) = match &incentive.kind {
            IncentiveKind::AboveTarget { .. }
            | IncentiveKind::ExclusiveSale { .. }
            | IncentiveKind::NoViolation { .. } => return None,
            IncentiveKind::Tiered { method: Method::Marginal, .. } => {
                ("各档之间的部分按该档标准计", "each slice at its own rate")
            }
            IncentiveKind::Tiered { .. } => ("全部按已达到的一档计", "the whole at the rate of the tier reached"),
            IncentiveKind::Growth { from_percent, .. } => {
                let threshold = plain(*from_percent);
                return Some(match self.lang {
                    dealerbook_base::lang::Lang::Zh => {
                        format!("比上年增长 {threshold}% 及以上时，按增长的吨数计；上年为 0 的不计")
                    }
                    dealerbook_base::lang::Lang::En => {
                        format!(
                            "on the tonnes above last year's, from {threshold}% of growth on; none where last year's are 0"
                        )
                    }
                });
            }
            IncentiveKind::Commission { basis: Basis::Tonnes, .. } => ("按年销量计", "on the annual tonnes"),
            IncentiveKind::Commission { .. } => ("按发货金额计", "on the amount of the shipments"),
            IncentiveKind::PromptPayment { .. } => (
                "按本年度内在到期日当天或之前收回的货款计（应收账款）",
                "on what was collected in the period on or before its due date (receivables)",
            ),
        };
        Some(self.lang.pick(zh, en).to_owned())
    }

    fn kinds_figures(&self, incentive: &Incentive) -> Vec<String> {
        let unit = Unit::of(incentive);
        match &incentive.kind {
            IncentiveKind::Tiered { basis, tiers, .. } => (0..tiers.len())
                .map(|n| format!("{} → {}", self.slice(tiers, n, *basis), self.figure(tiers[n].rate, unit)))
                .collect(),
            IncentiveKind::NoViolation { fixed, .. } => self.by_grade(fixed, Unit::Yuan),
            IncentiveKind::ExclusiveSale { fixed, rate } => {
                let mut figures = self.by_grade(fixed, Unit::Yuan);
                figures.extend(self.by_grade(rate, unit));
                figures
            }
            IncentiveKind::AboveTarget { rate }
            | IncentiveKind::Growth { rate, .. }
            | IncentiveKind::Commission { rate, .. }
            | IncentiveKind::PromptPayment { rate } => self.by_grade(rate, unit),
        }
    }

    /// Figures with the names of their grades, in the order of the grades.
    fn by_grade(&self, figures: &Figures, unit: Unit) -> Vec<String> {
        if let Figures::Flat(figure) = figures {
            return vec![self.figure(*figure, unit)];
        }
        let of = |g: &crate::policy::Grade| {
            Some(format!("{} {}", g.title.pick(self.lang), self.figure(figures.of(Some(&g.id))?, unit)))
        };
        self.policy.grades.iter().filter_map(of).collect()
    }

    /// What lies in a tier: 100–500 吨, 1500 吨以上
    pub fn slice(&self, tiers: &[Tier], n: usize, basis: Basis) -> String {
        let unit = match basis {
            Basis::Tonnes => self.lang.pick("吨", "t"),
            Basis::Amount => self.lang.pick("元", "yuan"),
        };
        let from = plain(tiers[n].from);
        match (tiers.get(n + 1), self.lang) {
            (Some(next), _) => format!("{from}–{} {unit}", plain(next.from)),
            (None, dealerbook_base::lang::Lang::Zh) => format!("{from} {unit}以上"),
            (None, dealerbook_base::lang::Lang::En) => format!("{from} {unit} and above"),
        }
    }

    /// Whom a programme pays, where it is not everybody.
    pub fn eligible(&self, eligible: &Eligible) -> Option<String> {
        let grade = |id: &String| {
            let title = self.policy.grade(id).map(|g| self.policy.grades[g].title.pick(self.lang));
            title.unwrap_or(id).to_owned()
        };
        let grades = eligible.grades.iter().flatten().map(grade);
        let modes = eligible.modes.iter().flatten().map(|mode| self.category("channel_mode", mode).into_owned());
        let regions = eligible.regions.iter().flatten().map(Key::to_string);
        let lists: [Vec<String>; 3] = [grades.collect(), modes.collect(), regions.collect()];
        let lists: Vec<String> = lists
            .iter()
            .filter(|names| !names.is_empty())
            .map(|names| names.join(self.lang.pick("、", ", ")))
            .collect();
        let only = self.lang.pick("仅限", "only ");
        (!lists.is_empty()).then(|| format!("{only}{}", lists.join(self.lang.pick("，且限", " and "))))
    }

    /// The minimum and the cap of a programme.
    pub fn limits(&self, incentive: &Incentive) -> Vec<String> {
        let say =
            |zh: &str, en: &str, sum: Decimal| format!("{} {}", self.lang.pick(zh, en), self.figure(sum, Unit::Yuan));
        let minimum = incentive.minimum.map(|sum| say("起付", "minimum", sum));
        let cap = incentive.cap.map(|sum| say("封顶", "cap", sum));
        minimum.into_iter().chain(cap).collect()
    }
}
