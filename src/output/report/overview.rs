//! What the overview says: key figures of each sheet, and the dealers that need attention first and why.
//!
//! A programme's sheet says its own (`Describe::key_figure`, `Describe::attention`); how much each reason weighs stands in the policy.
//!
//! Its sheet is made first, to stand first, and drawn last, when every sheet has told what it has to tell. A reason weighs once for a
//! dealer, on however many products.

use std::collections::{BTreeSet, HashMap};

use dealerbook_engine::policy::{Attention, OverviewRules};
pub use dealerbook_engine::sheet::{Brief, KeyFigure, Need};

/// A dealer that needs attention.
#[derive(Debug, PartialEq)]
pub struct Needy<'a> {
    /// 经销商编号
    pub id: &'a str,
    /// 经销商名称
    pub name: &'a str,
    /// Its reasons' weights added up.
    pub weight: u32,
    /// Why, the weightiest first.
    pub words: Vec<&'a str>,
    /// The sheet that says the weightiest reason.
    pub sheet: &'a str,
}

/// So many reasons of a dealer are reported; its own sheets tell the others.
const WORDS_MAX: usize = 4;

/// The weights of a dealer's reasons: each once, on however many products or by however many sheets it is given.
fn weight(needs: &[(u32, &str, &Need<'_>)], rules: &OverviewRules) -> u32 {
    let reasons: BTreeSet<Attention> = needs.iter().map(|(.., need)| need.reason).collect();
    reasons.into_iter().map(|reason| rules.weight(reason)).fold(0, u32::saturating_add)
}

/// The dealers that need attention first: by the weights of their reasons added up, then by id.
pub fn first<'b>(briefs: &'b [(&'b str, Brief<'b>)], rules: &OverviewRules) -> Vec<Needy<'b>> {
    let mut of_dealer: HashMap<&str, Vec<(u32, &'b str, &'b Need<'b>)>> = HashMap::new();
    for (sheet, brief) in briefs {
        for need in &brief.needs {
            of_dealer.entry(need.id).or_default().push((rules.weight(need.reason), sheet, need));
        }
    }
    let mut dealers: Vec<(u32, &str)> = of_dealer.iter().map(|(id, needs)| (weight(needs, rules), *id)).collect();
    dealers.sort_by(|(a, a_id), (b, b_id)| b.cmp(a).then_with(|| a_id.cmp(b_id)));
    let shown = dealers.into_iter().filter(|(weight, _)| *weight > 0).take(rules.dealers_max);
    let needy = |(weight, id): (u32, &'b str)| {
        let mut needs = of_dealer.remove(id)?;
        needs.sort_by_key(|(weight, ..)| std::cmp::Reverse(*weight));
        let (_, sheet, heaviest) = *needs.first()?;
        let words = needs.iter().take(WORDS_MAX).map(|(.., need)| need.words.as_str()).collect();
        Some(Needy { id, name: heaviest.name, weight, words, sheet })
    };
    shown.filter_map(needy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_engine::policy::Policy;

    fn brief(needs: &[(&'static str, Attention)]) -> Brief<'static> {
        let need = |(id, reason): &(&'static str, Attention)| Need {
            id,
            name: "",
            reason: *reason,
            words: format!("{reason:?}"),
        };
        Brief { figures: Vec::new(), needs: needs.iter().map(need).collect() }
    }

    #[test]
    fn weights_are_added_up_and_the_weightiest_reason_leads() {
        let rules = Policy::embedded().unwrap().overview;
        let briefs = [
            ("plans", brief(&[("D1", Attention::MissedPlan), ("D2", Attention::MissedPlan)])),
            ("credit", brief(&[("D3", Attention::CreditHold), ("D2", Attention::CreditHold)])),
        ];
        let first = first(&briefs, &rules);
        let order: Vec<(&str, u32, &str)> =
            first.iter().map(|dealer| (dealer.id, dealer.weight, dealer.sheet)).collect();
        assert_eq!(order, [("D2", 110, "credit"), ("D3", 70, "credit"), ("D1", 40, "plans")]);
        assert_eq!(first[0].words, ["CreditHold", "MissedPlan"]);
    }

    #[test]
    fn a_reason_counts_once_however_often_it_is_given() {
        let rules = Policy::embedded().unwrap().overview;
        let products = [("stock", brief(&[("D1", Attention::Overstock); 6]))];
        let first = first(&products, &rules);
        assert_eq!((first[0].weight, first[0].words.len()), (50, 4));
    }

    #[test]
    fn no_more_are_named_than_the_policy_says_and_none_whose_reasons_weigh_nothing() {
        let mut rules = Policy::embedded().unwrap().overview;
        rules.dealers_max = 2;
        let silent = [("a", brief(&[("D3", Attention::Silent), ("D2", Attention::Silent), ("D1", Attention::Silent)]))];
        assert_eq!(first(&silent, &rules).iter().map(|dealer| dealer.id).collect::<Vec<_>>(), ["D1", "D2"]);
        rules.weights.insert(Attention::Silent, 0);
        assert!(first(&silent, &rules).is_empty());
    }
}
