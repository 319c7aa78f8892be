//! SCCP connectionless messages and addresses (ITU-T Q.713), on the `sccp` crate.
//!
//! Unitdata is read in all three forms (UDT, XUDT, LUDT) and written as UDT. A segmented message
//! is refused: nothing here reassembles. [`Unit`] and [`PartyAddress`] read what other networks and
//! types have, for those who look on.

mod party;
mod unit;

use ::sccp::SccpMessage as AnyMessage;
pub use ::sccp::{GlobalTitle, MessageType, ReturnCause, SccpAddress as Address, SubsystemNumber};
use bytes::Bytes;
pub use party::PartyAddress;
pub use unit::Unit;

use crate::number::Digits;

/// Message handling "return message on error" (Q.713 §3.6).
const RETURN_ON_ERROR: u8 = 8;

/// Name of the optional parameter "segmentation" (Q.713 §3.17).
const SEGMENTATION: u8 = 0x10;

/// Name of "end of optional parameters" (Q.713 §3.1).
const END_OF_OPTIONAL: u8 = 0;

/// User data and between whom it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitData {
    /// To whom.
    pub called: Address,
    /// From whom.
    pub calling: Address,
    /// The user data. A UDT carries at most 255 octets.
    pub data: Bytes,
}

/// A connectionless message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Unitdata.
    Data {
        /// What and between whom.
        unit: UnitData,
        /// Whether the network shall return it when it cannot be delivered.
        return_on_error: bool,
    },
    /// Unitdata service: what could not be delivered comes back to its sender, who is now called.
    Returned {
        /// What and between whom.
        unit: UnitData,
        /// Why.
        cause: ReturnCause,
    },
}

/// Why bytes are no message this module reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not well-formed, or of the connection-oriented classes.
    #[error("no SCCP unitdata: {0}")]
    Format(String),
    /// One of several segments.
    #[error("a segmented SCCP message")]
    Segmented,
}

/// Why a message cannot be a UDT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unencodable {
    /// More than 255 octets of user data.
    #[error("{0} octets of user data do not fit one SCCP unitdata message")]
    TooLong(usize),
    /// A global title with a signal that has no code.
    #[error("SCCP address: {0}")]
    Address(String),
}

impl Message {
    /// Reads one message, beginning at its type.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let message =
            AnyMessage::decode(bytes).map_err(|error| Malformed::Format(error.to_string()))?;
        Ok(match message {
            AnyMessage::Udt(m) => data(m.called_party, m.calling_party, m.data, m.message_handling),
            AnyMessage::Xudt(m) => {
                refuse_segment(&m.optional_part)?;
                data(m.called_party, m.calling_party, m.data, m.message_handling)
            }
            AnyMessage::Ludt(m) => {
                refuse_segment(&m.optional_part)?;
                data(m.called_party, m.calling_party, m.data, m.message_handling)
            }
            AnyMessage::Udts(m) => {
                returned(m.called_party, m.calling_party, m.data, m.return_cause)
            }
            AnyMessage::Xudts(m) => {
                returned(m.called_party, m.calling_party, m.data, m.return_cause)
            }
            AnyMessage::Ludts(m) => {
                returned(m.called_party, m.calling_party, m.data, m.return_cause)
            }
        })
    }

    /// Writes a UDT of class 0, or a UDTS.
    ///
    /// # Errors
    /// [`Unencodable`] when the user data exceeds 255 octets or a global title has a signal
    /// without code.
    pub fn encode(&self) -> Result<Vec<u8>, Unencodable> {
        let (Self::Data { unit, .. } | Self::Returned { unit, .. }) = self;
        if unit.data.len() > 255 {
            return Err(Unencodable::TooLong(unit.data.len()));
        }
        let (called, calling) = (unit.called.clone(), unit.calling.clone());
        let data = unit.data.to_vec();
        let encoded = match self {
            Self::Data {
                return_on_error, ..
            } => ::sccp::UnitData {
                protocol_class: 0,
                message_handling: if *return_on_error { RETURN_ON_ERROR } else { 0 },
                called_party: called,
                calling_party: calling,
                data,
            }
            .encode(),
            Self::Returned { cause, .. } => {
                ::sccp::UnitDataService::new(*cause, called, calling, data).encode()
            }
        };
        let encoded = encoded.map_err(|error| Unencodable::Address(error.to_string()))?;
        match data_begins(&encoded) + unit.data.len() == encoded.len() {
            true => Ok(encoded),
            false => Err(Unencodable::Address("too long for a pointer".to_owned())),
        }
    }
}

/// Where the user data of a UDT or UDTS begins, by the pointer to it (Q.713 §4.10, §4.11). The
/// crate cuts a pointer that exceeds one octet.
fn data_begins(message: &[u8]) -> usize {
    const POINTER: usize = 4;
    let pointer = message.get(POINTER).copied().unwrap_or_default();
    POINTER + usize::from(pointer) + 1
}

