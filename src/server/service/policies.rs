//! The company's own policies: proposed by one person of finance, approved by another, each version for its own time.

use super::{Problem, Service, live};
use crate::problem::{LONG_REASON, NO_REASON, PolicyProblem, shown};
use dealerbook_base::clock;
use dealerbook_engine::policy::family::{self, Days};
use dealerbook_engine::policy::{Policy, Rates};
use dealerbook_engine::schema::nearest;
use dealerbook_output::pipeline::PipelineError;
use dealerbook_output::policy_book::{self, BookError};
use dealerbook_store::{Decided, Decision, Person, PolicyVersion};

const REASON_CHARS_MAX: usize = 1000;

/// What somebody decides about a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is to count. Never by who proposed it.
    Approve,
    /// It isn't to count. Never by who proposed it.
    Reject {
        /// Why; there has to be a reason.
        reason: Option<String>,
    },
    /// It is taken back by who proposed it.
    Withdraw,
}

impl Verdict {
    fn check(self) -> Result<Decision, Problem> {
        let invalid = |what| Err(Problem::Policy(PolicyProblem::InvalidDecision { what }));
        match self {
            Verdict::Approve => Ok(Decision::Approve),
            Verdict::Withdraw => Ok(Decision::Withdraw),
            Verdict::Reject { reason: None } => invalid(NO_REASON),
            Verdict::Reject { reason: Some(reason) } if reason.chars().count() > REASON_CHARS_MAX => {
                invalid(LONG_REASON)
            }
            Verdict::Reject { reason: Some(reason) } => Ok(Decision::Reject(reason)),
        }
    }
}

/// Checks and stores a version that somebody proposes, as a workbook or as TOML, and returns it.
///
/// # Errors
/// Everything that is wrong with it; nothing is stored then.
pub async fn propose(
    bytes: impl AsRef<[u8]> + Send + 'static,
    by: &Person,
    service: &Service,
) -> Result<PolicyVersion, Problem> {
    let limits = service.engine().package_limits.clone();
    let read = tokio::task::spawn_blocking(move || policy_book::read("policy", bytes.as_ref(), &limits))
        .await
        .map_err(Problem::internal)?;
    let policy = read.map_err(|error| match error {
        BookError::Workbook(error) => PipelineError::from(error).into(),
        BookError::Faults(faults) => Problem::Policy(PolicyProblem::Invalid { faults }),
    })?;
    let Policy { id, version, .. } = &policy;
    refuse_installed(id, service)?;
    let exists = || Problem::Policy(PolicyProblem::VersionExists { id: id.clone(), version: version.clone() });
    if service.store.policy_version(id, version).await?.is_some() {
        return Err(exists());
    }
    let engine = service.engine_in_force().await?;
    if let Some(other) = family::overlapped(&engine.policies, &policy) {
        let (id, version, other) = (id.clone(), version.clone(), other.version.clone());
        return Err(Problem::Policy(PolicyProblem::Overlap { id, version, other }));
    }
    let new = proposal(&policy, by)?;
    match service.store.propose_policy(&new).await? {
        true => Ok(new),
        false => Err(exists()),
    }
}

/// Decides on a version, and returns it as it is then.
///
/// # Errors
/// When there is no such version, when this person may not decide so, when it was decided on before, and when another approved version is
/// in force at the same time.
pub async fn decide(
    id: &str,
    version: &str,
    verdict: Verdict,
    by: &Person,
    service: &Service,
) -> Result<PolicyVersion, Problem> {
    let decision = verdict.check()?;
    refuse_installed(id, service)?;
    let overlapped = |own: &PolicyVersion, approved: &[PolicyVersion]| {
        let other = approved.iter().find(|other| family::overlap(days(own), days(other)));
        other.map(|other| other.version.clone())
    };
    let decided = service.store.decide_policy((id, version), &decision, by, overlapped).await?;
    let problem = match decided {
        Decided::Done(done) => return Ok(done),
        Decided::NoSuchVersion => {
            let known = service.store.policy_versions().await?;
            return Err(no_such_version(id, version, &known, service).await?);
        }
        Decided::Before(before) => {
            PolicyProblem::Decided { status: before.status, by: before.decided_by.unwrap_or_default() }
        }
        Decided::Own => PolicyProblem::OwnProposal,
        Decided::NotOwn(version) => PolicyProblem::NotOwnProposal { proposed_by: version.proposed_by },
        Decided::Overlap(other) => PolicyProblem::Overlap { id: id.to_owned(), version: version.to_owned(), other },
    };
    Err(Problem::Policy(problem))
}

