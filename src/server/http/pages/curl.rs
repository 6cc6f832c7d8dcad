//! Lines for curl that call an operation on this server.

use serde_json::Value;

use super::docs::Operation;

/// A line for each form of the answer.
pub fn lines(operation: &Operation<'_>, origin: &str) -> Vec<String> {
    let kinds: Vec<&str> = kinds(operation);
    let as_workbook = kinds.iter().any(|kind| kind.starts_with("application/vnd."));
    let as_json = kinds.contains(&"application/json");
    let mut lines = Vec::new();
    if as_workbook {
        let to = if operation.method == "POST" { "-o answer.xlsx" } else { "-OJ" };
        lines.push(line(operation, origin, Some(to)));
    }
    if as_json && as_workbook {
        lines.push(line(operation, origin, Some("-H 'Accept: application/json' -o result.json")));
    }
    if lines.is_empty() {
        lines.push(line(operation, origin, None));
    }
    lines
}

fn line(operation: &Operation<'_>, origin: &str, more: Option<&str>) -> String {
    let mut words = vec!["curl --fail-with-body".to_owned()];
    if operation.method == "DELETE" {
        words.push("-X DELETE".to_owned());
    }
    if operation.described.get("security").is_some() {
        words.push("-H 'Authorization: Bearer TOKEN'".to_owned());
    }
    if operation.described["requestBody"]["content"].get("multipart/form-data").is_some() {
        words.push("-F workbook=@workbook.xlsx".to_owned());
    }
    if let Some(example) = operation.described["requestBody"]["content"]["application/json"].get("example") {
        words.push(format!("-d '{example}'"));
    }
    words.extend(more.map(str::to_owned));
    words.push(format!("{origin}{}", path(operation)));
    words.join(" ")
}

/// The path with examples in the place of its parameters.
fn path(operation: &Operation<'_>) -> String {
    let mut path = operation.path.to_owned();
    let parameters = operation.described["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap_or_default();
        let example = parameter["example"].as_str().map_or_else(|| name.to_uppercase(), str::to_owned);
        path = path.replace(&format!("{{{name}}}"), &example);
    }
    path
}

fn kinds<'d>(operation: &Operation<'d>) -> Vec<&'d str> {
    let content: Option<&'d Value> =
        operation.described["responses"].get("200").and_then(|answer| answer.get("content"));
    content.and_then(Value::as_object).into_iter().flatten().map(|(kind, _)| kind.as_str()).collect()
}
