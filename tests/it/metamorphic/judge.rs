//! What the program makes of a workbook, and whether that is what must hold.

use std::io::Cursor;
use std::sync::atomic::AtomicBool;

use dealerbook::pipeline::{self, Engine, Job, Options, PolicyChoice, RunIdentity};
use serde_json::Value;

use super::book::Book;
use super::write::Writer;

/// What must hold of a changed workbook.
#[derive(Clone, Debug)]
pub enum Holds {
    /// It means what it meant: the same results, and no error or warning beyond those of before.
    Same,
    /// It means what another workbook means.
    As(Box<Book>),
    /// The same results, but for the words of names and for white space in keys, whose first spelling is shown.
    SameButNames,
    /// The same results in whatever way, or an error or a warning at the place.
    SameOrIssue,
    /// It means something else: another figure, or an error or a warning at the place.
    ChangeOrIssue,
    /// An error or a warning at the place, whatever its code.
    Flagged,
    /// An error or a warning of this code at the place.
    Issue(&'static str),
    /// The same, without a suggestion: where a guess would move money.
    IssueWithoutSuggestion(&'static str),
}

/// Where a change was made: the sheet as it is called, the rows and columns as they are counted from 0.
#[derive(Clone, Debug, Default)]
pub struct Spot {
    pub sheet: String,
    pub row: Option<usize>,
    pub column: Option<usize>,
}

/// What is wrong, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// Other figures, and no word.
    Silent,
    /// A sound workbook is refused whole.
    RefusedWhole,
    /// A sound workbook has errors.
    Refused,
    /// A message is missing, or stands elsewhere.
    Unsaid,
    /// A sound workbook is warned of.
    Warned,
}

/// An issue, as far as it is judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Issue {
    pub severity: String,
    pub code: String,
    pub sheet: String,
    pub cell: String,
    pub row: Option<usize>,
    pub column: Option<String>,
    pub message: String,
    pub has_suggestion: bool,
}

/// What the program makes of a workbook.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Null where nothing was calculated.
    pub results: Value,
    pub issues: Vec<Issue>,
    /// Why it isn't read at all.
    pub refused: Option<String>,
}

impl Reading {
    pub fn of(engine: &Engine, book: &Book) -> Reading {
        Reading::of_bytes(engine, &Writer::Plain.write(book), "2007.xlsx")
    }

    pub fn of_bytes(engine: &Engine, bytes: &[u8], filename: &str) -> Reading {
        let (stop, options) = (AtomicBool::new(false), Options::default());
        let job = Job {
            bytes,
            filename: Some(filename),
            options: &options,
            engine,
            policy: PolicyChoice::Default,
            json: true,
            stop: &stop,
            observer: None,
        };
        let report = match pipeline::run(&job, None::<Cursor<Vec<u8>>>) {
            Ok(report) => report,
            Err(error) => {
                let refused = Some(error.detail(dealerbook::lang::Lang::En));
                return Reading { results: Value::Null, issues: Vec::new(), refused };
            }
        };
        let mut json = Vec::new();
        report.write_json(&RunIdentity { id: "", created_at: "" }, &mut json).expect("memory takes it");
        let mut json: Value = serde_json::from_slice(&json).expect("a result");
        let issues = json["issues"].as_array().into_iter().flatten().map(issue).collect();
        Reading { results: json["results"].take(), issues, refused: None }
    }

    /// Whether it was calculated without an error.
    pub fn is_sound(&self) -> bool {
        !self.results.is_null() && self.issues.iter().all(|issue| issue.severity != "error")
    }

    fn weighty(&self) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(|issue| issue.severity != "info")
    }

    /// Errors and warnings that a reading of before didn't have: more of a code than there were.
    fn beyond<'i>(&'i self, before: &Reading) -> Vec<&'i Issue> {
        let mut left: Vec<(&str, &str)> = before.weighty().map(|issue| (&*issue.code, &*issue.severity)).collect();
        let is_new = |issue: &&Issue| {
            let known = left.iter().position(|of| *of == (&*issue.code, &*issue.severity));
            known.map(|n| left.swap_remove(n)).is_none()
        };
        self.weighty().filter(is_new).collect()
    }
}

fn issue(json: &Value) -> Issue {
    let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
    Issue {
        severity: text("severity"),
        code: text("code"),
        sheet: text("sheet"),
        cell: text("cell"),
        row: json["row"].as_u64().map(|row| row as usize - 1),
        column: json["column"].as_str().map(str::to_owned),
        message: text("message"),
        has_suggestion: !json["suggestion"].is_null(),
    }
}

