//! Octets of ISUP parameters that others wrote: what they mean, and that they come back.
#![allow(clippy::unwrap_used, clippy::panic)]

use codecs::isup::*;
use serde_json::Value;

/// Paths into the JSON of a value, and what stands there.
type Meaning = &'static [(&'static str, &'static str)];

/// Where the octets are from, the name code, the octets, and what they say.
const VECTORS: &[(&str, u8, &str, Meaning)] = &[
    (
        "jss7 CallDiversionInformationTest",
        54,
        "22",
        &[("/notification/value", "2"), ("/reason/value", "4")],
    ),
    (
        "jss7 ClosedUserGroupInterlockCodeTest",
        26,
        "1263a833",
        &[("/network", "1263"), ("/code", "43059")],
    ),
    (
        "jss7 EchoControlInformationTest",
        55,
        "43",
        &[
            ("/outgoing/value", "3"),
            ("/incoming/value", "0"),
            ("/outgoing_request/value", "0"),
            ("/incoming_request/value", "1"),
        ],
    ),
    (
        "jss7 GenericDigitsTest",
        193,
        "03214365",
        &[("/kind/value", "3"), ("/text", "123456")],
    ),
    (
        "jss7 GenericDigitsTest",
        193,
        "2321436507",
        &[("/encoding/value", "1"), ("/text", "1234567")],
    ),
    (
        "jss7 GenericDigitsTest",
        193,
        "43414261623132",
        &[("/encoding/value", "2"), ("/text", "ABab12")],
    ),
    (
        "jss7 CallReferenceTest",
        1,
        "0c49784938",
        &[("/identity", "805240"), ("/point_code", "7-9-1")],
    ),
    (
        "jss7 MLPPPrecedenceTest",
        58,
        "03030400000f",
        &[
            ("/look_ahead/value", "0"),
            ("/level/name", "priority"),
            ("/service_domain", "15"),
        ],
    ),
    (
        "jss7 MCIDRequestIndicatorsTest",
        59,
        "03",
        &[("/identification", "true"), ("/holding", "true")],
    ),
    ("jss7 HopCounterTest", 61, "0f", &[("", "15")]),
    (
        "jss7 UserTeleserviceInformationTest",
        52,
        "915eb5",
        &[
            ("/interpretation/value", "4"),
            ("/characteristics/value", "94"),
            ("/extended", "53"),
        ],
    ),
    (
        "jss7 UserServiceInformationTest",
        29,
        "8090a1c2e2",
        &[
            ("/capability/name", "speech"),
            ("/rate/code/name", "64 kbit/s"),
            ("/layer_1/protocol/value", "1"),
            ("/layer_2/name", "Q.921/I.441"),
            ("/layer_3/protocol/name", "Q.931/I.451"),
        ],
    ),
    (
        "jss7 UserServiceInformationTest, with a modem",
        29,
        "90902348463bdc",
        &[
            ("/capability/name", "3.1 kHz audio"),
            ("/layer_1/protocol/name", "G.711 A-law"),
            ("/layer_1/adaption/asynchronous", "true"),
            ("/layer_1/adaption/user_rate/name", "9.6 kbit/s"),
            (
                "/layer_1/adaption/scheme/characters/data_bits/name",
                "8 bits",
            ),
            (
                "/layer_1/adaption/scheme/characters/modem/full_duplex",
                "true",
            ),
            ("/layer_1/adaption/scheme/characters/modem/kind/value", "28"),
        ],
    ),
    (
        "jss7 PivotRoutingBackwardInformationTest",
        137,
        "0102aabb 0205aa00aa5515 0303010283",
        &[
            ("/0/1", "aabb"),
            ("/1/0/name", "return to invoking exchange call identifier"),
            ("/2/1", "010283"),
        ],
    ),
    (
        "jss7 ApplicationTransportTest, octets with their extension bits set",
        120,
        "8282c50607",
        &[
            ("/context/value", "2"),
            ("/send_notification", "true"),
            ("/new_sequence", "true"),
            ("/segments_to_follow", "5"),
            ("/data", "0607"),
        ],
    ),
    (
        "jss7 CallTransferNumberTest",
        69,
        "031621436587",
        &[
            ("/presentation/value", "1"),
            ("/screening/value", "2"),
            ("/digits", "12345678"),
        ],
    ),
    (
        "jss7 TransitNetworkSelectionTest",
        35,
        "03214365",
        &[
            ("/network_type/name", "ITU-T standardized identification"),
            ("/plan/value", "3"),
            ("/network", "123456"),
        ],
    ),
    (
        "jss7 NetworkRoutingNumberTest",
        132,
        "92214305",
        &[
            ("/plan/value", "1"),
            ("/nature/value", "2"),
            ("/digits", "12345"),
        ],
    ),
    (
        "jss7 HTRInformationTest",
        130,
        "8310214305",
        &[("/nature/value", "3"), ("/digits", "12345")],
    ),
    (
        "jss7 ANMTest, service activation",
        51,
        "01020304050607",
        &[("/0/name", "call transfer"), ("/6/value", "7")],
    ),
];

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or(value.to_string(), str::to_owned)
}

#[test]
fn parameters_from_elsewhere_mean_what_they_should_and_come_back() {
    for (source, code, hex, meaning) in VECTORS {
        let contents = octets(hex);
        let length = u8::try_from(contents.len()).unwrap();
        let received = [&[7, 0, 9, 1, *code, length][..], &contents, &[0]].concat();
        let pdu = Pdu::decode(&received).unwrap();
        let json = serde_json::to_value(&pdu).unwrap();
        let parameter = &json["optional"][0];
        assert!(parameter.get("octets").is_none(), "{source}: {parameter}");
        for (path, expected) in *meaning {
            let value = parameter["value"].pointer(path).unwrap();
            assert_eq!(text(value), *expected, "{source}: {path}");
        }
        let mut written = Vec::new();
        pdu.encode(&mut written);
        assert_eq!(written, received, "{source}");
    }
}
