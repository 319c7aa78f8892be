//! Indicators that describe a call and its connection (`Q.763 §3.5`, `§3.21`, `§3.23`, `§3.35`, `§3.37`,
//! `§3.38`, `§3.60`).

use super::indicators::indicators;
use crate::code_point::{Uint, code_points};

code_points! {
    /// Satellite indicator (`Q.763 §3.35`).
    Satellites: 2 bits, "spare" {
        NONE = 0, "no satellite circuit in the connection";
        ONE = 1, "one satellite circuit in the connection";
        TWO = 2, "two satellite circuits in the connection";
    }

    /// Continuity check indicator (`Q.763 §3.35`).
    ContinuityCheck: 2 bits, "spare" {
        NOT_REQUIRED = 0, "continuity check not required";
        REQUIRED = 1, "continuity check required on this circuit";
        PREVIOUS_CIRCUIT = 2, "continuity check performed on a previous circuit";
    }

    /// End-to-end method indicator (`Q.763 §3.5`, `§3.23`).
    EndToEndMethod: 2 bits, "spare" {
        LINK_BY_LINK = 0, "no end-to-end method available";
        PASS_ALONG = 1, "pass-along method available";
        SCCP = 2, "SCCP method available";
        BOTH = 3, "pass-along and SCCP methods available";
    }

    /// SCCP method indicator (`Q.763 §3.5`, `§3.23`).
    SccpMethod: 2 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        CONNECTIONLESS = 1, "connectionless method available";
        CONNECTION_ORIENTED = 2, "connection oriented method available";
        BOTH = 3, "connectionless and connection oriented methods available";
    }

    /// ISDN user part preference indicator (`Q.763 §3.23`).
    IsupPreference: 2 bits, "spare" {
        PREFERRED = 0, "ISDN user part preferred all the way";
        NOT_REQUIRED = 1, "ISDN user part not required all the way";
        REQUIRED = 2, "ISDN user part required all the way";
    }

    /// Closed user group call indicator (`Q.763 §3.38`).
    ClosedUserGroupCall: 2 bits, "spare" {
        NONE = 0, "non-CUG call";
        OUTGOING_ALLOWED = 2, "closed user group call, outgoing access allowed";
        OUTGOING_NOT_ALLOWED = 3, "closed user group call, outgoing access not allowed";
    }

    /// Charge indicator (`Q.763 §3.5`).
    Charge: 2 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        NO_CHARGE = 1, "no charge";
        CHARGE = 2, "charge";
    }

    /// Called party's status indicator (`Q.763 §3.5`).
    CalledStatus: 2 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        SUBSCRIBER_FREE = 1, "subscriber free";
        CONNECT_WHEN_FREE = 2, "connect when free";
    }

    /// Called party's category indicator (`Q.763 §3.5`).
    CalledCategory: 2 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        ORDINARY = 1, "ordinary subscriber";
        PAYPHONE = 2, "payphone";
    }

    /// Event indicator (`Q.763 §3.21`); 7 bits.
    Event: 7 bits, "spare" {
        ALERTING = 1, "alerting";
        PROGRESS = 2, "progress";
        IN_BAND = 3, "in-band information";
        FORWARDED_BUSY = 4, "call forwarded on busy";
        FORWARDED_NO_REPLY = 5, "call forwarded on no reply";
        FORWARDED = 6, "call forwarded unconditional";
    }

    /// What a user-to-user indicator says of one service (`Q.763 §3.60`): of a request whether it is
    /// essential, of a response whether the service is provided.
    UserToUserService: 2 bits, "spare" {
        NO_INFORMATION = 0, "no information";
        NOT_PROVIDED = 1, "not provided (response)";
        NOT_ESSENTIAL_OR_PROVIDED = 2, "not essential (request), provided (response)";
        ESSENTIAL = 3, "essential (request)";
    }
}

