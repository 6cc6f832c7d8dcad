//! Marks: conditional-format rules that hold for as long as the cell is faulty.
//!
//! The formula is the constraint itself where one cell decides (still text, still blank, still not in the list, still below the
//! minimum), so that the mark goes when the cell is really fixed. Where other rows or sheets decide (keys, sums), it is: the cell still
//! holds the value that was seen.

use std::collections::BTreeMap;

use jiff::civil::Date;

use dealerbook_engine::schema::{Category, Field, FieldType, Severity};
use dealerbook_engine::validate::{Code, Detail, Issue, Speaker};
use dealerbook_engine::workbook::cell_name;
use dealerbook_package::edit::{At, MarkRule};

/// A string literal in a formula holds at most so many characters; a longer value can't be compared.
const LITERAL_MAX: usize = 255;

/// A rule compares with so many texts that count as blank.
const MISSING_MAX: usize = 20;

/// The cells of each rule: its severity, column and formula.
type Groups = BTreeMap<(Severity, u16, String), Vec<At>>;

fn groups(issues: &[(&Issue, At)], speaker: &Speaker<'_>) -> Groups {
    let mut groups = Groups::new();
    for (issue, at) in issues {
        if let Some(formula) = formula(issue, speaker) {
            groups.entry((issue.severity, at.column, formula)).or_default().push(*at);
        }
    }
    groups
}

/// How many cells stay without a mark because there are too many rules.
pub fn cells_beyond(issues: &[(&Issue, At)], speaker: &Speaker<'_>, rules_max: usize) -> usize {
    groups(issues, speaker).into_values().skip(rules_max).map(|cells| cells.len()).sum()
}

/// The rules of a sheet, at most so many: one for each formula and column, over all the cells that have it.
pub fn rules(issues: &[(&Issue, At)], speaker: &Speaker<'_>, rules_max: usize) -> Vec<MarkRule> {
    let rule = |((severity, _, formula), mut cells): ((Severity, u16, String), Vec<At>)| {
        cells.sort_unstable();
        cells.dedup();
        let first = cell_name(cells[0].row, cells[0].column);
        let (fill, text) = super::colours(severity);
        MarkRule { cells, formula: formula.replace(CELL, &first), fill, text }
    };
    groups(issues, speaker).into_iter().take(rules_max).map(rule).collect()
}

/// Stands for the cell in a formula.
const CELL: &str = "\u{1}";

fn formula(issue: &Issue, speaker: &Speaker<'_>) -> Option<String> {
    let field = speaker.field(issue.place.resource, issue.place.field);
    let filled = |condition: String| format!("LEN({CELL})>0,{condition}");
    Some(match &issue.detail {
        Detail::Required if field.is_some_and(|f| !f.missing_values.is_empty()) => {
            let missing = field?.missing_values.iter().filter(|m| m.chars().count() <= LITERAL_MAX).take(MISSING_MAX);
            let any = missing.map(|m| format!(",TRIM({CELL})=\"{}\"", m.replace('"', "\"\""))).collect::<String>();
            format!("OR(LEN(TRIM({CELL}))=0{any})")
        }
        Detail::Required
        | Detail::NeededByScorecard(_)
        | Detail::NeededByIncentive(_)
        | Detail::PlanNeeded
        | Detail::BlankLabel => {
            format!("LEN(TRIM({CELL}))=0")
        }
        Detail::NoRunToAppeal | Detail::AppealsClosed(_) => format!("LEN({CELL})>0"),
        Detail::Uncached => format!("LEN({CELL})=0"),
        Detail::ErrorValue => format!("ISERROR({CELL})"),
        Detail::LostDigits => format!("ISNUMBER({CELL})"),
        Detail::NotANumber | Detail::TooLarge => filled(format!("ISERROR(VALUE({CELL}))")),
        Detail::NotAnInteger => filled(format!("IFERROR(INT(VALUE({CELL}))<>VALUE({CELL}),TRUE)")),
        Detail::Minimum(least) => filled(format!("IFERROR(VALUE({CELL})<{least},FALSE)")),
        Detail::ExclusiveMinimum(least) => filled(format!("IFERROR(VALUE({CELL})<={least},FALSE)")),
        Detail::Maximum(most) => filled(format!("IFERROR(VALUE({CELL})>{most},FALSE)")),
        Detail::ExclusiveMaximum(most) => filled(format!("IFERROR(VALUE({CELL})>={most},FALSE)")),
        Detail::TooShort(least) => filled(format!("LEN({CELL})<{least}")),
        Detail::TooLong(most) => format!("LEN({CELL})>{most}"),
        Detail::TooEarly(bound) if field?.type_ == FieldType::Date => {
            beyond(if bound.exclusive { "<=" } else { "<" }, bound.date)
        }
        Detail::TooLate(bound) if field?.type_ == FieldType::Date => {
            beyond(if bound.exclusive { ">=" } else { ">" }, bound.date)
        }
        Detail::NotADate | Detail::NoSuchDate => format!("ISTEXT({CELL}),ISERROR(DATEVALUE({CELL}))"),
        Detail::NotAMonth | Detail::NoSuchMonth => {
            format!("ISTEXT({CELL}),ISERROR(DATEVALUE({CELL}&\"-1\")),ISERROR(DATEVALUE({CELL}&\"1日\"))")
        }
        Detail::UnknownCategory(_) if is_short(field?) => {
            filled(none_of(field?.categories.iter().flat_map(|c| [&c.value, &c.label].into_iter().chain(&c.aliases))))
        }
        Detail::NotABoolean => filled(none_of(field?.true_values.iter().chain(&field?.false_values))),
        _ => still_seen(issue, field)?,
    })
}

