//! How terminals use a channel: the user information layer 1 of a bearer capability and the octets
//! 5a to 5d behind it (`Q.931 §4.5.5`).

use serde::Serialize;

use super::{DataBits, IntermediateRate, Layer1Protocol, ModemType, Parity, StopBits, UserRate};
use crate::code_point::Bits;
use crate::isup::call_indicators::{bit, flag};

/// User information layer 1 (`Q.931` octet 5). Each octet behind it is there only with the one
/// before: hence each is a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Layer1 {
    /// How the information is coded or adapted to the channel.
    pub protocol: Layer1Protocol,
    /// Octet 5a.
    pub adaption: Option<RateAdaption>,
}

impl From<Layer1Protocol> for Layer1 {
    /// Without octets 5a to 5d.
    fn from(protocol: Layer1Protocol) -> Self {
        Self {
            protocol,
            adaption: None,
        }
    }
}

/// Rate adaption (`Q.931` octet 5a).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct RateAdaption {
    /// The data are asynchronous.
    pub asynchronous: bool,
    /// In-band negotiation is possible.
    pub negotiable: bool,
    /// The rate of the terminal.
    pub user_rate: UserRate,
    /// Octet 5b.
    pub scheme: Option<AdaptionScheme>,
}

/// How the rate is adapted (`Q.931` octet 5b).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct AdaptionScheme {
    /// By the protocol of layer 1.
    pub options: AdaptionOptions,
    /// Octet 5c.
    pub characters: Option<CharacterFormat>,
}

/// The options of a protocol of layer 1 (`Q.931` octet 5b).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdaptionOptions {
    /// Of V.120.
    V120 {
        /// Rate adaption header included.
        header: bool,
        /// Multiple frame establishment supported.
        multiple_frame: bool,
        /// Protocol sensitive mode of operation, else bit transparent.
        protocol_sensitive: bool,
        /// Full negotiation of the logical link identifier, else only the default, 256.
        full_negotiation: bool,
        /// The terminal assigns logical link identifiers, else it is the assignee.
        assignor: bool,
        /// Negotiation in-band on logical link 0, else with USER INFORMATION messages.
        in_band_negotiation: bool,
    },
    /// Of V.110, I.460 and X.30, and of any other.
    V110 {
        /// Intermediate rate.
        intermediate_rate: IntermediateRate,
        /// Data are sent with a network independent clock.
        sends_with_clock: bool,
        /// Data with a network independent clock are accepted.
        accepts_clock: bool,
        /// Data are sent with flow control.
        sends_with_flow_control: bool,
        /// Data with flow control are accepted.
        accepts_flow_control: bool,
    },
}

/// Format of a character (`Q.931` octet 5c).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CharacterFormat {
    /// Stop bits.
    pub stop_bits: StopBits,
    /// Data bits.
    pub data_bits: DataBits,
    /// Parity.
    pub parity: Parity,
    /// Octet 5d.
    pub modem: Option<Modem>,
}

/// The modem (`Q.931` octet 5d).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Modem {
    /// Full duplex, else half duplex.
    pub full_duplex: bool,
    /// Which modem.
    pub kind: ModemType,
}

/// Reads octets of which each but the last has its extension bit clear: gives the first of `octets`
/// if `before` says that it is there.
fn follows(before: u8, octets: &mut &[u8]) -> Option<Option<u8>> {
    if bit(before, 7) {
        return Some(None);
    }
    let (&octet, rest) = octets.split_first()?;
    *octets = rest;
    Some(Some(octet))
}

impl Layer1 {
    /// Reads octet 5, `first`, and from the front of `octets` those behind it. `None` if they end
    /// where another one is announced.
    pub(super) fn read(first: u8, octets: &mut &[u8]) -> Option<Self> {
        let protocol = Layer1Protocol::from_octet(first, 0);
        let adaption = match follows(first, octets)? {
            Some(octet) => Some(RateAdaption::read(protocol, octet, octets)?),
            None => None,
        };
        Some(Self { protocol, adaption })
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        const IDENTIFIER: u8 = 1 << 5;
        out.push(flag(self.adaption.is_none(), 7) | IDENTIFIER | self.protocol.value());
        if let Some(adaption) = self.adaption {
            adaption.write(out);
        }
    }
}

