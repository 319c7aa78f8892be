//! `tandem decode`: messages from hexadecimal or from a capture, in words and for programs.

mod hex;
mod input;
mod ladder;
mod message;
mod plain;
mod reading;
mod sccp;
mod sdp;
mod sip;
mod text;
mod transaction;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use codecs::isup::Variant;
use codecs::mtp::PointCodeFormat;
use serde_json::{Value, json};

use hex::hex;
pub use message::Decoded;
use message::decode;
use reading::Network;
pub(crate) use reading::Reading;
pub(crate) use sccp::Connection;

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
    /// a line, or as dumps of xxd, hexdump -C or Wireshark; what follows a `#` is left out. SIP and
    /// SDP may come there as plain text, too.
    #[arg(value_name = "HEX", conflicts_with = "pcap")]
    messages: Vec<String>,
    /// Whose ISUP it is: itu, etsi or ansi.
    #[arg(long, value_name = "VARIANT", default_value = "itu", value_parser = reading::variant)]
    variant: &'static Variant,
    /// How point codes are written: itu, ansi, china or japan; in a capture of MTP it also says how
    /// long they are.
    #[arg(long, value_name = "FORMAT", value_parser = reading::point_codes)]
    point_codes: Option<&'static PointCodeFormat>,
    /// Another network in the same messages, by its network indicator: whose ISUP, and how point
    /// codes are written where that is otherwise, such as 2=ansi or 3=itu,china.
    #[arg(long, value_name = "NI=VARIANT", value_parser = reading::network)]
    network: Vec<Network>,
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

type Failure = Box<dyn std::error::Error>;

/// Decodes and prints.
///
/// # Errors
/// Standard input or the capture cannot be read, or standard output not be written. A message that
/// cannot be decoded is told and makes the exit status a failure; the others are decoded all the
/// same.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let point_codes = options.point_codes.unwrap_or(options.variant.point_codes);
    let reading = Reading::new(options.variant, point_codes).with(&options.network);
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
    let mut tally = Tally::default();
    let mut stream = Vec::new();
    let mut show = |octets: Result<Vec<u8>, String>| -> Result<(), Failure> {
        match octets {
            Ok(octets) if options.stream => stream.extend(octets),
            octets => {
                let decoded = octets.and_then(|octets| decode(protocol, reading, &octets));
                tally.count(&decoded);
                print(&decoded, options.json)?;
            }
        }
        Ok(())
    };
    match options.messages.is_empty() {
        true => input::standard(protocol, &mut show)?,
        false => input::arguments(&options.messages, &mut show)?,
    }
    let mut rest = &stream[..];
    while !rest.is_empty() {
        let (message, after) = sip::first(rest);
        let decoded = decode(protocol, reading, message);
        tally.count(&decoded);
        print(&decoded, options.json)?;
        rest = after;
    }
    Ok(tally.verdict())
}

/// How many messages there were.
#[derive(Debug, Default)]
struct Tally {
    decoded: usize,
    refused: usize,
}

impl Tally {
    fn count(&mut self, decoded: &Result<Decoded, String>) {
        match decoded {
            Ok(_) => self.decoded += 1,
            Err(_) => self.refused += 1,
        }
    }

    /// Success where all were decoded; where there was none, the status of a wrong use.
    fn verdict(&self) -> ExitCode {
        const NOTHING: u8 = 2;
        match (self.decoded, self.refused) {
            (0, 0) => {
                output::tell("there was nothing to decode: no message in arguments or input");
                ExitCode::from(NOTHING)
            }
            (_, 0) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
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
            });
            if let Some(encoded) = &decoded.encoded {
                line["encoded"] = hex(encoded).into();
            }
            if !decoded.hints.is_empty() {
                line["hints"] = json!(decoded.hints);
            }
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
