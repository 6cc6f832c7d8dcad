//! Workbooks as rust_xlsxwriter writes them.

use rust_xlsxwriter::{Format, Formula, Workbook};

use super::book::{Book, Sheet, State, Value};

pub fn write(book: &Book) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for sheet in &book.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name).expect("a name");
        fill(worksheet, sheet);
        match sheet.state {
            State::Visible => {}
            State::Hidden => drop(worksheet.set_hidden(true)),
            State::VeryHidden => drop(worksheet.set_very_hidden(true)),
        }
    }
    workbook.save_to_buffer().expect("writes")
}

fn fill(worksheet: &mut rust_xlsxwriter::Worksheet, sheet: &Sheet) {
    for merge in &sheet.merges {
        let ((first, last), (left, right)) = (merge.rows, merge.columns);
        let range = (first as u32, left as u16, last as u32, right as u16);
        worksheet.merge_range(range.0, range.1, range.2, range.3, "", &Format::new()).expect("merges");
    }
    for (row, cells) in sheet.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let (row, column) = (row as u32, column as u16);
            let format = Format::new().set_num_format(if cell.format.is_empty() { "General" } else { &cell.format });
            let written = match &cell.value {
                Value::Blank => continue,
                Value::Text(text) => worksheet.write_string_with_format(row, column, text, &format),
                Value::Number(number) => {
                    worksheet.write_number_with_format(row, column, number.parse::<f64>().expect("a number"), &format)
                }
                Value::Bool(is) => worksheet.write_boolean_with_format(row, column, *is, &format),
                Value::Error(code) => worksheet.write_string_with_format(row, column, *code, &format),
                Value::Formula(formula, cached) => {
                    let formula = Formula::new(formula).set_result(cached.clone().unwrap_or_default());
                    worksheet.write_formula_with_format(row, column, formula, &format)
                }
            };
            written.expect("writes");
        }
    }
    for row in &sheet.hidden_rows {
        worksheet.set_row_hidden(*row as u32).expect("hides");
    }
    for column in &sheet.hidden_columns {
        worksheet.set_column_hidden(*column as u16).expect("hides");
    }
}
