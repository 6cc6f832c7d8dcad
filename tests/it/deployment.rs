//! The files of `.deploy/` and the guide's table of settings against the program that they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;

use crate::commands::dealerbook;

fn settings_in(text: &str) -> BTreeSet<String> {
    let name = Regex::new("DEALERBOOK_[A-Z0-9]+(?:_[A-Z0-9]+)*").unwrap();
    name.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

fn help() -> String {
    let help = dealerbook(Path::new(".")).args(["serve", "--help"]).output().expect("the binary runs").stdout;
    String::from_utf8(help).unwrap()
}

fn settings() -> BTreeSet<String> {
    settings_in(&help())
}

/// The default of each setting that has one, as the program's help names it.
fn defaults() -> BTreeMap<String, String> {
    let setting = Regex::new(r"\[env: (DEALERBOOK_[A-Z0-9_]+)=[^\]]*\](?:\s+\[default: ([^\]]*)\])?").unwrap();
    let help = help();
    let found = setting.captures_iter(&help).filter_map(|of| Some((of[1].to_owned(), of.get(2)?.as_str().to_owned())));
    found.collect()
}

#[test]
fn files_for_deployment_name_only_settings_that_there_are() {
    let (known, mut named) = (settings(), 0);
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".deploy")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let of_file = settings_in(&text);
        assert_eq!(of_file.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "{}", path.display());
        named += of_file.len();
    }
    assert!(named > 0);
}

/// Their defaults are the machine's cores, which the guide says in words.
const BY_CORES: [&str; 3] = ["DEALERBOOK_WORKERS", "DEALERBOOK_BATCH_WORKERS", "DEALERBOOK_HTTP_THREADS"];

#[test]
fn the_guide_has_a_row_for_every_setting_and_for_no_other_with_its_default() {
    let (settings, defaults) = (settings(), defaults());
    assert!(defaults.len() > 20, "the help names defaults: {defaults:?}");
    for page in [
        include_str!("../../src/server/http/guide/en/settings.md"),
        include_str!("../../src/server/http/guide/zh/settings.md"),
    ] {
        let rows = page.lines().filter(|line| line.starts_with("| `DEALERBOOK_"));
        let rows: BTreeMap<&str, &str> = rows
            .map(|row| {
                let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`')).skip(1);
                (cells.next().unwrap(), cells.next().unwrap())
            })
            .collect();
        assert_eq!(rows.keys().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), settings);
        for (name, default) in rows.into_iter().filter(|(name, _)| !BY_CORES.contains(name)) {
            match defaults.get(name) {
                Some(expected) => assert_eq!(default, expected, "{name}"),
                None => assert!(default.parse::<f64>().is_err(), "{name} has no default, but {default} is named"),
            }
        }
    }
}
