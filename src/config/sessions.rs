//! Sessions of people who work in a browser, as settings.

/// How long people stay signed in, and how their cookie is sent.
#[derive(Clone, Debug, clap::Args)]
pub struct SessionLimits {
    /// Hours after which somebody who does nothing is signed out
    #[arg(long, env = "DEALERBOOK_SESSION_IDLE_HOURS", default_value_t = SessionLimits::default().session_idle_hours, value_parser = clap::value_parser!(u32).range(1..))]
    pub session_idle_hours: u32,
    /// Days after which everybody signs in again
    #[arg(long, env = "DEALERBOOK_SESSION_DAYS_MAX", default_value_t = SessionLimits::default().session_days_max, value_parser = clap::value_parser!(u32).range(1..=400))]
    pub session_days_max: u32,
    /// Whether the session's cookie is for https alone: auto (where the request came so, as far as the server is told), always or never
    #[arg(long, env = "DEALERBOOK_COOKIE_SECURE", value_enum, default_value_t = SessionLimits::default().cookie_secure)]
    pub cookie_secure: CookieSecure,
}

/// Whether a cookie is for https alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum CookieSecure {
    /// Where the request came over https.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Default for SessionLimits {
    fn default() -> Self {
        SessionLimits { session_idle_hours: 12, session_days_max: 7, cookie_secure: CookieSecure::Auto }
    }
}
