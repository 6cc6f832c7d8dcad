//! A policy with some of its figures changed, to see what that would come to, and what differs between two policies. Both go by paths
//! into the policy's parts: `incentives.excess_volume.rate.core`. An element of a list is named by its `id` where it has one, else by its
//! place, from 1: `incentives.volume_tiers.tiers.2.rate`.

use rust_decimal::Decimal;
use serde_json::Value as Json;
use toml::{Table, Value};

use super::draft::toml_table;
use super::fault::fault;
use super::{Fault, Policy, PolicyError, read};
use crate::schema::nearest;
use dealerbook_base::lang::Lang;

/// The worked examples are those of the policy as it was: with other figures they come out otherwise.
const EXAMPLES: &str = "examples";
/// So many names are told where none is near.
const NAMES_REPORTED_MAX: usize = 12;

/// Why a varied policy can't be had.
#[derive(Debug)]
pub struct VariationFaults {
    /// Paths that lead nowhere, each with why.
    pub paths: Vec<(String, Fault)>,
    /// What is wrong with the policy that comes of the other changes.
    pub policy: Vec<Fault>,
}

/// What differs at a place.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PolicyDifference {
    /// The place, as `incentives.excess_volume.rate.core`.
    pub path: String,
    /// What stands there before; null where nothing does.
    pub before: Json,
    /// What stands there after; null where nothing does.
    pub after: Json,
}

impl Policy {
    /// Returns the policy's text with other values at some places, without its worked examples, and the paths that lead nowhere.
    ///
    /// # Errors
    /// When its text can't be read or written any more.
    pub(crate) fn varied_text(
        &self,
        changes: &[(String, Json)],
    ) -> Result<(String, Vec<(String, Fault)>), VariationFaults> {
        let file = self.id.as_str();
        let read = |text| toml_table(file, text).map_err(|error| of_policy(&error));
        let mut table = read(&self.source.text)?;
        if let Some(base) = &self.source.base {
            read::extend(&mut table, read(base)?);
        }
        table.remove(EXAMPLES);
        table.remove(read::EXTENDS);
        let mut whole = Value::Table(table);
        let mut paths = Vec::new();
        for (path, value) in changes {
            if let Err(fault) = set(&mut whole, path, value) {
                paths.push((path.clone(), fault));
            }
        }
        let text = toml::to_string(&whole).map_err(|error| {
            let reported = error.to_string();
            VariationFaults { paths: Vec::new(), policy: vec![Fault::new(reported.clone(), reported)] }
        })?;
        Ok((text, paths))
    }
}

fn of_policy(error: &PolicyError) -> VariationFaults {
    VariationFaults { paths: Vec::new(), policy: error.faults() }
}

fn set(whole: &mut Value, path: &str, value: &Json) -> Result<(), Fault> {
    let steps: Vec<&str> = path.split('.').map(str::trim).collect();
    let Some((last, above)) = steps.split_last().filter(|_| steps.iter().all(|step| !step.is_empty())) else {
        return Err(fault!("“{}”不是路径", "`{}` is no path", path));
    };
    if matches!(steps[0], EXAMPLES | read::EXTENDS) {
        return Err(fault!("“{}”不能试改", "`{}` can't be tried otherwise", steps[0]));
    }
    let mut place = whole;
    for step in above {
        place = child(place, step)?;
    }
    match place {
        Value::Table(table) => {
            let old = table.get(*last);
            still_a_figure(value, old)?;
            match toml_value(value, old) {
                Some(new) => drop(table.insert((*last).to_owned(), new)),
                None if old.is_some() => drop(table.remove(*last)),
                None => return Err(missing(last, table.keys().map(String::as_str).collect())),
            }
            Ok(())
        }
        other => match value {
            Json::Null => {
                let at = position(other, last)?;
                other.as_array_mut().map(|list| list.remove(at));
                Ok(())
            }
            _ => {
                let element = child(other, last)?;
                still_a_figure(value, Some(element))?;
                if let Some(new) = toml_value(value, Some(element)) {
                    *element = new;
                }
                Ok(())
            }
        },
    }
}

