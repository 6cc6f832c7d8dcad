//! Figures: how they are written, and what is no figure any more.

use dealerbook::schema::Field;

use super::keys::full_width;
use super::{Kind, filled_figure, in_cells};
use crate::metamorphic::book::{Cell, Value};
use crate::metamorphic::judge::Holds::{Flagged, Issue, Same, SameOrIssue};

type Spelling = (&'static str, fn(&str) -> String);

/// The same figure.
const SAME: [Spelling; 25] = [
    ("as text", str::to_owned),
    ("with a space before", |n| format!(" {n}")),
    ("with a no-break space behind", |n| format!("{n}\u{a0}")),
    ("with an ideographic space behind", |n| format!("{n}\u{3000}")),
    ("with a line feed behind", |n| format!("{n}\n")),
    ("with a zero-width space behind", |n| format!("{n}\u{200b}")),
    ("with a zero-width space within", |n| format!("{}\u{200b}{}", &n[..1], &n[1..])),
    ("with a byte order mark before", |n| format!("\u{feff}{n}")),
    ("with a soft hyphen behind", |n| format!("{n}\u{ad}")),
    ("with a left-to-right mark before", |n| format!("\u{200e}{n}")),
    ("with a directional embedding around", |n| format!("\u{202d}{n}\u{202c}")),
    ("in full-width digits", full_width),
    ("with thousands separators", grouped),
    ("with full-width thousands separators", |n| full_width(&grouped(n))),
    ("with ￥ before", |n| format!("￥{n}")),
    ("with ¥ and separators", |n| format!("¥{}", grouped(n))),
    ("with RMB before", |n| format!("RMB {n}")),
    ("with CNY before", |n| format!("CNY{n}")),
    ("with 人民币 before", |n| format!("人民币{n}")),
    ("with 人民币 before and 元 behind", |n| format!("人民币 {n} 元")),
    ("with 元整 behind", |n| format!("{n}元整")),
    ("with 元 behind", |n| format!("{n}元")),
    ("with two more places", |n| if n.contains('.') { format!("{n}00") } else { format!("{n}.00") }),
    ("with its unit behind", |n| format!("{n}UNIT")),
    ("with a space and its unit behind", |n| format!("{n} UNIT")),
];

/// The same figure, or an issue.
const UNSURE: [Spelling; 5] = [
    ("with a plus before", |n| format!("+{n}")),
    ("in scientific notation", |n| format!("{n}E0")),
    ("behind an apostrophe", |n| format!("'{n}")),
    ("with zeros before", |n| format!("00{n}")),
    ("with spaces between its digits", |n| n.chars().map(|c| format!("{c} ")).collect()),
];

/// Another unit, or another figure.
const OTHER: [Spelling; 12] = [
    ("with 千 behind", |n| format!("{n}千")),
    ("with 万 behind", |n| format!("{n}万")),
    ("with 万元 behind", |n| format!("{n}万元")),
    ("with 千吨 behind", |n| format!("{n}千吨")),
    ("with 万吨 behind", |n| format!("{n}万吨")),
    ("with kg behind", |n| format!("{n}kg")),
    ("with 公斤 behind", |n| format!("{n}公斤")),
    ("with 亿 behind", |n| format!("{n}亿")),
    ("with k behind", |n| format!("{n}k")),
    ("with $ before", |n| format!("${n}")),
    ("with USD before", |n| format!("USD {n}")),
    ("with a decimal comma", |n| format!("{n},5")),
];

/// No figure.
const NONE: [Spelling; 15] = [
    ("with a letter behind", |n| format!("{n}a")),
    ("with separators as in German", |n| format!("1.{n},5")),
    ("with 约 before", |n| format!("约{n}")),
    ("with > before", |n| format!(">{n}")),
    ("as a range", |n| format!("{n}-{n}")),
    ("as a sum", |n| format!("{n}+{n}")),
    ("as a quotient", |n| format!("{n}/2")),
    ("with a question mark", |n| format!("{n}?")),
    ("with two decimal points", |n| format!("{n}.0.0")),
    ("with a remark behind", |n| format!("{n}（含税）")),
    ("in Chinese numerals", |_| "一百二十".to_owned()),
    ("as a word", |_| "待定".to_owned()),
    ("as a date", |_| "2007-03-05".to_owned()),
    ("with separators at odd places", |n| format!("1,{n},5")),
    ("with two signs", |n| format!("--{n}")),
];

fn spelled(field: &Field, cell: &Cell, spelling: fn(&str) -> String) -> Option<Cell> {
    let text = spelling(cell.content());
    if !text.contains("UNIT") {
        return Some(Cell::text(&text));
    }
    let unit = field.units.first()?;
    Some(Cell::text(&text.replace("UNIT", unit)))
}

fn is_of_yuan(name: &str) -> bool {
    ["￥", "¥", "RMB", "CNY", "人民币", "元"].iter().any(|word| name.contains(word)) && !name.contains("万元")
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, spelling) in SAME {
        let needs_yuan = is_of_yuan(name);
        kinds.push(in_cells(&format!("a figure {name}"), Same, filled_figure, move |field, cell| {
            let has_yuan = field.units.iter().any(|unit| unit == "元");
            if needs_yuan && !has_yuan { None } else { spelled(field, cell, spelling) }
        }));
        if needs_yuan {
            kinds.push(in_cells(
                &format!("tonnes or a count {name}"),
                SameOrIssue,
                filled_figure,
                move |field, cell| {
                    let has_yuan = field.units.iter().any(|unit| unit == "元");
                    if has_yuan { None } else { spelled(field, cell, spelling) }
                },
            ));
        }
    }
    for (table, holds) in [(&UNSURE[..], SameOrIssue), (&OTHER[..], Flagged)] {
        for &(name, spelling) in table {
            kinds.push(in_cells(&format!("a figure {name}"), holds.clone(), filled_figure, move |field, cell| {
                (cell.content() != "0").then(|| spelled(field, cell, spelling)).flatten()
            }));
        }
    }
    for (name, spelling) in NONE {
        kinds.push(in_cells(&format!("a figure {name}"), Issue("type-error"), filled_figure, move |field, cell| {
            spelled(field, cell, spelling)
        }));
    }
    kinds.extend(negatives());
    kinds.extend(formats());
    kinds.push(in_cells("an error in place of a figure", Issue("cell-error"), filled_figure, |_, _| {
        Some(Cell { value: Value::Error("#N/A"), format: String::new() })
    }));
    kinds.push(in_cells("a formula that was never calculated", Issue("uncached-formula"), filled_figure, |_, _| {
        Some(Cell { value: Value::Formula("1+1".to_owned(), None), format: String::new() })
    }));
    kinds.push(in_cells("a figure as the result of a formula", Same, filled_figure, |_, cell| {
        let cached = Some(cell.content().to_owned());
        Some(Cell { value: Value::Formula(format!("{}+0", cell.content()), cached), format: String::new() })
    }));
    kinds.push(in_cells("TRUE in place of a figure", Flagged, filled_figure, |_, _| {
        Some(Cell { value: Value::Bool(true), format: String::new() })
    }));
    kinds
}

