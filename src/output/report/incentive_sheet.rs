//! 激励结果 / Incentives: a dealer a row, a programme a few columns, all of it live from the assessment's sheet on.

use rust_decimal::Decimal;

use super::assessment_sheet::AssessmentSheet;
use super::incentive_columns::{self, key};
use super::incentive_formulas::Formulas;
use super::layout::{self, BODY_ROW, Group, TOTALS_ROW, Total};
use super::small_sheet::prefix;
use dealerbook_base::exact::{Exact, decimal, plain};
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::policy::{CAP_LINE, Incentive, VIOLATIONS};
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::assessment::{Assessed, Assessment};
use dealerbook_engine::programmes::incentives::payouts;
use dealerbook_engine::programmes::incentives::unpaid::barred;
use dealerbook_engine::programmes::incentives::{self, Incentives, Paid};
use dealerbook_engine::sheet::body::Liveness;
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::double::{cache_governs, double};
use dealerbook_engine::sheet::formula::Template;
use dealerbook_engine::sheet::list::{self, Ids, LIVE_ROWS_MAX};
use dealerbook_engine::sheet::words::Words;
use dealerbook_package::edit::RowSink;

/// The sheet, ready to be written.
pub struct IncentiveSheet<'a> {
    words: Words<'a>,
    years: &'a [DealerYear<'a>],
    assessment: &'a Assessment<'a>,
    incentives: &'a Incentives<'a>,
    /// The columns.
    pub columns: Columns,
    formulas: Vec<(u16, Template)>,
    /// Whether there are too many rows for each to look through all of the assessment's.
    is_too_long: bool,
}

/// A dealer's row while it is written.
struct Line<'l> {
    /// Its place in the first order, from 1.
    number: usize,
    /// The number of its row as text, as Excel counts.
    row: &'l str,
    year: &'l DealerYear<'l>,
    assessed: &'l Assessed<'l>,
    paid: &'l Paid<'l>,
    unpaid: &'l str,
    entitlements: &'l str,
}

impl<'a> IncentiveSheet<'a> {
    /// Chooses the columns: those of every programme of the policy. The sheet refers to the assessment's by this title.
    pub fn new(
        words: Words<'a>,
        years: &'a [DealerYear<'a>],
        assessment: &'a Assessment<'a>,
        incentives: &'a Incentives<'a>,
        scores: Option<(&AssessmentSheet<'a>, &str)>,
    ) -> Self {
        let columns = incentive_columns::columns(words);
        let ids = Ids::of(years.iter().map(|year| year.dealer.id));
        let live = scores.iter().filter(|_| u32_of(years.len()) <= LIVE_ROWS_MAX).flat_map(|(sheet, title)| {
            let range = |key: &str| format!("{}{}", prefix(title), sheet.columns.fixed(key, sheet.rows()));
            let of = |key: &str| ids.look_up(&range(key), &range("id"), &format!("{}#", columns.letter("id")));
            [("grade", format!("{}&\"\"", of("grade"))), ("volume", of("volume"))]
        });
        let regions = years.iter().map(|year| &year.dealer.region).collect();
        let formulas = Formulas { words, columns: &columns, regions: &regions }.templates(live);
        let is_too_long = scores.is_some() && u32_of(years.len()) > LIVE_ROWS_MAX;
        Self { words, years, assessment, incentives, columns, formulas, is_too_long }
    }

    /// How many rows the body has.
    pub fn rows(&self) -> u32 {
        u32_of(self.years.len())
    }

    /// The totals: tonnes, each programme's sum and the sum of all.
    pub fn totals(&self) -> Vec<Total> {
        if self.years.is_empty() {
            return Vec::new();
        }
        let range = |key: &str| self.columns.range(key, self.rows());
        let sum = |key: &str, cached: String| Total::money(self.columns.at(key), &range(key), cached);
        let volume = self.years.iter().map(|year| &year.volume).sum::<Exact>();
        let mut totals = vec![
            Total::count_shown(self.columns.at("name"), &range("name"), self.rows(), self.words.lang),
            sum("total", self.incentives.total.to_string()),
            Total::sum(self.columns.at("volume"), &range("volume"), plain(&volume)),
        ];
        let paid = |programme: &str| -> String {
            self.incentives.dealers.iter().map(|d| amount(d, programme)).sum::<Decimal>().to_string()
        };
        for (n, incentive) in self.words.policy.incentives.iter().enumerate() {
            totals.push(sum(&key(n, "amount"), paid(&incentive.id)));
        }
        if self.words.policy.dealer_cap.is_some() {
            totals.push(sum("cap", paid(CAP_LINE)));
        }
        let deposits: Decimal = self.incentives.dealers.iter().filter_map(|d| d.forfeited_deposit).sum();
        totals.push(sum("deposit", deposits.to_string()));
        totals
    }

