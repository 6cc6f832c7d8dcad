//! `dealerbook policy diff A B [WORKBOOK]`: what changed between two policies and, with a workbook, what that costs. Exits with 0, with 1
//! where the workbook has errors (or, on demand, where anything differs), with 2 where a file can't be read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use clap::Args;
use serde_json::{Value, json};

use super::{DATA_AT_FAULT, Outcome};
use dealerbook_base::lang::Lang;
use dealerbook_config as config;
use dealerbook_engine::comparison::Comparison;
use dealerbook_engine::outcome;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::policy::variation::{PolicyDifference, differences, spoken};
use dealerbook_output::pipeline::{self, Engine, Job, Options, PolicyChoice};
use dealerbook_output::report::policy_names::PolicyNames;
use dealerbook_output::report::words::money;

/// How it is called.
pub const EXAMPLES: &str = "\
Examples:
  dealerbook policy diff handbook progressive
  dealerbook policy diff handbook own.toml 2007.xlsx
  dealerbook policy diff old.toml new.toml 2007.xlsx --json --exit-code

With a workbook it says what the change costs: by programme, by grade, in all, and for the dealers that it changes most.

Exit codes:
  0  done; differences alone are no failure, unless --exit-code asks for it
  1  the workbook has errors, or with --exit-code: the policies differ
  2  a file can't be read, or is no sound policy or no workbook";

/// What is compared.
#[derive(Clone, Debug, Args)]
pub struct DiffArgs {
    /// The policy as it was: a TOML file, or an id
    #[arg(value_name = "A")]
    before: String,
    /// The policy as it is to be
    #[arg(value_name = "B")]
    after: String,
    /// A workbook, to say what the change costs
    workbook: Option<PathBuf>,
    /// Folder of the company's own policies, *.toml, for their ids
    #[arg(long, env = "DEALERBOOK_POLICIES")]
    policies: Option<PathBuf>,
    /// Name so many of the dealers that change most
    #[arg(long, default_value_t = 10, value_name = "N")]
    top: usize,
    /// Print it as JSON, with all dealers
    #[arg(long)]
    json: bool,
    /// Exit with 1 where anything differs
    #[arg(long)]
    exit_code: bool,
    /// Language of what it says: zh or en
    #[arg(long, default_value = "zh", value_parser = config::lang)]
    lang: Lang,
}

/// Does it.
pub fn run(args: &DiffArgs) -> Outcome {
    let engine = Engine::with_policies(args.policies.as_deref())?;
    let (before, after) = (policy(&args.before, &engine, args.lang)?, policy(&args.after, &engine, args.lang)?);
    let found = differences(&before, &after);
    let comparison = match &args.workbook {
        None => None,
        Some(file) => match compared(file, [&before, &after], &engine, args.lang)? {
            Ok(comparison) => Some(comparison),
            Err(told) => {
                writeln!(io::stderr(), "{told}")?;
                return Ok(ExitCode::from(DATA_AT_FAULT));
            }
        },
    };
    let words = Words { before: &before, after: &after, args };
    let text = match args.json {
        true => words.json(&found, comparison.as_ref()).to_string(),
        false => words.text(&found, comparison.as_ref()),
    };
    writeln!(io::stdout(), "{text}")?;
    let differs = args.exit_code && !found.is_empty();
    Ok(if differs { ExitCode::from(DATA_AT_FAULT) } else { ExitCode::SUCCESS })
}

/// A policy by its file, else by its id.
fn policy(named: &str, engine: &Engine, lang: Lang) -> Outcome<Policy> {
    if Path::new(named).is_file() {
        let text = fs::read_to_string(named).map_err(|error| format!("{named}: {error}"))?;
        return Policy::parse(named, &text).map_err(|error| {
            let faults: Vec<String> = error.faults().iter().map(|fault| format!("  {}", fault.pick(lang))).collect();
            format!("{named}:\n{}", faults.join("\n")).into()
        });
    }
    let known: Vec<&str> = engine.policies.iter().map(|policy| policy.id.as_str()).collect();
    let found = engine.policies.iter().find(|policy| policy.id == named).cloned();
    found.ok_or_else(|| match lang {
        Lang::Zh => format!("{named}：没有这个文件，也没有这个政策；政策有：{}", known.join("、")).into(),
        Lang::En => {
            format!("{named}: there is no such file and no such policy; there are: {}", known.join(", ")).into()
        }
    })
}

