//! Units above the header.

use super::{Kind, Work, in_sheets};
use crate::metamorphic::book::Cell;
use crate::metamorphic::judge::Holds::{Issue, Same, SameOrIssue};

/// Whether a column of the sheet is measured so.
fn has(work: &Work<'_>, unit: &str) -> bool {
    !work.columns(|field| field.units.iter().any(|own| own == unit)).is_empty()
}

/// Says it in a row of its own right above the labels, in its last column.
fn above(work: &mut Work<'_>, text: &str) -> bool {
    let (header, width) = (work.sheet().header, work.sheet().width());
    let mut cells = vec![Cell::blank(); width];
    cells[width - 1] = Cell::text(text);
    work.sheet().insert_row(header, cells);
    work.in_row(header);
    true
}

/// Says it behind the title.
fn titled(work: &mut Work<'_>, text: &str) -> bool {
    if work.sheet().header == 0 {
        return false;
    }
    let title = work.sheet().cell(0, 0);
    work.sheet().set(0, 0, Cell::text(&format!("{}{text}", title.content().replace("（吨）", ""))));
    work.in_row(0);
    true
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (unit, measure) in [
        ("千吨", "吨"),
        ("万吨", "吨"),
        ("公斤", "吨"),
        ("kg", "吨"),
        ("万元", "元"),
        ("千元", "元"),
        ("百万元", "元"),
        ("亿元", "元"),
    ] {
        let other = |name: &str, text: String, say: fn(&mut Work<'_>, &str) -> bool| {
            in_sheets(&format!("{name} {text}"), Issue("unit-mismatch"), move |work| {
                has(work, measure) && say(work, &text)
            })
        };
        kinds.push(other("above the header:", format!("单位：{unit}"), above));
        kinds.push(other("above the header:", format!("（单位：{unit}）"), above));
        kinds.push(other("above the header:", format!("单位:{unit}"), above));
        kinds.push(other("above the header:", format!("计量单位：{unit}"), above));
        kinds.push(other("above the header:", format!("单 位：{unit}"), above));
        kinds.push(other("behind the title:", format!("（单位：{unit}）"), titled));
        kinds.push(other("behind the title:", format!("（{unit}）"), titled));
        kinds.push(other("behind the title:", format!("　单位：{unit}"), titled));
    }
    for unit in ["吨", "元"] {
        let own = |text: String, say: fn(&mut Work<'_>, &str) -> bool| {
            in_sheets(&format!("its own unit: {text}"), Same, move |work| has(work, unit) && say(work, &text))
        };
        kinds.push(own(format!("单位：{unit}"), above));
        kinds.push(own(format!("（单位：{unit}）"), titled));
        kinds.push(own(format!("（{unit}）"), titled));
    }
    kinds.push(in_sheets("its own units: 单位：吨、元", Same, |work| {
        has(work, "吨") && has(work, "元") && above(work, "单位：吨、元")
    }));
    kinds.push(in_sheets("one of its units is another: 单位：吨、万元", Issue("unit-mismatch"), |work| {
        has(work, "吨") && has(work, "元") && above(work, "单位：吨、万元")
    }));
    for text in ["Unit: kt", "in thousands", "（千）", "单位：箱", "人民币万元", "金额：万元"] {
        kinds.push(in_sheets(&format!("above the header: {text}"), SameOrIssue, move |work| above(work, text)));
    }
    for text in [
        "编制单位：示例化肥有限公司",
        "单位：示例化肥有限公司",
        "填报单位：渠道部",
        "单位负责人：张三",
        "示例万元农资公司经销商表",
    ] {
        kinds.push(in_sheets(&format!("no unit above the header: {text}"), Same, move |work| above(work, text)));
    }
    kinds
}
