//! SIP messages (RFC 3261) with what they carry: session descriptions, and the ISUP of SIP-I
//! (RFC 3204).

use bytes::Bytes;
use codecs::isup::{self, Variant};
use codecs::sip::{
    self, CSeq, ContentType, HeaderName, MediaPart, Message, NameAddr, Params, Reason, Uri, Via,
    Writer,
};
use serde_json::{Map, Value, json};

use super::hex::hex;
use super::message::{Decoded, after_the_end, value, words};
use super::sdp::sdp;

/// A SIP message.
pub(super) fn sip(variant: &Variant, octets: &[u8]) -> Result<Decoded, String> {
    let message = Message::parse(Bytes::copy_from_slice(octets)).map_err(words)?;
    message.check().map_err(words)?;
    let mut fields = start(&message);
    fields["headers"] = headers(&message);
    let parts = body(variant, &message);
    if !parts.is_empty() {
        fields["body"] = parts.into();
    }
    let name = name(&message);
    let summary = match message.is_request() {
        true => format!("{name} {}", message.request_uri()),
        false => format!(
            "{name} {} ({})",
            message.reason(),
            message.method().as_str()
        ),
    };
    Ok(Decoded {
        message: name,
        summary,
        fields,
        encoded: Some(encoded(&message)),
        payload: None,
        hints: Vec::new(),
    })
}

/// A method, or a status.
fn name(message: &Message) -> String {
    match message.is_request() {
        true => message.method().as_str().to_owned(),
        false => message.status().to_string(),
    }
}

fn start(message: &Message) -> Value {
    match message.is_request() {
        true => json!({
            "method": message.method().as_str(),
            "request_uri": message.uri().map_or(Value::Null, |read| uri(&read)),
        }),
        false => json!({ "status": message.status(), "reason": message.reason() }),
    }
}

/// Written anew, in the same order.
fn encoded(message: &Message) -> Vec<u8> {
    let mut writer = match message.is_request() {
        true => Writer::request(message.method(), message.request_uri()),
        false => Writer::response(message.status(), message.reason()),
    };
    for (name, value) in message.headers_all() {
        writer.header(name, value);
    }
    writer.content(message.body()).to_vec()
}

/// By long name: the values of a list as an array, others as one value.
fn headers(message: &Message) -> Value {
    let mut fields = Map::new();
    for (name, _) in message.headers_all() {
        let key = name.as_str();
        if fields.keys().any(|known| known.eq_ignore_ascii_case(key)) {
            continue;
        }
        let mut values: Vec<_> = message.headers(name).map(|it| header(name, it)).collect();
        let single = values.len() == 1 && !name.is_list();
        let value = if single { values.pop() } else { None };
        fields.insert(key.to_owned(), value.unwrap_or(Value::Array(values)));
    }
    Value::Object(fields)
}

/// One value by its fields where they are known; one that does not follow its grammar as text,
/// with what is wrong.
fn header(name: HeaderName<'_>, octets: &[u8]) -> Value {
    let known = match name {
        HeaderName::From
        | HeaderName::To
        | HeaderName::Contact
        | HeaderName::Route
        | HeaderName::RecordRoute
        | HeaderName::Path
        | HeaderName::ServiceRoute
        | HeaderName::PAssertedIdentity
        | HeaderName::PPreferredIdentity
        | HeaderName::PAssociatedUri
        | HeaderName::PCalledPartyId
        | HeaderName::Diversion
        | HeaderName::HistoryInfo
        | HeaderName::ReferTo
        | HeaderName::ReplyTo
            if octets != b"*" =>
        {
            NameAddr::parse("", octets).map(|read| address(&read))
        }
        HeaderName::Via => Via::parse(octets).map(|read| via(&read)),
        HeaderName::CSeq => CSeq::parse(octets)
            .map(|read| json!({ "sequence": read.number, "method": read.method.as_str() })),
        HeaderName::ContentType => ContentType::parse(octets).map(|read| content_type(&read)),
        HeaderName::Reason => Reason::parse(octets).map(|read| {
            value(&json!({
                "protocol": read.protocol,
                "cause": read.cause(),
                "text": read.text(),
            }))
        }),
        HeaderName::MaxForwards
        | HeaderName::ContentLength
        | HeaderName::Expires
        | HeaderName::RSeq => return number(octets),
        _ => return text(octets),
    };
    known.unwrap_or_else(|error| {
        json!({ "text": text(octets), "malformed": format!("{} ({})", error.fault, error.clause) })
    })
}

fn number(octets: &[u8]) -> Value {
    let number = std::str::from_utf8(octets)
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    number.map_or_else(|| text(octets), Value::from)
}

/// A folded value on one line.
fn text(octets: &[u8]) -> Value {
    let text = String::from_utf8_lossy(octets);
    let lines = text.split(['\r', '\n']).map(str::trim);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ").into()
}

fn address(address: &NameAddr<'_>) -> Value {
    let mut fields = json!({ "uri": uri(&address.uri) });
    if !address.display_name().is_empty() {
        fields["display_name"] = address.display_name().into();
    }
    put_params(&mut fields, &address.params);
    fields
}

