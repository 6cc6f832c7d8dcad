//! What each problem says: its code, its class, what is wrong and what to do about it. The sentences stand in `words/*.toml`, with the
//! code and the class of each; what is put into them is formatted here.

use super::words::{access, requests, runs, service, workbooks};
use super::{Class, Problem, TokenFault, account, archive, body, settlement};
use dealerbook_base::key;
use dealerbook_base::lang::{Lang, Pair};
use dealerbook_output::pipeline::PipelineError;

/// What a problem says in one language.
pub struct Words {
    /// Stable, and never used for anything else.
    pub code: &'static str,
    /// What kind of refusal it is.
    pub class: Class,
    /// What is wrong, in a few words; the same for all problems of a code.
    pub title: String,
    /// What is wrong with this request.
    pub detail: String,
    /// What to do about it.
    pub remedy: String,
}

/// What is the same for all problems of a code.
pub struct Head {
    /// The code.
    pub code: &'static str,
    /// What kind of refusal it is.
    pub class: Class,
    /// What is wrong, in a few words.
    pub title: Pair,
    /// What to do about it; none where that depends on the request.
    pub remedy: Option<Pair>,
}

impl Head {
    /// Returns the words of one problem of the code: those of the code and what is wrong with the request.
    pub fn words(&self, lang: Lang, detail: impl Into<String>) -> Words {
        let remedy = self.remedy.map(|remedy| remedy.text(lang)).unwrap_or_default();
        Words { code: self.code, class: self.class, title: self.title.text(lang), detail: detail.into(), remedy }
    }
}

