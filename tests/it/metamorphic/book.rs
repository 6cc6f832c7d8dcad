//! A workbook as the harness changes it: sheets of cells, of which it is known what each column and row is.

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Blank,
    Text(String),
    /// As the file writes it.
    Number(String),
    Bool(bool),
    /// #N/A and the like.
    Error(&'static str),
    /// With its cached value, where it has one.
    Formula(String, Option<String>),
}

/// A cell: a value, and the number format by which it is shown; empty for General.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub value: Value,
    pub format: String,
}

impl Cell {
    pub fn blank() -> Cell {
        Cell { value: Value::Blank, format: String::new() }
    }

    pub fn text(text: &str) -> Cell {
        Cell { value: Value::Text(text.to_owned()), format: String::new() }
    }

    pub fn number(number: &str) -> Cell {
        Cell::shown(number, "")
    }

    /// A number in a format.
    pub fn shown(number: &str, format: &str) -> Cell {
        Cell { value: Value::Number(number.to_owned()), format: format.to_owned() }
    }

    pub fn is_blank(&self) -> bool {
        self.value == Value::Blank
    }

    /// The text or the number that it holds; empty for all else.
    pub fn content(&self) -> &str {
        match &self.value {
            Value::Text(text) | Value::Number(text) => text,
            _ => "",
        }
    }
}

/// A merged range: rows and columns, counted from 0, the last ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    pub rows: (usize, usize),
    pub columns: (usize, usize),
}

/// Whether a sheet is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Visible,
    Hidden,
    VeryHidden,
}

/// A sheet of a table: perhaps a title, the labels, the data, perhaps a footer.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub name: String,
    /// The schema's name for it; none for the cover and for sheets that are none of ours.
    pub resource: Option<String>,
    /// The field of each column; none where it is none of ours.
    pub fields: Vec<Option<String>>,
    pub rows: Vec<Vec<Cell>>,
    /// The row of the labels.
    pub header: usize,
    /// The row behind the last one of data.
    pub end: usize,
    pub merges: Vec<Merge>,
    pub hidden_rows: Vec<usize>,
    pub hidden_columns: Vec<usize>,
    pub state: State,
}

impl Sheet {
    /// Of any rows, none of which is known.
    pub fn plain(name: &str, rows: Vec<Vec<Cell>>) -> Sheet {
        let (header, end) = (0, rows.len());
        Sheet {
            name: name.to_owned(),
            resource: None,
            fields: Vec::new(),
            rows,
            header,
            end,
            merges: Vec::new(),
            hidden_rows: Vec::new(),
            hidden_columns: Vec::new(),
            state: State::Visible,
        }
    }

    pub fn data(&self) -> std::ops::Range<usize> {
        self.header + 1..self.end
    }

    pub fn width(&self) -> usize {
        self.fields.len()
    }

    pub fn column(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|own| own.as_deref() == Some(field))
    }

    pub fn cell(&self, row: usize, column: usize) -> Cell {
        self.rows.get(row).and_then(|row| row.get(column)).cloned().unwrap_or_else(Cell::blank)
    }

    pub fn set(&mut self, row: usize, column: usize, cell: Cell) {
        let cells = &mut self.rows[row];
        while cells.len() <= column {
            cells.push(Cell::blank());
        }
        cells[column] = cell;
    }

    /// Puts a row before another one; before or on the labels it counts as title, behind the data as footer.
    pub fn insert_row(&mut self, at: usize, cells: Vec<Cell>) {
        self.rows.insert(at, cells);
        self.end += usize::from(at < self.end);
        self.header += usize::from(at <= self.header);
        let moved = |row: &mut usize| *row += usize::from(*row >= at);
        self.merges.iter_mut().for_each(|merge| {
            moved(&mut merge.rows.0);
            moved(&mut merge.rows.1);
        });
        self.hidden_rows.iter_mut().for_each(moved);
    }

    pub fn remove_row(&mut self, at: usize) {
        self.rows.remove(at);
        self.end -= 1;
        self.merges.retain(|merge| !(merge.rows.0..=merge.rows.1).contains(&at));
        self.merges.iter_mut().filter(|merge| merge.rows.0 > at).for_each(|merge| {
            merge.rows = (merge.rows.0 - 1, merge.rows.1 - 1);
        });
        self.hidden_rows.clear();
    }

    /// Puts a row behind all others.
    pub fn add_footer(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Puts a column that is none of ours before another one.
    pub fn insert_column(&mut self, at: usize, label: &str, cell: impl Fn(usize) -> Cell) {
        self.fields.insert(at, None);
        let (header, data) = (self.header, self.data());
        for (row, cells) in self.rows.iter_mut().enumerate() {
            while cells.len() < at {
                cells.push(Cell::blank());
            }
            let new = match row {
                row if row == header => Cell::text(label),
                row if data.contains(&row) => cell(row - data.start),
                _ => Cell::blank(),
            };
            cells.insert(at, new);
        }
        self.merges.iter_mut().for_each(|merge| {
            merge.columns.0 += usize::from(merge.columns.0 >= at);
            merge.columns.1 += usize::from(merge.columns.1 >= at);
        });
        self.hidden_columns.clear();
    }

    /// The columns in another order; `order` tells which column stands at each place.
    pub fn reorder(&mut self, order: &[usize]) {
        let width = order.len();
        self.fields = order.iter().map(|&from| self.fields[from].clone()).collect();
        let first = self.header;
        for cells in self.rows.iter_mut().skip(first) {
            cells.resize(width.max(cells.len()), Cell::blank());
            let moved: Vec<Cell> = order.iter().map(|&from| cells[from].clone()).collect();
            cells[..width].clone_from_slice(&moved);
        }
    }
}

/// A workbook.
#[derive(Clone, Debug)]
pub struct Book {
    pub sheets: Vec<Sheet>,
    /// Days are counted from 1904 on.
    pub is_1904: bool,
}

impl Book {
    pub fn sheet(&self, resource: &str) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.resource.as_deref() == Some(resource))
    }
}
