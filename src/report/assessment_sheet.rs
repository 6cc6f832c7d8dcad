//! 考核结果 / Assessment: a dealer a row, what came out first and what it came of behind it, as live formulas.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::double::{cache_governs, double, text};
use super::layout::{self, BODY_ROW, Col, Group, Look, Total, at};
use super::words::{self, Words};
use crate::exact::Exact;
use crate::package::edit::RowSink;
use crate::policy::{Characteristic, Rule};
use crate::programmes::DealerYear;
use crate::programmes::assessment::{Assessed, Assessment, Scored, Seen};
use crate::workbook::column_name;

/// The sheet, ready to be written.
pub struct AssessmentSheet<'a> {
    words: Words<'a>,
    years: &'a [DealerYear<'a>],
    assessment: &'a Assessment<'a>,
    /// The columns, which the incentives' formulas look up too.
    pub columns: Vec<Col>,
    characteristics: Vec<&'a Characteristic>,
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

    /// The name of a column, as formulas write it.
    pub fn letter(&self, key: &str) -> String {
        at(&self.columns, key).map(column_name).unwrap_or_default()
    }

    fn column(&self, key: &str) -> u16 {
        at(&self.columns, key).unwrap_or_default()
    }

    /// How the sheet puts things.
    pub fn words(&self) -> Words<'a> {
        self.words
    }

    /// How many dealers have a grade, or none.
    pub fn graded(&self, grade: Option<usize>) -> usize {
        self.assessment.dealers.iter().filter(|d| d.grade == grade).count()
    }

    /// How many rows the body has.
    pub fn rows(&self) -> u32 {
        self.years.len() as u32
    }

    /// The totals: tonnes, and how many dealers.
    pub fn totals(&self) -> Vec<Total> {
        if self.years.is_empty() {
            return Vec::new();
        }
        let range = |key: &str| format!("{0}{1}:{0}{2}", self.letter(key), BODY_ROW + 1, BODY_ROW + self.rows());
        let volume: Exact = self.years.iter().fold(Exact::ZERO, |sum, year| &sum + &year.volume);
        let mut formulas = vec![
            Total::count(self.column("name"), &range("name"), self.rows(), self.words.lang),
            Total::new(self.column("volume"), format!("SUM({})", range("volume")), crate::exact::plain(&volume)),
        ];
        if let Some(mean) = self.mean() {
            let format = Some(self.words.lang.pick("\"平均 \"0.00", "\"mean \"0.00"));
            let formula = format!("ROUND(AVERAGE({}),2)", range("total"));
            formulas.push(Total { column: self.column("total"), formula, cached: mean.round(2).to_string(), format });
        }
        formulas
    }

    /// The cells whose rounding doubles can't be trusted with: column and row of each.
    pub fn governed_by_cache(&self) -> Vec<(u16, u32)> {
        let mut cells = Vec::new();
        for (n, (year, assessed)) in self.years.iter().zip(&self.assessment.dealers).enumerate() {
            let row = BODY_ROW + n as u32;
            for c in assessed.card.into_iter().flat_map(|card| &self.words.policy.scorecards[card].characteristics) {
                governed(c, year, assessed, &mut |key| cells.push((self.column(&format!("{}{key}", c.id)), row)));
            }
        }
        if self.mean().is_some_and(|mean| cache_governs(&mean, 2, mean.to_f64())) {
            cells.push((self.column("total"), layout::TOTALS_ROW));
        }
        cells
    }

    /// The points that all dealers together have lost by each characteristic, the most first: its id, a formula over the sheet of
    /// that name, and the sum.
    pub fn losses(&self, sheet: &str) -> Vec<(&'a str, String, String)> {
        let mut losses: Vec<(Decimal, &str, String)> = Vec::new();
        for c in &self.characteristics {
            let of = |dealer: &'a Assessed<'a>| dealer.characteristics.iter().find(|scored| scored.id() == c.id);
            let scored: Vec<&Scored<'_>> = self.assessment.dealers.iter().filter_map(of).collect();
            let lost: Decimal = scored.iter().map(|scored| scored.lost()).sum();
            let letter = self.letter(&format!("{}points", c.id));
            let range = format!("{sheet}!{letter}{}:{letter}{}", BODY_ROW + 1, BODY_ROW + self.rows().max(1));
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
        let sum = totals.iter().fold(Exact::ZERO, |sum, total| &sum + &(*total).into());
        sum.checked_div(&Exact::whole(totals.len() as i64))
    }

    /// Writes the body.
    pub fn write(self, sink: &mut dyn RowSink) -> std::io::Result<()> {
        let formulas = Formulas::new(&self);
        let column = |key| &self.columns[usize::from(self.column(key))];
        let (lift_column, losses_column) = (column("lift"), column("losses"));
        let mut buffer = String::new();
        for (n, (year, assessed)) in self.years.iter().zip(&self.assessment.dealers).enumerate() {
            let muted = assessed.card.is_none() || year.dealer.falsified_documents;
            let (lift, losses) = (self.lift(assessed), self.words.losses(&assessed.characteristics));
            let line = Line { row: BODY_ROW + n as u32 + 1, year, assessed, lift: &lift, losses: &losses };
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
        sink.text(next(), year.dealer.id);
        sink.text(next(), year.dealer.name);
        sink.text(next(), year.dealer.region);
        sink.text(next(), &words.category("channel_mode", year.dealer.channel_mode));
        let (total, grade, gap) = (next(), next(), next());
        if let (Some(points), Some(index)) = (assessed.total, assessed.grade) {
            formulas.total.fill(buffer, row);
            sink.formula_number(total, buffer, &points.to_string());
            formulas.grade.fill(buffer, row);
            sink.formula_text(grade, buffer, policy.grades[index].title.pick(words.lang));
            formulas.gap.fill(buffer, row);
            match index.checked_sub(1).and_then(|better| policy.grades[better].from) {
                Some(bound) => sink.formula_number(gap, buffer, &(bound - points).to_string()),
                None => sink.formula_number(gap, buffer, "0"),
            }
        }
        sink.text(next(), assessed.previous_grade.map_or("", |g| policy.grades[g].title.pick(words.lang)));
        sink.text(next(), assessed.movement.map_or("", |m| words::movement(m, words.lang)));
        sink.text(next(), &words.actions(&assessed.actions));
        sink.text(next(), line.lift);
        sink.text(next(), line.losses);
        for (n, characteristic) in self.characteristics.iter().enumerate() {
            let scored = assessed.characteristics.iter().find(|s| s.id() == characteristic.id);
            let first = self.first_column(n);
            if let Some(scored) = scored {
                self.characteristic(sink, formulas, first, line, scored, buffer);
            } else if matches!(characteristic.rule, Rule::Rank { .. }) {
                sink.number(first, &assessed.volume.normalize().to_string());
            }
        }
    }

    fn lift(&self, assessed: &Assessed<'_>) -> String {
        if let Some(missing) = assessed.points_missing {
            let better = assessed
                .grade
                .and_then(|g| g.checked_sub(1))
                .map_or("", |g| self.words.policy.grades[g].title.pick(self.words.lang));
            return match self.words.lang {
                crate::lang::Lang::Zh => format!("单项改进不足以达到{better}，尚差 {missing} 分"),
                crate::lang::Lang::En => format!("no single change reaches {better}; {missing} points are missing"),
            };
        }
        let lifts: Vec<String> = assessed.lift.iter().map(|l| self.words.lift(l)).collect();
        lifts.join("\n")
    }

    fn first_column(&self, characteristic: usize) -> u16 {
        let fixed = FIXED_COLUMNS;
        self.characteristics[..characteristic].iter().fold(fixed, |column, c| column + width_of(&c.rule))
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
        let decimal = |x: Decimal| x.normalize().to_string();
        let mut column = first;
        let mut formula = |column: u16, key: &str, cached: &str, sink: &mut dyn RowSink| {
            if let Some(template) = formulas.of(card, scored.id(), key) {
                template.fill(buffer, row);
                sink.formula_number(column, buffer, cached);
            }
        };
        match (&scored.characteristic.rule, scored.value) {
            (Rule::Rank { .. }, _) => {
                sink.number(column, &decimal(assessed.volume));
                sink.number(column + 1, &assessed.rank.unwrap_or_default().to_string());
                column += 2;
            }
            (Rule::Exclusivity { .. }, Seen::Ratio(ratio)) => {
                sink.number(column, &decimal(year.dealer.total_urea_tonnes));
                formula(column + 1, "ratio", &decimal(ratio), sink);
                column += 2;
            }
            (Rule::Evenness, Seen::Ratio(index)) => {
                sink.number(column, &text(assessed.months_fulfilled.to_f64()));
                formula(column + 1, "index", &decimal(index), sink);
                column += 2;
            }
            (_, Seen::Category(value)) => {
                sink.text(column, &self.words.category(scored.id(), value));
                column += 1;
            }
            (_, value) => {
                sink.number(column, &value.to_string());
                column += 1;
            }
        }
        formula(column, "points", &decimal(scored.points), sink);
    }
}

/// A dealer's row while it is written.
struct Line<'l> {
    /// As Excel counts.
    row: u32,
    year: &'l DealerYear<'l>,
    assessed: &'l Assessed<'l>,
    lift: &'l str,
    losses: &'l str,
}

