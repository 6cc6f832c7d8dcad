//! Appeals as they are stored, and what the calculation is told of them.

use serde::Serialize;
use serde_json::Value;

use dealerbook_base::calendar::Calendar;
use dealerbook_engine::appeals::{Answer, Appeal, Correction};
use dealerbook_store::{AppealStatus, KeptAppeal};

/// A corrected cell.
#[derive(Debug, Serialize, serde::Deserialize, schemars::JsonSchema)]
#[schemars(rename = "Correction", deny_unknown_fields)]
pub struct StoredCorrection {
    /// The sheet's name.
    sheet: String,
    /// The cell, such as H5.
    cell: String,
    /// What stands there now: a number, a text, or null for nothing.
    #[schemars(extend("type" = ["number", "string", "null"]))]
    value: Value,
}

/// Returns the corrections of an accepted appeal; none of others.
pub fn corrections(appeal: &KeptAppeal) -> Vec<StoredCorrection> {
    appeal.corrections.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Returns an appeal as the calculation knows it.
pub fn known(appeal: &KeptAppeal, calendar: &Calendar) -> Appeal {
    let is_late = appeal.is_late();
    let answer = match appeal.status {
        AppealStatus::Open => {
            let due = appeal.due_at.parse().unwrap_or(jiff::Timestamp::MAX);
            let verified_on = appeal.verified_on.as_deref().and_then(|day| day.parse().ok());
            Answer::Open { due: calendar.day_that_ends(due), verified_on }
        }
        AppealStatus::Accepted => Answer::Accepted {
            text: appeal.answer.clone(),
            corrections: corrections(appeal).into_iter().map(Correction::from).collect(),
            is_late,
        },
        AppealStatus::Rejected => Answer::Rejected { reason: appeal.answer.clone().unwrap_or_default(), is_late },
    };
    Appeal { dealer_id: appeal.dealer_id.clone(), text: appeal.text.clone(), answer }
}

impl From<StoredCorrection> for Correction {
    fn from(StoredCorrection { sheet, cell, value }: StoredCorrection) -> Correction {
        let value = match value {
            Value::Null => None,
            Value::String(text) => Some(text).filter(|text| !text.is_empty()),
            other => Some(other.to_string()),
        };
        Correction { sheet, cell, value }
    }
}
