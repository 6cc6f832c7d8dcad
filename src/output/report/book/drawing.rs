//! The added sheets while they are drawn.

use rust_decimal::Decimal;
use rust_xlsxwriter::Workbook;

use crate::report::about_sheet::Section;
use crate::report::assessment_sheet::AssessmentSheet;
use crate::report::book_figures as figures;
use crate::report::follows::Follows;
use crate::report::overview_sheet::{Grades, Overview};
use crate::report::plot::Plot;
use dealerbook_engine::programmes::monthly::MonthlySales;
use dealerbook_engine::sheet::{Brief, Words};
use dealerbook_package::edit::GraftSheet;

/// The titles of the sheets, by their keys.
pub(super) struct Titles<'t> {
    pub(super) keys: Vec<&'static str>,
    pub(super) titles: &'t [String],
}

impl<'t> Titles<'t> {
    pub(super) fn of(&self, key: &str) -> Option<&'t str> {
        let place = self.keys.iter().position(|own| *own == key)?;
        self.titles.get(place).map(String::as_str)
    }
}

/// The added sheets while they are drawn, and what each has to say on others.
pub(super) struct Drawing<'a, 't> {
    pub(super) book: Workbook,
    pub(super) sheets: Vec<GraftSheet<'a>>,
    /// The cells of each sheet whose cached values govern.
    pub(super) governed: Vec<(&'t str, Vec<(u16, u32)>)>,
    /// The plots of the explanations.
    pub(super) plots: Vec<Plot>,
    /// Which headings follow a changed input.
    pub(super) follows: Follows,
    /// The sections of the explanations.
    pub(super) sections: Vec<Section>,
    pub(super) overview: Overview<'t>,
}

impl<'a, 't> Drawing<'a, 't> {
    pub(super) fn new(sections: Vec<Section>, monthly: Option<(&'t str, &'t MonthlySales<'t>)>) -> Self {
        let mut book = Workbook::new();
        // It is unpacked again at once.
        book.set_zip_compression_level(1);
        Drawing {
            book,
            sheets: Vec::new(),
            governed: Vec::new(),
            plots: Vec::new(),
            follows: Follows::default(),
            sections,
            overview: Overview { briefs: Vec::new(), grades: None, monthly },
        }
    }

    /// Adds what came out of the assessment to the overview and the explanations.
    pub(super) fn add_results(
        &mut self,
        scores: &AssessmentSheet<'a>,
        own: &'t str,
        paid: Option<(String, Decimal)>,
        words: Words<'a>,
    ) where
        'a: 't,
    {
        let brief = figures::results(scores, own, paid);
        let lost = figures::losses(scores, own);
        self.overview.grades = Some(Grades::new(scores, own));
        let figures = figures::key_figures(&brief, words.policy.grades.len() + 2);
        self.overview.briefs.push((own, Brief { figures, needs: scores.needs() }));
        self.plots = figures::charts(words, &brief, &lost);
        // What came out stands first, behind what must not be overlooked.
        let place = self.sections.iter().take_while(|section| section.warning).count();
        self.sections.splice(place..place, [brief, lost]);
    }
}
