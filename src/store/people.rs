//! Who works with the service, and what each may do.

use crate::key::Key;

/// The name of the settings' administrator, and of the one of the first start; nobody else has it.
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

/// Who asks. A person may have several tokens; the name says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name under which everything that this person does is kept.
    pub name: String,
    /// What this person may do.
    pub role: Role,
    /// The only regions that this person works for; none means all.
    pub regions: Vec<Key>,
}

impl Person {
    /// The administrator of the settings or of the first start.
    pub fn admin() -> Person {
        Person { name: ADMIN.to_owned(), role: Role::Admin, regions: Vec::new() }
    }
}
