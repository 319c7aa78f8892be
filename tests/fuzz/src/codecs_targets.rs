//! Decoders. What one of them takes, the encoder writes so that it is read again alike.

use bytes::{Bytes, BytesMut};
use codecs::diameter::{self, take_message};
use codecs::isup::{Pdu, Variant};
use codecs::map::{SendRoutingInfoArg, SendRoutingInfoRes};
use codecs::sip::{HeaderName, NameAddr, Uri, Via};
use codecs::{cesopsn, m3ua, rtp, sccp, sdp, sip, tcap};

/// How long a Diameter message may be here.
const DIAMETER_LIMIT: usize = 64 * 1024;

/// As each of the ISUPs.
pub(crate) fn isup(octets: &[u8]) {
    for variant in Variant::ALL {
        let Ok(pdu) = Pdu::decode_as(variant, octets) else {
            continue;
        };
        let mut written = Vec::new();
        pdu.encode_as(variant, &mut written);
        let again = Pdu::decode_as(variant, &written);
        assert_eq!(again.as_ref(), Ok(&pdu), "{}: {written:02x?}", variant.name);
        assert!(!pdu.to_string().is_empty());
    }
}

pub(crate) fn m3ua(octets: &[u8]) {
    let Ok(message) = m3ua::Message::decode(&Bytes::copy_from_slice(octets)) else {
        return;
    };
    let mut written = Vec::new();
    if message.encode(&mut written).is_ok() {
        let again = m3ua::Message::decode(&written.into());
        assert_eq!(again.as_ref(), Ok(&message));
    }
}

pub(crate) fn sccp(octets: &[u8]) {
    let Ok(message) = sccp::Message::decode(octets) else {
        return;
    };
    if let Ok(written) = message.encode() {
        let again = sccp::Message::decode(&written);
        assert!(again.is_ok(), "{written:02x?}: {again:?}");
    }
}

pub(crate) fn tcap(octets: &[u8]) {
    let decoded = tcap::decode(octets);
    assert!(!format!("{decoded:?}").is_empty());
    if let tcap::Decoded::Complete(message) = decoded
        && let Ok(written) = tcap::encode(&message)
    {
        assert_eq!(tcap::decode(&written), tcap::Decoded::Complete(message));
    }
}

pub(crate) fn map(octets: &[u8]) {
    if let Ok(argument) = SendRoutingInfoArg::decode(octets) {
        let again = SendRoutingInfoArg::decode(&argument.encode());
        assert_eq!(again, Ok(argument));
    }
    if let Ok(result) = SendRoutingInfoRes::decode(octets) {
        let again = SendRoutingInfoRes::decode(&result.encode());
        assert_eq!(again, Ok(result));
    }
}

pub(crate) fn sip(octets: &[u8]) {
    let Ok(message) = sip::Message::parse(Bytes::copy_from_slice(octets)) else {
        return;
    };
    if message.is_request() {
        let _ = Uri::parse(message.request_uri());
    }
    for name in [HeaderName::From, HeaderName::To, HeaderName::Contact] {
        for value in message.headers(name) {
            let _ = NameAddr::parse("address", value);
        }
    }
    for value in message.headers(HeaderName::Via) {
        let _ = Via::parse(value);
    }
    let _ = sdp::Description::parse(message.body());
    for part in message.parts().unwrap_or_default() {
        let _ = (part.disposition().is_ok(), part.decoded().is_ok());
    }
}

/// As a stream that arrives whole and by the octet.
pub(crate) fn sip_stream(octets: &[u8]) {
    let frames = |piece: usize| {
        let mut stream = sip::Stream::default();
        let mut frames = Vec::new();
        for piece in octets.chunks(piece) {
            stream.buffer().extend_from_slice(piece);
            loop {
                match stream.frame() {
                    Ok(Some(frame)) => frames.push(frame),
                    Ok(None) => break,
                    Err(error) => return (frames, Some(error)),
                }
            }
        }
        (frames, None)
    };
    assert_eq!(frames(1), frames(octets.len().max(1)));
}

pub(crate) fn sdp(octets: &[u8]) {
    let Ok(description) = sdp::Description::parse(octets) else {
        return;
    };
    let origin = sdp::Origin {
        id: 1,
        version: 1,
        host: std::net::Ipv4Addr::LOCALHOST.into(),
    };
    let written = origin.write(&description);
    // Only a description with payloads of ours is ever written.
    let empty = description.streams.iter().any(|stream| match stream {
        sdp::Stream::Audio(audio) => audio.payloads.is_empty(),
        sdp::Stream::Unused { formats, .. } => formats.is_empty(),
    });
    let again = sdp::Description::parse(&written);
    assert!(empty || again.is_ok(), "{written:02x?}");
}

pub(crate) fn diameter(octets: &[u8]) {
    let mut stream = BytesMut::from(octets);
    while let Ok(Some(octets)) = take_message(&mut stream, DIAMETER_LIMIT) {
        let Ok(message) = diameter::Message::decode(&octets) else {
            continue;
        };
        let mut written = Vec::new();
        if message.encode(&mut written).is_ok() {
            let again = diameter::Message::decode(&written.into());
            assert_eq!(again.as_ref(), Ok(&message));
        }
    }
}

pub(crate) fn rtp(octets: &[u8]) {
    if let Ok(packet) = rtp::Packet::parse(octets) {
        assert!(packet.payload.len() <= octets.len());
    }
}

pub(crate) fn cesopsn(octets: &[u8]) {
    if let Ok(packet) = cesopsn::Packet::parse(octets) {
        let word = packet.control_word();
        let packet = [
            &word[..],
            packet.payload.map_or(&[], |payload| &payload[..]),
        ]
        .concat();
        assert!(cesopsn::Packet::parse(&packet).is_ok(), "{packet:02x?}");
    }
}
