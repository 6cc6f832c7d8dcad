//! Figures over whole sheets, as 计算说明 and 总览 tell them: formulas over the sheets of the assessment and the incentives.

use rust_decimal::Decimal;

use super::about_sheet::{Cell, Section};
use super::assessment_sheet::AssessmentSheet;
use super::layout::BODY_ROW;
use super::overview::{Brief, KeyFigure};
use super::plot::Plot;
use super::small_sheet::prefix;
use dealerbook_engine::programmes::incentives::Incentives;
use dealerbook_engine::sheet::Value;
use dealerbook_engine::sheet::words::Words;
use dealerbook_engine::workbook::{cell_name, column_name};

/// The results in a few figures, as formulas over the sheets of the assessment and the incentives.
pub fn results(scores: &AssessmentSheet<'_>, title: &str, paid: Option<(String, Decimal)>) -> Section {
    let words = scores.words();
    let range = |key: &str| format!("{}{}", prefix(title), scores.columns.fixed(key, scores.rows()));
    let live = |label: &str, formula: String, cached: String, code: &'static str| {
        vec![label.to_owned().into(), Cell::Live(formula, cached, code)]
    };
    let dealers = words.lang.pick("经销商", "Dealers");
    let mut rows = vec![live(dealers, format!("COUNTA({})", range("name")), scores.rows().to_string(), "0")];
    for (index, grade) in words.policy.grades.iter().enumerate() {
        let name = grade.title.pick(words.lang);
        let formula = format!("COUNTIF({},{})", range("grade"), dealerbook_engine::sheet::formula::quoted(name));
        rows.push(live(name, formula, scores.graded(Some(index)).to_string(), "0"));
    }
    let none = words.lang.pick("未评级", "Without a grade");
    rows.push(live(none, format!("COUNTBLANK({})", range("grade")), scores.graded(None).to_string(), "0"));
    if let Some((formula, total)) = paid {
        let label = words.lang.pick("激励合计（元）", "Incentives (yuan)");
        rows.push(live(label, formula, total.to_string(), "#,##0.00"));
    }
    Section { title: words.lang.pick("结果汇总", "Results in brief").to_owned(), rows, warning: false }
}

/// The points that all dealers together have lost, by characteristic, the most first.
pub fn losses(scores: &AssessmentSheet<'_>, title: &str) -> Section {
    let words = scores.words();
    let lost = scores.losses(title);
    let rows = lost.into_iter().map(|(id, formula, cached)| {
        vec![words.policy.characteristic(id, words.lang).to_owned().into(), Cell::Live(formula, cached, "0.00")]
    });
    Section {
        title: words.lang.pick("失分合计（按指标）", "Points lost by characteristic").to_owned(),
        rows: rows.collect(),
        warning: false,
    }
}

/// The grades and the points lost, drawn.
pub fn charts(words: Words<'_>, brief: &Section, lost: &Section) -> Vec<Plot> {
    let grades = &words.policy.grades;
    let fill = |id: &str| {
        dealerbook_engine::sheet::GRADE_FILLS.iter().find(|(grade, _)| *grade == id).map_or(0xD9D9D9, |(_, fill)| *fill)
    };
    let of_grades = Plot {
        title: words.lang.pick("各评级经销商数", "Dealers by grade").to_owned(),
        section: brief.title.clone(),
        // Behind the count of all dealers; with those that have no grade.
        rows: (1, grades.len() + 1),
        lying: false,
        colours: grades.iter().map(|grade| fill(&grade.id)).chain([0xD9D9D9]).collect(),
        number_format: "0",
    };
    let of_losses = Plot {
        title: words.lang.pick("各指标失分合计（分）", "Points lost by characteristic").to_owned(),
        section: lost.title.clone(),
        rows: (0, lost.rows.len()),
        lying: true,
        colours: vec![0x2F5597],
        number_format: "General",
    };
    if lost.rows.is_empty() { vec![of_grades] } else { vec![of_grades, of_losses] }
}

/// Whether a formula adds up a column in which a cell's cached value governs, or is nothing but a reference to such a cell.
pub fn is_governed(formula: &str, governed: &[(&str, Vec<(u16, u32)>)]) -> bool {
    let bare = formula.replace('$', "");
    governed.iter().any(|(title, cells)| {
        let prefix = prefix(&title.replace('$', ""));
        let cell = bare.strip_prefix(&prefix);
        let range = bare.split_once(&format!("SUM({prefix}")).and_then(|(_, rest)| rest.split(')').next());
        cells.iter().any(|(column, row)| {
            cell.is_some_and(|cell| cell_name(*row, *column) == cell)
                || *row >= BODY_ROW
                    && range
                        .is_some_and(|range| range.starts_with(&format!("{}{}:", column_name(*column), BODY_ROW + 1)))
        })
    })
}

/// The first figures of a section, as the overview shows them.
pub fn key_figures(section: &Section, count: usize) -> Vec<KeyFigure<'static>> {
    let figure = |row: &Vec<Cell>| match row.as_slice() {
        [Cell::Text(label), Cell::Live(formula, cached, format)] => Some(KeyFigure {
            label: label.clone(),
            formula: formula.clone(),
            value: cached.parse::<Decimal>().map_or(Value::Blank, Value::from),
            format,
        }),
        _ => None,
    };
    section.rows.iter().take(count).filter_map(figure).collect()
}

/// What the incentives come to, for the overview: the formula and the sum.
pub fn paid_in_all(words: Words<'_>, formula: String, paid: &Incentives<'_>) -> Brief<'static> {
    let figure = KeyFigure {
        label: words.lang.pick("激励合计（元）", "Incentives (yuan)").to_owned(),
        formula,
        value: paid.total.into(),
        format: "#,##0.00",
    };
    Brief { figures: if paid.dealers.is_empty() { Vec::new() } else { vec![figure] }, needs: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_a_cell_whose_cache_governs_is_governed_and_what_is_reckoned_of_others_is_not() {
        let governed = [("激励结果", vec![(4, 3), (7, 6)]), ("Bob's", vec![(0, 0)])];
        for (formula, holds) in [
            ("'激励结果'!E4", true),
            ("'激励结果'!$E$4", true),
            ("'Bob''s'!A1", true),
            ("'激励结果'!E5", false),
            ("'考核结果'!E4", false),
            ("COUNTIF('激励结果'!E4:E9,1)", false),
            ("ROUND(SUM('激励结果'!$E$6:$E$9),2)", false),
            ("ROUND(SUM('激励结果'!$H$6:$H$9),2)", true),
            ("SUM('考核结果'!$H$6:$H$9)", false),
        ] {
            assert_eq!(is_governed(formula, &governed), holds, "{formula}");
        }
    }
}
