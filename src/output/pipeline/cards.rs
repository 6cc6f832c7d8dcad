//! The dealer cards of a run: all that is known of a dealer, put together from what the run has calculated.

use std::collections::HashMap;

use super::{PipelineError, Run};
use crate::report::card::{Cards, Of};
use crate::report::json::Results;
use dealerbook_engine::schema::nearest;

/// Why there is no card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCard {
    /// Errors stopped the calculation, or nothing was to be calculated.
    NothingCalculated,
    /// No such dealer; the nearest id that there is.
    NoSuchDealer(Option<String>),
    /// More dealers than are put into one workbook.
    TooMany {
        /// How many there are.
        dealers: usize,
    },
}

/// The bytes of a card or of cards, or why there are none.
pub type Made = Result<Result<Vec<u8>, NoCard>, PipelineError>;

/// So many cards are put into one workbook at most.
pub const CARDS_MAX: usize = 1_000;

impl Run<'_> {
    /// The cards. The months are on them where the options keep them.
    ///
    /// # Errors
    ///
    /// [`NoCard::NothingCalculated`].
    pub(super) fn cards(&self) -> Result<Cards<'_>, NoCard> {
        let calculated = self.calculated.ok_or(NoCard::NothingCalculated)?;
        let words = self.words();
        Ok(Cards {
            words,
            subtitle: self.subtitle(),
            period: self.checked.period,
            notice: self.notice(),
            dealers: self.checked.table(self.job.schemas(), "dealers"),
            calculated,
            places: calculated.years.iter().enumerate().map(|(n, year)| (year.dealer.id, n)).collect::<HashMap<_, _>>(),
            show_assessment: self.show_assessment(),
            sheets: calculated.outcomes.sheets(words).into_iter().filter_map(Of::sheet).collect(),
        })
    }

    fn with_dealer(&self, id: &str, then: impl FnOnce(&Cards<'_>) -> Made) -> Made {
        let cards = match self.cards() {
            Ok(cards) => cards,
            Err(none) => return Ok(Err(none)),
        };
        let ids = cards.ids();
        if ids.contains(&id) {
            return then(&cards);
        }
        Ok(Err(NoCard::NoSuchDealer(nearest(id, ids).map(str::to_owned))))
    }

    /// A dealer's card for programs, as JSON.
    ///
    /// # Errors
    ///
    /// [`PipelineError::Internal`] where it can't be put into JSON; inside, [`NoCard`].
    pub fn card(&self, id: &str) -> Made {
        self.with_dealer(id, |cards| {
            let results =
                Results { calculated: cards.calculated, show_assessment: cards.show_assessment, words: cards.words };
            let json = cards.json(id, &results).and_then(|card| serde_json::to_vec(&card));
            json.map(Ok).map_err(|e| PipelineError::Internal(e.into()))
        })
    }

    /// A dealer's card as a workbook of one sheet.
    ///
    /// # Errors
    ///
    /// As [`Run::card`].
    pub fn card_book(&self, id: &str) -> Made {
        self.with_dealer(id, |cards| book(cards, &[id]))
    }

    /// The cards of all dealers, a sheet each.
    ///
    /// # Errors
    ///
    /// As [`Run::card`]; inside, also for more than [`CARDS_MAX`].
    pub fn card_books(&self) -> Made {
        let cards = match self.cards() {
            Ok(cards) => cards,
            Err(none) => return Ok(Err(none)),
        };
        let ids = cards.ids();
        match ids.len() {
            0 => Ok(Err(NoCard::NothingCalculated)),
            dealers if dealers > CARDS_MAX => Ok(Err(NoCard::TooMany { dealers })),
            _ => book(&cards, &ids),
        }
    }
}

fn book(cards: &Cards<'_>, ids: &[&str]) -> Made {
    cards.book(ids).map(Ok).map_err(|e| PipelineError::Internal(e.into()))
}
