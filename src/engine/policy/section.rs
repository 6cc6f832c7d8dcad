//! The sections of a policy: those that every policy has a field for, and those that programmes own, whose rules stand in their folders. A policy
//! that leaves a section out has the handbook's.
//!
//! The room of policies doesn't know the programmes: their sections are handed in as [`SectionKinds`] and found again by type.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Table;

use super::read::Reader;
use super::{AccrualRules, AppealRules, Fault, OverviewRules, Policy, SettlementRules};

/// The figures and names of the rules of a programme, or of another part of the program.
pub trait Section: DeserializeOwned + Debug + Send + Sync + 'static {
    /// The key of the section, which is the programme's name.
    const NAME: &'static str;

    /// What its figures mean.
    const NOTES: Notes = &[];

    /// What is wrong with it, a sentence each.
    fn faults(&self) -> Vec<String>;

    /// What else is wrong, in both languages; each says in which of its parts.
    fn worded_faults(&self) -> Vec<Fault> {
        Vec::new()
    }

    /// Returns the section of a policy, where a programme owns it.
    fn of(policy: &Policy) -> &Self {
        policy.sections.get()
    }
}

/// A section that a programme owns, or why it can't be read.
type Owned = Result<Arc<dyn AnySection>, toml::de::Error>;

/// What the figures of a section mean, for people who fill in a policy as a workbook: key, Chinese, English.
pub type Notes = &'static [(&'static str, &'static str, &'static str)];

/// A section that a programme owns, as policies are read with it.
#[derive(Clone, Copy)]
pub struct SectionKind {
    /// Its key.
    pub name: &'static str,
    /// What its figures mean.
    pub notes: Notes,
    read: fn(&mut Reader, &Table) -> Owned,
    check: fn(&mut Reader, &Table),
}

/// The sections of all programmes, in the contract's order; none for one that needs no figure or name of its own.
pub type SectionKinds = &'static [Option<SectionKind>];

impl SectionKind {
    /// Returns the kind of a section.
    pub const fn of<S: Section>() -> Self {
        Self { name: S::NAME, notes: S::NOTES, read: read_section::<S>, check: check_section::<S> }
    }
}

fn read_section<S: Section>(reader: &mut Reader, table: &Table) -> Owned {
    Ok(match table.get(S::NAME) {
        Some(value) => Arc::new(reader.read::<S>(value.clone(), &format!("{}.", S::NAME))?),
        None => Arc::new(shipped::<S>()),
    })
}

fn check_section<S: Section>(reader: &mut Reader, table: &Table) {
    reader.part::<S>(table, S::NAME);
}

/// The sections that programmes own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sections(Vec<Arc<dyn AnySection>>);

trait AnySection: Any + Debug + Send + Sync {
    fn named_faults(&self) -> Vec<Fault>;
}

impl<S: Section> AnySection for S {
    fn named_faults(&self) -> Vec<Fault> {
        named(self)
    }
}

impl Sections {
    /// Reads the sections of these kinds.
    ///
    /// # Errors
    ///
    /// The first that can't be read.
    pub(super) fn read(kinds: SectionKinds, reader: &mut Reader, table: &Table) -> Result<Sections, toml::de::Error> {
        kinds.iter().flatten().map(|kind| (kind.read)(reader, table)).collect::<Result<_, _>>().map(Sections)
    }

    /// Returns the section of a type.
    ///
    /// # Panics
    ///
    /// Where no programme has said that it owns one of this type, which a test would have found.
    #[expect(clippy::expect_used, reason = "policies are read with the sections of all programmes")]
    fn get<S: Section>(&self) -> &S {
        let sections = self.0.iter().map(|section| section.as_ref() as &dyn Any);
        sections.filter_map(|section| section.downcast_ref()).next().expect("a programme owns the section")
    }
}

/// The section as the shipped policy has it.
///
/// # Panics
///
/// Where the shipped policy lacks it or has it wrong; the tests of the policy would have said so.
pub(super) fn shipped<T: Section>() -> T {
    shipped_part(T::NAME)
}

/// The value of a top-level key as the shipped policy has it, for policies that leave it out.
///
/// # Panics
///
/// As [`shipped`].
#[expect(clippy::expect_used, reason = "the file is built into the program, and a test reads it")]
pub(super) fn shipped_part<T: DeserializeOwned>(key: &str) -> T {
    let policy: toml::Table = super::SHIPPED[0].1.parse().expect("the shipped policy is TOML");
    let part = policy.get(key).expect("the shipped policy has every part").clone();
    part.try_into().expect("the shipped policy's parts are sound")
}

/// Returns the value of a key of a section as the shipped policy has it, for sections that leave it out.
///
/// # Panics
///
/// Where the shipped policy lacks it or has it wrong; the tests of the policy would have said so.
#[expect(clippy::expect_used, reason = "the file is built into the program, and a test reads it")]
pub fn shipped_key<T: DeserializeOwned>(section: &str, key: &str) -> T {
    let section: Table = shipped_part(section);
    let value = section.get(key).expect("the shipped policy has every key").clone();
    value.try_into().expect("the shipped policy's figures are sound")
}

/// The keys of the sections that every policy has a field for.
const OWN: [&str; 4] = [AppealRules::NAME, AccrualRules::NAME, OverviewRules::NAME, SettlementRules::NAME];

/// Whether a key is that of a section.
pub(super) fn is_name(kinds: SectionKinds, key: &str) -> bool {
    OWN.contains(&key) || kinds.iter().flatten().any(|kind| kind.name == key)
}

/// What is wrong with the sections, each said with its name.
pub(super) fn faults(policy: &Policy) -> Vec<Fault> {
    let owned = policy.sections.0.iter().flat_map(|section| section.named_faults());
    [
        named(&policy.appeals),
        owned.collect(),
        named(&policy.accrual),
        named(&policy.overview),
        named(&policy.settlement),
    ]
    .concat()
}

/// Reads each section alone, so that one that is wrong doesn't hide the next.
pub(super) fn check(kinds: SectionKinds, reader: &mut Reader, table: &Table) {
    check_section::<AppealRules>(reader, table);
    kinds.iter().flatten().for_each(|kind| (kind.check)(reader, table));
    check_section::<AccrualRules>(reader, table);
    check_section::<OverviewRules>(reader, table);
    check_section::<SettlementRules>(reader, table);
}

fn named<S: Section>(section: &S) -> Vec<Fault> {
    let reported = |fault: String| {
        // A sentence begins with the key that it is about.
        let part = format!("{}.{}", S::NAME, fault.split([':', ' ']).next().unwrap_or_default());
        Fault::new(fault.clone(), fault).at(S::NAME).in_part(&part)
    };
    let worded = section.worded_faults().into_iter().map(|fault| fault.at(S::NAME).in_part(S::NAME));
    section.faults().into_iter().map(reported).chain(worded).collect()
}
