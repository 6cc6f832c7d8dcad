//! The added sheets of a run, put together.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::about_sheet::{self, Cell, Section};
use super::assessment_sheet::AssessmentSheet;
use super::earlier::Comparison;
use super::incentive_sheet::IncentiveSheet;
use super::issue_sheet::Listing;
use super::json::Calculated;
use super::layout::{self, BODY_ROW, Col, Layout, PROTOTYPES, TOTALS_ROW, Total, at, heights};
use super::monthly_sheet::{self, Top};
use super::overview::{Brief, KeyFigure};
use super::overview_sheet::{self, Grades, Overview};
use super::plot::Plot;
use super::programme_chart;
use super::programme_sheet::{Sheet, Value};
use super::words::Words;
use crate::package::edit::{Body, BodyWriter, Graft, GraftSheet};
use crate::programmes::incentives::Incentives;
use crate::programmes::monthly::MonthlySales;
use crate::programmes::registry;
use crate::validate::{Issue, Speaker};
use crate::workbook::cell_name;

/// What the added sheets tell.
pub struct Added<'a> {
    /// What was calculated; `None` when nothing was.
    pub calculated: Option<&'a Calculated<'a>>,
    /// Whether the assessment was wanted.
    pub show_assessment: bool,
    /// The sheets of the other programmes that ran, in the contract's order.
    pub programmes: Vec<Sheet<'a>>,
    /// The issues.
    pub issues: &'a [Issue],
    /// What has become of the issues of an earlier answer.
    pub comparison: Option<&'a Comparison>,
    /// Who puts them into words.
    pub speaker: &'a Speaker<'a>,
    /// Period, as-of date and policy in a line.
    pub subtitle: String,
    /// What must not be overlooked: example rates, a partial result.
    pub notice: Option<String>,
    /// What must not be overlooked on sheets that have nothing to do with rates.
    pub caveat: Option<String>,
    /// What the explanations say beside the rules.
    pub facts: Vec<Section>,
    /// The period.
    pub period: Option<i16>,
}

/// The key of the sheet that lists the issues.
pub const ISSUES_KEY: &str = "issues";

impl<'a> Added<'a> {
    /// The sheets that are added, in order: the key of each, and the title that it wants.
    fn sheets(&self) -> Vec<(&'static str, &'static str)> {
        let title = |zh, en| self.speaker.lang.pick(zh, en);
        let assessment = self.show_assessment && self.calculated.is_some_and(|c| c.assessment.is_some());
        let incentives = self.calculated.is_some_and(|c| c.incentives.is_some());
        let mut sheets = Vec::new();
        sheets.extend(self.overview().then(|| (overview_sheet::KEY, title("总览", "Overview"))));
        sheets.extend(assessment.then(|| ("assessment", title("考核结果", "Assessment"))));
        sheets.extend(incentives.then(|| ("incentives", title("激励结果", "Incentives"))));
        sheets.extend(self.programmes.iter().map(|sheet| (sheet.key, sheet.title)));
        sheets.extend(self.monthly().map(|_| (monthly_sheet::KEY, title("月度销售报表", "Monthly sales"))));
        sheets.push((ISSUES_KEY, title("校验结果", "Issues")));
        sheets.push(("about", title("计算说明", "About")));
        sheets
    }

    /// Whether two programmes or more have something to tell; a report is none of its own.
    fn overview(&self) -> bool {
        let calculated = self.calculated.filter(|calculated| !calculated.years.is_empty());
        let assessment = self.show_assessment && calculated.is_some();
        let incentives = calculated.is_some_and(|calculated| calculated.incentives.is_some());
        let others = self.programmes.iter().filter(|sheet| registry::NAMES.contains(&sheet.key)).count();
        usize::from(assessment) + usize::from(incentives) + others > 1
    }

    /// The months of the dealers, where there are any.
    fn monthly(&self) -> Option<&'a MonthlySales<'a>> {
        self.calculated.and_then(|calculated| calculated.monthly.as_ref()).filter(|sales| sales.all.dealers > 0)
    }

