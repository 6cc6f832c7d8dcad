//! Appeals in a workbook: those that its dealers sheet brings, what is said where they can't be lodged, and the answers beside the
//! dealers.

use std::collections::BTreeMap;

use super::{Job, Run};
use crate::annotate;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::appeals::{Appeals, Brought, Desk};
use dealerbook_engine::schema::Schemas;
use dealerbook_engine::validate::{Checked, Code, Detail, Issue, Place, Table};

/// So much of an appeal distinguishes it from the dealer's others.
const QUOTED_CHARS: usize = 12;

/// `appeal-not-lodged`: the dealers sheet has appeals that can't be lodged.
///
/// Why: whoever appeals must not wait for an answer that nobody is going to give. Example: 申诉 filled in in a workbook of one's own
/// instead of the annotated one that came back.
pub(super) fn judge(job: &Job<'_>, checked: &mut Checked) {
    if job.checks_only() {
        return;
    }
    let none = Appeals::default();
    let appeals = job.options.appeals.as_deref().unwrap_or(&none);
    let detail = match appeals.desk {
        Desk::Open => return,
        Desk::NoRun => Detail::NoRunToAppeal,
        Desk::Closed { last_day } => Detail::AppealsClosed(last_day),
    };
    let Some(column) = Column::of(checked, job.schemas()) else { return };
    let count = column.filled().filter(|(_, dealer, text)| !appeals.knows(dealer, text)).count();
    if count == 0 {
        return;
    }
    let Column { table, field, .. } = column;
    let place = Place { row: Some(table.header.row), column: table.header.columns[field], ..table.place(0, field) };
    let code = Code::AppealNotLodged;
    checked.issues.push(Issue { severity: code.severity(), code, place, value: None, detail, count: u32_of(count) });
}

/// The column of appeals on the dealers sheet.
struct Column<'c> {
    table: &'c Table,
    id: usize,
    name: usize,
    field: usize,
}

impl<'c> Column<'c> {
    fn of(checked: &'c Checked, schemas: &Schemas) -> Option<Column<'c>> {
        let table = checked.table(schemas, "dealers").filter(|table| schemas.caller.is_none() && !table.is_empty())?;
        let resource = &schemas.resources[table.resource];
        let [id, name, field] = ["dealer_id", "name", "appeal"].map(|name| resource.field(name));
        Some(Column { table, id: id?, name: name?, field: field? })
    }

    /// The rows of the table in which it is filled, with the dealer's id and what it says.
    fn filled(&self) -> impl Iterator<Item = (usize, &'c str, &'c str)> + use<'c> {
        let Column { table, id, field, .. } = *self;
        let row = move |row: usize| Some((row, table.column(id).text(row)?, table.column(field).text(row)?));
        (0..table.len()).filter_map(row).filter(|(_, _, text)| !text.trim().is_empty())
    }
}

impl Run<'_> {
    /// The appeals that the workbook brings. Where nothing was calculated, it is going to be fixed and sent again.
    pub(super) fn submitted_appeals(&self) -> Vec<Brought> {
        let Some(column) = self.calculated.and_then(|_| Column::of(self.checked, self.job.schemas())) else {
            return Vec::new();
        };
        let submitted = |(row, dealer, text): (usize, &str, &str)| Brought {
            dealer_id: dealer.to_owned(),
            dealer_name: column.table.column(column.name).text(row).unwrap_or_default().to_owned(),
            text: text.trim().to_owned(),
        };
        column.filled().map(submitted).collect()
    }

    /// What became of the dealers' appeals, by the row of the sheet: of those that are known, and of those that are lodged now.
    pub(super) fn appeal_answers(&self) -> BTreeMap<u32, String> {
        let mut answers: BTreeMap<u32, Vec<(String, String)>> = BTreeMap::new();
        let (Some(appeals), Some(column)) =
            (self.job.options.appeals.as_deref(), Column::of(self.checked, self.job.schemas()))
        else {
            return BTreeMap::new();
        };
        let lang = self.job.options.lang;
        let mut add = |row: usize, text: &str, answer: String| {
            answers.entry(column.table.rows[row]).or_default().push((text.to_owned(), answer));
        };
        for row in 0..column.table.len() {
            let Some(dealer) = column.table.column(column.id).text(row) else { continue };
            appeals.of(dealer).for_each(|appeal| add(row, &appeal.text, annotate::answer(appeal, lang)));
        }
        if appeals.desk == Desk::Open {
            let lodged = annotate::lodged(self.policy, lang);
            let new = column.filled().filter(|(_, dealer, text)| !appeals.knows(dealer, text));
            new.for_each(|(row, _, text)| add(row, text, lodged.clone()));
        }
        answers.into_iter().map(|(row, answers)| (row, reported(answers, lang))).collect()
    }
}

/// The answer or, where a dealer has several appeals, each behind the first words of its appeal.
fn reported(mut answers: Vec<(String, String)>, lang: Lang) -> String {
    if answers.len() == 1 {
        return answers.remove(0).1;
    }
    let one = |(text, answer): (String, String)| {
        let mut quoted: String = text.chars().take(QUOTED_CHARS).collect();
        if quoted.len() < text.len() {
            quoted.push('…');
        }
        format!("“{quoted}”{}{answer}", lang.pick("——", " – "))
    };
    answers.into_iter().map(one).collect::<Vec<_>>().join(" | ")
}
