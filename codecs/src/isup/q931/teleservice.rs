//! User teleservice information: what the terminals are for (`Q.763 §3.59`, `Q.931 §4.5.17`).

use serde::Serialize;

use super::ElementCoding;
use crate::code_point::{Bits, Uint, code_points};
use crate::isup::call_indicators::bit;
use crate::isup::wire::Field;

code_points! {
    /// Interpretation of high layer characteristics (`Q.931 §4.5.17`).
    Interpretation: 3 bits, "reserved" {
        FIRST = 4, "first high layer characteristics to be used in the call";
    }

    /// Presentation method of a protocol profile (`Q.931 §4.5.17`).
    ProfilePresentation: 2 bits, "reserved" {
        PROFILE = 1, "high layer protocol profile";
    }

    /// High layer characteristics identification (`Q.931 table 4-26`).
    HighLayer: 7 bits, "reserved" {
        TELEPHONY = 1, "telephony";
        FACSIMILE_G2_G3 = 4, "facsimile group 2/3";
        FACSIMILE_G4 = 0x21, "facsimile group 4 class I";
        FACSIMILE_G4_II_III = 0x24, "facsimile group 4, classes II and III";
        TELETEX_PROCESSABLE = 0x28, "teletex, processable mode";
        TELETEX_BASIC = 0x31, "teletex, basic mode";
        VIDEOTEX = 0x32, "syntax based videotex";
        VIDEOTEX_GATEWAY = 0x33, "international videotex interworking";
        TELEX = 0x35, "telex service";
        MESSAGE_HANDLING = 0x38, "message handling systems";
        OSI_APPLICATION = 0x41, "OSI application";
        FTAM = 0x42, "FTAM application";
        MAINTENANCE = 0x5E, "reserved for maintenance";
        MANAGEMENT = 0x5F, "reserved for management";
        VIDEOTELEPHONY = 0x60, "videotelephony";
        VIDEOCONFERENCING = 0x61, "videoconferencing";
        AUDIOGRAPHIC_CONFERENCING = 0x62, "audiographic conferencing";
        AUDIOVISUAL = 0x68, "audiovisual service";
        MULTIMEDIA = 0x69, "multimedia service";
    }
}

/// User teleservice information (`Q.763 §3.59`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct UserTeleserviceInformation {
    /// Whose meaning the rest has.
    pub coding: ElementCoding,
    /// Which of several characteristics these are.
    pub interpretation: Interpretation,
    /// How they are told.
    pub presentation: ProfilePresentation,
    /// What the terminals are for.
    pub characteristics: HighLayer,
    /// Extended characteristics, of maintenance, management and audiovisual services.
    pub extended: Option<Uint<7>>,
}

impl Field for UserTeleserviceInformation {
    const NAME: &'static str = "user teleservice information";
    const CLAUSE: &'static str = "Q.763 §3.59";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&[first, second], rest) = contents.split_first_chunk()?;
        // The extension bit of octet 2 clear: another octet follows.
        let extended = match bit(second, 7) {
            true => None,
            false => Some(Uint::from_octet(*rest.first()?, 0)),
        };
        Some(Self {
            coding: ElementCoding::from_octet(first, 5),
            interpretation: Interpretation::from_octet(first, 2),
            presentation: ProfilePresentation::from_octet(first, 0),
            characteristics: HighLayer::from_octet(second, 0),
            extended,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let first = self.coding.in_octet(5)
            | self.interpretation.in_octet(2)
            | self.presentation.in_octet(0);
        out.push(0x80 | first);
        match self.extended {
            None => out.push(0x80 | self.characteristics.value()),
            Some(extended) => {
                out.extend_from_slice(&[self.characteristics.value(), 0x80 | extended.value()]);
            }
        }
    }
}
