//! Files that are kept, each named by its own SHA-256: the same bytes are kept once, and a damaged file is noticed when it is read.
//!
//! Files that a crash leaves without a run are harmless: the next upload of the same bytes takes them over.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use url::Url;

use super::{StoreError, make_folder};
use crate::config::Places;

const CHUNK_BYTES: usize = 256 << 10;

/// The folder of the artefacts.
#[derive(Debug)]
pub struct Artefacts {
    folder: PathBuf,
}

/// A file that is kept, opened for reading and checked against its name.
#[derive(Debug)]
pub struct Artefact {
    /// The file, at its beginning.
    pub file: File,
    /// Its length.
    pub bytes: u64,
}

/// Why an artefact can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// The file is gone.
    #[error("artefact {name} is missing")]
    Missing {
        /// The artefact's name.
        name: String,
    },
    /// The file isn't what it was.
    #[error("artefact {name} is damaged: its hash differs")]
    Damaged {
        /// The artefact's name.
        name: String,
    },
    /// The folder failed.
    #[error("artefact {name} cannot be read")]
    Io {
        /// The artefact's name.
        name: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

/// The folder that the settings name.
pub(super) fn folder(places: &Places) -> Result<PathBuf, StoreError> {
    match places.artefacts_url() {
        None => Ok(places.data.join("artefacts")),
        Some(path) if !path.contains("://") && !path.starts_with("file:") => Ok(PathBuf::from(path)),
        Some(url) => Url::parse(url)
            .ok()
            .filter(|url| url.scheme() == "file")
            .and_then(|url| url.to_file_path().ok())
            .ok_or(StoreError::UnsupportedArtefacts),
    }
}

impl Artefacts {
    /// Opens the folder, making it when it isn't there.
    ///
    /// # Errors
    /// When it can't be made or written to.
    pub fn open(folder: &Path) -> Result<Artefacts, StoreError> {
        make_folder("artefacts", folder)?;
        let artefacts = Artefacts { folder: folder.to_owned() };
        artefacts.probe()?;
        Ok(artefacts)
    }

    /// Keeps a file for good and tells its name. On its return, the bytes are on the disk.
    ///
    /// # Errors
    /// When the folder can't be written to.
    pub fn keep(&self, mut file: NamedTempFile) -> io::Result<String> {
        let name = hex::encode(sha256(file.as_file_mut())?);
        let path = self.path(&name);
        let parent = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent)?;
        let file = self.onto_this_disk(file)?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        File::open(parent)?.sync_all()?;
        Ok(name)
    }

    /// Opens a kept file after checking that it still is what its name says.
    ///
    /// # Errors
    /// When it is gone, damaged or can't be read.
    pub fn open_checked(&self, name: &str) -> Result<Artefact, ArtefactError> {
        let io = |source| ArtefactError::Io { name: name.to_owned(), source };
        let mut file = File::open(self.path(name)).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ArtefactError::Missing { name: name.to_owned() },
            _ => io(source),
        })?;
        let hash = sha256(&mut file).map_err(io)?;
        if hex::encode(hash) != name {
            return Err(ArtefactError::Damaged { name: name.to_owned() });
        }
        let bytes = file.metadata().map_err(io)?.len();
        Ok(Artefact { file, bytes })
    }

    /// The folder may lie on another disk than the spool, and a rename can't cross.
    fn onto_this_disk(&self, file: NamedTempFile) -> io::Result<NamedTempFile> {
        if same_disk(file.path(), &self.folder) {
            return Ok(file);
        }
        let mut copy = NamedTempFile::new_in(&self.folder)?;
        let mut source = file.reopen()?;
        io::copy(&mut source, &mut copy)?;
        copy.flush()?;
        Ok(copy)
    }

    pub(super) fn probe(&self) -> Result<(), StoreError> {
        NamedTempFile::new_in(&self.folder)
            .map(drop)
            .map_err(|source| StoreError::Folder { folder: "artefacts", source })
    }

    fn path(&self, name: &str) -> PathBuf {
        let shelf = name.get(..2).unwrap_or("__");
        self.folder.join(shelf).join(name)
    }
}

#[cfg(unix)]
fn same_disk(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let disk = |path: &Path| fs::metadata(path).map(|data| data.dev()).ok();
    disk(one) == disk(other)
}

#[cfg(not(unix))]
fn same_disk(_: &Path, _: &Path) -> bool {
    false
}

/// The hash of a whole file, which is left at its beginning.
///
/// # Errors
/// Those of reading it.
pub fn sha256(file: &mut File) -> io::Result<[u8; 32]> {
    file.rewind()?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            read => hash.update(&chunk[..read]),
        }
    }
    file.rewind()?;
    Ok(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(artefacts: &Artefacts, bytes: &[u8]) -> String {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        artefacts.keep(file).unwrap()
    }

    #[test]
    fn the_same_bytes_are_kept_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let artefacts = Artefacts::open(folder.path()).unwrap();
        let name = kept(&artefacts, b"dealers");
        assert_eq!(kept(&artefacts, b"dealers"), name);

        let mut artefact = artefacts.open_checked(&name).unwrap();
        let mut text = String::new();
        artefact.file.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), artefact.bytes), ("dealers", 7));
    }

    #[test]
    fn a_damaged_file_and_a_missing_one_are_told_apart_and_mended_by_the_next_upload() {
        let folder = tempfile::tempdir().unwrap();
        let artefacts = Artefacts::open(folder.path()).unwrap();
        let name = kept(&artefacts, b"dealers");
        fs::write(artefacts.path(&name), "dea1ers").unwrap();
        assert!(matches!(artefacts.open_checked(&name), Err(ArtefactError::Damaged { .. })));
        fs::remove_file(artefacts.path(&name)).unwrap();
        assert!(matches!(artefacts.open_checked(&name), Err(ArtefactError::Missing { .. })));

        kept(&artefacts, b"dealers");
        assert!(artefacts.open_checked(&name).is_ok());
    }

    #[test]
    fn a_folder_is_taken_as_path_or_file_url_and_nothing_else() {
        let places =
            |url: &str| Places { data: "data".into(), database_url: None, artefacts_url: Some(url.to_owned()) };
        assert_eq!(folder(&places("/srv/files")).unwrap(), Path::new("/srv/files"));
        assert_eq!(folder(&places("file:///srv/my%20files")).unwrap(), Path::new("/srv/my files"));
        assert_eq!(folder(&places("")).unwrap(), Path::new("data/artefacts"));
        for url in ["s3://bucket/x", "https://example.org/x", "file://host/x?y"] {
            assert!(matches!(folder(&places(url)), Err(StoreError::UnsupportedArtefacts)), "{url}");
        }
    }
}
