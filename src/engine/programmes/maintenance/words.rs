//! Care and warnings in sentences: why a dealer needs a look, and what is to be done next.

use super::MaintenanceRules;
use crate::policy::Section;
use rust_decimal::Decimal;

use super::{Code, Dealer, Maintained, NotFirst, Why, Window};
use crate::programmes::year_month::YearMonth;
use crate::sheet::{Words, money, percent};
use dealerbook_base::exact::{Exact, decimal};
use dealerbook_base::lang::Lang;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// 8月, 2008年2月 where it is not of the period; Aug 2007.
pub fn month(of: YearMonth, period: Option<i16>, lang: Lang) -> String {
    match (lang, period.is_some_and(|year| i32::from(year) == of.year())) {
        (Lang::Zh, true) => format!("{}月", of.month()),
        (Lang::Zh, false) => format!("{}年{}月", of.year(), of.month()),
        (Lang::En, _) => format!("{} {}", name(of), of.year()),
    }
}

/// 1–4月、7月; Jan–Apr, Jul. The months are of one year.
pub fn months(of: &[YearMonth], lang: Lang) -> String {
    let runs = of.chunk_by(|a, b| a.next() == *b).filter_map(|run| run.first().zip(run.last()));
    let text = |(first, last): (&YearMonth, &YearMonth)| match (lang, first == last) {
        (Lang::Zh, true) => format!("{}月", first.month()),
        (Lang::Zh, false) => format!("{}–{}月", first.month(), last.month()),
        (Lang::En, true) => name(*first).to_owned(),
        (Lang::En, false) => format!("{}–{}", name(*first), name(*last)),
    };
    runs.map(text).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn name(of: YearMonth) -> &'static str {
    MONTHS[(of.month() - 1) as usize]
}

/// −5.00%, +3.25%
fn change(ratio: &Exact) -> String {
    let ratio = ratio.round(4);
    let sign = if ratio < Decimal::ZERO { "−" } else { "+" };
    format!("{sign}{:.2}%", ratio.abs() * Decimal::ONE_HUNDRED)
}

/// 30.00%; with more places where a part just below a bound would read as the bound.
fn part_of(part: &Exact, bound: Decimal) -> String {
    let places = if part.round(4) == bound { 6 } else { 4 };
    format!("{:.*}%", places as usize - 2, part.round(places) * Decimal::ONE_HUNDRED)
}

/// 12.00, and in full where there is more to it: 27.999
fn tonnes(x: &Exact) -> String {
    let cents = x.round(2);
    if Exact::from(cents) == *x { money(cents) } else { decimal(x).to_string() }
}

/// Puts a dealer's care and warnings into words.
#[derive(Clone, Copy)]
pub struct Sentences<'a> {
    /// The names and figures of the rules.
    pub words: Words<'a>,
    /// The calendar year.
    pub period: Option<i16>,
    /// The month of the warnings.
    pub latest: Option<YearMonth>,
}

