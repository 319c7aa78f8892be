//! Branches, tags and Call-IDs nobody can guess, which begin with their owner (RFC 3261 §19.3).

use std::fmt;

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

/// Makes identifiers: the owner's prefix, then 16 hexadecimal digits.
#[derive(Debug)]
pub(super) struct Identifiers {
    owner: Box<str>,
    random: StdRng,
}

impl Identifiers {
    /// Letters and digits of `owner` begin every identifier.
    pub(super) fn new(owner: &str, seed: [u8; 32]) -> Self {
        Self {
            owner: owner.chars().filter(char::is_ascii_alphanumeric).collect(),
            random: StdRng::from_seed(seed),
        }
    }

    /// 64 fresh random bits.
    pub(super) fn token(&mut self) -> u64 {
        self.random.next_u64()
    }

    /// How a token stands in a message.
    pub(super) fn spell(&self, token: u64) -> Spelled<'_> {
        Spelled {
            owner: &self.owner,
            token,
        }
    }

    /// The token of an identifier that was made here.
    pub(super) fn read(&self, text: &str) -> Option<u64> {
        let digits = text.strip_prefix(&*self.owner)?;
        let lower_hex = |b: u8| b.is_ascii_digit() || matches!(b, b'a'..=b'f');
        (digits.len() == 16 && digits.bytes().all(lower_hex))
            .then(|| u64::from_str_radix(digits, 16).ok())?
    }
}

/// A token as it stands in a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spelled<'a> {
    owner: &'a str,
    token: u64,
}

impl fmt::Display for Spelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:016x}", self.owner, self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_back_by_their_owner_only() {
        let mut ours = Identifiers::new("x; 3", [1; 32]);
        let theirs = Identifiers::new("x4", [1; 32]);
        let token = ours.token();
        let text = ours.spell(token).to_string();
        assert!(text.starts_with("x3"));
        assert_eq!(ours.read(&text), Some(token));
        assert_eq!(theirs.read(&text), None);
        assert_eq!(ours.read("x3+00000000000000f"), None);
        assert_ne!(ours.token(), token);
    }
}
