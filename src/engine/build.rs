//! What the compiler can't know: which Table Schemas lie in the folder, each of which is built in, and the sentences of issues as Rust.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name.to_owned()));
    let folder = variable("CARGO_MANIFEST_DIR")?.join("../../schemas/tables").canonicalize()?;
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.file_name().into_string())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    let mut tables = String::from("&[\n");
    for name in names.into_iter().flatten().filter(|name| name.ends_with(".json")) {
        let (path, place) = (format!("tables/{name}"), folder.join(&name).display().to_string());
        // A string takes whatever is written.
        let _ = writeln!(tables, "    ({path:?}, include_str!({place:?})),");
    }
    fs::write(variable("OUT_DIR")?.join("tables.rs"), tables + "]\n")?;

    let words = variable("CARGO_MANIFEST_DIR")?.join("validate/message/words");
    println!("cargo:rerun-if-changed={}", words.display());
    let sentences = dealerbook_words::generate(&words).map_err(io::Error::other)?;
    fs::write(variable("OUT_DIR")?.join("issue_words.rs"), sentences)
}