/// What is typed for a figure must be one: the policy itself would only say that the whole part can't be read.
fn still_a_figure(new: &Json, old: Option<&Value>) -> Result<(), Fault> {
    let is_figure = |text: &str| Decimal::from_str_exact(text.trim()).is_ok();
    let was_figure = match old {
        Some(Value::String(text)) => is_figure(text),
        Some(Value::Integer(_)) => true,
        _ => false,
    };
    match new {
        Json::String(text) if was_figure && !is_figure(text) => {
            Err(fault!("“{}”不是数字，请填写数字，例如 12.5", "`{}` is no figure; write one such as 12.5", text))
        }
        _ => Ok(()),
    }
}

fn child<'v>(place: &'v mut Value, step: &str) -> Result<&'v mut Value, Fault> {
    if place.is_array() {
        let at = position(place, step)?;
        return place.as_array_mut().and_then(|list| list.get_mut(at)).ok_or_else(|| missing(step, Vec::new()));
    }
    let names = names(place);
    let names = names.iter().map(String::as_str).collect::<Vec<_>>();
    match place {
        Value::Table(table) => table.get_mut(step).ok_or_else(|| missing(step, names)),
        _ => Err(missing(step, Vec::new())),
    }
}

fn names(place: &Value) -> Vec<String> {
    place.as_table().map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// The place of an element in a list, by its id or its number.
fn position(list: &Value, step: &str) -> Result<usize, Fault> {
    let elements = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let id = |element: &Value| element.get("id").and_then(Value::as_str).map(str::to_owned);
    let by_id = elements.iter().position(|element| id(element).as_deref() == Some(step));
    let by_number = || step.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < elements.len());
    by_id.or_else(by_number).ok_or_else(|| {
        let ids: Vec<String> = elements
            .iter()
            .enumerate()
            .map(|(n, element)| id(element).unwrap_or_else(|| (n + 1).to_string()))
            .collect();
        missing(step, ids.iter().map(String::as_str).collect())
    })
}

fn missing(step: &str, there: Vec<&str>) -> Fault {
    if there.is_empty() {
        return fault!("没有“{}”", "there is no `{}`", step);
    }
    match nearest(step, there.iter().copied()) {
        Some(near) => fault!("没有“{}”；是否指“{}”？", "there is no `{}`; is `{}` meant?", step, near),
        None => {
            let reported = &there[..there.len().min(NAMES_REPORTED_MAX)];
            Fault::new(
                format!("没有“{step}”；可写：{}", reported.join("、")),
                format!("there is no `{step}`; there are: {}", reported.join(", ")),
            )
        }
    }
}

/// A value as the policy writes it: figures are texts there, but for a few whole numbers.
fn toml_value(value: &Json, old: Option<&Value>) -> Option<Value> {
    Some(match (value, old) {
        (Json::Null, _) => return None,
        (Json::Bool(yes), _) => Value::Boolean(*yes),
        (Json::Number(number), Some(Value::Integer(_))) if number.is_i64() => Value::Integer(number.as_i64()?),
        (Json::Number(number), _) => Value::String(number.to_string()),
        (Json::String(text), Some(Value::Integer(_))) => {
            text.trim().parse().map_or_else(|_| Value::String(text.clone()), Value::Integer)
        }
        (Json::String(text), _) => Value::String(text.clone()),
        (Json::Array(list), old) => {
            let before = |n: usize| old.and_then(Value::as_array).and_then(|list| list.get(n));
            Value::Array(list.iter().enumerate().filter_map(|(n, one)| toml_value(one, before(n))).collect())
        }
        (Json::Object(members), old) => {
            let before = |name: &str| old.and_then(Value::as_table).and_then(|table| table.get(name));
            let member = |(name, one): (&String, &Json)| Some((name.clone(), toml_value(one, before(name))?));
            Value::Table(members.iter().filter_map(member).collect::<Table>())
        }
    })
}

