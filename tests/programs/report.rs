//! The demo: its report as JSON and for people, and its capture as Wireshark sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::Value;

use crate::programs::{Bench, run};
use crate::tshark;

/// Messages that must be there in this order, among others: from, to, protocol, name. Names of
/// nodes may be given by their beginning.
type Rungs = &'static [(&'static str, &'static str, &'static str, &'static str)];

const MOBILE: Rungs = &[
    ("pstn", "gateway", "ISUP", "IAM"),
    ("gateway", "hss", "MAP", "sendRoutingInfo"),
    ("hss", "gateway", "MAP", "sendRoutingInfoRes"),
    ("gateway", "icscf1", "SIP", "INVITE"),
    ("icscf", "hss", "Diameter", "LIR"),
    ("hss", "icscf", "Diameter", "LIA"),
    ("icscf1", "scscf", "SIP", "INVITE"),
    ("scscf", "tablet", "SIP", "INVITE"),
    ("mobile", "scscf", "SIP", "180 Ringing"),
    ("gateway", "pstn", "ISUP", "ACM"),
    ("mobile", "scscf", "SIP", "200 OK"),
    ("scscf", "tablet", "SIP", "CANCEL"),
    ("gateway", "pstn", "ISUP", "ANM"),
    ("pstn", "gateway", "ISUP", "REL"),
    ("gateway", "scscf", "SIP", "BYE"),
    ("scscf", "mobile", "SIP", "BYE"),
    ("mobile", "scscf", "SIP", "200 OK"),
];

const FIXED: Rungs = &[
    ("pstn", "gateway", "ISUP", "IAM"),
    ("gateway", "icscf", "SIP", "INVITE"),
    ("icscf", "hss", "Diameter", "LIR"),
    ("hss", "icscf", "Diameter", "LIA"),
    ("scscf", "kitchen", "SIP", "INVITE"),
    ("gateway", "pstn", "ISUP", "ACM"),
    ("desk", "scscf", "SIP", "200 OK"),
    ("gateway", "pstn", "ISUP", "ANM"),
    ("pstn", "gateway", "ISUP", "REL"),
    ("gateway", "pstn", "ISUP", "RLC"),
];

const OUTGOING: Rungs = &[
    ("desk", "scscf", "SIP", "INVITE"),
    ("scscf", "gateway", "SIP", "INVITE"),
    ("gateway", "pstn", "ISUP", "IAM"),
    ("pstn", "gateway", "ISUP", "ACM"),
    ("gateway", "scscf", "SIP", "180 Ringing"),
    ("pstn", "gateway", "ISUP", "ANM"),
    ("gateway", "scscf", "SIP", "200 OK"),
    ("desk", "scscf", "SIP", "ACK"),
    ("desk", "scscf", "SIP", "BYE"),
    ("gateway", "pstn", "ISUP", "REL"),
    ("pstn", "gateway", "ISUP", "RLC"),
];

/// Name, called number, messages.
const CALLS: [(&str, &str, Rungs); 3] = [
    ("mobile", "+491715407090", MOBILE),
    ("fixed", "+497219578290", FIXED),
    ("outgoing", "+493090026000", OUTGOING),
];

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

