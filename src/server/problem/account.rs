//! What is answered where somebody gets no token.

use super::Problem;
use super::{Class, Words};
use crate::lang::Lang;
use crate::store::{Account, AccountFault};
use crate::token::{TokenError, account_words};

/// What a fault says.
pub(super) fn words(fault: &AccountFault, lang: Lang) -> Words {
    let (code, class, title) = match fault {
        AccountFault::NameTaken { .. } => {
            ("name-taken", Class::Conflict, lang.pick("姓名已被使用", "The name is taken"))
        }
        AccountFault::NoSuchPerson { .. } => {
            ("no-such-person", Class::Missing, lang.pick("没有这个人员", "No such person"))
        }
    };
    let (detail, mend) = (account_words::detail(fault, lang), account_words::mend(fault, lang));
    Words { code, class, title: title.to_owned(), detail, mend }
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
