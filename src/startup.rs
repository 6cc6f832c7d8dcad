//! The server from its settings to its end. Everything that can fail at the start fails here, before the first request.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpServer, web};
use tracing_actix_web::TracingLogger;

use crate::config::{CalendarFileError, Limits, Settings};
use crate::http::{self, RequestSpan, Service, SettingsToken, Workers};
use crate::pipeline::{Engine, EngineError};
use crate::policy::Policy;
use crate::retention;
use crate::store::{Queue, Store, StoreError};
use crate::token::{self, TokenOrigin};
use crate::upgrade;

const KEEP_ALIVE: Duration = Duration::from_secs(30);
const DISCONNECT_TIME_MAX: Duration = Duration::from_secs(5);

/// A server that listens already but doesn't answer yet.
pub struct Application {
    server: Server,
    address: SocketAddr,
    service: web::Data<Service>,
    token: TokenOrigin,
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
    /// The operating system gives no random bytes.
    #[error("the operating system gives no randomness for a token")]
    Random(#[from] getrandom::Error),
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
        let service = Service::new(store, queue, engine, calendar, admin, settings.limits.clone());
        let service = web::Data::new(service.map_err(StartupError::Threads)?);
        let server = server(listener, service.clone(), &settings.limits).map_err(listen)?;
        Ok(Application { server, address, service, token })
    }

    /// Where it listens; the port is the real one when the settings said 0.
    pub fn address(&self) -> SocketAddr {
        self.address
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
        let working = jobs.begin(&self.service);
        let mut server = pin!(self.server);
        let sweeps = retention::sweep_daily(
            self.service.store.clone(),
            self.service.limits.retention.clone(),
            self.service.limits.sessions.clone(),
        );
        let sweeps = tokio::spawn(sweeps);
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

fn server(listener: TcpListener, service: web::Data<Service>, limits: &Limits) -> io::Result<Server> {
    let app = move || {
        App::new()
            .app_data(service.clone())
            .configure(http::routes)
            .wrap(DefaultHeaders::new().add(("Cache-Control", "no-store")).add(("X-Content-Type-Options", "nosniff")))
            .wrap(from_fn(http::render))
            .wrap(TracingLogger::<RequestSpan>::new())
    };
    Ok(HttpServer::new(app)
        .workers(limits.http_threads as usize)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(Duration::from_secs(limits.headers_seconds_max))
        .client_disconnect_timeout(DISCONNECT_TIME_MAX)
        // A client that has closed its side has gone away: its request is dropped, and its calculation stopped.
        .h1_allow_half_closed(false)
        .shutdown_timeout(limits.shutdown_seconds_max)
        .disable_signals()
        .listen(listener)?
        .run())
}
