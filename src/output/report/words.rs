//! Results in words: lifts, reasons, movements and actions, for sheets and JSON.

use std::borrow::Cow;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::lang::Lang;
use crate::policy::Policy;
use crate::programmes::assessment::{Action, Assessed, Movement, Scored};
use crate::programmes::{Change, Lift};
use crate::schema::{Field, Schemas};

/// Who puts results into words.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The names of categories.
    pub schemas: &'a Schemas,
    /// The names of grades and characteristics.
    pub policy: &'a Policy,
    /// The language.
    pub lang: Lang,
}

impl<'a> Words<'a> {
    /// A lift in a sentence: 可控网络由 38 增至 40：+2.00 分，达到核心经销商
    pub fn lift(&self, lift: &Lift<'_>) -> String {
        let what = self.policy.characteristic(lift.characteristic, self.lang);
        let grade = self.policy.grades[lift.reaches].title.pick(self.lang);
        let change = self.change(&lift.change, lift.characteristic);
        match self.lang {
            Lang::Zh => format!("{what}{change}：+{} 分，达到{grade}", lift.points),
            Lang::En => format!("{what}: {change} → +{} → {grade}", lift.points),
        }
    }

    /// A market class with what it is for: A：销量和利润的根据地…; the class alone where the policy doesn't say.
    pub fn market_class(&self, class: &str) -> String {
        let strategy = self.policy.market_strategies.get(class).map(|strategy| strategy.pick(self.lang));
        strategy.map_or_else(|| class.to_owned(), |strategy| format!("{class}{}{strategy}", self.lang.pick("：", ": ")))
    }

    /// What would reach the next grade, a line each.
    pub fn lifts(&self, assessed: &Assessed<'_>) -> String {
        if let Some(missing) = assessed.points_missing {
            let better = assessed.grade.and_then(|grade| grade.checked_sub(1));
            let better = better.map_or("", |grade| self.policy.grades[grade].title.pick(self.lang));
            return match self.lang {
                Lang::Zh => format!("单项改进不足以达到{better}，尚差 {missing} 分"),
                Lang::En => format!("no single change reaches {better}; {missing} points are missing"),
            };
        }
        let lifts: Vec<String> = assessed.lift.iter().map(|lift| self.lift(lift)).collect();
        lifts.join("\n")
    }

    fn change(&self, change: &Change<'_>, characteristic: &str) -> String {
        let label = |value| self.category(characteristic, value);
        match (change, self.lang) {
            (Change::Rank { from, to, tonnes }, Lang::Zh) => {
                format!("再增 {} 吨，由第 {from} 名升至第 {to} 名", tonnes.normalize())
            }
            (Change::Rank { from, to, tonnes }, Lang::En) => {
                format!("{} t more, from rank {from} to rank {to}", tonnes.normalize())
            }
            (Change::Count { from, to }, Lang::Zh) => format!("由 {} 增至 {}", from.normalize(), to.normalize()),
            (Change::Count { from, to }, Lang::En) => {
                format!("{} more (from {} to {})", (to - from).normalize(), from.normalize(), to.normalize())
            }
            (Change::Category { from, to }, Lang::Zh) => format!("由“{}”提高到“{}”", label(from), label(to)),
            (Change::Category { from, to }, Lang::En) => format!("from {} to {}", label(from), label(to)),
            (Change::Ratio { from, to }, Lang::Zh) => format!("由 {} 提高到 {}", percent(*from), percent(*to)),
            (Change::Ratio { from, to }, Lang::En) => format!("from {} to {}", percent(*from), percent(*to)),
            (Change::MonthsOnPlan(k), Lang::Zh) => format!("再有 {k} 个月足量提货"),
            (Change::MonthsOnPlan(1), Lang::En) => "1 more month on plan".to_owned(),
            (Change::MonthsOnPlan(k), Lang::En) => format!("{k} more months on plan"),
            (Change::ViolationsFewer(n), Lang::Zh) => format!("减少 {n} 次违规"),
            (Change::ViolationsFewer(1), Lang::En) => "1 violation fewer".to_owned(),
            (Change::ViolationsFewer(n), Lang::En) => format!("{n} violations fewer"),
        }
    }

