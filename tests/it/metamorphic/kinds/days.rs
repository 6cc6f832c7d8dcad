//! Dates and months.

use jiff::civil::{Date, date};

use super::keys::full_width;
use super::{Kind, filled_day, filled_month, in_book, in_cells, in_sheets};
use crate::metamorphic::book::{Cell, Value};
use crate::metamorphic::judge::Holds::{Flagged, Issue, Same, SameOrIssue};

type Spelling = (&'static str, fn(Date) -> Cell);

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn text(day: Date, form: &str) -> Cell {
    Cell::text(&day.strftime(form).to_string())
}

fn chinese(number: i8) -> String {
    let (tens, ones) = (number / 10, number % 10);
    let ten = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        tens => format!("{}十", DIGITS[tens as usize]),
    };
    let one = if ones == 0 { String::new() } else { DIGITS[ones as usize].to_string() };
    ten + &one
}

fn chinese_year(year: i16) -> String {
    year.to_string().chars().map(|c| DIGITS[c as usize - '0' as usize]).collect()
}

fn month(day: Date) -> &'static str {
    MONTHS[day.month() as usize - 1]
}

/// The day's number in Excel.
fn serial(day: Date) -> i32 {
    (day - date(1899, 12, 30)).get_days()
}

const SAME_DAY: [Spelling; 25] = [
    ("as 2007/3/5", |day| text(day, "%Y/%-m/%-d")),
    ("as 2007/03/05", |day| text(day, "%Y/%m/%d")),
    ("as 2007-3-5", |day| text(day, "%Y-%-m-%-d")),
    ("as 2007年3月5日", |day| text(day, "%Y年%-m月%-d日")),
    ("as 2007年03月05日", |day| text(day, "%Y年%m月%d日")),
    ("as 2007 年 3 月 5 日", |day| text(day, "%Y 年 %-m 月 %-d 日")),
    ("as 2007-3-5日", |day| text(day, "%Y-%-m-%-d日")),
    ("as 20070305", |day| text(day, "%Y%m%d")),
    ("as the number 20070305", |day| Cell::number(&day.strftime("%Y%m%d").to_string())),
    ("in Chinese numerals", |day| {
        Cell::text(&format!("{}年{}月{}日", chinese_year(day.year()), chinese(day.month()), chinese(day.day())))
    }),
    ("as Jul 1, 2007", |day| Cell::text(&format!("{} {}, {}", month(day), day.day(), day.year()))),
    ("in full-width digits", |day| Cell::text(&full_width(&day.to_string()))),
    ("with a space behind", |day| text(day, "%Y-%m-%d ")),
    ("with a no-break space before", |day| text(day, "\u{a0}%Y-%m-%d")),
    ("with a zero-width space within", |day| text(day, "%Y-\u{200b}%m-%d")),
    ("with a byte order mark before", |day| text(day, "\u{feff}%Y-%m-%d")),
    ("with a left-to-right mark behind", |day| text(day, "%Y-%m-%d\u{200e}")),
    ("with a line feed behind", |day| text(day, "%Y-%m-%d\n")),
    ("as a serial in yyyy-mm-dd", |day| Cell::shown(&serial(day).to_string(), "yyyy-mm-dd")),
    ("as a serial in yyyy\"年\"m\"月\"d\"日\"", |day| {
        Cell::shown(&serial(day).to_string(), "yyyy\"年\"m\"月\"d\"日\"")
    }),
    ("as a serial in m/d/yy", |day| Cell::shown(&serial(day).to_string(), "m/d/yy")),
    ("as a serial in [$-804]aaaa", |day| Cell::shown(&serial(day).to_string(), "[$-804]yyyy/m/d aaaa;@")),
    ("as a serial with its time", |day| Cell::shown(&format!("{}.375", serial(day)), "yyyy-mm-dd h:mm")),
    ("as the result of a formula", |day| Cell {
        value: Value::Formula("TODAY()-0".to_owned(), Some(serial(day).to_string())),
        format: "yyyy-mm-dd".to_owned(),
    }),
    ("with an escaped carriage return", |day| text(day, "%Y-%m-%d\r")),
];

