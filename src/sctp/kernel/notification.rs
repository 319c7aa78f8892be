//! What the kernel says of an association (RFC 6458 §6.1).

use std::net::IpAddr;

use super::layout::{ADDRESS, address, half, word};
use crate::sctp::{PathChange, Streams};

/// The kinds of notification asked for, by `sn_type`.
pub(super) const WANTED: [u16; 6] = [
    ASSOCIATION_CHANGE,
    PATH_CHANGE,
    SEND_FAILED,
    REMOTE_ERROR,
    SHUTDOWN,
    PARTIAL_DELIVERY,
];

const ASSOCIATION_CHANGE: u16 = 0x8001;
const PATH_CHANGE: u16 = 0x8002;
const REMOTE_ERROR: u16 = 0x8004;
const SHUTDOWN: u16 = 0x8005;
const PARTIAL_DELIVERY: u16 = 0x8006;
/// SCTP_SEND_FAILED_EVENT, which took the place of SCTP_SEND_FAILED.
const SEND_FAILED: u16 = 0x800d;

/// The header: type, flags and length.
const HEADER: usize = 8;
/// `struct sctp_assoc_change` without `sac_info`.
const CHANGE: usize = 20;

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Notification {
    /// The association is established.
    Up(Streams),
    /// It is lost; an ABORT chunk that ended it is given.
    Lost(Option<Vec<u8>>),
    /// The peer started again.
    Restarted(Streams),
    /// It ended in order.
    Closed,
    /// It could not be set up.
    NotStarted,
    /// Something about one of the peer's addresses.
    Path(IpAddr, PathChange),
    /// A message taken from us will not arrive.
    SendFailed,
    /// The peer reported an error; its cause code.
    RemoteError(u16),
    /// The peer wants no more messages and will end the association.
    PeerShutsDown,
    /// The rest of a message that has begun to arrive will not come.
    DeliveryAborted,
}

impl Notification {
    /// Reads a notification; nothing if it is cut off or of a kind of no interest.
    pub(super) fn parse(octets: &[u8]) -> Option<Self> {
        let length = usize::try_from(word(octets, 4)?).ok()?;
        let octets = octets.get(..length)?;
        match half(octets, 0)? {
            ASSOCIATION_CHANGE => association_change(octets),
            PATH_CHANGE => path_change(octets),
            SEND_FAILED => Some(Self::SendFailed),
            REMOTE_ERROR => {
                half(octets, HEADER).map(|cause| Self::RemoteError(u16::from_be(cause)))
            }
            SHUTDOWN => Some(Self::PeerShutsDown),
            PARTIAL_DELIVERY => Some(Self::DeliveryAborted),
            _ => None,
        }
    }
}

/// `struct sctp_assoc_change`.
fn association_change(octets: &[u8]) -> Option<Notification> {
    let info = octets.get(CHANGE..)?;
    let streams = Streams {
        outgoing: half(octets, 12)?,
        incoming: half(octets, 14)?,
    };
    Some(match half(octets, HEADER)? {
        0 => Notification::Up(streams),
        1 => Notification::Lost((!info.is_empty()).then(|| info.to_vec())),
        2 => Notification::Restarted(streams),
        3 => Notification::Closed,
        4 => Notification::NotStarted,
        _ => return None,
    })
}

/// `struct sctp_paddr_change`.
fn path_change(octets: &[u8]) -> Option<Notification> {
    let peer = address(octets, HEADER)?.ip();
    let change = match word(octets, HEADER + ADDRESS)? {
        // Available again, or confirmed by its first heartbeat.
        0 | 5 => PathChange::Reachable,
        1 => PathChange::Unreachable,
        4 => PathChange::Primary,
        _ => return None,
    };
    Some(Notification::Path(peer, change))
}

