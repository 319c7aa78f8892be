//! Wireshark as a judge: gives messages to `tshark` and says what it thinks of each.
#![allow(dead_code)] // every interop test uses a part of it
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// What `tshark` says about one message.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Malformed marks, expert messages of severity warning or error, undissected octets.
    pub(crate) problems: Vec<String>,
    /// Every field with the value shown, in the order of the message; names may repeat.
    pub(crate) fields: Vec<(String, String)>,
    /// Every line of text it shows, such as "Message Type: Release (12)".
    pub(crate) lines: Vec<String>,
}

impl Verdict {
    /// All values of a field, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.fields.iter().filter(|(field, _)| field == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The first value of a field.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }
}

/// Judges messages, each given with the name of its dissector ("isup", "sip", "m3ua", …), in one
/// run. `None` if there is no `tshark`, which under `CI` is a failure.
pub(crate) fn judge(messages: &[(&str, &[u8])]) -> Option<Vec<Verdict>> {
    judge_with(messages, &[])
}

/// As [`judge`]; `options` are given to `tshark` as they are.
pub(crate) fn judge_with(messages: &[(&str, &[u8])], options: &[&str]) -> Option<Vec<Verdict>> {
    let frames: Vec<_> = messages.iter().map(|(d, m)| exported_pdu(d, m)).collect();
    let path = unique_path();
    fs::write(&path, capture(&frames)).unwrap();
    let verdicts = judge_capture(&path, options);
    fs::remove_file(&path).unwrap();
    if let Some(verdicts) = &verdicts {
        assert_eq!(verdicts.len(), messages.len(), "a verdict for each message");
    }
    verdicts
}

/// Judges the packets of a capture file; `options` are given to `tshark` as they are.
pub(crate) fn judge_capture(path: &Path, options: &[&str]) -> Option<Vec<Verdict>> {
    let mut tshark = Command::new("tshark");
    tshark
        .arg("-n")
        .arg("-r")
        .arg(path)
        .args(["-T", "pdml"])
        .args(options);
    let output = match tshark.output() {
        Ok(output) => output,
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "tshark is missing: {error}"
            );
            println!("skipped: tshark is missing ({error})");
            return None;
        }
    };
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tshark failed: {complaint}");
    let pdml = String::from_utf8_lossy(&output.stdout);
    Some(pdml.split("<packet>").skip(1).map(verdict).collect())
}

fn unique_path() -> std::path::PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("tandem-{}-{number}.pcap", std::process::id()))
}

/// Wireshark's exported PDU: tag 12 names the dissector, tag 0 ends the tags.
fn exported_pdu(dissector: &str, message: &[u8]) -> Vec<u8> {
    let padded = dissector.len().next_multiple_of(4);
    let mut frame = vec![0, 12];
    frame.extend(u16::try_from(padded).unwrap().to_be_bytes());
    frame.extend(dissector.as_bytes());
    frame.resize(4 + padded, 0);
    frame.extend([0; 4]);
    frame.extend(message);
    frame
}

/// A classic capture file of link type 252 (exported PDU).
fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xA1B2_C3D4, 0x0004_0002, 0, 0, 0x4_0000, 252_u32] {
        file.extend(word.to_le_bytes());
    }
    for (second, frame) in (0_u32..).zip(frames) {
        let length = u32::try_from(frame.len()).unwrap();
        for word in [second, 0, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(frame);
    }
    file
}

const WARNING: u32 = 0x0060_0000;

fn verdict(packet: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let mut severity = 0;
    for tag in packet
        .split('<')
        .filter(|tag| tag.starts_with("field ") || tag.starts_with("proto "))
    {
        let name = attribute(tag, "name").unwrap_or_default();
        let show = attribute(tag, "show").filter(|show| !show.is_empty());
        let shown = attribute(tag, "showname").unwrap_or_default();
        match name.as_str() {
            "_ws.expert.severity" => severity = show.and_then(|s| s.parse().ok()).unwrap_or(0),
            "_ws.expert.message" if severity >= WARNING => {
                verdict.problems.push(show.unwrap_or_default());
            }
            "_ws.malformed" | "_ws.short" => verdict.problems.push(format!("malformed: {shown}")),
            "data" if tag.starts_with("proto ") => {
                verdict.problems.push(format!("undissected: {shown}"))
            }
            name if name.starts_with("_ws.") || tag.starts_with("proto ") => {}
            _ => {
                let text = format!("{shown}{}", show.as_deref().unwrap_or_default());
                if is_unknown(&text) {
                    verdict.problems.push(format!("not understood: {text}"));
                }
                let value = show.or_else(|| attribute(tag, "value")).unwrap_or_default();
                verdict.fields.push((name, value));
                verdict.lines.push(shown);
            }
        }
    }
    verdict
}

/// Dissectors mark what they do not know in words only.
fn is_unknown(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "undissected",
        "undecoded",
        "not dissected",
        "unknown parameter",
        "unknown optional",
    ]
    .iter()
    .any(|words| text.contains(words))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag[start..].split('"').next()?;
    let plain = value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    Some(plain.replace("&#x27;", "'").replace("&amp;", "&"))
}
