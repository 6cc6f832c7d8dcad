//! Makes what pages show out of what was calculated.

use super::{
    CardView, ColumnView, DealerView, Earned, FieldView, IncentiveView, LineView, MonthView, RuleView, SheetView, View,
};
use std::sync::Arc;

use crate::report::about_sheet::rule;
use crate::report::card::Cards;
use crate::report::card_sheet::{as_text, one_line};
use crate::report::layout::{Group, Look};
use crate::report::sources::{self, Sources};
use dealerbook_base::exact;
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{Characteristic, Grade, Policy, Rule};
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::assessment::words::movement;
use dealerbook_engine::programmes::assessment::{Assessed, Scored, Seen};
use dealerbook_engine::programmes::incentives::Paid;
use dealerbook_engine::programmes::incentives::Unit;
use dealerbook_engine::sheet::body::NUMBERS;
use dealerbook_engine::sheet::words::{self, Words};
use dealerbook_engine::sheet::{Sheet, Value};
use dealerbook_engine::workbook::column_name;

impl Cards<'_> {
    /// All of it as pages show it.
    pub fn view(&self, workbook_sheets: &[String], sources: Arc<Sources>) -> View {
        let Words { policy, lang, .. } = self.words;
        let dealers = self.calculated.years.iter().enumerate().map(|(n, year)| {
            let assessed = self.calculated.assessment.as_ref().map(|assessment| &assessment.dealers[n]);
            let paid = self.calculated.incentives.as_ref().map(|incentives| &incentives.dealers[n]);
            self.dealer_view(year, assessed.filter(|_| self.show_assessment), paid)
        });
        let hash = &policy.sha256[..policy.sha256.len().min(12)];
        View {
            subtitle: self.subtitle.clone(),
            notice: self.notice.clone(),
            policy: format!("{} {} ({}, SHA-256 {hash})", policy.title.pick(lang), policy.version, policy.id),
            has_assessment: self.show_assessment && self.calculated.assessment.is_some(),
            has_incentives: self.calculated.incentives.is_some(),
            grades: policy.grades.iter().map(|grade| grade.title.pick(lang).to_owned()).collect(),
            bounds: bounds(&policy.grades, lang),
            cards: self.card_views(),
            incentives: incentive_views(self.words),
            dealers_sheet: self.dealers.map(|table| workbook_sheets[table.sheet].clone()).unwrap_or_default(),
            fields: self.field_views(),
            dealers: dealers.collect(),
            sheets: self
                .calculated
                .outcomes
                .sheets(self.words)
                .iter()
                .map(|sheet| sheet_view(sheet, &sources))
                .collect(),
            sources,
        }
    }

    fn field_views(&self) -> Vec<FieldView> {
        let Some(table) = self.dealers else { return Vec::new() };
        let fields = &self.words.schemas.resources[table.resource].fields;
        let view = |(n, field): (usize, &dealerbook_engine::schema::Field)| FieldView {
            label: field.label(self.words.lang).to_owned(),
            column: table.header.columns[n].map(column_name),
        };
        fields.iter().enumerate().map(view).collect()
    }

    fn card_views(&self) -> Vec<CardView> {
        let Words { policy, lang, .. } = self.words;
        let rule = |c: &Characteristic| RuleView {
            title: policy.characteristic(&c.id, lang).to_owned(),
            rule: rule(&c.id, &c.rule, self.words),
            weight: c.weight,
            fields: self.fields_read(c),
            sheets: sheets_read(c),
        };
        let cards = policy.scorecards.iter();
        cards
            .map(|card| CardView {
                title: card.title.pick(lang).to_owned(),
                rules: card.characteristics.iter().map(rule).collect(),
            })
            .collect()
    }

    fn fields_read(&self, characteristic: &Characteristic) -> Vec<usize> {
        let name = match &characteristic.rule {
            Rule::Category { .. } | Rule::Count { .. } => characteristic.id.as_str(),
            Rule::Exclusivity { .. } => "total_urea_tonnes",
            Rule::Rank { .. } | Rule::Evenness | Rule::Violations { .. } => return Vec::new(),
        };
        self.field_places(Some(name))
    }

    fn dealer_view(
        &self,
        year: &DealerYear<'_>,
        assessed: Option<&Assessed<'_>>,
        paid: Option<&Paid<'_>>,
    ) -> DealerView {
        let (words, dealer) = (self.words, &year.dealer);
        let at = self.dealers.and_then(|table| table.rows.binary_search(&dealer.row).ok());
        let months = year.months.iter().flat_map(|months| months.iter()).map(|month| MonthView {
            actual: exact::decimal(&month.actual),
            planned: month.planned,
            supplier_fault: month.supplier_fault,
        });
        DealerView {
            id: dealer.id.to_owned(),
            name: dealer.name.to_owned(),
            region: dealer.region.clone(),
            mode: words.category("channel_mode", dealer.channel_mode).into_owned(),
            row: at.map(|_| dealer.row + 1),
            facts: at.map(|at| self.facts(at)).unwrap_or_default(),
            tonnes: exact::decimal(&year.volume).normalize(),
            rank: assessed.and_then(|assessed| assessed.rank),
            card: assessed.and_then(|assessed| assessed.card),
            score: assessed.and_then(|assessed| assessed.total),
            grade: assessed.and_then(|assessed| assessed.grade),
            previous_grade: assessed.and_then(|assessed| assessed.previous_grade),
            movement: assessed.and_then(|a| a.movement).map_or("", |own| movement(own, words.lang)),
            earned: assessed.map(|assessed| earned(year, assessed, words)).unwrap_or_default(),
            asides: self.asides(dealer.id),
            losses: assessed.map(|assessed| words.losses(&assessed.characteristics)).unwrap_or_default(),
            lifts: assessed.map(|assessed| words.lifts(assessed)).unwrap_or_default(),
            actions: assessed.map(|assessed| words.actions(&assessed.actions)).unwrap_or_default(),
            lines: paid.map(|paid| lines(paid, words.policy)).unwrap_or_default(),
            unpaid: paid.map(|paid| self.unpaid(paid)).unwrap_or_default(),
            amount: paid.map(|paid| paid.total),
            entitlements: paid.map(|paid| words.entitlements(paid.entitlements)).unwrap_or_default(),
            forfeited: paid.and_then(|paid| paid.forfeited_deposit),
            months: months.collect(),
        }
    }

    /// The place of a column of the dealers sheet.
    pub(in crate::report) fn field_places(&self, name: Option<&str>) -> Vec<usize> {
        let (Some(table), Some(name)) = (self.dealers, name) else { return Vec::new() };
        self.words.schemas.resources[table.resource].field(name).into_iter().collect()
    }

    /// The values of a row of the dealers sheet, as people read them.
    fn facts(&self, row: usize) -> Vec<Option<Box<str>>> {
        let Some(table) = self.dealers else { return Vec::new() };
        let resource = &self.words.schemas.resources[table.resource];
        (0..resource.fields.len()).map(|field| sources::seen(table, resource, field, row, self.words)).collect()
    }
}