impl Problem {
    /// Returns what the problem says.
    ///
    /// One arm a problem, which names its words and the values in them; the compiler sees that none is missing.
    pub fn words(&self, lang: Lang) -> Words {
        match self {
            Problem::Policy(problem) => problem.words(lang),
            Problem::Account(fault) => account::words(fault, lang),
            Problem::Workbook(error) => of_workbook(error, lang),
            Problem::Archive(error) => archive::words(error, lang),
            Problem::Appeal(problem) => problem.words(lang),
            Problem::InvalidBody { faults } => body::words(faults, lang),
            Problem::Settlement(refusal) => settlement::words(refusal, lang),
            Problem::MissingWorkbook { fields } => {
                requests::MISSING_WORKBOOK.words(lang, missing_workbook(fields, lang))
            }
            Problem::MalformedForm => requests::MALFORMED_FORM.words(lang, requests::MALFORMED_FORM_DETAIL.pick(lang)),
            Problem::MalformedRequest => {
                requests::MALFORMED_REQUEST.words(lang, requests::MALFORMED_REQUEST_DETAIL.pick(lang))
            }
            Problem::IncompleteBody => {
                requests::INCOMPLETE_BODY.words(lang, requests::INCOMPLETE_BODY_DETAIL.pick(lang))
            }
            Problem::UnknownParameter { name, allowed } => {
                let names = joined(allowed, lang);
                requests::UNKNOWN_PARAMETER.words(lang, requests::UnknownParameterDetail { name, names }.text(lang))
            }
            Problem::InvalidValue { name, value, allowed } => {
                let names = joined(allowed, lang);
                requests::INVALID_VALUE.words(lang, requests::InvalidValueDetail { name, value, names }.text(lang))
            }
            Problem::RepeatedParameter { name } => {
                requests::REPEATED_PARAMETER.words(lang, requests::RepeatedParameterDetail { name }.text(lang))
            }
            Problem::NoSuchRoute => requests::NO_SUCH_ROUTE.words(lang, requests::NO_SUCH_ROUTE_DETAIL.pick(lang)),
            Problem::MethodNotAllowed { allowed } => {
                requests::METHOD_NOT_ALLOWED.words(lang, requests::MethodNotAllowedDetail { allowed }.text(lang))
            }
            Problem::BodyTooSlow { seconds_max } => {
                requests::BODY_TOO_SLOW.words(lang, requests::BodyTooSlowDetail { seconds_max }.text(lang))
            }
            Problem::BodyTrickles { rate_min, seconds } => {
                requests::BODY_TRICKLES.words(lang, requests::BodyTricklesDetail { rate_min, seconds }.text(lang))
            }
            Problem::BodyTooLarge { bytes_max } => {
                requests::BODY_TOO_LARGE.words(lang, requests::BodyTooLargeDetail { bytes_max }.text(lang))
            }
            Problem::TooLarge { bytes_max } => {
                requests::TOO_LARGE.words(lang, requests::TooLargeDetail { bytes_max }.text(lang))
            }
            Problem::UnsupportedMediaType { content_type } => requests::UNSUPPORTED_MEDIA_TYPE
                .words(lang, requests::UnsupportedMediaTypeDetail { content_type }.text(lang)),
            Problem::IdempotencyKeyReused => {
                requests::IDEMPOTENCY_KEY_REUSED.words(lang, requests::IDEMPOTENCY_KEY_REUSED_DETAIL.pick(lang))
            }
            Problem::NoSuchPage { name, names } => {
                let names = joined(names, lang);
                requests::NO_SUCH_PAGE.words(lang, requests::NoSuchPageDetail { name, names }.text(lang))
            }
            Problem::NoSuchSchema { name, nearest } => {
                requests::NO_SUCH_SCHEMA.words(lang, not_found(name, nearest.as_deref(), lang))
            }
            Problem::NoSuchTemplate { name, nearest, names } => {
                requests::NO_SUCH_TEMPLATE.words(lang, no_such_template(name, nearest.as_deref(), names, lang))
            }
            Problem::SchemaTooLarge { bytes_max } => {
                requests::SCHEMA_TOO_LARGE.words(lang, requests::SchemaTooLargeDetail { bytes_max }.text(lang))
            }
            Problem::InvalidSchema { faults } => {
                let first = faults.first().map(|fault| (fault.pointer.as_str(), fault.detail(lang)));
                let (pointer, first) = first.unwrap_or_default();
                let detail = requests::InvalidSchemaDetail { count: faults.len(), pointer, first };
                requests::INVALID_SCHEMA.words(lang, detail.text(lang))
            }
            Problem::NotWithSchema { name } => {
                requests::NOT_WITH_SCHEMA.words(lang, requests::NotWithSchemaDetail { name }.text(lang))
            }
            Problem::Unauthorized { fault } => access::UNAUTHORIZED.words(lang, of_token(*fault).pick(lang)),
            Problem::Forbidden { role, roles } => {
                let (role, roles) = (role.as_str(), roles.iter().map(|role| role.as_str()).collect::<Vec<_>>());
                let detail = access::ForbiddenDetail { role, roles: joined(&roles, lang) };
                access::FORBIDDEN.words(lang, detail.text(lang))
            }
            Problem::RegionNotAllowed { regions, allowed } => {
                let (regions, allowed) = (listed(regions, lang), key::join(allowed, lang.pick("、", ", ")));
                access::REGION_NOT_ALLOWED.words(lang, access::RegionNotAllowedDetail { regions, allowed }.text(lang))
            }
            Problem::InvalidTokenRequest { faults } => {
                let details: Vec<String> = faults.iter().map(|fault| fault.detail(lang)).collect();
                access::INVALID_TOKEN_REQUEST.words(lang, details.join(lang.pick("", " ")))
            }
            Problem::NoSuchToken { id } => {
                access::NO_SUCH_TOKEN.words(lang, access::NoSuchTokenDetail { id }.text(lang))
            }
            Problem::LastAdmin => access::LAST_ADMIN.words(lang, access::LAST_ADMIN_DETAIL.pick(lang)),
            Problem::CrossSite => access::CROSS_SITE.words(lang, access::CROSS_SITE_DETAIL.pick(lang)),
            Problem::TooManyBadTokens { retry_after_seconds } => {
                let detail = access::TooManyBadTokensDetail { retry_after_seconds };
                access::TOO_MANY_BAD_TOKENS.words(lang, detail.text(lang))
            }
            Problem::TooManyUploads { uploads_max, retry_after_seconds } => {
                let detail = access::TooManyUploadsDetail { uploads_max, retry_after_seconds };
                access::TOO_MANY_UPLOADS.words(lang, detail.text(lang))
            }
            Problem::PersonQuota { kept, bytes_max } => {
                let detail = access::PersonQuotaReachedDetail { kept, bytes_max };
                access::PERSON_QUOTA_REACHED.words(lang, detail.text(lang))
            }
            Problem::StoreQuota { bytes_max } => {
                access::STORE_QUOTA_REACHED.words(lang, access::StoreQuotaReachedDetail { bytes_max }.text(lang))
            }
            Problem::NoSuchRun => runs::NO_SUCH_RUN.words(lang, runs::NO_SUCH_RUN_DETAIL.pick(lang)),
            Problem::NoSuchBatch => runs::NO_SUCH_BATCH.words(lang, runs::NO_SUCH_BATCH_DETAIL.pick(lang)),
            Problem::BatchNotDone { retry_after_seconds } => {
                runs::BATCH_NOT_DONE.words(lang, runs::BatchNotDoneDetail { retry_after_seconds }.text(lang))
            }
            Problem::TooManyDealers { dealers_max } => {
                runs::TOO_MANY_DEALERS.words(lang, runs::TooManyDealersDetail { dealers_max }.text(lang))
            }
            Problem::MissingWorkbooks => runs::MISSING_WORKBOOKS.words(lang, runs::MISSING_WORKBOOKS_DETAIL.pick(lang)),
            Problem::WorkerLost { attempts } => {
                runs::WORKER_LOST.words(lang, runs::WorkerLostDetail { attempts }.text(lang))
            }
            Problem::NoSuchDealer { id, nearest } => {
                runs::NO_SUCH_DEALER.words(lang, not_found(id, nearest.as_deref(), lang))
            }
            Problem::NothingCalculated => {
                runs::NOTHING_CALCULATED.words(lang, runs::NOTHING_CALCULATED_DETAIL.pick(lang))
            }
            Problem::PolicyChanged { id } => {
                runs::POLICY_CHANGED.words(lang, runs::PolicyChangedDetail { id }.text(lang))
            }
            Problem::RunOutdated { disagreement } => {
                let difference = disagreement.words(lang);
                runs::RUN_OUTDATED.words(lang, runs::RunOutdatedDetail { difference }.text(lang))
            }
            Problem::TooManyCards { dealers, dealers_max } => {
                runs::TOO_MANY_CARDS.words(lang, runs::TooManyCardsDetail { dealers, dealers_max }.text(lang))
            }
            Problem::InvalidWhatIf { faults } => {
                let detail = match faults.len() {
                    1 => runs::INVALID_WHAT_IF_DETAIL_ONE.text(lang),
                    count => runs::InvalidWhatIfDetailSeveral { count }.text(lang),
                };
                runs::INVALID_WHAT_IF.words(lang, detail)
            }
            Problem::AccrualTooEarly { month, last } => {
                runs::ACCRUAL_TOO_EARLY.words(lang, runs::AccrualTooEarlyDetail { month, last }.text(lang))
            }
            Problem::NoSuchPolicy { id, nearest } => {
                runs::NO_SUCH_POLICY.words(lang, not_found(id, nearest.as_deref(), lang))
            }
            Problem::Busy { retry_after_seconds } => {
                service::BUSY.words(lang, service::BusyDetail { retry_after_seconds }.text(lang))
            }
            Problem::NotReady { faults, .. } => {
                service::NOT_READY.words(lang, service::NotReadyDetail { parts: joined(faults, lang) }.text(lang))
            }
            Problem::Stopping { .. } => service::STOPPING.words(lang, service::STOPPING_DETAIL.pick(lang)),
            Problem::Unavailable { part, .. } => service::UNAVAILABLE.words(lang, unavailable(part).pick(lang)),
            Problem::StorageFull(_) => service::STORAGE_FULL.words(lang, service::STORAGE_FULL_DETAIL.pick(lang)),
            Problem::Internal(_) => service::INTERNAL.words(lang, service::INTERNAL_DETAIL.pick(lang)),
        }
    }
}

