//! Cause indicators: why a call ends, and where in the network (`Q.850`, `Q.763 §3.12`).

use std::fmt;

use serde::Serialize;

use super::Contents;
use super::call_indicators::bit;
use super::wire::Field;
use crate::code_point::{Bits, Uint, code_points};

/// Cause indicators (`Q.850 §2.1`, `Q.763 §3.12`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseIndicators {
    /// Whose meaning of causes and locations it is.
    pub coding: CodingStandard,
    /// Where the call was released.
    pub location: Location,
    /// Recommendation octet, where one is present.
    pub recommendation: Option<Uint<7>>,
    /// Why.
    pub cause: Cause,
    /// Diagnostics, untouched; so many octets as leave room for an optional part after a cause.
    pub diagnostics: Contents<250>,
}

impl CauseIndicators {
    /// An ITU-T cause without diagnostics.
    pub fn new(cause: Cause, location: Location) -> Self {
        Self {
            coding: CodingStandard::ITU_T,
            location,
            recommendation: None,
            cause,
            diagnostics: Contents::default(),
        }
    }
}

code_points! {
    /// Coding standard (`Q.850 §2.2.2`).
    CodingStandard: 2 bits, "unknown" {
        ITU_T = 0, "ITU-T";
        ISO_IEC = 1, "ISO/IEC";
        NATIONAL = 2, "national";
        LOCATION = 3, "specific to the location";
    }

    /// Location (`Q.850 §2.2.3`), 4 bits.
    Location: 4 bits, "unallocated" {
        USER = 0, "user";
        PRIVATE_LOCAL = 1, "private network serving the local user";
        PUBLIC_LOCAL = 2, "public network serving the local user";
        TRANSIT = 3, "transit network";
        PUBLIC_REMOTE = 4, "public network serving the remote user";
        PRIVATE_REMOTE = 5, "private network serving the remote user";
        INTERNATIONAL = 7, "international network";
        BEYOND_INTERWORKING = 10, "network beyond interworking point";
    }

    /// Cause value (`Q.850 §2.2.6`, table 1), 7 bits.
    Cause: 7 bits, "unassigned" {
        UNALLOCATED_NUMBER = 1, "unallocated (unassigned) number";
        NO_ROUTE_TO_NETWORK = 2, "no route to specified transit network";
        NO_ROUTE = 3, "no route to destination";
        SPECIAL_INFORMATION_TONE = 4, "send special information tone";
        MISDIALLED_PREFIX = 5, "misdialled trunk prefix";
        CHANNEL_UNACCEPTABLE = 6, "channel unacceptable";
        AWARDED = 7, "call awarded and being delivered in an established channel";
        PREEMPTION = 8, "preemption";
        PREEMPTION_RESERVED = 9, "preemption - circuit reserved for reuse";
        QOR_PORTED_NUMBER = 14, "QoR: ported number";
        NORMAL_CLEARING = 16, "normal call clearing";
        USER_BUSY = 17, "user busy";
        NO_USER_RESPONDING = 18, "no user responding";
        NO_ANSWER = 19, "no answer from user (user alerted)";
        SUBSCRIBER_ABSENT = 20, "subscriber absent";
        CALL_REJECTED = 21, "call rejected";
        NUMBER_CHANGED = 22, "number changed";
        REDIRECTION = 23, "redirection to new destination";
        REJECTED_BY_FEATURE = 24, "call rejected due to feature at the destination";
        EXCHANGE_ROUTING_ERROR = 25, "exchange routing error";
        NON_SELECTED_CLEARING = 26, "non-selected user clearing";
        DESTINATION_OUT_OF_ORDER = 27, "destination out of order";
        ADDRESS_INCOMPLETE = 28, "invalid number format (address incomplete)";
        FACILITY_REJECTED = 29, "facility rejected";
        STATUS_ENQUIRY_RESPONSE = 30, "response to STATUS ENQUIRY";
        NORMAL_UNSPECIFIED = 31, "normal, unspecified";
        CIRCUIT_OUT_OF_ORDER = 33, "circuit out of order";
        NO_CIRCUIT = 34, "no circuit/channel available";
        NETWORK_OUT_OF_ORDER = 38, "network out of order";
        FRAME_MODE_OUT_OF_SERVICE = 39, "permanent frame mode connection out of service";
        FRAME_MODE_OPERATIONAL = 40, "permanent frame mode connection operational";
        TEMPORARY_FAILURE = 41, "temporary failure";
        CONGESTION = 42, "switching equipment congestion";
        ACCESS_INFORMATION_DISCARDED = 43, "access information discarded";
        REQUESTED_CIRCUIT_NOT_AVAILABLE = 44, "requested circuit/channel not available";
        PRECEDENCE_CALL_BLOCKED = 46, "precedence call blocked";
        RESOURCE_UNAVAILABLE = 47, "resource unavailable, unspecified";
        QUALITY_NOT_AVAILABLE = 49, "quality of service unavailable";
        FACILITY_NOT_SUBSCRIBED = 50, "requested facility not subscribed";
        OUTGOING_BARRED_IN_CUG = 53, "outgoing calls barred within CUG";
        INCOMING_BARRED_IN_CUG = 55, "incoming calls barred within CUG";
        CALL_WAITING_NOT_SUBSCRIBED = 56, "call waiting not subscribed";
        BEARER_NOT_AUTHORIZED = 57, "bearer capability not authorized";
        BEARER_NOT_AVAILABLE = 58, "bearer capability not presently available";
        INCONSISTENT_ACCESS_INFORMATION = 62, "inconsistency in designated outgoing access information and subscriber class";
        SERVICE_NOT_AVAILABLE = 63, "service or option not available, unspecified";
        BEARER_NOT_IMPLEMENTED = 65, "bearer capability not implemented";
        CHANNEL_TYPE_NOT_IMPLEMENTED = 66, "channel type not implemented";
        FACILITY_NOT_IMPLEMENTED = 69, "requested facility not implemented";
        ONLY_RESTRICTED_DIGITAL = 70, "only restricted digital information bearer capability is available";
        SERVICE_NOT_IMPLEMENTED = 79, "service or option not implemented, unspecified";
        INVALID_CALL_REFERENCE = 81, "invalid call reference value";
        CHANNEL_DOES_NOT_EXIST = 82, "identified channel does not exist";
        NO_SUCH_SUSPENDED_CALL = 83, "call identity does not exist for suspended call";
        CALL_IDENTITY_IN_USE = 84, "call identity in use";
        NO_CALL_SUSPENDED = 85, "no call suspended";
        SUSPENDED_CALL_CLEARED = 86, "call having the requested call identity has been cleared";
        NOT_MEMBER_OF_CUG = 87, "called user not member of CUG";
        INCOMPATIBLE_DESTINATION = 88, "incompatible destination";
        NON_EXISTING_CUG = 90, "non-existing CUG";
        INVALID_TRANSIT_NETWORK = 91, "invalid transit network selection (national use)";
        INVALID_MESSAGE = 95, "invalid message, unspecified";
        MANDATORY_MISSING = 96, "mandatory information element is missing";
        MESSAGE_TYPE_UNKNOWN = 97, "message type non-existent or not implemented";
        MESSAGE_NOT_COMPATIBLE_OR_UNKNOWN = 98, "message not compatible with call state or message type non-existent or not implemented";
        PARAMETER_UNKNOWN = 99, "information element/parameter non-existent or not implemented";
        INVALID_CONTENTS = 100, "invalid information element contents";
        MESSAGE_NOT_COMPATIBLE = 101, "message not compatible with call state";
        TIMER_EXPIRY = 102, "recovery on timer expiry";
        PARAMETER_PASSED_ON = 103, "parameter non-existent or not implemented - passed on";
        MESSAGE_DISCARDED = 110, "message with unrecognized parameter discarded";
        PROTOCOL_ERROR = 111, "protocol error, unspecified";
        INTERWORKING = 127, "interworking, unspecified";
    }
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
                (Some(Uint::from_octet(octet, 0)), rest)
            }
        };
        let (&cause, diagnostics) = rest.split_first()?;
        Some(Self {
            coding: CodingStandard::from_octet(first, 5),
            location: Location::from_octet(first, 0),
            recommendation,
            cause: Cause::from_octet(cause, 0),
            diagnostics: Contents::new(diagnostics).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let first = self.coding.in_octet(5) | self.location.in_octet(0);
        match self.recommendation {
            None => out.push(0x80 | first),
            Some(recommendation) => out.extend_from_slice(&[first, 0x80 | recommendation.value()]),
        }
        out.push(0x80 | self.cause.0);
        self.diagnostics.write(out);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        // Spare is bit F of the first octet; the other octets end with an extension bit that is set.
        let known = contents.len() - self.diagnostics.len().min(contents.len());
        contents.first().is_some_and(|&octet| !bit(octet, 4))
            && contents
                .get(1..known)
                .is_some_and(|rest| rest.iter().all(|&octet| bit(octet, 7)))
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
