//! Notes: what is wrong with a cell, what is expected, and the suggestion.

use std::collections::BTreeMap;

use dealerbook_engine::validate::{Issue, Speaker, expectation};
use dealerbook_package::edit::{At, CellNote};

/// A note for each cell, at most so many; the gravest issues come first in the list and so win.
pub fn notes(issues: &[(&Issue, At)], speaker: &Speaker<'_>, notes_max: usize) -> Vec<CellNote> {
    let mut by_cell: BTreeMap<At, Vec<&Issue>> = BTreeMap::new();
    for (issue, at) in issues {
        if by_cell.len() < notes_max || by_cell.contains_key(at) {
            by_cell.entry(*at).or_default().push(issue);
        }
    }
    by_cell.into_iter().map(|(at, issues)| CellNote { at, text: text(&issues, speaker) }).collect()
}

fn text(issues: &[&Issue], speaker: &Speaker<'_>) -> String {
    let mut lines = Vec::new();
    for issue in issues {
        let severity = crate::report::issue_sheet::severity(issue.severity, speaker);
        lines.push(format!("{severity}{}{}", speaker.lang.pick("：", ": "), speaker.message(issue)));
        if let Some(suggestion) = speaker.suggestion(issue) {
            lines.push(format!("{}{suggestion}", speaker.lang.pick("建议：", "Suggestion: ")));
        }
    }
    let place = issues[0].place;
    if let Some(field) = speaker.field(place.resource, place.field) {
        lines.push(format!("{}{}", speaker.lang.pick("应填：", "Expected: "), expectation(field, speaker.lang)));
    }
    lines.join("\n")
}
