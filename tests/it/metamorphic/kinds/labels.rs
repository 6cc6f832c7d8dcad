//! The header: labels and what surrounds them.

use dealerbook::schema::Field;

use super::keys::full_width;
use super::{Change, Kind, On, Work, in_sheets};
use crate::metamorphic::book::{Cell, Merge};
use crate::metamorphic::judge::Holds::{self, ChangeOrIssue, Flagged, Issue, Same, SameOrIssue};

/// A name of what is done to a label, and how.
type Spelling = (&'static str, fn(&str) -> String);

/// Spellings of a label.
const SAME: [Spelling; 24] = [
    ("with a space behind", |l| format!("{l} ")),
    ("with an ideographic space before", |l| format!("\u{3000}{l}")),
    ("with spaces within", |l| l.chars().map(|c| format!("{c} ")).collect()),
    ("with a line feed within", |l| broken(l, "\n")),
    ("with a line feed behind", |l| format!("{l}\n")),
    ("with a zero-width space behind", |l| format!("{l}\u{200b}")),
    ("with a zero-width space within", |l| broken(l, "\u{200b}")),
    ("with a byte order mark before", |l| format!("\u{feff}{l}")),
    ("with a soft hyphen within", |l| broken(l, "\u{ad}")),
    ("with a left-to-right mark behind", |l| format!("{l}\u{200e}")),
    ("with a no-break space behind", |l| format!("{l}\u{a0}")),
    ("with a star behind", |l| format!("{l}*")),
    ("with a star before", |l| format!("*{l}")),
    ("with a colon behind", |l| format!("{l}：")),
    ("with a narrow colon behind", |l| format!("{l}:")),
    ("with （必填） behind", |l| format!("{l}（必填）")),
    ("with (必填) behind", |l| format!("{l}(必填)")),
    ("with a full-width star behind", |l| format!("{l}＊")),
    ("with 【必填】 behind", |l| format!("{l}【必填】")),
    ("with （选填） behind", |l| format!("{l}（选填）")),
    ("with a star and a colon", |l| format!("*{l}：")),
    ("with an escaped carriage return", |l| format!("{l}\r")),
    ("with tabs around", |l| format!("\t{l}\t")),
    ("with a line feed and （必填） behind", |l| format!("{l}\n（必填）")),
];

const UNSURE: [Spelling; 8] = [
    ("with its number before", |l| format!("3.{l}")),
    ("with （可选填写） behind", |l| format!("{l}（可选填写）")),
    ("in quotation marks", |l| format!("“{l}”")),
    ("twice", |l| format!("{l}{l}")),
    ("with a question mark", |l| format!("{l}？")),
    ("in brackets", |l| format!("（{l}）")),
    ("without its last character", |l| l.chars().take(l.chars().count() - 1).collect()),
    ("with a year before", |l| format!("2007年{l}")),
];

fn broken(label: &str, by: &str) -> String {
    let at = label.char_indices().nth(2).map_or(label.len(), |(at, _)| at);
    format!("{}{by}{}", &label[..at], &label[at..])
}

fn relabelled(name: &str, holds: Holds, spelling: impl Fn(&Field) -> Option<String> + Send + Sync + 'static) -> Kind {
    let joins = matches!(holds, Same);
    let change: Change = Box::new(move |work| {
        let Some(label) = work.field_of(work.column).and_then(&spelling) else { return false };
        work.row = work.sheet().header;
        let is_new = work.cell().content() != label;
        work.put(Cell::text(&label));
        (work.spot.row, work.spot.column) = (Some(work.row), Some(work.column));
        is_new
    });
    Kind { name: format!("a label {name}"), holds, on: On::Columns(|_| true), change, joins }
}

pub fn kinds() -> Vec<Kind> {
    let spelled = |table: &'static [Spelling], holds: Holds| {
        let kind = move |&(name, spelling): &(&'static str, fn(&str) -> String)| {
            relabelled(name, holds.clone(), move |field| Some(spelling(&field.title)))
        };
        table.iter().map(kind)
    };
    let mut kinds: Vec<Kind> = spelled(&SAME, Same).chain(spelled(&UNSURE, SameOrIssue)).collect();
    kinds.push(relabelled("by its English name", Same, |field| Some(field.name.clone())));
    kinds.push(relabelled("by its English title", Same, |field| Some(field.title_en.clone())));
    kinds.push(relabelled("in capitals", Same, |field| Some(field.name.to_uppercase())));
    kinds.push(relabelled("in full-width letters", Same, |field| Some(full_width(&field.name))));
    kinds.push(relabelled("by another declared label", Same, |field| field.aliases.first().cloned()));
    kinds
        .push(relabelled("that is gone", Issue("missing-label"), |field| field.constraints.required.then(String::new)));
    kinds.push(relabelled("that is another word", Issue("missing-label"), |field| {
        field.constraints.required.then(|| "其他事项".to_owned())
    }));
    for (name, around) in [
        ("（U）", ["（", "）"]),
        ("(U)", ["(", ")"]),
        ("/U", ["/", ""]),
        ("【U】", ["【", "】"]),
        ("，U", ["，", ""]),
        ("[U]", ["[", "]"]),
    ] {
        let holds = if name == "，U" { SameOrIssue } else { Same };
        kinds.push(relabelled(&format!("with its unit as {name}"), holds, move |field| {
            field.units.first().map(|unit| format!("{}{}{unit}{}", field.title, around[0], around[1]))
        }));
    }
    for unit in ["千吨", "万吨", "公斤", "kg", "万元", "千元", "亿元"] {
        for (form, around) in [("（U）", ["（", "）"]), ("(U)", ["(", ")"]), ("/U", ["/", ""]), ("【U】", ["【", "】"])]
        {
            kinds.push(relabelled(&format!("with {unit} as {form}"), Issue("unit-mismatch"), move |field| {
                let measured = ["吨", "元"].iter().any(|unit| field.units.iter().any(|own| own == unit));
                measured.then(|| format!("{}{}{unit}{}", field.title, around[0], around[1]))
            }));
        }
    }
    kinds.extend(headers());
    kinds
}

