//! The messages in packets, named for people.

use bytes::Bytes;
use codecs::isup::{self, Pdu, Variant};
use codecs::map::SEND_ROUTING_INFO;
use codecs::mtp::ServiceIndicator;
use codecs::sccp::{MessageType, ReturnCause, Unit};
use codecs::tcap::{Component, Decoded, OperationCode};
use codecs::{diameter, m3ua, sip, tcap};

use super::{Scope, management};
use crate::decode::{Connection, Reading};

/// A message that was read.
pub(super) struct Read {
    pub(super) protocol: &'static str,
    pub(super) name: String,
    pub(super) detail: String,
}

impl Read {
    fn refused(protocol: &'static str, error: &dyn std::fmt::Display) -> Self {
        Self {
            protocol,
            name: "not decoded".to_owned(),
            detail: error.to_string(),
        }
    }
}

/// A piece of a message, or all of it.
pub(super) struct Chunk<'a> {
    pub(super) tag: u32,
    pub(super) tsn: u32,
    pub(super) stream: u16,
    /// The message begins here.
    pub(super) first: bool,
    /// The message ends here.
    pub(super) last: bool,
    pub(super) payload: &'a [u8],
}

/// The DATA chunks of an SCTP packet (RFC 9260 §3.3.1).
pub(super) fn data_chunks(packet: &[u8]) -> Vec<Chunk<'_>> {
    const HEADER: usize = 12;
    const DATA_HEADER: usize = 16;
    const LAST: u8 = 0x01;
    const FIRST: u8 = 0x02;
    let mut chunks = Vec::new();
    let Some(tag) = packet.get(4..8).map(be32) else {
        return chunks;
    };
    let mut rest = packet.get(HEADER..).unwrap_or_default();
    while let [kind, flags, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some(chunk) = rest.get(..length).filter(|_| length >= 4) else {
            break;
        };
        if kind == 0 && length >= DATA_HEADER {
            chunks.push(Chunk {
                tag,
                tsn: be32(&chunk[4..8]),
                stream: u16::from_be_bytes([chunk[8], chunk[9]]),
                first: flags & FIRST != 0,
                last: flags & LAST != 0,
                payload: &chunk[DATA_HEADER..],
            });
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    chunks
}

fn be32(octets: &[u8]) -> u32 {
    octets
        .iter()
        .fold(0, |value, &octet| value << 8 | u32::from(octet))
}

pub(super) fn m3ua_message(scope: Scope, reading: Reading, payload: &[u8]) -> Option<Read> {
    match m3ua::Message::decode(&Bytes::copy_from_slice(payload)) {
        Ok(m3ua::Message::Data(data)) => {
            let m3ua::Data { transfer, .. } = data;
            let reading = reading.within(transfer.ni);
            user_message(scope, reading, transfer.si, &transfer.data)
        }
        Ok(m3ua::Message::Beat(_) | m3ua::Message::BeatAck(_)) => None,
        Ok(other) => scope.all(|| Read {
            protocol: "M3UA",
            name: other.name().to_owned(),
            detail: management::detail(&other, reading.point_codes),
        }),
        Err(error) => scope.all(|| Read::refused("M3UA", &error)),
    }
}

/// A message of a user of MTP.
pub(super) fn user_message(
    scope: Scope,
    reading: Reading,
    service: ServiceIndicator,
    octets: &[u8],
) -> Option<Read> {
    match service {
        ServiceIndicator::ISUP => isup_message(scope, reading.variant, octets),
        ServiceIndicator::SCCP => sccp_message(scope, octets),
        _ => None,
    }
}

fn isup_message(scope: Scope, variant: &Variant, octets: &[u8]) -> Option<Read> {
    let Pdu { cic, message } = match Pdu::decode_as(variant, octets) {
        Ok(pdu) => pdu,
        Err(error) => return scope.all(|| Read::refused("ISUP", &error)),
    };
    if is_maintenance(&message) && scope == Scope::Calls {
        return None;
    }
    let text = message.to_string();
    let name = message.name();
    let detail = text.strip_prefix(name).unwrap_or(&text).trim();
    Some(Read {
        protocol: "ISUP",
        name: name.to_owned(),
        detail: format!("cic={} {detail}", cic.value()),
    })
}

fn is_maintenance(message: &isup::Message) -> bool {
    use isup::Message::{Bla, Blo, Gra, Grs, Uba, Ubl};
    matches!(message, Blo | Bla | Ubl | Uba | Grs(_) | Gra(_))
}

fn sccp_message(scope: Scope, octets: &[u8]) -> Option<Read> {
    if let Ok(Some(connection)) = Connection::read(octets) {
        return scope.all(|| Read {
            protocol: "SCCP",
            name: connection.name(),
            detail: connection.detail(),
        });
    }
    let unit = match Unit::read(octets) {
        Ok(unit) => unit,
        Err(error) => return scope.all(|| Read::refused("SCCP", &error)),
    };
    match unit.kind {
        MessageType::Udt | MessageType::Xudt | MessageType::Ludt => map_message(scope, unit.data),
        returned => Some(Read {
            protocol: "SCCP",
            name: returned.to_string(),
            detail: ReturnCause::from_u8(unit.head).to_string(),
        }),
    }
}

fn map_message(scope: Scope, data: &[u8]) -> Option<Read> {
    let Decoded::Complete(message) = tcap::decode(data) else {
        return scope.all(|| Read::refused("TCAP", &"no whole message"));
    };
    let name = message.components().first().map_or_else(
        || message.message_type().to_string(),
        |component| match component {
            Component::Invoke(invoke) => operation(&invoke.operation_code),
            Component::ReturnResultLast(_) | Component::ReturnResultNotLast(_) => {
                "sendRoutingInfoRes".to_owned()
            }
            Component::ReturnError(_) => "returnError".to_owned(),
            Component::Reject(_) => "reject".to_owned(),
        },
    );
    let detail = format!("TCAP {}", message.message_type());
    Some(Read {
        protocol: "MAP",
        name,
        detail,
    })
}

fn operation(code: &OperationCode) -> String {
    match code {
        OperationCode::Local(SEND_ROUTING_INFO) => "sendRoutingInfo".to_owned(),
        other => format!("operation {other:?}"),
    }
}

pub(super) fn sip_message(payload: &[u8]) -> Option<Read> {
    let message = sip::Message::parse(Bytes::copy_from_slice(payload)).ok()?;
    let (name, detail) = if message.is_request() {
        (
            message.method().as_str().to_owned(),
            message.request_uri().to_owned(),
        )
    } else {
        let method = message
            .cseq()
            .map_or("", |cseq| cseq.method.as_str())
            .to_owned();
        (
            format!("{} {}", message.status(), message.reason()),
            format!("({method})"),
        )
    };
    Some(Read {
        protocol: "SIP",
        name,
        detail,
    })
}

pub(super) fn diameter_message(octets: Bytes) -> Option<Read> {
    let message = diameter::Message::decode(&octets).ok()?;
    if message.header.command != diameter::CommandCode::LOCATION_INFO {
        return None;
    }
    let (name, key) = match message.header.request {
        true => ("LIR", diameter::Key::PUBLIC_IDENTITY),
        false => ("LIA", diameter::Key::SERVER_NAME),
    };
    let detail = message
        .find(key)
        .and_then(|avp| avp.as_text())
        .unwrap_or_default();
    Some(Read {
        protocol: "Diameter",
        name: name.into(),
        detail: detail.to_owned(),
    })
}
