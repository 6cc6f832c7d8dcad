//! Our own failures, as the log says them.

use std::error::Error;

/// Returns an error with its causes, in one line; what an error has said of its cause already isn't said again.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| error.to_string()).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        said if said.contains(&cause) => said.to_owned(),
        said => format!("{said}: {cause}"),
    })
}
