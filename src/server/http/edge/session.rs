//! People who work in a browser: known by a session's cookie, which was opened with a token and is as good as that token is.
//!
//! The cookie says who asks, never that they want what is asked: what changes something comes from a page of this server, says so by its
//! origin, and bears the session's mark.
//!
//! The guard puts a `Caller` only
//! into requests that read, so a handler that changes something can't have its person without `Posted` or `Viewer::check_mark`. Pages say
//! `Referrer-Policy: same-origin`, since browsers send forms of pages without a referrer as of no origin. The link of the first start only
//! shows a button: what fetches addresses by itself doesn't use it up.

use std::future::{Ready, ready};
use std::pin::Pin;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::{Url, form_urlencoded};

use crate::http::{Caller, Problem, Service, TokenFault, access, auth, render};
use crate::service::sessions;
use dealerbook_base::lang::Lang;
use dealerbook_config::CookieSecure;
use dealerbook_store::Person;

/// The cookie that holds a session's secret.
const COOKIE: &str = "dealerbook_session";
/// The cookie that holds the language.
const LANG_COOKIE: &str = "dealerbook_lang";
/// The field of a form, and the header of a script's request, that bear the session's mark.
pub const MARK_FIELD: &str = "csrf";
const MARK_HEADER: &str = "X-CSRF-Token";
/// The digits of a secret.
const SECRET_DIGITS: usize = 64;
const DAY_SECONDS: u64 = 24 * 60 * 60;

/// Who looks at a page, in which language. An extractor of pages behind the guard of the pages.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Who it is.
    pub person: Person,
    /// The language of what they read.
    pub lang: Lang,
    mark: String,
    /// Whether the request has brought the mark in its header.
    has_brought_mark: bool,
}

impl Viewer {
    fn new(person: Person, lang: Lang, secret: &str) -> Viewer {
        Viewer { person, lang, mark: mark(secret), has_brought_mark: false }
    }

    /// Whether a route that is read, by its pattern, is there and open to them: links to others are left out.
    pub fn is_admitted(&self, pattern: &str) -> bool {
        access::of("GET", Some(pattern)).is_ok_and(|who| who.admit(self.person.role).is_ok())
    }

    /// The hidden field that every form of a page has to have.
    pub fn mark_field(&self) -> Markup {
        html! { input type="hidden" name=(MARK_FIELD) value=(self.mark); }
    }

    /// Whether the request comes from a page of this session: by this mark out of its form, or by the one that was in its header.
    ///
    /// # Errors
    /// When it doesn't.
    pub fn check_mark(&self, mark: &str) -> Result<(), Problem> {
        match self.has_brought_mark || bool::from(self.mark.as_bytes().ct_eq(mark.as_bytes())) {
            true => Ok(()),
            false => Err(Problem::CrossSite),
        }
    }
}

impl FromRequest for Viewer {
    type Error = Problem;
    type Future = Ready<Result<Viewer, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get().cloned().ok_or(Problem::Unauthorized { fault: TokenFault::Missing }))
    }
}

/// A form that was sent from a page of this session: extracting it checks the mark.
#[derive(Debug)]
pub struct Posted {
    /// Who sent it.
    pub viewer: Viewer,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// A field's text without the space around it; empty where it isn't there.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The texts of all fields of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.trim())
    }
}

impl FromRequest for Posted {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Posted, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let viewer = request.extensions().get::<Viewer>().cloned();
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let viewer = viewer.ok_or(Problem::Unauthorized { fault: TokenFault::Missing })?;
            let body = body.await.map_err(|error| match render::of_body(&error) {
                Problem::MalformedRequest => Problem::MalformedForm,
                problem => problem,
            })?;
            let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
            let posted = Posted { viewer, fields };
            posted.viewer.check_mark(posted.get(MARK_FIELD))?;
            Ok(posted)
        })
    }
}

/// Puts whoever is signed in into the request of a page, as far as the page is open to them.
///
/// # Errors
/// When nobody is signed in, the page isn't open to their role, or the request comes from another site or bears another session's mark.
pub async fn admit(request: &ServiceRequest, lang: Lang) -> Result<(), Problem> {
    let who = auth::who(request)?;
    if !reads(request.method()) {
        check_origin(request.request())?;
    }
    let service = request.app_data::<web::Data<Service>>().ok_or_else(|| Problem::internal("no service"))?;
    let known = known(request.request(), service).await?;
    if who == access::Who::Anybody {
        known.into_iter().for_each(|(person, secret)| insert(request, Viewer::new(person, lang, secret)));
        return Ok(());
    }
    let (person, secret) = known.ok_or(Problem::Unauthorized { fault: TokenFault::Missing })?;
    let mut viewer = Viewer::new(person, lang, secret);
    // Inserted before it is refused: the page that says so has the viewer's frame.
    insert(request, viewer.clone());
    who.admit(viewer.person.role)?;
    if let Some(mark) = request.headers().get(MARK_HEADER) {
        viewer.check_mark(&String::from_utf8_lossy(mark.as_bytes()))?;
        viewer.has_brought_mark = true;
        insert(request, viewer);
    }
    Ok(())
}

