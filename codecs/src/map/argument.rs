//! SendRoutingInfoArg, what the GMSC asks (3GPP TS 29.002 §17.7.3).

use super::ber::{self, Element, Raw, Tag};
use super::sequence::{Null, code_point, sequence};
use super::{AddressString, ExtensionContainer, Malformed};

code_point! {
    /// Whether the subscriber is called or the call is already forwarded.
    InterrogationType {
        /// Routing of a call to the subscriber.
        BASIC_CALL = 0,
        /// Request for the forwarding number after the visited MSC gave the call back.
        FORWARDING = 1,
    }
}

code_point! {
    /// Why a call is forwarded, in a request for the forwarding number.
    ForwardingReason {
        /// Not reachable.
        NOT_REACHABLE = 0,
        /// Busy.
        BUSY = 1,
        /// No reply.
        NO_REPLY = 2,
    }
}

sequence! {
    /// The argument of sendRoutingInfo, version 3.
    #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
    pub struct SendRoutingInfoArg {
        /// Who is called.
        msisdn: required [0] AddressString,
        /// Closed user group.
        cug_check_info: optional [1] Raw,
        /// How often the call was forwarded (1–5).
        number_of_forwarding: optional [2] u8,
        /// Basic call or forwarding.
        interrogation_type: required [3] InterrogationType,
        /// The request comes from the visited network: optimal routing.
        or_interrogation: flag [4] Null,
        /// Phase of optimal routing the requester knows (1–127).
        or_capability: optional [5] u8,
        /// Who asks: E.164 number of the GMSC, or of the gsmSCF.
        gmsc_or_gsm_scf_address: required [6] AddressString,
        /// Reference the GMSC gave the call.
        call_reference_number: optional [7] Raw,
        /// Why the call is forwarded.
        forwarding_reason: optional [8] ForwardingReason,
        /// Bearer or teleservice wanted.
        basic_service_group: optional [9] Raw,
        /// ISDN bearer capability and compatibility of the call.
        network_signal_info: optional [10] Raw,
        /// CAMEL phases of the requester.
        camel_info: optional [11] Raw,
        /// No announcements towards the caller.
        suppression_of_announcement: flag [12] Null,
        /// Private extensions.
        extension_container: optional [13] ExtensionContainer,
        /// Alerting pattern.
        alerting_pattern: optional [14] Raw,
        /// Call completion to busy subscriber call.
        ccbs_call: flag [15] Null,
        /// Phase of call completion the requester knows.
        supported_ccbs_phase: optional [16] u8,
        /// More signalling information of the call.
        additional_signal_info: optional [17] Raw,
        /// Immediate service termination the requester knows.
        ist_support_indicator: optional [18] u8,
        /// The requester can wait for paging before a roaming number is given.
        pre_paging_supported: flag [19] Null,
        /// Whether call diversion is allowed.
        call_diversion_treatment_indicator: optional [20] Raw,
        /// Long forwarded-to numbers are understood.
        long_ftn_supported: flag [21] Null,
        /// No terminating CAMEL service in the visited network.
        suppress_vt_csi: flag [22] Null,
        /// Barring of incoming calls does not apply.
        suppress_incoming_call_barring: flag [23] Null,
        /// The gsmSCF set the call up.
        gsm_scf_initiated_call: flag [24] Null,
        /// Second basic service of a dual-service call.
        basic_service_group2: optional [25] Raw,
        /// Second signalling information of a dual-service call.
        network_signal_info2: optional [26] Raw,
        /// Terminating services that do not apply.
        suppress_mtss: optional [27] Raw,
        /// The requester can repeat the enquiry when the subscriber moved.
        mt_roaming_retry_supported: flag [28] Null,
        /// Priority of the call (0–15).
        call_priority: optional [29] u8,
    }
}

impl SendRoutingInfoArg {
    /// Where to route a basic call to `msisdn`, asked by the GMSC `gmsc`.
    pub fn basic_call(msisdn: AddressString, gmsc: AddressString) -> Self {
        Self {
            msisdn,
            cug_check_info: None,
            number_of_forwarding: None,
            interrogation_type: InterrogationType::BASIC_CALL,
            or_interrogation: false,
            or_capability: None,
            gmsc_or_gsm_scf_address: gmsc,
            call_reference_number: None,
            forwarding_reason: None,
            basic_service_group: None,
            network_signal_info: None,
            camel_info: None,
            suppression_of_announcement: false,
            extension_container: None,
            alerting_pattern: None,
            ccbs_call: false,
            supported_ccbs_phase: None,
            additional_signal_info: None,
            ist_support_indicator: None,
            pre_paging_supported: false,
            call_diversion_treatment_indicator: None,
            long_ftn_supported: false,
            suppress_vt_csi: false,
            suppress_incoming_call_barring: false,
            gsm_scf_initiated_call: false,
            basic_service_group2: None,
            network_signal_info2: None,
            suppress_mtss: None,
            mt_roaming_retry_supported: false,
            call_priority: None,
            unknown: Vec::new(),
        }
    }

    /// Reads the parameter of an Invoke.
    ///
    /// # Errors
    /// [`Malformed`] names the member that cannot be read or is missing.
    pub fn decode(parameter: &[u8]) -> Result<Self, Malformed> {
        let element = Element::sole(parameter, "SendRoutingInfoArg")?;
        if element.tag != Tag::SEQUENCE {
            return Err(Malformed::Tag("SendRoutingInfoArg"));
        }
        Self::read_members(std::iter::once(element))
    }

    /// Writes the parameter of an Invoke.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        ber::write(&mut out, Tag::SEQUENCE, true, |out| self.write_members(out));
        out
    }
}