    /// The titles that the sheets want.
    pub fn titles(&self) -> Vec<&'static str> {
        self.sheets().into_iter().map(|(_, title)| title).collect()
    }

    /// Makes the sheets under these titles, one for each of [`Added::titles`].
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn make(mut self, titles: &[String]) -> Result<Graft<'a>, XlsxError> {
        let words = Words { schemas: self.speaker.schemas, policy: self.speaker.policy, lang: self.speaker.lang };
        let wanted = self.sheets();
        let title =
            |key: &str| wanted.iter().position(|(k, _)| *k == key).and_then(|n| titles.get(n)).map(String::as_str);
        let (Some(issues_title), Some(about_title)) = (title("issues"), title("about")) else {
            return Err(XlsxError::ParameterError("a title is missing".to_owned()));
        };
        let mut book = Workbook::new();
        // It is unpacked again at once.
        book.set_zip_compression_level(1);
        let mut sheets: Vec<GraftSheet<'a>> = Vec::new();
        let mut governed: Vec<(&str, Vec<(u16, u32)>)> = Vec::new();
        let mut plots = Vec::new();
        let mut sections = std::mem::take(&mut self.facts);
        let mut overview =
            Overview { briefs: Vec::new(), grades: None, monthly: self.monthly_of(title(monthly_sheet::KEY)) };
        if let Some(own) = title(overview_sheet::KEY) {
            // The first of the sheets; drawn when all others have told what they have to tell.
            book.add_worksheet().set_name(own)?;
            sheets.push(small(overview_sheet::KEY, own));
        }
        if let Some((calculated, assessment)) = self.calculated.and_then(|c| c.assessment.as_ref().map(|a| (c, a))) {
            let scores = AssessmentSheet::new(words, &calculated.years, assessment);
            let scores_title = title("assessment");
            let paid = calculated.incentives.as_ref().zip(title("incentives")).map(|(incentives, own)| {
                let refers = scores_title.map(|title| (&scores, title));
                (own, IncentiveSheet::new(words, &calculated.years, assessment, incentives, refers))
            });
            let paid_title = paid.as_ref().map(|(own, _)| *own);
            if let Some(own) = scores_title.filter(|_| scores.rows() > 0) {
                let brief = results(&scores, own, paid_title.zip(calculated.incentives.as_ref()));
                let lost = losses(&scores, own);
                overview.grades = Some(Grades::new(&scores, own));
                overview.briefs.push((
                    own,
                    Brief { figures: key_figures(&brief, words.policy.grades.len() + 2), needs: scores.needs() },
                ));
                plots = charts(words, &brief, &lost);
                // What came out stands first, behind what must not be overlooked.
                let place = sections.iter().take_while(|section| section.warning).count();
                sections.splice(place..place, [brief, lost]);
            }
            if let Some(own) = scores_title {
                governed.push((own, scores.governed_by_cache()));
                let colours = self.grade_colours(&scores.columns, &["grade", "previous"]);
                let heading = self.heading("考核结果", "assessment");
                self.layout(heading, &scores.columns, scores.rows(), scores.totals(), colours).draw(&mut book, own)?;
                sheets.push(graft("assessment", own, Box::new(move |sink| scores.write(sink))));
            }
            if let Some((own, sheet)) = paid {
                overview.briefs.extend(calculated.incentives.as_ref().map(|paid| (own, paid_in_all(words, own, paid))));
                governed.push((own, sheet.governed_by_cache()));
                let colours = self.grade_colours(&sheet.columns, &["grade"]);
                let heading = self.heading("激励结果", "incentives");
                self.layout(heading, &sheet.columns, sheet.rows(), sheet.totals(), colours).draw(&mut book, own)?;
                sheets.push(graft("incentives", own, Box::new(move |sink| sheet.write(sink))));
            }
        }
        let mut rules = Vec::new();
        for mut sheet in std::mem::take(&mut self.programmes) {
            let Some(own) = title(sheet.key) else { continue };
            overview.briefs.push((own, told(&mut sheet, own)));
            rules.push(about_sheet::rules_of(sheet.title, std::mem::take(&mut sheet.rules)));
            governed.push((own, sheet.governed_by_cache()));
            self.programme(&mut book, own, &sheet)?;
            sheets.push(graft(sheet.key, own, Box::new(move |sink| sheet.write(sink))));
        }
        if let Some((own, sales)) = title(monthly_sheet::KEY).zip(self.monthly()) {
            let heading = self.heading("月度销售报表", "monthly sales");
            monthly_sheet::draw(
                book.add_worksheet().set_name(own)?,
                own,
                sales,
                &self.top(&heading, &self.caveat),
                words,
            )?;
            let rest = Body {
                row: monthly_sheet::REST_ROW,
                prototypes: monthly_sheet::PROTOTYPES,
                heights: Vec::new(),
                write: Box::new(move |sink| monthly_sheet::write_rest(sales, words, sink)),
            };
            sheets.push(GraftSheet { body: Some(rest), ..small(monthly_sheet::KEY, own) });
            if let Some(calculated) = self.calculated {
                overview.briefs.push((own, monthly_sheet::brief(own, sales, &calculated.years, words)));
            }
        }
        if let Some(own) = title(overview_sheet::KEY) {
            let heading = self.heading("经营总览", "overview");
            let top = self.top(&heading, &self.notice);
            let placed = overview_sheet::draw(book.worksheet_from_name(own)?, own, &overview, &top, words)?;
            let of_governed = placed.into_iter().filter(|(_, formula)| is_governed(formula, &governed));
            let cells = of_governed.map(|(at, _)| at).collect();
            governed.push((own, cells));
        }
        let listing = Listing { issues: self.issues, comparison: self.comparison, speaker: self.speaker };
        let columns = listing.columns();
        let heading = words.lang.pick("校验结果", "Issues").to_owned();
        let rows = listing.rows();
        self.layout(heading, &columns, rows, Vec::new(), listing.colours()).draw(&mut book, issues_title)?;
        sheets.push(graft(ISSUES_KEY, issues_title, Box::new(move |sink| listing.write(sink))));
        sections.push(about_sheet::governed(words, &governed));
        let assessed = self.calculated.is_none_or(|calculated| calculated.assessment.is_some());
        if assessed && self.speaker.schemas.caller.is_none() {
            sections.extend(about_sheet::rules(words));
        }
        sections.extend(rules);
        about_sheet::draw(&mut book, about_title, &self.subtitle, &sections, &plots, words)?;
        sheets.push(small("about", about_title));
        Ok(Graft { book: book.save_to_buffer()?, sheets })
    }

    /// The months, with the title of their sheet.
    fn monthly_of<'t>(&self, title: Option<&'t str>) -> Option<(&'t str, &'a MonthlySales<'a>)> {
        title.zip(self.monthly())
    }

    fn top<'t>(&'t self, heading: &'t str, notice: &'t Option<String>) -> Top<'t> {
        Top { heading, subtitle: &self.subtitle, notice: notice.as_deref() }
    }

    /// Lays out the sheet of a programme.
    fn programme(&self, book: &mut Workbook, title: &str, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
        let laid_out = Layout {
            frozen: sheet.frozen,
            totals_label: sheet.totals_label.unwrap_or(self.speaker.lang.pick("合计", "Totals")),
            notice: self.caveat.clone(),
            ..self.layout(
                sheet.title.to_owned(),
                &sheet.columns,
                sheet.rows(),
                sheet.totals.clone(),
                sheet.colours.clone(),
            )
        };
        laid_out.draw(book, title)?;
        programme_chart::draw(book.worksheet_from_name(title)?, title, sheet)
    }

    fn heading(&self, zh: &str, en: &str) -> String {
        let period = self.period.map(|p| p.to_string()).unwrap_or_default();
        match self.speaker.lang {
            crate::lang::Lang::Zh => format!("{period}年度经销商{zh}"),
            crate::lang::Lang::En => format!("Dealer {en} {period}"),
        }
    }

    fn layout<'l>(
        &self,
        heading: String,
        columns: &'l [Col],
        rows: u32,
        totals: Vec<Total>,
        colours: Vec<(u16, String, u32)>,
    ) -> Layout<'l> {
        Layout {
            heading,
            subtitle: self.subtitle.clone(),
            notice: self.notice.clone(),
            columns,
            rows,
            frozen: 2,
            totals,
            colours,
            totals_label: self.speaker.lang.pick("合计", "Totals"),
            pages_wide: layout::pages_wide(columns),
            lang: self.speaker.lang,
        }
    }

    fn grade_colours(&self, columns: &[Col], keys: &[&str]) -> Vec<(u16, String, u32)> {
        let grade = |id: &str| {
            self.speaker.policy.grades.iter().find(|g| g.id == id).map(|g| g.title.pick(self.speaker.lang).to_owned())
        };
        let fills = || super::GRADE_FILLS.iter().filter_map(|(id, fill)| Some((grade(id)?, *fill)));
        let columns = keys.iter().filter_map(|key| at(columns, key));
        columns.flat_map(|column| fills().map(move |(title, fill)| (column, title, fill))).collect()
    }
}

