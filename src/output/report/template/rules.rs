//! What a column of a template lets in: lists, numbers, dates, months, ids that stand once.

use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle as Style, DataValidationRule as Rule, ExcelDateTime, Formula, XlsxError,
};

use super::column::Column;
use dealerbook_base::narrow::u16_of;
use dealerbook_engine::schema::{Constraints, FieldType};
use dealerbook_engine::workbook::cell_name;

/// The years of dates that people keep books of, and those that a period can be.
const DATES: (u16, u16) = (1950, 2199);
const YEARS: (i32, i32) = (1900, 9999);
/// More digits than these are refused when the file comes back.
const NUMBER_ABS_MAX: f64 = 999_999_999_999_999.0;

/// Where the values stand that a column may refer to.
pub struct Listed {
    /// The sheet's name.
    pub sheet: String,
    /// The column's letters.
    pub column: String,
    /// The first row, as Excel counts.
    pub first: u32,
}

impl Column<'_> {
    /// The rule for the cells from a row on; `None` for free text.
    ///
    /// # Errors
    ///
    /// Where a list is too long for Excel.
    pub fn rule(&self, first_row: u32, listed: Option<&Listed>) -> Result<Option<DataValidation>, XlsxError> {
        let field = self.field;
        let rule = DataValidation::new();
        let first = cell_name(first_row, u16_of(self.index));
        let rule = match field.type_ {
            _ if !field.categories.is_empty() => {
                let spelled: Vec<&str> = field.categories.iter().map(|c| c.spelled(self.lang)).collect();
                rule.allow_list_strings(&spelled)?
            }
            FieldType::Boolean => {
                rule.allow_list_strings(&[field.spelled(true, self.lang), field.spelled(false, self.lang)])?
            }
            FieldType::Number => rule.allow_decimal_number(number(&field.constraints)),
            FieldType::Integer => rule.allow_whole_number(integer(&field.constraints)),
            FieldType::Year => rule.allow_whole_number(Rule::Between(YEARS.0, YEARS.1)),
            FieldType::Date => {
                let (from, to) = (ExcelDateTime::from_ymd(DATES.0, 1, 1)?, ExcelDateTime::from_ymd(DATES.1, 12, 31)?);
                rule.allow_date(Rule::Between(from, to))
            }
            FieldType::Yearmonth => rule.allow_custom(month(&first)),
            // Whoever knows better may go on: a dealer can be entered before its row is, and long digits count as equal in Excel.
            FieldType::String => match listed {
                Some(listed) => rule.allow_list_formula(listed.formula()).set_error_style(Style::Warning),
                None if field.constraints.unique => {
                    let letters = first.trim_end_matches(|c: char| c.is_ascii_digit());
                    let range = format!("${letters}${}:${letters}$1048576", first_row + 1);
                    let once = Formula::new(format!("=COUNTIF({range},{first})=1"));
                    rule.allow_custom(once).set_error_style(Style::Warning)
                }
                None => return Ok(None),
            },
        };
        let rule = rule
            .set_input_title(self.title())?
            .set_input_message(self.prompt())?
            .set_error_title(self.title())?
            .set_error_message(self.refusal_of(listed))?;
        Ok(Some(rule))
    }

    fn refusal_of(&self, listed: Option<&Listed>) -> String {
        let is_text = self.field.type_ == FieldType::String && self.field.categories.is_empty();
        match listed.filter(|_| is_text) {
            Some(listed) => match self.lang {
                dealerbook_base::lang::Lang::Zh => format!("“{}”工作表中没有这个编号。", listed.sheet),
                dealerbook_base::lang::Lang::En => format!("This ID is not on the sheet “{}”.", listed.sheet),
            },
            None if is_text => self.lang.pick("这个编号已经有了，不能重复。", "This ID is there already.").to_owned(),
            None => self.refusal(),
        }
    }
}

impl Listed {
    /// The filled cells of the column: a list with blanks behind it would be tiresome to choose from.
    fn formula(&self) -> Formula {
        let (sheet, column, first) = (self.sheet.replace('\'', "''"), &self.column, self.first);
        let cell = format!("'{sheet}'!${column}${first}");
        let all = format!("{cell}:${column}$1048576");
        Formula::new(format!("=OFFSET({cell},0,0,MAX(1,COUNTA({all})),1)"))
    }
}

fn number(bounds: &Constraints) -> Rule<f64> {
    let float = |x: &rust_decimal::Decimal| x.to_f64();
    let (minimum, maximum) = (bounds.minimum.as_ref().and_then(float), bounds.maximum.as_ref().and_then(float));
    match (minimum, bounds.exclusive_minimum.as_ref().and_then(float), maximum) {
        (None, Some(above), None) => Rule::GreaterThan(above),
        (Some(least), _, None) => Rule::GreaterThanOrEqualTo(least),
        (least, _, most) => Rule::Between(least.unwrap_or(-NUMBER_ABS_MAX), most.unwrap_or(NUMBER_ABS_MAX)),
    }
}

fn integer(bounds: &Constraints) -> Rule<i32> {
    let whole = |x: Option<rust_decimal::Decimal>| x.and_then(|x| x.to_i32());
    Rule::Between(whole(bounds.minimum).unwrap_or(-i32::MAX), whole(bounds.maximum).unwrap_or(i32::MAX))
}

/// 2007-03 as a text.
fn month(cell: &str) -> Formula {
    let is_month = format!("LEN({cell})=7,MID({cell},5,1)=\"-\",ISNUMBER(DATEVALUE({cell}&\"-01\"))");
    Formula::new(format!("=AND({is_month})"))
}
