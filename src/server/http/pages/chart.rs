//! Charts as SVG, drawn here, with a title and a description for those who can't see them. The figures stand in a table beside each.

use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

const SIZE: (u32, u32) = (720, 300);
const FONT: u32 = 16;
const INK: RGBColor = RGBColor(0x1c, 0x24, 0x30);
const LINE: RGBColor = RGBColor(0xd3, 0xd9, 0xe2);
/// Told apart without colour too: the second is much lighter.
const COLOURS: [RGBColor; 2] = [RGBColor(0x1d, 0x5a, 0x99), RGBColor(0xb4, 0xc3, 0xd6)];

/// Bars in groups: a group a label, a bar a series.
pub struct Bars<'a> {
    /// What it shows, in a few words.
    pub title: &'a str,
    /// What it shows, for those who can't see it.
    pub description: String,
    /// What the groups are called.
    pub labels: Vec<String>,
    /// The series: name and a figure for each label, at most two of them.
    pub series: Vec<(&'a str, Vec<Decimal>)>,
}

type Plane = Cartesian2d<RangedCoordf64, RangedCoordf64>;
type Drawn<'s> = Result<(), DrawingAreaErrorKind<<SVGBackend<'s> as DrawingBackend>::ErrorType>>;

impl Bars<'_> {
    /// The chart in a figure; nothing where there is nothing to draw.
    pub fn figure(&self) -> Markup {
        let mut svg = String::new();
        let drawn = self.draw(&SVGBackend::with_string(&mut svg, SIZE).into_drawing_area());
        if drawn.is_err() || self.labels.is_empty() {
            return html! {};
        }
        let Some((_, inside)) = svg.split_once("<svg").and_then(|(_, rest)| rest.split_once('>')) else {
            return html! {};
        };
        let named = html! { title { (self.title) } desc { (self.description) } }.into_string();
        let (width, height) = SIZE;
        let open = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\""
        );
        let label = html! { (self.title) }.into_string();
        html! {
            figure {
                div.plot tabindex="0" role="region" aria-label=(self.title) {
                    (PreEscaped(format!("{open}{label}\">{named}{inside}")))
                }
                figcaption {
                    (self.title)
                    @if self.series.len() > 1 { "：" (self.series.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" / ")) }
                }
            }
        }
    }

    fn draw<'s>(&self, area: &DrawingArea<SVGBackend<'s>, Shift>) -> Drawn<'s> {
        area.fill(&WHITE)?;
        let figures = self.series.iter().flat_map(|(_, figures)| figures).map(height);
        let top = figures.fold(0f64, f64::max).max(1.0) * 1.08;
        let groups = self.labels.len().max(1) as f64;
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(30)
            .y_label_area_size(64)
            .build_cartesian_2d(0f64..groups, 0f64..top)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .disable_x_axis()
            .y_labels(6)
            .max_light_lines(1)
            .bold_line_style(LINE)
            .light_line_style(TRANSPARENT)
            .axis_style(LINE)
            .y_label_style(("sans-serif", FONT).into_font().color(&INK))
            .y_label_formatter(&|y| plain(*y))
            .draw()?;
        let width = 0.72 / self.series.len().max(1) as f64;
        for (s, (_, figures)) in self.series.iter().enumerate() {
            let bar = |(n, figure): (usize, &Decimal)| {
                let left = n as f64 + 0.14 + width * s as f64;
                Rectangle::new([(left, 0.0), (left + width * 0.94, height(figure))], COLOURS[s % 2].filled())
            };
            chart.draw_series(figures.iter().enumerate().map(bar))?;
        }
        self.label(area, chart.plotting_area())
    }

    /// What the groups are called, below them; and the figures above the bars, where there is one series.
    fn label<'s>(
        &self,
        area: &DrawingArea<SVGBackend<'s>, Shift>,
        plane: &DrawingArea<SVGBackend<'s>, Plane>,
    ) -> Drawn<'s> {
        let style = ("sans-serif", FONT).into_font().color(&INK);
        for (n, label) in self.labels.iter().enumerate() {
            let (x, y) = plane.map_coordinate(&(n as f64 + 0.5, 0.0));
            let below = style.pos(Pos::new(HPos::Center, VPos::Top));
            area.draw_text(label, &below, (x, y + 8))?;
            if let [(_, figures)] = self.series.as_slice() {
                let figure = figures.get(n).copied().unwrap_or_default();
                let (x, y) = plane.map_coordinate(&(n as f64 + 0.5, height(&figure)));
                let above = style.pos(Pos::new(HPos::Center, VPos::Bottom));
                area.draw_text(&figure.normalize().to_string(), &above, (x, y - 3))?;
            }
        }
        Ok(())
    }
}

/// How high a figure stands: a place on a picture, never a figure again.
fn height(figure: &Decimal) -> f64 {
    figure.to_f64().unwrap_or_default().max(0.0)
}

fn plain(y: f64) -> String {
    if y.fract() == 0.0 { format!("{y:.0}") } else { format!("{y:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_says_what_it_shows_and_takes_no_markup_from_its_labels() {
        let bars = Bars {
            title: "评级<b>",
            description: "核心 3".to_owned(),
            labels: vec!["<script>alert(1)</script>".to_owned(), "普通".to_owned()],
            series: vec![("家数", vec![Decimal::from(3), Decimal::ZERO])],
        };
        let figure = bars.figure().into_string();
        assert!(figure.contains("<title>评级&lt;b&gt;</title><desc>核心 3</desc>"), "{figure}");
        assert!(!figure.contains("<script") && !figure.contains("<b>") && !figure.contains("style="), "{figure}");
        assert!(figure.contains("role=\"img\"") && figure.ends_with("</figure>"), "{figure}");
    }
}
