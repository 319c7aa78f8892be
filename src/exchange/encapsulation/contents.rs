//! What the body of a SIP message has: a session description, an ISUP message, and what nobody here
//! understands (RFC 3261 §8.2.3, RFC 5621 §8, `Q.1912.5 §5.4.2`).

use codecs::isup;
use codecs::sdp::Description;
use codecs::sip::{ContentType, MediaPart, Message};

use super::Encapsulation;
use crate::exchange::sip_leg::Refusal;

/// The session description of a message, where it has one.
///
/// # Errors
/// [`Refusal`] for a body without which the message is not to be taken and that is neither that nor
/// ISUP (415), for one that is not as its type says (400), and for a description that cannot be read
/// (488).
pub(in crate::exchange) fn description(message: &Message) -> Option<Result<Description, Refusal>> {
    described(message).transpose()
}

fn described(message: &Message) -> Result<Option<Description>, Refusal> {
    let mut description = None;
    for part in parts(message)? {
        let kind = kind(&part)?;
        let is_session = || part.disposition().is_ok_and(|it| it.is("session"));
        if part.is_encoded() {
            if !part.is_optional() {
                return Err(Refusal::new(415, "a body that is encoded"));
            }
        } else if kind.is("application", "sdp") && is_session() {
            description = description.or(Some(part));
        } else if !is_isup(&kind) && !part.is_optional() {
            let reason = format!("nobody here understands {}/{}", kind.kind, kind.subtype);
            return Err(Refusal::new(415, reason));
        }
    }
    let Some(part) = description else {
        return Ok(None);
    };
    let text = part.decoded().map_err(|error| Refusal::new(400, error))?;
    let parsed = Description::parse(&text);
    parsed.map(Some).map_err(|error| Refusal::new(488, error))
}

/// ISUP that cannot be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// How the message is answered where it is not to be taken without: 415 where nothing is known of
    /// the version, 400 where it is malformed.
    pub(super) refusal: Refusal,
    /// Whether it may be taken without.
    pub(super) optional: bool,
}

/// The ISUP message that a message of a peer has, where both agreed on any.
///
/// # Errors
/// [`Unreadable`] for one of another version, or not as its type says.
pub(super) fn isup(
    message: &Message,
    agreed: Option<&Encapsulation>,
) -> Result<Option<isup::Message>, Unreadable> {
    let whole = |refusal| Unreadable {
        refusal,
        optional: false,
    };
    for part in parts(message).map_err(whole)? {
        if !part.is_encoded() && is_isup(&kind(&part).map_err(whole)?) {
            if agreed.is_none() && part.is_optional() {
                return Ok(None);
            }
            let read = enclosed(&part, agreed).map_err(|refusal| Unreadable {
                refusal,
                optional: part.is_optional(),
            });
            return read.map(Some);
        }
    }
    Ok(None)
}

fn enclosed(
    part: &MediaPart<'_>,
    agreed: Option<&Encapsulation>,
) -> Result<isup::Message, Refusal> {
    let strange = || Refusal::new(415, "ISUP of a version that is not known");
    let variant = agreed.ok_or_else(|| Refusal::new(415, "ISUP is not agreed upon"))?;
    let variant = variant.variant_of(&kind(part)?).ok_or_else(strange)?;
    let octets = part.decoded().map_err(|error| Refusal::new(400, error))?;
    let read = isup::Message::decode_as(variant, &octets);
    read.map_err(|error| Refusal::new(400, format!("ISUP: {error}")))
}

fn parts(message: &Message) -> Result<Vec<MediaPart<'_>>, Refusal> {
    message.parts().map_err(|error| Refusal::new(400, error))
}

fn kind<'a>(part: &MediaPart<'a>) -> Result<ContentType<'a>, Refusal> {
    part.content_type()
        .map_err(|error| Refusal::new(400, error))
}

fn is_isup(kind: &ContentType<'_>) -> bool {
    kind.is("application", "isup")
}
