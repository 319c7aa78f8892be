//! How a user agent answers the torture messages of RFC 4475 and RFC 5118, restated: the lines that
//! torment are those of the RFCs, the others are cut short. `codecs/tests` reads the same ones.

mod cases;

use super::*;
use cases::{IPV6, MALFORMED, OTHERS, SOUND};

/// What a message meets with.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// A final response.
    Status(u16),
    /// 100, and the owner is told of a call.
    Call,
    /// Silence.
    Nothing,
}

use Fate::{Call, Nothing, Status};

/// Lines that a message has unless the case has others of the name.
const USUAL: [&str; 6] = [
    "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK",
    "To: sip:user@example.com",
    "From: sip:caller@example.net;tag=4",
    "Call-ID: ",
    "Contact: <sip:caller@192.0.2.3>",
    "Max-Forwards: 70",
];

fn message(name: &str, text: &str) -> Bytes {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut head = head.to_owned();
    let method = head.split(' ').next().unwrap_or_default().to_owned();
    let names = |head: &str, field: &str| {
        let mut fields = head.lines().filter_map(|line| line.split_once(':'));
        fields.any(|(name, _)| name.trim_end().eq_ignore_ascii_case(field))
    };
    for usual in USUAL {
        let (field, _) = usual.split_once(':').unwrap();
        if !names(&head, field) {
            head += &format!("\n{usual}");
            if usual.ends_with(": ") || usual.ends_with("z9hG4bK") {
                head += name;
            }
        }
    }
    if !names(&head, "CSeq") {
        head += &format!("\nCSeq: 8 {method}");
    }
    if !names(&head, "Content-Length") {
        head += &format!("\nContent-Length: {}", body.len());
    }
    // A field that is to be missing.
    let head = head.replace("\nFrom: -", "");
    format!("{}\r\n\r\n{body}", head.replace('\n', "\r\n")).into()
}

fn assert_fates(cases: &[Case]) {
    for (name, text, expected) in cases {
        assert_eq!(fate(name, message(name, text)), *expected, "{name}");
    }
}

/// What a user agent does about a message.
fn fate(name: &str, bytes: Bytes) -> Fate {
    let mut net = Net::new();
    net.inject(CAROL, BOB, bytes);
    net.says();
    net.run(MS + LATENCY);
    let said = net.says();
    if said.iter().any(|said| said == "bob: Invite") {
        return Call;
    }
    let status = said.iter().find_map(|said| {
        let (_, what) = said.split_once('>')?;
        what.split(' ').nth(1)?.parse().ok()
    });
    assert_eq!(said.is_empty(), status.is_none(), "{name}: {said:?}");
    status.map_or(Nothing, Status)
}

/// The name that the RFC gives a message, its lines, what they meet with.
type Case = (&'static str, &'static str, Fate);

#[test]
fn sound_messages_of_rfc_4475_are_taken() {
    assert_fates(&SOUND);
}

#[test]
fn malformed_messages_of_rfc_4475_are_refused() {
    assert_fates(&MALFORMED);
}

#[test]
fn other_messages_of_rfc_4475_are_answered_by_what_they_ask() {
    assert_fates(&OTHERS);
}

#[test]
fn messages_of_rfc_5118_are_answered_as_by_ipv4() {
    assert_fates(&IPV6);
}

/// A file of the workspace.
fn file(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    std::fs::read_to_string(format!("{root}/{path}")).unwrap()
}

#[test]
fn the_page_says_how_each_message_is_answered_and_which_test_reads_it() {
    let page = file("docs/conformance/rfc4475.md");
    let sources = ["sound", "malformed", "others"];
    let sources = sources.map(|name| file(&format!("codecs/tests/sip_torture/{name}.rs")));
    let all = SOUND.iter().chain(&MALFORMED).chain(&OTHERS);
    let all: Vec<_> = all.chain(&IPV6).collect();
    assert_eq!(all.len(), 49 + IPV6.len());
    for (name, _, fate) in all {
        let start = format!("| {name} | ");
        let row = page.lines().find(|line| line.starts_with(&start)).unwrap();
        let answer = match fate {
            Status(status) => status.to_string(),
            Call => "call".into(),
            Nothing => "–".into(),
        };
        assert!(row.contains(&format!(" | {answer} |")), "{row}: {answer}");
        if let Some((_, test)) = row.split_once('`') {
            let test = format!("fn {}(", test.trim_end_matches("` |"));
            assert!(sources.iter().any(|source| source.contains(&test)), "{row}");
        }
    }
}
