//! 校验结果 / Issues: an error or warning a row, each linked to its cell; of a workbook that was answered before, what has become of each.

use super::earlier::{Comparison, Earlier};
use super::layout::{self, Col, Group, Look};
use super::small_sheet::prefix;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::schema::Severity;
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::formula::quoted;
use dealerbook_engine::sheet::list;
use dealerbook_engine::validate::{Issue, Speaker};
use dealerbook_engine::workbook::cell_name;
use dealerbook_package::edit::RowSink;

/// A column in both languages.
pub struct Column {
    /// By which rows are read back.
    pub key: &'static str,
    /// Its label in Chinese.
    pub zh: &'static str,
    /// Its label in English.
    pub en: &'static str,
    width: f64,
    look: Look,
    group: Group,
}

/// A fault that is gone.
pub const FIXED: (&str, &str) = ("已改", "mended");
/// A fault that was there before.
const OPEN: (&str, &str) = ("未改", "open");
/// A fault that wasn't.
pub const NEW: (&str, &str) = ("新", "new");

/// The columns; the state is there only where there is an earlier answer to compare with.
pub const COLUMNS: [Column; 9] = [
    column("severity", "级别", "Severity", 10.0, Look::Centre, Group::Result),
    column("state", "状态", "State", 10.0, Look::Centre, Group::Result),
    column("sheet", "工作表", "Sheet", 18.0, Look::Text, Group::Identity),
    column("cell", "单元格", "Cell", 10.0, Look::Centre, Group::Identity),
    column("field", "列", "Column", 22.0, Look::Text, Group::Identity),
    column("value", "现值", "Value", 22.0, Look::Wrap, Group::Identity),
    column("message", "问题", "What is wrong", 64.0, Look::Wrap, Group::Result),
    column("suggestion", "建议", "Suggestion", 34.0, Look::Wrap, Group::Result),
    column("code", "代码", "Code", 19.0, Look::Text, Group::OtherBasis),
];

const fn column(key: &'static str, zh: &'static str, en: &'static str, width: f64, look: Look, group: Group) -> Column {
    Column { key, zh, en, width, look, group }
}

/// What the sheet lists.
#[derive(Clone, Copy)]
pub struct Listing<'a> {
    /// The issues.
    pub issues: &'a [Issue],
    /// What has become of those of an earlier answer.
    pub comparison: Option<&'a Comparison>,
    /// Who puts them into words.
    pub speaker: &'a Speaker<'a>,
}

/// A row, by the keys of the columns.
struct Line<'l> {
    severity: &'l str,
    state: (&'static str, &'static str),
    sheet: &'l str,
    cell: &'l str,
    field: &'l str,
    value: &'l str,
    message: &'l str,
    suggestion: &'l str,
    code: &'l str,
}

/// Whether an issue has a row: infos are reported on the sheet that explains.
pub fn is_listed(issue: &Issue) -> bool {
    issue.severity != Severity::Info
}

