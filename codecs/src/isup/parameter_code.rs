//! Parameter name codes (`Q.763 §2`, table 5).

use std::fmt;

/// The first of the name codes that every national standard gives meanings of its own.
pub(super) const FIRST_NATIONAL: u8 = 192;

/// Parameter name code (`Q.763 table 5`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParameterCode(pub u8);

pub(super) const UNKNOWN: &str = "unknown parameter";

macro_rules! parameter_codes {
    ($(#[$doc:meta])* fn $function:ident; $($constant:ident = $code:literal, $name:literal;)*) => {
        impl ParameterCode {
            $(
                #[doc = concat!($name, ".")]
                pub const $constant: Self = Self($code);
            )*

            $(#[$doc])*
            pub fn $function(self) -> &'static str {
                match self.0 {
                    $($code => $name,)*
                    _ => UNKNOWN,
                }
            }
        }
    };
}

parameter_codes! {
    /// The name in Q.763, or "unknown parameter".
    fn name;
    END_OF_OPTIONAL_PARAMETERS = 0, "End of optional parameters";
    CALL_REFERENCE = 1, "Call reference";
    TRANSMISSION_MEDIUM_REQUIREMENT = 2, "Transmission medium requirement";
    ACCESS_TRANSPORT = 3, "Access transport";
    CALLED_PARTY_NUMBER = 4, "Called party number";
    SUBSEQUENT_NUMBER = 5, "Subsequent number";
    NATURE_OF_CONNECTION_INDICATORS = 6, "Nature of connection indicators";
    FORWARD_CALL_INDICATORS = 7, "Forward call indicators";
    OPTIONAL_FORWARD_CALL_INDICATORS = 8, "Optional forward call indicators";
    CALLING_PARTY_CATEGORY = 9, "Calling party's category";
    CALLING_PARTY_NUMBER = 10, "Calling party number";
    REDIRECTING_NUMBER = 11, "Redirecting number";
    REDIRECTION_NUMBER = 12, "Redirection number";
    CONNECTION_REQUEST = 13, "Connection request";
    INFORMATION_REQUEST_INDICATORS = 14, "Information request indicators";
    INFORMATION_INDICATORS = 15, "Information indicators";
    CONTINUITY_INDICATORS = 16, "Continuity indicators";
    BACKWARD_CALL_INDICATORS = 17, "Backward call indicators";
    CAUSE_INDICATORS = 18, "Cause indicators";
    REDIRECTION_INFORMATION = 19, "Redirection information";
    CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE = 21, "Circuit group supervision message type";
    RANGE_AND_STATUS = 22, "Range and status";
    FACILITY_INDICATOR = 24, "Facility indicator";
    CLOSED_USER_GROUP_INTERLOCK_CODE = 26, "Closed user group interlock code";
    USER_SERVICE_INFORMATION = 29, "User service information";
    SIGNALLING_POINT_CODE = 30, "Signalling point code";
    USER_TO_USER_INFORMATION = 32, "User-to-user information";
    CONNECTED_NUMBER = 33, "Connected number";
    SUSPEND_RESUME_INDICATORS = 34, "Suspend/resume indicators";
    TRANSIT_NETWORK_SELECTION = 35, "Transit network selection";
    EVENT_INFORMATION = 36, "Event information";
    CIRCUIT_ASSIGNMENT_MAP = 37, "Circuit assignment map";
    CIRCUIT_STATE_INDICATOR = 38, "Circuit state indicator";
    AUTOMATIC_CONGESTION_LEVEL = 39, "Automatic congestion level";
    ORIGINAL_CALLED_NUMBER = 40, "Original called number";
    OPTIONAL_BACKWARD_CALL_INDICATORS = 41, "Optional backward call indicators";
    USER_TO_USER_INDICATORS = 42, "User-to-user indicators";
    ORIGINATION_ISC_POINT_CODE = 43, "Origination ISC point code";
    GENERIC_NOTIFICATION_INDICATOR = 44, "Generic notification indicator";
    CALL_HISTORY_INFORMATION = 45, "Call history information";
    ACCESS_DELIVERY_INFORMATION = 46, "Access delivery information";
    NETWORK_SPECIFIC_FACILITY = 47, "Network specific facility";
    USER_SERVICE_INFORMATION_PRIME = 48, "User service information prime";
    PROPAGATION_DELAY_COUNTER = 49, "Propagation delay counter";
    REMOTE_OPERATIONS = 50, "Remote operations";
    SERVICE_ACTIVATION = 51, "Service activation";
    USER_TELESERVICE_INFORMATION = 52, "User teleservice information";
    TRANSMISSION_MEDIUM_USED = 53, "Transmission medium used";
    CALL_DIVERSION_INFORMATION = 54, "Call diversion information";
    ECHO_CONTROL_INFORMATION = 55, "Echo control information";
    MESSAGE_COMPATIBILITY_INFORMATION = 56, "Message compatibility information";
    PARAMETER_COMPATIBILITY_INFORMATION = 57, "Parameter compatibility information";
    MLPP_PRECEDENCE = 58, "MLPP precedence";
    MCID_REQUEST_INDICATORS = 59, "MCID request indicators";
    MCID_RESPONSE_INDICATORS = 60, "MCID response indicators";
    HOP_COUNTER = 61, "Hop counter";
    TRANSMISSION_MEDIUM_REQUIREMENT_PRIME = 62, "Transmission medium requirement prime";
    LOCATION_NUMBER = 63, "Location number";
    REDIRECTION_NUMBER_RESTRICTION = 64, "Redirection number restriction";
    FREEPHONE_INDICATORS = 65, "Freephone indicators";
    CALL_TRANSFER_REFERENCE = 67, "Call transfer reference";
    LOOP_PREVENTION_INDICATORS = 68, "Loop prevention indicators";
    CALL_TRANSFER_NUMBER = 69, "Call transfer number";
    CCSS = 75, "CCSS";
    FORWARD_GVNS = 76, "Forward GVNS";
    BACKWARD_GVNS = 77, "Backward GVNS";
    REDIRECT_CAPABILITY = 78, "Redirect capability";
    NETWORK_MANAGEMENT_CONTROLS = 91, "Network management controls";
    CORRELATION_ID = 101, "Correlation id";
    SCF_ID = 102, "SCF id";
    CALL_DIVERSION_TREATMENT_INDICATORS = 110, "Call diversion treatment indicators";
    CALLED_IN_NUMBER = 111, "Called IN number";
    CALL_OFFERING_TREATMENT_INDICATORS = 112, "Call offering treatment indicators";
    CHARGED_PARTY_IDENTIFICATION = 113, "Charged party identification";
    CONFERENCE_TREATMENT_INDICATORS = 114, "Conference treatment indicators";
    DISPLAY_INFORMATION = 115, "Display information";
    UID_ACTION_INDICATORS = 116, "UID action indicators";
    UID_CAPABILITY_INDICATORS = 117, "UID capability indicators";
    REDIRECT_COUNTER = 119, "Redirect counter";
    APPLICATION_TRANSPORT = 120, "Application transport";
    COLLECT_CALL_REQUEST = 121, "Collect call request";
    CCNR_POSSIBLE_INDICATOR = 122, "CCNR possible indicator";
    PIVOT_CAPABILITY = 123, "Pivot capability";
    PIVOT_ROUTING_INDICATORS = 124, "Pivot routing indicators";
    CALLED_DIRECTORY_NUMBER = 125, "Called directory number";
    ORIGINAL_CALLED_IN_NUMBER = 127, "Original called IN number";
    CALLING_GEODETIC_LOCATION = 129, "Calling geodetic location";
    HTR_INFORMATION = 130, "HTR information";
    NETWORK_ROUTING_NUMBER = 132, "Network routing number";
    QUERY_ON_RELEASE_CAPABILITY = 133, "Query on release capability";
    PIVOT_STATUS = 134, "Pivot status";
    PIVOT_COUNTER = 135, "Pivot counter";
    PIVOT_ROUTING_FORWARD_INFORMATION = 136, "Pivot routing forward information";
    PIVOT_ROUTING_BACKWARD_INFORMATION = 137, "Pivot routing backward information";
    REDIRECT_STATUS = 138, "Redirect status";
    REDIRECT_FORWARD_INFORMATION = 139, "Redirect forward information";
    REDIRECT_BACKWARD_INFORMATION = 140, "Redirect backward information";
    NUMBER_PORTABILITY_FORWARD_INFORMATION = 141, "Number portability forward information";
    FORWARD_CAT_INDICATORS = 142, "Forward CAT indicators";
    BACKWARD_CAT_INDICATORS = 143, "Backward CAT indicators";
    AUTOMATIC_RE_ROUTING = 150, "Automatic re-routing";
    IEPS_CALL_INFORMATION = 166, "IEPS call information";
    VED_INFORMATION = 168, "VED information";
    GENERIC_NUMBER = 192, "Generic number";
    GENERIC_DIGITS = 193, "Generic digits";
}

parameter_codes! {
    /// The name in ANSI T1.113.3 of a code from 192 on, or "unknown parameter".
    fn ansi_name;
    GENERIC_ADDRESS = 192, "Generic address";
    ANSI_GENERIC_DIGITS = 193, "Generic digits";
    OPERATOR_SERVICES_INFORMATION = 194, "Operator services information";
    EGRESS_SERVICE = 195, "Egress service";
    JURISDICTION_INFORMATION = 196, "Jurisdiction information";
    CARRIER_IDENTIFICATION = 197, "Carrier identification";
    BUSINESS_GROUP = 198, "Business group";
    GENERIC_NAME = 199, "Generic name";
    TRANSACTION_REQUEST = 227, "Transaction request";
    LOCAL_SERVICE_PROVIDER_IDENTIFICATION = 228, "Local service provider identification";
    NOTIFICATION_INDICATOR = 225, "Notification indicator";
    CIRCUIT_GROUP_CHARACTERISTICS = 229, "Circuit group characteristic indicator";
    CIRCUIT_VALIDATION_RESPONSE = 230, "Circuit validation response indicator";
    OUTGOING_TRUNK_GROUP_NUMBER = 231, "Outgoing trunk group number";
    CIRCUIT_IDENTIFICATION_NAME = 232, "Circuit identification name";
    COMMON_LANGUAGE_LOCATION = 233, "Common language location identification";
    ORIGINATING_LINE_INFORMATION = 234, "Originating line information";
    CHARGE_NUMBER = 235, "Charge number";
    SERVICE_CODE = 236, "Service code";
    SPECIAL_PROCESSING_REQUEST = 237, "Special processing request";
    CARRIER_SELECTION_INFORMATION = 238, "Carrier selection information";
    NETWORK_TRANSPORT = 239, "Network transport";
}

impl ParameterCode {
    /// The codes of Q.763 that T1.113.3 (2000) has no parameter for.
    pub(super) const NOT_T1113: &[Self] = &[
        Self::TRANSMISSION_MEDIUM_REQUIREMENT,
        Self::SUBSEQUENT_NUMBER,
        Self::ORIGINATION_ISC_POINT_CODE,
        Self::GENERIC_NOTIFICATION_INDICATOR,
        Self::CALL_HISTORY_INFORMATION,
        Self::ACCESS_DELIVERY_INFORMATION,
        Self::PROPAGATION_DELAY_COUNTER,
        Self::USER_TELESERVICE_INFORMATION,
        Self::CALL_DIVERSION_INFORMATION,
        Self::ECHO_CONTROL_INFORMATION,
        Self::MCID_REQUEST_INDICATORS,
        Self::MCID_RESPONSE_INDICATORS,
        Self::TRANSMISSION_MEDIUM_REQUIREMENT_PRIME,
        Self::LOCATION_NUMBER,
        Self::REDIRECTION_NUMBER_RESTRICTION,
        Self::FREEPHONE_INDICATORS,
        Self::CALL_TRANSFER_REFERENCE,
        Self::LOOP_PREVENTION_INDICATORS,
        Self::CALL_TRANSFER_NUMBER,
        Self::CCSS,
        Self::FORWARD_GVNS,
        Self::BACKWARD_GVNS,
        Self::CORRELATION_ID,
        Self::SCF_ID,
        Self::CALL_DIVERSION_TREATMENT_INDICATORS,
        Self::CALLED_IN_NUMBER,
        Self::CALL_OFFERING_TREATMENT_INDICATORS,
        Self::CHARGED_PARTY_IDENTIFICATION,
        Self::CONFERENCE_TREATMENT_INDICATORS,
        Self::DISPLAY_INFORMATION,
        Self::UID_ACTION_INDICATORS,
        Self::UID_CAPABILITY_INDICATORS,
        Self::COLLECT_CALL_REQUEST,
        Self::CCNR_POSSIBLE_INDICATOR,
        Self::CALLED_DIRECTORY_NUMBER,
        Self::ORIGINAL_CALLED_IN_NUMBER,
        Self::HTR_INFORMATION,
        Self::NETWORK_ROUTING_NUMBER,
        Self::QUERY_ON_RELEASE_CAPABILITY,
        Self::NUMBER_PORTABILITY_FORWARD_INFORMATION,
        Self::FORWARD_CAT_INDICATORS,
        Self::BACKWARD_CAT_INDICATORS,
        Self::AUTOMATIC_RE_ROUTING,
        Self::IEPS_CALL_INFORMATION,
        Self::VED_INFORMATION,
    ];

    /// Whether every national standard gives the code a meaning of its own.
    pub(super) fn is_national(self) -> bool {
        self.0 >= FIRST_NATIONAL
    }
}

impl fmt::Display for ParameterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}
