//! The end that challenges (RFC 7616 §3.3, RFC 3261 §22.4).

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use codecs::sip::{Authentication, HeaderName, Message, Quoted};

use super::{Algorithm, Demand, Question};
use crate::sip::Header;

/// How long a nonce may be used.
const LIFETIME: Duration = Duration::from_secs(300);
/// The most nonces in use that are remembered of an account.
const MOST: usize = 4096;

/// Makes challenges, and judges what they are answered with. Nonces that nobody has answered cost
/// no memory: they carry their time and a seal.
#[derive(Debug)]
pub(in crate::sip) struct Guard {
    secret: String,
    epoch: Option<Instant>,
    /// The nonces in use, by realm and user: who uses many does not have those of others forgotten.
    used: HashMap<(String, String), Used>,
}

/// A nonce of ours, after the time at which it is no good any more.
type Nonce = (Instant, Box<str>);

/// The nonces that an account was proven with.
#[derive(Debug, Default)]
struct Used {
    /// The highest count that each was used with.
    counts: BTreeMap<Nonce, u32>,
    /// The last one forgotten to make room. No older one is taken any more: it may have been used.
    forgotten: Option<Nonce>,
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
            used: HashMap::new(),
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
            Some((nonce, count)) if self.counts(&nonce, count, demand, now) => Verdict::Proven,
            Some(_) => Verdict::Stale,
            None => Verdict::Wrong,
        }
    }

    /// Whether a nonce is one of ours, not too old, and was not used with this count before; notes
    /// that it was.
    fn counts(&mut self, nonce: &str, count: u32, demand: &Demand, now: Instant) -> bool {
        let until = self.expiry(nonce, &demand.realm);
        let Some(until) = until.filter(|until| *until > now) else {
            return false;
        };
        let whose = (demand.realm.clone(), demand.account.user.clone());
        let used = self.used.entry(whose).or_default();
        used.counts((until, nonce.into()), count, now)
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

impl Used {
    /// Whether a nonce that is not too old was not used with this count before; notes that it was.
    fn counts(&mut self, nonce: Nonce, count: u32, now: Instant) -> bool {
        while let Some(oldest) = self.counts.first_entry().filter(|it| it.key().0 <= now) {
            oldest.remove();
        }
        if let Some(last) = self.counts.get_mut(&nonce) {
            let next = count > *last;
            *last = count.max(*last);
            return next;
        }
        if self.forgotten.as_ref().is_some_and(|last| nonce <= *last) {
            return false;
        }
        self.counts.insert(nonce, count);
        if self.counts.len() > MOST {
            self.forgotten = self.counts.pop_first().map(|(nonce, _)| nonce);
        }
        true
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::digest::{Account, Wallet};

    fn demand(user: &str) -> Demand {
        Demand {
            realm: "gw.example".into(),
            account: Account {
                user: user.into(),
                password: "secret".into(),
                realm: None,
            },
            algorithms: vec![Algorithm::Sha256],
        }
    }

    /// A request that answers a challenge made at this time.
    fn proof(guard: &mut Guard, demand: &Demand, random: u64, now: Instant) -> Message {
        let challenge = guard
            .challenges(demand, Verdict::Missing, random, now)
            .remove(0);
        let response = format!("SIP/2.0 401 U\r\nWWW-Authenticate: {}\r\n\r\n", challenge.1);
        let mut wallet = Wallet::new(demand.account.clone());
        assert!(wallet.challenged(&Message::parse(response.into()).unwrap()));
        let proof = wallet.prove("OPTIONS", "sip:gw.example", random).remove(0);
        let request = format!(
            "OPTIONS sip:gw.example SIP/2.0\r\nAuthorization: {}\r\n\r\n",
            proof.1
        );
        Message::parse(request.into()).unwrap()
    }

    #[test]
    fn who_proves_itself_often_is_heard_and_nothing_twice() {
        let mut guard = Guard::new("0123456789abcdef".into());
        let (often, seldom) = (demand("often"), demand("seldom"));
        let start = Instant::now();
        let other = proof(&mut guard, &seldom, 0, start);
        let late = proof(&mut guard, &seldom, 1, start);
        assert_eq!(guard.judge(&seldom, &other, start), Verdict::Proven);
        let at = |number: u64| start + Duration::from_micros(200 * number);
        let mut heard = Vec::new();
        for number in 2..5002 {
            let request = proof(&mut guard, &often, number, at(number));
            let verdict = guard.judge(&often, &request, at(number));
            assert_eq!(verdict, Verdict::Proven, "{number}");
            heard.push(request);
        }
        let end = at(5002);
        for (number, request) in heard.iter().enumerate() {
            let verdict = guard.judge(&often, request, end);
            assert_eq!(verdict, Verdict::Stale, "{number}");
        }
        assert_eq!(guard.judge(&seldom, &late, end), Verdict::Proven);
        for request in [&other, &late] {
            assert_eq!(guard.judge(&seldom, request, end), Verdict::Stale);
        }
    }
}
