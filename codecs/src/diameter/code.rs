//! Numbers of Diameter (RFC 6733 §11, 3GPP TS 29.230); all are open.

use std::fmt;

use super::avp::Key;

/// Command code (`RFC 6733 §3.1`), 24 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandCode(pub u32);

impl CommandCode {
    /// Capabilities exchange: CER and CEA.
    pub const CAPABILITIES_EXCHANGE: Self = Self(257);
    /// Device watchdog: DWR and DWA.
    pub const DEVICE_WATCHDOG: Self = Self(280);
    /// Disconnect peer: DPR and DPA.
    pub const DISCONNECT_PEER: Self = Self(282);
    /// Location info: LIR and LIA (`TS 29.229 §6.1.5`).
    pub const LOCATION_INFO: Self = Self(302);
}

/// Application identifier (`RFC 6733 §2.4`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApplicationId(pub u32);

impl ApplicationId {
    /// The base protocol.
    pub const BASE: Self = Self(0);
    /// Cx and Dx (`TS 29.229 §6`).
    pub const CX: Self = Self(16_777_216);
    /// Every application: what a relay says of itself.
    pub const RELAY: Self = Self(u32::MAX);
}

/// Enterprise number of a vendor (`RFC 6733 §4.1.1`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VendorId(pub u32);

impl VendorId {
    /// The IETF: AVPs without a vendor.
    pub const IETF: Self = Self(0);
    /// 3GPP.
    pub const TGPP: Self = Self(10_415);
}

/// Result code (`RFC 6733 §7.1`), or experimental result code of a vendor; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResultCode(pub u32);

impl ResultCode {
    /// Done.
    pub const SUCCESS: Self = Self(2001);
    /// The command is unknown.
    pub const COMMAND_UNSUPPORTED: Self = Self(3001);
    /// No peer leads to the destination.
    pub const UNABLE_TO_DELIVER: Self = Self(3002);
    /// The realm is not ours.
    pub const REALM_NOT_SERVED: Self = Self(3003);
    /// The application is unknown.
    pub const APPLICATION_UNSUPPORTED: Self = Self(3007);
    /// Flags of the header that must not be combined so.
    pub const INVALID_HEADER_BITS: Self = Self(3008);
    /// The peer is not one we know.
    pub const UNKNOWN_PEER: Self = Self(3010);
    /// An AVP is unknown and says that it matters.
    pub const AVP_UNSUPPORTED: Self = Self(5001);
    /// An AVP has a value it must not have.
    pub const INVALID_AVP_VALUE: Self = Self(5004);
    /// An AVP is missing.
    pub const MISSING_AVP: Self = Self(5005);
    /// An AVP stands more often than it may.
    pub const AVP_OCCURS_TOO_OFTEN: Self = Self(5009);
    /// The two peers share no application.
    pub const NO_COMMON_APPLICATION: Self = Self(5010);
    /// The version is not 1.
    pub const UNSUPPORTED_VERSION: Self = Self(5011);
    /// It cannot be done, for another reason.
    pub const UNABLE_TO_COMPLY: Self = Self(5012);
    /// An AVP has a wrong length.
    pub const INVALID_AVP_LENGTH: Self = Self(5014);

