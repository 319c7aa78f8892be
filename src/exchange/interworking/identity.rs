//! Who calls: the calling party number of ISUP and the identity headers of SIP
//! (`TS 29.163 §7.2.3.1.2.6`, `§7.2.3.2.2.3`; RFC 3323, RFC 3325).

use codecs::isup::{Presentation, Screening};
use codecs::sip::Privacy;
use routing::E164;

use crate::exchange::leg::LineIdentity;

/// What a `From` header says of a caller who may not be shown (`RFC 3323 §4.1.1.3`).
const ANONYMOUS: &str = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
/// What a `From` header says of a caller whom the network does not know.
const UNAVAILABLE: &str = "<sip:unavailable@unknown.invalid>";

/// The identity headers of an INVITE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The `From` header without its tag.
    pub from: String,
    /// The `P-Asserted-Identity` header.
    pub asserted: Option<String>,
    /// The `Privacy` header.
    pub privacy: Option<&'static str>,
}

impl Identity {
    /// The headers for a caller. A restricted number stands in no header but
    /// `P-Asserted-Identity`, and there only beside `Privacy: id`.
    pub fn of(calling: &LineIdentity) -> Self {
        let Some(number) = calling
            .number
            .filter(|_| is_available(calling.presentation))
        else {
            return Self {
                from: UNAVAILABLE.into(),
                asserted: None,
                privacy: None,
            };
        };
        let uri = ["<", &number.tel_uri(), ">"].concat();
        let vouched = matches!(
            calling.screening,
            Screening::NETWORK | Screening::USER_VERIFIED
        );
        if calling.presentation == Presentation::ALLOWED {
            return Self {
                from: uri.clone(),
                asserted: vouched.then_some(uri),
                privacy: None,
            };
        }
        Self {
            from: ANONYMOUS.into(),
            asserted: vouched.then_some(uri),
            privacy: Some("id"),
        }
    }
}

fn is_available(presentation: Presentation) -> bool {
    matches!(
        presentation,
        Presentation::ALLOWED | Presentation::RESTRICTED
    )
}

/// The caller of an INVITE: the asserted number, presented as its `Privacy` header allows. What
/// `From` says is the caller's own word and never becomes a network-provided number.
pub fn calling(asserted: Option<E164>, privacy: Privacy) -> LineIdentity {
    let Some(number) = asserted else {
        return LineIdentity::UNKNOWN;
    };
    // RFC 3325 §9.3, RFC 3323 §4.2: each of these keeps the asserted identity from the called party.
    let private = privacy.id || privacy.header || privacy.user;
    let presentation = if private {
        Presentation::RESTRICTED
    } else {
        Presentation::ALLOWED
    };
    LineIdentity {
        number: Some(number),
        presentation,
        screening: Screening::NETWORK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calling_89(presentation: Presentation, screening: Screening) -> LineIdentity {
        LineIdentity {
            number: Some("+498912345678".parse().unwrap()),
            presentation,
            screening,
        }
    }

    #[test]
    fn a_number_that_may_be_shown_is_asserted_when_somebody_vouches_for_it() {
        let identity = Identity::of(&calling_89(Presentation::ALLOWED, Screening::NETWORK));
        assert_eq!(identity.from, "<tel:+498912345678>");
        assert_eq!(identity.asserted.as_deref(), Some("<tel:+498912345678>"));
        assert_eq!(identity.privacy, None);
        let identity = Identity::of(&calling_89(
            Presentation::ALLOWED,
            Screening::USER_NOT_VERIFIED,
        ));
        assert_eq!(identity.asserted, None);
    }

    #[test]
    fn a_restricted_number_appears_only_beside_privacy() {
        let identity = Identity::of(&calling_89(Presentation::RESTRICTED, Screening::NETWORK));
        assert!(!identity.from.contains("8912345678"));
        assert_eq!(identity.privacy, Some("id"));
    }

    #[test]
    fn an_unknown_caller_has_no_identity() {
        let expected = Identity {
            from: UNAVAILABLE.into(),
            asserted: None,
            privacy: None,
        };
        assert_eq!(Identity::of(&LineIdentity::UNKNOWN), expected);
        let number = calling_89(Presentation::NOT_AVAILABLE, Screening::NETWORK);
        assert_eq!(Identity::of(&number), expected);
    }

    #[test]
    fn privacy_restricts_and_none_does_not() {
        let number = Some("+498912345678".parse().unwrap());
        let presentation =
            |privacy: &str| calling(number, Privacy::parse(privacy.as_bytes())).presentation;
        assert_eq!(presentation(""), Presentation::ALLOWED);
        assert_eq!(presentation("none"), Presentation::ALLOWED);
        assert_eq!(presentation("id;critical"), Presentation::RESTRICTED);
        assert_eq!(presentation("Header"), Presentation::RESTRICTED);
        assert_eq!(calling(None, Privacy::parse(b"id")), LineIdentity::UNKNOWN);
    }
}
