//! Wireshark on everything that the gateway sends in the ladders.

use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::bench::Bench;
use crate::ladder::Ladder;
use crate::{ladders, tshark};

/// An IAM whose called party number is longer than the message, so that it is seen whether faults
/// are found.
const CUT_OFF: &[u8] = &[1, 0, 1, 0, 0x60, 0, 10, 3, 2, 0, 9, 3];

pub(crate) fn trial() -> Trial {
    Trial::test("every message of the ladders, by Wireshark", judge)
}

fn judge() -> Result<(), Failed> {
    let mut names = Vec::new();
    let mut messages = Vec::new();
    for (name, path) in ladders() {
        for sent in sent(&path)? {
            names.push(name.clone());
            messages.push(sent);
        }
    }
    assert!(messages.len() > 1000, "{} messages", messages.len());
    let octets = messages.iter().map(|(of, sent)| (*of, &**sent));
    let octets: Vec<_> = octets.chain([("isup", CUT_OFF)]).collect();
    let Some(mut verdicts) = tshark::judge(&octets) else {
        return Ok(());
    };
    let cut_off = verdicts.pop().unwrap();
    assert!(!cut_off.problems.is_empty(), "{cut_off:?}");
    let mut faults = Vec::new();
    for ((name, (_, message)), verdict) in names.iter().zip(&messages).zip(verdicts) {
        for problem in &verdict.problems {
            faults.push(format!("{name}: {problem}\n{}", message.escape_ascii()));
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n").into()),
    }
}

/// What the gateway sends in a ladder, each with the name of its dissector.
fn sent(path: &Path) -> Result<Vec<(&'static str, Vec<u8>)>, Failed> {
    let ladder = Ladder::parse(&std::fs::read_to_string(path)?)?;
    Ok(Bench::new(&ladder.config)?.play(ladder.steps)?)
}
