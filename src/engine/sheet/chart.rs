//! The charts of a sheet, described; `report/programme_chart` draws them.

/// What a chart shows.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Its title, and what readers are told that it shows.
    pub title: String,
    /// How it shows it.
    pub kind: ChartKind,
    /// The columns (by key) or parts of columns that it shows.
    pub series: Vec<Series>,
    /// The titles of its axes, along and up; empty: none.
    pub axes: (String, String),
    /// The number format of the values.
    pub number_format: &'static str,
}

/// The kinds of chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Standing bars side by side.
    Columns,
    /// Standing bars, one series on the other.
    StackedColumns,
    /// Lying bars, the first on top.
    Bars,
    /// Lying bars, one series behind the other, the first row on top.
    StackedBars,
    /// Points by two figures.
    Scatter,
}

/// A series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// The column of the categories, or of the figures along.
    pub along: String,
    /// The column of the values.
    pub values: String,
    /// The first row of the table that it shows, from 0, and how many; none: all, as far as they can be distinguished.
    pub rows: Option<(u32, u32)>,
    /// Its colour.
    pub colour: u32,
}
