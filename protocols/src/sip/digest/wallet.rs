//! The end that is challenged (RFC 7616 §3.4, RFC 3261 §22.2, §22.3).

use bytes::Bytes;
use codecs::sip::{Authentication, HeaderName, Message, Quoted};
use smallvec::SmallVec;

use super::{Account, Algorithm, Question};
use crate::sip::Header;

/// How often a session may be challenged.
const MOST: u8 = 8;

/// What a session has been challenged with, for the requests to come.
#[derive(Debug)]
pub(in crate::sip) struct Wallet {
    account: Account,
    challenges: SmallVec<[Challenge; 1]>,
    /// How often it has been challenged.
    times: u8,
    /// What the last INVITE had, which its ACK repeats (RFC 3261 §22.1).
    of_invite: Vec<Header>,
    /// The BYE that was sent.
    pub(in crate::sip) bye: Option<Bytes>,
}

#[derive(Debug)]
struct Challenge {
    /// The field that answers it.
    answer: HeaderName<'static>,
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// As the challenge names it, if it does.
    algorithm: Option<Algorithm>,
    /// Whether it has `qop`, with `auth` in it.
    counted: bool,
    count: u32,
}

impl Wallet {
    pub(in crate::sip) fn new(account: Account) -> Self {
        Self {
            account,
            challenges: SmallVec::new(),
            times: 0,
            of_invite: Vec::new(),
            bye: None,
        }
    }

    /// Takes the challenges of 401 and 407 in. Answers whether the request is worth being sent
    /// again: not where the same was asked and answered before.
    pub(in crate::sip) fn challenged(&mut self, response: &Message) -> bool {
        const FIELDS: [(HeaderName<'static>, HeaderName<'static>); 2] = [
            (HeaderName::WwwAuthenticate, HeaderName::Authorization),
            (
                HeaderName::ProxyAuthenticate,
                HeaderName::ProxyAuthorization,
            ),
        ];
        self.times += 1;
        let mut worth = false;
        for (asked, answer) in FIELDS {
            let fields = response.headers(asked);
            let mut challenges = fields.filter_map(|field| Authentication::parse(field).ok());
            // The first one that can be answered (RFC 8760 §2.4).
            let found = challenges.find_map(|it| Some((self.read(&it, answer)?, it.get("stale"))));
            let Some((challenge, stale)) = found else {
                continue;
            };
            let is_same = |old: &Challenge| old.answer == answer && old.realm == challenge.realm;
            match self.challenges.iter().position(is_same) {
                Some(_) if !stale.is_some_and(|it| it.eq_ignore_ascii_case("true")) => {
                    return false;
                }
                Some(old) => self.challenges[old] = challenge,
                None => self.challenges.push(challenge),
            }
            worth = true;
        }
        worth && self.times < MOST
    }

    fn read(
        &self,
        challenge: &Authentication<'_>,
        answer: HeaderName<'static>,
    ) -> Option<Challenge> {
        let get = |name| challenge.get(name).map(std::borrow::Cow::into_owned);
        let (realm, named) = (get("realm")?, get("algorithm"));
        let algorithm = Algorithm::named(named.as_deref())?;
        let quality = get("qop");
        let is_auth = |quality: &String| quality.split(',').any(|it| it.trim() == "auth");
        let ours = self.account.realm.as_ref().is_none_or(|own| *own == realm);
        (challenge.is_digest() && ours && quality.as_ref().is_none_or(is_auth)).then_some(
            Challenge {
                answer,
                realm,
                nonce: get("nonce")?,
                opaque: get("opaque"),
                algorithm: named.map(|_| algorithm),
                counted: quality.is_some(),
                count: 0,
            },
        )
    }

    /// The header fields that prove who sends a request; `random` was never used before.
    pub(in crate::sip) fn prove(&mut self, method: &str, uri: &str, random: u64) -> Vec<Header> {
        let account = &self.account;
        let challenges = self.challenges.iter_mut();
        let proofs: Vec<_> = challenges
            .map(|challenge| {
                (
                    challenge.answer,
                    challenge.answer(account, method, uri, random),
                )
            })
            .collect();
        if method == "INVITE" {
            self.of_invite.clone_from(&proofs);
        }
        proofs
    }

    /// What the ACK for a 2xx has to repeat of its INVITE.
    pub(in crate::sip) fn of_invite(&self) -> &[Header] {
        &self.of_invite
    }
}

impl Challenge {
    fn answer(&mut self, account: &Account, method: &str, uri: &str, random: u64) -> String {
        self.count += 1;
        let (count, client) = (format!("{:08x}", self.count), format!("{random:016x}"));
        let question = Question {
            algorithm: self.algorithm.unwrap_or(Algorithm::Md5),
            realm: &self.realm,
            nonce: &self.nonce,
            counted: self.counted.then_some((&count, &client)),
            method,
            uri,
        };
        let mut value = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\"",
            Quoted(&account.user),
            Quoted(&self.realm),
            Quoted(&self.nonce),
            Quoted(uri),
            question.answer(account),
        );
        if let Some(algorithm) = self.algorithm {
            value += &format!(", algorithm={}", algorithm.name());
        }
        if self.counted {
            value += &format!(", qop=auth, nc={count}, cnonce=\"{client}\"");
        }
        if let Some(opaque) = &self.opaque {
            value += &format!(", opaque={}", Quoted(opaque));
        }
        value
    }
}
