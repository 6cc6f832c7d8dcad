//! Tokens: only their hashes are kept; a token itself is shown once, when it is made, and known to nobody after that. Whatever changes
//! here leaves its line in the audit log.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{Any, FromRow, Transaction};
use subtle::ConstantTimeEq;

use super::audit::{self, AuditAction};
use super::people::{ADMIN, Account, AccountFault, Whose, find_or_open};
use super::sessions::insert_link;
use super::{Person, Role, Store, StoreError};
use dealerbook_base::clock;
use dealerbook_base::key::Key;

/// So many of the hash's hex digits are the token's id.
const ID_DIGITS: usize = 12;

/// A token as it is kept. What is serialized is what a list shows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "TokenListed", deny_unknown_fields)]
pub struct Token {
    /// Its id, by which it is revoked: how its hash begins.
    pub id: String,
    /// The hash, in hex.
    #[serde(skip)]
    sha256: String,
    /// The id of the person's account: all tokens of a person have it.
    pub person: String,
    /// Whose it is.
    pub name: String,
    /// What they may do with it.
    pub role: Role,
    /// The only regions that it is for; none means all.
    pub regions: Vec<Key>,
    /// RFC 3339 in UTC, like all times.
    pub created_at: String,
    /// Who made it.
    pub created_by: String,
    /// From when on it is void by itself.
    pub expires_at: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<String>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<String>,
}

/// What a token is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Whose it is.
    pub name: String,
    /// What they may do with it.
    pub role: Role,
    /// The only regions that it is for; none means all.
    pub regions: Vec<Key>,
    /// From when on it is void by itself, RFC 3339 in UTC with milliseconds.
    pub expires_at: Option<String>,
}

/// Why a token isn't kept.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefusal {
    /// The database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is nobody's who could have it.
    #[error("the token is nobody's who could have it")]
    Account(AccountFault),
}

/// Whether a token is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It is.
    InForce,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

/// What became of a token that was to be revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It is void now.
    Done {
        /// Whether it was the last administrator's token in force.
        last_admin: bool,
    },
    /// It was revoked before.
    Before,
    /// It is the last administrator's token in force, and was to be spared then.
    Spared,
    /// There is none of this id.
    NoSuchToken,
}

impl Token {
    /// Whether it is in force at a time.
    pub fn state(&self, now: &str) -> TokenState {
        match self {
            Token { revoked_at: Some(_), .. } => TokenState::Revoked,
            Token { expires_at: Some(at), .. } if at.as_str() <= now => TokenState::Expired,
            _ => TokenState::InForce,
        }
    }

    /// Who asks with it.
    pub fn person(&self) -> Person {
        let Token { person, name, role, regions, .. } = self.clone();
        Person { id: person, name, role, regions }
    }

    /// As the audit log tells it.
    fn reported(&self) -> Value {
        let Token { person, name, role, regions, expires_at, revoked_at, .. } = self;
        json!({
            "person": person, "name": name, "role": role, "regions": regions, "expires_at": expires_at, "revoked_at": revoked_at,
        })
    }
}

