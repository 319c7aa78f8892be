//! Digest authentication: a secret that both ends share is proven without being told (RFC 7616,
//! RFC 8760, RFC 3261 §22).

mod guard;
mod wallet;

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;

use md5::{Digest, Md5};
use sha2::Sha256;

pub(super) use guard::{Guard, Verdict};
pub(super) use wallet::Wallet;

/// Who has to prove who they are, and to whom we do, by the addresses of peers.
pub type Proofs = HashMap<IpAddr, Proof>;

/// What is proven between a peer and us.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// What it has to prove.
    pub demand: Option<Demand>,
    /// As whom we prove ourselves where it challenges us.
    pub account: Option<Account>,
}

/// What a peer has to prove with every request outside of a dialog.
#[derive(Debug, Clone)]
pub struct Demand {
    /// The realm it is challenged for.
    pub realm: String,
    /// What it proves to know.
    pub account: Account,
    /// What it may prove it with, the best first.
    pub algorithms: Vec<Algorithm>,
}

/// A user and its secret.
#[derive(Clone)]
pub struct Account {
    /// The user's name.
    pub user: String,
    /// The secret.
    pub password: String,
    /// The realm that it is for; `None`: for any.
    pub realm: Option<String>,
}

impl fmt::Debug for Account {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("user", &self.user)
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}

/// How a proof is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// MD5, for those who know nothing better (RFC 8760 §2.7).
    Md5,
}

impl Algorithm {
    /// All there are, the best first.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Md5];

    /// As it stands in a header field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
        }
    }

    /// The one that a header field names; MD5 where it names none (RFC 7616 §3.3).
    fn named(name: Option<&str>) -> Option<Self> {
        let Some(name) = name else {
            return Some(Self::Md5);
        };
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The hash of these, joined by colons, in hexadecimal digits.
    fn hash(self, parts: &[&str]) -> String {
        match self {
            Self::Sha256 => hexadecimal(&hash::<Sha256>(parts)),
            Self::Md5 => hexadecimal(&hash::<Md5>(parts)),
        }
    }
}

fn hash<D: Digest>(parts: &[&str]) -> impl AsRef<[u8]> + use<D> {
    let mut hash = D::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            hash.update(b":");
        }
        hash.update(part);
    }
    hash.finalize()
}

fn hexadecimal(octets: &impl AsRef<[u8]>) -> String {
    use fmt::Write;
    let octets = octets.as_ref();
    let mut text = String::with_capacity(2 * octets.len());
    for octet in octets {
        // Writing to a string does not fail.
        let _ = write!(text, "{octet:02x}");
    }
    text
}

/// What a proof is computed of, beside the account (RFC 7616 §3.4.1).
struct Question<'a> {
    algorithm: Algorithm,
    realm: &'a str,
    nonce: &'a str,
    /// nc and cnonce, where the quality of protection is `auth`; without them as RFC 2069 had it.
    counted: Option<(&'a str, &'a str)>,
    method: &'a str,
    uri: &'a str,
}

impl Question<'_> {
    fn answer(&self, account: &Account) -> String {
        let hash = |parts: &[&str]| self.algorithm.hash(parts);
        let secret = hash(&[&account.user, self.realm, &account.password]);
        let request = hash(&[self.method, self.uri]);
        match self.counted {
            Some((count, client)) => hash(&[&secret, self.nonce, count, client, "auth", &request]),
            None => hash(&[&secret, self.nonce, &request]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mufasa(password: &str) -> Account {
        Account {
            user: "Mufasa".into(),
            password: password.into(),
            realm: None,
        }
    }

    #[test]
    fn the_examples_of_the_standards() {
        // RFC 7616 §3.9.1
        let question = |algorithm| Question {
            algorithm,
            realm: "http-auth@example.org",
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            counted: Some(("00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")),
            method: "GET",
            uri: "/dir/index.html",
        };
        let account = mufasa("Circle of Life");
        assert_eq!(
            question(Algorithm::Md5).answer(&account),
            "8ca523f5e9506fed4657c9700eebdbec"
        );
        assert_eq!(
            question(Algorithm::Sha256).answer(&account),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
        );
        // RFC 2617 §3.5
        let older = Question {
            algorithm: Algorithm::Md5,
            realm: "testrealm@host.com",
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            counted: Some(("00000001", "0a4f113b")),
            method: "GET",
            uri: "/dir/index.html",
        };
        assert_eq!(
            older.answer(&mufasa("Circle Of Life")),
            "6629fae49393a05397450978507c4ef1"
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        assert!(!format!("{:?}", mufasa("Circle")).contains("Circle"));
    }
}
