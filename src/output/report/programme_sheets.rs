//! The sheets of all programmes but the assessment and the incentives: one line each, in the contract's order; then the reports.

use super::programme_sheet::Sheet;
use super::words::Words;
use super::{
    accounts_sheet, applicants_sheet, channel_options_sheet, channels_sheet, credit_sheet, maintenance_sheet,
    plans_sheet, review_sheet, roi_sheet, stock_report, stock_sheet, visit_report,
};
use crate::programmes::Outcomes;

/// The sheets of the programmes that ran.
pub fn of<'a>(outcomes: &'a Outcomes, words: Words<'a>) -> Vec<Sheet<'a>> {
    let sheets = [
        outcomes.applicants.as_ref().map(|outcome| applicants_sheet::sheet(outcome, words)),
        outcomes.credit.as_ref().map(|outcome| credit_sheet::sheet(outcome, words)),
        outcomes.stock.as_ref().map(|outcome| stock_sheet::sheet(outcome, words)),
        outcomes.roi.as_ref().map(|outcome| roi_sheet::sheet(outcome, words)),
        outcomes.review.as_ref().map(|outcome| review_sheet::sheet(outcome, words)),
        outcomes.plans.as_ref().map(|outcome| plans_sheet::sheet(outcome, words)),
        outcomes.accounts.as_ref().map(|outcome| accounts_sheet::sheet(outcome, words)),
        outcomes.channels.as_ref().map(|outcome| channels_sheet::sheet(outcome, words)),
        outcomes.channel_options.as_ref().map(|outcome| channel_options_sheet::sheet(outcome, words)),
        outcomes.maintenance.as_ref().map(|outcome| maintenance_sheet::sheet(outcome, words)),
        outcomes.stock.as_ref().map(|outcome| stock_report::sheet(outcome, words)),
        outcomes.maintenance.as_ref().map(|outcome| visit_report::sheet(outcome, words)),
    ];
    sheets.into_iter().flatten().collect()
}
