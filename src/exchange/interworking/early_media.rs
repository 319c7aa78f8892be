//! What can be heard before the answer, and who authorises it (`RFC 5009`,
//! `TS 29.163 §7.2.3.1.4`–`4A`, `§7.2.3.2.4`).

use codecs::isup::{BackwardCallIndicators, OptionalBackwardCallIndicators};
use codecs::sip::{HeaderName, Message};

use super::table::{Direction, Heading, Table};

/// What we say of our calls to SIP: the field is understood here.
pub const SUPPORTED: &str = "supported";

/// What we ask for where the telephone network sends tones or announcements: they go to the
/// caller, nothing goes back before the answer.
pub const BACKWARD: &str = "sendonly";

/// Whether the called side in SIP may be heard with this in its P-Early-Media (`RFC 5009 §8`).
const AUTHORISES: [(&str, bool); 4] = [
    ("sendrecv", true),
    ("sendonly", true),
    ("recvonly", false),
    ("inactive", false),
];

/// When the called side in SIP is heard although no P-Early-Media says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unsaid {
    /// As soon as its session description is known (`RFC 3960 §3`).
    #[default]
    Described,
    /// Never.
    Authorised,
}

/// What is known of the early media of a called side in SIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EarlyMedia {
    described: bool,
    authorised: Option<bool>,
}

impl EarlyMedia {
    /// A provisional response, which may have brought a session description. What it does not say
    /// is as it was.
    pub fn hear(&mut self, response: &Message, described: bool) {
        self.described |= described;
        self.authorised = authorisation(response).or(self.authorised);
    }

    /// Whether the called side is to be heard.
    pub fn flows(self, unsaid: Unsaid) -> bool {
        let authorised = self.authorised.unwrap_or(unsaid == Unsaid::Described);
        self.described && authorised
    }
}

/// Whether the sender of a request understands P-Early-Media.
pub fn is_supported(request: &Message) -> bool {
    request.lists(HeaderName::PEarlyMedia, SUPPORTED)
}

/// What P-Early-Media says of the first stream: one direction for each, in order.
fn authorisation(response: &Message) -> Option<bool> {
    let mut words = response.headers(HeaderName::PEarlyMedia);
    words.find_map(|word| {
        let known =
            |(direction, _): &&(&str, bool)| word.eq_ignore_ascii_case(direction.as_bytes());
        AUTHORISES.iter().find(known).map(|&(_, heard)| heard)
    })
}

/// Whether the called side in the telephone network sends tones or announcements: it says so, or
/// not all of its way is ISDN, so that there is no other means to tell the caller.
pub fn from_isup(
    indicators: Option<&BackwardCallIndicators>,
    optional: Option<&OptionalBackwardCallIndicators>,
) -> bool {
    let says = optional.is_some_and(|optional| optional.in_band);
    says || indicators.is_some_and(|indicators| SENDS_TONES.iter().any(|(_, is)| is(indicators)))
}

type Sign = (&'static str, fn(&BackwardCallIndicators) -> bool);

const SENDS_TONES: [Sign; 3] = [
    ("interworking encountered", |bci| bci.interworking),
    ("ISDN user part not used all the way", |bci| {
        !bci.isup_all_the_way
    }),
    ("terminating access non-ISDN", |bci| !bci.isdn_access),
];

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    vec![requested(), authorised()]
}

fn requested() -> Table {
    let heading = Heading {
        subject: "early-media",
        title: "What has the caller hear the telephone network before the answer",
        clause: "TS 29.163 §7.2.3.1.4, RFC 5009 §8",
        direction: Direction::ToSip,
    };
    let optional = [("ACM, CPG", "in-band information available")];
    let event = [("CPG", "event in-band information")];
    let signs = SENDS_TONES.iter().map(|(sign, _)| ("ACM, CPG", *sign));
    let rows = optional.into_iter().chain(event).chain(signs);
    Table::new(
        heading,
        ["message", "says", "P-Early-Media"],
        rows.map(|(message, says)| [message.into(), says.into(), BACKWARD.into()]),
    )
}

fn authorised() -> Table {
    let heading = Heading {
        subject: "early-media",
        title: "Whether the called side in SIP is heard before the answer",
        clause: "RFC 5009 §8, TS 29.163 §7.2.3.2.4",
        direction: Direction::ToIsup,
    };
    let heard = |(says, heard): (&str, bool)| {
        let heard = if heard {
            "heard, in-band information"
        } else {
            "not heard"
        };
        [says.into(), heard.into()]
    };
    Table::new(
        heading,
        ["P-Early-Media", "called side"],
        AUTHORISES.map(heard),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(value: &str) -> Message {
        let text = format!(
            "SIP/2.0 183 Session Progress\r\nVia: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bK1\r\n\
             From: <sip:a@192.0.2.20>;tag=a\r\nTo: <sip:b@192.0.2.40>;tag=b\r\nCall-ID: 1\r\n\
             CSeq: 1 INVITE\r\nP-Early-Media: {value}\r\nContent-Length: 0\r\n\r\n"
        );
        Message::parse(text.into()).unwrap()
    }

    #[test]
    fn a_direction_authorises_and_gating_alone_says_nothing() {
        for (value, authorised) in [
            ("sendrecv", Some(true)),
            ("SendOnly", Some(true)),
            ("recvonly, sendrecv", Some(false)),
            ("inactive", Some(false)),
            ("gated, sendrecv", Some(true)),
            ("gated", None),
            ("supported", None),
        ] {
            assert_eq!(authorisation(&response(value)), authorised, "{value}");
        }
    }

    #[test]
    fn what_was_authorised_stays_so_until_another_direction_is_said() {
        let mut media = EarlyMedia::default();
        media.hear(&response("sendrecv"), false);
        assert!(!media.flows(Unsaid::Described), "nothing is described yet");
        media.hear(&response("gated"), true);
        assert!(media.flows(Unsaid::Authorised));
        media.hear(&response("inactive"), false);
        assert!(!media.flows(Unsaid::Described));
    }
}
