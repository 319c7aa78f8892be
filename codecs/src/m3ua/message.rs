//! The messages of M3UA (RFC 4666 §3.3–§3.8), each as a table of its parameters.

use bytes::Bytes;

use super::field::{Value, parameters};
use super::parameter::Octets;
use super::{
    CongestionLevel, DeregistrationStatus, ErrorCode, Malformed, MaskedPointCode,
    RegistrationStatus, RoutingKey, Status, Tag, TooLong, TrafficMode, Unknown, UserCause,
};
use crate::mtp::Transfer;

/// Octets of the common header (`RFC 4666 §3.1`).
const HEADER: usize = 8;

/// The only version there is.
const VERSION: u8 = 1;

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident($body:ident) = $class:literal $kind:literal $short:literal,)+) => {
        /// An M3UA message.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(untagged)]
        pub enum Message {
            $($(#[$doc])* $name($body),)+
        }

        impl Message {
            /// The name the standard's figures use, such as `ASPAC Ack`.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $short,)+
                }
            }

            /// The first parameter of M3UA that has no place in this message (`§3.8.1`); others
            /// than M3UA's are those of later versions, and have their place.
            pub fn unexpected(&self) -> Option<Tag> {
                let other: &[Unknown] = match self {
                    $(Self::$name(body) => &body.other,)+
                };
                other.iter().map(|parameter| parameter.tag).find(|tag| tag.is_assigned())
            }

            /// Message class and message type.
            fn code(&self) -> (u8, u8) {
                match self {
                    $(Self::$name(_) => ($class, $kind),)+
                }
            }

            fn read_body(class: u8, kind: u8, body: Octets<'_>) -> Result<Self, Malformed> {
                match (class, kind) {
                    $(($class, $kind) => $body::read(body, Tag(0)).map(Self::$name),)+
                    (0..=4 | 9, _) => Err(Malformed::Type { class, kind }),
                    _ => Err(Malformed::Class(class)),
                }
            }

            fn write_body(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
                match self {
                    $(Self::$name(body) => body.write(out),)+
                }
            }
        }
    };
}

messages! {
    /// Error (`§3.8.1`).
    Error(Error) = 0 0 "ERR",
    /// Notify (`§3.8.2`).
    Notify(Notify) = 0 1 "NTFY",
    /// Payload data (`§3.3.1`).
    Data(Data) = 1 1 "DATA",
    /// Destination unavailable (`§3.4.1`).
    Duna(Destinations) = 2 1 "DUNA",
    /// Destination available (`§3.4.2`).
    Dava(Destinations) = 2 2 "DAVA",
    /// Destination state audit (`§3.4.3`).
    Daud(Destinations) = 2 3 "DAUD",
    /// Signalling congestion (`§3.4.4`).
    Scon(Congestion) = 2 4 "SCON",
    /// Destination user part unavailable (`§3.4.5`).
    Dupu(UserPartUnavailable) = 2 5 "DUPU",
    /// Destination restricted (`§3.4.6`).
    Drst(Destinations) = 2 6 "DRST",
    /// ASP up (`§3.5.1`).
    AspUp(AspUp) = 3 1 "ASPUP",
    /// ASP down (`§3.5.3`).
    AspDown(AspDown) = 3 2 "ASPDN",
    /// Heartbeat (`§3.5.5`).
    Beat(Beat) = 3 3 "BEAT",
    /// ASP up acknowledgement (`§3.5.2`).
    AspUpAck(AspUp) = 3 4 "ASPUP Ack",
    /// ASP down acknowledgement (`§3.5.4`).
    AspDownAck(AspDown) = 3 5 "ASPDN Ack",
    /// Heartbeat acknowledgement (`§3.5.6`).
    BeatAck(Beat) = 3 6 "BEAT Ack",
    /// ASP active (`§3.7.1`).
    AspActive(AspActive) = 4 1 "ASPAC",
    /// ASP inactive (`§3.7.3`).
    AspInactive(AspInactive) = 4 2 "ASPIA",
    /// ASP active acknowledgement (`§3.7.2`).
    AspActiveAck(AspActive) = 4 3 "ASPAC Ack",
    /// ASP inactive acknowledgement (`§3.7.4`).
    AspInactiveAck(AspInactive) = 4 4 "ASPIA Ack",
    /// Registration request (`§3.6.1`).
    RegistrationRequest(RegistrationRequest) = 9 1 "REG REQ",
    /// Registration response (`§3.6.2`).
    RegistrationResponse(RegistrationResponse) = 9 2 "REG RSP",
    /// Deregistration request (`§3.6.3`).
    DeregistrationRequest(DeregistrationRequest) = 9 3 "DEREG REQ",
    /// Deregistration response (`§3.6.4`).
    DeregistrationResponse(DeregistrationResponse) = 9 4 "DEREG RSP",
}