    /// The name in `RFC 6733 §7.1`, without `DIAMETER_`; empty for one not listed here.
    pub fn name(self) -> &'static str {
        match self {
            Self::SUCCESS => "success",
            Self::COMMAND_UNSUPPORTED => "command unsupported",
            Self::UNABLE_TO_DELIVER => "unable to deliver",
            Self::REALM_NOT_SERVED => "realm not served",
            Self::APPLICATION_UNSUPPORTED => "application unsupported",
            Self::INVALID_HEADER_BITS => "invalid header bits",
            Self::UNKNOWN_PEER => "unknown peer",
            Self::AVP_UNSUPPORTED => "AVP unsupported",
            Self::INVALID_AVP_VALUE => "invalid AVP value",
            Self::MISSING_AVP => "missing AVP",
            Self::AVP_OCCURS_TOO_OFTEN => "AVP occurs too many times",
            Self::NO_COMMON_APPLICATION => "no common application",
            Self::UNSUPPORTED_VERSION => "unsupported version",
            Self::UNABLE_TO_COMPLY => "unable to comply",
            Self::INVALID_AVP_LENGTH => "invalid AVP length",
            _ => "",
        }
    }

    /// Whether the answer is a protocol error (3xxx), which sets the E bit (`§7.1.3`).
    pub fn is_protocol_error(self) -> bool {
        self.0 / 1000 == 3
    }

    /// Whether the request was done (2xxx).
    pub fn is_success(self) -> bool {
        self.0 / 1000 == 2
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            "" => self.0.fmt(f),
            name => write!(f, "{name} ({})", self.0),
        }
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident = $vendor:ident $code:literal,)+) => {
        impl Key {
            $($(#[$doc])* pub const $name: Self = Self::new($code, VendorId::$vendor);)+
        }
    };
}

keys! {
    /// Proxy-Info: an answer returns it.
    PROXY_INFO = IETF 284,
    /// Host-IP-Address.
    HOST_IP_ADDRESS = IETF 257,
    /// Auth-Application-Id.
    AUTH_APPLICATION_ID = IETF 258,
    /// Acct-Application-Id.
    ACCT_APPLICATION_ID = IETF 259,
    /// Vendor-Specific-Application-Id, grouped.
    VENDOR_SPECIFIC_APPLICATION_ID = IETF 260,
    /// Session-Id.
    SESSION_ID = IETF 263,
    /// Origin-Host.
    ORIGIN_HOST = IETF 264,
    /// Supported-Vendor-Id.
    SUPPORTED_VENDOR_ID = IETF 265,
    /// Vendor-Id.
    VENDOR_ID = IETF 266,
    /// Firmware-Revision.
    FIRMWARE_REVISION = IETF 267,
    /// Result-Code.
    RESULT_CODE = IETF 268,
    /// Product-Name.
    PRODUCT_NAME = IETF 269,
    /// Disconnect-Cause.
    DISCONNECT_CAUSE = IETF 273,
    /// Auth-Session-State.
    AUTH_SESSION_STATE = IETF 277,
    /// Origin-State-Id.
    ORIGIN_STATE_ID = IETF 278,
    /// Failed-AVP, grouped.
    FAILED_AVP = IETF 279,
    /// Error-Message.
    ERROR_MESSAGE = IETF 281,
    /// Route-Record.
    ROUTE_RECORD = IETF 282,
    /// Destination-Realm.
    DESTINATION_REALM = IETF 283,
    /// Destination-Host.
    DESTINATION_HOST = IETF 293,
    /// Origin-Realm.
    ORIGIN_REALM = IETF 296,
    /// Experimental-Result, grouped.
    EXPERIMENTAL_RESULT = IETF 297,
    /// Experimental-Result-Code.
    EXPERIMENTAL_RESULT_CODE = IETF 298,
    /// Inband-Security-Id.
    INBAND_SECURITY_ID = IETF 299,
    /// Public-Identity.
    PUBLIC_IDENTITY = TGPP 601,
    /// Server-Name.
    SERVER_NAME = TGPP 602,
    /// Server-Capabilities, grouped.
    SERVER_CAPABILITIES = TGPP 603,
    /// Mandatory-Capability.
    MANDATORY_CAPABILITY = TGPP 604,
    /// Optional-Capability.
    OPTIONAL_CAPABILITY = TGPP 605,
    /// User-Authorization-Type.
    USER_AUTHORIZATION_TYPE = TGPP 623,
    /// Supported-Features, grouped.
    SUPPORTED_FEATURES = TGPP 628,
    /// Originating-Request.
    ORIGINATING_REQUEST = TGPP 633,
}