fn check_call(call: &Value, (name, called, rungs): (&str, &str, Rungs)) {
    let expected = "answered called calling messages name post_dial_delay_ms release_cause voice";
    assert_eq!(keys(call).join(" "), expected);
    assert_eq!(call["name"], name);
    assert_eq!(call["called"], called);
    assert_eq!(call["answered"], true);
    assert_eq!(call["release_cause"], 16);
    assert!(call["post_dial_delay_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(keys(&call["voice"]), ["ims_to_pstn", "pstn_to_ims"]);
    for direction in ["ims_to_pstn", "pstn_to_ims"] {
        let heard = &call["voice"][direction];
        assert_eq!(keys(heard), ["conversation_ms", "exact", "samples"]);
        assert_eq!(heard["exact"], true, "{name} {direction}");
        // Three seconds were spoken; the tone is exact from its first sample to its last.
        let spoken = heard["conversation_ms"].as_f64().unwrap();
        assert!(spoken > 2500.0, "{heard}");
        let samples = heard["samples"].as_f64().unwrap();
        assert!(samples / 8.0 >= 0.9 * spoken, "{heard}");
    }
    check_messages(call["messages"].as_array().unwrap(), rungs);
}

fn check_messages(messages: &[Value], mut rungs: Rungs) {
    let mut before = 0.0;
    for message in messages {
        assert_eq!(
            keys(message),
            ["at_ms", "detail", "from", "name", "protocol", "to"]
        );
        let at = message["at_ms"].as_f64().unwrap();
        assert!(at >= before, "{message} comes before what is above it");
        before = at;
        let text = |key: &str| message[key].as_str().unwrap();
        if let [(from, to, protocol, name), rest @ ..] = rungs
            && text("from").starts_with(from)
            && text("to").starts_with(to)
            && (text("protocol"), text("name")) == (*protocol, *name)
        {
            rungs = rest;
        }
    }
    let messages: Vec<_> = messages.iter().map(Value::to_string).collect();
    assert!(
        rungs.is_empty(),
        "not seen: {rungs:?}\n{}",
        messages.join("\n")
    );
}

#[test]
fn the_demo_reports_its_calls_as_json_and_captures_what_wireshark_understands() {
    let bench = Bench::new();
    let capture = bench.file("demo.pcapng", "");
    let output = run(&["demo", "--json", "--pcap", capture.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    // For the one who waits, and nothing else.
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("starting the bench"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(keys(&report), ["calls", "ok"]);
    assert_eq!(report["ok"], true);
    let calls = report["calls"].as_array().unwrap();
    assert_eq!(calls.len(), CALLS.len());
    for (call, expected) in calls.iter().zip(CALLS) {
        check_call(call, expected);
    }
    let asks = |call: &Value| call["messages"].to_string().contains("sendRoutingInfo");
    assert!(
        asks(&calls[0]) && !asks(&calls[1]),
        "only the mobile call asks the HLR"
    );

    // Of the thousands of voice packets on the span only those at fault.
    let filter = "not pwcesopsn || _ws.malformed || _ws.expert.severity >= 0x00600000";
    let options = ["-d", "udp.port==9899,sctp", "-Y", filter];
    let Some(verdicts) = tshark::judge_capture(&capture, &options) else {
        return;
    };
    let problems: Vec<_> = verdicts
        .iter()
        .flat_map(|verdict| &verdict.problems)
        .collect();
    assert!(problems.is_empty(), "{problems:?}");
    let shown = |line: &str| {
        let lines = verdicts.iter().flat_map(|verdict| &verdict.lines);
        lines.filter(|shown| *shown == line).count()
    };
    assert_eq!(shown("localValue: sendRoutingInfo (22)"), 2);
    assert_eq!(shown("Command Code: Location-Info (302)"), 4);
    // From the gateway to the I-CSCF and on to the S-CSCF.
    for (_, number, _) in CALLS {
        let line = format!("Request-Line: INVITE tel:{number} SIP/2.0");
        assert_eq!(shown(&line), 2, "{number}");
    }
}

#[test]
fn the_demo_prints_three_ladders_and_a_verdict() {
    let output = run(&["demo"]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    let verdicts = lines.iter().filter(|line| {
        let line = line.trim_start();
        line.starts_with("answered, ") && line.ends_with(", released cause 16")
    });
    let exact = |line: &&&str| line.matches(" exact, heard ").count() == 2;
    assert_eq!(verdicts.filter(exact).count(), 3, "{said}");
    for (name, _, rungs) in CALLS {
        let title = format!("{name}: ");
        assert!(lines.iter().any(|line| line.starts_with(&title)), "{title}");
        let ladder = lines.iter().skip_while(|line| !line.starts_with(&title));
        let ladder: Vec<_> = ladder.take_while(|line| !line.is_empty()).collect();
        assert!(ladder.len() > rungs.len(), "{said}");
    }
    assert!(
        lines.last().unwrap().starts_with("ok: 3 of 3 calls"),
        "{said}"
    );
}
