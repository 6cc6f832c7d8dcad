//! Sessions of people who work in a browser, and the links that sign somebody in once. Of their secrets only hashes are kept.

use sha2::{Digest, Sha256};
use sqlx::{Any, FromRow, Transaction};

use super::{Store, StoreError};
use dealerbook_base::clock;
use dealerbook_config::SessionLimits;

const DAY_HOURS: i64 = 24;

/// By what a session was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A token that is kept, by its id.
    Token(String),
    /// The settings' token: what that and the session's secret make together.
    Settings(String),
}

/// A session that has not run out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// By what it was opened.
    pub holder: Holder,
    /// When it was used last, to the minute. RFC 3339 in UTC with milliseconds.
    pub last_seen_at: String,
}

/// Sessions that were last seen or opened before these times have run out. RFC 3339 in UTC with milliseconds.
#[derive(Clone, Debug)]
pub struct SessionTimes {
    /// Last seen.
    pub seen_after: String,
    /// Opened.
    pub opened_after: String,
}

impl SessionTimes {
    /// The times that the settings come to now.
    pub fn of(limits: &SessionLimits) -> SessionTimes {
        SessionTimes {
            seen_after: clock::hours_ago(limits.session_idle_hours.into()),
            opened_after: clock::hours_ago(i64::from(limits.session_days_max) * DAY_HOURS),
        }
    }
}

#[derive(FromRow)]
struct Row {
    token_id: Option<String>,
    seal: Option<String>,
    last_seen_at: String,
}

impl TryFrom<Row> for Session {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Session, StoreError> {
        let holder = match (row.token_id, row.seal) {
            (Some(token), None) => Holder::Token(token),
            (None, Some(seal)) => Holder::Settings(seal),
            _ => return Err(StoreError::Corrupt("a session's holder")),
        };
        Ok(Session { holder, last_seen_at: row.last_seen_at })
    }
}

impl Store {
    /// Opens a session of this secret.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_session(&self, secret: &str, holder: &Holder) -> Result<(), StoreError> {
        let now = clock::now();
        let (token, seal) = match holder {
            Holder::Token(token) => (Some(token), None),
            Holder::Settings(seal) => (None, Some(seal)),
        };
        sqlx::query(
            "INSERT INTO sessions (sha256, token_id, seal, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(hash(secret))
        .bind(token)
        .bind(seal)
        .bind(&now)
        .bind(&now)
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// The session of a secret, unless it has run out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, secret: &str, times: &SessionTimes) -> Result<Option<Session>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT token_id, seal, last_seen_at FROM sessions WHERE sha256 = $1 AND last_seen_at > $2 AND created_at > $3",
        )
        .bind(hash(secret))
        .bind(&times.seen_after)
        .bind(&times.opened_after)
        .fetch_optional(&self.database.pool)
        .await?;
        row.map(Session::try_from).transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_session(&self, secret: &str, now: &str) -> Result<(), StoreError> {
        let update = "UPDATE sessions SET last_seen_at = $1 WHERE sha256 = $2";
        sqlx::query(update).bind(now).bind(hash(secret)).execute(&self.database.pool).await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_session(&self, secret: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE sha256 = $1").bind(hash(secret)).execute(&self.database.pool).await?;
        Ok(())
    }

    /// Takes a link that signs somebody in once: gives the id of its token, and the link is no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_sign_in_link(&self, code: &str) -> Result<Option<String>, StoreError> {
        let taken = "DELETE FROM sign_in_links WHERE sha256 = $1 AND expires_at > $2 RETURNING token_id";
        let taken = sqlx::query_scalar(taken).bind(hash(code)).bind(clock::now());
        Ok(taken.fetch_optional(&self.database.pool).await?)
    }

    /// Deletes the sessions and links that have run out; says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_sessions(&self, times: &SessionTimes) -> Result<u64, StoreError> {
        let pool = &self.database.pool;
        let sessions = sqlx::query("DELETE FROM sessions WHERE last_seen_at <= $1 OR created_at <= $2")
            .bind(&times.seen_after)
            .bind(&times.opened_after)
            .execute(pool)
            .await?;
        let links = sqlx::query("DELETE FROM sign_in_links WHERE expires_at <= $1").bind(clock::now());
        Ok(sessions.rows_affected() + links.execute(pool).await?.rows_affected())
    }
}

/// Keeps a link of this code, which signs in with this token.
pub(super) async fn insert_link(
    tx: &mut Transaction<'static, Any>,
    code: &str,
    token_id: &str,
    expires_at: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO sign_in_links (sha256, token_id, expires_at) VALUES ($1, $2, $3)")
        .bind(hash(code))
        .bind(token_id)
        .bind(expires_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_config::Places;

    fn times(seen_after: &str, opened_after: &str) -> SessionTimes {
        SessionTimes { seen_after: seen_after.to_owned(), opened_after: opened_after.to_owned() }
    }

    #[tokio::test]
    async fn a_session_runs_out_when_it_was_not_seen_or_is_old() {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(&Places { data: data.path().to_owned(), ..Places::default() }).await.unwrap();
        let holder = Holder::Settings("seal".to_owned());
        store.open_session("secret", &holder).await.unwrap();
        let long_ago = "2000-01-01T00:00:00.000Z";
        let to_come = "2999-01-01T00:00:00.000Z";
        let found = store.session("secret", &times(long_ago, long_ago)).await.unwrap();
        assert_eq!(found.map(|session| session.holder), Some(holder));
        assert_eq!(store.session("another", &times(long_ago, long_ago)).await.unwrap(), None);
        assert_eq!(store.session("secret", &times(to_come, long_ago)).await.unwrap(), None);
        assert_eq!(store.session("secret", &times(long_ago, to_come)).await.unwrap(), None);
        assert_eq!(store.forget_sessions(&times(long_ago, long_ago)).await.unwrap(), 0);
        assert_eq!(store.forget_sessions(&times(to_come, long_ago)).await.unwrap(), 1);
    }
}
