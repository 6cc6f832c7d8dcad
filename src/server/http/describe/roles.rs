//! Who may ask for what, in the interface's description: `x-roles` names the roles that an operation is open to.

use serde_json::{Value, json};

use crate::http::access::{TABLE, Who};
use dealerbook_store::Role;

/// Adds the roles to every operation that needs a token, and the refusal where a role is left out.
pub fn add(document: &mut Value) {
    for (method, path, who) in TABLE {
        let Who::Only(roles) = who else { continue };
        let Some(operation) = document["paths"][*path].get_mut(method.to_lowercase()) else { continue };
        operation["x-roles"] = json!(roles);
        operation["security"] = json!([{"bearer": []}]);
        if let Some(problems) = operation["x-problems"].as_array_mut().filter(|_| !is_open_to_all(roles)) {
            problems.push(json!("forbidden"));
        }
    }
}

fn is_open_to_all(roles: &[Role]) -> bool {
    use strum::IntoEnumIterator;
    Role::iter().all(|role| roles.contains(&role))
}
