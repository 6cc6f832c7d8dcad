//! All results read once: what each file comes to, its faults, and its dealers put aside.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rust_decimal::Decimal;

use super::read::{self, Assessed, Issue, Paid, Run, RunPolicy, Summary, Take};
use super::spool::{Place, Row, Spool};
use super::{ConsolidatedError, FileOutcome, FileStatus};
use crate::report::layout::BODY_ROW;
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::policy::{CAP_LINE, Policy, family};

/// So many dealers a sheet takes.
pub(super) const DEALERS_MAX: usize = 1_048_576 - BODY_ROW as usize;
/// So many cells of a fault are named.
const CELLS_MAX: usize = 5;

/// What the files have come to.
pub(super) struct Gathered {
    pub files: Vec<File>,
    /// Periods and policies in which dealers can be compared, in the order of the files.
    pub groups: Vec<Group>,
    /// The programmes that pay anybody; lines refer to them by their place.
    pub programmes: Programmes,
    /// Every dealer, in the order of the files.
    pub dealers: Vec<Dealer>,
    pub spool: Spool,
    /// In which files a dealer stands, where it stands in several of a group.
    pub repeated: BTreeMap<(u32, String), Vec<u32>>,
}

/// The ids of programmes and, for each, what it pays in all.
#[derive(Default)]
pub(super) struct Programmes(pub Vec<(String, Decimal)>);

/// A file.
pub(super) struct File {
    pub filename: String,
    pub status: FileStatus,
    pub problem: Option<String>,
    pub run: Option<Run>,
    pub summary: Option<Summary>,
    pub faults: Vec<Fault>,
    /// Its dealers: how many, and how many of each grade.
    pub dealers: u32,
    pub grades: BTreeMap<String, u32>,
    /// How many have a score, and their sum.
    pub scored: (u32, Decimal),
    pub volume: Decimal,
    pub paid: Option<Decimal>,
    pub deposits: Decimal,
}

/// What makes dealers comparable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub period: Option<i16>,
    pub policy: Option<String>,
}

/// A fault of a column.
pub(super) struct Fault {
    pub severity: String,
    pub code: String,
    pub sheet: Option<String>,
    pub resource: Option<String>,
    pub field: Option<String>,
    pub count: u64,
    /// The first cells.
    pub cells: Vec<String>,
    /// What is said of the first.
    pub message: String,
}

/// A dealer, as far as it is known without its row.
#[derive(Clone, Copy)]
pub(super) struct Dealer {
    pub file: u32,
    pub group: u32,
    /// The number of its scorecard.
    pub card: Option<u32>,
    pub score: Option<Decimal>,
    pub volume: Option<Decimal>,
    pub place: Place,
}

impl Gathered {
    /// The policy whose words are used: that of the first result, if it is still in force under its id; else the default.
    pub(super) fn policy<'p>(&self, policies: &'p [Policy]) -> Option<&'p Policy> {
        let first = self.files.iter().find_map(|file| file.run.as_ref()?.policy.as_ref());
        let of = |run: &RunPolicy| {
            let same = policies.iter().find(|policy| policy.sha256 == run.sha256);
            same.or_else(|| family::newest(policies, &run.id))
        };
        first.and_then(of).or(policies.first())
    }
}

impl Programmes {
    fn number(&mut self, id: &str) -> usize {
        self.0.iter().position(|(known, _)| known == id).unwrap_or_else(|| {
            self.0.push((id.to_owned(), Decimal::ZERO));
            self.0.len() - 1
        })
    }

    /// The programmes' numbers in the order in which they are shown: the policy's, others behind it, the cap last.
    pub(super) fn shown(&self, policy: Option<&Policy>) -> Vec<usize> {
        let place = |id: &str| policy.and_then(|policy| policy.incentives.iter().position(|known| known.id == id));
        let mut numbers: Vec<usize> = (0..self.0.len()).collect();
        numbers.sort_by_key(|number| {
            let id = self.0[*number].0.as_str();
            (id == CAP_LINE, place(id).unwrap_or(usize::MAX), *number)
        });
        numbers
    }
}

/// Reads the results.
///
/// # Errors
/// Where one of them can't be read, there are too many dealers, or they can't be put aside.
pub(super) fn gather(files: Vec<FileOutcome<'_>>, folder: &Path) -> Result<Gathered, ConsolidatedError> {
    let mut gathered = Gathered {
        files: Vec::with_capacity(files.len()),
        groups: Vec::new(),
        programmes: Programmes::default(),
        dealers: Vec::new(),
        spool: Spool::new(folder),
        repeated: BTreeMap::new(),
    };
    let mut cards: Vec<String> = Vec::new();
    let mut seen: HashMap<(u32, String), u32> = HashMap::new();
    for outcome in files {
        let mut reading = Reading::new(&mut gathered.programmes);
        if let Some(result) = outcome.result {
            read::read(result, &mut reading)
                .map_err(|source| ConsolidatedError::Result { filename: outcome.filename.clone(), source })?;
        }
        let Reading { run, summary, issues, rows, .. } = reading;
        let mut file = File::new(outcome.filename, outcome.status, outcome.problem);
        let calculated = run.as_ref().filter(|_| !rows.is_empty());
        let group = calculated.map_or(0, |run| group_of(run, &mut gathered.groups));
        let number = u32_of(gathered.files.len());
        if gathered.dealers.len() + rows.len() > DEALERS_MAX {
            let dealers = gathered.dealers.len() + rows.len();
            return Err(ConsolidatedError::TooManyDealers { dealers, dealers_max: DEALERS_MAX });
        }
        for row in rows {
            file.add(&row);
            row.lines.iter().for_each(|(programme, amount)| gathered.programmes.0[*programme].1 += amount);
            let card = row.card.as_deref().map(|card| number_of(card, &mut cards));
            let (score, volume) = (row.score, row.volume);
            let place = gathered.spool.put(&row)?;
            gathered.dealers.push(Dealer { file: number, group, card, score, volume, place });
            let first = *seen.entry((group, row.id.clone())).or_insert(number);
            if first != number {
                gathered.repeated.entry((group, row.id)).or_insert_with(|| vec![first]).push(number);
            }
        }
        file.faults = summary.as_ref().map(|summary| faults(summary, &issues)).unwrap_or_default();
        (file.run, file.summary) = (run, summary);
        gathered.files.push(file);
    }
    Ok(gathered)
}

