//! Octets of ISUP messages that others wrote or captured: what they mean, and that they come back.
#![allow(clippy::unwrap_used)]

use codecs::isup::*;
use codecs::mtp::PointCode;
use codecs::number::{NatureOfAddress, NumberingPlan};

/// Where the octets are from, the octets from the CIC on, what they say, and what we write instead
/// where that differs: fillers are zero, and the pointer to an absent optional part is zero.
const VECTORS: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "hepgen.js, call: set-up",
        "a9000110 20010a00 020a0803 10261885 0325f80a 08831398 26482246 19fe0100 1d038090 \
         a3310200 5a3d011e 03047d02 91813906 fed031c0 3dc000",
        "cic=169 IAM called=62815830528 calling=89628422649 medium=speech",
        None,
    ),
    (
        "hepgen.js, call: address complete",
        "a9000600 0000",
        "cic=169 ACM",
        None,
    ),
    (
        "hepgen.js, call: progress",
        "a9002c02 01110216 34290101 00",
        "cic=169 CPG progress in-band information",
        None,
    ),
    (
        "hepgen.js, call: alerting",
        "a9002c01 01110216 34290101 00",
        "cic=169 CPG alerting in-band information",
        None,
    ),
    (
        "hepgen.js, call: release",
        "a9000c02 00028090",
        "cic=169 REL cause=16 normal call clearing (user)",
        None,
    ),
    (
        "hepgen.js, call: release complete",
        "a9001000",
        "cic=169 RLC",
        None,
    ),
    (
        "osmo_ss7, isup_codec_tests.erl",
        "01001701 010e",
        "cic=1 GRS range=14",
        None,
    ),
    (
        "osmo_ss7, isup_codec_tests.erl",
        "09000110 48000a03 020a0883 10299924 00800f0a 08031394 03423093 20f21536 19080000 \
         15ffffff ffffffff ffffff1d 4538cb20 00",
        "cic=9 IAM called=9299420008 calling=493024033902 medium=3.1 kHz audio",
        None,
    ),
    (
        "cellmgr_ng, isup_parse_test.c",
        "03001701 011c",
        "cic=3 GRS range=28",
        None,
    ),
    (
        "cellmgr_ng, isup_parse_test.c",
        "02002901 051d0000 ff3f",
        "cic=2 GRA range=29 set=14",
        None,
    ),
    ("cellmgr_ng, isup_parse_test.c", "010012", "cic=1 RSC", None),
    (
        "linkbit.com, simple-isup-call.htm",
        "05000100 20000a03 02080603 10111111 f10a0603 13222222 2200",
        "cic=5 IAM called=1111111 calling=22222222 medium=3.1 kHz audio",
        None,
    ),
    (
        "yatevoip/yate issue 14",
        "04002c02 0103041e 02818800",
        "cic=4 CPG progress",
        None,
    ),
    (
        "jss7 IAMTest, trace",
        "73000111 60000a03 02090783 90797045 26090a07 83135963 8596003f 07831717 50200300 \
         03132811 42455254 48414c49 4e204a61 63717565 7300",
        "cic=115 IAM called=970754629 calling=953658690 medium=3.1 kHz audio",
        None,
    ),
    (
        "jss7 IAMTest",
        "0c0b0110 20010a00 020a0804 10970000 0000f00a 08841197 00000000 000b0703 10090000 \
         00001302 03322807 03100900 0000001d 038090a3 3102005a 34029181 6f088414 07000000 \
         000000",
        "cic=2828 IAM called=79000000000 calling=79000000000 medium=speech",
        None,
    ),
    (
        "jss7 CPGTest",
        "0c0b2c02 011102a6 9d350103 21050143 83603800",
        "cic=2828 CPG progress",
        None,
    ),
    (
        "jss7 RELTest",
        "0c0b0c02 0002839f",
        "cic=2828 REL cause=31 normal, unspecified (transit network)",
        None,
    ),
    (
        "jss7 ACMTest",
        "0c0b0601 20012901 01120282 9c00",
        "cic=2828 ACM in-band information cause=28 invalid number format (address incomplete) (public network serving the local user)",
        None,
    ),
    (
        "jss7 ANMTest",
        "0c0b0901 01050101 01de0133 07010203 04050607 00",
        "cic=2828 ANM",
        None,
    ),
    (
        "jss7 CGBTest",
        "0c0b1801 01030a02 03",
        "cic=2828 CGB range=10 set=3 hardware",
        None,
    ),
    (
        "jss7 CNFTest",
        "0c0b2f01 028090",
        "cic=2828 CFN cause=16 normal call clearing (user)",
        Some("0c0b2f02 00028090"),
    ),
    (
        "jss7 SUSTest",
        "0c0b0d01 01010500 059c0f26 00",
        "cic=2828 SUS by network",
        None,
    ),
    (
        "jss7 INRTest",
        "0c0b0309 a0010105 0c497849 3800",
        "cic=2828 INR",
        None,
    ),
    (
        "jss7 CQRTest",
        "0c0b2b02 03010103 010203",
        "cic=2828 CQR range=1 idle=0 busy=0 blocked=0 unequipped=1 other=2",
        None,
    ),
    (
        "jss7 CQMTest",
        "0c0b2a01 0101",
        "cic=2828 CQM range=1",
        None,
    ),
    (
        "jss7 FRJTest",
        "0c0b2159 020002e4 8c",
        "cic=2828 FRJ facility=89 cause=12 unassigned (public network serving the remote user)",
        None,
    ),
    (
        "jss7 FAATest",
        "0c0b2081 0101050c 49784938 00",
        "cic=2828 FAA facility=129",
        None,
    ),
    (
        "jss7 SGMTest",
        "0c0b3801 38024281 c1042321 436500",
        "cic=2828 SGM",
        None,
    ),
    (
        "jss7 IDRTest",
        "0c0b3601 3b010238 02428100",
        "cic=2828 IDR",
        None,
    ),
    (
        "jss7 IRSTest",
        "0c0b3701 3c010238 02428100",
        "cic=2828 IRS",
        None,
    ),
    (
        "jss7 NRMTest",
        "0c0b3201 38024281 37014900",
        "cic=2828 NRM",
        None,
    ),
    (
        "jss7 SAMTest",
        "0c0b0201 04008360 38",
        "cic=2828 SAM digits=380683",
        Some("0c0b0202 00040083 6038"),
    ),
    (
        "pycrate 0.8.1",
        "23010119 b5530b02 020b0984 90947151 04070901 01050102 0334120a 08049794 98214365 \
         87080186 0b058314 27910513 02132228 07031003 09200600 2a015cc0 07068410 94982103 \
         3102012c 3f078497 94710100 003d011d 7d068310 21436507 00",
        "cic=291 IAM called=4917154070901 calling=498912345678 (restricted) medium=64 kbit/s unrestricted",
        None,
    ),
    (
        "pycrate 0.8.1",
        "07000616 b1012901 09120282 912c01e0 3501032e 01010c06 84909417 210100",
        "cic=7 ACM subscriber free in-band information cause=17 user busy (public network serving the local user)",
        None,
    ),
    (
        "pycrate 0.8.1",
        "07000202 05038021 0300",
        "cic=7 SAM digits=123",
        Some("07000202 00038021 03"),
    ),
    (
        "pycrate 0.8.1",
        "07002c81 0100",
        "cic=7 CPG alerting",
        Some("07002c81 00"),
    ),
    (
        "pycrate 0.8.1",
        "01002901 051d0100 0020",
        "cic=1 GRA range=29 set=2",
        None,
    ),
    (
        "pycrate 0.8.1",
        "ff0f0c02 04028ae3 27010200",
        "cic=4095 REL cause=99 information element/parameter non-existent or not implemented (network beyond interworking point)",
        None,
    ),
];