/// The columns before the characteristics.
const FIXED_COLUMNS: u16 = 12;

fn width_of(rule: &Rule) -> u16 {
    match rule {
        Rule::Rank { .. } | Rule::Exclusivity { .. } | Rule::Evenness => 3,
        Rule::Category { .. } | Rule::Count { .. } | Rule::Violations { .. } => 2,
    }
}

fn columns(words: Words<'_>, characteristics: &[&Characteristic]) -> Vec<Col> {
    let say = |zh: &'static str, en: &'static str| words.lang.pick(zh, en).to_owned();
    let col = |key: &str, label: String, width: f64, look: Look, group: Group| Col {
        key: key.to_owned(),
        label,
        width,
        look,
        group,
    };
    let mut columns = vec![
        col("id", say("经销商编号", "Dealer ID"), 12.0, Look::Text, Group::Identity),
        col("name", say("经销商名称", "Name"), 26.0, Look::Text, Group::Identity),
        col("region", say("区域", "Region"), 10.0, Look::Text, Group::Identity),
        col(
            "mode",
            say("合作方式", "Channel mode"),
            words.lang.pick("18", "21").parse().unwrap_or(18.0),
            Look::Text,
            Group::Identity,
        ),
        col("total", say("考核得分", "Total"), 12.0, Look::Points, Group::Result),
        col("grade", say("评级", "Grade"), 13.0, Look::Centre, Group::Result),
        col("gap", say("距上一级差分", "Points to next grade"), 11.0, Look::Points, Group::Result),
        col("previous", say("上年评级", "Previous grade"), 13.0, Look::Centre, Group::Result),
        col("movement", say("变动", "Movement"), 10.0, Look::Centre, Group::Result),
        col("actions", say("措施", "Actions"), 18.0, Look::Wrap, Group::Result),
        col("lift", say("怎样可升级（任选一项）", "What would lift it (any one)"), 46.0, Look::Wrap, Group::Result),
        col("losses", say("失分（由多到少）", "Points lost (most first)"), 38.0, Look::Wrap, Group::Result),
    ];
    debug_assert_eq!(columns.len(), usize::from(FIXED_COLUMNS));
    for (n, c) in characteristics.iter().enumerate() {
        let name = words.policy.characteristic(&c.id, words.lang);
        let group = if n % 2 == 0 { Group::Basis } else { Group::OtherBasis };
        let mut add =
            |key: &str, label: String, width: f64, look: Look| columns.push(col(key, label, width, look, group));
        match &c.rule {
            Rule::Rank { .. } => {
                add("volume", say("年销量（吨）", "Annual tonnes"), 13.0, Look::Tonnes);
                add("rank", say("同表排名", "Rank on the card"), 9.0, Look::Count);
            }
            Rule::Exclusivity { .. } => {
                add("all", say("各品牌尿素总销量（吨）", "Urea of all brands (t)"), 14.0, Look::Tonnes);
                add(&format!("{}ratio", c.id), name.to_owned(), 11.0, Look::Percent);
            }
            Rule::Evenness => {
                add(&format!("{}months", c.id), say("完成月数合计（Σr）", "Months fulfilled (Σr)"), 12.0, Look::Index);
                add(&format!("{}index", c.id), say("提货均衡指数", "Evenness index"), 11.0, Look::Index);
            }
            Rule::Category { .. } => add(&format!("{}value", c.id), name.to_owned(), 13.0, Look::Centre),
            Rule::Count { .. } => add(&format!("{}value", c.id), name.to_owned(), 10.0, Look::Count),
            Rule::Violations { .. } => {
                let label = words.lang.pick("违规次数", "violations");
                add(
                    &format!("{}value", c.id),
                    words.lang.pick("{}\n{}", "{} {}").replacen("{}", name, 1).replacen("{}", label, 1),
                    14.0,
                    Look::Count,
                );
            }
        }
        let points = words.lang.pick("得分", "points");
        add(&format!("{}points", c.id), format!("{name}\n{points}"), 13.0, Look::Points);
    }
    columns
}

