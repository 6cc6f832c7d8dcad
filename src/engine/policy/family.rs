//! Versions of a policy: those of one id, each for its own time. Which of them is in force on a day, and which get in each other's way.

use std::fmt;

use jiff::civil::Date;

use super::fault::fault;
use super::{Fault, Policy};

/// The time for which a version is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The version.
    pub version: String,
    /// Its first day; none means always before.
    pub from: Option<Date>,
    /// Its last day; none means until further notice.
    pub to: Option<Date>,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |day: Option<Date>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        write!(f, "{} ({} – {})", self.version, shown(self.from), shown(self.to))
    }
}

/// The versions of an id, in the order of their beginnings.
pub fn versions<'p>(policies: &'p [Policy], id: &str) -> Vec<&'p Policy> {
    let mut versions: Vec<&Policy> = policies.iter().filter(|policy| policy.id == id).collect();
    versions.sort_by_key(|policy| policy.effective_from);
    versions
}

/// The version that is in force on a day: the one that began last, unless it has ended.
pub fn in_force<'p>(policies: &'p [Policy], id: &str, day: Date) -> Option<&'p Policy> {
    let begun = |policy: &&Policy| policy.effective_from.is_none_or(|from| from <= day);
    let last = versions(policies, id).into_iter().rfind(begun)?;
    last.effective_to.is_none_or(|to| day <= to).then_some(last)
}

/// The version that began last, whatever the day.
pub fn newest<'p>(policies: &'p [Policy], id: &str) -> Option<&'p Policy> {
    versions(policies, id).pop()
}

/// The times of all versions of an id: one without an end of its own ends on the day before the next.
pub fn spans(policies: &[Policy], id: &str) -> Vec<Span> {
    let versions = versions(policies, id);
    let next = versions.iter().skip(1).map(|policy| policy.effective_from).chain([None]);
    let span = |(policy, next): (&&Policy, Option<Date>)| Span {
        version: policy.version.clone(),
        from: policy.effective_from,
        to: policy.effective_to.or_else(|| next?.yesterday().ok()),
    };
    versions.iter().zip(next).map(span).collect()
}

/// The ids, each once, in the order of the policies.
pub fn ids(policies: &[Policy]) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for policy in policies {
        if !ids.contains(&policy.id.as_str()) {
            ids.push(&policy.id);
        }
    }
    ids
}

/// The version among these whose time a new one of the same id would overlap.
pub fn overlapped<'p>(policies: &'p [Policy], new: &Policy) -> Option<&'p Policy> {
    versions(policies, &new.id).into_iter().find(|version| overlap(days(version), days(new)))
}

/// What keeps a policy from standing beside these: the same version of the same id, or an overlap with another one.
pub fn clash(policies: &[Policy], new: &Policy) -> Option<Fault> {
    if versions(policies, &new.id).iter().any(|version| version.version == new.version) {
        return Some(
            fault!(
                "政策 {} 的版本 {} 已有，请另取版本号",
                "the policy {} has a version {} already: give this one another version",
                new.id,
                new.version
            )
            .in_part("version"),
        );
    }
    let other = overlapped(policies, new)?;
    Some(
        fault!(
            "与版本 {} 的有效期重叠：请改 effective_from 或 effective_to",
            "its time overlaps that of the version {}: change effective_from or effective_to",
            other.version
        )
        .in_part("effective_from"),
    )
}

/// The first and the last day of a version, where they are said.
pub type Days = (Option<Date>, Option<Date>);

/// Whether the times of two versions overlap. An open end runs to the day before the next beginning, so only the same beginning or an
/// end of its own gets in the way.
pub fn overlap(one: Days, other: Days) -> bool {
    let (first, second) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    first.0 == second.0 || first.1.zip(second.0).is_some_and(|(to, from)| to >= from)
}

fn days(policy: &Policy) -> Days {
    (policy.effective_from, policy.effective_to)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const HANDBOOK: &str = include_str!("../../../schemas/policies/handbook.toml");

    fn version(name: &str, days: &str) -> Policy {
        let text = HANDBOOK.replace("version = \"1.0.0\"", &format!("version = \"{name}\"\n{days}"));
        Policy::parse("test.toml", &text).unwrap()
    }

    fn three() -> Vec<Policy> {
        vec![
            version("2", "effective_from = 2027-01-01\neffective_to = 2027-06-30"),
            version("1", ""),
            version("3", "effective_from = \"2028-01-01\""),
        ]
    }

    #[test]
    fn the_version_that_began_last_is_in_force_until_its_end() {
        let policies = three();
        let on = |day: Date| in_force(&policies, "handbook", day).map(|policy| policy.version.as_str());
        assert_eq!(on(date(2026, 12, 31)), Some("1"));
        assert_eq!(on(date(2027, 1, 1)), Some("2"));
        assert_eq!(on(date(2027, 6, 30)), Some("2"));
        assert_eq!(on(date(2027, 7, 1)), None, "nothing was said of these days");
        assert_eq!(on(date(2028, 1, 1)), Some("3"));
        assert_eq!(newest(&policies, "handbook").map(|policy| policy.version.as_str()), Some("3"));
    }

    #[test]
    fn an_open_end_runs_to_the_day_before_the_next_beginning() {
        let reported: Vec<String> = spans(&three(), "handbook").iter().map(ToString::to_string).collect();
        assert_eq!(reported, ["1 (… – 2026-12-31)", "2 (2027-01-01 – 2027-06-30)", "3 (2028-01-01 – …)"]);
    }

    #[test]
    fn only_the_same_beginning_or_an_end_beyond_the_next_beginning_overlaps() {
        let clashes = |days: &str| clash(&three(), &version("4", days)).map(|fault| fault.to_string());
        assert_eq!(clashes("effective_from = 2029-01-01"), None);
        assert_eq!(clashes("effective_from = 2027-07-01"), None, "between two of them");
        for days in ["", "effective_from = 2027-01-01", "effective_from = 2027-06-30"] {
            assert!(clashes(days).is_some_and(|fault| fault.contains("overlaps")), "{days}");
        }
        assert!(clashes("effective_from = 2027-07-01\neffective_to = 2028-01-01").unwrap().contains("version 3"));
        let again = clash(&three(), &version("3", "effective_from = 2030-01-01")).unwrap();
        assert!(again.to_string().contains("has a version 3 already"));
    }

    #[test]
    fn an_end_before_the_beginning_is_a_fault() {
        let text = HANDBOOK.replace("rates =", "effective_from = 2027-01-01\neffective_to = 2026-12-31\nrates =");
        let faults = Policy::parse("test.toml", &text).unwrap_err().faults();
        assert_eq!(faults[0].path(), "effective_to");
        assert!(faults[0].to_string().contains("2026-12-31 is before"));
    }
}
