//! Programmes that pay nothing, in words: 规范经营奖励：未得，有价格违规 1 次（违规记录第 48 行）

use rust_decimal::Decimal;

use super::Paid;
use super::Unit;
use super::unpaid::{OfKind, Reason};
use crate::policy::{Incentive, IncentiveKind, Method};
use crate::sheet::{Words, figure, money};
use dealerbook_base::lang::Lang;

/// So many rows of violations are reported one by one.
const ROWS_REPORTED: usize = 12;

impl<'a> Words<'a> {
    /// A programme that pays nothing, in a sentence that begins with its name.
    pub fn unpaid(&self, programme: &str, reason: &Reason) -> String {
        let name = self.policy_incentive(programme).map_or(programme, |own| own.title.pick(self.lang));
        let why = self.why_unpaid(programme, reason);
        match self.lang {
            Lang::Zh => format!("{name}：未得，{why}"),
            Lang::En => format!("{name}: not paid, {why}"),
        }
    }

    /// All programmes that pay a dealer nothing, one behind the other.
    pub fn unpaid_list(&self, paid: &Paid<'_>) -> String {
        let reported: Vec<String> = paid.unpaid.iter().map(|own| self.unpaid(own.programme, &own.reason)).collect();
        reported.join(self.lang.pick("；", "; "))
    }

    /// Why a programme pays nothing, without its name.
    pub fn why_unpaid(&self, programme: &str, reason: &Reason) -> String {
        let incentive = self.policy_incentive(programme);
        let unit = incentive.map_or(Unit::YuanATonne, Unit::of);
        match reason {
            Reason::Disqualified => self.pick("提供虚假资料，取消资格", "falsified documents: disqualified"),
            Reason::NoCard => {
                self.pick("该合作方式没有考核表，不评级", "its channel mode has no scorecard, so it has no grade")
            }
            Reason::NoPurchases { volume, in_yuan } => self.no_purchases(*volume, *in_yuan),
            Reason::NotEligibleGrade | Reason::NotEligibleMode | Reason::NotEligibleRegion => {
                self.ineligible(incentive, reason)
            }
            Reason::BelowTarget { volume, target } => {
                let (volume, target) = (figure(volume), figure(target));
                self.say(
                    format!("年销量 {volume} 吨，未超过年度目标 {target} 吨"),
                    format!("the annual {volume} t are not above the target of {target} t"),
                )
            }
            Reason::BelowGate { volume, gate } => self.below_gate(incentive, [*volume, *gate], unit),
            Reason::OtherBrands { own, all } => {
                let (own, all) = (figure(own), figure(all));
                self.say(
                    format!("我方尿素 {own} 吨，各品牌合计 {all} 吨，并非专销"),
                    format!("{own} t of {all} t of all brands are ours: it sells other brands too"),
                )
            }
            Reason::Violation { kinds } => self.violations(kinds),
            Reason::NoGrowth { volume, last_year } => self.no_growth(incentive, *volume, *last_year),
            Reason::NotCollected => {
                self.pick("没有在到期日当天或之前收回的货款", "nothing was collected on or before its due date")
            }
            Reason::BelowMinimum { earned } => self.below_minimum(incentive, *earned),
        }
    }

