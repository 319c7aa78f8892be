//! `tandem decode`: messages from hexadecimal or from a capture, in words and for programs.

mod ladder;
mod message;
mod text;
mod transaction;

use std::io::{self, BufRead};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use codecs::isup::Variant;
use serde_json::{Value, json};

pub use message::Decoded;
use message::decode;

use crate::output;

/// What a message is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// ISUP from the circuit identification code on (Q.763).
    Isup,
    /// M3UA from the common header on (RFC 4666).
    M3ua,
    /// SCCP from the message type on (Q.713).
    Sccp,
    /// TCAP from the message tag on (Q.773).
    Tcap,
    /// MAP: a TCAP message, one of its components, or the argument or result of sendRoutingInfo
    /// (TS 29.002).
    Map,
}

/// Arguments of `tandem decode`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["protocol", "pcap"]))]
pub struct Options {
    /// What the messages are of.
    #[arg(value_enum)]
    protocol: Option<Protocol>,
    /// Messages in hexadecimal, each an argument: quote one that has spaces between its octets.
    /// Colons are ignored, too. Without any they are read from standard input, one a line; what
    /// follows a `#` is left out.
    #[arg(value_name = "HEX", conflicts_with = "pcap")]
    messages: Vec<String>,
    /// Whose ISUP it is: itu, etsi or ansi.
    #[arg(long, value_name = "VARIANT", default_value = "itu", value_parser = variant)]
    variant: &'static Variant,
    /// Print one line of JSON for each message.
    #[arg(long)]
    json: bool,
    /// Print the call signalling of this capture (pcap or pcapng) as a ladder.
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
}

fn variant(name: &str) -> Result<&'static Variant, String> {
    Variant::named(name).ok_or_else(|| "expected itu, etsi or ansi".to_owned())
}

type Failure = Box<dyn std::error::Error>;

/// Decodes and prints.
///
/// # Errors
/// Standard input or the capture cannot be read, or standard output not be written. A message that
/// cannot be decoded is told and makes the exit status a failure; the others are decoded all the
/// same.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    if let Some(file) = &options.pcap {
        return ladder::print(file, options.json);
    }
    // One of both is there, says the group.
    let Some(protocol) = options.protocol else {
        return Ok(ExitCode::FAILURE);
    };
    let mut all_decoded = true;
    let mut show = |line: &str| -> Result<(), Failure> {
        let decoded = octets(line).and_then(|octets| decode(protocol, options.variant, &octets));
        all_decoded &= decoded.is_ok();
        print(&decoded, options.json)?;
        Ok(())
    };
    if options.messages.is_empty() {
        for line in io::stdin().lock().split(b'\n') {
            // What is no text is no hexadecimal either, and told as such.
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
                show(&line)?;
            }
        }
    } else {
        options.messages.iter().try_for_each(|line| show(line))?;
    }
    Ok(match all_decoded {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn print(decoded: &Result<Decoded, String>, json: bool) -> io::Result<()> {
    match (decoded, json) {
        (decoded, true) => output::print(line(decoded)),
        (Ok(decoded), false) => output::print(text::of(decoded)),
        (Err(error), false) => output::print(format_args!("not decoded: {error}")),
    }
}

/// One line for programs.
fn line(decoded: &Result<Decoded, String>) -> Value {
    match decoded {
        Ok(decoded) => {
            let mut line = json!({
                "ok": true,
                "message": decoded.message,
                "fields": decoded.fields,
                "encoded": hex(&decoded.encoded),
            });
            if let Some(payload) = &decoded.payload {
                line["payload"] = self::line(payload);
            }
            line
        }
        Err(error) => json!({ "ok": false, "error": error }),
    }
}

fn hex(octets: &[u8]) -> String {
    use std::fmt::Write;
    octets.iter().fold(String::new(), |mut text, octet| {
        // Writing into memory does not fail.
        let _ = write!(text, "{octet:02x}");
        text
    })
}

/// The octets of one line of hexadecimal.
fn octets(line: &str) -> Result<Vec<u8>, String> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let digits: Vec<u8> = line
        .strip_prefix("0x")
        .unwrap_or(line)
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ':')
        .map(|c| {
            let digit = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            digit.ok_or_else(|| format!("{c:?} is no hexadecimal digit"))
        })
        .collect::<Result<_, _>>()?;
    if !digits.len().is_multiple_of(2) {
        return Err(format!(
            "{} hexadecimal digits: expected two for each octet",
            digits.len()
        ));
    }
    Ok(digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect())
}

#[cfg(test)]
mod tests;
