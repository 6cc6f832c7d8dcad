//! `dealerbook run` and `check` over one workbook or many: outcomes, exit codes, and what is written where.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::commands::{dealerbook, run};
use crate::harness::{files, sample};

/// A folder with good.xlsx, faulty.xlsx (errors in its data) and bad.xlsx (no workbook).
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "good.xlsx", &sample());
    put(folder.path(), "faulty.xlsx", &faulty());
    put(folder.path(), "bad.xlsx", b"no workbook");
    folder
}

fn faulty() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/rejected/faulty-small.xlsx")).unwrap()
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn check(folder: &Path, args: &[&str]) -> Output {
    dealerbook(folder).arg("check").args(args).output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The names of all that lies in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let name = |path: std::path::PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
    let mut names: Vec<String> = files(folder).into_iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn the_exit_code_is_that_of_the_gravest_outcome() {
    let folder = folder();
    for (workbooks, code) in [
        (&["good.xlsx"][..], 0),
        (&["faulty.xlsx"], 1),
        (&["bad.xlsx"], 2),
        (&["nowhere.xlsx"], 2),
        (&["faulty.xlsx", "good.xlsx"], 1),
        (&["bad.xlsx", "faulty.xlsx", "good.xlsx"], 2),
        (&["."], 2),
    ] {
        for output in [run(folder.path(), workbooks), check(folder.path(), workbooks)] {
            assert_eq!(output.status.code(), Some(code), "{workbooks:?} {output:?}");
        }
    }
    let partial = run(folder.path(), &["faulty.xlsx", "--on-error", "partial", "--lang", "en"]);
    assert_eq!(partial.status.code(), Some(0), "{partial:?}");
    assert!(out(&partial).contains("without the faulty rows"), "{partial:?}");
}

#[test]
fn each_workbook_has_its_outcome_and_a_bad_one_spoils_no_other() {
    let folder = folder();
    let args = ["bad.xlsx", "faulty.xlsx", "nowhere.xlsx", "good.xlsx", "-o", "new/answers", "--lang", "en"];
    let output = run(folder.path(), &args);
    let lines = out(&output);
    let lines: Vec<&str> = lines.lines().collect();
    assert!(lines[0].starts_with("faulty.xlsx: has errors, not calculated; period 2007, 8 dealers, 14 errors"));
    assert!(lines[0].ends_with("-> new/answers/faulty.xlsx"));
    assert!(lines[1].starts_with("good.xlsx: calculated"));
    assert_eq!(lines[2], "4 workbooks: 1 calculated, 1 with errors, 2 failed");
    let told = told(&output);
    assert!(
        told.contains("dealerbook: bad.xlsx: This is not an Excel workbook: This is a text file. Open it"),
        "{told}"
    );
    assert!(told.contains("dealerbook: nowhere.xlsx: there is no such file"), "{told}");
    assert!(told.lines().all(|line| line.starts_with("faulty.xlsx: error") || line.starts_with("dealerbook: ")));
    assert_eq!(names(&folder.path().join("new")), ["answers/faulty.xlsx", "answers/good.xlsx"]);
    assert!(!told.contains(['\u{1b}', '\r']), "a progress bar where nobody watches");
}

#[test]
fn faults_are_told_in_the_language_that_is_asked_for() {
    let folder = folder();
    assert!(told(&run(folder.path(), &["nowhere.xlsx"])).contains("文件或文件夹不存在。请检查路径"));
    assert!(
        told(&run(folder.path(), &["good.xlsx", "--policy", "x"])).contains("没有这个政策：x；可用的政策：handbook")
    );
    let english = run(folder.path(), &["good.xlsx", "--policy", "x", "--lang", "en"]);
    assert_eq!(english.status.code(), Some(2));
    assert!(
        told(&english).contains("no such policy: x; there are: handbook, progressive. Correct --policy"),
        "{english:?}"
    );
}

#[test]
fn without_a_place_nothing_is_written_and_that_is_said() {
    let folder = folder();
    let before = names(folder.path());
    let output = run(folder.path(), &["good.xlsx", "--lang", "en"]);
    assert!(out(&output).starts_with("good.xlsx: calculated"));
    assert!(told(&output).contains("nothing was written"), "{output:?}");
    let output = check(folder.path(), &["good.xlsx", "--lang", "en"]);
    assert!(out(&output).starts_with("good.xlsx: no errors"));
    assert_eq!(told(&output), "");
    assert_eq!(names(folder.path()), before);
}

#[test]
fn check_calculates_nothing_and_marks_what_is_wrong() {
    let folder = folder();
    let output = check(folder.path(), &["faulty.xlsx", "-o", "checked.xlsx", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(result.get("results").is_none() && result["summary"]["errors"] == 14, "{}", result["summary"]);
    assert!(fs::read(folder.path().join("checked.xlsx")).unwrap().starts_with(b"PK"));
}

#[test]
fn as_json_each_workbook_is_a_line_in_its_order() {
    let folder = folder();
    let output = run(folder.path(), &["bad.xlsx", "good.xlsx", "nowhere.xlsx", "faulty.xlsx", "--json"]);
    let lines: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["file"], &lines[0]["error"]["code"]), (&"bad.xlsx".into(), &"not-a-workbook".into()));
    assert_eq!(lines[1]["run"]["workbook"]["filename"], "good.xlsx");
    assert_eq!((&lines[2]["file"], &lines[2]["error"]["code"]), (&"nowhere.xlsx".into(), &"unread".into()));
    assert_eq!(lines[3]["run"]["status"], "faulty");
}

#[test]
fn a_folder_stands_for_its_workbooks_and_names_do_not_collide() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "2006/a.xlsx", &faulty());
    put(folder.path(), "2007/a.xlsx", &sample());
    put(folder.path(), "2007/~$a.xlsx", b"a lock");
    put(folder.path(), "2007/sub/deep.xlsx", &sample());
    let output = run(folder.path(), &["2006", "2007", "2007/a.xlsx", "-o", "answers", "--lang", "en"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(names(&folder.path().join("answers")), ["a-2.xlsx", "a.xlsx"]);
    assert!(out(&output).contains("2 infos -> answers/a-2.xlsx"), "{output:?}");
    assert!(out(&output).ends_with("2 workbooks: 1 calculated, 1 with errors, 0 failed\n"), "{output:?}");
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert!(
        told(&run(folder.path(), &["empty", "--lang", "en"])).contains("empty: there is no workbook in the folder")
    );
}

#[test]
fn a_workbook_that_was_given_is_replaced_by_its_own_answer_only_by_force() {
    let folder = folder();
    let path = folder.path().join("good.xlsx");
    for args in [&["good.xlsx", "-o", "./good.xlsx"][..], &["good.xlsx", "faulty.xlsx", "-o", "."]] {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains("--force"), "{output:?}");
        assert_eq!(fs::read(&path).unwrap(), sample());
    }
    let forced = run(folder.path(), &["good.xlsx", "-o", "good.xlsx", "--force"]);
    assert_eq!(forced.status.code(), Some(0), "{forced:?}");
    assert_ne!(fs::read(&path).unwrap(), sample());
    assert_eq!(run(folder.path(), &["good.xlsx", "-o", "/dev/null"]).status.code(), Some(2));
}

