//! Values of M3UA parameters (RFC 4666 §3.2–§3.8); all code points are open.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::code_point::Named;
use crate::mtp::PointCode;

/// Traffic mode type (`RFC 4666 §3.7.1`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TrafficMode(pub u32);

impl TrafficMode {
    /// One ASP handles all traffic of the application server.
    pub const OVERRIDE: Self = Self(1);
    /// The active ASPs share it.
    pub const LOADSHARE: Self = Self(2);
    /// Every active ASP gets every message.
    pub const BROADCAST: Self = Self(3);

    /// The name in `§3.7.1`, or "unassigned".
    pub fn name(self) -> &'static str {
        match self {
            Self::OVERRIDE => "override",
            Self::LOADSHARE => "loadshare",
            Self::BROADCAST => "broadcast",
            _ => "unassigned",
        }
    }
}

/// Error code (`RFC 4666 §3.8.1`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub u32);

impl ErrorCode {
    /// The version is not 1.
    pub const INVALID_VERSION: Self = Self(0x01);
    /// The message class is unknown.
    pub const UNSUPPORTED_CLASS: Self = Self(0x03);
    /// The message type is unknown in its class.
    pub const UNSUPPORTED_TYPE: Self = Self(0x04);
    /// The traffic mode is not the one of the application server.
    pub const UNSUPPORTED_TRAFFIC_MODE: Self = Self(0x05);
    /// A known message at a time when it must not come.
    pub const UNEXPECTED_MESSAGE: Self = Self(0x06);
    /// Any other breach of the protocol.
    pub const PROTOCOL_ERROR: Self = Self(0x07);
    /// The message came on a stream it must not use.
    pub const INVALID_STREAM: Self = Self(0x09);
    /// Refused by management, for example locked out.
    pub const MANAGEMENT_BLOCKING: Self = Self(0x0d);
    /// ASP Up came without the ASP identifier this gateway asks for.
    pub const ASP_IDENTIFIER_REQUIRED: Self = Self(0x0e);
    /// The ASP identifier is not unique or not known.
    pub const INVALID_ASP_IDENTIFIER: Self = Self(0x0f);
    /// A parameter has a value it must not have.
    pub const INVALID_PARAMETER_VALUE: Self = Self(0x11);
    /// A parameter has a wrong length.
    pub const PARAMETER_FIELD: Self = Self(0x12);
    /// A parameter that does not belong there.
    pub const UNEXPECTED_PARAMETER: Self = Self(0x13);
    /// The state of the destination is not known or not told.
    pub const DESTINATION_UNKNOWN: Self = Self(0x14);
    /// The network appearance is not configured.
    pub const INVALID_NETWORK_APPEARANCE: Self = Self(0x15);
    /// A mandatory parameter is missing.
    pub const MISSING_PARAMETER: Self = Self(0x16);
    /// The routing context is not configured.
    pub const INVALID_ROUTING_CONTEXT: Self = Self(0x19);
    /// No routing context given, and configuration names no application server for this ASP.
    pub const NO_CONFIGURED_AS: Self = Self(0x1a);

    /// The name in `§3.8.1`, or "unassigned".
    pub fn name(self) -> &'static str {
        match self {
            Self::INVALID_VERSION => "invalid version",
            Self::UNSUPPORTED_CLASS => "unsupported message class",
            Self::UNSUPPORTED_TYPE => "unsupported message type",
            Self::UNSUPPORTED_TRAFFIC_MODE => "unsupported traffic mode type",
            Self::UNEXPECTED_MESSAGE => "unexpected message",
            Self::PROTOCOL_ERROR => "protocol error",
            Self::INVALID_STREAM => "invalid stream identifier",
            Self::MANAGEMENT_BLOCKING => "refused - management blocking",
            Self::ASP_IDENTIFIER_REQUIRED => "ASP identifier required",
            Self::INVALID_ASP_IDENTIFIER => "invalid ASP identifier",
            Self::INVALID_PARAMETER_VALUE => "invalid parameter value",
            Self::PARAMETER_FIELD => "parameter field error",
            Self::UNEXPECTED_PARAMETER => "unexpected parameter",
            Self::DESTINATION_UNKNOWN => "destination status unknown",
            Self::INVALID_NETWORK_APPEARANCE => "invalid network appearance",
            Self::MISSING_PARAMETER => "missing parameter",
            Self::INVALID_ROUTING_CONTEXT => "invalid routing context",
            Self::NO_CONFIGURED_AS => "no configured AS for ASP",
            _ => "unassigned",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

/// Status type and status information of a Notify (`RFC 4666 §3.8.2`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status {
    /// 1: application server state change, 2: other.
    pub kind: u16,
    /// What changed, or what else is to be said.
    pub information: u16,
}

impl Status {
    const fn state(information: u16) -> Self {
        Self {
            kind: 1,
            information,
        }
    }

    const fn other(information: u16) -> Self {
        Self {
            kind: 2,
            information,
        }
    }

    /// The application server is inactive.
    pub const AS_INACTIVE: Self = Self::state(2);
    /// The application server is active.
    pub const AS_ACTIVE: Self = Self::state(3);
    /// The last ASP of the application server left; messages are kept for a while.
    pub const AS_PENDING: Self = Self::state(4);
    /// Too few ASPs are active in the application server.
    pub const INSUFFICIENT_ASPS: Self = Self::other(1);
    /// Another ASP took over (override mode).
    pub const ALTERNATE_ASP_ACTIVE: Self = Self::other(2);
    /// An ASP of the application server failed.
    pub const ASP_FAILURE: Self = Self::other(3);

    /// What kind of news it is, by its name in `§3.8.2`, or "unassigned".
    pub fn kind_name(self) -> &'static str {
        match self.kind {
            1 => "AS state change",
            2 => "other",
            _ => "unassigned",
        }
    }

