//! The server from its settings to its end. Everything that can fail at the start fails here, before the first request.

mod tls;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpServer, web};
use tracing_actix_web::TracingLogger;

use tls::Certificate;
pub use tls::TlsError;

use crate::http::{self, Edge, RequestSpan};
use crate::retention;
use crate::service::batches::jobs;
use crate::service::{Jobs, Service, SettingsToken, Workers};
use crate::token::{self, TokenError, TokenOrigin};
use crate::upgrade;
use dealerbook_config::{CalendarFileError, Settings};
use dealerbook_engine::policy::Policy;
use dealerbook_output::pipeline::{Engine, EngineError};
use dealerbook_store::{Queue, Store, StoreError};

const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// So many characters the administrator's token of the settings has at least where others reach the server.
const ADMIN_TOKEN_CHARS_MIN: usize = 16;
const DISCONNECT_TIME_MAX: Duration = Duration::from_secs(5);

/// A server that listens already but doesn't answer yet.
pub struct Application {
    server: Server,
    address: SocketAddr,
    service: Arc<Service>,
    token: TokenOrigin,
    /// Where it serves https.
    certificate: Option<Arc<Certificate>>,
}

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// The address can't be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// As the settings say it.
        address: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// There are no threads for the calculations.
    #[error("the operating system gives no threads")]
    Threads(#[source] io::Error),
    /// The administrator's token could be guessed, and others reach the address.
    #[error(
        "DEALERBOOK_ADMIN_TOKEN has {chars} characters, and others reach {address}: give it at least {ADMIN_TOKEN_CHARS_MIN}, such as of `openssl rand -hex 32`, or listen on 127.0.0.1"
    )]
    GuessableToken {
        /// How many it has.
        chars: usize,
        /// The address.
        address: SocketAddr,
    },
    /// The store can't be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The schemas or policies are wrong.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A policy of the folder has the id of one that was proposed on the server.
    #[error("the policy {id} of the folder has the id of one that finance keeps on the server: give it another id")]
    PolicyTaken {
        /// The id.
        id: String,
    },
    /// The calendar can't be read or used.
    #[error(transparent)]
    Calendar(#[from] CalendarFileError),
    /// The certificate or its key can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The administrator's token can't be made.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// A token that people have made up may be short; nobody is to come by it by guessing.
fn check_admin_token(token: Option<&str>, address: SocketAddr) -> Result<(), StartupError> {
    let chars = token.map_or(ADMIN_TOKEN_CHARS_MIN, |token| token.chars().count());
    match chars >= ADMIN_TOKEN_CHARS_MIN {
        true => Ok(()),
        false if address.ip().to_canonical().is_loopback() => {
            tracing::warn!(chars, "DEALERBOOK_ADMIN_TOKEN is short: a proxy that leads here would let it be guessed");
            Ok(())
        }
        false => Err(StartupError::GuessableToken { chars, address }),
    }
}

impl Application {
    /// Listens, opens the store, loads the engine, and makes the administrator's token at the first start.
    ///
    /// # Errors
    /// When any of these fails; a token is made last, so that it is never made and not shown.
    pub async fn build(settings: &Settings) -> Result<Application, StartupError> {
        let listen = |source| StartupError::Listen { address: settings.listen.clone(), source };
        let listener = TcpListener::bind(&settings.listen).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        check_admin_token(settings.admin_token(), address)?;
        let certificate = Certificate::open(&settings.network)?;
        let mut engine = Engine::with_policies(settings.policies().as_deref())?;
        engine.package_limits = (&settings.limits.workbook).into();
        let calendar = settings.calendar.read()?;
        let store = Store::open(&settings.places).await?;
        upgrade::renew_regions(&store, &engine).await?;
        let kept = store.policy_versions().await?;
        let of_folder = |id: &str| !Policy::is_shipped(id) && engine.policies.iter().any(|own| own.id == id);
        if let Some(taken) = kept.iter().find(|kept| of_folder(&kept.id)) {
            return Err(StartupError::PolicyTaken { id: taken.id.clone() });
        }
        let queue = Queue::open(&settings.places).await?;
        let admin = SettingsToken::new(settings.admin_token());
        let token = match admin.is_given() {
            true => TokenOrigin::Given,
            false => token::first(&store).await?,
        };
        let jobs = Jobs::new(queue, http::describe);
        let service = Service::new(store, jobs, engine, calendar, admin, settings.limits.clone());
        let service = Arc::new(service.map_err(StartupError::Threads)?);
        let edge = Edge::new(&service, settings.network.proxies());
        let tls = certificate.as_ref().map(Certificate::server).transpose()?;
        let server = server(listener, tls, service.clone(), edge).map_err(listen)?;
        Ok(Application { server, address, service, token, certificate })
    }

    /// Where it listens; the port is the real one when the settings said 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it serves https.
    pub fn is_https(&self) -> bool {
        self.certificate.is_some()
    }

    /// Where the administrator's token is from.
    pub fn token(&self) -> &TokenOrigin {
        &self.token
    }

    /// Where calculations run.
    pub fn workers(&self) -> Workers {
        self.service.workers.clone()
    }

    /// Serves until `stop` is done; then takes no new requests and lets the running ones end, as long as the limits allow.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let handle = self.server.handle();
        let jobs = self.service.jobs.clone();
        let working = jobs::begin(&self.service);
        let mut server = pin!(self.server);
        let sweeps = retention::sweep_daily(
            self.service.store.clone(),
            self.service.limits.retention.clone(),
            self.service.limits.sessions.clone(),
        );
        let sweeps = tokio::spawn(sweeps);
        let certificate = self.certificate.map(|certificate| tokio::spawn(certificate.follow()));
        let ended = tokio::select! {
            ended = &mut server => ended,
            () = stop => {
                tracing::info!(running = self.service.workers.busy(), "stopping");
                self.service.begin_stop();
                jobs.stop();
                // Whoever sends requests here sees that it isn't ready, and has time to send them elsewhere.
                match tokio::time::timeout(self.service.limits.drain_time(), &mut server).await {
                    Ok(ended) => ended,
                    Err(_) => tokio::join!(server, handle.stop(true)).0,
                }
            }
        };
        sweeps.abort();
        certificate.iter().for_each(tokio::task::JoinHandle::abort);
        jobs.stop();
        for task in working {
            let _ = task.await;
        }
        jobs.close().await;
        self.service.store.close().await;
        tracing::info!("stopped");
        ended
    }
}

fn server(
    listener: TcpListener,
    tls: Option<rustls::ServerConfig>,
    service: Arc<Service>,
    edge: Edge,
) -> io::Result<Server> {
    let limits = service.limits.clone();
    let (service, edge) = (web::Data::from(service), web::Data::new(edge));
    let app = move || {
        App::new()
            .app_data(service.clone())
            .app_data(edge.clone())
            .app_data(web::PayloadConfig::new(http::BODY_BYTES_MAX))
            .configure(http::routes)
            .wrap(DefaultHeaders::new().add(("Cache-Control", "no-store")).add(("X-Content-Type-Options", "nosniff")))
            .wrap(from_fn(http::edge::arrivals::pace))
            .wrap(from_fn(http::render))
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(from_fn(http::edge::proxies::forget))
    };
    let server = HttpServer::new(app)
        .workers(limits.http_threads as usize)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(Duration::from_secs(limits.headers_seconds_max))
        .client_disconnect_timeout(DISCONNECT_TIME_MAX)
        // A client that has closed its side has gone away: its request is dropped, and its calculation stopped.
        .h1_allow_half_closed(false)
        .shutdown_timeout(limits.shutdown_seconds_max)
        .disable_signals();
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}
