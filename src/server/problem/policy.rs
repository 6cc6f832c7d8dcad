//! What can be wrong with a policy that is proposed, looked for or decided on.

use super::Words;
use super::words::policies;
pub use super::words::policies::{
    INVALID_DECISION_DETAIL_LONG_REASON as LONG_REASON, INVALID_DECISION_DETAIL_NO_REASON as NO_REASON,
    INVALID_DECISION_DETAIL_NOT_AN_OBJECT as NOT_AN_OBJECT,
};
use dealerbook_base::lang::{Lang, Pair};
use dealerbook_engine::policy::Fault;
use dealerbook_output::policy_book::PlacedFault;

/// So many faults stand in the sentence; all of them in the list.
const LISTED_MAX: usize = 3;

/// Why a policy isn't taken.
#[derive(Clone, Debug)]
pub enum PolicyProblem {
    /// It is faulty.
    Invalid {
        /// Everything that is wrong with it.
        faults: Vec<PlacedFault>,
    },
    /// Its id is that of a policy of the program or its folder.
    IdTaken {
        /// The id.
        id: String,
    },
    /// There is a version of this name.
    VersionExists {
        /// The policy.
        id: String,
        /// The version.
        version: String,
    },
    /// Its time overlaps that of an approved version.
    Overlap {
        /// The policy.
        id: String,
        /// The version.
        version: String,
        /// The one that is overlapped.
        other: String,
    },
    /// No such version.
    NoSuchVersion {
        /// The policy.
        id: String,
        /// As the request names it.
        version: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Nobody decides on a proposal of their own.
    OwnProposal,
    /// Only whoever proposed it takes it back.
    NotOwnProposal {
        /// Who.
        proposed_by: String,
    },
    /// It was decided on before.
    Decided {
        /// What became of it.
        status: String,
        /// Who decided.
        by: String,
    },
    /// A decision without what it needs.
    InvalidDecision {
        /// What is wrong.
        what: Pair,
    },
}

impl PolicyProblem {
    /// What it says.
    pub fn words(&self, lang: Lang) -> Words {
        match self {
            PolicyProblem::Invalid { faults } => {
                let detail = policies::InvalidPolicyDetail { count: faults.len(), faults: listed(faults, lang) };
                policies::INVALID_POLICY.words(lang, detail.text(lang))
            }
            PolicyProblem::IdTaken { id } => {
                policies::POLICY_ID_TAKEN.words(lang, policies::PolicyIdTakenDetail { id }.text(lang))
            }
            PolicyProblem::VersionExists { id, version } => policies::POLICY_VERSION_EXISTS
                .words(lang, policies::PolicyVersionExistsDetail { id, version }.text(lang)),
            PolicyProblem::Overlap { id, version, other } => {
                policies::POLICY_OVERLAP.words(lang, policies::PolicyOverlapDetail { version, id, other }.text(lang))
            }
            PolicyProblem::NoSuchVersion { id, version, known } => {
                let detail =
                    policies::NoSuchPolicyVersionDetail { id, version, known: known.join(lang.pick("、", ", ")) };
                policies::NO_SUCH_POLICY_VERSION.words(lang, detail.text(lang))
            }
            PolicyProblem::OwnProposal => policies::OWN_PROPOSAL.words(lang, policies::OWN_PROPOSAL_DETAIL.pick(lang)),
            PolicyProblem::NotOwnProposal { proposed_by } => {
                policies::NOT_OWN_PROPOSAL.words(lang, policies::NotOwnProposalDetail { proposed_by }.text(lang))
            }
            PolicyProblem::Decided { status, by } => {
                let detail = match status.as_str() {
                    "approved" => policies::PolicyDecidedDetailApproved { by }.text(lang),
                    "rejected" => policies::PolicyDecidedDetailRejected { by }.text(lang),
                    _ => policies::PolicyDecidedDetailWithdrawn { by }.text(lang),
                };
                policies::POLICY_DECIDED.words(lang, detail)
            }
            PolicyProblem::InvalidDecision { what } => policies::INVALID_DECISION.words(lang, what.pick(lang)),
        }
    }

    /// One for each code.
    pub fn samples() -> Vec<PolicyProblem> {
        let (id, version) = ("own".to_owned(), "2027.1".to_owned());
        let fault = Fault::new("“三十”不是数，请改为数字", "“三十” is no number: write one");
        let place = Some(("激励".to_owned(), Some("O5".to_owned())));
        vec![
            PolicyProblem::Invalid { faults: vec![PlacedFault { place, fault }] },
            PolicyProblem::IdTaken { id: "handbook".to_owned() },
            PolicyProblem::VersionExists { id: id.clone(), version: version.clone() },
            PolicyProblem::Overlap { id: id.clone(), version: version.clone(), other: "2026.1".to_owned() },
            PolicyProblem::NoSuchVersion { id, version, known: vec!["2026.1".to_owned()] },
            PolicyProblem::OwnProposal,
            PolicyProblem::NotOwnProposal { proposed_by: "王芳".to_owned() },
            PolicyProblem::Decided { status: "approved".to_owned(), by: "李明".to_owned() },
            PolicyProblem::InvalidDecision { what: NO_REASON },
        ]
    }
}

/// The first faults, with their places.
fn listed(faults: &[PlacedFault], lang: Lang) -> String {
    let more = if faults.len() > LISTED_MAX { lang.pick("；……", "; …") } else { "" };
    let first: Vec<String> = faults.iter().take(LISTED_MAX).map(|fault| fault.said(lang)).collect();
    format!("{}{more}", first.join(lang.pick("；", "; ")))
}