const UNSURE_DAY: [Spelling; 14] = [
    ("as 2007.3.5", |day| text(day, "%Y.%-m.%-d")),
    ("as 5 Jul 2007", |day| Cell::text(&format!("{} {} {}", day.day(), month(day), day.year()))),
    ("as 2007年3月5号", |day| text(day, "%Y年%-m月%-d号")),
    ("with its time", |day| text(day, "%Y-%m-%d 00:00:00")),
    ("with its time in ISO 8601", |day| text(day, "%Y-%m-%dT08:30:00")),
    ("as 07-3-5", |day| text(day, "%y-%-m-%-d")),
    ("as 3/5/2007", |day| text(day, "%-m/%-d/%Y")),
    ("as 5/3/2007", |day| text(day, "%-d/%-m/%Y")),
    ("as 3/5/07", |day| text(day, "%-m/%-d/%y")),
    ("as a serial without a format", |day| Cell::number(&serial(day).to_string())),
    ("as a serial in text", |day| Cell::text(&serial(day).to_string())),
    ("with its weekday", |day| text(day, "%Y-%m-%d 星期一")),
    ("without its year", |day| text(day, "%-m月%-d日")),
    ("without its day", |day| text(day, "%Y-%m")),
];

const NO_DAY: [Spelling; 6] = [
    ("as 30 February", |_| Cell::text("2007-02-30")),
    ("as the 13th month", |_| Cell::text("2007-13-01")),
    ("as the number 20070230", |_| Cell::number("20070230")),
    ("as a word", |_| Cell::text("年底")),
    ("as two dates", |day| Cell::text(&format!("{day}至{day}"))),
    ("as TRUE", |_| Cell { value: Value::Bool(true), format: String::new() }),
];

const SAME_MONTH: [Spelling; 25] = [
    ("as 2007-03", |day| text(day, "%Y-%m")),
    ("as 2007-3", |day| text(day, "%Y-%-m")),
    ("as 2007/3", |day| text(day, "%Y/%-m")),
    ("as 200703", |day| text(day, "%Y%m")),
    ("as the number 200703", |day| Cell::number(&day.strftime("%Y%m").to_string())),
    ("as 2007年03月", |day| text(day, "%Y年%m月")),
    ("as 2007年3月份", |day| text(day, "%Y年%-m月份")),
    ("as 2007 年 3 月", |day| text(day, "%Y 年 %-m 月")),
    ("in Chinese numerals", |day| Cell::text(&format!("{}年{}月", chinese_year(day.year()), chinese(day.month())))),
    ("as May-07", |day| Cell::text(&format!("{}-{:02}", month(day), day.year() % 100))),
    ("as a day of it", |day| text(day, "%Y-%m-15")),
    ("as 2007年3月5日", |day| text(day, "%Y年%-m月5日")),
    ("as a serial in yyyy-mm", |day| Cell::shown(&serial(day).to_string(), "yyyy-mm")),
    ("as a serial in yyyy\"年\"m\"月\"", |day| Cell::shown(&serial(day).to_string(), "yyyy\"年\"m\"月\";@")),
    ("as a serial in mmm-yy", |day| Cell::shown(&serial(day).to_string(), "mmm-yy")),
    ("in full-width digits", |day| Cell::text(&full_width(&day.strftime("%Y-%m").to_string()))),
    ("without its year", |day| text(day, "%-m月")),
    ("without its year, with a zero", |day| text(day, "%m月")),
    ("without its year, in Chinese", |day| Cell::text(&format!("{}月", chinese(day.month())))),
    ("without its year, as 3月份", |day| text(day, "%-m月份")),
    ("with a space behind", |day| text(day, "%Y年%-m月 ")),
    ("with a zero-width space within", |day| text(day, "%Y年\u{200b}%-m月")),
    ("with a byte order mark before", |day| text(day, "\u{feff}%Y年%-m月")),
    ("with a no-break space within", |day| text(day, "%Y年\u{a0}%-m月")),
    ("with an ideographic space before", |day| text(day, "\u{3000}%Y-%m")),
];