#[test]
fn ctrl_c_ends_after_whole_workbooks_and_leaves_nothing_half_behind() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..100 {
        put(folder.path(), &format!("in/{n:02}.xlsx"), &sample());
    }
    let mut command = dealerbook(folder.path());
    command.args(["run", "in", "-o", "out", "--lang", "en"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("in/00.xlsx: calculated"));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let done = 1 + lines.filter(|line| line.as_ref().unwrap().starts_with("in/")).count();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains(&format!("interrupted; {done} of 100 workbooks done")), "{output:?}");
    let answers = names(&folder.path().join("out"));
    assert_eq!(answers.len(), done);
    assert!(answers.iter().all(|name| fs::read(folder.path().join("out").join(name)).unwrap().starts_with(b"PK")));
}

#[test]
fn completions_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let print = |args: &[&str]| out(&dealerbook(folder.path()).args(args).output().unwrap());
    let help = print(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.contains(&"run") && commands.contains(&"completions"), "{help}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = print(&["completions", shell]);
        let missing = commands.iter().find(|command| !script.contains(**command));
        assert_eq!(missing, None, "{shell}");
        assert!(script.contains("on-error"), "{shell}");
    }
}

#[test]
fn the_examples_of_the_help_run_as_they_stand() {
    for command in ["run", "check", "token", "completions"] {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [("dealers.xlsx", sample()), ("2007/a.xlsx", sample()), ("2007/b.xlsx", sample())] {
            put(folder.path(), name, &bytes);
        }
        put(folder.path(), "faulty.xlsx", &faulty());
        put(folder.path(), "orders.xlsx", &sample());
        put(folder.path(), "2007.xlsx", &sample());
        let past = json!({"run": {"period": 2006}, "results": {"assessment": {"dealers": []}}});
        put(folder.path(), "2006.json", past.to_string().as_bytes());
        let field = json!({"name": "dealer_id", "title": "经销商编号"});
        let resource = json!({"name": "dealers", "title": "经销商档案", "schema": {"fields": [field]}});
        put(folder.path(), "orders.json", json!({"resources": [resource]}).to_string().as_bytes());
        for place in [".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions"] {
            fs::create_dir_all(folder.path().join(place)).unwrap();
        }
        let help = out(&dealerbook(folder.path()).args([command, "--help"]).output().unwrap());
        let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  dealerbook ")).collect();
        assert!(examples.len() > 1, "{help}");
        for example in examples {
            let output = shell(folder.path(), example);
            // Nobody has the token that is revoked there.
            let code = i32::from(example.contains("token revoke"));
            assert_eq!(output.status.code(), Some(code), "{example}: {output:?}");
        }
    }
}

/// A line as a user types it, in a folder that is the user's home too.
fn shell(folder: &Path, line: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_dealerbook")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(folder).env("PATH", path).env("HOME", folder);
    shell.env("PROFILE", folder.join("profile")).env_remove("DEALERBOOK_ADMIN_TOKEN").output().expect("a shell")
}

#[test]
fn workbooks_are_checked_against_a_schema_of_ones_own() {
    let folder = folder();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/own-schema");
    let (orders, schema) = (own.join("orders.xlsx"), own.join("orders.datapackage.json"));
    let against = |schema: &Path| {
        let (orders, schema) = (orders.to_str().unwrap(), schema.to_str().unwrap());
        check(folder.path(), &[orders, "--schema", schema, "--lang", "en"])
    };
    let checked = against(&schema);
    assert_eq!(checked.status.code(), Some(1));
    assert!(told(&checked).contains("客户!C4"), "{checked:?}");
    put(folder.path(), "faulty.json", br#"{"resources": [{"name": "a"}, {"name": "a"}]}"#);
    let refused = against(&folder.path().join("faulty.json"));
    assert_eq!(refused.status.code(), Some(2));
    assert!(told(&refused).contains("/resources/0") && told(&refused).contains("/resources/1"), "{refused:?}");
    assert_eq!(against(&folder.path().join("nowhere.json")).status.code(), Some(2));
}
