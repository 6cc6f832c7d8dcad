//! Repeated bad tokens are answered more and more slowly, each address by itself. A good token never waits, and who waits holds neither
//! a thread nor a place among the uploads.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::config::Limits;

/// After this time without a bad token an address is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);
/// How long the first answer that is slowed down waits; each further one twice as long.
const DELAY_MIN: Duration = Duration::from_millis(250);
/// So many addresses are remembered; beyond, the one that was quiet longest is forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// Who has presented bad tokens lately.
#[derive(Debug)]
pub struct Throttle {
    free: u32,
    delay_max: Duration,
    seen: Mutex<HashMap<IpAddr, Seen>>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    bad: u32,
    last: Instant,
}

impl Throttle {
    /// A throttle that has seen nobody.
    pub fn new(limits: &Limits) -> Throttle {
        let delay_max = Duration::from_secs(limits.bad_token_delay_seconds_max);
        Throttle { free: limits.bad_tokens_free, delay_max, seen: Mutex::default() }
    }

    /// Remembers a bad token, and tells how long its answer is to wait.
    pub fn bad_token(&self, address: IpAddr, now: Instant) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let network = network(address);
        if !seen.contains_key(&network) && seen.len() >= ADDRESSES_MAX {
            make_room(&mut seen, now);
        }
        let entry = seen.entry(network).or_insert(Seen { bad: 0, last: now });
        if now.saturating_duration_since(entry.last) >= FORGOTTEN_AFTER {
            entry.bad = 0;
        }
        *entry = Seen { bad: entry.bad.saturating_add(1), last: now };
        match entry.bad.saturating_sub(self.free) {
            0 => Duration::ZERO,
            slowed => DELAY_MIN.saturating_mul(1 << (slowed - 1).min(16)).min(self.delay_max),
        }
    }
}

fn make_room(seen: &mut HashMap<IpAddr, Seen>, now: Instant) {
    seen.retain(|_, entry| now.saturating_duration_since(entry.last) < FORGOTTEN_AFTER);
    if seen.len() >= ADDRESSES_MAX {
        let quietest = seen.iter().min_by_key(|(_, entry)| entry.last).map(|(address, _)| *address);
        quietest.map(|address| seen.remove(&address));
    }
}

/// Whoever has one address of IPv6 has a whole network of them, /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle() -> Throttle {
        Throttle { free: 4, delay_max: Duration::from_secs(8), seen: Mutex::default() }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_bad_tokens_are_free_and_the_others_wait_twice_as_long_each_time() {
        let (throttle, now) = (throttle(), Instant::now());
        let waits: Vec<u128> = (0..12).map(|_| throttle.bad_token(ip("10.0.0.1"), now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(throttle.bad_token(ip("10.0.0.2"), now), Duration::ZERO);
    }

    #[test]
    fn a_minute_without_a_bad_token_is_forgiven() {
        let (throttle, now) = (throttle(), Instant::now());
        for _ in 0..9 {
            throttle.bad_token(ip("10.0.0.1"), now);
        }
        let almost = now + FORGOTTEN_AFTER - Duration::from_millis(1);
        assert!(throttle.bad_token(ip("10.0.0.1"), almost) > Duration::ZERO);
        assert_eq!(throttle.bad_token(ip("10.0.0.1"), almost + FORGOTTEN_AFTER), Duration::ZERO);
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_and_ipv4_within_ipv6_as_ipv4() {
        assert_eq!(network(ip("2001:db8::1")), network(ip("2001:db8::ffff:1:2:3")));
        assert_ne!(network(ip("2001:db8::1")), network(ip("2001:db8:0:1::1")));
        assert_eq!(network(ip("::ffff:10.0.0.1")), ip("10.0.0.1"));
    }

    #[test]
    fn no_more_addresses_are_remembered_than_there_is_room_for() {
        let (throttle, now) = (throttle(), Instant::now());
        for address in 0..u32::try_from(ADDRESSES_MAX).unwrap() + 100 {
            throttle.bad_token(IpAddr::V4(address.into()), now + Duration::from_micros(address.into()));
        }
        let seen = throttle.seen.lock().unwrap();
        assert_eq!(seen.len(), ADDRESSES_MAX);
        assert!(!seen.contains_key(&ip("0.0.0.0")) && seen.contains_key(&IpAddr::V4(10_099.into())));
    }
}
