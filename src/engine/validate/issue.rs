//! A fault as data: what is wrong, where, with which value. Words are made of it only when it is shown ([`super::message`]).

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::checks::Interim;
use super::layout_fault::LayoutFault;
use super::leniency::Leniency;
use crate::schema::{Bound, Severity};
use crate::workbook::cell_name;

/// Declares the codes with how grave an issue of each is, unless its schema says otherwise.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident: $severity:ident,)*) => {
        /// The stable code of an issue. Frictionless's name where it has one; codes are never reused.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema, strum::IntoStaticStr,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// How grave an issue of this code is, unless its schema says otherwise.
            pub fn severity(self) -> Severity {
                match self {
                    $(Code::$name => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    /// A required column is missing.
    MissingLabel: Error,
    /// A column that is not known.
    ExtraLabel: Warning,
    /// Two columns of one meaning.
    DuplicateLabel: Error,
    /// Values under an empty label.
    BlankLabel: Warning,
    /// A value that is not of the column's type.
    TypeError: Error,
    /// A value outside the column's constraints.
    ConstraintError: Error,
    /// A value that must be unique stands twice.
    UniqueError: Error,
    /// Two rows with the same key.
    PrimaryKey: Error,
    /// A value that is not in the other table.
    ForeignKey: Error,
    /// A sheet without which others can't be used.
    MissingSheet: Error,
    /// A sheet that is not known.
    ExtraSheet: Warning,
    /// Two sheets of one meaning.
    DuplicateSheet: Error,
    /// A check over several cells.
    RowCheck: Error,
    /// Something was read although it is not written as declared.
    Coerced: Info,
    /// A row of totals, left out.
    TotalsRow: Info,
    /// Rows of another period, left out.
    OutsidePeriod: Info,
    /// The request's period or as-of date is not the cover's.
    PeriodOverridden: Warning,
    /// An error value such as #N/A.
    CellError: Error,
    /// A formula without a cached value.
    UncachedFormula: Error,
    /// Purchases and shipments differ.
    Reconciliation: Warning,
    /// The channel mode has no scorecard.
    NoScorecard: Warning,
    /// There is no capital, so no return on it.
    NoCapital: Warning,
    /// A note that could not be written, as a threaded comment stands there.
    NoteLeftOut: Warning,
    /// The package was signed, and the signature is void now.
    SignatureVoid: Warning,
    /// The workbook brings appeals that can't be lodged.
    AppealNotLodged: Warning,
    /// A figure merged over several rows, or a range over several columns: which cell it belongs to is not certain.
    MergedCells: Error,
    /// A merged range that gives its value to all of its rows.
    MergedFilled: Info,
    /// A signature, a remark, a group title or a row of units: no data.
    NoteRow: Info,
    /// The header stands again further down.
    RepeatedHeader: Info,
    /// The period is not over: what it gives is not final.
    InterimPeriod: Warning,
    /// The data is of another year than the one that is assessed.
    PeriodMismatch: Error,
    /// A dealer whose year comes to 0 tonnes or less.
    NoPurchases: Warning,
    /// A dealer that joined within the period.
    JoinedInPeriod: Info,
    /// A promotion that can't be compared with a time before it.
    NoBaseline: Warning,
    /// Receivables of a dealer without a credit row.
    UnlistedReceivables: Warning,
    /// A unit that is not the column's own.
    UnitMismatch: Error,
    /// A date or figure out of any measure.
    Implausible: Warning,
    /// Ranks run over the dealers of this workbook alone.
    RanksWithinFile: Warning,
}

impl Code {
    /// The code as it is written.
    pub fn text(self) -> &'static str {
        self.into()
    }
}

/// Which table a fault is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceId {
    /// The cover.
    Cover,
    /// The resource of this index.
    Table(u16),
}

/// Where a fault is; rows, columns and fields are counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The sheet, by its index in the workbook.
    pub sheet: Option<u16>,
    /// What the sheet is.
    pub resource: Option<ResourceId>,
    /// The row in the sheet.
    pub row: Option<u32>,
    /// The column in the sheet.
    pub column: Option<u16>,
    /// The field in its schema.
    pub field: Option<u16>,
}

/// A fault, or something worth saying.
#[derive(Clone, Debug)]
pub struct Issue {
    /// How grave it is.
    pub severity: Severity,
    /// What it is.
    pub code: Code,
    /// Where it is.
    pub place: Place,
    /// The value that was seen.
    pub value: Option<Box<str>>,
    /// What is wrong, with its figures.
    pub detail: Detail,
    /// For folded issues, how many cells or rows.
    pub count: u32,
}

