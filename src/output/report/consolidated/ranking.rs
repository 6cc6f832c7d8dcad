//! The ranks over all files, by the handbook's rule: the largest first, equal figures share the better rank (1, 1, 3).
//!
//! Dealers are ranked within the same period and policy: by their score over all scorecards, which are 100 points each, and by their tonnes
//! among the dealers of the same scorecard, as handbook 2 ranks those of one workbook.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::gather::Dealer;
use dealerbook_base::narrow::u32_of;

/// A dealer's place on the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Its number among all dealers.
    pub dealer: usize,
    /// By its score; none where it isn't assessed, or nothing is ranked.
    pub by_score: Option<u32>,
    /// By its tonnes.
    pub by_volume: Option<u32>,
}

/// The order of the rows: the files' where nothing is ranked; else by period and policy, then by the score, ties in the files' order.
pub(super) fn order(dealers: &[Dealer], rank_all: bool) -> Vec<Placed> {
    if !rank_all {
        return (0..dealers.len()).map(|dealer| Placed { dealer, by_score: None, by_volume: None }).collect();
    }
    let by_score = ranks(dealers, |dealer| Some(((dealer.group, 0), dealer.score?)));
    let by_volume = ranks(dealers, |dealer| Some(((dealer.group, dealer.card?), dealer.volume?)));
    let ranked = by_score.into_iter().zip(by_volume).enumerate();
    let mut order: Vec<Placed> =
        ranked.map(|(dealer, (by_score, by_volume))| Placed { dealer, by_score, by_volume }).collect();
    order.sort_by_key(|placed| {
        let dealer = &dealers[placed.dealer];
        (dealer.group, placed.by_score.unwrap_or(u32::MAX), placed.dealer)
    });
    order
}

/// The rank of each in its class.
fn ranks(dealers: &[Dealer], of: impl Fn(&Dealer) -> Option<((u32, u32), Decimal)>) -> Vec<Option<u32>> {
    let mut sorted: Vec<((u32, u32), Reverse<Decimal>, usize)> = dealers
        .iter()
        .enumerate()
        .filter_map(|(n, dealer)| of(dealer).map(|(class, figure)| (class, Reverse(figure), n)))
        .collect();
    sorted.sort_unstable();
    let mut ranks = vec![None; dealers.len()];
    for class in sorted.chunk_by(|one, other| one.0 == other.0) {
        let mut rank = 1;
        for (n, (_, figure, dealer)) in class.iter().enumerate() {
            if n > 0 && class[n - 1].1 != *figure {
                rank = u32_of(n) + 1;
            }
            ranks[*dealer] = Some(rank);
        }
    }
    ranks
}
