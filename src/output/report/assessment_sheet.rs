//! 考核结果 / Assessment: a dealer a row, what came out first and what it derived from behind it, as live formulas.

use rust_decimal::Decimal;

use super::assessment_columns::{FIXED_COLUMNS, columns, counts_months, width_of};
use super::assessment_formulas::{Formulas, governed};
use super::layout::{self, BODY_ROW, Group, Total};
use super::overview::Need;
use super::small_sheet::prefix;
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::policy::{Attention, Characteristic, Rule};
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::assessment::words::movement;
use dealerbook_engine::programmes::assessment::{Action, Assessed, Assessment, Scored, Seen};
use dealerbook_engine::sheet::body::Liveness;
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::double::cache_governs;
use dealerbook_engine::sheet::list;
use dealerbook_engine::sheet::words::Words;
use dealerbook_package::edit::RowSink;

/// The sheet, ready to be written.
pub struct AssessmentSheet<'a> {
    words: Words<'a>,
    years: &'a [DealerYear<'a>],
    assessment: &'a Assessment<'a>,
    /// The columns, which the incentives' formulas look up too.
    pub columns: Columns,
    /// The characteristics of all cards, each once, in the order of their columns.
    pub characteristics: Vec<&'a Characteristic>,
}

impl<'a> AssessmentSheet<'a> {
    /// Chooses the columns: those of every characteristic on any scorecard.
    pub fn new(words: Words<'a>, years: &'a [DealerYear<'a>], assessment: &'a Assessment<'a>) -> Self {
        let mut characteristics: Vec<&Characteristic> = Vec::new();
        for characteristic in words.policy.scorecards.iter().flat_map(|card| &card.characteristics) {
            if characteristics.iter().all(|known| known.id != characteristic.id) {
                characteristics.push(characteristic);
            }
        }
        let columns = columns(words, &characteristics);
        Self { words, years, assessment, columns, characteristics }
    }

    /// How the sheet puts things.
    pub fn words(&self) -> Words<'a> {
        self.words
    }

    /// How many dealers have a grade, or none.
    pub fn graded(&self, grade: Option<usize>) -> usize {
        self.assessment.dealers.iter().filter(|d| d.grade == grade).count()
    }

    /// The region and the grade of each dealer.
    pub fn regions_and_grades(&self) -> impl Iterator<Item = (&'a Key, Option<usize>)> {
        self.years.iter().zip(&self.assessment.dealers).map(|(year, assessed)| (&year.dealer.region, assessed.grade))
    }

