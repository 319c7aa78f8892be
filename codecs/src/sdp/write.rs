//! Writing session descriptions (RFC 8866 §5), versioned (RFC 3264 §8).

use std::fmt::{self, Write};
use std::net::IpAddr;

use super::description::{Address, AudioDescription, Description, Stream};

/// Whose description it is, and which of its descriptions of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Identifies the session together with `host`, below 2⁶³.
    pub id: u64,
    /// Rises by one with every change.
    pub version: u64,
    /// Who describes.
    pub host: IpAddr,
}

/// One side of one session: who describes it, and what it said last.
#[derive(Debug, Clone)]
pub struct Session {
    origin: Origin,
    last: Option<Description>,
}

impl Session {
    /// A session not yet described. `id` identifies it together with `host`, below 2⁶³; the first
    /// version is `id` too.
    pub fn new(id: u64, host: IpAddr) -> Self {
        let origin = Origin {
            id,
            version: id,
            host,
        };
        Self { origin, last: None }
    }

    /// Writes a description. The version is one higher than before if it differs from the last.
    pub fn write(&mut self, description: &Description) -> Vec<u8> {
        if self.last.as_ref().is_some_and(|last| last != description) {
            self.origin.version += 1;
        }
        self.last = Some(description.clone());
        self.origin.write(description)
    }
}

impl Origin {
    /// Writes a description of this version.
    pub fn write(&self, description: &Description) -> Vec<u8> {
        let mut text = String::with_capacity(512);
        // Writing into memory does not fail.
        let _ = self.write_to(description, &mut text);
        text.into_bytes()
    }

    fn write_to(&self, description: &Description, out: &mut String) -> fmt::Result {
        let Self { id, version, host } = self;
        let origin = Address::Ip(*host);
        write!(out, "v=0\r\no=- {id} {version} ")?;
        write_address(&origin, out)?;
        out.write_str("s=-\r\nc=")?;
        let connection = description.audio().map_or(&origin, |audio| &audio.address);
        write_address(connection, out)?;
        out.write_str("t=0 0\r\n")?;
        for stream in &description.streams {
            match stream {
                Stream::Audio(audio) => write_audio(audio, connection, out)?,
                Stream::Unused {
                    media,
                    protocol,
                    formats,
                } => write!(out, "m={media} 0 {protocol} {formats}\r\n")?,
            }
        }
        Ok(())
    }
}

fn write_address(address: &Address, out: &mut String) -> fmt::Result {
    let kind = match address {
        Address::Ip(IpAddr::V6(_)) => "IP6",
        _ => "IP4",
    };
    write!(out, "IN {kind} {address}\r\n")
}

fn write_audio(audio: &AudioDescription, session: &Address, out: &mut String) -> fmt::Result {
    write!(out, "m=audio {} RTP/AVP", audio.port)?;
    for payload in &audio.payloads {
        write!(out, " {}", payload.number)?;
    }
    out.write_str("\r\n")?;
    if audio.address != *session {
        out.write_str("c=")?;
        write_address(&audio.address, out)?;
    }
    for payload in &audio.payloads {
        write!(out, "a=rtpmap:{} {payload}\r\n", payload.number)?;
        if let Some(format) = &payload.format {
            write!(out, "a=fmtp:{} {format}\r\n", payload.number)?;
        }
    }
    for (name, value) in [("ptime", audio.ptime), ("maxptime", audio.maxptime)] {
        if let Some(value) = value {
            write!(out, "a={name}:{value}\r\n")?;
        }
    }
    if let Some(preconditions) = &audio.preconditions {
        preconditions.write(out)?;
    }
    write!(out, "a={}\r\n", audio.direction.as_str())
}