fn sheets_read(characteristic: &Characteristic) -> &'static [&'static str] {
    match &characteristic.rule {
        Rule::Rank { .. } | Rule::Exclusivity { .. } | Rule::Evenness => &["purchases", "shipments"],
        Rule::Violations { .. } => &["violations"],
        Rule::Category { .. } | Rule::Count { .. } => &[],
    }
}

fn earned(year: &DealerYear<'_>, assessed: &Assessed<'_>, words: Words<'_>) -> Vec<Earned> {
    let value = |seen: Seen<'_>, id: &str| match seen {
        Seen::Category(value) => words.category(id, value).into(),
        Seen::Ratio(ratio) => words::percent(ratio).into(),
        other => other.to_string().into(),
    };
    let scored = assessed.characteristics.iter();
    let earned = |scored: &Scored<'_>| {
        let (value, explanation) = (value(scored.value, scored.id()), words.explanation(scored, year, assessed));
        let (value, how) = match (&scored.characteristic.rule, explanation) {
            (Rule::Rank { .. }, Some(tonnes_and_rank)) => (tonnes_and_rank.into(), None),
            (_, how) => (value, how),
        };
        Earned { value, how, points: scored.points }
    };
    scored.map(earned).collect()
}

pub(in crate::report) fn place(programme: &str, policy: &Policy) -> Option<usize> {
    policy.incentives.iter().position(|incentive| incentive.id == programme)
}

