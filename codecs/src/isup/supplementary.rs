//! Indicators of supplementary services and of the treatment a call asks for, one octet each
//! (`Q.763 §3.6`, `§3.19`, `§3.31`, `§3.32`, `§3.47`, `§3.62`–`§3.81`).

use super::indicators::indicators;
use super::redirection::RedirectionReason;
use crate::Uint;
use crate::code_point::code_points;

code_points! {
    /// Notification subscription options (`Q.763 §3.6 a)`).
    NotificationSubscription: 3 bits, "spare" {
        UNKNOWN = 0, "unknown";
        NOT_ALLOWED = 1, "presentation not allowed";
        WITH_NUMBER = 2, "presentation allowed with redirection number";
        WITHOUT_NUMBER = 3, "presentation allowed without redirection number";
    }

    /// What is known of an echo control device (`Q.763 §3.19`).
    EchoDevice: 2 bits, "spare" {
        NO_INFORMATION = 0, "no information";
        NOT_AVAILABLE = 1, "not included and not available";
        INCLUDED = 2, "included";
        AVAILABLE = 3, "not included but available";
    }

    /// What is asked of an echo control device (`Q.763 §3.19`).
    EchoRequest: 2 bits, "spare" {
        NO_INFORMATION = 0, "no information";
        ACTIVATE = 1, "activation request";
        DEACTIVATE = 2, "deactivation request";
    }

    /// Presentation of the redirection number (`Q.763 §3.47`).
    RedirectionNumberPresentation: 2 bits, "spare" {
        ALLOWED = 0, "presentation allowed";
        RESTRICTED = 1, "presentation restricted";
    }

    /// Terminating access (`Q.763 §3.62`).
    TerminatingAccess: 2 bits, "spare" {
        NO_INFORMATION = 0, "no information";
        DEDICATED = 1, "dedicated terminating access";
        SWITCHED = 2, "switched terminating access";
    }

    /// Outcome of loop prevention (`Q.763 §3.67`), of a response.
    LoopResponse: 2 bits, "spare" {
        INSUFFICIENT = 0, "insufficient information";
        NO_LOOP = 1, "no loop exists";
        SIMULTANEOUS_TRANSFER = 2, "simultaneous transfer";
    }

    /// Whether a call may be diverted (`Q.763 §3.72`).
    CallToBeDiverted: 2 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        ALLOWED = 1, "call diversion allowed";
        NOT_ALLOWED = 2, "call diversion not allowed";
    }

    /// Whether a call may be offered to a busy user (`Q.763 §3.74`).
    CallToBeOffered: 2 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        NOT_ALLOWED = 1, "call offering not allowed";
        ALLOWED = 2, "call offering allowed";
    }

    /// Whether the conference is accepted (`Q.763 §3.76`).
    ConferenceAcceptance: 2 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        ACCEPT = 1, "accept conference request";
        REJECT = 2, "reject conference request";
    }
}

indicators! {
    /// Call diversion information (`Q.763 §3.6`).
    CallDiversionInformation, "call diversion information", "Q.763 §3.6": 1 {
        /// What the calling party may be told.
        notification: NotificationSubscription = 0..3,
        /// Why the call is diverted.
        reason: RedirectionReason = 3..7,
    }

    /// Echo control information (`Q.763 §3.19`).
    EchoControlInformation, "echo control information", "Q.763 §3.19": 1 {
        /// Outgoing device: what is known.
        outgoing: EchoDevice = 0..2,
        /// Incoming device: what is known.
        incoming: EchoDevice = 2..4,
        /// Outgoing device: what is asked.
        outgoing_request: EchoRequest = 4..6,
        /// Incoming device: what is asked.
        incoming_request: EchoRequest = 6..8,
    }

    /// MCID request indicators (`Q.763 §3.31`): malicious call identification.
    McidRequest, "MCID request indicators", "Q.763 §3.31": 1 {
        /// Identification is requested.
        identification: bool = 0,
        /// Holding is requested.
        holding: bool = 1,
    }

    /// MCID response indicators (`Q.763 §3.32`).
    McidResponse, "MCID response indicators", "Q.763 §3.32": 1 {
        /// Identification is included.
        identification: bool = 0,
        /// Holding is provided.
        holding: bool = 1,
    }

    /// Redirection number restriction (`Q.763 §3.47`).
    RedirectionNumberRestriction, "redirection number restriction", "Q.763 §3.47": 1 {
        /// May the redirection number be shown to the calling party.
        presentation: RedirectionNumberPresentation = 0..2,
    }

    /// Backward GVNS (`Q.763 §3.62`): global virtual network service.
    BackwardGvns, "backward GVNS", "Q.763 §3.62": 1 | 0x80 {
        /// How the called party is reached.
        terminating_access: TerminatingAccess = 0..2,
    }

    /// CCSS (`Q.763 §3.63`): completion of calls.
    Ccss, "CCSS", "Q.763 §3.63": 1 {
        /// The call is one of a call completion supplementary service.
        call: bool = 0,
    }

    /// Loop prevention indicators (`Q.763 §3.67`), of call transfer.
    LoopPrevention, "loop prevention indicators", "Q.763 §3.67": 1 {
        /// This answers a request.
        is_response: bool = 0,
        /// What was found; spare in a request.
        response: LoopResponse = 1..3,
    }

    /// Network management controls (`Q.763 §3.68`).
    NetworkManagementControls, "network management controls", "Q.763 §3.68": 1 | 0x80 {
        /// The call is controlled by temporary alternative routing.
        temporary_alternative_routing: bool = 0,
    }

    /// Call diversion treatment indicators (`Q.763 §3.72`).
    CallDiversionTreatment, "call diversion treatment indicators", "Q.763 §3.72": 1 | 0x80 {
        /// May the call be diverted.
        diversion: CallToBeDiverted = 0..2,
    }

    /// Call offering treatment indicators (`Q.763 §3.74`).
    CallOfferingTreatment, "call offering treatment indicators", "Q.763 §3.74": 1 | 0x80 {
        /// May the call be offered to a busy user.
        offering: CallToBeOffered = 0..2,
    }

    /// Conference treatment indicators (`Q.763 §3.76`).
    ConferenceTreatment, "conference treatment indicators", "Q.763 §3.76": 1 | 0x80 {
        /// Is the conference accepted.
        acceptance: ConferenceAcceptance = 0..2,
    }

    /// UID action indicators (`Q.763 §3.78`): user interactive dialogue.
    UidAction, "UID action indicators", "Q.763 §3.78": 1 | 0x80 {
        /// Through-connect in both directions.
        through_connect: bool = 0,
        /// Stop T9, or do not start it.
        stop_t9: bool = 1,
    }

    /// UID capability indicators (`Q.763 §3.79`).
    UidCapability, "UID capability indicators", "Q.763 §3.79": 1 | 0x80 {
        /// Modification of the through-connection is possible.
        through_connection: bool = 0,
        /// Stopping of T9 is possible.
        t9_stop: bool = 1,
    }

    /// Collect call request (`Q.763 §3.81`).
    CollectCallRequest, "collect call request", "Q.763 §3.81": 1 {
        /// The called party is asked to pay.
        requested: bool = 0,
    }

    /// CCNR possible indicator (`Q.763 §3.83`): call completion on no reply.
    CcnrPossible, "CCNR possible indicator", "Q.763 §3.83": 1 {
        /// It is possible.
        possible: bool = 0,
    }

    /// Call transfer reference (`Q.763 §3.65`).
    CallTransferReference, "call transfer reference", "Q.763 §3.65": 1 {
        /// Call transfer identity.
        identity: Uint<8> = 0..8,
    }
}