/// The results in a few figures, as formulas over the sheets of the assessment and the incentives.
fn results(scores: &AssessmentSheet<'_>, title: &str, paid: Option<(&str, &Incentives<'_>)>) -> Section {
    let words = scores.words();
    let quoted = |title: &str| title.replace('\'', "''");
    let range = |key: &str| format!("'{}'!{}", quoted(title), scores.columns.range(key, scores.rows()));
    let live = |label: &str, formula: String, cached: String, code: &'static str| {
        vec![label.to_owned().into(), Cell::Live(formula, cached, code)]
    };
    let dealers = words.lang.pick("经销商", "Dealers");
    let mut rows = vec![live(dealers, format!("COUNTA({})", range("name")), scores.rows().to_string(), "0")];
    for (index, grade) in words.policy.grades.iter().enumerate() {
        let name = grade.title.pick(words.lang);
        let formula = format!("COUNTIF({},{})", range("grade"), super::formula::quoted(name));
        rows.push(live(name, formula, scores.graded(Some(index)).to_string(), "0"));
    }
    let none = words.lang.pick("未评级", "Without a grade");
    rows.push(live(none, format!("COUNTBLANK({})", range("grade")), scores.graded(None).to_string(), "0"));
    if let Some((title, incentives)) = paid {
        let cell = cell_name(TOTALS_ROW, super::incentive_sheet::TOTAL_COLUMN);
        let label = words.lang.pick("激励合计（元）", "Incentives (yuan)");
        rows.push(live(label, format!("'{}'!{cell}", quoted(title)), incentives.total.to_string(), "#,##0.00"));
    }
    Section { title: words.lang.pick("结果汇总", "Results in brief").to_owned(), rows, warning: false }
}

