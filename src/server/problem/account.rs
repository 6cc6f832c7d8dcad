//! What is answered where somebody gets no token.

use super::Problem;
use super::Words;
use super::words::accounts;
use crate::token::{TokenError, account_words};
use dealerbook_base::lang::Lang;
use dealerbook_store::{Account, AccountFault};

/// What a fault says.
pub(super) fn words(fault: &AccountFault, lang: Lang) -> Words {
    let head = match fault {
        AccountFault::NameTaken { .. } => accounts::NAME_TAKEN,
        AccountFault::NoSuchPerson { .. } => accounts::NO_SUCH_PERSON,
    };
    Words { remedy: account_words::remedy(fault, lang), ..head.words(lang, account_words::detail(fault, lang)) }
}

/// One of each kind, for the interface's description.
pub(super) fn samples() -> Vec<Problem> {
    let by = Account { id: "p3".to_owned(), name: "王芳".to_owned() };
    let faults =
        [AccountFault::NameTaken { name: "王芳".to_owned(), by }, AccountFault::NoSuchPerson { id: "p99".to_owned() }];
    faults.into_iter().map(Problem::Account).collect()
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Problem {
        match error {
            TokenError::Store(error) => error.into(),
            TokenError::Random(error) => Problem::internal(error),
            TokenError::Account(AccountFault::NoSuchPerson { id }) => {
                Problem::Account(AccountFault::NoSuchPerson { id: super::shown(&id) })
            }
            TokenError::Account(fault) => Problem::Account(fault),
        }
    }
}
