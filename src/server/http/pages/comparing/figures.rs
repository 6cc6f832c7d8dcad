//! The figures of a policy that people try otherwise: bounds of grades, and all figures of the incentives, by their paths.

use rust_decimal::Decimal;
use serde_json::Value;

use dealerbook_engine::policy::Policy;

/// Members of an incentive that are no figures of it.
const NOT_FIGURES: [&str; 8] = ["id", "kind", "title", "eligible", "violations", "basis", "method", "regions"];

/// A figure: its path and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// As `incentives.excess_volume.rate.core`.
    pub path: String,
    /// As the policy writes it.
    pub value: String,
}

/// The figures of a policy, in its order.
pub fn of(policy: &Policy) -> Vec<Figure> {
    let mut figures = Vec::new();
    let content = policy.content();
    for grade in list(&content["grades"]) {
        add(&format!("grades.{}.from", id(grade)), &grade["from"], &mut figures);
    }
    for incentive in list(&content["incentives"]) {
        let members = incentive.as_object().into_iter().flatten();
        for (name, value) in members.filter(|(name, _)| !NOT_FIGURES.contains(&name.as_str())) {
            add(&format!("incentives.{}.{name}", id(incentive)), value, &mut figures);
        }
    }
    add("dealer_cap", &content["dealer_cap"], &mut figures);
    figures
}

fn add(path: &str, value: &Value, figures: &mut Vec<Figure>) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(members) => {
            return members.iter().for_each(|(name, value)| add(&format!("{path}.{name}"), value, figures));
        }
        Value::Array(elements) => {
            let named = elements.iter().enumerate();
            return named.for_each(|(at, value)| add(&format!("{path}.{}", at + 1), value, figures));
        }
        _ => return,
    };
    if Decimal::from_str_exact(&text).is_ok() {
        figures.push(Figure { path: path.to_owned(), value: text });
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_that_is_offered_can_be_changed() {
        for policy in Policy::shipped().unwrap() {
            let figures = of(&policy);
            assert!(figures.len() > 8, "{}", policy.id);
            for Figure { path, value } in figures {
                let same = policy.varied(&[(path.clone(), Value::String(value))]);
                assert!(same.is_ok(), "{} {path}: {:?}", policy.id, same.err());
            }
        }
    }

    #[test]
    fn bounds_rates_and_sums_are_among_them() {
        let figures = of(&Policy::embedded().unwrap());
        let value = |path: &str| figures.iter().find(|figure| figure.path == path).map(|figure| figure.value.as_str());
        assert_eq!(value("grades.core.from"), Some("90"));
        assert_eq!(value("incentives.excess_volume.rate.core"), Some("30"));
        assert_eq!(value("incentives.compliance.fixed.key"), Some("6000"));
    }
}