fn data(called: Address, calling: Address, data: Vec<u8>, handling: u8) -> Message {
    Message::Data {
        unit: UnitData {
            called,
            calling,
            data: data.into(),
        },
        return_on_error: handling & RETURN_ON_ERROR != 0,
    }
}

fn returned(called: Address, calling: Address, data: Vec<u8>, cause: ReturnCause) -> Message {
    Message::Returned {
        unit: UnitData {
            called,
            calling,
            data: data.into(),
        },
        cause,
    }
}

/// Refuses one of several segments: the segmentation parameter says there are more, or were.
fn refuse_segment(mut optional: &[u8]) -> Result<(), Malformed> {
    while let [name, length, rest @ ..] = optional
        && *name != END_OF_OPTIONAL
    {
        let (value, after) = rest
            .split_at_checked(usize::from(*length))
            .ok_or_else(|| Malformed::Format("optional part cut short".to_owned()))?;
        if *name == SEGMENTATION && value.first().is_none_or(|first| first & 0x8F != 0x80) {
            return Err(Malformed::Segmented);
        }
        optional = after;
    }
    Ok(())
}

/// A global title of the format the international network uses (indicator 4, translation type 0):
/// an international E.164 number, routed on. ST (code F) is left out, it has no code here.
pub fn e164(number: &Digits, subsystem: SubsystemNumber) -> Address {
    let digits: String = number
        .signals()
        .filter_map(|signal| b"0123456789*#abc".get(usize::from(signal)))
        .map(|&c| char::from(c))
        .collect();
    let title = GlobalTitle::Gt0100 {
        translation_type: 0,
        numbering_plan: 1,
        encoding_scheme: if digits.len() % 2 == 1 { 1 } else { 2 },
        nature_of_address: 4,
        digits,
    };
    Address::with_gt(title, Some(subsystem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_too_long_for_the_pointers_are_refused() {
        let long = || GlobalTitle::Gt0100 {
            translation_type: 0,
            numbering_plan: 1,
            encoding_scheme: 2,
            nature_of_address: 4,
            digits: "12".repeat(130),
        };
        let message = Message::Data {
            unit: UnitData {
                called: Address::with_gt(long(), Some(SubsystemNumber::Hlr)),
                calling: Address::with_gt(long(), Some(SubsystemNumber::Msc)),
                data: vec![1].into(),
            },
            return_on_error: false,
        };
        assert!(matches!(message.encode(), Err(Unencodable::Address(_))));
    }

    fn unit(data: Vec<u8>) -> UnitData {
        UnitData {
            called: e164(&"491715407090".parse().unwrap(), SubsystemNumber::Hlr),
            calling: e164(&"49171076000".parse().unwrap(), SubsystemNumber::Msc),
            data: data.into(),
        }
    }

    #[test]
    fn a_udt_routed_on_global_titles() {
        let message = Message::Data {
            unit: unit(vec![0x62, 0x00]),
            return_on_error: true,
        };
        let bytes = message.encode().unwrap();
        let called = [
            0x12, 0x06, 0x00, 0x12, 0x04, 0x94, 0x71, 0x51, 0x04, 0x07, 0x09,
        ];
        let calling = [
            0x12, 0x08, 0x00, 0x11, 0x04, 0x94, 0x71, 0x01, 0x67, 0x00, 0x00,
        ];
        let expected = [
            &[0x09, 0x80, 0x03, 0x0E, 0x19, 0x0B][..],
            &called,
            &[0x0B],
            &calling,
            &[0x02, 0x62, 0x00],
        ]
        .concat();
        assert_eq!(bytes, expected);
        assert_eq!(Message::decode(&bytes), Ok(message));
    }

    #[test]
    fn a_udts_comes_back_as_returned() {
        let message = Message::Returned {
            unit: unit(vec![0x62, 0x00]),
            cause: ReturnCause::Unequipped,
        };
        assert_eq!(Message::decode(&message.encode().unwrap()), Ok(message));
    }

    #[test]
    fn more_than_255_octets_are_refused_not_truncated() {
        let message = |length| Message::Data {
            unit: unit(vec![0; length]),
            return_on_error: false,
        };
        let fits = message(255);
        assert_eq!(Message::decode(&fits.encode().unwrap()), Ok(fits));
        assert_eq!(message(256).encode(), Err(Unencodable::TooLong(256)));
    }

    #[test]
    fn a_single_segment_is_read_and_one_of_several_refused() {
        let xudt = |segmentation: u8| {
            let mut xudt = ::sccp::ExtendedUnitData::new(
                unit(vec![]).called,
                unit(vec![]).calling,
                vec![0x62, 0x00],
            );
            xudt.optional_part = vec![0x10, 4, segmentation, 1, 2, 3, 0];
            Message::decode(&xudt.encode().unwrap())
        };
        assert!(matches!(xudt(0xC0), Ok(Message::Data { .. })));
        assert_eq!(xudt(0xC1), Err(Malformed::Segmented));
        assert_eq!(xudt(0x40), Err(Malformed::Segmented));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = Message::decode(&bytes);
        }
    }
}
