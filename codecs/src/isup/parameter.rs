//! The parameters of the ISDN user part (`Q.763 §3`).

use crate::number::{Digits, NatureOfAddress, NumberingPlan};

/// Parameter name code (`Q.763 table 5`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParameterCode(pub u8);

/// The optional part of a message, in the order received or to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(pub Vec<Parameter>);

/// One parameter of an optional part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// Calling party number.
    CallingPartyNumber(CallingPartyNumber),
    /// Optional backward call indicators.
    OptionalBackwardCall(OptionalBackwardCallIndicators),
    /// Cause indicators (in RLC, ACM, CPG).
    Cause(CauseIndicators),
    /// Backward call indicators (in CPG, ANM).
    BackwardCall(BackwardCallIndicators),
    /// A parameter without a type of its own: its contents, untouched.
    Other {
        /// Its name code.
        code: ParameterCode,
        /// Its contents, without code and length; at most 255 octets.
        contents: Vec<u8>,
    },
}

/// Nature of connection indicators (`Q.763 §3.35`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NatureOfConnection {
    /// Satellite circuits in the connection: 0, 1 or 2.
    pub satellites: u8,
    /// Continuity check: 0 not required, 1 required on this circuit, 2 performed on a previous one.
    pub continuity_check: u8,
    /// An outgoing half echo control device is included.
    pub echo_control: bool,
}

/// Forward call indicators (`Q.763 §3.23`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ForwardCallIndicators {
    /// The call is to be treated as an international call.
    pub international: bool,
    /// End-to-end method: 0 none, 1 pass-along, 2 SCCP, 3 both.
    pub end_to_end_method: u8,
    /// Interworking encountered.
    pub interworking: bool,
    /// End-to-end information available.
    pub end_to_end_information: bool,
    /// ISDN user part used all the way.
    pub isup_all_the_way: bool,
    /// ISDN user part: 0 preferred, 1 not required, 2 required all the way.
    pub isup_preference: u8,
    /// Originating access is ISDN.
    pub isdn_access: bool,
    /// SCCP method: 0 none, 1 connectionless, 2 connection oriented, 3 both.
    pub sccp_method: u8,
    /// Bits M–P: national use.
    pub national: u8,
}

/// Calling party's category (`Q.763 §3.11`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallingPartyCategory(pub u8);

impl CallingPartyCategory {
    /// Ordinary calling subscriber.
    pub const ORDINARY: Self = Self(10);
    /// Calling subscriber with priority.
    pub const PRIORITY: Self = Self(11);
    /// Test call.
    pub const TEST: Self = Self(13);
    /// Payphone.
    pub const PAYPHONE: Self = Self(15);
}

/// Transmission medium requirement (`Q.763 §3.54`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TransmissionMediumRequirement(pub u8);

impl TransmissionMediumRequirement {
    /// Speech.
    pub const SPEECH: Self = Self(0);
    /// 64 kbit/s unrestricted.
    pub const UNRESTRICTED_64K: Self = Self(2);
    /// 3.1 kHz audio.
    pub const AUDIO_3K1: Self = Self(3);
}

/// Called party number (`Q.763 §3.9`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalledPartyNumber {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// Routing to an internal network number is not allowed.
    pub inn_not_allowed: bool,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// The digits; a final ST says that none will follow.
    pub digits: Digits,
}

/// Address presentation restricted indicator (`Q.763 §3.10 e)`), 2 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presentation(pub u8);

impl Presentation {
    /// Presentation allowed.
    pub const ALLOWED: Self = Self(0);
    /// Presentation restricted.
    pub const RESTRICTED: Self = Self(1);
    /// Address not available.
    pub const NOT_AVAILABLE: Self = Self(2);
}

/// Screening indicator (`Q.763 §3.10 f)`), 2 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screening(pub u8);

impl Screening {
    /// User provided, not verified.
    pub const USER_NOT_VERIFIED: Self = Self(0);
    /// User provided, verified and passed.
    pub const USER_VERIFIED: Self = Self(1);
    /// User provided, verified and failed.
    pub const USER_FAILED: Self = Self(2);
    /// Network provided.
    pub const NETWORK: Self = Self(3);
}

/// Calling party number (`Q.763 §3.10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallingPartyNumber {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// The number is incomplete.
    pub incomplete: bool,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// May it be shown to the called party.
    pub presentation: Presentation,
    /// Who vouches for it.
    pub screening: Screening,
    /// The digits.
    pub digits: Digits,
}

/// Backward call indicators (`Q.763 §3.5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BackwardCallIndicators {
    /// Charge: 0 no indication, 1 no charge, 2 charge.
    pub charge: u8,
    /// Called party's status: 0 no indication, 1 subscriber free, 2 connect when free.
    pub called_status: u8,
    /// Called party's category: 0 no indication, 1 ordinary, 2 payphone.
    pub called_category: u8,
    /// End-to-end method.
    pub end_to_end_method: u8,
    /// Interworking encountered.
    pub interworking: bool,
    /// End-to-end information available.
    pub end_to_end_information: bool,
    /// ISDN user part used all the way.
    pub isup_all_the_way: bool,
    /// Holding requested.
    pub holding: bool,
    /// Terminating access is ISDN.
    pub isdn_access: bool,
    /// An incoming half echo control device is included.
    pub echo_control: bool,
    /// SCCP method.
    pub sccp_method: u8,
}

/// Optional backward call indicators (`Q.763 §3.37`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OptionalBackwardCallIndicators {
    /// In-band information or an appropriate pattern is now available.
    pub in_band: bool,
    /// Call diversion may occur.
    pub diversion_may_occur: bool,
    /// Additional information will be received in a segmentation message.
    pub segmentation: bool,
    /// MLPP user.
    pub mlpp: bool,
    /// Bits E–H: national use.
    pub national: u8,
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
}

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
    /// Diagnostics, untouched.
    pub diagnostics: Vec<u8>,
}

impl CauseIndicators {
    /// An ITU-T cause without diagnostics.
    pub fn new(cause: Cause, location: Location) -> Self {
        Self {
            coding: 0,
            location,
            recommendation: None,
            cause,
            diagnostics: Vec::new(),
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

/// Who suspends or resumes (`Q.763 §3.52`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuspendResume {
    /// The ISDN subscriber.
    Subscriber,
    /// The network.
    Network,
}

/// Range and status (`Q.763 §3.43`): circuits first..=first+range, one status bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeAndStatus {
    /// Circuits after the first.
    pub range: u8,
    /// Status bits, first circuit in the least significant bit of the first octet.
    pub status: Vec<u8>,
}

/// Information request indicators (`Q.763 §3.29`), 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InformationRequestIndicators(pub u16);

/// Information indicators (`Q.763 §3.28`), 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InformationIndicators(pub u16);
