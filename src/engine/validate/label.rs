//! What a label means: the name of a column, with marks and a unit around it or not.

use super::units;
use crate::schema::{Field, Resource, normalise};

/// A label that names a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The column, by its index.
    pub field: usize,
    /// The unit that the label says, in normal form.
    pub unit: Option<String>,
}

/// Returns the column that a label names: by title or name before any alias.
pub fn read(resource: &Resource, label: &str) -> Option<Named> {
    let mut bare = normalise(label);
    let mut unit = None;
    loop {
        let called = resource.fields.iter().position(|f| f.is_called(&bare));
        if let Some(field) = called.or_else(|| resource.fields.iter().position(|f| f.has_label(&bare))) {
            return Some(Named { field, unit });
        }
        let (rest, said) = strip(&bare)?;
        unit = unit.or(said);
        bare = rest;
    }
}

/// Whether a label names this column.
pub fn names(field: &Field, label: &str) -> bool {
    let mut bare = normalise(label);
    loop {
        if field.has_label(&bare) {
            return true;
        }
        match strip(&bare) {
            Some((rest, _)) => bare = rest,
            None => return false,
        }
    }
}

/// Takes the outermost mark or unit off a label in normal form: `*`, `:`, (必填), /吨, 【个】. `None` where there is none.
fn strip(label: &str) -> Option<(String, Option<String>)> {
    let trimmed = label.trim_matches(['*', ':', '※', '★', '、', '.']);
    if trimmed.len() < label.len() {
        return Some((trimmed.to_owned(), None)).filter(|(rest, _)| !rest.is_empty());
    }
    for (open, close) in [('(', ')'), ('【', '】'), ('[', ']'), ('〔', '〕'), ('<', '>'), ('{', '}')] {
        let Some(inner) = label.strip_suffix(close) else { continue };
        let at = inner.rfind(open)?;
        return mark_or_unit(&inner[at + open.len_utf8()..]).map(|unit| (label[..at].to_owned(), unit));
    }
    if let Some(rest) = label.strip_prefix("(必填)").or_else(|| label.strip_prefix("【必填】")) {
        return Some((rest.to_owned(), None));
    }
    let (before, unit) = label.rsplit_once(['/', ',', '-', '_'])?;
    let is_unit = !before.is_empty() && units::is_unit(unit);
    is_unit.then(|| (before.to_owned(), Some(unit.to_owned())))
}

/// What stands in brackets behind a label: a mark (`Some(None)`), a unit, or something else (`None`).
fn mark_or_unit(inner: &str) -> Option<Option<String>> {
    const MARKS: [&str; 12] =
        ["必填", "必填项", "必输", "选填", "可选", "可空", "非必填", "required", "optional", "*", "%", "单位"];
    let said = inner.strip_prefix("单位:").or_else(|| inner.strip_prefix("单位")).unwrap_or(inner);
    if MARKS.contains(&inner) || inner.is_empty() {
        return Some(None);
    }
    units::is_unit(said).then(|| Some(said.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schemas;

    #[test]
    fn marks_and_units_are_no_part_of_a_label() {
        let schemas = Schemas::embedded().unwrap();
        let dealers = &schemas.resources[0];
        let target = dealers.field("target_tonnes").unwrap();
        for (label, unit) in [
            ("年度目标销量", None),
            ("年度目标销量*", None),
            ("* 年度目标销量（吨）", Some("吨")),
            ("年度目标销量 ＊：", None),
            ("target_tonnes *", None),
            ("年度目标销量/吨", Some("吨")),
            ("年度目标销量【吨】（必填）", Some("吨")),
            ("年度目标销量（单位：千吨）", Some("千吨")),
            ("年度目标销量\n[万吨]", Some("万吨")),
            ("Annual target (t)", None),
            ("年度目标\u{200b}销量", None),
        ] {
            let named = Named { field: target, unit: unit.map(str::to_owned) };
            assert_eq!(read(dealers, label), Some(named), "{label}");
            assert!(names(&dealers.fields[target], label), "{label}");
        }
        assert_eq!(read(dealers, "可控网点数【个】").map(|n| n.field), dealers.field("outlets"));
        for label in ["*", "", "年度目标销量（去年）", "（吨）", "：", "销量/年"] {
            assert_eq!(read(dealers, label), None, "{label}");
        }
    }
}
