//! Seeded mutations of the samples and of the corpus beside the crate: what the fuzz targets do, for a bounded number and without their
//! tools. `DEALERBOOK_MUTATIONS` sets how many for each target.

use std::panic;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[path = "../fuzz/harness.rs"]
mod harness;

/// So many mutations in `cargo test`; `DEALERBOOK_MUTATIONS` makes more of them.
const MUTATIONS: u64 = 250;
/// Larger seeds take too long for what they bring.
const SEED_BYTES_MAX: usize = 400_000;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

fn seeds(folders: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in folders {
        match std::fs::read_dir(root.join(folder)) {
            Ok(listing) => paths.extend(listing.flatten().map(|entry| entry.path())),
            Err(_) => println!("left out: {folder} is not here"),
        }
    }
    paths.retain(|path| path.extension().is_some_and(|e| e == "xlsx" || e == "xlsm"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = harness::unpacked(&std::fs::read(&path).expect("reads"));
        (path, text)
    };
    paths.into_iter().map(read).filter(|(_, text)| text.len() <= SEED_BYTES_MAX).collect()
}

const WORDS: [&[u8]; 16] = [
    b"4294967295",
    b"-1",
    b"0",
    b"1048577",
    b"XFE1",
    b"A0",
    b"\"",
    b"<",
    b"&#0;",
    b"/>",
    b"<!DOCTYPE a>",
    b"\xff\xfe",
    b"1e308",
    b"r=\"\"",
    b"</sheetData>",
    b"_dealerbook.",
];

/// A few changes: bytes turned, stretches taken out, doubled, replaced, or taken from another seed.
fn mutate(text: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(text.len());
        let end = (at + random.below(40)).min(text.len());
        match random.below(6) {
            0 => text[at] ^= 1 << random.below(8),
            1 => drop(text.drain(at..end)),
            2 => {
                let piece = text[at..end].to_vec();
                text.splice(at..at, piece);
            }
            3 => drop(text.splice(at..end, WORDS[random.below(WORDS.len())].iter().copied())),
            4 => {
                let from = random.below(other.len());
                let piece = other[from..(from + random.below(400)).min(other.len())].to_vec();
                text.splice(at..end, piece);
            }
            _ => {
                // A number becomes another one.
                let digit = text[at..].iter().position(u8::is_ascii_digit).map_or(at, |offset| at + offset);
                let behind =
                    text[digit..].iter().position(|byte| !byte.is_ascii_digit()).map_or(text.len(), |n| digit + n);
                text.splice(digit..behind, WORDS[random.below(4)].iter().copied());
            }
        }
        if text.is_empty() {
            return;
        }
    }
}

/// Makes so many mutations, always the same ones; tells the input that fails by its seed, and keeps it.
fn stand(name: &str, folders: &[&str], target: fn(&[u8])) {
    let wanted = std::env::var("DEALERBOOK_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(MUTATIONS);
    let seeds = seeds(folders);
    seeds.iter().for_each(|(_, text)| target(text));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for number in 0..wanted {
        let (path, seed) = &seeds[random.below(seeds.len())];
        let mut text = seed.clone();
        mutate(&mut text, &seeds[random.below(seeds.len())].1, &mut random);
        let run = Instant::now();
        let stood = panic::catch_unwind(|| target(&text)).is_ok() && run.elapsed() < Duration::from_secs(20);
        if !stood {
            let kept = std::env::temp_dir().join(format!("dealerbook-{name}-{number}.seed"));
            std::fs::write(&kept, &text).expect("writes");
            panic!("a mutation of {} fails; it is kept as {}", path.display(), kept.display());
        }
    }
    println!("{name}: {wanted} mutations of {} seeds", seeds.len());
}

#[test]
fn mutated_packages_are_refused_or_annotated_well() {
    stand("annotate", &["workbooks/accepted", "workbooks/rejected", "../shared/corpus"], harness::annotate);
}

#[test]
fn mutated_workbooks_are_refused_or_answered_well() {
    stand("validate", &["workbooks/accepted", "workbooks/rejected"], harness::validate);
}

#[test]
fn mutated_packages_are_refused_or_changed_well() {
    stand("change", &["workbooks/accepted", "workbooks/rejected", "../shared/corpus"], harness::change);
}
