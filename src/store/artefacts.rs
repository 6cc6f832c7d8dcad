//! Files that are kept, each named by its own SHA-256: the same bytes are kept once, and a damaged file is noticed when it is read.
//!
//! Files that a crash leaves without a run are harmless: the next upload of the same bytes takes them over.
//!
//! `keep` always writes, even where the file is there: a damaged one is repaired, and its time says when it was last needed, so that files
//! which nothing names may be deleted by age without a lock between servers. A file that comes from a bucket is checked in a nameless file
//! of the spool before its first byte is answered with; a folder is written with fsync before and after the rename. “Not found” is believed
//! only where the place itself works, since a bucket or disk that is gone says the same. How much is being written at the same time is
//! bounded in mebibytes.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, TryStreamExt, future};
use jiff::Timestamp;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{GetResult, GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::objects::{Objects, PROBE_PREFIX};
use super::spool::PROBE;
use super::{Spool, StoreError};
use dealerbook_config::Places;

const CHUNK_BYTES: usize = 256 << 10;
/// What is larger is written in parts of this size; so much of each file that is being kept is in memory.
const PART_BYTES: usize = 8 << 20;
/// Mebibytes of files that are being written; others wait on disk.
const WRITING_MIB_MAX: usize = 32;
/// A file that can't be kept within this is given up, so that requests don't pile up behind a place that is slow or gone.
const KEEP_TIME_MAX: Duration = Duration::from_secs(60);
/// A place that takes longer to say that it works doesn't.
const PROBE_TIME_MAX: Duration = Duration::from_secs(10);
/// A SHA-256 in hexadecimal.
const NAME_CHARS: usize = 64;

/// The artefacts, in a folder or a bucket.
#[derive(Debug)]
pub struct Artefacts {
    objects: Objects,
    spool: Arc<Spool>,
    /// A permit a mebibyte.
    room: Semaphore,
    /// What is written and deleted to see whether the place works; servers that share it have one each.
    probe: Path,
}

/// A file with its name, ready to be kept.
#[derive(Debug)]
pub struct Hashed {
    file: NamedTempFile,
    name: String,
}

impl Hashed {
    /// Reads the whole file for its name. Synchronous.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn of(mut file: NamedTempFile) -> io::Result<Hashed> {
        let name = hex::encode(sha256(file.as_file_mut())?);
        Ok(Hashed { file, name })
    }

    /// The name under which it will be kept.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its length.
    ///
    /// # Errors
    /// When it can't be reported.
    pub fn bytes(&self) -> io::Result<u64> {
        Ok(self.file.as_file().metadata()?.len())
    }

    /// Where it lies until it is kept.
    pub fn path(&self) -> &std::path::Path {
        self.file.path()
    }

    /// What keeping it takes, at least one.
    #[expect(clippy::cast_possible_truncation, reason = "parts of 1 MiB, of which a part has a few")]
    fn mebibytes_in_memory(&self) -> u32 {
        let bytes = self.file.as_file().metadata().map_or(PART_BYTES as u64, |data| data.len());
        bytes.min(PART_BYTES as u64).div_ceil(1 << 20).max(1) as u32
    }
}

/// A file that is kept, opened for reading and checked against its name.
#[derive(Debug)]
pub struct Artefact {
    /// The file, at its beginning.
    pub file: File,
    /// Its length.
    pub bytes: u64,
}

/// A file that is kept, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Its name.
    pub name: String,
    /// When it was kept last.
    pub kept_at: Timestamp,
}

/// Why an artefact can't be kept or read.
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
    /// The file on its way from or to the artefacts can't be read or written.
    #[error("artefact {name} cannot be read or written on this machine")]
    Io {
        /// The artefact's name.
        name: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The folder or bucket failed.
    #[error(
        "the artefacts' folder or bucket cannot be used: see whether it is there and can be written to, and whether DEALERBOOK_ARTEFACTS_URL is right"
    )]
    Place(#[source] io::Error),
    /// The folder or bucket takes too long.
    #[error(
        "the artefacts' folder or bucket takes too long: see whether it works, and whether DEALERBOOK_ARTEFACTS_URL is right"
    )]
    TooSlow,
}

impl Artefacts {
    /// Opens the folder or bucket that the settings name. What comes out of a bucket is checked in the spool.
    ///
    /// # Errors
    /// When it can't be written to.
    pub async fn open(places: &Places, spool: Arc<Spool>) -> Result<Artefacts, StoreError> {
        let probe = Path::from(format!("{PROBE_PREFIX}{}", Uuid::now_v7()));
        let room = Semaphore::new(WRITING_MIB_MAX);
        let artefacts = Artefacts { objects: Objects::open(places)?, spool, room, probe };
        artefacts.probe().await?;
        Ok(artefacts)
    }

    /// Keeps a file for good and says its name. On its return, the bytes are where they outlive a power cut; where they were already,
    /// they are kept from now on.
    ///
    /// # Errors
    /// When the file can't be read, or the folder or bucket can't be written to.
    pub async fn keep(&self, file: NamedTempFile) -> Result<String, ArtefactError> {
        let io = |source| ArtefactError::Io { name: "(new)".to_owned(), source };
        let hashed = on_a_thread(move || Hashed::of(file)).await.map_err(io)?;
        self.keep_hashed(&hashed).await?;
        Ok(hashed.name)
    }

