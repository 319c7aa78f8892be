//! Bytes from outside, round trips and arbitrary input for sendRoutingInfo.
//!
//! The vectors were written by pycrate 0.7 (`TCAP_MAPv2v3`), an ASN.1 compiler with its own BER.

use super::*;
use crate::number::Digits;
use proptest::prelude::*;

/// Who is called, asked by whom: the members a GMSC always sends.
const ARGUMENT: &str = "30158007919471510407098301008607919471016700f0";

/// Every member of the argument but additionalSignalInfo and networkSignalInfo2.
const ARGUMENT_FULL: &str = "308199800791947151040709a1080404010203040500820105830101840085017f86079194710167\
     00f0870313fa3d880102a903830111aa070a010204020a14ab04030205e08c00ad2ca02a30280626\
     69fdaac4d0de91d2b9a1b0c4c4eadbe3d5df1e016963736366312e696d732e6578616d706c658e01\
     078f0090010192010193009401029500960097009800b9038201169b0206c09c009d0101";

const ROAMING: &str = "a313890862021132547698f0040791947102001032";

const FORWARDED: &str = "a31c890862021132547698f0300b85069194711111f1860124a103040129";

const ICSCF: &str = "a338890862021132547698f0a02ca02a3028062669fdaac4d0de91d2b9a1b0c4c4eadbe3d5df1e01\
     6963736366312e696d732e6578616d706c65";

/// Every member of the result.
const RESULT_FULL: &str = "a381b9890862021132547698f0a80c300885069194711111f1a000a3060404010203048600a704a1\
     028000a106040121040129a5038301118400820791947102000010a02ca02a3028062669fdaac4d0\
     de91d2b9a1b0c4c4eadbe3d5df1e016963736366312e696d732e6578616d706c65aa0580030f3005\
     ab0280008c07919471510407098d01058e0200c88f0205e0900201feb109040791947102001042b2\
     0304012ab303820116940206c09501049600b7080a010104030401a0";

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|c| u8::try_from(c.to_digit(16)?).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn digits(text: &str) -> Digits {
    text.parse().unwrap()
}

fn international(number: &str) -> AddressString {
    AddressString::international(digits(number)).unwrap()
}

fn subscriber() -> SendRoutingInfoRes {
    SendRoutingInfoRes {
        imsi: Some(Imsi::new(digits("262011234567890")).unwrap()),
        ..SendRoutingInfoRes::default()
    }
}

#[test]
fn the_argument_of_a_basic_call() {
    let argument =
        SendRoutingInfoArg::basic_call(international("491715407090"), international("49171076000"));
    assert_eq!(argument.encode(), hex(ARGUMENT));
    assert_eq!(SendRoutingInfoArg::decode(&hex(ARGUMENT)), Ok(argument));
}

#[test]
fn every_member_of_the_argument_is_known() {
    let argument = SendRoutingInfoArg::decode(&hex(ARGUMENT_FULL)).unwrap();
    assert_eq!(argument.interrogation_type, InterrogationType::FORWARDING);
    assert_eq!(argument.number_of_forwarding, Some(5));
    assert_eq!(argument.or_capability, Some(127));
    assert_eq!(argument.forwarding_reason, Some(ForwardingReason::NO_REPLY));
    assert!(argument.or_interrogation && argument.mt_roaming_retry_supported);
    assert_eq!(argument.call_priority, Some(1));
    assert_eq!(argument.unknown, []);
    assert_eq!(argument.encode(), hex(ARGUMENT_FULL));
}

#[test]
fn gsm_map_reads_the_same_argument() {
    let bytes =
        SendRoutingInfoArg::basic_call(international("491715407090"), international("49171076000"))
            .encode();
    let theirs: gsm_map::operations::call_handling::SendRoutingInfoArg =
        gsm_map::decode(&bytes).unwrap();
    assert_eq!(gsm_map::encode(&theirs).unwrap(), bytes);
    let msisdn = gsm_map::address::international_e164("491715407090").unwrap();
    assert_eq!(theirs.msisdn.as_ref(), msisdn);
}

#[test]
fn a_roaming_number_is_an_untagged_alternative() {
    let number = RoutingInfo::RoamingNumber(international("491720000123"));
    let result = SendRoutingInfoRes {
        extended_routing_info: Some(ExtendedRoutingInfo::Routing(number)),
        ..subscriber()
    };
    assert_eq!(result.encode(), hex(ROAMING));
    assert_eq!(SendRoutingInfoRes::decode(&hex(ROAMING)), Ok(result));
}

#[test]
fn a_forwarding_tells_number_and_reason() {
    let options = ForwardingOptions(0x24);
    assert_eq!(options.reason(), ForwardingOptions::BUSY);
    assert!(options.notifies_calling_party() && !options.presents_redirection());
    let result = SendRoutingInfoRes {
        extended_routing_info: Some(ExtendedRoutingInfo::Routing(RoutingInfo::Forwarding(
            ForwardingData {
                forwarded_to_number: Some(international("491711111")),
                forwarding_options: Some(options),
                ..ForwardingData::default()
            },
        ))),
        ss_list: Some(SsList(vec![SsCode(0x29)])),
        ..subscriber()
    };
    assert_eq!(result.encode(), hex(FORWARDED));
    assert_eq!(SendRoutingInfoRes::decode(&hex(FORWARDED)), Ok(result));
}

