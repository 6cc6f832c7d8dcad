//! Where bands end. A policy knows where they begin only; people want to see both, and what they write must meet.

use rust_decimal::Decimal;

use super::grid::Place;
use super::read::PlacedFault;
use dealerbook_engine::policy::Fault;

/// How bands stand below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// The highest first; a band ends before the one above begins.
    Falling,
    /// The lowest first; a band ends before the one below begins.
    Rising,
    /// Ranks, the best first; a band ends with the rank before the one below begins.
    Ranks,
}

/// A bound that was written, and where.
pub type Written = (Option<Decimal>, Place);

impl Bounds {
    /// Where each band ends by the beginnings of its neighbours; none where nothing limits it.
    pub fn ends(self, beginnings: &[Option<Decimal>]) -> Vec<Option<Decimal>> {
        let neighbour = |n: usize| match self {
            Bounds::Falling => n.checked_sub(1).and_then(|n| beginnings[n]),
            Bounds::Rising | Bounds::Ranks => beginnings.get(n + 1).copied().flatten(),
        };
        let last = |begin: Decimal| if self == Bounds::Ranks { begin - Decimal::ONE } else { begin };
        (0..beginnings.len()).map(|n| neighbour(n).map(last)).collect()
    }

    /// The ends that don't meet the neighbours' beginnings: gaps and overlaps, each with both cells.
    pub fn faults(self, bands: &[(Written, Written)]) -> Vec<PlacedFault> {
        let beginnings: Vec<Option<Decimal>> = bands.iter().map(|((from, _), _)| *from).collect();
        let requested = self.ends(&beginnings);
        let mut faults = Vec::new();
        for (n, (_, (to, place))) in bands.iter().enumerate() {
            let Some(to) = to.map(|to| to.normalize()) else { continue };
            let other = if self == Bounds::Falling { n.checked_sub(1) } else { Some(n + 1) };
            let other =
                other.and_then(|other| bands.get(other)).map(|((_, place), _)| place.cell()).unwrap_or_default();
            let fault = match requested[n].map(|requested| requested.normalize()) {
                Some(requested) if requested == to => continue,
                Some(requested) if to < requested => Fault::new(
                    format!("这一档到 {to} 为止，而相邻一档（{other}）要求到 {requested}：中间有空档"),
                    format!("the band ends at {to}, while its neighbour ({other}) wants {requested}: there is a gap"),
                ),
                Some(requested) => Fault::new(
                    format!("这一档到 {to} 为止，而相邻一档（{other}）要求到 {requested}：两档重叠"),
                    format!(
                        "the band ends at {to}, while its neighbour ({other}) wants {requested}: the bands overlap"
                    ),
                ),
                None => Fault::new(
                    format!("这一档包括其余所有数，不应有上限 {to}，请留空"),
                    format!("the band takes the rest and has no end such as {to}: leave it empty"),
                ),
            };
            faults.push(PlacedFault::at(place, fault));
        }
        faults
    }
}