/// What differs between two policies, by places in the order of the first; worked examples aside.
pub fn differences(before: &Policy, after: &Policy) -> Vec<PolicyDifference> {
    let mut found = Vec::new();
    compare(&mut found, String::new(), &before.content(), &after.content());
    found.retain(|difference| {
        let first = difference.path.split('.').next().unwrap_or_default();
        first != EXAMPLES && first != read::EXTENDS
    });
    found
}

fn compare(found: &mut Vec<PolicyDifference>, path: String, before: &Json, after: &Json) {
    let below = |step: &str| if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") };
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => {
            for (name, value) in old {
                compare(found, below(name), value, new.get(name).unwrap_or(&Json::Null));
            }
            for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                compare(found, below(name), &Json::Null, value);
            }
        }
        (Json::Array(old), Json::Array(new)) if old.iter().chain(new).all(|one| !one.is_string()) => {
            let (old, new) = (numbered(old), numbered(new));
            for (name, value) in &old {
                let other = new.iter().find(|(other, _)| other == name).map_or(&Json::Null, |(_, value)| *value);
                compare(found, below(name), value, other);
            }
            for (name, value) in new.iter().filter(|(name, _)| old.iter().all(|(other, _)| other != name)) {
                compare(found, below(name), &Json::Null, value);
            }
        }
        _ if before == after => {}
        _ => found.push(PolicyDifference { path, before: before.clone(), after: after.clone() }),
    }
}

/// The elements of a list by their ids, or by their numbers.
fn numbered(list: &[Json]) -> Vec<(String, &Json)> {
    let name = |(n, one): (usize, &Json)| one["id"].as_str().map_or_else(|| (n + 1).to_string(), str::to_owned);
    list.iter().enumerate().map(|(n, one)| (name((n, one)), one)).collect()
}

/// A path in words, as far as the policy has names for its steps: 激励 › 超额销量奖励 › 费率 › 核心经销商
pub fn spoken(path: &str, policy: &Policy, lang: Lang) -> String {
    let word = |step: &str| -> String {
        let title = policy
            .incentives
            .iter()
            .find(|one| one.id == step)
            .map(|one| &one.title)
            .or_else(|| policy.grades.iter().find(|one| one.id == step).map(|one| &one.title))
            .or_else(|| policy.scorecards.iter().find(|one| one.id == step).map(|one| &one.title))
            .or_else(|| policy.characteristics.get(step));
        match title {
            Some(title) => title.pick(lang).to_owned(),
            None => key(step, lang).to_owned(),
        }
    };
    path.split('.').map(word).collect::<Vec<_>>().join(" › ")
}

