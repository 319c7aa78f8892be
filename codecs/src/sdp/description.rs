//! What one side of a session says about it (RFC 8866).

use std::fmt;
use std::net::IpAddr;

use sdp_types::{Media, Session};

use super::payload::Payload;
use super::preconditions::Preconditions;

/// The streams of one side, in order (RFC 3264 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// One per `m=` line; their order and number hold for the whole session.
    pub streams: Vec<Stream>,
}

/// What one `m=` line describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stream {
    /// Audio over RTP/AVP with a port.
    Audio(AudioDescription),
    /// Anything else, and audio that is refused: only what is needed to refuse it (port 0).
    Unused {
        /// `audio`, `video`, `image` …
        media: Box<str>,
        /// `RTP/AVP`, `udptl` …
        protocol: Box<str>,
        /// The formats as they stand in the line.
        formats: Box<str>,
    },
}

/// One audio stream over RTP/AVP, as one side describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioDescription {
    /// Where it wants to receive.
    pub address: Address,
    /// The RTP port there, 1–65535.
    pub port: u16,
    /// What it can receive, the preferred first.
    pub payloads: Vec<Payload>,
    /// Milliseconds of audio it wants in a packet.
    pub ptime: Option<u16>,
    /// Milliseconds of audio it takes in a packet at most.
    pub maxptime: Option<u16>,
    /// Whether it will send and receive, as it sees it.
    pub direction: Direction,
    /// What has to be reserved before anybody is alerted.
    pub preconditions: Option<Preconditions>,
}

/// Where media goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An address.
    Ip(IpAddr),
    /// A domain name, to be resolved.
    Name(Box<str>),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => write!(f, "{ip}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The direction of a stream as seen by who describes it (RFC 8866 §6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Both ways.
    #[default]
    SendRecv,
    /// It sends only: the other side is on hold.
    SendOnly,
    /// It receives only.
    RecvOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    const ALL: [Self; 4] = [
        Self::SendRecv,
        Self::SendOnly,
        Self::RecvOnly,
        Self::Inactive,
    ];

    /// From whether it sends and receives.
    pub fn of(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether who says so sends.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether who says so receives.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The attribute's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }
}

/// Why a body is no session description that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It does not follow the grammar (RFC 8866 §9): which line, and what is wrong there.
    #[error("session description: {0}")]
    Syntax(Box<str>),
    /// A stream in use has no `c=` line, nor has the session (RFC 8866 §5.7).
    #[error("session description: no c= line for m=audio")]
    NoConnection,
    /// A `c=` line of a network other than the Internet, or without an address.
    #[error("session description: c= line without Internet address: {0:?}")]
    Connection(Box<str>),
    /// An `a=rtpmap` line that does not follow RFC 8866 §6.6.
    #[error("session description: malformed a=rtpmap: {0:?}")]
    Rtpmap(Box<str>),
}

impl Description {
    /// Reads a session description.
    ///
    /// # Errors
    /// [`Malformed`] names the line. Streams that are not used are not looked into.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let session =
            Session::parse(body).map_err(|error| Malformed::Syntax(error.to_string().into()))?;
        let streams = session.medias.iter().map(|media| stream(&session, media));
        Ok(Self {
            streams: streams.collect::<Result<_, _>>()?,
        })
    }

    /// The first audio stream that is not refused.
    pub fn audio(&self) -> Option<&AudioDescription> {
        self.streams.iter().find_map(|stream| match stream {
            Stream::Audio(audio) => Some(audio),
            Stream::Unused { .. } => None,
        })
    }
}

impl Description {
    /// Whether nobody is to be alerted until who says so has reserved more than it has.
    pub fn awaits_resources(&self) -> bool {
        let preconditions = self.audio().and_then(|audio| audio.preconditions);
        preconditions.is_some_and(|theirs| !theirs.answer().are_met())
    }
}

fn stream(session: &Session, media: &Media) -> Result<Stream, Malformed> {
    let is_used = media.port != 0
        && media.media.eq_ignore_ascii_case("audio")
        && media.proto.eq_ignore_ascii_case("RTP/AVP");
    if is_used {
        audio(session, media).map(Stream::Audio)
    } else {
        Ok(Stream::Unused {
            media: media.media.as_str().into(),
            protocol: media.proto.as_str().into(),
            formats: media.fmt.as_str().into(),
        })
    }
}

fn audio(session: &Session, media: &Media) -> Result<AudioDescription, Malformed> {
    let address = address(session, media)?;
    let direction = direction(session, media);
    let is_held = matches!(&address, Address::Ip(ip) if ip.is_unspecified());
    Ok(AudioDescription {
        // RFC 3264 §8.4: 0.0.0.0 is how RFC 2543 put a stream on hold.
        direction: Direction::of(direction.sends(), direction.receives() && !is_held),
        address,
        port: media.port,
        payloads: payloads(media)?,
        ptime: milliseconds(media, "ptime"),
        maxptime: milliseconds(media, "maxptime"),
        preconditions: Preconditions::read(media),
    })
}

fn address(session: &Session, media: &Media) -> Result<Address, Malformed> {
    let connection = media
        .connections
        .first()
        .or(session.connection.as_ref())
        .ok_or(Malformed::NoConnection)?;
    let text = connection.connection_address.as_str();
    let text = text.split_once('/').map_or(text, |(address, _)| address);
    if connection.nettype != sdp_types::NetType::In || text.is_empty() {
        return Err(Malformed::Connection(text.into()));
    }
    Ok(text
        .parse()
        .map_or_else(|_| Address::Name(text.into()), Address::Ip))
}

fn direction(session: &Session, media: &Media) -> Direction {
    let of_media = |name: &str| media.has_attribute(name);
    let of_session = |name: &str| session.has_attribute(name);
    let all = || Direction::ALL.into_iter();
    all()
        .find(|direction| of_media(direction.as_str()))
        .or_else(|| all().find(|direction| of_session(direction.as_str())))
        .unwrap_or_default()
}

/// The payload types of the `m=` line; dynamic ones nobody explains are left out.
fn payloads(media: &Media) -> Result<Vec<Payload>, Malformed> {
    let numbers = media
        .fmt
        .split_ascii_whitespace()
        .filter_map(|number| number.parse::<u8>().ok())
        .filter(|&number| number < 128);
    let payloads = numbers.map(|number| {
        let mut payload = match attribute_of(media, "rtpmap", number) {
            Some(map) => {
                Some(Payload::mapped(number, map).ok_or_else(|| Malformed::Rtpmap(map.into()))?)
            }
            None => Payload::assigned(number),
        };
        if let Some(payload) = &mut payload {
            payload.format = attribute_of(media, "fmtp", number).map(Into::into);
        }
        Ok(payload)
    });
    payloads.filter_map(Result::transpose).collect()
}

/// What `a=name:number …` says of a payload type.
fn attribute_of<'a>(media: &'a Media, name: &str, number: u8) -> Option<&'a str> {
    media
        .attributes
        .iter()
        .filter(|attribute| attribute.attribute == name)
        .filter_map(|attribute| attribute.value.as_deref()?.split_once(' '))
        .find(|(candidate, _)| candidate.parse() == Ok(number))
        .map(|(_, value)| value.trim())
}

fn milliseconds(media: &Media, name: &str) -> Option<u16> {
    let value = media.get_first_attribute_value(name)??;
    value.trim().parse().ok().filter(|&ms| ms > 0)
}
