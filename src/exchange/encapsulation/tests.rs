//! Bodies of others, and those that cannot be taken.

use codecs::isup::{Message as IsupMessage, TransmissionMediumRequirement};
use codecs::sip::Message;

use super::contents::{description, isup};
use super::*;

const DESCRIPTION: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.50\r\ns=-\r\nc=IN IP4 192.0.2.50\r\nt=0 0\r\n\
    m=audio 40000 RTP/AVP 8\r\n";

/// An IAM of an Ericsson AXE, as a public load generator for SIP-I has it from a capture. Its
/// description there: called 0396504232 and ST, unknown nature; calling 418702172, provided by the
/// network; category 247; speech; access transport with two subaddresses.
const AXE: [u8; 66] = [
    0x01, 0x00, 0x20, 0x01, 0xf7, 0x00, 0x02, 0x0a, 0x08, 0x82, 0x90, 0x30, 0x69, 0x05, 0x24, 0x23,
    0x0f, 0x0a, 0x07, 0x83, 0x13, 0x14, 0x78, 0x20, 0x71, 0x02, 0x03, 0x25, 0x71, 0x0c, 0xa0, 0x11,
    0x00, 0xf1, 0x40, 0x00, 0x00, 0xf1, 0x40, 0x00, 0x00, 0xf0, 0x6d, 0x15, 0xa0, 0x20, 0x00, 0x31,
    0x01, 0x00, 0x10, 0x81, 0x80, 0x80, 0x01, 0x00, 0x01, 0xf2, 0xf1, 0xff, 0x00, 0x80, 0xff, 0xff,
    0x11, 0x00,
];

/// A message whose parts have these fields and contents.
fn message(parts: &[(&str, &[u8])]) -> Message {
    let mut body = Vec::new();
    for (fields, content) in parts {
        body.extend_from_slice(format!("--unique-boundary-1\r\n{fields}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--unique-boundary-1--\r\n");
    let head = format!(
        "INVITE tel:+493090026000 SIP/2.0\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"unique-boundary-1\"\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    Message::parse([head.as_bytes(), &body].concat().into()).unwrap()
}

const SDP: &str = "Content-Type: application/sdp";

/// How that load generator writes the fields of the part: a line end without CR.
const ISUP: &str = "Content-Type: application/ISUP; version=itu-t92+ \nContent-Disposition: signal; handling=required";

fn read(message: &Message) -> Result<Option<IsupMessage>, (u16, bool)> {
    let read = isup(message, Some(&Encapsulation::default()));
    read.map_err(|unreadable| (unreadable.refusal.status, unreadable.optional))
}

#[test]
fn the_iam_of_another_exchange_is_read_in_any_order() {
    let (sdp, iam) = ((SDP, DESCRIPTION.as_bytes()), (ISUP, &AXE[..]));
    for message in [message(&[sdp, iam]), message(&[iam, sdp])] {
        assert!(matches!(description(&message), Some(Ok(_))));
        let Ok(Some(IsupMessage::Iam(iam))) = read(&message) else {
            panic!("no IAM");
        };
        assert_eq!(iam.medium, TransmissionMediumRequirement::SPEECH);
        assert_eq!(iam.category.value(), 0xf7);
        let calling = iam.optional.calling_party_number().unwrap();
        assert_eq!(calling.digits.to_string(), "418702172");
        let mut octets = Vec::new();
        IsupMessage::Iam(iam).encode_as(&Variant::ITU, &mut octets);
        assert_eq!(octets, AXE);
    }
}

/// ANM as the same load generator answers.
#[test]
fn its_answer_is_read() {
    let read = read(&message(&[(ISUP, &[0x09, 0x00])])).unwrap().unwrap();
    assert_eq!(read.name(), "ANM");
}

#[test]
fn what_is_not_understood_is_refused_or_passed_over_as_it_says() {
    let sdp = (SDP, DESCRIPTION.as_bytes());
    let with = |fields| message(&[sdp, (fields, b"\x10\x00")]);
    let status = |message: &Message| {
        let described = description(message).unwrap();
        described.err().map(|refusal| refusal.status)
    };
    assert_eq!(status(&with("Content-Type: application/qsig")), Some(415));
    let optional =
        "Content-Type: application/qsig\r\nContent-Disposition: signal;handling=optional";
    assert_eq!(status(&with(optional)), None);
    let zipped = "Content-Type: text/plain\r\nContent-Encoding: gzip";
    assert_eq!(status(&with(zipped)), Some(415));
    let zipped = "Content-Type: application/isup;version=itu-t92+\r\nContent-Encoding: gzip\r\n\
                  Content-Disposition: signal;handling=optional";
    assert_eq!(status(&with(zipped)), None);
    assert_eq!(read(&with(zipped)).unwrap(), None);
    assert_eq!(status(&with("Content-Type: nothing")), Some(400));
    assert_eq!(status(&with(ISUP)), None);
    let strange = "Content-Type: application/isup;version=X-ours";
    assert_eq!(read(&with(strange)), Err((415, false)));
    let based = "Content-Type: application/isup;version=X-ours;base=etsi356";
    assert_eq!(read(&with(based)).unwrap().unwrap().name(), "RLC");
    let encoded =
        "Content-Type: application/isup;version=itu-t92+\r\nContent-Transfer-Encoding: base64";
    let encoded = message(&[(encoded, b"EAA=")]);
    assert_eq!(read(&encoded).unwrap().unwrap().name(), "RLC");
}

/// A REL that ends before its cause does.
#[test]
fn what_cannot_be_read_is_refused_or_passed_over_as_it_says() {
    let cut = &[0x0c, 0x02, 0x00, 0x02, 0x80][..];
    assert_eq!(read(&message(&[(ISUP, cut)])), Err((400, false)));
    let optional = ISUP.replace("required", "optional");
    assert_eq!(read(&message(&[(&optional, cut)])), Err((400, true)));
}

#[test]
fn what_is_written_is_read() {
    let how = Encapsulation {
        base: Some("itu-t92+".into()),
        version: "X-ours".into(),
        ..Encapsulation::default()
    };
    let release = IsupMessage::decode_as(&Variant::ITU, &[0x0c, 2, 0, 2, 0x80, 0x90]).unwrap();
    let body = how.body(&release, None);
    let head = format!(
        "BYE sip:b SIP/2.0\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
        body.content_type,
        body.bytes.len()
    );
    let message = Message::parse([head.as_bytes(), &body.bytes].concat().into()).unwrap();
    assert_eq!(isup(&message, Some(&how)).unwrap(), Some(release.clone()));
    assert_eq!(read(&message), Ok(Some(release)));
}
