//! Session descriptions (RFC 8866): every line, whether the gateway has use for it or not.

use std::fmt::Display;

use codecs::sdp::{AnySession, Description};
use serde_json::{Value, json};

use super::message::{Decoded, value, words};

/// A session description; what keeps the gateway from using it is told under `unusable`.
pub(super) fn sdp(octets: &[u8]) -> Result<Decoded, String> {
    let session = AnySession::parse(octets).map_err(|error| format!("{error} (RFC 8866 §9)"))?;
    let mut encoded = Vec::new();
    session.write(&mut encoded).map_err(words)?;
    let kinds: Vec<_> = session.medias.iter().map(|media| &*media.media).collect();
    Ok(Decoded {
        message: "SDP".into(),
        summary: format!("SDP {}", kinds.join(", ")).trim_end().to_owned(),
        fields: fields(&session, Description::parse(octets).err().map(words)),
        encoded: Some(encoded),
        payload: None,
        hints: Vec::new(),
    })
}

fn fields(session: &AnySession, unusable: Option<String>) -> Value {
    let origin = &session.origin;
    let times = session.times.iter();
    let media = session.medias.iter().map(|media| {
        json!({
            "media": media.media,
            "port": media.port,
            "ports": media.num_ports,
            "protocol": media.proto,
            "formats": media.fmt.split_whitespace().collect::<Vec<_>>(),
            "title": media.media_title,
            "connection": lines(media.connections.iter().map(|it| network(&it.nettype, &it.addrtype, &it.connection_address))),
            "bandwidth": lines(media.bandwidths.iter().map(|it| format!("{}:{}", it.bwtype, it.bandwidth))),
            "attributes": lines(media.attributes.iter().map(|it| attribute(&it.attribute, &it.value))),
        })
    });
    value(&json!({
        "origin": {
            "username": origin.username,
            "session_id": origin.sess_id,
            "session_version": origin.sess_version,
            "address": network(&origin.nettype, &origin.addrtype, &origin.unicast_address),
        },
        "session_name": session.session_name,
        "information": session.session_description,
        "uri": session.uri,
        "emails": lines(session.emails.iter().cloned()),
        "phones": lines(session.phones.iter().cloned()),
        "connection": session.connection.as_ref().map(|it| network(&it.nettype, &it.addrtype, &it.connection_address)),
        "bandwidth": lines(session.bandwidths.iter().map(|it| format!("{}:{}", it.bwtype, it.bandwidth))),
        "times": lines(times.map(|time| format!("{} {}", time.start_time, time.stop_time))),
        "attributes": lines(session.attributes.iter().map(|it| attribute(&it.attribute, &it.value))),
        "media": media.collect::<Vec<_>>(),
        "unusable": unusable,
    }))
}

/// Lines of one kind, as they are written; nothing where there are none.
fn lines(lines: impl Iterator<Item = String>) -> Value {
    let lines: Vec<_> = lines.collect();
    match lines.is_empty() {
        true => Value::Null,
        false => lines.into(),
    }
}

fn network(network: &impl Display, family: &impl Display, address: &str) -> String {
    format!("{network} {family} {address}")
}

/// `rtpmap:8 PCMA/8000`, or `sendrecv`.
fn attribute(name: &str, value: &Option<String>) -> String {
    match value {
        Some(value) => format!("{name}:{value}"),
        None => name.to_owned(),
    }
}
