//! What engineers meet at the console: odd messages, odd input, networks of others.

use super::{REL, captured, hex, json, ladder, tandem, text, tshark};

#[test]
fn octets_after_a_message_and_spare_bits_are_named() {
    let iam = "01000100600000030602 0783909121436500 00";
    let iam = iam.replacen("0602", "0206", 1);
    for (message, hint) in [
        (
            format!("{REL}ff00ff"),
            "3 octets after the end of the message: ff00ff",
        ),
        (
            "01000c0204028090 270101 00 dead".to_owned(),
            "2 octets after the end of the optional part: dead",
        ),
        (
            "01f00c0200028090".to_owned(),
            "spare bits of the CIC are set: 0xf001 is read as CIC 1",
        ),
        (
            "01300c0200028090".to_owned(),
            "spare bits of the CIC are set: 0x3001 is read as CIC 1, or CIC 12289 of --variant ansi",
        ),
    ] {
        let told = json(&tandem(&["isup", "--json", &message], ""));
        assert_eq!(told[0]["hints"], serde_json::json!([hint]), "{message}");
        let text = text(&tandem(&["isup", &message], ""));
        assert!(text.contains(&format!("\n  hint: {hint}\n")), "{text}");
    }
    let told = json(&tandem(&["isup", "--json", REL, &iam], ""));
    assert!(told.iter().all(|line| line["hints"].is_null()), "{told:?}");
}

#[test]
fn nothing_stands_behind_a_heading_that_is_there() {
    let text = text(&tandem(&["isup", REL], ""));
    for line in text.lines() {
        assert!(!line.ends_with(':') && !line.ends_with(' '), "{text}");
    }
    assert!(!text.contains("optional"), "{text}");
}

#[test]
fn management_of_m3ua_is_told_in_words() {
    for (message, line) in [
        (
            "0100000100000018 000d000800010003 0006000800000064",
            "NTFY AS active (1/3) rc=100",
        ),
        (
            "0100000100000010 000d000800020002",
            "NTFY alternate ASP active (2/2)",
        ),
        (
            "0100000000000018 000c000800000019 0006000800000064",
            "ERR invalid routing context (25) rc=100",
        ),
        (
            "0100020100000014 0012000c 00001323 03000008",
            "DUNA 2-100-3,0-1-0/mask=3",
        ),
        (
            "0100040100000018 000b000800000002 0006000800000001",
            "ASPAC loadshare rc=1",
        ),
        (
            "0100020500000018 0012000800001323 0204000800010005",
            "DUPU 2-100-3 user=5: unequipped remote user (1)",
        ),
    ] {
        let text = text(&tandem(&["m3ua", message], ""));
        assert_eq!(text.lines().next(), Some(line), "{text}");
        let message = message.replace(' ', "");
        let Some(file) = captured("management", &["-S", "2905,2905,3"], &message) else {
            return;
        };
        let ladder = ladder(&file, &[]);
        assert!(ladder.trim_end().ends_with(line), "{ladder}");
        assert!(ladder.contains("M3UA"), "{ladder}");
    }
}

