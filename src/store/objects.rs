//! Where artefacts lie: a folder or a bucket. object_store serves both; where they differ, it is said here and nowhere else.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use url::Url;

use super::tenancy::{Tenancy, clear_leftovers};
use super::{StoreError, close_to_others, make_folder, private_folder};
use dealerbook_config::{Bucket, Places, cryptography};

/// A bucket that doesn't answer is asked again for no longer than this: whoever waits is reported to come back.
const RETRY: RetryConfig = RetryConfig {
    backoff: BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(1), base: 2.0 },
    max_retries: 3,
    retry_timeout: Duration::from_secs(5),
};

/// What the names of files begin with that are written to see whether that can be done.
pub(super) const PROBE_PREFIX: &str = "probe-";

/// Where artefacts lie.
#[derive(Clone, Debug)]
pub struct Objects {
    /// What they are written to and read from.
    pub store: Arc<dyn ObjectStore>,
    /// The folder, where it is one.
    folder: Option<PathBuf>,
    _tenancy: Option<Arc<Tenancy>>,
}

impl Objects {
    /// Opens the place that the settings name, a folder being made when it isn't there. A bucket isn't asked yet.
    ///
    /// # Errors
    /// When the URL is of another kind, a bucket's settings make no sense, or the folder can't be made.
    pub fn open(places: &Places) -> Result<Objects, StoreError> {
        cryptography::install();
        match Place::of(places)? {
            Place::Folder(folder) => Objects::folder(folder),
            Place::Bucket(url) => Objects::bucket(&url, &places.bucket),
        }
    }

    fn folder(folder: PathBuf) -> Result<Objects, StoreError> {
        let unusable = |source| StoreError::Folder { folder: "artefacts", source };
        make_folder("artefacts", &folder)?;
        let tenancy = Tenancy::enter(&folder, |age_min| clear_half_written(&folder, age_min));
        close_shelves(&folder);
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|error| unusable(io::Error::other(error)))?;
        Ok(Objects { store: Arc::new(store.with_fsync(true)), folder: Some(folder), _tenancy: Some(Arc::new(tenancy)) })
    }

    fn bucket(url: &Url, settings: &Bucket) -> Result<Objects, StoreError> {
        let mut builder = AmazonS3Builder::new();
        for (name, value) in settings.settings() {
            // AWS_* has much that concerns other tools only.
            if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                builder = builder.with_config(key, value);
            }
        }
        let builder = builder.with_retry(RETRY).with_bucket_name(url.host_str().unwrap_or_default());
        let prefix =
            object_store::path::Path::from_url_path(url.path()).map_err(|_| StoreError::UnsupportedArtefacts)?;
        let store = PrefixStore::new(builder.build().map_err(StoreError::Bucket)?, prefix);
        Ok(Objects { store: Arc::new(store), folder: None, _tenancy: None })
    }

    /// Makes the shelf for an object, closed to other users, whatever the folder itself is.
    ///
    /// # Errors
    /// When the folder is gone or can't be written to.
    pub fn prepare(&self, shelf: &str) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let shelf = folder.join(shelf);
        if shelf.is_dir() {
            return Ok(());
        }
        self.stand()?;
        private_folder(&shelf)?;
        File::open(folder)?.sync_all()
    }

    /// Closes an object that has been written to others.
    pub fn close(&self, path: &object_store::path::Path) {
        if let Some(folder) = &self.folder {
            close_to_others(&folder.join(path.as_ref()));
        }
    }

    /// Whether the folder is still there: object_store would make it anew, perhaps on another disk.
    ///
    /// # Errors
    /// When it isn't.
    pub fn stand(&self) -> io::Result<()> {
        self.folder.as_ref().map_or(Ok(()), |folder| fs::metadata(folder).map(drop))
    }
}

/// What the settings name.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Folder(PathBuf),
    Bucket(Url),
}

impl Place {
    fn of(places: &Places) -> Result<Place, StoreError> {
        let text = match places.artefacts_url() {
            None => return Ok(Place::Folder(places.data.join("artefacts"))),
            Some(path) if !path.contains("://") && !path.starts_with("file:") => return Ok(Place::Folder(path.into())),
            Some(text) => text,
        };
        let url = Url::parse(text).map_err(|_| StoreError::UnsupportedArtefacts)?;
        let plain =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.port().is_none();
        match url.scheme() {
            "file" => url.to_file_path().map(Place::Folder).map_err(|()| StoreError::UnsupportedArtefacts),
            "s3" if plain && url.has_host() => Ok(Place::Bucket(url)),
            _ => Err(StoreError::UnsupportedArtefacts),
        }
    }
}

/// What a crash left of objects that were being written: object_store calls them NAME#1, NAME#2 ….
fn clear_half_written(folder: &Path, age_min: Duration) -> io::Result<()> {
    clear_leftovers(folder, age_min, |name| name.starts_with(PROBE_PREFIX))?;
    for shelf in fs::read_dir(folder)? {
        let shelf = shelf?.path();
        if shelf.is_dir() {
            clear_leftovers(&shelf, age_min, |name| name.contains('#'))?;
        }
    }
    Ok(())
}

/// Shelves of an earlier program, or of one with other ideas of what is private, and the files in them.
fn close_shelves(folder: &Path) {
    for shelf in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if shelf.is_dir() && close_to_others(&shelf) {
            for file in fs::read_dir(&shelf).into_iter().flatten().flatten() {
                close_to_others(&file.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> Result<Place, StoreError> {
        Place::of(&Places { data: "data".into(), artefacts_url: Some(url.to_owned()), ..Places::default() })
    }

    #[test]
    fn a_folder_is_taken_as_path_or_file_url_a_bucket_as_s3_url_and_nothing_else() {
        let folder = |path: &str| Place::Folder(path.into());
        assert_eq!(place("/srv/files").unwrap(), folder("/srv/files"));
        assert_eq!(place("file:///srv/my%20files").unwrap(), folder("/srv/my files"));
        assert_eq!(place("").unwrap(), folder("data/artefacts"));
        assert_eq!(place("s3://bucket/x").unwrap(), Place::Bucket("s3://bucket/x".parse().unwrap()));
        for url in
            ["https://example.org/x", "file://host/x?y", "s3://", "s3:///x", "s3://key@bucket/x", "s3://bucket?x"]
        {
            assert!(matches!(place(url), Err(StoreError::UnsupportedArtefacts)), "{url}");
        }
    }
}