fn missing_workbook(fields: &[String], lang: Lang) -> String {
    match fields {
        [] => requests::MISSING_WORKBOOK_DETAIL_EMPTY.text(lang),
        fields => requests::MissingWorkbookDetailSeveral { fields: listed(fields, lang) }.text(lang),
    }
}

fn of_token(fault: TokenFault) -> Pair {
    match fault {
        TokenFault::Missing => access::UNAUTHORIZED_DETAIL_MISSING,
        TokenFault::Unknown => access::UNAUTHORIZED_DETAIL_UNKNOWN,
        TokenFault::Expired => access::UNAUTHORIZED_DETAIL_EXPIRED,
        TokenFault::Revoked => access::UNAUTHORIZED_DETAIL_REVOKED,
    }
}

fn unavailable(part: &str) -> Pair {
    match part {
        "database" => service::UNAVAILABLE_DETAIL_DATABASE,
        "artefacts" => service::UNAVAILABLE_DETAIL_ARTEFACTS,
        _ => service::UNAVAILABLE_DETAIL_SPOOL,
    }
}

fn not_found(name: &str, nearest: Option<&str>, lang: Lang) -> String {
    match nearest {
        Some(nearest) => requests::NotFoundNearest { name, nearest }.text(lang),
        None => requests::NotFound { name }.text(lang),
    }
}

