//! Requests that come through a proxy: what it says of whoever sent them counts where the settings name it, and from nobody else.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, web};

use crate::http::Edge;
use dealerbook_config::Proxies;

/// What proxies say. `Forwarded` isn't among what is read: proxies that don't know it let through what a client has put there.
const SAID: [HeaderName; 3] = [header::X_FORWARDED_FOR, header::X_FORWARDED_HOST, header::X_FORWARDED_PROTO];

/// Takes away from a request what isn't believed, before anybody reads it.
///
/// # Errors
/// None of its own.
pub async fn forget(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let proxies = request.app_data::<web::Data<Edge>>().map(|edge| &edge.proxies);
    let peer = request.peer_addr().map(|peer| peer.ip());
    let is_believed = peer.zip(proxies).is_some_and(|(peer, proxies)| proxies.contains(peer));
    let headers = request.headers_mut();
    headers.remove(header::FORWARDED);
    if !is_believed {
        SAID.iter().for_each(|name| drop(headers.remove(name)));
    }
    next.call(request).await
}

/// The address of whoever sent a request: of those that it came by, the last that is no proxy of ours.
pub fn client(request: &HttpRequest, proxies: &Proxies) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    if !proxies.contains(peer) {
        return peer;
    }
    let lines = request.headers().get_all(header::X_FORWARDED_FOR).filter_map(|line| line.to_str().ok());
    let came_by: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut client = peer;
    for named in came_by.iter().rev() {
        match named.parse() {
            Ok(address) => client = address,
            Err(_) => break,
        }
        if !proxies.contains(client) {
            break;
        }
    }
    client
}