/// The points that all dealers together have lost, by characteristic, the most first.
fn losses(scores: &AssessmentSheet<'_>, title: &str) -> Section {
    let words = scores.words();
    let lost = scores.losses(&format!("'{}'", title.replace('\'', "''")));
    let rows = lost.into_iter().map(|(id, formula, cached)| {
        vec![words.policy.characteristic(id, words.lang).to_owned().into(), Cell::Live(formula, cached, "0.00")]
    });
    Section {
        title: words.lang.pick("失分合计（按指标）", "Points lost by characteristic").to_owned(),
        rows: rows.collect(),
        warning: false,
    }
}

/// The grades and the points lost, drawn.
fn charts(words: Words<'_>, brief: &Section, lost: &Section) -> Vec<Plot> {
    let grades = &words.policy.grades;
    let fill = |id: &str| super::GRADE_FILLS.iter().find(|(grade, _)| *grade == id).map_or(0xD9D9D9, |(_, fill)| *fill);
    let of_grades = Plot {
        title: words.lang.pick("各评级经销商数", "Dealers by grade").to_owned(),
        section: brief.title.clone(),
        // Behind the count of all dealers; with those that have no grade.
        rows: (1, grades.len() + 1),
        lying: false,
        colours: grades.iter().map(|grade| fill(&grade.id)).chain([0xD9D9D9]).collect(),
        number_format: "0",
    };
    let of_losses = Plot {
        title: words.lang.pick("各指标失分合计（分）", "Points lost by characteristic").to_owned(),
        section: lost.title.clone(),
        rows: (0, lost.rows.len()),
        lying: true,
        colours: vec![0x2F5597],
        number_format: "General",
    };
    if lost.rows.is_empty() { vec![of_grades] } else { vec![of_grades, of_losses] }
}

