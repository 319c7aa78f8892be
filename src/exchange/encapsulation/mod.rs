//! ISUP that travels in SIP with a peer: SIP-I (`Q.1912.5` profile C, RFC 3204, RFC 3372).
//!
//! What ISUP says has a body of its own beside the session description. Each message of the one is in
//! a message of the other ([`carriage`]); where both say the same thing the header fields go first
//! ([`precedence`]). Everything else of the ISUP message reaches the other side of the call as it
//! came.

pub mod carriage;
mod contents;
mod information;
pub mod precedence;
mod sequence;
mod session;
#[cfg(test)]
mod tests;

use codecs::isup::{Message, Variant};
use codecs::sip::{ContentType, Handling, NewPart, multipart};
use protocols::sip::Body;

pub(super) use contents::description;
pub(super) use sequence::in_sequence;
pub(super) use session::Carrier;

/// How ISUP travels in SIP with a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encapsulation {
    /// What both sides call their ISUP (`version`, RFC 3204 §3.1).
    pub version: String,
    /// The standard that it can be read by (`base`), which the version is by itself where none is
    /// given.
    pub base: Option<String>,
    /// The ISUP that is written, of the base.
    pub variant: &'static Variant,
    /// What a receiver does that does not understand it.
    pub handling: Handling,
}

impl Default for Encapsulation {
    /// `Q.1912.5 §5.4.1.2`: ITU-T's ISUP, without which a message is not to be taken.
    fn default() -> Self {
        Self {
            version: "itu-t92+".into(),
            base: None,
            variant: &Variant::ITU,
            handling: Handling::Required,
        }
    }
}

impl Encapsulation {
    /// A body that has a message, after a session description where there is one.
    pub(super) fn body(&self, message: &Message, description: Option<&Body>) -> Body {
        let mut isup = Vec::with_capacity(64);
        message.encode_as(self.variant, &mut isup);
        let content_type = self.content_type();
        let disposition = ["signal;handling=", self.handling.as_str()].concat();
        let enclosed = NewPart {
            content_type: &content_type,
            disposition: Some(&disposition),
            content: &isup,
        };
        let description = description.map(|described| NewPart {
            content_type: &described.content_type,
            disposition: None,
            content: &described.bytes,
        });
        let parts: Vec<_> = description.into_iter().chain([enclosed]).collect();
        let (content_type, bytes) = multipart(&parts);
        Body {
            content_type: content_type.into(),
            bytes: bytes.into(),
        }
    }

    fn content_type(&self) -> String {
        let mut text = ["application/ISUP;version=", &self.version].concat();
        if let Some(base) = &self.base {
            text.push_str(";base=");
            text.push_str(base);
        }
        text
    }

    /// By which ISUP a part of this type is read: what both sides agreed on, or a standard that the
    /// type names (RFC 3204 §3.1); none where nothing is known of it.
    fn variant_of(&self, kind: &ContentType<'_>) -> Option<&'static Variant> {
        let version = kind.params.get("version").unwrap_or_default();
        if version.eq_ignore_ascii_case(&self.version) {
            return Some(self.variant);
        }
        let named = [kind.params.get("base"), Some(version)];
        named.into_iter().flatten().find_map(Variant::of_base)
    }
}
