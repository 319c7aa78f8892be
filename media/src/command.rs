//! What call control says to the media gateway, and hears from it.

use std::net::SocketAddr;
use std::sync::Arc;

use codecs::g711::Law;
use thiserror::Error;

use crate::span::Counters;

/// Names a connection, of a timeslot with RTP or with another timeslot; chosen by call control, not
/// used twice at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub u64);

/// A channel of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timeslot {
    /// Which span: the position in the configuration, from 0.
    pub span: u16,
    /// 1 to 31.
    pub slot: u8,
}

/// The one format of a connection's RTP, both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload {
    /// RTP payload type, 0 to 127.
    pub pt: u8,
    /// What it stands for.
    pub law: Law,
}

/// Which ways a connection is through, as the RTP side sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Neither.
    Inactive,
    /// From the timeslot to RTP.
    SendOnly,
    /// From RTP to the timeslot.
    RecvOnly,
    /// Both.
    SendRecv,
}

impl Mode {
    pub(crate) fn sends(self) -> bool {
        matches!(self, Mode::SendOnly | Mode::SendRecv)
    }

    pub(crate) fn receives(self) -> bool {
        matches!(self, Mode::RecvOnly | Mode::SendRecv)
    }
}

/// What a continuity check wants of a timeslot (`Q.724 §7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Continuity {
    /// 2000 Hz at −12 dBm0 goes out and is listened for.
    SendTone,
    /// What comes in goes out.
    LoopBack,
    /// Neither any more.
    Stop,
}

/// An order of call control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Joins a timeslot and an RTP port.
    Connect {
        /// Its name from now on.
        id: ConnectionId,
        /// The channel.
        timeslot: Timeslot,
        /// Address and port for RTP, opened now and closed with the connection.
        local: SocketAddr,
        /// Where RTP goes to, and the only place from which it is taken. Without one the first
        /// packet that arrives settles it.
        remote: Option<SocketAddr>,
        /// The format.
        payload: Payload,
        /// Which ways it is through.
        mode: Mode,
    },
    /// Changes a connection with RTP; `None` leaves as it is.
    Modify {
        /// Which.
        id: ConnectionId,
        /// New far end.
        remote: Option<SocketAddr>,
        /// New format.
        payload: Option<Payload>,
        /// New directions.
        mode: Option<Mode>,
    },
    /// Joins two timeslots of the same or of different spans: each hears what the other says,
    /// octet by octet.
    Join {
        /// Its name from now on.
        id: ConnectionId,
        /// One channel.
        a: Timeslot,
        /// The other.
        b: Timeslot,
    },
    /// Begins or ends a continuity check of a timeslot. Until it ends the timeslot's connection, if
    /// it has one, hears silence and is not heard. A timeslot that does not exist hears nothing.
    Check {
        /// The channel.
        timeslot: Timeslot,
        /// What it does from now on.
        action: Continuity,
    },
    /// Ends a connection.
    Disconnect {
        /// Which.
        id: ConnectionId,
    },
}

/// What the gateway reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A command could not be obeyed. After a failed `Connect` or `Join` there is no such
    /// connection; after a failed `Modify` it is as it was.
    Failed {
        /// Which connection.
        id: ConnectionId,
        /// Why.
        reason: Failure,
    },
    /// A connection has ended, its port is closed, its timeslots are idle.
    Disconnected {
        /// Which.
        id: ConnectionId,
        /// What went over it.
        statistics: Statistics,
    },
    /// The check tone that is being sent in a timeslot begins or ends to come back.
    ContinuityHeard {
        /// The channel.
        timeslot: Timeslot,
        /// Whether it is there now.
        heard: bool,
    },
    /// A span was heard for the first time, fell silent or came back.
    Span {
        /// Which.
        span: u16,
        /// Whether packets arrive.
        up: bool,
        /// What arrived until now.
        counters: Counters,
    },
}

/// Why a command could not be obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Failure {
    /// There is no such span, or no such timeslot in a span.
    #[error("no such timeslot")]
    NoTimeslot,
    /// The timeslot belongs to another connection.
    #[error("the timeslot is in use")]
    TimeslotInUse,
    /// There is a connection of that name.
    #[error("the connection exists already")]
    Exists,
    /// There is no connection of that name, or none with RTP.
    #[error("no such connection")]
    NoConnection,
    /// A payload type over 127.
    #[error("no such RTP payload type")]
    PayloadType,
    /// The RTP port could not be opened.
    #[error("RTP port: {0}")]
    Port(std::io::ErrorKind),
}

/// What went over a connection. Between two timeslots only underruns and what was dropped can be
/// other than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// RTP packets sent.
    pub sent: u64,
    /// RTP packets taken.
    pub received: u64,
    /// RTP packets that never arrived.
    pub lost: u64,
    /// RTP packets that arrived after their time had come.
    pub late: u64,
    /// Datagrams that were no RTP of this connection: malformed, other format, other source.
    pub refused: u64,
    /// Times a timeslot had to be given silence because nothing was there yet.
    pub underruns: u64,
    /// Milliseconds dropped since one of two timeslots said more than the other could hear.
    pub dropped: u64,
    /// Times the stream began anew: other source, jump of its timestamps, buffer full.
    pub restarts: u64,
}

/// Whether a packet leaves or arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It leaves.
    Sent,
    /// It arrives.
    Received,
}

/// What a packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// RTP over UDP.
    Rtp,
    /// CESoPSN over UDP.
    Tdm,
}

/// Is shown every packet: direction, kind, source, destination, UDP payload. Called on the thread
/// that sends or receives: keep it short.
pub type Observer = Arc<dyn Fn(Direction, Transport, SocketAddr, SocketAddr, &[u8]) + Send + Sync>;
