//! Bodies as they come, and those that nobody should send.

use proptest::prelude::*;

use super::*;

fn split<'a>(kind: &str, body: &'a [u8]) -> Result<Vec<MediaPart<'a>>, String> {
    let kind = ContentType::parse(kind.as_bytes()).unwrap();
    MediaPart::split(&kind, body).map_err(|error| error.to_string())
}

/// The layout of the example in RFC 3204 §4.
#[test]
fn sdp_and_isup_stand_side_by_side() {
    let body = b"a preamble\r\n--unique-boundary-1\r\nContent-Type: application/SDP; charset=ISO-10646\r\n\
        \r\nv=0\r\nm=audio 9092 RTP/AVP 0 3 4\r\n\r\n--unique-boundary-1\r\n\
        Content-type:application/ISUP; version=nxv3;\r\n base=etsi121\r\n\
        Content-Disposition: signal; handling=optional\r\n\r\n\x01\x00\n\r\n\x60--\r\n--unique-boundary-1--\r\nmore";
    let kind = "multipart/mixed; boundary=\"unique-boundary-1\"";
    let parts = split(kind, body).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].content, b"v=0\r\nm=audio 9092 RTP/AVP 0 3 4\r\n");
    assert_eq!(parts[1].content, b"\x01\x00\n\r\n\x60--");
    let isup = parts[1].content_type().unwrap();
    assert!(isup.is("application", "isup"));
    assert_eq!(isup.params.get("base"), Some("etsi121"));
    let named: Vec<_> = parts[1].headers().map(|(name, _)| name.as_str()).collect();
    assert_eq!(named, ["Content-Type", "Content-Disposition"]);
}

#[test]
fn bodies_without_a_boundary_are_refused() {
    let body = b"--b\r\n\r\nx\r\n--b--";
    let parts = split("multipart/mixed;boundary=b", body).unwrap();
    assert_eq!((parts.len(), parts[0].content), (1, &b"x"[..]));
    assert!(parts[0].content_type().unwrap().is("text", "plain"));
    for length in 0.."--b".len() {
        assert!(split("multipart/mixed;boundary=b", &body[..length]).is_err());
    }
    for (kind, error) in [
        ("multipart/mixed", "malformed Content-Type"),
        ("multipart/mixed;boundary=\"\"", "malformed Content-Type"),
        ("multipart/mixed;boundary=c", "truncated multipart body"),
    ] {
        let said = split(kind, body).unwrap_err();
        assert!(said.starts_with(error), "{kind}: {said}");
    }
    assert_eq!(split("multipart/mixed;boundary=b", b"--b--"), Ok(vec![]));
    let empty = split("multipart/mixed;boundary=b", b"--b\n--b--").unwrap();
    assert_eq!(empty[0].content, b"");
}

/// A part goes on to the end of the message where nothing ends it.
#[test]
fn the_last_boundary_may_be_missing() {
    for end in ["\r\n--b--", "\r\n", ""] {
        let body = format!("--b\r\n\r\nx\r\n--b\r\n\r\ny{end}");
        let parts = split("multipart/mixed;boundary=b", body.as_bytes()).unwrap();
        let contents: Vec<_> = parts.iter().map(|part| part.content).collect();
        assert_eq!(contents, [b"x", b"y"], "{end:?}");
    }
}

fn message(fields: &str, body: &str) -> Message {
    let length = body.len();
    let text = format!("INFO sip:b SIP/2.0\r\n{fields}Content-Length: {length}\r\n\r\n{body}");
    Message::parse(text.into_bytes().into()).unwrap()
}

#[test]
fn parts_within_parts_stand_in_their_place() {
    let body = "--o\r\nContent-Type: multipart/alternative; boundary=\"i\"\r\n\r\n\
        --i\r\nContent-Type: text/html\r\n\r\n<p>\r\n--i\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--i--\r\n\
        --o\r\nContent-Type: application/isup;version=x\r\nContent-Disposition: signal\r\n\r\n1\r\n--o--\r\n";
    let message = message("c: multipart/mixed;boundary=o\r\n", body);
    let parts = message.parts().unwrap();
    let kinds: Vec<_> = parts
        .iter()
        .map(|part| (part.content_type().unwrap().subtype, part.is_optional()))
        .collect();
    assert_eq!(kinds, [("html", true), ("sdp", true), ("isup", false)]);
    assert!(parts[1].disposition().unwrap().is("session"));
    assert!(parts[2].disposition().unwrap().is("signal"));
}