/// Says which formulas of a characteristic doubles can't be trusted with.
fn governed(c: &Characteristic, year: &DealerYear<'_>, assessed: &Assessed<'_>, say: &mut dyn FnMut(&str)) {
    match &c.rule {
        Rule::Evenness => {
            let (sum, weight) = (assessed.months_fulfilled.to_f64(), double(c.weight));
            let twelfth = assessed.months_fulfilled.checked_div(&Exact::whole(12)).unwrap_or(Exact::ZERO);
            if cache_governs(&twelfth, 4, sum / 12.0) {
                say("index");
            }
            if cache_governs(&(&twelfth * &c.weight.into()), 2, weight * sum / 12.0) {
                say("points");
            }
        }
        Rule::Exclusivity { full_at, step, .. } => {
            let all = year.dealer.total_urea_tonnes;
            let in_doubles = if all.is_zero() { 0.0 } else { double(assessed.volume) / double(all) };
            let ratio = year.volume.checked_div(&all.into()).unwrap_or(Exact::ZERO);
            if cache_governs(&ratio, 4, in_doubles) {
                say("ratio");
            }
            let steps = (&Exact::from(*full_at) - &ratio).checked_div(&(*step).into()).map_or(0, |s| s.floor());
            let by_doubles = (((double(*full_at) - in_doubles) / double(*step) * 1e9).round() / 1e9).floor();
            if steps as f64 != by_doubles {
                say("points");
            }
        }
        _ => {}
    }
}