    /// The news by its name in `§3.8.2`, or "unassigned".
    pub fn name(self) -> &'static str {
        match self {
            Self::AS_INACTIVE => "AS inactive",
            Self::AS_ACTIVE => "AS active",
            Self::AS_PENDING => "AS pending",
            Self::INSUFFICIENT_ASPS => "insufficient ASP resources active in AS",
            Self::ALTERNATE_ASP_ACTIVE => "alternate ASP active",
            Self::ASP_FAILURE => "ASP failure",
            _ => "unassigned",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}/{})", self.name(), self.kind, self.information)
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told {
            kind: Named<u16>,
            information: Named<u16>,
        }
        Told {
            kind: Named {
                value: self.kind,
                name: self.kind_name(),
            },
            information: Named {
                value: self.information,
                name: self.name(),
            },
        }
        .serialize(serializer)
    }
}

/// A point code with a mask, as destinations are named (`RFC 4666 §3.4.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct MaskedPointCode {
    /// How many of the least significant bits of the point code are wild.
    pub mask: u8,
    /// The point code.
    pub code: PointCode,
}

impl MaskedPointCode {
    /// Exactly this point code.
    pub const fn exact(code: PointCode) -> Self {
        Self { mask: 0, code }
    }

    /// Whether `code` is among those named.
    pub fn covers(self, code: PointCode) -> bool {
        let wild = 1u32.checked_shl(u32::from(self.mask)).unwrap_or(0);
        let fixed = !wild.wrapping_sub(1);
        self.code.value() & fixed == code.value() & fixed
    }
}

/// Which user is unavailable, and why (`RFC 4666 §3.4.5`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct UserCause {
    /// 0 unknown, 1 unequipped remote user, 2 inaccessible remote user.
    pub cause: u16,
    /// The user part, as its service indicator.
    pub user: u16,
}

impl UserCause {
    /// The cause by its name in `§3.4.5`, or "unassigned".
    pub fn cause_name(self) -> &'static str {
        match self.cause {
            0 => "unknown",
            1 => "unequipped remote user",
            2 => "inaccessible remote user",
            _ => "unassigned",
        }
    }
}

/// Congestion level (`RFC 4666 §3.4.4`), 0 to 3; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CongestionLevel(pub u32);

/// Registration status (`RFC 4666 §3.6.2`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegistrationStatus(pub u32);

impl RegistrationStatus {
    /// Registered.
    pub const SUCCESS: Self = Self(0);
    /// A destination point code that cannot be one of an application server.
    pub const INVALID_DPC: Self = Self(2);
    /// The network appearance is not configured.
    pub const INVALID_NETWORK_APPEARANCE: Self = Self(3);
    /// The key makes no sense.
    pub const INVALID_ROUTING_KEY: Self = Self(4);
    /// Permission denied.
    pub const PERMISSION_DENIED: Self = Self(5);
    /// Messages of the key would match another key, too.
    pub const CANNOT_SUPPORT_UNIQUE_ROUTING: Self = Self(6);
    /// Only keys that are provisioned are taken, and this one is not.
    pub const NOT_PROVISIONED: Self = Self(7);
    /// No room for another key.
    pub const INSUFFICIENT_RESOURCES: Self = Self(8);
    /// The key has parameters that are not supported.
    pub const UNSUPPORTED_PARAMETER: Self = Self(9);
    /// The traffic mode is unknown, or not that of the application server.
    pub const UNSUPPORTED_TRAFFIC_MODE: Self = Self(10);
    /// A registered key is not changed.
    pub const CHANGE_REFUSED: Self = Self(11);
    /// The ASP has registered the key already.
    pub const ALREADY_REGISTERED: Self = Self(12);

    /// The name in `§3.6.2`, or "unassigned".
    pub fn name(self) -> &'static str {
        match self.0 {
            0 => "successfully registered",
            1 => "unknown error",
            2 => "invalid DPC",
            3 => "invalid network appearance",
            4 => "invalid routing key",
            5 => "permission denied",
            6 => "cannot support unique routing",
            7 => "routing key not currently provisioned",
            8 => "insufficient resources",
            9 => "unsupported RK parameter field",
            10 => "unsupported or invalid traffic handling mode",
            11 => "routing key change refused",
            12 => "routing key already registered",
            _ => "unassigned",
        }
    }
}

impl fmt::Display for RegistrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

/// Deregistration status (`RFC 4666 §3.6.4`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeregistrationStatus(pub u32);

impl DeregistrationStatus {
    /// Deregistered.
    pub const SUCCESS: Self = Self(0);
    /// No application server has the routing context.
    pub const INVALID_ROUTING_CONTEXT: Self = Self(2);
    /// The ASP belongs to the application server by configuration.
    pub const PERMISSION_DENIED: Self = Self(3);
    /// The routing context is not registered.
    pub const NOT_REGISTERED: Self = Self(4);
    /// The ASP is active for the routing context.
    pub const CURRENTLY_ACTIVE: Self = Self(5);

    /// The name in `§3.6.4`, or "unassigned".
    pub fn name(self) -> &'static str {
        match self.0 {
            0 => "successfully deregistered",
            1 => "unknown error",
            2 => "invalid routing context",
            3 => "permission denied",
            4 => "not registered",
            5 => "ASP currently active for routing context",
            _ => "unassigned",
        }
    }
}

impl fmt::Display for DeregistrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

macro_rules! told_with_their_names {
    ($($name:ident)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let (value, name) = (self.0, self.name());
                Named { value, name }.serialize(serializer)
            }
        }
    )+};
}

told_with_their_names!(TrafficMode ErrorCode RegistrationStatus DeregistrationStatus);
