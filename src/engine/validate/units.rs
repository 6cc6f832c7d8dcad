//! Units that stand beside figures: in titles, labels and number formats. What isn't a column's own is never converted in silence.

use crate::schema::{Field, normalise};

/// Units of one measure, in normal form: those that mean the same as the columns' own, then others.
struct Measure {
    own: &'static [&'static str],
    others: &'static [&'static str],
}

const MEASURES: [Measure; 3] = [
    Measure {
        own: &["吨", "t", "公吨", "ton", "tons", "tonne", "tonnes", "mt"],
        others: &[
            "公斤",
            "千克",
            "kg",
            "kgs",
            "斤",
            "市斤",
            "克",
            "g",
            "担",
            "kt",
            "磅",
            "lb",
            "lbs",
            "袋",
            "包",
            "车",
            "车皮",
            "件",
            "立方米",
            "方",
        ],
    },
    Measure {
        own: &["元", "圆", "yuan", "rmb", "cny", "人民币", "人民币元", "¥"],
        others: &[
            "角", "分", "美元", "usd", "us$", "$", "欧元", "eur", "€", "港元", "港币", "hkd", "日元", "jpy", "k",
            "million", "thousand",
        ],
    },
    Measure {
        own: &["天", "日", "day", "days"],
        others: &[
            "周", "星期", "个月", "月", "季", "季度", "年", "小时", "month", "months", "week", "weeks", "year", "years",
        ],
    },
];

/// Words that multiply a unit: 千吨, 万元, 百家; alone they multiply the column's own.
const MULTIPLIERS: [&str; 8] = ["百万", "千万", "十万", "十", "百", "千", "万", "亿"];

/// What a unit is to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Its own, or the same by another name.
    Own,
    /// Another of the same measure: the figures would mean something else.
    Foreign,
    /// Of another measure, or none at all.
    Apart,
}

/// Returns what a unit, in normal form, is to a column.
pub fn fit(unit: &str, field: &Field) -> Fit {
    if field.is_unit(unit) {
        return Fit::Own;
    }
    let measure = MEASURES.iter().find(|measure| measure.own.iter().any(|own| field.is_unit(own)));
    let is_of =
        |unit: &str| field.is_unit(unit) || measure.is_some_and(|m| m.own.contains(&unit) || m.others.contains(&unit));
    if measure.is_some_and(|measure| measure.own.contains(&unit)) {
        return Fit::Own;
    }
    let has_units = !field.units.is_empty();
    let multiplied = MULTIPLIERS.iter().filter_map(|by| unit.strip_prefix(by));
    if has_units && (is_of(unit) || multiplied.clone().any(|rest| rest.is_empty() || is_of(rest))) {
        return Fit::Foreign;
    }
    Fit::Apart
}

/// Whether a column holds weights or money.
pub fn is_of_weight_or_money(field: &Field) -> bool {
    MEASURES[..2].iter().any(|measure| measure.own.iter().any(|own| field.is_unit(own)))
}

/// Whether a text in normal form is a unit of any measure.
pub fn is_unit(unit: &str) -> bool {
    let known = |unit: &str| MEASURES.iter().any(|m| m.own.contains(&unit) || m.others.contains(&unit));
    let counted = |unit: &str| matches!(unit, "个" | "家" | "人" | "次" | "%" | "户");
    known(unit)
        || counted(unit)
        || MULTIPLIERS
            .iter()
            .filter_map(|by| unit.strip_prefix(by))
            .any(|rest| rest.is_empty() || known(rest) || counted(rest))
}

/// Whether a unit in normal form is one of weight or money, which titles name; `plainly` where it stands behind the word 单位.
fn is_of_title(unit: &str, plainly: bool) -> bool {
    // 表（车）, 计划（件） or (k) are more likely to mean something else.
    const AMBIGUOUS: [&str; 11] = ["包", "车", "件", "方", "分", "角", "g", "k", "袋", "万", "千"];
    let known = |unit: &str| MEASURES[..2].iter().any(|m| m.own.contains(&unit) || m.others.contains(&unit));
    let multiplied =
        MULTIPLIERS.iter().filter_map(|by| unit.strip_prefix(by)).any(|rest| rest.is_empty() || known(rest));
    (known(unit) || multiplied) && (plainly || !AMBIGUOUS.contains(&unit))
}

