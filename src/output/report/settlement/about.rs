//! 说明 / About: of which run and policy the workbook is made, how far the settlement is, how tax is counted, and what ties out.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::Governed;
use super::settled::Settled;
use super::words::Terms;
use crate::report::about_sheet::{self, Row, Section, texts};
use dealerbook_engine::policy::Rates;
use dealerbook_engine::settlement::Signature;
use dealerbook_engine::sheet::words::{money, percent};

/// Draws the sheet.
pub(super) fn draw(
    book: &mut Workbook,
    settled: &Settled<'_>,
    governed: &[Governed],
    terms: Terms<'_>,
) -> Result<(), XlsxError> {
    let section = |title: &str, rows, warning| Section { title: title.to_owned(), rows, warning };
    let notices = terms.notices().into_iter().zip(1..).map(|(text, n)| texts([n.to_string(), text]));
    let cells: Vec<(&str, Vec<(u16, u32)>)> =
        governed.iter().map(|(title, cells)| (title.as_str(), cells.clone())).collect();
    let sections = [
        section(terms.pick("请注意", "Before you rely on it"), notices.collect(), true),
        section(terms.pick("运行与状态", "Run and status"), run(terms), false),
        section(terms.pick("政策", "Policy"), policy(terms), false),
        section(terms.pick("税", "Tax"), tax(terms), false),
        section(terms.pick("怎样计算", "How it is counted"), rules(settled, terms), false),
        about_sheet::governed(terms.rebates.words, &cells),
    ];
    let title = terms.pick("说明", "About");
    about_sheet::draw(book, title, &terms.subtitle(), &sections, &[], terms.rebates.words)
}

fn run(terms: Terms<'_>) -> Vec<Row> {
    let settlement = terms.settlement();
    let signed = |by: &Signature| {
        let note = by.note.as_deref().filter(|note| !note.is_empty());
        let note = note.map(|note| terms.pick(format!("：{note}"), format!(": {note}"))).unwrap_or_default();
        format!("{}{note}", terms.signed_at(by))
    };
    let mut rows = vec![
        texts([terms.pick("运行", "Run").to_owned(), settlement.run_id.clone()]),
        texts([terms.pick("结算期间", "Period").to_owned(), settlement.period.to_string()]),
        texts([terms.pick("截止日期", "As of").to_owned(), settlement.as_of.clone().unwrap_or_default()]),
        texts([terms.pick("状态", "Status").to_owned(), terms.status().to_owned()]),
    ];
    let mut also = |name: &str, text: Option<String>| {
        rows.extend(text.map(|text| texts([name.to_owned(), text])));
    };
    also(terms.pick("提交", "Submitted by"), settlement.submitted.as_ref().map(signed));
    also(terms.pick("批准或驳回", "Approved or rejected by"), settlement.decided.as_ref().map(signed));
    also(terms.pick("更正了运行", "Corrects the run"), settlement.supersedes.clone());
    also(terms.pick("已被运行更正", "Corrected by the run"), settlement.superseded_by.clone());
    rows
}

fn policy(terms: Terms<'_>) -> Vec<Row> {
    let policy = &terms.settlement().policy;
    let rates = match policy.rates {
        Rates::Example => terms.pick("示例费率", "examples"),
        Rates::Own => terms.pick("公司自定", "the company's own"),
    };
    let (name, id, version) = (terms.policy_name(), &policy.id, &policy.version);
    let named = terms.pick(format!("{name}（{id} {version}）"), format!("{name} ({id} {version})"));
    let mut rows = vec![
        texts([terms.pick("政策", "Policy").to_owned(), named]),
        texts([String::from("SHA-256"), policy.sha256.clone()]),
        texts([terms.pick("费率", "Rates").to_owned(), rates.to_owned()]),
    ];
    let words = terms.rebates.words;
    rows.extend(
        words
            .policy
            .incentives
            .iter()
            .map(|own| texts([own.title.pick(terms.lang()).to_owned(), words.incentive(own)])),
    );
    rows.extend(words.policy.dealer_cap.as_ref().map(|cap| {
        texts([terms.pick("每家经销商全年封顶", "Cap of a dealer's year").to_owned(), words.dealer_cap(cap)])
    }));
    rows
}

fn tax(terms: Terms<'_>) -> Vec<Row> {
    let rate = percent(terms.rebates.words.policy.settlement.tax_rate);
    let which = terms.pick(
        "应付金额和付款金额与返利金额口径相同；大写为应付金额",
        "what is payable and paid is counted as the incentives are; the amount in capitals is what is payable now",
    );
    vec![
        texts([terms.pick("税率", "Rate").to_owned(), rate]),
        texts([terms.pick("计税方法", "How").to_owned(), terms.tax()]),
        texts([terms.pick("应付", "Payable").to_owned(), which.to_owned()]),
    ]
}

fn rules(settled: &Settled<'_>, terms: Terms<'_>) -> Vec<Row> {
    let rules = [
        (
            ["应付", "Payable"],
            [
                "返利合计＋调整－以前结算已付－本结算已付－付款中－暂缓，不低于 0；多付的列为应退回。",
                "Incentives + adjustments − paid before − paid of this − ordered − held, not below 0; what was paid too much is to be given back.",
            ],
        ),
        (
            ["舍入", "Rounding"],
            [
                "每个激励项目的金额舍入到分（四舍五入），合计按舍入后的金额相加。",
                "Each line is rounded to the cent, half away from zero; sums add up the rounded amounts.",
            ],
        ),
        (
            ["结算单号", "Statement numbers"],
            [
                "年度－运行编号的后八位－在结算中的序号。",
                "Period, the last eight digits of the run's id, and the place in the settlement.",
            ],
        ),
        (
            ["公式", "Formulas"],
            [
                "结算单的金额、清单的合计与税、汇总和勾稽都是公式，可重算；清单的各项目金额与运行结果一致。",
                "The amounts of the statements, the sums and taxes of the list, the summary and the tie-out are live; the list's incentives are those of the run.",
            ],
        ),
        (
            ["大写", "Amounts in capitals"],
            [
                "按《支付结算办法》附一：到元、角为止的写“整”；不足一元的从角或分写起。",
                "As the People's Bank of China has it: 整 behind 元 and 角; less than a yuan begins with 角 or 分.",
            ],
        ),
    ];
    let text = |[zh, en]: [&'static str; 2]| terms.pick(zh, en).to_owned();
    let mut rows: Vec<Row> = rules.into_iter().map(|(what, how)| texts([text(what), text(how)])).collect();
    let residue = money(settled.residue());
    rows.push(texts([terms.pick("尾差（元）", "Rounding residue (yuan)").to_owned(), residue]));
    rows
}
