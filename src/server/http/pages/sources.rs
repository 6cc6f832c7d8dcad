//! What the figures of programmes come of, row by row: other figures, or the cells of the user's sheets, each with what was seen in it.
//!
//! A live column tells by its formula which columns it derives from; what is no formula leads to the cells that validation read, which are
//! stored for pages alone (`Options::keep_sources`): row by row where a row of the sheet makes one of the result, else the first rows of a
//! dealer in a ledger and their count. A column whose key is no column of the user's sheet has its line in `READ`.

use maud::{Markup, html};

use super::parts;
use super::table::table;
use dealerbook_base::lang::Lang;
use dealerbook_engine::workbook::{cell_name, column_name};
use dealerbook_output::pipeline::View;
use dealerbook_output::report::sources::{Found, Reading, SourceRow, SourceSheet};
use dealerbook_output::report::view::{ColumnView, SheetView};

/// A programme's sheet, to be opened.
#[derive(Clone, Copy)]
pub struct Opening<'v> {
    /// The run.
    pub view: &'v View,
    /// The programme's sheet.
    pub sheet: &'v SheetView,
    /// The page's language.
    pub lang: Lang,
}

impl Opening<'_> {
    /// A row as a table of its figures, each of which opens.
    pub fn row(&self, row: usize) -> Markup {
        let opened = |n: usize| {
            html! {
                details {
                    summary { (self.lang.pick("规则与来源", "Rule and source")) }
                    div.inside { dl.facts {
                        dt { (self.lang.pick("规则", "Rule")) } dd { (self.rule(&self.sheet.columns[n])) }
                        dt { (self.lang.pick("政策", "Policy")) } dd { (self.view.policy) }
                        dt { (self.lang.pick("来源", "Source")) } dd { (self.came_of(row, n)) }
                    } }
                }
            }
        };
        self.figures(row, &|_| true, &opened)
    }

    /// Rows, each to be opened, below the table that shows them.
    pub fn rows(&self, rows: &[usize]) -> Markup {
        let lang = self.lang;
        html! {
            @if !rows.is_empty() {
                details {
                    summary { (lang.pick("各行数字的来源", "Where the figures of each row come from")) }
                    div.inside {
                        p { (lang.pick("政策：", "Policy: ")) (self.view.policy) " · " (self.way_to_rules()) }
                        @for row in rows { details {
                            summary { (self.name(*row)) }
                            div.inside { (self.figures(*row, &|column| column.opens(), &|n| self.came_of(*row, n))) }
                        } }
                    }
                }
            }
        }
    }

    /// What stands in a row, and what it came of; behind it the rows of the user's sheets, where there are several.
    fn figures(&self, row: usize, is_shown: &dyn Fn(&ColumnView) -> bool, opened: &dyn Fn(usize) -> Markup) -> Markup {
        let lang = self.lang;
        let cells = self.sheet.columns.iter().zip(&self.sheet.rows[row]).enumerate();
        let cells = cells.filter(|(_, (column, cell))| !cell.is_empty() && is_shown(column));
        let told = cells.map(|(n, (column, cell))| {
            let opens = column.opens();
            let value = html! { @for line in cell.lines() { div { (line) } } };
            let why = html! { @if opens { (opened(n)) } };
            (opens.then(|| self.place(row, n)), [html! { (column.label) }, value, why])
        });
        let columns = [lang.pick("项目", "What"), lang.pick("数据", "Value"), lang.pick("依据", "Why")];
        html! {
            (table(columns, told))
            @for (sheet, all_periods) in self.lists(row) {
                @let found = self.found(row, sheet, all_periods);
                (listed(&self.view.sources.sheets[sheet], &found, &self.list_place(row, sheet), lang))
            }
        }
    }

    /// What tells a row from others of the same owner; else whose it is.
    fn name(&self, row: usize) -> String {
        let cells = &self.sheet.rows[row];
        let named = self.sheet.named.iter().map(|n| &*cells[*n]).filter(|cell| !cell.is_empty());
        let name = named.collect::<Vec<_>>().join(" · ");
        let owner = || self.sheet.owner.map_or("", |owner| &*cells[owner]);
        match (name.is_empty(), self.sheet.id) {
            (true, _) => [self.sheet.title, owner()].join(" "),
            (false, _) => name,
        }
    }

    /// The rule of the same name, or the way to all of them.
    fn rule(&self, column: &ColumnView) -> Markup {
        let name = column.label.split(['（', '(']).next().unwrap_or_default().trim();
        let rule = self.sheet.rules.iter().find(|(what, _)| what == name);
        html! { @if let Some((_, how)) = rule { (how) } @else { (self.way_to_rules()) } }
    }

    fn way_to_rules(&self) -> Markup {
        html! { a href={ "#rules-" (self.sheet.key) } { (self.lang.pick("本项目的规则", "The programme's rules")) } }
    }

    fn place(&self, row: usize, column: usize) -> String {
        format!("{}-{row}-{column}", self.sheet.key)
    }

    fn list_place(&self, row: usize, sheet: usize) -> String {
        format!("{}-{row}-of-{}", self.sheet.key, self.view.sources.sheets[sheet].resource)
    }

    /// The figures that a figure is reckoned from, or the cells that it was read from.
    fn came_of(&self, row: usize, n: usize) -> Markup {
        let column = &self.sheet.columns[n];
        html! {
            @if let Some(reading) = &column.reads { (self.read(row, reading)) }
            @if !column.from.is_empty() {
                (self.lang.pick("由以下数字得出：", "Comes of "))
                @for (at, (of, whole)) in column.from.iter().enumerate() {
                    @if at > 0 { (self.lang.pick("、", ", ")) }
                    (self.figure(row, *of, *whole))
                }
            }
        }
    }

    fn figure(&self, row: usize, n: usize, whole: bool) -> Markup {
        let column = &self.sheet.columns[n];
        let stands = !whole && column.opens() && !self.sheet.rows[row][n].is_empty();
        html! {
            @if stands { a href={ "#" (self.place(row, n)) } { (column.label) } } @else { (column.label) }
            @if whole { (self.lang.pick("（各行）", " (of all rows)")) }
        }
    }

    fn read(&self, row: usize, reading: &Reading) -> Markup {
        let (sheet, lang) = (&self.view.sources.sheets[reading.sheet], self.lang);
        if let Some(own) = self.own_row(row, reading.sheet) {
            return cells(sheet, own, &reading.fields);
        }
        let found = self.found(row, reading.sheet, reading.all_periods);
        let labels: Vec<&str> = reading.fields.iter().map(|field| sheet.fields[*field].label.as_str()).collect();
        match found.rows.as_slice() {
            [] => html! { (sheet.name) (lang.pick("：没有相应的行", ": no such row")) },
            [one] if found.count == 1 => cells(sheet, one, &reading.fields),
            _ => html! {
                a href={ "#" (self.list_place(row, reading.sheet)) } { (span(sheet, &found, lang)) }
                " " (labels.join(lang.pick("、", ", ")))
            },
        }
    }

    /// The one row of a user's sheet that a row came of.
    fn own_row(&self, row: usize, sheet: usize) -> Option<&SourceRow> {
        let source = &self.view.sources.sheets[sheet];
        let own = source.resource == self.sheet.key.trim_end_matches("_report");
        own.then(|| source.at(self.sheet.origins[row]?)).flatten()
    }

    fn found(&self, row: usize, sheet: usize, all_periods: bool) -> Found<'_> {
        let Some(owner) = self.sheet.owner else { return Found::default() };
        self.view.sources.sheets[sheet].of_owner(&self.sheet.rows[row][owner], all_periods)
    }

    /// The sheets of which several rows made a row.
    fn lists(&self, row: usize) -> Vec<(usize, bool)> {
        let mut lists: Vec<(usize, bool)> = Vec::new();
        let cells = self.sheet.columns.iter().zip(&self.sheet.rows[row]);
        for reading in cells.filter(|(_, cell)| !cell.is_empty()).filter_map(|(column, _)| column.reads.as_ref()) {
            let list = (reading.sheet, reading.all_periods);
            let several = || self.found(row, reading.sheet, reading.all_periods).count > 1;
            if !lists.contains(&list) && self.own_row(row, reading.sheet).is_none() && several() {
                lists.push(list);
            }
        }
        lists
    }
}

