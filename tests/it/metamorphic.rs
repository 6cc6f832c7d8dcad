//! Sound workbooks, changed in ways of which the contract says what must come of them: what means nothing gives the same results, what
//! means something changes a figure or is told of. Every kind of change is a line of a table in `kinds`; all that fail are told at once,
//! the gravest first, each with the workbook that shows it.
//!
//! `cargo test --test it metamorphic` tries each kind at a place or two, always the same ones. `DEALERBOOK_METAMORPHIC` sets how many,
//! and `DEALERBOOK_METAMORPHIC_ONLY` takes the kinds alone whose name holds a text.

mod bases;
mod book;
mod cases;
mod judge;
mod kinds;
mod library;
mod ods;
mod open;
mod planted;
mod promises;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use dealerbook::pipeline::Engine;

use bases::Base;
use cases::Case;
use judge::Harm;

/// So many places are tried for each kind: single cells and whole columns, over the sheets.
const PLACES: usize = 1;
/// So many joins of several kinds are tried for each place of a kind.
const JOINS: usize = 40;

/// A case that doesn't hold.
struct Failure {
    kind: String,
    harm: Harm,
    says: String,
    base: &'static str,
    place: String,
    path: PathBuf,
}

fn places() -> usize {
    std::env::var("DEALERBOOK_METAMORPHIC").ok().and_then(|text| text.parse().ok()).unwrap_or(PLACES)
}

/// Tries cases on all processors.
fn tried(engine: &Engine, bases: &[Base], cases: &[Case], folder: &std::path::Path) -> (Vec<Failure>, usize) {
    let (next, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(n) else { return };
                    let Some(outcome) = case.attempt(engine, bases) else { continue };
                    made.fetch_add(1, Ordering::Relaxed);
                    if let Some((harm, says)) = outcome.wrong {
                        let path = folder.join(format!("{n:05}.{}", outcome.extension));
                        std::fs::write(&path, &outcome.bytes).expect("writes");
                        let (kind, base) = (case.name.clone(), bases[case.base].name);
                        let failure = Failure { kind, harm, says, base, place: outcome.place, path };
                        println!("{}", report(std::slice::from_ref(&failure)));
                        failures.lock().expect("no panic").push(failure);
                    }
                }
            });
        }
    });
    (failures.into_inner().expect("no panic"), made.into_inner())
}

/// The failures by kind, the gravest first.
fn report(failures: &[Failure]) -> String {
    let mut kinds: BTreeMap<(Harm, &str), Vec<&Failure>> = BTreeMap::new();
    for failure in failures {
        kinds.entry((failure.harm, &failure.kind)).or_default().push(failure);
    }
    let told = kinds.iter().map(|((harm, kind), failures)| {
        let first = failures[0];
        format!(
            "{harm:?}: {kind} ({} times), first in {} at {}: {}\n    {}\n",
            failures.len(),
            first.base,
            first.place,
            first.says,
            first.path.display()
        )
    });
    told.collect()
}

#[test]
fn what_means_nothing_changes_nothing_and_what_means_something_is_seen() {
    let engine = Engine::embedded().expect("the engine");
    let bases = bases::bases(&engine);
    let kinds = kinds::all();
    let only = std::env::var("DEALERBOOK_METAMORPHIC_ONLY").unwrap_or_default();
    let mut cases = cases::of_kinds(&bases, &kinds, &engine.schemas, places());
    cases.extend(cases::joined(&bases, &kinds, &engine.schemas, places() * JOINS));
    cases.retain(|case| case.name.contains(&only));
    let folder = std::env::temp_dir().join("dealerbook-metamorphic");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (failures, made) = tried(&engine, &bases, &cases, &folder);
    println!("{} kinds, {made} workbooks, {} of them fail", kinds.len(), failures.len());
    let report = report(&failures);
    std::fs::write(folder.join("report.txt"), &report).expect("writes");
    let new: Vec<Failure> = failures.into_iter().filter(|failure| !open::is_known(&failure.kind)).collect();
    assert!(new.is_empty(), "{}", self::report(&new));
    assert!(!only.is_empty() || kinds.len() >= 150 && made > 500, "{} kinds, {made} workbooks", kinds.len());
}