fn lines(paid: &Paid<'_>, policy: &Policy) -> Vec<LineView> {
    let line = |line: &dealerbook_engine::programmes::incentives::Line<'_>| LineView {
        programme: place(line.programme, policy),
        basis: line.basis,
        rate: line.rate,
        amount: line.amount,
    };
    paid.lines.iter().map(line).collect()
}

fn incentive_views(words: Words<'_>) -> Vec<IncentiveView> {
    let view = |incentive: &dealerbook_engine::policy::Incentive| IncentiveView {
        id: incentive.id.clone(),
        title: incentive.title.pick(words.lang).to_owned(),
        rule: words.incentive(incentive),
        is_share: Unit::of(incentive) == Unit::Share,
    };
    words.policy.incentives.iter().map(view).collect()
}

/// What tells rows of one owner apart.
const NAMED: [&str; 8] = ["channel", "option", "product", "kind", "dimension", "metric", "action", "measure"];

/// The grades with their lower bounds, in words.
fn bounds(grades: &[Grade], lang: Lang) -> String {
    let bound = |grade: &Grade| {
        let title = grade.title.pick(lang);
        match grade.from {
            Some(from) => format!("{title} ≥ {}", from.normalize()),
            None => format!("{title}{}", lang.pick("：其余", ": the rest")),
        }
    };
    grades.iter().map(bound).collect::<Vec<_>>().join(lang.pick("；", "; "))
}

fn sheet_view(sheet: &Sheet<'_>, sources: &Sources) -> SheetView {
    // Pages need no numbers of rows: they know the first order.
    let numbers = usize::from(NUMBERS);
    let place = |key: &str| crate::report::layout::at(&sheet.columns, key).map(|n| usize::from(n) - numbers);
    let taken = |key: &str| {
        let (other, whole) = sheet.reads.derived(key)?;
        Some(vec![(place(other)?, whole)])
    };
    let column = |(n, col): (usize, &crate::report::layout::Col)| {
        let reckoned = || sheet.reckoned_from(n).into_iter().map(|(of, whole)| (of - numbers, whole)).collect();
        let from: Vec<(usize, bool)> = taken(&col.key).unwrap_or_else(reckoned);
        let is_read = from.is_empty() && col.group != Group::Identity;
        ColumnView {
            label: one_line(col),
            is_figure: col.look.number_format().is_some(),
            is_long: col.look == Look::Wrap,
            reads: is_read.then(|| sources.reading(sheet, &col.key)).flatten(),
            from,
        }
    };
    let text = |(col, value): (&crate::report::layout::Col, Value<'_>)| -> Box<str> {
        match as_text(col, value) {
            Value::Text(text) => text.into(),
            Value::Number(x) => x.normalize().to_string().into(),
            Value::Day(day) => day.to_string().into(),
            Value::Blank => "".into(),
        }
    };
    let rows = (0..sheet.rows() as usize).map(|row| sheet.values(row).skip(numbers).map(text).collect());
    SheetView {
        key: sheet.key,
        title: sheet.title,
        columns: sheet.columns.iter().enumerate().skip(numbers).map(column).collect(),
        rows: rows.collect(),
        id: sheet.dealers().and_then(|_| place("id")),
        owner: ["id", "option"].into_iter().find_map(place),
        named: NAMED.into_iter().filter_map(place).collect(),
        origins: (0..sheet.rows() as usize).map(|row| sheet.origin(row)).collect(),
        rules: sheet.rules.clone(),
    }
}
