//! Why a kept run isn't what this program would calculate.

use crate::lang::Lang;
use crate::pipeline::PipelineError;

/// Why this program doesn't come to the kept figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// It comes to another figure.
    Figure {
        /// Where it stands in the results, as `assessment.dealers[D001].total`.
        at: String,
        /// As it is kept.
        kept: String,
        /// As it comes out now.
        now: String,
    },
    /// It finds errors and calculates nothing.
    Faulty {
        /// How many.
        errors: usize,
        /// The first one, in the run's language.
        first: String,
    },
    /// It doesn't read the upload at all.
    Refused {
        /// Why, in both languages.
        why: [String; 2],
    },
}

impl Disagreement {
    /// Of a workbook that can't be worked on any more.
    pub fn refused(error: &PipelineError) -> Disagreement {
        Disagreement::Refused { why: [error.detail(Lang::Zh), error.detail(Lang::En)] }
    }

    /// Of data that are found faulty now.
    pub fn faulty(errors: usize, headlines: &[String]) -> Disagreement {
        Disagreement::Faulty { errors, first: headlines.first().cloned().unwrap_or_default() }
    }

    /// What is different, in a sentence.
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Disagreement::Figure { at, kept, now }, Lang::Zh) => format!("{at} 原为 {kept}，现为 {now}。"),
            (Disagreement::Figure { at, kept, now }, Lang::En) => format!("{at} was {kept} and is {now} now."),
            (Disagreement::Faulty { errors, first }, Lang::Zh) => format!("现在发现 {errors} 处错误：{first}"),
            (Disagreement::Faulty { errors, first }, Lang::En) => format!("It finds {errors} errors now: {first}"),
            (Disagreement::Refused { why: [zh, en] }, lang) => lang.pick(zh, en).to_owned(),
        }
    }
}
