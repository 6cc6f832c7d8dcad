//! 计算说明 / About: what was calculated by which rules, what was left out, and what to know before relying on it.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError};

use super::layout;
use super::plot::Plot;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::policy::{Joiners, Rates, Rule, Scorecard};
use dealerbook_engine::sheet::words::Words;
use dealerbook_engine::workbook::cell_name;

/// What stands in a cell.
pub enum Cell {
    /// Text.
    Text(String),
    /// A whole number.
    Number(u64),
    /// A formula without its `=`, its cached value and its number format.
    Live(String, String, &'static str),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl Cell {
    /// Its text; empty where it holds something else.
    pub fn text(&self) -> &str {
        if let Cell::Text(text) = self { text } else { "" }
    }
}

/// A row of cells, the first of which says what the others are.
pub type Row = Vec<Cell>;

/// A section: a title and rows of two or more cells.
pub struct Section {
    /// The title.
    pub title: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether it must not be overlooked.
    pub warning: bool,
}

/// The widths of the columns, in characters.
const WIDTHS: [(u16, f64); 3] = [(0, 30.0), (1, 96.0), (2, 40.0)];

/// Draws the sheet.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn draw(
    book: &mut Workbook,
    title: &str,
    subtitle: &str,
    sections: &[Section],
    plots: &[Plot],
    words: Words<'_>,
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name(title)?;
    let heading = match words.schemas.caller {
        Some(_) => words.lang.pick("校验说明", "About this check"),
        None => words.lang.pick("计算说明", "About this calculation"),
    };
    layout::heading(sheet, heading, subtitle)?;
    for (column, width) in WIDTHS {
        sheet.set_column_width(column, width)?;
    }
    let mut row = 3;
    for section in sections.iter().filter(|s| !s.rows.is_empty()) {
        let first = row + 1;
        row = draw_section(sheet, row, section)? + 1;
        for plot in plots.iter().filter(|plot| plot.section == section.title) {
            plot.draw(sheet, title, first, u32_of(section.rows.len()))?;
        }
    }
    sheet.set_freeze_panes(2, 0)?;
    layout::print_setup(sheet, 1, words.lang);
    Ok(())
}

fn draw_section(sheet: &mut Worksheet, mut row: u32, section: &Section) -> Result<u32, XlsxError> {
    let fill = Color::RGB(if section.warning { 0xC00000 } else { 0x1F3864 });
    let title = Format::new().set_bold().set_font_color(Color::White).set_background_color(fill);
    let columns = u16_of(section.rows.iter().map(Vec::len).max().unwrap_or(2).max(2));
    sheet.write_string(row, 0, &section.title)?;
    layout::format_cells(sheet, row, (0, columns - 1), &title)?;
    let base = Format::new()
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(Color::RGB(0xD9D9D9))
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    let label = base.clone().set_bold();
    for cells in &section.rows {
        row += 1;
        let lines =
            cells.iter().zip(WIDTHS).map(|(cell, (_, width))| layout::lines(cell.text(), width)).max().unwrap_or(1);
        sheet.set_row_height(row, 2.0 + layout::LINE_POINTS * f64::from(lines))?;
        for (column, cell) in cells.iter().enumerate() {
            let at = u16_of(column);
            let number = |code: &str| base.clone().set_num_format(code).set_align(FormatAlign::Left);
            match cell {
                Cell::Text(text) if column == 0 => sheet.write_string_with_format(row, at, text, &label)?,
                Cell::Text(text) => sheet.write_string_with_format(row, at, text, &base)?,
                Cell::Number(x) => sheet.write_number_with_format(row, at, *x as f64, &number("0"))?,
                Cell::Live(formula, cached, code) => {
                    let formula = Formula::new(formula).set_result(cached.as_str());
                    sheet.write_formula_with_format(row, at, formula, &number(code))?
                }
            };
        }
    }
    Ok(row + 1)
}

/// A row of texts.
pub fn texts<const N: usize>(cells: [String; N]) -> Row {
    cells.into_iter().map(Cell::Text).collect()
}

/// The cells whose cached value governs: sheet and cell of each.
pub fn governed(words: Words<'_>, cells: &[(&str, Vec<(u16, u32)>)]) -> Section {
    let of_sheet = |(sheet, cells): &(&str, Vec<(u16, u32)>)| {
        let rows = cells.iter().map(|(column, row)| vec![(*sheet).to_owned().into(), cell_name(*row, *column).into()]);
        rows.collect::<Vec<_>>()
    };
    let rows = cells.iter().flat_map(of_sheet).collect();
    Section {
        title: words.lang.pick("以缓存值为准的单元格", "Cells whose cached value governs").to_owned(),
        rows,
        warning: false,
    }
}

/// The rules of a programme's sheet.
pub fn rules_of(sheet: &str, rules: Vec<(String, String)>) -> Section {
    Section {
        title: sheet.to_owned(),
        rows: rules.into_iter().map(|(what, how)| texts([what, how])).collect(),
        warning: false,
    }
}

/// The rules in force: scorecards, grades and incentives with their figures.
pub fn rules(words: Words<'_>) -> Vec<Section> {
    let mut sections = assessment_rules(words);
    sections.push(incentive_rules(words));
    sections
}

