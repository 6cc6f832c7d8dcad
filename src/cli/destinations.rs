//! Where each answer goes, decided before anything is calculated. No answer takes the place of another one of the same command, nor
//! of a workbook that was given, unless it is its own and that was asked for.
//!
//! Workbooks run one after the other, each in a thread of its own, so that memory is that of one and a bug which one of them brings out is
//! its own outcome.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::inputs::Inputs;

/// The place of each workbook's answer; none where no answer is wanted. A folder is made when it is missing.
///
/// # Errors
/// Where the place won't do, nothing having been touched.
pub fn choose(out: Option<&Path>, force: bool, inputs: &Inputs) -> Result<Vec<Option<PathBuf>>, Fault> {
    let Some(out) = out else { return Ok(vec![None; inputs.list.len()]) };
    let is_folder = inputs.several || out.is_dir() || ends_as_folder(out);
    if is_folder && out.exists() && !out.is_dir() {
        return Err(Fault::NotAFolder { out: out.to_owned() });
    }
    let places =
        if is_folder { names(inputs).iter().map(|name| out.join(name)).collect() } else { vec![out.to_owned()] };
    refuse_what_stands_there(&places, force, inputs)?;
    if is_folder {
        fs::create_dir_all(out).map_err(|source| Fault::Unwritten { out: out.to_owned(), source })?;
    }
    Ok(places.into_iter().map(Some).collect())
}

/// Refuses a place for the workbook over all of them where one of them, or of their answers, stands, or where nothing can stand.
///
/// # Errors
/// Where the place won't do.
pub fn refuse_beside(out: &Path, answers: &[Option<PathBuf>], inputs: &Inputs) -> Result<(), Fault> {
    let own = identities(out);
    let given = inputs.list.iter().map(|input| &input.path);
    if given.chain(answers.iter().flatten()).flat_map(|path| identities(path)).any(|path| own.contains(&path)) {
        return Err(Fault::NoPlaceForAll { out: out.to_owned() });
    }
    if out.exists() && !out.is_file() {
        return Err(Fault::NotAFile { out: out.to_owned() });
    }
    match parent(out).metadata() {
        Ok(_) => Ok(()),
        Err(source) => Err(Fault::Unwritten { out: out.to_owned(), source }),
    }
}

fn ends_as_folder(out: &Path) -> bool {
    out.to_string_lossy().ends_with(std::path::is_separator)
}

/// The workbooks' own names, the second of the same name with a number behind it. Case doesn't tell names apart: it doesn't everywhere.
fn names(inputs: &Inputs) -> Vec<String> {
    let mut taken = HashSet::new();
    let name = |path: &Path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let extension = answer_extension(path);
        let first = format!("{stem}.{extension}");
        let others = (2..).map(|n: u32| format!("{stem}-{n}.{extension}"));
        std::iter::once(first).chain(others).find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
    };
    inputs.list.iter().map(|input| input.path.as_path()).map(name).collect()
}

/// Workbooks with macros keep them; the answer to any other kind is an .xlsx.
fn answer_extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    match extension.to_ascii_lowercase().as_str() {
        "xlsx" | "xlsm" => extension.into_owned(),
        _ => "xlsx".to_owned(),
    }
}

fn refuse_what_stands_there(places: &[PathBuf], force: bool, inputs: &Inputs) -> Result<(), Fault> {
    let mut given: HashMap<PathBuf, usize> = HashMap::new();
    for (n, input) in inputs.list.iter().enumerate() {
        given.extend(identities(&input.path).into_iter().map(|path| (path, n)));
    }
    for (n, out) in places.iter().enumerate() {
        let replaced = identities(out).iter().find_map(|path| given.get(path).copied());
        match replaced {
            Some(other) if other != n || !force => {
                return Err(Fault::InPlace { out: out.clone(), own: other == n });
            }
            _ if out.exists() && !out.is_file() => return Err(Fault::NotAFile { out: out.clone() }),
            _ => {}
        }
    }
    Ok(())
}

/// What a path leads to, and where it stands itself: a link is replaced, not what it leads to.
fn identities(path: &Path) -> Vec<PathBuf> {
    let itself = path.file_name().and_then(|name| Some(parent(path).canonicalize().ok()?.join(name)));
    path.canonicalize().into_iter().chain(itself).collect()
}

/// The folder in which it stands.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::super::inputs::{self, Input};
    use super::*;

    fn given(paths: &[&str]) -> Inputs {
        let list = paths.iter().map(|path| Input { path: path.into(), fault: None }).collect();
        Inputs { list, several: paths.len() > 1 }
    }

    #[test]
    fn no_two_answers_have_the_same_name() {
        let inputs = given(&["1/a.xlsx", "2/a.xlsx", "3/A.XLSX", "a.xlsm", "a.xls", "a-2.xlsx"]);
        assert_eq!(names(&inputs), ["a.xlsx", "a-2.xlsx", "A-3.XLSX", "a.xlsm", "a-4.xlsx", "a-2-2.xlsx"]);
    }

    #[test]
    fn an_answer_takes_its_own_workbooks_place_only_by_force_and_anothers_never() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("1"), folder.path().join("2"));
        for sub in [&one, &two] {
            fs::create_dir(sub).unwrap();
            fs::write(sub.join("a.xlsx"), "").unwrap();
        }
        let own = inputs::find(&[one.join("a.xlsx")]);
        let roundabout = two.join("..").join("1").join("a.xlsx");
        assert!(matches!(choose(Some(&roundabout), false, &own), Err(Fault::InPlace { own: true, .. })));
        assert!(matches!(choose(Some(&one), false, &own), Err(Fault::InPlace { own: true, .. })));
        assert_eq!(choose(Some(&one), true, &own).unwrap(), [Some(one.join("a.xlsx"))]);
        let both = inputs::find(&[two.join("a.xlsx"), one.join("a.xlsx")]);
        assert!(matches!(choose(Some(&one), true, &both), Err(Fault::InPlace { own: false, .. })));
    }

    #[test]
    fn a_path_is_a_folder_where_it_is_one_or_is_written_as_one() {
        let folder = tempfile::tempdir().unwrap();
        let place = |out: &str| choose(Some(&folder.path().join(out)), false, &given(&["a.xlsx"])).unwrap().remove(0);
        assert_eq!(place("b.xlsx"), Some(folder.path().join("b.xlsx")));
        assert_eq!(place(""), Some(folder.path().join("a.xlsx")));
        assert_eq!(place("new/er/"), Some(folder.path().join("new/er/a.xlsx")));
        assert!(folder.path().join("new/er").is_dir());
    }

    #[test]
    fn several_answers_do_not_go_into_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("answer.xlsx");
        fs::write(&out, "").unwrap();
        let chosen = choose(Some(&out), false, &given(&["a.xlsx", "b.xlsx"]));
        assert!(matches!(chosen, Err(Fault::NotAFolder { .. })));
    }
}
