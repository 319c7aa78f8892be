//! Parameters of one or two octets that hold a code point or a count.

use super::call_indicators::{bit, bits, flag, put};
use super::wire::Field;

/// A parameter that is one octet, with the bits it uses.
macro_rules! octet {
    ($type:ident, $mask:literal, $name:literal, $clause:literal) => {
        impl Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = concat!("Q.763 §", $clause);

            fn read(contents: &[u8]) -> Option<Self> {
                contents.first().map(|octet| Self(octet & $mask))
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.push(self.0 & $mask);
            }
        }
    };
}

/// A parameter that is a number of 16 bits, most significant octet first.
macro_rules! milliseconds {
    ($type:ident, $name:literal, $clause:literal) => {
        impl Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = concat!("Q.763 §", $clause);

            fn read(contents: &[u8]) -> Option<Self> {
                contents.first_chunk().map(|&o| Self(u16::from_be_bytes(o)))
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0.to_be_bytes());
            }
        }
    };
}

/// Calling party's category (`Q.763 §3.11`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallingPartyCategory(pub u8);

impl CallingPartyCategory {
    /// Ordinary calling subscriber.
    pub const ORDINARY: Self = Self(10);
    /// Calling subscriber with priority.
    pub const PRIORITY: Self = Self(11);
    /// Data call (voice band data).
    pub const DATA: Self = Self(12);
    /// Test call.
    pub const TEST: Self = Self(13);
    /// Payphone.
    pub const PAYPHONE: Self = Self(15);
}

octet!(
    CallingPartyCategory,
    0xFF,
    "calling party's category",
    "3.11"
);

/// Transmission medium requirement (`Q.763 §3.54`), and transmission medium used (`§3.56`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TransmissionMediumRequirement(pub u8);

impl TransmissionMediumRequirement {
    /// Speech.
    pub const SPEECH: Self = Self(0);
    /// 64 kbit/s unrestricted.
    pub const UNRESTRICTED_64K: Self = Self(2);
    /// 3.1 kHz audio.
    pub const AUDIO_3K1: Self = Self(3);
    /// 64 kbit/s preferred.
    pub const PREFERRED_64K: Self = Self(6);

    /// The name in the standard, or "reserved".
    pub fn name(self) -> &'static str {
        match self {
            Self::SPEECH => "speech",
            Self::UNRESTRICTED_64K => "64 kbit/s unrestricted",
            Self::AUDIO_3K1 => "3.1 kHz audio",
            Self::PREFERRED_64K => "64 kbit/s preferred",
            Self(7) => "2x64 kbit/s unrestricted",
            Self(8) => "384 kbit/s unrestricted",
            Self(9) => "1536 kbit/s unrestricted",
            Self(10) => "1920 kbit/s unrestricted",
            _ => "reserved",
        }
    }
}

octet!(
    TransmissionMediumRequirement,
    0xFF,
    "transmission medium requirement",
    "3.54"
);

/// Automatic congestion level (`Q.763 §3.4`): 1 exceeded, 2 exceeded further; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CongestionLevel(pub u8);

octet!(CongestionLevel, 0xFF, "automatic congestion level", "3.4");

/// Facility indicator (`Q.763 §3.22`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FacilityIndicator(pub u8);

impl FacilityIndicator {
    /// User-to-user service.
    pub const USER_TO_USER: Self = Self(2);
}

octet!(FacilityIndicator, 0xFF, "facility indicator", "3.22");

/// Hop counter (`Q.763 §3.80`): exchanges the call may still pass, 0–31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HopCounter(pub u8);

octet!(HopCounter, 0x1F, "hop counter", "3.80");

/// Generic notification indicator (`Q.763 §3.25`), 7 bits; open. A message may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notification(pub u8);

impl Notification {
    /// The user has suspended the call.
    pub const USER_SUSPENDED: Self = Self(0);
    /// The user has resumed the call.
    pub const USER_RESUMED: Self = Self(1);
    /// The call is a waiting call.
    pub const CALL_WAITING: Self = Self(0x60);
    /// Remote hold.
    pub const REMOTE_HOLD: Self = Self(0x79);
    /// Remote retrieval.
    pub const REMOTE_RETRIEVAL: Self = Self(0x7A);
    /// The call is diverting.
    pub const CALL_DIVERTING: Self = Self(0x7B);
}

impl Field for Notification {
    const NAME: &'static str = "generic notification indicator";
    const CLAUSE: &'static str = "Q.763 §3.25";

    fn read(contents: &[u8]) -> Option<Self> {
        // A clear extension bit announces the component of DSS 1, which stays untyped.
        let &[octet] = contents else { return None };
        bit(octet, 7).then_some(Self(bits(octet, 0, 7)))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(0x80 | self.0);
    }
}

/// Propagation delay counter (`Q.763 §3.42`), in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PropagationDelay(pub u16);

milliseconds!(PropagationDelay, "propagation delay counter", "3.42");

/// Call history information (`Q.763 §3.7`): the propagation delay of the connection, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallHistory(pub u16);

milliseconds!(CallHistory, "call history information", "3.7");

/// Access delivery information (`Q.763 §3.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Event information (`Q.763 §3.21`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventInformation {
    /// What happened.
    pub event: Event,
    /// The event is not to be shown.
    pub presentation_restricted: bool,
}

/// Event indicator (`Q.763 §3.21`), 7 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event(pub u8);

impl Event {
    /// Alerting.
    pub const ALERTING: Self = Self(1);
    /// Progress.
    pub const PROGRESS: Self = Self(2);
    /// In-band information or an appropriate pattern is now available.
    pub const IN_BAND: Self = Self(3);
    /// Call forwarded on busy.
    pub const FORWARDED_BUSY: Self = Self(4);
    /// Call forwarded on no reply.
    pub const FORWARDED_NO_REPLY: Self = Self(5);
    /// Call forwarded unconditionally.
    pub const FORWARDED: Self = Self(6);

    /// The name in the standard, shortened, or "spare".
    pub fn name(self) -> &'static str {
        match self {
            Self::ALERTING => "alerting",
            Self::PROGRESS => "progress",
            Self::IN_BAND => "in-band information",
            Self::FORWARDED_BUSY => "call forwarded on busy",
            Self::FORWARDED_NO_REPLY => "call forwarded on no reply",
            Self::FORWARDED => "call forwarded unconditional",
            _ => "spare",
        }
    }
}

impl Field for EventInformation {
    const NAME: &'static str = "event information";
    const CLAUSE: &'static str = "Q.763 §3.21";

    fn read(contents: &[u8]) -> Option<Self> {
        let &octet = contents.first()?;
        Some(Self {
            event: Event(bits(octet, 0, 7)),
            presentation_restricted: bit(octet, 7),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(put(self.event.0, 0, 7) | flag(self.presentation_restricted, 7));
    }
}

/// Who suspends or resumes (`Q.763 §3.52`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// Continuity indicators (`Q.763 §3.18`): was the check successful.
pub(super) struct Continuity(pub(super) bool);

impl Field for Continuity {
    const NAME: &'static str = "continuity indicators";
    const CLAUSE: &'static str = "Q.763 §3.18";

    fn read(contents: &[u8]) -> Option<Self> {
        contents.first().map(|&octet| Self(bit(octet, 0)))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.0));
    }
}
