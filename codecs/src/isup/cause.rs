//! Cause indicators: why a call ends, and where in the network (`Q.850`, `Q.763 §3.12`).

use std::fmt;

use super::Contents;
use super::call_indicators::{bit, bits, put};
use super::wire::Field;

/// Cause indicators (`Q.850 §2.1`, `Q.763 §3.12`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseIndicators {
    /// Coding standard: 0 ITU-T, 1 ISO/IEC, 2 national, 3 specific to the location; 2 bits.
    pub coding: u8,
    /// Where the call was released.
    pub location: Location,
    /// Recommendation octet, where one is present; 7 bits.
    pub recommendation: Option<u8>,
    /// Why.
    pub cause: Cause,
    /// Diagnostics, untouched; so many octets as leave room for an optional part after a cause.
    pub diagnostics: Contents<250>,
}

impl CauseIndicators {
    /// An ITU-T cause without diagnostics.
    pub fn new(cause: Cause, location: Location) -> Self {
        Self {
            coding: 0,
            location,
            recommendation: None,
            cause,
            diagnostics: Contents::default(),
        }
    }
}

/// Location (`Q.850 §2.2.3`), 4 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Location(pub u8);

impl Location {
    /// User.
    pub const USER: Self = Self(0);
    /// Private network serving the local user.
    pub const PRIVATE_LOCAL: Self = Self(1);
    /// Public network serving the local user.
    pub const PUBLIC_LOCAL: Self = Self(2);
    /// Transit network.
    pub const TRANSIT: Self = Self(3);
    /// Public network serving the remote user.
    pub const PUBLIC_REMOTE: Self = Self(4);
    /// Private network serving the remote user.
    pub const PRIVATE_REMOTE: Self = Self(5);
    /// International network.
    pub const INTERNATIONAL: Self = Self(7);
    /// Network beyond the interworking point.
    pub const BEYOND_INTERWORKING: Self = Self(10);
}

/// Cause value (`Q.850 §2.2.6`), 7 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cause(pub u8);

impl Cause {
    /// 1: unallocated (unassigned) number.
    pub const UNALLOCATED_NUMBER: Self = Self(1);
    /// 3: no route to destination.
    pub const NO_ROUTE: Self = Self(3);
    /// 16: normal call clearing.
    pub const NORMAL_CLEARING: Self = Self(16);
    /// 17: user busy.
    pub const USER_BUSY: Self = Self(17);
    /// 18: no user responding.
    pub const NO_USER_RESPONDING: Self = Self(18);
    /// 19: no answer from user (user alerted).
    pub const NO_ANSWER: Self = Self(19);
    /// 20: subscriber absent.
    pub const SUBSCRIBER_ABSENT: Self = Self(20);
    /// 21: call rejected.
    pub const CALL_REJECTED: Self = Self(21);
    /// 27: destination out of order.
    pub const DESTINATION_OUT_OF_ORDER: Self = Self(27);
    /// 28: invalid number format (address incomplete).
    pub const ADDRESS_INCOMPLETE: Self = Self(28);
    /// 31: normal, unspecified.
    pub const NORMAL_UNSPECIFIED: Self = Self(31);
    /// 34: no circuit/channel available.
    pub const NO_CIRCUIT: Self = Self(34);
    /// 38: network out of order.
    pub const NETWORK_OUT_OF_ORDER: Self = Self(38);
    /// 41: temporary failure.
    pub const TEMPORARY_FAILURE: Self = Self(41);
    /// 42: switching equipment congestion.
    pub const CONGESTION: Self = Self(42);
    /// 47: resource unavailable, unspecified.
    pub const RESOURCE_UNAVAILABLE: Self = Self(47);
    /// 97: message type non-existent or not implemented.
    pub const MESSAGE_TYPE_UNKNOWN: Self = Self(97);
    /// 99: information element/parameter non-existent or not implemented.
    pub const PARAMETER_UNKNOWN: Self = Self(99);
    /// 102: recovery on timer expiry.
    pub const TIMER_EXPIRY: Self = Self(102);
    /// 111: protocol error, unspecified.
    pub const PROTOCOL_ERROR: Self = Self(111);
    /// 127: interworking, unspecified.
    pub const INTERWORKING: Self = Self(127);
}

