//! One association of the kernel's: its socket, what waits to be sent, what has begun to arrive.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use protocols::sctp::{AssociationId, Counters, Event, Loss, Path, SendError, Streams};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tracing::debug;

use super::control::Label;
use super::notification::{Notification, words};
use super::shown::Shown;
use super::socket::{self, Piece, Socket, Status};
use crate::tap::{Seen, Tap};

/// Longest message we send.
const LONGEST_SENT: usize = 256 * 1024;
/// Longest message we put together; M3UA's are a few hundred octets.
const LONGEST_RECEIVED: usize = 4 << 20;
/// Longest notification: one of a failed message carries that message.
const LONGEST_NOTIFICATION: usize = LONGEST_SENT + 256;
/// Reads from a socket before others get their turn.
const BATCH: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Connecting,
    Up,
    /// Either side has begun to shut down.
    Closing,
}

pub(super) struct Association {
    id: AssociationId,
    pub(super) path: Path,
    socket: AsyncFd<Socket>,
    phase: Phase,
    streams: Streams,
    queue: VecDeque<(Label, Bytes)>,
    /// Octets in the queue.
    queued: usize,
    /// We shut down as soon as the queue is empty.
    leaving: bool,
    /// The peer sends nothing more: readiness says nothing from now on.
    quiet: bool,
    over: bool,
    message: BytesMut,
    notification: Vec<u8>,
    events: VecDeque<Event>,
    shown: Option<Shown>,
}

impl Association {
    /// One that we open.
    pub(super) fn connecting(id: AssociationId, socket: AsyncFd<Socket>, path: Path) -> Self {
        Self {
            id,
            path,
            socket,
            phase: Phase::Connecting,
            streams: Streams {
                incoming: 0,
                outgoing: 0,
            },
            queue: VecDeque::new(),
            queued: 0,
            leaving: false,
            quiet: false,
            over: false,
            message: BytesMut::new(),
            notification: Vec::new(),
            events: VecDeque::new(),
            shown: None,
        }
    }

    /// One that the peer opened.
    pub(super) fn accepted(
        id: AssociationId,
        socket: AsyncFd<Socket>,
        path: Path,
        streams: Streams,
    ) -> Self {
        let mut association = Self::connecting(id, socket, path);
        association.up(streams, true);
        association
    }

    /// Shows its messages from now on, if anybody takes note.
    pub(super) fn show(&mut self, tap: &Tap) {
        let local = tap.is_on().then(|| self.socket.get_ref().local());
        let port = match self.path.peer.port() {
            0 => 0,
            _ => socket::encapsulation_port(),
        };
        self.shown = local.flatten().map(|host| {
            let local = SocketAddr::new(host, port);
            Shown::new(tap.clone(), local, &self.path)
        });
    }

