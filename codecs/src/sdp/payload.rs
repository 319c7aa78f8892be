//! RTP payload types and what they carry (RFC 8866 §6.6, RFC 3551 table 4).

use std::fmt;

/// What a payload type carries, by the name registered for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoding {
    /// G.711 A-law.
    Pcma,
    /// G.711 µ-law.
    Pcmu,
    /// Octets of a circuit as they are (RFC 4040).
    Clearmode,
    /// Digits and tones as events (RFC 4733).
    TelephoneEvent,
    /// Anything else.
    Other(Box<str>),
}

impl Encoding {
    fn named(name: &str) -> Self {
        let known = [
            Self::Pcma,
            Self::Pcmu,
            Self::Clearmode,
            Self::TelephoneEvent,
        ];
        known
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(name))
            .unwrap_or_else(|| Self::Other(name.into()))
    }

    /// The registered name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pcma => "PCMA",
            Self::Pcmu => "PCMU",
            Self::Clearmode => "CLEARMODE",
            Self::TelephoneEvent => "telephone-event",
            Self::Other(name) => name,
        }
    }
}

/// One payload type of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Its number in RTP, 0–127; 96–127 are assigned by the description.
    pub number: u8,
    /// What it carries.
    pub encoding: Encoding,
    /// RTP clock rate in Hz.
    pub rate: u32,
    /// Channels, 1 for speech.
    pub channels: u8,
    /// Format parameters (`a=fmtp`) as they stand there.
    pub format: Option<Box<str>>,
}

impl Payload {
    /// G.711 A-law, 8.
    pub const PCMA: Self = Self::fixed(8, Encoding::Pcma);
    /// G.711 µ-law, 0.
    pub const PCMU: Self = Self::fixed(0, Encoding::Pcmu);

    /// Octets of a circuit as they are, under the number 97 (RFC 4040).
    pub const CLEARMODE: Self = Self::fixed(97, Encoding::Clearmode);

    /// Digits as events 0–15 under a number of one's choice, 96–127, at 8000 Hz.
    pub fn telephone_event(number: u8) -> Self {
        Self {
            format: Some("0-15".into()),
            ..Self::fixed(number, Encoding::TelephoneEvent)
        }
    }

    const fn fixed(number: u8, encoding: Encoding) -> Self {
        Self {
            number,
            encoding,
            rate: 8000,
            channels: 1,
            format: None,
        }
    }

    /// Whether it carries what a circuit does, and not events or comfort noise beside speech.
    pub fn is_speech(&self) -> bool {
        match &self.encoding {
            Encoding::TelephoneEvent => false,
            Encoding::Other(name) => !name.eq_ignore_ascii_case("CN"),
            Encoding::Pcma | Encoding::Pcmu | Encoding::Clearmode => true,
        }
    }

    /// Whether both carry the same, whatever the number (RFC 3264 §6.1).
    pub fn is_same_encoding(&self, other: &Self) -> bool {
        let same_name = match (&self.encoding, &other.encoding) {
            (Encoding::Other(a), Encoding::Other(b)) => a.eq_ignore_ascii_case(b),
            (a, b) => a == b,
        };
        same_name && self.rate == other.rate && self.channels == other.channels
    }

    /// Reads `name/rate[/channels]`.
    pub(super) fn mapped(number: u8, map: &str) -> Option<Self> {
        let mut parts = map.trim().split('/');
        Some(Self {
            number,
            encoding: Encoding::named(parts.next().filter(|name| !name.is_empty())?),
            rate: parts.next()?.parse().ok()?,
            channels: parts.next().map_or(Some(1), |n| n.parse().ok())?,
            format: None,
        })
    }

    /// What a number means without `a=rtpmap`; `None` for one that means nothing.
    pub(super) fn assigned(number: u8) -> Option<Self> {
        let map = match number {
            0 => "PCMU/8000",
            3 => "GSM/8000",
            4 => "G723/8000",
            8 => "PCMA/8000",
            9 => "G722/8000",
            13 => "CN/8000",
            15 => "G728/8000",
            18 => "G729/8000",
            _ => return None,
        };
        Self::mapped(number, map)
    }
}

/// As it stands in `a=rtpmap`, without the number.
impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.encoding.as_str(), self.rate)?;
        match self.channels {
            1 => Ok(()),
            channels => write!(f, "/{channels}"),
        }
    }
}