/// A row of group titles above the labels; what stands in no group is merged over both rows.
fn grouped(work: &mut Work<'_>, first: usize, last: usize, merged: bool) -> bool {
    let width = work.sheet().width();
    if last >= width {
        return false;
    }
    let header = work.sheet().header;
    let labels = work.sheet().rows[header].clone();
    work.sheet().insert_row(header, vec![Cell::blank(); width]);
    for (column, label) in labels.iter().enumerate().take(width) {
        match (first..=last).contains(&column) {
            true if column == first => work.sheet().set(header, column, Cell::text("基本情况")),
            true => {}
            // The upper cell of a merged range has the label.
            false if merged => {
                work.sheet().set(header, column, label.clone());
                work.sheet().set(header + 1, column, Cell::blank());
                work.sheet().merges.push(Merge { rows: (header, header + 1), columns: (column, column) });
            }
            false => {}
        }
    }
    if merged {
        work.sheet().merges.push(Merge { rows: (header, header), columns: (first, last) });
    }
    work.anywhere();
    true
}

fn headers() -> Vec<Kind> {
    let mut kinds = vec![
        in_sheets("two header rows, the first columns in a group", Same, |work| grouped(work, 0, 1, true)),
        in_sheets("two header rows, columns in the middle in a group", Same, |work| grouped(work, 1, 2, true)),
        in_sheets("two header rows, the last columns in a group", Same, |work| {
            let width = work.sheet().width();
            grouped(work, width - 2, width - 1, true)
        }),
        in_sheets("a row of group titles that aren't merged", Same, |work| grouped(work, 1, 2, false)),
        in_sheets("the header stands again in the middle", Same, |work| repeated(work, 1)),
        in_sheets("the header stands again at the end", Same, |work| repeated(work, 0)),
        in_sheets("title and header stand again", Same, |work| {
            let (header, at) = (work.sheet().header, work.sheet().header + 2);
            if header == 0 || at >= work.sheet().end {
                return false;
            }
            let (title, labels) = (work.sheet().rows[0].clone(), work.sheet().rows[header].clone());
            work.sheet().insert_row(at, labels);
            work.sheet().insert_row(at, title);
            work.anywhere();
            true
        }),
        in_sheets("the header stands twice", SameOrIssue, |work| {
            let header = work.sheet().header;
            let labels = work.sheet().rows[header].clone();
            work.sheet().insert_row(header + 1, labels);
            work.anywhere();
            true
        }),
        in_sheets("a label twice", Issue("duplicate-label"), |work| {
            let width = work.sheet().width();
            let label = {
                let header = work.sheet().header;
                work.sheet().cell(header, 1)
            };
            work.sheet().insert_column(width, label.content(), |_| Cell::blank());
            work.anywhere();
            true
        }),
        in_sheets("two labels change places", ChangeOrIssue, |work| {
            let figures = work.columns(super::is_figure);
            let [first, second, ..] = figures[..] else { return false };
            let header = work.sheet().header;
            let (one, other) = (work.sheet().cell(header, first), work.sheet().cell(header, second));
            let differs = work.sheet().data().any(|row| {
                work.book.sheets[work.sheet].cell(row, first) != work.book.sheets[work.sheet].cell(row, second)
            });
            work.sheet().set(header, first, other);
            work.sheet().set(header, second, one);
            work.anywhere();
            differs
        }),
        in_sheets("a merged label over two data columns", Flagged, |work| {
            let (header, width) = (work.sheet().header, work.sheet().width());
            if !work.field_of(width - 1).is_some_and(|field| field.constraints.required) {
                return false;
            }
            work.sheet().set(header, width - 1, Cell::blank());
            work.sheet().merges.push(Merge { rows: (header, header), columns: (width - 2, width - 1) });
            work.anywhere();
            true
        }),
    ];
    for rows in [1, 2, 5, 14] {
        kinds.push(in_sheets(&format!("{rows} more rows of titles"), Same, move |work| {
            (0..rows).for_each(|n| work.sheet().insert_row(0, vec![Cell::text(&format!("示例化肥有限公司{n}"))]));
            work.anywhere();
            true
        }));
    }
    kinds.push(in_sheets("blank rows above all", Same, |work| {
        (0..3).for_each(|_| work.sheet().insert_row(0, Vec::new()));
        true
    }));
    kinds.push(in_sheets("a blank row under the header", Same, |work| {
        let at = work.sheet().header + 1;
        work.sheet().insert_row(at, Vec::new());
        true
    }));
    kinds.push(in_sheets("no title", Same, |work| {
        // Months may need its year; they are written out in the bases.
        let has_title = work.sheet().header == 1;
        if has_title {
            work.sheet().remove_row(0);
            work.sheet().header = 0;
        }
        has_title
    }));
    kinds.push(in_sheets("a title of key and value pairs", Same, |work| {
        let cells = ["编制单位：", "渠道部", "编制日期：", "2008-01-05", "页次", "1"].map(Cell::text);
        let header = work.sheet().header;
        work.sheet().insert_row(header, cells.to_vec());
        true
    }));
    kinds
}

/// The labels once more: before the data's last row, or behind it.
fn repeated(work: &mut Work<'_>, before_last: usize) -> bool {
    let at = work.sheet().end - before_last;
    let labels = {
        let header = work.sheet().header;
        work.sheet().rows[header].clone()
    };
    if at <= work.sheet().header + 1 {
        return false;
    }
    work.sheet().insert_row(at, labels);
    work.in_row(at);
    true
}
