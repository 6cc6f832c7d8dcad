//! What a run has come to, owned: for whoever goes on with the figures and not with the workbook.

use super::{Job, PipelineError, Run, walk};
use dealerbook_engine::outcome::{DealerOutcome, Outcome, PaidLine, UnpaidLine};
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::assessment::Assessed;
use dealerbook_engine::programmes::incentives::Paid;

/// Calculates a workbook and gives what its dealers came to; nothing is written. `None` where no dealers were calculated.
///
/// # Errors
///
/// As [`super::run`].
pub fn outcome(job: &Job<'_>) -> Result<Option<Outcome>, PipelineError> {
    walk(job, |run| Ok(run.outcome()))
}

impl Run<'_> {
    /// What its dealers came to, where they were calculated.
    pub fn outcome(&self) -> Option<Outcome> {
        let calculated = self.calculated?;
        let assessment = calculated.assessment.as_ref()?;
        let paid = calculated.incentives.as_ref().map(|incentives| &incentives.dealers);
        let dealers = calculated.years.iter().zip(&assessment.dealers).enumerate();
        let dealers = dealers.map(|(n, (year, assessed))| self.dealer(year, assessed, paid.map(|paid| &paid[n])));
        Some(Outcome {
            period: self.checked.period?,
            as_of: self.checked.as_of.map(|day| day.to_string()),
            is_partial: self.partial().is_some(),
            has_incentives: paid.is_some(),
            dealers: dealers.collect(),
        })
    }

    /// How many of its dealers have no plan for the months to come, seen from within the year.
    pub fn without_plan(&self) -> usize {
        let years = self.calculated.map_or(&[][..], |calculated| &calculated.years);
        years.iter().filter(|year| year.goes_without_plan).count()
    }

    fn dealer(&self, year: &DealerYear<'_>, assessed: &Assessed<'_>, paid: Option<&Paid<'_>>) -> DealerOutcome {
        DealerOutcome {
            dealer_id: year.dealer.id.to_owned(),
            name: year.dealer.name.to_owned(),
            region: year.dealer.region.clone(),
            channel_mode: year.dealer.channel_mode.to_owned(),
            tonnes: assessed.volume.normalize(),
            score: assessed.total,
            grade: assessed.grade.map(|grade| self.policy.grades[grade].id.clone()),
            is_disqualified: year.dealer.falsified_documents,
            lines: paid.map(|paid| paid.lines.iter().map(PaidLine::from).collect()).unwrap_or_default(),
            amount: paid.map(|paid| paid.total).unwrap_or_default(),
            unpaid: paid.map(|paid| paid.unpaid.iter().map(UnpaidLine::from).collect()).unwrap_or_default(),
        }
    }
}