#[test]
fn a_body_that_is_not_multipart_is_its_own_part() {
    let fields = "Content-Type: application/isup;version=x\r\nContent-Disposition: signal;handling=optional\r\n\
        Content-Transfer-Encoding: base64\r\n";
    let message = message(fields, "EAA=");
    let parts = message.parts().unwrap();
    assert_eq!(parts.len(), 1);
    assert!(parts[0].is_optional());
    assert_eq!(parts[0].decoded().unwrap(), [0x10, 0x00].as_slice());
    let bare = self::message("", "words");
    let parts = bare.parts().unwrap();
    assert!(parts[0].content_type().unwrap().is("text", "plain"));
    assert!(parts[0].disposition().unwrap().is("render"));
    assert_eq!(parts[0].decoded().unwrap(), b"words".as_slice());
    assert_eq!(
        self::message("Content-Type: text/plain\r\n", "")
            .parts()
            .unwrap(),
        []
    );
}

#[test]
fn what_is_encoded_otherwise_is_refused() {
    for encoding in ["quoted-printable", "x-uuencode"] {
        let fields = format!("Content-Transfer-Encoding: {encoding}\r\n");
        let message = message(&fields, "=10=00");
        assert!(message.parts().unwrap()[0].decoded().is_err());
    }
}

#[test]
fn bodies_of_too_many_parts_are_refused() {
    let many = "--b\r\n\r\n".repeat(MAX_PARTS + 1);
    let fields = "Content-Type: multipart/mixed;boundary=b\r\n";
    assert!(message(fields, &many).parts().is_err());
    let mut nested = String::from("x");
    for level in (0..=MAX_DEPTH).rev() {
        nested = format!(
            "--b{level}\r\nContent-Type: multipart/mixed;boundary=b{}\r\n\r\n{nested}",
            level + 1
        );
    }
    let fields = "Content-Type: multipart/mixed;boundary=b0\r\n";
    assert!(message(fields, &nested).parts().is_err());
}

proptest! {
    #[test]
    fn what_was_made_reads_as_it_was_put_in(
        contents in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                "(\r\n|--part|1|-){0,9}".prop_map(String::into_bytes),
            ],
            1..4,
        ),
    ) {
        let parts: Vec<_> = contents
            .iter()
            .map(|content| NewPart {
                content_type: "application/isup;version=itu-t92+",
                disposition: Some("signal;handling=optional"),
                content,
            })
            .collect();
        let (content_type, body) = multipart(&parts);
        let read = split(&content_type, &body).unwrap();
        let found: Vec<_> = read.iter().map(|part| part.content.to_vec()).collect();
        prop_assert_eq!(found, contents);
        prop_assert!(read.iter().all(|part| part.is_optional()));
    }

    #[test]
    fn parts_come_back_as_they_were_put_in(
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..4),
    ) {
        let mut body = Vec::new();
        for content in &contents {
            body.extend_from_slice(b"--a-boundary-longer-than-any-part-could-hold-by-chance\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--a-boundary-longer-than-any-part-could-hold-by-chance--");
        let kind = "multipart/mixed;boundary=a-boundary-longer-than-any-part-could-hold-by-chance";
        let parts = split(kind, &body).unwrap();
        let found: Vec<_> = parts.iter().map(|part| part.content.to_vec()).collect();
        prop_assert_eq!(found, contents);
    }

    #[test]
    fn nothing_panics(body in prop::collection::vec(prop::sample::select(b"-b\r\n: x".to_vec()), 0..80)) {
        for part in split("multipart/mixed;boundary=b", &body).unwrap_or_default() {
            part.headers().count();
            let _ = (part.disposition().is_ok(), part.decoded().is_ok());
        }
    }
}