/// The scorecards and the grades.
pub fn assessment_rules(words: Words<'_>) -> Vec<Section> {
    let policy = words.policy;
    let mut sections: Vec<Section> = policy.scorecards.iter().map(|card| scorecard(card, words)).collect();
    let plain = |x: &rust_decimal::Decimal| x.normalize().to_string();
    let grades = policy.grades.iter().map(|g| {
        let from = g
            .from
            .as_ref()
            .map_or_else(|| words.lang.pick("其余", "the rest").to_owned(), |f| format!("≥ {}", plain(f)));
        let note = [&g.sanctions, &g.support].into_iter().flatten().next().map_or("", |t| t.pick(words.lang));
        texts([g.title.pick(words.lang).to_owned(), from, note.to_owned()])
    });
    sections.push(Section {
        title: words.lang.pick("评级（下限含本数）与违规处理", "Grades (lower bounds) and sanctions").to_owned(),
        rows: grades.collect(),
        warning: false,
    });
    sections.push(Section {
        title: words.lang.pick("年内加入的经销商", "Dealers that joined within the year").to_owned(),
        rows: vec![joiners(words)],
        warning: false,
    });
    sections
}

/// How those are counted that joined within the period.
fn joiners(words: Words<'_>) -> Row {
    let (what, how) = match words.policy.joiners {
        Joiners::Full => (
            words.lang.pick("与其他经销商相同", "as everybody else"),
            words.lang.pick(
                "按全年目标和12个月计；加入之前的月份没有提货",
                "by the target and the months of the whole year; without purchases before they joined",
            ),
        ),
        Joiners::Prorated => (
            words.lang.pick("按月折算", "prorated"),
            words.lang.pick(
                "目标×加入后月数÷12（加入当月计入）；均衡指数按这些月份计，网络客户的计划从加入当月起",
                "target × months since joining / 12, that month included; evenness and a network customer's plan over these months",
            ),
        ),
    };
    texts([what.to_owned(), how.to_owned()])
}

/// The incentives in the order of their lines, and the cap over them all.
pub fn incentive_rules(words: Words<'_>) -> Section {
    let policy = words.policy;
    let incentives = policy.incentives.iter().map(|i| texts([i.title.pick(words.lang).to_owned(), words.incentive(i)]));
    let cap = policy.dealer_cap.as_ref().map(|cap| {
        let label = words.lang.pick("每家经销商全年封顶", "Cap of a dealer's year");
        texts([label.to_owned(), words.dealer_cap(cap)])
    });
    let without = policy.incentives_need_tonnes.then(|| {
        let how = words.lang.pick("不计任何激励", "no incentive at all");
        texts([words.lang.pick("全年提货合计不大于 0", "A year of 0 tonnes or less").to_owned(), how.to_owned()])
    });
    let incentives: Vec<Row> = incentives.chain(cap).chain(without).collect();
    let example = policy.rates == Rates::Example;
    let title = if example {
        words.lang.pick("激励标准（示例费率）", "Incentive rates (examples)")
    } else {
        words.lang.pick("激励标准", "Incentive rates")
    };
    Section { title: title.to_owned(), rows: incentives, warning: example }
}

fn scorecard(card: &Scorecard, words: Words<'_>) -> Section {
    let rows = card.characteristics.iter().map(|c| {
        let weight = match words.lang {
            dealerbook_base::lang::Lang::Zh => format!("{} 分", c.weight.normalize()),
            dealerbook_base::lang::Lang::En => format!("{} points", c.weight.normalize()),
        };
        texts([
            words.policy.characteristic(&c.id, words.lang).to_owned(),
            format!("{weight}{}{}", words.lang.pick("：", ": "), rule(&c.id, &c.rule, words)),
        ])
    });
    Section { title: card.title.pick(words.lang).to_owned(), rows: rows.collect(), warning: false }
}

/// The rule of a characteristic in words.
pub(super) fn rule(id: &str, rule: &Rule, words: Words<'_>) -> String {
    let zh = words.lang == dealerbook_base::lang::Lang::Zh;
    let plain = |x: &rust_decimal::Decimal| x.normalize().to_string();
    let join = |parts: Vec<String>| parts.join(words.lang.pick("；", "; "));
    match rule {
        Rule::Rank { bands } => {
            let part = |n: usize| {
                let to = bands.get(n + 1).map(|b| b.from - 1);
                let ranks = to.map_or_else(|| format!("{}+", bands[n].from), |to| format!("{}–{to}", bands[n].from));
                if zh {
                    format!("第 {ranks} 名 {}", plain(&bands[n].points))
                } else {
                    format!("ranks {ranks}: {}", plain(&bands[n].points))
                }
            };
            join((0..bands.len()).map(part).collect())
        }
        Rule::Count { bands } => join(bands.iter().map(|b| format!("≥ {} → {}", b.from, plain(&b.points))).collect()),
        Rule::Category { values } => {
            join(values.iter().map(|v| format!("{} → {}", words.category(id, &v.value), plain(&v.points))).collect())
        }
        Rule::Exclusivity { full_at, step, points_a_step } => {
            let (full, step) = (dealerbook_engine::sheet::words::percent(*full_at), dealerbook_engine::sheet::words::percent(*step));
            if zh {
                format!("达到 {full} 得满分，每低 {step}（不足一档不计）扣 {} 分，最低 0 分", plain(points_a_step))
            } else {
                format!("full at {full}, −{} for each whole {step} below, never below 0", plain(points_a_step))
            }
        }
        Rule::Evenness => words
            .lang
            .pick(
                "满分 × 提货均衡指数：12 个月比率的平均数，每月最多 1；网络客户为实际 ÷ 计划（我方原因计 1），其他经销商为实际 ÷ 月均（年销量 ÷ 12）",
                "weight × evenness index: the mean of twelve months' ratios, each at most 1; for a network customer actual ÷ plan (1 where the supplier was at fault), for others actual ÷ the monthly mean (annual tonnes ÷ 12)",
            )
            .to_owned(),
        Rule::Violations { points_each, .. } => {
            if zh {
                format!("每次属实违规扣 {} 分，可扣至负分", plain(points_each))
            } else {
                format!("−{} for each confirmed violation, below 0 as well", plain(points_each))
            }
        }
    }
}