impl Store {
    /// The token that somebody presents, whether in force or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token(&self, presented: &[u8]) -> Result<Option<Token>, StoreError> {
        let sha256 = hash(presented);
        let found = select("WHERE id = $1").bind(id_of(&sha256)).fetch_optional(&self.database.pool).await?;
        let found = found.map(Token::try_from).transpose()?;
        Ok(found.filter(|token| bool::from(token.sha256.as_bytes().ct_eq(sha256.as_bytes()))))
    }

    /// The token of an id, whether in force or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token_of_id(&self, id: &str) -> Result<Option<Token>, StoreError> {
        let found = select("WHERE id = $1").bind(id).fetch_optional(&self.database.pool).await?;
        found.map(Token::try_from).transpose()
    }

    /// All tokens, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = select("ORDER BY created_at, id").fetch_all(&self.database.pool).await?;
        rows.into_iter().map(Token::try_from).collect()
    }

    /// Keeps the hash of a new person's first token, made by somebody of this name.
    ///
    /// # Errors
    /// When another person has the name, or one that looks like it; when the database fails.
    pub async fn keep_token(&self, token: &str, new: &NewToken, by: &str) -> Result<Token, TokenRefusal> {
        self.keep_token_of(Whose::New(&new.name), token, new, by).await
    }

    /// Keeps the hash of a new token of somebody's, made by somebody of this name. The token bears the account's name.
    ///
    /// # Errors
    /// When it is nobody's who could have it, or the database fails.
    pub async fn keep_token_of(
        &self,
        whose: Whose<'_>,
        token: &str,
        new: &NewToken,
        by: &str,
    ) -> Result<Token, TokenRefusal> {
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        let account = find_or_open(&mut tx, whose, by).await?.map_err(TokenRefusal::Account)?;
        let token = insert(&mut tx, token, &account, new, by).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(token)
    }

    /// Makes a token void. The last administrator's one is spared where that is asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_token(&self, id: &str, by: &str, spares_last_admin: bool) -> Result<Revocation, StoreError> {
        if !is_id(id) {
            return Ok(Revocation::NoSuchToken);
        }
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        let rows = select("WHERE id = $1 OR role = 'admin'").bind(id).fetch_all(&mut *tx).await?;
        let tokens = rows.into_iter().map(Token::try_from).collect::<Result<Vec<_>, _>>()?;
        let Some(token) = tokens.iter().find(|token| token.id == id) else { return Ok(Revocation::NoSuchToken) };
        let now = clock::now();
        let state = token.state(&now);
        if state == TokenState::Revoked {
            return Ok(Revocation::Before);
        }
        let is_admin = |token: &&Token| token.role == Role::Admin && token.state(&now) == TokenState::InForce;
        let last_admin = is_admin(&token) && tokens.iter().filter(is_admin).count() == 1;
        if last_admin && spares_last_admin {
            return Ok(Revocation::Spared);
        }
        revoke(&mut tx, token, by, &now).await?;
        tx.commit().await?;
        Ok(Revocation::Done { last_admin })
    }

    /// Notes that a token was used, unless that was noted after `noted_before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_token_use(&self, id: &str, now: &str, noted_before: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE tokens SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $3)",
        )
        .bind(now)
        .bind(id)
        .bind(noted_before)
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// Whether the administrator has ever had a token that was made here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_admin_token(&self) -> Result<bool, StoreError> {
        Ok(select("WHERE name = $1").bind(ADMIN).fetch_optional(&self.database.pool).await?.is_some())
    }

    /// Keeps the administrator's first token unless there was one before, with the code of a link that signs in once and until when it
    /// does; tells whether it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_first_admin_token(&self, token: &str, link: (&str, &str), by: &str) -> Result<bool, StoreError> {
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        if select("WHERE name = $1").bind(ADMIN).fetch_optional(&mut *tx).await?.is_some() {
            return Ok(false);
        }
        let kept = insert(&mut tx, token, &admin(), &NewToken::admin(), by).await?;
        insert_link(&mut tx, link.0, &kept.id, link.1).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Keeps a new token of the administrator's; those of before are void from then on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_admin_token(&self, token: &str, by: &str) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        let now = clock::now();
        for row in select("WHERE name = $1 AND revoked_at IS NULL").bind(ADMIN).fetch_all(&mut *tx).await? {
            revoke(&mut tx, &row.try_into()?, by, &now).await?;
        }
        insert(&mut tx, token, &admin(), &NewToken::admin(), by).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl NewToken {
    fn admin() -> NewToken {
        NewToken { name: ADMIN.to_owned(), role: Role::Admin, regions: Vec::new(), expires_at: None }
    }
}

/// The administrator's account; it is there from the beginning.
fn admin() -> Account {
    Account { id: ADMIN.to_owned(), name: ADMIN.to_owned() }
}

async fn insert(
    tx: &mut Transaction<'static, Any>,
    token: &str,
    account: &Account,
    new: &NewToken,
    by: &str,
) -> Result<Token, StoreError> {
    let sha256 = hash(token.as_bytes());
    let NewToken { role, regions, expires_at, .. } = new.clone();
    let Account { id: person, name } = account.clone();
    let id = id_of(&sha256).to_owned();
    let (created_at, created_by) = (clock::now(), by.to_owned());
    let token = Token {
        id,
        sha256,
        person,
        name,
        role,
        regions,
        created_at,
        created_by,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    audit::append(tx, by, AuditAction::TokenCreated, &token.id, None, Some(&token.reported())).await?;
    sqlx::query(
        "INSERT INTO tokens (id, sha256, name, role, regions, created_at, created_by, expires_at, person_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&token.id)
    .bind(&token.sha256)
    .bind(&token.name)
    .bind(token.role.as_str())
    .bind(json!(token.regions).to_string())
    .bind(&token.created_at)
    .bind(&token.created_by)
    .bind(&token.expires_at)
    .bind(&token.person)
    .execute(&mut **tx)
    .await?;
    Ok(token)
}

async fn revoke(tx: &mut Transaction<'static, Any>, token: &Token, by: &str, now: &str) -> Result<(), StoreError> {
    let revoked = Token { revoked_at: Some(now.to_owned()), ..token.clone() };
    audit::append(tx, by, AuditAction::TokenRevoked, &token.id, Some(&token.reported()), Some(&revoked.reported()))
        .await?;
    sqlx::query("UPDATE tokens SET revoked_at = $1 WHERE id = $2").bind(now).bind(&token.id).execute(&mut **tx).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: String,
    sha256: String,
    person_id: String,
    name: String,
    role: String,
    regions: String,
    created_at: String,
    created_by: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
}

impl TryFrom<Row> for Token {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Token, StoreError> {
        Ok(Token {
            id: row.id,
            sha256: row.sha256,
            person: row.person_id,
            name: row.name,
            role: row.role.parse().map_err(|_| StoreError::Corrupt("a token's role"))?,
            regions: serde_json::from_str(&row.regions).map_err(|_| StoreError::Corrupt("a token's regions"))?,
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        })
    }
}

type Select = sqlx::query::QueryAs<'static, Any, Row, sqlx::any::AnyArguments>;

fn select(rest: &'static str) -> Select {
    sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT * FROM tokens {rest}")))
}

fn hash(token: &[u8]) -> String {
    hex::encode(Sha256::digest(token))
}

/// Whether a text could be an id. Others aren't asked for: not every text is one to PostgreSQL.
fn is_id(text: &str) -> bool {
    text.len() == ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn id_of(sha256: &str) -> &str {
    sha256.get(..ID_DIGITS).unwrap_or(sha256)
}
