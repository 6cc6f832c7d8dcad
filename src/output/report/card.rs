//! 客户档案 / The dealer card: all that a run says of one dealer. For programs here; on a page in `card_sheet`.

use std::collections::HashMap;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json, json};

use super::json::{Calculated, Results};
use dealerbook_engine::programmes::incentives::Paid;
use dealerbook_engine::programmes::{self, DealerYear};
use dealerbook_engine::sheet::Sheet;
use dealerbook_engine::sheet::words::Words;
use dealerbook_engine::validate::{Parsed, Table};

/// What the cards of a run are made from.
pub struct Cards<'r> {
    /// How things are put.
    pub words: Words<'r>,
    /// Period, as-of date and policy in a line.
    pub subtitle: String,
    /// The period.
    pub period: Option<i16>,
    /// What must not be overlooked.
    pub notice: Option<String>,
    /// The dealers sheet.
    pub dealers: Option<&'r Table>,
    /// What was calculated.
    pub calculated: &'r Calculated<'r>,
    /// The places of the dealers in the calculation, by id.
    pub places: HashMap<&'r str, usize>,
    /// Whether the assessment itself was wanted.
    pub show_assessment: bool,
    /// The sheets of the programmes that speak of dealers.
    pub sheets: Vec<Of<'r>>,
}

/// A programme's sheet, with the row of each dealer.
pub struct Of<'r> {
    /// The sheet.
    pub sheet: Sheet<'r>,
    /// The rows by the dealer's id, from the top.
    pub rows: HashMap<String, Vec<usize>>,
}

impl<'r> Of<'r> {
    /// The sheet of a programme, where its rows are dealers. Reports say nothing that their programme doesn't.
    pub fn sheet(sheet: Sheet<'r>) -> Option<Self> {
        let rows = programmes::NAMES.contains(&sheet.key).then(|| sheet.dealers())??;
        Some(Self { sheet, rows })
    }
}

impl<'r> Cards<'r> {
    /// The ids of all dealers: those of the dealers sheet in its order; where there is none, those of the programmes' sheets.
    pub fn ids(&self) -> Vec<&str> {
        match (self.dealers, self.dealer_field("dealer_id")) {
            (Some(table), Some(id)) => {
                let mut known = std::collections::HashSet::new();
                (0..table.len()).filter_map(|row| table.column(id).text(row)).filter(|id| known.insert(*id)).collect()
            }
            _ => {
                let mut ids: Vec<&str> = self.sheets.iter().flat_map(|of| of.rows.keys().map(String::as_str)).collect();
                ids.sort_unstable();
                ids.dedup();
                ids
            }
        }
    }

    fn dealer_field(&self, name: &str) -> Option<usize> {
        self.words.schemas.resources[self.dealers?.resource].field(name)
    }

    /// The row of a dealer in the dealers sheet.
    pub fn row(&self, id: &str) -> Option<usize> {
        let (table, field) = (self.dealers?, self.dealer_field("dealer_id")?);
        (0..table.len()).find(|row| table.column(field).text(*row) == Some(id))
    }

    /// What a programme says of a dealer that has no row on its sheet.
    pub fn asides(&self, id: &str) -> Vec<String> {
        self.calculated.outcomes.asides(id, self.words)
    }

    /// A dealer's year and what it was paid, where it was calculated.
    pub fn year(&self, id: &str) -> Option<(usize, &'r DealerYear<'r>, Option<&'r Paid<'r>>)> {
        let place = *self.places.get(id)?;
        let paid = self.calculated.incentives.as_ref().and_then(|incentives| incentives.dealers.get(place));
        Some((place, self.calculated.years.get(place)?, paid))
    }

