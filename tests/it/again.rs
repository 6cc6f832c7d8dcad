//! Annotating an annotated file gives what annotating the original would have given: the same bytes of every part.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use dealerbook::pipeline::{self, Engine, Job, Mark, OnError, Options, PipelineError, PolicyChoice};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::harness::files;

/// The answer and the result of a run; none where the workbook can't be read or written into.
fn answered(engine: &Engine, bytes: &[u8], filename: &str, options: &Options) -> Option<(Vec<u8>, Value)> {
    let stop = AtomicBool::new(false);
    let mut out = Cursor::new(Vec::new());
    let job = Job {
        bytes,
        filename: Some(filename),
        options,
        engine,
        policy: PolicyChoice::Default,
        json: true,
        stop: &stop,
        observer: None,
    };
    match pipeline::run(&job, Some(&mut out)) {
        Ok(report) if report.unwritten().is_none() => {
            let mut json = Vec::new();
            report.write_json(&pipeline::RunIdentity { id: "", created_at: "" }, &mut json).expect("memory takes it");
            Some((out.into_inner(), serde_json::from_slice(&json).expect("a result")))
        }
        Ok(_) => None,
        Err(PipelineError::Internal(error)) => panic!("a failure of ours: {error}"),
        Err(_) => None,
    }
}

fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
    let mut parts = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("reads");
        parts.insert(entry.name().expect("a name").into_owned(), content);
    }
    parts
}

/// Annotates twice; says whether the workbook can be annotated at all.
fn comes_back_the_same(engine: &Engine, path: &Path, options: &Options) -> bool {
    let upload = std::fs::read(path).expect("reads");
    let Some((once, first)) = answered(engine, &upload, "2007年.xlsx", options) else { return false };
    let again = answered(engine, &once, "2007年-考核结果.xlsx", options);
    let (twice, second) = again.unwrap_or_else(|| panic!("the answer of {} is refused", path.display()));
    for key in ["summary", "issues", "results"] {
        assert_eq!(first.get(key), second.get(key), "{key} of {}, {options:?}", path.display());
    }
    let (before, after) = (parts(&once), parts(&twice));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{}", path.display());
    for (name, content) in &before {
        let same = after[name] == *content;
        assert!(same, "{name} of {} differs, {options:?}", path.display());
    }
    true
}

fn workbooks(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if !folder.is_dir() {
        println!("left out: {} is not here", folder.display());
        return Vec::new();
    }
    let mut paths = files(&folder);
    paths.retain(|path| path.extension().is_some_and(|e| e == "xlsx" || e == "xlsm"));
    paths.sort();
    paths
}

fn options() -> impl Strategy<Value = Options> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let programmes = prop_oneof![
        Just(None),
        Just(Some(vec!["assessment".to_owned()])),
        Just(Some(vec!["incentives".to_owned(), "stock".to_owned()])),
    ];
    (flags, programmes, prop_oneof![Just(None), Just(Some(2006)), Just(Some(2007))]).prop_map(
        |((partial, english, style, check_only), programmes, period)| Options {
            period,
            on_error: if partial { OnError::Partial } else { OnError::Stop },
            lang: if english { dealerbook::lang::Lang::En } else { dealerbook::lang::Lang::Zh },
            mark: if style { Mark::Style } else { Mark::Conditional },
            programmes,
            check_only,
            ..Options::default()
        },
    )
}

#[test]
fn the_answer_of_an_answer_is_the_same_part_by_part() {
    let engine = Engine::embedded().expect("the engine");
    let samples = workbooks("workbooks");
    let small: Vec<PathBuf> =
        samples.iter().filter(|path| path.metadata().is_ok_and(|data| data.len() < 40_000)).cloned().collect();
    for path in &samples {
        assert!(comes_back_the_same(&engine, path, &Options::default()), "{}", path.display());
    }
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(24) });
    let any = (prop::sample::select(small), options());
    runner
        .run(&any, |(path, options)| {
            prop_assert!(comes_back_the_same(&engine, &path, &options));
            Ok(())
        })
        .expect("holds for every sample and option");
}

#[test]
fn the_answer_of_an_answer_of_a_stranger_s_workbook_is_the_same() {
    let engine = Engine::embedded().expect("the engine");
    let paths = workbooks("../shared/corpus");
    let annotated = paths.iter().filter(|path| {
        [Mark::Conditional, Mark::Style]
            .iter()
            .all(|&mark| comes_back_the_same(&engine, path, &Options { check_only: true, mark, ..Options::default() }))
    });
    println!("{} of {} workbooks", annotated.count(), paths.len());
}
