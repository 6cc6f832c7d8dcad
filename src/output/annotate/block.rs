//! The result columns beside the dealers: total, grade and incentive total of each, and what became of appeals.

use std::collections::{BTreeMap, HashMap};

use crate::report::json::Calculated;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u16_of;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::validate::Table;
use dealerbook_package::edit::{At, Block, CellNote, Look, NewCell, NewValue, Rgb};

/// What the columns need to know.
pub struct ResultColumns<'a, 's> {
    /// The dealers sheet.
    pub table: &'a Table,
    /// What was calculated.
    pub calculated: &'a Calculated<'s>,
    /// Whether the assessment is shown.
    pub show_assessment: bool,
    /// The names of the grades.
    pub policy: &'a Policy,
    /// The language.
    pub lang: Lang,
    /// What the note on the first label says of the run.
    pub about: String,
    /// What became of the appeals, by the row of the sheet; empty where there are none.
    pub answers: BTreeMap<u32, String>,
}

/// A column of the block: label, width, and the cell of a dealer.
type Column<'b> = (&'static str, f64, Box<dyn Fn(usize) -> Option<(NewValue, Option<&'static str>, Option<Rgb>)> + 'b>);

/// The format of texts: that of the cell beside may show a unit behind them.
const PLAIN: &str = "General";

/// How many columns there are at most.
pub const COLUMNS_MAX: u16 = 4;

/// The block and the note on its first label. One column is left free.
pub fn block(columns: &ResultColumns<'_, '_>) -> Option<(Block, CellNote)> {
    let contents = contents(columns);
    let first = columns.table.free_columns(u16_of(contents.len()))?;
    let header = At { row: columns.table.header.row, column: first };
    let last = columns.table.header.last_column;
    let beside = |row: u32| Some(At { row, column: last });
    let mut cells = Vec::new();
    for (n, (label, _, cell)) in contents.iter().enumerate() {
        let column = first + u16_of(n);
        let look = Look { like: beside(header.row), number_format: Some(PLAIN.to_owned()), fill: None };
        cells.push(NewCell { at: At { row: header.row, column }, value: NewValue::Text((*label).to_owned()), look });
        for (dealer, year) in columns.calculated.years.iter().enumerate() {
            if let Some((value, format, fill)) = cell(dealer) {
                let row = year.dealer.row;
                let look = Look { like: beside(row), number_format: format.map(str::to_owned), fill };
                cells.push(NewCell { at: At { row, column }, value, look });
            }
        }
    }
    cells.sort_by_key(|c| c.at);
    let widths = contents.iter().map(|(_, width, _)| *width).collect();
    Some((Block { column: first, widths, cells }, CellNote { at: header, text: columns.about.clone() }))
}

fn contents<'b>(columns: &'b ResultColumns<'_, '_>) -> Vec<Column<'b>> {
    let say = |zh, en| columns.lang.pick(zh, en);
    let mut contents: Vec<Column<'b>> = Vec::new();
    if let Some(assessment) = columns.calculated.assessment.as_ref().filter(|_| columns.show_assessment) {
        let total =
            move |n: usize| assessment.dealers[n].total.map(|t| (NewValue::Number(t.to_string()), Some("0.00"), None));
        let fills: HashMap<&str, Rgb> =
            dealerbook_engine::sheet::GRADE_FILLS.iter().map(|(id, fill)| (*id, Rgb(*fill))).collect();
        let grade = move |n: usize| {
            let grade = &columns.policy.grades[assessment.dealers[n].grade?];
            Some((
                NewValue::Text(grade.title.pick(columns.lang).to_owned()),
                Some(PLAIN),
                fills.get(grade.id.as_str()).copied(),
            ))
        };
        contents.push((say("考核得分", "Total"), 11.0, Box::new(total)));
        contents.push((say("评级", "Grade"), 13.0, Box::new(grade)));
    }
    if let Some(incentives) = &columns.calculated.incentives {
        let paid =
            move |n: usize| Some((NewValue::Number(incentives.dealers[n].total.to_string()), Some("#,##0.00"), None));
        contents.push((say("激励合计", "Incentives"), 15.0, Box::new(paid)));
    }
    if !columns.answers.is_empty() {
        let answer = move |n: usize| {
            let answer = columns.answers.get(&columns.calculated.years[n].dealer.row)?;
            Some((NewValue::Text(answer.clone()), Some(PLAIN), None))
        };
        contents.push((say("申诉答复", "Appeal answer"), 42.0, Box::new(answer)));
    }
    contents
}
