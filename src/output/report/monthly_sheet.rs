//! 月度销售报表 / Monthly sales: each month against its plan and the year to date against the target; all dealers, then region by region,
//! mode by mode and class by class. Figures are those of the dealers on the assessment's sheets.

use rust_xlsxwriter::{Color, Format, Worksheet, XlsxError};

use super::layout::{self, BODY_ROW, HEADER_ROW, INK, format_cells};
use super::monthly_brief;
use super::small_sheet::{cut, figures, framed, label, prefix, put};
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::programmes::monthly::{MonthlySales, Months, sum};
use dealerbook_engine::sheet::body::write_cell;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::sheet::words::Words;
use dealerbook_engine::workbook::cell_name;
use dealerbook_package::edit::RowSink;

/// The key of the sheet.
pub const KEY: &str = "monthly_sales";

const DEALERS: u16 = 2;
const TARGET: u16 = 3;
const WHAT: u16 = 4;
pub(super) const JANUARY: u16 = 5;
pub(super) const TO_DATE: u16 = JANUARY + 12;
const WIDTHS: [f64; 5] = [13.0, 22.0, 8.0, 12.0, 21.0];
const MONTH_WIDTH: f64 = 9.5;
pub(super) const TONNES: &str = "#,##0.0##";
pub(super) const SHARE: &str = "0.0%";
/// More regions than these are added up in one row: nobody reads them one by one.
const REGIONS_MAX: usize = 100;

/// What is said of a group, a row each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What was bought.
    Actual,
    /// What was planned.
    Planned,
    /// What was bought in months with a plan.
    Against,
    /// That of what was planned.
    Attainment,
    /// What was bought since January.
    Cumulative,
    /// That of the year's target.
    OfTarget,
}

/// The row of the first group that is written as a stream; the lines' prototypes stand there.
pub const REST_ROW: u32 = BODY_ROW + PROTOTYPES;
/// How many prototypes there are: one for each line.
pub const PROTOTYPES: u32 = u32_of(LINES.len());

pub(super) const LINES: [Line; 6] =
    [Line::Actual, Line::Planned, Line::Against, Line::Attainment, Line::Cumulative, Line::OfTarget];

impl Line {
    pub(super) fn name(self, lang: Lang) -> &'static str {
        match self {
            Line::Actual => lang.pick("实际提货（吨）", "Actual (t)"),
            Line::Planned => lang.pick("计划提货（吨）", "Plan (t)"),
            Line::Against => lang.pick("其中有计划的（吨）", "of it with a plan (t)"),
            Line::Attainment => lang.pick("计划完成率", "Attainment of plan"),
            Line::Cumulative => lang.pick("累计提货（吨）", "Year to date (t)"),
            Line::OfTarget => lang.pick("累计占年度目标", "Of the year's target"),
        }
    }

    fn is_share(self) -> bool {
        matches!(self, Line::Attainment | Line::OfTarget)
    }

    /// The cell of all dealers in a month, or at the end of the year to date behind December.
    pub fn cell(self, title: &str, month: usize) -> String {
        let row = BODY_ROW + u32_of(LINES.iter().position(|line| *line == self).unwrap_or_default());
        format!("{}{}", prefix(title), cell_name(row, JANUARY + u16_of(month)))
    }
}

/// What the figures of all dealers come to: in a month, or to date where the month is 12; nothing where there is nothing to divide by.
pub fn figure(sales: &MonthlySales<'_>, line: Line, month: usize) -> Option<Exact> {
    of_months(&sales.all, sales.months, line, month)
}

pub(super) fn of_months(of: &Months, months: usize, line: Line, month: usize) -> Option<Exact> {
    let one = |figures: &[Exact; 12]| figures.get(month).cloned().unwrap_or_else(|| sum(&figures[..months]));
    match line {
        Line::Planned => Some(one(&of.planned)),
        _ if (months..12).contains(&month) => None,
        Line::Actual => Some(one(&of.actual)),
        Line::Against => Some(one(&of.against)),
        Line::Attainment => one(&of.against).checked_div(&one(&of.planned)),
        Line::Cumulative => Some(of.bought(months.min(month + 1))),
        Line::OfTarget => of.bought(months.min(month + 1)).checked_div(&of.target),
    }
}

