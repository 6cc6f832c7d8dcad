//! What can be wrong with a what-if, in both languages: where it stands in the request, what is wrong, and how to mend it.

use crate::lang::Lang;
use crate::package::{ChangeFault, WhyNot};
use crate::pipeline::DataFault;
use crate::policy::Fault;

/// A fault of a what-if.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIfFault {
    /// Where it stands in the request, as a JSON Pointer.
    pub pointer: String,
    detail: [String; 2],
    mend: [String; 2],
}

impl WhatIfFault {
    /// Of the same words in both languages.
    pub fn new(pointer: impl Into<String>, detail: [&str; 2], mend: [&str; 2]) -> WhatIfFault {
        WhatIfFault { pointer: pointer.into(), detail: detail.map(str::to_owned), mend: mend.map(str::to_owned) }
    }

    /// What is wrong.
    pub fn detail(&self, lang: Lang) -> &str {
        let [zh, en] = &self.detail;
        lang.pick(zh, en)
    }

    /// How it is mended.
    pub fn mend(&self, lang: Lang) -> &str {
        let [zh, en] = &self.mend;
        lang.pick(zh, en)
    }

    /// A path into the policy that leads nowhere, or what can't stand there. The path stands there in words too.
    pub fn of_path(path: &str, [zh, en]: [&str; 2], fault: &Fault) -> WhatIfFault {
        WhatIfFault {
            pointer: format!("/changes/{}", escaped(path)),
            detail: [
                format!("{zh}（{path}）：{}", fault.pick(Lang::Zh)),
                format!("{en} ({path}): {}", fault.pick(Lang::En)),
            ],
            mend: [
                "请改正路径或新值；GET /v1/policies/{id} 列出政策的全部内容。".to_owned(),
                "Correct the path or the new value; GET /v1/policies/{id} lists all that the policy says.".to_owned(),
            ],
        }
    }

    /// Something wrong with the policy that comes of it.
    pub fn of_policy(pointer: &str, fault: &Fault) -> WhatIfFault {
        WhatIfFault {
            pointer: pointer.to_owned(),
            detail: [fault.pick(Lang::Zh).to_owned(), fault.pick(Lang::En).to_owned()],
            mend: ["请改正政策的这一处。".to_owned(), "Mend this place of the policy.".to_owned()],
        }
    }

    /// A cell that can't be changed.
    pub fn of_cell(fault: &ChangeFault) -> WhatIfFault {
        let place = format!("{}!{}", fault.sheet, fault.cell);
        let ([zh, en], [mend_zh, mend_en]) = why_not(&fault.why);
        WhatIfFault {
            pointer: format!("/cells/{}", fault.index),
            detail: [format!("{place}：{zh}"), format!("{place}: {en}")],
            mend: [mend_zh.to_owned(), mend_en.to_owned()],
        }
    }

    /// An error in the data as they would be, in the words of the language that was asked for.
    pub fn of_data(pointer: String, fault: &DataFault) -> WhatIfFault {
        let place = match (&fault.sheet, &fault.cell) {
            (Some(sheet), Some(cell)) => format!("{sheet}!{cell} "),
            (Some(sheet), None) => format!("{sheet} "),
            _ => String::new(),
        };
        let detail = format!("{place}{}", fault.message);
        let mend = fault.suggestion.clone();
        let or = |text: &str| mend.clone().unwrap_or_else(|| text.to_owned());
        WhatIfFault {
            pointer,
            detail: [detail.clone(), detail],
            mend: [or("请先在工作簿中改正，再试算。"), or("Mend the workbook first, then try again.")],
        }
    }
}

/// A member's name within a JSON Pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn why_not(why: &WhyNot) -> ([String; 2], [&'static str; 2]) {
    let same = |zh: &str, en: &str| [zh.to_owned(), en.to_owned()];
    match why {
        WhyNot::NoSuchSheet => (
            same("没有这张工作表", "there is no such sheet"),
            ["请写工作簿中的表名。", "Give the sheet's name as the workbook has it."],
        ),
        WhyNot::NotAUsersSheet => (
            same("这张工作表没有可改的单元格", "the sheet has no cells that can be changed"),
            ["请改原始数据所在的工作表。", "Change a sheet that holds the data themselves."],
        ),
        WhyNot::NotAnAddress => {
            (same("不是单元格地址", "this is no cell's address"), ["请写成 H4 的形式。", "Write it as `H4`."])
        }
        WhyNot::Added => (
            same("单元格在上次运行添加的结果列中", "the cell lies in result columns of an earlier run"),
            ["请改原始数据的单元格。", "Change a cell of the data themselves."],
        ),
        WhyNot::Twice => {
            (same("同一单元格出现了两次", "the same cell stands here twice"), ["请只保留一个。", "Keep one of them."])
        }
        WhyNot::NotANumber => {
            (same("不是数字", "this is not a number"), ["请写数字，如 88.5。", "Give a number, such as 88.5."])
        }
        WhyNot::TooLong => (
            same("文本超出单元格能容纳的长度", "the text is longer than a cell holds"),
            ["请缩短文本。", "Shorten the text."],
        ),
        WhyNot::Formula(range) => (
            [
                format!("它属于 {range} 的同一公式，不能单独修改"),
                format!("it belongs to the formula of {range} and can't be changed alone"),
            ],
            ["请改公式引用的单元格，或在 Excel 中改公式。", "Change the cells that it reads, or the formula in Excel."],
        ),
        WhyNot::Merged(range) => (
            [format!("被合并单元格 {range} 遮住"), format!("the merged cells {range} cover it")],
            ["请改合并区域的第一个单元格。", "Change the first cell of the merged range."],
        ),
        WhyNot::TableHeading => (
            same("它是 Excel 表格的列标题", "it is a heading of a table of Excel's"),
            ["请改数据单元格。", "Change a cell of the table's rows."],
        ),
    }
}

/// What the interface's description shows.
pub fn samples() -> Vec<WhatIfFault> {
    let path = "incentives.exces_volume.rate.core";
    let spoken =
        ["激励 › exces_volume › 费率（元/吨） › core", "incentives › exces_volume › rate (yuan a tonne) › core"];
    let fault = Fault::new(
        "没有“exces_volume”；是否指“excess_volume”？",
        "there is no `exces_volume`; is `excess_volume` meant?",
    );
    let cell = ChangeFault { index: 0, sheet: "经销商".to_owned(), cell: "H4".to_owned(), why: WhyNot::NoSuchSheet };
    vec![WhatIfFault::of_path(path, spoken, &fault), WhatIfFault::of_cell(&cell)]
}