/// UDTs with addresses in the forms of four networks, and what Wireshark reads in them.
#[test]
fn addresses_of_sccp_are_read_as_their_network_writes_them() {
    for (format, standard, message, line, fields) in [
        (
            "itu",
            "ITU",
            "090003070b 04 43050208 04 43030206 06 4804aa6931fb",
            "UDT 0-64-3 HLR(6) → 0-64-5 MSC(8)",
            [("sccp.called.ssn", "8"), ("sccp.called.pc", "517")],
        ),
        (
            "japan",
            "Japan",
            "090003070b 04 43050208 04 43030206 06 4804aa6931fb",
            "UDT 1-0-3 HLR(6) → 1-0-5 MSC(8)",
            [("sccp.called.ssn", "8"), ("sccp.calling.ssn", "6")],
        ),
        (
            "china",
            "Chinese ITU",
            "090003080d 05 4303020108 05 4306050406 06 4804aa6931fb",
            "UDT 4-5-6 HLR(6) → 1-2-3 MSC(8)",
            [("sccp.called.ssn", "8"), ("sccp.calling.ssn", "6")],
        ),
        (
            "ansi",
            "ANSI",
            "090003080d 05 c308030201 05 c306060504 06 4804aa6931fb",
            "UDT 4-5-6 HLR(6) → 1-2-3 MSC(8)",
            [("sccp.called.ssn", "8"), ("sccp.calling.ssn", "6")],
        ),
        (
            "ansi",
            "ANSI",
            "0900030a0c 07 85060a11 515505 02 c108 06 4804aa6931fb",
            "UDT MSC(8) → 15555 HLR(6)",
            [("sccp.called.ssn", "6"), ("sccp.called.digits", "15555")],
        ),
    ] {
        let octets = message.replace(' ', "");
        let told = text(&tandem(&["sccp", "--point-codes", format, &octets], ""));
        assert_eq!(told.lines().next(), Some(line), "{told}");
        let lines = json(&tandem(
            &["sccp", "--point-codes", format, "--json", &octets],
            "",
        ));
        assert_eq!(lines[0]["encoded"], octets.as_str(), "{format}");
        let octets: Vec<u8> = (0..octets.len() / 2)
            .map(|at| u8::from_str_radix(&octets[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let standard = format!("mtp3.standard:{standard}");
        let Some(verdicts) = tshark::judge_with(&[("sccp", &octets)], &["-o", &standard]) else {
            return;
        };
        for (field, value) in fields {
            assert_eq!(
                verdicts[0].first(field),
                Some(value),
                "{format}: {:?}",
                verdicts[0]
            );
        }
    }
}

#[test]
fn messages_of_connections_are_named() {
    for (message, line) in [
        (
            "01123456 02 0204 0243420000",
            "CR connection-oriented, class 2: not decoded further",
        ),
        (
            "02010203 123456 03 00",
            "CC connection-oriented, class 3: not decoded further",
        ),
        (
            "06123456 00 0101ff",
            "DT1 connection-oriented, class 2: not decoded further",
        ),
        (
            "04123456 654321 00 00",
            "RLSD connection-oriented: not decoded further",
        ),
        (
            "0612",
            "not decoded: DT1: it ends before its references (Q.713 §4)",
        ),
    ] {
        let text = text(&tandem(&["sccp", message], ""));
        assert_eq!(text.lines().next(), Some(line), "{text}");
        // What is not read whole is not written anew.
        let told = &json(&tandem(&["sccp", "--json", message], ""))[0];
        assert_eq!(told["ok"], !line.starts_with("not decoded"), "{told}");
        assert_eq!(told.get("encoded"), None, "{told}");
    }
}

#[test]
fn without_a_message_there_is_a_status_of_its_own() {
    for arguments in [&["isup"][..], &["sip", "--stream"], &["isup", "--json"]] {
        let output = tandem(arguments, "\n# nothing\n");
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("nothing to decode"), "{said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_capture_given_as_hexadecimal_is_sent_to_its_option() {
    let output = tandem(&["isup"], b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--pcap FILE"));
    let told = text(&tandem(&["isup", "trace.pcapng"], ""));
    assert!(told.contains("--pcap trace.pcapng"), "{told}");
}

const OPTIONS: &str = "OPTIONS sip:gw.example SIP/2.0\nVia: SIP/2.0/TCP 10.1.1.1;branch=z9hG4bK1\n\
    From: <sip:a@b>;tag=1\nTo: <sip:gw.example>\nCall-ID: 1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n";

#[test]
fn plain_text_is_read_as_it_stands_in_a_log() {
    let trying = OPTIONS.replacen("OPTIONS sip:gw.example SIP/2.0", "SIP/2.0 100 Trying", 1);
    let names = |input: &str| -> Vec<_> {
        let told = json(&tandem(&["sip", "--json"], input)).into_iter();
        told.map(|line| line["message"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&format!("\n{OPTIONS}{trying}")), ["OPTIONS", "100"]);
    let crlf = format!("{OPTIONS}{trying}").replace('\n', "\r\n");
    assert_eq!(names(&crlf), ["OPTIONS", "100"]);
    assert_eq!(names(OPTIONS.trim_end()), ["OPTIONS"]);
    let sdp =
        "v=0\no=- 1 2 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 8\n";
    let told = json(&tandem(&["sdp", "--json"], sdp));
    assert_eq!(told[0]["fields"]["media"][0]["port"], 4000, "{told:?}");
}

/// A message over TCP to a port of nobody, in segments of which the middle one comes last.
#[test]
fn sip_over_tcp_is_put_together() {
    let message = OPTIONS.replace('\n', "\r\n");
    let message = message.as_bytes();
    let dump = [&message[..50], &message[50..90], &message[90..]].map(hex);
    let Some(first) = captured("tcp-0", &["-F", "pcap", "-T", "40000,15060"], &dump[0]) else {
        return;
    };
    let mut capture = std::fs::read(&first).unwrap();
    // What text2pcap numbers from 0 on is numbered on in the segments that follow.
    const HEADERS: usize = 24;
    const SEQUENCE: usize = 16 + 14 + 20 + 4;
    let number = |segment: &[u8]| u32::from_be_bytes(segment[SEQUENCE..][..4].try_into().unwrap());
    let start = number(&capture[HEADERS..]);
    for (name, segment, offset) in [("tcp-2", &dump[2], 90), ("tcp-1", &dump[1], 50)] {
        let file = captured(name, &["-F", "pcap", "-T", "40000,15060"], segment).unwrap();
        let mut record = std::fs::read(file).unwrap().split_off(HEADERS);
        record[SEQUENCE..][..4].copy_from_slice(&(start + offset).to_be_bytes());
        capture.extend(record);
    }
    let file = first.with_file_name("tcp-segments.pcap");
    std::fs::write(&file, capture).unwrap();
    let ladder = ladder(&file, &[]);
    assert_eq!(
        ladder.matches("OPTIONS sip:gw.example").count(),
        1,
        "{ladder}"
    );
}
