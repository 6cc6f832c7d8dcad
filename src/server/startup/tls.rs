//! https without a proxy: the certificate and the key of the settings, and new ones as soon as they lie there. Connections that are open
//! keep what they were opened with.
//!
//! The pair of files is looked at every two seconds, and what can't be used changes nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::telemetry::causes;
use dealerbook_config::{NetworkSettings, cryptography};

const CERT: &str = "DEALERBOOK_TLS_CERT";
const KEY: &str = "DEALERBOOK_TLS_KEY";
/// How often it is looked whether the files have changed.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Why https can't be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One is of no use without the other.
    #[error("{CERT} and {KEY} go together: set {0} as well")]
    Half(&'static str),
    /// A file can't be read.
    #[error("{name}: {path} cannot be read")]
    Unread {
        /// Its setting.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A file isn't what it should be.
    #[error("{name}: {path} holds no {what} in PEM")]
    NotPem {
        /// Its setting.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// The cause.
        #[source]
        source: PemError,
    },
    /// The two can't be used, most often since they don't belong together.
    #[error(
        "the key {key} cannot be used with the certificate {cert}: {KEY} has to be the key of the first certificate in {CERT}"
    )]
    Unusable {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's.
        key: PathBuf,
        /// The cause.
        #[source]
        source: rustls::Error,
    },
    /// The library takes no configuration.
    #[error("TLS cannot be set up")]
    Setup(#[source] rustls::Error),
}

/// The files, and what was read from them last that could be used.
#[derive(Debug)]
pub struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: ArcSwap<CertifiedKey>,
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

/// What tells that a file has changed.
type Stamp = Option<(SystemTime, u64)>;

impl Certificate {
    /// Reads the certificate that the settings name; none where they name none.
    ///
    /// # Errors
    /// When a file is missing or faulty, or the two don't belong together.
    pub fn open(settings: &NetworkSettings) -> Result<Option<Arc<Certificate>>, TlsError> {
        let (cert, key) = match settings.tls_files() {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(TlsError::Half(KEY)),
            (None, Some(_)) => return Err(TlsError::Half(CERT)),
            (Some(cert), Some(key)) => (cert, key),
        };
        let provider = cryptography::provider();
        let current = ArcSwap::from_pointee(read(&cert, &key, &provider)?);
        Ok(Some(Arc::new(Certificate { cert, key, provider, current })))
    }

    /// How connections are taken.
    ///
    /// # Errors
    /// When the library takes no such configuration.
    pub fn server(self: &Arc<Self>) -> Result<ServerConfig, TlsError> {
        let builder = ServerConfig::builder_with_provider(self.provider.clone());
        let builder = builder.with_safe_default_protocol_versions().map_err(TlsError::Setup)?;
        Ok(builder.with_no_client_auth().with_cert_resolver(self.clone()))
    }

    /// Takes what lies in the files whenever they have changed; what is faulty is logged, and the pair before it goes on being used. Never ends.
    pub async fn follow(self: Arc<Self>) {
        let mut seen = self.stamps();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = self.stamps();
            if now == seen {
                continue;
            }
            seen = now;
            match read(&self.cert, &self.key, &self.provider) {
                Ok(pair) => {
                    self.current.store(Arc::new(pair));
                    tracing::info!(cert = %self.cert.display(), "another certificate");
                }
                Err(error) => tracing::error!(cause = causes(&error), "the certificate stays as it was"),
            }
        }
    }

    fn stamps(&self) -> [Stamp; 2] {
        [&self.cert, &self.key].map(|path| {
            let data = fs::metadata(path).ok()?;
            Some((data.modified().ok()?, data.len()))
        })
    }
}

fn read(cert: &Path, key: &Path, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let no_pem = |name, path: &Path, what| {
        let path = path.to_owned();
        move |source| match source {
            PemError::Io(source) => TlsError::Unread { name, path, source },
            source => TlsError::NotPem { name, path, what, source },
        }
    };
    let certificates = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.map_err(no_pem(CERT, cert, "certificate"))?;
    if certificates.is_empty() {
        return Err(no_pem(CERT, cert, "certificate")(PemError::NoItemsFound));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(no_pem(KEY, key, "private key"))?;
    CertifiedKey::from_der(certificates, private, provider).map_err(|source| TlsError::Unusable {
        cert: cert.to_owned(),
        key: key.to_owned(),
        source,
    })
}
