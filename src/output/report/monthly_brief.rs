//! What the overview shows of the months: their chart, key figures, and the dealers that are behind their plan.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Color, ObjectMovement,
};

use super::layout::{BODY_ROW, HEADER_ROW, INK};
use super::monthly_sheet::{JANUARY, LINES, Line, SHARE, TO_DATE, TONNES, figure, value};
use super::overview::{Brief, KeyFigure, Need};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::policy::Attention;
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::monthly::MonthlySales;
use dealerbook_engine::sheet::words::{Words, percent};

/// Actual and plan of all dealers by month, with the year to date against the target.
pub fn chart(title: &str, words: Words<'_>) -> Chart {
    let lang = words.lang;
    let range = |line: Line| {
        let row = BODY_ROW + u32_of(LINES.iter().position(|l| *l == line).unwrap_or_default());
        (title, row, JANUARY, row, TO_DATE - 1)
    };
    let months = (title, HEADER_ROW, JANUARY, HEADER_ROW, TO_DATE - 1);
    let mut chart = Chart::new(ChartType::Column);
    for (line, colour) in [(Line::Actual, 0x2F5597), (Line::Planned, 0xBFBFBF)] {
        let series = chart.add_series();
        series.set_name(line.name(lang)).set_categories(months).set_values(range(line)).set_gap(60);
        series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour))));
    }
    let mut shares = Chart::new(ChartType::Line);
    for (line, colour) in [(Line::Attainment, 0xC55A11), (Line::OfTarget, 0x548235)] {
        let series = shares.add_series();
        series.set_name(line.name(lang)).set_categories(months).set_values(range(line)).set_secondary_axis(true);
        series.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(Color::RGB(colour)).set_width(2.0)));
    }
    let mut small = ChartFont::new();
    small.set_size(9).set_color(Color::RGB(0x595959));
    shares.y2_axis().set_num_format("0%").set_font(&small).set_min(0).set_major_gridlines(false);
    chart.combine(&shares);
    chart.y2_axis().set_num_format("0%");
    let mut font = ChartFont::new();
    font.set_bold().set_size(12).set_color(INK);
    let text = lang.pick("各月提货与目标完成", "Purchases and attainment by month");
    chart.title().set_name(text).set_font(&font);
    chart.set_alt_text(text).set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&small);
    chart.y_axis().set_num_format("#,##0").set_font(&small);
    chart.x_axis().set_font(&small);
    chart
}

/// What the overview says of the sheet of this title.
pub fn brief<'a>(title: &str, sales: &MonthlySales<'a>, years: &[DealerYear<'a>], words: Words<'_>) -> Brief<'a> {
    let pick = |zh, en| words.lang.pick(zh, en).to_owned();
    let figure = |label, line: Line, format| KeyFigure {
        label,
        formula: line.cell(title, 12),
        value: value(figure(sales, line, 12)),
        format,
    };
    let figures = match sales.months {
        0 => Vec::new(),
        _ => vec![
            figure(pick("累计提货（吨）", "Tonnes to date"), Line::Actual, TONNES),
            figure(pick("累计占年度目标", "Of the year's target"), Line::OfTarget, SHARE),
            figure(pick("其中有计划的（吨，至今）", "Of it with a plan (t, to date)"), Line::Against, TONNES),
            figure(pick("计划完成率（至今）", "Attainment of plan to date"), Line::Attainment, SHARE),
        ],
    };
    let need = |behind: &dealerbook_engine::programmes::monthly::Behind| {
        let share = percent(behind.actual.checked_div(&behind.planned)?.round(3));
        let (actual, planned) =
            (dealerbook_base::exact::plain(&behind.actual), dealerbook_base::exact::plain(&behind.planned));
        let dealer = &years.get(behind.dealer)?.dealer;
        let words = match words.lang {
            Lang::Zh => format!("计划未完成：至今 {actual} 吨，计划 {planned} 吨（{share}）"),
            Lang::En => format!("behind plan: {actual} t to date of {planned} t ({share})"),
        };
        Some(Need { id: dealer.id, name: dealer.name, reason: Attention::MissedPlan, words })
    };
    Brief { figures, needs: sales.behind.iter().filter_map(need).collect() }
}