impl Sentences<'_> {
    fn zh(&self) -> bool {
        self.words.lang == Lang::Zh
    }

    fn month(&self, of: YearMonth) -> String {
        month(of, self.period, self.words.lang)
    }

    /// 提货下滑、停止提货
    pub fn warning(&self, maintained: &Maintained) -> String {
        let names = &MaintenanceRules::of(self.words.policy).warnings;
        let name = |code| match code {
            Code::Drop => names.drop.pick(self.words.lang),
            Code::Silent => names.silent.pick(self.words.lang),
        };
        let all: Vec<&str> = maintained.warnings.iter().map(|warning| name(warning.code)).collect();
        all.join(self.words.lang.pick("、", ", "))
    }

    /// Why the dealer needs a look, a line each.
    pub fn reasons(&self, maintained: &Maintained) -> String {
        let mut lines: Vec<String> =
            maintained.warnings.iter().map(|warning| self.warned(warning.code, &maintained.why)).collect();
        if !lines.is_empty() {
            lines.push(self.compared(&maintained.why));
        }
        lines.extend(
            maintained
                .care
                .longest_gap
                .filter(|_| !maintained.care.visit_ok)
                .map(|gap| self.gap(gap, maintained.care.visits)),
        );
        if !maintained.care.call_ok {
            let missing = &maintained.care.months_without_call;
            let (count, list) = (missing.len(), months(missing, self.words.lang));
            lines.push(match (self.zh(), count) {
                (true, _) => format!("{count} 个月无电话：{list}"),
                (false, 1) => format!("no call in 1 month: {list}"),
                (false, _) => format!("no call in {count} months: {list}"),
            });
        }
        if maintained.first_order_only {
            let text = self.words.lang.pick("只有首批进货，没有后续订单", "a first order only, and nothing since");
            lines.push(text.to_owned());
        }
        lines.join("\n")
    }

    /// Why the one order of a dealer is no first order only.
    pub fn not_first(&self, why: NotFirst) -> String {
        let days = MaintenanceRules::of(self.words.policy).first_order_young_days;
        match (why, self.zh()) {
            (NotFirst::BoughtBefore, true) => "期前已有提货".to_owned(),
            (NotFirst::BoughtBefore, false) => "bought before the period".to_owned(),
            (NotFirst::Established, true) => "期前已合作，上年有销量".to_owned(),
            (NotFirst::Established, false) => "joined before, with last year's tonnes".to_owned(),
            (NotFirst::TooYoung, true) => format!("首单距截止日期不超过 {days} 天"),
            (NotFirst::TooYoung, false) => format!("within {days} days before the as-of date"),
        }
    }

    /// Why a dealer is warned of.
    pub fn warned(&self, code: Code, why: &Why) -> String {
        let rules = MaintenanceRules::of(self.words.policy);
        match code {
            Code::Drop => {
                let month = self.latest.map_or(String::new(), |latest| self.month(latest));
                let latest = tonnes(&why.trend.latest);
                let mean = why.trend.mean().map_or(String::new(), |mean| money(mean.round(2)));
                let part = why.trend.part().map_or(String::new(), |part| part_of(&part, rules.drop_below));
                let before = rules.drop_months;
                let below = percent(rules.drop_below);
                if self.zh() {
                    format!("{month}提货 {latest} 吨，为前 {before} 个月均值 {mean} 吨的 {part}，低于 {below}")
                } else {
                    format!(
                        "{month}: {latest} t, {part} of the mean of the {before} months before ({mean} t), below {below}"
                    )
                }
            }
            Code::Silent => {
                let (last, months) = why.last_bought.map_or((String::new(), 0), |(last, n)| (self.month(last), n));
                if self.zh() {
                    format!("连续 {months} 个月未提货，上次提货在{last}")
                } else {
                    format!("nothing bought for {months} months, last in {last}")
                }
            }
        }
    }

    /// Whether the fall is the dealer's own.
    fn compared(&self, why: &Why) -> String {
        let Some(region) = why.region.change().map(|region| change(&region)) else {
            let text = (
                "本区域此前也无提货，无从比较",
                "its region had bought nothing before either: nothing to compare with",
            );
            return self.words.lang.pick(text.0, text.1).to_owned();
        };
        if why.alone {
            let text = ("本区域仅此一家，无从比较", "the only dealer of its region: nothing to compare with");
            return self.words.lang.pick(text.0, text.1).to_owned();
        }
        match (why.region.drops(MaintenanceRules::of(self.words.policy)), self.zh()) {
            (false, true) => format!("本区域同期 {region}：属经销商自身下滑"),
            (true, true) => format!("本区域同期 {region}：属区域整体下滑"),
            (false, false) => format!("its region {region} in the same month: the dealer's own decline"),
            (true, false) => format!("its region {region} in the same month: the whole region falls"),
        }
    }

    /// How long nobody called.
    pub fn gap(&self, gap: Window, visits: usize) -> String {
        let (days, most) = (gap.days(), MaintenanceRules::of(self.words.policy).visit_gap_days_max);
        let Window { from, to } = gap;
        match (self.zh(), visits) {
            (true, 0) => format!("未上门 {days} 天（{from} 至 {to}），超过 {most} 天"),
            (true, _) => format!("上门最长间隔 {days} 天（{from} 至 {to}），超过 {most} 天"),
            (false, 0) => format!("not visited for {days} days ({from} to {to}), more than {most}"),
            (false, _) => format!("{days} days without a visit ({from} to {to}), more than {most}"),
        }
    }

    /// What is to be done next, a line each.
    pub fn next(&self, dealer: &Dealer, maintained: &Maintained) -> String {
        let pick = |zh: &str, en: &str| self.words.lang.pick(zh, en).to_owned();
        let mut lines = Vec::new();
        let silent = maintained.warnings.iter().any(|warning| warning.code == Code::Silent);
        let market = !maintained.why.alone && maintained.why.region.drops(MaintenanceRules::of(self.words.policy));
        lines.extend(match (maintained.warnings.is_empty(), market, silent) {
            (true, ..) => None,
            (_, true, _) => Some(pick(
                "先查明区域市场原因，再与经销商商定",
                "look into the region's market first, then agree with the dealer",
            )),
            (_, false, true) => Some(pick("联系经销商，查明停止提货的原因", "ask the dealer why it stopped buying")),
            (_, false, false) => Some(pick("联系经销商，查明下滑的原因", "ask the dealer why it buys less")),
        });
        if let (Some(window), Some(due)) = (dealer.window, maintained.care.next_visit) {
            let late = Window { from: due, to: window.to };
            lines.push(match (due < window.to, self.zh()) {
                (true, true) => format!("立即上门：应不迟于 {due}，已超期 {} 天", late.days()),
                (true, false) => format!("visit now: due by {due}, {} days overdue", late.days()),
                (false, true) => format!("下次上门不迟于 {due}"),
                (false, false) => format!("next visit by {due}"),
            });
            let now = YearMonth::of(window.to);
            let missed = maintained.care.months_without_call.last() == Some(&now);
            lines.push(match (missed, self.zh()) {
                (true, true) => format!("{}尚无电话，请补打", self.month(now)),
                (true, false) => format!("call now: none yet in {}", self.month(now)),
                (false, true) => format!("{}内再打电话", self.month(now.next())),
                (false, false) => format!("next call in {}", self.month(now.next())),
            });
        }
        if maintained.first_order_only {
            lines.push(pick("跟进复购", "follow up for a second order"));
        }
        lines.join("\n")
    }
}