    /// What all dealers get, as other sheets read it, whatever a filter leaves in view here.
    pub fn total_formula(&self, title: &str) -> String {
        format!("ROUND(SUM({}{}),2)", prefix(title), self.columns.fixed("total", self.rows()))
    }

    /// Which headings follow a changed input.
    pub fn liveness(&self) -> Liveness {
        let mut of = Liveness::default();
        for (n, heading) in list::headings(&self.columns).into_iter().enumerate() {
            let is_live = self.formulas.iter().any(|(column, _)| usize::from(*column) == n);
            let column = &self.columns[n];
            match (is_live, column.key.as_str()) {
                (true, _) => of.live.push(heading),
                (false, "grade" | "volume") if self.is_too_long => of.valued.push(heading),
                _ if column.group != Group::Identity => of.plain.push(heading),
                _ => {}
            }
        }
        of
    }

    /// The cells whose rounding doubles can't be trusted with: column and row of each.
    pub fn governed_by_cache(&self) -> Vec<(u16, u32)> {
        let mut cells = Vec::new();
        let policy = self.words.policy;
        for (row, (year, assessed)) in self.years.iter().zip(&self.assessment.dealers).enumerate() {
            for (n, incentive) in policy.incentives.iter().enumerate() {
                let earned = self.earned_by(incentive, assessed, year);
                if earned.iter().any(is_governed) {
                    let keys = [key(n, "earned"), key(n, "amount"), "cap".to_owned(), "total".to_owned()];
                    cells.extend(self.there(&keys).map(|column| (column, BODY_ROW + u32_of(row))));
                }
            }
        }
        if !cells.is_empty() {
            let amounts = (0..policy.incentives.len()).map(|n| key(n, "amount"));
            let keys: Vec<String> = amounts.chain(["cap".to_owned(), "total".to_owned()]).collect();
            cells.extend(self.there(&keys).map(|column| (column, TOTALS_ROW)));
        }
        cells.dedup();
        cells
    }

    /// Those of some columns that this policy has.
    fn there(&self, keys: &[String]) -> impl Iterator<Item = u16> {
        keys.iter().filter_map(|key| layout::at(&self.columns, key))
    }

    /// Writes the body.
    pub fn write(self, sink: &mut dyn RowSink) -> std::io::Result<()> {
        if self.years.is_empty() {
            sink.row(layout::prototype(false, []))?;
        }
        let mut buffer = String::new();
        let unpaid_column = self.columns.get("unpaid");
        let dealers = self.years.iter().zip(&self.assessment.dealers).zip(&self.incentives.dealers);
        for (n, ((year, assessed), paid)) in dealers.enumerate() {
            let muted = assessed.card.is_none() || paid.forfeited_deposit.is_some();
            let unpaid = self.words.unpaid_list(paid);
            let entitlements = self.words.entitlements(paid.entitlements);
            sink.row(layout::prototype(muted, [(unpaid.as_str(), unpaid_column)]))?;
            let row = (BODY_ROW + u32_of(n) + 1).to_string();
            let line =
                Line { number: n + 1, row: &row, year, assessed, paid, unpaid: &unpaid, entitlements: &entitlements };
            self.row(sink, &line, &mut buffer);
        }
        Ok(())
    }

