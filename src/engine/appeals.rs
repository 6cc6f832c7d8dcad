//! Appeals (申诉) as the pipeline knows them: those that are known of the run that a workbook came from, and whether more can be lodged. An
//! argument, so that the same bytes and the same appeals give the same answer; who lodged and answered them, the store knows.

use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::policy::Policy;
use dealerbook_base::calendar::Calendar;

/// What is known of appeals when a workbook is worked on.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Appeals {
    /// What becomes of appeals in the workbook that aren't known yet.
    pub desk: Desk,
    /// Those that are known, in the order in which they were lodged.
    pub known: Vec<Appeal>,
}

/// What becomes of an appeal that a workbook brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Desk {
    /// The workbook came from no run that is known: there is nothing to appeal against.
    #[default]
    NoRun,
    /// It is lodged.
    Open,
    /// It is too late.
    Closed {
        /// The last day on which it wasn't.
        last_day: Date,
    },
}

/// An appeal that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Appeal {
    /// 经销商编号
    pub dealer_id: String,
    /// What the dealer says.
    pub text: String,
    /// What became of it.
    pub answer: Answer,
}

/// What became of an appeal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Answer {
    /// Nothing yet.
    Open {
        /// The last day for an answer.
        due: Date,
        /// The day on which it was verified, where that is noted.
        verified_on: Option<Date>,
    },
    /// It was accepted.
    Accepted {
        /// What was said about it.
        text: Option<String>,
        /// What was corrected.
        corrections: Vec<Correction>,
        /// Whether it was answered later than it was due.
        is_late: bool,
    },
    /// It was rejected.
    Rejected {
        /// Why.
        reason: String,
        /// Whether it was answered later than it was due.
        is_late: bool,
    },
}

/// A cell that an accepted appeal corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// The sheet's name.
    pub sheet: String,
    /// Such as `H5`.
    pub cell: String,
    /// What stands there now, as people write it; none where the cell was emptied.
    pub value: Option<String>,
}

/// An appeal that a workbook brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// 经销商编号
    pub dealer_id: String,
    /// 经销商名称
    pub dealer_name: String,
    /// What the dealer says.
    pub text: String,
}

/// The days by which an appeal is to be verified and to be answered (handbook 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// The last day for its verification (核实).
    pub verify_by: Date,
    /// The last day for its answer.
    pub answer_by: Date,
}

impl Deadlines {
    /// Those of an appeal that was lodged on a day. The clock of the answer runs from the day of verification, where it is noted, but at
    /// the latest from the last day for it: a late verification moves nothing.
    pub fn of(lodged_on: Date, verified_on: Option<Date>, policy: &Policy, calendar: &Calendar) -> Deadlines {
        let verify_by = calendar.behind(lodged_on, policy.verify_appeals_in_working_days);
        let from = verified_on.map_or(lodged_on, |day| day.min(verify_by));
        Deadlines { verify_by, answer_by: calendar.behind(from, policy.answer_appeals_in_working_days) }
    }
}

impl Appeals {
    /// Those of a dealer.
    pub fn of<'a>(&'a self, dealer_id: &'a str) -> impl Iterator<Item = &'a Appeal> {
        self.known.iter().filter(move |appeal| appeal.dealer_id == dealer_id)
    }

    /// Whether a dealer has said this before.
    pub fn knows(&self, dealer_id: &str, text: &str) -> bool {
        self.of(dealer_id).any(|appeal| is_same(&appeal.text, text))
    }

    /// Returns the hash of all that it says, in hex.
    ///
    /// # Panics
    ///
    /// Never: all of it are texts, days and lists, of which JSON can be made. A hash of nothing would take two runs for the same.
    #[expect(clippy::expect_used, reason = "JSON can be made of texts, days and lists")]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(serde_json::to_vec(self).expect("texts, days and lists")))
    }
}

/// A text in the form in which appeals are compared: how it is spaced and broken means nothing.
pub fn comparable(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_same(one: &str, other: &str) -> bool {
    comparable(one) == comparable(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_due_from_the_verification_which_is_bounded_itself() {
        use jiff::civil::date;
        let (policy, calendar) = (Policy::embedded().unwrap(), Calendar::plain(jiff::tz::Offset::UTC));
        // A Thursday: three working days end on the Tuesday, two more on the Thursday.
        let lodged = date(2008, 1, 3);
        let due = |verified: Option<Date>| Deadlines::of(lodged, verified, &policy, &calendar);
        assert_eq!(due(None), Deadlines { verify_by: date(2008, 1, 8), answer_by: date(2008, 1, 7) });
        assert_eq!(due(Some(lodged)).answer_by, date(2008, 1, 7));
        assert_eq!(due(Some(date(2008, 1, 7))).answer_by, date(2008, 1, 9));
        assert_eq!(due(Some(date(2008, 1, 8))).answer_by, date(2008, 1, 10));
        assert_eq!(due(Some(date(2008, 1, 31))).answer_by, date(2008, 1, 10));
    }

    #[test]
    fn the_same_words_are_the_same_appeal_for_the_same_dealer_only() {
        let due = jiff::civil::date(2008, 1, 31);
        let appeal = Appeal {
            dealer_id: "D1".to_owned(),
            text: "二月 数量有误".to_owned(),
            answer: Answer::Open { due, verified_on: None },
        };
        let appeals = Appeals { desk: Desk::Open, known: vec![appeal] };
        assert!(appeals.knows("D1", " 二月\n数量有误 "));
        assert!(!appeals.knows("D2", "二月 数量有误") && !appeals.knows("D1", "三月 数量有误"));
        assert_ne!(appeals.sha256(), Appeals { desk: Desk::NoRun, ..appeals.clone() }.sha256());
    }
}
