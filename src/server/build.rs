//! What the compiler can't know: the sentences of problems as Rust, and a hash of all that the program is made of, every crate of it, by which answers of one build are told from
//! those of another. It stands in the crate that uses it, so that rooms below are not compiled again when something above them changes.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

const SOURCES: [&str; 4] = ["Cargo.toml", "Cargo.lock", "schemas", "src"];

fn main() -> io::Result<()> {
    let own =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo names no folder"))?);
    let root = own.join("../..");
    let mut hash = Sha256::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", root.join(source).display());
        add(&root, Path::new(source), &mut hash)?;
    }
    let words = dealerbook_words::generate(&own.join("problem/words")).map_err(io::Error::other)?;
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no folder for what is made"))?;
    fs::write(PathBuf::from(out).join("problem_words.rs"), words)?;
    println!("cargo:rustc-env=DEALERBOOK_SOURCES_SHA256={}", &hex::encode(hash.finalize())[..16]);
    Ok(())
}

/// Name, length and content of each file, in the order of their names.
fn add(root: &Path, place: &Path, hash: &mut Sha256) -> io::Result<()> {
    let path = root.join(place);
    if path.is_file() {
        let content = fs::read(&path)?;
        hash.update(format!("{} {}\n", place.display(), content.len()));
        hash.update(content);
        return Ok(());
    }
    let mut names = fs::read_dir(&path)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    names.iter().try_for_each(|name| add(root, &place.join(name), hash))
}
