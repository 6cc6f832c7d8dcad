//! 总览 / Overview: the monthly operating review on one page. Key figures of every sheet, the dealers that need attention first, grades by
//! region and attainment by month, live and with links to where they come from.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Color, FormatAlign,
    ObjectMovement, Worksheet, XlsxError,
};

use super::assessment_sheet::AssessmentSheet;
use super::layout::{self, INK};
use super::monthly_brief;
use super::monthly_sheet::{self, Line, Top, month_name};
use super::overview::{Brief, KeyFigure, Needy, first};
use super::small_sheet::{figures, framed, label, link, link_to, prefix, put, set_lines, title, write, write_across};
use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::programmes::monthly::MonthlySales;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::sheet::words::Words;

/// The key of the sheet.
pub const KEY: &str = "overview";

/// What the overview says.
pub struct Overview<'b> {
    /// What each sheet has to tell, by its title.
    pub briefs: Vec<(&'b str, Brief<'b>)>,
    /// How many dealers of each region have each grade, and how that is counted; where they are assessed.
    pub grades: Option<Grades<'b>>,
    /// The months, and the title of their sheet.
    pub monthly: Option<(&'b str, &'b MonthlySales<'b>)>,
}

/// A key figure's place, column and row, and its formula.
pub type Placed = ((u16, u32), String);

/// Grades by region.
pub struct Grades<'b> {
    /// The regions that are shown by themselves, with how many dealers have each grade.
    regions: Vec<(&'b Key, Vec<u32>)>,
    /// How many regions are shown together.
    others: usize,
    /// How many dealers have each grade.
    all: Vec<u32>,
    /// The cells of the regions and of the grades.
    region: String,
    grade: String,
}

/// The two halves of the page: the first and the last column of each.
const LEFT: (u16, u16) = (0, 5);
const RIGHT: (u16, u16) = (6, 12);
const WIDTH: f64 = 12.2;
const CHART_PIXELS: (u32, u32) = (505, 380);
const CHART_ROWS: u32 = 20;
const GRADES_MAX: usize = 4;
const BLUE: Color = Color::RGB(0x2F5597);

impl<'b> Grades<'b> {
    /// Counts the grades on the assessment's sheet of that title, the largest regions by themselves.
    pub fn new(scores: &AssessmentSheet<'b>, title: &str) -> Self {
        let words = scores.words();
        let mut regions: BTreeMap<&Key, (u32, Vec<u32>)> = BTreeMap::new();
        let count = words.policy.grades.len().min(GRADES_MAX);
        let mut all = vec![0; count];
        for (region, grade) in scores.regions_and_grades() {
            let (dealers, graded) = regions.entry(region).or_insert_with(|| (0, vec![0; count]));
            *dealers += 1;
            if let Some(grade) = grade.filter(|grade| *grade < count) {
                graded[grade] += 1;
                all[grade] += 1;
            }
        }
        let mut regions: Vec<(&Key, (u32, Vec<u32>))> = regions.into_iter().collect();
        // Dealers without a region stand among the others, whatever their number.
        regions.sort_by_key(|(region, (dealers, _))| (region.is_empty(), std::cmp::Reverse(*dealers)));
        let named = regions.iter().filter(|(region, _)| !region.is_empty()).count();
        let shown = named.min(words.policy.overview.regions_max);
        let others = regions.len() - shown;
        let regions = regions.into_iter().take(shown).map(|(region, (_, graded))| (region, graded)).collect();
        let cells = |key: &str| {
            let range = scores.columns.range(key, scores.rows());
            let absolute = range.split(':').map(|cell| {
                let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
                format!("${}${}", &cell[..digits], &cell[digits..])
            });
            format!("{}{}", prefix(title), absolute.collect::<Vec<_>>().join(":"))
        };
        Grades { regions, others, all, region: cells("region"), grade: cells("grade") }
    }
}

