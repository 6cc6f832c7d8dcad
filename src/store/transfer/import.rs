//! In: everything is looked at first, then the files are kept, then all rows are committed at once.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use sqlx::{Any, AssertSqlSafe, Transaction};

use super::manifest::{Manifest, TableSum};
use super::rows::{self, Object};
use super::tables::{TABLES, Table};
use super::{TransferError, TransferFault};
use crate::{Hashed, Store, StoreError, sha256};

impl Store {
    /// Fills an empty store from an export.
    ///
    /// # Errors
    /// When the export is at fault (all that is wrong is reported), the store isn't empty, or it fails. No row is there then.
    pub async fn import(&self, folder: &Path) -> Result<Manifest, TransferError> {
        let manifest = Manifest::read(folder)?;
        let mut faults = judge(&manifest, folder)?;
        faults.extend(self.first_table_with_rows().await?.map(|table| TransferFault::NotAnEmptyStore { table }));
        if !faults.is_empty() {
            return Err(TransferError::Faults(faults));
        }
        self.keep_all(folder, &named(folder)?).await?;
        let mut transaction = self.database.begin().await?;
        // What is in a new store: the log's head, and the administrator's account.
        for delete in ["DELETE FROM audit_head", "DELETE FROM people"] {
            sqlx::query(delete).execute(&mut *transaction).await?;
        }
        for table in TABLES {
            insert_all(&mut transaction, table, folder).await?;
        }
        transaction.commit().await?;
        Ok(manifest)
    }

    async fn first_table_with_rows(&self) -> Result<Option<&'static str>, TransferError> {
        for table in TABLES.iter().filter(|table| table.name != "audit_head") {
            let beyond = if table.name == "people" { "WHERE id <> 'admin'" } else { "" };
            let one = format!("SELECT 1 FROM {} {beyond} LIMIT 1", table.name);
            if sqlx::query(AssertSqlSafe(one)).fetch_optional(&self.database.pool).await?.is_some() {
                return Ok(Some(table.name));
            }
        }
        Ok(None)
    }

    /// Keeps the artefacts that the rows name. All that are missing or damaged are reported at once.
    async fn keep_all(&self, folder: &Path, names: &BTreeSet<String>) -> Result<(), TransferError> {
        let mut faults = Vec::new();
        for name in names {
            let path = folder.join("artefacts").join(name.get(..2).unwrap_or_default()).join(name);
            let io = |source| TransferError::Io { path: path.clone(), source };
            let Ok(mut file) = File::open(&path) else {
                faults.push(TransferFault::BadArtefact { name: name.clone() });
                continue;
            };
            let mut spooled = self.spool().file().map_err(io)?;
            io::copy(&mut file, &mut spooled).map_err(io)?;
            let hashed = Hashed::of(spooled).map_err(io)?;
            match hashed.name() == name {
                true => self.artefacts().keep_hashed(&hashed).await.map_err(StoreError::from)?,
                false => faults.push(TransferFault::BadArtefact { name: name.clone() }),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(TransferError::Faults(faults)) }
    }
}

/// What is wrong with an export, as far as its tables tell.
fn judge(manifest: &Manifest, folder: &Path) -> Result<Vec<TransferFault>, TransferError> {
    let mut faults = Vec::new();
    let is_reported = |table: &Table| manifest.tables.iter().any(|sum| sum.name == table.name);
    let is_known = |sum: &&TableSum| TABLES.iter().any(|table| table.name == sum.name);
    let missing = TABLES.iter().filter(|table| !is_reported(table)).map(|table| table.name.to_owned());
    let unknown = manifest.tables.iter().filter(|sum| !is_known(sum)).map(|sum| sum.name.clone());
    faults.extend(missing.chain(unknown).map(|name| TransferFault::Tables { name }));
    for sum in manifest.tables.iter().filter(is_known) {
        if sha256_of(&table_path(folder, &sum.name)).ok().as_ref() != Some(&sum.sha256) {
            faults.push(TransferFault::DamagedTable { name: sum.name.clone() });
        }
    }
    Ok(faults)
}

/// The artefacts that the rows name.
fn named(folder: &Path) -> Result<BTreeSet<String>, TransferError> {
    let mut names = BTreeSet::new();
    for table in TABLES.iter().filter(|table| !table.artefacts.is_empty()) {
        for object in objects(table, folder)? {
            let object = object?;
            let named = table.artefacts.iter().filter_map(|column| object.get(*column)?.as_str());
            names.extend(named.map(str::to_owned));
        }
    }
    Ok(names)
}

async fn insert_all(
    transaction: &mut Transaction<'static, Any>,
    table: &'static Table,
    folder: &Path,
) -> Result<(), TransferError> {
    for (line, object) in (1..).zip(objects(table, folder)?) {
        let bad = || TransferError::Faults(vec![TransferFault::BadRow { table: table.name.to_owned(), line }]);
        let insert = rows::insert(table.name, &object?).ok_or_else(bad)?;
        insert.execute(&mut **transaction).await?;
    }
    Ok(())
}

/// The rows of a table's file.
fn objects(
    table: &'static Table,
    folder: &Path,
) -> Result<impl Iterator<Item = Result<Object, TransferError>> + use<>, TransferError> {
    let path = table_path(folder, table.name);
    let file = File::open(&path).map_err(|source| TransferError::Io { path: path.clone(), source })?;
    let bad = move |line| TransferError::Faults(vec![TransferFault::BadRow { table: table.name.to_owned(), line }]);
    let lines = (1..).zip(BufReader::new(file).lines());
    Ok(lines.map(move |(line, text)| {
        let text = text.map_err(|source| TransferError::Io { path: path.clone(), source })?;
        serde_json::from_str(&text).map_err(|_| bad(line))
    }))
}

fn table_path(folder: &Path, name: &str) -> PathBuf {
    folder.join("tables").join(format!("{name}.jsonl"))
}

fn sha256_of(path: &Path) -> io::Result<String> {
    Ok(hex::encode(sha256(&mut File::open(path)?)?))
}