/// Some cells of a row, a line each: place, label, value.
pub fn cells(sheet: &SourceSheet, row: &SourceRow, fields: &[usize]) -> Markup {
    html! { @for field in fields {
        @let cell = &row.cells[*field];
        div {
            @match cell.column {
                Some(column) => { (sheet.name) "!" (cell_name(row.row, column)) }
                None => { (sheet.name) "!–" }
            }
            " " (sheet.fields[*field].label) " "
            @if let Some(value) = &cell.value { strong { (value) } } @else { "–" }
        }
    } }
}

/// A sheet and the rows of an owner in it: 应收账款 第 3–9 行（共 4 行）
pub fn span(sheet: &SourceSheet, found: &Found<'_>, lang: Lang) -> String {
    let (first, last) = found.span.map_or((0, 0), |(first, last)| (first + 1, last + 1));
    let all = (last - first) as usize + 1 == found.count;
    match lang {
        _ if found.count == 0 => sheet.name.clone(),
        Lang::Zh if first == last => format!("{} 第 {first} 行", sheet.name),
        Lang::En if first == last => format!("{} row {first}", sheet.name),
        Lang::Zh if all => format!("{} 第 {first}–{last} 行", sheet.name),
        Lang::En if all => format!("{} rows {first}–{last}", sheet.name),
        Lang::Zh => format!("{} 第 {first}–{last} 行中的 {} 行", sheet.name, found.count),
        Lang::En => format!("{} {} of the rows {first}–{last}", sheet.name, found.count),
    }
}

