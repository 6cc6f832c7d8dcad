//! README and the guide: the lines that they show are run as they stand, page by page, each page against a server of its own; both
//! languages show the same lines, and no link leads nowhere.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dealerbook::config::Limits;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use crate::harness::{Start, TestApp, files};

/// The address and the token that stand in the lines.
const ADDRESS: &str = "http://127.0.0.1:8080";
const TOKEN: &str = "let-me-in";

/// Commands of one block, and how it ends.
#[derive(Debug, PartialEq)]
struct Block {
    commands: String,
    ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    /// Each line with exit code 0.
    Well,
    /// With this exit code, as `exit=22` behind `sh` says.
    With(u8),
    /// Not run, as `no-test` says: it needs what isn't here.
    Unknown,
}

impl Ending {
    /// How a block of code ends; none where it is no block of commands.
    fn of(kind: &CodeBlockKind<'_>) -> Option<Ending> {
        let CodeBlockKind::Fenced(info) = kind else { return Some(Ending::Well) };
        match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["sh"] => Some(Ending::Well),
            ["sh", "no-test"] => Some(Ending::Unknown),
            ["sh", more] => match more.strip_prefix("exit=").map(str::parse) {
                Some(Ok(code)) => Some(Ending::With(code)),
                _ => panic!("`{info}` says nothing that is known"),
            },
            ["toml"] => None,
            _ => panic!("`{info}` is no kind of block that is known"),
        }
    }
}

/// The blocks of commands of a text, in their order.
fn blocks(markdown: &str) -> Vec<Block> {
    let (mut blocks, mut open) = (Vec::new(), None);
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                open = Ending::of(&kind).map(|ending| Block { commands: String::new(), ending });
            }
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.commands.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

/// The same without comments, which are in the language of their page.
fn uncommented(blocks: Vec<Block>) -> Vec<Block> {
    let plain = |commands: &str| commands.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    blocks.into_iter().map(|block| Block { commands: plain(&block.commands), ..block }).collect()
}

/// A script that stops at the first line that ends otherwise than it should. `cargo run --release --` is the program of these tests.
fn script(blocks: &[Block]) -> String {
    let mut script = "set -eu -o pipefail\ncargo() { shift 3; \"$DEALERBOOK\" \"$@\"; }\nset -x\n".to_owned();
    for Block { commands, ending } in blocks {
        match ending {
            Ending::Well => script.push_str(commands),
            Ending::With(code) => {
                script.push_str(&format!("set +e\n(\n{commands})\nended=$?\nset -e\n[ $ended = {code} ]\n"));
            }
            Ending::Unknown => {}
        }
    }
    script
}

/// Runs a page's blocks in a folder with the samples, against a server.
///
/// # Errors
/// What was said at the end, where a line ended otherwise than it should.
async fn run_blocks(app: &TestApp, blocks: &[Block]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["workbooks", "schemas"] {
        symlink(project().join(name), folder.path().join(name)).expect("a link");
    }
    let script = script(blocks).replace(ADDRESS, &app.url(""));
    let mut bash = Command::new("bash");
    bash.args(["-c", &script]).current_dir(folder.path()).stdin(Stdio::null());
    bash.env("DEALERBOOK", env!("CARGO_BIN_EXE_dealerbook"))
        .env("DEALERBOOK_DATA", app.data())
        .env("no_proxy", "127.0.0.1");
    for name in ["TOKEN", "DEALERBOOK_ADMIN_TOKEN", "DEALERBOOK_POLICIES", "DEALERBOOK_DATABASE_URL", "RUST_LOG"] {
        bash.env_remove(name);
    }
    let output = tokio::task::spawn_blocking(move || bash.output()).await.expect("no panic").expect("bash runs");
    if output.status.success() {
        return Ok(());
    }
    let last = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    };
    Err(format!("{}\n{}\n{}", output.status, last(&output.stderr), last(&output.stdout)))
}

async fn server() -> TestApp {
    Start { admin_token: Some(TOKEN), limits: Limits::default(), ..Start::default() }.spawn().await
}

async fn run_page(path: &str) {
    let blocks = blocks(&page(path));
    assert!(!blocks.is_empty(), "{path} shows commands");
    for block in blocks.iter().filter(|block| block.ending == Ending::Unknown) {
        eprintln!("not run, of {path}: {}", block.commands.trim());
    }
    let app = server().await;
    if let Err(failure) = run_blocks(&app, &blocks).await {
        panic!("{path}: {failure}");
    }
}

macro_rules! pages {
    ($($name:ident: $path:literal),+ $(,)?) => {
        /// The pages whose lines are run.
        const PAGES: &[&str] = &[$($path),+];

        $(
            #[actix_web::test]
            async fn $name() {
                run_page($path).await;
            }
        )+
    };
}

