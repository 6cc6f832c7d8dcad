//! The `dealerbook` binary.

fn main() {}