    /// What happened, `Closed` or `Lost` last.
    pub(super) fn poll(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether to look after it from time to time, because it ends without a sound.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether it has ended: its socket is of no more use.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether the socket has something for us, or room for what waits.
    pub(super) fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        let readable = !self.quiet && self.socket.poll_read_ready(context).is_ready();
        let writable = self.is_waiting() && self.socket.poll_write_ready(context).is_ready();
        match readable || writable {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Whether something waits for room in the socket.
    fn is_waiting(&self) -> bool {
        !self.queue.is_empty() && self.phase != Phase::Connecting
    }

    /// Takes a message, as long as no more than `most` octets wait.
    pub(super) fn send(
        &mut self,
        label: Label,
        payload: Bytes,
        most: usize,
    ) -> Result<(), SendError> {
        match self.phase {
            Phase::Connecting => return Err(SendError::NotUp),
            Phase::Closing => return Err(SendError::Closing),
            Phase::Up => {}
        }
        if label.stream >= self.streams.outgoing {
            return Err(SendError::NoSuchStream);
        }
        if payload.is_empty() || payload.len() > LONGEST_SENT {
            return Err(SendError::Length);
        }
        if self.queued + payload.len() > most {
            return Err(SendError::Full);
        }
        self.queued += payload.len();
        self.queue.push_back((label, payload));
        Ok(())
    }

    /// Hands the socket what waits, as much as it takes, in order.
    pub(super) fn flush(&mut self, counters: &mut Counters) {
        if self.phase == Phase::Connecting {
            return;
        }
        while let Some((label, payload)) = self.queue.front() {
            let more = self.queue.len() > 1;
            let send = |socket: &Socket| {
                let sent = socket.send(*label, payload, more);
                sent.map_err(|error| match error.raw_os_error() {
                    Some(libc::ENOBUFS | libc::ENOMEM) => io::ErrorKind::WouldBlock.into(),
                    _ => error,
                })
            };
            match self.socket.try_io(Interest::WRITABLE, send) {
                Ok(()) => {
                    if let Some(shown) = &mut self.shown {
                        shown.message(Seen::Sent, self.path.peer, *label, payload);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // The association is ending, as a notification says.
                Err(error) => {
                    debug!(%error, "message not sent");
                    counters.unsent += 1;
                }
            }
            self.queued -= payload.len();
            self.queue.pop_front();
        }
        if std::mem::take(&mut self.leaving) {
            self.leave();
        }
    }

    /// Ends the association in order once everything is sent.
    pub(super) fn shutdown(&mut self) {
        match self.phase {
            Phase::Connecting => self.over(Ok(())),
            Phase::Up => {
                self.phase = Phase::Closing;
                self.leaving = true;
            }
            Phase::Closing => {}
        }
    }

    fn leave(&mut self) {
        if let Err(error) = self.socket.get_ref().shutdown() {
            debug!(%error, "cannot shut down: the association has ended");
        }
    }

    /// Ends the association by ABORT.
    pub(super) fn abort(self) {
        if let Err(error) = self.socket.into_inner().abort() {
            debug!(%error, "the association ends without ABORT");
        }
    }

    /// Reads what is there, up to a batch.
    pub(super) fn receive(&mut self, buffer: &mut [u8], counters: &mut Counters) {
        for _ in 0..BATCH {
            let read = match self.quiet {
                true => self.socket.get_ref().receive(buffer),
                false => self
                    .socket
                    .try_io(Interest::READABLE, |socket| socket.receive(buffer)),
            };
            match read {
                Ok((_, Piece::End)) => return self.end(),
                Ok((length, piece)) => self.take(piece, &buffer[..length], counters),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return self.over(Err(self.loss(Some(&error), None))),
            }
        }
    }

    fn take(&mut self, piece: Piece, octets: &[u8], counters: &mut Counters) {
        match piece {
            Piece::Message { label, last } => self.part(label, octets, last),
            Piece::Notification { last } => {
                self.notification.extend(octets);
                if last || self.notification.len() > LONGEST_NOTIFICATION {
                    let octets = std::mem::take(&mut self.notification);
                    self.notified(&octets, counters);
                }
            }
            Piece::End => {}
        }
    }

    /// A message, or part of one: a long one arrives in pieces (RFC 6458 §3.1.4).
    fn part(&mut self, label: Label, octets: &[u8], last: bool) {
        if self.over {
            return;
        }
        if self.message.len() + octets.len() > LONGEST_RECEIVED {
            let words = format!("a message of more than {LONGEST_RECEIVED} octets");
            return self.over(Err(Loss::Violation(words)));
        }
        self.message.extend_from_slice(octets);
        if last {
            let payload = self.message.split().freeze();
            if let Some(shown) = &mut self.shown {
                shown.message(Seen::Received, self.path.peer, label, &payload);
            }
            let Label { stream, ppid } = label;
            self.events.push_back(Event::Message {
                association: self.id,
                stream,
                ppid,
                payload,
            });
        }
    }

    fn notified(&mut self, octets: &[u8], counters: &mut Counters) {
        let Some(notification) = Notification::parse(octets) else {
            return;
        };
        match notification {
            Notification::Up(streams) if self.phase == Phase::Connecting => {
                self.answered();
                self.up(streams, false);
            }
            // An accepted one was up before it was seen.
            Notification::Up(_) => {}
            Notification::Restarted(streams) => self.restarted(streams),
            Notification::Lost(abort) => self.over(Err(self.loss(None, abort.as_deref()))),
            Notification::NotStarted => self.over(Err(self.loss(None, None))),
            Notification::Closed => self.over(Ok(())),
            Notification::Path(peer, change) => self.events.push_back(Event::Path {
                association: self.id,
                peer,
                change,
            }),
            Notification::SendFailed => counters.unsent += 1,
            Notification::RemoteError(cause) => {
                debug!(peer = %self.path.peer, cause, "the peer reports an error");
                counters.faults += 1;
            }
            Notification::PeerShutsDown => self.phase = Phase::Closing,
            Notification::DeliveryAborted => self.message.clear(),
        }
    }

    /// Notes which of the peer's addresses answered.
    fn answered(&mut self) {
        let socket = self.socket.get_ref();
        if let Ok(Status { primary, .. }) = socket.status() {
            self.path.peer = SocketAddr::new(primary.ip(), socket.udp_port(primary));
        }
    }

    fn up(&mut self, streams: Streams, accepted: bool) {
        self.phase = Phase::Up;
        self.streams = streams;
        self.events.push_back(Event::Up {
            association: self.id,
            path: self.path,
            streams,
            accepted,
        });
    }

    /// What waits was meant for the peer's former life.
    fn restarted(&mut self, streams: Streams) {
        self.streams = streams;
        self.message.clear();
        self.queue.clear();
        self.queued = 0;
        self.events.push_back(Event::Restarted {
            association: self.id,
            streams,
        });
    }

    /// The peer sends nothing more. Whether that is the end, the kernel says by its status.
    fn end(&mut self) {
        self.quiet = true;
        if self.socket.get_ref().status().is_ok() {
            return;
        }
        let error = self.socket.get_ref().take_error();
        match (self.phase, error) {
            (Phase::Closing, None) => self.over(Ok(())),
            (_, error) => self.over(Err(self.loss(error.as_ref(), None))),
        }
    }

    fn over(&mut self, how: Result<(), Loss>) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        let association = self.id;
        self.events.push_back(match how {
            Ok(()) => Event::Closed { association },
            Err(reason) => Event::Lost {
                association,
                reason,
            },
        });
    }

    /// Why the association was lost: the kernel's error number tells whose doing it was.
    fn loss(&self, error: Option<&io::Error>, abort: Option<&[u8]>) -> Loss {
        let taken = self.socket.get_ref().take_error();
        let error = error.or(taken.as_ref());
        let number = error.and_then(io::Error::raw_os_error);
        match (number, abort) {
            (_, Some(abort)) => Loss::Aborted(words(abort)),
            (Some(libc::ECONNREFUSED), None) => Loss::Refused,
            (Some(libc::ECONNRESET), None) => Loss::Aborted(String::new()),
            (Some(libc::ECONNABORTED | libc::EPROTO), None) => {
                Loss::Violation(error.map(io::Error::to_string).unwrap_or_default())
            }
            _ => Loss::Unreachable,
        }
    }
}
