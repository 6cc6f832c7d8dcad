//! Guessing at tokens is slow. Repeated bad tokens are answered more and more slowly, each address by itself; an address for which many
//! answers wait is refused at once, its tokens unseen. A token that was good lately never waits, and who waits holds neither a thread nor a
//! place among the uploads.
//!
//! They are counted and logged before they wait, and count as in flight for as long as they were to wait, even if nobody does any more: who
//! goes away after a tenth of a second would learn as much. Beyond so many in flight, an address's tokens aren't looked at, but for those
//! that were good within the hour, so that nobody locks out the others behind a shared address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use dealerbook_config::Limits;

/// After this time without a bad token an address is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);
/// How long the first answer that is slowed down waits; each further one twice as long.
const DELAY_MIN: Duration = Duration::from_millis(250);
/// So many addresses are remembered; beyond, the one that was quiet longest is forgotten.
const ADDRESSES_MAX: usize = 10_000;
/// So many good tokens are remembered, each for this time.
const GOOD_TOKENS_MAX: usize = 10_000;
const GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// Who has presented bad tokens lately. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Throttle {
    free: u32,
    waiting_max: u32,
    delay_max: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// By network.
    seen: HashMap<IpAddr, Seen>,
    /// Tokens that are looked at or wait for the answer that they are bad, by network; none are left out.
    in_flight: HashMap<IpAddr, u32>,
    /// Hashes of tokens that were good, with the time when they last were.
    good: HashMap<[u8; 32], Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    bad: u32,
    last: Instant,
}

/// A token of an address that is looked at, or waits for its answer: one of those that the address may have in flight.
#[derive(Debug)]
pub struct Attempt {
    throttle: Throttle,
    network: IpAddr,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let mut state = self.throttle.state();
        if let Some(in_flight) = state.in_flight.get_mut(&self.network) {
            *in_flight -= 1;
            if *in_flight == 0 {
                state.in_flight.remove(&self.network);
            }
        }
    }
}

impl Throttle {
    /// A throttle that has seen nobody.
    pub fn new(limits: &Limits) -> Throttle {
        Throttle {
            free: limits.bad_tokens_free,
            waiting_max: limits.bad_tokens_waiting_max,
            delay_max: Duration::from_secs(limits.bad_token_delay_seconds_max),
            state: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a token may be looked at that an address presents; none where too many of the address are in flight. A token that was good
    /// lately isn't among them, whoever else shares the address.
    pub fn begin(&self, address: IpAddr, token: &[u8], now: Instant) -> Option<Attempt> {
        let (network, mut state) = (network(address), self.state());
        let was_good = state.good.get(&hash(token)).is_some_and(|last| now.saturating_duration_since(*last) < GOOD_FOR);
        let in_flight = state.in_flight.entry(network).or_default();
        if *in_flight >= self.waiting_max && !was_good {
            return None;
        }
        *in_flight += 1;
        drop(state);
        Some(Attempt { throttle: self.clone(), network })
    }

    /// Remembers a good token.
    pub fn good_token(&self, token: &[u8], now: Instant) {
        let mut state = self.state();
        if state.good.len() >= GOOD_TOKENS_MAX {
            state.good.retain(|_, last| now.saturating_duration_since(*last) < GOOD_FOR);
        }
        if state.good.len() < GOOD_TOKENS_MAX {
            state.good.insert(hash(token), now);
        }
    }

    /// Remembers a bad token, and tells how many of its address there were, and how long its answer is to wait.
    pub fn bad_token(&self, address: IpAddr, now: Instant) -> (u32, Duration) {
        let (network, mut state) = (network(address), self.state());
        let seen = &mut state.seen;
        if !seen.contains_key(&network) && seen.len() >= ADDRESSES_MAX {
            make_room(seen, now);
        }
        let entry = seen.entry(network).or_insert(Seen { bad: 0, last: now });
        if now.saturating_duration_since(entry.last) >= FORGOTTEN_AFTER {
            entry.bad = 0;
        }
        *entry = Seen { bad: entry.bad.saturating_add(1), last: now };
        let delay = match entry.bad.saturating_sub(self.free) {
            0 => Duration::ZERO,
            slowed => DELAY_MIN.saturating_mul(1 << (slowed - 1).min(16)).min(self.delay_max),
        };
        (entry.bad, delay)
    }

    /// When an address is to try again of which too many tokens are in flight, seconds.
    pub fn retry_after_seconds(&self) -> u64 {
        self.delay_max.as_secs().max(1)
    }
}

fn hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
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
        Throttle { free: 4, waiting_max: 3, delay_max: Duration::from_secs(8), state: Arc::default() }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_bad_tokens_are_free_and_the_others_wait_twice_as_long_each_time() {
        let (throttle, now) = (throttle(), Instant::now());
        let waits: Vec<u128> = (0..12).map(|_| throttle.bad_token(ip("10.0.0.1"), now).1.as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(throttle.bad_token(ip("10.0.0.2"), now), (1, Duration::ZERO));
    }

    #[test]
    fn a_minute_without_a_bad_token_is_forgiven() {
        let (throttle, now) = (throttle(), Instant::now());
        for _ in 0..9 {
            throttle.bad_token(ip("10.0.0.1"), now);
        }
        let almost = now + FORGOTTEN_AFTER - Duration::from_millis(1);
        assert!(throttle.bad_token(ip("10.0.0.1"), almost).1 > Duration::ZERO);
        assert_eq!(throttle.bad_token(ip("10.0.0.1"), almost + FORGOTTEN_AFTER), (1, Duration::ZERO));
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
        let seen = &throttle.state().seen;
        assert_eq!(seen.len(), ADDRESSES_MAX);
        assert!(!seen.contains_key(&ip("0.0.0.0")) && seen.contains_key(&IpAddr::V4(10_099.into())));
    }

    #[test]
    fn an_address_has_so_many_tokens_in_flight_and_a_good_one_passes_all_the_same() {
        let (throttle, now) = (throttle(), Instant::now());
        let begin = |address, token: &[u8]| throttle.begin(ip(address), token, now);
        throttle.good_token(b"good", now);
        let mut attempts: Vec<Attempt> = (0..3).map(|_| begin("2001:db8::1", b"bad").unwrap()).collect();
        assert!(begin("2001:db8::2", b"bad").is_none(), "of the same network");
        assert!(begin("2001:db8:0:1::1", b"bad").is_some() && begin("2001:db8::2", b"good").is_some());
        assert!(throttle.begin(ip("2001:db8::2"), b"good", now + GOOD_FOR).is_none(), "too long ago");
        attempts.pop();
        assert!(begin("2001:db8::2", b"bad").is_some());
        attempts.clear();
        assert!(throttle.state().in_flight.is_empty());
    }
}