    /// The card for programs: the dealer's row, its months and violations, and its part of the results in their own shape.
    ///
    /// # Errors
    ///
    /// Those of serde_json, which are ours.
    pub fn json(&self, id: &str, results: &Results<'_, '_>) -> serde_json::Result<Json> {
        let months = self.year(id).and_then(|(_, year, _)| year.months.as_deref()).map(|months| {
            let month = |(n, month): (usize, &dealerbook_engine::programmes::Month)| {
                json!({
                    "month": format!("{:04}-{:02}", self.period.unwrap_or_default(), n + 1),
                    "actual_tonnes": dealerbook_base::exact::plain(&month.actual),
                    "planned_tonnes": month.planned.map(|planned| planned.normalize().to_string()),
                    "supplier_fault": month.supplier_fault,
                })
            };
            months.iter().enumerate().map(month).collect::<Vec<_>>()
        });
        let violations = self.year(id).map(|(_, year, _)| {
            let violations = &year.violations;
            json!({ "price": violations.price, "promotion": violations.promotion, "cross_region": violations.cross_region })
        });
        Ok(json!({
            "dealer_id": id,
            "period": self.period,
            "dealer": self.row(id).map(|row| self.fields(row)),
            "months": months,
            "violations": violations,
            "results": of_dealer(&serde_json::to_vec(results)?, id)?,
        }))
    }

    /// The row of the dealers sheet, by the names of its fields: decimals as strings, categories canonical.
    fn fields(&self, row: usize) -> Json {
        let Some(table) = self.dealers else { return Json::Null };
        let resource = &self.words.schemas.resources[table.resource];
        let value = |n: usize| match table.column(n).value(row) {
            None => Json::Null,
            Some(Parsed::Text(text)) => text.into_owned().into(),
            Some(Parsed::Key(key)) => key.shown().into(),
            Some(Parsed::Number(x)) => x.normalize().to_string().into(),
            Some(Parsed::Category(index)) => resource.fields[n].categories[index].value.clone().into(),
            Some(Parsed::Boolean(yes)) => yes.into(),
            Some(Parsed::Date(day)) => day.to_string().into(),
        };
        resource
            .fields
            .iter()
            .enumerate()
            .map(|(n, field)| (field.name.clone(), value(n)))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// A dealer's part of results that stand as text: of each programme the lists that have something of the dealer, and of these only
/// that. One element at a time is held, whatever the number of dealers.
fn of_dealer(results: &[u8], id: &str) -> serde_json::Result<Json> {
    let mut reader = serde_json::Deserializer::from_slice(results);
    Part { id, depth: 0 }.deserialize(&mut reader).map(|part| part.unwrap_or_else(|| Json::Object(Map::new())))
}

/// Reads what has to do with one dealer, and passes over the rest.
#[derive(Clone, Copy)]
struct Part<'d> {
    id: &'d str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Option<Json>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Option<Json>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("results")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parts = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            // A programme, then its lists; what lies deeper has no dealers of its own.
            if self.depth > 1 {
                map.next_value::<IgnoredAny>()?;
            } else if let Some(part) = map.next_value_seed(Part { depth: self.depth + 1, ..self })? {
                parts.insert(key, part);
            }
        }
        Ok((!parts.is_empty()).then_some(Json::Object(parts)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut kept = Vec::new();
        while let Some(element) = list.next_element::<Json>()? {
            if element.get("dealer_id").and_then(Json::as_str) == Some(self.id) {
                kept.push(element);
            }
        }
        Ok((!kept.is_empty()).then_some(Json::Array(kept)))
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_list_only_what_is_of_the_dealer_remains_and_of_other_programmes_nothing() {
        let results = json!({
            "credit": { "dealers": [{ "dealer_id": "D1", "limit": "1.00" }, { "dealer_id": "D2", "limit": "2.00" }], "total": "3.00" },
            "stock": { "rows": [{ "dealer_id": "D2", "product": "a" }, { "dealer_id": "D2", "product": "b" }], "late": null },
            "accounts": { "accounts": [{ "account_id": "D2" }], "share": 0.5, "ok": true },
        });
        let part = of_dealer(results.to_string().as_bytes(), "D2").unwrap();
        assert_eq!(
            part,
            json!({
                "credit": { "dealers": [{ "dealer_id": "D2", "limit": "2.00" }] },
                "stock": { "rows": [{ "dealer_id": "D2", "product": "a" }, { "dealer_id": "D2", "product": "b" }] },
            })
        );
        assert_eq!(of_dealer(results.to_string().as_bytes(), "D3").unwrap(), json!({}));
    }
}
