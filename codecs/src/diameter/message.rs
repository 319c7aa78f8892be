//! The header, and messages as a header with AVPs (RFC 6733 §3).

use bytes::{BufMut, Bytes};

use super::avp::{self, Avp, Key, WrongLength, bits, put_u24};
use super::{ApplicationId, CommandCode, ResultCode};

const REQUEST: u8 = 0x80;
const PROXIABLE: u8 = 0x40;
const ERROR: u8 = 0x20;
const RETRANSMITTED: u8 = 0x10;

const VERSION: u8 = 1;

/// The largest length of a message: 24 bits.
const MAX: usize = 0xFF_FFFF;

/// Octets of the header.
pub(super) const LENGTH: usize = 20;

/// The header of a message, without version and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The R bit: a request, not an answer.
    pub request: bool,
    /// The P bit: may be relayed.
    pub proxiable: bool,
    /// The E bit: an answer that reports a protocol error.
    pub error: bool,
    /// The T bit: a request sent again after a failover.
    pub retransmitted: bool,
    /// Command code, 24 bits.
    pub command: CommandCode,
    /// Application.
    pub application: ApplicationId,
    /// Matches an answer to its request on this connection.
    pub hop_by_hop: u32,
    /// Matches an answer to its request across relays.
    pub end_to_end: u32,
}

impl Header {
    /// The header of the answer to a request with this one (`§6.2`).
    #[must_use]
    pub fn answer(&self) -> Self {
        Self {
            request: false,
            error: false,
            retransmitted: false,
            ..*self
        }
    }
}

/// A message, whatever its command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its header.
    pub header: Header,
    /// Its AVPs, in order.
    pub avps: Vec<Avp>,
}

/// A message that would exceed 24 bits of length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a Diameter message would exceed 16777215 octets")]
pub struct TooLong;

/// Why octets are no Diameter message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Fewer octets than a header has, or another number than the header states.
    #[error("a message of {actual} octets states {stated}")]
    Length {
        /// As the header has it; 0 if there is none.
        stated: usize,
        /// Octets there are.
        actual: usize,
    },
    /// A version other than 1. Nothing behind it can be relied on.
    #[error("version {0} instead of 1")]
    Version(u8),
    /// An AVP has a wrong length; the header can be answered.
    #[error("AVP {} has a wrong length", .failed.key.code)]
    Avp {
        /// The message's header.
        header: Header,
        /// The AVP, without its value.
        failed: Avp,
    },
}

impl Message {
    /// Reads one message.
    ///
    /// # Errors
    /// [`Malformed`] if version, length or the length of an AVP are wrong.
    pub fn decode(octets: &Bytes) -> Result<Self, Malformed> {
        let actual = octets.len();
        let Some((&[version, l0, l1, l2, rest @ ..], _)) = octets.split_first_chunk::<LENGTH>()
        else {
            return Err(Malformed::Length { stated: 0, actual });
        };
        if version != VERSION {
            return Err(Malformed::Version(version));
        }
        let stated = u32::from_be_bytes([0, l0, l1, l2]) as usize;
        if stated != actual || !stated.is_multiple_of(4) {
            return Err(Malformed::Length { stated, actual });
        }
        let header = Header::read(rest);
        match avp::read_all(&octets.slice(LENGTH..)) {
            Ok(avps) => Ok(Self { header, avps }),
            Err(WrongLength(failed)) => Err(Malformed::Avp { header, failed }),
        }
    }

    /// Appends the message to `out`.
    ///
    /// # Errors
    /// [`TooLong`] if it exceeds 16777215 octets; `out` is then as it was.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let start = out.len();
        self.header.write(out);
        avp::write_all(&self.avps, out);
        let length = out.len() - start;
        if length > MAX {
            out.truncate(start);
            return Err(TooLong);
        }
        let mut octets = Vec::with_capacity(3);
        put_u24(&mut octets, length);
        out[start + 1..start + 4].copy_from_slice(&octets);
        Ok(())
    }

    /// The first AVP of this kind.
    pub fn find(&self, key: Key) -> Option<&Avp> {
        self.avps.iter().find(|avp| avp.key == key)
    }

    /// The answer to this request: Session-Id first, then `avps`, and what proxies want back
    /// (`§6.2`). The E bit is set if `result` is a protocol error.
    pub fn answer(&self, result: ResultCode, avps: impl IntoIterator<Item = Avp>) -> Self {
        let of = |key| self.avps.iter().filter(move |avp| avp.key == key).cloned();
        Self {
            header: Header {
                error: result.is_protocol_error(),
                ..self.header.answer()
            },
            avps: of(Key::SESSION_ID)
                .take(1)
                .chain(avps)
                .chain(of(Key::PROXY_INFO))
                .collect(),
        }
    }
}

impl Header {
    fn read(octets: [u8; LENGTH - 4]) -> Self {
        let [
            flags,
            c0,
            c1,
            c2,
            a0,
            a1,
            a2,
            a3,
            h0,
            h1,
            h2,
            h3,
            e0,
            e1,
            e2,
            e3,
        ] = octets;
        Self {
            request: flags & REQUEST != 0,
            proxiable: flags & PROXIABLE != 0,
            error: flags & ERROR != 0,
            retransmitted: flags & RETRANSMITTED != 0,
            command: CommandCode(u32::from_be_bytes([0, c0, c1, c2])),
            application: ApplicationId(u32::from_be_bytes([a0, a1, a2, a3])),
            hop_by_hop: u32::from_be_bytes([h0, h1, h2, h3]),
            end_to_end: u32::from_be_bytes([e0, e1, e2, e3]),
        }
    }

    /// Writes the header with length 0.
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[VERSION, 0, 0, 0]);
        let flags = [
            (self.request, REQUEST),
            (self.proxiable, PROXIABLE),
            (self.error, ERROR),
            (self.retransmitted, RETRANSMITTED),
        ];
        out.put_u32(u32::from(bits(flags)) << 24 | self.command.0 & 0xFF_FFFF);
        out.put_u32(self.application.0);
        out.put_u32(self.hop_by_hop);
        out.put_u32(self.end_to_end);
    }
}
