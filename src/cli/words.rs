//! What is said of workbooks and of all of them together, in both languages.

use std::path::Path;

use super::tally::Tally;
use super::task::Task;
use dealerbook_base::lang::Lang;
use dealerbook_output::pipeline::{Report, Status};

/// What became of a workbook.
pub fn outcome(report: &Report, check_only: bool, lang: Lang) -> String {
    let counts = report.summary();
    let period = report.period().map_or_else(|| "-".to_owned(), |period| period.to_string());
    let (zh, en) = match (report.status(), check_only) {
        (Status::Ok, true) => ("无错误", "no errors"),
        (Status::Faulty, true) => ("有错误", "has errors"),
        (Status::Ok, false) => ("已计算", "calculated"),
        (Status::Faulty, false) => ("有错误，未计算", "has errors, not calculated"),
        (Status::Partial, _) => ("已计算无错误的部分", "calculated without the faulty rows"),
    };
    // A caller's own schema knows neither a period nor dealers.
    let of_dealers = report.period().is_some() || counts.dealers > 0;
    match lang {
        Lang::Zh => {
            let about = if of_dealers {
                format!("考核年度 {period}，经销商 {} 家，", counts.dealers)
            } else {
                String::new()
            };
            format!("{zh}。{about}错误 {}，警告 {}，提示 {}", counts.errors, counts.warnings, counts.infos)
        }
        Lang::En => {
            let dealers = count(counts.dealers, "dealer");
            let about = if of_dealers { format!("period {period}, {dealers}, ") } else { String::new() };
            let (errors, warnings) = (count(counts.errors, "error"), count(counts.warnings, "warning"));
            format!("{en}; {about}{errors}, {warnings}, {}", count(counts.infos, "info"))
        }
    }
}

/// What became of all that are done.
pub fn total(tally: &Tally, check_only: bool, lang: Lang) -> String {
    let Tally { good, faulty, failed } = tally;
    let done = tally.done();
    match lang {
        Lang::Zh => {
            let well = if check_only { "无错误" } else { "已计算" };
            format!("{done} 个工作簿：{good} 个{well}，{faulty} 个有错误，{failed} 个未能处理")
        }
        Lang::En => {
            let well = if check_only { "without errors" } else { "calculated" };
            format!("{}: {good} {well}, {faulty} with errors, {failed} failed", count(done, "workbook"))
        }
    }
}

/// Where the workbook over all of them is.
pub fn consolidated(out: &Path, lang: Lang) -> String {
    format!("{} -> {}", lang.pick("汇总工作簿", "all workbooks"), out.display())
}

/// That so many more findings are there than were told, and where to see them.
pub fn more(findings: usize, task: &Task, lang: Lang) -> String {
    let place = match (task.json, &task.out) {
        (true, _) => lang.pick("见 JSON 结果", "in the JSON"),
        (false, Some(_)) => lang.pick("见结果工作簿中的“校验结果”", "on the sheet `Issues` of the answer"),
        (false, None) => lang.pick("用 -o 或 --json 可得到全部", "which -o and --json give in full"),
    };
    match lang {
        Lang::Zh => format!("……另有 {findings} 条，{place}。"),
        Lang::En => format!("… and {findings} more, {place}."),
    }
}

/// That an answer was calculated for nobody.
pub fn nothing_written(lang: Lang) -> &'static str {
    lang.pick(
        "注意：没有写出文件。用 -o 路径 写出批注后的工作簿，用 --json 输出结果。",
        "note: nothing was written; -o PATH writes the annotated workbook, --json prints the result",
    )
}

/// How far it came.
pub fn interrupted(done: usize, workbooks: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("已中断：{workbooks} 个工作簿中处理了 {done} 个。"),
        Lang::En => format!("interrupted; {done} of {} done", count(workbooks, "workbook")),
    }
}

/// That an answer isn't called what it is.
pub fn wrong_extension(wanted: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("注意：结果文件的扩展名应为 .{wanted}，否则 Excel 可能拒绝打开。"),
        Lang::En => format!("note: the answer should be called .{wanted}, or Excel may refuse to open it"),
    }
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
