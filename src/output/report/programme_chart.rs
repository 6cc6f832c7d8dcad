//! Native charts on the sheets of the programmes, below their tables.

use rust_xlsxwriter::{
    Chart as Native, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartMarker, ChartMarkerType,
    ChartSolidFill, ChartType, Color, ObjectMovement, Worksheet, XlsxError,
};

use super::layout::BODY_ROW;
use dealerbook_engine::sheet::{Chart, ChartKind, Series, Sheet};

/// More bars than these can't be distinguished.
const BARS_MAX: u32 = 30;
/// A chart is so many rows high, lying bars a row more for each beyond the first few.
const ROWS_HIGH: u32 = 18;
const FREE_ROWS: u32 = 8;
const WIDTH_PIXELS: u32 = 760;
const ROW_PIXELS: u32 = 20;
const MUTED: Color = Color::RGB(0x595959);

/// Puts the charts of a sheet below its table.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn draw(sheet: &mut Worksheet, title: &str, of: &Sheet<'_>) -> Result<(), XlsxError> {
    let mut row = BODY_ROW + of.body_rows() + 1;
    for chart in of.charts.iter().filter(|_| of.rows() > 0) {
        let mut native = native(chart, title, of);
        let bars = of.rows().min(BARS_MAX);
        let lying = matches!(chart.kind, ChartKind::Bars | ChartKind::StackedBars);
        let high = if lying { ROWS_HIGH.max(bars + FREE_ROWS) } else { ROWS_HIGH };
        native.set_width(WIDTH_PIXELS).set_height(high * ROW_PIXELS);
        // Behind the columns that stand on every printed page: a part of the chart would be repeated with them.
        sheet.insert_chart(row, of.frozen, &native)?;
        row += high + 1;
    }
    Ok(())
}

fn native(chart: &Chart, title: &str, of: &Sheet<'_>) -> Native {
    let lying = matches!(chart.kind, ChartKind::Bars | ChartKind::StackedBars);
    let scatter = chart.kind == ChartKind::Scatter;
    let mut native = Native::new(match chart.kind {
        ChartKind::Columns => ChartType::Column,
        ChartKind::StackedColumns => ChartType::ColumnStacked,
        ChartKind::Bars => ChartType::Bar,
        ChartKind::StackedBars => ChartType::BarStacked,
        ChartKind::Scatter => ChartType::Scatter,
    });
    let mut font = ChartFont::new();
    font.set_bold().set_size(12).set_color(Color::RGB(0x1F3864));
    native.title().set_name(chart.title.as_str()).set_font(&font);
    native.set_alt_text(chart.title.as_str()).set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    for series in &chart.series {
        add(&mut native, series, title, of, scatter);
    }
    match chart.series.len() {
        0 | 1 => native.legend().set_hidden(),
        _ => native.legend().set_position(ChartLegendPosition::Bottom),
    };
    let mut small = ChartFont::new();
    small.set_size(9).set_color(MUTED);
    let mut grid = ChartLine::new();
    grid.set_color(Color::RGB(0xD9D9D9)).set_width(0.5);
    // For lying bars the axes change places.
    let (values, along) =
        if lying { (native.x_axis(), chart.axes.1.as_str()) } else { (native.y_axis(), chart.axes.1.as_str()) };
    values
        .set_font(&small)
        .set_num_format(chart.number_format)
        .set_major_gridlines(true)
        .set_major_gridlines_line(&grid);
    if !along.is_empty() {
        values.set_name(along).set_name_font(&small);
    }
    let labels = if lying { native.y_axis() } else { native.x_axis() };
    labels.set_font(&small).set_major_gridlines(false).set_label_position(rust_xlsxwriter::ChartAxisLabelPosition::Low);
    if scatter {
        labels.set_num_format(chart.number_format);
    }
    if !chart.axes.0.is_empty() {
        labels.set_name(chart.axes.0.as_str()).set_name_font(&small);
    }
    if lying {
        labels.set_reverse();
    }
    native
}

fn add(native: &mut Native, series: &Series, title: &str, of: &Sheet<'_>, scatter: bool) {
    let (first, count) = series.rows.unwrap_or((0, if scatter { of.rows() } else { of.rows().min(BARS_MAX) }));
    let rows = (BODY_ROW + first, BODY_ROW + first + count.max(1) - 1);
    let range = |key: &str| (title, rows.0, of.columns.at(key), rows.1, of.columns.at(key));
    let fill = ChartSolidFill::new().set_color(Color::RGB(series.colour)).clone();
    let added = native.add_series();
    added.set_name(series.name.as_str()).set_categories(range(&series.along)).set_values(range(&series.values));
    let mut format = ChartFormat::new();
    if scatter {
        let mut marker = ChartMarker::new();
        format.set_solid_fill(&fill).set_no_border();
        marker.set_type(ChartMarkerType::Circle).set_size(8).set_format(&mut format);
        added.set_marker(&marker);
    } else {
        format.set_solid_fill(&fill).set_border(ChartLine::new().set_color(Color::RGB(0x7F7F7F)).set_width(0.5));
        added.set_gap(60).set_format(&mut format);
    }
}
