//! Where the messages come from: arguments, or standard input as lines of hexadecimal, dumps or, for
//! SIP and SDP, plain text.

use std::io::{self, BufRead, IsTerminal, Read};
use std::path::Path;

use super::{Failure, Protocol, hex, plain};
use crate::output;

/// The octets of a message, or why there are none.
pub(super) type Octets = Result<Vec<u8>, String>;

/// Takes the messages of arguments.
pub(super) fn arguments(
    arguments: &[String],
    show: impl FnMut(Octets) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let read = |argument: &String| hex::octets(argument).map_err(|error| file(argument, error));
    arguments.iter().map(read).try_for_each(show)
}

/// What is no hexadecimal may be meant as a file.
fn file(argument: &str, error: String) -> String {
    let path = Path::new(argument);
    let is_capture = path.extension().is_some_and(|extension| {
        ["pcap", "pcapng", "cap"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    });
    match is_capture || path.is_file() {
        true => format!(
            "{argument} is no hexadecimal; a capture is read with --pcap {argument}, messages in a \
             file from standard input (< {argument})"
        ),
        false => error,
    }
}

/// Takes the messages of standard input until it ends.
pub(super) fn standard(
    protocol: Protocol,
    mut show: impl FnMut(Octets) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        output::tell("reading messages from here, one a line; Ctrl-D ends");
    }
    let mut input = stdin.lock();
    if is_capture(input.fill_buf()?) {
        return Err("this is a capture: it is read with --pcap FILE".into());
    }
    let mut lines = hex::Lines::default();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if plain::begins(protocol, &line) {
            input.read_to_end(&mut line)?;
            let messages = plain::messages(protocol, &line).into_iter();
            return messages.map(Ok).try_for_each(show);
        }
        // What is no text is no hexadecimal either, and told as such.
        for message in lines.take(&String::from_utf8_lossy(&line)) {
            message.map_or(Ok(()), &mut show)?;
        }
        line.clear();
    }
    lines.finish().map_or(Ok(()), show)
}

/// Whether octets begin as pcap (of micro- or nanoseconds, of either order) or pcapng do.
fn is_capture(octets: &[u8]) -> bool {
    const MAGIC: [[u8; 4]; 5] = [
        [0xD4, 0xC3, 0xB2, 0xA1],
        [0xA1, 0xB2, 0xC3, 0xD4],
        [0x4D, 0x3C, 0xB2, 0xA1],
        [0xA1, 0xB2, 0x3C, 0x4D],
        [0x0A, 0x0D, 0x0D, 0x0A],
    ];
    MAGIC.iter().any(|magic| octets.starts_with(magic))
}
