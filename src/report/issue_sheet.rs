//! 校验结果 / Issues: an error or warning a row, each linked to its cell.

use super::layout::{self, Col, Group, Look};
use crate::package::edit::RowSink;
use crate::schema::Severity;
use crate::validate::{Issue, Speaker};
use crate::workbook::cell_name;

/// The columns.
pub fn columns(speaker: &Speaker<'_>) -> Vec<Col> {
    let col = |key: &str, zh: &'static str, en: &'static str, width: f64, look: Look, group: Group| Col {
        key: key.to_owned(),
        label: speaker.lang.pick(zh, en).to_owned(),
        width,
        look,
        group,
    };
    vec![
        col("severity", "级别", "Severity", 10.0, Look::Centre, Group::Result),
        col("sheet", "工作表", "Sheet", 18.0, Look::Text, Group::Identity),
        col("cell", "单元格", "Cell", 10.0, Look::Centre, Group::Identity),
        col("field", "列", "Column", 22.0, Look::Text, Group::Identity),
        col("value", "现值", "Value", 22.0, Look::Wrap, Group::Identity),
        col("message", "问题", "What is wrong", 64.0, Look::Wrap, Group::Basis),
        col("suggestion", "建议", "Suggestion", 34.0, Look::Wrap, Group::Basis),
        col("code", "代码", "Code", 19.0, Look::Text, Group::OtherBasis),
    ]
}

/// Whether an issue has a row: infos are told on the sheet that explains.
pub fn is_listed(issue: &Issue) -> bool {
    issue.severity != Severity::Info
}

/// Writes the body.
pub fn write(issues: &[Issue], speaker: &Speaker<'_>, sink: &mut dyn RowSink) -> std::io::Result<()> {
    let columns = columns(speaker);
    for issue in issues.iter().filter(|i| is_listed(i)) {
        let (message, suggestion) = (speaker.message(issue), speaker.suggestion(issue).unwrap_or_default());
        let value = issue.value.as_deref().unwrap_or_default();
        let wrapped = [(value, &columns[4]), (message.as_str(), &columns[5]), (suggestion.as_str(), &columns[6])];
        sink.row(layout::prototype(false, wrapped))?;
        let sheet = speaker.sheet(issue.place.sheet).unwrap_or_default();
        sink.text(0, severity(issue.severity, speaker));
        sink.text(1, sheet);
        if let (Some(row), Some(column)) = (issue.place.row, issue.place.column) {
            let cell = cell_name(row, column);
            sink.link(2, &cell, &format!("'{}'!{cell}", sheet.replace('\'', "''")));
        }
        sink.text(3, speaker.field(issue.place.resource, issue.place.field).map_or("", |f| f.label(speaker.lang)));
        sink.text(4, value);
        sink.text(5, &message);
        sink.text(6, &suggestion);
        sink.text(7, issue.code.text());
    }
    Ok(())
}

/// 错误、警告、提示
pub fn severity(severity: Severity, speaker: &Speaker<'_>) -> &'static str {
    match severity {
        Severity::Error => speaker.lang.pick("错误", "error"),
        Severity::Warning => speaker.lang.pick("警告", "warning"),
        Severity::Info => speaker.lang.pick("提示", "info"),
    }
}
