//! `tandem decode` as a program: messages from outside in hexadecimal, and captures that
//! Wireshark's text2pcap wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

mod console;
#[path = "../support/tshark.rs"]
mod tshark;

/// IAM from osmo_ss7's isup_codec_tests.erl, with a CIC before it.
const IAM: &str = "0900011048000a03020a0883102999240080\
                   0f0a0803139403423093 20f21536190800001 5ffffffffffffffffffffff1d4538cb2000";
/// REL from hepgen.js.
const REL: &str = "a9000c0200028090";
/// sendRoutingInfoArg, written by pycrate.
const ARGUMENT: &str = "30158007919471510407098301008607919471016700f0";

fn tandem(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tandem"))
        .arg("decode")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_ref())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Vec<Value> {
    text(output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_message_is_shown_in_words() {
    let output = tandem(&["isup", REL], "");
    assert!(output.status.success());
    let text = text(&output);
    assert!(
        text.starts_with("cic=169 REL cause=16 normal call clearing (user)"),
        "{text}"
    );
    assert!(text.contains("location: 0 user"), "{text}");
}

#[test]
fn lines_of_input_become_lines_of_json_with_our_encoding() {
    let output = tandem(&["isup", "--json"], format!("{IAM}\n\n{REL}\n"));
    assert!(output.status.success());
    let [iam, rel] = &json(&output)[..] else {
        panic!("{}", text(&output));
    };
    assert_eq!(iam["ok"], true);
    assert_eq!(iam["message"], "IAM");
    assert_eq!(iam["fields"]["called"]["digits"], "9299420008F");
    // It came without the octet that ends the optional part.
    assert_eq!(iam["encoded"], IAM.replace(' ', "") + "00");
    assert_eq!(rel["message"], "REL");
    assert_eq!(rel["fields"]["cause"]["cause"]["value"], 16);
    assert_eq!(rel["encoded"], REL);
}

#[test]
fn what_cannot_be_decoded_is_told_and_the_rest_is_decoded() {
    for (bad, why) in [
        ("a9000c020002", "cause"),
        ("a9 00 0", "two for each octet"),
        ("a900zz", "hexadecimal"),
    ] {
        let output = tandem(&["isup", "--json"], format!("{bad}\n{REL}\n"));
        assert!(!output.status.success(), "{bad}");
        let lines = json(&output);
        assert_eq!(lines[0]["ok"], false, "{bad}");
        let error = lines[0]["error"].as_str().unwrap();
        assert!(error.contains(why), "{error}");
        assert_eq!(lines[1]["ok"], true, "{bad}");
    }
    let output = tandem(&["isup", "--json"], b"01002e\n\xff\xfe\n01002e\n");
    let told: Vec<_> = json(&output)
        .iter()
        .map(|line| line["ok"] == true)
        .collect();
    assert_eq!(told, [true, false, true]);
    let output = tandem(&["isup"], "00\n");
    assert!(text(&output).starts_with("not decoded: "));
}

#[test]
fn layers_are_decoded_as_far_as_they_are_known() {
    let data = "01000101000000280006000800000001021000180000000200000001050200 0101000c0200028090";
    let output = tandem(&["m3ua", "--json", data], "");
    let line = &json(&output)[0];
    assert_eq!(line["message"], "DATA", "{line}");
    assert_eq!(line["fields"]["transfer"]["dpc"], 1);
    assert_eq!(line["payload"]["message"], "REL");
    assert_eq!(line["encoded"], data.replace(' ', ""));
    let output = tandem(&["m3ua", data], "");
    assert!(
        text(&output).contains("\n  cic=1 REL cause=16"),
        "{}",
        text(&output)
    );
}

#[test]
fn map_is_read_as_a_message_a_component_or_a_parameter() {
    let component = "a11d0201010201163015800791947151040709830100860791947101000002";
    let message = format!("62254804aa6931fb6c1d{component}");
    let message = message
        .replacen("6225", "6227", 1)
        .replacen("6c1d", "6c1f", 1);
    let output = tandem(&["map", "--json", ARGUMENT, component, &message], "");
    assert!(output.status.success(), "{}", text(&output));
    let lines = json(&output);
    let names: Vec<_> = lines.iter().map(|line| &line["message"]).collect();
    assert_eq!(
        names,
        ["sendRoutingInfoArg", "sendRoutingInfo", "sendRoutingInfo"]
    );
    assert_eq!(lines[0]["fields"]["msisdn"]["digits"], "491715407090");
    assert_eq!(
        lines[1]["fields"]["parameter"]["msisdn"]["digits"],
        "491715407090"
    );
    for (line, given) in lines.iter().zip([ARGUMENT, component, &message]) {
        assert_eq!(line["encoded"], given);
    }
}

#[test]
fn ansi_messages_are_read_with_their_layout() {
    // Exit message, which only T1.113 has.
    let output = tandem(&["isup", "--variant", "ansi", "--json", "0100ed00"], "");
    assert_eq!(json(&output)[0]["message"], "EXM", "{}", text(&output));
    let output = tandem(&["isup", "--variant", "gsm", "0100ed00"], "");
    assert!(!output.status.success());
}

/// A capture of one frame which text2pcap writes, or nothing where it is not installed.
fn captured(name: &str, arguments: &[&str], hex: &str) -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (dump, file) = (
        directory.join(format!("{name}.txt")),
        directory.join(format!("{name}.pcap")),
    );
    let octets: Vec<&str> = (0..hex.len() / 2)
        .map(|at| &hex[2 * at..2 * at + 2])
        .collect();
    std::fs::write(&dump, format!("0000 {}\n", octets.join(" "))).unwrap();
    let made = Command::new("text2pcap")
        .args(arguments)
        .args([&dump, &file])
        .output();
    match made {
        Ok(made) => assert!(made.status.success(), "{made:?}"),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "text2pcap: {error}");
            println!("skipped: text2pcap: {error}");
            return None;
        }
    }
    Some(file)
}

