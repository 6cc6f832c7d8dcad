//! Rows that are no data: signatures, remarks, titles of groups, units and numbers of columns, examples.

use super::{Kind, Work, in_sheets, is_figure, is_id};
use crate::metamorphic::book::{Cell, Merge};
use crate::metamorphic::judge::Holds::{Issue, Same, SameOrIssue};

const SIGNED: [&str; 16] = [
    "制表：张三",
    "编制：渠道部",
    "经办人：",
    "负责人：李四",
    "审核：王五",
    "复核：王五",
    "批准：赵六",
    "日期：2008-01-05",
    "注：本表数据截至 2007 年 12 月 31 日",
    "备注：D002 已停业",
    "说明：单位负责人签字后生效",
    "以上数据由财务部提供",
    "数据来源：ERP",
    "制表人：张三　审核人：李四　日期：2008年1月5日",
    "注1：含税",
    "* 备注：以上均为不含税金额",
];

const UNSURE: [&str; 6] = ["盖章处", "第 1 页，共 3 页", "机密", "（以下空白）", "签字：", "END"];

/// Behind the data, in a column.
fn signed(work: &mut Work<'_>, text: &str, column: usize, blank_rows: usize) -> bool {
    let width = work.sheet().width();
    if column >= width {
        return false;
    }
    for _ in 0..blank_rows {
        work.sheet().add_footer(Vec::new());
    }
    let mut cells = vec![Cell::blank(); width];
    cells[column] = Cell::text(text);
    work.sheet().add_footer(cells);
    let last = work.sheet().rows.len() - 1;
    work.in_row(last);
    true
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (table, holds) in [(&SIGNED[..], Same), (&UNSURE[..], SameOrIssue)] {
        for &text in table {
            kinds.push(in_sheets(&format!("{text:?} under the data"), holds.clone(), move |work| {
                signed(work, text, 0, 0)
            }));
            kinds.push(in_sheets(&format!("{text:?} under blank rows, in any column"), holds.clone(), move |work| {
                let column = work.seed % work.sheet().width();
                signed(work, text, column, 1 + work.seed % 2)
            }));
        }
    }
    kinds.push(in_sheets("signatures in several cells", Same, |work| {
        let cells = ["制表：", "张三", "审核：", "李四"].map(Cell::text).to_vec();
        work.sheet().add_footer(cells);
        true
    }));
    kinds.push(in_sheets("signatures with a date in its own cell", SameOrIssue, |work| {
        let cells =
            vec![Cell::text("制表人"), Cell::text("张三"), Cell::text("日期"), Cell::shown("39452", "yyyy-mm-dd")];
        work.sheet().add_footer(Vec::new());
        work.sheet().add_footer(cells);
        true
    }));
    kinds.push(in_sheets("a merged remark under the data", Same, |work| {
        let is_added = signed(work, "备注：以上数据由财务部提供", 0, 0);
        let (last, width) = (work.sheet().rows.len() - 1, work.sheet().width());
        work.sheet().merges.push(Merge { rows: (last, last + 1), columns: (0, width - 1) });
        is_added
    }));
    kinds.push(in_sheets("a total, then a remark, then signatures", Same, |work| {
        let mut total = vec![Cell::blank(); work.sheet().width()];
        total[0] = Cell::text("合计");
        work.sheet().add_footer(total);
        signed(work, "注：含税", 0, 0);
        signed(work, "制表：张三　复核：李四", 0, 1)
    }));
    kinds.extend(groups());
    kinds.extend(units());
    kinds.extend(examples());
    kinds
}

/// Titles of groups between the rows.
fn groups() -> Vec<Kind> {
    let between = |name: &str, text: &'static str, is_merged: bool, holds| {
        in_sheets(&format!("a title of a group between rows, {name}"), holds, move |work| {
            let (at, width) = (work.sheet().header + 2, work.sheet().width());
            if at >= work.sheet().end {
                return false;
            }
            work.sheet().insert_row(at, vec![Cell::text(text)]);
            if is_merged {
                work.sheet().merges.push(Merge { rows: (at, at), columns: (0, width - 1) });
            }
            work.in_row(at);
            true
        })
    };
    vec![
        between("一、涪陵片区", "一、涪陵片区", false, Same),
        between("merged", "二、岳阳片区", true, Same),
        between("in brackets", "（三）其他地区", true, Same),
        between("with a colon", "重点客户：", false, Same),
        between("a word alone", "涪陵", true, Same),
        in_sheets("a title of a group right under the header", Same, |work| {
            let (at, width) = (work.sheet().header + 1, work.sheet().width());
            work.sheet().insert_row(at, vec![Cell::text("第一部分")]);
            work.sheet().merges.push(Merge { rows: (at, at), columns: (0, width - 1) });
            work.in_row(at);
            true
        }),
    ]
}

