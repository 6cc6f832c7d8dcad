//! 激励结果 / Incentives: a dealer a row, a programme a few columns, all of it live from the assessment's sheet on.

use rust_decimal::Decimal;

use super::assessment_sheet::AssessmentSheet;
use super::columns::Columns;
use super::double::{cache_governs, double};
use super::formula::{Template, quoted};
use super::layout::{self, BODY_ROW, Group, Look, TOTALS_ROW, Total};
use super::words::Words;
use crate::exact::{Exact, decimal, plain};
use crate::package::edit::RowSink;
use crate::policy::{Incentive, IncentiveKind};
use crate::programmes::DealerYear;
use crate::programmes::assessment::{Assessed, Assessment};
use crate::programmes::incentives::{Incentives, Paid};

/// The column of each dealer's incentive total.
pub const TOTAL_COLUMN: u16 = 4;

/// The sheet, ready to be written.
pub struct IncentiveSheet<'a> {
    words: Words<'a>,
    years: &'a [DealerYear<'a>],
    assessment: &'a Assessment<'a>,
    incentives: &'a Incentives<'a>,
    /// The columns.
    pub columns: Columns,
    formulas: Vec<(u16, Template)>,
}

/// A dealer's row while it is written.
struct Line<'l> {
    /// As Excel counts.
    row: u32,
    year: &'l DealerYear<'l>,
    assessed: &'l Assessed<'l>,
    paid: &'l Paid<'l>,
    entitlements: &'l str,
}

/// The kinds of violation, in the order of their columns.
const VIOLATIONS: [&str; 3] = ["price", "promotion", "cross_region"];

impl<'a> IncentiveSheet<'a> {
    /// Chooses the columns: those of every programme of the policy. The sheet refers to the assessment's by this title.
    pub fn new(
        words: Words<'a>,
        years: &'a [DealerYear<'a>],
        assessment: &'a Assessment<'a>,
        incentives: &'a Incentives<'a>,
        scores: Option<(&AssessmentSheet<'a>, &str)>,
    ) -> Self {
        let columns = columns(words);
        let mut sheet = Self { words, years, assessment, incentives, columns, formulas: Vec::new() };
        sheet.formulas = sheet.templates(scores);
        sheet
    }

    /// How many rows the body has.
    pub fn rows(&self) -> u32 {
        self.years.len() as u32
    }

    /// The totals: tonnes, each programme's sum and the sum of all.
    pub fn totals(&self) -> Vec<Total> {
        if self.years.is_empty() {
            return Vec::new();
        }
        let range = |key: &str| self.columns.range(key, self.rows());
        let sum = |key: &str, cached: String| {
            Total::new(self.columns.at(key), format!("ROUND(SUM({}),2)", range(key)), cached)
        };
        let volume = self.years.iter().fold(Exact::ZERO, |sum, year| &sum + &year.volume);
        let mut totals = vec![
            Total::count(self.columns.at("name"), &range("name"), self.rows(), self.words.lang),
            sum("total", self.incentives.total.to_string()),
            Total::new(self.columns.at("volume"), format!("SUM({})", range("volume")), plain(&volume)),
        ];
        for incentive in &self.words.policy.incentives {
            let paid: Decimal = self.incentives.dealers.iter().map(|d| amount(d, incentive)).sum();
            totals.push(sum(&format!("{}amount", incentive.id), paid.to_string()));
        }
        let deposits: Decimal = self.incentives.dealers.iter().filter_map(|d| d.forfeited_deposit).sum();
        totals.push(sum("deposit", deposits.to_string()));
        totals
    }

    /// The cells whose rounding doubles can't be trusted with: column and row of each.
    pub fn governed_by_cache(&self) -> Vec<(u16, u32)> {
        let mut cells = Vec::new();
        for (n, paid) in self.incentives.dealers.iter().enumerate() {
            for line in &paid.lines {
                let (Some(basis), Some(rate)) = (line.basis, line.rate) else { continue };
                let exact = &Exact::from(basis) * &Exact::from(rate);
                if cache_governs(&exact, 2, double(basis) * double(rate)) {
                    let row = BODY_ROW + n as u32;
                    cells.push((self.columns.at(&format!("{}amount", line.programme)), row));
                    cells.push((self.columns.at("total"), row));
                }
            }
        }
        if !cells.is_empty() {
            let amounts = self.words.policy.incentives.iter().map(|i| format!("{}amount", i.id));
            cells.extend(amounts.chain(["total".to_owned()]).map(|key| (self.columns.at(&key), TOTALS_ROW)));
        }
        cells
    }

    /// Writes the body.
    pub fn write(self, sink: &mut dyn RowSink) -> std::io::Result<()> {
        let mut buffer = String::new();
        let dealers = self.years.iter().zip(&self.assessment.dealers).zip(&self.incentives.dealers);
        for (n, ((year, assessed), paid)) in dealers.enumerate() {
            let muted = assessed.card.is_none() || paid.forfeited_deposit.is_some();
            let entitlements = self.words.entitlements(paid.entitlements);
            sink.row(layout::prototype(muted, []))?;
            let line = Line { row: BODY_ROW + n as u32 + 1, year, assessed, paid, entitlements: &entitlements };
            self.row(sink, &line, &mut buffer);
        }
        Ok(())
    }

