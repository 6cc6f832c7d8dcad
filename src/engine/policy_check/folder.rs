//! Policies of the company's own, in a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::policy::{Faults, Policy, PolicyError, family, fault};

/// Why a folder of policies can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder or a file in it can't be read.
    #[error("{path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Policies that can't be used; all of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Policies(Vec<PolicyError>),
}

impl Policy {
    /// The policies of a folder, `*.toml`, in the order of their names. None may have an id of `taken`; those of one id are versions
    /// of one policy, which may not overlap.
    ///
    /// # Errors
    ///
    /// [`FolderError`] names everything that is wrong with all of them.
    pub fn in_folder(folder: &Path, taken: &[Policy]) -> Result<Vec<Policy>, FolderError> {
        let (mut policies, mut errors) = (Vec::<Policy>::new(), Vec::new());
        for path in files(folder).map_err(|source| FolderError::Io { path: folder.to_owned(), source })? {
            let text = fs::read_to_string(&path).map_err(|source| FolderError::Io { path: path.clone(), source })?;
            let file = path.display().to_string();
            match Policy::parse(&file, &text) {
                Ok(policy) if taken.iter().any(|other| other.id == policy.id) => {
                    let fault = fault!(
                        "id {} 已被另一政策使用，请另取",
                        "the id {} is another policy's: choose another one",
                        policy.id
                    );
                    errors.push(PolicyError::Meaning { file, faults: Faults(vec![fault]) });
                }
                Ok(policy) => match family::clash(&policies, &policy) {
                    Some(fault) => errors.push(PolicyError::Meaning { file, faults: Faults(vec![fault]) }),
                    None => policies.push(policy),
                },
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(policies) } else { Err(FolderError::Policies(errors)) }
    }
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}