/// A figure as it stands in a cell, a dash where there is nothing to divide by. Shares are not rounded there, only shown so.
pub fn value(figure: Option<Exact>) -> Value<'static> {
    figure.map_or(Value::from("–"), |x| Value::Number(x.as_decimal().unwrap_or_else(|| x.round(15).normalize())))
}

/// A group as it is shown.
pub(super) struct Group<'s> {
    /// Of what kind it is.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// Its months.
    pub months: std::borrow::Cow<'s, Months>,
}

/// What stands above the table.
pub struct Top<'t> {
    /// The title.
    pub heading: &'t str,
    /// Period and policy.
    pub subtitle: &'t str,
    /// What must not be overlooked.
    pub notice: Option<&'t str>,
}

/// Draws the sheet but for the rows of [`write_rest`].
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn draw(
    sheet: &mut Worksheet,
    title: &str,
    sales: &MonthlySales<'_>,
    top: &Top<'_>,
    words: Words<'_>,
) -> Result<(), XlsxError> {
    layout::heading(sheet, top.heading, top.subtitle)?;
    if let Some(notice) = top.notice {
        sheet.write_with_format(2, 0, notice, &layout::notice())?;
    }
    header(sheet, sales, words)?;
    let groups = groups(sales, words);
    // What the chart shows is drawn here, since the library puts it into the chart as well.
    for (n, line) in LINES.into_iter().enumerate() {
        let (row, prototype) = (BODY_ROW + u32_of(n), REST_ROW + u32_of(n));
        for (column, (value, formula)) in cells(&groups, 0, line, sales, words).iter().enumerate() {
            put(sheet, (row, u16_of(column)), value, formula.as_deref())?;
        }
        for columns in SPANS {
            let look = look(line, columns.0);
            format_cells(sheet, row, columns, &look)?;
            format_cells(sheet, prototype, columns, &look)?;
        }
    }
    let rows = u32_of(groups.len() * LINES.len());
    sheet.set_freeze_panes(BODY_ROW, JANUARY)?;
    sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    let mut chart = monthly_brief::chart(title, words);
    chart.set_width(900).set_height(340);
    sheet.insert_chart(BODY_ROW + rows + 1, 1, &chart)?;
    layout::print_setup(sheet, 1, words.lang);
    // Where a sheet is fitted, Excel leaves page breaks out: a scale at which the columns fit, and a break before a group that wouldn't.
    sheet.set_print_scale(PRINT_SCALE);
    let pages = (1..u32_of(groups.len())).filter(|group| group % GROUPS_A_PAGE == 0);
    let breaks: Vec<u32> = pages.map(|group| BODY_ROW + group * PROTOTYPES).collect();
    sheet.set_page_breaks(&breaks)?;
    sheet.set_print_area(0, 0, BODY_ROW + rows - 1, TO_DATE)?;
    Ok(())
}

/// At this scale all columns stand on a landscape page of A4, in percent.
const PRINT_SCALE: u16 = 50;
/// So many groups of six lines stand on a page then, below the title and the labels.
const GROUPS_A_PAGE: u32 = 8;