impl Field for CauseIndicators {
    const NAME: &'static str = "cause indicators";
    const CLAUSE: &'static str = "Q.850 §2.1";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, rest) = contents.split_first()?;
        // The extension bit of octet 1 clear: the recommendation follows before the cause.
        let (recommendation, rest) = match bit(first, 7) {
            true => (None, rest),
            false => {
                let (&octet, rest) = rest.split_first()?;
                (Some(bits(octet, 0, 7)), rest)
            }
        };
        let (&cause, diagnostics) = rest.split_first()?;
        Some(Self {
            coding: bits(first, 5, 2),
            location: Location(bits(first, 0, 4)),
            recommendation,
            cause: Cause(bits(cause, 0, 7)),
            diagnostics: Contents::new(diagnostics).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let first = put(self.coding, 5, 2) | put(self.location.0, 0, 4);
        match self.recommendation {
            None => out.push(0x80 | first),
            Some(recommendation) => out.extend_from_slice(&[first, 0x80 | recommendation]),
        }
        out.push(0x80 | self.cause.0);
        self.diagnostics.write(out);
    }
}

impl Location {
    /// The name in `Q.850`, or "unallocated".
    pub fn name(self) -> &'static str {
        match self.0 {
            0 => "user",
            1 => "private network serving the local user",
            2 => "public network serving the local user",
            3 => "transit network",
            4 => "public network serving the remote user",
            5 => "private network serving the remote user",
            7 => "international network",
            10 => "network beyond interworking point",
            _ => "unallocated",
        }
    }
}

impl Cause {
    /// The name in `Q.850 table 1`, or "unassigned".
    pub fn name(self) -> &'static str {
        match self.0 {
            1 => "unallocated (unassigned) number",
            2 => "no route to specified transit network",
            3 => "no route to destination",
            4 => "send special information tone",
            5 => "misdialled trunk prefix",
            6 => "channel unacceptable",
            7 => "call awarded and being delivered in an established channel",
            8 => "preemption",
            9 => "preemption - circuit reserved for reuse",
            14 => "QoR: ported number",
            16 => "normal call clearing",
            17 => "user busy",
            18 => "no user responding",
            19 => "no answer from user (user alerted)",
            20 => "subscriber absent",
            21 => "call rejected",
            22 => "number changed",
            23 => "redirection to new destination",
            24 => "call rejected due to feature at the destination",
            25 => "exchange routing error",
            26 => "non-selected user clearing",
            27 => "destination out of order",
            28 => "invalid number format (address incomplete)",
            29 => "facility rejected",
            30 => "response to STATUS ENQUIRY",
            31 => "normal, unspecified",
            33 => "circuit out of order",
            34 => "no circuit/channel available",
            38 => "network out of order",
            39 => "permanent frame mode connection out of service",
            40 => "permanent frame mode connection operational",
            41 => "temporary failure",
            42 => "switching equipment congestion",
            43 => "access information discarded",
            44 => "requested circuit/channel not available",
            46 => "precedence call blocked",
            47 => "resource unavailable, unspecified",
            49 => "quality of service unavailable",
            50 => "requested facility not subscribed",
            53 => "outgoing calls barred within CUG",
            55 => "incoming calls barred within CUG",
            56 => "call waiting not subscribed",
            57 => "bearer capability not authorized",
            58 => "bearer capability not presently available",
            62 => "inconsistency in designated outgoing access information and subscriber class",
            63 => "service or option not available, unspecified",
            65 => "bearer capability not implemented",
            66 => "channel type not implemented",
            69 => "requested facility not implemented",
            70 => "only restricted digital information bearer capability is available",
            79 => "service or option not implemented, unspecified",
            81 => "invalid call reference value",
            82 => "identified channel does not exist",
            83 => "call identity does not exist for suspended call",
            84 => "call identity in use",
            85 => "no call suspended",
            86 => "call having the requested call identity has been cleared",
            87 => "called user not member of CUG",
            88 => "incompatible destination",
            90 => "non-existing CUG",
            91 => "invalid transit network selection (national use)",
            95 => "invalid message, unspecified",
            96 => "mandatory information element is missing",
            97 => "message type non-existent or not implemented",
            98 => {
                "message not compatible with call state or message type non-existent or not implemented"
            }
            99 => "information element/parameter non-existent or not implemented",
            100 => "invalid information element contents",
            101 => "message not compatible with call state",
            102 => "recovery on timer expiry",
            103 => "parameter non-existent or not implemented - passed on",
            110 => "message with unrecognized parameter discarded",
            111 => "protocol error, unspecified",
            127 => "interworking, unspecified",
            _ => "unassigned",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.name())
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_have_their_names() {
        assert_eq!(
            Cause::NO_ANSWER.to_string(),
            "19 no answer from user (user alerted)"
        );
        assert_eq!(Cause(10).name(), "unassigned");
        assert_eq!(Location(6).name(), "unallocated");
    }
}