impl Issue {
    /// The cell that it names, as Excel shows it; of a merged range that gave its value to all of its rows, the range.
    pub fn cell(&self) -> Option<String> {
        if let Detail::Layout(fault) = &self.detail
            && let Some(merge) = fault.range()
        {
            return Some(merge.name());
        }
        self.place.row.zip(self.place.column).map(|(row, column)| cell_name(row, column))
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// The cell is empty and may not be.
    Required,
    /// No number, or an ambiguous one.
    NotANumber,
    /// More digits than can be kept.
    TooLarge,
    /// Not a whole number.
    NotAnInteger,
    /// No date.
    NotADate,
    /// A date that the calendar doesn't have.
    NoSuchDate,
    /// No month.
    NotAMonth,
    /// A month that the calendar doesn't have.
    NoSuchMonth,
    /// No year.
    NotAYear,
    /// Neither yes nor no.
    NotABoolean,
    /// A date where something else belongs.
    UnexpectedDate,
    /// An id of more than 15 digits, stored as a number.
    LostDigits,
    /// Below the minimum.
    Minimum(Decimal),
    /// At or below the minimum.
    ExclusiveMinimum(Decimal),
    /// Above the maximum.
    Maximum(Decimal),
    /// At or above the maximum.
    ExclusiveMaximum(Decimal),
    /// Before the first day that is allowed.
    TooEarly(Bound),
    /// Behind the last day that is allowed.
    TooLate(Bound),
    /// Fewer characters than this.
    TooShort(u32),
    /// More characters than this.
    TooLong(u32),
    /// The text does not match the pattern.
    NotOfPattern,
    /// No e-mail address, URI or UUID.
    NotOfFormat,
    /// None of the values that are counted.
    NotListed,
    /// Not one of the categories; the nearest of them by its index.
    UnknownCategory(Option<u16>),
    /// The value or key stands in this row already.
    Duplicate(u32),
    /// Not in the table that this foreign key refers to, by its number; the nearest value there.
    Stranger(u16, Option<Box<str>>),
    /// An error value.
    ErrorValue,
    /// A formula without a cached value.
    Uncached,
    /// A required column is missing.
    MissingLabel,
    /// The same meaning as this column.
    DuplicateLabel(u16),
    /// Not known; the nearest field by its index.
    ExtraLabel(Option<u16>),
    /// No label above values.
    BlankLabel,
    /// These sheets stand without the one that they need.
    NeededBySheets,
    /// A foreign key of the resource of this index refers to it.
    NeededByKey(u16),
    /// A sheet of a caller's own schema is not there.
    NotThere,
    /// A programme that was asked for needs it.
    NeededByProgramme(Box<str>),
    /// No violations sheet: everybody is taken to have none.
    NoViolations,
    /// Not one sheet is known.
    NoKnownSheet,
    /// The known sheets are those of a template that nobody has filled in.
    NothingFilledIn,
    /// Not known; the nearest name.
    ExtraSheet(Option<Box<str>>),
    /// The same meaning as the sheet of this index.
    DuplicateSheet(u16),
    /// What was forgiven.
    Coerced(Leniency),
    /// Rows, merged ranges and units.
    Layout(LayoutFault),
    /// A row of totals.
    TotalsRow,
    /// A column of totals, in a sheet that has its months across.
    TotalsColumn,
    /// The months stand across.
    WideLayout,
    /// A month across of which nobody says the year.
    MonthWithoutYear,
    /// A month across that stands in this column already.
    RepeatedMonth(u16),
    /// A month across that lacks the column of this field.
    MonthLacks(u16),
    /// So many sheets have the columns of this resource.
    SpreadSheets(u16, u16),
    /// Rows that are not of this period.
    OutsidePeriod(i16),
    /// Rows that are dated after the as-of date.
    AfterAsOf(Date),
    /// The tonnes are of another year.
    PeriodMismatch {
        /// The year that is assessed.
        period: i16,
        /// So many rows are of it.
        within: u32,
        /// The year that most rows are of.
        year: i16,
        /// So many are.
        rows: u32,
        /// Whether the year that is assessed was guessed from the data.
        guessed: bool,
    },
    /// Why the run is interim.
    Interim(Interim),
    /// The year's tonnes, 0 or less.
    NoPurchases(Decimal),
    /// The day on which the dealer joined, within the period.
    JoinedInPeriod(Date),
    /// The dealer bought in the month of this day already.
    BoughtBeforeJoining(Date),
    /// So many dealers are ranked, all of one region.
    RanksWithinFile(usize),
    /// So much is outstanding of a dealer without a credit row.
    UnlistedReceivables(Decimal),
    /// The tonnes that were shipped in some days, both included.
    ShippedInDays {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
        /// The tonnes.
        tonnes: Decimal,
    },
    /// Above the value of this field in size.
    BeyondField(u16, Decimal),
    /// Of another sign than the value of this field.
    OtherSign(u16, Decimal),
    /// Before the day of this field.
    BeforeField(u16, Date),
    /// What the request says instead.
    Overridden(Box<str>),
    /// The dealer's own tonnes.
    OwnAboveAll(Decimal),
    /// The scorecard that needs it, by its index.
    NeededByScorecard(u16),
    /// The incentive programme of the policy that needs it, by its index.
    NeededByIncentive(u16),
    /// Months of the period that need a plan and have no row.
    MissingMonths {
        /// As bits 0 to 11.
        missing: u16,
        /// The month, 1 to 12, in which the dealer joined, where that was within the period.
        joined: Option<i8>,
    },
    /// A network customer's row without a plan.
    PlanNeeded,
    /// What the result of that period says: the grade, by its index among the field's categories.
    PastGrade {
        /// The calendar year.
        period: i16,
        /// The category.
        grade: u16,
    },
    /// What the result of that period says: the tonnes.
    PastTonnes {
        /// The calendar year.
        period: i16,
        /// The year's own tonnes.
        tonnes: Decimal,
    },
    /// What the shipments come to.
    Shipped(Decimal),
    /// The mode has no scorecard.
    NoScorecard,
    /// The capital comes to this.
    NoCapital(Decimal),
    /// Above the value of this field.
    AboveField(u16, Decimal),
    /// 0 although this field is above 0.
    ZeroDespite(u16),
    /// Opening + purchased − closing comes to this.
    NegativeSales(Decimal),
    /// The weights come to this instead of that.
    WeightsSum(Decimal, Decimal),
    /// The weight of this factor differs from the first option's.
    WeightsDiffer(Box<str>),
    /// A threaded comment stands there.
    ThreadedComment,
    /// The drawing of the sheet's notes can't be added to.
    NotesDrawing,
    /// There is no room for the result columns.
    NoFreeColumn,
    /// A digital signature.
    SignatureVoid,
    /// The workbook came from no run that is known.
    NoRunToAppeal,
    /// Appeals could be lodged up to this day.
    AppealsClosed(Date),
}
