//! What every other room may name, and names none of them: exact figures and money, languages, calendars, keys that texts are compared by,
//! the clock.

pub mod calendar;
pub mod clock;
pub mod exact;
pub mod failure;
pub mod key;
pub mod lang;
pub mod money;
pub mod names;
pub mod narrow;
