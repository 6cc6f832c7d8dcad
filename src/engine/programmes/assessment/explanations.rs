//! How a characteristic came to its value, in words, where the value alone doesn't tell: the rank of the tonnes, and what the months were
//! divided by.

use super::{Assessed, Scored};
use crate::policy::Rule;
use crate::programmes::DealerYear;
use crate::sheet::Words;
use dealerbook_base::exact::{Exact, plain};
use dealerbook_base::lang::Lang;

impl Words<'_> {
    /// How a characteristic came to its value; none where the value says it all.
    pub fn explanation(&self, scored: &Scored<'_>, year: &DealerYear<'_>, assessed: &Assessed<'_>) -> Option<String> {
        match &scored.characteristic.rule {
            Rule::Rank { .. } => assessed.rank.map(|rank| self.tonnes_and_rank(year, rank)),
            Rule::Evenness => Some(self.evenness(year, assessed)),
            _ => None,
        }
    }

    /// 1200 吨，同表第 3 名
    fn tonnes_and_rank(&self, year: &DealerYear<'_>, rank: u32) -> String {
        let tonnes = plain(&year.volume);
        match self.lang {
            Lang::Zh => format!("{tonnes} 吨，同一考核表第 {rank} 名"),
            Lang::En => format!("{tonnes} t, rank {rank} on its card"),
        }
    }

    /// 各月实际 ÷ 月均 100 吨（每月最多 1）合计 11.588，÷ 12 = 0.9657
    fn evenness(&self, year: &DealerYear<'_>, assessed: &Assessed<'_>) -> String {
        let Some(divisor) = self.months_divided_by(year) else {
            return self
                .lang
                .pick("年销量不大于 0，指数为 0", "the annual tonnes are not above 0: the index is 0")
                .to_owned();
        };
        let sum = plain(&Exact::from(assessed.months_fulfilled.round(4)));
        let index = assessed.evenness_index.unwrap_or_default();
        let months = assessed.months_counted;
        match self.lang {
            Lang::Zh => format!("各月实际 ÷ {divisor}（每月最多 1）合计 {sum}，÷ {months} = {index}"),
            Lang::En => format!("actual ÷ {divisor} of each month, at most 1, adds up to {sum}; ÷ {months} = {index}"),
        }
    }

    /// What each month's tonnes were divided by: the plan of a network customer, else the monthly mean; none where that is not above 0.
    pub fn months_divided_by(&self, year: &DealerYear<'_>) -> Option<String> {
        if year.dealer.network_customer {
            return Some(self.lang.pick("计划", "plan").to_owned());
        }
        let mean =
            year.volume.checked_div(&Exact::whole(year.months_counted() as i64)).filter(|mean| mean.signum() > 0)?;
        let mean = mean.round(4).normalize();
        Some(match self.lang {
            Lang::Zh => format!("月均 {mean} 吨"),
            Lang::En => format!("the monthly mean of {mean} t"),
        })
    }
}
