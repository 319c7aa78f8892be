//! SendRoutingInfoRes, what the HLR answers (3GPP TS 29.002 §17.7.3).

use super::ber::{self, Element, Raw, Tag};
use super::sequence::{Choice, Null, Value, code_point, sequence};
use super::{AddressString, ExtensionContainer, HostName, Imsi, Malformed};

sequence! {
    /// The result of sendRoutingInfo, version 3.
    #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
    pub struct SendRoutingInfoRes {
        /// Who is called; present in one segment of every answer.
        imsi: optional [9] Imsi,
        /// Where the call goes.
        extended_routing_info: choice ExtendedRoutingInfo,
        /// Closed user group.
        cug_check_info: optional [3] Raw,
        /// The subscriber is member of a closed user group.
        cug_subscription_flag: flag [6] Null,
        /// Location and state of the subscriber.
        subscriber_info: optional [7] Raw,
        /// Supplementary services that apply.
        ss_list: optional [1] SsList,
        /// Basic service (explicitly tagged).
        basic_service: optional [5] Raw,
        /// The GMSC shall ask again for the forwarding number.
        forwarding_interrogation_required: flag [4] Null,
        /// The visited MSC.
        vmsc_address: optional [2] AddressString,
        /// Private extensions: the I-CSCF of an IMS subscriber is one.
        extension_container: optional [0] ExtensionContainer,
        /// Carrier to use in North America.
        naea_preferred_ci: optional [10] Raw,
        /// Call completion to busy subscriber.
        ccbs_indicators: optional [11] Raw,
        /// The called number, where it differs from the one asked for.
        msisdn: optional [12] AddressString,
        /// Number portability.
        number_portability_status: optional [13] NumberPortabilityStatus,
        /// Immediate service termination: alert timer in minutes (15–255).
        ist_alert_timer: optional [14] u8,
        /// CAMEL phases of the visited MSC.
        supported_camel_phases_in_vmsc: optional [15] Raw,
        /// CAMEL 4 services of the visited MSC.
        offered_camel4_csis_in_vmsc: optional [16] Raw,
        /// Routing of the second leg of a dual-service call.
        routing_info2: optional [17] RoutingInfo,
        /// Supplementary services of the second leg.
        ss_list2: optional [18] SsList,
        /// Basic service of the second leg.
        basic_service2: optional [19] Raw,
        /// Which of two services is allowed.
        allowed_services: optional [20] Raw,
        /// Why one of two services is not available.
        unavailability_cause: optional [21] UnavailabilityCause,
        /// The visited MSC can release resources before the call is set up again.
        release_resources_supported: flag [22] Null,
        /// Bearer capability.
        gsm_bearer_capability: optional [23] Raw,
    }
}

impl SendRoutingInfoRes {
    /// Reads the parameter of a ReturnResult.
    ///
    /// # Errors
    /// [`Malformed`] names the member that cannot be read.
    pub fn decode(parameter: &[u8]) -> Result<Self, Malformed> {
        Self::decode_segments([parameter])
    }

    /// Reads a result that came in several ReturnResult components, each with some of the members.
    ///
    /// # Errors
    /// [`Malformed`] names the member that cannot be read or is in two segments.
    pub fn decode_segments<'a>(
        parameters: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, Malformed> {
        let segments = parameters
            .into_iter()
            .map(|parameter| {
                let element = Element::sole(parameter, "SendRoutingInfoRes")?;
                if element.tag != Tag::context(3) {
                    return Err(Malformed::Tag("SendRoutingInfoRes"));
                }
                Ok(element)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Self::read_members(segments.into_iter())
    }

    /// Writes the parameter of a ReturnResult.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        ber::write(&mut out, Tag::context(3), true, |out| {
            self.write_members(out);
        });
        out
    }

    /// The I-CSCF, if our private extension names one.
    pub fn icscf(&self) -> Option<HostName> {
        self.extension_container.as_ref()?.icscf()
    }
}

/// Where a call goes, or which CAMEL service decides it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum ExtendedRoutingInfo {
    /// A roaming number or a forwarding.
    Routing(RoutingInfo),
    /// CAMEL subscription information, uninterpreted.
    Camel(Raw),
}

impl Choice for ExtendedRoutingInfo {
    fn claims(tag: Tag) -> bool {
        [Tag::OCTET_STRING, Tag::SEQUENCE, Tag::context(8)].contains(&tag)
    }

    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        if element.tag == Tag::context(8) {
            return Ok(Self::Camel(Raw::of(element)));
        }
        RoutingInfo::read_alternative(element, name).map(Self::Routing)
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Routing(routing) => routing.write_alternative(out),
            Self::Camel(raw) => out.extend_from_slice(raw.as_bytes()),
        }
    }
}

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum RoutingInfo {
    /// The roaming number (MSRN) the visited network gave.
    RoamingNumber(AddressString),
    /// The call is forwarded.
    Forwarding(ForwardingData),
}