    /// Keeps a file under the name that it has already.
    ///
    /// # Errors
    /// As [`Artefacts::keep`].
    pub async fn keep_hashed(&self, hashed: &Hashed) -> Result<(), ArtefactError> {
        let write = async {
            let _taken = self.room.acquire_many(hashed.mebibytes_in_memory()).await;
            self.write(hashed).await
        };
        tokio::time::timeout(KEEP_TIME_MAX, write).await.map_err(|_| ArtefactError::TooSlow)?
    }

    /// Opens a kept file after checking that it still is what its name says. It comes from where it lies without being held in memory.
    ///
    /// # Errors
    /// When it is gone, damaged or can't be read.
    pub async fn open_checked(&self, name: &str) -> Result<Artefact, ArtefactError> {
        let io = |source| ArtefactError::Io { name: name.to_owned(), source };
        let found = match self.objects.store.get(&path(name)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Err(self.missing(name).await),
            Err(error) => return Err(place(error)),
        };
        let mut file = self.local(found, name).await?;
        let (file, hash) = on_a_thread(move || sha256(&mut file).map(|hash| (file, hash))).await.map_err(io)?;
        if hex::encode(hash) != name {
            return Err(ArtefactError::Damaged { name: name.to_owned() });
        }
        let bytes = file.metadata().map_err(io)?.len();
        Ok(Artefact { file, bytes })
    }

    /// The files that were last kept before a time, in no order: what nothing names any more may be deleted.
    pub fn kept_before(&self, time: Timestamp) -> impl Stream<Item = Result<KeptFile, ArtefactError>> + Send + 'static {
        let listed = self.objects.store.list(None).map_err(place);
        let files = listed.try_filter_map(|object| future::ready(Ok(kept_file(&object))));
        files.try_filter(move |file| future::ready(file.kept_at < time))
    }

    /// When a file was last kept; nothing where there is none.
    ///
    /// # Errors
    /// When the folder or bucket fails.
    pub async fn kept_at(&self, name: &str) -> Result<Option<Timestamp>, ArtefactError> {
        match self.objects.store.head(&path(name)).await {
            Ok(object) => Ok(kept_file(&object).map(|file| file.kept_at)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(place(error)),
        }
    }

    /// Deletes a file; one that is gone already counts as deleted.
    ///
    /// # Errors
    /// When the folder or bucket fails.
    pub async fn delete(&self, name: &str) -> Result<(), ArtefactError> {
        self.remove(&path(name)).await
    }

    /// Whether files can be written and deleted.
    pub(super) async fn probe(&self) -> Result<(), ArtefactError> {
        self.objects.stand().map_err(ArtefactError::Place)?;
        let tried = async {
            self.objects.store.put(&self.probe, PutPayload::from_static(&PROBE)).await.map_err(place)?;
            self.remove(&self.probe).await
        };
        tokio::time::timeout(PROBE_TIME_MAX, tried).await.map_err(|_| ArtefactError::TooSlow)?
    }

    async fn write(&self, hashed: &Hashed) -> Result<(), ArtefactError> {
        let Hashed { file, name } = hashed;
        let io = |source| ArtefactError::Io { name: name.clone(), source };
        self.objects.prepare(shelf(name)).map_err(ArtefactError::Place)?;
        let source = tokio::fs::File::open(file.path()).await.map_err(io)?;
        let mut chunks = ReaderStream::with_capacity(source, CHUNK_BYTES);
        let store = self.objects.store.clone();
        let mut out = BufWriter::with_capacity(store, path(name), PART_BYTES).with_max_concurrency(1);
        let copied = async {
            while let Some(chunk) = chunks.try_next().await.map_err(io)? {
                out.put(chunk).await.map_err(place)?;
            }
            Ok(())
        };
        if let Err(error) = copied.await {
            // Parts that stay behind in a bucket are paid for.
            let _ = out.abort().await;
            return Err(error);
        }
        out.shutdown().await.map_err(ArtefactError::Place)?;
        self.objects.close(&path(name));
        Ok(())
    }

    /// The file itself, or a copy of what a bucket sends.
    async fn local(&self, found: GetResult, name: &str) -> Result<File, ArtefactError> {
        let io = |source| ArtefactError::Io { name: name.to_owned(), source };
        let mut chunks = match found.payload {
            GetResultPayload::File(file, _) => return Ok(file),
            GetResultPayload::Stream(chunks) => chunks,
        };
        let copy = self.spool.nameless().map_err(io)?;
        let mut out = tokio::fs::File::from_std(copy.try_clone().map_err(io)?);
        while let Some(chunk) = chunks.try_next().await.map_err(place)? {
            out.write_all(&chunk).await.map_err(io)?;
        }
        out.flush().await.map_err(io)?;
        Ok(copy)
    }

    /// That a file is missing is believed only where its place is there.
    async fn missing(&self, name: &str) -> ArtefactError {
        match self.probe().await {
            Ok(()) => ArtefactError::Missing { name: name.to_owned() },
            Err(error) => error,
        }
    }

    async fn remove(&self, path: &Path) -> Result<(), ArtefactError> {
        match self.objects.store.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(place(error)),
        }
    }
}

fn place(error: object_store::Error) -> ArtefactError {
    ArtefactError::Place(error.into())
}

fn shelf(name: &str) -> &str {
    name.get(..2).unwrap_or("__")
}

fn path(name: &str) -> Path {
    Path::from_iter([shelf(name), name])
}

/// What a listed object is, unless it is none of ours.
fn kept_file(object: &ObjectMeta) -> Option<KeptFile> {
    let name = object.location.filename().filter(|name| name.len() == NAME_CHARS)?;
    let kept_at = Timestamp::from_millisecond(object.last_modified.timestamp_millis()).ok()?;
    Some(KeptFile { name: name.to_owned(), kept_at })
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
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
