//! Native charts on the sheet that explains: a section's figures as bars, beside the section that they show.

use dealerbook_base::narrow::u32_of;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLine, ChartPoint, ChartSolidFill, ChartType, Color,
    ObjectMovement, Worksheet, XlsxError,
};

/// A chart of a section: the labels in its first column, the numbers in its second.
pub struct Plot {
    /// The title, and what the sheet's readers are told it shows.
    pub title: String,
    /// The section, by its title.
    pub section: String,
    /// The first row of the section that is shown, and how many are.
    pub rows: (usize, usize),
    /// Whether the bars lie, the first on top; else they stand.
    pub lying: bool,
    /// The colours of the bars: one for all, or one for each.
    pub colours: Vec<u32>,
    /// The number format of what stands at the bars.
    pub number_format: &'static str,
}

/// The chart stands in the second column behind its figures, which are short: so many pixels from its left edge.
const LEFT_PIXELS: u32 = 150;
const WIDTH_PIXELS: u32 = 524;
/// A row of a section is so many pixels high, where its texts take one line.
const ROW_PIXELS: u32 = 24;
const MUTED: Color = Color::RGB(0x595959);

impl Plot {
    /// Puts the chart beside its section, whose rows begin there and are so many.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn draw(&self, sheet: &mut Worksheet, name: &str, first: u32, rows: u32) -> Result<(), XlsxError> {
        let shown = first + u32_of(self.rows.0);
        let mut chart = chart(self, name, (shown, shown + u32_of(self.rows.1) - 1));
        chart.set_width(WIDTH_PIXELS).set_height(rows.max(6) * ROW_PIXELS + ROW_PIXELS / 2);
        sheet.insert_chart_with_offset(first, 1, &chart, LEFT_PIXELS, 4)?;
        Ok(())
    }
}

fn chart(plot: &Plot, sheet: &str, (first, last): (u32, u32)) -> Chart {
    let mut chart = Chart::new(if plot.lying { ChartType::Bar } else { ChartType::Column });
    let mut font = ChartFont::new();
    font.set_bold().set_size(12).set_color(Color::RGB(0x1F3864));
    chart.title().set_name(plot.title.as_str()).set_font(&font);
    chart.set_alt_text(plot.title.as_str()).set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    chart.legend().set_hidden();
    let mut labels = ChartDataLabel::new();
    labels.show_value().set_num_format(plot.number_format);
    let fill = |colour: u32| {
        let mut format = ChartFormat::new();
        format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour)));
        format.set_border(ChartLine::new().set_color(Color::RGB(0x7F7F7F)).set_width(0.5));
        format
    };
    let series = chart.add_series();
    series.set_categories((sheet, first, 0, last, 0)).set_values((sheet, first, 1, last, 1));
    series.set_name(plot.title.as_str()).set_gap(60).set_data_label(&labels);
    match plot.colours.as_slice() {
        [one] => {
            series.set_format(&mut fill(*one));
        }
        each => {
            let points: Vec<ChartPoint> =
                each.iter().map(|colour| ChartPoint::new().set_format(&mut fill(*colour))).collect();
            series.set_points(&points);
        }
    }
    let mut small = ChartFont::new();
    small.set_size(9).set_color(MUTED);
    // The figures stand at the bars: an axis of values would only repeat them. For lying bars the axes change places.
    let values = if plot.lying { chart.x_axis() } else { chart.y_axis() };
    values.set_hidden(true).set_major_gridlines(false).set_min(0);
    let labels = if plot.lying { chart.y_axis() } else { chart.x_axis() };
    labels.set_font(&small).set_major_gridlines(false);
    if plot.lying {
        labels.set_reverse();
    }
    chart
}
