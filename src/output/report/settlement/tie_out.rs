//! 勾稽: statements, list, summary and the run come to the same, to the cent; and the residue that rounding leaves.

use rust_decimal::Decimal;
use rust_xlsxwriter::{ConditionalFormatCell, ConditionalFormatCellRule, Format, Worksheet, XlsxError};
use strum::IntoEnumIterator;

use super::amounts::Amount;
use super::list_columns::amount_key;
use super::list_sheet::List;
use super::settled::Settled;
use super::statement_sheets::Statements;
use super::summary_sheet::{DEALERS, LAST, NAME, column, header, money, part};
use super::words::Terms;
use crate::report::small_sheet::{figures, framed, write, write_across};
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::sheet::double::{cache_governs, double};
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::workbook::cell_name;

/// What is tied out, and the rows of the summary's totals.
pub(super) struct Parts<'p> {
    pub list: &'p List,
    pub statements: &'p Statements,
    pub by_region: u32,
    pub by_grade: u32,
    pub by_programme: u32,
}

/// A row of the block: what it is, and the formula or value of each amount that it has.
type Source<'s> = (&'static str, Box<dyn Fn(Amount) -> Option<Option<String>> + 's>);

/// Draws the block; gives the row behind it, and the cells whose cached value governs.
pub(super) fn tie_out(
    sheet: &mut Worksheet,
    row: u32,
    settled: &Settled<'_>,
    parts: &Parts<'_>,
    terms: Terms<'_>,
) -> Result<(u32, Vec<(u16, u32)>), XlsxError> {
    part(sheet, row, terms.pick("勾稽（应为 0.00）", "Tie-out (differences are 0.00)"))?;
    header(sheet, row + 1, terms.pick("来源", "Where from"), terms)?;
    let first = row + 2;
    let sources = sources(parts, terms);
    for ((name, of), row) in sources.iter().zip(first..) {
        write(sheet, (row, NAME), &(*name).into(), None, &framed())?;
        write(sheet, (row, DEALERS), &Value::Blank, None, &framed())?;
        for amount in Amount::iter() {
            let (value, formula) = match of(amount) {
                Some(Some(formula)) => (settled.sums.get(amount).into(), Some(formula)),
                // Only the run's own total is no formula.
                Some(None) => (terms.rebates.run_total.into(), None),
                None => (Value::Blank, None),
            };
            write(sheet, (row, column(amount)), &value, formula.as_deref(), &money())?;
        }
    }
    let list = first + 1;
    let mut next = first + u32_of(sources.len());
    for (n, (name, of)) in sources.iter().enumerate().filter(|(n, _)| first + u32_of(*n) != list) {
        let source = first + u32_of(n);
        let text = terms.pick(format!("差额：{name} － 结算清单"), format!("Difference: {name} − list"));
        write(sheet, (next, NAME), &text.into(), None, &framed())?;
        write(sheet, (next, DEALERS), &Value::Blank, None, &framed())?;
        for amount in Amount::iter().filter(|amount| of(*amount).is_some()) {
            let cells = [source, list].map(|row| cell_name(row, column(amount)));
            let of_run = of(amount) == Some(None);
            let run = terms.rebates.run_total.map(|total| total - settled.sums.get(amount));
            let value = if of_run { run.unwrap_or_default() } else { Decimal::ZERO };
            let formula = format!("ROUND({}-{},2)", cells[0], cells[1]);
            write(sheet, (next, column(amount)), &value.into(), Some(&formula), &figures("0.00"))?;
        }
        next += 1;
    }
    let wrong = Format::new().set_font_color(0x9C0006).set_background_color(0xFFC7CE);
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::NotEqualTo(0)).set_format(wrong);
    let differences = first + u32_of(sources.len());
    sheet.add_conditional_format(differences, column(Amount::Incentives), next - 1, LAST, &rule)?;
    let mut governed = residue(sheet, next, settled, parts, terms)?;
    if settled.lines.iter().any(|line| line.is_governed) {
        // The sums of the statements and their differences derive from lines that are rounded there.
        let columns = Amount::iter().filter(|amount| amount.is_of_lines()).map(column);
        governed.extend(columns.flat_map(|column| [(column, first), (column, differences)]));
    }
    Ok((next + 1, governed))
}

fn sources<'s>(parts: &'s Parts<'_>, terms: Terms<'s>) -> Vec<Source<'s>> {
    let of_row = |row: u32| move |amount| Some(Some(cell_name(row, column(amount))));
    let only_incentives = |amount| amount == Amount::Incentives;
    let mut sources: Vec<Source<'s>> = vec![
        (
            terms.pick("全部返利结算单", "all statements"),
            Box::new(move |amount| Some(Some(parts.statements.sum(amount, terms)))),
        ),
        (terms.pick("结算清单", "list"), Box::new(|amount| Some(Some(parts.list.total(&amount_key(amount)))))),
        (terms.pick("汇总（按区域）", "summary by region"), Box::new(of_row(parts.by_region))),
        (terms.pick("汇总（按评级）", "summary by grade"), Box::new(of_row(parts.by_grade))),
        (
            terms.pick("汇总（按项目）", "summary by incentive"),
            Box::new(move |amount| {
                only_incentives(amount).then(|| Some(cell_name(parts.by_programme, column(amount))))
            }),
        ),
    ];
    if terms.rebates.run_total.is_some() {
        let name = terms.pick("运行的计算结果", "the run's result");
        sources.push((name, Box::new(move |amount| only_incentives(amount).then_some(None))));
    }
    sources
}

/// The rounding residue, and what it is.
fn residue(
    sheet: &mut Worksheet,
    row: u32,
    settled: &Settled<'_>,
    parts: &Parts<'_>,
    terms: Terms<'_>,
) -> Result<Vec<(u16, u32)>, XlsxError> {
    let at = column(Amount::Incentives);
    write(sheet, (row, NAME), &terms.pick("尾差", "Rounding residue").into(), None, &framed().set_bold())?;
    write(sheet, (row, DEALERS), &Value::Blank, None, &framed())?;
    let total = parts.list.total(&amount_key(Amount::Incentives));
    let formula = format!("ROUND({total}-ROUND({},2),2)", parts.list.total("exact"));
    write(sheet, (row, at), &settled.residue().into(), Some(&formula), &figures("0.00").set_bold())?;
    let definition = terms.pick(
        "尾差 ＝ 各行逐行舍入到分后的合计 － 全部明细（基数 × 标准，固定金额照计）精确合计后舍入一次；由逐行舍入产生，不另行支付",
        "the sum of the lines, each rounded to the cent, less the exact sum of all (basis × rate, fixed sums as they are) rounded once; it comes of the rounding and is not paid",
    );
    write_across(sheet, row, (at + 1, LAST), &definition.into(), &framed().set_font_size(9).set_text_wrap())?;
    sheet.set_row_height(row, 30)?;
    let in_doubles: f64 = settled.lines.iter().map(|line| double(dealerbook_base::exact::decimal(&line.exact))).sum();
    Ok(cache_governs(&settled.exact, 2, in_doubles).then_some((at, row)).into_iter().collect())
}
