//! What a reader of ISUP must put up with, and what it must refuse (`Q.763 §1`, `Q.764 §2.9.5`).
#![allow(clippy::unwrap_used, clippy::panic)]

use codecs::Uint;
use codecs::isup::*;

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

fn read(hex: &str) -> Message {
    Pdu::decode(&octets(hex)).unwrap().message
}

fn refused(hex: &str) -> String {
    Pdu::decode(&octets(hex)).unwrap_err().to_string()
}

fn hops(count: u8) -> HopCounter {
    HopCounter::try_from(count).unwrap()
}

fn write(message: Message) -> Vec<u8> {
    let mut out = Vec::new();
    let cic = Cic::try_from(7).unwrap();
    Pdu { cic, message }.encode(&mut out);
    out
}

fn optional(message: &Message) -> &Parameters {
    match message {
        Message::Anm(anm) => &anm.optional,
        other => panic!("not an ANM: {other}"),
    }
}

#[test]
fn the_spare_bits_of_the_cic_are_ignored() {
    assert_eq!(
        Pdu::decode(&[0x07, 0xF1, 0x12]).unwrap().cic,
        Cic::try_from(0x107).unwrap()
    );
}

#[test]
fn spare_bits_of_parameters_are_ignored_and_passed_on() {
    let Message::Sus(sus) = read("0700 0d ff 00") else {
        panic!("not a SUS")
    };
    assert_eq!(sus.initiator, SuspendResume::Network);
    assert_eq!(write(Message::Sus(sus.clone())), octets("0700 0d ff 00"));
    let initiator = SuspendResume::Subscriber;
    let changed = Message::Sus(Sus { initiator, ..sus });
    assert_eq!(write(changed), octets("0700 0d fe 00"));
}

#[test]
fn a_message_of_unknown_type_is_kept_whole() {
    let message = read("0700 63 01 02 03");
    let Message::Other(other) = &message else {
        panic!("not unknown")
    };
    assert_eq!(
        (other.code, &other.body[..]),
        (MessageType(0x63), &[1, 2, 3][..])
    );
    assert_eq!(message.to_string(), "type 99 (3 octets)");
    assert_eq!(write(message), octets("0700 63 01 02 03"));
}

#[test]
fn parameters_keep_their_order_and_may_repeat() {
    let hex = "0700 09 01 2c01f9 2c01e0 2c01fb 2c01fb fe00 3d011f 00";
    let message = read(hex);
    let notifications: Vec<u8> = optional(&message)
        .iter()
        .filter_map(|parameter| match parameter {
            Parameter::Notification(notification) => Some(notification.value()),
            _ => None,
        })
        .collect();
    assert_eq!(notifications, [0x79, 0x60, 0x7B, 0x7B]);
    assert_eq!(optional(&message).other(ParameterCode(0xFE)), Some(&[][..]));
    assert_eq!(write(message), octets(hex));
}

#[test]
fn the_end_of_optional_parameters_may_be_missing() {
    let message = read("0700 09 01 3d011f");
    assert_eq!(optional(&message).hop_counter(), Some(&hops(31)));
}

#[test]
fn octets_after_the_end_of_optional_parameters_are_ignored() {
    let message = read("0700 09 01 3d011f 00 3d0101");
    assert_eq!(optional(&message).len(), 1);
}

#[test]
fn the_optional_part_is_found_by_its_pointer_alone() {
    let message = read("0700 09 03 aaaa 3d011f 00");
    assert_eq!(optional(&message).hop_counter(), Some(&hops(31)));
}

#[test]
fn a_mandatory_parameter_is_found_by_its_pointer_alone() {
    let Message::Rel(rel) = read("0700 0c 06 01 3d011f 00 0280 91") else {
        panic!("not a REL")
    };
    assert_eq!(rel.cause.cause, Cause::USER_BUSY);
}

/// Its octets would be read as two parameters, and written as one.
#[test]
fn an_optional_part_within_a_mandatory_parameter_is_malformed() {
    for pointer in 1..=4 {
        let hex = format!("0700 0c 02 {pointer:02x} 03 8090 3d 011f 00");
        let error = Pdu::decode(&octets(&hex)).unwrap_err().to_string();
        let expected = format!(
            "pointer {pointer} to optional part at octet 4 leads to octet {}, \
             within the mandatory variable part (Q.763 §1.6)",
            4 + pointer
        );
        assert_eq!(error, expected);
    }
}

#[test]
fn messages_of_1988_have_no_pointer_to_an_optional_part() {
    assert_eq!(read("0700 10"), Message::Rlc(Rlc::default()));
    let Message::Rel(rel) = read("0700 0c 01 0280 90") else {
        panic!("not a REL")
    };
    assert_eq!(
        rel.cause,
        CauseIndicators::new(Cause::NORMAL_CLEARING, Location::USER)
    );
    assert!(rel.optional.is_empty());
}

#[test]
fn a_group_reset_may_have_a_pointer_to_an_optional_part() {
    assert_eq!(read("0700 17 02 00 01 1e"), Message::Grs(Grs { range: 30 }));
}

#[test]
fn a_called_number_may_have_no_digits() {
    for hex in [
        "0700 01 00 0000 0a 00 02 00 02 0310",
        "0700 01 00 0000 0a 00 02 00 02 8310",
    ] {
        let Message::Iam(iam) = read(hex) else {
            panic!("not an IAM")
        };
        assert!(iam.called.digits.is_empty());
    }
}

