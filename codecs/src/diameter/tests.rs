use bytes::{Bytes, BytesMut};
use proptest::prelude::*;

use super::cx::*;
use super::*;
use crate::diameter::base::*;

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

fn identity(host: &str, realm: &str) -> Identity {
    Identity {
        host: host.into(),
        realm: realm.into(),
    }
}

// Written by python-diameter 0.9.0 (PyPI, MIT) from its LocationInfoRequest and LocationInfoAnswer.

const LIR: &str = "010000dcc000012e010000001122334455667788
    000001074000001d69637363662e696d732e6578616d706c653b313b32000000
    00000104400000200000010a4000000c000028af000001024000000c01000000 000001154000000c00000001
    000001084000001969637363662e696d732e6578616d706c65000000
    0000012840000013696d732e6578616d706c6500 00000125400000176873732e696d732e6578616d706c6500
    0000011b40000013696d732e6578616d706c6500
    00000259c000001d000028af74656c3a2b343931373135343037303930000000";

const LIA: &str = "010001104000012e010000001122334455667788
    000001074000001d69637363662e696d732e6578616d706c653b313b32000000
    00000104400000200000010a4000000c000028af000001024000000c01000000
    0000010c4000000c000007d1 000001154000000c00000001
    00000108400000176873732e696d732e6578616d706c6500 0000012840000013696d732e6578616d706c6500
    0000025ac0000026000028af7369703a73637363662e696d732e6578616d706c653a353036300000
    0000025bc0000050000028af 0000025cc0000010000028af00000001 0000025cc0000010000028af00000002
    0000025ac0000022000028af7369703a7363736366322e696d732e6578616d706c650000";

const LIA_UNKNOWN: &str = "0100008c4000012e010000001122334455667788
    000001074000001d69637363662e696d732e6578616d706c653b313b32000000
    00000129400000200000010a4000000c000028af0000012a4000000c00001389 000001154000000c00000001
    00000108400000176873732e696d732e6578616d706c6500 0000012840000013696d732e6578616d706c6500";

fn lir() -> LocationInfoRequest {
    LocationInfoRequest {
        session: "icscf.ims.example;1;2".into(),
        origin: identity("icscf.ims.example", "ims.example"),
        destination_host: Some("hss.ims.example".into()),
        destination_realm: "ims.example".into(),
        originating: false,
        public_identity: "tel:+491715407090".into(),
        other: Vec::new(),
    }
}

fn decoded(text: &str) -> Message {
    Message::decode(&hex(text)).unwrap()
}

#[test]
fn location_info_request_of_another_implementation() {
    let message = decoded(LIR);
    assert_eq!(LocationInfoRequest::read(&message.avps), Ok(lir()));
    let mut ours = lir().message();
    (ours.header.hop_by_hop, ours.header.end_to_end) = (0x1122_3344, 0x5566_7788);
    assert_eq!(ours, message);
    assert_eq!(encoded(&message), hex(LIR));
}

#[test]
fn location_info_answer_of_another_implementation() {
    let message = decoded(LIA);
    let answer = LocationInfoAnswer {
        capabilities: Some(ServerCapabilities {
            mandatory: vec![1, 2],
            optional: Vec::new(),
            servers: vec!["sip:scscf2.ims.example".into()],
        }),
        ..LocationInfoAnswer::found("sip:scscf.ims.example:5060")
    };
    assert_eq!(LocationInfoAnswer::read(&message.avps), Ok(answer.clone()));
    let origin = identity("hss.ims.example", "ims.example");
    assert_eq!(answer.message(&decoded(LIR), &origin), message);
}

#[test]
fn an_unknown_user_of_another_implementation() {
    let message = Message::decode(&hex(LIA_UNKNOWN)).unwrap();
    let answer = LocationInfoAnswer::read(&message.avps).unwrap();
    assert_eq!(answer, LocationInfoAnswer::failed(result::USER_UNKNOWN));
    assert_eq!(encoded(&message), hex(LIA_UNKNOWN));
}

