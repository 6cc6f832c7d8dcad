//! Who works with the service, and what each may do. A person has an account: an id that is theirs alone, a name that nobody else has and
//! nobody's looks like, and any number of tokens.
//!
//! Rules compare ids; rows keep the name beside, for readers. Names are compared by their look ([`dealerbook_base::names`]) under the audit log's
//! lock, so that of two that look alike one is refused.

use sqlx::{Any, AnyConnection, FromRow, Transaction};

use super::{Store, StoreError};
use dealerbook_base::clock;
use dealerbook_base::key::Key;
use dealerbook_base::names::Look;
use dealerbook_engine::settlement::Actor;

/// The name and the id of the settings' administrator, and of the one of the first start; nobody else has them.
pub const ADMIN: &str = "admin";

/// What a person may do. Each route states the roles that it is open to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    schemars::JsonSchema,
    strum::EnumIter,
    strum::EnumString,
)]
#[strum(serialize_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Uploads workbooks and sees their own runs.
    Sales,
    /// Uploads, and sees all runs.
    Finance,
    /// Sees everything and changes nothing.
    Auditor,
    /// May do everything.
    Admin,
}

impl Role {
    /// As it stands in the database, on the command line and in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Sales => "sales",
            Role::Finance => "finance",
            Role::Auditor => "auditor",
            Role::Admin => "admin",
        }
    }
}

/// Who asks. A person may have several tokens; the id says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account's id, by which people are told apart.
    pub id: String,
    /// The name under which everything that this person does is kept.
    pub name: String,
    /// What this person may do.
    pub role: Role,
    /// The only regions that this person works for; none means all.
    pub regions: Vec<Key>,
}

impl Person {
    /// Returns the person as rules know one.
    pub fn actor(&self) -> Actor<'_> {
        Actor { id: &self.id, name: &self.name }
    }

    /// The administrator of the settings or of the first start.
    pub fn admin() -> Person {
        Person { id: ADMIN.to_owned(), name: ADMIN.to_owned(), role: Role::Admin, regions: Vec::new() }
    }
}

/// The account of a person.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Account {
    /// Its id: `admin`, `p1`, `p2` …
    pub id: String,
    /// The person's name.
    pub name: String,
}

/// Whose a new token is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Somebody's who has no account yet, and gets one of this name.
    New(&'a str),
    /// The person's whose account has this id.
    Known(&'a str),
}

/// Why somebody gets no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountFault {
    /// Another person has this name, or one that looks like it.
    NameTaken {
        /// The name that was asked for.
        name: String,
        /// The person who has it.
        by: Account,
    },
    /// There is no account of this id.
    NoSuchPerson {
        /// As it was asked for.
        id: String,
    },
}

impl Store {
    /// Returns the accounts of all people, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        accounts(&mut *self.database.pool.acquire().await?).await
    }
}

/// Returns the accounts of all people, by name.
///
/// # Errors
/// When the database fails.
pub(super) async fn accounts(db: &mut AnyConnection) -> Result<Vec<Account>, StoreError> {
    Ok(sqlx::query_as("SELECT id, name FROM people ORDER BY name").fetch_all(db).await?)
}

/// Finds somebody's account, or opens one. The audit log is held, so that of two names that look alike one is refused.
///
/// # Errors
/// When the database fails; the inner one when there is no such account, or the name is another person's.
pub(super) async fn find_or_open(
    tx: &mut Transaction<'static, Any>,
    whose: Whose<'_>,
    by: &str,
) -> Result<Result<Account, AccountFault>, StoreError> {
    let known = accounts(tx).await?;
    let name = match whose {
        Whose::Known(id) => {
            let found = known.into_iter().find(|account| account.id == id);
            return Ok(found.ok_or_else(|| AccountFault::NoSuchPerson { id: id.to_owned() }));
        }
        Whose::New(name) => name,
    };
    let look = Look::of(name);
    if let Some(by) = known.iter().find(|account| Look::of(&account.name).is_like(&look)) {
        return Ok(Err(AccountFault::NameTaken { name: name.to_owned(), by: by.clone() }));
    }
    let account = Account { id: format!("p{}", known.len()), name: name.to_owned() };
    sqlx::query("INSERT INTO people (id, name, created_at, created_by) VALUES ($1, $2, $3, $4)")
        .bind(&account.id)
        .bind(&account.name)
        .bind(clock::now())
        .bind(by)
        .execute(&mut **tx)
        .await?;
    Ok(Ok(account))
}
