//! `dealerbook template`: an empty workbook to be filled in, the same that the server gives.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::one::ordinary_file;
use super::{Outcome, print};
use dealerbook_base::lang::Lang;
use dealerbook_config as config;
use dealerbook_engine::schema::Schemas;
use dealerbook_output::report::template::{self, NoSuchTemplate};

/// Which template goes where.
#[derive(Clone, Debug, Args)]
#[command(after_help = examples())]
pub struct TemplateArgs {
    /// Which template: `workbook` for every sheet, a programme for the sheets that it reads, or one sheet
    name: String,
    /// Where it goes, an existing file being replaced; else a file named after the template, in this folder, if there is none yet
    #[arg(short, long, value_name = "OUT.xlsx")]
    out: Option<PathBuf>,
    /// The language of labels, notes and lists: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
enum TemplateError {
    #[error("{0}")]
    NoSuchTemplate(String),
    #[error("{path}: {words}")]
    IsThere { path: String, words: &'static str },
    #[error("{path}")]
    File { path: String, source: std::io::Error },
}

/// Writes the template and prints where it is.
pub fn write(args: &TemplateArgs) -> Outcome<ExitCode> {
    let schemas = Schemas::embedded()?;
    let found = template::find(&schemas, &args.name).map_err(|none| no_such(&args.name, &none, args.lang))?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(found.file_name(args.lang)));
    let bytes = template::render(&found, &schemas, args.lang)?;
    put(&out, &bytes, args.out.is_some(), args.lang)?;
    print(out.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes beside the place first. A file that was not named may be somebody's work: it is never replaced.
fn put(out: &Path, bytes: &[u8], replace: bool, lang: Lang) -> Result<(), TemplateError> {
    let at = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AlreadyExists => TemplateError::IsThere {
            path: out.display().to_string(),
            words: lang.pick(
                "文件已存在；请用 -o 指定要写入的文件",
                "the file is there already; name the file to write with -o",
            ),
        },
        _ => TemplateError::File { path: out.display().to_string(), source },
    };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = ordinary_file(folder).map_err(at)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(at)?;
    let kept = if replace { file.persist(out) } else { file.persist_noclobber(out) };
    kept.map(|_| ()).map_err(|error| at(error.error))
}

fn no_such(name: &str, none: &NoSuchTemplate, lang: Lang) -> TemplateError {
    let names = none.names.join(", ");
    TemplateError::NoSuchTemplate(match (lang, &none.nearest) {
        (Lang::Zh, Some(nearest)) => format!("没有模板“{name}”，您要的可能是 {nearest}。可用的名称：{names}"),
        (Lang::Zh, None) => format!("没有模板“{name}”。可用的名称：{names}"),
        (Lang::En, Some(nearest)) => {
            format!("there is no template `{name}`; did you mean {nearest}? There are: {names}")
        }
        (Lang::En, None) => format!("there is no template `{name}`. There are: {names}"),
    })
}

/// So long is a line of the names, in characters.
const LINE_CHARS: usize = 117;

/// The names of all templates, and how the command is used.
fn examples() -> String {
    let names = Schemas::embedded().map(|schemas| template::names(&schemas)).unwrap_or_default();
    let mut lines = vec![String::new()];
    for (n, name) in names.iter().enumerate() {
        let comma = if n + 1 < names.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.len() + 1 + name.len() < LINE_CHARS => *line += &format!(" {name}{comma}"),
            _ => lines.push(format!(" {name}{comma}")),
        }
    }
    format!("Names:\n {}\n\n{EXAMPLES}", lines.join("\n "))
}

const EXAMPLES: &str = "\
Examples:
  dealerbook template workbook -o empty.xlsx               # every sheet
  dealerbook template assessment -o assessment.xlsx        # the sheets that the assessment reads
  dealerbook template purchases --lang en -o purchases.xlsx";