/// A formula with a place for the row.
pub struct Template(Vec<String>);

impl Template {
    /// `#` stands for the row.
    pub fn new(formula: &str) -> Self {
        Self(formula.split('#').map(str::to_owned).collect())
    }

    /// The formula of a row, into a buffer.
    pub fn fill(&self, buffer: &mut String, row: u32) {
        buffer.clear();
        for (n, part) in self.0.iter().enumerate() {
            if n > 0 {
                let _ = write!(buffer, "{row}");
            }
            buffer.push_str(part);
        }
    }
}

/// The formulas of the sheet: those of all rows, and those of each card.
struct Formulas {
    total: Template,
    grade: Template,
    gap: Template,
    by_card: Vec<Vec<(String, &'static str, Template)>>,
}

impl Formulas {
    fn new(sheet: &AssessmentSheet<'_>) -> Self {
        let policy = sheet.words.policy;
        let points: Vec<String> =
            sheet.characteristics.iter().map(|c| format!("{}#", sheet.letter(&format!("{}points", c.id)))).collect();
        let total = sheet.letter("total");
        let mut bands: Vec<(String, String, String)> = Vec::new();
        for (n, grade) in policy.grades.iter().enumerate().rev() {
            let from = grade.from.map_or("-1E+300".to_owned(), |f| f.normalize().to_string());
            let next = n
                .checked_sub(1)
                .and_then(|better| policy.grades[better].from)
                .map_or("0".to_owned(), |f| f.normalize().to_string());
            bands.push((from, quoted(grade.title.pick(sheet.words.lang)), next));
        }
        let join = |pick: fn(&(String, String, String)) -> &String| {
            bands.iter().map(|b| pick(b).as_str()).collect::<Vec<_>>().join(",")
        };
        let best = policy.grades.first().and_then(|g| g.from).unwrap_or_default().normalize();
        Self {
            total: Template::new(&format!("ROUND(SUM({}),2)", points.join(","))),
            grade: Template::new(&format!("LOOKUP({total}#,{{{}}},{{{}}})", join(|b| &b.0), join(|b| &b.1))),
            gap: Template::new(&format!(
                "IF({total}#>={best},0,ROUND(LOOKUP({total}#,{{{}}},{{{}}})-{total}#,2))",
                join(|b| &b.0),
                join(|b| &b.2)
            )),
            by_card: policy
                .scorecards
                .iter()
                .map(|card| card.characteristics.iter().flat_map(|c| sheet.formulas_of(c)).collect())
                .collect(),
        }
    }

