//! Every parameter of Q.763 that stands in no sample message already, with a typical value: the
//! octets it takes, and what Wireshark and pycrate read from them.

use codecs::isup::*;
use codecs::mtp::PointCode;
use codecs::number::{NatureOfAddress, NumberingPlan};

use crate::samples::{called, digits, redirecting};

/// A parameter as others see it.
pub(crate) struct Sample {
    pub(crate) parameter: Parameter,
    /// Its contents in hexadecimal.
    pub(crate) octets: &'static str,
    /// Fields that Wireshark shows (without "isup."), with their values; nothing where it shows
    /// only octets, or (point codes, redirect capability and counter) other values in its fields.
    pub(crate) wireshark: &'static str,
    /// Fields that pycrate 0.8.1 reads, with their values; nothing where it does not know them, or
    /// reads more bits than there are (pivot status, user teleservice information), or others than those
    /// of `Q.931` (user service information with octets 5a and 7a).
    pub(crate) pycrate: &'static str,
}

macro_rules! samples {
    ($($octets:literal, $variant:ident($value:expr), $wireshark:literal, $pycrate:literal;)*) => {
        vec![$(Sample {
            parameter: Parameter::$variant($value),
            octets: $octets,
            wireshark: $wireshark,
            pycrate: $pycrate,
        },)*]
    };
}

pub(crate) use samples;

fn contents<const N: usize>(octets: [u8; N]) -> Contents {
    Contents::from(octets)
}

fn point_code(code: u16) -> SignallingPointCode {
    PointCode::new(code).try_into().unwrap()
}

fn gvns(text: &str) -> GvnsDigits {
    digits(text).try_into().unwrap()
}

fn transferred() -> ConnectedNumber {
    ConnectedNumber {
        nature: NatureOfAddress::NATIONAL,
        plan: NumberingPlan::E164,
        presentation: Presentation::RESTRICTED,
        screening: Screening::USER_VERIFIED,
        digits: digits("72195"),
    }
}

