//! What makes two runs the same run: the key under which a run is kept, and the fingerprint of the request that asked for it.
//!
//! A key is the SHA-256 of a JSON text that names everything on which the bytes of an answer depend, and the uploader: what was asked
//! for ([`Requested`]) and what was in force ([`InForce`]). A fingerprint leaves out what was in force, since a request that is sent again
//! is the same request whatever the service has learnt in between. Both texts begin with the number of this description, which
//! rises when it changes.
//!
//! The program stands in a key with the hash of its sources, made by `build.rs`: a version number alone would give yesterday's answers for
//! today's program. The key is unique in the database, so two uploads at the same moment end in one row. A known run's files are checked
//! before it is answered with; damaged ones are made again under its own id, to the same bytes.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::appeals::submitted::Earlier;
use super::run_request::RunRequest;
use dealerbook_base::key::Key;
use dealerbook_engine::appeals::Appeals;
use dealerbook_engine::history::History;
use dealerbook_engine::policy::{Policy, family};
use dealerbook_output::pipeline::{Engine, Mark, OnError, Options, last_day};
use dealerbook_store::Kind;

const DESCRIPTION: u8 = 2;

/// The program that answers: its version and a hash of all that it was built from.
pub const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("DEALERBOOK_SOURCES_SHA256"));

/// What a request asks for. Parameters that aren't given stand as what they mean.
#[derive(Clone, Debug, Serialize)]
pub struct Requested {
    kind: &'static str,
    /// The name of the person who asks.
    pub uploader: String,
    upload_sha256: String,
    /// The answer is named after it and names it.
    filename: Option<String>,
    period: Option<i16>,
    as_of: Option<String>,
    on_error: &'static str,
    lang: &'static str,
    mark: &'static str,
    /// Sorted: their order in the request means nothing.
    programmes: Option<Vec<String>>,
    /// Of a caller's own schema.
    schema_sha256: Option<String>,
    /// As the request names it; left out of the key, which has the one that this led to.
    #[serde(skip)]
    policy: Option<String>,
    /// Id and hash of the policy itself, where an earlier run's is asked for.
    #[serde(skip)]
    exact_policy: Option<(String, String)>,
    /// The only regions that the uploader works for; none means all. They change no answer, they only refuse.
    #[serde(skip)]
    pub only_regions: Vec<Key>,
    /// What the upload has to do with earlier runs; what of it changes the answer stands in what is in force.
    #[serde(skip)]
    pub earlier: Option<Earlier>,
}

/// What was in force when the request came.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InForce {
    /// Id and hash of each version that may count: one where the request says the period, else all of the policy's.
    policies: Vec<(String, String)>,
    /// Of the earlier results that the calculation is given.
    history_sha256: Option<String>,
    /// Of what is known of appeals.
    #[serde(skip_serializing_if = "Option::is_none")]
    appeals_sha256: Option<String>,
    /// How hard the answer is compressed.
    compression_level: u32,
    program: &'static str,
}

impl Requested {
    /// What is asked for with an upload of this hash.
    pub fn of(request: &RunRequest, kind: Kind, upload_sha256: String, uploader: &str) -> Requested {
        let options = &request.options;
        let mut programmes = options.programmes.clone();
        programmes.iter_mut().for_each(|names| names.sort());
        Requested {
            kind: kind.as_str(),
            uploader: uploader.to_owned(),
            upload_sha256,
            filename: request.filename.clone(),
            period: options.period,
            as_of: options.as_of.map(|day| day.to_string()),
            on_error: match options.on_error {
                OnError::Stop => "stop",
                OnError::Partial => "partial",
            },
            lang: options.lang.code(),
            mark: match options.mark {
                Mark::Conditional => "conditional",
                Mark::Style => "style",
            },
            programmes,
            schema_sha256: request.schema_sha256(),
            policy: request.policy.clone(),
            exact_policy: request.exact_policy.as_deref().map(identity_of),
            only_regions: Vec::new(),
            earlier: None,
        }
    }

    /// The upload's hash, in hex.
    pub fn upload_sha256(&self) -> &str {
        &self.upload_sha256
    }

    /// Tells this request from another, in hex.
    pub fn fingerprint(&self) -> String {
        hash(&(DESCRIPTION, self, &self.policy))
    }

    /// Tells this run from another, in hex.
    pub fn key(&self, in_force: &InForce) -> String {
        hash(&(DESCRIPTION, self, in_force))
    }

