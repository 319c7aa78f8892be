//! The optional part of a message: parameters in any order, known or not (`Q.763 §1.7`, `§3`).

use std::borrow::Cow;

use smallvec::SmallVec;

use super::parameter_code::FIRST_NATIONAL;
use super::variant::National;
use super::wire::{Field, write_with_length};
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

            fn read_typed(code: ParameterCode, contents: &[u8]) -> Option<Self> {
                match code {
                    $(ParameterCode::$code => <$type>::read(contents).map(Self::$variant),)*
                    _ => None,
                }
            }

            fn write_contents(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant(value) => value.write(out),)*
                    Self::Other { contents, .. } => contents.write(out),
                }
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

/// The optional part of a message, in the order received or to be sent; parameters may repeat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(SmallVec<[Parameter; 2]>);

impl Parameters {
    /// No optional part.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a parameter.
    pub fn push(&mut self, parameter: Parameter) {
        self.0.push(parameter);
    }

    /// The parameters with one more at the end.
    #[must_use]
    pub fn with(mut self, parameter: Parameter) -> Self {
        self.push(parameter);
        self
    }

    /// The parameters in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Parameter> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first parameter with `code`.
    pub fn find(&self, code: ParameterCode) -> Option<&Parameter> {
        self.iter().find(|parameter| parameter.code() == code)
    }

    /// The contents of the first parameter with `code` that was kept untouched.
    pub fn other(&self, wanted: ParameterCode) -> Option<&[u8]> {
        self.iter().find_map(|parameter| match parameter {
            Parameter::Other { code, contents } if *code == wanted => Some(&**contents),
            _ => None,
        })
    }

    /// Keeps the parameters `keep` says to.
    pub fn retain(&mut self, mut keep: impl FnMut(&Parameter) -> bool) {
        self.0.retain(|parameter| keep(parameter));
    }

    /// The parameters with one more before the first.
    pub(super) fn preceded_by(mut self, parameter: Parameter) -> Self {
        self.0.insert(0, parameter);
        self
    }

    /// The parameters but the one at `place`.
    pub(super) fn without(&self, place: Option<usize>) -> Cow<'_, Self> {
        let Some(place) = place else {
            return Cow::Borrowed(self);
        };
        let mut others = self.clone();
        others.0.remove(place);
        Cow::Owned(others)
    }

    /// Reads up to the end octet, or the end of the message where it is missing (`Q.763 §1.8`); the
    /// error is the offset of a parameter that is cut off.
    pub(super) fn read(variant: &Variant, part: &[u8]) -> Result<Self, usize> {
        let mut parameters = Self(SmallVec::with_capacity(count(part)));
        let mut rest = part;
        while let Some((&code, tail)) = rest.split_first() {
            if code == ParameterCode::END_OF_OPTIONAL_PARAMETERS.0 {
                break;
            }
            let (contents, tail) = tail
                .split_first()
                .and_then(|(&length, tail)| tail.split_at_checked(usize::from(length)))
                .ok_or(part.len() - rest.len())?;
            parameters.push(Parameter::read(variant, ParameterCode(code), contents));
            rest = tail;
        }
        Ok(parameters)
    }

    /// Appends the parameters and the end octet.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for parameter in self.iter() {
            out.push(parameter.code().0);
            write_with_length(out, |out| parameter.write_contents(out));
        }
        out.push(ParameterCode::END_OF_OPTIONAL_PARAMETERS.0);
    }
}

/// How many parameters a part seems to have, so that room for them is made once.
fn count(part: &[u8]) -> usize {
    let mut rest = part;
    let mut parameters = 0;
    while let [code, length, tail @ ..] = rest {
        if *code == ParameterCode::END_OF_OPTIONAL_PARAMETERS.0 {
            break;
        }
        parameters += 1;
        rest = tail.get(usize::from(*length)..).unwrap_or_default();
    }
    parameters
}

impl Parameter {
    /// At most 255 octets.
    fn read(variant: &Variant, code: ParameterCode, contents: &[u8]) -> Self {
        let typed = match variant.national {
            // The types of these codes are those of Q.763.
            National::Ansi if code.0 >= FIRST_NATIONAL => None,
            National::Ansi | National::Itu => Self::read_typed(code, contents),
        };
        typed.unwrap_or_else(|| Self::Other {
            code,
            contents: Contents::new(contents).unwrap_or_default(),
        })
    }
}

impl FromIterator<Parameter> for Parameters {
    fn from_iter<I: IntoIterator<Item = Parameter>>(parameters: I) -> Self {
        Self(parameters.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Parameters {
    type Item = &'a Parameter;
    type IntoIter = std::slice::Iter<'a, Parameter>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
