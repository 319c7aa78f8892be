//! The end that challenges (RFC 7616 §3.3, RFC 3261 §22.4).

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use codecs::sip::{Authentication, HeaderName, Message, Quoted};

use super::{Algorithm, Demand, Question};
use crate::sip::Header;

/// How long a nonce may be used.
const LIFETIME: Duration = Duration::from_secs(300);
/// The most nonces in use that are remembered; who comes with a further one is challenged anew.
const MOST: usize = 4096;

/// Makes challenges, and judges what they are answered with. Nonces that nobody has answered cost
/// no memory: they carry their time and a seal.
#[derive(Debug)]
pub(in crate::sip) struct Guard {
    secret: String,
    epoch: Option<Instant>,
    /// How often nonces were used.
    counts: HashMap<Box<str>, u32>,
    /// The same nonces with the time at which they are no good any more, in its order.
    used: VecDeque<(Instant, Box<str>)>,
}

/// What a request proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sip) enum Verdict {
    /// That its sender knows the secret.
    Proven,
    /// Nothing: it does not try to.
    Missing,
    /// That its sender knows the secret, but it may have been heard before.
    Stale,
    /// That its sender does not know the secret, or what to prove.
    Wrong,
}

impl Guard {
    /// `secret` is 128 random bits, in digits.
    pub(in crate::sip) fn new(secret: String) -> Self {
        Self {
            secret,
            epoch: None,
            counts: HashMap::new(),
            used: VecDeque::new(),
        }
    }

    /// The challenges to a request, one for each algorithm (RFC 8760 §2.4); `random` was never used
    /// before.
    pub(in crate::sip) fn challenges(
        &mut self,
        demand: &Demand,
        verdict: Verdict,
        random: u64,
        now: Instant,
    ) -> Vec<Header> {
        let age = now.saturating_duration_since(*self.epoch.get_or_insert(now));
        let body = format!("{:016x}{random:016x}", age.as_millis());
        let nonce = format!("{body}{}", self.seal(&body, &demand.realm));
        let stale = if verdict == Verdict::Stale {
            ", stale=true"
        } else {
            ""
        };
        let challenge = |algorithm: &Algorithm| {
            let value = format!(
                "Digest realm={}, nonce=\"{nonce}\", qop=\"auth\", algorithm={}{stale}",
                Quoted(&demand.realm),
                algorithm.name(),
            );
            (HeaderName::WwwAuthenticate, value)
        };
        demand.algorithms.iter().map(challenge).collect()
    }

    /// What a request proves of a demand.
    pub(in crate::sip) fn judge(
        &mut self,
        demand: &Demand,
        request: &Message,
        now: Instant,
    ) -> Verdict {
        let fields = request.headers(HeaderName::Authorization);
        let mut credentials = fields.filter_map(|field| Authentication::parse(field).ok());
        let is_for_us = |credentials: &Authentication<'_>| {
            credentials.is_digest()
                && credentials.get("realm").as_deref() == Some(demand.realm.as_str())
        };
        let Some(credentials) = credentials.find(is_for_us) else {
            return Verdict::Missing;
        };
        match answered(demand, &credentials, request) {
            Some((nonce, count)) if self.counts(&nonce, count, &demand.realm, now) => {
                Verdict::Proven
            }
            Some(_) => Verdict::Stale,
            None => Verdict::Wrong,
        }
    }

    /// Whether a nonce is one of ours, not too old, and was not used with this count before; notes
    /// that it was.
    fn counts(&mut self, nonce: &str, count: u32, realm: &str, now: Instant) -> bool {
        while self.used.front().is_some_and(|(until, _)| *until <= now) {
            if let Some((_, nonce)) = self.used.pop_front() {
                self.counts.remove(&nonce);
            }
        }
        let Some(until) = self.expiry(nonce, realm).filter(|until| *until > now) else {
            return false;
        };
        if let Some(last) = self.counts.get_mut(nonce) {
            let next = count > *last;
            *last = count.max(*last);
            return next;
        }
        if self.counts.len() >= MOST {
            return false;
        }
        self.counts.insert(nonce.into(), count);
        // Nonces may be used out of the order they were made in: one that is kept too long is
        // refused for its age.
        let after = self.used.back().map_or(until, |(last, _)| until.max(*last));
        self.used.push_back((after, nonce.into()));
        true
    }

    /// When a nonce of ours is no good any more.
    fn expiry(&self, nonce: &str, realm: &str) -> Option<Instant> {
        let (body, seal) = nonce.split_at_checked(32)?;
        let age = u64::from_str_radix(body.get(..16)?, 16).ok()?;
        let made = self.epoch?.checked_add(Duration::from_millis(age))?;
        (self.seal(body, realm) == seal).then_some(made + LIFETIME)
    }

    fn seal(&self, body: &str, realm: &str) -> String {
        let mut seal = Algorithm::Sha256.hash(&[&self.secret, body, realm]);
        seal.truncate(32);
        seal
    }
}

/// Nonce and count of credentials that only who knows the secret can have made, for a request of
/// this method; proxies may have changed its URI since (RFC 3261 §22.4).
fn answered(
    demand: &Demand,
    credentials: &Authentication<'_>,
    request: &Message,
) -> Option<(String, u32)> {
    let get = |name| credentials.get(name);
    let algorithm = Algorithm::named(get("algorithm").as_deref())?;
    let (nonce, count, client) = (get("nonce")?, get("nc")?, get("cnonce")?);
    let uri = get("uri")?;
    let question = Question {
        algorithm,
        realm: &demand.realm,
        nonce: &nonce,
        counted: Some((&count, &client)),
        method: request.method().as_str(),
        uri: &uri,
    };
    let proven = demand.algorithms.contains(&algorithm)
        && get("qop").as_deref() == Some("auth")
        && get("username").as_deref() == Some(demand.account.user.as_str())
        && same(&get("response")?, &question.answer(&demand.account));
    let count = u32::from_str_radix(&count, 16).ok()?;
    proven.then(|| (nonce.into_owned(), count))
}

/// Compares in a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    let differences = a
        .bytes()
        .zip(b.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && differences == 0
}
