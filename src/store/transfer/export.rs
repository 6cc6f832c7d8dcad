//! Out: one view of the database, row by row, then the files that its rows name.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::manifest::{self, Manifest, TableSum};
use super::tables::{TABLES, Table};
use super::{TransferError, TransferFault, rows};
use crate::{Artefacts, Store, private_file, private_folder};

impl Store {
    /// Writes everything that is kept into an empty folder, or one that isn't there yet. Others may go on working meanwhile: what is
    /// written is what there was at the beginning.
    ///
    /// # Errors
    /// When the folder can't be written to or isn't empty, an artefact is missing or damaged, or the database fails. What was written is
    /// no export then: it doesn't say that it is one.
    pub async fn export(&self, folder: &Path) -> Result<Manifest, TransferError> {
        let io = |source| TransferError::Io { path: folder.to_owned(), source };
        private_folder(&folder.join("tables")).map_err(io)?;
        if fs::read_dir(folder).map_err(io)?.count() > 1 || fs::read_dir(folder.join("tables")).map_err(io)?.count() > 0
        {
            return Err(TransferError::Faults(vec![TransferFault::NotEmpty { path: folder.to_owned() }]));
        }
        let mut names = BTreeSet::new();
        let mut tables = Vec::new();
        let mut view = self.database.view().await?;
        for table in TABLES {
            tables.push(write_table(&mut view, table, folder, &mut names).await?);
        }
        view.rollback().await?;
        let (artefacts, to) = (self.artefacts().clone(), folder.join("artefacts"));
        let count = names.len() as u64;
        copy_all(&artefacts, names, &to).await?;
        let manifest = Manifest { format: manifest::FORMAT, tables, artefacts: count };
        manifest.write(folder)?;
        Ok(manifest)
    }
}

async fn write_table(
    view: &mut Transaction<'static, Any>,
    table: &Table,
    folder: &Path,
    names: &mut BTreeSet<String>,
) -> Result<TableSum, TransferError> {
    let path = folder.join("tables").join(format!("{}.jsonl", table.name));
    let io = |source| TransferError::Io { path: path.clone(), source };
    let mut out = BufWriter::new(private_file(&path).map_err(io)?);
    let mut hash = Sha256::new();
    let mut count = 0;
    let mut rows = sqlx::query(AssertSqlSafe(table.select())).fetch(&mut **view);
    while let Some(row) = rows.try_next().await? {
        let object = rows::object(&row)?;
        let named = table.artefacts.iter().filter_map(|column| object.get(*column)?.as_str());
        names.extend(named.map(str::to_owned));
        let mut line = serde_json::to_vec(&object).map_err(|error| io(error.into()))?;
        line.push(b'\n');
        hash.update(&line);
        out.write_all(&line).map_err(io)?;
        count += 1;
    }
    out.flush().map_err(io)?;
    Ok(TableSum { name: table.name.to_owned(), rows: count, sha256: hex::encode(hash.finalize()) })
}

/// Copies artefacts, each in a folder of its first two digits. All that are missing or damaged are reported at once.
async fn copy_all(artefacts: &Artefacts, names: BTreeSet<String>, to: &Path) -> Result<(), TransferError> {
    let mut faults = Vec::new();
    for name in names {
        let path = to.join(name.get(..2).unwrap_or_default()).join(&name);
        let io = |source| TransferError::Io { path: path.clone(), source };
        match artefacts.open_checked(&name).await {
            Ok(mut artefact) => {
                path.parent().map_or(Ok(()), private_folder).map_err(io)?;
                let mut file = private_file(&path).map_err(io)?;
                io::copy(&mut artefact.file, &mut file).map_err(io)?;
                file.sync_all().map_err(io)?;
            }
            Err(_) => faults.push(TransferFault::BadArtefact { name }),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(TransferError::Faults(faults)) }
}
