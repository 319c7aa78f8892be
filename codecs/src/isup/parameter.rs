//! The parameters that have a type, and which (`Q.763 table 5`).

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::parameter_code::FIRST_NATIONAL;
use super::variant::National;
use super::wire::Field;
use super::*;

/// Declares the parameters that have a type: code, variant, type, accessor.
macro_rules! parameters {
    ($($(#[$doc:meta])* $code:ident: $variant:ident($type:ty), $accessor:ident;)*) => {
        /// One parameter of an optional part.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Parameter {
            $($(#[$doc])* $variant($type),)*
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
                    $(Self::$variant(_) => ParameterCode::$code,)*
                    Self::Other { code, .. } => *code,
                }
            }

            /// The parameter, if `contents` have its format, and whether it holds all they say.
            fn read_typed(code: ParameterCode, contents: &[u8]) -> Option<(Self, bool)> {
                Some(match code {
                    $(ParameterCode::$code => {
                        let value = <$type>::read(contents)?;
                        let exact = value.is_exact(contents);
                        (Self::$variant(value), exact)
                    })*
                    _ => return None,
                })
            }

            pub(super) fn write_contents(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant(value) => value.write(out),)*
                    Self::Other { contents, .. } => contents.write(out),
                }
            }
        }

        /// Name code, name, and the value read or the octets kept.
        impl Serialize for Parameter {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let code = self.code();
                let mut fields = serializer.serialize_struct("Parameter", 3)?;
                fields.serialize_field("code", &code.0)?;
                fields.serialize_field("name", code.name())?;
                match self {
                    $(Self::$variant(value) => fields.serialize_field("value", value)?,)*
                    Self::Other { contents, .. } => fields.serialize_field("octets", contents)?,
                }
                fields.end()
            }
        }

        /// The first parameter of a type, if there is one.
        impl Parameters {
            $(
                $(#[$doc])*
                pub fn $accessor(&self) -> Option<&$type> {
                    self.iter().find_map(|parameter| match parameter {
                        Parameter::$variant(value) => Some(value),
                        _ => None,
                    })
                }
            )*
        }
    };
}

parameters! {
    /// Access delivery information.
    ACCESS_DELIVERY_INFORMATION: AccessDelivery(AccessDelivery), access_delivery;
    /// Access transport: information elements of the user's access.
    ACCESS_TRANSPORT: AccessTransport(AccessTransport), access_transport;
    /// Automatic congestion level (in REL).
    AUTOMATIC_CONGESTION_LEVEL: CongestionLevel(CongestionLevel), congestion_level;
    /// Backward call indicators (in CPG, ANM).
    BACKWARD_CALL_INDICATORS: BackwardCall(BackwardCallIndicators), backward_call;
    /// Call history information.
    CALL_HISTORY_INFORMATION: CallHistory(CallHistory), call_history;
    /// Call reference.
    CALL_REFERENCE: CallReference(CallReference), call_reference;
    /// Called directory number.
    CALLED_DIRECTORY_NUMBER: CalledDirectoryNumber(CalledPartyNumber), called_directory_number;
    /// Calling party number.
    CALLING_PARTY_NUMBER: CallingPartyNumber(CallingPartyNumber), calling_party_number;
    /// Calling party's category (in INF).
    CALLING_PARTY_CATEGORY: CallingPartyCategory(CallingPartyCategory), calling_party_category;
    /// Cause indicators (in RLC, ACM, CPG).
    CAUSE_INDICATORS: Cause(CauseIndicators), cause;
    /// Connected number.
    CONNECTED_NUMBER: ConnectedNumber(ConnectedNumber), connected_number;
    /// Event information.
    EVENT_INFORMATION: Event(EventInformation), event;
    /// Generic notification indicator; may stand several times.
    GENERIC_NOTIFICATION_INDICATOR: Notification(Notification), notification;
    /// Generic number; may stand several times.
    GENERIC_NUMBER: GenericNumber(GenericNumber), generic_number;
    /// Hop counter.
    HOP_COUNTER: HopCounter(HopCounter), hop_counter;
    /// Location number.
    LOCATION_NUMBER: LocationNumber(LocationNumber), location_number;
    /// Message compatibility information.
    MESSAGE_COMPATIBILITY_INFORMATION: MessageCompatibility(MessageCompatibility), message_compatibility;
    /// Optional backward call indicators.
    OPTIONAL_BACKWARD_CALL_INDICATORS: OptionalBackwardCall(OptionalBackwardCallIndicators), optional_backward_call;
    /// Optional forward call indicators.
    OPTIONAL_FORWARD_CALL_INDICATORS: OptionalForwardCall(OptionalForwardCallIndicators), optional_forward_call;
    /// Original called number.
    ORIGINAL_CALLED_NUMBER: OriginalCalledNumber(RedirectingNumber), original_called_number;
    /// Parameter compatibility information.
    PARAMETER_COMPATIBILITY_INFORMATION: ParameterCompatibility(ParameterCompatibility), parameter_compatibility;
    /// Propagation delay counter.
    PROPAGATION_DELAY_COUNTER: PropagationDelay(PropagationDelay), propagation_delay;
    /// Redirecting number.
    REDIRECTING_NUMBER: RedirectingNumber(RedirectingNumber), redirecting_number;
    /// Redirection information.
    REDIRECTION_INFORMATION: RedirectionInformation(RedirectionInformation), redirection_information;
    /// Redirection number.
    REDIRECTION_NUMBER: RedirectionNumber(CalledPartyNumber), redirection_number;
    /// Transmission medium used.
    TRANSMISSION_MEDIUM_USED: TransmissionMediumUsed(TransmissionMediumRequirement), transmission_medium_used;
    /// User service information.
    USER_SERVICE_INFORMATION: UserServiceInformation(UserServiceInformation), user_service_information;
    /// User-to-user indicators.
    USER_TO_USER_INDICATORS: UserToUserIndicators(UserToUserIndicators), user_to_user_indicators;
    /// User-to-user information.
    USER_TO_USER_INFORMATION: UserToUserInformation(UserToUserInformation), user_to_user_information;
}

impl Parameter {
    /// At most 255 octets; says too whether the parameter holds all of them.
    pub(super) fn read(variant: &Variant, code: ParameterCode, contents: &[u8]) -> (Self, bool) {
        let typed = match variant.national {
            // The types of these codes are those of Q.763.
            National::Ansi if code.0 >= FIRST_NATIONAL => None,
            National::Ansi | National::Itu => Self::read_typed(code, contents),
        };
        typed.unwrap_or_else(|| {
            let contents = Contents::new(contents).unwrap_or_default();
            (Self::Other { code, contents }, true)
        })
    }
}
