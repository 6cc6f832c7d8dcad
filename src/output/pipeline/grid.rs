//! The cells around a cell, as the user's sheet has them: for people who look at a fault. Nothing is checked or calculated.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{Job, PipelineError, conversion, open};
use dealerbook_engine::workbook::{ReadError, Workbook};

/// So many rows above and below are shown.
const ROWS_AROUND: u32 = 2;
/// So many columns on either side.
const COLUMNS_AROUND: u16 = 3;
/// So much of a cell's text is shown.
const CHARS_MAX: usize = 60;

/// A cell, by its sheet's name, row and column from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellAt {
    /// The sheet's name in the workbook.
    pub sheet: String,
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u16,
}

/// A few rows and columns of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The rows, from 0.
    pub rows: RangeInclusive<u32>,
    /// The columns, from 0.
    pub columns: RangeInclusive<u16>,
    cells: BTreeMap<(u32, u16), String>,
}

impl Grid {
    fn around(at: &CellAt) -> Grid {
        let rows = at.row.saturating_sub(ROWS_AROUND)..=at.row.saturating_add(ROWS_AROUND);
        let columns = at.column.saturating_sub(COLUMNS_AROUND)..=at.column.saturating_add(COLUMNS_AROUND);
        Grid { rows, columns, cells: BTreeMap::new() }
    }

    /// What stands in a cell, as people see it; empty where nothing does.
    pub fn text(&self, row: u32, column: u16) -> &str {
        self.cells.get(&(row, column)).map_or("", String::as_str)
    }
}

/// The cells around each of these cells, in their order; none of a sheet that isn't there. Each sheet is read once, as far as is needed.
///
/// # Errors
///
/// [`PipelineError`] where the workbook can't be read.
pub fn grids(job: &Job<'_>, requested: &[CellAt]) -> Result<Vec<Option<Grid>>, PipelineError> {
    let converted = conversion::convert(job)?;
    let bytes = converted.as_ref().map_or(job.bytes, |made| made.bytes.as_slice());
    let package = open(job, bytes)?;
    Ok(around(&mut Workbook::open(&package)?, requested)?)
}

fn around(workbook: &mut Workbook<'_>, requested: &[CellAt]) -> Result<Vec<Option<Grid>>, ReadError> {
    let names: Vec<String> = workbook.sheets().iter().filter(|s| s.worksheet).map(|s| s.name.clone()).collect();
    let mut grids: Vec<Option<Grid>> =
        requested.iter().map(|at| names.contains(&at.sheet).then(|| Grid::around(at))).collect();
    for name in names.iter().filter(|name| requested.iter().any(|at| at.sheet == **name)) {
        let mut here: Vec<&mut Grid> = grids
            .iter_mut()
            .zip(requested)
            .filter(|(_, at)| at.sheet == *name)
            .filter_map(|(g, _)| g.as_mut())
            .collect();
        let last = here.iter().map(|grid| *grid.rows.end()).max().unwrap_or_default();
        workbook.rows(name, |row| {
            for grid in here.iter_mut().filter(|grid| grid.rows.contains(&row.index)) {
                let cells = row.cells.iter().filter(|cell| grid.columns.contains(&cell.column));
                let cells: Vec<_> = cells.map(|cell| ((row.index, cell.column), shown(&cell.value.seen()))).collect();
                grid.cells.extend(cells);
            }
            Ok(row.index < last)
        })?;
    }
    Ok(grids)
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