    /// What the overview says of the dealers: who lost its incentives, is to go, or is a problem dealer.
    pub fn needs(&self) -> Vec<Need<'a>> {
        let mut needs = Vec::new();
        let words = self.words;
        for (year, assessed) in self.years.iter().zip(&self.assessment.dealers) {
            let mut need = |reason, words: String| {
                needs.push(Need { id: year.dealer.id, name: year.dealer.name, reason, words });
            };
            if year.dealer.falsified_documents {
                let what = words.lang.pick("提供虚假资料，取消全部激励", "falsified documents: no incentives");
                need(Attention::Disqualified, what.to_owned());
            }
            if assessed.actions.contains(&Action::Eliminate) {
                let what = words.lang.pick("连续两年为问题经销商，应淘汰", "a problem dealer two years running: to go");
                need(Attention::Eliminate, what.to_owned());
            }
            let worst = words.policy.grades.len() - 1;
            if let Some(total) = assessed.total.filter(|_| assessed.grade == Some(worst)) {
                let grade = words.policy.grades[worst].title.pick(words.lang);
                let losses = words.losses(&assessed.characteristics);
                let most = losses.split(['；', ';']).next().unwrap_or_default();
                need(
                    Attention::ProblemGrade,
                    match words.lang {
                        dealerbook_base::lang::Lang::Zh => format!("{grade}，{total} 分（失分最多：{most}）"),
                        dealerbook_base::lang::Lang::En => format!("{grade}, {total} points (most lost: {most})"),
                    },
                );
            }
        }
        needs
    }

    /// How many rows the body has.
    pub fn rows(&self) -> u32 {
        u32_of(self.years.len())
    }

    /// The totals: tonnes, and how many dealers.
    pub fn totals(&self) -> Vec<Total> {
        if self.years.is_empty() {
            return Vec::new();
        }
        let range = |key: &str| self.columns.range(key, self.rows());
        let volume: Exact = self.years.iter().map(|year| &year.volume).sum();
        let mut formulas = vec![
            Total::count_shown(self.columns.at("name"), &range("name"), self.rows(), self.words.lang),
            Total::sum(self.columns.at("volume"), &range("volume"), dealerbook_base::exact::plain(&volume)),
        ];
        if let Some(mean) = self.mean() {
            let format = Some(self.words.lang.pick("\"平均 \"0.00", "\"mean \"0.00"));
            let formula = format!("IFERROR(ROUND(SUBTOTAL(101,{}),2),\"\")", range("total"));
            let total = Total::new(self.columns.at("total"), formula, mean.round(2).to_string());
            formulas.push(Total { format, ..total });
        }
        formulas
    }

    /// The cells whose rounding doubles can't be trusted with: column and row of each.
    pub fn governed_by_cache(&self) -> Vec<(u16, u32)> {
        let mut cells = Vec::new();
        for (n, (year, assessed)) in self.years.iter().zip(&self.assessment.dealers).enumerate() {
            let row = BODY_ROW + u32_of(n);
            for c in assessed.card.into_iter().flat_map(|card| &self.words.policy.scorecards[card].characteristics) {
                governed(c, year, assessed, &mut |key| cells.push((self.columns.at(&format!("{}{key}", c.id)), row)));
            }
        }
        if self.mean().is_some_and(|mean| cache_governs(&mean, 2, mean.to_f64())) {
            cells.push((self.columns.at("total"), layout::TOTALS_ROW));
        }
        cells
    }

    /// The points that all dealers together have lost by each characteristic, the most first: its id, a formula over the sheet of
    /// that title, and the sum.
    pub fn losses(&self, title: &str) -> Vec<(&'a str, String, String)> {
        let mut losses: Vec<(Decimal, &str, String)> = Vec::new();
        for c in &self.characteristics {
            let of = |dealer: &'a Assessed<'a>| dealer.characteristics.iter().find(|scored| scored.id() == c.id);
            let scored: Vec<&Scored<'_>> = self.assessment.dealers.iter().filter_map(of).collect();
            let lost: Decimal = scored.iter().map(|scored| scored.lost()).sum();
            let points = self.columns.fixed(&format!("{}points", c.id), self.rows());
            let range = format!("{}{points}", prefix(title));
            let weights: std::collections::BTreeSet<Decimal> =
                scored.iter().map(|scored| scored.characteristic.weight).collect();
            let formula = match weights.iter().collect::<Vec<_>>().as_slice() {
                [weight] => format!("ROUND({}*COUNT({range})-SUM({range}),2)", weight.normalize()),
                // Cards that weigh it differently: the sheet doesn't say by a number which card a dealer is on.
                _ => lost.normalize().to_string(),
            };
            if !scored.is_empty() {
                losses.push((lost, &c.id, formula));
            }
        }
        losses.sort_by_key(|(lost, ..)| std::cmp::Reverse(*lost));
        losses.into_iter().map(|(lost, id, formula)| (id, formula, lost.normalize().to_string())).collect()
    }

    /// The mean of the totals of the dealers that have one.
    fn mean(&self) -> Option<Exact> {
        let totals: Vec<Decimal> = self.assessment.dealers.iter().filter_map(|d| d.total).collect();
        let sum = totals.iter().map(|total| Exact::from(*total)).sum::<Exact>();
        sum.checked_div(&Exact::whole(totals.len() as i64))
    }

    /// Which headings follow a changed input.
    pub fn liveness(&self) -> Liveness {
        const LIVE: [&str; 3] = ["total", "grade", "gap"];
        let mut of = Liveness::default();
        for (heading, column) in list::headings(&self.columns).into_iter().zip(self.columns.iter()) {
            let is_live = LIVE.contains(&column.key.as_str())
                || self.characteristics.iter().any(|c| {
                    column.key.strip_prefix(&c.id).is_some_and(|part| ["points", "ratio", "index"].contains(&part))
                });
            match (is_live, column.group) {
                (true, _) => of.live.push(heading),
                (false, Group::Identity) => {}
                (false, _) => of.plain.push(heading),
            }
        }
        of
    }

    /// Writes the body.
    pub fn write(self, sink: &mut dyn RowSink) -> std::io::Result<()> {
        let formulas = Formulas::new(&self);
        if self.years.is_empty() {
            sink.row(layout::prototype(false, []))?;
        }
        let (lift_column, losses_column) = (self.columns.get("lift"), self.columns.get("losses"));
        let mut buffer = String::new();
        for (n, (year, assessed)) in self.years.iter().zip(&self.assessment.dealers).enumerate() {
            let muted = assessed.card.is_none() || year.dealer.falsified_documents;
            let (lift, losses) = (self.words.lifts(assessed), self.words.losses(&assessed.characteristics));
            let row = (BODY_ROW + u32_of(n) + 1).to_string();
            let line = Line { number: n + 1, row: &row, year, assessed, lift: &lift, losses: &losses };
            sink.row(layout::prototype(muted, [(lift.as_str(), lift_column), (losses.as_str(), losses_column)]))?;
            self.row(sink, &formulas, &line, &mut buffer);
        }
        Ok(())
    }

    fn row(&self, sink: &mut dyn RowSink, formulas: &Formulas, line: &Line<'_>, buffer: &mut String) {
        let Line { row, year, assessed, .. } = *line;
        let (words, policy) = (&self.words, self.words.policy);
        let mut column = 0;
        let mut next = || {
            column += 1;
            column - 1
        };
        sink.number(next(), &line.number);
        sink.text(next(), year.dealer.id);
        sink.text(next(), year.dealer.name);
        sink.text(next(), year.dealer.region.shown());
        sink.text(next(), &words.category("channel_mode", year.dealer.channel_mode));
        sink.number(next(), &assessed.volume.normalize());
        let (total, grade, gap) = (next(), next(), next());
        if let (Some(points), Some(index)) = (assessed.total, assessed.grade) {
            formulas.total.fill(buffer, row);
            sink.formula_number(total, buffer, &points);
            formulas.grade.fill(buffer, row);
            sink.formula_text(grade, buffer, policy.grades[index].title.pick(words.lang));
            formulas.gap.fill(buffer, row);
            match index.checked_sub(1).and_then(|better| policy.grades[better].from) {
                Some(bound) => sink.formula_number(gap, buffer, &(bound - points)),
                None => sink.formula_number(gap, buffer, &0),
            }
        }
        sink.text(next(), assessed.previous_grade.map_or("", |g| policy.grades[g].title.pick(words.lang)));
        sink.text(next(), assessed.movement.map_or("", |m| movement(m, words.lang)));
        sink.text(next(), &words.actions(&assessed.actions));
        sink.text(next(), line.lift);
        sink.text(next(), line.losses);
        for (n, characteristic) in self.characteristics.iter().enumerate() {
            let scored = assessed.characteristics.iter().find(|s| s.id() == characteristic.id);
            let first = self.first_column(n);
            if let Some(scored) = scored {
                self.characteristic(sink, formulas, first, line, scored, buffer);
            }
        }
    }

    fn first_column(&self, characteristic: usize) -> u16 {
        let fixed = FIXED_COLUMNS;
        self.characteristics[..characteristic]
            .iter()
            .fold(fixed, |column, c| column + width_of(&c.rule, self.words.policy))
    }

    fn characteristic(
        &self,
        sink: &mut dyn RowSink,
        formulas: &Formulas,
        first: u16,
        line: &Line<'_>,
        scored: &Scored<'_>,
        buffer: &mut String,
    ) {
        let Line { row, year, assessed, .. } = *line;
        let Some(card) = assessed.card else { return };
        let mut column = first;
        let mut formula = |column: u16, key: &str, cached: Decimal, sink: &mut dyn RowSink| {
            if let Some(template) = formulas.of(card, scored.id(), key) {
                template.fill(buffer, row);
                sink.formula_number(column, buffer, &cached.normalize());
            }
        };
        match (&scored.characteristic.rule, scored.value) {
            (Rule::Rank { .. }, _) => {
                sink.number(column, &assessed.rank.unwrap_or_default());
                column += 1;
            }
            (Rule::Exclusivity { .. }, Seen::Ratio(ratio)) => {
                sink.number(column, &year.dealer.total_urea_tonnes.normalize());
                formula(column + 1, "ratio", ratio, sink);
                column += 2;
            }
            (Rule::Evenness, Seen::Ratio(index)) => {
                sink.text(column, self.words.months_divided_by(year).as_deref().unwrap_or("–"));
                column += 1;
                if counts_months(self.words.policy) {
                    sink.number(column, &assessed.months_counted);
                    column += 1;
                }
                sink.number(column, &assessed.months_fulfilled.to_f64());
                formula(column + 1, "index", index, sink);
                column += 2;
            }
            (_, Seen::Category(value)) => {
                sink.text(column, &self.words.category(scored.id(), value));
                column += 1;
            }
            (_, value) => {
                sink.number(column, &value);
                column += 1;
            }
        }
        formula(column, "points", scored.points, sink);
    }
}

/// A dealer's row while it is written.
struct Line<'l> {
    /// Its place in the first order, from 1.
    number: usize,
    /// The number of its row as text, as Excel counts.
    row: &'l str,
    year: &'l DealerYear<'l>,
    assessed: &'l Assessed<'l>,
    lift: &'l str,
    losses: &'l str,
}
