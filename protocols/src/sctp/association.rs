//! One association: the library's socket, in our terms of time, events and errors.

use std::time::{Duration, Instant};

use bytes::Bytes;
use dcsctp::api::{
    DcSctpSocket, ErrorKind, Message, PpId, SendOptions, Socket, SocketEvent, SocketState,
    SocketTime, StreamId,
};

use super::config::{Config, MAX_MESSAGE};
use super::packet::{self, ABORT, INIT_ACK, Packet, REFLECTED, SACK, SHUTDOWN};
use super::{Loss, Path, SendError, Streams};

/// What a peer that shuts down is taken to have room for: its SHUTDOWN does not say.
const CREDIT: u32 = 1 << 16;

/// What an association tells the endpoint.
#[derive(Debug)]
pub(super) enum Told {
    Transmit(Vec<u8>),
    Up(Streams),
    Restarted(Streams),
    Message {
        stream: u16,
        ppid: u32,
        payload: Bytes,
    },
    Ignored,
    /// Nothing follows this.
    Ended(Result<(), Loss>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Connecting,
    Up(Streams),
    /// Our user wants it shut down; the library is told once everything is acknowledged, because
    /// it would leave behind what waits for the congestion window.
    Draining,
    ShuttingDown,
}

pub(super) struct Association {
    pub(super) path: Path,
    socket: Socket,
    epoch: Instant,
    phase: Phase,
    /// Taken from the user, and handed to the library together: messages share packets.
    pending: Vec<Message>,
    pending_bytes: usize,
    packet_size: usize,
    send_buffer: usize,
    abandoned: bool,
    restarting: bool,
}

impl std::fmt::Debug for Association {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Association")
            .field("path", &self.path)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

impl Association {
    pub(super) fn new(path: Path, config: &Config, now: Instant) -> Self {
        Self {
            path,
            socket: Socket::new("", &config.options(&path)),
            epoch: now,
            phase: Phase::Connecting,
            pending: Vec::new(),
            pending_bytes: 0,
            packet_size: config.packet_size,
            send_buffer: config.send_buffer,
            abandoned: false,
            restarting: false,
        }
    }

    pub(super) fn connect(&mut self) {
        self.socket.connect();
    }

    /// Handles a packet for this association; `Some` when it ends a connection attempt.
    pub(super) fn handle(
        &mut self,
        packet: &Packet<'_>,
        bytes: &[u8],
        now: Instant,
    ) -> Option<Loss> {
        self.advance(now);
        if self.phase == Phase::Connecting {
            if self.is_refusal(packet) {
                return Some(Loss::Refused);
            }
            // The library cannot echo a cookie that does not fit a packet.
            if packet.first().kind == INIT_ACK && bytes.len() > self.packet_size {
                return Some(Loss::Violation("state cookie too long".into()));
            }
        }
        self.acknowledge_shutdown(packet);
        self.socket.handle_input(bytes);
        None
    }

    pub(super) fn advance(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.epoch);
        self.socket.advance_time(SocketTime::zero() + elapsed);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let timeout = self.socket.poll_timeout() - SocketTime::zero();
        (timeout != Duration::MAX).then(|| self.epoch.checked_add(timeout))?
    }

    /// Takes a message; [`Association::flush`] hands it on. Says whether it is the first.
    pub(super) fn send(
        &mut self,
        stream: u16,
        ppid: u32,
        payload: Bytes,
    ) -> Result<bool, SendError> {
        let streams = match self.phase {
            Phase::Connecting => return Err(SendError::NotUp),
            Phase::Draining | Phase::ShuttingDown => return Err(SendError::Closing),
            Phase::Up(streams) => streams,
        };
        if stream >= streams.outgoing {
            return Err(SendError::NoSuchStream);
        }
        if payload.is_empty() || payload.len() > MAX_MESSAGE {
            return Err(SendError::Length);
        }
        if self.buffered() >= self.send_buffer {
            return Err(SendError::Full);
        }
        self.pending_bytes += payload.len();
        let message = Message::new(StreamId(stream), PpId(ppid), payload.into());
        self.pending.push(message);
        Ok(self.pending.len() == 1)
    }

    /// Hands what was sent to the library. Answers how many messages came too late: the peer
    /// has begun to shut down since.
    pub(super) fn flush(&mut self) -> usize {
        if self.pending.is_empty() {
            return 0;
        }
        self.pending_bytes = 0;
        let messages = std::mem::take(&mut self.pending);
        let sent = self.socket.send_many(messages, &SendOptions::default());
        sent.err().map_or(0, |refused| refused.0.len())
    }

