//! Reading typed messages from AVPs, with the answer each fault asks for (RFC 6733 §7.1.5).

use super::avp::Avp;
use super::{Key, ResultCode};

/// Why the AVPs of a request are not what its command asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The result to answer with.
    pub result: ResultCode,
    /// What to put in Failed-AVP: the AVP at fault, or an empty one that is missing (`§7.5`).
    pub failed: Avp,
}

impl Fault {
    fn new(result: ResultCode, failed: &Avp) -> Self {
        let failed = failed.clone();
        Self { result, failed }
    }

    /// An AVP has a value it must not have.
    pub fn value(failed: &Avp) -> Self {
        Self::new(ResultCode::INVALID_AVP_VALUE, failed)
    }

    fn missing(key: Key) -> Self {
        Self::new(ResultCode::MISSING_AVP, &Avp::new(key, vec![0; 4]))
    }
}

/// How the value of an AVP is read.
pub(super) type Read<T> = fn(&Avp) -> Result<T, Fault>;

pub(super) fn u32(avp: &Avp) -> Result<u32, Fault> {
    avp.as_u32()
        .ok_or_else(|| Fault::new(ResultCode::INVALID_AVP_LENGTH, avp))
}

pub(super) fn text(avp: &Avp) -> Result<String, Fault> {
    let text = avp.as_text().ok_or_else(|| Fault::value(avp))?;
    Ok(text.to_owned())
}

/// AVPs from which typed fields are taken one after the other.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    avps: &'a [Avp],
    known: Vec<Key>,
}

impl<'a> Fields<'a> {
    /// All of `avps` are still to be taken.
    pub(super) fn new(avps: &'a [Avp]) -> Self {
        Self {
            avps,
            known: Vec::with_capacity(16),
        }
    }

    pub(super) fn required<T>(&mut self, key: Key, read: Read<T>) -> Result<T, Fault> {
        self.optional(key, read)?.ok_or_else(|| Fault::missing(key))
    }

    pub(super) fn optional<T>(&mut self, key: Key, read: Read<T>) -> Result<Option<T>, Fault> {
        let mut found = self.named(key);
        let first = found.next();
        if let Some(second) = found.next() {
            return Err(Fault::new(ResultCode::AVP_OCCURS_TOO_OFTEN, second));
        }
        self.known.push(key);
        first.map(read).transpose()
    }

    pub(super) fn all<T>(&mut self, key: Key, read: Read<T>) -> Result<Vec<T>, Fault> {
        self.known.push(key);
        self.named(key).map(read).collect()
    }

    /// Says that these are known, though nothing is taken from them.
    pub(super) fn know(&mut self, keys: &[Key]) {
        self.known.extend_from_slice(keys);
    }

    fn named(&self, key: Key) -> impl Iterator<Item = &'a Avp> + use<'a> {
        self.avps.iter().filter(move |avp| avp.key == key)
    }

    /// What was not taken; it must not be mandatory (`§4.1`).
    pub(super) fn rest(self) -> Result<Vec<Avp>, Fault> {
        let unknown = |avp: &&Avp| !self.known.contains(&avp.key);
        let rest: Vec<Avp> = self.avps.iter().filter(unknown).cloned().collect();
        match rest.iter().find(|avp| avp.mandatory) {
            Some(unknown) => Err(Fault::new(ResultCode::AVP_UNSUPPORTED, unknown)),
            None => Ok(rest),
        }
    }
}
