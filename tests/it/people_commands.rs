//! `dealerbook token` and `dealerbook audit`, as an administrator at the server uses them.
#![cfg(unix)]

use std::path::Path;

use crate::commands::dealerbook;

/// What a command exits with, prints, and says beside that.
fn told(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = dealerbook(folder).args(args).args(["--lang", "en"]).output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_token_is_made_listed_and_revoked_and_the_log_knows() {
    let folder = tempfile::tempdir().unwrap();
    let create =
        ["token", "create", "王芳", "--role", "sales", "--region", "涪陵", "--region", "岳阳", "--expires", "90d"];
    let (code, made, _) = told(folder.path(), &create);
    assert_eq!(code, 0);
    let token = made.lines().find_map(|line| line.strip_prefix("    ")).expect("the token").to_owned();
    let id = made.trim_end().rsplit(' ').next().expect("the id").to_owned();

    let (_, listed, _) = told(folder.path(), &["token", "list"]);
    let line = listed.lines().nth(1).expect("a token").to_owned();
    assert!(line.starts_with(&format!("{id}\t王芳\tsales\t涪陵, 岳阳\tin force\t")), "{line}");
    assert!(!listed.contains(&token), "the list shows a token");

    let (code, head, _) = told(folder.path(), &["audit", "verify"]);
    let head = head.lines().nth(1).expect("the last line").to_owned();
    assert!(code == 0 && head.starts_with("1:"), "{code} {head}");

    assert_eq!(told(folder.path(), &["token", "revoke", &id]).0, 0);
    assert_eq!(told(folder.path(), &["token", "revoke", "nobody"]).0, 1);
    assert!(told(folder.path(), &["token", "list"]).1.contains("\trevoked\t"));
    assert_eq!(told(folder.path(), &["audit", "verify", "--expect", &head]).0, 0);
    let other = format!("1:{}", "0".repeat(64));
    let (code, broken, _) = told(folder.path(), &["audit", "verify", "--expect", &other]);
    assert_eq!(code, 1);
    assert_eq!(broken.lines().next(), Some("The audit log was tampered with: line 1 isn't the one that was noted."));

    let (_, lines, _) = told(folder.path(), &["audit", "list"]);
    assert_eq!(lines.lines().count(), 2);
    assert!(!lines.contains(&token), "the log holds a token");
}

#[test]
fn a_further_token_is_for_the_same_person_and_a_name_is_one_persons() {
    let folder = tempfile::tempdir().unwrap();
    let create = |args: &[&str]| told(folder.path(), &[&["token", "create"], args].concat());
    assert_eq!(create(&["王芳", "--role", "sales"]).0, 0);
    for name in ["王芳", "王\u{200b}芳", " 王 芳"] {
        let (code, made, said) = create(&[name, "--role", "finance"]);
        assert!(code == 1 && made.is_empty() && said.contains("account p1"), "{name}: {code} {made} {said}");
    }
    assert_eq!(create(&["--person", "p9", "--role", "finance"]).0, 1);
    assert_eq!(create(&["王芬", "--person", "p1", "--role", "finance"]).0, 2);
    assert_eq!(create(&["--person", "p1", "--role", "finance"]).0, 0);
    let (_, listed, _) = told(folder.path(), &["token", "list"]);
    let of: Vec<_> = listed.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).collect();
    assert!(of.len() == 2 && of.iter().all(|line| line[1] == "王芳" && line[9] == "p1"), "{listed}");
    let (code, verified, _) = told(folder.path(), &["audit", "verify"]);
    assert_eq!(
        (code, verified.lines().last()),
        (0, Some("What is stored is what the log says: settlements: 0, batches of payments: 0, tokens: 2."))
    );
}

#[test]
fn all_faults_of_a_token_are_told_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (code, made, faults) =
        told(folder.path(), &["token", "create", "admin", "--role", "boss", "--expires", "soon"]);
    assert_eq!((code, made.as_str(), faults.lines().count()), (2, "", 3), "{faults}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn whoever_revokes_the_last_administrators_token_is_told_what_that_means() {
    let folder = tempfile::tempdir().unwrap();
    told(folder.path(), &["token", "--new"]);
    let (_, listed, _) = told(folder.path(), &["token", "list"]);
    let id = listed.lines().nth(1).and_then(|line| line.split('\t').next()).expect("an id").to_owned();
    let (code, said, _) = told(folder.path(), &["token", "revoke", &id]);
    assert_eq!(code, 0);
    assert!(said.contains("`dealerbook token --new` makes another"), "{said}");
}