/// What came with the program or its folder is neither proposed nor decided on.
fn refuse_installed(id: &str, service: &Service) -> Result<(), Problem> {
    match service.live.base().policies.iter().any(|policy| policy.id == id) {
        true => Err(Problem::Policy(PolicyProblem::IdTaken { id: id.to_owned() })),
        false => Ok(()),
    }
}

/// Returns the versions that were proposed here, as far as a person may see them.
///
/// # Errors
/// When the database fails.
pub async fn visible_to(person: &Person, service: &Service) -> Result<Vec<PolicyVersion>, Problem> {
    let mut versions = service.store.policy_versions().await?;
    versions.retain(|version| version.is_shown_to(person));
    Ok(versions)
}

/// Returns the policy of an id: in a version, in that which is in force today, or else in the newest.
///
/// # Errors
/// When there is none that this person may see.
pub async fn find(id: &str, version: Option<&str>, person: &Person, service: &Service) -> Result<Policy, Problem> {
    let engine = service.engine_in_force().await?;
    let versions = family::versions(&engine.policies, id);
    let in_force = || family::in_force(&engine.policies, id, clock::today());
    let found = match version {
        Some(version) => versions.iter().find(|policy| policy.version == version).copied(),
        None => in_force().or(versions.last().copied()),
    };
    if let Some(policy) = found {
        return Ok(policy.clone());
    }
    let version = version.unwrap_or_default();
    let stored = service.store.policy_version(id, version).await?;
    match stored.filter(|version| version.is_shown_to(person)) {
        Some(stored) => tokio::task::spawn_blocking(move || live::read(&stored)).await.map_err(Problem::internal)?,
        None => Err(no_such_version(id, version, &visible_to(person, service).await?, service).await?),
    }
}

/// That there is no such version or, where there is none at all, no such policy.
async fn no_such_version(
    id: &str,
    version: &str,
    stored: &[PolicyVersion],
    service: &Service,
) -> Result<Problem, Problem> {
    let engine = service.engine_in_force().await?;
    let installed =
        family::versions(&service.live.base().policies, id).into_iter().map(|policy| policy.version.clone());
    let of_id = stored.iter().filter(|version| version.id == id).map(|version| version.version.clone());
    let known: Vec<String> = installed.chain(of_id).collect();
    Ok(match known.is_empty() {
        true => {
            let ids = family::ids(&engine.policies).into_iter().chain(stored.iter().map(|version| version.id.as_str()));
            Problem::NoSuchPolicy { id: shown(id), nearest: nearest(id, ids).map(str::to_owned) }
        }
        false => Problem::Policy(PolicyProblem::NoSuchVersion { id: shown(id), version: shown(version), known }),
    })
}

fn days(version: &PolicyVersion) -> Days {
    let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    (day(&version.effective_from), day(&version.effective_to))
}

fn proposal(policy: &Policy, by: &Person) -> Result<PolicyVersion, Problem> {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    Ok(PolicyVersion {
        id: policy.id.clone(),
        version: policy.version.clone(),
        title_zh: policy.title.zh.clone(),
        title_en: policy.title.en.clone(),
        rates: if policy.rates == Rates::Own { "own" } else { "example" }.to_owned(),
        sha256: policy.sha256.clone(),
        source: serde_json::to_string(&*policy.source).map_err(Problem::internal)?,
        effective_from: day(policy.effective_from),
        effective_to: day(policy.effective_to),
        status: "proposed".to_owned(),
        proposed_by: by.name.clone(),
        proposed_person: Some(by.id.clone()),
        proposed_at: clock::now(),
        decided_by: None,
        decided_at: None,
        reason: None,
    })
}