    fn of(&self, card: usize, id: &str, key: &str) -> Option<&Template> {
        self.by_card[card].iter().find(|(c, k, _)| c == id && *k == key).map(|(.., template)| template)
    }
}

impl AssessmentSheet<'_> {
    fn formulas_of(&self, c: &Characteristic) -> Vec<(String, &'static str, Template)> {
        let letter = |key: &str| self.letter(&format!("{}{key}", c.id));
        let number = |x: Decimal| x.normalize().to_string();
        let weight = number(c.weight);
        let list = |items: Vec<String>| items.join(",");
        let (volume, all) = (self.letter("volume"), self.letter("all"));
        let mut formulas: Vec<(&'static str, String)> = Vec::new();
        match &c.rule {
            Rule::Rank { bands } => {
                let (from, points) = (
                    list(bands.iter().map(|b| b.from.to_string()).collect()),
                    list(bands.iter().map(|b| number(b.points)).collect()),
                );
                formulas.push(("points", format!("LOOKUP({}#,{{{from}}},{{{points}}})", self.letter("rank"))));
            }
            Rule::Count { bands } => {
                let rising = || bands.iter().rev();
                let (from, points) = (
                    list(rising().map(|b| b.from.to_string()).collect()),
                    list(rising().map(|b| number(b.points)).collect()),
                );
                formulas.push(("points", format!("LOOKUP({}#,{{{from}}},{{{points}}})", letter("value"))));
            }
            Rule::Category { values } => {
                let labels = list(values.iter().map(|v| quoted(&self.words.category(&c.id, &v.value))).collect());
                let points = list(values.iter().map(|v| number(v.points)).collect());
                formulas.push(("points", format!("INDEX({{{points}}},MATCH({}#,{{{labels}}},0))", letter("value"))));
            }
            Rule::Exclusivity { full_at, step, points_a_step } => {
                let ratio = format!("IF({all}#=0,0,{volume}#/{all}#)");
                formulas.push(("ratio", format!("IF({all}#=0,0,ROUND({volume}#/{all}#,4))")));
                let steps = format!("MAX(0,INT(ROUND(({}-{ratio})/{},9)))", number(*full_at), number(*step));
                formulas
                    .push(("points", format!("IF({volume}#<0,0,MAX(0,{weight}-{}*{steps}))", number(*points_a_step))));
            }
            Rule::Evenness => {
                let months = letter("months");
                formulas.push(("index", format!("ROUND({months}#/12,4)")));
                formulas.push(("points", format!("ROUND({weight}*{months}#/12,2)")));
            }
            Rule::Violations { points_each, .. } => {
                formulas.push(("points", format!("{weight}-{}*{}#", number(*points_each), letter("value"))));
            }
        }
        formulas.into_iter().map(|(key, formula)| (c.id.clone(), key, Template::new(&formula))).collect()
    }
}

/// A text as formulas write it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
