//! A year as it looks from one of its months, which is calculated once and remembered.

use super::remembered::Weigh;
use dealerbook_engine::accrual::Projections;
use dealerbook_engine::policy::Policy;

/// A year as it looks from a month, and the policy by which it does.
#[derive(Debug)]
pub struct YearFromMonth {
    /// The year as it is so far, to plan, and as so far.
    pub projections: Projections,
    /// The policy.
    pub policy: Policy,
}

impl Weigh for YearFromMonth {
    fn weight(&self) -> usize {
        let Projections { so_far, to_plan, as_so_far, .. } = &self.projections;
        [so_far, to_plan, as_so_far].iter().map(|outcome| outcome.weight()).sum()
    }
}
