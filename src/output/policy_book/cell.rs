//! One cell: what is written for a value of a policy, and what value a cell is read as.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::shape::Kind;
use super::words::{self, Word};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Fault;
use dealerbook_engine::validate::{parse_date, parse_number};

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// A text.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A day.
    Day(Date),
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// A text, without space around it.
    Text(String),
    /// A number as it is shown.
    Number(Decimal),
    /// A day.
    Day(Date),
    /// TRUE or FALSE.
    Flag(bool),
    /// An error value.
    Error(&'static str),
    /// A formula without a cached value.
    Uncached,
}

const YES: [&str; 2] = ["是", "yes"];
const NO: [&str; 2] = ["否", "no"];
const YESES: &[&str] = &["是", "有", "yes", "y", "true", "1", "√"];
const NOES: &[&str] = &["否", "无", "no", "n", "false", "0", "×"];
const COMMAS: [char; 6] = [',', '，', '、', ';', '；', '\n'];
/// Units that may stand behind a figure.
const UNITS: [&str; 4] = ["元/吨", "元", "吨", "t"];

/// A figure of a policy, which may stand there as a number or as a text.
pub fn decimal(value: &Json) -> Option<Decimal> {
    match value {
        Json::String(text) => Decimal::from_str_exact(text).ok(),
        Json::Number(number) => Decimal::from_str_exact(&number.to_string()).ok(),
        _ => None,
    }
}

/// What is written for a value.
pub fn written(kind: Kind, value: Option<&Json>, lang: Lang) -> Cell {
    let Some(value) = value else { return Cell::Blank };
    match (kind, value) {
        (_, Json::Null | Json::Object(_)) => Cell::Blank,
        (Kind::Figure | Kind::Money | Kind::Share | Kind::TwoPlaces, value) => number(value, |figure| figure),
        (Kind::Percent, value) => number(value, |percent| percent / Decimal::ONE_HUNDRED),
        (Kind::Choice(words), Json::String(text)) => Cell::Text(word(words, text, lang).to_owned()),
        (Kind::List(words), Json::Array(list)) => {
            let names = list.iter().map(|name| word(words, name.as_str().unwrap_or_default(), lang));
            Cell::Text(names.collect::<Vec<_>>().join(lang.pick("、", ", ")))
        }
        (Kind::Figures, Json::Array(list)) => {
            let figures = list.iter().filter_map(decimal).map(|figure| figure.normalize().to_string());
            Cell::Text(figures.collect::<Vec<_>>().join(", "))
        }
        (Kind::Flag, Json::Bool(true)) => Cell::Text(lang.pick(YES[0], YES[1]).to_owned()),
        (Kind::Flag, Json::Bool(false)) => Cell::Text(lang.pick(NO[0], NO[1]).to_owned()),
        (Kind::Day, Json::String(text)) => text.parse().map_or_else(|_| Cell::Text(text.clone()), Cell::Day),
        (_, Json::String(text)) => Cell::Text(text.clone()),
        (_, other) => Cell::Text(other.to_string()),
    }
}

fn number(value: &Json, change: impl Fn(Decimal) -> Decimal) -> Cell {
    decimal(value).map_or_else(|| written(Kind::Text, Some(value), Lang::Zh), |figure| Cell::Number(change(figure)))
}

fn word<'w>(words: &'w [Word], value: &'w str, lang: Lang) -> &'w str {
    words.iter().find(|word| word.value == value).map_or(value, |word| lang.pick(word.zh, word.value))
}

/// What value a cell is read as; none where it says nothing.
///
/// # Errors
///
/// The fault of a cell that can't be read as what its column holds.
pub fn value(kind: Kind, raw: &Raw) -> Result<Option<Json>, Fault> {
    match raw {
        Raw::Error(code) => {
            return Err(Fault::new(
                format!("单元格是错误值 {code}，请改正"),
                format!("the cell holds the error {code}: mend it"),
            ));
        }
        Raw::Uncached => {
            return Err(Fault::new(
                "公式没有计算结果：请在 Excel 或 WPS 中打开并保存，或直接填写数值".to_owned(),
                "the formula has no result: open and save it in Excel, or write the figure itself".to_owned(),
            ));
        }
        _ => {}
    }
    Ok(Some(match kind {
        Kind::Figure | Kind::Money | Kind::Share => figure(amount(raw)?),
        Kind::Percent => figure(amount(raw)? * Decimal::ONE_HUNDRED),
        Kind::TwoPlaces => match raw {
            Raw::Number(number) => {
                let mut number = *number;
                number.rescale(number.normalize().scale().max(2));
                Json::String(number.to_string())
            }
            other => Json::String(text(other)),
        },
        Kind::Choice(words) => Json::String(words::value_of(words, &text(raw)).to_owned()),
        Kind::List(words) => {
            let text = text(raw);
            let names = text.split(COMMAS).map(str::trim).filter(|name| !name.is_empty());
            names.map(|name| Json::String(words::value_of(words, name).to_owned())).collect()
        }
        Kind::Figures => match raw {
            Raw::Text(text) => {
                let parts = text.split(COMMAS).map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| amount(&Raw::Text(part.to_owned())).map(figure)).collect::<Result<Json, Fault>>()?
            }
            other => Json::Array(vec![figure(amount(other)?)]),
        },
        Kind::Flag => return flag(raw),
        Kind::Day => Json::String(day(raw)?.to_string()),
        Kind::Text | Kind::Shown => Json::String(text(raw)),
    }))
}

/// A figure as a policy has it: whole numbers as such, others as texts, which lose nothing.
pub fn figure(number: Decimal) -> Json {
    let number = number.normalize();
    let whole = (number.scale() == 0).then(|| i64::try_from(number).ok()).flatten();
    whole.map_or_else(|| Json::String(number.to_string()), Json::from)
}

/// The number in a cell.
///
/// # Errors
///
/// The fault of a cell without one.
pub fn amount(raw: &Raw) -> Result<Decimal, Fault> {
    let none = || {
        let seen = text(raw);
        Fault::new(format!("“{seen}”不是数，请改为数字"), format!("“{seen}” is no number: write one"))
    };
    match raw {
        Raw::Number(number) => Ok(*number),
        Raw::Text(text) => {
            let read = parse_number(text, &UNITS.map(str::to_owned), false);
            read.map(|(number, _)| number).map_err(|_| none())
        }
        _ => Err(none()),
    }
}

/// What stands in a cell, as a text.
pub fn text(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) => text.clone(),
        Raw::Number(number) => number.normalize().to_string(),
        Raw::Day(day) => day.to_string(),
        Raw::Flag(flag) => flag.to_string(),
        Raw::Error(code) => (*code).to_owned(),
        Raw::Uncached => String::new(),
    }
}

fn flag(raw: &Raw) -> Result<Option<Json>, Fault> {
    let seen = text(raw).to_lowercase();
    match seen.as_str() {
        yes if YESES.contains(&yes) => Ok(Some(Json::Bool(true))),
        no if NOES.contains(&no) => Ok(Some(Json::Bool(false))),
        _ => Err(Fault::new(format!("“{seen}”须为是或否"), format!("“{seen}” must be yes or no"))),
    }
}

fn day(raw: &Raw) -> Result<Date, Fault> {
    let seen = text(raw);
    let read = if let Raw::Day(day) = raw { Ok(*day) } else { parse_date(&seen) };
    read.map_err(|_| {
        Fault::new(
            format!("“{seen}”不是日期，请写成 2027-01-01"),
            format!("“{seen}” is no day: write it as 2027-01-01"),
        )
    })
}