    /// What is in force for it.
    pub fn in_force(&self, engine: &Engine, options: &Options) -> InForce {
        let id = engine.chosen(self.policy.as_deref().into()).unwrap_or_default();
        let counting = match (&self.exact_policy, self.period) {
            (Some(policy), _) => vec![policy.clone()],
            (None, Some(period)) => {
                family::in_force(&engine.policies, id, last_day(period)).into_iter().map(identity_of).collect()
            }
            (None, None) => family::versions(&engine.policies, id).into_iter().map(identity_of).collect(),
        };
        InForce {
            policies: counting,
            history_sha256: options.history.as_deref().map(History::sha256),
            appeals_sha256: options.appeals.as_deref().map(Appeals::sha256),
            compression_level: engine.package_limits.compression_level,
            program: PROGRAM,
        }
    }
}

fn identity_of(policy: &Policy) -> (String, String) {
    (policy.id.clone(), policy.sha256.clone())
}

/// Returns the hash of parts that are texts, numbers and lists, in hex. A hash of nothing would take two runs for the same.
#[expect(clippy::expect_used, reason = "JSON can be made of texts, numbers and lists")]
fn hash(parts: &impl Serialize) -> String {
    let text = serde_json::to_vec(parts).expect("texts, numbers and lists");
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_base::lang::Lang;

    fn request(query: &str) -> RunRequest {
        let mut request = RunRequest::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            request.set(&name, &value).unwrap();
        }
        request
    }

    fn ask(query: &str) -> Requested {
        Requested::of(&request(query), Kind::Run, "aa".to_owned(), "li")
    }

    fn in_force() -> InForce {
        let policies = vec![("handbook".to_owned(), "cc".to_owned())];
        InForce { policies, history_sha256: None, appeals_sha256: None, compression_level: 4, program: "0.1.0+dd" }
    }

    fn assert_all_differ(keys: Vec<String>) {
        let distinct: std::collections::BTreeSet<&String> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{keys:?}");
    }

    #[test]
    fn everything_that_is_asked_for_makes_another_run_and_another_request() {
        let queries = [
            "",
            "period=2007",
            "as_of=2007-12-31",
            "on_error=partial",
            "lang=en",
            "mark=style",
            "filename=2007.xlsx",
            "programmes=assessment",
            "programmes=assessment,incentives",
        ];
        let mut asked: Vec<Requested> = queries.into_iter().map(ask).collect();
        let plain = ask("");
        asked.extend([
            Requested { kind: Kind::Validation.as_str(), ..plain.clone() },
            Requested { upload_sha256: "bb".to_owned(), ..plain.clone() },
            Requested { uploader: "wang".to_owned(), ..plain.clone() },
            Requested { schema_sha256: Some("ee".to_owned()), ..plain },
        ]);
        assert_all_differ(asked.iter().map(|asked| asked.key(&in_force())).collect());
        assert_all_differ(asked.iter().map(Requested::fingerprint).collect());
    }

    #[test]
    fn everything_that_is_in_force_makes_another_run_but_not_another_request() {
        let policy =
            |id: &str, sha256: &str| InForce { policies: vec![(id.to_owned(), sha256.to_owned())], ..in_force() };
        let all = [
            in_force(),
            policy("progressive", "cc"),
            policy("handbook", "ff"),
            InForce { policies: Vec::new(), ..in_force() },
            InForce { policies: vec![in_force().policies[0].clone(); 2], ..in_force() },
            InForce { history_sha256: Some("11".to_owned()), ..in_force() },
            InForce { program: "0.1.0+ee", ..in_force() },
        ];
        assert_all_differ(all.iter().map(|in_force| ask("").key(in_force)).collect());
        assert_ne!(ask("policy=handbook").fingerprint(), ask("").fingerprint());
    }

    #[test]
    fn what_means_the_same_is_the_same_run() {
        let same = |one: &str, other: &str| assert_eq!(ask(one).key(&in_force()), ask(other).key(&in_force()));
        same("programmes=incentives,assessment", "programmes=assessment,incentives");
        same("", "lang=zh&on_error=stop&mark=conditional");
        let engine = Engine::embedded().unwrap();
        let [default, named] =
            ["", "policy=handbook"].map(|query| ask(query).key(&ask(query).in_force(&engine, &Options::default())));
        assert_eq!(default, named, "the first policy, named or not");
    }

    #[test]
    fn the_order_of_programmes_means_nothing_wherever_they_are_from() {
        let of = |programmes: [&str; 2]| {
            let mut request = RunRequest::default();
            request.options.lang = Lang::Zh;
            request.options.programmes = Some(programmes.map(str::to_owned).to_vec());
            Requested::of(&request, Kind::Run, "aa".to_owned(), "li").key(&in_force())
        };
        assert_eq!(of(["credit", "stock"]), of(["stock", "credit"]));
    }
}
