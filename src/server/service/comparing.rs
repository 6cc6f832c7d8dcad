//! Two runs compared, and what stands beside their figures.

use std::sync::Arc;

use serde_json::Value;

use super::{Problem, Service, again};
use dealerbook_base::lang::Lang;
use dealerbook_engine::outcome::Outcome;
use dealerbook_engine::policy::variation::{PolicyDifference, differences, spoken};
use dealerbook_engine::policy::{Policy, Rates};
use dealerbook_output::report::comparison_book::Changed;
use dealerbook_store::Run;

/// What is said beside the figures.
#[derive(Debug)]
pub struct Captions {
    /// The language.
    pub lang: Lang,
    /// The workbook's heading, in both languages.
    pub heading: [&'static str; 2],
    /// What the two sides are called.
    pub sides: [String; 2],
    /// What was changed.
    pub changes: Vec<Changed>,
    /// Who names grades and programmes, those that matter most first.
    pub policies: Vec<Policy>,
    /// Whether one of them has the shipped rates, which are examples.
    pub has_example_rates: bool,
}

/// What comes before, and what after.
#[derive(Debug)]
pub struct Pair(pub Arc<Outcome>, pub Arc<Outcome>);

/// Compares a run with a later one: what each of them came to, and what differs between their policies.
///
/// # Errors
/// When one of them can't be calculated again.
pub async fn compare(
    first: &Run,
    second: &Run,
    lang: Lang,
    service: &Arc<Service>,
) -> Result<(Captions, Pair), Problem> {
    let before = again::outcome(first, service).await?;
    let after = again::outcome(second, service).await?;
    let mut policies = vec![again::policy(first, service).await?, again::policy(second, service).await?];
    let changes = changed_figures(&policies[0], &policies[1], lang);
    let has_example_rates = policies.iter().any(|policy| policy.rates == Rates::Example);
    policies.reverse();
    let (heading, sides) = (["两次运行对比", "Two runs compared"], [run_name(first), run_name(second)]);
    Ok((Captions { lang, heading, sides, changes, policies, has_example_rates }, Pair(before, after)))
}

/// Returns a run's name as people know it.
pub fn run_name(run: &Run) -> String {
    run.filename.clone().unwrap_or_else(|| run.id.clone())
}

/// Returns what differs between two policies, in words.
pub fn changed_figures(before: &Policy, after: &Policy, lang: Lang) -> Vec<Changed> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let changed = |difference: PolicyDifference| Changed {
        words: Some(spoken(&difference.path, after, lang)),
        before: text(&difference.before),
        after: text(&difference.after),
        place: difference.path,
    };
    differences(before, after).into_iter().map(changed).collect()
}
