//! The result JSON of the contract: decimals as strings, every key always there.

mod assessed;
mod paid;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::Serializer;

use assessed::{AssessedJson, AssessedList};
use dealerbook_engine::policy::{Policy, Rates};
use dealerbook_engine::programmes::assessment::Assessment;
use dealerbook_engine::programmes::incentives::Incentives;
use dealerbook_engine::programmes::monthly::MonthlySales;
use dealerbook_engine::programmes::{DealerYear, Outcomes};
use dealerbook_engine::schema::Severity;
use dealerbook_engine::sheet::words::Words;
use dealerbook_engine::validate::{Checked, Code, Issue, Speaker, Table};
use dealerbook_engine::workbook::column_name;
use paid::{PaidJson, PaidList};

/// What tells a run from others, and what it was made of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Run")]
pub struct RunJson {
    /// A UUID of version 7: ids sort by time.
    pub id: String,
    /// RFC 3339 in UTC.
    pub created_at: String,
    /// Whether the year that is assessed isn't whole yet: its last day lies behind the as-of date, or the last months have no purchases.
    pub interim: bool,
    /// The calendar year that is assessed.
    pub period: Option<i16>,
    /// The as-of date, as 2007-12-31.
    pub as_of: Option<String>,
    /// The policy in force; null where a caller's own schema was checked against.
    pub policy: Option<PolicyJson>,
    /// The caller's own schema; only there when the workbook was checked against one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaJson>,
    /// What was known of the year before; only there when its result was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryJson>,
    /// The upload.
    pub workbook: WorkbookJson,
    /// Whether faulty rows were left out.
    pub partial: bool,
    /// What became of it.
    pub status: Status,
    /// Why there is no annotated workbook; only there when the file can't be written into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unwritten: Option<String>,
}

/// The policy of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Policy")]
pub struct PolicyJson {
    /// Its short name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The hash of its file, in hex.
    pub sha256: String,
    /// Whose the rates are.
    pub rates: Rates,
}

/// What was known of the year before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "History")]
pub struct HistoryJson {
    /// The calendar year.
    pub period: i16,
    /// The hash of what was known of it, in hex.
    pub sha256: String,
}

/// The caller's own schema of a check.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Schema")]
pub struct SchemaJson {
    /// The package's name, where it has one.
    pub name: Option<String>,
    /// Its title, or else its name.
    pub title: Option<String>,
    /// The hash of the descriptor as it came, in hex.
    pub sha256: String,
}

/// The upload of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Workbook")]
pub struct WorkbookJson {
    /// Its name, where it had one.
    pub filename: Option<String>,
    /// Its hash, in hex.
    pub sha256: String,
    /// Its length.
    pub bytes: usize,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Calculated.
    Ok,
    /// Errors stopped it.
    Faulty,
    /// Calculated without the faulty rows.
    Partial,
}

/// Counts and sums over the whole workbook.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Summary {
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many infos, folded ones counting once.
    pub infos: usize,
    /// How many dealers were calculated; where nothing was, how many the sheet has.
    pub dealers: usize,
    /// What the incentives come to; null where none were calculated.
    pub incentive_total: Option<Decimal>,
    /// How many dealers have each grade, and `none`.
    pub grades: BTreeMap<String, usize>,
    /// So many cells get a note at most; beyond it, faults stand on the issues sheet alone.
    pub notes_max: usize,
    /// Each fault of each column once, with its count.
    pub codes: Vec<CodeCount>,
}

/// How often a fault stands in a column.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CodeCount {
    /// The sheet's name in the workbook.
    pub sheet: Option<String>,
    /// The field.
    pub field: Option<String>,
    /// The code.
    #[schemars(with = "Code")]
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// How often.
    pub count: u32,
}

/// An issue as programs read it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Issue")]
pub(super) struct IssueJson<'a> {
    /// How grave it is.
    severity: Severity,
    /// What it is.
    #[schemars(with = "Code")]
    code: &'static str,
    /// The sheet's name in the workbook.
    sheet: Option<&'a str>,
    /// The resource of the schema.
    resource: Option<&'a str>,
    /// The row as Excel shows it.
    row: Option<u32>,
    /// The column's letters.
    column: Option<String>,
    /// The field of the schema.
    field: Option<&'a str>,
    /// The cell as Excel shows it.
    cell: Option<String>,
    /// The value that was seen.
    value: Option<&'a str>,
    /// What is wrong, in words.
    message: String,
    /// How to mend it, where there is something definite to say.
    suggestion: Option<String>,
    /// For folded issues, how many cells or rows; else 1.
    count: u32,
}

/// All issues, rendered while they are written.
pub struct IssueList<'a> {
    /// The issues.
    pub issues: &'a [Issue],
    /// Who puts them into words.
    pub speaker: &'a Speaker<'a>,
}

