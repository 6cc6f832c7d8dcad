//! The words of an issue, in the language of its reader: what is wrong, what is expected, and how to fix it. The sentences
//! stand in `message/words/*.toml`; what is put into them is formatted here.

mod expected;
pub(super) mod words;
mod year;

pub use expected::expectation;

use self::expected::{allowed, spelled_day};
use self::words::{answer, period, sheets, values};
use super::issue::{Code, Detail, Issue, ResourceId};
use crate::policy::Policy;
use crate::schema::{Bound, Field, Resource, Schemas};
use crate::workbook::column_name;
use dealerbook_base::lang::Lang;

/// What the words need to know beside the issue itself.
pub struct Speaker<'a> {
    /// The schemas by which the workbook was checked.
    pub schemas: &'a Schemas,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The names of the workbook's sheets.
    pub sheets: &'a [String],
    /// The language.
    pub lang: Lang,
}

impl<'a> Speaker<'a> {
    /// The resource of an issue, where it is a table.
    pub fn resource(&self, issue: &Issue) -> Option<&'a Resource> {
        match issue.place.resource? {
            ResourceId::Cover => None,
            ResourceId::Table(index) => self.schemas.resources.get(usize::from(index)),
        }
    }

    /// The name of the resource of an issue.
    pub fn resource_name(&self, id: Option<ResourceId>) -> Option<&'a str> {
        Some(match id? {
            ResourceId::Cover => &self.schemas.cover.name,
            ResourceId::Table(index) => &self.schemas.resources.get(usize::from(index))?.name,
        })
    }

    /// A field by its place.
    pub fn field(&self, id: Option<ResourceId>, field: Option<u16>) -> Option<&'a Field> {
        let fields = match id? {
            ResourceId::Cover => &self.schemas.cover.fields,
            ResourceId::Table(index) => &self.schemas.resources.get(usize::from(index))?.fields,
        };
        fields.get(usize::from(field?))
    }

    /// The name of a sheet by its index.
    pub fn sheet(&self, index: Option<u16>) -> Option<&'a str> {
        self.sheets.get(usize::from(index?)).map(String::as_str)
    }

    /// What is wrong and what is expected, in one sentence or two.
    ///
    /// One arm a detail, which names its sentence and the values in it; the compiler sees that none is missing.
    pub fn message(&self, issue: &Issue) -> String {
        let lang = self.lang;
        let field = self.field(issue.place.resource, issue.place.field);
        let label = field.map_or("", |f| f.label(lang));
        let value = &*issue.value.as_deref().map(shortened).unwrap_or_default();
        let sheet = self.title_of(issue);
        let count = issue.count;
        match &issue.detail {
            Detail::Required => values::Required { label }.text(lang),
            Detail::NotANumber => values::NotANumber { label, value }.text(lang),
            Detail::TooLarge => values::TooLarge { label, value }.text(lang),
            Detail::NotAnInteger => values::NotAnInteger { label, value }.text(lang),
            Detail::NotADate => values::NotADate { label, value }.text(lang),
            Detail::NoSuchDate => values::NoSuchDate { label, value }.text(lang),
            Detail::NotAMonth => values::NotAMonth { label, value }.text(lang),
            Detail::NoSuchMonth => values::NoSuchMonth { label, value }.text(lang),
            Detail::NotAYear => values::NotAYear { label, value }.text(lang),
            Detail::NotABoolean => {
                let [yes, no] = [true, false].map(|value| field.map_or("", |f| f.spelled(value, lang)));
                values::NotABoolean { label, yes, no, value }.text(lang)
            }
            Detail::UnexpectedDate => {
                let expected = field.map(|f| expectation(f, lang)).unwrap_or_default();
                values::UnexpectedDate { label, expected, value }.text(lang)
            }
            Detail::LostDigits => values::LostDigits { label, value }.text(lang),
            Detail::Minimum(limit) => values::Minimum { label, limit, value }.text(lang),
            Detail::ExclusiveMinimum(limit) => values::ExclusiveMinimum { label, limit, value }.text(lang),
            Detail::Maximum(limit) => values::Maximum { label, limit, value }.text(lang),
            Detail::ExclusiveMaximum(limit) => values::ExclusiveMaximum { label, limit, value }.text(lang),
            Detail::TooEarly(Bound { date, exclusive }) => {
                let day = spelled_day(field, *date);
                match exclusive {
                    true => values::TooEarlyExclusive { label, day, value }.text(lang),
                    false => values::TooEarlyInclusive { label, day, value }.text(lang),
                }
            }
            Detail::TooLate(Bound { date, exclusive }) => {
                let day = spelled_day(field, *date);
                match exclusive {
                    true => values::TooLateExclusive { label, day, value }.text(lang),
                    false => values::TooLateInclusive { label, day, value }.text(lang),
                }
            }
            Detail::TooShort(limit) => values::TooShort { label, limit, value }.text(lang),
            Detail::TooLong(limit) => values::TooLong { label, limit, value }.text(lang),
            Detail::NotOfPattern => {
                let pattern = field.and_then(|f| f.constraints.more.pattern.as_ref()).map_or("", |p| p.text.as_str());
                values::NotOfPattern { label, pattern: shortened(pattern), value }.text(lang)
            }
            Detail::NotOfFormat => {
                let format = field.map_or("", |f| expected::form(f.format).pick(lang));
                values::NotOfFormat { label, format, value }.text(lang)
            }
            Detail::UnknownCategory(_) | Detail::NotListed => {
                let allowed = field.map(|f| allowed(f, lang)).unwrap_or_default();
                values::NotListed { label, value, allowed }.text(lang)
            }
            Detail::Duplicate(first) if matches!(issue.code, Code::UniqueError | Code::DuplicateLabel) => {
                values::DuplicateValue { label, value, row: first + 1 }.text(lang)
            }
            Detail::Duplicate(first) => values::DuplicateKey { row: first + 1, key: self.key_labels(issue) }.text(lang),
            Detail::Stranger(key, _) => {
                let sheet = self.referred(issue, *key).map_or("", |r| r.label(lang));
                values::UnknownReference { label, value, sheet }.text(lang)
            }
            Detail::ErrorValue => values::ErrorValue { label, value }.text(lang),
            Detail::Uncached => values::Uncached { label }.text(lang),
            Detail::Coerced(what) => values::Coerced { label, count, how: what.words(lang) }.text(lang),
            Detail::BoughtBeforeJoining(first) => {
                values::BoughtBeforeJoining { label, value, month: first.strftime("%Y-%m") }.text(lang)
            }
            Detail::BeyondField(other, limit) => {
                values::BeyondField { label, value, other: self.other(issue, *other), limit }.text(lang)
            }
            Detail::OtherSign(other, limit) => {
                values::OtherSign { label, value, other: self.other(issue, *other), limit }.text(lang)
            }
            Detail::BeforeField(other, first) => {
                values::BeforeField { label, value, other: self.other(issue, *other), first }.text(lang)
            }
            Detail::AboveField(other, limit) => {
                values::AboveField { label, value, other: self.other(issue, *other), limit }.text(lang)
            }
            Detail::ZeroDespite(other) => values::ZeroDespite { label, other: self.other(issue, *other) }.text(lang),
            Detail::NegativeSales(sales) => values::NegativeSales { sales }.text(lang),
            Detail::OwnAboveAll(own) => values::OwnAboveAll { label, value, own }.text(lang),
            Detail::Shipped(shipped) => values::Shipped { label, value, shipped }.text(lang),
            Detail::ShippedInDays { from, to, tonnes } => {
                values::ShippedInDays { label, value, from, to, tonnes }.text(lang)
            }
            Detail::PlanNeeded => values::PlanNeeded { label }.text(lang),
            Detail::NoCapital(capital) => values::NoCapital { capital }.text(lang),
            Detail::WeightsSum(sum, expected) => values::WeightsSum { sum, expected }.text(lang),
            Detail::WeightsDiffer(factor) => values::WeightsDiffer { factor }.text(lang),
            Detail::MissingLabel => {
                sheets::MissingLabel { label, field: field.map_or("", |f| f.name.as_str()) }.text(lang)
            }
            Detail::DuplicateLabel(first) | Detail::RepeatedMonth(first) => {
                sheets::DuplicateLabel { value, column: column_name(*first) }.text(lang)
            }
            Detail::ExtraLabel(_) => sheets::ExtraLabel { value }.text(lang),
            Detail::BlankLabel => sheets::BLANK_LABEL.text(lang),
            Detail::NeededBySheets if issue.place.sheet.is_some() => sheets::NeededBySheetsNoRows { sheet }.text(lang),
            Detail::NeededBySheets => sheets::NeededBySheetsMissing { sheet }.text(lang),
            Detail::NeededByKey(index) => sheets::NeededByKey { sheet, other: self.title(*index) }.text(lang),
            Detail::NotThere => sheets::NotThere { sheet }.text(lang),
            Detail::NeededByProgramme(programme) => sheets::NeededByProgramme { sheet, programme }.text(lang),
            Detail::NoViolations => sheets::NoViolations { sheet }.text(lang),
            Detail::NoKnownSheet => sheets::NO_KNOWN_SHEET.text(lang),
            Detail::NothingFilledIn => sheets::NOTHING_FILLED_IN.text(lang),
            Detail::ExtraSheet(_) => sheets::ExtraSheet { value }.text(lang),
            Detail::DuplicateSheet(first) => {
                sheets::DuplicateSheet { value, other: self.sheet(Some(*first)).unwrap_or_default() }.text(lang)
            }
            Detail::TotalsRow => sheets::TOTALS_ROW.text(lang),
            Detail::TotalsColumn => sheets::TotalsColumn { value }.text(lang),
            Detail::WideLayout => sheets::WideLayout { count }.text(lang),
            Detail::MonthWithoutYear => sheets::MonthWithoutYear { value }.text(lang),
            Detail::MonthLacks(field) => sheets::MonthLacks { value, other: self.other(issue, *field) }.text(lang),
            Detail::SpreadSheets(count, resource) => {
                sheets::SpreadSheets { value, count, sheet: self.title(*resource) }.text(lang)
            }
            Detail::NeededByScorecard(card) => {
                let scorecard = self.policy.scorecards.get(usize::from(*card)).map_or("", |c| c.title.pick(lang));
                sheets::NeededByScorecard { label, scorecard }.text(lang)
            }
            Detail::NeededByIncentive(programme) => self.needed_by_incentive(issue, label, *programme),
            Detail::OutsidePeriod(period) => period::OutsidePeriod { count, period }.text(lang),
            Detail::AfterAsOf(as_of) => period::AfterAsOf { count, as_of }.text(lang),
            Detail::PeriodMismatch { period, within, year, rows, .. } => {
                period::PeriodMismatch { period, label, year, rows, within }.text(lang)
            }
            Detail::Interim(interim) => self.interim(*interim),
            Detail::NoPurchases(volume) => {
                let consequence = match self.policy.incentives_need_tonnes {
                    true => period::NO_PURCHASES_NO_INCENTIVES.pick(lang),
                    false => period::NO_PURCHASES_ASSESSED.pick(lang),
                };
                period::NoPurchases { volume, consequence }.text(lang)
            }
            Detail::JoinedInPeriod(day) => self.joined_in_period(label, *day),
            Detail::RanksWithinFile(dealers) => period::RanksWithinFile { value, dealers }.text(lang),
            Detail::UnlistedReceivables(sum) => period::UnlistedReceivables { sum, count }.text(lang),
            Detail::Overridden(requested) => period::Overridden { label, value, requested }.text(lang),
            Detail::MissingMonths { missing, .. } => period::MissingMonths { months: self.months(*missing) }.text(lang),
            Detail::PastGrade { period, grade } => {
                let category = field.and_then(|f| f.categories.get(usize::from(*grade)));
                let grade = category.map_or("", |category| lang.pick(&category.label, &category.value));
                period::PastGrade { label, value, period, grade }.text(lang)
            }
            Detail::PastTonnes { period, tonnes } => period::PastTonnes { label, value, period, tonnes }.text(lang),
            Detail::NoScorecard => period::NoScorecard { value }.text(lang),
            Detail::ThreadedComment => answer::THREADED_COMMENT.text(lang),
            Detail::NotesDrawing => answer::NotesDrawing { count }.text(lang),
            Detail::NoFreeColumn => answer::NO_FREE_COLUMN.text(lang),
            Detail::SignatureVoid => answer::SIGNATURE_VOID.text(lang),
            Detail::NoRunToAppeal => answer::NoRunToAppeal { label, count }.text(lang),
            Detail::AppealsClosed(last_day) => answer::AppealsClosed { label, count, last_day }.text(lang),
            Detail::Layout(fault) => fault.message(self, issue),
        }
    }

    /// How to fix it, where there is something definite to say.
    pub fn suggestion(&self, issue: &Issue) -> Option<String> {
        let lang = self.lang;
        let field = self.field(issue.place.resource, issue.place.field);
        Some(match &issue.detail {
            Detail::UnknownCategory(Some(nearest)) => {
                let category = field?.categories.get(usize::from(*nearest))?;
                lang.pick(&category.label, &category.value).to_owned()
            }
            Detail::Stranger(_, Some(nearest)) | Detail::ExtraSheet(Some(nearest)) => nearest.to_string(),
            Detail::ExtraLabel(Some(nearest)) => {
                let resource = self.resource(issue)?;
                resource.fields.get(usize::from(*nearest))?.label(lang).to_owned()
            }
            Detail::NoRunToAppeal => answer::NO_RUN_TO_APPEAL_FIX.text(lang),
            Detail::MonthWithoutYear => sheets::MONTH_WITHOUT_YEAR_FIX.text(lang),
            Detail::RepeatedMonth(_) => sheets::REPEATED_MONTH_FIX.text(lang),
            Detail::MonthLacks(_) => sheets::MONTH_LACKS_FIX.text(lang),
            Detail::SpreadSheets(_, resource) => sheets::SpreadSheetsFix { sheet: self.title(*resource) }.text(lang),
            Detail::Uncached => values::UNCACHED_FIX.text(lang),
            Detail::LostDigits => values::LOST_DIGITS_FIX.text(lang),
            Detail::ErrorValue => values::ERROR_VALUE_FIX.text(lang),
            Detail::NoScorecard => period::NO_SCORECARD_FIX.text(lang),
            Detail::NoCapital(_) => values::NO_CAPITAL_FIX.text(lang),
            Detail::NeededByIncentive(_) if field.is_some_and(|f| f.name == "last_year_tonnes") => {
                sheets::NEEDED_BY_INCENTIVE_FIX_LAST_YEAR.text(lang)
            }
            Detail::MissingMonths { missing, joined } => self.missing_months(*missing, *joined),
            Detail::PeriodMismatch { period, year, guessed: true, .. } => {
                period::PeriodMismatchFixGuessed { period, year }.text(lang)
            }
            Detail::PeriodMismatch { period, year, .. } => period::PeriodMismatchFixGiven { period, year }.text(lang),
            Detail::Interim(_) => period::INTERIM_FIX.text(lang),
            Detail::NoPurchases(_) => period::NO_PURCHASES_FIX.text(lang),
            Detail::BoughtBeforeJoining(_) => values::BOUGHT_BEFORE_JOINING_FIX.text(lang),
            Detail::RanksWithinFile(_) => period::RANKS_WITHIN_FILE_FIX.text(lang),
            Detail::UnlistedReceivables(_) => period::UNLISTED_RECEIVABLES_FIX.text(lang),
            Detail::BeyondField(..) | Detail::OtherSign(..) => values::OVERPAID_FIX.text(lang),
            Detail::WeightsSum(..) => values::WEIGHTS_SUM_FIX.text(lang),
            Detail::NothingFilledIn => sheets::NOTHING_FILLED_IN_FIX.text(lang),
            Detail::Layout(fault) => return fault.suggestion().map(|fix| fix.text(lang)),
            Detail::NoKnownSheet => {
                let titles: Vec<&str> = self.schemas.resources.iter().map(|r| r.label(lang)).collect();
                sheets::NoKnownSheetFix { titles: titles.join(lang.pick("、", ", ")) }.text(lang)
            }
            _ => return None,
        })
    }

    /// The table that a foreign key of the issue's own table refers to.
    fn referred(&self, issue: &Issue, key: u16) -> Option<&'a Resource> {
        let key = self.resource(issue)?.foreign_keys.get(usize::from(key))?;
        self.schemas.index(&key.resource).map(|index| &self.schemas.resources[index])
    }

    /// A cell, a column or a sheet that only an incentive programme of the policy needs.
    fn needed_by_incentive(&self, issue: &Issue, label: &str, programme: u16) -> String {
        let incentive = self.policy.incentives.get(usize::from(programme));
        let incentive = incentive.map_or("", |i| i.title.pick(self.lang));
        match issue.code {
            Code::MissingSheet => {
                sheets::NeededByIncentiveSheet { sheet: self.title_of(issue), incentive }.text(self.lang)
            }
            Code::MissingLabel => sheets::NeededByIncentiveColumn { label, incentive }.text(self.lang),
            _ => sheets::NeededByIncentiveCell { label, incentive }.text(self.lang),
        }
    }

    fn other(&self, issue: &Issue, field: u16) -> &'a str {
        self.field(issue.place.resource, Some(field)).map_or("", |f| f.label(self.lang))
    }

    fn title_of(&self, issue: &Issue) -> &'a str {
        self.resource(issue).map_or("", |r| r.label(self.lang))
    }

    fn title(&self, resource: u16) -> &'a str {
        self.schemas.resources.get(usize::from(resource)).map_or("", |r| r.label(self.lang))
    }

    fn key_labels(&self, issue: &Issue) -> String {
        let Some(resource) = self.resource(issue) else { return String::new() };
        let labels: Vec<&str> = resource.primary_key.iter().map(|f| resource.fields[*f].label(self.lang)).collect();
        labels.join(self.lang.pick("、", " and "))
    }
}

/// A long value, cut for a message.
fn shortened(value: &str) -> String {
    const SHOWN_MAX: usize = 60;
    match value.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