/// Rows of a user's sheet, each cell with its place.
pub fn listed(sheet: &SourceSheet, found: &Found<'_>, place: &str, lang: Lang) -> Markup {
    // Where the months stand across, a row has its columns for itself.
    let column = |n: usize| {
        let mut columns = found.rows.iter().map(|row| row.cells[n].column);
        let first = columns.next().flatten();
        first.filter(|first| columns.all(|column| column == Some(*first)))
    };
    // What the sheet has no column for is not told.
    let is_there = |n: &usize| found.rows.iter().any(|row| row.cells[*n].column.is_some());
    let told: Vec<usize> = (0..sheet.fields.len()).filter(is_there).collect();
    let text = |n: usize, row: &SourceRow| {
        let cell = &row.cells[n];
        html! {
            @if let Some(value) = &cell.value { (value) }
            @if let (None, Some(own)) = (column(n), cell.column) { " " span.muted { (cell_name(row.row, own)) } }
        }
    };
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("行", "Row")) }
                @for n in &told {
                    th scope="col" { (sheet.fields[*n].label) @if let Some(column) = column(*n) { " " span.muted { (column_name(column)) } } }
                }
            } }
            tbody { @for row in &found.rows { tr {
                th scope="row" { (row.row + 1) }
                @for n in &told { td.word { (text(*n, row)) } }
            } } }
        }
    };
    let which = span(sheet, found, lang);
    html! {
        details {
            summary { (lang.pick("来源：", "Source: ")) (which) }
            div.inside id=(place) {
                @if found.count > found.rows.len() {
                    p.muted { (lang.pick("只列其中 ", "Only ")) (found.rows.len()) " / " (found.count) (lang.pick(" 行", " are listed")) }
                }
                (parts::scrolling(&which, &table))
            }
        }
    }
}
