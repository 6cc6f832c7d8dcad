//! What was asked for of runs, remembered: a run never changes, so it is read once for many pages. Bounded by weight, the least recently used
//! goes first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::again::agreement::Proof;
use super::findings::Findings;
use super::year::YearFromMonth;
use dealerbook_engine::outcome::Outcome;
use dealerbook_engine::policy::FourEyes;
use dealerbook_output::pipeline::View;

/// The outcomes of so many dealers are remembered; each takes about a kilobyte.
const DEALERS_MAX: usize = 40_000;
/// So many issues are remembered, of all runs together; each takes about half a kilobyte.
const ISSUES_MAX: usize = 100_000;
/// So many runs of which it is remembered whether they still come to their figures, and by whom they may be settled.
const PROOFS_MAX: usize = 10_000;
/// So many dealers and rows of programmes; each takes up to three kilobytes.
const ROWS_MAX: usize = 40_000;

/// All that is remembered of runs.
#[derive(Debug)]
pub struct OfRuns {
    /// What their dealers came to.
    pub outcomes: Remembered<Outcome>,
    /// Their years as these look from a month, by run and month.
    pub years: Remembered<YearFromMonth>,
    /// What they have found.
    pub findings: Remembered<Findings>,
    /// What they came to, as pages show it, by run and language.
    pub views: Remembered<View>,
    /// Whether this program comes to their figures.
    pub proofs: Remembered<Proof>,
    /// What their policies say of who does what.
    pub four_eyes: Remembered<FourEyes>,
    /// Held while a view is made.
    pub making: tokio::sync::Mutex<()>,
}

impl Default for OfRuns {
    fn default() -> Self {
        OfRuns {
            outcomes: Remembered::new(DEALERS_MAX),
            years: Remembered::new(DEALERS_MAX),
            findings: Remembered::new(ISSUES_MAX),
            views: Remembered::new(ROWS_MAX),
            proofs: Remembered::new(PROOFS_MAX),
            four_eyes: Remembered::new(PROOFS_MAX),
            making: tokio::sync::Mutex::default(),
        }
    }
}

/// How much something takes, in a unit of its own.
pub trait Weigh {
    /// Its weight.
    fn weight(&self) -> usize;
}

/// What was asked for last, by its key.
#[derive(Debug)]
pub struct Remembered<T> {
    weight_max: usize,
    known: Mutex<VecDeque<(String, Arc<T>)>>,
}

impl<T: Weigh> Remembered<T> {
    /// Nothing yet, and never more than this weight, unless one thing alone has more.
    pub fn new(weight_max: usize) -> Remembered<T> {
        Remembered { weight_max, known: Mutex::default() }
    }

    /// What is remembered under a key.
    pub fn find(&self, key: &str) -> Option<Arc<T>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|(named, _)| named == key)?;
        let found = known.remove(at)?;
        let value = found.1.clone();
        known.push_back(found);
        Some(value)
    }

    /// Remembers something, and forgets what there is no room for.
    pub fn remember(&self, key: &str, value: &Arc<T>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(named, _)| named != key);
        known.push_back((key.to_owned(), value.clone()));
        while known.len() > 1 && known.iter().map(|(_, value)| value.weight()).sum::<usize>() > self.weight_max {
            known.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Weigh for usize {
        fn weight(&self) -> usize {
            *self
        }
    }

    #[test]
    fn what_was_not_asked_for_longest_goes_first_and_the_newest_stays() {
        let remembered = Remembered::new(10);
        for (key, weight) in [("a", 4), ("b", 4)] {
            remembered.remember(key, &Arc::new(weight));
        }
        assert!(remembered.find("a").is_some(), "and so it was asked for last");
        remembered.remember("c", &Arc::new(4));
        assert!(remembered.find("b").is_none() && remembered.find("a").is_some());
        remembered.remember("d", &Arc::new(99));
        assert!(remembered.find("d").is_some() && remembered.find("a").is_none());
    }
}
