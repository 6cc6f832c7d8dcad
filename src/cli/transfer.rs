//! `dealerbook export` and `dealerbook import`: everything that is kept, as a folder.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DATA_AT_FAULT, Outcome, print};
use dealerbook_base::lang::Lang;
use dealerbook_config::{self as config, Places};
use dealerbook_store::{Manifest, Store, TransferError, TransferFault};

/// What is to be taken out or brought in.
#[derive(Debug, Args)]
pub struct TransferArgs {
    /// The folder of the export
    folder: PathBuf,
    #[command(flatten)]
    places: Places,
    /// Language of what is said: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
}

pub const EXPORT_EXAMPLES: &str = "\
Examples:
  dealerbook export backup-2026-11-22           # of the service that keeps its data in ./data
  dealerbook export backup --data /srv/dealerbook

The service may go on meanwhile. The folder holds every run with its files, the batches, the hashes of tokens and the audit log.";

pub const IMPORT_EXAMPLES: &str = "\
Examples:
  dealerbook import backup --data elsewhere
  dealerbook import backup --database-url postgres://dealerbook@db/dealerbook --artefacts-url s3://dealerbook

Into an empty database, before the service starts there for the first time.";

/// Writes everything that is kept into a folder.
pub async fn export(args: TransferArgs) -> Outcome {
    let store = Store::open(&args.places).await?;
    let done = store.export(&args.folder).await;
    store.close().await;
    finish(done, &args, ("已导出", "exported"))
}

/// Fills an empty store from a folder.
pub async fn import(args: TransferArgs) -> Outcome {
    let store = Store::open(&args.places).await?;
    let done = store.import(&args.folder).await;
    store.close().await;
    finish(done, &args, ("已导入", "imported"))
}

fn finish(done: Result<Manifest, TransferError>, args: &TransferArgs, (zh, en): (&str, &str)) -> Outcome {
    let lang = args.lang;
    match done {
        Ok(manifest) => {
            print(lang.pick(zh, en))?;
            for table in &manifest.tables {
                print(format_args!("{:>9}  {}", table.rows, table.name))?;
            }
            print(format_args!("{:>9}  {}", manifest.artefacts, lang.pick("个文件", "files")))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(TransferError::Faults(faults)) => {
            faults.iter().for_each(|fault| eprintln!("dealerbook: {}", words(fault, lang)));
            Ok(ExitCode::from(DATA_AT_FAULT))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong and what to do about it.
fn words(fault: &TransferFault, lang: Lang) -> String {
    let (zh, en) = match fault {
        TransferFault::NotEmpty { path } => (
            format!("文件夹 {} 不是空的。请指定一个新文件夹。", path.display()),
            format!("the folder {} isn't empty. Name a new one.", path.display()),
        ),
        TransferFault::NotAnExport { path } => (
            format!("{} 不是本版本的完整导出。请指定由 export 写成的文件夹。", path.display()),
            format!("{} is no whole export of this version. Name a folder that export has written.", path.display()),
        ),
        TransferFault::Tables { name } => (
            format!("数据表 {name} 只在导出或本版本中存在。请用写成该导出的版本导入。"),
            format!(
                "only one of the export and this version has the table {name}. Import it with the version that wrote it."
            ),
        ),
        TransferFault::DamagedTable { name } => (
            format!("tables/{name}.jsonl 缺失或与导出时不一致。请重新导出。"),
            format!("tables/{name}.jsonl is missing or not as it was exported. Export again."),
        ),
        TransferFault::BadRow { table, line } => (
            format!("tables/{table}.jsonl 第 {line} 行无法读取。请重新导出。"),
            format!("line {line} of tables/{table}.jsonl can't be read. Export again."),
        ),
        TransferFault::BadArtefact { name } => (
            format!("文件 {name} 缺失或已损坏。请先恢复该文件，或删除引用它的运行。"),
            format!("the file {name} is missing or damaged. Restore it, or delete the runs that name it."),
        ),
        TransferFault::NotAnEmptyStore { table } => (
            format!("目标中已有数据（{table}）。请导入到一个空的数据库。"),
            format!("there are data already ({table}). Import into an empty database."),
        ),
    };
    lang.pick(&zh, &en).to_owned()
}
