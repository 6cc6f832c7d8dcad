//! 计算说明 / About: which files and policies the workbook is made of, what can't be compared, and how it was put together.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::gather::{File, Gathered};
use super::summary_sheet;
use super::words::{self, Terms};
use crate::report::about_sheet::{self, Cell, Row, Section, texts};
use crate::report::small_sheet::prefix;
use dealerbook_base::lang::Lang;

/// So many dealers that stand in several files are named.
const REPEATED_MAX: usize = 200;

/// Draws the sheet.
pub(super) fn draw(book: &mut Workbook, gathered: &Gathered, terms: Terms<'_>) -> Result<(), XlsxError> {
    let sections = [
        section(terms.pick("请注意", "Before you rely on it"), notes(gathered, terms), true),
        section(terms.pick("核对", "Check"), check(gathered, terms), false),
        section(terms.pick("文件", "Files"), files(gathered, terms), false),
        section(
            terms.pick("多个文件中的经销商", "Dealers that stand in several files"),
            repeated(gathered, terms),
            false,
        ),
        section(terms.pick("怎样汇总", "How it was put together"), rules(terms), false),
    ];
    let title = terms.pick("计算说明", "About");
    about_sheet::draw(book, title, &words::subtitle(gathered, terms), &sections, &[], terms.words)
}

fn section(title: &str, rows: Vec<Row>, warning: bool) -> Section {
    Section { title: title.to_owned(), rows, warning }
}

fn notes(gathered: &Gathered, terms: Terms<'_>) -> Vec<Row> {
    let warnings = words::warnings(gathered, terms).into_iter().enumerate();
    warnings.map(|(n, text)| texts([(n + 1).to_string(), text])).collect()
}

/// What the single results say, and what it comes to here.
fn check(gathered: &Gathered, terms: Terms<'_>) -> Vec<Row> {
    let reported = gathered.files.iter().filter_map(|file| file.summary.as_ref()?.incentive_total);
    let reported: Decimal = reported.sum();
    let here: Decimal = gathered.files.iter().filter_map(|file| file.paid).sum();
    let cell = format!("{}{}", prefix(summary_sheet::title(terms)), summary_sheet::paid_in_all(terms));
    let live = |zh, en, formula: String, value: Decimal| {
        vec![terms.pick(zh, en).to_owned().into(), Cell::Live(formula, value.to_string(), "#,##0.00")]
    };
    vec![
        live("激励合计（本工作簿，元）", "Incentives, in this workbook (yuan)", cell.clone(), here),
        texts([
            terms.pick("激励合计（各文件结果之和，元）", "Incentives, as the results say (yuan)").to_owned(),
            dealerbook_engine::sheet::words::money(reported),
        ]),
        live("差额（元）", "Difference (yuan)", format!("ROUND({cell}-({reported}),2)"), here - reported),
    ]
}

fn files(gathered: &Gathered, terms: Terms<'_>) -> Vec<Row> {
    let row = |(n, file): (usize, &File)| texts([format!("{}  {}", n + 1, file.filename), made_of(file, terms)]);
    gathered.files.iter().enumerate().map(row).collect()
}

/// What a file's result is made of, in a line.
fn made_of(file: &File, terms: Terms<'_>) -> String {
    let mut parts = vec![terms.status(file.status).to_owned()];
    if let Some(run) = &file.run {
        let say = |zh: String, en: String| if terms.lang() == Lang::Zh { zh } else { en };
        parts.extend(run.period.map(|period| say(format!("考核年度 {period}"), format!("period {period}"))));
        parts.extend(run.as_of.as_ref().map(|day| say(format!("截止 {day}"), format!("as of {day}"))));
        parts.extend(run.policy.as_ref().map(|policy| {
            let (name, hash, rates) = (words::policy(policy), &policy.sha256, terms.rates(policy));
            say(
                format!("政策 {name}（{rates}费率，SHA-256 {hash}）"),
                format!("policy {name} ({rates} rates, SHA-256 {hash})"),
            )
        }));
        let (hash, bytes) = (&run.workbook.sha256, run.workbook.bytes);
        parts.push(say(format!("文件 {bytes} 字节，SHA-256 {hash}"), format!("file of {bytes} bytes, SHA-256 {hash}")));
    }
    parts.extend(file.problem.clone());
    parts.join(terms.pick("；", "; "))
}

fn repeated(gathered: &Gathered, terms: Terms<'_>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for ((_, id), files) in gathered.repeated.iter().take(REPEATED_MAX) {
        let numbers: Vec<String> = files.iter().map(|file| (file + 1).to_string()).collect();
        let numbers = numbers.join(terms.pick("、", ", "));
        rows.push(texts([id.clone(), format!("{}{numbers}", terms.pick("文件 ", "files "))]));
    }
    let more = gathered.repeated.len().saturating_sub(REPEATED_MAX);
    if more > 0 {
        let text = match terms.lang() {
            Lang::Zh => format!("另有 {more} 家，见“经销商汇总”的备注"),
            Lang::En => format!("{more} more; see the notes on the sheet of all dealers"),
        };
        rows.push(texts([String::from("…"), text]));
    }
    rows
}

fn rules(terms: Terms<'_>) -> Vec<Row> {
    let mut rules = vec![
        (
            ["数据来源", "Source"],
            [
                "各文件已保存的计算结果；得分、评级、排名和激励金额与单独的结果相同，不重新计算。",
                "The kept results of the files: scores, grades, ranks and amounts are those of the single results; nothing is calculated anew.",
            ],
        ),
        (
            ["合计", "Totals"],
            [
                "计数、销量和激励合计是对“经销商汇总”的公式，按文件序号汇总，可重算。",
                "Counts, tonnes and incentives are formulas over the sheet of all dealers, by the file's number.",
            ],
        ),
        (
            ["多个文件中的经销商", "Dealers in several files"],
            [
                "考核年度和政策相同而编号相同的经销商不合并，每处都计入，并注明所在文件。",
                "Dealers of the same period, policy and id are not merged: they count in each file and are told.",
            ],
        ),
    ];
    if terms.rank_all {
        rules.push((
            ["总排名", "Ranking"],
            [
                "在考核年度和政策相同的全部文件内排名：按得分，各考核表合在一起（均为100分制）；按年销量，同一考核表的经销商之间。由高到低，数值相同者名次相同（1、1、3）。文件内的得分仍按文件内销量排名计算。",
                "Over all files of the same period and policy: by the total, all scorecards together (100 points each); by annual tonnes, among the dealers of a scorecard. Largest first, equal figures share the better rank (1, 1, 3). Totals keep the points that the ranks within each file gave.",
            ],
        ));
    }
    let text = |[zh, en]: [&'static str; 2]| terms.pick(zh, en).to_owned();
    rules.into_iter().map(|(what, how)| texts([text(what), text(how)])).collect()
}