const UNSURE_MONTH: [Spelling; 11] = [
    ("as 2007.3", |day| text(day, "%Y.%-m")),
    ("as the number 2007.3", |day| Cell::number(&day.strftime("%Y.%-m").to_string())),
    ("as May 2007", |day| Cell::text(&format!("{} {}", month(day), day.year()))),
    ("as May", |day| Cell::text(month(day))),
    ("as the number 3", |day| Cell::number(&day.month().to_string())),
    ("as 3/2007", |day| text(day, "%-m/%Y")),
    ("as 07-3", |day| text(day, "%y-%-m")),
    ("as 07年3月", |day| text(day, "%y年%-m月")),
    ("as a serial without a format", |day| Cell::number(&serial(day).to_string())),
    ("as M3", |day| text(day, "M%-m")),
    ("as 2007M03", |day| text(day, "%YM%m")),
];

const NO_MONTH: [Spelling; 5] = [
    ("as the 13th", |_| Cell::text("2007-13")),
    ("as 一季度", |_| Cell::text("2007年一季度")),
    ("as a range", |_| Cell::text("2007年1-2月")),
    ("as a word", |_| Cell::text("上月")),
    ("as the number 0", |_| Cell::number("0")),
];

/// The day of a cell of the bases; of a month its first.
fn day_of(cell: &Cell) -> Option<Date> {
    let Value::Text(text) = &cell.value else { return None };
    let month = || Date::strptime("%Y年%m月%d", format!("{text}1")).ok();
    text.parse().ok().or_else(month)
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (what, table, wanted, holds) in [
        ("a date", &SAME_DAY[..], filled_day as fn(&_, &_) -> _, Same),
        ("a date", &UNSURE_DAY[..], filled_day, SameOrIssue),
        ("a date", &NO_DAY[..], filled_day, Issue("type-error")),
        ("a month", &SAME_MONTH[..], filled_month, Same),
        ("a month", &UNSURE_MONTH[..], filled_month, SameOrIssue),
        ("a month", &NO_MONTH[..], filled_month, Issue("type-error")),
    ] {
        for &(name, spelling) in table {
            let change = move |_: &_, cell: &Cell| day_of(cell).map(spelling);
            kinds.push(in_cells(&format!("{what} {name}"), holds.clone(), wanted, change));
        }
    }
    for (name, day) in [("in 2207", "2207-03-05"), ("in 1807", "1807-03-05"), ("in 207", "0207-03-05")] {
        kinds.push(in_cells(&format!("a date {name}"), Flagged, filled_day, move |_, _| Some(Cell::text(day))));
    }
    kinds.push(in_book("days counted from 1904 on", Same, |work| {
        let fields: Vec<(usize, usize, usize)> = super::layout::cells(work, filled_type);
        for &(sheet, row, column) in &fields {
            let Some(day) = day_of(&work.book.sheets[sheet].cell(row, column)) else { continue };
            let cell = Cell::shown(&(serial(day) - 1462).to_string(), "yyyy-mm-dd");
            work.book.sheets[sheet].set(row, column, cell);
        }
        work.book.is_1904 = true;
        !fields.is_empty()
    }));
    kinds.push(in_sheets("months without a year, the title tells it", Same, |work| bare(work, true)));
    kinds.push(in_sheets("months without a year, the cover tells it", Same, |work| {
        let is_told = work.sheet().header > 0;
        is_told.then(|| work.sheet().remove_row(0));
        work.sheet().header -= usize::from(is_told);
        work.sheet().merges.clear();
        bare(work, false)
    }));
    kinds
}

fn filled_type(field: &dealerbook::schema::Field) -> bool {
    use dealerbook::schema::FieldType::{Date, Yearmonth};
    matches!(field.type_, Date | Yearmonth)
}

/// Every month as 3月.
fn bare(work: &mut super::Work<'_>, needs_title: bool) -> bool {
    let columns = work.columns(|field| field.type_ == dealerbook::schema::FieldType::Yearmonth);
    let Some(&column) = columns.first() else { return false };
    if needs_title && work.sheet().header == 0 {
        return false;
    }
    for row in work.sheet().data() {
        if let Some(day) = day_of(&work.sheet().cell(row, column)) {
            work.sheet().set(row, column, text(day, "%-m月"));
        }
    }
    work.anywhere();
    true
}
