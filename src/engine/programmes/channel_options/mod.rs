//! # Choosing a channel (渠道方案, 权重因素记分法)
//!
//! Handbook 11. Compares ways to the market by weighted factors.
//!
//! Sheet: `channel_options` 渠道方案, a row an option and factor: its weight in percent, its score from 1 to 100. No policy section: the weights
//! are the sheet's. They come to 100 for each option and are the same for every option, or the sheet has a fault.
//!
//! ## Rules
//!
//! - **total** = Σ weight × score / 100, 2 places.
//! - **rank** by the unrounded total, the largest first; equal totals share the better rank.
//! - **margin**: by how much the winner leads the runner-up, 2 places; 0.00 between tied winners, none for the others and for a single option.
//!
//! An option with a faulty row is left out whole where the rest is calculated.
//!
//! The sheet adds for each other option the smallest rise of a single score that would draw level with the winner.
//!
//! ## Example
//!
//! Weights 50, 30 and 20: scores of 80, 70 and 60 give 73.00, scores of 60, 50 and 95 give 64.00. The first wins by 9.00; the second would draw
//! level with 18 more on the first factor.

mod sheet;

use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::Sheets;
use crate::policy::Policy;
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;
use dealerbook_base::narrow::u32_of;

/// 渠道方案.
pub struct ChannelOptions;

/// What is compared.
pub struct Inputs {
    /// The factors and their weights in percent, in the order of the first option.
    pub factors: Vec<(Key, Exact)>,
    /// The options, in the sheet's order.
    pub options: Vec<Choice>,
}

/// An option.
pub struct Choice {
    /// 方案
    pub name: Key,
    /// The score of each factor.
    pub scores: Vec<Exact>,
}

/// `results.channel_options`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChannelOptions")]
pub struct Results {
    /// The options, in the sheet's order.
    pub options: Vec<Ranked>,
}

/// What came out for an option.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChannelOption")]
pub struct Ranked {
    /// 方案
    pub option: Key,
    /// 2 places.
    pub total: Figure,
    /// From 1.
    pub rank: u32,
    /// The winner's lead, 2 places.
    pub margin: Option<Figure>,
    /// The total before it is rounded.
    #[serde(skip)]
    pub exact: Exact,
    /// The margin before it is rounded.
    #[serde(skip)]
    pub lead: Option<Exact>,
    /// Which factor's score would have to rise by how much to draw level with the winner; none where no single one can.
    #[serde(skip)]
    pub lift: Option<(usize, Exact)>,
}

impl Programme for ChannelOptions {
    type Inputs = Inputs;
    type Results = Results;

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Inputs {
        let mut inputs = Inputs { factors: Vec::new(), options: Vec::new() };
        for row in sheets.rows_of_sound("channel_options", "option") {
            inputs.add(row.key("option"), row.key("factor"), row.exact("weight"), row.exact("score"));
        }
        inputs
    }

    fn calculate(inputs: &Inputs, _: &Policy) -> Results {
        Results { options: rank(inputs) }
    }
}

impl Inputs {
    /// Adds a row; the factors are the same for every option, in whatever order.
    fn add(&mut self, option: &Key, factor: &Key, weight: Exact, score: Exact) {
        let factor = self.factors.iter().position(|(known, _)| known == factor).unwrap_or_else(|| {
            self.factors.push((factor.clone(), weight));
            self.factors.len() - 1
        });
        let at = self.options.iter().position(|choice| choice.name == *option).unwrap_or_else(|| {
            self.options.push(Choice { name: option.clone(), scores: Vec::new() });
            self.options.len() - 1
        });
        let scores = &mut self.options[at].scores;
        scores.resize(scores.len().max(factor + 1), Exact::ZERO);
        scores[factor] = score;
    }
}

fn rank(inputs: &Inputs) -> Vec<Ranked> {
    let hundred = Exact::whole(100);
    let total = |choice: &Choice| {
        let points = choice.scores.iter().zip(&inputs.factors).map(|(score, (_, weight))| score * weight);
        let sum = points.sum::<Exact>();
        sum.checked_div(&hundred).unwrap_or(Exact::ZERO)
    };
    let totals: Vec<Exact> = inputs.options.iter().map(total).collect();
    let mut sorted: Vec<&Exact> = totals.iter().collect();
    sorted.sort_by(|a, b| b.cmp(a));
    let one = |(choice, total): (&Choice, &Exact)| {
        let rank = 1 + u32_of(sorted.iter().take_while(|other| **other > total).count());
        let lead = sorted.get(1).filter(|_| rank == 1).map(|runner_up| total - runner_up);
        Ranked {
            option: choice.name.clone(),
            total: Figure::money(total),
            rank,
            margin: lead.as_ref().map(Figure::money),
            lift: if rank == 1 { None } else { lift(choice, &inputs.factors, &(sorted[0] - total)) },
            exact: total.clone(),
            lead,
        }
    };
    inputs.options.iter().zip(&totals).map(one).collect()
}

/// The smallest rise of a single score, to 100 at most, that gains so much.
fn lift(choice: &Choice, factors: &[(Key, Exact)], gap: &Exact) -> Option<(usize, Exact)> {
    let hundred = Exact::whole(100);
    let rises = factors.iter().zip(&choice.scores).enumerate().filter_map(|(n, ((_, weight), score))| {
        let rise = (gap * &hundred).checked_div(weight)?;
        (score + &rise <= hundred).then_some((n, rise))
    });
    rises.min_by(|(_, a), (_, b)| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(options: &[(&str, [i64; 3])]) -> Vec<Ranked> {
        let mut inputs = Inputs { factors: Vec::new(), options: Vec::new() };
        for (name, scores) in options {
            for (n, score) in scores.iter().enumerate() {
                inputs.add(
                    &Key::new(name),
                    &Key::new(["reach", "cost", "control"][n]),
                    Exact::whole([50, 30, 20][n]),
                    Exact::whole(*score),
                );
            }
        }
        rank(&inputs)
    }

    fn margins(ranked: &[Ranked]) -> Vec<Option<String>> {
        ranked.iter().map(|option| option.margin.map(|margin| margin.to_string())).collect()
    }

    #[test]
    fn the_winner_has_its_margin_and_the_others_what_would_draw_level() {
        let two = ranked(&[("b", [60, 50, 95]), ("a", [80, 70, 60])]);
        assert_eq!(margins(&two), [None, Some("9.00".into())]);
        assert_eq!((two[0].rank, two[0].total.to_string().as_str()), (2, "64.00"));
        assert_eq!(two[0].lift, Some((0, Exact::whole(18))));
    }

    #[test]
    fn tied_winners_lead_by_nothing_and_a_single_option_leads_nobody() {
        let tied = ranked(&[("a", [80, 70, 60]), ("b", [80, 70, 60]), ("c", [1, 1, 1])]);
        assert_eq!(tied.iter().map(|option| option.rank).collect::<Vec<_>>(), [1, 1, 3]);
        assert_eq!(margins(&tied), [Some("0.00".into()), Some("0.00".into()), None]);
        assert_eq!(tied[2].lift, None);
        assert_eq!(margins(&ranked(&[("a", [80, 70, 60])])), [None]);
    }
}
