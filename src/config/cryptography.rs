//! Which library TLS takes its cryptography from: one for the whole process, so that none is compiled beside it.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};

/// Returns what https is served with.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Makes it that of every client in this process: buckets and the export of traces need it before they connect. A second call does
/// nothing.
pub fn install() {
    // An error would hand back what was installed before, which is the same.
    let _ = ring::default_provider().install_default();
}