/// The rules in force with their figures: what, and how.
pub fn rules(words: Words<'_>) -> [(String, String); 4] {
    let rules = MaintenanceRules::of(words.policy);
    let (gap, share) = (rules.visit_gap_days_max, percent(rules.first_order_only_share_max));
    let young = rules.first_order_young_days;
    let (below, before, silent) = (percent(rules.drop_below), rules.drop_months, rules.silent_months);
    let (drop, ceased) = (rules.warnings.drop.pick(words.lang), rules.warnings.silent.pick(words.lang));
    let label = |zh: &str, en: &str| words.lang.pick(zh, en).to_owned();
    let [care, once, warning, compared] = match words.lang {
        Lang::Zh => [
            format!(
                "每个日历月至少电话一次；两次上门之间、与统计期首尾之间至多 {gap} 天。统计期自 1 月 1 日或当年合作起始日，至 12 月 31 日与截止日期中较早的一天"
            ),
            format!(
                "首次订单在本期、之后没有第二单的经销商，占本期有订单经销商的比例至多 {share}。订单是发货流水中数量大于 0 的不同日期，没有流水时是有提货的月份；期前有提货的、期前已合作且上年有销量的不算，截止日期前 {young} 天内的首单还太新，也不算"
            ),
            format!(
                "看截止日期以前最近有提货的月份：低于前 {before} 个月均值的 {below} 为“{drop}”；提过货而最近 {silent} 个月及以上未提为“{ceased}”"
            ),
            format!("区域同期变化含该经销商；区域也低于 {below} 的属区域整体下滑，否则属经销商自身"),
        ],
        Lang::En => [
            format!(
                "a call in each calendar month; at most {gap} days between visits and to the ends of the window, which runs from 1 January, or the day of joining in the year, to the earlier of 31 December and the as-of date"
            ),
            format!(
                "dealers whose first order lies in the period and that have no second one: at most {share} of those that ordered in it. Orders are ledger rows above 0 t on different days, or months with purchases where there is no ledger; none is a dealer that bought before, or that joined before and has tonnes of last year, and an order within {young} days before the as-of date is too young"
            ),
            format!(
                "the latest month with any purchase up to the as-of date: below {below} of the mean of the {before} months before is “{drop}”; having bought, and not in the latest {silent} months or more, is “{ceased}”"
            ),
            format!(
                "the region's change includes the dealer; where the region too is below {below} the whole region falls, else the decline is the dealer's own"
            ),
        ],
    };
    [
        (label("电话与上门", "Calls and visits"), care),
        (label("首批后无后续", "First order only"), once),
        (label("预警", "Warning"), warning),
        (label("区域对比", "Beside the region"), compared),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_just_below_a_bound_does_not_read_as_the_bound() {
        let exact = |text| Exact::from(Decimal::from_str_exact(text).unwrap());
        let bound = Decimal::from_str_exact("0.70").unwrap();
        assert_eq!(part_of(&exact("0.699975"), bound), "69.9975%");
        assert_eq!(part_of(&exact("0.3"), bound), "30.00%");
        assert_eq!((tonnes(&exact("27.999")), tonnes(&exact("1234"))), ("27.999".to_owned(), "1,234.00".to_owned()));
        assert_eq!(change(&exact("-0.05")), "−5.00%");
    }

    #[test]
    fn months_that_follow_each_other_are_told_as_runs() {
        let of = |text: &str| YearMonth::of(format!("2007-{text}-01").parse().unwrap());
        let missing = [of("01"), of("02"), of("03"), of("05"), of("12")];
        assert_eq!(months(&missing, Lang::Zh), "1–3月、5月、12月");
        assert_eq!(months(&missing, Lang::En), "Jan–Mar, May, Dec");
        assert_eq!(month(of("02"), Some(2006), Lang::Zh), "2007年2月");
    }
}