fn header(sheet: &mut Worksheet, sales: &MonthlySales<'_>, words: Words<'_>) -> Result<(), XlsxError> {
    let pick = |zh, en| words.lang.pick(zh, en).to_owned();
    let mut labels = vec![
        pick("分组", "Group"),
        pick("名称", "Name"),
        pick("经销商数", "Dealers"),
        pick("年度目标（吨）", "Annual target (t)"),
        pick("项目", "What"),
    ];
    labels.extend((0..12).map(|month| month_name(month, words.lang)));
    labels.push(match words.lang {
        Lang::Zh => format!("1–{}月累计", sales.months),
        Lang::En => format!("To date\n(month {})", sales.months),
    });
    for (column, text) in labels.iter().enumerate() {
        let fill = if column < usize::from(JANUARY) { INK } else { Color::RGB(0x2F5597) };
        sheet.write_string_with_format(HEADER_ROW, u16_of(column), text, &label(fill))?;
        sheet.set_column_width(u16_of(column), WIDTHS.get(column).copied().unwrap_or(MONTH_WIDTH))?;
    }
    sheet.set_row_height(HEADER_ROW, 36)?;
    sheet.set_column_width(TO_DATE, 12)?;
    Ok(())
}

/// 3月, Mar
pub fn month_name(month: usize, lang: Lang) -> String {
    const SHORT: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match lang {
        Lang::Zh => format!("{}月", month + 1),
        Lang::En => SHORT[month % 12].to_owned(),
    }
}

fn kinds(words: Words<'_>) -> [&'static str; 4] {
    [("全部", "All"), ("区域", "Region"), ("合作方式", "Channel mode"), ("市场分类", "Market class")]
        .map(|(zh, en)| words.lang.pick(zh, en))
}

/// All dealers, then the regions, modes and classes.
pub(super) fn groups<'s>(sales: &'s MonthlySales<'_>, words: Words<'_>) -> Vec<Group<'s>> {
    use std::borrow::Cow;
    let [all, region, mode, class] = kinds(words);
    let name = words.lang.pick("全部经销商", "All dealers").to_owned();
    let mut groups = vec![Group { kind: all, name, months: Cow::Borrowed(&sales.all) }];
    let of =
        |kind, name: &str, months: &'s Months| Group { kind, name: name.to_owned(), months: Cow::Borrowed(months) };
    groups.extend(sales.regions.iter().take(REGIONS_MAX).map(|(name, months)| of(region, name.shown(), months)));
    if let Some(others) = sales.regions.get(REGIONS_MAX..).filter(|others| !others.is_empty()) {
        let mut months = Months::default();
        others.iter().for_each(|(_, of)| months.join(of));
        let name = match words.lang {
            Lang::Zh => format!("其余 {} 个区域", others.len()),
            Lang::En => format!("{} other regions", others.len()),
        };
        groups.push(Group { kind: region, name, months: Cow::Owned(months) });
    }
    groups.extend(sales.modes.iter().map(|(name, months)| of(mode, &words.category("channel_mode", name), months)));
    groups.extend(sales.classes.iter().map(|(name, months)| of(class, &words.market_class(name), months)));
    groups
}

/// Writes the groups behind the first, six rows each, in the looks of the prototypes.
///
/// # Errors
///
/// Those of the sink.
pub fn write_rest(sales: &MonthlySales<'_>, words: Words<'_>, sink: &mut dyn RowSink) -> std::io::Result<()> {
    let groups = groups(sales, words);
    for group in 1..groups.len() {
        for (look, line) in LINES.into_iter().enumerate() {
            sink.row(u32_of(look))?;
            for (column, (value, formula)) in cells(&groups, group, line, sales, words).iter().enumerate() {
                write_cell(sink, u16_of(column), value, formula.as_deref());
            }
        }
    }
    Ok(())
}

/// The first and the last of the columns that look alike in every line.
const SPANS: [(u16, u16); 5] =
    [(0, DEALERS - 1), (DEALERS, DEALERS), (TARGET, TARGET), (WHAT, WHAT), (JANUARY, TO_DATE)];

/// How a cell of a line looks.
fn look(line: Line, column: u16) -> Format {
    let strong = |format: Format| if line == LINES[0] { format.set_bold() } else { format };
    match column {
        DEALERS => figures("0"),
        TARGET => figures(TONNES),
        _ if column < JANUARY => strong(framed()),
        _ if line.is_share() => strong(figures(SHARE)).set_background_color(layout::SOFT),
        _ => strong(figures(TONNES)),
    }
}

