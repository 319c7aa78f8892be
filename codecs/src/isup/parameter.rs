//! The parameters that have a type, and which (`Q.763 table 5`).

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::parameters::Entry;
use super::variant::National;
use super::wire::Field;
use super::*;

/// Declares the parameters that have a type, of Q.763 and of T1.113.3: code, variant, type, and an
/// accessor where it is of use.
macro_rules! parameters {
    ($($read:ident, $standard:ident {
        $($code:ident: $variant:ident($type:ty) $(, $accessor:ident)?;)*
    })*) => {
        /// One parameter of an optional part.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Parameter {
            $($(
                #[doc = concat!("[`ParameterCode::", stringify!($code), "`].")]
                $variant($type),
            )*)*
            /// A parameter without a type of its own, or whose contents have not the format of
            /// their type: untouched.
            Other {
                /// Its name code.
                code: ParameterCode,
                /// Its contents, without code and length.
                contents: Contents,
            },
        }

        impl Parameter {
            /// Its name code.
            pub fn code(&self) -> ParameterCode {
                match self {
                    $($(Self::$variant(_) => ParameterCode::$code,)*)*
                    Self::Other { code, .. } => *code,
                }
            }

            /// Its name in the standard, or "unknown parameter".
            pub fn name(&self) -> &'static str {
                match self {
                    $($(Self::$variant(_) => Variant::$standard.parameter_name(ParameterCode::$code),)*)*
                    Self::Other { code, .. } => code.name(),
                }
            }

            $(
                /// Appends the parameter, if `contents` have its format.
                fn $read(code: ParameterCode, contents: &[u8], list: &mut Vec<Entry>) -> Option<()> {
                    match code {
                        $(ParameterCode::$code => {
                            let value = <$type>::read(contents)?;
                            let exact = value.is_exact(contents);
                            list.push(Entry::new(Self::$variant(value), exact, contents));
                        })*
                        _ => return None,
                    }
                    Some(())
                }
            )*

            pub(super) fn write_contents(&self, out: &mut Vec<u8>) {
                match self {
                    $($(Self::$variant(value) => value.write(out),)*)*
                    Self::Other { contents, .. } => contents.write(out),
                }
            }
        }

        /// Name code, name, and the value read or the octets kept.
        impl Serialize for Parameter {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut fields = serializer.serialize_struct("Parameter", 3)?;
                fields.serialize_field("code", &self.code().0)?;
                fields.serialize_field("name", self.name())?;
                match self {
                    $($(Self::$variant(value) => fields.serialize_field("value", value)?,)*)*
                    Self::Other { contents, .. } => fields.serialize_field("octets", contents)?,
                }
                fields.end()
            }
        }

        impl Parameters {
            $($($(
                #[doc = concat!("The first [`Parameter::", stringify!($variant), "`], if there is one.")]
                pub fn $accessor(&self) -> Option<&$type> {
                    self.iter().find_map(|parameter| match parameter {
                        Parameter::$variant(value) => Some(value),
                        _ => None,
                    })
                }
            )?)*)*
        }
    };
}

