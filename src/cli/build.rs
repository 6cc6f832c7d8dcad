//! Every text of the program with its place, for `dealerbook words`.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name.to_owned()));
    let root = variable("CARGO_MANIFEST_DIR")?.join("../..");
    println!("cargo:rerun-if-changed={}", root.join("src").display());
    let words = dealerbook_words::list(&root, "src").map_err(io::Error::other)?;
    fs::write(variable("OUT_DIR")?.join("words.tsv"), words)
}