pages! {
    lines_of_the_readme: "README.md",
    lines_of_curl: "src/server/http/guide/en/curl.md",
    lines_of_batches: "src/server/http/guide/en/batches.md",
    lines_of_own_schema: "src/server/http/guide/en/own-schema.md",
    lines_of_command_line: "src/server/http/guide/en/command-line.md",
    lines_of_policies: "src/server/http/guide/en/policies.md",
    lines_of_people: "src/server/http/guide/en/people.md",
    lines_of_settling: "src/server/http/guide/en/settling.md",
    lines_of_appeals: "src/server/http/guide/en/appeals.md",
    lines_of_comparing: "src/server/http/guide/en/comparing.md",
    lines_of_operating: "src/server/http/guide/en/operating.md",
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn page(path: &str) -> String {
    let text = fs::read_to_string(project().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    match path {
        "README.md" => halves(&text).0.to_owned(),
        _ => text,
    }
}

/// README's English and Chinese half.
fn halves(readme: &str) -> (&str, &str) {
    readme.split_once("\n# 中文\n").expect("a Chinese half")
}

/// All pages of the guide in a language, by their paths in the project.
fn guide(lang: &str) -> BTreeSet<String> {
    let paths = files(&project().join("src/server/http/guide").join(lang));
    paths.iter().map(|path| path.strip_prefix(project()).unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_page_that_shows_commands_is_run() {
    let with_commands = guide("en").into_iter().filter(|path| !blocks(&page(path)).is_empty());
    let expected: BTreeSet<String> = with_commands.chain(["README.md".to_owned()]).collect();
    assert_eq!(PAGES.iter().map(|path| (*path).to_owned()).collect::<BTreeSet<_>>(), expected);
    let to_the_server = |line: &&str| line.starts_with("curl ") || line.contains("api ");
    let texts: Vec<String> = PAGES.iter().map(|path| page(path)).collect();
    let lines = texts.iter().flat_map(|text| blocks(text)).filter(|block| block.ending != Ending::Unknown);
    let shown: usize = lines.map(|block| block.commands.lines().filter(to_the_server).count()).sum();
    assert!(shown > 80, "{shown} lines are found");
}

#[test]
fn both_languages_show_the_same_commands() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let (english, chinese) = halves(&readme);
    assert_eq!(uncommented(blocks(english)), uncommented(blocks(chinese)));
    for path in guide("en") {
        let chinese = path.replace("/en/", "/zh/");
        assert_eq!(uncommented(blocks(&page(&path))), uncommented(blocks(&page(&chinese))), "{path}");
    }
    assert_eq!(guide("en").len(), guide("zh").len());
}

/// The checks themselves: each must notice what it is there for.
#[actix_web::test]
async fn a_line_that_ends_otherwise_than_it_should_is_noticed() {
    let app = server().await;
    let sound =
        "```sh\ncurl --fail-with-body -sS -H 'Authorization: Bearer let-me-in' http://127.0.0.1:8080/v1/runs\n```\n";
    let refused = sound.replace("let-me-in", "other");
    for (markdown, runs) in [
        (sound.to_owned(), true),
        (format!("{refused}\n{sound}"), false),
        (refused.replace("```sh", "```sh exit=22"), true),
        (sound.replace("```sh", "```sh exit=22"), false),
        (refused.replace("```sh", "```sh no-test"), true),
        ("    RUN=$(false)\n    true\n".to_owned(), false),
        ("```sh\necho \"$NOWHERE\"\n```\n".to_owned(), false),
    ] {
        let ended = run_blocks(&app, &blocks(&markdown)).await;
        assert_eq!(ended.is_ok(), runs, "{markdown}: {ended:?}");
    }
}

#[test]
fn links_between_documents_lead_to_files_that_there_are() {
    let mut followed = 0;
    let texts = ["README.md", "ARCHITECTURE.md"].map(str::to_owned).into_iter().chain(guide("en")).chain(guide("zh"));
    for path in texts {
        let text = fs::read_to_string(project().join(&path)).unwrap();
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            let (Event::Start(Tag::Link { dest_url, .. }) | Event::Start(Tag::Image { dest_url, .. })) = event else {
                continue;
            };
            if dest_url.contains("://") || dest_url.starts_with('#') {
                continue;
            }
            let target = project().join(&path).parent().unwrap().join(&*dest_url);
            assert!(target.exists(), "{path}: {dest_url}");
            followed += 1;
        }
    }
    assert!(followed > 40, "{followed} links");
}

#[actix_web::test]
async fn chapters_lead_to_each_other_and_show_this_servers_address() {
    let app = server().await;
    for (lang, heading) in [("zh", "结算"), ("en", "Settling")] {
        let link = Regex::new(&format!(r#"href="(/docs/guide/[^"?]*\?lang={lang})""#)).unwrap();
        let read = async |path: &str| {
            let answer = reqwest::get(app.url(path)).await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            answer.text().await.unwrap()
        };
        let index = read(&format!("/docs/guide?lang={lang}")).await;
        let chapters: BTreeSet<String> = link.captures_iter(&index).map(|found| found[1].to_owned()).collect();
        assert_eq!(chapters.len(), guide(lang).len());
        for path in &chapters {
            let html = read(path).await;
            let linked: BTreeSet<String> = link.captures_iter(&html).map(|found| found[1].to_owned()).collect();
            assert_eq!(linked, chapters, "{path}");
            assert!(!html.contains(ADDRESS) && !html.contains("href=\"#\""), "{path}");
        }
        let settling = read(&format!("/docs/guide/settling?lang={lang}")).await;
        assert!(settling.contains(&format!("<h1>{heading}</h1>")) && settling.contains(&app.url("$path")), "{lang}");
    }
}

/// Walls of text are read by nobody.
#[test]
fn the_documents_at_the_top_stay_short() {
    for (path, bytes_max) in [("README.md", 10_240), ("ARCHITECTURE.md", 12_288)] {
        let bytes = fs::metadata(project().join(path)).unwrap().len();
        assert!(bytes <= bytes_max, "{path} has {bytes} bytes, at most {bytes_max} are wanted");
    }
}
