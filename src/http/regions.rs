//! A token of the role `sales` may be for some regions only: workbooks with dealers of another are refused, and nothing of them is kept.

use super::Problem;
use crate::schema::normalise;

/// Lets regions of a dealers sheet pass that are among those which somebody works for, whatever the case, the width and the space; `only`
/// is empty where they work for all.
///
/// # Errors
/// Names those that aren't.
pub fn admit(regions: &[String], only: &[String]) -> Result<(), Problem> {
    let own: Vec<String> = only.iter().map(|region| normalise(region)).collect();
    let others: Vec<String> = regions.iter().filter(|region| !own.contains(&normalise(region))).cloned().collect();
    match only.is_empty() || others.is_empty() {
        true => Ok(()),
        false => Err(Problem::RegionNotAllowed { regions: others, allowed: only.to_vec() }),
    }
}
