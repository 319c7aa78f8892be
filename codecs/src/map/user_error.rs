//! Errors an HLR answers with (3GPP TS 29.002 §17.6.6).

use super::Malformed;
use super::ber::{Element, Raw};
use std::fmt;

/// Code of a MAP error; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct ErrorCode(pub u8);

macro_rules! error_codes {
    ($($(#[$meta:meta])* $code:ident = $value:literal $name:literal),* $(,)?) => {
        impl ErrorCode {
            $($(#[$meta])* pub const $code: Self = Self($value);)*

            /// Its name in the standard.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

error_codes! {
    /// No such subscriber.
    UNKNOWN_SUBSCRIBER = 1 "unknownSubscriber",
    /// Bearer service not provisioned.
    BEARER_SERVICE_NOT_PROVISIONED = 10 "bearerServiceNotProvisioned",
    /// Teleservice not provisioned.
    TELESERVICE_NOT_PROVISIONED = 11 "teleserviceNotProvisioned",
    /// Barred by the subscriber or the operator.
    CALL_BARRED = 13 "callBarred",
    /// Forwarded too often.
    FORWARDING_VIOLATION = 14 "forwardingViolation",
    /// Rejected by the closed user group.
    CUG_REJECT = 15 "cug-Reject",
    /// Facility not supported.
    FACILITY_NOT_SUPPORTED = 21 "facilityNotSupported",
    /// Detached, purged or not answering paging.
    ABSENT_SUBSCRIBER = 27 "absentSubscriber",
    /// A network entity failed.
    SYSTEM_FAILURE = 34 "systemFailure",
    /// A necessary member is missing.
    DATA_MISSING = 35 "dataMissing",
    /// A member has an unexpected value.
    UNEXPECTED_DATA_VALUE = 36 "unexpectedDataValue",
    /// The visited network has no roaming number left.
    NO_ROAMING_NUMBER_AVAILABLE = 39 "noRoamingNumberAvailable",
    /// The number is no longer in use.
    NUMBER_CHANGED = 44 "numberChanged",
    /// Busy.
    BUSY_SUBSCRIBER = 45 "busySubscriber",
    /// No reply.
    NO_SUBSCRIBER_REPLY = 46 "noSubscriberReply",
    /// Optimal routing not allowed.
    OR_NOT_ALLOWED = 48 "or-NotAllowed",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "error {}", self.0),
        }
    }
}

/// An error and what its parameter says, uninterpreted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UserError {
    /// Which error.
    pub code: ErrorCode,
    /// Its parameter: one element.
    pub parameter: Option<Raw>,
}

impl UserError {
    /// An error without parameter; all parameters are optional.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            parameter: None,
        }
    }

    /// An error with the parameter as received.
    ///
    /// # Errors
    /// [`Malformed`] when the parameter is not exactly one element.
    pub fn with_parameter(code: ErrorCode, parameter: &[u8]) -> Result<Self, Malformed> {
        let element = Element::sole(parameter, "error parameter")?;
        Ok(Self {
            code,
            parameter: Some(Raw::of(&element)),
        })
    }
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)
    }
}
