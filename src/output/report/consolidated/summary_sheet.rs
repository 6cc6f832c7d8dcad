//! 汇总 / Summary: a file a row, what became of it and what it comes to, live over the dealers' sheet; and the grades of each file, drawn.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::FileStatus;
use super::dealers_sheet::DealersSheet;
use super::gather::{File, Gathered};
use super::table::{Cell, Table, Top, dress};
use super::words::{self, Terms};
use crate::report::layout::{BODY_ROW, Group, Look, TOTALS_ROW, Total};
use crate::report::overview_sheet::grades_chart;
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::policy::Grade;
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::formula::quoted;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::sheet::{FAIR, GOOD, POOR};
use dealerbook_engine::workbook::cell_name;

/// More bars than these can't be distinguished.
const BARS_MAX: usize = 30;
/// The chart's width, and its height: so much, and so much for each bar.
const CHART_PIXELS: (u32, u32, u32) = (900, 150, 26);

/// The sheet's title.
pub(super) fn title(terms: Terms<'_>) -> &'static str {
    terms.pick("汇总", "Summary")
}

/// The place of the sum of all incentives on this sheet.
pub(super) fn paid_in_all(terms: Terms<'_>) -> String {
    cell_name(TOTALS_ROW, Summary::columns(terms).at("paid"))
}

/// Draws the sheet.
pub(super) fn draw(
    book: &mut Workbook,
    gathered: &Gathered,
    dealers: &DealersSheet,
    terms: Terms<'_>,
) -> Result<(), XlsxError> {
    let own = title(terms);
    let summary = Summary { gathered, dealers, terms, table: Table::new(Summary::columns(terms)) };
    let sheet = book.add_worksheet().set_name(own)?;
    let top = Top {
        heading: terms.pick("批次汇总", "Batch summary"),
        totals: summary.totals(),
        colours: summary.colours(),
        frozen: 2,
    };
    dress(&summary.table, sheet, gathered.files.len(), top, gathered, terms)?;
    for (n, file) in gathered.files.iter().enumerate() {
        summary.table.write(sheet, n, file.dealers == 0, &summary.cells(n, file))?;
    }
    let bars = u32_of(gathered.files.len().min(BARS_MAX));
    if !gathered.dealers.is_empty() {
        let rows = (BODY_ROW, BODY_ROW + bars - 1);
        let graded = summary.table.columns.at(&grade_key(0));
        let text = terms.pick("各文件评级（家）", "Dealers by file and grade");
        let mut chart = grades_chart(own, rows, (1, graded), text, terms.words);
        chart.set_width(CHART_PIXELS.0).set_height(CHART_PIXELS.1 + bars * CHART_PIXELS.2);
        sheet.insert_chart(BODY_ROW + u32_of(gathered.files.len()) + 1, 2, &chart)?;
    }
    Ok(())
}

struct Summary<'s> {
    gathered: &'s Gathered,
    dealers: &'s DealersSheet,
    terms: Terms<'s>,
    table: Table,
}

fn grade_key(n: usize) -> String {
    format!("grade{n}")
}