fn octets(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn octets_from_elsewhere_mean_what_they_should_and_come_back() {
    for (source, hex, meaning, ours) in VECTORS {
        let pdu = Pdu::decode(&octets(hex)).unwrap();
        assert_eq!(pdu.to_string(), *meaning, "{source}");
        let mut written = Vec::new();
        pdu.encode(&mut written);
        assert_eq!(written, octets(ours.unwrap_or(hex)), "{source}: {pdu:?}");
    }
}

/// The IAM and ACM that pycrate wrote from the same values.
#[test]
fn pycrate_writes_the_same_octets_for_the_same_values() {
    let called = |nature, inn_not_allowed, digits: &str| CalledPartyNumber {
        nature,
        inn_not_allowed,
        plan: NumberingPlan::E164,
        digits: digits.parse().unwrap(),
    };
    let redirecting = |presentation, digits: &str| RedirectingNumber {
        nature: NatureOfAddress::NATIONAL,
        plan: NumberingPlan::E164,
        presentation,
        digits: digits.parse().unwrap(),
    };
    let calling = CallingPartyNumber {
        nature: NatureOfAddress::INTERNATIONAL,
        incomplete: true,
        plan: NumberingPlan::E164,
        presentation: Presentation::RESTRICTED,
        screening: Screening::NETWORK,
        digits: "498912345678".parse().unwrap(),
    };
    let iam = Iam {
        nature_of_connection: NatureOfConnection {
            satellites: Satellites::ONE,
            continuity_check: ContinuityCheck::PREVIOUS_CIRCUIT,
            echo_control: true,
        },
        forward_call: ForwardCallIndicators {
            international: true,
            end_to_end_method: EndToEndMethod::SCCP,
            interworking: false,
            end_to_end_information: true,
            isup_all_the_way: true,
            isup_preference: IsupPreference::REQUIRED,
            isdn_access: true,
            sccp_method: SccpMethod::CONNECTIONLESS,
            ported_number_translated: true,
            query_on_release_attempt: false,
            national: 1.try_into().unwrap(),
        },
        category: CallingPartyCategory::PRIORITY,
        medium: TransmissionMediumRequirement::UNRESTRICTED_64K,
        called: called(NatureOfAddress::INTERNATIONAL, true, "4917154070901"),
        optional: Parameters::from_iter([
            Parameter::CallReference(CallReference {
                identity: 0x01_02_03.try_into().unwrap(),
                point_code: PointCode::new(0x1234).try_into().unwrap(),
            }),
            Parameter::CallingPartyNumber(calling),
            Parameter::OptionalForwardCall(OptionalForwardCallIndicators {
                closed_user_group: ClosedUserGroupCall::OUTGOING_ALLOWED,
                segmentation: true,
                connected_line_requested: true,
            }),
            Parameter::RedirectingNumber(redirecting(Presentation::RESTRICTED, "72195")),
            Parameter::RedirectionInformation(RedirectionInformation {
                indicator: RedirectingIndicator::DIVERTED,
                original_reason: RedirectionReason::USER_BUSY,
                count: 2.try_into().unwrap(),
                reason: RedirectionReason::NO_REPLY,
            }),
            Parameter::OriginalCalledNumber(redirecting(Presentation::ALLOWED, "3090026000")),
            Parameter::UserToUserIndicators(UserToUserIndicators {
                response: false,
                service_1: UserToUserService::NOT_ESSENTIAL_OR_PROVIDED,
                service_2: UserToUserService::ESSENTIAL,
                service_3: UserToUserService::NOT_ESSENTIAL_OR_PROVIDED,
                discarded: false,
            }),
            Parameter::GenericNumber(GenericNumber {
                qualifier: NumberQualifier::CALLING,
                number: CallingPartyNumber {
                    incomplete: false,
                    presentation: Presentation::ALLOWED,
                    screening: Screening::USER_NOT_VERIFIED,
                    digits: "4989123".parse().unwrap(),
                    ..calling
                },
            }),
            Parameter::PropagationDelay(PropagationDelay(300)),
            Parameter::LocationNumber(LocationNumber {
                nature: NatureOfAddress::INTERNATIONAL,
                inn_not_allowed: true,
                plan: NumberingPlan::E164,
                presentation: Presentation::RESTRICTED,
                screening: Screening::NETWORK,
                digits: "491710000".parse().unwrap(),
            }),
            Parameter::HopCounter(29.try_into().unwrap()),
            Parameter::CalledDirectoryNumber(called(NatureOfAddress::NATIONAL, false, "1234567")),
        ]),
    };
    let acm = Acm {
        backward_call: BackwardCallIndicators {
            charge: Charge::CHARGE,
            called_status: CalledStatus::SUBSCRIBER_FREE,
            called_category: CalledCategory::ORDINARY,
            interworking: true,
            isdn_access: true,
            echo_control: true,
            sccp_method: SccpMethod::CONNECTION_ORIENTED,
            ..BackwardCallIndicators::default()
        },
        optional: Parameters::from_iter([
            Parameter::OptionalBackwardCall(OptionalBackwardCallIndicators {
                in_band: true,
                mlpp: true,
                ..OptionalBackwardCallIndicators::default()
            }),
            Parameter::Cause(CauseIndicators::new(
                Cause::USER_BUSY,
                Location::PUBLIC_LOCAL,
            )),
            Parameter::Notification(Notification::CALL_WAITING),
            Parameter::TransmissionMediumUsed(TransmissionMediumRequirement::AUDIO_3K1),
            Parameter::AccessDelivery(AccessDelivery {
                set_up_generated: false,
            }),
            Parameter::RedirectionNumber(called(NatureOfAddress::INTERNATIONAL, true, "4971121")),
        ]),
    };
    for message in [(0x123, Message::Iam(iam)), (7, Message::Acm(acm))] {
        let pdu = Pdu {
            cic: Cic::try_from(message.0).unwrap(),
            message: message.1,
        };
        let mut written = Vec::new();
        pdu.encode(&mut written);
        let theirs = VECTORS.iter().filter(|vector| vector.0 == "pycrate 0.8.1");
        let mut theirs = theirs.map(|vector| octets(vector.1));
        assert!(
            theirs.any(|octets| octets == written),
            "{pdu}: {written:02x?}"
        );
        assert_eq!(Pdu::decode(&written), Ok(pdu));
    }
}
