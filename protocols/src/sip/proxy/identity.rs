//! Who may be told, and believed, who somebody is (RFC 3325 §5, §7, §9; 3GPP TS 24.229 §4.4.2).

use codecs::sip::{HeaderName, Message};

/// What becomes of P-Asserted-Identity in a message on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Disclosure {
    /// A received one stays: who sent it is trusted, and who gets it may have it.
    pub(super) received: bool,
    /// One of ours may be added.
    ours: bool,
}

impl Disclosure {
    /// For a message on its way, as the neighbours it comes from and goes to are trusted or not.
    pub(super) fn of(message: &Message, from_trusted: bool, to_trusted: bool) -> Self {
        let privacy = message.privacy();
        let is_private = privacy.id || privacy.user || privacy.header;
        let ours = to_trusted || !is_private;
        Self {
            received: ours && from_trusted,
            ours,
        }
    }

    /// Whether a received header field goes on. P-Preferred-Identity was for us alone (§9.2).
    pub(super) fn keeps(self, name: &HeaderName<'_>) -> bool {
        match name {
            HeaderName::PAssertedIdentity => self.received,
            HeaderName::PPreferredIdentity => false,
            _ => true,
        }
    }

    /// Whether a header field of ours goes with the message.
    pub(super) fn adds(self, name: &HeaderName<'_>) -> bool {
        self.ours || *name != HeaderName::PAssertedIdentity
    }
}
