//! User service information: the bearer capability a call asks for (`Q.763 §3.57`, `§3.58`,
//! `Q.931 §4.5.5`).

use serde::Serialize;

use super::{
    ElementCoding, Layer1, Layer1Protocol, Layer2Protocol, Layer3Protocol, ProtocolIdentifier,
    TransferCapability, TransferMode, TransferRate,
};
use crate::code_point::{Bits, Uint};
use crate::isup::call_indicators::{bit, bits};
use crate::isup::wire::Field;

/// User service information (`Q.763 §3.57`); user service information prime (`§3.58`), the bearer
/// capability to fall back to, has the same format.
///
/// One in the coding of another standard than ITU-T, and the octets 4a and 4b that Q.931 had in
/// 1988, are not read: such a parameter is one without a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct UserServiceInformation {
    /// Information transfer capability.
    pub capability: TransferCapability,
    /// Transfer mode.
    pub mode: TransferMode,
    /// Information transfer rate.
    pub rate: Rate,
    /// User information layer 1 protocol, octets 5 to 5d.
    pub layer_1: Option<Layer1>,
    /// User information layer 2 protocol.
    pub layer_2: Option<Layer2Protocol>,
    /// User information layer 3 protocol.
    pub layer_3: Option<Layer3>,
}

/// Information transfer rate (`Q.931` octets 4 and 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Rate {
    code: TransferRate,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiplier: Option<Uint<7>>,
}

impl Rate {
    /// 64 kbit/s.
    pub const ONE: Self = Self {
        code: TransferRate::ONE,
        multiplier: None,
    };

    /// So many times 64 kbit/s, by the rate multiplier.
    pub const fn multiple(multiplier: Uint<7>) -> Self {
        Self {
            code: TransferRate::MULTIRATE,
            multiplier: Some(multiplier),
        }
    }

    /// Its code.
    pub const fn code(self) -> TransferRate {
        self.code
    }

    /// The rate multiplier; of the multirate rate only.
    pub const fn multiplier(self) -> Option<Uint<7>> {
        self.multiplier
    }
}

impl From<TransferRate> for Rate {
    /// The rate of a code; of the multirate rate that of one channel.
    fn from(code: TransferRate) -> Self {
        match code {
            TransferRate::MULTIRATE => Self::multiple(Uint::from_bits(1)),
            code => Self {
                code,
                multiplier: None,
            },
        }
    }
}

/// User information layer 3 (`Q.931` octets 7 to 7b).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Layer3 {
    /// The protocol.
    pub protocol: Layer3Protocol,
    /// Additional information, of ISO/IEC TR 9577.
    pub identifier: Option<ProtocolIdentifier>,
}

impl UserServiceInformation {
    /// Speech, A-law.
    pub fn speech_a_law() -> Self {
        Self::voice(TransferCapability::SPEECH, Layer1Protocol::A_LAW)
    }

    /// 3.1 kHz audio, A-law.
    pub fn audio_a_law() -> Self {
        Self::voice(TransferCapability::AUDIO_3K1, Layer1Protocol::A_LAW)
    }

    /// Unrestricted digital information, 64 kbit/s.
    pub fn unrestricted_64k() -> Self {
        Self::circuit(TransferCapability::UNRESTRICTED, Rate::ONE)
    }

    /// Circuit mode with this capability and rate, nothing said of the layers.
    pub fn circuit(capability: TransferCapability, rate: Rate) -> Self {
        Self {
            capability,
            mode: TransferMode::CIRCUIT,
            rate,
            layer_1: None,
            layer_2: None,
            layer_3: None,
        }
    }

    /// Speech or audio of 64 kbit/s in this coding.
    pub fn voice(capability: TransferCapability, coding: Layer1Protocol) -> Self {
        Self {
            layer_1: Some(coding.into()),
            ..Self::circuit(capability, Rate::ONE)
        }
    }
}

/// Takes the first octet, if it is one of layer `identifier`.
fn layer(identifier: u8, octets: &mut &[u8]) -> Option<u8> {
    let (&octet, rest) = octets.split_first()?;
    (bits(octet, 5, 2) == identifier).then(|| {
        *octets = rest;
        octet
    })
}

