//! The formulas of 考核结果 / Assessment, from the policy: each look-up, product and rounding as a spreadsheet program can say it, and
//! where its doubles can't be trusted with them.

use rust_decimal::Decimal;

use super::assessment_columns::counts_months;
use super::assessment_sheet::AssessmentSheet;
use dealerbook_base::exact::Exact;
use dealerbook_engine::policy::{Characteristic, Rule};
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::assessment::Assessed;
use dealerbook_engine::sheet::double::{cache_governs, double};
use dealerbook_engine::sheet::formula::{Template, quoted};

/// Says which formulas of a characteristic doubles can't be trusted with.
pub fn governed(c: &Characteristic, year: &DealerYear<'_>, assessed: &Assessed<'_>, say: &mut dyn FnMut(&str)) {
    match &c.rule {
        Rule::Evenness => {
            let (sum, weight) = (assessed.months_fulfilled.to_f64(), double(c.weight));
            let months = assessed.months_counted as f64;
            let index = assessed.exact_evenness();
            if cache_governs(&index, 4, sum / months) {
                say("index");
            }
            if cache_governs(&(&index * &c.weight.into()), 2, weight * sum / months) {
                say("points");
            }
        }
        Rule::Exclusivity { full_at, step, .. } => {
            let all = year.dealer.total_urea_tonnes;
            let in_doubles = if all.is_zero() { 0.0 } else { double(assessed.volume) / double(all) };
            let ratio = year.volume.checked_div(&all.into()).unwrap_or(Exact::ZERO);
            if cache_governs(&ratio, 4, in_doubles) {
                say("ratio");
            }
            let steps = (&Exact::from(*full_at) - &ratio).checked_div(&(*step).into()).map_or(0, |s| s.floor());
            let by_doubles = (((double(*full_at) - in_doubles) / double(*step) * 1e9).round() / 1e9).floor();
            if steps as f64 != by_doubles {
                say("points");
            }
        }
        _ => {}
    }
}

/// The formulas of the sheet: those of all rows, and those of each card.
pub struct Formulas {
    /// The total of a row.
    pub total: Template,
    /// Its grade.
    pub grade: Template,
    /// The points to the next grade.
    pub gap: Template,
    by_card: Vec<Vec<(String, &'static str, Template)>>,
}

impl Formulas {
    /// Puts them together.
    pub fn new(sheet: &AssessmentSheet<'_>) -> Self {
        let words = sheet.words();
        let policy = words.policy;
        let points: Vec<String> = sheet
            .characteristics
            .iter()
            .map(|c| format!("{}#", sheet.columns.letter(&format!("{}points", c.id))))
            .collect();
        let total = sheet.columns.letter("total");
        let mut bands: Vec<(String, String, String)> = Vec::new();
        for (n, grade) in policy.grades.iter().enumerate().rev() {
            let from = grade.from.map_or("-1E+300".to_owned(), |f| f.normalize().to_string());
            let next = n
                .checked_sub(1)
                .and_then(|better| policy.grades[better].from)
                .map_or("0".to_owned(), |f| f.normalize().to_string());
            bands.push((from, quoted(grade.title.pick(words.lang)), next));
        }
        let join = |pick: fn(&(String, String, String)) -> &String| {
            bands.iter().map(|b| pick(b).as_str()).collect::<Vec<_>>().join(",")
        };
        let best = policy.grades.first().and_then(|g| g.from).unwrap_or_default().normalize();
        Self {
            total: Template::new(&format!("ROUND(SUM({}),2)", points.join(","))),
            grade: Template::new(&format!("LOOKUP({total}#,{{{}}},{{{}}})", join(|b| &b.0), join(|b| &b.1))),
            gap: Template::new(&format!(
                "IF({total}#>={best},0,ROUND(LOOKUP({total}#,{{{}}},{{{}}})-{total}#,2))",
                join(|b| &b.0),
                join(|b| &b.2)
            )),
            by_card: policy
                .scorecards
                .iter()
                .map(|card| card.characteristics.iter().flat_map(|c| sheet.formulas_of(c)).collect())
                .collect(),
        }
    }

    /// The formula of a card's characteristic for one of its columns.
    pub fn of(&self, card: usize, id: &str, key: &str) -> Option<&Template> {
        self.by_card[card].iter().find(|(c, k, _)| c == id && *k == key).map(|(.., template)| template)
    }
}

impl AssessmentSheet<'_> {
    fn formulas_of(&self, c: &Characteristic) -> Vec<(String, &'static str, Template)> {
        let letter = |key: &str| self.columns.letter(&format!("{}{key}", c.id));
        let number = |x: Decimal| x.normalize().to_string();
        let weight = number(c.weight);
        let list = |items: Vec<String>| items.join(",");
        let volume = self.columns.letter("volume");
        let mut formulas: Vec<(&'static str, String)> = Vec::new();
        match &c.rule {
            Rule::Rank { bands } => {
                let (from, points) = (
                    list(bands.iter().map(|b| b.from.to_string()).collect()),
                    list(bands.iter().map(|b| number(b.points)).collect()),
                );
                formulas.push(("points", format!("LOOKUP({}#,{{{from}}},{{{points}}})", letter("rank"))));
            }
            Rule::Count { bands } => {
                let rising = || bands.iter().rev();
                let (from, points) = (
                    list(rising().map(|b| b.from.to_string()).collect()),
                    list(rising().map(|b| number(b.points)).collect()),
                );
                formulas.push(("points", format!("LOOKUP({}#,{{{from}}},{{{points}}})", letter("value"))));
            }
            Rule::Category { values } => {
                let labels = list(values.iter().map(|v| quoted(&self.words().category(&c.id, &v.value))).collect());
                let points = list(values.iter().map(|v| number(v.points)).collect());
                formulas.push(("points", format!("INDEX({{{points}}},MATCH({}#,{{{labels}}},0))", letter("value"))));
            }
            Rule::Exclusivity { full_at, step, points_a_step } => {
                let all = letter("all");
                let ratio = format!("IF({all}#=0,0,{volume}#/{all}#)");
                formulas.push(("ratio", format!("IF({all}#=0,0,ROUND({volume}#/{all}#,4))")));
                let steps = format!("MAX(0,INT(ROUND(({}-{ratio})/{},9)))", number(*full_at), number(*step));
                formulas
                    .push(("points", format!("IF({volume}#<0,0,MAX(0,{weight}-{}*{steps}))", number(*points_a_step))));
            }
            Rule::Evenness => {
                let months = letter("months");
                let counted = match counts_months(self.words().policy) {
                    true => format!("{}#", letter("counted")),
                    false => "12".to_owned(),
                };
                formulas.push(("index", format!("ROUND({months}#/{counted},4)")));
                formulas.push(("points", format!("ROUND({weight}*{months}#/{counted},2)")));
            }
            Rule::Violations { points_each, .. } => {
                formulas.push(("points", format!("{weight}-{}*{}#", number(*points_each), letter("value"))));
            }
        }
        formulas.into_iter().map(|(key, formula)| (c.id.clone(), key, Template::new(&formula))).collect()
    }
}