fn ladder(file: &Path, more: &[&str]) -> String {
    let output = tandem(&[&["--pcap", file.to_str().unwrap()], more].concat(), "");
    assert!(output.status.success(), "{output:?}");
    text(&output)
}

#[test]
fn captures_of_every_transport_become_ladders() {
    let data = "01000101000000280006000800000001021000180000000200000001050200\
                0101000c0200028090";
    let sip = "OPTIONS sip:gw.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.1.1;branch=z9hG4bK1\r\n\
               From: <sip:a@b>;tag=1\r\nTo: <sip:gw.example>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\
               Content-Length: 0\r\n\r\n";
    let sip: String = sip.bytes().map(|octet| format!("{octet:02x}")).collect();
    let unit = format!("8585{}", "00");
    for (name, arguments, hex, expected) in [
        (
            "sctp",
            &["-S", "2905,2905,3"][..],
            data,
            "ISUP     REL cic=1 cause=16",
        ),
        (
            "pcapng",
            &["-n", "-S", "2905,2905,3"],
            data,
            "ISUP     REL cic=1 cause=16",
        ),
        (
            "sip",
            &["-u", "5060,5060"],
            &sip,
            "SIP      OPTIONS sip:gw.example",
        ),
        (
            "mtp3",
            &["-l", "141"],
            "850140000001000c0200028090",
            "0-0-1     ISUP     REL",
        ),
        (
            "mtp2",
            &["-l", "140"],
            "00000f850140000001000c0200028090",
            "ISUP     REL",
        ),
        ("fill-in", &["-l", "140"], &unit, ""),
    ] {
        let Some(file) = captured(name, arguments, hex) else {
            return;
        };
        let ladder = ladder(&file, &[]);
        assert!(ladder.contains(expected), "{name}: {ladder}");
        assert_eq!(ladder.is_empty(), expected.is_empty(), "{name}: {ladder}");
    }
}

#[test]
fn a_file_that_is_no_capture_is_refused_by_name() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-capture.pcap");
    std::fs::write(&file, "this is a text, and longer than a header").unwrap();
    let output = tandem(&["--pcap", file.to_str().unwrap()], "");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no-capture.pcap"), "{said}");
    let output = tandem(&["--pcap", "/nowhere/at/all.pcap"], "");
    assert!(!output.status.success());
}

