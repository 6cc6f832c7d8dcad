//! Cliffs in words: where, for whom, from which sum to which.

use rust_decimal::Decimal;

use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{CAP_LINE, CliffSettings as Settings, Eligible, Policy};
use dealerbook_engine::policy_check::cliffs::{AtGrade, Cliff, OfProgramme, Step};
use dealerbook_engine::schema::Schemas;
use dealerbook_engine::sheet::words::Words;

/// Who puts cliffs into words.
pub struct CliffWords<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The names of modes.
    pub schemas: &'a Schemas,
    /// By which they were found.
    pub settings: &'a Settings,
    /// The language.
    pub lang: Lang,
}

/// The smallest step of a total.
const HUNDREDTH: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

impl CliffWords<'_> {
    /// How many there are, and on whom they were worked out.
    pub fn heading(&self, count: usize) -> String {
        let Settings { cliff, tonnes, target_tonnes, last_year_tonnes, yuan_a_tonne } = self.settings;
        let cliff = money(*cliff);
        match self.lang {
            Lang::Zh => format!(
                "多一吨或多 0.01 分即变动超过 {cliff} 元之处：{count}\n参照经销商：年销量 {tonnes} 吨，目标 {target_tonnes} 吨，上年 {last_year_tonnes} 吨，每吨 {yuan_a_tonne} 元且全部按期回款，无违规"
            ),
            Lang::En => format!(
                "places where a tonne or 0.01 points more change pay by more than {cliff} yuan: {count}\nthe dealer on whom they are worked out: {tonnes} t a year, target {target_tonnes} t, last year {last_year_tonnes} t, {yuan_a_tonne} yuan a tonne, all paid in term, no violations"
            ),
        }
    }

    /// One of them.
    pub fn cliff(&self, cliff: &Cliff<'_>) -> String {
        let (place, how) = match &cliff.step {
            Step::Grade(at) => (self.grade(at), self.parts(at)),
            Step::Tonne { tonnes, paid } => (self.tonne(*tonnes, paid), range(paid)),
            Step::OtherBrand(paid) => (self.other_brand(paid), range(paid)),
        };
        let change = signed(cliff.change);
        match self.lang {
            Lang::Zh => format!("{place}：{change} 元（{how}）"),
            Lang::En => format!("{place}: {change} yuan ({how})"),
        }
    }

    fn parts(&self, at: &AtGrade<'_>) -> String {
        let parts = at.parts.iter().map(|(id, more)| format!("{} {}", self.title(id), signed(*more)));
        parts.collect::<Vec<_>>().join(self.lang.pick("，", ", "))
    }

    fn grade(&self, at: &AtGrade<'_>) -> String {
        let title = |grade: usize| self.policy.grades[grade].title.pick(self.lang);
        let bound = self.policy.grades[at.upper].from.unwrap_or_default();
        let list = |names: Vec<String>| names.join(self.lang.pick("、", ", "));
        let region =
            |name: &Option<&Key>| name.map_or(self.lang.pick("其他区域", "other regions"), Key::shown).to_owned();
        let mut who = vec![self.modes(&at.modes)];
        who.extend(at.regions.as_ref().map(|regions| list(regions.iter().map(region).collect())));
        who.extend(at.exclusive.map(|exclusive| {
            let (zh, en) =
                if exclusive { ("专销", "sells only ours") } else { ("非专销", "sells other brands too") };
            self.lang.pick(zh, en).to_owned()
        }));
        let (below, above) = (title(at.upper + 1), title(at.upper));
        let who = who.join(self.lang.pick("；", "; "));
        let before = bound - HUNDREDTH;
        match self.lang {
            Lang::Zh => format!("{before:.2} → {bound:.2} 分，{below} → {above}（{who}）"),
            Lang::En => format!("{before:.2} → {bound:.2} points, {below} → {above} ({who})"),
        }
    }

    fn tonne(&self, tonnes: Decimal, paid: &OfProgramme<'_>) -> String {
        let title = paid.incentive.title.pick(self.lang);
        let (from, to) = ((tonnes - Decimal::ONE).normalize(), tonnes.normalize());
        let who = self.who(paid);
        match self.lang {
            Lang::Zh => format!("{title}，{from} → {to} 吨（{who}）"),
            Lang::En => format!("{title}, {from} → {to} t ({who})"),
        }
    }

    fn other_brand(&self, paid: &OfProgramme<'_>) -> String {
        let (title, who, tonnes) = (paid.incentive.title.pick(self.lang), self.who(paid), self.settings.tonnes);
        match self.lang {
            Lang::Zh => format!("{title}，{tonnes} 吨之外再卖一吨其他品牌（{who}）"),
            Lang::En => format!("{title}, a tonne of another brand beside {tonnes} t ({who})"),
        }
    }

    /// The grades of a step, and the modes and regions of its programme.
    fn who(&self, paid: &OfProgramme<'_>) -> String {
        let eligible = Eligible { grades: None, ..paid.incentive.eligible.clone() };
        let who = [self.grades(&paid.grades)].into_iter().chain(self.words().eligible(&eligible));
        who.collect::<Vec<_>>().join(self.lang.pick("；", "; "))
    }

    fn grades(&self, grades: &[usize]) -> String {
        let titles: Vec<&str> = grades.iter().map(|g| self.policy.grades[*g].title.pick(self.lang)).collect();
        match titles.is_empty() {
            true => self.lang.pick("不论评级", "whatever the grade").to_owned(),
            false => titles.join(self.lang.pick("、", ", ")),
        }
    }

    fn modes(&self, modes: &[&str]) -> String {
        let words = self.words();
        let names: Vec<_> = modes.iter().map(|mode| words.category("channel_mode", mode)).collect();
        names.join(self.lang.pick("、", ", "))
    }

    fn title(&self, id: &str) -> String {
        if id == CAP_LINE {
            return self.lang.pick("经销商封顶", "the dealer's cap").to_owned();
        }
        let incentive = self.policy.incentives.iter().find(|i| i.id == id);
        incentive.map_or(id, |i| i.title.pick(self.lang)).to_owned()
    }

    fn words(&self) -> Words<'_> {
        Words { schemas: self.schemas, policy: self.policy, lang: self.lang }
    }
}

fn range(paid: &OfProgramme<'_>) -> String {
    format!("{} → {}", money(paid.before), money(paid.after))
}

/// 12345.5 → 12,345.50
fn money(x: Decimal) -> String {
    let text = format!("{:.2}", x.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    let sign = if x.is_sign_negative() && !x.is_zero() { "-" } else { "" };
    format!("{sign}{}.{cents}", groups.join(","))
}

fn signed(x: Decimal) -> String {
    if x > Decimal::ZERO { format!("+{}", money(x)) } else { money(x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_their_thousands_apart_and_their_sign() {
        let sum = |text: &str| Decimal::from_str_exact(text).unwrap();
        assert_eq!(money(sum("1234567.5")), "1,234,567.50");
        assert_eq!(signed(sum("999")), "+999.00");
        assert_eq!(signed(sum("-20000")), "-20,000.00");
    }
}
