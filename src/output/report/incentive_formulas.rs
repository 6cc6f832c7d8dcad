//! The formulas of 激励结果: each programme live from the facts and the grade.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::incentive_columns::{bases, has_earned, has_rate, key};
use dealerbook_base::key::Key;
use dealerbook_engine::policy::{Basis, Figures, Incentive, IncentiveKind, Method, Tier};
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::formula::{Template, as_written, quoted};
use dealerbook_engine::sheet::words::Words;

/// Who writes the formulas of a row; `#` stands for the row's number.
pub struct Formulas<'f> {
    /// The names of grades and modes, and the policy.
    pub words: Words<'f>,
    /// The sheet's columns.
    pub columns: &'f Columns,
    /// The dealers' regions, as the sheet spells them.
    pub regions: &'f HashSet<&'f Key>,
}

fn number(x: Decimal) -> String {
    x.normalize().to_string()
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("{{{}}}", items.collect::<Vec<_>>().join(","))
}

impl Formulas<'_> {
    /// The formulas of all programmes and of the total, by column, ascending. `scores` are those of grade and tonnes.
    pub fn templates(&self, scores: impl IntoIterator<Item = (&'static str, String)>) -> Vec<(u16, Template)> {
        let mut formulas: Vec<(u16, String)> =
            scores.into_iter().map(|(key, formula)| (self.columns.at(key), formula)).collect();
        for (n, incentive) in self.words.policy.incentives.iter().enumerate() {
            let own = self.programme(n, incentive);
            formulas.extend(own.into_iter().map(|(part, formula)| (self.columns.at(&key(n, &part)), formula)));
        }
        let amounts: Vec<String> =
            (0..self.words.policy.incentives.len()).map(|n| self.cell(&key(n, "amount"))).collect();
        let amounts = amounts.join(",");
        let mut total = format!("ROUND(SUM({amounts}),2)");
        if let Some(cap) = &self.words.policy.dealer_cap {
            formulas.push((self.columns.at("cap"), self.taken_off(cap, &total)));
            total = format!("ROUND(SUM({amounts},{}),2)", self.cell("cap"));
        }
        formulas.push((self.columns.at("total"), total));
        formulas.sort_by_key(|(column, _)| *column);
        formulas.into_iter().map(|(column, formula)| (column, Template::new(&formula))).collect()
    }

    fn cell(&self, key: &str) -> String {
        format!("{}#", self.columns.letter(key))
    }

    fn programme(&self, n: usize, incentive: &Incentive) -> Vec<(String, String)> {
        let mut formulas: Vec<(String, String)> = (0..bases(incentive))
            .zip(self.bases(incentive))
            .map(|(k, formula)| (format!("basis{k}"), formula))
            .collect();
        if has_rate(incentive) {
            formulas.extend(self.rate(incentive).map(|formula| ("rate".to_owned(), formula)));
        }
        let earned = format!("IF({},{},0)", self.condition(incentive), self.earned(n, incentive));
        if !has_earned(incentive) {
            formulas.push(("amount".to_owned(), earned));
            return formulas;
        }
        formulas.push(("earned".to_owned(), earned));
        let cell = self.cell(&key(n, "earned"));
        let capped = incentive.cap.map_or(cell.clone(), |cap| format!("MIN({cell},{})", number(cap)));
        let amount =
            incentive.minimum.map_or(capped.clone(), |minimum| format!("IF({cell}<{},0,{capped})", number(minimum)));
        formulas.push(("amount".to_owned(), amount));
        formulas
    }

    /// What is multiplied, where it has columns of its own.
    fn bases(&self, incentive: &Incentive) -> Vec<String> {
        let volume = self.cell("volume");
        match &incentive.kind {
            IncentiveKind::AboveTarget { .. } => vec![format!("MAX(0,ROUND({volume}-{},9))", self.cell("target"))],
            IncentiveKind::Growth { from_percent, .. } => {
                let last = self.cell("last_year");
                let least = number(Decimal::ONE + from_percent / Decimal::ONE_HUNDRED);
                vec![format!("IF(AND({last}>0,ROUND({volume}-{last}*{least},9)>=0),MAX(0,ROUND({volume}-{last},9)),0)")]
            }
            IncentiveKind::Tiered { basis, method: Method::Marginal, tiers } => {
                let whole = self.measured(*basis);
                let slice = |n: usize| {
                    let to =
                        tiers.get(n + 1).map_or(whole.clone(), |next| format!("MIN({whole},{})", number(next.from)));
                    format!("MAX(0,ROUND({to}-{},9))", number(tiers[n].from))
                };
                (0..tiers.len()).map(slice).collect()
            }
            _ => Vec::new(),
        }
    }

    fn measured(&self, basis: Basis) -> String {
        self.cell(match basis {
            Basis::Tonnes => "volume",
            Basis::Amount => "sales",
        })
    }

    /// The rate by grade or by the tier that is reached; none where it is the same for all.
    fn rate(&self, incentive: &Incentive) -> Option<String> {
        match &incentive.kind {
            IncentiveKind::Tiered { basis, tiers, .. } => Some(reached(tiers, &self.measured(*basis))),
            IncentiveKind::AboveTarget { rate }
            | IncentiveKind::ExclusiveSale { rate, .. }
            | IncentiveKind::Growth { rate, .. }
            | IncentiveKind::Commission { rate, .. }
            | IncentiveKind::PromptPayment { rate } => matches!(rate, Figures::ByGrade(_)).then(|| self.figure(rate)),
            IncentiveKind::NoViolation { .. } => None,
        }
    }

    /// A figure looked up by the grade's name, 0 for the others.
    fn figure(&self, figures: &Figures) -> String {
        match figures {
            Figures::Flat(figure) => number(*figure),
            Figures::ByGrade(figures) if figures.is_empty() => "0".to_owned(),
            Figures::ByGrade(_) => format!("IFERROR({},0)", self.by_grade(figures)),
        }
    }

    /// A figure looked up by the grade's name, an error for the others.
    fn by_grade(&self, figures: &Figures) -> String {
        let of = self.words.policy.grades.iter().filter_map(|g| {
            figures.of(Some(&g.id)).map(|figure| (quoted(g.title.pick(self.words.lang)), number(figure)))
        });
        let (names, figures): (Vec<String>, Vec<String>) = of.unzip();
        let (names, figures) = (list(names.into_iter()), list(figures.into_iter()));
        format!("INDEX({figures},MATCH({},{names},0))", self.cell("grade"))
    }

    /// What takes the total down to the dealer's cap.
    fn taken_off(&self, cap: &Figures, total: &str) -> String {
        match cap {
            Figures::Flat(cap) => format!("-MAX(0,ROUND({total}-{},2))", number(*cap)),
            Figures::ByGrade(figures) if figures.is_empty() => "0".to_owned(),
            Figures::ByGrade(_) => format!("IFERROR(-MAX(0,ROUND({total}-{},2)),0)", self.by_grade(cap)),
        }
    }

    /// Whether the dealer is paid at all: not disqualified, with purchases where the policy wants some, eligible, and what the kind asks.
    fn condition(&self, incentive: &Incentive) -> String {
        let eligible = &incentive.eligible;
        let mut all = vec![format!("{}=\"\"", self.cell("disqualified"))];
        all.extend(self.words.policy.incentives_need_tonnes.then(|| format!("{}>0", self.cell("volume"))));
        all.extend(eligible.grades.as_ref().map(|grades| {
            let name = |id: &String| self.words.policy.grade(id).map(|g| &self.words.policy.grades[g].title);
            self.one_of("grade", grades.iter().filter_map(name).map(|title| title.pick(self.words.lang).to_owned()))
        }));
        all.extend(eligible.modes.as_ref().map(|modes| {
            self.one_of("mode", modes.iter().map(|mode| self.words.category("channel_mode", mode).into_owned()))
        }));
        all.extend(eligible.regions.as_ref().map(|regions| {
            self.one_of("region", regions.iter().map(|region| as_written(region, self.regions).to_owned()))
        }));
        match &incentive.kind {
            IncentiveKind::ExclusiveSale { .. } => {
                all.extend((!self.words.policy.incentives_need_tonnes).then(|| format!("{}>0", self.cell("volume"))));
                all.push(format!("{}={}", self.cell("volume"), self.cell("all")));
            }
            IncentiveKind::NoViolation { violations, .. } => {
                all.extend(violations.iter().map(|v| format!("{}=0", self.cell(v))));
            }
            _ => {}
        }
        if all.len() == 1 { all.remove(0) } else { format!("AND({})", all.join(",")) }
    }

    /// Whether a cell holds one of these texts; spreadsheet programs compare without case but by EXACT.
    fn one_of(&self, column: &str, names: impl Iterator<Item = String>) -> String {
        let cell = self.cell(column);
        let is = |name: String| format!("EXACT({cell},{})", quoted(&name).replace('#', "\"&CHAR(35)&\""));
        format!("OR({})", names.map(is).collect::<Vec<_>>().join(","))
    }

    fn earned(&self, n: usize, incentive: &Incentive) -> String {
        let product = |basis: &str| format!("ROUND({basis}*{},2)", self.cell(&key(n, "rate")));
        let own = || self.cell(&key(n, "basis0"));
        match &incentive.kind {
            IncentiveKind::AboveTarget { .. } | IncentiveKind::Growth { .. } => product(&own()),
            IncentiveKind::ExclusiveSale { fixed, rate } => {
                let fixed = self.figure(fixed);
                if rate.is_empty() { fixed } else { format!("{fixed}+{}", product(&self.cell("volume"))) }
            }
            IncentiveKind::NoViolation { fixed, .. } => self.figure(fixed),
            IncentiveKind::Tiered { method: Method::Marginal, tiers, .. } => {
                let slice = |(k, tier): (usize, &Tier)| {
                    format!("ROUND({}*{},2)", self.cell(&key(n, &format!("basis{k}"))), number(tier.rate))
                };
                let slices: Vec<String> = tiers.iter().enumerate().map(slice).collect();
                if slices.len() == 1 { slices.concat() } else { format!("ROUND(SUM({}),2)", slices.join(",")) }
            }
            IncentiveKind::Tiered { basis, .. } | IncentiveKind::Commission { basis, .. } => {
                product(&format!("MAX(0,{})", self.measured(*basis)))
            }
            IncentiveKind::PromptPayment { .. } => product(&format!("MAX(0,{})", self.cell("collected"))),
        }
    }
}

/// The rate of the highest tier whose bound is reached, 0 below the first.
fn reached(tiers: &[Tier], measured: &str) -> String {
    let (from, rates) = (list(tiers.iter().map(|t| number(t.from))), list(tiers.iter().map(|t| number(t.rate))));
    let first = tiers.first().map(|t| number(t.from)).unwrap_or_default();
    format!("IF({measured}<{first},0,LOOKUP({measured},{from},{rates}))")
}