/// The cells of a line of a group, from left to right, each with its formula where it is live; those of all dealers are the sums of the
/// regions' rows, where every dealer has a region.
fn cells<'g>(
    groups: &'g [Group<'_>],
    nth: usize,
    line: Line,
    sales: &MonthlySales<'_>,
    words: Words<'_>,
) -> Vec<(Value<'g>, Option<String>)> {
    let (group, months) = (&groups[nth], sales.months);
    let first = BODY_ROW + u32_of(nth * LINES.len());
    let regions = if nth == 0 { rows_of_regions(groups, sales, words) } else { None };
    let mut cells: Vec<(Value<'g>, Option<String>)> = vec![
        (group.kind.into(), None),
        (cut(&group.name).into(), None),
        (group.months.dealers.into(), None),
        (value(Some(group.months.target.clone())), None),
        (line.name(words.lang).into(), None),
    ];
    cells.extend((0..=12).map(|month| {
        if (months..12).contains(&month) && line != Line::Planned || month == 12 && months == 0 {
            return (Value::Blank, None);
        }
        let figure = of_months(&group.months, months, line, month);
        (value(figure), formula(line, first, month, months, regions))
    }));
    cells
}

/// The first and the last row of the regions, where every dealer has one.
fn rows_of_regions(groups: &[Group<'_>], sales: &MonthlySales<'_>, words: Words<'_>) -> Option<(u32, u32)> {
    let regions = groups.iter().filter(|group| group.kind == kinds(words)[1]);
    let everybody = regions.map(|group| group.months.dealers).sum::<u32>() == sales.all.dealers;
    let last = BODY_ROW + u32_of(LINES.len()) * (1 + u32_of(sales.regions.len().min(REGIONS_MAX + 1))) - 1;
    everybody.then_some((REST_ROW, last))
}

/// The name of a column; the sheet has none behind Z.
#[expect(clippy::cast_possible_truncation, reason = "the columns lie before Z")]
fn letter_of(column: u16) -> char {
    char::from(b'A' + column as u8)
}

/// The formula of a line in a month or to date, where the group's rows begin at the first; none where a figure stands for itself.
fn formula(line: Line, first: u32, month: usize, months: usize, regions: Option<(u32, u32)>) -> Option<String> {
    let letter = letter_of(JANUARY + u16_of(month));
    let row = |line: Line| first + 1 + u32_of(LINES.iter().position(|l| *l == line).unwrap_or_default());
    let (january, last) = (letter_of(JANUARY), letter_of(JANUARY + u16_of(months.saturating_sub(1))));
    let own = row(line);
    match line {
        Line::Actual | Line::Planned | Line::Against if month == 12 => Some(format!("SUM({january}{own}:{last}{own})")),
        Line::Actual | Line::Planned | Line::Against => regions.map(|(from, to)| {
            let what = letter_of(WHAT);
            let range = |letter: char| format!("{letter}${}:{letter}${}", from + 1, to + 1);
            format!("SUMIF(${what}${}:${what}${},${what}{own},{})", from + 1, to + 1, range(letter))
        }),
        Line::Attainment => {
            let (against, planned) = (row(Line::Against), row(Line::Planned));
            Some(format!("IF({letter}{planned}=0,\"–\",{letter}{against}/{letter}{planned})"))
        }
        Line::Cumulative => {
            let (actual, to) = (row(Line::Actual), if month == 12 { last } else { letter });
            Some(format!("SUM(${january}{actual}:{to}{actual})"))
        }
        Line::OfTarget => {
            let (target, sum) = (letter_of(TARGET), row(Line::Cumulative));
            Some(format!("IF(${target}{own}=0,\"–\",{letter}{sum}/${target}{own})"))
        }
    }
}
