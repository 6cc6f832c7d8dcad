//! A long sheet of months as a wide one: a row a dealer, the months across.

use std::collections::BTreeMap;

use super::{Kind, Work, in_sheets};
use crate::metamorphic::book::{Cell, Merge, Sheet};
use crate::metamorphic::judge::Holds::{self, Same, SameOrIssue};

const WORDS: [(&str, &str); 3] =
    [("planned_tonnes", "计划"), ("actual_tonnes", "实际"), ("supplier_fault", "我方原因")];

/// The labels of a layout: of a month (1 to 12) and a word, each in one or two rows.
type Layout = fn(usize, &str) -> [String; 2];

const LAYOUTS: [(&str, Layout, bool); 8] = [
    ("计划1月", |month, word| [String::new(), format!("{word}{month}月")], true),
    ("2007年1月 over 计划", |month, word| [format!("2007年{month}月"), word.to_owned()], true),
    ("1月 over 计划", |month, word| [format!("{month}月"), word.to_owned()], true),
    ("计划 over 1月", |month, word| [word.to_owned(), format!("{month}月")], true),
    ("1月计划", |month, word| [String::new(), format!("{month}月{word}")], false),
    ("2007年1月计划", |month, word| [String::new(), format!("2007年{month}月{word}")], false),
    ("2007-01 over 计划", |month, word| [format!("2007-{month:02}"), word.to_owned()], false),
    ("计划（1月）", |month, word| [String::new(), format!("{word}（{month}月）")], false),
];

/// What stands in the cells of months by dealer: of each month its plan, its tonnes and whose fault.
type ByDealer = BTreeMap<String, BTreeMap<usize, [Cell; 3]>>;

fn by_dealer(sheet: &Sheet) -> Option<ByDealer> {
    let [id, month] = ["dealer_id", "month"].map(|field| sheet.column(field));
    let (id, month, fields) = (id?, month?, WORDS.map(|(field, _)| sheet.column(field)));
    let mut out = ByDealer::new();
    for row in sheet.data() {
        let text = sheet.cell(row, month).content().to_owned();
        let number: usize = text.split('年').nth(1)?.trim_end_matches('月').parse().ok()?;
        let cells = fields.map(|column| column.map_or(Cell::blank(), |column| sheet.cell(row, column)));
        out.entry(sheet.cell(row, id).content().to_owned()).or_default().insert(number, cells);
    }
    Some(out)
}

fn widened(work: &mut Work<'_>, layout: Layout, has_total: bool, blocks: bool) -> bool {
    if work.resource().name != "purchases" {
        return false;
    }
    let Some(dealers) = by_dealer(work.sheet()) else { return false };
    let is_used = |kind: usize| dealers.values().flat_map(BTreeMap::values).any(|cells| !cells[kind].is_blank());
    let kinds: Vec<usize> = (0..WORDS.len()).filter(|&kind| is_used(kind)).collect();
    let of_kind = |kind: usize| (1..=12).map(move |month| (month, kind));
    let columns: Vec<(usize, usize)> = match blocks {
        true => kinds.iter().flat_map(|&kind| of_kind(kind)).collect(),
        false => (1..=12).flat_map(|month| kinds.iter().map(move |&kind| (month, kind)).collect::<Vec<_>>()).collect(),
    };
    let mut header = [vec![Cell::text("经销商编号")], vec![Cell::blank()]];
    for &(month, kind) in &columns {
        let [upper, lower] = layout(month, WORDS[kind].1);
        header[0].push(if upper.is_empty() { Cell::blank() } else { Cell::text(&upper) });
        header[1].push(Cell::text(&lower));
    }
    let is_one_row = layout(1, "计划")[0].is_empty();
    let title = vec![Cell::text("2007年度经销商月度提货表（吨）")];
    let mut rows = vec![title];
    let mut merges = Vec::new();
    if is_one_row {
        header[1][0] = Cell::text("经销商编号");
        rows.push(header[1].clone());
    } else {
        merges.push(Merge { rows: (1, 2), columns: (0, 0) });
        merges.extend(groups(&mut header[0]));
        rows.extend(header.clone());
    }
    if has_total {
        let last = rows.len() - 1;
        rows[last].push(Cell::text("全年合计"));
    }
    for (id, months) in &dealers {
        let cell =
            |&(month, kind): &(usize, usize)| months.get(&month).map_or(Cell::blank(), |cells| cells[kind].clone());
        let mut cells = vec![Cell::text(id)];
        cells.extend(columns.iter().map(cell));
        if has_total {
            cells.push(Cell::number("999"));
        }
        rows.push(cells);
    }
    let name = work.sheet().name.clone();
    *work.sheet() = Sheet { merges, ..Sheet::plain(&name, rows) };
    work.anywhere();
    true
}

/// Equal neighbours of the upper row are merged.
fn groups(upper: &mut [Cell]) -> Vec<Merge> {
    let mut merges = Vec::new();
    let mut first = 1;
    while first < upper.len() {
        let last = (first..upper.len()).take_while(|&column| upper[column] == upper[first]).last().unwrap_or(first);
        if last > first {
            (first + 1..=last).for_each(|column| upper[column] = Cell::blank());
            merges.push(Merge { rows: (1, 1), columns: (first, last) });
        }
        first = last + 1;
    }
    merges
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, layout, is_declared) in LAYOUTS {
        let holds = || if is_declared { Same } else { SameOrIssue };
        let wide = |name: String, holds: Holds, has_total: bool, blocks: bool| {
            let mut kind = in_sheets(&name, holds, move |work| widened(work, layout, has_total, blocks));
            kind.joins = false;
            kind
        };
        let is_grouped_by_word = name.starts_with("计划");
        kinds.push(wide(format!("months across, as {name}"), holds(), false, is_grouped_by_word));
        kinds.push(wide(
            format!("months across, as {name}, with a column of totals"),
            holds(),
            true,
            is_grouped_by_word,
        ));
    }
    kinds
}
