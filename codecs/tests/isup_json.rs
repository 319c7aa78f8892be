//! ISUP messages as JSON, as `tandem decode --json` prints them.
#![allow(clippy::unwrap_used)]

use codecs::isup::Pdu;

fn json(hex: &str) -> serde_json::Value {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let octets: Vec<u8> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    serde_json::to_value(Pdu::decode(&octets).unwrap()).unwrap()
}

#[test]
fn an_iam_reads_like_its_parameters() {
    // sipcapture/hepgen.js, a call of a live network.
    let iam = json(
        "a9000110 20010a00 020a0803 10261885 0325f80a 08831398 26482246 19fe0100 1d038090 \
         a3310200 5a3d011e 03047d02 91813906 fed031c0 3dc000",
    );
    assert_eq!(iam["cic"], 169);
    assert_eq!(iam["message"], "IAM");
    assert_eq!(
        iam["nature_of_connection"]["continuity_check"]["name"],
        "continuity check not required"
    );
    assert_eq!(iam["category"]["name"], "ordinary calling subscriber");
    assert_eq!(iam["called"]["digits"], "62815830528F");
    assert_eq!(iam["called"]["nature"]["value"], 3);
    let calling = &iam["optional"][0];
    assert_eq!(calling["code"], 10);
    assert_eq!(calling["name"], "Calling party number");
    assert_eq!(calling["value"]["digits"], "89628422649");
    // Its filler is 1, which the type does not hold.
    assert_eq!(calling["received"], "8313982648224619");
    let unknown = &iam["optional"][1];
    assert_eq!(unknown["name"], "unknown parameter");
    assert_eq!(unknown["octets"], "00");
    let compatibility = &iam["optional"][6]["value"][2];
    assert_eq!(compatibility["name"], "Hop counter");
    let instruction = &compatibility["instruction"]["pass_on_not_possible"];
    assert_eq!(instruction["value"], 2);
}

#[test]
fn a_message_of_unknown_type_has_its_octets() {
    let other = json("0700 63 0102ff");
    assert_eq!(other["message"], "OTHER");
    assert_eq!(other["code"]["value"], 0x63);
    assert_eq!(other["body"], "0102ff");
}