/// Returns the units of weight and money that a title names, in normal form: 单位：千吨, 金额单位：万元, 2007年提货表（吨）, or nothing but a unit.
pub fn in_title(text: &str) -> Vec<String> {
    let text = normalise(text);
    let mut found: Vec<String> = Vec::new();
    let mut add = |part: &str, plainly: bool| {
        let part = part.trim_matches(|c: char| matches!(c, '(' | ')' | '【' | '】' | '[' | ']' | '.' | ':'));
        if is_of_title(part, plainly) && !found.iter().any(|own| own == part) {
            found.push(part.to_owned());
        }
    };
    let splits = |c: char| matches!(c, '、' | '/' | ',' | ';' | '，' | '；' | '及' | '和' | '或' | '|' | '。');
    for (at, word) in text.match_indices("单位") {
        let rest = text[at + word.len()..].trim_start_matches([':', '为', '是', '=']);
        for part in rest.split(splits) {
            // 单位：数量（吨）、金额（万元）
            part.split(['(', ')', ':']).for_each(|part| add(part, true));
        }
    }
    if let Some(at) =
        text.find("unit").filter(|_| text.starts_with("unit") || text.contains("units:") || text.contains("unit:"))
    {
        let rest = text[at..].trim_start_matches("unit").trim_start_matches(['s', ':']);
        rest.split(splits).for_each(|part| add(part, true));
    }
    let brackets = text.split(['(', '【', '[']).skip(1).filter_map(|part| part.split([')', '】', ']']).next());
    for inner in brackets {
        inner.split(splits).for_each(|part| add(part, false));
    }
    add(&text, false);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schemas;

    #[test]
    fn a_title_names_its_units() {
        for (text, units) in [
            ("单位：千吨", vec!["千吨"]),
            ("（单位: 万元）", vec!["万元"]),
            ("单位：吨、元", vec!["吨", "元"]),
            ("金额单位：万元", vec!["万元"]),
            ("2007年度经销商月度提货表（吨）", vec!["吨"]),
            ("数量单位：公斤；金额单位：元", vec!["公斤", "元"]),
            ("单位：数量（吨），金额（万元）", vec!["吨", "万元"]),
            ("千吨", vec!["千吨"]),
            ("Unit: kg", vec!["kg"]),
            ("编制单位：重庆分公司", vec![]),
            ("填报单位（盖章）：涪陵办事处", vec![]),
            ("2007年度经销商档案表", vec![]),
            ("（2007年）", vec![]),
            ("信用额度表（月）", vec![]),
            ("发货（车）", vec![]),
            ("单位：车", vec!["车"]),
        ] {
            assert_eq!(in_title(text), units, "{text}");
        }
    }

    #[test]
    fn a_unit_is_measured_against_the_column() {
        let schemas = Schemas::embedded().unwrap();
        let field = |resource: &str, name: &str| {
            let resource = &schemas.resources[schemas.index(resource).unwrap()];
            &resource.fields[resource.field(name).unwrap()]
        };
        let tonnes = field("purchases", "actual_tonnes");
        for (unit, expected) in [
            ("吨", Fit::Own),
            ("公吨", Fit::Own),
            ("千吨", Fit::Foreign),
            ("万吨", Fit::Foreign),
            ("kg", Fit::Foreign),
            ("万", Fit::Foreign),
            ("元", Fit::Apart),
            ("万元", Fit::Apart),
        ] {
            assert_eq!(fit(unit, tonnes), expected, "{unit}");
        }
        assert_eq!(fit("万元", field("receivables", "amount")), Fit::Foreign);
        assert_eq!(fit("rmb", field("receivables", "amount")), Fit::Own);
        assert_eq!(fit("百家", field("channels", "customers_total")), Fit::Foreign);
        assert_eq!(fit("月", field("credit", "term_days")), Fit::Foreign);
        assert_eq!(fit("万元", field("purchases", "supplier_fault")), Fit::Apart);
    }
}
