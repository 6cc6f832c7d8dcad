//! This server's own address, as the client knows it: for lines that people copy into a shell, so nothing gets in that is no address.

use actix_web::HttpRequest;

const HOST_CHARS_MAX: usize = 255;

/// Scheme and host, such as `http://127.0.0.1:8080`. A host that isn't one is replaced by the address on which the server listens.
pub fn of(request: &HttpRequest) -> String {
    let info = request.connection_info();
    let scheme = if info.scheme() == "https" { "https" } else { "http" };
    match info.host() {
        host if is_host(host) => format!("{scheme}://{host}"),
        _ => format!("{scheme}://{}", request.app_config().local_addr()),
    }
}

/// A name, an IPv4 or a bracketed IPv6 address, with or without a port: nothing that a page or a shell could take for anything else.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_port = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    host.len() <= HOST_CHARS_MAX && port.is_none_or(is_port) && (is_name(name) || is_bracketed(name))
}

fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.split('.').all(is_label)
}

fn is_bracketed(name: &str) -> bool {
    let inside = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_taken() {
        for host in ["localhost", "127.0.0.1:8080", "dealers.example.cn", "[::1]:8080", "[::1]", "a-b.c:1"] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "", ":80", "a:", "a:b", "a b", "a;rm", "$(id)", "a'b", "<b>", "-o", "a..b", "[::1", "::1", "a:123456",
            "a/b", "a@b",
        ] {
            assert!(!is_host(host), "{host}");
        }
        assert!(!is_host(&"a".repeat(256)));
    }
}
