//! What earlier periods came to: an argument of the pipeline, which never looks for it itself. Where a workbook leaves the year before
//! empty, this fills it (handbook 2: two problem years running; handbook 3: growth).

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use dealerbook_base::key::canonical;

/// What is known of earlier periods.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct History {
    periods: BTreeMap<i16, PastPeriod>,
}

/// What one period came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PastPeriod {
    /// The calendar year.
    pub period: i16,
    dealers: BTreeMap<String, PastDealer>,
}

/// What a dealer came to in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PastDealer {
    /// The grade by its id in the policy; none without a scorecard.
    pub grade: Option<String>,
    /// The year's own tonnes.
    #[serde(rename = "volume_tonnes")]
    pub tonnes: Option<Decimal>,
}

/// Why a result is no history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// It isn't a result.
    #[error("it is no result of a run")]
    NotAResult(#[from] serde_json::Error),
    /// Nothing was assessed in it.
    #[error("nothing was assessed in it")]
    NothingAssessed,
    /// There is one of this period already.
    #[error("there is another result of {0} already")]
    Repeated(i16),
}

#[derive(Deserialize)]
struct Outcome {
    run: OfRun,
    results: Option<Results>,
}

#[derive(Deserialize)]
struct OfRun {
    period: Option<i16>,
}

#[derive(Deserialize)]
struct Results {
    assessment: Option<Assessment>,
}

#[derive(Deserialize)]
struct Assessment {
    dealers: Vec<Assessed>,
}

#[derive(Deserialize)]
struct Assessed {
    dealer_id: String,
    #[serde(flatten)]
    past: PastDealer,
}

impl History {
    /// Takes in the result of a run of an earlier period (its result JSON).
    ///
    /// # Errors
    /// When it is none, nothing was assessed in it, or its period is known already.
    pub fn add_result(&mut self, json: &[u8]) -> Result<i16, HistoryError> {
        let Outcome { run, results } = serde_json::from_slice(json)?;
        let assessment = results.and_then(|results| results.assessment).ok_or(HistoryError::NothingAssessed)?;
        let period = run.period.ok_or(HistoryError::NothingAssessed)?;
        if self.periods.contains_key(&period) {
            return Err(HistoryError::Repeated(period));
        }
        let dealers = assessment
            .dealers
            .into_iter()
            .map(|dealer| (canonical(&dealer.dealer_id).into_owned(), dealer.past))
            .collect();
        self.periods.insert(period, PastPeriod { period, dealers });
        Ok(period)
    }

    /// The period before this one, where it is known.
    pub fn before(&self, period: Option<i16>) -> Option<&PastPeriod> {
        self.periods.get(&period?.checked_sub(1)?)
    }

    /// Only what a calculation of this period reads; none where nothing is known of the period before.
    pub fn for_period(&self, period: i16) -> Option<History> {
        let past = self.before(Some(period))?;
        Some(History { periods: BTreeMap::from([(past.period, past.clone())]) })
    }

    /// Whether nothing is known of any period.
    pub fn is_empty(&self) -> bool {
        self.periods.is_empty()
    }

    /// The hash of everything that it holds, in hex: the hashes of its periods, the oldest first.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        self.periods.values().for_each(|past| hash.update(past.sha256()));
        hex::encode(hash.finalize())
    }
}

/// From what dealers came to, each with its period; several results of a period may go together, as long as each has dealers of its own.
impl FromIterator<(i16, String, PastDealer)> for History {
    fn from_iter<I: IntoIterator<Item = (i16, String, PastDealer)>>(results: I) -> Self {
        let mut history = History::default();
        for (period, id, dealer) in results {
            let past = history.periods.entry(period).or_insert_with(|| PastPeriod { period, dealers: BTreeMap::new() });
            past.dealers.insert(canonical(&id).into_owned(), dealer);
        }
        history
    }
}

impl PastPeriod {
    /// What is known of a dealer.
    pub fn dealer(&self, id: &str) -> Option<&PastDealer> {
        self.dealers.get(&*canonical(id))
    }

    /// The hash of what it holds, in hex: a line for the period and one for each dealer in the order of their ids, id, grade and tonnes
    /// apart by tabs.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}\n", self.period));
        for (id, PastDealer { grade, tonnes }) in &self.dealers {
            let tonnes = tonnes.map(|tonnes| tonnes.normalize().to_string()).unwrap_or_default();
            hash.update(format!("{id}\t{}\t{tonnes}\n", grade.as_deref().unwrap_or_default()));
        }
        hex::encode(hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(period: i16, tonnes: &str) -> Vec<u8> {
        let dealer = serde_json::json!({"dealer_id": "D1", "grade": "problem", "volume_tonnes": tonnes, "rank": 1});
        let results = serde_json::json!({"assessment": {"dealers": [dealer]}});
        serde_json::to_vec(&serde_json::json!({"run": {"period": period}, "results": results})).unwrap()
    }

    #[test]
    fn the_year_before_is_found_by_the_period() {
        let mut history = History::default();
        assert_eq!(history.add_result(&result(2006, "12.5")).unwrap(), 2006);
        assert!(history.before(Some(2006)).is_none() && history.before(None).is_none());
        let past = history.before(Some(2007)).unwrap();
        assert_eq!(past.dealer("D1").unwrap().grade.as_deref(), Some("problem"));
        assert_eq!(past.dealer("D1").unwrap().tonnes, Some("12.5".parse().unwrap()));
        assert!(past.dealer("D2").is_none());
        assert!(history.for_period(2006).is_none());
        assert_eq!(history.for_period(2007).unwrap().sha256(), history.sha256());
    }

    #[test]
    fn the_hash_tells_what_is_in_it_and_nothing_else() {
        let hash = |tonnes| {
            let mut history = History::default();
            history.add_result(&result(2006, tonnes)).unwrap();
            history.sha256()
        };
        assert_eq!(hash("12.5"), hash("12.50"));
        assert_ne!(hash("12.5"), hash("12.6"));
    }

    #[test]
    fn what_is_no_result_is_refused() {
        let mut history = History::default();
        assert!(matches!(history.add_result(b"{}"), Err(HistoryError::NotAResult(_))));
        let nothing = br#"{"run": {"period": 2006}, "results": null}"#;
        assert!(matches!(history.add_result(nothing), Err(HistoryError::NothingAssessed)));
        history.add_result(&result(2006, "1")).unwrap();
        assert!(matches!(history.add_result(&result(2006, "1")), Err(HistoryError::Repeated(2006))));
    }
}