pub(crate) fn samples_of_q763() -> Vec<Sample> {
    samples! {
        "8382c0010203", ApplicationTransport(Box::new(ApplicationTransport {
            context: ApplicationContext::CHARGING,
            release_call: false,
            send_notification: true,
            new_sequence: true,
            segments_to_follow: 0.try_into().unwrap(),
            local_reference: None,
            data: Contents::from([1, 2, 3]),
        })),
            "app_transport_param_field=0x83 app_context_identifier=3 \
             app_transport_instruction_indicator=0x82 app_Send_notification_ind=1 \
             app_Release_call_indicator=0 apm_seg_indicator=0xc0 APM_Sequence_ind=1 \
             apm_segmentation_ind=0 apm_user_info_field=01:02:03",
            "AppCtxtIdent=3 SNI=1 RCI=0 SI=1 APMSegmentationInd=0 EncapsulatedAppInfo=010203";
        "81", BackwardGvns(BackwardGvns { terminating_access: TerminatingAccess::DEDICATED }),
            "backward_gvns=0x81",
            "TerminatingAccessInd=1";
        "13", CallDiversionInformation(CallDiversionInformation {
            notification: NotificationSubscription::WITHOUT_NUMBER,
            reason: RedirectionReason::NO_REPLY,
        }),
            "call_diversion_information=0x13",
            "RedirectingReason=2 NotifSubsOptions=3";
        "82", CallDiversionTreatment(CallDiversionTreatment {
            diversion: CallToBeDiverted::NOT_ALLOWED,
        }),
            "call_to_be_diverted_ind=2",
            "CallToBeDivertedInd=2";
        "82", CallOfferingTreatment(CallOfferingTreatment { offering: CallToBeOffered::ALLOWED }),
            "call_to_be_offered_ind=2",
            "CallToBeOfferedInd=2";
        "8315279105", CallTransferNumber(transferred()),
            "calling_party_nature_of_address_indicator=3 numbering_plan_indicator=1 \
             address_presentation_restricted_indicator=1 screening_indicator_enhanced=1 \
             call_transfer_number=72195",
            "NAI=3 NumPlan=1 AddrPresInd=1 ScreeningInd=1 Num=279105";
        "2a", CallTransferReference(CallTransferReference { identity: 42.try_into().unwrap() }),
            "call_transfer_identity=42",
            "CallTransferRef=42";
        "8310279105", CalledInNumber(redirecting("72195")),
            "calling_party_nature_of_address_indicator=3 numbering_plan_indicator=1 \
             address_presentation_restricted_indicator=0 called_in_number=72195",
            "NAI=3 NumPlan=1 AddrPresInd=0 Num=279105";
        "04904512", CalledPartyNumber(called("5421")),
            "called_party_nature_of_address_indicator=4 inn_indicator=1 \
             numbering_plan_indicator=1 called=5421",
            "NAI=4 INN=1 NumPlan=1 Num=4512";
        "0780400000400000", GeodeticLocation(Box::new(GeodeticLocation {
            presentation: LocationPresentation::RESTRICTED,
            screening: Screening::NETWORK,
            shape: Shape::POINT,
            description: Contents::from([0x40, 0, 0, 0x40, 0, 0]),
        })),
            "",
            "LPRI=1 Screening=3 TypeOfShape=0 LatSign=0 LatDegrees=4194304 LongDegrees=4194304";
        "01", CcnrPossible(CcnrPossible { possible: true }),
            "",
            "Value=1";
        "01", Ccss(Ccss { call: true }),
            "ccss_call_indicator=1",
            "CCSSCallInd=1";
        "0102", ChargedParty(ChargedParty(contents([1, 2]))),
            "charged_party_identification=01:02",
            "ChargedPartyIdent=0102";
        "0201010040", CircuitAssignmentMap(CircuitAssignmentMap::of_2048(&[1, 9, 31]).unwrap()),
            "map_type=2",
            "MapType=2 Map=1073742081";
        "00491234", ClosedUserGroup(ClosedUserGroup {
            network: "0049".parse().unwrap(),
            code: 0x1234,
        }),
            "network_identity=0049 binary_code=0x1234",
            "NetworkIdent=73 Code=4660";
        "01", CollectCallRequest(CollectCallRequest { requested: true }),
            "collect_call_request_indicator=1",
            "Value=1";
        "81", ConferenceTreatment(ConferenceTreatment { acceptance: ConferenceAcceptance::ACCEPT }),
            "conference_acceptance_ind=1",
            "ConferenceAcceptInd=1";
        "01020334120205", ConnectionRequest(ConnectionRequest {
            local_reference: 66051.try_into().unwrap(),
            point_code: point_code(0x1234),
            protocol_class: 2,
            credit: Some(5),
        }),
            "local_reference=66051 protocol_class=2 credit=5",
            "LocalRef=66051 SignallingPointCode=4660 ProtocolClass=2 Credit=5";
        "2143", CorrelationId(CorrelationId(contents([0x21, 0x43]))),
            "correlation_id=21:43",
            "CorrelationID=2143";
        "28024142", DisplayInformation(DisplayInformation { characters: b"AB"[..].try_into().unwrap() }),
            "display_information=28:02:41:42",
            "IE=40 Len=2 Disp=4142";
        "9e", EchoControlInformation(EchoControlInformation {
            outgoing: EchoDevice::INCLUDED,
            incoming: EchoDevice::AVAILABLE,
            outgoing_request: EchoRequest::ACTIVATE,
            incoming_request: EchoRequest::DEACTIVATE,
        }),
            "echo_control_information=0x9e OECD_inf_ind_vals=0x02 IECD_inf_ind_vals=0x03 \
             OECD_req_ind_vals=0x01 IECD_req_ind_vals=0x02",
            "IncomingEchoControlDeviceReqInd=2 OutgoingEchoControlDeviceReqInd=1 \
             IncomingEchoControlDeviceInfoInd=3 OutgoingEchoControlDeviceInfoInd=2";
        "8221038221059403214305", ForwardGvns(Box::new(ForwardGvns {
            service_provider: gvns("123"),
            user_group: gvns("125"),
            terminating: Some(TerminatingRoutingNumber {
                plan: NumberingPlan::E164,
                nature: NatureOfAddress::NATIONAL,
                digits: gvns("12345"),
            }),
        })),
            "forward_gvns=82:21:03:82:21:05:94:03:21:43:05",
            "Len=2 Num=2103 Len=2 Num=2105 NumPlan=1 Len=4 NAI=3 Num=214305";
        "21214305", GenericDigits(GenericDigits::bcd(DigitsType::AUTHORISATION, &digits("12345"))),
            "generic_digits=21:21:43:05",
            "Encoding=1 Type=1 Digits=214305";
        "8310279105", HtrInformation(PlainNumber {
            nature: NatureOfAddress::NATIONAL,
            plan: NumberingPlan::E164,
            digits: digits("72195"),
        }),
            "",
            "NAI=3 NumPlan=1 Num=279105";
        "03", LoopPrevention(LoopPrevention { is_response: true, response: LoopResponse::NO_LOOP }),
            "loop_prevention_indicator_type=1 loop_prevention_response_ind=1",
            "ResponseInd=1 Type=1";
        "03", McidRequest(McidRequest { identification: true, holding: true }),
            "mcid_request_indicators=0x03",
            "HoldingProvidedInd=1 MCIDReqInd=1";
        "01", McidResponse(McidResponse { identification: true, holding: false }),
            "mcid_response_indicators=0x01",
            "HoldingInd=0 MCIDRespInd=1";
        "430044010203", MlppPrecedence(MlppPrecedence {
            look_ahead: LookAhead::NOT_ALLOWED,
            level: PrecedenceLevel::PRIORITY,
            network: "0044".parse().unwrap(),
            service_domain: 66051.try_into().unwrap(),
        }),
            "look_forward_busy=2 precedence_level=3 network_identity=0044 \
             mlpp_service_domain=0x010203",
            "LFB=2 PrecedenceLevel=3 NetworkIdent=68 MLPPServiceDom=66051";
        "81", NetworkManagementControls(NetworkManagementControls {
            temporary_alternative_routing: true,
        }),
            "temporary_alternative_routing_ind=1",
            "TARInd=1";
        "91279105", NetworkRoutingNumber(NetworkRoutingNumber {
            plan: NumberingPlan::E164,
            nature: RoutingNumberNature::NATIONAL,
            digits: digits("72195"),
        }),
            "",
            "NumPlan=1 NAI=1 Num=279105";
        "01a0aabb", NetworkSpecificFacility(NetworkSpecificFacility {
            network: Some(FacilityNetwork {
                network_type: NetworkType::NATIONAL,
                plan: NetworkPlan::UNKNOWN,
                identification: Contents::default(),
            }),
            indicator: [0xAA, 0xBB].into(),
        }),
            "network_specific_facility=01:a0:aa:bb",
            "Len=1 TypeOfNetworkIdent=2 NetworkIdentPlan=0 NetworkSpecFacilityInd=aabb";
        "83", NumberPortability(NumberPortability { status: PortabilityStatus::PORTED }),
            "",
            "Value=3";
        "8310279105", OriginalCalledInNumber(redirecting("72195")),
            "",
            "NAI=3 NumPlan=1 AddrPresInd=0 Num=279105";
        "3412", OriginationIscPointCode(point_code(0x1234)),
            "",
            "OriginISCPointCode=4660";
        "c2", PivotCapability(PivotCapability {
            possible: PossibleUntil::ANM,
            redirection_not_allowed: true,
        }),
            "",
            "InterworkToRedirectInd=1 PivotPossibleInd=2";
        "05", PivotCounter(PivotCounter { count: 5.try_into().unwrap() }),
            "",
            "Value=5";
        "01020a0b", PivotBackward(
            PivotBackward::new(&[(BackwardInformationTag::RETURN_DURATION, &[10, 11])]).unwrap()
        ),
            "",
            "Tag=1 Len=2 Val=0a0b";
        "0100", PivotForward(
            PivotForward::new(&[(ForwardInformationTag::RETURN_POSSIBLE, &[])]).unwrap()
        ),
            "",
            "Tag=1 Len=0";
        "83", PivotRouting(PivotRoutingIndicators { routing: PivotRouting::FAILURE }),
            "",
            "Value=3";
        "81", PivotStatus(PivotStatus { status: RoutingStatus::ACKNOWLEDGED }),
            "",
            "";
        "81", QueryOnRelease(QueryOnRelease { supported: true }),
            "",
            "Value=1";
        "030181", RedirectBackward(
            RedirectBackward::new(&[(BackwardInformationTag::INVOKING_REASON, &[0x81])]).unwrap()
        ),
            "",
            "Tag=3 Len=1 Val=81";
        "83", RedirectCapability(RedirectCapability { possible: PossibleUntil::ANY_TIME }),
            "",
            "Value=3";
        "03", RedirectCounter(RedirectCounter { count: 3.try_into().unwrap() }),
            "",
            "Value=3";
        "040181", RedirectForward(
            RedirectForward::new(&[(ForwardInformationTag::INVOKING_REASON, &[0x81])]).unwrap()
        ),
            "",
            "Tag=4 Len=1 Val=81";
        "82", RedirectStatus(RedirectStatus { status: RoutingStatus::NOT_INVOKED }),
            "",
            "Value=2";
        "01", RedirectionNumberRestriction(RedirectionNumberRestriction {
            presentation: RedirectionNumberPresentation::RESTRICTED,
        }),
            "presentation_indicator=1",
            "PresentationRestrictedInd=1";
        "91a106020101020101", RemoteOperations(RemoteOperations {
            profile: ProtocolProfile::REMOTE_OPERATIONS,
            components: [0xA1, 6, 2, 1, 1, 2, 1, 1].into(),
        }),
            "remote_operations=91:a1:06:02:01:01:02:01:01",
            "ProtocolProfile=17 Components=a106020101020101";
        "0a0b", ScfId(ScfId(contents([10, 11]))),
            "scf_id=0a:0b",
            "ScfID=0a0b";
        "017c", ServiceActivation(ServiceActivation(contents([1, 0x7C]))),
            "feature_code=1 feature_code=124",
            "ServiceActivation=1,124";
        "3412", SignallingPointCode(point_code(0x1234)),
            "",
            "SignallingPointCode=4660";
        "232143", TransitNetworkSelection(TransitNetworkSelection {
            network_type: NetworkType::NATIONAL,
            plan: NetworkPlan::X121,
            network: digits("1234"),
        }),
            "type_of_network_identification=2 network_identification_plan=3 \
             transit_network_selection=1234",
            "TypeOfNetworkIdent=2 NetworkIdentPlan=3 Num=2143";
        "03", TransmissionMediumRequirementPrime(TransmissionMediumRequirement::AUDIO_3K1),
            "transmission_medium_requirement_prime=3",
            "TransmissionMediumReqPrime=3";
        "83", UidAction(UidAction { through_connect: true, stop_t9: true }),
            "uid_action_indicators=0x83",
            "T9TimerInsInd=1 ThroughConnectionInsInd=1";
        "81", UidCapability(UidCapability { through_connection: true, t9_stop: false }),
            "uid_capability_indicators=0x81",
            "T9TimerInd=0 ThroughConnectionInd=1";
        "8090a3", UserServiceInformationPrime(UserServiceInformation::speech_a_law()),
            "user_service_information_prime=80:90:a3 q931.coding_standard=0x00 \
             q931.information_transfer_capability=0x00 q931.transfer_mode=0x00 \
             q931.information_transfer_rate=0x10 q931.layer_ident=0x01 q931.uil1=0x03",
            "CodingStd=0 InfoTransferCap=0 TransferMode=0 InfoTransferRate=16 LayerIdent1=1 \
             UserInfoLayer1Prot=3";
        "9090214840bb", UserServiceInformation(UserServiceInformation {
            layer_1: Some(Layer1 {
                protocol: Layer1Protocol::V110,
                adaption: Some(RateAdaption {
                    asynchronous: true,
                    negotiable: false,
                    user_rate: UserRate::R9_6K,
                    scheme: Some(AdaptionScheme {
                        options: AdaptionOptions::V110 {
                            intermediate_rate: IntermediateRate::R16K,
                            sends_with_clock: false,
                            accepts_clock: false,
                            sends_with_flow_control: false,
                            accepts_flow_control: false,
                        },
                        characters: Some(CharacterFormat {
                            stop_bits: StopBits::ONE,
                            data_bits: DataBits::EIGHT,
                            parity: Parity::NONE,
                            modem: None,
                        }),
                    }),
                }),
            }),
            ..UserServiceInformation::audio_a_law()
        }),
            "q931.information_transfer_capability=0x10 q931.uil1=0x01 q931.layer_1=1 \
             q931.layer_1_in_band_negotiation=0 q931.bearer_capability.user_rate=0x08 \
             q931.bearer_capability.intermediate_rate=0x02",
            "";
        "88c0c66b0c8c", UserServiceInformation(UserServiceInformation {
            mode: TransferMode::PACKET,
            rate: TransferRate::PACKET_MODE.into(),
            layer_2: Some(Layer2Protocol::X25),
            layer_3: Some(Layer3 {
                protocol: Layer3Protocol::TR_9577,
                identifier: Some(ProtocolIdentifier::IP),
            }),
            ..UserServiceInformation::unrestricted_64k()
        }),
            "q931.transfer_mode=0x02 q931.information_transfer_rate=0x00 q931.uil2=0x06 q931.uil3=0x0b \
             q931.uil3_additional=0x00cc",
            "";
        "889886a5", UserServiceInformation(UserServiceInformation {
            rate: Rate::multiple(6.try_into().unwrap()),
            layer_1: Some(Layer1Protocol::H221.into()),
            ..UserServiceInformation::unrestricted_64k()
        }),
            "q931.information_transfer_rate=0x18 q931.bearer_capability.rate_multiplier=6 \
             q931.uil1=0x05",
            "InfoTransferCap=8 InfoTransferRate=24 RateMultiplier=134 UserInfoLayer1Prot=5";
        "7d0291811e028188", AccessTransport(AccessTransport::try_from(&[0x7D, 2, 0x91, 0x81, 0x1E, 2, 0x81, 0x88][..]).unwrap()),
            "q931.information_element=125 q931.information_element=30 \
             q931.high_layer_characteristics=0x01 q931.progress_indicator.description=0x08",
            "ID=125 Val=9181 ID=30 Val=8188";
        "0441ff", UserToUserInformation(UserToUserInformation::new(UserProtocol::IA5, &[0x41, 0xFF]).unwrap()),
            "user_to_user_info=04:41:ff q931.user.protocol_discriminator=0x04",
            "";
        "9181", UserTeleserviceInformation(UserTeleserviceInformation {
            coding: ElementCoding::ITU_T,
            interpretation: Interpretation::FIRST,
            presentation: ProfilePresentation::PROFILE,
            characteristics: HighLayer::TELEPHONY,
            extended: None,
        }),
            "user_teleservice_information=91:81 q931.coding_standard=0x00 \
             q931.interpretation=0x04 q931.presentation_method_protocol_profile=0x01 \
             q931.high_layer_characteristics=0x01",
            "";
        "01", ForwardCat(ForwardCat(contents([1]))),
            "",
            "";
        "01", BackwardCat(BackwardCat(contents([1]))),
            "",
            "";
        "01", AutomaticRerouting(AutomaticRerouting(contents([1]))),
            "",
            "";
        "01", IepsCallInformation(IepsCallInformation(contents([1]))),
            "",
            "";
        "01", VedInformation(VedInformation(contents([1]))),
            "",
            "";
        "01", FreephoneIndicators(FreephoneIndicators(contents([1]))),
            "",
            "";
    }
}