parameters! {
    read_itu, ITU {
        ACCESS_DELIVERY_INFORMATION: AccessDelivery(AccessDelivery), access_delivery;
        ACCESS_TRANSPORT: AccessTransport(AccessTransport), access_transport;
        APPLICATION_TRANSPORT: ApplicationTransport(Box<ApplicationTransport>);
        AUTOMATIC_CONGESTION_LEVEL: CongestionLevel(CongestionLevel), congestion_level;
        AUTOMATIC_RE_ROUTING: AutomaticRerouting(AutomaticRerouting);
        BACKWARD_CALL_INDICATORS: BackwardCall(BackwardCallIndicators), backward_call;
        BACKWARD_CAT_INDICATORS: BackwardCat(BackwardCat);
        BACKWARD_GVNS: BackwardGvns(BackwardGvns);
        CALLED_DIRECTORY_NUMBER: CalledDirectoryNumber(CalledPartyNumber), called_directory_number;
        CALLED_IN_NUMBER: CalledInNumber(RedirectingNumber);
        CALLED_PARTY_NUMBER: CalledPartyNumber(CalledPartyNumber);
        CALLING_GEODETIC_LOCATION: GeodeticLocation(Box<GeodeticLocation>);
        CALLING_PARTY_CATEGORY: CallingPartyCategory(CallingPartyCategory), calling_party_category;
        CALLING_PARTY_NUMBER: CallingPartyNumber(CallingPartyNumber), calling_party_number;
        CALL_DIVERSION_INFORMATION: CallDiversionInformation(CallDiversionInformation);
        CALL_DIVERSION_TREATMENT_INDICATORS: CallDiversionTreatment(CallDiversionTreatment);
        CALL_HISTORY_INFORMATION: CallHistory(CallHistory), call_history;
        CALL_OFFERING_TREATMENT_INDICATORS: CallOfferingTreatment(CallOfferingTreatment);
        CALL_REFERENCE: CallReference(CallReference), call_reference;
        CALL_TRANSFER_NUMBER: CallTransferNumber(ConnectedNumber);
        CALL_TRANSFER_REFERENCE: CallTransferReference(CallTransferReference);
        CAUSE_INDICATORS: Cause(CauseIndicators), cause;
        CCNR_POSSIBLE_INDICATOR: CcnrPossible(CcnrPossible);
        CCSS: Ccss(Ccss);
        CHARGED_PARTY_IDENTIFICATION: ChargedParty(ChargedParty);
        CIRCUIT_ASSIGNMENT_MAP: CircuitAssignmentMap(CircuitAssignmentMap);
        CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE: Supervision(Supervision);
        CIRCUIT_STATE_INDICATOR: CircuitStates(CircuitStates);
        CLOSED_USER_GROUP_INTERLOCK_CODE: ClosedUserGroup(ClosedUserGroup);
        COLLECT_CALL_REQUEST: CollectCallRequest(CollectCallRequest);
        CONFERENCE_TREATMENT_INDICATORS: ConferenceTreatment(ConferenceTreatment);
        CONNECTED_NUMBER: ConnectedNumber(ConnectedNumber), connected_number;
        CONNECTION_REQUEST: ConnectionRequest(ConnectionRequest);
        CONTINUITY_INDICATORS: Continuity(Continuity);
        CORRELATION_ID: CorrelationId(CorrelationId);
        DISPLAY_INFORMATION: DisplayInformation(DisplayInformation);
        ECHO_CONTROL_INFORMATION: EchoControlInformation(EchoControlInformation);
        EVENT_INFORMATION: Event(EventInformation), event;
        FACILITY_INDICATOR: FacilityIndicator(FacilityIndicator);
        FORWARD_CALL_INDICATORS: ForwardCall(ForwardCallIndicators);
        FORWARD_CAT_INDICATORS: ForwardCat(ForwardCat);
        FORWARD_GVNS: ForwardGvns(Box<ForwardGvns>);
        FREEPHONE_INDICATORS: FreephoneIndicators(FreephoneIndicators);
        GENERIC_DIGITS: GenericDigits(GenericDigits);
        GENERIC_NOTIFICATION_INDICATOR: Notification(Notification), notification;
        GENERIC_NUMBER: GenericNumber(GenericNumber), generic_number;
        HOP_COUNTER: HopCounter(HopCounter), hop_counter;
        HTR_INFORMATION: HtrInformation(PlainNumber);
        IEPS_CALL_INFORMATION: IepsCallInformation(IepsCallInformation);
        INFORMATION_INDICATORS: Information(InformationIndicators);
        INFORMATION_REQUEST_INDICATORS: InformationRequest(InformationRequestIndicators);
        LOCATION_NUMBER: LocationNumber(LocationNumber), location_number;
        LOOP_PREVENTION_INDICATORS: LoopPrevention(LoopPrevention);
        MCID_REQUEST_INDICATORS: McidRequest(McidRequest);
        MCID_RESPONSE_INDICATORS: McidResponse(McidResponse);
        MESSAGE_COMPATIBILITY_INFORMATION: MessageCompatibility(MessageCompatibility), message_compatibility;
        MLPP_PRECEDENCE: MlppPrecedence(MlppPrecedence);
        NATURE_OF_CONNECTION_INDICATORS: NatureOfConnection(NatureOfConnection);
        NETWORK_MANAGEMENT_CONTROLS: NetworkManagementControls(NetworkManagementControls);
        NETWORK_ROUTING_NUMBER: NetworkRoutingNumber(NetworkRoutingNumber);
        NETWORK_SPECIFIC_FACILITY: NetworkSpecificFacility(NetworkSpecificFacility);
        NUMBER_PORTABILITY_FORWARD_INFORMATION: NumberPortability(NumberPortability);
        OPTIONAL_BACKWARD_CALL_INDICATORS: OptionalBackwardCall(OptionalBackwardCallIndicators), optional_backward_call;
        OPTIONAL_FORWARD_CALL_INDICATORS: OptionalForwardCall(OptionalForwardCallIndicators), optional_forward_call;
        ORIGINAL_CALLED_IN_NUMBER: OriginalCalledInNumber(RedirectingNumber);
        ORIGINAL_CALLED_NUMBER: OriginalCalledNumber(RedirectingNumber), original_called_number;
        ORIGINATION_ISC_POINT_CODE: OriginationIscPointCode(SignallingPointCode);
        PARAMETER_COMPATIBILITY_INFORMATION: ParameterCompatibility(ParameterCompatibility), parameter_compatibility;
        PIVOT_CAPABILITY: PivotCapability(PivotCapability);
        PIVOT_COUNTER: PivotCounter(PivotCounter);
        PIVOT_ROUTING_BACKWARD_INFORMATION: PivotBackward(PivotBackward);
        PIVOT_ROUTING_FORWARD_INFORMATION: PivotForward(PivotForward);
        PIVOT_ROUTING_INDICATORS: PivotRouting(PivotRoutingIndicators);
        PIVOT_STATUS: PivotStatus(PivotStatus);
        PROPAGATION_DELAY_COUNTER: PropagationDelay(PropagationDelay), propagation_delay;
        QUERY_ON_RELEASE_CAPABILITY: QueryOnRelease(QueryOnRelease);
        RANGE_AND_STATUS: RangeAndStatus(RangeAndStatus);
        REDIRECTING_NUMBER: RedirectingNumber(RedirectingNumber), redirecting_number;
        REDIRECTION_INFORMATION: RedirectionInformation(RedirectionInformation), redirection_information;
        REDIRECTION_NUMBER: RedirectionNumber(CalledPartyNumber), redirection_number;
        REDIRECTION_NUMBER_RESTRICTION: RedirectionNumberRestriction(RedirectionNumberRestriction);
        REDIRECT_BACKWARD_INFORMATION: RedirectBackward(RedirectBackward);
        REDIRECT_CAPABILITY: RedirectCapability(RedirectCapability);
        REDIRECT_COUNTER: RedirectCounter(RedirectCounter);
        REDIRECT_FORWARD_INFORMATION: RedirectForward(RedirectForward);
        REDIRECT_STATUS: RedirectStatus(RedirectStatus);
        REMOTE_OPERATIONS: RemoteOperations(RemoteOperations);
        SCF_ID: ScfId(ScfId);
        SERVICE_ACTIVATION: ServiceActivation(ServiceActivation);
        SIGNALLING_POINT_CODE: SignallingPointCode(SignallingPointCode);
        SUBSEQUENT_NUMBER: SubsequentNumber(SubsequentNumber);
        SUSPEND_RESUME_INDICATORS: SuspendResume(SuspendResume);
        TRANSIT_NETWORK_SELECTION: TransitNetworkSelection(TransitNetworkSelection);
        TRANSMISSION_MEDIUM_REQUIREMENT: TransmissionMediumRequirement(TransmissionMediumRequirement);
        TRANSMISSION_MEDIUM_REQUIREMENT_PRIME: TransmissionMediumRequirementPrime(TransmissionMediumRequirement);
        TRANSMISSION_MEDIUM_USED: TransmissionMediumUsed(TransmissionMediumRequirement), transmission_medium_used;
        UID_ACTION_INDICATORS: UidAction(UidAction);
        UID_CAPABILITY_INDICATORS: UidCapability(UidCapability);
        USER_SERVICE_INFORMATION: UserServiceInformation(UserServiceInformation), user_service_information;
        USER_SERVICE_INFORMATION_PRIME: UserServiceInformationPrime(UserServiceInformation);
        USER_TELESERVICE_INFORMATION: UserTeleserviceInformation(UserTeleserviceInformation);
        USER_TO_USER_INDICATORS: UserToUserIndicators(UserToUserIndicators), user_to_user_indicators;
        USER_TO_USER_INFORMATION: UserToUserInformation(UserToUserInformation), user_to_user_information;
        VED_INFORMATION: VedInformation(VedInformation);
    }
    read_ansi, ANSI {
        BUSINESS_GROUP: BusinessGroup(BusinessGroup);
        CALL_REFERENCE: AnsiCallReference(CallReference<AnsiPointCode>);
        CARRIER_IDENTIFICATION: CarrierIdentification(CarrierIdentification);
        CARRIER_SELECTION_INFORMATION: CarrierSelection(CarrierSelection);
        CHARGE_NUMBER: ChargeNumber(ChargeNumber);
        CIRCUIT_GROUP_CHARACTERISTICS: GroupCharacteristics(GroupCharacteristics);
        CIRCUIT_IDENTIFICATION_NAME: CircuitName(CircuitName);
        CIRCUIT_VALIDATION_RESPONSE: ValidationResponse(ValidationResponse);
        COMMON_LANGUAGE_LOCATION: LocationIdentification(LocationIdentification);
        CONNECTION_REQUEST: AnsiConnectionRequest(ConnectionRequest<AnsiPointCode>);
        EGRESS_SERVICE: EgressService(EgressService);
        GENERIC_ADDRESS: GenericAddress(GenericAddress);
        ANSI_GENERIC_DIGITS: AnsiGenericDigits(GenericDigits);
        GENERIC_NAME: GenericName(GenericName);
        JURISDICTION_INFORMATION: Jurisdiction(Jurisdiction);
        LOCAL_SERVICE_PROVIDER_IDENTIFICATION: LocalServiceProvider(LocalServiceProvider);
        NETWORK_TRANSPORT: NetworkTransport(NetworkTransport);
        NOTIFICATION_INDICATOR: AnsiNotification(Notification);
        OPERATOR_SERVICES_INFORMATION: OperatorServices(OperatorServices);
        ORIGINATING_LINE_INFORMATION: OriginatingLine(OriginatingLine);
        OUTGOING_TRUNK_GROUP_NUMBER: OutgoingTrunkGroup(OutgoingTrunkGroup);
        SERVICE_CODE: ServiceCode(ServiceCode);
        SPECIAL_PROCESSING_REQUEST: SpecialProcessing(SpecialProcessing);
        TRANSACTION_REQUEST: TransactionRequest(TransactionRequest);
        TRANSIT_NETWORK_SELECTION: CarrierTransit(CarrierTransit);
    }
}

impl Parameter {
    /// Appends the parameter that has these contents, at most 255 octets.
    pub(super) fn read(
        variant: &Variant,
        code: ParameterCode,
        contents: &[u8],
        list: &mut Vec<Entry>,
    ) {
        let typed = match variant.national {
            National::Itu => Self::read_itu(code, contents, list),
            National::Ansi => Self::read_ansi(code, contents, list).or_else(|| {
                // What ANSI has in a format of its own is not read in that of Q.763.
                let shared = !code.is_national() && variant.knows(code) && !Self::is_ansi(code);
                shared
                    .then(|| Self::read_itu(code, contents, list))
                    .flatten()
            }),
        };
        if typed.is_none() {
            let contents = Contents::new(contents).unwrap_or_default();
            list.push(Entry::from(Self::Other { code, contents }));
        }
    }

    fn is_ansi(code: ParameterCode) -> bool {
        matches!(
            code,
            ParameterCode::CALL_REFERENCE
                | ParameterCode::CONNECTION_REQUEST
                | ParameterCode::TRANSIT_NETWORK_SELECTION
        )
    }
}
