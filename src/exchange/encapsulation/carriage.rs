//! Which SIP message has which ISUP message in it (`Q.1912.5 §5.4.1`, `§6`, `§7`; RFC 3372 §4).

use codecs::isup::{ContinuityCheck, Iam, Message, MessageType};

use crate::exchange::interworking::table::{Direction, Heading, Table};

/// Where in SIP an ISUP message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An INVITE.
    Invite,
    /// A provisional response to it.
    Provisional,
    /// 200 to it.
    Answer,
    /// An INVITE within the call.
    Reinvite,
    /// INFO.
    Info,
    /// BYE, or a final response to INVITE that refuses it.
    Release,
    /// 200 to BYE.
    ReleaseComplete,
}

impl Place {
    /// In words.
    const fn name(self) -> &'static str {
        match self {
            Self::Invite => "INVITE",
            Self::Provisional => "180, 181, 183",
            Self::Answer => "200 to INVITE",
            Self::Reinvite => "INVITE within the call",
            Self::Info => "INFO",
            Self::Release => "BYE, 3xx to 6xx to INVITE",
            Self::ReleaseComplete => "200 to BYE",
        }
    }
}

//= Q.1912.5 §5.4.1, §6, §7: what is in which message. A type that is not here is for the exchanges
//= at both ends of a circuit (reset, blocking, queries, continuity, segmentation, confusion), which
//= SIP has none of. CANCEL has no body (RFC 3261 table 2), a number that goes on is asked for with a
//= further IAM.
const PLACES: [(MessageType, Place); 25] = [
    (MessageType::IAM, Place::Invite),
    (MessageType::ACM, Place::Provisional),
    (MessageType::CPG, Place::Provisional),
    (MessageType::CPG, Place::Reinvite),
    (MessageType::CPG, Place::Info),
    (MessageType::ANM, Place::Answer),
    (MessageType::CON, Place::Answer),
    (MessageType::REL, Place::Release),
    (MessageType::RLC, Place::ReleaseComplete),
    (MessageType::SUS, Place::Info),
    (MessageType::RES, Place::Info),
    (MessageType::FOT, Place::Info),
    (MessageType::FAC, Place::Info),
    (MessageType::FAR, Place::Info),
    (MessageType::FAA, Place::Info),
    (MessageType::FRJ, Place::Info),
    (MessageType::INR, Place::Info),
    (MessageType::INF, Place::Info),
    (MessageType::IDR, Place::Info),
    (MessageType::IRS, Place::Info),
    (MessageType::USR, Place::Info),
    (MessageType::CRG, Place::Info),
    (MessageType::APM, Place::Info),
    (MessageType::LOP, Place::Info),
    (MessageType::PRI, Place::Info),
];

/// What a final response to an INVITE with IAM has when the gateway itself refuses, and why.
type Local = (&'static str, &'static str, &'static str);

//= Q.1912.5 §5.4.1, §6.11.2: a release of the gateway's own is REL with its location. What the user
//= agent answers by itself it answers before anybody has read the ISUP.
const LOCAL: [Local; 6] = [
    (
        "any for a call that has begun",
        "REL",
        "cause of the release",
    ),
    (
        "any for a call that does not begin: 404, 483, 484, 488, 503 and others",
        "REL",
        "cause that the table of causes has for the status",
    ),
    (
        "487 after CANCEL or BYE",
        "REL",
        "cause of a CANCEL that states none",
    ),
    (
        "400 and 415 for the ISUP itself",
        "",
        "there is no IAM that could be read",
    ),
    (
        "400, 401, 406, 415 for an encoded body, 416, 420, 422, 482; 481 for Replaces",
        "",
        "for the INVITE as such, before its ISUP is read",
    ),
    (
        "484 for an INVITE that another one with more digits follows; any to an INVITE within the call",
        "",
        "the call goes on",
    ),
];

/// Whether a message may be there. One of a type that nobody here knows is a matter of the exchanges
/// beyond: it may be in INFO.
pub fn fits(message: &Message, place: Place) -> bool {
    let code = message.message_type();
    PLACES.contains(&(code, place)) || matches!((message, place), (Message::Other(_), Place::Info))
}

/// The IAM as SIP has it: RTP has no continuity to check, and what a circuit before had to be checked
/// for was found well (`Q.1912.5 §7.1.1`).
pub fn onward(mut iam: Iam) -> Iam {
    iam.nature_of_connection.continuity_check = ContinuityCheck::NOT_REQUIRED;
    iam
}

/// The rules as they are shown.
pub(in crate::exchange) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "encapsulation",
        title: "where ISUP is in SIP with a peer of profile C",
        clause: "Q.1912.5 §5.4.1, §6, §7",
        direction: Direction::Both,
    };
    let row = |(code, place): (MessageType, Place)| [code.name(), place.name()].map(str::to_owned);
    let places = PLACES.into_iter().map(row);
    let local = Heading {
        subject: "encapsulation",
        title: "final responses of the gateway's own to an INVITE with IAM",
        clause: "Q.1912.5 §5.4.1, §6.11.2",
        direction: Direction::ToSip,
    };
    let rows = LOCAL.map(|(response, isup, why)| [response, isup, why].map(str::to_owned));
    vec![
        Table::new(heading, ["ISUP", "SIP"], places),
        Table::new(local, ["response", "ISUP", "which, or why none"], rows),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_there_once() {
        for (at, row) in PLACES.iter().enumerate() {
            assert!(!PLACES[..at].contains(row), "{row:?}");
        }
    }

    #[test]
    fn what_is_between_neighbours_goes_nowhere() {
        let local = [Message::Rsc, Message::Blo, Message::Ubl, Message::Ccr];
        let places = [Place::Invite, Place::Info, Place::Release];
        for message in local {
            assert!(places.iter().all(|&place| !fits(&message, place)));
        }
    }
}
