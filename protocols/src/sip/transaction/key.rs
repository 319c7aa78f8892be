//! Which transaction a request belongs to (RFC 3261 §17.2.3).

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash, Hasher};

use codecs::sip::{BRANCH_COOKIE, HeaderName, Host, Message, Method, Via};

/// 128 bits of a keyed hash over what identifies a transaction: small, and not to be collided with
/// by anyone who does not know the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key(u64, u64);

impl Key {
    /// Bits for a tag which every copy of the same request gets.
    pub(super) fn token(self) -> u64 {
        self.0
    }
}

#[derive(Debug)]
pub(super) struct Keys(RandomState, RandomState);

impl Keys {
    pub(super) fn new() -> Self {
        Self(RandomState::new(), RandomState::new())
    }

    /// The key of the transaction that a request of this method begins, retransmits or ends.
    /// An ACK has the key of its INVITE.
    pub(super) fn of(&self, request: &Message, via: &Via<'_>, method: Method<'_>) -> Key {
        let hash = |state: &RandomState| {
            let mut hasher = state.build_hasher();
            feed(&mut hasher, request, via, method);
            hasher.finish()
        };
        Key(hash(&self.0), hash(&self.1))
    }
}

fn feed(hasher: &mut impl Hasher, request: &Message, via: &Via<'_>, method: Method<'_>) {
    let method = match method {
        Method::Ack => Method::Invite,
        other => other,
    };
    method.as_str().hash(hasher);
    match via.branch() {
        Some(branch) if is_unique(branch) => {
            branch.hash(hasher);
            sent_by(hasher, via);
        }
        _ => feed_rfc2543(hasher, request),
    }
}

fn is_unique(branch: &str) -> bool {
    let cookie = BRANCH_COOKIE.len();
    branch.len() > cookie
        && branch
            .get(..cookie)
            .is_some_and(|start| start.eq_ignore_ascii_case(BRANCH_COOKIE))
}

fn sent_by(hasher: &mut impl Hasher, via: &Via<'_>) {
    match via.host {
        Host::Ip(ip) => ip.hash(hasher),
        Host::Name(name) => name
            .bytes()
            .for_each(|b| b.to_ascii_lowercase().hash(hasher)),
    }
    via.port.unwrap_or(5060).hash(hasher);
}

/// The To tag is left out: the ACK has one where its INVITE has none.
fn feed_rfc2543(hasher: &mut impl Hasher, request: &Message) {
    request.request_uri().hash(hasher);
    request.header(HeaderName::Via).hash(hasher);
    request.header(HeaderName::CallId).hash(hasher);
    if let Ok(from) = request.from() {
        from.tag().hash(hasher);
    }
    if let Ok(cseq) = request.cseq() {
        cseq.number.hash(hasher);
    }
}