/// Which templates there are, and which may be meant.
fn no_such_template(name: &str, nearest: Option<&str>, names: &[String], lang: Lang) -> String {
    let names = joined(names, lang);
    match nearest {
        Some(nearest) => requests::NoSuchTemplateDetailNearest { name, nearest, names }.text(lang),
        None => requests::NoSuchTemplateDetail { name, names }.text(lang),
    }
}

fn joined(names: &[impl AsRef<str>], lang: Lang) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// So many names are listed; further ones are counted.
const LISTED_MAX: usize = 20;

/// Returns the first names, and how many there are beyond them.
pub(super) fn listed(names: &[impl ToString], lang: Lang) -> String {
    let listed = names.iter().take(LISTED_MAX).map(ToString::to_string).collect::<Vec<_>>().join(lang.pick("、", ", "));
    match names.len().saturating_sub(LISTED_MAX) {
        0 => listed,
        more => requests::AndMore { listed, more }.text(lang),
    }
}

/// The pipeline knows what is wrong with a workbook; here is what that means for a request.
fn of_workbook(error: &PipelineError, lang: Lang) -> Words {
    let (class, remedy) = match error {
        PipelineError::NotAWorkbook { .. } | PipelineError::Encrypted => {
            (Class::Unsupported, workbooks::NOT_A_WORKBOOK_REMEDY)
        }
        PipelineError::Unreadable { .. } => (Class::Invalid, workbooks::UNREADABLE_REMEDY),
        PipelineError::TooLarge { .. } => (Class::TooLarge, workbooks::TOO_LARGE_REMEDY),
        PipelineError::Unpatchable { .. } => (Class::Invalid, workbooks::UNPATCHABLE_REMEDY),
        PipelineError::UnknownPolicy { .. } => (Class::Invalid, workbooks::UNKNOWN_POLICY_REMEDY),
        PipelineError::NotInForce { .. } => (Class::Conflict, workbooks::NOT_IN_FORCE_REMEDY),
        PipelineError::Cancelled => (Class::Outage, workbooks::CANCELLED_REMEDY),
        PipelineError::Internal(_) => (Class::Ours, workbooks::INTERNAL_REMEDY),
    };
    let remedy = error.fix().map_or(remedy.pick(lang), |(zh, en)| lang.pick(zh, en)).to_owned();
    Words { code: error.code(), class, title: error.title(lang), detail: error.detail(lang), remedy }
}