/// Whether a formula is nothing but a reference to a cell whose cached value governs.
fn is_governed(formula: &str, governed: &[(&str, Vec<(u16, u32)>)]) -> bool {
    let bare = formula.replace('$', "");
    governed.iter().any(|(title, cells)| {
        let cell = bare.strip_prefix(&super::small_sheet::prefix(&title.replace('$', "")));
        cell.is_some_and(|cell| cells.iter().any(|(column, row)| cell_name(*row, *column) == cell))
    })
}

/// A sheet that is drawn whole.
fn small<'a>(key: &str, title: &str) -> GraftSheet<'a> {
    GraftSheet { key: key.to_owned(), title: title.to_owned(), body: None }
}

/// What a programme's sheet tells the overview, its formulas spelt out for there.
fn told<'a>(sheet: &mut Sheet<'a>, title: &str) -> Brief<'a> {
    let mut brief = std::mem::take(&mut sheet.brief);
    let from = super::small_sheet::prefix(title);
    for figure in &mut brief.figures {
        figure.formula = sheet.spelt_from(&from, &figure.formula);
    }
    if sheet.rows() == 0 {
        // Nothing to count, and no totals above the table.
        brief.figures.clear();
    }
    brief
}

/// The first figures of a section, as the overview shows them.
fn key_figures(section: &Section, count: usize) -> Vec<KeyFigure<'static>> {
    let figure = |row: &Vec<Cell>| match row.as_slice() {
        [Cell::Text(label), Cell::Live(formula, cached, format)] => Some(KeyFigure {
            label: label.clone(),
            formula: formula.clone(),
            value: cached.parse::<rust_decimal::Decimal>().map_or(Value::Blank, Value::from),
            format,
        }),
        _ => None,
    };
    section.rows.iter().take(count).filter_map(figure).collect()
}

/// What the incentives come to, for the overview.
fn paid_in_all(words: Words<'_>, title: &str, incentives: &Incentives<'_>) -> Brief<'static> {
    let cell = cell_name(TOTALS_ROW, super::incentive_sheet::TOTAL_COLUMN);
    let figure = KeyFigure {
        label: words.lang.pick("激励合计（元）", "Incentives (yuan)").to_owned(),
        formula: format!("{}{cell}", super::small_sheet::prefix(title)),
        value: incentives.total.into(),
        format: "#,##0.00",
    };
    Brief { figures: if incentives.dealers.is_empty() { Vec::new() } else { vec![figure] }, needs: Vec::new() }
}

fn graft<'a>(key: &str, title: &str, write: BodyWriter<'a>) -> GraftSheet<'a> {
    let body = Body { row: BODY_ROW, prototypes: PROTOTYPES, heights: heights(), write };
    GraftSheet { key: key.to_owned(), title: title.to_owned(), body: Some(body) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_a_cell_whose_cache_governs_is_governed_and_what_is_reckoned_of_others_is_not() {
        let governed = [("激励结果", vec![(4, 3)]), ("Bob's", vec![(0, 0)])];
        for (formula, holds) in [
            ("'激励结果'!E4", true),
            ("'激励结果'!$E$4", true),
            ("'Bob''s'!A1", true),
            ("'激励结果'!E5", false),
            ("'考核结果'!E4", false),
            ("COUNTIF('激励结果'!E4:E9,1)", false),
        ] {
            assert_eq!(is_governed(formula, &governed), holds, "{formula}");
        }
    }
}