impl Message {
    /// Reads one message, as one SCTP message carried it.
    ///
    /// # Errors
    /// [`Malformed`], which names the fault and the code of the Error message to answer with.
    pub fn decode(bytes: &Bytes) -> Result<Self, Malformed> {
        let header = bytes.first_chunk().ok_or(Malformed::Short(bytes.len()))?;
        let &[version, _, class, kind, l0, l1, l2, l3]: &[u8; HEADER] = header;
        if version != VERSION {
            return Err(Malformed::Version(version));
        }
        let stated = u32::from_be_bytes([l0, l1, l2, l3]);
        let body = Self::body(bytes, stated)?;
        Self::read_body(class, kind, body)
    }

    /// The stated length may leave out the padding of the last parameter (`§3.1.4`).
    fn body(bytes: &Bytes, stated: u32) -> Result<Octets<'_>, Malformed> {
        let actual = bytes.len();
        let length = usize::try_from(stated).unwrap_or(usize::MAX);
        let padded = length.checked_next_multiple_of(4);
        if length < HEADER || (length != actual && padded != Some(actual)) {
            return Err(Malformed::Length { stated, actual });
        }
        Ok(Octets::of(bytes, &bytes[HEADER..length]))
    }

    /// Appends the message to `out`.
    ///
    /// # Errors
    /// [`TooLong`] if a parameter would exceed 65535 octets; `out` is then as it was.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let start = out.len();
        let (class, kind) = self.code();
        out.extend_from_slice(&[VERSION, 0, class, kind, 0, 0, 0, 0]);
        if let Err(too_long) = self.write_body(out) {
            out.truncate(start);
            return Err(too_long);
        }
        // Each parameter is below 64 KiB; 4 GiB of them cannot be held by one SCTP message.
        let length = u32::try_from(out.len() - start).unwrap_or(u32::MAX);
        out[start + 4..start + HEADER].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }
}

parameters! {
    /// Error: something received could not be taken.
    Error {
        /// What was wrong.
        required code: ErrorCode = ERROR_CODE,
        /// The routing contexts concerned, where the error is about them.
        list routing_contexts: u32 = ROUTING_CONTEXT,
        /// The network appearance concerned, where the error is about it.
        optional network_appearance: u32 = NETWORK_APPEARANCE,
        /// The point codes concerned, where the error is about them.
        list affected: MaskedPointCode = AFFECTED_POINT_CODE,
        /// The first 40 octets of the offending message, usually.
        optional diagnostic: Bytes = DIAGNOSTIC,
    }
}

