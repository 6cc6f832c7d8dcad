//! What is kept no longer is deleted: once at the start and once a day. A part of it that fails is tried again the next day and stops
//! no other.

use std::fmt::Display;
use std::time::Duration;

use crate::telemetry::causes;
use dealerbook_base::clock;
use dealerbook_config::{Retention, SessionLimits};
use dealerbook_store::{SessionTimes, Store, StoreError};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const DAY_HOURS: i64 = 24;

/// Sweeps now and every day; never ends.
pub async fn sweep_daily(store: Store, retention: Retention, sessions: SessionLimits) {
    let mut days = tokio::time::interval(DAY);
    loop {
        days.tick().await;
        sweep(&store, &retention).await;
        told("sessions", store.forget_sessions(&SessionTimes::of(&sessions)).await);
    }
}

async fn sweep(store: &Store, retention: &Retention) {
    if let Some(days) = retention.keep_days {
        let time = clock::hours_ago(i64::from(days) * DAY_HOURS);
        told("runs", store.delete_runs_before(&time).await);
        told("batches", store.delete_batches_before(&time).await);
    }
    let time = clock::hours_ago(retention.request_key_hours.into());
    told("request keys", store.forget_keys_before(&time).await);
    told("files", store.sweep_files().await);
}

fn told(what: &str, deleted: Result<impl Display, StoreError>) {
    match deleted {
        Ok(count) => tracing::info!(what, %count, "swept"),
        Err(error) => tracing::error!(what, cause = causes(&error), "not swept"),
    }
}