/// The same REL in the labels of other networks, from 1-2-3 to 4-5-6; in ANSI a CIC has 14 bits.
#[test]
fn captures_of_other_networks_have_their_labels_and_point_codes() {
    let rel = "01000c0200028090";
    for (name, label, options, expected) in [
        (
            "ansi",
            "06050403020105",
            &["--variant", "ansi"][..],
            "1-2-3 → 4-5-6     ISUP     REL cic=1",
        ),
        (
            "china",
            "06050403020105",
            &["--point-codes", "china"],
            "1-2-3 → 4-5-6     ISUP     REL cic=1",
        ),
        (
            "japan",
            "a608430205",
            &["--point-codes", "japan"],
            "1-2-3 → 4-5-6     ISUP     REL cic=1",
        ),
    ] {
        let hex = format!("85{label}{rel}");
        let Some(file) = captured(name, &["-l", "141"], &hex) else {
            return;
        };
        let ladder = ladder(&file, options);
        assert!(ladder.contains(expected), "{name}: {ladder}");
    }
}

#[test]
fn point_codes_are_written_as_the_network_does() {
    let data = "0100010100000028000600080000000102100018000002050000020305020001 01000c0200028090";
    for (options, expected) in [
        (&[][..], "DATA 0-64-5 → 0-64-3"),
        (&["--point-codes", "japan"], "DATA 1-0-5 → 1-0-3"),
        (&["--point-codes", "china"], "DATA 0-2-5 → 0-2-3"),
        (&["--variant", "ansi"], "DATA 0-2-5 → 0-2-3"),
    ] {
        let output = tandem(&[&["m3ua", data], options].concat(), "");
        let text = text(&output);
        assert_eq!(text.lines().next(), Some(expected), "{text}");
    }
    let output = tandem(&["m3ua", "--point-codes", "mars", data], "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("expected itu, ansi, china or japan"));
}

/// The INVITE with SDP and ISUP side by side of RFC 3204 §4, shortened and with a REL of hepgen.js.
fn sip_i() -> Vec<u8> {
    let mut body = b"--b1\r\nContent-Type: application/SDP\r\n\r\nv=0\r\n\
        o=jpeterson 2890844526 2890844526 IN IP4 126.16.64.4\r\ns=SDP seminar\r\n\
        c=IN IP4 MG122.level3.com\r\nt=2873397496 2873404696\r\nm=audio 9092 RTP/AVP 0 3 4\r\n\
        a=sendrecv\r\n\r\n--b1\r\n\
        Content-Type: application/ISUP;version=nxv3;base=etsi121\r\n\
        Content-Disposition: signal;handling=optional\r\n\r\n"
        .to_vec();
    body.extend([0x0C, 0x02, 0x00, 0x02, 0x80, 0x90]);
    body.extend_from_slice(b"\r\n--b1--\r\n");
    let mut message = format!(
        "BYE sip:13039263142@Den1.level3.com SIP/2.0\r\n\
         v: SIP/2.0/UDP den3.level3.com;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
         f: \"Anna, B\" <sip:13034513355@den3.level3.com>;tag=1\r\n\
         t: <sip:13039263142@Den1.level3.com>;tag=2\r\ni: DEN1231999021712095500999@Den1\r\n\
         CSeq: 8348 BYE\r\nX-Two: a\r\nX-Two: b\r\nReason: Q.850;cause=16\r\n\
         c: multipart/mixed;boundary=b1\r\nl: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    message.extend(body);
    message
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn sip_is_read_with_its_headers_and_what_it_carries() {
    let output = tandem(&["sip", "--json"], hex(&sip_i()));
    assert!(output.status.success());
    let line = &json(&output)[0];
    assert_eq!(
        (&line["ok"], &line["message"]),
        (&true.into(), &"BYE".into())
    );
    let fields = &line["fields"];
    assert_eq!(fields["request_uri"]["user"], "13039263142");
    let headers = &fields["headers"];
    assert_eq!(headers["Via"][0]["params"]["branch"], "z9hG4bK1");
    assert_eq!(headers["From"]["display_name"], "Anna, B");
    assert_eq!(headers["CSeq"]["sequence"], 8348);
    assert_eq!(headers["Reason"][0]["cause"], 16);
    assert_eq!(headers["X-Two"], serde_json::json!(["a", "b"]));
    let [sdp, isup] = &fields["body"].as_array().unwrap()[..] else {
        panic!("{fields}");
    };
    assert_eq!(sdp["sdp"]["media"][0]["port"], 9092);
    assert_eq!(sdp["sdp"]["connection"], "IN IP4 MG122.level3.com");
    assert_eq!(isup["isup"]["message"], "REL");
    assert_eq!(isup["isup"]["fields"]["cause"]["cause"]["value"], 16);
    assert_eq!(isup["Content-Disposition"], "signal;handling=optional");
    // Written anew it says the same, in long names.
    let encoded = line["encoded"].as_str().unwrap();
    let again = tandem(&["sip", "--json", encoded], "");
    assert_eq!(json(&again)[0]["fields"], *fields);
    assert!(encoded.contains(&hex(b"\r\nCall-ID: DEN1231999021712095500999@Den1\r\n")));
}

#[test]
fn sip_that_is_cut_or_odd_is_told_in_one_line_each() {
    let whole = sip_i();
    let head = whole.windows(4).position(|at| at == b"\r\n\r\n").unwrap() + 4;
    let cuts: Vec<_> = (1..whole.len()).map(|at| hex(&whole[..at])).collect();
    let output = tandem(&["sip", "--json"], cuts.join("\n"));
    assert!(!output.status.success());
    let told = json(&output);
    assert_eq!(told.len(), cuts.len());
    assert!(
        told.iter()
            .all(|line| line["ok"] == false && line["error"].is_string())
    );
    assert!(
        told[head]["error"]
            .as_str()
            .unwrap()
            .contains("RFC 3261 §20.14"),
        "{}",
        told[head]
    );

    let text = |lines: &[&str]| hex(lines.join("\r\n").as_bytes());
    let mandatory = [
        "Via: SIP/2.0/UDP a;branch=z9hG4bK1",
        "From: <sip:a@b>;tag=1",
        "To: <sip:c@d>",
        "Call-ID: 1",
        "CSeq: 1 OPTIONS",
    ];
    for left_out in mandatory {
        let rest = mandatory.into_iter().filter(|line| *line != left_out);
        let lines: Vec<_> = ["OPTIONS sip:a SIP/2.0"]
            .into_iter()
            .chain(rest)
            .chain(["", ""])
            .collect();
        let output = tandem(&["sip", "--json", &text(&lines)], "");
        let error = json(&output)[0]["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with("missing "), "{left_out}: {error}");
    }
    for (line, says) in [
        ("REL sip:a SIP/3.0", "unsupported Request-Line"),
        ("SIP/2.0 99 Low", "Status-Line"),
        ("hello", "Request-Line"),
        ("OPTIONS  sip:a SIP/2.0", "Request-Line"),
    ] {
        let lines: Vec<_> = [line]
            .into_iter()
            .chain(mandatory)
            .chain(["", ""])
            .collect();
        let output = tandem(&["sip", "--json", &text(&lines)], "");
        let error = json(&output)[0]["error"].as_str().unwrap().to_owned();
        assert!(error.contains(says), "{line}: {error}");
    }
    // What stands behind the body is no part of the message, and a header that does not follow its
    // grammar is told as it is.
    let lines: Vec<_> = [
        "OPTIONS sip:a SIP/2.0",
        "Contact: <sip:",
        "Content-Length: 0",
    ]
    .into_iter()
    .chain(mandatory)
    .chain(["", "more"])
    .collect();
    let output = tandem(&["sip", "--json", &text(&lines)], "");
    let contact = &json(&output)[0]["fields"]["headers"]["Contact"][0];
    assert_eq!(contact["text"], "<sip:", "{contact}");
    assert!(contact["malformed"].as_str().unwrap().contains("RFC 3261"));
}

#[test]
fn the_messages_of_a_stream_are_told_apart() {
    let mut stream = b"\r\n\r\n".to_vec();
    stream.extend(sip_i());
    stream.extend_from_slice(b"\r\n");
    stream.extend(sip_i());
    // Pieces as TCP may cut them.
    let pieces: Vec<_> = stream.chunks(100).map(hex).collect();
    let output = tandem(&["sip", "--stream", "--json"], pieces.join("\n"));
    assert!(output.status.success());
    let names: Vec<_> = json(&output)
        .iter()
        .map(|line| line["message"].clone())
        .collect();
    assert_eq!(names, ["BYE", "BYE"]);
    let output = tandem(
        &["sip", "--stream", "--json"],
        hex(&stream[..stream.len() - 1]),
    );
    assert!(!output.status.success());
    assert_eq!(json(&output).len(), 2);
    assert!(!tandem(&["isup", "--stream", REL], "").status.success());
}

/// The example of RFC 8866 §5.
#[test]
fn a_session_description_is_read_by_its_lines() {
    let sdp = "v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call to John Smith\r\n\
        i=SDP Offer #1\r\nu=http://www.jdoe.example.com/home.html\r\n\
        e=Jane Doe <jane@jdoe.example.com>\r\np=+1 617 555-6011\r\nc=IN IP4 198.51.100.1\r\n\
        t=0 0\r\nm=audio 49170 RTP/AVP 0\r\nm=audio 49180 RTP/AVP 0\r\n\
        m=video 51372 RTP/AVP 99\r\nc=IN IP6 2001:db8::2\r\na=rtpmap:99 h263-1998/90000\r\n";
    let output = tandem(&["sdp", "--json", &hex(sdp.as_bytes())], "");
    let line = &json(&output)[0];
    assert_eq!(line["message"], "SDP", "{line}");
    let fields = &line["fields"];
    assert_eq!(fields["origin"]["session_version"], 3_724_394_405_u64);
    assert_eq!(fields["phones"][0], "+1 617 555-6011");
    assert_eq!(
        fields["media"][2]["attributes"][0],
        "rtpmap:99 h263-1998/90000"
    );
    assert_eq!(fields["media"][2]["connection"][0], "IN IP6 2001:db8::2");
    assert!(fields["unusable"].is_null());
    assert_eq!(line["encoded"], hex(sdp.as_bytes()));
    for (text, says) in [
        ("", "version"),
        ("v=1\r\n", "version"),
        ("v=0\r\no=- 1\r\n", "line 2 (rfc 8866 §9)"),
        (
            "v=0\r\no=- 1 2 IN IP4 a\r\ns=-\r\nt=0 0\r\nm=audio x RTP/AVP 0\r\n",
            "port",
        ),
    ] {
        let output = tandem(&["sdp", "--json", &hex(text.as_bytes())], "");
        let error = json(&output)[0]["error"].as_str().unwrap_or("").to_owned();
        assert!(error.to_lowercase().contains(says), "{text:?}: {error}");
    }
    // Well-formed, but the gateway cannot use it.
    let no_address = "v=0\r\no=- 1 2 IN IP4 a\r\ns=-\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n";
    let output = tandem(&["sdp", "--json", &hex(no_address.as_bytes())], "");
    let line = &json(&output)[0];
    assert!(
        line["fields"]["unusable"]
            .as_str()
            .unwrap()
            .contains("no c= line"),
        "{line}"
    );
}

/// Each protocol's messages, cut after every octet and with more behind them: one line each, which
/// says what is wrong with a clause of the standard, or is told with our encoding.
#[test]
fn every_line_gets_a_line() {
    let argument = "a11d0201010201163015800791947151040709830100860791947101000002";
    for (protocol, message, standard) in [
        ("isup", IAM, "Q.763"),
        ("isup", REL, "Q."),
        (
            "m3ua",
            "01000401000000140006000800000001000b000800000001",
            "RFC 4666",
        ),
        (
            "sccp",
            "0900030d1804430100080a430200064804aa6931fb6c00",
            "Q.713",
        ),
        ("tcap", "62094804aa6931fb6c01a1", "Q.773"),
        ("map", ARGUMENT, "TS 29.002"),
        ("map", argument, "Q.773"),
    ] {
        let message = message.replace(' ', "");
        let mut lines: Vec<_> = (1..message.len())
            .map(|at| message[..at].to_owned())
            .collect();
        lines.extend([
            message.clone() + "00",
            message.clone() + "ff00ff",
            message.clone(),
        ]);
        let output = tandem(&[protocol, "--json"], lines.join("\n"));
        let told = json(&output);
        assert_eq!(told.len(), lines.len(), "{protocol}");
        for (line, told) in lines.iter().zip(&told) {
            if told["ok"] == true {
                assert!(
                    told["message"].is_string() && told["fields"].is_object(),
                    "{told}"
                );
                assert!(told["encoded"].is_string(), "{told}");
                continue;
            }
            let error = told["error"].as_str().unwrap();
            let octet = format!("octet {}: ", line.len() / 2);
            let named = match line.len().is_multiple_of(2) {
                true => standard,
                false => &octet,
            };
            assert!(error.contains(named), "{protocol} {line}: {error}");
        }
    }
}