impl RoutingInfo {
    fn read_alternative(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        match element.tag {
            Tag::OCTET_STRING => AddressString::read(element, name).map(Self::RoamingNumber),
            Tag::SEQUENCE => ForwardingData::read(element, name).map(Self::Forwarding),
            _ => Err(Malformed::Tag(name)),
        }
    }

    fn write_alternative(&self, out: &mut Vec<u8>) {
        match self {
            Self::RoamingNumber(number) => number.write(Tag::OCTET_STRING, out),
            Self::Forwarding(data) => data.write(Tag::SEQUENCE, out),
        }
    }
}

/// A tag around a CHOICE is explicit (X.680 §31.2.7).
impl Value for RoutingInfo {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        if !element.constructed {
            return Err(Malformed::Encoding(name));
        }
        Self::read_alternative(&Element::sole(element.content, name)?, name)
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write(out, tag, true, |out| self.write_alternative(out));
    }
}

sequence! {
    /// Whither and how a call is forwarded.
    #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
    pub struct ForwardingData {
        /// The number forwarded to.
        forwarded_to_number: optional [5] AddressString,
        /// Subaddress of the forwarded-to party.
        forwarded_to_subaddress: optional [4] Raw,
        /// Why, and who is told.
        forwarding_options: optional [6] ForwardingOptions,
        /// Private extensions.
        extension_container: optional [7] ExtensionContainer,
        /// The number forwarded to, where it exceeds an ISDN-AddressString.
        long_forwarded_to_number: optional [8] AddressString,
    }
}

impl Value for ForwardingData {
    fn read(element: &Element<'_>, _: &'static str) -> Result<Self, Malformed> {
        Self::read_members(std::iter::once(*element))
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write(out, tag, true, |out| self.write_members(out));
    }
}

/// First octet of ForwardingOptions: reason of a forwarding and who is notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct ForwardingOptions(pub u8);

impl ForwardingOptions {
    /// Not reachable.
    pub const NOT_REACHABLE: u8 = 0;
    /// Busy.
    pub const BUSY: u8 = 1;
    /// No reply.
    pub const NO_REPLY: u8 = 2;
    /// Unconditional.
    pub const UNCONDITIONAL: u8 = 3;

    /// The reason (two bits), nobody notified.
    pub fn for_reason(reason: u8) -> Self {
        Self((reason & 3) << 2)
    }

    /// The reason: one of the four constants.
    pub fn reason(self) -> u8 {
        self.0 >> 2 & 3
    }

    /// Whether the calling party is told of the forwarding.
    pub fn notifies_calling_party(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// Whether the forwarded-to number may be presented.
    pub fn presents_redirection(self) -> bool {
        self.0 & 0x40 != 0
    }
}

impl Value for ForwardingOptions {
    /// Octets 2 to 5 are reserved.
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        match *element.primitive(name)? {
            [first, ref reserved @ ..] if reserved.len() < 5 => Ok(Self(first)),
            _ => Err(Malformed::Value(name)),
        }
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write_primitive(out, tag, &[self.0]);
    }
}

/// Code of a supplementary service (TS 29.002 §17.7.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct SsCode(pub u8);

/// A list of supplementary services.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SsList(pub Vec<SsCode>);

impl Value for SsList {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        let mut members = element.members(name)?;
        let mut codes = Vec::new();
        while let Some(code) = members.take_if(|_| true)? {
            match (code.tag, code.primitive(name)?) {
                (Tag::OCTET_STRING, &[code]) => codes.push(SsCode(code)),
                _ => return Err(Malformed::Value(name)),
            }
        }
        Ok(Self(codes))
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write(out, tag, true, |out| {
            for code in &self.0 {
                ber::write_primitive(out, Tag::OCTET_STRING, &[code.0]);
            }
        });
    }
}

code_point! {
    /// Number portability of the called number.
    NumberPortabilityStatus {
        /// Not known to be ported.
        NOT_KNOWN_TO_BE_PORTED = 0,
        /// Own number ported out.
        OWN_NUMBER_PORTED_OUT = 1,
        /// Foreign number ported to a foreign network.
        FOREIGN_NUMBER_PORTED_TO_FOREIGN_NETWORK = 2,
        /// Own number not ported out.
        OWN_NUMBER_NOT_PORTED_OUT = 4,
        /// Foreign number ported in.
        FOREIGN_NUMBER_PORTED_IN = 5,
    }
}

code_point! {
    /// Why one of two services is not available.
    UnavailabilityCause {
        /// Bearer service not provisioned.
        BEARER_SERVICE_NOT_PROVISIONED = 1,
        /// Teleservice not provisioned.
        TELESERVICE_NOT_PROVISIONED = 2,
        /// Absent subscriber.
        ABSENT_SUBSCRIBER = 3,
        /// Busy subscriber.
        BUSY_SUBSCRIBER = 4,
        /// Call barred.
        CALL_BARRED = 5,
        /// Closed user group reject.
        CUG_REJECT = 6,
    }
}