impl Listing<'_> {
    /// The columns.
    pub fn columns(&self) -> Vec<Col> {
        let shown = |c: &&Column| c.key != "state" || self.comparison.is_some();
        let col = |c: &Column| Col {
            key: c.key.to_owned(),
            label: self.speaker.lang.pick(c.zh, c.en).to_owned(),
            width: c.width,
            look: c.look,
            group: c.group,
        };
        let mut columns = Columns::default();
        list::number_rows(&mut columns, self.speaker.lang);
        columns.iter().cloned().chain(COLUMNS.iter().filter(shown).map(col)).collect()
    }

    /// How many rows there are.
    pub fn rows(&self) -> u32 {
        let fixed = self.comparison.map_or(0, |comparison| comparison.fixed.len());
        u32_of(self.issues.iter().filter(|i| is_listed(i)).count() + fixed)
    }

    /// Cells coloured by their text: column, text, fill.
    pub fn colours(&self) -> Vec<(u16, String, u32)> {
        let lang = self.speaker.lang;
        let severities = [(("错误", "error"), 0xFFC7CE), (("警告", "warning"), 0xFFEB9C)];
        let states = [(NEW, 0xFFC7CE), (OPEN, 0xFFEB9C), (FIXED, 0xE2EFDA)];
        let of = |column: u16, ((zh, en), fill): ((&'static str, &'static str), u32)| {
            (column, lang.pick(zh, en).to_owned(), fill)
        };
        let severities = severities.into_iter().map(|colour| of(1, colour));
        let states = states.into_iter().filter(|_| self.comparison.is_some()).map(|colour| of(2, colour));
        severities.chain(states).collect()
    }

    /// Writes the body: the faults that there are, then those that are gone.
    pub fn write(&self, sink: &mut dyn RowSink) -> std::io::Result<()> {
        let columns = self.columns();
        if self.rows() == 0 {
            // A table has at least one row.
            sink.row(layout::prototype(false, []))?;
        }
        let listed = self.rows() as usize - self.comparison.map_or(0, |comparison| comparison.fixed.len());
        for (n, issue) in self.issues.iter().filter(|i| is_listed(i)).enumerate() {
            let open = self.comparison.is_some_and(|comparison| comparison.open.get(n) == Some(&true));
            self.issue((n + 1, issue), if open { OPEN } else { NEW }, &columns, sink)?;
        }
        for (n, fault) in self.comparison.into_iter().flat_map(|comparison| &comparison.fixed).enumerate() {
            self.line(listed + n + 1, &Line::fixed(fault), &columns, sink)?;
        }
        Ok(())
    }

    fn issue(
        &self,
        (number, issue): (usize, &Issue),
        state: (&'static str, &'static str),
        columns: &[Col],
        sink: &mut dyn RowSink,
    ) -> std::io::Result<()> {
        let speaker = self.speaker;
        let cell = issue.place.row.zip(issue.place.column).map(|(row, column)| cell_name(row, column));
        let line = Line {
            severity: severity(issue.severity, speaker),
            state,
            sheet: speaker.sheet(issue.place.sheet).unwrap_or_default(),
            cell: cell.as_deref().unwrap_or_default(),
            field: speaker.field(issue.place.resource, issue.place.field).map_or("", |f| f.label(speaker.lang)),
            value: issue.value.as_deref().unwrap_or_default(),
            message: &speaker.message(issue),
            suggestion: &speaker.suggestion(issue).unwrap_or_default(),
            code: issue.code.text(),
        };
        self.line(number, &line, columns, sink)
    }

    fn line(&self, number: usize, line: &Line<'_>, columns: &[Col], sink: &mut dyn RowSink) -> std::io::Result<()> {
        let wrapped = |col: &&Col| col.look == Look::Wrap;
        let wrapped = columns.iter().filter(wrapped).map(|col| (line.get(&col.key, self.speaker), col));
        sink.row(layout::prototype(line.state == FIXED, wrapped))?;
        sink.number(0, &number);
        for (n, col) in columns.iter().enumerate().skip(1) {
            let text = line.get(&col.key, self.speaker);
            if col.key == "cell" && !text.is_empty() && self.speaker.sheets.iter().any(|sheet| sheet == line.sheet) {
                sink.formula_text(u16_of(n), &link(line.sheet, text), text);
            } else {
                sink.text(u16_of(n), text);
            }
        }
        Ok(())
    }
}

impl<'l> Line<'l> {
    fn fixed(fault: &'l Earlier) -> Line<'l> {
        Line {
            severity: fault.get("severity"),
            state: FIXED,
            sheet: fault.get("sheet"),
            cell: fault.get("cell"),
            field: fault.get("field"),
            value: fault.get("value"),
            message: fault.get("message"),
            suggestion: fault.get("suggestion"),
            code: fault.get("code"),
        }
    }

    fn get(&self, key: &str, speaker: &Speaker<'_>) -> &'l str {
        match key {
            "severity" => self.severity,
            "state" => speaker.lang.pick(self.state.0, self.state.1),
            "sheet" => self.sheet,
            "cell" => self.cell,
            "field" => self.field,
            "value" => self.value,
            "message" => self.message,
            "suggestion" => self.suggestion,
            "code" => self.code,
            _ => "",
        }
    }
}

/// A formula that leads to a cell. A link of the cell's own would stay behind when the rows are sorted.
fn link(sheet: &str, cell: &str) -> String {
    format!("HYPERLINK({},{})", quoted(&format!("#{}{cell}", prefix(sheet))), quoted(cell))
}

/// 错误、警告、提示
pub fn severity(severity: Severity, speaker: &Speaker<'_>) -> &'static str {
    match severity {
        Severity::Error => speaker.lang.pick("错误", "error"),
        Severity::Warning => speaker.lang.pick("警告", "warning"),
        Severity::Info => speaker.lang.pick("提示", "info"),
    }
}
