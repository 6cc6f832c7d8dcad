//! Which runs a statement is about: conditions and their values, put together. What people may see is said here and nowhere else.
//!
//! The condition is part of the statement, in lists and for a single run, so that no route can forget it. Texts are searched in a column
//! that holds them as they are compared, since SQLite and PostgreSQL don't agree on what a capital letter is.

use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, AssertSqlSafe, FromRow};

use super::runs::Run;
use super::{Person, Role, StoreError};

enum Value {
    Text(String),
    Integer(i64),
}

/// Conditions that all hold.
#[derive(Default)]
pub(super) struct Conditions {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// The runs that a person may see. Whoever works in sales sees their own; limited to regions, only those whose dealers are all of
    /// these regions.
    pub(super) fn visible_to(person: &Person) -> Conditions {
        let mut conditions = Conditions::within_regions(person);
        if person.role == Role::Sales {
            conditions.text("uploader = ?", &person.name);
        }
        conditions
    }

    /// The runs whose dealers are all of the regions that a person works for, whoever made them.
    pub(super) fn within_regions(person: &Person) -> Conditions {
        let mut conditions = Conditions::default();
        if !person.regions.is_empty() {
            let places = vec!["?"; person.regions.len()].join(", ");
            conditions.add(
                &format!("NOT EXISTS (SELECT 1 FROM run_regions WHERE run_id = runs.id AND region NOT IN ({places}))"),
                person.regions.iter().map(|region| Value::Text(region.canonical().to_owned())),
            );
        }
        conditions
    }

    /// One more, with a text in the place of its `?`.
    pub(super) fn text(&mut self, clause: &str, value: &str) {
        self.add(clause, [Value::Text(value.to_owned())]);
    }

    /// One more, with a number in the place of its `?`.
    pub(super) fn integer(&mut self, clause: &str, value: i64) {
        self.add(clause, [Value::Integer(value)]);
    }

    fn add(&mut self, clause: &str, values: impl IntoIterator<Item = Value>) {
        let mut parts = clause.split('?');
        let mut numbered = parts.next().unwrap_or_default().to_owned();
        for (part, value) in parts.zip(values) {
            self.values.push(value);
            numbered.push_str(&format!("${}{part}", self.values.len()));
        }
        self.clauses.push(numbered);
    }

    /// The runs that they hold for.
    pub(super) async fn select(self, order: &str, pool: &AnyPool) -> Result<Vec<Run>, StoreError> {
        self.select_of("SELECT * FROM runs", order, pool).await
    }

    /// What belongs to the runs that they hold for; `select` names the columns and joins the table `runs`.
    pub(super) async fn select_of<T>(self, select: &str, order: &str, pool: &AnyPool) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let clauses = if self.clauses.is_empty() { "1 = 1".to_owned() } else { self.clauses.join(" AND ") };
        let select = sqlx::query_as::<Any, T>(AssertSqlSafe(format!("{select} WHERE {clauses} {order}")));
        let bound = self.values.into_iter().fold(select, |select, value| match value {
            Value::Text(text) => select.bind(text),
            Value::Integer(integer) => select.bind(integer),
        });
        Ok(bound.fetch_all(pool).await?)
    }
}
