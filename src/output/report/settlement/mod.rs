//! Finance's settlement workbook: a summary by region, grade and programme with its tie-out, a list of all dealers, a printable statement
//! for each, and how it was made.
//!
//! Pure: it knows no store and no clock. The same settlement and policy give the same bytes. Rows go to disk as they are written.
//!
//! The amounts are one list with their formulas (`amounts`), for list, statement, summary and tie-out alike. Statements are printed at a
//! fixed scale, since Excel leaves manual page breaks out where a sheet is fitted to the width. Regions are compared by EXACT and not by
//! SUMIFS, to which `*` in a name means anything.

mod about;
mod amounts;
mod list_columns;
mod list_sheet;
mod settled;
mod statement;
mod statement_form;
mod statement_sheets;
mod summary_sheet;
#[cfg(test)]
mod tests;
mod tie_out;
mod words;

use std::path::Path;

use jiff::tz::Offset;
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::words::Words;
use dealerbook_engine::settlement::Settlement;

use list_sheet::List;
use settled::Settled;
use statement_sheets::Statements;
use words::Terms;

/// What the workbook is made of.
#[derive(Clone, Copy)]
pub struct Rebates<'a> {
    /// The settlement.
    pub settlement: &'a Settlement,
    /// The policy by which it was calculated, and the language.
    pub words: Words<'a>,
    /// Whether faulty rows were left out of the run.
    pub is_partial: bool,
    /// Whether the run's year isn't whole.
    pub is_interim: bool,
    /// What the run's kept result says that all incentives come to, against which the figures are tied out.
    pub run_total: Option<Decimal>,
    /// The company's clock, by which signatures are dated.
    pub clock: Offset,
}

impl Rebates<'_> {
    /// The whole workbook. What is written is put aside in `folder` until it is whole.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn book(self, folder: &Path) -> Result<Vec<u8>, XlsxError> {
        let terms = Terms { rebates: self };
        let settled = Settled::new(terms);
        let statements = Statements::new(&settled, terms);
        let list = List::new(&settled, terms);
        let mut book = new_book(folder)?;
        let mut governed = Vec::new();
        governed.push(summary_sheet::draw(&mut book, &settled, &list, &statements, terms)?);
        governed.push(list.draw(&mut book, &settled, terms)?);
        governed.extend(statements.draw(&mut book, &settled, terms)?);
        about::draw(&mut book, &settled, &governed, terms)?;
        book.save_to_buffer()
    }

    /// One dealer's statement and how it was made; `None` where there is no such dealer.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn statement(self, dealer_id: &str, folder: &Path) -> Result<Option<Vec<u8>>, XlsxError> {
        let terms = Terms { rebates: self };
        let mut settled = Settled::new(terms);
        settled.lines.retain(|line| line.due.dealer.dealer_id == dealer_id);
        if settled.lines.is_empty() {
            return Ok(None);
        }
        let mut book = new_book(folder)?;
        let governed = Statements::new(&settled, terms).draw(&mut book, &settled, terms)?;
        about::draw(&mut book, &settled, &governed, terms)?;
        Ok(Some(book.save_to_buffer()?))
    }
}

/// The cells of a sheet whose cached value governs: its title, and column and row of each, from 0.
type Governed = (String, Vec<(u16, u32)>);

fn new_book(folder: &Path) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    book.set_tempdir(folder)?;
    Ok(book)
}
