//! The binary itself: what it prints, what it exits with, and what it leaves in logs.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::harness::{part, sample};

/// The program, to be run in a folder.
pub fn dealerbook(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dealerbook"));
    command
        .current_dir(folder)
        .env_remove("DEALERBOOK_ADMIN_TOKEN")
        .env_remove("DEALERBOOK_POLICIES")
        .env_remove("RUST_LOG");
    command
}

/// What `dealerbook run` comes to in a folder.
pub fn run(folder: &Path, args: &[&str]) -> Output {
    dealerbook(folder).arg("run").args(args).output().expect("the binary runs")
}

#[test]
fn run_writes_the_answer_and_prints_nothing_but_the_result_as_json() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.xlsx"), sample()).unwrap();
    let output = run(folder.path(), &["in.xlsx", "-o", "out.xlsx", "--period", "2007", "--lang", "en", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(fs::read(folder.path().join("out.xlsx")).unwrap().starts_with(b"PK"));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["run"]["period"], 2007);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.lines().last().unwrap().ends_with("-> out.xlsx"), "{told}");
}

#[test]
fn what_is_no_workbook_leaves_the_earlier_answer_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.xlsx"), "not a workbook").unwrap();
    fs::write(folder.path().join("out.xlsx"), "earlier").unwrap();
    let output = run(folder.path(), &["in.xlsx", "-o", "out.xlsx"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty());
    assert_eq!(fs::read(folder.path().join("out.xlsx")).unwrap(), b"earlier");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_eq!(run(folder.path(), &["nowhere.xlsx", "-o", "out.xlsx"]).status.code(), Some(2));
}

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/policies/progressive.toml");

fn check_policy(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = dealerbook(folder).args(["policy", "check"]).args(args).output().expect("the binary runs");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_policy_is_checked_and_its_cliffs_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = check_policy(folder.path(), &[POLICY, "--lang", "en"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Annual rebate, 555 → 556 t"), "{said}");
    assert!(said.contains("+3,006.00 yuan (1,998.00 → 5,004.00)"), "{said}");
    let (_, fewer) = check_policy(folder.path(), &[POLICY, "--lang", "en", "--cliff", "5000"]);
    assert!(fewer.contains("1666 → 1667 t") && !fewer.contains("555 → 556 t"), "{fewer}");
}

#[test]
fn a_policy_with_faults_has_all_of_them_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(POLICY).unwrap();
    let check = |changes: &[(&str, &str)]| {
        let text = changes.iter().fold(text.clone(), |text, (old, new)| text.replacen(old, new, 1));
        fs::write(folder.path().join("own.toml"), text).unwrap();
        let (code, said) = check_policy(folder.path(), &["own.toml"]);
        assert_eq!(code, Some(1), "{said}");
        said
    };
    let said = check(&[("cap = \"5000\"", "capp = \"5000\""), ("kind = \"growth\"", "kind = \"grow\"")]);
    assert!(said.contains("没有 `capp` 这个键；是否应为 `cap`？") && said.contains("incentives[6] (growth)"), "{said}");
    let said = check(&[("from = \"500\"", "from = \"50\""), ("minimum = \"200\"", "minimum = \"-200\"")]);
    assert!(said.contains("各档下限须递增") && said.contains("minimum -200 须大于 0"), "{said}");
    assert_eq!(check_policy(folder.path(), &["nowhere.toml"]).0, Some(2));
}

#[test]
fn policies_of_a_folder_come_first_and_those_with_faults_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.xlsx"), sample()).unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    let handbook = include_str!("../../schemas/policies/handbook.toml");
    let own =
        handbook.replacen("id = \"handbook\"", "id = \"own\"", 1).replacen("rates = \"example\"", "rates = \"own\"", 1);
    fs::write(folder.path().join("own/2007.toml"), &own).unwrap();
    let output = run(folder.path(), &["in.xlsx", "--json", "--policies", "own"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json = String::from_utf8_lossy(&output.stdout);
    let result: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((&result["run"]["policy"]["id"], &result["run"]["policy"]["rates"]), (&"own".into(), &"own".into()));

    for (name, old) in [("a.toml", "weight = 20\n"), ("b.toml", "weight = 30\n")] {
        fs::write(folder.path().join("own").join(name), own.replacen(old, "weight = 7\n", 1)).unwrap();
    }
    let mut server = dealerbook(folder.path());
    let output = server.env("DEALERBOOK_LISTEN", "127.0.0.1:0").env("DEALERBOOK_POLICIES", "own").output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(words.contains("a.toml") && words.contains("b.toml"), "{words}");
}

#[test]
fn a_policys_workbook_is_written_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let book = |policy: &str, out: &str| {
        dealerbook(folder.path())
            .args(["policy", "book", policy, "-o", out])
            .output()
            .expect("the binary runs")
            .status
            .code()
    };
    assert_eq!(book("handbook", "a.xlsx"), Some(0));
    assert_eq!(book("a.xlsx", "b.xlsx"), Some(0), "a workbook is a policy's file like any other");
    assert_eq!(fs::read(folder.path().join("a.xlsx")).unwrap(), fs::read(folder.path().join("b.xlsx")).unwrap());
    let (code, said) = check_policy(folder.path(), &["b.xlsx"]);
    assert!(code == Some(0) && said.contains("政策 handbook 1.0.0"), "{said}");
    fs::write(folder.path().join("in.xlsx"), sample()).unwrap();
    let (code, said) = check_policy(folder.path(), &["in.xlsx", "--lang", "en"]);
    assert!(code == Some(1) && said.contains("no policy's workbook"), "{said}");
    assert_eq!(book("nowhere.toml", "c.xlsx"), Some(2));
}

#[test]
fn of_a_folders_versions_the_one_of_the_period_counts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.xlsx"), sample()).unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    let handbook =
        include_str!("../../schemas/policies/handbook.toml").replacen("id = \"handbook\"", "id = \"own\"", 1);
    for year in [2007, 2008] {
        let version = format!("version = \"{year}\"\neffective_from = {year}-01-01");
        let text = handbook.replacen("version = \"1.0.0\"", &version, 1);
        fs::write(folder.path().join(format!("own/{year}.toml")), text).unwrap();
    }
    let output = run(folder.path(), &["in.xlsx", "--json", "--policies", "own"]);
    let json = String::from_utf8_lossy(&output.stdout);
    let result: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(result["run"]["policy"]["version"], "2007", "the period of the workbook");
    let output = run(folder.path(), &["in.xlsx", "--policies", "own", "--period", "2006", "--lang", "en"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("2006-12-31") && told.contains("2007 (2007-01-01 – 2007-12-31)"), "{told}");
}

#[test]
fn settings_that_are_not_supported_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [("DEALERBOOK_DATABASE_URL", "mysql://u:secret@h/d"), ("DEALERBOOK_ARTEFACTS_URL", "s3://b/p")]
    {
        let output =
            dealerbook(folder.path()).env("DEALERBOOK_LISTEN", "127.0.0.1:0").env(name, value).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(words.contains(name) && !words.contains("secret"), "{words}");
    }
}