impl Field for UserServiceInformation {
    const NAME: &'static str = "user service information";
    const CLAUSE: &'static str = "Q.763 §3.57";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&[first, second], mut octets) = contents.split_first_chunk()?;
        let of_itu_t = ElementCoding::from_octet(first, 5) == ElementCoding::ITU_T;
        if !of_itu_t || !bit(first, 7) || !bit(second, 7) {
            return None;
        }
        let rate = match TransferRate::from_octet(second, 0) {
            TransferRate::MULTIRATE => {
                let (&multiplier, rest) = octets.split_first()?;
                octets = rest;
                Rate::multiple(Uint::from_octet(multiplier, 0))
            }
            code => code.into(),
        };
        let layer_1 = match layer(1, &mut octets) {
            Some(first) => Some(Layer1::read(first, &mut octets)?),
            None => None,
        };
        Some(Self {
            capability: TransferCapability::from_octet(first, 0),
            mode: TransferMode::from_octet(second, 5),
            rate,
            layer_1,
            layer_2: layer(2, &mut octets).map(|octet| Layer2Protocol::from_octet(octet, 0)),
            layer_3: layer(3, &mut octets).map(|octet| Layer3::read(octet, octets)),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(0x80 | self.capability.value());
        out.push(0x80 | self.mode.in_octet(5) | self.rate.code.value());
        out.extend(
            self.rate
                .multiplier
                .map(|multiplier| 0x80 | multiplier.value()),
        );
        if let Some(layer_1) = self.layer_1 {
            layer_1.write(out);
        }
        out.extend(self.layer_2.map(|layer_2| 0xC0 | layer_2.value()));
        if let Some(layer_3) = self.layer_3 {
            layer_3.write(out);
        }
    }
}

impl Layer3 {
    /// Reads octet 7, `first`, and what the octets behind it say in two halves.
    fn read(first: u8, octets: &[u8]) -> Self {
        let identifier = match octets {
            &[high, low, ..] if !bit(first, 7) => {
                Some(ProtocolIdentifier(bits(high, 0, 4) << 4 | bits(low, 0, 4)))
            }
            _ => None,
        };
        Self {
            protocol: Layer3Protocol::from_octet(first, 0),
            identifier,
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        const IDENTIFIER: u8 = 3 << 5;
        let octet = IDENTIFIER | self.protocol.value();
        match self.identifier {
            None => out.push(0x80 | octet),
            Some(ProtocolIdentifier(identifier)) => {
                out.extend_from_slice(&[octet, identifier >> 4, 0x80 | identifier & 0x0F]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isup::{
        AdaptionOptions, AdaptionScheme, CharacterFormat, DataBits, IntermediateRate, Modem,
        ModemType, Parity, RateAdaption, StopBits, UserRate,
    };

    fn written(information: UserServiceInformation) -> Vec<u8> {
        let mut octets = Vec::new();
        information.write(&mut octets);
        octets
    }

    #[test]
    fn bearers_of_voice_and_data_have_the_octets_of_q931() {
        for (information, octets) in [
            (
                UserServiceInformation::speech_a_law(),
                &[0x80, 0x90, 0xA3][..],
            ),
            (
                UserServiceInformation::audio_a_law(),
                &[0x90, 0x90, 0xA3][..],
            ),
            (
                UserServiceInformation::unrestricted_64k(),
                &[0x88, 0x90][..],
            ),
        ] {
            assert_eq!(written(information), octets);
            assert_eq!(UserServiceInformation::read(octets), Some(information));
        }
    }

    #[test]
    fn the_rate_multiplier_is_told_from_layer_1() {
        let octets = [0x88, 0x98, 0x86, 0xA5];
        let multirate = UserServiceInformation::read(&octets).unwrap();
        assert_eq!(multirate.rate.multiplier(), Some(Uint::from_bits(6)));
        assert_eq!(multirate.layer_1, Some(Layer1Protocol::H221.into()));
        assert_eq!(written(multirate), octets);
        let without = Rate::from(TransferRate::MULTIRATE);
        assert_eq!(without.multiplier(), Some(Uint::from_bits(1)));
        assert_eq!(UserServiceInformation::read(&octets[..2]), None);
    }

    /// V.110, asynchronous 9.6 kbit/s on 16 kbit/s, 8 data bits, one stop bit, no parity, V.32.
    #[test]
    fn rate_adaption_is_read_to_the_modem() {
        let octets = [0x90, 0x90, 0x21, 0x48, 0x40, 0x3B, 0x9D];
        let information = UserServiceInformation::read(&octets).unwrap();
        let expected = Layer1 {
            protocol: Layer1Protocol::V110,
            adaption: Some(RateAdaption {
                asynchronous: true,
                negotiable: false,
                user_rate: UserRate::R9_6K,
                scheme: Some(AdaptionScheme {
                    options: AdaptionOptions::V110 {
                        intermediate_rate: IntermediateRate::R16K,
                        sends_with_clock: false,
                        accepts_clock: false,
                        sends_with_flow_control: false,
                        accepts_flow_control: false,
                    },
                    characters: Some(CharacterFormat {
                        stop_bits: StopBits::ONE,
                        data_bits: DataBits::EIGHT,
                        parity: Parity::NONE,
                        modem: Some(Modem {
                            full_duplex: false,
                            kind: ModemType::V32,
                        }),
                    }),
                }),
            }),
        };
        assert_eq!(information.layer_1, Some(expected));
        assert_eq!(written(information), octets);
        for end in 3..octets.len() {
            assert_eq!(UserServiceInformation::read(&octets[..end]), None, "{end}");
        }
    }

    #[test]
    fn layers_2_and_3_follow_in_order() {
        let octets = [0x88, 0xC0, 0xC6, 0x6B, 0x0C, 0x8C];
        let information = UserServiceInformation::read(&octets).unwrap();
        assert_eq!(information.mode, TransferMode::PACKET);
        assert_eq!(information.layer_2, Some(Layer2Protocol::X25));
        let layer_3 = Layer3 {
            protocol: Layer3Protocol::TR_9577,
            identifier: Some(ProtocolIdentifier::IP),
        };
        assert_eq!(information.layer_3, Some(layer_3));
        assert_eq!(written(information), octets);
    }

    #[test]
    fn other_codings_and_the_octets_of_1988_are_not_read() {
        assert_eq!(UserServiceInformation::read(&[0xC0, 0x90]), None);
        assert_eq!(UserServiceInformation::read(&[0x80, 0x10, 0x80]), None);
        assert_eq!(UserServiceInformation::read(&[0x80]), None);
    }
}
