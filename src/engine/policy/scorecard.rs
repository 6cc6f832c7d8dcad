//! Scorecards: characteristics, their weights and the rules by which they earn points (handbook 2).

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Title;
use super::scorecard_entry::Entry;

/// A scorecard of 100 points.
#[derive(Clone, Debug, Deserialize)]
pub struct Scorecard {
    /// Its name in results.
    pub id: String,
    /// What people call it.
    pub title: Title,
    /// Its characteristics, in the order in which they are shown.
    pub characteristics: Vec<Characteristic>,
}

impl Scorecard {
    /// Whether it has a characteristic of this name.
    pub fn needs(&self, id: &str) -> bool {
        self.characteristics.iter().any(|c| c.id == id)
    }
}

/// One characteristic of a card.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Entry")]
pub struct Characteristic {
    /// Its name in results; for the kinds `category` and `count` also the column that it reads.
    pub id: String,
    /// The most points it can earn.
    pub weight: Decimal,
    /// How it earns them.
    pub rule: Rule,
}

/// The kinds of rule.
#[derive(Clone, Debug)]
pub enum Rule {
    /// By the dealer's rank in annual tonnes among the dealers of its card.
    Rank {
        /// From rank 1 on; the last band takes the rest.
        bands: Vec<Band>,
    },
    /// By a category.
    Category {
        /// The points of each value, best first.
        values: Vec<ValuePoints>,
    },
    /// By a count.
    Count {
        /// Lower bounds, the highest first; the last is 0.
        bands: Vec<Band>,
    },
    /// By own tonnes / tonnes of all brands: full points at a ratio, less for each whole step below, never below 0.
    Exclusivity {
        /// The ratio that earns the whole weight.
        full_at: Decimal,
        /// The width of a step.
        step: Decimal,
        /// The points that a step costs.
        points_a_step: Decimal,
    },
    /// weight × evenness index.
    Evenness,
    /// The weight less some points a confirmed violation, below 0 as well.
    Violations {
        /// Which kind counts.
        violation: String,
        /// The points that each costs.
        points_each: Decimal,
    },
}

/// From a bound on, so many points.
#[derive(Clone, Debug, Deserialize)]
pub struct Band {
    /// The bound, itself included.
    pub from: i64,
    /// The points.
    pub points: Decimal,
    /// The reason code.
    pub reason: String,
}

/// A value and its points.
#[derive(Clone, Debug, Deserialize)]
pub struct ValuePoints {
    /// The canonical value.
    pub value: String,
    /// The points.
    pub points: Decimal,
    /// The reason code.
    pub reason: String,
}