/// Draws the sheet; gives the places of the key figures, column and row, with their formulas.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn draw(
    sheet: &mut Worksheet,
    own: &str,
    overview: &Overview<'_>,
    top: &Top<'_>,
    words: Words<'_>,
) -> Result<Vec<Placed>, XlsxError> {
    layout::heading(sheet, top.heading, top.subtitle)?;
    if let Some(notice) = top.notice {
        sheet.write_with_format(2, 0, notice, &layout::notice())?;
    }
    for column in LEFT.0..=RIGHT.1 {
        sheet.set_column_width(column, WIDTH)?;
    }
    let mut placed = Vec::new();
    let row = key_figures(sheet, 3, &overview.briefs, &mut placed, words)?;
    let row = attention(sheet, row + 1, &first(&overview.briefs, &words.policy.overview), words)?;
    let begin = row + 1;
    let mut end = begin;
    let mut charts = Vec::new();
    let mut half = LEFT;
    if let Some(grades) = &overview.grades {
        end = end.max(grades_by_region(sheet, begin, grades, words)?);
        let last = begin + 1 + u32_of(grades.regions.len()) + u32::from(grades.others > 0);
        let text = words.lang.pick("各区域评级", "Grades by region");
        charts.push((half, grades_chart(own, (begin + 2, last), (0, 2), text, words)));
        half = RIGHT;
    }
    if let Some((title, sales)) = overview.monthly.filter(|(_, sales)| sales.months > 0) {
        end = end.max(months(sheet, (begin, half.0), title, sales, words)?);
        charts.push((half, monthly_brief::chart(title, words)));
    }
    for ((column, _), mut chart) in charts {
        chart.set_width(CHART_PIXELS.0).set_height(CHART_PIXELS.1);
        sheet.insert_chart_with_offset(end + 1, column, &chart, 4, 0)?;
        sheet.write_blank(end + CHART_ROWS, 0, &rust_xlsxwriter::Format::new())?;
    }
    layout::print_setup(sheet, 1, words.lang);
    sheet.set_portrait().set_print_fit_to_pages(1, 1);
    Ok(placed)
}

fn heading(sheet: &mut Worksheet, row: u32, (from, to): (u16, u16), text: &str) -> Result<(), XlsxError> {
    write_across(sheet, row, (from, to), &text.into(), &title())?;
    sheet.set_row_height(row, 20)?;
    Ok(())
}

