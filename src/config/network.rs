//! How the server is reached: by which proxies, and whether over https, as settings.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;

/// How the server is reached.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct NetworkSettings {
    /// Addresses and networks of proxies before the server, apart by commas, such as 10.0.0.2,10.1.0.0/16; what X-Forwarded-For, -Host and -Proto say counts only from these
    #[arg(long, env = "DEALERBOOK_TRUSTED_PROXIES")]
    pub trusted_proxies: Option<Proxies>,
    /// File of the certificate (PEM, its chain behind it), to serve https without a proxy; with DEALERBOOK_TLS_KEY
    #[arg(long, env = "DEALERBOOK_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// File of the certificate's private key (PEM)
    #[arg(long, env = "DEALERBOOK_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
}

impl NetworkSettings {
    /// The proxies that are believed.
    pub fn proxies(&self) -> Proxies {
        self.trusted_proxies.clone().unwrap_or_default()
    }

    /// The files of the certificate and of its key, each when it was given; an empty name counts as none.
    pub fn tls_files(&self) -> (Option<PathBuf>, Option<PathBuf>) {
        (super::folder(self.tls_cert.clone()), super::folder(self.tls_key.clone()))
    }
}

/// Proxies that are believed, by their addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Whether an address is one of theirs.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Proxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Proxies, String> {
        let named = text.split(',').map(str::trim).filter(|named| !named.is_empty());
        let network = |named: &str| {
            let network = named.parse::<IpNet>().or_else(|_| named.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| {
                format!("{named}: an address or a network, such as 10.0.0.2 or 10.1.0.0/16 / 应为地址或网段，如 10.0.0.2 或 10.1.0.0/16")
            })
        };
        named.map(network).collect::<Result<_, _>>().map(Proxies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_addresses_and_networks_apart_by_commas() {
        let proxies: Proxies = "10.0.0.2, 10.1.0.0/16,2001:db8::/32,".parse().unwrap();
        for (address, is_one) in [
            ("10.0.0.2", true),
            ("::ffff:10.0.0.2", true),
            ("10.0.0.3", false),
            ("10.1.200.7", true),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(proxies.contains(address.parse().unwrap()), is_one, "{address}");
        }
        assert_eq!("".parse(), Ok(Proxies::default()));
        assert!("proxy.example.org".parse::<Proxies>().unwrap_err().starts_with("proxy.example.org"));
    }
}