impl RateAdaption {
    fn read(protocol: Layer1Protocol, first: u8, octets: &mut &[u8]) -> Option<Self> {
        let scheme = match follows(first, octets)? {
            Some(octet) => Some(AdaptionScheme::read(protocol, octet, octets)?),
            None => None,
        };
        Some(Self {
            asynchronous: bit(first, 6),
            negotiable: bit(first, 5),
            user_rate: UserRate::from_octet(first, 0),
            scheme,
        })
    }

    fn write(self, out: &mut Vec<u8>) {
        let flags = flag(self.asynchronous, 6) | flag(self.negotiable, 5);
        out.push(flag(self.scheme.is_none(), 7) | flags | self.user_rate.value());
        if let Some(scheme) = self.scheme {
            scheme.write(out);
        }
    }
}

impl AdaptionScheme {
    fn read(protocol: Layer1Protocol, first: u8, octets: &mut &[u8]) -> Option<Self> {
        let characters = match follows(first, octets)? {
            Some(octet) => Some(CharacterFormat::read(octet, octets)?),
            None => None,
        };
        Some(Self {
            options: AdaptionOptions::from_octet(protocol, first),
            characters,
        })
    }

    fn write(self, out: &mut Vec<u8>) {
        out.push(flag(self.characters.is_none(), 7) | self.options.bits());
        if let Some(characters) = self.characters {
            characters.write(out);
        }
    }
}

impl AdaptionOptions {
    fn from_octet(protocol: Layer1Protocol, octet: u8) -> Self {
        match protocol {
            Layer1Protocol::V120 => Self::V120 {
                header: bit(octet, 6),
                multiple_frame: bit(octet, 5),
                protocol_sensitive: bit(octet, 4),
                full_negotiation: bit(octet, 3),
                assignor: bit(octet, 2),
                in_band_negotiation: bit(octet, 1),
            },
            _ => Self::V110 {
                intermediate_rate: IntermediateRate::from_octet(octet, 5),
                sends_with_clock: bit(octet, 4),
                accepts_clock: bit(octet, 3),
                sends_with_flow_control: bit(octet, 2),
                accepts_flow_control: bit(octet, 1),
            },
        }
    }

    fn bits(self) -> u8 {
        match self {
            Self::V120 {
                header,
                multiple_frame,
                protocol_sensitive,
                full_negotiation,
                assignor,
                in_band_negotiation,
            } => {
                flag(header, 6)
                    | flag(multiple_frame, 5)
                    | flag(protocol_sensitive, 4)
                    | flag(full_negotiation, 3)
                    | flag(assignor, 2)
                    | flag(in_band_negotiation, 1)
            }
            Self::V110 {
                intermediate_rate,
                sends_with_clock,
                accepts_clock,
                sends_with_flow_control,
                accepts_flow_control,
            } => {
                intermediate_rate.in_octet(5)
                    | flag(sends_with_clock, 4)
                    | flag(accepts_clock, 3)
                    | flag(sends_with_flow_control, 2)
                    | flag(accepts_flow_control, 1)
            }
        }
    }
}

impl CharacterFormat {
    fn read(first: u8, octets: &mut &[u8]) -> Option<Self> {
        let modem = follows(first, octets)?.map(|octet| Modem {
            full_duplex: bit(octet, 6),
            kind: ModemType::from_octet(octet, 0),
        });
        Some(Self {
            stop_bits: StopBits::from_octet(first, 5),
            data_bits: DataBits::from_octet(first, 3),
            parity: Parity::from_octet(first, 0),
            modem,
        })
    }

    fn write(self, out: &mut Vec<u8>) {
        let format =
            self.stop_bits.in_octet(5) | self.data_bits.in_octet(3) | self.parity.in_octet(0);
        out.push(flag(self.modem.is_none(), 7) | format);
        out.extend(
            self.modem
                .map(|modem| 0x80 | flag(modem.full_duplex, 6) | modem.kind.value()),
        );
    }
}