impl Spot {
    /// Whether an issue stands here: on the sheet, and in the row or in the column where it names them.
    fn has(&self, issue: &Issue) -> bool {
        let name = self.column.map(|column| dealerbook::workbook::column_name(column as u16));
        let is_row = self.row.is_none() || issue.row.is_none() || issue.row == self.row;
        let is_column = name.is_none() || issue.column.is_none() || issue.column == name;
        let is_sheet = self.sheet.is_empty() || issue.sheet == self.sheet || issue.sheet.is_empty();
        is_sheet && (is_row || is_column)
    }
}

/// What is wrong with a reading, and in which words.
pub fn judge(holds: &Holds, spot: &Spot, before: &Reading, after: &Reading) -> Option<(Harm, String)> {
    if let Some(refused) = &after.refused {
        return Some((Harm::RefusedWhole, refused.clone()));
    }
    let new = after.beyond(before);
    let here = |issue: &&&Issue| spot.has(issue);
    let is_said = new.iter().any(|issue| spot.has(issue));
    let is_same = same(&before.results, &after.results, matches!(holds, Holds::SameButNames));
    let silent = || (Harm::Silent, differences(&before.results, &after.results));
    let unsaid = || (Harm::Unsaid, told(&new));
    match holds {
        Holds::Same | Holds::SameButNames | Holds::As(_) => match new.iter().map(|issue| &*issue.severity).min() {
            Some("error") => Some((Harm::Refused, told(&new))),
            _ if !is_same && !is_said => Some(silent()),
            _ if !is_same => Some((Harm::Silent, format!("{}; {}", silent().1, told(&new)))),
            Some(_) => Some((Harm::Warned, told(&new))),
            None => None,
        },
        Holds::SameOrIssue if is_same && !after.results.is_null() => None,
        Holds::SameOrIssue if is_said => None,
        Holds::SameOrIssue if after.results.is_null() => Some(unsaid()),
        Holds::SameOrIssue => Some(silent()),
        Holds::ChangeOrIssue if is_said => None,
        Holds::ChangeOrIssue if is_same => Some((Harm::Silent, "the same figures, and no word".to_owned())),
        Holds::ChangeOrIssue if after.results.is_null() => Some(unsaid()),
        Holds::ChangeOrIssue => None,
        Holds::Flagged if is_said => None,
        Holds::Issue(code) if new.iter().filter(here).any(|issue| issue.code == *code) => None,
        Holds::IssueWithoutSuggestion(code)
            if new.iter().filter(here).any(|issue| issue.code == *code && !issue.has_suggestion) =>
        {
            None
        }
        _ if after.results.is_null() || is_said || is_same => Some(unsaid()),
        _ => Some(silent()),
    }
}

fn told(issues: &[&Issue]) -> String {
    let line =
        |issue: &&Issue| format!("{} {} {}!{}: {}", issue.severity, issue.code, issue.sheet, issue.cell, issue.message);
    let lines: Vec<String> = issues.iter().take(3).map(line).collect();
    if lines.is_empty() { "no word".to_owned() } else { lines.join(" | ") }
}

/// Whether results are the same, whatever the order of rows.
fn same(before: &Value, after: &Value, but_names: bool) -> bool {
    sorted(before, but_names) == sorted(after, but_names)
}

/// Lists in an order of their own: a sheet's rows may stand in any.
fn sorted(value: &Value, but_names: bool) -> Value {
    match value {
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(|value| sorted(value, but_names)).collect();
            list.sort_by_cached_key(Value::to_string);
            list.into()
        }
        Value::Object(members) => {
            // Where a row stands is no figure: rows that are put above it move it.
            let moves = members.contains_key("rows") && members.contains_key("reason");
            let kept = members.iter().filter(|(name, _)| !(but_names && *name == "name"));
            let kept = kept.filter(|(name, _)| !(moves && matches!(name.as_str(), "rows" | "text")));
            kept.map(|(name, value)| (name.clone(), sorted(value, but_names))).collect()
        }
        Value::String(text) if but_names => text.split_whitespace().collect::<String>().into(),
        other => other.clone(),
    }
}

/// The first differences, in words.
fn differences(before: &Value, after: &Value) -> String {
    let mut out = Vec::new();
    differ(&sorted(before, false), &sorted(after, false), "", &mut out);
    out.truncate(3);
    out.join("; ")
}

fn differ(before: &Value, after: &Value, at: &str, out: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                differ(value, after.get(name).unwrap_or(&Value::Null), &format!("{at}.{name}"), out);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            let pairs = before.iter().zip(after).enumerate();
            pairs.for_each(|(n, (before, after))| differ(before, after, &format!("{at}[{n}]"), out));
        }
        (Value::Array(before), Value::Array(after)) => {
            out.push(format!("{at}: {} instead of {} elements", after.len(), before.len()));
        }
        _ if before == after => {}
        _ => out.push(format!("{at}: {before} became {after}").chars().take(160).collect()),
    }
}
