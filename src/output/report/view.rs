//! What pages show of a run: owned, in the words of one language. Built once, looked at often.
//!
//! Figures stay decimals, so that they can be sorted and drawn; what only is read is text. Each figure of a dealer leads to the rule that
//! it derived from and to the cells that the rule has read.

mod build;

use std::sync::Arc;

use rust_decimal::Decimal;

use super::sources::{Reading, Sources};
pub use super::unpaid_view::UnpaidView;
pub(super) use build::place;
use dealerbook_base::key::Key;

/// A run, as pages show it.
#[derive(Debug)]
pub struct View {
    /// Period, as-of date and policy in a line.
    pub subtitle: String,
    /// What must not be overlooked.
    pub notice: Option<String>,
    /// The policy: its title, version and hash.
    pub policy: String,
    /// Whether grades and points are to be shown.
    pub has_assessment: bool,
    /// Whether incentives were calculated.
    pub has_incentives: bool,
    /// The grades, best first.
    pub grades: Vec<String>,
    /// From which points each grade is given.
    pub bounds: String,
    /// The scorecards.
    pub cards: Vec<CardView>,
    /// The incentive programmes.
    pub incentives: Vec<IncentiveView>,
    /// The dealers sheet's name in the workbook.
    pub dealers_sheet: String,
    /// The columns of the dealers sheet.
    pub fields: Vec<FieldView>,
    /// The dealers that were calculated, in the sheet's order.
    pub dealers: Vec<DealerView>,
    /// What each other programme says, a row a line.
    pub sheets: Vec<SheetView>,
    /// The cells that all of it derived from.
    pub sources: Arc<Sources>,
}

/// A scorecard.
#[derive(Debug)]
pub struct CardView {
    /// What it is called.
    pub title: String,
    /// Its characteristics, in order.
    pub rules: Vec<RuleView>,
}

/// A characteristic of a card.
#[derive(Debug)]
pub struct RuleView {
    /// What it is called.
    pub title: String,
    /// Its rule in words.
    pub rule: String,
    /// The most points that it earns.
    pub weight: Decimal,
    /// The columns of the dealers sheet that it reads, by their places in [`View::fields`].
    pub fields: Vec<usize>,
    /// The other sheets that it reads, by their schemas' names.
    pub sheets: &'static [&'static str],
}

/// An incentive programme.
#[derive(Debug)]
pub struct IncentiveView {
    /// Its id in the policy.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its rule in words.
    pub rule: String,
    /// Whether its rate is a share of an amount.
    pub is_share: bool,
}

/// A column of the dealers sheet.
#[derive(Debug)]
pub struct FieldView {
    /// Its label.
    pub label: String,
    /// Its letters, where it is in the workbook.
    pub column: Option<String>,
}

/// A dealer.
#[derive(Debug)]
pub struct DealerView {
    /// 经销商编号
    pub id: String,
    /// 经销商名称
    pub name: String,
    /// 区域
    pub region: Key,
    /// 合作方式
    pub mode: String,
    /// Its row in the dealers sheet, as Excel shows it.
    pub row: Option<u32>,
    /// Its row's values, by [`View::fields`].
    pub facts: Vec<Option<Box<str>>>,
    /// The year's own tonnes.
    pub tonnes: Decimal,
    /// The rank in tonnes among those of its card.
    pub rank: Option<u32>,
    /// Its card, by its place in [`View::cards`].
    pub card: Option<usize>,
    /// The total.
    pub score: Option<Decimal>,
    /// The grade, by its place in [`View::grades`].
    pub grade: Option<usize>,
    /// The grade of the year before.
    pub previous_grade: Option<usize>,
    /// How it moved.
    pub movement: &'static str,
    /// What each characteristic earned, in the card's order.
    pub earned: Vec<Earned>,
    /// What a programme says of it that has no row of it.
    pub asides: Vec<String>,
    /// Where points were lost, most first.
    pub losses: String,
    /// What would lift it, a line each.
    pub lifts: String,
    /// What follows.
    pub actions: String,
    /// Its incentives, line by line.
    pub lines: Vec<LineView>,
    /// The programmes that pay nothing.
    pub unpaid: Vec<UnpaidView>,
    /// The sum of the lines.
    pub amount: Option<Decimal>,
    /// What it is entitled to beside money.
    pub entitlements: String,
    /// A deposit that is forfeited.
    pub forfeited: Option<Decimal>,
    /// January to December.
    pub months: Vec<MonthView>,
}

/// What a characteristic earned.
#[derive(Debug)]
pub struct Earned {
    /// The value that counted, in words.
    pub value: Box<str>,
    /// How it came about, where the value doesn't tell.
    pub how: Option<String>,
    /// The points.
    pub points: Decimal,
}

/// A line of incentives.
#[derive(Debug)]
pub struct LineView {
    /// The programme, by its place in [`View::incentives`]; none for the cut by the dealer's cap.
    pub programme: Option<usize>,
    /// Tonnes or yuan; none for a fixed sum.
    pub basis: Option<Decimal>,
    /// Yuan a tonne or a share; none for a fixed sum.
    pub rate: Option<Decimal>,
    /// Yuan.
    pub amount: Decimal,
}

/// A month.
#[derive(Debug)]
pub struct MonthView {
    /// Tonnes bought.
    pub actual: Decimal,
    /// Tonnes planned.
    pub planned: Option<Decimal>,
    /// Whether the supplier was at fault.
    pub supplier_fault: bool,
}

/// What a programme says.
#[derive(Debug)]
pub struct SheetView {
    /// Its name.
    pub key: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The columns.
    pub columns: Vec<ColumnView>,
    /// The rows, a text for each column.
    pub rows: Vec<Vec<Box<str>>>,
    /// The column of dealers' ids, where rows are of dealers.
    pub id: Option<usize>,
    /// The column that says whose row it is, of a dealer or of what else the programme looks at.
    pub owner: Option<usize>,
    /// The columns that tell rows of the same owner apart.
    pub named: Vec<usize>,
    /// For each row its place in the user's sheet, from 0, where it derived from one row there.
    pub origins: Vec<Option<u32>>,
    /// The rules in force.
    pub rules: Vec<(String, String)>,
}

/// A column of what a programme says.
#[derive(Debug)]
pub struct ColumnView {
    /// Its label.
    pub label: String,
    /// Whether it holds figures.
    pub is_figure: bool,
    /// Whether its texts are long.
    pub is_long: bool,
    /// The columns that it is reckoned from: in the same row, or (where so told) in all rows.
    pub from: Vec<(usize, bool)>,
    /// What it reads, where it isn't reckoned.
    pub reads: Option<Reading>,
}

impl ColumnView {
    /// Returns whether it is known what its figures derive from.
    pub fn opens(&self) -> bool {
        self.reads.is_some() || !self.from.is_empty()
    }
}

impl View {
    /// A dealer by its id.
    pub fn dealer(&self, id: &str) -> Option<&DealerView> {
        self.dealers.iter().find(|dealer| dealer.id == id)
    }
}
