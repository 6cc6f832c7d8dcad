//! What older programs stored, brought into today's form at the start, before anybody is served.
//!
//! Regions of runs were stored without case and space (`northwest`); what a token is limited to is compared with their canonical form
//! (`North West`). Nobody can tell the one from the other, so the uploads of these runs are read again, once.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::telemetry::causes;
use dealerbook_base::key::{Key, is_all_han};
use dealerbook_engine::schema::normalise;
use dealerbook_output::pipeline::{self, Engine, Job, Options, PolicyChoice};
use dealerbook_store::{ArtefactError, Artefacts, OldRegions, Store, StoreError};

/// Renews the regions of runs that an older program stored. A second start finds nothing left to do.
///
/// Where an upload is gone or can't be read any more, a region is spelled as it is elsewhere in the store, and stays as it is where it is
/// nowhere. Where the artefacts can't be reached, their runs are left to the next start; until then no limited token sees them.
///
/// # Errors
/// When the database fails; then all of them are as they were.
pub async fn renew_regions(store: &Store, engine: &Engine) -> Result<(), StoreError> {
    let old = store.old_regions().await?;
    if old.is_empty() {
        return Ok(());
    }
    tracing::info!(runs = old.len(), "bringing the regions of runs of an older version up to date");
    let engine = Arc::new(engine.clone());
    let mut by_upload: HashMap<String, Option<Vec<Key>>> = HashMap::new();
    for run in old.iter().filter(|run| !run.regions.iter().all(|region| is_unmistakable(region))) {
        if !by_upload.contains_key(&run.upload_sha256) {
            let read = read_regions(store.artefacts(), &run.upload_sha256, &engine).await;
            by_upload.insert(run.upload_sha256.clone(), read);
        }
    }
    let mut spelled = store.spelled_regions().await?;
    spelled.extend(by_upload.values().flatten().flatten().cloned());
    let renewed = |run: OldRegions| {
        let of_upload = match by_upload.get(&run.upload_sha256) {
            Some(None) => return None,
            Some(Some(regions)) => regions.as_slice(),
            None => &[],
        };
        let keys = run.regions.iter().flat_map(|region| keys_of(region, of_upload, &spelled)).collect::<BTreeSet<_>>();
        Some((run.run_id, keys.into_iter().collect()))
    };
    let renewed: Vec<(String, Vec<Key>)> = old.into_iter().filter_map(renewed).collect();
    store.renew_regions(&renewed).await
}

/// Whether a region that was stored without case and space can have been spelled in ways of one key only.
fn is_unmistakable(stored: &str) -> bool {
    is_all_han(&normalise(stored))
}

/// Returns the keys that a stored region stands for: those of the upload, else the first one elsewhere, else itself.
fn keys_of(stored: &str, of_upload: &[Key], spelled: &[Key]) -> Vec<Key> {
    let form = normalise(stored);
    let is_it = |key: &&Key| normalise(key.shown()) == form;
    let own: Vec<Key> = of_upload.iter().filter(is_it).cloned().collect();
    match own.is_empty() {
        true if is_all_han(&form) => vec![Key::new(&form)],
        true => vec![spelled.iter().find(is_it).cloned().unwrap_or_else(|| Key::new(stored))],
        false => own,
    }
}

/// Reads the regions of an upload: no region where it can't be read any more, which is noted; `None` where it can't be reached now.
async fn read_regions(artefacts: &Artefacts, upload: &str, engine: &Arc<Engine>) -> Option<Vec<Key>> {
    let unread = |cause: String| {
        tracing::warn!(upload, cause, "the regions of an upload cannot be read any more");
        Some(Vec::new())
    };
    let mut file = match artefacts.open_checked(upload).await {
        Ok(artefact) => artefact.file,
        Err(error @ (ArtefactError::Missing { .. } | ArtefactError::Damaged { .. })) => return unread(causes(&error)),
        Err(error) => {
            tracing::warn!(
                upload,
                cause = causes(&error),
                "an upload cannot be reached: its regions are read at the next start"
            );
            return None;
        }
    };
    let engine = engine.clone();
    let read = move || -> Result<Vec<Key>, Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let job = Job {
            bytes: &bytes,
            filename: None,
            options: &Options { check_only: true, ..Options::default() },
            engine: &engine,
            policy: PolicyChoice::Default,
            json: false,
            stop: &AtomicBool::new(false),
            observer: None,
        };
        Ok(pipeline::regions(&job)?)
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(regions)) => Some(regions),
        Ok(Err(error)) => unread(error.to_string()),
        Err(error) => unread(causes(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(texts: &[&str]) -> Vec<Key> {
        texts.iter().map(|text| Key::new(text)).collect()
    }

    #[test]
    fn a_stored_region_is_spelled_as_the_upload_has_it_else_as_the_store_has_it() {
        let upload = keys(&["North West", "north west", "西北区", "华东 1 区"]);
        let store = keys(&["South East"]);
        assert_eq!(keys_of("northwest", &upload, &store), keys(&["North West", "north west"]));
        assert_eq!(keys_of("华东1区", &upload, &store), keys(&["华东 1 区"]));
        assert_eq!(keys_of("southeast", &upload, &store), keys(&["South East"]));
        assert_eq!(keys_of("nowhere", &upload, &store), keys(&["nowhere"]));
    }

    #[test]
    fn chinese_regions_need_no_upload() {
        assert!(is_unmistakable("西北区"));
        assert!(is_unmistakable("西北\u{200B}区"));
        assert!(!is_unmistakable("华东1区"));
        assert_eq!(keys_of("西北\u{200B}区", &[], &[]), keys(&["西北区"]));
    }
}
