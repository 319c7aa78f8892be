//! One message: its name, its fields as values, and our own encoding of them.

use bytes::Bytes;
use codecs::isup::{Message, Pdu, Variant};
use codecs::m3ua;
use codecs::mtp::ServiceIndicator;
use serde::Serialize;
use serde_json::Value;

use super::hex::hex;
use super::sccp::sccp;
use super::sdp::sdp;
use super::sip::sip;
use super::{Protocol, Reading, transaction};
use crate::ladder::management;

/// A message that was decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Its name in the standard: "IAM", "DATA", "UDT", "Begin", "sendRoutingInfo".
    pub message: String,
    /// Name and what matters most in one line.
    pub summary: String,
    /// Its fields.
    pub fields: Value,
    /// Our own encoding of what was read, where all of it was.
    pub encoded: Option<Vec<u8>>,
    /// What it carries, where that is of a protocol known here.
    pub payload: Option<Box<Result<Decoded, String>>>,
    /// What is odd about it: what its sender may have done wrong, or its reader.
    pub hints: Vec<String>,
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
    let (pdu, rest) = Pdu::decode_with_rest(variant, octets).map_err(words)?;
    let hints = [
        spare_bits(variant, octets),
        after_the_end(&pdu.message, rest),
    ];
    let mut encoded = Vec::new();
    pdu.encode_as(variant, &mut encoded);
    Ok(Decoded {
        message: pdu.message.name().to_owned(),
        summary: pdu.to_string(),
        fields: value(&pdu),
        encoded: Some(encoded),
        payload: None,
        hints: hints.into_iter().flatten().collect(),
    })
}

/// Octets that belong to no part, which a message of a later edition or of another network has, or
/// whose sender counts wrongly.
pub(super) fn after_the_end(message: &Message, rest: &[u8]) -> Option<String> {
    let last = match message.optional() {
        Some(optional) if !optional.is_empty() => "optional part",
        _ => "message",
    };
    let octets = if rest.len() == 1 { "octet" } else { "octets" };
    (!rest.is_empty()).then(|| {
        format!(
            "{} {octets} after the end of the {last}: {}",
            rest.len(),
            hex(rest)
        )
    })
}

/// The bits above the circuit identification code (`Q.763 §1.2`): spare, and zero.
fn spare_bits(variant: &Variant, octets: &[u8]) -> Option<String> {
    let word = u16::from_le_bytes(*octets.first_chunk()?);
    let cic = word & variant.last_cic().value();
    (cic != word).then(|| {
        let wider = Variant::ALL
            .iter()
            .find(|other| other.last_cic().value() & word == word);
        let wider = wider.map_or_else(String::new, |other| {
            format!(", or CIC {word} of --variant {}", other.name)
        });
        format!("spare bits of the CIC are set: {word:#06x} is read as CIC {cic}{wider}")
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
            let reading = reading.within(transfer.ni);
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
        other => {
            let detail = management::detail(other, reading.point_codes);
            let summary = format!("{} {detail}", other.name());
            (summary.trim_end().to_owned(), None)
        }
    };
    Ok(Decoded {
        message: message.name().to_owned(),
        summary,
        fields: value(&message),
        encoded: Some(encoded),
        payload,
        hints: Vec::new(),
    })
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
            members.retain(|_, member| !member.is_null() && member != "");
            members.values_mut().for_each(prune);
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

pub(super) fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
