//! One message: its name, its fields as values, and our own encoding of them.

use bytes::Bytes;
use codecs::isup::{Pdu, Variant};
use codecs::m3ua;
use codecs::mtp::{PointCode, PointCodeFormat, ServiceIndicator};
use codecs::sccp::{Address, AnyMessage, GlobalTitle, ReturnCause};
use serde::Serialize;
use serde_json::{Value, json};

use super::hex::hex;
use super::sdp::sdp;
use super::sip::sip;
use super::{Protocol, transaction};

/// A message that was decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Its name in the standard: "IAM", "DATA", "UDT", "Begin", "sendRoutingInfo".
    pub message: String,
    /// Name and what matters most in one line.
    pub summary: String,
    /// Its fields.
    pub fields: Value,
    /// Our own encoding of what was read.
    pub encoded: Vec<u8>,
    /// What it carries, where that is of a protocol known here.
    pub payload: Option<Box<Result<Decoded, String>>>,
}

/// What the messages themselves do not say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Whose ISUP it is.
    pub(crate) variant: &'static Variant,
    /// How point codes are written.
    pub(crate) point_codes: &'static PointCodeFormat,
}

/// Decodes one message.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn decode(
    protocol: Protocol,
    reading: Reading,
    octets: &[u8],
) -> Result<Decoded, String> {
    match protocol {
        Protocol::Isup => isup(reading.variant, octets),
        Protocol::M3ua => m3ua(reading, octets),
        Protocol::Sccp => sccp(reading.point_codes, octets),
        Protocol::Tcap => transaction::tcap(octets),
        Protocol::Map => transaction::map(octets),
        Protocol::Sip => sip(reading.variant, octets),
        Protocol::Sdp => sdp(octets),
    }
}

fn isup(variant: &Variant, octets: &[u8]) -> Result<Decoded, String> {
    let pdu = Pdu::decode_as(variant, octets).map_err(words)?;
    let mut encoded = Vec::new();
    pdu.encode_as(variant, &mut encoded);
    Ok(Decoded {
        message: pdu.message.name().to_owned(),
        summary: pdu.to_string(),
        fields: value(&pdu),
        encoded,
        payload: None,
    })
}

fn m3ua(reading: Reading, octets: &[u8]) -> Result<Decoded, String> {
    let message = m3ua::Message::decode(&Bytes::copy_from_slice(octets));
    let message = message.map_err(|error| format!("{error} (RFC 4666 §3)"))?;
    let mut encoded = Vec::new();
    message.encode(&mut encoded).map_err(words)?;
    let (summary, payload) = match &message {
        m3ua::Message::Data(data) => {
            let transfer = &data.transfer;
            let protocol = match transfer.si {
                ServiceIndicator::ISUP => Some(Protocol::Isup),
                ServiceIndicator::SCCP => Some(Protocol::Sccp),
                _ => None,
            };
            let payload =
                protocol.map(|protocol| Box::new(decode(protocol, reading, &transfer.data)));
            let [opc, dpc] =
                [transfer.opc, transfer.dpc].map(|code| reading.point_codes.write(code));
            let route = format!("DATA {opc} → {dpc}");
            (route, payload)
        }
        other => (other.name().to_owned(), None),
    };
    Ok(Decoded {
        message: message.name().to_owned(),
        summary,
        fields: value(&message),
        encoded,
        payload,
    })
}

