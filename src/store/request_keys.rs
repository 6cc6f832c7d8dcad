//! Keys by which a client makes a request safe to be sent again (`Idempotency-Key`): each person's own, each for one request, and
//! void after a while.
//!
//! A key is claimed before the work begins and bound to what came out of it once that is committed. Between the two nobody waits: whoever
//! sends the request again meanwhile does the work as well, and the first that binds has its outcome stand for both. So a server that
//! dies between the two leaves nothing behind that would have to be released.

use sqlx::{AnyConnection, FromRow};

use super::{Store, StoreError};

/// What a key is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing came out of it yet: do what is asked for, then bind.
    Fresh,
    /// The same request had this outcome.
    Same(String),
    /// It was used with another request.
    Other,
}

/// When a key is claimed, and which claims are void by then. Both RFC 3339 in UTC with milliseconds.
#[derive(Clone, Debug)]
pub struct ClaimTimes {
    /// Now.
    pub now: String,
    /// Keys that were claimed before this are forgotten.
    pub void_before: String,
}

#[derive(FromRow)]
struct Row {
    request_sha256: String,
    target: Option<String>,
}

impl Store {
    /// Claims a person's key for a request, of which `request_sha256` is the fingerprint.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_key(
        &self,
        person: &str,
        key: &str,
        request_sha256: &str,
        times: &ClaimTimes,
    ) -> Result<Claim, StoreError> {
        let pool = &self.database.pool;
        sqlx::query("DELETE FROM request_keys WHERE person = $1 AND key = $2 AND claimed_at < $3")
            .bind(person)
            .bind(key)
            .bind(&times.void_before)
            .execute(pool)
            .await?;
        let insert = "INSERT INTO request_keys (person, key, request_sha256, claimed_at) VALUES ($1, $2, $3, $4) \
                      ON CONFLICT (person, key) DO NOTHING";
        sqlx::query(insert).bind(person).bind(key).bind(request_sha256).bind(&times.now).execute(pool).await?;
        let select = "SELECT request_sha256, target FROM request_keys WHERE person = $1 AND key = $2";
        let row: Option<Row> = sqlx::query_as(select).bind(person).bind(key).fetch_optional(pool).await?;
        Ok(match row {
            Some(row) if row.request_sha256 != request_sha256 => Claim::Other,
            Some(Row { target: Some(target), .. }) => Claim::Same(target),
            _ => Claim::Fresh,
        })
    }

    /// Binds a claimed key to what came out of its request, and says to what it is bound: another may have been first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind_key(&self, person: &str, key: &str, target: &str) -> Result<String, StoreError> {
        let mut transaction = self.database.begin().await?;
        let bound = bind(&mut transaction, person, key, target).await?;
        transaction.commit().await?;
        Ok(bound)
    }
}

/// The same within a transaction, which is to be rolled back where another was first.
///
/// # Errors
/// When the database fails.
pub async fn bind(connection: &mut AnyConnection, person: &str, key: &str, target: &str) -> Result<String, StoreError> {
    sqlx::query("UPDATE request_keys SET target = $3 WHERE person = $1 AND key = $2 AND target IS NULL")
        .bind(person)
        .bind(key)
        .bind(target)
        .execute(&mut *connection)
        .await?;
    let bound: Option<Option<String>> =
        sqlx::query_scalar("SELECT target FROM request_keys WHERE person = $1 AND key = $2")
            .bind(person)
            .bind(key)
            .fetch_optional(&mut *connection)
            .await?;
    // A key that has been forgotten in between binds nobody.
    Ok(bound.flatten().unwrap_or_else(|| target.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_config::Places;

    async fn store(data: &tempfile::TempDir) -> Store {
        let places = Places { data: data.path().to_owned(), ..Places::default() };
        Store::open(&places).await.unwrap()
    }

    fn at(day: u8) -> ClaimTimes {
        ClaimTimes {
            now: format!("2026-01-{day:02}T08:00:00.000Z"),
            void_before: format!("2026-01-{:02}T08:00:00.000Z", day - 1),
        }
    }

    #[tokio::test]
    async fn a_key_stands_for_one_request_of_one_person() {
        let data = tempfile::tempdir().unwrap();
        let store = store(&data).await;
        assert_eq!(store.claim_key("li", "k", "aa", &at(5)).await.unwrap(), Claim::Fresh);
        assert_eq!(store.claim_key("li", "k", "aa", &at(5)).await.unwrap(), Claim::Fresh, "nothing has come of it yet");
        assert_eq!(store.bind_key("li", "k", "run-1").await.unwrap(), "run-1");
        assert_eq!(store.bind_key("li", "k", "run-2").await.unwrap(), "run-1", "the first stands");
        assert_eq!(store.claim_key("li", "k", "aa", &at(5)).await.unwrap(), Claim::Same("run-1".to_owned()));
        assert_eq!(store.claim_key("li", "k", "bb", &at(5)).await.unwrap(), Claim::Other);
        assert_eq!(store.claim_key("wang", "k", "bb", &at(5)).await.unwrap(), Claim::Fresh);
    }

    #[tokio::test]
    async fn a_key_is_forgotten_after_a_while() {
        let data = tempfile::tempdir().unwrap();
        let store = store(&data).await;
        store.claim_key("li", "k", "aa", &at(5)).await.unwrap();
        store.bind_key("li", "k", "run-1").await.unwrap();
        assert_eq!(store.claim_key("li", "k", "aa", &at(6)).await.unwrap(), Claim::Same("run-1".to_owned()));
        assert_eq!(store.claim_key("li", "k", "bb", &at(7)).await.unwrap(), Claim::Fresh);
    }
}