parameters! {
    /// Notify: news of an application server, or of an ASP in it.
    Notify {
        /// The news.
        required status: Status = STATUS,
        /// The ASP concerned, as it called itself.
        optional asp_identifier: u32 = ASP_IDENTIFIER,
        /// The application servers concerned.
        list routing_contexts: u32 = ROUTING_CONTEXT,
        /// Text for people, 255 octets at most.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// Payload data: an MTP-TRANSFER primitive.
    Data {
        /// Which SS7 network, by a number both sides agreed on.
        optional network_appearance: u32 = NETWORK_APPEARANCE,
        /// Which application server the message belongs to.
        optional routing_context: u32 = ROUTING_CONTEXT,
        /// The message of the user part with its label.
        required transfer: Transfer = PROTOCOL_DATA,
        /// Tells copies of a message apart when traffic moves (`§4.3.4.3`).
        optional correlation: u32 = CORRELATION,
    }
}

parameters! {
    /// Destinations that became unavailable, available, restricted, or are asked about.
    Destinations {
        /// Which SS7 network.
        optional network_appearance: u32 = NETWORK_APPEARANCE,
        /// The application servers concerned.
        list routing_contexts: u32 = ROUTING_CONTEXT,
        /// The destinations.
        required_list affected: MaskedPointCode = AFFECTED_POINT_CODE,
        /// Text for people.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// The way to destinations is congested.
    Congestion {
        /// Which SS7 network.
        optional network_appearance: u32 = NETWORK_APPEARANCE,
        /// The application servers concerned.
        list routing_contexts: u32 = ROUTING_CONTEXT,
        /// The destinations.
        required_list affected: MaskedPointCode = AFFECTED_POINT_CODE,
        /// Who sent the message that met congestion (from ASP to gateway only).
        optional concerned: MaskedPointCode = CONCERNED_DESTINATION,
        /// How much, in networks with levels of congestion.
        optional level: CongestionLevel = CONGESTION,
        /// Text for people.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// A user part at a destination does not take messages.
    UserPartUnavailable {
        /// Which SS7 network.
        optional network_appearance: u32 = NETWORK_APPEARANCE,
        /// The application servers concerned.
        list routing_contexts: u32 = ROUTING_CONTEXT,
        /// The destination, one.
        required affected: MaskedPointCode = AFFECTED_POINT_CODE,
        /// Which user, and why.
        required user_cause: UserCause = USER_CAUSE,
        /// Text for people.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// ASP up, and its acknowledgement.
    #[derive(Default)]
    AspUp {
        /// A number that tells the ASPs of a gateway apart.
        optional asp_identifier: u32 = ASP_IDENTIFIER,
        /// Text for people.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// ASP down, and its acknowledgement.
    #[derive(Default)]
    AspDown {
        /// Text for people.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// Heartbeat, and its acknowledgement, which returns the data.
    #[derive(Default)]
    Beat {
        /// Opaque to the receiver.
        optional data: Bytes = HEARTBEAT_DATA,
    }
}

parameters! {
    /// ASP active, and its acknowledgement.
    #[derive(Default)]
    AspActive {
        /// How the ASPs of the application server share its traffic.
        optional mode: TrafficMode = TRAFFIC_MODE,
        /// The application servers; all that are configured when empty.
        list routing_contexts: u32 = ROUTING_CONTEXT,
        /// Text for people.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// ASP inactive, and its acknowledgement.
    #[derive(Default)]
    AspInactive {
        /// The application servers; all that are configured when empty.
        list routing_contexts: u32 = ROUTING_CONTEXT,
        /// Text for people.
        optional info: Bytes = INFO_STRING,
    }
}

parameters! {
    /// Registration request: traffic an ASP wants to handle.
    RegistrationRequest {
        /// The keys.
        repeated keys: RoutingKey = ROUTING_KEY,
    }
}

parameters! {
    /// Registration response, a result for each key.
    RegistrationResponse {
        /// The results.
        repeated results: RegistrationResult = REGISTRATION_RESULT,
    }
}

parameters! {
    /// What became of a routing key.
    RegistrationResult {
        /// The number the request gave the key.
        required local_identifier: u32 = LOCAL_ROUTING_KEY,
        /// Registered, or why not.
        required status: RegistrationStatus = REGISTRATION_STATUS,
        /// The routing context given to it; 0 if it was not registered.
        required routing_context: u32 = ROUTING_CONTEXT,
    }
}

parameters! {
    /// Deregistration request.
    DeregistrationRequest {
        /// The routing contexts to take back.
        required_list routing_contexts: u32 = ROUTING_CONTEXT,
    }
}

parameters! {
    /// Deregistration response, a result for each routing context.
    DeregistrationResponse {
        /// The results.
        repeated results: DeregistrationResult = DEREGISTRATION_RESULT,
    }
}

parameters! {
    /// What became of a routing context.
    DeregistrationResult {
        /// The routing context.
        required routing_context: u32 = ROUTING_CONTEXT,
        /// Taken back, or why not.
        required status: DeregistrationStatus = DEREGISTRATION_STATUS,
    }
}