fn uri(uri: &Uri<'_>) -> Value {
    let mut fields = json!({ "text": uri.as_str() });
    match uri {
        Uri::Sip(sip) => {
            fields["scheme"] = if sip.secure { "sips" } else { "sip" }.into();
            if let Some(user) = sip.user {
                fields["user"] = user.into();
            }
            fields["host"] = sip.host.to_string().into();
            if let Some(port) = sip.port {
                fields["port"] = port.into();
            }
            put_params(&mut fields, &sip.params);
        }
        Uri::Tel(tel) => {
            fields["scheme"] = "tel".into();
            if let Ok(digits) = tel.digits() {
                fields["digits"] = digits.to_string().into();
            }
            fields["global"] = tel.is_global().into();
        }
        Uri::Other(_) => {}
    }
    fields
}

fn put_params(fields: &mut Value, params: &Params<'_>) {
    if !params.is_empty() {
        fields["params"] = self::params(params);
    }
}

/// A parameter without value is `true`.
fn params(params: &Params<'_>) -> Value {
    let members = params.iter().map(|(name, value)| {
        let value = value.map_or(Value::Bool(true), Value::from);
        (name.to_ascii_lowercase(), value)
    });
    Value::Object(members.collect())
}

fn via(via: &Via<'_>) -> Value {
    let mut fields = json!({ "transport": via.transport, "host": via.host.to_string() });
    if let Some(port) = via.port {
        fields["port"] = port.into();
    }
    put_params(&mut fields, &via.params);
    fields
}

fn content_type(kind: &ContentType<'_>) -> Value {
    let mut fields = json!({ "type": format!("{}/{}", kind.kind, kind.subtype) });
    put_params(&mut fields, &kind.params);
    fields
}

/// The parts of the body: of one that is not multipart a single one.
fn body(variant: &Variant, message: &Message) -> Vec<Value> {
    if message.header(HeaderName::ContentType).is_none() && !message.body().is_empty() {
        return vec![json!({ "octets": hex(message.body()) })];
    }
    match message.parts() {
        Ok(parts) => parts
            .iter()
            .map(|found| typed_part(variant, found))
            .collect(),
        Err(error) => {
            let octets = hex(message.body());
            vec![json!({ "malformed": error.to_string(), "octets": octets })]
        }
    }
}

fn typed_part(variant: &Variant, found: &MediaPart<'_>) -> Value {
    let mut told = match found.content_type() {
        Ok(kind) => match found.decoded() {
            Ok(content) => part(variant, &kind, &content),
            Err(_) => part(variant, &kind, found.content),
        },
        Err(error) => json!({ "malformed": error.to_string(), "octets": hex(found.content) }),
    };
    for (name, value) in found.headers() {
        if name != HeaderName::ContentType {
            told[name.as_str()] = text(value);
        }
    }
    told
}

fn part(variant: &Variant, kind: &ContentType<'_>, octets: &[u8]) -> Value {
    let mut told = content_type(kind);
    let decoded = if kind.is("application", "sdp") {
        Some(("sdp", sdp(octets)))
    } else if kind.is("application", "isup") {
        Some(("isup", isup(variant_of(kind).unwrap_or(variant), octets)))
    } else {
        None
    };
    match decoded {
        Some((name, Ok(decoded))) if name == "isup" => {
            told[name] = json!({ "message": decoded.message, "fields": decoded.fields });
            if !decoded.hints.is_empty() {
                told[name]["hints"] = json!(decoded.hints);
            }
        }
        Some((name, Ok(decoded))) => told[name] = decoded.fields,
        Some((name, Err(error))) => {
            told[name] = json!({ "malformed": error, "octets": hex(octets) });
        }
        None => match std::str::from_utf8(octets) {
            Ok(text) => told["text"] = text.into(),
            Err(_) => told["octets"] = hex(octets).into(),
        },
    }
    told
}

/// Whose ISUP it is by the parameters of its type (RFC 3204 §3.1): `base` before `version`.
fn variant_of(kind: &ContentType<'_>) -> Option<&'static Variant> {
    let named = ["base", "version"].map(|name| kind.params.get(name));
    named.into_iter().flatten().find_map(Variant::of_base)
}

/// ISUP from the message type on: in SIP there is no circuit (RFC 3204 §3.1).
fn isup(variant: &Variant, octets: &[u8]) -> Result<Decoded, String> {
    let (message, rest) = isup::Message::decode_with_rest(variant, octets).map_err(words)?;
    let hints = after_the_end(&message, rest).into_iter().collect();
    Ok(Decoded {
        message: message.name().to_owned(),
        summary: message.to_string(),
        fields: value(&message),
        encoded: None,
        payload: None,
        hints,
    })
}

/// Splits the first message off a stream (RFC 3261 §18.3): the octets up to where its body ends,
/// all where it has no end. What it lacks is told when it is read.
pub(super) fn first(stream: &[u8]) -> (&[u8], &[u8]) {
    let start = stream
        .iter()
        .position(|octet| !matches!(octet, b'\r' | b'\n'));
    let stream = &stream[start.unwrap_or(stream.len())..];
    let bytes = Bytes::copy_from_slice(&stream[..stream.len().min(sip::MAX_LEN)]);
    match Message::parse(bytes) {
        Ok(message) => stream.split_at(message.as_bytes().len()),
        Err(_) => (stream, &[]),
    }
}