    fn row(&self, sink: &mut dyn RowSink, line: &Line<'_>, buffer: &mut String) {
        let Line { row, year, assessed, paid, unpaid, entitlements, .. } = *line;
        let words = &self.words;
        let grade = assessed.grade.map_or("", |g| words.policy.grades[g].title.pick(words.lang));
        let mut formulas = self.formulas.iter();
        let mut formula = formulas.next();
        for (column, col) in self.columns.iter().enumerate() {
            let column = u16_of(column);
            let template = formula.filter(|(at, _)| *at == column).map(|(_, template)| template);
            if let Some(template) = template {
                template.fill(buffer, row);
                formula = formulas.next();
            }
            match (col.key.as_str(), template) {
                (list::SEQUENCE, _) => sink.number(column, &line.number),
                ("id", _) => sink.text(column, year.dealer.id),
                ("name", _) => sink.text(column, year.dealer.name),
                ("region", _) => sink.text(column, year.dealer.region.shown()),
                ("mode", _) => sink.text(column, &words.category("channel_mode", year.dealer.channel_mode)),
                ("grade", Some(_)) => sink.formula_text(column, buffer, grade),
                ("grade", None) => sink.text(column, grade),
                ("disqualified", _) if paid.forfeited_deposit.is_some() => {
                    sink.text(column, words.lang.pick("是", "yes"))
                }
                ("unpaid", _) => sink.text(column, unpaid),
                ("entitlements", _) => sink.text(column, entitlements),
                (key, template) => {
                    let figure = self.figure(key, line).map(|x| x.normalize());
                    match (figure, template) {
                        (Some(figure), Some(_)) => sink.formula_number(column, buffer, &figure),
                        (Some(figure), None) => sink.number(column, &figure),
                        (None, _) => {}
                    }
                }
            }
        }
    }

    /// What a column of figures holds; `None` where it is empty.
    fn figure(&self, key: &str, line: &Line<'_>) -> Option<Decimal> {
        let Line { year, assessed, paid, .. } = *line;
        if let Some(kind) = VIOLATIONS.iter().find(|kind| key == **kind) {
            return Some(year.violations.of(kind).into());
        }
        match key {
            "volume" => return Some(decimal(&year.volume)),
            "target" => return Some(decimal(&year.target())),
            "all" => return Some(year.dealer.total_urea_tonnes),
            "last_year" => return year.dealer.last_year_tonnes,
            "sales" => return Some(decimal(&year.amount())),
            "collected" => return Some(decimal(&year.collected())),
            "cap" => return Some(amount(paid, CAP_LINE)),
            "total" => return Some(paid.total),
            "deposit" => return paid.forfeited_deposit,
            _ => {}
        }
        let (n, part) = incentive_columns::parse(key)?;
        let incentive = &self.words.policy.incentives[n];
        let grade = self.grade(assessed);
        Some(match part {
            "amount" => amount(paid, &incentive.id),
            "earned" => self.earned_by(incentive, assessed, year).iter().map(|l| l.amount).sum(),
            "rate" => payouts::rates(incentive, grade, year).into_iter().flatten().next().unwrap_or_default(),
            slice => {
                let k: usize = slice.strip_prefix("basis")?.parse().ok()?;
                payouts::bases(incentive, year).ok().and_then(|bases| bases.get(k).map(decimal)).unwrap_or_default()
            }
        })
    }

    fn grade(&self, assessed: &Assessed<'_>) -> Option<&'a str> {
        assessed.grade.map(|g| self.words.policy.grades[g].id.as_str())
    }

    /// What a programme earns a dealer before cap and minimum; nothing where it is barred from it.
    fn earned_by<'p>(
        &self,
        incentive: &'p Incentive,
        assessed: &Assessed<'_>,
        year: &DealerYear<'_>,
    ) -> Vec<incentives::Line<'p>> {
        let grade = self.grade(assessed);
        match barred(self.words.policy, incentive, grade, year) {
            Some(_) => Vec::new(),
            None => payouts::earned(incentive, grade, year).unwrap_or_default(),
        }
    }
}

fn amount(paid: &Paid<'_>, programme: &str) -> Decimal {
    paid.lines.iter().filter(|l| l.programme == programme).map(|l| l.amount).sum()
}

/// Whether doubles can't be trusted to round a line's product.
fn is_governed(line: &incentives::Line<'_>) -> bool {
    line.basis.zip(line.rate).is_some_and(|(basis, rate)| {
        let exact = &Exact::from(basis) * &Exact::from(rate);
        cache_governs(&exact, 2, double(basis) * double(rate))
    })
}
