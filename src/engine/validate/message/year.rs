//! The words of issues about the year: what is missing of it, and who joined within it.

use jiff::civil::Date;

use super::Speaker;
use super::words::period;
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
        let early = as_of.map(|day| period::InterimEarly { day }.text(self.lang));
        let silent = (without_purchases != 0)
            .then(|| period::InterimWithoutPurchases { months: self.months(without_purchases) }.text(self.lang));
        let why: Vec<String> = early.into_iter().chain(silent).collect();
        period::Interim { why: why.join(self.lang.pick("，", ", and ")) }.text(self.lang)
    }

    /// How a dealer that joined within the period is counted.
    pub(super) fn joined_in_period(&self, label: &str, day: Date) -> String {
        match self.policy.joiners {
            Joiners::Full => period::JoinedInPeriodFull { label, day }.text(self.lang),
            Joiners::Prorated => {
                period::JoinedInPeriodProrated { label, day, months: 13 - day.month() }.text(self.lang)
            }
        }
    }

    /// What to do about months that a network customer lacks.
    pub(super) fn missing_months(&self, missing: u16, joined: Option<i8>) -> String {
        let before = joined.map_or(0, |month| (1u16 << (month - 1)) - 1);
        let of_joiner = (missing & before != 0)
            .then(|| period::MissingMonthsFixBeforeJoining { months: self.months(missing & before) }.text(self.lang));
        let others = (missing & !before != 0)
            .then(|| period::MissingMonthsFixOthers { months: self.months(missing & !before) }.text(self.lang));
        let both: Vec<String> = of_joiner.into_iter().chain(others).collect();
        both.join(self.lang.pick("；", "; "))
    }
}