/// What the workbook comes to by both; in words, where its errors hinder that.
fn compared(file: &Path, policies: [&Policy; 2], engine: &Engine, lang: Lang) -> Outcome<Result<Comparison, String>> {
    let name = file.display();
    let bytes = fs::read(file).map_err(|error| format!("{name}: {error}"))?;
    let options = Options { lang, ..Options::default() };
    let mut outcomes: Vec<outcome::Outcome> = Vec::new();
    for policy in policies {
        let stop = AtomicBool::new(false);
        let job = Job {
            bytes: &bytes,
            filename: None,
            options: &options,
            engine,
            policy: PolicyChoice::This(policy),
            json: false,
            stop: &stop,
            observer: None,
        };
        let walked = pipeline::walk(&job, |run| Ok((run.errors(), run.outcome())));
        let (errors, outcome) = walked.map_err(|error| format!("{name}: {}", error.detail(lang)))?;
        let Some(outcome) = outcome else {
            let place = |error: &pipeline::DataFault| {
                let sheet = error.sheet.as_deref().unwrap_or_default();
                error.cell.as_ref().map_or(sheet.to_owned(), |cell| format!("{sheet}!{cell}"))
            };
            let lines = errors.iter().map(|error| format!("  {} {}", place(error), error.message));
            let head = match lang {
                Lang::Zh => format!("{name}：按政策 {} 计算时有 {} 处错误", policy.id, errors.len()),
                Lang::En => format!("{name}: {} errors by the policy {}", errors.len(), policy.id),
            };
            return Ok(Err([head].into_iter().chain(lines).collect::<Vec<_>>().join("\n")));
        };
        outcomes.push(outcome);
    }
    Ok(Ok(Comparison::of(&outcomes[0], &outcomes[1])))
}

/// Who puts it into words.
struct Words<'w> {
    before: &'w Policy,
    after: &'w Policy,
    args: &'w DiffArgs,
}

impl Words<'_> {
    fn pick(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.args.lang.pick(zh, en)
    }

    fn json(&self, found: &[PolicyDifference], comparison: Option<&Comparison>) -> Value {
        let side = |policy: &Policy| json!({"id": policy.id, "version": policy.version, "sha256": policy.sha256});
        let cost = comparison.map(|comparison| {
            json!({
                "amount": comparison.amount,
                "dealers_changed": comparison.dealers_changed,
                "programmes": comparison.programmes,
                "grades": comparison.grades,
                "dealers": comparison.dealers,
            })
        });
        json!({"before": side(self.before), "after": side(self.after), "differences": found, "cost": cost})
    }

    fn text(&self, found: &[PolicyDifference], comparison: Option<&Comparison>) -> String {
        let (a, b, n) = (self.before, self.after, found.len());
        let mut lines = vec![match self.args.lang {
            Lang::Zh => format!("政策 {} {} → {} {}：{n} 处不同", a.id, a.version, b.id, b.version),
            Lang::En => format!("policy {} {} → {} {}: {n} differences", a.id, a.version, b.id, b.version),
        }];
        lines.extend(found.iter().map(|difference| self.difference(difference)));
        lines.extend(comparison.into_iter().flat_map(|comparison| self.cost(comparison)));
        lines.join("\n")
    }

    fn difference(&self, difference: &PolicyDifference) -> String {
        let side = |value: &Value| match value {
            Value::Null => self.pick("（无）", "(nothing)").to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let policy = if difference.after.is_null() { self.before } else { self.after };
        let words = spoken(&difference.path, policy, self.args.lang);
        format!("  {words} [{}]: {} → {}", difference.path, side(&difference.before), side(&difference.after))
    }

    fn cost(&self, comparison: &Comparison) -> Vec<String> {
        let names = PolicyNames { policies: vec![self.after, self.before], lang: self.args.lang };
        let amounts = |amount: &dealerbook_engine::comparison::Amounts| {
            let sign = if amount.change.is_sign_negative() { "" } else { "+" };
            format!("{} → {} ({sign}{})", money(amount.before), money(amount.after), money(amount.change))
        };
        let mut lines = vec![format!(
            "{}{}",
            self.pick("激励合计（元）：", "incentives in all (yuan): "),
            amounts(&comparison.amount)
        )];
        lines.push(self.pick("按激励项目：", "by programme:").to_owned());
        let programme = |change: &dealerbook_engine::comparison::ProgrammeChange| {
            format!("  {}: {}", names.programme(&change.programme), amounts(&change.amount))
        };
        lines.extend(comparison.programmes.iter().map(programme));
        lines.push(self.pick("按评级：", "by grade:").to_owned());
        for change in names.in_order(&comparison.grades, |change| change.grade.as_deref()) {
            let grade = change.grade.as_deref().map_or(self.pick("未评级", "no grade"), |id| names.grade(id));
            let dealers = format!("{} → {}", change.dealers_before, change.dealers_after);
            let unit = self.pick("家", "dealers");
            lines.push(format!("  {grade}: {dealers} {unit}, {}", amounts(&change.amount)));
        }
        lines.push(match self.args.lang {
            Lang::Zh => format!("有变化的经销商 {} 家，变化最大的：", comparison.dealers_changed),
            Lang::En => format!("{} dealers change; those that change most:", comparison.dealers_changed),
        });
        let changed = comparison.dealers.iter().filter(|dealer| dealer.is_change()).take(self.args.top);
        lines.extend(
            changed.map(|dealer| format!("  {} {}: {}", dealer.dealer_id, dealer.name, amounts(&dealer.amount))),
        );
        lines
    }
}