#[actix_web::test]
async fn the_first_start_prints_the_token_and_logs_neither_it_nor_file_names() {
    let folder = tempfile::tempdir().unwrap();
    let (mut server, address, token) = start(folder.path());
    let token = token.expect("a token");
    let client = crate::harness::client();
    let form = reqwest::multipart::Form::new().part("workbook", part(sample()));
    let request =
        client.post(format!("{address}/v1/runs?filename=secret-name.xlsx")).bearer_auth(&token).multipart(form);
    assert_eq!(request.send().await.unwrap().status(), 200);

    let logs = stop(&mut server);
    assert!(logs.contains("\"answered\""), "{logs}");
    for secret in [token.as_str(), "secret-name", "考核"] {
        assert!(!logs.contains(secret), "{secret} in {logs}");
    }
    let (mut again, _, none) = start(folder.path());
    assert_eq!(none, None);
    stop(&mut again);
}

/// Starts the server and reads what it prints: its address and, at the first start, its token.
fn start(folder: &Path) -> (Child, String, Option<String>) {
    start_with(folder, &[])
}

/// The same with settings.
pub fn start_with(folder: &Path, settings: &[(&str, &str)]) -> (Child, String, Option<String>) {
    let mut command = dealerbook(folder);
    command.envs(settings.iter().copied());
    command.env("DEALERBOOK_LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let (mut address, mut token) = (String::new(), None);
    for line in BufReader::new(server.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some((_, url)) = line.split_once("：http://") {
            address = format!("http://{url}");
        }
        let word = line.trim();
        if word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit()) {
            token = Some(word.to_owned());
        }
        if line.contains("curl") || line.contains("--new") {
            break;
        }
    }
    (server, address, token)
}

/// Stops the server as an operator does and gives its logs.
pub fn stop(server: &mut Child) -> String {
    let killed = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
    let mut logs = String::new();
    server.stderr.take().unwrap().read_to_string(&mut logs).unwrap();
    logs
}