#[test]
fn an_optional_parameter_that_has_not_its_format_is_kept_untouched() {
    // Propagation delay of one octet; calling party number of 33 digits.
    let long = "11".repeat(17);
    let hex = format!("0700 09 01 310105 0a13 0310 {long} 00");
    let message = read(&hex);
    assert_eq!(optional(&message).propagation_delay(), None);
    let delay = optional(&message).other(ParameterCode::PROPAGATION_DELAY_COUNTER);
    assert_eq!(delay, Some(&[5][..]));
    assert_eq!(optional(&message).calling_party_number(), None);
    assert!(
        optional(&message)
            .find(ParameterCode::CALLING_PARTY_NUMBER)
            .is_some()
    );
    assert_eq!(write(message), octets(&hex));
}

#[test]
fn spare_bits_and_octets_of_a_later_edition_are_passed_on() {
    // Hop counter with a spare bit and two octets more; calling party number with filler 1.
    let hex = "0700 09 01 3d033f0102 0a04831021f3 00";
    let message = read(hex);
    assert_eq!(optional(&message).hop_counter(), Some(&hops(31)));
    assert_eq!(write(message), octets(hex));
}

#[test]
fn a_parameter_put_in_the_place_of_one_received_is_sent_as_it_is() {
    let Message::Anm(mut anm) = read("0700 09 01 3d023f01 2c01f9 3102005a 00") else {
        panic!("not an ANM")
    };
    anm.optional
        .retain(|p| p.code() != ParameterCode::HOP_COUNTER);
    anm.optional.push(Parameter::HopCounter(hops(30)));
    let expected = octets("0700 09 01 2c01f9 3102005a 3d011e 00");
    assert_eq!(write(Message::Anm(anm)), expected);
}

#[test]
fn the_recommendation_octet_is_not_taken_for_the_cause() {
    let Message::Rel(rel) = read("0700 0c 02 00 04 02 80 9f 55") else {
        panic!("not a REL")
    };
    assert_eq!(rel.cause.recommendation, Some(Uint::default()));
    assert_eq!(rel.cause.cause, Cause::NORMAL_UNSPECIFIED);
    assert_eq!(rel.cause.location, Location::PUBLIC_LOCAL);
    assert_eq!(rel.cause.diagnostics[..], [0x55]);
}

#[test]
fn an_odd_number_has_no_last_half_octet() {
    let Message::Sam(sam) = read("0700 02 02 00 03 80 21 f3") else {
        panic!("not a SAM")
    };
    assert_eq!(sam.subsequent.to_string(), "123");
}

#[test]
fn what_is_refused_is_named() {
    let cases = [
        (
            "07",
            "the message ends before or within CIC, expected at octet 0 (Q.763 §1.2)",
        ),
        (
            "0700",
            "the message ends before or within message type, expected at octet 2 (Q.763 §1.3)",
        ),
        (
            "0700 06 01",
            "the message ends before or within backward call indicators, expected at octet 3 (Q.763 §3.5)",
        ),
        (
            "0700 0c 00 00",
            "pointer 0 to cause indicators at octet 3 leads nowhere (Q.763 §1.6)",
        ),
        (
            "0700 0c 09 00 02 80 90",
            "pointer 9 to cause indicators at octet 3 leads nowhere (Q.763 §1.6)",
        ),
        (
            "0700 0c 02 00 03 80 90",
            "the message ends before or within cause indicators, expected at octet 6 (Q.850 §2.1)",
        ),
        (
            "0700 0c 02 00 01 80",
            "1 octets of cause indicators at octet 6 do not fit its format (Q.850 §2.1)",
        ),
        (
            "0700 09 05 00",
            "pointer 5 to optional part at octet 3 leads nowhere (Q.763 §1.6)",
        ),
        (
            "0700 09 01 3d011f 0a05 0310",
            "the message ends before or within optional parameter, expected at octet 7 (Q.763 §1.7)",
        ),
    ];
    for (hex, complaint) in cases {
        assert_eq!(refused(hex), complaint, "{hex}");
    }
}

#[test]
fn a_called_number_of_more_than_32_digits_is_refused() {
    let hex = format!("0700 01 00 0000 0a 00 02 00 13 0310 {}", "11".repeat(17));
    assert!(refused(&hex).starts_with("19 octets of called party number at octet 11"));
}

#[test]
fn the_longest_diagnostics_leave_room_for_an_optional_part() {
    let message = Message::Rel(Rel {
        cause: CauseIndicators {
            recommendation: Some(Uint::default()),
            diagnostics: Contents::new(&[0xAB; 250]).unwrap(),
            ..CauseIndicators::new(Cause::NORMAL_CLEARING, Location::USER)
        },
        optional: Parameters::new().with(Parameter::HopCounter(hops(3))),
    });
    assert_eq!(
        Pdu::decode(&write(message.clone())).unwrap().message,
        message
    );
    assert!(Contents::<250>::new(&[0; 251]).is_err());
}

#[test]
fn the_octet_that_ends_the_optional_part_is_no_parameter() {
    let contents = Contents::default();
    let code = ParameterCode::END_OF_OPTIONAL_PARAMETERS;
    let optional = Parameters::new()
        .with(Parameter::Other { code, contents })
        .with(Parameter::HopCounter(hops(3)));
    let octets = write(Message::Anm(Anm { optional }));
    assert_eq!(octets[3..], [1, 0x3D, 1, 3, 0]);
}