    /// The spelling of a category of the dealers sheet in the reader's language.
    pub fn category<'v>(&self, column: &str, value: &'v str) -> Cow<'v, str>
    where
        'a: 'v,
    {
        self.category_of("dealers", column, value)
    }

    /// A column of a sheet, by its name.
    pub fn field(&self, sheet: &str, column: &str) -> Option<&'a Field> {
        let resource = self.schemas.index(sheet).map(|index| &self.schemas.resources[index])?;
        resource.field(column).map(|field| &resource.fields[field])
    }

    /// The spelling of a category of any sheet in the reader's language.
    pub fn category_of<'v>(&self, sheet: &str, column: &str, value: &'v str) -> Cow<'v, str>
    where
        'a: 'v,
    {
        if self.lang == Lang::En {
            return Cow::Owned(value.replace('_', " "));
        }
        let field = self.field(sheet, column);
        let category = field.and_then(|f| f.categories.iter().find(|c| c.value == value));
        Cow::Borrowed(category.map_or(value, |c| c.label.as_str()))
    }

    /// Where points were lost, the most first: 提货均衡性 −12.50；品牌区域影响力 −2.00
    pub fn losses(&self, scored: &[Scored<'_>]) -> String {
        let mut lost: Vec<(Decimal, &Scored<'_>)> =
            scored.iter().map(|s| (s.lost(), s)).filter(|(lost, _)| *lost > Decimal::ZERO).collect();
        lost.sort_by_key(|(lost, _)| std::cmp::Reverse(*lost));
        let mut words = String::new();
        for (points, scored) in lost {
            let between = if words.is_empty() { "" } else { self.lang.pick("；", "; ") };
            // A string takes whatever is written.
            let _ = write!(words, "{between}{} −{points:.2}", self.policy.characteristic(scored.id(), self.lang));
        }
        words
    }

    /// What follows from an assessment: 淘汰、协商改进
    pub fn actions(&self, actions: &[Action]) -> String {
        let words: Vec<&str> = actions.iter().map(|a| action(*a, self.lang)).collect();
        words.join(self.lang.pick("、", ", "))
    }

    /// The names of entitlements.
    pub fn entitlements(&self, ids: &[String]) -> String {
        let names: Vec<&str> =
            ids.iter().map(|id| self.policy.entitlements.get(id).map_or(id.as_str(), |t| t.pick(self.lang))).collect();
        names.join(self.lang.pick("；", "; "))
    }
}

/// A figure of a policy: 0.80 → 0.8, 2000 → 2000
pub fn figure(x: &Decimal) -> String {
    x.normalize().to_string()
}

/// 320000 → 320,000.00
pub fn money(yuan: Decimal) -> String {
    let text = format!("{:.2}", yuan.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let first = whole.len() % 3;
    let mut grouped = whole[..first].to_owned();
    for group in whole.as_bytes()[first..].chunks(3) {
        if !grouped.is_empty() {
            grouped.push(',');
        }
        grouped.extend(group.iter().map(|digit| char::from(*digit)));
    }
    format!("{}{grouped}.{cents}", if yuan.is_sign_negative() && !yuan.is_zero() { "-" } else { "" })
}

/// 0.9412 → 94.12%
pub fn percent(ratio: Decimal) -> String {
    format!("{}%", ratio.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(ratio).normalize())
}

/// 新参评、上升、持平、下降
pub fn movement(movement: Movement, lang: Lang) -> &'static str {
    match movement {
        Movement::New => lang.pick("新参评", "new"),
        Movement::Up => lang.pick("上升", "up"),
        Movement::Same => lang.pick("持平", "same"),
        Movement::Down => lang.pick("下降", "down"),
    }
}

/// 淘汰、协商改进、取消资格
fn action(action: Action, lang: Lang) -> &'static str {
    match action {
        Action::Eliminate => lang.pick("淘汰", "eliminate"),
        Action::Improve => lang.pick("协商改进", "improve"),
        Action::Disqualify => lang.pick("取消资格", "disqualify"),
    }
}
