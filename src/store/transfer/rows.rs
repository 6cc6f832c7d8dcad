//! Rows of whatever table as JSON objects: texts and whole numbers, what is null left out.

use serde_json::{Map, Value};
use sqlx::any::{AnyArguments, AnyRow, AnyTypeInfoKind};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Column, Row, TypeInfo, ValueRef};

/// A row by its columns.
pub type Object = Map<String, Value>;

/// The row as an object.
///
/// # Errors
/// When a column holds neither text nor a whole number.
pub fn object(row: &AnyRow) -> sqlx::Result<Object> {
    let mut object = Map::new();
    for column in row.columns() {
        let raw = row.try_get_raw(column.ordinal())?;
        if raw.is_null() {
            continue;
        }
        let value = match raw.type_info().kind() {
            AnyTypeInfoKind::Text => Value::from(row.try_get::<String, _>(column.ordinal())?),
            AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                Value::from(row.try_get::<i64, _>(column.ordinal())?)
            }
            _ => {
                let unknown = format!("column {} holds {}", column.name(), raw.type_info().name());
                return Err(sqlx::Error::Decode(unknown.into()));
            }
        };
        object.insert(column.name().to_owned(), value);
    }
    Ok(object)
}

/// The statement that inserts an object, or nothing when one of its names can't be a column's or one of its values no column's content.
pub fn insert(table: &str, object: &Object) -> Option<Query<'static, Any, AnyArguments>> {
    let is_name = |name: &String| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if object.is_empty() || !object.keys().all(is_name) {
        return None;
    }
    let columns: Vec<&str> = object.keys().map(String::as_str).collect();
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in object.values() {
        query = match value {
            Value::String(text) => query.bind(text.clone()),
            Value::Number(number) => query.bind(number.as_i64()?),
            _ => return None,
        };
    }
    Some(query)
}

#[cfg(test)]
mod tests {
    use sqlx::Execute;

    use super::*;

    #[test]
    fn only_names_and_values_of_columns_make_a_statement() {
        let object = |json: Value| json.as_object().cloned().unwrap();
        let good = insert("runs", &object(serde_json::json!({"id": "1", "period": 2007}))).unwrap();
        assert_eq!(good.sql().as_str(), "INSERT INTO runs (id, period) VALUES ($1, $2)");
        for bad in [
            serde_json::json!({"id) --": "1"}),
            serde_json::json!({"id": 1.5}),
            serde_json::json!({"id": null}),
            serde_json::json!({}),
        ] {
            assert!(insert("runs", &object(bad.clone())).is_none(), "{bad}");
        }
    }
}
