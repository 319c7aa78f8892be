//! `tandem decode`: messages from hexadecimal or from a capture, in words and for programs.

mod hex;
mod ladder;
mod message;
mod sdp;
mod sip;
mod text;
mod transaction;

use std::io::{self, BufRead};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use codecs::isup::Variant;
use codecs::mtp::PointCodeFormat;
use serde_json::{Value, json};

use hex::{Lines, hex};
pub use message::Decoded;
use message::{Reading, decode};

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
    /// SIP from the request or status line on (RFC 3261), with the bodies it carries.
    Sip,
    /// A session description (RFC 8866).
    Sdp,
}

/// Arguments of `tandem decode`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["protocol", "pcap"]))]
pub struct Options {
    /// What the messages are of.
    #[arg(value_enum)]
    protocol: Option<Protocol>,
    /// Messages in hexadecimal, each an argument: quote one that has spaces between its octets;
    /// colons, commas and `0x` are ignored, too. Without any they are read from standard input, one
    /// a line, or as dumps of xxd, hexdump -C or Wireshark; what follows a `#` is left out.
    #[arg(value_name = "HEX", conflicts_with = "pcap")]
    messages: Vec<String>,
    /// Whose ISUP it is: itu, etsi or ansi.
    #[arg(long, value_name = "VARIANT", default_value = "itu", value_parser = variant)]
    variant: &'static Variant,
    /// How point codes are written: itu, ansi, china or japan; in a capture of MTP it also says how
    /// long they are.
    #[arg(long, value_name = "FORMAT", value_parser = point_codes)]
    point_codes: Option<&'static PointCodeFormat>,
    /// The lines together are the octets of one stream of SIP (TCP), whose messages Content-Length
    /// tells apart.
    #[arg(long, conflicts_with = "pcap")]
    stream: bool,
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

fn point_codes(name: &str) -> Result<&'static PointCodeFormat, String> {
    PointCodeFormat::named(name).ok_or_else(|| "expected itu, ansi, china or japan".to_owned())
}

type Failure = Box<dyn std::error::Error>;

/// Decodes and prints.
///
/// # Errors
/// Standard input or the capture cannot be read, or standard output not be written. A message that
/// cannot be decoded is told and makes the exit status a failure; the others are decoded all the
/// same.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let reading = Reading {
        variant: options.variant,
        point_codes: options.point_codes.unwrap_or(options.variant.point_codes),
    };
    if let Some(file) = &options.pcap {
        return ladder::print(file, reading, options.json);
    }
    // One of both is there, says the group.
    let Some(protocol) = options.protocol else {
        return Ok(ExitCode::FAILURE);
    };
    if options.stream && protocol != Protocol::Sip {
        return Err("--stream is for sip: messages of others are told apart by lines".into());
    }
    let mut all_decoded = true;
    let mut stream = Vec::new();
    let mut show = |octets: Result<Vec<u8>, String>| -> Result<(), Failure> {
        match octets {
            Ok(octets) if options.stream => stream.extend(octets),
            octets => {
                let decoded = octets.and_then(|octets| decode(protocol, reading, &octets));
                all_decoded &= decoded.is_ok();
                print(&decoded, options.json)?;
            }
        }
        Ok(())
    };
    if options.messages.is_empty() {
        let mut lines = Lines::default();
        for line in io::stdin().lock().split(b'\n') {
            // What is no text is no hexadecimal either, and told as such.
            let line = line?;
            for message in lines.take(&String::from_utf8_lossy(&line)) {
                message.map_or(Ok(()), &mut show)?;
            }
        }
        lines.finish().map_or(Ok(()), &mut show)?;
    } else {
        options
            .messages
            .iter()
            .try_for_each(|argument| show(hex::octets(argument)))?;
    }
    let mut rest = &stream[..];
    while !rest.is_empty() {
        let (message, after) = sip::first(rest);
        let decoded = decode(protocol, reading, message);
        all_decoded &= decoded.is_ok();
        print(&decoded, options.json)?;
        rest = after;
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

#[cfg(test)]
mod tests;