/// The key figures in two columns, those of a sheet together; gives the row behind them.
fn key_figures(
    sheet: &mut Worksheet,
    row: u32,
    briefs: &[(&str, Brief<'_>)],
    placed: &mut Vec<Placed>,
    words: Words<'_>,
) -> Result<u32, XlsxError> {
    heading(sheet, row, (LEFT.0, RIGHT.1), words.lang.pick("关键数据", "Key figures"))?;
    let count: usize = briefs.iter().map(|(_, brief)| brief.figures.len()).sum();
    let (mut left, mut right) = (row + 1, row + 1);
    for (title, brief) in briefs {
        let on_left = (left - row - 1) as usize * 2 < count;
        let (next, half) = if on_left { (&mut left, LEFT) } else { (&mut right, RIGHT) };
        for (n, figure) in brief.figures.iter().enumerate() {
            key_figure(sheet, *next, half, (title, n == 0), figure)?;
            placed.push(((half.1, *next), figure.formula.clone()));
            *next += 1;
        }
    }
    Ok(left.max(right))
}

fn key_figure(
    sheet: &mut Worksheet,
    row: u32,
    (column, last): (u16, u16),
    (title, begins): (&str, bool),
    figure: &KeyFigure<'_>,
) -> Result<(), XlsxError> {
    write_across(sheet, row, (column, column + 1), &Value::Blank, &framed())?;
    if begins {
        sheet.write_url_with_format(row, column, link_to(title, title), &link())?;
    }
    write_across(sheet, row, (column + 2, last - 1), &figure.label.as_str().into(), &framed())?;
    write(sheet, (row, last), &figure.value, Some(&figure.formula), &figures(figure.format).set_bold())
}

/// The dealers that need attention first; gives the row behind them.
fn attention(sheet: &mut Worksheet, row: u32, needy: &[Needy<'_>], words: Words<'_>) -> Result<u32, XlsxError> {
    let pick = |zh, en| words.lang.pick(zh, en);
    heading(sheet, row, (LEFT.0, RIGHT.1), pick("最需关注的经销商", "Dealers that need attention first"))?;
    if needy.is_empty() {
        let none = pick("没有需要关注的经销商", "No dealer needs attention");
        write_across(sheet, row + 1, (LEFT.0, RIGHT.1), &none.into(), &framed())?;
        return Ok(row + 2);
    }
    let labels = [
        ((0, 0), pick("权重", "Weight")),
        ((1, 1), pick("编号", "ID")),
        ((2, 3), pick("经销商名称", "Name")),
        ((4, RIGHT.1), pick("原因", "Why")),
    ];
    for (columns, text) in labels {
        write_across(sheet, row + 1, columns, &text.into(), &label(INK))?;
    }
    for (n, dealer) in needy.iter().enumerate() {
        let row = row + 2 + u32_of(n);
        let why = dealer.words.join("\n");
        write(sheet, (row, 0), &dealer.weight.into(), None, &figures("0").set_align(FormatAlign::Center))?;
        let url = link_to(dealer.sheet, dealer.id);
        sheet.write_url_with_format(row, 1, url, &link())?;
        write_across(sheet, row, (2, 3), &dealer.name.into(), &framed().set_text_wrap())?;
        write_across(sheet, row, (4, RIGHT.1), &why.as_str().into(), &framed().set_text_wrap())?;
        let lines = layout::lines(&why, WIDTH * 9.0).max(layout::lines(dealer.name, WIDTH * 2.0));
        set_lines(sheet, row, lines)?;
    }
    Ok(row + 2 + u32_of(needy.len()))
}

/// How many dealers of each region have each grade; gives the row behind them.
fn grades_by_region(sheet: &mut Worksheet, row: u32, grades: &Grades<'_>, words: Words<'_>) -> Result<u32, XlsxError> {
    heading(sheet, row, LEFT, words.lang.pick("各区域评级（家）", "Dealers by region and grade"))?;
    let header = row + 1;
    write_across(sheet, header, (0, 1), &words.lang.pick("区域", "Region").into(), &label(BLUE))?;
    for (n, grade) in words.policy.grades.iter().take(GRADES_MAX).enumerate() {
        write(sheet, (header, 2 + u16_of(n)), &grade.title.pick(words.lang).into(), None, &label(BLUE))?;
    }
    sheet.set_row_height(header, 34)?;
    let of_grade = |letter: &str| format!("({}={letter}${})", grades.grade, header + 1);
    let first = header + 2;
    let mut next = header + 1;
    for (region, graded) in &grades.regions {
        write_across(sheet, next, (0, 1), &region.shown().into(), &framed())?;
        for (n, dealers) in graded.iter().enumerate() {
            let letter = dealerbook_engine::workbook::column_name(2 + u16_of(n));
            let formula = format!("SUMPRODUCT(EXACT({},$A{})*{})", grades.region, next + 1, of_grade(&letter));
            write(sheet, (next, 2 + u16_of(n)), &(*dealers).into(), Some(&formula), &figures("0"))?;
        }
        next += 1;
    }
    let total = next + 1 + u32::from(grades.others > 0);
    if grades.others > 0 {
        let text = match words.lang {
            Lang::Zh => format!("其余 {} 个区域", grades.others),
            Lang::En => format!("{} other regions", grades.others),
        };
        write_across(sheet, next, (0, 1), &text.into(), &framed())?;
        for (n, all) in grades.all.iter().enumerate() {
            let letter = dealerbook_engine::workbook::column_name(2 + u16_of(n));
            let shown: u32 = grades.regions.iter().map(|(_, graded)| graded[n]).sum();
            let formula = match grades.regions.len() {
                0 => format!("{letter}{total}"),
                _ => format!("{letter}{total}-SUM({letter}{first}:{letter}{next})"),
            };
            write(sheet, (next, 2 + u16_of(n)), &(all - shown).into(), Some(&formula), &figures("0"))?;
        }
        next += 1;
    }
    write_across(sheet, next, (0, 1), &words.lang.pick("合计", "Total").into(), &framed().set_bold())?;
    for (n, all) in grades.all.iter().enumerate() {
        let letter = dealerbook_engine::workbook::column_name(2 + u16_of(n));
        let formula = format!("SUMPRODUCT({}*1)", of_grade(&letter));
        write(sheet, (next, 2 + u16_of(n)), &(*all).into(), Some(&formula), &figures("0").set_bold())?;
    }
    Ok(next + 1)
}

/// The months: bought, planned, attained, and the year to date against the target; gives the row behind them.
fn months(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    title: &str,
    sales: &MonthlySales<'_>,
    words: Words<'_>,
) -> Result<u32, XlsxError> {
    let pick = |zh, en| words.lang.pick(zh, en);
    let columns = [
        (Line::Actual, pick("提货（吨）", "Bought (t)"), "#,##0"),
        (Line::Planned, pick("计划（吨）", "Plan (t)"), "#,##0"),
        (Line::Against, pick("其中有计划（吨）", "With a plan (t)"), "#,##0"),
        (Line::Attainment, pick("计划完成率", "Attained"), "0.0%"),
        (Line::Cumulative, pick("累计（吨）", "To date (t)"), "#,##0"),
        (Line::OfTarget, pick("占年度目标", "Of target"), "0.0%"),
    ];
    heading(sheet, row, (column, column + 6), pick("各月提货与目标完成", "Purchases and attainment by month"))?;
    sheet.write_url_with_format(row + 1, column, link_to(title, title), &link().set_text_wrap())?;
    for (n, (_, text, _)) in columns.iter().enumerate() {
        write(sheet, (row + 1, column + 1 + u16_of(n)), &(*text).into(), None, &label(BLUE))?;
    }
    sheet.set_row_height(row + 1, 34)?;
    for month in 0..=12 {
        let own = row + 2 + u32_of(month);
        let name = if month == 12 { pick("至今", "To date").to_owned() } else { month_name(month, words.lang) };
        put(sheet, (own, column), &name.into(), None)?;
        for (n, (line, ..)) in columns.into_iter().enumerate() {
            let shown = month == 12 || month < sales.months || line == Line::Planned;
            let figure = monthly_sheet::value(monthly_sheet::figure(sales, line, month));
            let value = if shown { figure } else { Value::Blank };
            let formula = line.cell(title, month);
            let at = (own, column + 1 + u16_of(n));
            put(sheet, at, &value, Some(&formula).filter(|_| shown).map(String::as_str))?;
        }
    }
    let (first, last) = (row + 2, row + 2 + 12);
    sheet.set_range_format(first, column, last, column, &framed())?;
    for (column, (.., format)) in (column + 1..).zip(columns) {
        sheet.set_range_format(first, column, last, column, &figures(format))?;
    }
    Ok(last + 1)
}

/// The grades of each of some rows, one on the other: the first row and the last, the column of the labels and that of the first grade.
pub fn grades_chart(
    own: &str,
    (first, last): (u32, u32),
    (labels, graded): (u16, u16),
    text: &str,
    words: Words<'_>,
) -> Chart {
    let mut chart = Chart::new(ChartType::BarStacked);
    for (n, grade) in words.policy.grades.iter().take(GRADES_MAX).enumerate() {
        let column = graded + u16_of(n);
        let fill = dealerbook_engine::sheet::GRADE_FILLS
            .iter()
            .find(|(id, _)| *id == grade.id)
            .map_or(0xD9D9D9, |(_, fill)| *fill);
        let mut format = ChartFormat::new();
        format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(fill)));
        format.set_border(ChartLine::new().set_color(Color::RGB(0x7F7F7F)).set_width(0.5));
        let series = chart.add_series();
        series.set_name(grade.title.pick(words.lang)).set_categories((own, first, labels, last, labels));
        series.set_values((own, first, column, last, column)).set_gap(50).set_format(&mut format);
    }
    let mut font = ChartFont::new();
    font.set_bold().set_size(12).set_color(INK);
    chart.title().set_name(text).set_font(&font);
    chart.set_alt_text(text).set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    let mut small = ChartFont::new();
    small.set_size(9).set_color(Color::RGB(0x595959));
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&small);
    chart.x_axis().set_font(&small).set_num_format("0");
    chart.y_axis().set_font(&small).set_reverse().set_label_interval(1).set_major_gridlines(false);
    chart
}
