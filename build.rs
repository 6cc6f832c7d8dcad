//! What the compiler can't know: that migrations were added (`sqlx::migrate!` reads the folder at compile time), and a hash of all that
//! the program is made of, by which answers of one build are told from those of another.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

const SOURCES: [&str; 4] = ["Cargo.toml", "Cargo.lock", "schemas", "src"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut hash = Sha256::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        add(&root, Path::new(source), &mut hash)?;
    }
    write_words(&root, "src/validate/message/words", "issue_words.rs")?;
    write_words(&root, "src/problem/words", "problem_words.rs")?;
    let words = dealerbook_words::list(&root, "src").map_err(io::Error::other)?;
    fs::write(out_dir().join("words.tsv"), words)?;
    println!("cargo:rustc-env=DEALERBOOK_SOURCES_SHA256={}", &hex::encode(hash.finalize())[..16]);
    Ok(())
}

/// Writes the Rust that says the sentences of a folder.
fn write_words(root: &Path, folder: &str, file: &str) -> io::Result<()> {
    let code = dealerbook_words::generate(&root.join(folder)).map_err(io::Error::other)?;
    fs::write(out_dir().join(file), code)
}

fn out_dir() -> PathBuf {
    PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default())
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
