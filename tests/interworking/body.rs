//! Bodies: a session description, an ISUP message, or both (RFC 2046 §5.1, RFC 3204).

use codecs::sip::Message;
use tandem::scenario::Pattern;

const BOUNDARY: &str = "ladder";

/// What everybody but the gateway offers and answers unless a ladder says otherwise.
const DESCRIPTION: &[&str] = &[
    "v=0",
    "o=- 1 1 IN IP4 192.0.2.50",
    "s=-",
    "c=IN IP4 192.0.2.50",
    "t=0 0",
    "m=audio 40000 RTP/AVP 8",
];

/// A session description of these lines: a whole one, or lines that follow the usual ones.
pub(crate) fn description(lines: &[String]) -> Vec<u8> {
    let whole = lines.first().is_some_and(|line| line.starts_with("v="));
    let usual = if whole { &[] } else { DESCRIPTION };
    let own = lines.iter().map(String::as_str);
    let lines = usual.iter().copied().chain(own);
    lines
        .flat_map(|line| [line, "\r\n"])
        .collect::<String>()
        .into()
}

/// The content type and the body.
pub(crate) fn compose(
    description: Option<Vec<u8>>,
    isup: Option<&Pattern>,
) -> (Option<String>, Vec<u8>) {
    const ISUP: &str = "application/isup;version=itu-t92+;base=itu-t92+";
    let isup = isup.map(|pattern| pattern.octets()[2..].to_vec());
    match (description, isup) {
        (None, None) => (None, Vec::new()),
        (Some(body), None) => (Some("application/sdp".into()), body),
        (None, Some(body)) => (Some(ISUP.into()), body),
        (Some(description), Some(isup)) => {
            let mut body = Vec::new();
            for (kind, part) in [("application/sdp", description), (ISUP, isup)] {
                let head = format!("--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n");
                body.extend(head.into_bytes());
                body.extend(part);
                body.extend(b"\r\n");
            }
            body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
            let kind = format!("multipart/mixed;boundary={BOUNDARY}");
            (Some(kind), body)
        }
    }
}

/// The body of a kind, be it alone or one of several parts.
pub(crate) fn part(message: &Message, kind: &str) -> Option<Vec<u8>> {
    let content_type = message.text(codecs::sip::HeaderName::ContentType)?;
    if is_kind(content_type, kind) {
        return Some(message.body().to_vec());
    }
    let (_, boundary) = content_type.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim_matches('"');
    let parts = split(message.body(), format!("--{boundary}").as_bytes());
    parts.into_iter().find_map(|part| {
        let at = find(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..at]).into_owned();
        let mut fields = head.lines().filter_map(|line| line.split_once(':'));
        let named = |name: &str| name.trim().eq_ignore_ascii_case("content-type");
        let (_, found) = fields.find(|(name, _)| named(name))?;
        let body = &part[at + 4..];
        let body = body.strip_suffix(b"\r\n").unwrap_or(body);
        is_kind(found, kind).then(|| body.to_vec())
    })
}

fn is_kind(content_type: &str, kind: &str) -> bool {
    let found = content_type.split(';').next().unwrap_or_default();
    found.trim().eq_ignore_ascii_case(kind)
}

fn split<'a>(mut body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = find(body, boundary) {
        parts.push(&body[..at]);
        body = &body[at + boundary.len()..];
    }
    parts
}

fn find(octets: &[u8], wanted: &[u8]) -> Option<usize> {
    octets.windows(wanted.len()).position(|part| part == wanted)
}
