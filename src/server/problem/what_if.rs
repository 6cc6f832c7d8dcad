//! What can be wrong with a what-if, in both languages: where it stands in the request, what is wrong, and how to fix it.

use super::words::what_if;
use dealerbook_base::lang::{Lang, Pair};
use dealerbook_engine::policy::Fault;
use dealerbook_output::pipeline::DataFault;
use dealerbook_package::{ChangeFault, WhyNot};

/// A fault of a what-if.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIfFault {
    /// Where it stands in the request, as a JSON Pointer.
    pub pointer: String,
    detail: [String; 2],
    remedy: [String; 2],
}

impl WhatIfFault {
    /// Of the same words in both languages.
    pub fn new(pointer: impl Into<String>, detail: [&str; 2], remedy: [&str; 2]) -> WhatIfFault {
        WhatIfFault { pointer: pointer.into(), detail: detail.map(str::to_owned), remedy: remedy.map(str::to_owned) }
    }

    /// What is wrong.
    pub fn detail(&self, lang: Lang) -> &str {
        let [zh, en] = &self.detail;
        lang.pick(zh, en)
    }

    /// What to do about it.
    pub fn remedy(&self, lang: Lang) -> &str {
        let [zh, en] = &self.remedy;
        lang.pick(zh, en)
    }

    /// A path into the policy that leads nowhere, or what can't stand there. The path stands there in words too.
    pub fn of_path(path: &str, [zh, en]: [&str; 2], fault: &Fault) -> WhatIfFault {
        let detail = |lang: Lang| what_if::Path { words: lang.pick(zh, en), path, fault: fault.pick(lang) }.text(lang);
        WhatIfFault::said(format!("/changes/{}", escaped(path)), detail, what_if::PATH_REMEDY)
    }

    /// Something wrong with the policy that derives from it.
    pub fn of_policy(pointer: &str, fault: &Fault) -> WhatIfFault {
        WhatIfFault::said(pointer.to_owned(), |lang| fault.pick(lang).to_owned(), what_if::POLICY_REMEDY)
    }

    /// A cell that can't be changed.
    pub fn of_cell(fault: &ChangeFault) -> WhatIfFault {
        let place = &format!("{}!{}", fault.sheet, fault.cell);
        let detail = |lang| what_if::Cell { place, why: why_not(&fault.why, lang) }.text(lang);
        WhatIfFault::said(format!("/cells/{}", fault.index), detail, remedy_of(&fault.why))
    }

    /// An error in the data as they would be, in the words of the language that was requested.
    pub fn of_data(pointer: String, fault: &DataFault) -> WhatIfFault {
        let place = match (&fault.sheet, &fault.cell) {
            (Some(sheet), Some(cell)) => format!("{sheet}!{cell} "),
            (Some(sheet), None) => format!("{sheet} "),
            _ => String::new(),
        };
        let detail = format!("{place}{}", fault.message);
        let mut said = WhatIfFault::said(pointer, |_| detail.clone(), what_if::DATA_REMEDY);
        if let Some(suggestion) = &fault.suggestion {
            said.remedy = [suggestion.clone(), suggestion.clone()];
        }
        said
    }

    fn said(pointer: String, detail: impl Fn(Lang) -> String, remedy: Pair) -> WhatIfFault {
        let detail = [Lang::Zh, Lang::En].map(detail);
        WhatIfFault { pointer, detail, remedy: [remedy.zh, remedy.en].map(str::to_owned) }
    }
}

/// A member's name within a JSON Pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn why_not(why: &WhyNot, lang: Lang) -> String {
    match why {
        WhyNot::NoSuchSheet => what_if::NO_SUCH_SHEET.text(lang),
        WhyNot::NotAUsersSheet => what_if::NOT_A_USERS_SHEET.text(lang),
        WhyNot::NotAnAddress => what_if::NOT_AN_ADDRESS.text(lang),
        WhyNot::Added => what_if::ADDED.text(lang),
        WhyNot::Twice => what_if::TWICE.text(lang),
        WhyNot::NotANumber => what_if::NOT_A_NUMBER.text(lang),
        WhyNot::TooLong => what_if::TOO_LONG.text(lang),
        WhyNot::Formula(range) => what_if::Formula { range }.text(lang),
        WhyNot::Merged(range) => what_if::Merged { range }.text(lang),
        WhyNot::TableHeading => what_if::TABLE_HEADING.text(lang),
    }
}

fn remedy_of(why: &WhyNot) -> Pair {
    match why {
        WhyNot::NoSuchSheet => what_if::NO_SUCH_SHEET_REMEDY,
        WhyNot::NotAUsersSheet => what_if::NOT_A_USERS_SHEET_REMEDY,
        WhyNot::NotAnAddress => what_if::NOT_AN_ADDRESS_REMEDY,
        WhyNot::Added => what_if::ADDED_REMEDY,
        WhyNot::Twice => what_if::TWICE_REMEDY,
        WhyNot::NotANumber => what_if::NOT_A_NUMBER_REMEDY,
        WhyNot::TooLong => what_if::TOO_LONG_REMEDY,
        WhyNot::Formula(_) => what_if::FORMULA_REMEDY,
        WhyNot::Merged(_) => what_if::MERGED_REMEDY,
        WhyNot::TableHeading => what_if::TABLE_HEADING_REMEDY,
    }
}

/// What the interface's description shows.
pub fn samples() -> Vec<WhatIfFault> {
    let path = "incentives.exces_volume.rate.core";
    let spoken =
        ["激励 › exces_volume › 费率（元/吨） › core", "incentives › exces_volume › rate (yuan a tonne) › core"];
    let fault = Fault::new(
        "没有“exces_volume”；是否指“excess_volume”？",
        "there is no `exces_volume`; is `excess_volume` meant?",
    );
    let cell = ChangeFault { index: 0, sheet: "经销商".to_owned(), cell: "H4".to_owned(), why: WhyNot::NoSuchSheet };
    vec![WhatIfFault::of_path(path, spoken, &fault), WhatIfFault::of_cell(&cell)]
}