// CER of heimiricmr/bromelia (github.com, MIT), tests/test_messages.py.
#[test]
fn capabilities_of_another_implementation() {
    let octets = hex("0100007c800001010000000030fa20a508db4bcd
        000001084000001048656e7269717565 000001284000001048656e7269717565
        000001014000000e0001c0a80f0d0000 0000010a4000000c00000000
        0000010d00000012507974686f6e207372630000 000001024000000c00000000
        0000010b0000000c00000001");
    let message = Message::decode(&octets).unwrap();
    let capabilities = Capabilities::read_request(&message.avps).unwrap();
    let expected = Capabilities {
        identity: identity("Henrique", "Henrique"),
        addresses: vec![[192, 168, 15, 13].into()],
        vendor: VendorId::IETF,
        product: "Python src".into(),
        state: None,
        vendors: Vec::new(),
        applications: vec![ApplicationId::BASE],
        vendor_applications: Vec::new(),
        firmware: Some(1),
    };
    assert_eq!(capabilities, expected);
    assert_eq!(expected.avps(), message.avps);
    assert_eq!(encoded(&message), octets);
}

// DWR and DWA of two products, in the tests of Perl's Diameter::Message.
#[test]
fn a_watchdog_of_other_implementations() {
    let request = hex("010000408000011800000000a81826d5e77f7c8f
        0000010840000016706365662e66356e65742e636f6d0000 000001284000001166356e65742e636f6d000000");
    let message = Message::decode(&request).unwrap();
    let watchdog = Watchdog::read(&message.avps).unwrap();
    assert_eq!(watchdog.identity, identity("pcef.f5net.com", "f5net.com"));
    assert_eq!(encoded(&message), request);
    let answer = hex(
        "010000480000011800000000a81826d5e77f7c8f 0000010c4000000c000007d1
        0000012840000013747261666669782e636f6d00 000001084000001366355f6469616d6574657200",
    );
    let message = Message::decode(&answer).unwrap();
    assert!(!message.header.request);
    let success = Outcome::Base(ResultCode::SUCCESS);
    assert_eq!(Outcome::of(&message.avps), Ok(success));
    assert_eq!(encoded(&message), answer);
}

#[test]
fn octets_that_are_no_message() {
    let whole = hex(LIR);
    let damaged = |at: usize, value: u8| {
        let mut octets = whole.to_vec();
        octets[at] = value;
        Message::decode(&octets.into()).unwrap_err()
    };
    assert_eq!(damaged(0, 2), Malformed::Version(2));
    let length = |stated, actual| Malformed::Length { stated, actual };
    assert_eq!(damaged(3, 0xD8), length(0xD8, 0xDC));
    assert_eq!(Message::decode(&whole.slice(..19)), Err(length(0, 19)));
    assert_eq!(
        Message::decode(&hex("010000160000011800000000 0000000000000000 0000")),
        Err(length(22, 22))
    );
    for length in [7, 0xFF] {
        let Malformed::Avp { header, failed } = damaged(27, length) else {
            panic!("the length of Session-Id is {length}");
        };
        assert_eq!(header.hop_by_hop, 0x1122_3344);
        assert_eq!(failed.key, Key::SESSION_ID);
    }
    let too_short_for_its_vendor = hex("010000200000011800000000 0000000000000000
        00000259c000000a000028af");
    assert!(matches!(
        Message::decode(&too_short_for_its_vendor),
        Err(Malformed::Avp { failed, .. }) if failed.key == Key::PUBLIC_IDENTITY
    ));
}

/// LIR with the AVPs that `change` leaves.
fn changed(change: impl FnOnce(&mut Vec<Avp>)) -> Result<LocationInfoRequest, Fault> {
    let mut avps = decoded(LIR).avps;
    change(&mut avps);
    LocationInfoRequest::read(&avps)
}

#[test]
fn each_fault_names_its_result_and_avp() {
    let replace = |avp: Avp| {
        changed(|avps| {
            let old = avps.iter_mut().find(|old| old.key == avp.key).unwrap();
            *old = avp;
        })
    };
    let unknown = Avp::u32(Key::new(4711, VendorId::IETF), 0);
    let faults = [
        (
            changed(|avps| avps.retain(|avp| avp.key != Key::PUBLIC_IDENTITY)),
            ResultCode::MISSING_AVP,
            Key::PUBLIC_IDENTITY,
        ),
        (
            changed(|avps| avps.push(unknown.clone())),
            ResultCode::AVP_UNSUPPORTED,
            unknown.key,
        ),
        (
            changed(|avps| avps.push(Avp::text(Key::PUBLIC_IDENTITY, "tel:+1"))),
            ResultCode::AVP_OCCURS_TOO_OFTEN,
            Key::PUBLIC_IDENTITY,
        ),
        (
            replace(Avp::new(Key::PUBLIC_IDENTITY, vec![0xFF])),
            ResultCode::INVALID_AVP_VALUE,
            Key::PUBLIC_IDENTITY,
        ),
        (
            replace(Avp::new(Key::AUTH_SESSION_STATE, vec![0; 5])),
            ResultCode::INVALID_AVP_LENGTH,
            Key::AUTH_SESSION_STATE,
        ),
        (
            replace(Avp::u32(Key::VENDOR_SPECIFIC_APPLICATION_ID, 0)),
            ResultCode::INVALID_AVP_VALUE,
            Key::VENDOR_SPECIFIC_APPLICATION_ID,
        ),
    ];
    for (read, result, key) in faults {
        let fault = read.unwrap_err();
        assert_eq!((fault.result, fault.failed.key), (result, key));
    }
}

#[test]
fn what_is_unknown_and_not_mandatory_is_kept() {
    let unknown = Avp::optional(Key::new(4711, VendorId(9)), "x");
    let read = changed(|avps| avps.push(unknown.clone())).unwrap();
    assert_eq!(read.other, [unknown]);
}

#[test]
fn an_answer_returns_session_and_proxies() {
    let proxy = Avp::new(Key::PROXY_INFO, "state");
    let mut request = decoded(LIR);
    request.avps.push(proxy.clone());
    let answer = request.answer(ResultCode::COMMAND_UNSUPPORTED, []);
    assert!(answer.header.error && !answer.header.request && answer.header.proxiable);
    assert_eq!(answer.avps, [request.avps[0].clone(), proxy]);
    let answer = request.answer(ResultCode::MISSING_AVP, []);
    assert!(!answer.header.error);
}

#[test]
fn addresses_of_both_families() {
    for address in ["192.0.2.1", "2001:db8::1"] {
        let address = address.parse().unwrap();
        let avp = Avp::address(Key::HOST_IP_ADDRESS, address);
        assert_eq!(avp.as_address(), Some(address));
    }
    assert_eq!(
        Avp::new(Key::HOST_IP_ADDRESS, vec![0, 1, 2]).as_address(),
        None
    );
}

#[test]
fn a_message_over_16_mib_is_not_written() {
    let mut message = decoded(LIR);
    message
        .avps
        .push(Avp::new(Key::PROXY_INFO, vec![0; 0x100_0000]));
    let mut out = vec![7];
    assert_eq!(message.encode(&mut out), Err(TooLong));
    assert_eq!(out, [7]);
}

#[test]
fn peers_share_an_application_or_one_is_a_relay() {
    let serving =
        |applications: &[ApplicationId], vendor_applications: &[VendorApplication]| Capabilities {
            identity: identity("a", "b"),
            addresses: Vec::new(),
            vendor: VendorId::IETF,
            product: String::new(),
            state: None,
            vendors: Vec::new(),
            applications: applications.to_vec(),
            vendor_applications: vendor_applications.to_vec(),
            firmware: None,
        };
    let cx = serving(&[], &[VendorApplication::CX]);
    assert!(cx.shares_application(&serving(&[ApplicationId::CX], &[])));
    assert!(cx.shares_application(&serving(&[ApplicationId::RELAY], &[])));
    assert!(!cx.shares_application(&serving(&[ApplicationId(4)], &[])));
}

#[test]
fn messages_are_taken_off_a_stream_as_they_complete() {
    let (lir, lia) = (hex(LIR), hex(LIA));
    let mut stream = BytesMut::new();
    let mut taken = Vec::new();
    for &octet in lir.iter().chain(&lia) {
        stream.extend_from_slice(&[octet]);
        taken.extend(take_message(&mut stream, 1024).unwrap());
    }
    assert_eq!(taken, [lir, lia]);
    assert!(stream.is_empty());
}

#[test]
fn garbage_on_a_stream_shows_in_its_first_octets() {
    let take = |octets: &[u8]| take_message(&mut BytesMut::from(octets), 1024);
    assert_eq!(take(b"GET / HTTP/1.1"), Err(FramingError::Version(b'G')));
    assert_eq!(take(&[1, 0, 0, 16]), Err(FramingError::Length(16)));
    assert_eq!(take(&[1, 0, 0, 22]), Err(FramingError::Length(22)));
    assert_eq!(take(&[1, 0, 4, 4]), Err(FramingError::Length(1028)));
    assert_eq!(take(&[1, 0, 4]), Ok(None));
}

fn avp() -> impl Strategy<Value = Avp> {
    let vendor = prop_oneof![Just(0), Just(10_415), any::<u32>()].prop_map(VendorId);
    let code = prop_oneof![250..310u32, 600..640u32, any::<u32>()];
    let value = prop::collection::vec(any::<u8>(), 0..40);
    (code, vendor, any::<bool>(), any::<bool>(), value).prop_map(
        |(code, vendor, mandatory, protected, value)| Avp {
            key: Key::new(code, vendor),
            mandatory,
            protected,
            value: value.into(),
        },
    )
}

prop_compose! {
    fn message()(
        bits in any::<[bool; 4]>(),
        command in 0..0x100_0000u32,
        numbers in any::<[u32; 3]>(),
        avps in prop::collection::vec(avp(), 0..6),
    ) -> Message {
        let [request, proxiable, error, retransmitted] = bits;
        let [application, hop_by_hop, end_to_end] = numbers;
        let header = Header {
            request, proxiable, error, retransmitted,
            command: CommandCode(command),
            application: ApplicationId(application),
            hop_by_hop, end_to_end,
        };
        Message { header, avps }
    }
}

/// Reads `octets` as everything there is; none of it may panic.
fn read_all(octets: &Bytes) {
    if let Ok(Message { avps, .. }) = Message::decode(octets) {
        let _ = Capabilities::read_request(&avps);
        let _ = Capabilities::read_answer(&avps);
        let _ = Watchdog::read(&avps);
        let _ = Disconnect::read(&avps);
        let _ = LocationInfoRequest::read(&avps);
        let _ = LocationInfoAnswer::read(&avps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn a_message_reads_as_it_was_written(message in message()) {
        prop_assert_eq!(Message::decode(&encoded(&message)), Ok(message));
    }

    #[test]
    fn a_group_reads_as_it_was_written(members in prop::collection::vec(avp(), 0..5)) {
        let group = Avp::grouped(Key::FAILED_AVP, &members);
        prop_assert_eq!(group.as_group(), Some(members));
    }

    #[test]
    fn no_octets_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&octets.clone().into());
        let _ = take_message(&mut BytesMut::from(&octets[..]), 100);
    }

    #[test]
    fn no_damaged_message_panics(
        text in prop::sample::select(vec![LIR, LIA, LIA_UNKNOWN]),
        at in any::<prop::sample::Index>(),
        value: u8,
    ) {
        let mut octets = hex(text).to_vec();
        let at = at.index(octets.len());
        octets[at] = value;
        read_all(&octets.into());
    }
}
