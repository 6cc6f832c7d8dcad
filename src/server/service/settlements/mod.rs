//! Settlements: who hands one in, who approves it, what is held and paid of it. What may be done, `settlement` says; each change is one
//! transaction of the store.

pub mod allowed;
pub mod amend;
mod correction;
pub mod life;
pub mod load;
pub mod payments;