fn sccp(point_codes: &'static PointCodeFormat, octets: &[u8]) -> Result<Decoded, String> {
    let message = AnyMessage::decode(octets).map_err(|error| format!("{error} (Q.713 §4)"))?;
    let (name, handling, data, optional) = match &message {
        AnyMessage::Udt(m) => (
            "UDT",
            class(m.protocol_class, m.message_handling),
            &m.data,
            None,
        ),
        AnyMessage::Udts(m) => ("UDTS", cause(&m.return_cause), &m.data, None),
        AnyMessage::Xudt(m) => (
            "XUDT",
            hops(class(m.protocol_class, m.message_handling), m.hop_counter),
            &m.data,
            Some(&m.optional_part),
        ),
        AnyMessage::Xudts(m) => (
            "XUDTS",
            hops(cause(&m.return_cause), m.hop_counter),
            &m.data,
            Some(&m.optional_part),
        ),
        AnyMessage::Ludt(m) => (
            "LUDT",
            hops(class(m.protocol_class, m.message_handling), m.hop_counter),
            &m.data,
            Some(&m.optional_part),
        ),
        AnyMessage::Ludts(m) => (
            "LUDTS",
            hops(cause(&m.return_cause), m.hop_counter),
            &m.data,
            Some(&m.optional_part),
        ),
    };
    let (called, calling) = (message.called_party(), message.calling_party());
    let has_code = [called, calling]
        .iter()
        .any(|address| address.point_code.is_some());
    if has_code && point_codes.last() > LAST_CODE_IN_ADDRESS {
        return Err(format!(
            "an SCCP address with a point code of the {} network: only those of 14 and 16 bits \
             are read (Q.713 §3.4)",
            point_codes.name
        ));
    }
    let mut fields = handling;
    fields["called"] = address(point_codes, called);
    fields["calling"] = address(point_codes, calling);
    if let Some(optional) = optional.filter(|optional| !optional.is_empty()) {
        fields["optional"] = hex(optional).into();
    }
    fields["data"] = hex(data).into();
    Ok(Decoded {
        message: name.to_owned(),
        summary: format!(
            "{name} {} → {}",
            brief(point_codes, calling),
            brief(point_codes, called)
        ),
        fields,
        encoded: message.encode().map_err(words)?,
        payload: Some(Box::new(transaction::map(data))),
    })
}

/// The longest point codes that addresses are read with have 16 bits.
const LAST_CODE_IN_ADDRESS: PointCode = PointCode::new(0xFFFF);

fn class(class: u8, handling: u8) -> Value {
    const RETURN_ON_ERROR: u8 = 8;
    json!({ "protocol_class": class, "return_on_error": handling & RETURN_ON_ERROR != 0 })
}

fn cause(cause: &ReturnCause) -> Value {
    json!({ "return_cause": cause.to_string() })
}

fn hops(mut fields: Value, hops: u8) -> Value {
    fields["hop_counter"] = hops.into();
    fields
}

fn address(point_codes: &'static PointCodeFormat, address: &Address) -> Value {
    let mut fields = json!({ "route_on": if address.route_on_ssn { "ssn" } else { "gt" } });
    if let Some(code) = address.point_code {
        fields["point_code"] = point_codes.write(PointCode::new(code)).to_string().into();
    }
    if let Some(subsystem) = address.ssn {
        fields["ssn"] = subsystem.to_string().into();
    }
    match &address.global_title {
        GlobalTitle::NoTitle => {}
        title => fields["global_title"] = global_title(title),
    }
    fields
}

/// "491715407090 HLR(6)".
fn brief(point_codes: &'static PointCodeFormat, address: &Address) -> String {
    let title = match &address.global_title {
        GlobalTitle::NoTitle => None,
        GlobalTitle::Gt0001 { digits, .. }
        | GlobalTitle::Gt0010 { digits, .. }
        | GlobalTitle::Gt0011 { digits, .. }
        | GlobalTitle::Gt0100 { digits, .. } => Some(digits.clone()),
    };
    let code = address
        .point_code
        .map(|code| point_codes.write(PointCode::new(code)).to_string());
    let subsystem = address.ssn.map(|subsystem| subsystem.to_string());
    let parts: Vec<_> = [title, code, subsystem].into_iter().flatten().collect();
    parts.join(" ")
}

fn global_title(title: &GlobalTitle) -> Value {
    match title {
        GlobalTitle::NoTitle => Value::Null,
        GlobalTitle::Gt0001 {
            nature_of_address,
            digits,
            ..
        } => {
            json!({ "indicator": 1, "nature_of_address": nature_of_address, "digits": digits })
        }
        GlobalTitle::Gt0010 {
            translation_type,
            digits,
        } => {
            json!({ "indicator": 2, "translation_type": translation_type, "digits": digits })
        }
        GlobalTitle::Gt0011 {
            translation_type,
            numbering_plan,
            digits,
            ..
        } => json!({
            "indicator": 3,
            "translation_type": translation_type,
            "numbering_plan": numbering_plan,
            "digits": digits,
        }),
        GlobalTitle::Gt0100 {
            translation_type,
            numbering_plan,
            nature_of_address,
            digits,
            ..
        } => json!({
            "indicator": 4,
            "translation_type": translation_type,
            "numbering_plan": numbering_plan,
            "nature_of_address": nature_of_address,
            "digits": digits,
        }),
    }
}

/// As a value; what is absent is left out.
pub(super) fn value(of: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(of).unwrap_or_default();
    prune(&mut value);
    value
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(prune);
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

pub(super) fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
