//! `dealerbook words`: every text that the program says, Chinese beside English, with its place, for whoever proofreads them.
//!
//! Complete for sentences of issues and problems, which are data. For texts beside code it is a walk of the sources as they were built
//! (`dealerbook-words`), which pairs a Chinese text with the English one behind it: what is put together out of several pieces stands here
//! in these pieces, and now and then two that stand close together are no pair. Not here: schemas, policies, the guide, the Chinese of the
//! interface's description (`http/describe/zh.json`) and scripts of pages, whose files are read as they are.

use std::io::{self, Write};
use std::process::ExitCode;

use super::Outcome;

/// Lines of place, English and Chinese, as the build script found them.
const WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/words.tsv"));

pub const EXAMPLES: &str = "\
Examples:
  dealerbook words > words.tsv                  # opens in Excel and WPS: place, English, Chinese";

/// Prints them.
pub fn print() -> Outcome {
    io::stdout().write_all(WORDS.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is put together out of pieces, or says the same to everybody.
    const ALONE: [&str; 6] = ["家；其余见下载的工作簿。", "{}月", "{from} {}（{}）", "{}年{}月", "{}–{}月", "人民币{}"];

    fn lines() -> Vec<[&'static str; 3]> {
        WORDS.lines().map(|line| line.split('\t').collect::<Vec<_>>().try_into().expect("three columns")).collect()
    }

    #[test]
    fn sentences_of_data_and_texts_beside_code_stand_in_it_with_their_places() {
        let lines = lines();
        let has = |place: &str, en: &str, zh: &str| {
            let found = lines.iter().any(|line| line[0].contains(place) && line[1] == en && line[2] == zh);
            assert!(found, "{place}: {zh} / {en}");
        };
        has("words/runs.toml:", "There is no run of this id.", "没有这个编号的运行记录。");
        has(" no-such-run.title", "No such run", "没有这次运行");
        has("words/values.toml:", "“{label}” is required; this cell is empty", "“{label}”为必填项，此单元格为空");
        has("report/overview_sheet.rs:", "Weight", "权重");
        let of_code = lines.iter().filter(|line| line[0].contains(".rs:")).count();
        assert!(of_code > 2_500 && lines.len() - of_code > 400, "{of_code} of {}", lines.len());
    }

    #[test]
    fn what_pages_and_sheets_say_in_chinese_they_say_in_english() {
        let is_for_readers = |place: &str| place.contains("/pages/") || place.contains("/report/");
        let alone = lines().into_iter().filter(|line| line[1].is_empty() && is_for_readers(line[0]));
        let unknown: Vec<_> = alone.filter(|line| line[2].chars().count() > 1 && !ALONE.contains(&line[2])).collect();
        assert!(unknown.is_empty(), "{unknown:#?}");
    }
}