fn group_of(run: &Run, groups: &mut Vec<Group>) -> u32 {
    let group = Group { period: run.period, policy: run.policy.as_ref().map(|policy| policy.sha256.clone()) };
    let place = groups.iter().position(|known| *known == group).unwrap_or_else(|| {
        groups.push(group);
        groups.len() - 1
    });
    u32_of(place)
}

fn number_of(card: &str, cards: &mut Vec<String>) -> u32 {
    let place = cards.iter().position(|known| known == card).unwrap_or_else(|| {
        cards.push(card.to_owned());
        cards.len() - 1
    });
    u32_of(place)
}

impl File {
    fn new(filename: String, status: FileStatus, problem: Option<String>) -> File {
        File {
            filename,
            status,
            problem,
            run: None,
            summary: None,
            faults: Vec::new(),
            dealers: 0,
            grades: BTreeMap::new(),
            scored: (0, Decimal::ZERO),
            volume: Decimal::ZERO,
            paid: None,
            deposits: Decimal::ZERO,
        }
    }

    fn add(&mut self, row: &Row) {
        self.dealers += 1;
        *self.grades.entry(row.grade.clone().unwrap_or_default()).or_default() += 1;
        if let Some(score) = row.score {
            self.scored.0 += 1;
            self.scored.1 += score;
        }
        self.volume += row.volume.unwrap_or_default();
        if let Some(paid) = row.paid {
            *self.paid.get_or_insert_default() += paid;
        }
        self.deposits += row.deposit.unwrap_or_default();
    }
}

/// By which an issue belongs to a count: sheet, field, code and severity.
type FaultKey = (Option<String>, Option<String>, String, String);

/// What is reported of a fault beside its count.
#[derive(Default)]
struct First {
    resource: Option<String>,
    cells: Vec<String>,
    message: String,
}

/// The errors, then the warnings, each in the result's order; infos are reported in the file's own answer.
fn faults(summary: &Summary, issues: &HashMap<FaultKey, First>) -> Vec<Fault> {
    let of = |severity: &'static str| summary.codes.iter().filter(move |count| count.severity == severity);
    let fault = |count: &read::CodeCount| {
        let key = (count.sheet.clone(), count.field.clone(), count.code.clone(), count.severity.clone());
        let first = issues.get(&key);
        Fault {
            severity: count.severity.clone(),
            code: count.code.clone(),
            sheet: count.sheet.clone(),
            resource: first.and_then(|first| first.resource.clone()),
            field: count.field.clone(),
            count: count.count,
            cells: first.map(|first| first.cells.clone()).unwrap_or_default(),
            message: first.map(|first| first.message.clone()).unwrap_or_default(),
        }
    };
    of("error").chain(of("warning")).map(fault).collect()
}

/// A result being read.
struct Reading<'p> {
    programmes: &'p mut Programmes,
    run: Option<Run>,
    summary: Option<Summary>,
    issues: HashMap<FaultKey, First>,
    rows: Vec<Row>,
    /// How many dealers the incentives have told of.
    paid: usize,
}

impl<'p> Reading<'p> {
    fn new(programmes: &'p mut Programmes) -> Self {
        Reading { programmes, run: None, summary: None, issues: HashMap::new(), rows: Vec::new(), paid: 0 }
    }
}

impl Take for Reading<'_> {
    fn run(&mut self, run: Run) {
        self.run = Some(run);
    }

    fn summary(&mut self, summary: Summary) {
        self.summary = Some(summary);
    }

    fn issue(&mut self, issue: Issue) {
        if issue.severity == "info" {
            return;
        }
        let first = self.issues.entry((issue.sheet, issue.field, issue.code, issue.severity)).or_default();
        if first.message.is_empty() {
            first.message = issue.message;
            first.resource = issue.resource;
        }
        first.cells.extend(issue.cell.filter(|_| first.cells.len() < CELLS_MAX));
    }

    fn assessed(&mut self, assessed: Assessed) {
        self.rows.push(Row {
            id: assessed.dealer_id,
            name: assessed.name,
            mode: assessed.channel_mode,
            card: assessed.scorecard,
            volume: Some(assessed.volume_tonnes),
            rank: assessed.rank,
            score: assessed.total,
            grade: assessed.grade,
            ..Row::default()
        });
    }

    /// The incentives tell of the same dealers in the same order; of all of them, where the assessment wasn't wanted.
    fn paid(&mut self, paid: Paid) {
        let place = self.paid;
        self.paid += 1;
        if self.rows.get(place).is_none_or(|row| row.id != paid.dealer_id) {
            self.rows.insert(place, Row { id: paid.dealer_id, grade: paid.grade, ..Row::default() });
        }
        let lines = paid.lines.iter().map(|line| (self.programmes.number(&line.programme), line.amount)).collect();
        let row = &mut self.rows[place];
        row.lines = lines;
        row.paid = Some(paid.total);
        row.deposit = paid.forfeited_deposit;
    }
}
