//! Which workbooks the command line means: files, and what lies in folders; each once.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::fault::Fault;

/// What in a folder is taken for a workbook. Kinds that can't be worked on are among them: they must not be passed over in silence.
const EXTENSIONS: [&str; 5] = ["xlsx", "xlsm", "xls", "xlsb", "ods"];

/// A workbook that was given.
#[derive(Debug)]
pub struct Input {
    /// Where it lies.
    pub path: PathBuf,
    /// What is known to be wrong before it is read.
    pub fault: Option<Fault>,
}

/// All that were given.
#[derive(Debug)]
pub struct Inputs {
    /// One by one, in the order of the command line and, in a folder, of their names.
    pub list: Vec<Input>,
    /// Whether there may be several, so that answers go into a folder. What a folder happens to hold doesn't matter.
    pub several: bool,
}

/// Finds them.
pub fn find(given: &[PathBuf]) -> Inputs {
    let mut list = Vec::new();
    for path in given {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => list.extend(in_folder(path)),
            found => list.push(Input { path: path.clone(), fault: found.err().map(Fault::Unread) }),
        }
    }
    let mut seen = HashSet::new();
    list.retain(|input| input.path.canonicalize().map_or(true, |path| seen.insert(path)));
    Inputs { list, several: given.len() > 1 || given.iter().any(|path| path.is_dir()) }
}

fn in_folder(folder: &Path) -> Vec<Input> {
    let fault = match workbooks(folder) {
        Ok(paths) if !paths.is_empty() => return paths.into_iter().map(|path| Input { path, fault: None }).collect(),
        Ok(_) => Fault::NoWorkbooks,
        Err(error) => Fault::Unread(error),
    };
    vec![Input { path: folder.to_owned(), fault: Some(fault) }]
}

fn workbooks(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut paths: Vec<PathBuf> = paths?.into_iter().filter(|path| is_workbook(path) && path.is_file()).collect();
    paths.sort();
    Ok(paths)
}

/// By its name; what is hidden, and the lock files that Excel leaves beside open workbooks, are none.
fn is_workbook(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    EXTENSIONS.contains(&extension.as_str()) && !name.starts_with('.') && !name.starts_with("~$")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &Inputs) -> Vec<String> {
        inputs.list.iter().map(|input| input.path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_folder_stands_for_the_workbooks_in_it_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.XLSX", "a.xlsm", "old.xls", "~$a.xlsm", ".c.xlsx", "readme.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("sub.xlsx")).unwrap();
        let inputs = find(&[folder.path().to_owned()]);
        assert_eq!(names(&inputs), ["a.xlsm", "b.XLSX", "old.xls"]);
        assert!(inputs.several);
    }

    #[test]
    fn a_workbook_that_is_given_twice_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        fs::write(&path, "").unwrap();
        let inputs = find(&[path.clone(), folder.path().join(".").join("a.xlsx"), folder.path().to_owned()]);
        assert_eq!(names(&inputs), ["a.xlsx"]);
    }

    #[test]
    fn what_is_missing_or_empty_is_at_fault_where_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = find(&[folder.path().join("a.xlsx"), folder.path().to_owned()]);
        let codes: Vec<&str> = inputs.list.iter().map(|input| input.fault.as_ref().unwrap().code()).collect();
        assert_eq!(codes, ["unread", "no-workbooks"]);
    }
}
