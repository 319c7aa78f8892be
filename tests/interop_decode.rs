//! `tandem decode` as a program: messages from outside in hexadecimal, and captures that
//! Wireshark's text2pcap wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

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

fn ladder(file: &Path) -> String {
    let output = tandem(&["--pcap", file.to_str().unwrap()], "");
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
        let ladder = ladder(&file);
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