    fn policy_incentive(&self, id: &str) -> Option<&'a Incentive> {
        self.policy.incentives.iter().find(|own| own.id == id)
    }

    fn pick(&self, zh: &str, en: &str) -> String {
        self.lang.pick(zh, en).to_owned()
    }

    fn say(&self, zh: String, en: String) -> String {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn no_purchases(&self, volume: Decimal, in_yuan: bool) -> String {
        if in_yuan {
            let yuan = money(volume);
            return self.say(format!("发货金额合计 {yuan} 元"), format!("its shipments come to {yuan} yuan"));
        }
        let tonnes = figure(&volume);
        self.say(
            format!("年销量 {tonnes} 吨，没有净提货"),
            format!("it bought nothing on balance: {tonnes} t in the year"),
        )
    }

    /// Whom the programme is for.
    fn ineligible(&self, incentive: Option<&Incentive>, reason: &Reason) -> String {
        let Some(incentive) = incentive else { return self.pick("不适用", "it is not for this dealer") };
        let eligible = &incentive.eligible;
        let names: Vec<String> = match reason {
            Reason::NotEligibleMode => {
                eligible.modes.iter().flatten().map(|mode| self.category("channel_mode", mode).into_owned()).collect()
            }
            Reason::NotEligibleRegion => eligible.regions.iter().flatten().map(ToString::to_string).collect(),
            _ => {
                let paid = self.policy.grades.iter().filter(|grade| incentive.pays_grade(Some(&grade.id)));
                paid.map(|grade| grade.title.pick(self.lang).to_owned()).collect()
            }
        };
        let names = names.join(self.lang.pick("、", ", "));
        match (reason, self.lang) {
            (Reason::NotEligibleMode, Lang::Zh) => format!("合作方式不符，仅限{names}"),
            (Reason::NotEligibleMode, Lang::En) => format!("only for the channel modes {names}"),
            (Reason::NotEligibleRegion, Lang::Zh) => format!("区域不符，仅限{names}"),
            (Reason::NotEligibleRegion, Lang::En) => format!("only for the regions {names}"),
            (_, Lang::Zh) => format!("评级不符，仅限{names}"),
            (_, Lang::En) => format!("only for the grades {names}"),
        }
    }

    fn below_gate(&self, incentive: Option<&Incentive>, figures: [Decimal; 2], unit: Unit) -> String {
        let is_marginal =
            incentive.is_some_and(|own| matches!(own.kind, IncentiveKind::Tiered { method: Method::Marginal, .. }));
        let [volume, gate] = match unit {
            Unit::Share => figures.map(|yuan| format!("{} {}", money(yuan), self.lang.pick("元", "yuan"))),
            _ => figures.map(|tonnes| format!("{} {}", figure(&tonnes), self.lang.pick("吨", "t"))),
        };
        let measured = match unit {
            Unit::Share => self.lang.pick("发货金额", "the shipments of"),
            _ => self.lang.pick("年销量", "the annual"),
        };
        match (is_marginal, self.lang) {
            (true, Lang::Zh) => format!("{measured} {volume}，未超过最低一档 {gate}"),
            (true, Lang::En) => format!("{measured} {volume} are not above the lowest tier of {gate}"),
            (false, Lang::Zh) => format!("{measured} {volume}，未达到最低一档 {gate}"),
            (false, Lang::En) => format!("{measured} {volume} do not reach the lowest tier of {gate}"),
        }
    }

    /// 有价格违规 1 次、跨区销售 2 次（违规记录第 48、52、60 行）
    fn violations(&self, kinds: &[OfKind]) -> String {
        let of_kind = |own: &OfKind| {
            let kind = self.category_of("violations", "kind", &own.kind);
            match (self.lang, own.count) {
                (Lang::Zh, count) => format!("{kind} {count} 次"),
                (Lang::En, 1) => format!("1 {kind} violation"),
                (Lang::En, count) => format!("{count} {kind} violations"),
            }
        };
        let reported: Vec<String> = kinds.iter().map(of_kind).collect();
        let reported = reported.join(self.lang.pick("、", ", "));
        let mut rows: Vec<u32> = kinds.iter().flat_map(|kind| kind.rows.iter().copied()).collect();
        rows.sort_unstable();
        let place = self.rows_of_violations(&rows);
        match (self.lang, place.is_empty()) {
            (Lang::Zh, true) => format!("有{reported}"),
            (Lang::Zh, false) => format!("有{reported}（{place}）"),
            (Lang::En, true) => reported,
            (Lang::En, false) => format!("{reported} ({place})"),
        }
    }

    /// 违规记录第 48、52 行
    fn rows_of_violations(&self, rows: &[u32]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let sheet = self.schemas.index("violations").map(|at| &self.schemas.resources[at]);
        let sheet = sheet.map_or("", |own| self.lang.pick(&own.title, &own.title_en));
        let listed: Vec<String> = rows.iter().take(ROWS_REPORTED).map(u32::to_string).collect();
        let listed = listed.join(self.lang.pick("、", ", "));
        let all = rows.len();
        match (self.lang, all) {
            (Lang::Zh, _) if all > ROWS_REPORTED => format!("{sheet}第 {listed} 等 {all} 行"),
            (Lang::Zh, _) => format!("{sheet}第 {listed} 行"),
            (Lang::En, 1) => format!("{sheet} row {listed}"),
            (Lang::En, _) if all > ROWS_REPORTED => format!("{sheet} rows {listed} and {} more", all - ROWS_REPORTED),
            (Lang::En, _) => format!("{sheet} rows {listed}"),
        }
    }

    fn no_growth(&self, incentive: Option<&Incentive>, volume: Decimal, last_year: Option<Decimal>) -> String {
        let Some(last) = last_year.filter(|last| *last > Decimal::ZERO) else {
            return self.pick("上年没有销量，不计增长", "there were no tonnes last year, so there is no growth");
        };
        let tonnes = match self.lang {
            Lang::Zh => format!("年销量 {} 吨，上年 {} 吨，", figure(&volume), figure(&last)),
            Lang::En => format!("{} t against {} t last year: ", figure(&volume), figure(&last)),
        };
        match incentive.map(|own| &own.kind) {
            Some(IncentiveKind::Growth { from_percent, .. }) if volume > last => {
                let from = figure(from_percent);
                tonnes + &self.say(format!("增长未达到 {from}%"), format!("the growth does not reach {from}%"))
            }
            _ => tonnes + self.lang.pick("没有增长", "there is no growth"),
        }
    }

    fn below_minimum(&self, incentive: Option<&Incentive>, earned: Decimal) -> String {
        let earned_shown = money(earned);
        match incentive.and_then(|own| own.minimum) {
            Some(minimum) if !earned.is_zero() => {
                let minimum = money(minimum);
                self.say(
                    format!("应计 {earned_shown} 元，低于起付额 {minimum} 元"),
                    format!("the {earned_shown} yuan earned are below the minimum of {minimum} yuan"),
                )
            }
            _ => self.pick("应计不足 0.01 元", "less than 0.01 yuan is earned"),
        }
    }
}
