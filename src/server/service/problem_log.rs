//! The one place where a problem is logged.

use crate::problem::Problem;
use crate::telemetry::causes;
use dealerbook_base::lang::Lang;

/// Logs a problem: our own failures with their cause, refusals by their code alone.
pub fn write(problem: &Problem) {
    let code = problem.words(Lang::En).code;
    match problem {
        Problem::Internal(cause) | Problem::StorageFull(cause) | Problem::Unavailable { cause, .. } => {
            tracing::error!(code, cause = causes(cause.as_ref()), "failed");
        }
        _ => tracing::info!(code, "refused"),
    }
}
