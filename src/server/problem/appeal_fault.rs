//! What is wrong with an appeal or an answer that was sent: where, what, and how to fix it.

use jiff::civil::Date;

use super::FaultDocument;
use super::words::appeals;
use dealerbook_base::lang::{Lang, Pair};
use dealerbook_package::WhyNot;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppealFault {
    /// It says nothing that could be read: JSON's own words.
    NotAnObject(String),
    /// A member that isn't known.
    UnknownMember(String),
    /// A member that must be there and say something.
    Missing(&'static str),
    /// A member that isn't a text.
    NotAText(&'static str),
    /// A text that is too long, or has characters that don't show.
    Unfit {
        /// The member.
        name: &'static str,
        /// What it may have.
        chars_max: usize,
    },
    /// What isn't a day of the calendar.
    NotADay(String),
    /// A day on which the appeal can't have been verified.
    NotVerifiedThen {
        /// The day on which it was lodged.
        first: Date,
        /// Today.
        last: Date,
    },
    /// A dealer that isn't in the run.
    UnknownDealer {
        /// As it was sent.
        id: String,
        /// The nearest one that is.
        nearest: Option<String>,
    },
    /// Neither a characteristic nor a programme nor a field.
    UnknownAbout {
        /// As it was sent.
        about: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// Corrections that aren't a list of cells with something in it.
    NoCorrections,
    /// More corrections than an answer takes.
    TooManyCorrections {
        /// What it takes.
        max: usize,
    },
    /// A correction without one of its members, or with one of the wrong kind.
    Correction {
        /// Its place in the list.
        index: usize,
        /// The member.
        name: &'static str,
    },
    /// A cell that can't be changed.
    Change {
        /// Its place in the list.
        index: usize,
        /// Why not.
        why: WhyNot,
    },
}

impl AppealFault {
    /// As it is sent.
    pub fn document(&self, lang: Lang) -> FaultDocument {
        FaultDocument::at(self.pointer(), self.detail(lang), self.remedy().pick(lang))
    }

    fn pointer(&self) -> String {
        match self {
            AppealFault::NotAnObject(_) => String::new(),
            AppealFault::UnknownMember(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            AppealFault::Missing(name) | AppealFault::NotAText(name) | AppealFault::Unfit { name, .. } => {
                format!("/{name}")
            }
            AppealFault::NotADay(_) | AppealFault::NotVerifiedThen { .. } => "/verified_on".to_owned(),
            AppealFault::UnknownDealer { .. } => "/dealer_id".to_owned(),
            AppealFault::UnknownAbout { .. } => "/about".to_owned(),
            AppealFault::NoCorrections | AppealFault::TooManyCorrections { .. } => "/corrections".to_owned(),
            AppealFault::Correction { index, name } => format!("/corrections/{index}/{name}"),
            AppealFault::Change { index, why } => format!("/corrections/{index}/{}", member_of(why)),
        }
    }

    /// What is wrong.
    pub fn detail(&self, lang: Lang) -> String {
        match self {
            AppealFault::NotAnObject(why) => appeals::FaultNotAnObject { why }.text(lang),
            AppealFault::UnknownMember(name) => appeals::FaultUnknownMember { name }.text(lang),
            AppealFault::Missing(name) => appeals::FaultMissing { name }.text(lang),
            AppealFault::Correction { name: "value", .. } => appeals::FAULT_VALUE.text(lang),
            AppealFault::NotAText(name) | AppealFault::Correction { name, .. } => {
                appeals::FaultNotAText { name }.text(lang)
            }
            AppealFault::Unfit { name, chars_max } => appeals::FaultUnfit { name, chars_max }.text(lang),
            AppealFault::NotADay(text) => appeals::FaultNotADay { text }.text(lang),
            AppealFault::NotVerifiedThen { first, last } => appeals::FaultNotVerifiedThen { first, last }.text(lang),
            AppealFault::UnknownDealer { id, nearest: None } => appeals::FaultUnknownDealer { id }.text(lang),
            AppealFault::UnknownDealer { id, nearest: Some(nearest) } => {
                appeals::FaultUnknownDealerNearest { id, nearest }.text(lang)
            }
            AppealFault::UnknownAbout { about, nearest: None } => appeals::FaultUnknownAbout { about }.text(lang),
            AppealFault::UnknownAbout { about, nearest: Some(nearest) } => {
                appeals::FaultUnknownAboutNearest { about, nearest }.text(lang)
            }
            AppealFault::NoCorrections => appeals::FAULT_NO_CORRECTIONS.text(lang),
            AppealFault::TooManyCorrections { max } => appeals::FaultTooManyCorrections { max }.text(lang),
            AppealFault::Change { why, .. } => of_change(why, lang),
        }
    }

    fn remedy(&self) -> Pair {
        match self {
            AppealFault::NotAnObject(_) => appeals::REMEDY_OBJECT,
            AppealFault::UnknownMember(_) => appeals::REMEDY_MEMBER,
            AppealFault::Missing(_) | AppealFault::NotAText(_) | AppealFault::Unfit { .. } => appeals::REMEDY_TEXT,
            AppealFault::NotADay(_) | AppealFault::NotVerifiedThen { .. } => appeals::REMEDY_DAY,
            AppealFault::UnknownDealer { .. } => appeals::REMEDY_DEALER,
            AppealFault::UnknownAbout { .. } => appeals::REMEDY_ABOUT,
            AppealFault::NoCorrections | AppealFault::Correction { .. } => appeals::REMEDY_CORRECTIONS,
            AppealFault::TooManyCorrections { .. } => appeals::REMEDY_WORKBOOK,
            AppealFault::Change { .. } => appeals::REMEDY_CELL,
        }
    }
}

/// The member of a correction that is at fault.
fn member_of(why: &WhyNot) -> &'static str {
    match why {
        WhyNot::NoSuchSheet | WhyNot::NotAUsersSheet => "sheet",
        WhyNot::NotANumber | WhyNot::TooLong => "value",
        _ => "cell",
    }
}

fn of_change(why: &WhyNot, lang: Lang) -> String {
    match why {
        WhyNot::NoSuchSheet => appeals::CHANGE_NO_SUCH_SHEET.text(lang),
        WhyNot::NotAUsersSheet => appeals::CHANGE_NOT_A_USERS_SHEET.text(lang),
        WhyNot::NotAnAddress => appeals::CHANGE_NOT_AN_ADDRESS.text(lang),
        WhyNot::Added => appeals::CHANGE_ADDED.text(lang),
        WhyNot::Twice => appeals::CHANGE_TWICE.text(lang),
        WhyNot::NotANumber => appeals::CHANGE_NOT_A_NUMBER.text(lang),
        WhyNot::TooLong => appeals::CHANGE_TOO_LONG.text(lang),
        WhyNot::Formula(range) => appeals::ChangeFormula { range }.text(lang),
        WhyNot::Merged(range) => appeals::ChangeMerged { range }.text(lang),
        WhyNot::TableHeading => appeals::CHANGE_TABLE_HEADING.text(lang),
    }
}