fn key(step: &str, lang: Lang) -> &str {
    let (zh, en) = match step {
        "incentives" => ("激励", "incentives"),
        "grades" => ("评级", "grades"),
        "scorecards" => ("考核表", "scorecards"),
        "characteristics" => ("指标", "characteristics"),
        "rate" => ("费率（元/吨）", "rate (yuan a tonne)"),
        "percent" => ("比例（%）", "percent"),
        "fixed" => ("固定金额（元）", "fixed sum (yuan)"),
        "from" => ("下限", "from"),
        "from_percent" => ("增幅下限（%）", "from percent"),
        "cap" => ("封顶（元）", "cap (yuan)"),
        "minimum" => ("起付（元）", "minimum (yuan)"),
        "tiers" => ("档次", "tiers"),
        "bands" => ("分档", "bands"),
        "weight" => ("权重", "weight"),
        "points" => ("分值", "points"),
        "dealer_cap" => ("经销商封顶（元）", "dealer's cap (yuan)"),
        "rates" => ("费率来源", "whose rates"),
        "version" => ("版本", "version"),
        "title" => ("名称", "title"),
        "modes" => ("合作方式", "channel modes"),
        "regions" => ("区域", "regions"),
        "settlement" => ("结算", "settlement"),
        "approval" => ("审批档", "bands of approvals"),
        "up_to" => ("不超过（元）", "up to (yuan)"),
        "approvals" => ("批准人数", "approvals"),
        "approver_may_pay" => ("批准人可付款", "approvers may pay"),
        "orderer_may_confirm" => ("下单人可确认付款", "who orders may confirm"),
        _ => return step,
    };
    lang.pick(zh, en)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn varied(policy: &Policy, changes: &[(&str, Json)]) -> Result<Policy, VariationFaults> {
        let changes: Vec<(String, Json)> =
            changes.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect();
        policy.varied(&changes)
    }

    #[test]
    fn a_figure_is_changed_by_its_path_and_nothing_else() {
        for policy in Policy::shipped().expect("sound") {
            assert_eq!(differences(&policy, &varied(&policy, &[]).expect("as it was")), []);
            let other = varied(
                &policy,
                &[("incentives.excess_volume.rate.core", json!("35")), ("grades.core.from", json!(88))],
            );
            let found = differences(&policy, &other.expect("sound"));
            let reported: Vec<(&str, &Json)> = found.iter().map(|one| (one.path.as_str(), &one.after)).collect();
            assert_eq!(
                reported,
                [("grades.core.from", &json!("88")), ("incentives.excess_volume.rate.core", &json!("35"))]
            );
        }
    }

    #[test]
    fn elements_without_an_id_are_counted_from_1_and_null_takes_away() {
        let policy = &Policy::shipped().expect("sound")[1];
        let other = varied(
            policy,
            &[
                ("incentives.volume_tiers.tiers.2.rate", json!("7")),
                ("incentives.volume_tiers.cap", Json::Null),
                ("incentives.growth", Json::Null),
                ("answer_appeals_in_working_days", json!("3")),
            ],
        )
        .expect("sound");
        let paths: Vec<String> = differences(policy, &other).into_iter().map(|one| one.path).collect();
        let expected = [
            "answer_appeals_in_working_days",
            "incentives.growth",
            "incentives.volume_tiers.cap",
            "incentives.volume_tiers.tiers.2.rate",
        ];
        let mut sorted = paths.clone();
        sorted.sort();
        assert_eq!(sorted, expected, "{paths:?}");
    }

    #[test]
    fn paths_that_lead_nowhere_and_faults_of_the_policy_are_told_at_once() {
        let policy = Policy::embedded().expect("sound");
        let faults = varied(
            &policy,
            &[
                ("incentives.exces_volume.rate.core", json!("35")),
                ("grades.core.from", json!("much")),
                ("incentives.excess_volume.rates", json!("1")),
                ("", json!("1")),
                ("examples.1.name", json!("x")),
                ("incentives.nothing_of_the_kind", Json::Null),
            ],
        )
        .expect_err("refuses");
        let paths: Vec<&str> = faults.paths.iter().map(|(path, _)| path.as_str()).collect();
        let expected = [
            "incentives.exces_volume.rate.core",
            "grades.core.from",
            "",
            "examples.1.name",
            "incentives.nothing_of_the_kind",
        ];
        assert_eq!(paths, expected);
        assert!(faults.paths[1].1.pick(Lang::En).contains("no figure"), "{:?}", faults.paths[1]);
        assert!(faults.paths[0].1.pick(Lang::En).contains("excess_volume"), "{:?}", faults.paths[0]);
        let reported: Vec<&str> = faults.policy.iter().map(|fault| fault.pick(Lang::En)).collect();
        assert!(reported.iter().any(|fault| fault.contains("rates")), "{reported:?}");
    }

    #[test]
    fn a_path_is_spoken_in_the_policys_names() {
        let policy = Policy::embedded().expect("sound");
        let said = spoken("incentives.excess_volume.rate.core", &policy, Lang::Zh);
        assert_eq!(said, "激励 › 超额销量奖励 › 费率（元/吨） › 核心经销商");
    }
}
