//! A figure as it is shown: rounded once, with the places that the handbook gives it; in JSON a string, never a float.

use std::borrow::Cow;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::sheet::Value;
use dealerbook_base::exact::{Exact, decimal};

/// A figure as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure(Decimal);

impl Figure {
    /// Rounded half away from zero to so many places, with just these places.
    pub fn round(exact: &Exact, places: u32) -> Self {
        Self(exact.round(places))
    }

    /// Money and scores: 2 places.
    pub fn money(exact: &Exact) -> Self {
        Self::round(exact, 2)
    }

    /// Ratios, indices, shares and coefficients: 4 places.
    pub fn ratio(exact: &Exact) -> Self {
        Self::round(exact, 4)
    }

    /// Tonnes and other sums as they add up, without trailing zeros.
    pub fn plain(exact: &Exact) -> Self {
        Self(decimal(exact).normalize())
    }

    /// As a decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Figure> for Exact {
    fn from(figure: Figure) -> Self {
        figure.0.into()
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for Figure {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Figure".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"})
    }
}

impl From<Figure> for Value<'_> {
    fn from(figure: Figure) -> Self {
        Value::Number(figure.decimal())
    }
}
