//! The words of issues about the year: what is missing of it, and who joined within it.

use jiff::civil::Date;

use super::Speaker;
use crate::lang::Lang;
use crate::policy::Joiners;
use crate::validate::Interim;

impl Speaker<'_> {
    /// Months given as bits 0 to 11.
    pub(super) fn months(&self, bits: u16) -> String {
        let months: Vec<String> = (0..12).filter(|m| bits & (1 << m) != 0).map(|m| (m + 1).to_string()).collect();
        months.join(self.lang.pick("、", ", "))
    }

    /// Why a run is interim.
    pub fn interim(&self, Interim { as_of, without_purchases }: Interim) -> String {
        let early = as_of.map(|day| {
            say!(self, "截止日期 {} 早于年度最后一天", "the as-of date {} lies before the year's last day", day)
        });
        let silent = (without_purchases != 0).then(|| {
            let months = self.months(without_purchases);
            say!(self, "{} 月没有任何经销商提货", "no dealer bought anything in the months {}", months)
        });
        let why: Vec<String> = early.into_iter().chain(silent).collect();
        let why = why.join(self.lang.pick("，", ", and "));
        say!(
            self,
            "阶段性结果：{}；得分、评级和激励以全年计，尚非定数",
            "an interim result: {}; scores, grades and incentives are those of a year that isn't whole",
            why
        )
    }

    /// How a dealer that joined within the period is counted.
    pub(super) fn joined_in_period(&self, label: &str, day: Date) -> String {
        let months = 13 - day.month();
        match self.policy.joiners {
            Joiners::Full => say!(
                self,
                "“{}” {} 在考核年度内：与其他经销商同样按全年目标和12个月计",
                "“{}” {} lies within the year: the dealer is counted as everybody else, by the whole year's target and months",
                label,
                day
            ),
            Joiners::Prorated => say!(
                self,
                "“{}” {} 在考核年度内：目标按 {}/12 折算，提货均衡指数按这 {} 个月计",
                "“{}” {} lies within the year: {}/12 of the target count, and the evenness of these {} months",
                label,
                day,
                months,
                months
            ),
        }
    }

    /// What to do about months that a network customer lacks.
    pub(super) fn missing_months(&self, missing: u16, joined: Option<i8>) -> String {
        let before = joined.map_or(0, |month| (1u16 << (month - 1)) - 1);
        let of_joiner = (missing & before != 0).then(|| {
            say!(
                self,
                "加入之前的月份（{}）各补一行，计划和实际都填 0；或由政策按月折算年内加入的经销商（joiners = \"prorated\"）",
                "add a row with a plan and tonnes of 0 for the months before it joined ({}), or have the policy prorate dealers that join within the year (joiners = \"prorated\")",
                self.months(missing & before)
            )
        });
        let others = (missing & !before != 0).then(|| {
            say!(
                self,
                "为 {} 月各补一行并填写计划，没有计划的月份填 0",
                "add a row with a plan for the months {}, with 0 where nothing was planned",
                self.months(missing & !before)
            )
        });
        let both: Vec<String> = of_joiner.into_iter().chain(others).collect();
        both.join(self.lang.pick("；", "; "))
    }
}
