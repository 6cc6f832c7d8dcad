//! Tables on pages. On narrow screens a row's cells stand one below the other; the roles say that it is a table all the same.

use maud::{Markup, html};

/// A table of these columns; the first cell of each row names it. A row may have an id to be linked to.
pub fn table<const N: usize>(columns: [&str; N], rows: impl Iterator<Item = (Option<String>, [Markup; N])>) -> Markup {
    html! {
        table.stack role="table" {
            thead role="rowgroup" { tr role="row" {
                @for column in columns { th scope="col" role="columnheader" { (column) } }
            } }
            tbody role="rowgroup" { @for (id, cells) in rows { tr role="row" id=[id] {
                @for (at, cell) in cells.into_iter().enumerate() {
                    @if at == 0 { th scope="row" role="rowheader" { (cell) } } @else { td role="cell" { (cell) } }
                }
            } } }
        }
    }
}
