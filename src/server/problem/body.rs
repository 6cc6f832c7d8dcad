//! What is wrong with a body of JSON, member by member.

use super::Words;
use super::words::{members, requests};
use dealerbook_base::lang::Lang;

/// What is wrong with a member of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyFault {
    /// Where it stands, as a JSON Pointer.
    pub pointer: String,
    /// What is wrong.
    pub what: WhatFault,
}

/// What can be wrong with a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhatFault {
    /// The body isn't an object; JSON's own words.
    NotAnObject(String),
    /// No such member.
    Unknown,
    /// It must be there, and not be empty.
    Missing,
    /// It isn't a text.
    NotAText,
    /// It isn't a list with something in it.
    NotAList,
    /// It is too long, or has characters that don't show.
    Unfit,
    /// It isn't an amount with at most two decimal places.
    NotAnAmount,
    /// It is an amount of nothing.
    Zero,
    /// It is negative where that makes no sense.
    Negative,
    /// It isn't a day of the calendar.
    NotADay,
    /// It is a day that is still to come.
    Future,
    /// It isn't the id of a run.
    NotAnId,
}

impl BodyFault {
    /// What is wrong.
    pub fn detail(&self, lang: Lang) -> String {
        match &self.what {
            WhatFault::NotAnObject(seen) => members::NotAnObject { seen }.text(lang),
            WhatFault::Unknown => members::UNKNOWN.text(lang),
            WhatFault::Missing => members::MISSING.text(lang),
            WhatFault::NotAText => members::NOT_A_TEXT.text(lang),
            WhatFault::NotAList => members::NOT_A_LIST.text(lang),
            WhatFault::Unfit => members::UNFIT.text(lang),
            WhatFault::NotAnAmount => members::NOT_AN_AMOUNT.text(lang),
            WhatFault::Zero => members::ZERO.text(lang),
            WhatFault::Negative => members::NEGATIVE.text(lang),
            WhatFault::NotADay => members::NOT_A_DAY.text(lang),
            WhatFault::Future => members::FUTURE.text(lang),
            WhatFault::NotAnId => members::NOT_AN_ID.text(lang),
        }
    }

    /// What to do about it.
    pub fn remedy(&self, lang: Lang) -> &'static str {
        let remedy = match &self.what {
            WhatFault::NotAnObject(_) => members::NOT_AN_OBJECT_REMEDY,
            WhatFault::Unknown => members::UNKNOWN_REMEDY,
            WhatFault::Missing => members::MISSING_REMEDY,
            WhatFault::NotAText => members::NOT_A_TEXT_REMEDY,
            WhatFault::NotAList => members::NOT_A_LIST_REMEDY,
            WhatFault::Unfit => members::UNFIT_REMEDY,
            WhatFault::NotAnAmount => members::NOT_AN_AMOUNT_REMEDY,
            WhatFault::Zero => members::ZERO_REMEDY,
            WhatFault::Negative => members::NEGATIVE_REMEDY,
            WhatFault::NotADay => members::NOT_A_DAY_REMEDY,
            WhatFault::Future => members::FUTURE_REMEDY,
            WhatFault::NotAnId => members::NOT_AN_ID_REMEDY,
        };
        remedy.pick(lang)
    }
}

/// What a body that can't be used is answered with: how many faults, and the first in words.
pub(super) fn words(faults: &[BodyFault], lang: Lang) -> Words {
    let first = faults.first().map(|fault| (fault.pointer.as_str(), fault.detail(lang)));
    let (pointer, first) = first.unwrap_or_default();
    let pointer = if pointer.is_empty() { "/" } else { pointer };
    requests::INVALID_BODY.words(lang, requests::InvalidBodyDetail { count: faults.len(), pointer, first }.text(lang))
}

/// Faults for the interface's description.
pub(super) fn samples() -> Vec<BodyFault> {
    let fault = |pointer: &str, what| BodyFault { pointer: pointer.to_owned(), what };
    vec![fault("/reason", WhatFault::Missing), fault("/amount", WhatFault::NotAnAmount)]
}