/// The cell's day compared with another; a function instead of a serial, which the workbook's own system would decide.
fn beyond(than: &str, date: Date) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    format!("LEN({CELL})>0,IFERROR(INT({DAY}){than}DATE({year},{month},{day}),FALSE)")
}

/// The serial of the cell's day, whether it holds a date or the text of one.
const DAY: &str = "IF(ISNUMBER(\u{1}),\u{1},DATEVALUE(\u{1}))";

/// Whether all spellings of a column's categories find room in a formula.
fn is_short(field: &Field) -> bool {
    const SPELLINGS_MAX: usize = 100;
    const CHARACTERS_MAX: usize = 4_000;
    let spellings = || field.categories.iter().flat_map(|c| [&c.value, &c.label].into_iter().chain(&c.aliases));
    let characters = || spellings().map(|s| s.chars().count());
    spellings().count() <= SPELLINGS_MAX
        && characters().sum::<usize>() <= CHARACTERS_MAX
        && characters().all(|n| n <= LITERAL_MAX)
}

fn none_of<'v>(values: impl Iterator<Item = &'v String>) -> String {
    let mut values: Vec<&String> = values.collect();
    values.sort();
    values.dedup();
    values.iter().map(|v| format!("{CELL}<>\"{}\"", v.replace('"', "\"\""))).collect::<Vec<_>>().join(",")
}

/// The cell still holds the value that was seen, in whichever spelling.
fn still_seen(issue: &Issue, field: Option<&Field>) -> Option<String> {
    let value = issue.value.as_deref()?;
    let labels = matches!(issue.code, Code::DuplicateLabel | Code::ExtraLabel);
    let field = field.filter(|_| !labels);
    let spellings: Vec<&String> = match field {
        Some(f) if !f.categories.is_empty() => {
            let meant = |c: &&Category| c.label == value || c.value == value;
            let Some(category) = f.categories.iter().find(meant) else { return text(value) };
            [&category.value, &category.label].into_iter().chain(&category.aliases).collect()
        }
        Some(f) if f.type_ == FieldType::Date && f.categories.is_empty() => {
            let Ok(date) = value.parse::<Date>() else { return text(value) };
            let (year, month, day) = (date.year(), date.month(), date.day());
            return Some(format!("IFERROR(INT({DAY})=DATE({year},{month},{day}),FALSE)"));
        }
        Some(f) if f.type_ == FieldType::Boolean => {
            let meant = if f.true_values.iter().any(|v| v == value) { &f.true_values } else { &f.false_values };
            meant.iter().collect()
        }
        Some(f) if matches!(f.type_, FieldType::Number | FieldType::Integer | FieldType::Year) => {
            let number = rust_decimal::Decimal::from_str_exact(value).ok();
            return number.map(|n| format!("IFERROR(ROUND(VALUE({CELL})-{n},9)=0,FALSE)"));
        }
        _ => Vec::new(),
    };
    if !spellings.is_empty() {
        let any: Vec<String> = spellings.iter().map(|s| format!("{CELL}=\"{}\"", s.replace('"', "\"\""))).collect();
        return Some(format!("OR({})", any.join(",")));
    }
    text(value)
}

fn text(value: &str) -> Option<String> {
    (value.chars().count() <= LITERAL_MAX).then(|| format!("TRIM({CELL})=\"{}\"", value.trim().replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_value_cannot_end_the_literal() {
        let value = ["a\"b".to_owned()];
        assert_eq!(none_of(value.iter()), format!("{CELL}<>\"a\"\"b\""));
    }
}
