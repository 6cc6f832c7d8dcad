//! How much may be kept, of one person and in all. It is asked before something is worked on and again before it is kept; what is under way
//! in the meantime isn't counted, so that the most that is kept is the quota and what was under way.

use super::{Problem, Service};

/// Lets so many more bytes of a person be kept.
///
/// # Errors
/// When they don't fit, and when the database fails.
pub async fn admit(person: &str, bytes: u64, service: &Service) -> Result<(), Problem> {
    let limits = &service.limits.retention;
    if let Some(bytes_max) = limits.quota_person_bytes() {
        let kept = service.store.kept_bytes(Some(person)).await?;
        if kept.saturating_add(bytes) > bytes_max {
            return Err(Problem::PersonQuota { kept, bytes_max });
        }
    }
    admit_in_all(bytes, service).await
}

/// Lets so many more bytes be kept, whoever they are of: a correction that finance makes isn't held to the quota of the uploader.
///
/// # Errors
/// When they don't fit, and when the database fails.
pub async fn admit_in_all(bytes: u64, service: &Service) -> Result<(), Problem> {
    match service.limits.retention.quota_bytes() {
        Some(bytes_max) if service.store.kept_bytes(None).await?.saturating_add(bytes) > bytes_max => {
            Err(Problem::StoreQuota { bytes_max })
        }
        _ => Ok(()),
    }
}

/// Whether all that is kept has reached its quota, so that nothing more is taken from anybody.
///
/// # Errors
/// When the database fails.
pub async fn is_reached(service: &Service) -> Result<bool, Problem> {
    match service.limits.retention.quota_bytes() {
        Some(bytes_max) => Ok(service.store.kept_bytes(None).await? >= bytes_max),
        None => Ok(false),
    }
}
