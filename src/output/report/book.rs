//! The added sheets of a run, put together.

mod drawing;

use rust_xlsxwriter::{Workbook, XlsxError};

use super::about_sheet::{self, Section};
use super::assessment_sheet::AssessmentSheet;
use super::book_figures as figures;
use super::earlier::Comparison;
use super::incentive_sheet::IncentiveSheet;
use super::issue_sheet::Listing;
use super::json::Calculated;
use super::layout::{BODY_ROW, Col, Layout, PROTOTYPES, Total, at, heights};
use super::list::List;
use super::monthly_brief;
use super::monthly_rows;
use super::monthly_sheet::{self, Top};
use super::overview::Brief;
use super::overview_sheet;
use super::programme_chart;
use dealerbook_engine::programmes::monthly::MonthlySales;
use dealerbook_engine::sheet::Sheet;
use dealerbook_engine::sheet::words::Words;
use dealerbook_engine::validate::{Issue, Speaker};
use dealerbook_package::edit::{Body, BodyWriter, Graft, GraftSheet};
use drawing::{Drawing, Titles};

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
    /// Whether the workbook counts its days from 1904.
    pub epoch_1904: bool,
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
        sheets.extend(self.monthly_rows(self.words()).map(|sheet| (sheet.key, sheet.title)));
        sheets.push((ISSUES_KEY, title("校验结果", "Issues")));
        sheets.push(("about", title("计算说明", "About")));
        sheets
    }

    /// Whether two programmes or more have something to tell; a report is none of its own.
    fn overview(&self) -> bool {
        let calculated = self.calculated.filter(|calculated| !calculated.years.is_empty());
        let assessment = self.show_assessment && calculated.is_some();
        let incentives = calculated.is_some_and(|calculated| calculated.incentives.is_some());
        let others =
            self.programmes.iter().filter(|sheet| dealerbook_engine::programmes::NAMES.contains(&sheet.key)).count();
        usize::from(assessment) + usize::from(incentives) + others > 1
    }

    /// The months of the dealers, where there are any.
    fn monthly(&self) -> Option<&'a MonthlySales<'a>> {
        self.calculated.and_then(|calculated| calculated.monthly.as_ref()).filter(|sales| sales.all.dealers > 0)
    }

    /// The same, a month of a group a row.
    fn monthly_rows(&self, words: Words<'a>) -> Option<Sheet<'a>> {
        let sheet = monthly_rows::sheet(self.monthly()?, self.period?, words);
        (sheet.rows() > 0).then_some(sheet)
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
        let words = self.words();
        let titles = Titles { keys: self.sheets().into_iter().map(|(key, _)| key).collect(), titles };
        let (Some(issues_title), Some(about_title)) = (titles.of(ISSUES_KEY), titles.of("about")) else {
            return Err(XlsxError::ParameterError("a title is missing".to_owned()));
        };
        let monthly = titles.of(monthly_sheet::KEY).zip(self.monthly());
        let mut drawing = Drawing::new(std::mem::take(&mut self.facts), monthly);
        if let Some(own) = titles.of(overview_sheet::KEY) {
            // The first of the sheets; drawn when all others have said what they have to say.
            drawing.book.add_worksheet().set_name(own)?;
            drawing.sheets.push(small(overview_sheet::KEY, own));
        }
        self.draw_assessment(&mut drawing, &titles, words)?;
        let rules = self.draw_programmes(&mut drawing, &titles)?;
        self.draw_months(&mut drawing, &titles, words)?;
        if let Some(own) = titles.of(overview_sheet::KEY) {
            self.draw_overview(&mut drawing, own, words)?;
        }
        self.draw_issues(&mut drawing, issues_title)?;
        self.draw_about(drawing, about_title, rules, words)
    }

    fn words(&self) -> Words<'a> {
        Words { schemas: self.speaker.schemas, policy: self.speaker.policy, lang: self.speaker.lang }
    }

    /// Draws the sheets of the assessment and of the incentives, where they were calculated.
    fn draw_assessment<'t>(
        &self,
        drawing: &mut Drawing<'a, 't>,
        titles: &Titles<'t>,
        words: Words<'a>,
    ) -> Result<(), XlsxError>
    where
        'a: 't,
    {
        let Some(calculated) = self.calculated else { return Ok(()) };
        let Some(assessment) = &calculated.assessment else { return Ok(()) };
        let scores = AssessmentSheet::new(words, &calculated.years, assessment);
        let scores_title = titles.of("assessment");
        let paid = calculated.incentives.as_ref().zip(titles.of("incentives")).map(|(incentives, own)| {
            let refers = scores_title.map(|title| (&scores, title));
            let sheet = IncentiveSheet::new(words, &calculated.years, assessment, incentives, refers);
            (own, sheet, incentives)
        });
        if let Some(own) = scores_title.filter(|_| scores.rows() > 0) {
            let total = paid.as_ref().map(|(own, sheet, incentives)| (sheet.total_formula(own), incentives.total));
            drawing.add_results(&scores, own, total, words);
        }
        if let Some(own) = scores_title {
            drawing.follows.add(own, scores.liveness());
            drawing.governed.push((own, scores.governed_by_cache()));
            let colours = self.grade_colours(&scores.columns, &["grade", "previous"]);
            let heading = self.heading("考核结果", "assessment");
            self.layout("assessment", heading, &scores.columns, scores.rows(), scores.totals(), colours)
                .draw(&mut drawing.book, own)?;
            drawing.sheets.push(graft("assessment", own, Box::new(move |sink| scores.write(sink))));
        }
        if let Some((own, sheet, incentives)) = paid {
            let brief = figures::paid_in_all(words, sheet.total_formula(own), incentives);
            drawing.overview.briefs.push((own, brief));
            drawing.follows.add(own, sheet.liveness());
            drawing.governed.push((own, sheet.governed_by_cache()));
            let colours = self.grade_colours(&sheet.columns, &["grade"]);
            let heading = self.heading("激励结果", "incentives");
            self.layout("incentives", heading, &sheet.columns, sheet.rows(), sheet.totals(), colours)
                .draw(&mut drawing.book, own)?;
            drawing.sheets.push(graft("incentives", own, Box::new(move |sink| sheet.write(sink))));
        }
        Ok(())
    }

    /// Draws the sheets of the other programmes; returns their rules.
    fn draw_programmes<'t>(
        &mut self,
        drawing: &mut Drawing<'a, 't>,
        titles: &Titles<'t>,
    ) -> Result<Vec<Section>, XlsxError>
    where
        'a: 't,
    {
        let mut rules = Vec::new();
        for mut sheet in std::mem::take(&mut self.programmes) {
            let Some(own) = titles.of(sheet.key) else { continue };
            drawing.overview.briefs.push((own, brief_of(&mut sheet, own)));
            rules.push(about_sheet::rules_of(sheet.title, std::mem::take(&mut sheet.rules)));
            drawing.governed.push((own, sheet.governed_by_cache()));
            self.draw_list(drawing, own, sheet)?;
        }
        Ok(rules)
    }

    /// Draws a described sheet, and has it written row by row.
    fn draw_list<'t>(&self, drawing: &mut Drawing<'a, 't>, own: &'t str, sheet: Sheet<'a>) -> Result<(), XlsxError> {
        drawing.follows.add(own, sheet.liveness());
        self.programme(&mut drawing.book, own, &sheet)?;
        drawing.sheets.push(graft(sheet.key, own, Box::new(move |sink| sheet.write(sink))));
        Ok(())
    }

    /// Draws the two sheets of the months, where there are any.
    fn draw_months<'t>(
        &self,
        drawing: &mut Drawing<'a, 't>,
        titles: &Titles<'t>,
        words: Words<'a>,
    ) -> Result<(), XlsxError>
    where
        'a: 't,
    {
        if let Some((own, sales)) = titles.of(monthly_sheet::KEY).zip(self.monthly()) {
            let heading = self.heading("月度销售报表", "monthly sales");
            let top = self.top(&heading, &self.caveat);
            monthly_sheet::draw(drawing.book.add_worksheet().set_name(own)?, own, sales, &top, words)?;
            let rest = Body {
                row: monthly_sheet::REST_ROW,
                prototypes: monthly_sheet::PROTOTYPES,
                heights: Vec::new(),
                write: Box::new(move |sink| monthly_sheet::write_rest(sales, words, sink)),
            };
            drawing.sheets.push(GraftSheet { body: Some(rest), ..small(monthly_sheet::KEY, own) });
            drawing.follows.add_report(own);
            if let Some(calculated) = self.calculated {
                let brief = monthly_brief::brief(own, sales, &calculated.years, words);
                drawing.overview.briefs.push((own, brief));
            }
        }
        match titles.of(monthly_rows::KEY).zip(self.monthly_rows(words)) {
            Some((own, sheet)) => self.draw_list(drawing, own, sheet),
            None => Ok(()),
        }
    }

    /// Draws the overview, from what the other sheets have said.
    fn draw_overview<'t>(
        &self,
        drawing: &mut Drawing<'a, 't>,
        own: &'t str,
        words: Words<'a>,
    ) -> Result<(), XlsxError> {
        drawing.follows.add_report(own);
        let heading = self.heading("经营总览", "overview");
        let top = self.top(&heading, &self.notice);
        let sheet = drawing.book.worksheet_from_name(own)?;
        let placed = overview_sheet::draw(sheet, own, &drawing.overview, &top, words)?;
        let of_governed = placed.into_iter().filter(|(_, formula)| figures::is_governed(formula, &drawing.governed));
        let cells = of_governed.map(|(at, _)| at).collect();
        drawing.governed.push((own, cells));
        Ok(())
    }

    fn draw_issues(&self, drawing: &mut Drawing<'a, '_>, own: &str) -> Result<(), XlsxError> {
        let listing = Listing { issues: self.issues, comparison: self.comparison, speaker: self.speaker };
        let columns = listing.columns();
        let heading = self.speaker.lang.pick("校验结果", "Issues").to_owned();
        let rows = listing.rows();
        self.layout(ISSUES_KEY, heading, &columns, rows, Vec::new(), listing.colours()).draw(&mut drawing.book, own)?;
        drawing.sheets.push(graft(ISSUES_KEY, own, Box::new(move |sink| listing.write(sink))));
        Ok(())
    }

    /// Draws the explanations, which stand last, and hands over the sheets.
    fn draw_about(
        &self,
        drawing: Drawing<'a, '_>,
        own: &str,
        rules: Vec<Section>,
        words: Words<'a>,
    ) -> Result<Graft<'a>, XlsxError> {
        let Drawing { mut book, mut sheets, governed, plots, follows, mut sections, .. } = drawing;
        sections.extend(follows.sections(words));
        sections.push(about_sheet::governed(words, &governed));
        let assessed = self.calculated.is_none_or(|calculated| calculated.assessment.is_some());
        if assessed && self.speaker.schemas.caller.is_none() {
            sections.extend(about_sheet::rules(words));
        }
        sections.extend(rules);
        about_sheet::draw(&mut book, own, &self.subtitle, &sections, &plots, words)?;
        sheets.push(small("about", own));
        Ok(Graft { book: book.save_to_buffer()?, sheets })
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
            list: self.list(sheet.key, sheet.rows_below()),
            ..self.layout(
                sheet.key,
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
            dealerbook_base::lang::Lang::Zh => format!("{period}年度经销商{zh}"),
            dealerbook_base::lang::Lang::En => format!("Dealer {en} {period}"),
        }
    }

    /// What makes a sheet a list of the workbook.
    fn list(&self, key: &str, rows_below: u32) -> Option<List> {
        Some(List { key: key.to_owned(), rows_below, epoch_1904: self.epoch_1904 })
    }

    fn layout<'l>(
        &self,
        key: &str,
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
            frozen: 3,
            totals,
            colours,
            totals_label: self.speaker.lang.pick("合计", "Totals"),
            pages_wide: 1,
            lang: self.speaker.lang,
            list: self.list(key, 0),
        }
    }

    fn grade_colours(&self, columns: &[Col], keys: &[&str]) -> Vec<(u16, String, u32)> {
        let grade = |id: &str| {
            self.speaker.policy.grades.iter().find(|g| g.id == id).map(|g| g.title.pick(self.speaker.lang).to_owned())
        };
        let fills = || dealerbook_engine::sheet::GRADE_FILLS.iter().filter_map(|(id, fill)| Some((grade(id)?, *fill)));
        let columns = keys.iter().filter_map(|key| at(columns, key));
        columns.flat_map(|column| fills().map(move |(title, fill)| (column, title, fill))).collect()
    }
}

/// A sheet that is drawn whole.
fn small<'a>(key: &str, title: &str) -> GraftSheet<'a> {
    GraftSheet { key: key.to_owned(), title: title.to_owned(), body: None }
}

/// Returns what a programme's sheet says on the overview, its formulas spelt out for there.
fn brief_of<'a>(sheet: &mut Sheet<'a>, title: &str) -> Brief<'a> {
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

fn graft<'a>(key: &str, title: &str, write: BodyWriter<'a>) -> GraftSheet<'a> {
    let body = Body { row: BODY_ROW, prototypes: PROTOTYPES, heights: heights(), write };
    GraftSheet { key: key.to_owned(), title: title.to_owned(), body: Some(body) }
}
