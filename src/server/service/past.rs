//! What approved runs of earlier periods came to: handed to every calculation, and told of a dealer over the years.
//!
//! Only approved settlements that nothing supersedes count; several runs of a period go together. They are read once and remembered until a
//! count and the latest approval say that something else is approved. Where the request names the period, only the year before goes along,
//! so that a run's key doesn't change with other years.
//!
//! Whoever works for some regions is given a history of the dealers that were in these *then*, since a workbook may put any dealer into any
//! region. The history is part of a run's identity and stored with it, so cards, what-ifs and corrections know no more than the run.

use std::sync::{Arc, Mutex, PoisonError};

use rust_decimal::Decimal;

use super::Problem;
use crate::problem::shown;
use dealerbook_base::key::Key;
use dealerbook_engine::history::{History, PastDealer};
use dealerbook_engine::schema::nearest;
use dealerbook_store::{ApprovedResult, ApprovedState, Person, SettledResult, Store};

/// A dealer that nobody knows is compared with so many in search of the nearest.
const COMPARED_MAX: u32 = 20_000;

/// What was read last of approved settlements, with the state that they were in.
#[derive(Debug, Default)]
pub struct Past(Mutex<Option<(ApprovedState, Arc<Known>)>>);

/// What all dealers of approved settlements came to.
#[derive(Debug)]
struct Known {
    results: Vec<PastResult>,
    /// The same as history, for whoever works for all regions.
    history: Arc<History>,
}

/// What a dealer came to in an approved settlement.
#[derive(Clone, Debug)]
struct PastResult {
    /// In that year; where the dealer is now doesn't matter.
    region: Key,
    period: i16,
    dealer_id: String,
    dealer: PastDealer,
}

impl Past {
    /// Returns what approved settlements say of the periods before to this person: of the one before `period`, where that is known already, so that a
    /// run stays the same when other periods are approved. Whoever works for some regions is told of dealers that were in these then, whatever
    /// region a workbook puts them in now. It is read anew only when the settlements have changed.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn before(
        &self,
        period: Option<i16>,
        person: &Person,
        store: &Store,
    ) -> Result<Option<Arc<History>>, Problem> {
        let Some(known) = self.known(store).await? else { return Ok(None) };
        let history = match person.regions.is_empty() {
            true => known.history.clone(),
            false => Arc::new(known.of_regions(&person.regions)),
        };
        Ok(match period {
            Some(period) => history.for_period(period).map(Arc::new),
            None => Some(history).filter(|history| !history.is_empty()),
        })
    }

    async fn known(&self, store: &Store) -> Result<Option<Arc<Known>>, Problem> {
        let state = store.approved_state().await?;
        if state.settlements == 0 {
            return Ok(None);
        }
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, known)) = remembered.filter(|(of, _)| *of == state) {
            return Ok(Some(known));
        }
        let results = store.approved_results().await?;
        let results = results.into_iter().map(PastResult::read).collect::<Result<Vec<_>, Problem>>();
        let known = Arc::new(Known::of(results?));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, known.clone()));
        Ok(Some(known))
    }
}

impl Known {
    fn of(results: Vec<PastResult>) -> Known {
        let history = Arc::new(results.iter().cloned().map(PastResult::into_parts).collect());
        Known { results, history }
    }

    fn of_regions(&self, regions: &[Key]) -> History {
        let of_them = self.results.iter().filter(|result| regions.contains(&result.region));
        of_them.cloned().map(PastResult::into_parts).collect()
    }
}

impl PastResult {
    fn read(result: ApprovedResult) -> Result<PastResult, Problem> {
        let ApprovedResult { period, dealer_id, region, grade, tonnes } = result;
        let tonnes: Decimal = tonnes.parse().map_err(Problem::internal)?;
        let period = i16::try_from(period).map_err(Problem::internal)?;
        Ok(PastResult {
            region: Key::new(&region),
            period,
            dealer_id,
            dealer: PastDealer { grade, tonnes: Some(tonnes) },
        })
    }

    fn into_parts(self) -> (i16, String, PastDealer) {
        (self.period, self.dealer_id, self.dealer)
    }
}

/// Returns what the settlements say of a dealer that this person may see, the newest period first.
///
/// # Errors
/// When there is no such dealer; the nearest one is named.
pub async fn of_dealer(id: &str, person: &Person, store: &Store) -> Result<Vec<SettledResult>, Problem> {
    let results = store.settled_results(id, person).await?;
    if results.is_empty() {
        let known = store.settled_dealers(person, COMPARED_MAX).await?;
        let nearest = nearest(id, known.iter().map(String::as_str)).map(str::to_owned);
        return Err(Problem::NoSuchDealer { id: shown(id), nearest });
    }
    Ok(results)
}
