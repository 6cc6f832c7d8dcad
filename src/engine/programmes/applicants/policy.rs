//! How applicants are assessed (handbook 4): characteristics, bands, vetoes and grades.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::policy::{Section, Title};

/// The section `[applicants]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicantRules {
    /// The grades, best first; the last one takes the rest.
    pub grades: Vec<ApplicantGrade>,
    /// The characteristics, in the order in which they are shown; their weights come to 100.
    pub characteristics: Vec<ApplicantCharacteristic>,
}

/// A grade of an applicant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicantGrade {
    /// Its name in results.
    pub id: String,
    /// The lowest total that earns it.
    pub from: Option<Decimal>,
    /// What people call it.
    pub title: Title,
    /// As which grade of dealer it is treated, in results.
    pub treated_as: String,
    /// The same for people.
    pub treatment: Title,
}

/// A characteristic: a number with bands, or a category with choices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicantCharacteristic {
    /// Its name in results.
    pub id: String,
    /// The column that it reads, where that has another name.
    pub column: Option<String>,
    /// What people call it.
    pub title: Title,
    /// The most points it can earn.
    pub weight: Decimal,
    /// Lower bounds on a number, the highest first; the last is 0.
    #[serde(default)]
    pub bands: Vec<NumberBand>,
    /// The points of each category, best first.
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// From a bound on, so many points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberBand {
    /// The bound, itself included.
    pub from: Decimal,
    /// The points.
    pub points: Decimal,
    /// The reason code.
    pub reason: String,
}

/// A category and its points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The canonical value.
    pub value: String,
    /// The points.
    pub points: Decimal,
    /// The reason code.
    pub reason: String,
    /// Whether it rejects the applicant whatever the total.
    #[serde(default)]
    pub veto: bool,
}

impl ApplicantRules {
    /// The grade that a total earns.
    pub fn grade_of(&self, total: Decimal) -> usize {
        self.grades.iter().position(|g| g.from.is_none_or(|from| total >= from)).unwrap_or(self.grades.len() - 1)
    }
}

impl ApplicantCharacteristic {
    /// The column of the sheet that it reads.
    pub fn column(&self) -> &str {
        self.column.as_deref().unwrap_or(&self.id)
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let points: Vec<Decimal> =
            self.bands.iter().map(|b| b.points).chain(self.choices.iter().map(|c| c.points)).collect();
        if self.bands.is_empty() == self.choices.is_empty() {
            faults.push(format!("{}: it must have either bands or choices", self.id));
        }
        if points.iter().max() != Some(&self.weight) {
            faults.push(format!("{}: the best must earn the weight, {}", self.id, self.weight));
        }
        if self.bands.windows(2).any(|pair| pair[0].from <= pair[1].from) {
            faults.push(format!("{}: bands overlap or stand in the wrong order", self.id));
        }
        if self.bands.last().is_some_and(|band| !band.from.is_zero()) {
            faults.push(format!("{}: the last band must begin at 0", self.id));
        }
        if self.choices.iter().any(|c| c.veto && !c.points.is_zero()) {
            faults.push(format!("{}: a choice with a veto must earn 0", self.id));
        }
        faults
    }
}

impl Section for ApplicantRules {
    const NAME: &'static str = "applicants";

    fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self.characteristics.iter().flat_map(ApplicantCharacteristic::faults).collect();
        let sum: Decimal = self.characteristics.iter().map(|c| c.weight).sum();
        if sum != Decimal::ONE_HUNDRED {
            faults.push(format!("the weights come to {sum} instead of 100"));
        }
        let bounds: Vec<Option<Decimal>> = self.grades.iter().map(|g| g.from).collect();
        let falling = bounds.windows(2).all(|pair| pair[0].is_some() && pair[0] > pair[1]);
        if !falling || bounds.last().is_none_or(Option::is_some) {
            faults.push("the grades must fall, and the last one must take the rest".to_owned());
        }
        faults
    }
}
