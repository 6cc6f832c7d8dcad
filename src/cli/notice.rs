//! What the command line says to people.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use dealerbook_base::lang::Lang;
use dealerbook_server::token::{TokenOrigin, link_code};

/// Where the server listens and how to sign in.
pub fn started(address: SocketAddr, is_https: bool, token: &TokenOrigin, lang: Lang) -> String {
    let url = format!("{}://{}", if is_https { "https" } else { "http" }, reachable(address));
    let listening = match lang {
        Lang::Zh => format!("Dealerbook 已启动：{url}"),
        Lang::En => format!("Dealerbook is listening on {url}"),
    };
    format!("{listening}\n{}", sign_in(&url, token, lang))
}

fn sign_in(url: &str, token: &TokenOrigin, lang: Lang) -> String {
    match (token, lang) {
        (TokenOrigin::New(token), Lang::Zh) => format!(
            "在浏览器中打开下面的地址即可登录（只能用一次，一天内有效）：\n\n    {}\n\n管理员令牌（仅显示这一次，请妥善保存）：\n\n    {token}\n\n请求时带上请求头 Authorization: Bearer 令牌，例如：\n\n{}\n",
            link(url, token),
            curl(url, token, "2007年考核.xlsx", "考核结果.xlsx")
        ),
        (TokenOrigin::New(token), Lang::En) => format!(
            "Open this address in a browser to sign in (it works once, within a day):\n\n    {}\n\nThe administrator's token (shown this once; keep it safe):\n\n    {token}\n\nSend it with every request as Authorization: Bearer TOKEN, for example:\n\n{}\n",
            link(url, token),
            curl(url, token, "dealers.xlsx", "results.xlsx")
        ),
        (TokenOrigin::Kept, Lang::Zh) => {
            "管理员令牌已在首次启动时显示。如已遗失，可运行 dealerbook token --new 重新生成，或用环境变量 DEALERBOOK_ADMIN_TOKEN 指定。".to_owned()
        }
        (TokenOrigin::Kept, Lang::En) => {
            "The administrator's token was shown at the first start. If it is lost, make another with `dealerbook token --new`, or set DEALERBOOK_ADMIN_TOKEN.".to_owned()
        }
        (TokenOrigin::Given, Lang::Zh) => "管理员令牌由 DEALERBOOK_ADMIN_TOKEN 指定。".to_owned(),
        (TokenOrigin::Given, Lang::En) => "The administrator's token is the one of DEALERBOOK_ADMIN_TOKEN.".to_owned(),
    }
}

fn link(url: &str, token: &str) -> String {
    format!("{url}/sign-in?once={}", link_code(token))
}

fn curl(url: &str, token: &str, upload: &str, answer: &str) -> String {
    format!("    curl -H 'Authorization: Bearer {token}' -F workbook=@{upload} -o {answer} {url}/v1/runs")
}

/// A new token, and what became of the one before.
pub fn new_token(token: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "新的管理员令牌（仅显示这一次，请妥善保存）：\n\n    {token}\n\n原来的令牌已失效。如果设置了 DEALERBOOK_ADMIN_TOKEN，则以该设置为准。"
        ),
        Lang::En => format!(
            "The administrator's new token (shown this once; keep it safe):\n\n    {token}\n\nThe one before is void. Where DEALERBOOK_ADMIN_TOKEN is set, that one is in force instead."
        ),
    }
}

/// An address that a client on this machine can use: not `0.0.0.0` or `[::]`.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