impl Summary<'_> {
    fn columns(terms: Terms<'_>) -> Columns {
        use Group::{Basis, Identity, OtherBasis, Result};
        let mut columns = Columns::default();
        let mut add = |key: &str, label: &str, width, look, group| columns.add(key, label, width, look, group);
        add("number", terms.pick("序号", "No."), 7.0, Look::Count, Identity);
        add("file", terms.pick("文件", "File"), 28.0, Look::Text, Identity);
        add("status", terms.pick("结果", "Outcome"), 14.0, Look::Centre, Result);
        add("errors", terms.pick("错误", "Errors"), 7.0, Look::Count, Result);
        add("warnings", terms.pick("警告", "Warnings"), 9.0, Look::Count, Result);
        add("dealers", terms.pick("经销商", "Dealers"), 8.0, Look::Count, Identity);
        add("calculated", terms.pick("已计算", "Calculated"), 10.0, Look::Count, Result);
        for (n, grade) in terms.words.policy.grades.iter().enumerate() {
            add(&grade_key(n), grade.title.pick(terms.lang()), 9.0, Look::Count, Basis);
        }
        add("none", terms.pick("未评级", "No grade"), 8.0, Look::Count, Basis);
        add("mean", terms.pick("平均得分", "Mean total"), 9.0, Look::Points, Result);
        add("volume", terms.pick("年销量（吨）", "Annual tonnes"), 13.0, Look::Tonnes, OtherBasis);
        add("paid", terms.pick("激励合计（元）", "Incentives (yuan)"), 15.0, Look::Money, Result);
        add("period", terms.pick("考核年度", "Period"), 9.0, Look::Count, Identity);
        add("policy", terms.pick("政策", "Policy"), 15.0, Look::Text, Identity);
        add("note", terms.pick("说明", "Note"), 22.0, Look::Wrap, Identity);
        columns
    }

    fn grades(&self) -> &[Grade] {
        &self.terms.words.policy.grades
    }

    fn cells<'c>(&'c self, n: usize, file: &'c File) -> Vec<Cell<'c>> {
        let row = BODY_ROW + u32_of(n) + 1;
        let letter = |key: &str| self.table.columns.letter(key);
        let (numbers, own) = (self.dealers.file_numbers(), format!("$A{row}"));
        let run = file.run.as_ref();
        let policy = run.and_then(|run| run.policy.as_ref());
        let summary = file.summary.as_ref();
        let counted = |count: Option<u64>| -> Cell<'c> { count.map(Decimal::from).into() };
        let mut cells: Vec<Cell<'c>> = vec![
            (u32_of(n) + 1).into(),
            file.filename.as_str().into(),
            self.terms.status(file.status).into(),
            counted(summary.map(|summary| summary.errors)),
            counted(summary.map(|summary| summary.warnings)),
            counted(summary.map(|summary| summary.dealers)),
            Cell::live(file.dealers, format!("COUNTIF({numbers},{own})")),
        ];
        for grade in self.grades() {
            let name = quoted(grade.title.pick(self.terms.lang()));
            let formula = format!("COUNTIFS({numbers},{own},{},{name})", self.dealers.grades());
            cells.push(Cell::live(graded(file, &grade.id), formula));
        }
        let last = self.table.columns.at(&grade_key(self.grades().len() - 1));
        let (first, last) = (letter(&grade_key(0)), dealerbook_engine::workbook::column_name(last));
        let without = format!("{}{row}-SUM({first}{row}:{last}{row})", letter("calculated"));
        cells.push(Cell::live(self.without_grade(file), without));
        let mean = format!("IFERROR(AVERAGEIF({numbers},{own},{}),\"\")", self.dealers.scores());
        cells.push(match mean_of(file.scored) {
            Some(scored) => Cell::live(scored, mean),
            None => Value::Blank.into(),
        });
        cells.push(Cell::live(file.volume, format!("SUMIF({numbers},{own},{})", self.dealers.volumes())));
        cells.push(match file.paid {
            Some(paid) => Cell::live(paid, format!("ROUND(SUMIF({numbers},{own},{}),2)", self.dealers.paid())),
            None => Value::Blank.into(),
        });
        cells.push(run.and_then(|run| run.period).map(Decimal::from).into());
        cells.push(policy.map(words::policy).into());
        cells.push(file.problem.as_deref().into());
        cells
    }

    fn without_grade(&self, file: &File) -> u32 {
        file.dealers - self.grades().iter().map(|grade| graded(file, &grade.id)).sum::<u32>()
    }

    fn totals(&self) -> Vec<Total> {
        let columns = &self.table.columns;
        let files = &self.gathered.files;
        let range = |key: &str| columns.range(key, u32_of(files.len()));
        let sum = |key: &str, cached: Decimal| {
            Total::new(columns.at(key), format!("SUM({})", range(key)), cached.normalize().to_string())
        };
        let counted = |of: &dyn Fn(&File) -> u64| files.iter().map(of).sum::<u64>().into();
        let of_summary = |file: &File, of: fn(&super::read::Summary) -> u64| file.summary.as_ref().map_or(0, of);
        let mut totals = vec![
            Total {
                column: columns.at("file"),
                formula: format!("COUNTA({})", range("file")),
                cached: files.len().to_string(),
                format: Some(self.terms.pick("0\" 个文件\"", "0\" files\"")),
                day: None,
            },
            sum("errors", counted(&|file| of_summary(file, |summary| summary.errors))),
            sum("warnings", counted(&|file| of_summary(file, |summary| summary.warnings))),
            sum("dealers", counted(&|file| of_summary(file, |summary| summary.dealers))),
            sum("calculated", counted(&|file| file.dealers.into())),
        ];
        for (n, grade) in self.grades().iter().enumerate() {
            totals.push(sum(&grade_key(n), counted(&|file| graded(file, &grade.id).into())));
        }
        totals.push(sum("none", counted(&|file| self.without_grade(file).into())));
        let scored = files.iter().fold((0, Decimal::ZERO), |all, file| (all.0 + file.scored.0, all.1 + file.scored.1));
        let mean = |mean: Decimal| {
            let formula = format!("IFERROR(AVERAGE({}),\"\")", self.dealers.scores());
            Total::new(columns.at("mean"), formula, mean.to_string())
        };
        totals.extend(mean_of(scored).map(mean));
        totals.push(sum("volume", files.iter().map(|file| file.volume).sum()));
        let paid: Decimal = files.iter().filter_map(|file| file.paid).sum();
        totals.push(Total::new(columns.at("paid"), format!("ROUND(SUM({}),2)", range("paid")), paid.to_string()));
        totals
    }

    fn colours(&self) -> Vec<(u16, String, u32)> {
        let fill = |status| match status {
            FileStatus::Ok => GOOD,
            FileStatus::Partial => FAIR,
            FileStatus::Faulty | FileStatus::Refused => POOR,
            FileStatus::Cancelled => 0xD9D9D9,
        };
        let column = self.table.columns.at("status");
        let colour = |status| (column, self.terms.status(status).to_owned(), fill(status));
        <FileStatus as strum::IntoEnumIterator>::iter().map(colour).collect()
    }
}

fn graded(file: &File, grade: &str) -> u32 {
    file.grades.get(grade).copied().unwrap_or_default()
}

fn mean_of((count, sum): (u32, Decimal)) -> Option<Decimal> {
    (count > 0).then(|| sum / Decimal::from(count))
}
