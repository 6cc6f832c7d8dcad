//! Until when an assessment can be appealed (handbook 2.2 says within how many days an appeal is answered; how long one can be lodged is
//! a decision).

use serde::Deserialize;

use super::Section;

/// So many working days are a year: more is a slip.
const DAYS_MAX: u32 = 250;

/// The section `[appeals]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppealRules {
    /// An appeal can be lodged until so many working days after the run's settlement was submitted.
    pub lodge_in_working_days: u32,
}

impl Section for AppealRules {
    const NAME: &'static str = "appeals";

    fn faults(&self) -> Vec<String> {
        match self.lodge_in_working_days {
            1..=DAYS_MAX => Vec::new(),
            _ => vec![format!("lodge_in_working_days must be from 1 to {DAYS_MAX}")],
        }
    }
}
