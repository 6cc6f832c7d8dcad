//! Tokens that the service made: only the hash is kept, the token itself is shown once and known to nobody after that.

use sha2::{Digest, Sha256};

use super::{Store, StoreError};

const ADMIN: &str = "admin";

impl Store {
    /// The hash of the administrator's token, when one was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admin_token_sha256(&self) -> Result<Option<[u8; 32]>, StoreError> {
        let hash: Option<String> = sqlx::query_scalar("SELECT sha256 FROM tokens WHERE name = $1")
            .bind(ADMIN)
            .fetch_optional(&self.database.pool)
            .await?;
        hash.map(|hash| decode(&hash)).transpose()
    }

    /// Keeps a token's hash unless there is one already; tells whether it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_first_admin_token(&self, token: &str, created_at: &str) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO tokens (name, sha256, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
        )
        .bind(ADMIN)
        .bind(hex::encode(sha256(token)))
        .bind(created_at)
        .execute(&self.database.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Keeps a token's hash in place of the one before, which is void from then on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_admin_token(&self, token: &str, created_at: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO tokens (name, sha256, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, created_at = excluded.created_at",
        )
        .bind(ADMIN)
        .bind(hex::encode(sha256(token)))
        .bind(created_at)
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }
}

fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn decode(hash: &str) -> Result<[u8; 32], StoreError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hash, &mut bytes).map_err(|_| StoreError::Corrupt("a token's hash"))?;
    Ok(bytes)
}