/// What the sender of an ABORT says of it: the reason it gives, or the cause's number
/// (RFC 9260 §3.3.10).
pub(super) fn words(abort: &[u8]) -> String {
    /// User-Initiated Abort, and Protocol Violation: text follows.
    const WITH_WORDS: [u16; 2] = [12, 13];
    let number = |octets: &[u8]| Some(u16::from_be_bytes([*octets.first()?, *octets.get(1)?]));
    // The chunk's own header comes first: type 6, flags, length.
    let causes = match abort {
        [6, _, _, _, causes @ ..] => causes,
        causes => causes,
    };
    let Some(cause) = number(causes) else {
        return String::new();
    };
    let end = causes.get(2..).and_then(number).unwrap_or(0);
    match causes.get(4..usize::from(end)) {
        Some(text) if WITH_WORDS.contains(&cause) => String::from_utf8_lossy(text).into_owned(),
        _ => format!("cause {cause}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::Record;
    use super::*;
    use proptest::prelude::*;

    fn notification(kind: u16, length: u32) -> Record {
        Record::default().half(kind).half(0).word(length)
    }

    fn change(state: u16, info: &[u8]) -> Vec<u8> {
        let length = (CHANGE + info.len()) as u32;
        let record = notification(ASSOCIATION_CHANGE, length)
            .half(state)
            .half(0)
            .half(17)
            .half(5)
            .word(9);
        [record.octets(), info].concat()
    }

    fn path(state: u32) -> Vec<u8> {
        let peer = "192.0.2.7:2905".parse().ok();
        let record = notification(PATH_CHANGE, 148).address(peer);
        record.word(state).word(0).word(9).octets().to_vec()
    }

    #[test]
    fn changes_of_the_association_are_told_apart() {
        let streams = Streams {
            incoming: 5,
            outgoing: 17,
        };
        let cases = [
            (0, Notification::Up(streams)),
            (1, Notification::Lost(None)),
            (2, Notification::Restarted(streams)),
            (3, Notification::Closed),
            (4, Notification::NotStarted),
        ];
        for (state, expected) in cases {
            assert_eq!(Notification::parse(&change(state, &[])), Some(expected));
        }
        assert_eq!(Notification::parse(&change(5, &[])), None);
    }

    #[test]
    fn an_abort_keeps_its_words() {
        let abort = [6, 0, 0, 12, 0, 12, 0, 8, b'd', b'o', b'n', b'e'];
        let lost = Notification::parse(&change(1, &abort));
        assert_eq!(lost, Some(Notification::Lost(Some(abort.to_vec()))));
        assert_eq!(words(&abort), "done");
        assert_eq!(words(&abort[4..]), "done");
        assert_eq!(words(&[6, 0, 0, 8, 0, 4, 0, 4]), "cause 4");
        assert_eq!(words(&[6, 0, 0, 4]), "");
        assert_eq!(words(&[0, 12, 0, 200, b'x']), "cause 12");
    }

    #[test]
    fn changes_of_a_path_name_the_address() {
        let peer: IpAddr = [192, 0, 2, 7].into();
        let cases = [
            (0, Some(PathChange::Reachable)),
            (1, Some(PathChange::Unreachable)),
            (3, None),
            (4, Some(PathChange::Primary)),
            (5, Some(PathChange::Reachable)),
        ];
        for (state, change) in cases {
            let expected = change.map(|change| Notification::Path(peer, change));
            assert_eq!(Notification::parse(&path(state)), expected);
        }
    }

    #[test]
    fn the_peers_error_is_named_by_its_cause() {
        let record = notification(REMOTE_ERROR, 16)
            .half(3_u16.to_be())
            .half(0)
            .word(9);
        let expected = Some(Notification::RemoteError(3));
        assert_eq!(Notification::parse(record.octets()), expected);
    }

    #[test]
    fn what_is_cut_off_is_no_notification() {
        for whole in [change(0, &[]), path(1)] {
            for length in 0..whole.len() {
                assert_eq!(Notification::parse(&whole[..length]), None);
            }
        }
    }

    proptest! {
        #[test]
        fn noise_does_no_harm(kind in 0x8000_u16..0x8010, noise in prop::collection::vec(any::<u8>(), 0..200)) {
            let length = (HEADER + noise.len()) as u32;
            let octets = [notification(kind, length).octets(), &noise].concat();
            let _ = Notification::parse(&octets);
            let _ = Notification::parse(&noise);
            let _ = words(&noise);
        }
    }
}