    pub(super) fn shutdown(&mut self) {
        match self.phase {
            // Shutting down before COOKIE ACK confuses the library; nothing can be lost yet.
            Phase::Connecting => self.socket.close(),
            Phase::Up(_) => self.phase = Phase::Draining,
            Phase::Draining | Phase::ShuttingDown => {}
        }
    }

    pub(super) fn abort(&mut self) {
        self.abandoned = true;
        self.socket.close();
    }

    /// The next thing to do. Events come before messages: what is read belongs to the
    /// association as the events left it.
    pub(super) fn poll(&mut self) -> Option<Told> {
        self.drain();
        while let Some(event) = self.socket.poll_event() {
            if let Some(told) = self.tell(event) {
                return Some(told);
            }
        }
        let message = self.socket.get_next_message()?;
        Some(Told::Message {
            stream: message.stream_id.0,
            ppid: message.ppid.0,
            payload: message.payload.into(),
        })
    }

    /// Whether the handshake is through.
    pub(super) fn is_established(&self) -> bool {
        self.socket.state() == SocketState::Connected
    }

    fn tell(&mut self, event: SocketEvent) -> Option<Told> {
        match event {
            SocketEvent::SendPacket(bytes) => Some(Told::Transmit(bytes)),
            SocketEvent::OnConnectionRestarted() => {
                self.restarting = true;
                None
            }
            SocketEvent::OnConnected() => self.connected(),
            SocketEvent::OnClosed() if self.abandoned => Some(Told::Ended(Err(Loss::Abandoned))),
            SocketEvent::OnClosed() => Some(Told::Ended(Ok(()))),
            SocketEvent::OnAborted(kind, words) => Some(Told::Ended(Err(loss(kind, words)))),
            SocketEvent::OnError(..) => Some(Told::Ignored),
            _ => None,
        }
    }

    fn connected(&mut self) -> Option<Told> {
        let streams = self.socket.get_metrics().map(|metrics| Streams {
            incoming: metrics.negotiated_maximum_incoming_streams,
            outgoing: metrics.negotiated_maximum_outgoing_streams,
        })?;
        let was = self.phase;
        self.phase = match was {
            Phase::Connecting | Phase::Up(_) => Phase::Up(streams),
            Phase::Draining | Phase::ShuttingDown => Phase::Draining,
        };
        let restarted = std::mem::take(&mut self.restarting);
        match was {
            Phase::Connecting => Some(Told::Up(streams)),
            _ => restarted.then_some(Told::Restarted(streams)),
        }
    }

    fn drain(&mut self) {
        let state = self.socket.state();
        match self.phase {
            Phase::Draining if state == SocketState::Connected && self.buffered() == 0 => {
                self.phase = Phase::ShuttingDown;
                self.socket.shutdown();
            }
            Phase::Up(_) if state == SocketState::ShuttingDown => self.phase = Phase::ShuttingDown,
            _ => {}
        }
    }

    /// Bytes not acknowledged yet, rounded up to packets.
    fn buffered(&self) -> usize {
        let metrics = self.socket.get_metrics();
        let packets = metrics.map_or(0, |metrics| metrics.unack_data_count);
        self.pending_bytes + packets * self.packet_size
    }

    /// SHUTDOWN acknowledges like a SACK (RFC 9260 §9.2), but the library reads SACKs only, and
    /// would wait for one that a peer in SHUTDOWN-SENT need not send.
    fn acknowledge_shutdown(&mut self, packet: &Packet<'_>) {
        let shutdown = packet.chunks().find(|chunk| chunk.kind == SHUTDOWN);
        let Some(acknowledged) = shutdown.and_then(|chunk| chunk.value.first_chunk::<4>()) else {
            return;
        };
        if packet.is_intact() {
            let value = [*acknowledged, CREDIT.to_be_bytes(), [0; 4]].concat();
            let ports = (packet.source(), packet.destination());
            let sack = packet::build(ports, packet.tag(), SACK, 0, &value, &[]);
            self.socket.handle_input(&sack);
        }
    }

    /// ABORT in answer to our INIT (RFC 9260 §5.1 C), which the library does not see.
    fn is_refusal(&self, packet: &Packet<'_>) -> bool {
        let first = packet.first();
        first.kind == ABORT
            && first.flags & REFLECTED == 0
            && packet.tag() == self.socket.verification_tag()
            && packet.is_intact()
    }
}

fn loss(kind: ErrorKind, words: String) -> Loss {
    match kind {
        ErrorKind::TooManyRetries => Loss::Unreachable,
        ErrorKind::PeerReported => Loss::Aborted(words),
        _ => Loss::Violation(words),
    }
}