#[test]
fn the_icscf_is_in_a_private_extension() {
    let host: HostName = "icscf1.ims.example".parse().unwrap();
    let result = SendRoutingInfoRes {
        extension_container: Some(ExtensionContainer::of_icscf(&host)),
        ..subscriber()
    };
    assert_eq!(result.encode(), hex(ICSCF));
    let read = SendRoutingInfoRes::decode(&hex(ICSCF)).unwrap();
    assert_eq!(read.icscf(), Some(host));
}

#[test]
fn every_member_of_the_result_is_known() {
    let result = SendRoutingInfoRes::decode(&hex(RESULT_FULL)).unwrap();
    assert!(matches!(
        result.extended_routing_info,
        Some(ExtendedRoutingInfo::Camel(_))
    ));
    assert_eq!(
        result.routing_info2,
        Some(RoutingInfo::RoamingNumber(international("491720000124")))
    );
    assert_eq!(result.ist_alert_timer, Some(200));
    assert_eq!(
        result.unavailability_cause,
        Some(UnavailabilityCause::BUSY_SUBSCRIBER)
    );
    assert_eq!(
        result.number_portability_status,
        Some(NumberPortabilityStatus::FOREIGN_NUMBER_PORTED_IN)
    );
    assert!(result.gsm_bearer_capability.is_some());
    assert_eq!(result.unknown, []);
    assert_eq!(result.encode(), hex(RESULT_FULL));
}

#[test]
fn a_member_of_a_later_release_is_kept() {
    let mut bytes = hex(ROAMING);
    bytes.extend([0x9F, 0x40, 0x01, 0x2A]);
    bytes[1] += 4;
    let result = SendRoutingInfoRes::decode(&bytes).unwrap();
    assert_eq!(result.unknown.len(), 1);
    assert_eq!(result.encode(), bytes);
}

#[test]
fn segments_of_a_result_are_joined() {
    let (roaming, icscf) = (hex(ROAMING), hex(ICSCF));
    let mut without_imsi = icscf[12..].to_vec();
    let length = u8::try_from(without_imsi.len()).unwrap();
    without_imsi.splice(..0, [0xA3, length]);
    let joined =
        SendRoutingInfoRes::decode_segments([roaming.as_slice(), without_imsi.as_slice()]).unwrap();
    assert!(joined.imsi.is_some() && joined.icscf().is_some());
    assert_eq!(
        SendRoutingInfoRes::decode_segments([roaming.as_slice(), icscf.as_slice()]),
        Err(Malformed::Misplaced("imsi"))
    );
}

#[test]
fn what_is_wrong_is_named() {
    let argument = hex(ARGUMENT);
    let cases = [
        (vec![], Malformed::Encoding("SendRoutingInfoArg")),
        (
            argument[..20].to_vec(),
            Malformed::Encoding("SendRoutingInfoArg"),
        ),
        (
            [&argument[..], &[0]].concat(),
            Malformed::Trailing("SendRoutingInfoArg"),
        ),
        (hex(ROAMING), Malformed::Tag("SendRoutingInfoArg")),
        (hex("30 00"), Malformed::Missing("msisdn")),
        (hex("30 03 83 01 00"), Malformed::Missing("msisdn")),
        (
            hex("30 06 83 01 00 83 01 00"),
            Malformed::Misplaced("interrogation_type"),
        ),
        (hex("30 05 80 00 83 01 00"), Malformed::Value("msisdn")),
        (hex("30 02 A4 00"), Malformed::Encoding("or_interrogation")),
    ];
    for (bytes, error) in cases {
        assert_eq!(
            SendRoutingInfoArg::decode(&bytes),
            Err(error),
            "{bytes:02X?}"
        );
    }
}

prop_compose! {
    fn any_address()(
        nature in 0..5u8,
        signals in proptest::collection::vec(0..15u32, 1..=AddressString::MAX_DIGITS),
    ) -> AddressString {
        let text: String = signals.iter().filter_map(|&s| char::from_digit(s, 16)).collect();
        AddressString::from_isup(
            (nature + 1).try_into().unwrap(),
            crate::number::NumberingPlan::E164,
            digits(&text),
        )
        .unwrap()
    }
}

proptest! {
    #[test]
    fn results_round_trip(
        roaming in proptest::option::of(any_address()),
        vmsc in proptest::option::of(any_address()),
        host in "[a-z0-9.-]{1,128}",
        timer in any::<u8>(),
        flag in any::<bool>(),
    ) {
        let result = SendRoutingInfoRes {
            extended_routing_info: roaming
                .map(|number| ExtendedRoutingInfo::Routing(RoutingInfo::RoamingNumber(number))),
            vmsc_address: vmsc,
            extension_container: Some(ExtensionContainer::of_icscf(&host.parse().unwrap())),
            ist_alert_timer: Some(timer),
            cug_subscription_flag: flag,
            ..subscriber()
        };
        prop_assert_eq!(SendRoutingInfoRes::decode(&result.encode()), Ok(result));
    }

    #[test]
    fn what_reads_writes_back_the_same_value(
        change in 0..200usize,
        octet in any::<u8>(),
    ) {
        let mut bytes = hex(RESULT_FULL);
        let at = change % bytes.len();
        bytes[at] = octet;
        if let Ok(result) = SendRoutingInfoRes::decode(&bytes) {
            prop_assert_eq!(SendRoutingInfoRes::decode(&result.encode()), Ok(result));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = SendRoutingInfoRes::decode(&bytes);
        let _ = SendRoutingInfoArg::decode(&bytes);
        let _ = UserError::with_parameter(ErrorCode::SYSTEM_FAILURE, &bytes);
    }
}
