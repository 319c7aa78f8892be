//! What the configuration file may not say.

use std::path::Path;

use super::*;
use crate::config::parse;

const SOUND: &str = r#"program = "ims"
domain = "ims.example"
gateway = "127.0.0.20:5060"
icscf = [{ name = "icscf1.ims.example", address = "127.0.0.40:5060" }]
scscf = { address = "127.0.0.42:5060" }
cx = { host = "icscf.ims.example", realm = "ims.example", connect = "127.0.0.30:3868" }

[[user]]
number = "+49 171 5407090"
terminals = ["mobile"]

[[terminal]]
name = "mobile"
address = "127.0.0.43:5061"
rtp_port = 40000
codecs = ["PCMU"]
takes = "reject"
ring_ms = 500

[[call]]
terminal = "mobile"
called = "+493090026000"
"#;

fn refusal(from: &str, to: &str) -> String {
    let text = SOUND.replace(from, to);
    assert_ne!(text, SOUND);
    parse::<Config>(Path::new("ims.toml"), &text)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_sound_configuration_is_understood() {
    let config: Config = parse(Path::new("ims.toml"), SOUND).unwrap();
    assert_eq!(
        config.users()[0].terminals,
        [("sip:mobile@127.0.0.43:5061".to_string(), address(43, 5061))]
    );
    let phone = &config.phones()[0];
    assert_eq!(phone.number.to_string(), "+491715407090");
    assert_eq!(phone.codecs, [Law::Mu]);
    assert_eq!(
        phone.answer,
        Answer::RejectAfter(Duration::from_millis(500), 603)
    );
    assert_eq!(
        config.order(&config.call[0]).unwrap().called.to_string(),
        "+493090026000"
    );
}

#[test]
fn faults_name_line_key_and_what_was_expected() {
    let cases = [
        (
            "[\"mobile\"]",
            "[\"fixed\"]",
            "ims.toml:10: user[0].terminals[0]: there is no [[terminal]] \"fixed\"",
        ),
        (
            "127.0.0.43:5061",
            "127.0.0.42:5060",
            "ims.toml:14: terminal[0].address: 127.0.0.42:5060 is taken already",
        ),
        (
            "rtp_port = 40000",
            "rtp_port = 40001",
            "ims.toml:15: terminal[0].rtp_port: 40001, expected an even port from 1024 on (RFC 3550 §11)",
        ),
        (
            "terminal = \"mobile\"",
            "terminal = \"fixed\"",
            "ims.toml:21: call[0].terminal: there is no [[terminal]] \"fixed\", expected \"mobile\"",
        ),
        (
            "[\"PCMU\"]",
            "[]",
            "ims.toml:16: terminal[0].codecs: expected \"PCMA\", \"PCMU\" or both",
        ),
        (
            "ring_ms = 500",
            "reject_status = 200",
            "ims.toml:18: terminal[0].reject_status: 200, expected 300 to 699",
        ),
        (
            "name = \"mobile\"",
            "name = \"m o\"",
            "ims.toml:13: terminal[0].name: \"m o\", expected letters, digits, and any of - _ .",
        ),
        (
            "icscf = [{ name = \"icscf1.ims.example\", address = \"127.0.0.40:5060\" }]",
            "icscf = []",
            "ims.toml:4: icscf: expected at least one [[icscf]]",
        ),
    ];
    let uri = refusal("42:5060\" }", "42:5060\", uri = \"tel:+1\" }");
    assert_eq!(uri, "ims.toml:5: scscf.uri: expected a SIP URI");
    for (from, to, expected) in cases {
        let refusal = refusal(from, to);
        assert!(refusal.lines().any(|line| line == expected), "{refusal}");
    }
}