    fn row(&self, sink: &mut dyn RowSink, line: &Line<'_>, buffer: &mut String) {
        let Line { row, year, assessed, paid, entitlements } = *line;
        let words = &self.words;
        let volume = decimal(&year.volume);
        let grade = assessed.grade.map_or("", |g| words.policy.grades[g].title.pick(words.lang));
        let mut formulas = self.formulas.iter();
        let mut formula = formulas.next();
        for (column, col) in self.columns.iter().enumerate() {
            let column = column as u16;
            let template = formula.filter(|(at, _)| *at == column).map(|(_, template)| template);
            if let Some(template) = template {
                template.fill(buffer, row);
                formula = formulas.next();
            }
            match (col.key.as_str(), template) {
                ("id", _) => sink.text(column, year.dealer.id),
                ("name", _) => sink.text(column, year.dealer.name),
                ("region", _) => sink.text(column, year.dealer.region),
                ("grade", Some(_)) => sink.formula_text(column, buffer, grade),
                ("grade", None) => sink.text(column, grade),
                ("disqualified", _) if paid.forfeited_deposit.is_some() => {
                    sink.text(column, words.lang.pick("是", "yes"))
                }
                ("volume", Some(_)) => sink.formula_number(column, buffer, &volume.to_string()),
                ("volume", None) => sink.number(column, &volume.to_string()),
                ("target", _) => sink.number(column, &year.dealer.target_tonnes.normalize().to_string()),
                ("all", _) => sink.number(column, &year.dealer.total_urea_tonnes.normalize().to_string()),
                ("total", Some(_)) => sink.formula_number(column, buffer, &paid.total.to_string()),
                ("entitlements", _) => sink.text(column, entitlements),
                ("deposit", _) => {
                    if let Some(deposit) = paid.forfeited_deposit {
                        sink.number(column, &deposit.to_string());
                    }
                }
                (key, Some(_)) => sink.formula_number(column, buffer, &self.cached(key, year, assessed, paid)),
                (key, None) => {
                    if let Some(kind) = VIOLATIONS.iter().find(|kind| key == **kind) {
                        sink.number(column, &year.violations.of(kind).to_string());
                    }
                }
            }
        }
    }

    /// What a programme's basis, rate or amount comes to.
    fn cached(&self, key: &str, year: &DealerYear<'_>, assessed: &Assessed<'_>, paid: &Paid<'_>) -> String {
        let found =
            self.words.policy.incentives.iter().find_map(|i| key.strip_prefix(i.id.as_str()).map(|part| (i, part)));
        let Some((incentive, part)) = found else { return "0".to_owned() };
        let figure = match part {
            "basis" => decimal(&(&year.volume - &Exact::from(year.dealer.target_tonnes)).max(Exact::ZERO)),
            "rate" => {
                let grade = assessed.grade.map(|g| &self.words.policy.grades[g].id);
                grade.and_then(|g| incentive.rate.get(g)).copied().unwrap_or_default()
            }
            _ => amount(paid, incentive),
        };
        figure.normalize().to_string()
    }