/// A row under the header that says something of each column.
fn under(work: &mut Work<'_>, says: impl Fn(usize, &dealerbook::schema::Field) -> Cell) -> bool {
    let (at, width) = (work.sheet().header + 1, work.sheet().width());
    let cells = (0..width).map(|column| work.field_of(column).map_or(Cell::blank(), |field| says(column, field)));
    let cells: Vec<Cell> = cells.collect();
    let says_anything = cells.iter().any(|cell| !cell.is_blank());
    work.sheet().insert_row(at, cells);
    work.in_row(at);
    says_anything
}

fn units() -> Vec<Kind> {
    let unit = |field: &dealerbook::schema::Field| field.units.first().filter(|_| is_figure(field)).cloned();
    vec![
        in_sheets("a row of units under the header", Same, move |work| {
            under(work, |_, field| unit(field).map_or(Cell::blank(), |unit| Cell::text(&unit)))
        }),
        in_sheets("a row of units in brackets under the header", Same, move |work| {
            under(work, |_, field| unit(field).map_or(Cell::blank(), |unit| Cell::text(&format!("（{unit}）"))))
        }),
        in_sheets("a row of units and dashes under the header", SameOrIssue, move |work| {
            under(work, |_, field| Cell::text(&unit(field).unwrap_or_else(|| "—".to_owned())))
        }),
        in_sheets("a row of units under the header, of another unit", Issue("unit-mismatch"), move |work| {
            under(work, |_, field| match unit(field).as_deref() {
                Some("吨") => Cell::text("千吨"),
                Some("元") => Cell::text("万元"),
                _ => Cell::blank(),
            })
        }),
        in_sheets("a row of column numbers under the header", Same, |work| {
            under(work, |column, _| Cell::number(&(column + 1).to_string()))
        }),
        in_sheets("a row of column numbers in text under the header", Same, |work| {
            under(work, |column, _| Cell::text(&(column + 1).to_string()))
        }),
        in_sheets("a row of column numbers in brackets under the header", SameOrIssue, |work| {
            under(work, |column, _| Cell::text(&format!("({})", column + 1)))
        }),
        in_sheets("a row of circled numbers under the header", SameOrIssue, |work| {
            under(work, |column, _| {
                Cell::text(&char::from_u32(0x2460 + column as u32).map(String::from).unwrap_or_default())
            })
        }),
        in_sheets("a row of column letters under the header", SameOrIssue, |work| {
            under(work, |column, _| Cell::text(&dealerbook::workbook::column_name(column as u16)))
        }),
        in_sheets("a row of 甲乙丙 and numbers under the header", SameOrIssue, |work| {
            under(work, |column, field| match is_figure(field) {
                true => Cell::number(&column.to_string()),
                false => Cell::text(["甲", "乙", "丙", "丁"][column % 4]),
            })
        }),
        in_sheets("a row of 必填 and 选填 under the header", SameOrIssue, |work| {
            under(work, |_, field| Cell::text(if field.constraints.required { "必填" } else { "选填" }))
        }),
    ]
}

/// An example row left in.
fn examples() -> Vec<Kind> {
    let left = |name: &str, key: &'static str, at_end: bool| {
        in_sheets(&format!("an example row left in: {name}"), Issue("row-check"), move |work| {
            let (first, end) = (work.sheet().header + 1, work.sheet().end);
            let Some(&column) = work.columns(is_id).first() else { return false };
            let mut cells = work.sheet().rows[first].clone();
            let unique = work.columns(|field| field.constraints.unique);
            unique.iter().for_each(|&column| cells[column] = Cell::text("例：X1"));
            cells[column] = Cell::text(key);
            let at = if at_end { end } else { first };
            work.sheet().insert_row(at, cells);
            work.at(at, column);
            true
        })
    };
    vec![
        left("示例", "示例", false),
        left("样例", "样例", false),
        left("例：D001", "例：D001", false),
        left("example", "example", false),
        left("Example", "Example", false),
        left("示例 at the end", "示例", true),
        left("示例 with a space", "示例 ", false),
        left("例:D001", "例:D001", false),
    ]
}