fn insert(request: &ServiceRequest, viewer: Viewer) {
    let mut extensions = request.extensions_mut();
    // What reads may go the same way as under /v1; what changes something asks for its mark first.
    if reads(request.method()) {
        extensions.insert(Caller(viewer.person.clone()));
    }
    extensions.insert(viewer);
}

/// Who reads something of /v1 by the cookie alone, as links on pages lead there, and the session's secret.
///
/// # Errors
/// When the request changes something, or there is no session.
pub async fn reader(request: &HttpRequest, service: &web::Data<Service>) -> Result<(Person, String), Problem> {
    let missing = Problem::Unauthorized { fault: TokenFault::Missing };
    if !reads(request.method()) {
        return Err(missing);
    }
    known(request, service).await?.map(|(person, secret)| (person, secret.to_owned())).ok_or(missing)
}

/// Who is signed in, and the session's secret.
async fn known<'r>(
    request: &'r HttpRequest,
    service: &web::Data<Service>,
) -> Result<Option<(Person, &'r str)>, Problem> {
    let Some(secret) = cookie(request, COOKIE).filter(|secret| is_secret(secret)) else { return Ok(None) };
    Ok(sessions::resume(secret, service).await?.map(|person| (person, secret)))
}

/// Signs in whoever presents a token: opens a session and gives its cookie.
///
/// # Errors
/// When nobody is known by the token, or the session can't be stored.
pub async fn sign_in(presented: &str, request: &HttpRequest, service: &web::Data<Service>) -> Result<String, Problem> {
    let secret = sessions::open(presented, cookie(request, COOKIE), service).await?;
    Ok(session_cookie(&secret, request, service))
}

/// Signs in by a link that does so once: opens a session and gives its cookie.
///
/// # Errors
/// When there is no such link any more, its token is void, or the session can't be stored.
pub async fn sign_in_once(code: &str, request: &HttpRequest, service: &web::Data<Service>) -> Result<String, Problem> {
    let secret = sessions::open_by_link(code, cookie(request, COOKIE), service).await?;
    Ok(session_cookie(&secret, request, service))
}

fn session_cookie(secret: &str, request: &HttpRequest, service: &Service) -> String {
    let limits = &service.limits.sessions;
    let is_secure = match limits.cookie_secure {
        CookieSecure::Always => true,
        CookieSecure::Never => false,
        CookieSecure::Auto => request.connection_info().scheme() == "https",
    };
    let secure = if is_secure { "; Secure" } else { "" };
    let seconds = u64::from(limits.session_days_max) * DAY_SECONDS;
    format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

/// Ends the request's session, and gives the cookie that takes its own away.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(request: &HttpRequest, service: &Service) -> Result<String, Problem> {
    if let Some(secret) = cookie(request, COOKIE) {
        sessions::close(secret, service).await?;
    }
    Ok(format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"))
}

/// Adds a cookie to an answer.
pub fn set_cookie<B>(answer: &mut HttpResponse<B>, cookie: &str) {
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The language of pages: what the address asks for, else what was chosen last, else Chinese.
pub fn lang(request: &HttpRequest) -> Lang {
    let chosen = || cookie(request, LANG_COOKIE).and_then(|code| code.parse().ok());
    render::asked_lang(request.query_string()).or_else(chosen).unwrap_or_default()
}

/// Returns the cookie that remembers a language.
pub fn lang_cookie(lang: Lang) -> String {
    format!("{LANG_COOKIE}={}; Path=/; SameSite=Lax; Max-Age={}", lang.code(), 365 * DAY_SECONDS)
}

/// A path of this server, with its query, out of what a request claims to be one.
pub fn local_path(claimed: &str) -> Option<String> {
    let base = Url::parse("http://local.invalid/").ok()?;
    let url = claimed.starts_with('/').then(|| base.join(claimed).ok()).flatten()?;
    let is_local = url.origin() == base.origin() && url.username().is_empty() && url.password().is_none();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    // A path that begins with two slashes is another server's to a browser.
    (is_local && !url.path().starts_with("//")).then(|| format!("{}{query}", url.path()))
}

/// Whether a request only reads.
pub fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether somebody looks at the answer in a browser.
pub fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    accept.is_some_and(|accept| String::from_utf8_lossy(accept.as_bytes()).contains("text/html"))
}

/// Browsers say from where a form or a script's request comes; from anywhere else it changes nothing.
fn check_origin(request: &HttpRequest) -> Result<(), Problem> {
    let text = |name: &str| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let is_same_site = text("Sec-Fetch-Site").is_none_or(|site| site == "same-origin");
    let is_same_origin = text("Origin").is_none_or(|origin| {
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some_and(|host| host.eq_ignore_ascii_case(request.connection_info().host()))
    });
    match is_same_site && is_same_origin {
        true => Ok(()),
        false => Err(Problem::CrossSite),
    }
}

/// What the session's forms bear: it follows from the secret, which doesn't follow from it.
fn mark(secret: &str) -> String {
    hex::encode(Sha256::digest(format!("mark of forms: {secret}")))
}

fn is_secret(text: &str) -> bool {
    text.len() == SECRET_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn cookie<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    let headers = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(named, _)| *named == name).map(|(_, value)| value)
}