    /// The formulas of a row, by column, ascending.
    fn templates(&self, scores: Option<(&AssessmentSheet<'_>, &str)>) -> Vec<(u16, Template)> {
        let mut formulas: Vec<(u16, String)> = Vec::new();
        if let Some((sheet, title)) = scores {
            let cell = |key: &str| format!("'{}'!{}#", title.replace('\'', "''"), sheet.columns.letter(key));
            let grade = cell("grade");
            formulas.push((self.columns.at("grade"), format!("IF({grade}=\"\",\"\",{grade})")));
            formulas.push((self.columns.at("volume"), cell("volume")));
        }
        let mut amounts = Vec::new();
        for incentive in &self.words.policy.incentives {
            let key = |part: &str| format!("{}{part}", incentive.id);
            amounts.push(format!("{}#", self.columns.letter(&key("amount"))));
            if let IncentiveKind::AboveTarget = incentive.kind {
                formulas.push((
                    self.columns.at(&key("basis")),
                    format!("MAX(0,ROUND({}#-{}#,9))", self.columns.letter("volume"), self.columns.letter("target")),
                ));
            }
            if !incentive.rate.is_empty() {
                formulas.push((self.columns.at(&key("rate")), self.by_grade(&incentive.rate)));
            }
            formulas.push((self.columns.at(&key("amount")), self.amount(incentive)));
        }
        formulas.push((self.columns.at("total"), format!("ROUND(SUM({}),2)", amounts.join(","))));
        formulas.sort_by_key(|(column, _)| *column);
        formulas.into_iter().map(|(column, formula)| (column, Template::new(&formula))).collect()
    }

    /// A figure looked up by the grade's name, 0 for the others.
    fn by_grade(&self, figures: &std::collections::BTreeMap<String, Decimal>) -> String {
        let policy = self.words.policy;
        let of = policy.grades.iter().filter_map(|g| {
            figures.get(&g.id).map(|figure| (quoted(g.title.pick(self.words.lang)), figure.normalize().to_string()))
        });
        let (names, figures): (Vec<String>, Vec<String>) = of.unzip();
        if names.is_empty() {
            return "0".to_owned();
        }
        format!(
            "IFERROR(INDEX({{{}}},MATCH({}#,{{{}}},0)),0)",
            figures.join(","),
            self.columns.letter("grade"),
            names.join(",")
        )
    }

    fn amount(&self, incentive: &Incentive) -> String {
        let letter = |key: &str| format!("{}#", self.columns.letter(key));
        let rate = || format!("{}{}", self.columns.letter(&format!("{}rate", incentive.id)), '#');
        let (volume, all) = (letter("volume"), letter("all"));
        let (condition, earned) = match &incentive.kind {
            IncentiveKind::AboveTarget => {
                (String::new(), format!("ROUND({}*{},2)", letter(&format!("{}basis", incentive.id)), rate()))
            }
            IncentiveKind::ExclusiveSale => {
                let fixed = self.by_grade(&incentive.fixed);
                let earned =
                    if incentive.rate.is_empty() { fixed } else { format!("{fixed}+ROUND({volume}*{},2)", rate()) };
                (format!(",{volume}>0,{volume}={all}"), earned)
            }
            IncentiveKind::NoViolation { violations } => {
                let none: String = violations.iter().map(|v| format!(",{}=0", letter(v))).collect();
                (none, self.by_grade(&incentive.fixed))
            }
        };
        let qualified = format!("{}=\"\"", letter("disqualified"));
        if condition.is_empty() {
            format!("IF({qualified},{earned},0)")
        } else {
            format!("IF(AND({qualified}{condition}),{earned},0)")
        }
    }
}

fn amount(paid: &Paid<'_>, incentive: &Incentive) -> Decimal {
    paid.lines.iter().filter(|l| l.programme == incentive.id).map(|l| l.amount).sum()
}

fn columns(words: Words<'_>) -> Columns {
    let mut columns = Columns::default();
    facts(words, &mut columns);
    for (n, incentive) in words.policy.incentives.iter().enumerate() {
        let group = if n % 2 == 0 { Group::Basis } else { Group::OtherBasis };
        let name = incentive.title.pick(words.lang);
        let mut add = |part: &str, zh, en, look| {
            let label = format!("{name}\n{}", words.lang.pick(zh, en));
            columns.add(format!("{}{part}", incentive.id), label, 16.0, look, group);
        };
        if let IncentiveKind::AboveTarget = incentive.kind {
            add("basis", "基数（吨）", "basis (t)", Look::Tonnes);
        }
        if !incentive.rate.is_empty() {
            add("rate", "标准（元/吨）", "rate (yuan/t)", Look::Rate);
        }
        add("amount", "金额（元）", "amount (yuan)", Look::Money);
    }
    let mut add =
        |key: &str, zh, en, width, look| columns.add(key, words.lang.pick(zh, en), width, look, Group::Result);
    add("deposit", "没收保证金（元）", "Forfeited deposit (yuan)", 15.0, Look::Money);
    add("entitlements", "其他权益", "Other entitlements", 60.0, Look::Text);
    columns
}

/// What the programmes look at.
fn facts(words: Words<'_>, columns: &mut Columns) {
    let mut add = |key: &str, zh, en, width, look, group| columns.add(key, words.lang.pick(zh, en), width, look, group);
    add("id", "经销商编号", "Dealer ID", 12.0, Look::Text, Group::Identity);
    add("name", "经销商名称", "Name", 26.0, Look::Text, Group::Identity);
    add("region", "区域", "Region", 10.0, Look::Text, Group::Identity);
    add("grade", "评级", "Grade", 13.0, Look::Centre, Group::Result);
    add("total", "激励合计（元）", "Incentives (yuan)", 17.0, Look::Money, Group::Result);
    add("disqualified", "取消资格", "Disqualified", 13.0, Look::Centre, Group::Result);
    add("volume", "年销量（吨）", "Annual tonnes", 13.0, Look::Tonnes, Group::Identity);
    add("target", "年度目标（吨）", "Target (t)", 13.0, Look::Tonnes, Group::Identity);
    add("all", "各品牌尿素总销量（吨）", "Urea of all brands (t)", 14.0, Look::Tonnes, Group::Identity);
    add("price", "价格违规次数", "Price violations", 11.0, Look::Count, Group::Identity);
    add("promotion", "推广违规次数", "Promotion violations", 11.0, Look::Count, Group::Identity);
    add("cross_region", "跨区违规次数", "Cross-region violations", 13.0, Look::Count, Group::Identity);
}
