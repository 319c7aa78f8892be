//! Ladders that are wrong, or go otherwise: each is told.

use libtest_mimic::{Failed, Trial};

use crate::bench::Bench;
use crate::ladder::Ladder;
use crate::{ladders, play_text};

const IAM: &str = "ISUP -> IAM called=7219578290 calling=8912345678\n";

/// What is wrong, and what is said of it.
const FAULTS: &[(&str, &str)] = &[
    ("ISUP IAM", "line 1: expected -> or <-, found \"\""),
    ("ISUP -> SAM called=1", "line 1: SAM has no \"called\""),
    ("SIP -> invite", "line 1: expected a method or a status 100"),
    ("SIP -> 99", "line 1: expected a method or a status"),
    ("SIP here -> BYE", "expected address:port, found \"here\""),
    (
        "SIP <- BYE now today",
        "expected sdp, call= or tag=, found \"today\"",
    ),
    (
        "SIP -> BYE\n  Reason: !x",
        "line 2: expected what Reason says",
    ),
    ("SIP -> BYE\n  Reason", "line 2: expected \"Header: value\""),
    (
        "wait 5s\n  Reason: x",
        "line 2: expected a SIP message above",
    ),
    (
        "voice loud",
        "expected both ways, to ISUP, to SIP, neither way",
    ),
    (
        "wait 5s\nconfig: x = 1",
        "line 2: expected a step, found a condition",
    ),
    ("MAP -> x", "line 1: expected ISUP ->, ISUP <-, SIP ->"),
];

/// How a ladder goes otherwise, after an IAM that leads to an INVITE.
const FAILURES: &[(&str, &str)] = &[
    ("", "at the end: expected nothing more, got SIP <-"),
    (
        "SIP <- INVITE tel:+49721*\n",
        "at the end: expected nothing more, got 1 calls",
    ),
    (
        "SIP <- INVITE tel:+49722*\n",
        "2: expected SIP <- INVITE tel:+49722*, got (another message)",
    ),
    (
        "SIP 192.0.2.41:5060 <- INVITE\n",
        "got (to 192.0.2.40:5060)",
    ),
    (
        "ISUP <- ACM\n",
        "2: expected ISUP <- ACM, got nothing but SIP <-",
    ),
    ("SIP -> 180\n", "2: expected SIP -> 180, got SIP <-"),
    (
        "SIP <- INVITE\n  P-Asserted-Identity: -\n",
        "P-Asserted-Identity: expected -, found [\"<tel:",
    ),
    (
        "SIP <- INVITE\n  P-Asserted-Identity: !<tel:*>\n",
        "expected !<tel:*>",
    ),
    (
        "SIP <- INVITE\n  Subject: *\n",
        "Subject: expected *, found []",
    ),
    ("SIP <- INVITE no-sdp\n", "expected no session description"),
    (
        "SIP <- INVITE\n  | m=video*\n",
        "the session description: expected m=video*",
    ),
    (
        "SIP <- INVITE\n  isup IAM\n",
        "expected an enclosed ISUP message",
    ),
    (
        "SIP <- INVITE\nSIP -> 180\nISUP <- ACM subscriber=no-indication\n",
        "4: expected ISUP <- ACM",
    ),
    (
        "SIP <- INVITE\nSIP -> 180\nISUP far <- ACM\n",
        "(on another trunk group)",
    ),
    ("SIP <- INVITE\nwait 5s\n", "s before its end SIP <-"),
    (
        "SIP <- INVITE\nSIP -> 100\nno more messages for 60s\n",
        "s before its end ISUP <- cic=1 ACM",
    ),
    (
        "SIP <- INVITE\nvoice both ways\n",
        "3: expected voice both ways, got None",
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("what is wrong in a ladder is told", faults),
        Trial::test("what goes otherwise is told", failures),
        Trial::test("the ladders in docs/scenarios.md", document),
        Trial::test("a setting that there is not is told", settings),
    ]
}

fn faults() -> Result<(), Failed> {
    for (text, expected) in FAULTS {
        let fault = Ladder::parse(text).unwrap_err();
        assert!(fault.contains(expected), "{text}: {fault}");
    }
    Ok(())
}

fn failures() -> Result<(), Failed> {
    for (text, expected) in FAILURES {
        let ladder = Ladder::parse(&format!("{IAM}{text}"))?;
        let fault = Bench::new(&[])?.play(ladder.steps).unwrap_err();
        assert!(fault.contains(expected), "{text}: {fault}");
    }
    Ok(())
}

fn document() -> Result<(), Failed> {
    let text = include_str!("../../docs/scenarios.md");
    let examples = ladders::in_document(text);
    let both: Vec<_> = examples
        .iter()
        .filter(|text| text.contains("SIP "))
        .collect();
    assert_eq!(both.len(), 1);
    both.into_iter()
        .try_for_each(|text| play_text("docs/scenarios.md", text))
}

fn settings() -> Result<(), Failed> {
    for (setting, expected) in [
        ("sip.colour = 1", "colour"),
        ("interworking.causes = \"rfc0\"", "causes"),
        ("trunk[7].overlap = true", "expected a key and its value"),
        ("nothing", "expected a key and its value"),
    ] {
        let fault = Bench::new(&[setting.to_owned()]).err().unwrap();
        assert!(fault.contains(expected), "{setting}: {fault}");
    }
    Ok(())
}
