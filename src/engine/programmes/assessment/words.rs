//! An assessment in words: lifts, losses, movements and actions, for sheets and JSON.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::lift::{Change, Lift};
use super::{Action, Assessed, Movement, Scored};
use crate::sheet::words::{Words, percent};
use dealerbook_base::lang::Lang;

impl Words<'_> {
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
