//! `dealerbook audit`: whether the audit log is whole and what is stored is what it says, and what it says.

mod records;

use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, Subcommand};

use super::token::At;
use super::{DATA_AT_FAULT, Outcome, print};
use dealerbook_base::lang::Lang;
use dealerbook_store::{AuditHead, AuditLine, ChainFault, Store, Verdict};

const LINES_AT_ONCE: u32 = 1000;

/// What is to be done with which service's audit log.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Walk along the whole log and check that every line is as it was written, then that settlements, payments and accounts are what it
    /// says; exit code 1 names the first line that isn't, and all that doesn't fit
    Verify {
        /// A line as it was noted elsewhere, such as the last one of an earlier `verify`: the log must still hold it
        #[arg(long, value_name = "SEQ:SHA256")]
        expect: Option<Noted>,
        #[command(flatten)]
        at: At,
    },
    /// Print all lines, oldest first, a JSON object each
    List {
        #[command(flatten)]
        at: At,
    },
}

const EXAMPLES: &str = "\
Examples:
  dealerbook audit verify
  dealerbook audit verify --expect 1:ed12932f3ef94c0792fbc55263968006e867e522cf9faa88274340a2671d4441
  dealerbook audit list > audit.jsonl";

/// A line's number and hash.
#[derive(Clone, Debug)]
struct Noted(AuditHead);

impl FromStr for Noted {
    type Err = String;

    fn from_str(text: &str) -> Result<Noted, String> {
        let unread = || "a line's number and hash, such as 12:ed12…4441 / 序号和哈希值".to_owned();
        let (seq, sha256) = text.split_once(':').ok_or_else(unread)?;
        let seq = seq.parse().ok().filter(|seq| *seq >= 1).ok_or_else(unread)?;
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_hash {
            true => Ok(Noted(AuditHead { seq, sha256: sha256.to_ascii_lowercase() })),
            false => Err(unread()),
        }
    }
}

/// Does what is asked for.
pub async fn run(args: AuditArgs) -> Outcome {
    match args.command {
        AuditCommand::Verify { expect, at } => {
            let store = Store::open(&at.places).await?;
            let verdict = store.verify_audit(expect.map(|Noted(head)| head).as_ref()).await?;
            let records = store.verify_records().await?;
            store.close().await;
            print(said(&verdict, at.lang))?;
            records::said(&records, at.lang).into_iter().try_for_each(print)?;
            Ok(match verdict {
                Verdict::Whole(_) if records.faults.is_empty() => ExitCode::SUCCESS,
                _ => ExitCode::from(DATA_AT_FAULT),
            })
        }
        AuditCommand::List { at } => list(&at).await,
    }
}

async fn list(at: &At) -> Outcome {
    let store = Store::open(&at.places).await?;
    let (mut out, mut last) = (io::stdout().lock(), 0);
    loop {
        let lines = store.audit_after(last, LINES_AT_ONCE).await?;
        let Some(line) = lines.last() else { break };
        last = line.seq;
        for line in &lines {
            writeln!(out, "{}", json(line))?;
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// A line with what stood and stands there as the texts of which the hash is.
fn json(line: &AuditLine) -> serde_json::Value {
    let AuditLine { seq, at, who, what, object, before, after, prev_sha256, sha256 } = line;
    serde_json::json!({
        "seq": seq, "at": at, "who": who, "what": what, "object": object, "before": before, "after": after,
        "prev_sha256": prev_sha256, "sha256": sha256,
    })
}

fn said(verdict: &Verdict, lang: Lang) -> String {
    match (verdict, lang) {
        (Verdict::Whole(head), Lang::Zh) => format!(
            "审计日志完整，共 {} 条。最后一条：\n{}:{}\n请另行记下；以后用 --expect 核对，可发现末尾被删。",
            head.seq, head.seq, head.sha256
        ),
        (Verdict::Whole(head), Lang::En) => format!(
            "The audit log is whole, lines: {}. The last one:\n{}:{}\nNote it elsewhere; --expect shows later whether the end was cut off.",
            head.seq, head.seq, head.sha256
        ),
        (Verdict::Broken { seq, fault }, Lang::Zh) => format!("审计日志被改动：第 {seq} 条{}。", cause(*fault, lang)),
        (Verdict::Broken { seq, fault }, Lang::En) => {
            format!("The audit log was tampered with: line {seq} {}.", cause(*fault, lang))
        }
    }
}

fn cause(fault: ChainFault, lang: Lang) -> &'static str {
    match fault {
        ChainFault::Missing => lang.pick("缺失", "is missing"),
        ChainFault::Unlinked => lang.pick("与上一条不衔接", "doesn't follow the one before it"),
        ChainFault::Changed => lang.pick("的内容与哈希值不符", "isn't what its hash was made of"),
        ChainFault::NotTheLast => lang.pick("与日志记载的最后一条不符", "isn't what the log says is its last"),
        ChainFault::NotAsNoted => lang.pick("与另行记下的不符", "isn't the one that was noted"),
    }
}
