//! A token of the role `sales` may be for some regions only: workbooks with dealers of another are refused, and nothing of them is kept.

use super::{Problem, Service};
use dealerbook_base::key::Key;
use dealerbook_store::{Run, regions_beyond};

/// Lets regions of a dealers sheet pass that are among those which somebody works for; `only` is empty where they work for all.
///
/// # Errors
/// Names those that aren't.
pub fn admit(regions: &[Key], only: &[Key]) -> Result<(), Problem> {
    let regions = regions_beyond(regions, only);
    match regions.is_empty() {
        true => Ok(()),
        false => Err(Problem::RegionNotAllowed { regions, allowed: only.to_vec() }),
    }
}

/// The same for a run that is kept already: somebody's other token may have been for more.
///
/// # Errors
/// As [`admit`], and when the database fails.
pub async fn admit_known(run: &Run, only: &[Key], service: &Service) -> Result<(), Problem> {
    match only.is_empty() {
        true => Ok(()),
        false => admit(&service.store.regions_of_run(&run.id).await?, only),
    }
}