impl Serialize for IssueList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.issues.iter().map(|issue| render(issue, self.speaker)))
    }
}

fn render<'a>(issue: &'a Issue, speaker: &'a Speaker<'a>) -> IssueJson<'a> {
    let place = &issue.place;
    IssueJson {
        severity: issue.severity,
        code: issue.code.text(),
        sheet: speaker.sheet(place.sheet),
        resource: speaker.resource_name(place.resource),
        row: place.row.map(|row| row + 1),
        column: place.column.map(column_name),
        field: speaker.field(place.resource, place.field).map(|f| f.name.as_str()),
        cell: issue.cell(),
        value: issue.value.as_deref(),
        message: speaker.message(issue),
        suggestion: speaker.suggestion(issue),
        count: issue.count,
    }
}

/// The counts of a checked workbook.
pub fn summary(
    checked: &Checked,
    speaker: &Speaker<'_>,
    results: Option<&Calculated<'_>>,
    policy: &Policy,
    notes_max: usize,
) -> Summary {
    let mut grades: BTreeMap<String, usize> = policy.grades.iter().map(|g| (g.id.clone(), 0)).collect();
    grades.insert("none".to_owned(), 0);
    let assessment = results.and_then(|r| r.assessment.as_ref());
    for dealer in assessment.into_iter().flat_map(|a| &a.dealers) {
        let grade = dealer.grade.map_or("none", |g| &policy.grades[g].id);
        *grades.entry(grade.to_owned()).or_default() += 1;
    }
    let codes = checked.issues.counts().map(|((sheet, resource, field, severity, code), count)| CodeCount {
        sheet: speaker.sheet(*sheet).map(str::to_owned),
        field: speaker.field(*resource, *field).map(|f| f.name.clone()),
        code: code.text(),
        severity: *severity,
        count,
    });
    let calculated = results.filter(|r| r.assessment.is_some()).map(|r| r.years.len());
    let dealers = checked.table(speaker.schemas, "dealers").filter(|_| speaker.schemas.caller.is_none());
    Summary {
        errors: checked.issues.of(Severity::Error),
        warnings: checked.issues.of(Severity::Warning),
        infos: checked.issues.of(Severity::Info),
        dealers: calculated.unwrap_or_else(|| dealers.map_or(0, Table::len)),
        incentive_total: results.and_then(|r| r.incentives.as_ref()).map(|i| i.total),
        grades,
        notes_max,
        codes: codes.collect(),
    }
}

/// What was calculated.
pub struct Calculated<'s> {
    /// The dealers and their year.
    pub years: Vec<DealerYear<'s>>,
    /// Their months added up; what the dealers' own months are let go of for.
    pub monthly: Option<MonthlySales<'s>>,
    /// The assessment; calculated for the incentives too, and shown where it was wanted.
    pub assessment: Option<Assessment<'s>>,
    /// The incentives, where they were wanted.
    pub incentives: Option<Incentives<'s>>,
    /// What came of the other programmes.
    pub outcomes: Outcomes,
}

/// The `results` of a run.
pub struct Results<'a, 's> {
    /// What was calculated.
    pub calculated: &'a Calculated<'s>,
    /// Whether the assessment itself was wanted.
    pub show_assessment: bool,
    /// By which policy, and in which words.
    pub words: Words<'a>,
}

/// The results of each programme that ran; one that didn't is absent.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Results")]
pub(super) struct ResultsJson<'a> {
    /// The annual assessment, handbook 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment: Option<AssessmentJson<'a>>,
    /// The incentives, handbook 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    incentives: Option<IncentivesJson<'a>>,
    #[serde(flatten)]
    outcomes: &'a Outcomes,
}

impl Serialize for Results<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let assessment = self.calculated.assessment.as_ref();
        let dealers = |a| AssessmentJson { dealers: AssessedList { results: self, assessment: a } };
        let incentives = self.calculated.incentives.as_ref().zip(assessment);
        ResultsJson {
            assessment: assessment.filter(|_| self.show_assessment).map(dealers),
            incentives: incentives.map(|(i, a)| IncentivesJson {
                dealers: PaidList { results: self, incentives: i, assessment: a },
                total: i.total,
            }),
            outcomes: &self.calculated.outcomes,
        }
        .serialize(serializer)
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Assessment")]
struct AssessmentJson<'a> {
    #[schemars(with = "Vec<AssessedJson<'a>>")]
    dealers: AssessedList<'a>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Incentives")]
struct IncentivesJson<'a> {
    #[schemars(with = "Vec<PaidJson<'a>>")]
    dealers: PaidList<'a>,
    total: Decimal,
}
