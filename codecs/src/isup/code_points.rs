//! Parameters of one or two octets that hold a code point or a count.

use serde::Serialize;

use super::call_indicators::bit;
use super::indicators::single_values;
use super::wire::Field;
use crate::code_point::{Bits, OutOfRange, Uint, code_points};

code_points! {
    /// Calling party's category (`Q.763 §3.11`).
    CallingPartyCategory: 8 bits, "spare or national use" {
        UNKNOWN = 0, "unknown at this time";
        OPERATOR_FRENCH = 1, "operator, language French";
        OPERATOR_ENGLISH = 2, "operator, language English";
        OPERATOR_GERMAN = 3, "operator, language German";
        OPERATOR_RUSSIAN = 4, "operator, language Russian";
        OPERATOR_SPANISH = 5, "operator, language Spanish";
        NATIONAL_OPERATOR = 9, "national operator";
        ORDINARY = 10, "ordinary calling subscriber";
        PRIORITY = 11, "calling subscriber with priority";
        DATA = 12, "data call (voice band data)";
        TEST = 13, "test call";
        IEPS = 14, "IEPS call marking for preferential call set-up";
        PAYPHONE = 15, "payphone";
    }

    /// Transmission medium requirement (`Q.763 §3.54`), its second choice (`§3.55`), and transmission
    /// medium used (`§3.56`).
    TransmissionMediumRequirement: 8 bits, "reserved" {
        SPEECH = 0, "speech";
        UNRESTRICTED_64K = 2, "64 kbit/s unrestricted";
        AUDIO_3K1 = 3, "3.1 kHz audio";
        PREFERRED_64K = 6, "64 kbit/s preferred";
        UNRESTRICTED_2X64K = 7, "2x64 kbit/s unrestricted";
        UNRESTRICTED_384K = 8, "384 kbit/s unrestricted";
        UNRESTRICTED_1536K = 9, "1536 kbit/s unrestricted";
        UNRESTRICTED_1920K = 10, "1920 kbit/s unrestricted";
        UNRESTRICTED_3X64K = 16, "3x64 kbit/s unrestricted";
        UNRESTRICTED_4X64K = 17, "4x64 kbit/s unrestricted";
        UNRESTRICTED_5X64K = 18, "5x64 kbit/s unrestricted";
        UNRESTRICTED_7X64K = 20, "7x64 kbit/s unrestricted";
        UNRESTRICTED_8X64K = 21, "8x64 kbit/s unrestricted";
        UNRESTRICTED_9X64K = 22, "9x64 kbit/s unrestricted";
        UNRESTRICTED_10X64K = 23, "10x64 kbit/s unrestricted";
        UNRESTRICTED_11X64K = 24, "11x64 kbit/s unrestricted";
        UNRESTRICTED_12X64K = 25, "12x64 kbit/s unrestricted";
        UNRESTRICTED_13X64K = 26, "13x64 kbit/s unrestricted";
        UNRESTRICTED_14X64K = 27, "14x64 kbit/s unrestricted";
        UNRESTRICTED_15X64K = 28, "15x64 kbit/s unrestricted";
        UNRESTRICTED_16X64K = 29, "16x64 kbit/s unrestricted";
        UNRESTRICTED_17X64K = 30, "17x64 kbit/s unrestricted";
        UNRESTRICTED_18X64K = 31, "18x64 kbit/s unrestricted";
        UNRESTRICTED_19X64K = 32, "19x64 kbit/s unrestricted";
        UNRESTRICTED_20X64K = 33, "20x64 kbit/s unrestricted";
        UNRESTRICTED_21X64K = 34, "21x64 kbit/s unrestricted";
        UNRESTRICTED_22X64K = 35, "22x64 kbit/s unrestricted";
        UNRESTRICTED_23X64K = 36, "23x64 kbit/s unrestricted";
        UNRESTRICTED_25X64K = 38, "25x64 kbit/s unrestricted";
        UNRESTRICTED_26X64K = 39, "26x64 kbit/s unrestricted";
        UNRESTRICTED_27X64K = 40, "27x64 kbit/s unrestricted";
        UNRESTRICTED_28X64K = 41, "28x64 kbit/s unrestricted";
        UNRESTRICTED_29X64K = 42, "29x64 kbit/s unrestricted";
    }

    /// Automatic congestion level (`Q.763 §3.4`).
    CongestionLevel: 8 bits, "spare" {
        LEVEL_1 = 1, "congestion level 1 exceeded";
        LEVEL_2 = 2, "congestion level 2 exceeded";
    }

    /// Facility indicator (`Q.763 §3.22`).
    FacilityIndicator: 8 bits, "spare" {
        USER_TO_USER = 2, "user-to-user service";
    }

    /// Generic notification indicator (`Q.763 §3.25`), 7 bits. A message may have several.
    Notification: 7 bits, "spare" {
        USER_SUSPENDED = 0, "user suspended";
        USER_RESUMED = 1, "user resumed";
        BEARER_SERVICE_CHANGE = 2, "bearer service change";
        CALL_COMPLETION_DELAY = 4, "call completion delay";
        CONFERENCE_ESTABLISHED = 0x42, "conference established";
        CONFERENCE_DISCONNECTED = 0x43, "conference disconnected";
        PARTY_ADDED = 0x44, "other party added";
        ISOLATED = 0x45, "isolated";
        REATTACHED = 0x46, "reattached";
        PARTY_ISOLATED = 0x47, "other party isolated";
        PARTY_REATTACHED = 0x48, "other party reattached";
        PARTY_SPLIT = 0x49, "other party split";
        PARTY_DISCONNECTED = 0x4A, "other party disconnected";
        CONFERENCE_FLOATING = 0x4B, "conference floating";
        CALL_WAITING = 0x60, "call is a waiting call";
        DIVERSION_ACTIVATED = 0x68, "diversion activated (used in DSS 1)";
        TRANSFER_ALERTING = 0x69, "call transfer, alerting";
        TRANSFER_ACTIVE = 0x6A, "call transfer, active";
        REMOTE_HOLD = 0x79, "remote hold";
        REMOTE_RETRIEVAL = 0x7A, "remote retrieval";
        CALL_DIVERTING = 0x7B, "call is diverting";
    }
}

