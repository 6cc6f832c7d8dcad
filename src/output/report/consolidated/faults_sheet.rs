//! 问题汇总 / All faults: what hinders each file, the errors before the warnings, each fault of each column once with its count.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::gather::{Fault, File, Gathered};
use super::table::{Cell, Table, Top, dress};
use super::words::Terms;
use crate::report::layout::{Group, Look};
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::value::Value;

/// Draws the sheet.
pub(super) fn draw(book: &mut Workbook, gathered: &Gathered, terms: Terms<'_>) -> Result<(), XlsxError> {
    let table = Table::new(columns(terms));
    let title = terms.pick("问题汇总", "All faults");
    let sheet = book.add_worksheet_with_constant_memory()?.set_name(title)?;
    let rows: usize = gathered.files.iter().map(|file| file.faults.len() + usize::from(file.problem.is_some())).sum();
    let top = Top {
        heading: terms.pick("全部文件的问题", "Faults of all files"),
        totals: Vec::new(),
        colours: [("error", 0xFFC7CE), ("warning", 0xFFEB9C)]
            .map(|(severity, fill)| (2, terms.severity(severity).to_owned(), fill))
            .to_vec(),
        frozen: 2,
    };
    dress(&table, sheet, rows, top, gathered, terms)?;
    let mut row = 0;
    for (n, file) in gathered.files.iter().enumerate() {
        let problem = file.problem.as_deref().map(|problem| of_file(n, file, problem, terms));
        for cells in problem.into_iter().chain(file.faults.iter().map(|fault| of_column(n, file, fault, terms))) {
            table.write(sheet, row, false, &cells)?;
            row += 1;
        }
    }
    Ok(())
}

fn columns(terms: Terms<'_>) -> Columns {
    use Group::{Basis, Identity, OtherBasis, Result};
    let mut columns = Columns::default();
    let mut add = |key: &str, zh, en, width, look, group| columns.add(key, terms.pick(zh, en), width, look, group);
    add("number", "文件序号", "File no.", 9.0, Look::Count, Identity);
    add("file", "文件", "File", 30.0, Look::Text, Identity);
    add("severity", "级别", "Severity", 14.0, Look::Centre, Result);
    add("count", "数量", "Count", 9.0, Look::Count, Result);
    add("sheet", "工作表", "Sheet", 18.0, Look::Text, Identity);
    add("field", "列", "Column", 20.0, Look::Text, Identity);
    add("cells", "单元格", "Cells", 20.0, Look::Wrap, Identity);
    add("message", "问题（第一处）", "What is wrong (the first)", 64.0, Look::Wrap, Basis);
    add("code", "代码", "Code", 19.0, Look::Text, OtherBasis);
    columns
}

/// Why a file could not be worked on.
fn of_file<'c>(n: usize, file: &'c File, problem: &'c str, terms: Terms<'c>) -> Vec<Cell<'c>> {
    vec![
        (u32_of(n) + 1).into(),
        file.filename.as_str().into(),
        terms.status(file.status).into(),
        Value::Blank.into(),
        Value::Blank.into(),
        Value::Blank.into(),
        Value::Blank.into(),
        problem.into(),
        Value::Blank.into(),
    ]
}

fn of_column<'c>(n: usize, file: &'c File, fault: &'c Fault, terms: Terms<'c>) -> Vec<Cell<'c>> {
    let field = fault.field.as_deref().map(|field| terms.field(fault.resource.as_deref(), field));
    let more = if fault.count > fault.cells.len() as u64 && !fault.cells.is_empty() { " …" } else { "" };
    vec![
        (u32_of(n) + 1).into(),
        file.filename.as_str().into(),
        terms.severity(&fault.severity).into(),
        Value::from(Decimal::from(fault.count)).into(),
        fault.sheet.as_deref().into(),
        field.into(),
        format!("{}{more}", fault.cells.join(", ")).into(),
        fault.message.as_str().into(),
        fault.code.as_str().into(),
    ]
}
