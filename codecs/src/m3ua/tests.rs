use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator, Transfer};

fn hex(text: &str) -> Bytes {
    let digits: String = text.split_whitespace().collect();
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn encoded(message: &Message) -> Bytes {
    let mut out = Vec::new();
    message.encode(&mut out).unwrap();
    out.into()
}

/// Reads `bytes` as `message` and writes `message` as `bytes`.
fn assert_same(bytes: &Bytes, message: &Message) {
    assert_eq!(&Message::decode(bytes).unwrap(), message);
    assert_eq!(&encoded(message), bytes);
}

// The bytes of the next three tests are from P1 Security's SigFW, SS7FirewallPerformanceTests.java
// (github.com/P1sec/SigFW), which sends them through a jSS7 stack.

#[test]
fn asp_up_of_another_implementation() {
    assert_same(
        &hex("01000301 00000010 0011 0008 00000002"),
        &Message::AspUp(AspUp {
            asp_identifier: Some(2),
            ..AspUp::default()
        }),
    );
}

#[test]
fn asp_active_of_another_implementation() {
    assert_same(
        &hex("01000401 00000018 000b 0008 00000002 0006 0008 00000064"),
        &Message::AspActive(AspActive {
            mode: Some(TrafficMode::LOADSHARE),
            routing_contexts: vec![100],
            ..AspActive::default()
        }),
    );
}

const DATA: &str = "01000101 000000b8 0006 0008 00000064 0210 00a5 00000001 00000002 03 02 00 01
    0901030e190b12080012042222222222220b12080012041111111111117762754804000000016b43284106070011
    8605010101a036603480020780a109060704000001001302be232821060704000001010101a016a0148009961111
    1111111111f18107961111111111f16c28a12602010002013b301e04010f0410aa582ca65ac562b1582c168bc562
    b1118007911111111111f1";

#[test]
fn data_of_another_implementation() {
    let padded = hex(&format!("{DATA}000000"));
    let Message::Data(data) = Message::decode(&padded).unwrap() else {
        panic!("not DATA");
    };
    assert_eq!(data.routing_context, Some(100));
    let transfer = &data.transfer;
    assert_eq!(
        (transfer.opc, transfer.dpc),
        (PointCode::new(1), PointCode::new(2))
    );
    assert_eq!(transfer.si, ServiceIndicator::SCCP);
    assert_eq!(transfer.ni, NetworkIndicator::NATIONAL);
    assert_eq!((transfer.priority, transfer.sls), (0, 1));
    assert_eq!(transfer.data.len(), 165 - 4 - 12);
    assert_eq!(encoded(&Message::Data(data)), padded);
}

#[test]
fn the_padding_of_the_last_parameter_may_be_missing_or_not_counted() {
    let whole = Message::decode(&hex(&format!("{DATA}000000"))).unwrap();
    let uncounted = DATA.replace("000000b8", "000000b5");
    for text in [uncounted.clone(), format!("{uncounted}000000")] {
        assert_eq!(Message::decode(&hex(&text)).unwrap(), whole, "{text}");
    }
}

#[test]
fn each_fault_is_named_and_has_the_code_to_answer_with() {
    use ErrorCode as Code;
    use Malformed as M;
    let faults = [
        ("", M::Short(0), Code::PROTOCOL_ERROR),
        ("01000301000000", M::Short(7), Code::PROTOCOL_ERROR),
        ("0200030100000008", M::Version(2), Code::INVALID_VERSION),
        ("0100070100000008", M::Class(7), Code::UNSUPPORTED_CLASS),
        (
            "0100030700000008",
            M::Type { class: 3, kind: 7 },
            Code::UNSUPPORTED_TYPE,
        ),
        (
            "0100030100000010",
            M::Length {
                stated: 16,
                actual: 8,
            },
            Code::PROTOCOL_ERROR,
        ),
        (
            "0100030100000004",
            M::Length {
                stated: 4,
                actual: 8,
            },
            Code::PROTOCOL_ERROR,
        ),
        (
            "01000301ffffffff",
            M::Length {
                stated: u32::MAX,
                actual: 8,
            },
            Code::PROTOCOL_ERROR,
        ),
        (
            "010003010000000c 00040003",
            M::Overrun {
                tag: Tag::INFO_STRING,
                length: 3,
                room: 4,
            },
            Code::PARAMETER_FIELD,
        ),
        (
            "010003010000000c 00040009",
            M::Overrun {
                tag: Tag::INFO_STRING,
                length: 9,
                room: 4,
            },
            Code::PARAMETER_FIELD,
        ),
        (
            "010003010000000c 00110004",
            M::Field {
                tag: Tag::ASP_IDENTIFIER,
                length: 4,
            },
            Code::PARAMETER_FIELD,
        ),
        (
            "0100040100000010 0006000700000000",
            M::Field {
                tag: Tag::ROUTING_CONTEXT,
                length: 7,
            },
            Code::PARAMETER_FIELD,
        ),
        (
            "0100010100000014 0210000f 0000000000000000000000",
            M::Length {
                stated: 20,
                actual: 23,
            },
            Code::PROTOCOL_ERROR,
        ),
        (
            "0100010100000018 0210000f 000000000000000000000000",
            M::Field {
                tag: Tag::PROTOCOL_DATA,
                length: 15,
            },
            Code::PARAMETER_FIELD,
        ),
        ("0100030100000009 00", M::Trailing(1), Code::PROTOCOL_ERROR),
        (
            "0100010100000008",
            M::Missing(Tag::PROTOCOL_DATA),
            Code::MISSING_PARAMETER,
        ),
        (
            "0100020100000008",
            M::Missing(Tag::AFFECTED_POINT_CODE),
            Code::MISSING_PARAMETER,
        ),
        (
            "0100030100000018 0011000800000001 0011000800000001",
            M::Repeated(Tag::ASP_IDENTIFIER),
            Code::UNEXPECTED_PARAMETER,
        ),
    ];
    for (text, fault, code) in faults {
        let malformed = Message::decode(&hex(text)).unwrap_err();
        assert_eq!(malformed, fault, "{text}");
        assert_eq!(malformed.code(), code, "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_parameter_is_told_by_name_tag_and_length() {
    for (text, expected) in [
        (
            "010003010000000c 00040009",
            "INFO_STRING (0x0004): length 9 where 4 octets are left",
        ),
        (
            "0100040100000010 0006000700000000",
            "ROUTING_CONTEXT (0x0006): length 7 does not fit its kind",
        ),
        (
            "0100030100000009 00",
            "1 octets at the end are shorter than the header of a parameter",
        ),
        (
            "0100020100000008",
            "AFFECTED_POINT_CODE (0x0012) is missing",
        ),
        (
            "0100030100000018 0011000800000001 0011000800000001",
            "ASP_IDENTIFIER (0x0011) stands twice",
        ),
        (
            "0100030100000010",
            "message length 16 in its header, but 8 octets",
        ),
    ] {
        let malformed = Message::decode(&hex(text)).unwrap_err();
        assert_eq!(malformed.to_string(), expected);
    }
}

#[test]
fn an_unknown_parameter_is_kept() {
    let bytes = hex("01000302 00000010 0abc 0007 010203 00");
    let message = Message::AspDown(AspDown {
        other: vec![Unknown {
            tag: Tag(0x0abc),
            value: Bytes::from_static(&[1, 2, 3]),
        }],
        ..AspDown::default()
    });
    assert_same(&bytes, &message);
}

#[test]
fn what_narrows_a_routing_key_stays_with_its_destination() {
    let destination = |code, services: &[u8]| RoutingKeyDestination {
        code: MaskedPointCode::exact(PointCode::new(code)),
        services: services.iter().copied().map(ServiceIndicator).collect(),
        originators: Vec::new(),
    };
    let message = Message::RegistrationRequest(RegistrationRequest {
        keys: vec![RoutingKey {
            local_identifier: 1,
            routing_context: None,
            mode: Some(TrafficMode::OVERRIDE),
            network_appearance: None,
            destinations: vec![destination(2, &[5]), destination(3, &[3, 5])],
            other: Vec::new(),
        }],
        other: Vec::new(),
    });
    assert_same(
        &hex(
            "01000901 0000003c 0207 0034 020a 0008 00000001 000b 0008 00000001
              020b 0008 00000002 020c 0005 05 000000 020b 0008 00000003 020c 0006 0305 0000",
        ),
        &message,
    );
}

#[test]
fn a_parameter_over_65535_octets_is_not_written() {
    let data = |octets| {
        Message::Data(Data {
            network_appearance: None,
            routing_context: Some(1),
            transfer: Transfer {
                network: NetworkId::default(),
                opc: PointCode::new(1),
                dpc: PointCode::new(2),
                si: ServiceIndicator::ISUP,
                ni: NetworkIndicator::NATIONAL,
                priority: 0,
                sls: 0,
                data: vec![0; octets].into(),
            },
            correlation: None,
            other: Vec::new(),
        })
    };
    let most = 65535 - 4 - 12;
    assert_same(&encoded(&data(most)), &data(most));
    let mut out = vec![7];
    assert_eq!(
        data(most + 1).encode(&mut out),
        Err(TooLong(Tag::PROTOCOL_DATA))
    );
    assert_eq!(out, [7]);
}

#[test]
fn a_mask_makes_low_bits_wild() {
    let cluster = MaskedPointCode {
        mask: 3,
        code: PointCode::new(0x08),
    };
    assert!(cluster.covers(PointCode::new(0x0F)));
    assert!(!cluster.covers(PointCode::new(0x10)));
    let everything = MaskedPointCode {
        mask: 255,
        code: PointCode::new(0),
    };
    assert!(everything.covers(PointCode::from_be_bytes([0xFF; 3])));
    assert!(!MaskedPointCode::exact(PointCode::new(1)).covers(PointCode::new(0)));
}

/// Parameters a message may or may not know, of lengths that fit about every second time.
fn parameter() -> impl Strategy<Value = Vec<u8>> {
    let tag = prop_oneof![
        0x0004u16..0x0014,
        0x0200u16..0x0214,
        any::<u16>(),
        Just(0x0006),
        Just(0x0012),
        Just(0x0210),
    ];
    let value = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 4),
        2 => prop::collection::vec(any::<u8>(), 0..40),
        1 => Just(hex("020a000800000001 0212000800000000 0006000800000007").to_vec()),
        1 => Just(hex("020a000800000001 020b000800000002 020c000505000000").to_vec()),
    ];
    (tag, value).prop_map(|(tag, value)| {
        let mut bytes = tag.to_be_bytes().to_vec();
        bytes.extend_from_slice(&(u16::try_from(value.len()).unwrap() + 4).to_be_bytes());
        bytes.extend_from_slice(&value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    })
}

fn message_bytes() -> impl Strategy<Value = Bytes> {
    let class_and_type = (prop_oneof![0u8..5, Just(9)], 0u8..7);
    (class_and_type, prop::collection::vec(parameter(), 0..4)).prop_map(
        |((class, kind), parameters)| {
            let body = parameters.concat();
            let mut bytes = vec![1, 0, class, kind];
            bytes.extend_from_slice(&(u32::try_from(body.len()).unwrap() + 8).to_be_bytes());
            bytes.extend_from_slice(&body);
            bytes.into()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn whatever_reads_is_written_so_that_it_reads_the_same(bytes in message_bytes()) {
        if let Ok(message) = Message::decode(&bytes) {
            let again = encoded(&message);
            prop_assert_eq!(Message::decode(&again), Ok(message));
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Message::decode(&bytes.into());
    }

    #[test]
    fn no_damaged_message_panics(
        bytes in message_bytes(),
        at in any::<prop::sample::Index>(),
        value: u8,
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = bytes.to_vec();
        let at = at.index(bytes.len());
        bytes[at] = value;
        let _ = Message::decode(&bytes[..end.index(bytes.len() + 1)].to_vec().into());
        let _ = Message::decode(&bytes.into());
    }
}