/// Hop counter (`Q.763 §3.80`): exchanges the call may still pass, 0–31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct HopCounter(Uint<5>);

impl HopCounter {
    /// The number of exchanges.
    pub const fn value(self) -> u8 {
        self.0.value()
    }

    /// The counter behind one more exchange (`Q.764 §2.9.9`); of 0 it stays 0.
    #[must_use]
    pub fn less_one(self) -> Self {
        Self::from_bits(self.value().saturating_sub(1))
    }
}

impl TryFrom<u8> for HopCounter {
    type Error = OutOfRange;

    fn try_from(value: u8) -> Result<Self, OutOfRange> {
        Uint::try_from(value).map(Self)
    }
}

impl Bits for HopCounter {
    const WIDTH: u32 = Uint::<5>::WIDTH;

    fn from_bits(octet: u8) -> Self {
        Self(Uint::from_bits(octet))
    }

    fn bits(self) -> u8 {
        self.0.bits()
    }
}

impl TransmissionMediumRequirement {
    /// How many circuits of 64 kbit/s a call with this requirement takes.
    ///
    /// ```
    /// use codecs::isup::TransmissionMediumRequirement as Medium;
    ///
    /// assert_eq!(Medium::SPEECH.circuits(), 1);
    /// assert_eq!(Medium::UNRESTRICTED_384K.circuits(), 6);
    /// assert_eq!(Medium::UNRESTRICTED_29X64K.circuits(), 29);
    /// ```
    pub const fn circuits(self) -> u8 {
        match self.value() {
            7 => 2,
            8 => 6,
            9 => 24,
            10 => 30,
            // 3 to 29 times 64 kbit/s.
            value @ 16..=42 => value - 13,
            _ => 1,
        }
    }
}

single_values! {
    CallingPartyCategory, "calling party's category", "Q.763 §3.11";
    TransmissionMediumRequirement, "transmission medium requirement", "Q.763 §3.54";
    CongestionLevel, "automatic congestion level", "Q.763 §3.4";
    FacilityIndicator, "facility indicator", "Q.763 §3.22";
    HopCounter, "hop counter", "Q.763 §3.80";
}

impl Field for Notification {
    const NAME: &'static str = "generic notification indicator";
    const CLAUSE: &'static str = "Q.763 §3.25";

    fn read(contents: &[u8]) -> Option<Self> {
        // A clear extension bit announces the component of DSS 1, which stays untyped.
        let &[octet] = contents else { return None };
        bit(octet, 7).then_some(Self::from_bits(octet))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(0x80 | self.0);
    }

    fn is_exact(&self, _: &[u8]) -> bool {
        true
    }
}

/// A parameter that is a number of 16 bits, most significant octet first.
macro_rules! milliseconds {
    ($($(#[$doc:meta])* $type:ident, $name:literal, $clause:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub struct $type(pub u16);

        impl Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = $clause;

            fn read(contents: &[u8]) -> Option<Self> {
                contents.first_chunk().map(|&o| Self(u16::from_be_bytes(o)))
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0.to_be_bytes());
            }

            fn is_exact(&self, contents: &[u8]) -> bool {
                contents.len() == 2
            }
        }
    )*};
}

milliseconds! {
    /// Propagation delay counter (`Q.763 §3.42`), in milliseconds.
    PropagationDelay, "propagation delay counter", "Q.763 §3.42";

    /// Call history information (`Q.763 §3.7`): the propagation delay of the connection, in
    /// milliseconds.
    CallHistory, "call history information", "Q.763 §3.7";
}

/// Access delivery information (`Q.763 §3.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct AccessDelivery {
    /// A set-up message was generated.
    pub set_up_generated: bool,
}

impl Field for AccessDelivery {
    const NAME: &'static str = "access delivery information";
    const CLAUSE: &'static str = "Q.763 §3.2";

    fn read(contents: &[u8]) -> Option<Self> {
        contents.first().map(|&octet| Self {
            set_up_generated: !bit(octet, 0),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(!self.set_up_generated));
    }
}

/// Who suspends or resumes (`Q.763 §3.52`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuspendResume {
    /// The ISDN subscriber.
    Subscriber,
    /// The network.
    Network,
}

impl Field for SuspendResume {
    const NAME: &'static str = "suspend/resume indicators";
    const CLAUSE: &'static str = "Q.763 §3.52";

    fn read(contents: &[u8]) -> Option<Self> {
        contents.first().map(|&octet| match bit(octet, 0) {
            false => Self::Subscriber,
            true => Self::Network,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self == Self::Network));
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        matches!(contents, [0 | 1])
    }
}

/// Continuity indicators (`Q.763 §3.18`): was the check successful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Continuity(pub bool);

impl Field for Continuity {
    const NAME: &'static str = "continuity indicators";
    const CLAUSE: &'static str = "Q.763 §3.18";

    fn read(contents: &[u8]) -> Option<Self> {
        contents.first().map(|&octet| Self(bit(octet, 0)))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.0));
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        matches!(contents, [0 | 1])
    }
}
