//! What the kinds of fault are called on pages.

use dealerbook_base::lang::Lang;

/// A kind of fault by its code, in a few words; a code that isn't known here is called by itself.
pub fn kind(code: &str, lang: Lang) -> &str {
    let (zh, en) = match code {
        "missing-label" => ("缺少列", "A column is missing"),
        "extra-label" => ("多余的列", "An unknown column"),
        "duplicate-label" => ("列重复", "A column stands twice"),
        "blank-label" => ("列没有标题", "A column without a label"),
        "type-error" => ("类型不符", "Of another type"),
        "constraint-error" => ("不符合要求", "Against a constraint"),
        "unique-error" => ("值重复", "A value stands twice"),
        "primary-key" => ("行重复", "A row stands twice"),
        "foreign-key" => ("对应的记录不存在", "What it refers to is missing"),
        "missing-sheet" => ("缺少工作表", "A sheet is missing"),
        "extra-sheet" => ("多余的工作表", "An unknown sheet"),
        "duplicate-sheet" => ("工作表重复", "A sheet stands twice"),
        "row-check" => ("同一行的数据不一致", "Cells of a row disagree"),
        "cell-error" => ("单元格是错误值", "An error value"),
        "uncached-formula" => ("公式没有计算结果", "A formula without its result"),
        "reconciliation" => ("提货与发货不一致", "Purchases and shipments differ"),
        "no-scorecard" => ("合作方式没有考核表", "The mode has no scorecard"),
        "no-capital" => ("没有资金占用", "There is no capital"),
        "period-overridden" => ("年度与封面不同", "Another period than the cover's"),
        "note-left-out" => ("批注未能写入", "A note was left out"),
        "signature-void" => ("数字签名失效", "The signature is void"),
        "coerced" => ("已转换读取", "Read leniently"),
        "totals-row" => ("合计行", "A row of totals"),
        "outside-period" => ("其他年度的行", "Rows of another period"),
        other => (other, other),
    };
    lang.pick(zh, en)
}
