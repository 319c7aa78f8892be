//! SIP and SDP as they stand in logs and mails: as text, its lines maybe ended by line feeds alone.

use super::Protocol;

/// Whether a line is how plain text of a protocol begins.
pub(super) fn begins(protocol: Protocol, line: &[u8]) -> bool {
    match protocol {
        Protocol::Sip => is_start(line),
        Protocol::Sdp => line.starts_with(b"v="),
        _ => false,
    }
}

/// A request or status line (RFC 3261 §7.1, §7.2).
fn is_start(line: &[u8]) -> bool {
    const VERSION: &[u8] = b"SIP/2.0";
    let line = line.trim_ascii_end();
    let request = line.strip_suffix(VERSION);
    request.is_some_and(|before| before.ends_with(b" "))
        || line
            .strip_prefix(VERSION)
            .is_some_and(|after| after.starts_with(b" "))
}

/// The messages of a text; a session description is one.
pub(super) fn messages(protocol: Protocol, text: &[u8]) -> Vec<Vec<u8>> {
    let text = with_line_ends(text);
    match protocol {
        Protocol::Sip => cut(&text),
        _ => vec![text],
    }
}

/// The text with CRLF for lines that end otherwise; one whose first line has it is left as it is.
fn with_line_ends(text: &[u8]) -> Vec<u8> {
    let mut lines = text.split_inclusive(|&octet| octet == b'\n').peekable();
    if lines.peek().is_some_and(|first| first.ends_with(b"\r\n")) {
        return text.to_vec();
    }
    lines
        .flat_map(|line| match line.strip_suffix(b"\n") {
            Some(bare) if !bare.ends_with(b"\r") => [bare, b"\r\n"],
            _ => [line, b""],
        })
        .flatten()
        .copied()
        .collect()
}

/// Cuts a text into messages: each is as long as its Content-Length says, and ends before the next
/// first line where that is missing or too long.
fn cut(mut text: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    loop {
        text = text.trim_ascii_start();
        if text.is_empty() {
            return messages;
        }
        // Where the empty line is missing the header ends before the next first line.
        let head = lines(text).enumerate().take_while(|&(number, line)| {
            !line.trim_ascii().is_empty() && (number == 0 || !is_start(line))
        });
        let head = head.map(|(_, line)| line);
        let length = head.clone().find_map(content_length);
        let head: usize = head.map(<[u8]>::len).sum();
        let empty = lines(&text[head..]).next();
        let empty = empty.filter(|line| line.trim_ascii().is_empty());
        let body = head + empty.map_or(0, <[u8]>::len);
        let end = length
            .and_then(|length| body.checked_add(length))
            .filter(|&end| end <= text.len());
        let end = end.unwrap_or_else(|| next_start(text));
        let (message, rest) = text.split_at(end);
        messages.push(whole(message, head));
        text = rest;
    }
}

/// A message whose header ends: what was pasted often lacks the empty line. Empty lines up to the
/// next message are no body.
fn whole(message: &[u8], head: usize) -> Vec<u8> {
    if !message[head..].trim_ascii().is_empty() {
        return message.to_vec();
    }
    let mut whole = message[..head].trim_ascii_end().to_vec();
    whole.extend_from_slice(b"\r\n\r\n");
    whole
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    text.split_inclusive(|&octet| octet == b'\n')
}

fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    let name = name.trim();
    let is_length = name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("l");
    is_length.then(|| value.trim().parse().ok())?
}

/// Where the next message begins, or the end.
fn next_start(text: &[u8]) -> usize {
    let mut at = 0;
    for (number, line) in lines(text).enumerate() {
        if number > 0 && is_start(line) {
            break;
        }
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_its_empty_line_ends_before_the_next_message() {
        let ack = b"ACK sip:a@b SIP/2.0\r\nContent-Length: 0\r\n";
        let bye = b"BYE sip:a@b SIP/2.0\r\nCall-ID: 2\r\n\r\n";
        let both = cut([&ack[..], &bye[..]].concat().as_slice());
        assert_eq!(both, [[&ack[..], b"\r\n"].concat(), bye.to_vec()]);
    }

    fn cut_up(text: &str) -> Vec<String> {
        let messages = messages(Protocol::Sip, text.as_bytes()).into_iter();
        messages.map(|it| String::from_utf8(it).unwrap()).collect()
    }

    #[test]
    fn messages_end_where_their_length_says_or_the_next_begins() {
        let one = "NOTIFY sip:a SIP/2.0\r\nContent-Length: 21\r\n\r\nSIP/2.0 200 All is ok";
        let other = "SIP/2.0 200 OK\r\nVia: x\r\n\r\n";
        assert_eq!(cut_up(&format!("{one}\r\n\r\n{other}")), [one, other]);
        let bare = "OPTIONS sip:a SIP/2.0\nVia: x\n\nSIP/2.0 200 OK\nVia: x";
        let [options, answer] = &cut_up(bare)[..] else {
            panic!("two messages");
        };
        assert_eq!(options, "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n");
        assert_eq!(answer, other);
        let longer = "BYE sip:a SIP/2.0\r\nl: 99\r\n\r\nbody\r\n";
        assert_eq!(cut_up(&format!("{longer}{other}")), [longer, other]);
        assert!(cut_up("BYE sip:a SIP/2.0\r\nl: 18446744073709551615\r\n\r\nx")[0].ends_with('x'));
    }

    #[test]
    fn only_first_lines_begin_text() {
        for (line, begins) in [
            ("INVITE sip:a@b SIP/2.0\r\n", true),
            ("SIP/2.0 180 Ringing\n", true),
            ("494e56495445", false),
            ("SIP/2.0", false),
        ] {
            assert_eq!(
                super::begins(Protocol::Sip, line.as_bytes()),
                begins,
                "{line}"
            );
            assert!(!super::begins(Protocol::Isup, line.as_bytes()));
        }
        assert!(super::begins(Protocol::Sdp, b"v=0"));
    }
}
