//! Why a kept run isn't what this program would calculate.

use super::words::runs;
use dealerbook_base::lang::Lang;
use dealerbook_output::pipeline::PipelineError;

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
        match self {
            Disagreement::Figure { at, kept, now } => runs::DifferenceFigure { at, stored: kept, now }.text(lang),
            Disagreement::Faulty { errors, first } => runs::DifferenceErrors { errors, first }.text(lang),
            Disagreement::Refused { why: [zh, en] } => lang.pick(zh, en).to_owned(),
        }
    }
}