indicators! {
    /// Nature of connection indicators (`Q.763 §3.35`).
    NatureOfConnection, "nature of connection indicators", "Q.763 §3.35": 1 {
        /// Satellite circuits in the connection.
        satellites: Satellites = 0..2,
        /// Is the continuity of this circuit to be checked.
        continuity_check: ContinuityCheck = 2..4,
        /// An outgoing half echo control device is included.
        echo_control: bool = 4,
    }

    /// Forward call indicators (`Q.763 §3.23`).
    ForwardCallIndicators, "forward call indicators", "Q.763 §3.23": 2 {
        /// The call is to be treated as an international call.
        international: bool = 0,
        /// End-to-end methods available.
        end_to_end_method: EndToEndMethod = 1..3,
        /// Interworking encountered.
        interworking: bool = 3,
        /// End-to-end information available.
        end_to_end_information: bool = 4,
        /// ISDN user part used all the way.
        isup_all_the_way: bool = 5,
        /// Must the ISDN user part be used all the way.
        isup_preference: IsupPreference = 6..8,
        /// Originating access is ISDN.
        isdn_access: bool = 8,
        /// SCCP methods available.
        sccp_method: SccpMethod = 9..11,
        /// The number is translated to a ported subscriber's.
        ported_number_translated: bool = 12,
        /// A routing attempt of Query on Release is in progress.
        query_on_release_attempt: bool = 13,
        /// Bits O and P: national use.
        national: Uint<2> = 14..16,
    }

    /// Optional forward call indicators (`Q.763 §3.38`).
    OptionalForwardCallIndicators, "optional forward call indicators", "Q.763 §3.38": 1 {
        /// Is this a call within a closed user group.
        closed_user_group: ClosedUserGroupCall = 0..2,
        /// Additional information will be sent in a segmentation message.
        segmentation: bool = 2,
        /// The connected line identity is requested.
        connected_line_requested: bool = 7,
    }

    /// Backward call indicators (`Q.763 §3.5`).
    BackwardCallIndicators, "backward call indicators", "Q.763 §3.5": 2 {
        /// Is the call charged for.
        charge: Charge = 0..2,
        /// Called party's status.
        called_status: CalledStatus = 2..4,
        /// Called party's category.
        called_category: CalledCategory = 4..6,
        /// End-to-end methods available.
        end_to_end_method: EndToEndMethod = 6..8,
        /// Interworking encountered.
        interworking: bool = 8,
        /// End-to-end information available.
        end_to_end_information: bool = 9,
        /// ISDN user part used all the way.
        isup_all_the_way: bool = 10,
        /// Holding requested.
        holding: bool = 11,
        /// Terminating access is ISDN.
        isdn_access: bool = 12,
        /// An incoming half echo control device is included.
        echo_control: bool = 13,
        /// SCCP methods available.
        sccp_method: SccpMethod = 14..16,
    }

    /// Optional backward call indicators (`Q.763 §3.37`).
    OptionalBackwardCallIndicators, "optional backward call indicators", "Q.763 §3.37": 1 {
        /// In-band information or an appropriate pattern is now available.
        in_band: bool = 0,
        /// Call diversion may occur.
        diversion_may_occur: bool = 1,
        /// Additional information will be received in a segmentation message.
        segmentation: bool = 2,
        /// MLPP user.
        mlpp: bool = 3,
        /// Bits E–H: national use.
        national: Uint<4> = 4..8,
    }

    /// Event information (`Q.763 §3.21`).
    EventInformation, "event information", "Q.763 §3.21": 1 {
        /// What happened.
        event: Event = 0..7,
        /// The event is not to be shown.
        presentation_restricted: bool = 7,
    }

    /// User-to-user indicators (`Q.763 §3.60`).
    UserToUserIndicators, "user-to-user indicators", "Q.763 §3.60": 1 {
        /// This answers a request.
        response: bool = 0,
        /// Service 1.
        service_1: UserToUserService = 1..3,
        /// Service 2.
        service_2: UserToUserService = 3..5,
        /// Service 3.
        service_3: UserToUserService = 5..7,
        /// In a response: the network has discarded user-to-user information.
        discarded: bool = 7,
    }
}

/// Bit `at` (0 = bit A of the standard).
pub(super) fn bit(octet: u8, at: u32) -> bool {
    octet >> at & 1 == 1
}

/// `width` bits from bit `at` upwards.
pub(super) fn bits(octet: u8, at: u32, width: u32) -> u8 {
    octet >> at & ((1 << width) - 1)
}

/// A flag in bit `at`.
pub(super) fn flag(value: bool, at: u32) -> u8 {
    u8::from(value) << at
}
