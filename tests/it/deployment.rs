//! The files of `.deploy/` and the README against the program that they are about.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

use crate::commands::dealerbook;

fn settings_in(text: &str) -> BTreeSet<String> {
    let name = Regex::new("DEALERBOOK_[A-Z0-9]+(?:_[A-Z0-9]+)*").unwrap();
    name.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

fn settings() -> BTreeSet<String> {
    let help = dealerbook(Path::new(".")).args(["serve", "--help"]).output().expect("the binary runs").stdout;
    settings_in(&String::from_utf8(help).unwrap())
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

#[test]
fn the_readme_has_a_row_for_every_setting_and_for_no_other() {
    let rows = include_str!("../../README.md").lines().filter(|line| line.starts_with("| `DEALERBOOK_"));
    let named = rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(named, settings());
}