/// Spellings of figures below nought, against the plain one.
fn negatives() -> Vec<Kind> {
    const SPELLINGS: [Spelling; 6] = [
        ("with a minus behind", |n| format!("{n}-")),
        ("in brackets", |n| format!("({n})")),
        ("in full-width brackets", |n| format!("（{n}）")),
        ("with a full-width minus", |n| format!("－{n}")),
        ("with a mathematical minus", |n| format!("\u{2212}{n}")),
        ("in brackets with separators", |n| format!("({})", grouped(n))),
    ];
    let kind = |(name, spelling): Spelling| {
        in_cells(
            &format!("a negative figure {name}"),
            Same,
            |field, cell| filled_figure(field, cell) && cell.content().starts_with('-'),
            move |_, cell| Some(Cell::text(&spelling(&cell.content()[1..]))),
        )
    };
    SPELLINGS.into_iter().map(kind).collect()
}

/// Number formats that change nothing, and such that mean another unit.
fn formats() -> Vec<Kind> {
    const SAME: [&str; 12] = [
        "0",
        "0.00",
        "#,##0.00",
        "000",
        "@",
        "0.00E+00",
        "\"¥\"#,##0.00",
        "#,##0.00_);[Red](#,##0.00)",
        "0.0,",
        "0!.0,",
        "_-* #,##0.00_-;-* #,##0.00_-",
        "[$￥-804]#,##0",
    ];
    const OTHER: [&str; 5] = ["0.0\"万元\"", "0\"千吨\"", "#,##0.00\"万吨\"", "0\"公斤\"", "0.00\"千元\""];
    let shown =
        |format: &'static str| move |_: &Field, cell: &Cell| Some(Cell { format: format.to_owned(), ..cell.clone() });
    let same =
        SAME.map(|format| in_cells(&format!("a figure in the format {format}"), Same, filled_figure, shown(format)));
    let other = OTHER.map(|format| {
        let measure = if format.contains('元') { "元" } else { "吨" };
        in_cells(
            &format!("a figure in the format {format}"),
            Issue("unit-mismatch"),
            filled_figure,
            move |field, cell| {
                let is_measured_so = field.units.iter().any(|own| own == measure);
                is_measured_so.then(|| Cell { format: format.to_owned(), ..cell.clone() })
            },
        )
    });
    let unsure = ["yyyy-mm-dd", "h:mm", "0\"箱\""]
        .map(|format| in_cells(&format!("a figure in the format {format}"), SameOrIssue, filled_figure, shown(format)));
    same.into_iter().chain(other).chain(unsure).collect()
}

/// With a comma before every three digits.
fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, rest) = number.find('.').map_or((number, ""), |at| number.split_at(at));
    let digits = whole.chars().enumerate();
    let comma = |n: usize| if n > 0 && (whole.len() - n).is_multiple_of(3) { "," } else { "" };
    let grouped: String = digits.map(|(n, digit)| format!("{}{digit}", comma(n))).collect();
    format!("{sign}{grouped}{rest}")
}
