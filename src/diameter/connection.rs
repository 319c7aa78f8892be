//! One TCP connection and the peer machine on it.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use bytes::{Buf, Bytes, BytesMut};
use protocols::diameter::{Config, Input, Output, Peer, Reason, Role};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::tap::{Seen, Tap, Transport};

/// Octets read at once.
const READ: usize = 16 * 1024;
/// Octets that may wait to be sent: a peer that does not read is given up.
const UNSENT: usize = 1024 * 1024;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum End {
    /// As the machine wanted it.
    #[error("{0}")]
    Closed(Reason),
    /// The peer closed it.
    #[error("closed by the peer")]
    ByPeer,
    /// The peer closed it and had never said anything: a probe, or somebody who turns us away.
    #[error("closed by the peer before it said anything")]
    Unused,
    /// The peer does not read what we send.
    #[error("the peer does not read")]
    Unread,
    /// The system reports an error.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl End {
    /// Whether both sides wanted it.
    pub(super) fn is_orderly(&self) -> bool {
        matches!(self, Self::Closed(Reason::Stopped | Reason::Left(_)))
    }
}

/// A connection: its socket, the machine, and octets on their way out.
pub(super) struct Connection {
    pub(super) peer: Peer,
    stream: TcpStream,
    local: SocketAddr,
    remote: SocketAddr,
    tap: Tap,
    /// Whether the peer ever said anything.
    heard: bool,
    input: BytesMut,
    unsent: BytesMut,
    /// How many octets of `unsent` the tap has been shown.
    shown: usize,
    /// The machine wants the connection closed once all is sent.
    closing: Option<Reason>,
    outputs: VecDeque<Output>,
}

impl Connection {
    pub(super) fn new(
        stream: TcpStream,
        role: Role,
        mut config: Config,
        tap: Tap,
    ) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let (local, remote) = (stream.local_addr()?, stream.peer_addr()?);
        config.addresses = vec![local.ip()];
        let mut connection = Self {
            peer: Peer::new(config, rand::random()),
            stream,
            local,
            remote,
            tap,
            heard: false,
            input: BytesMut::new(),
            unsent: BytesMut::new(),
            shown: 0,
            closing: None,
            outputs: VecDeque::new(),
        };
        connection.handle(Input::Connected(role));
        Ok(connection)
    }

    pub(super) fn remote(&self) -> SocketAddr {
        self.remote
    }

    pub(super) fn handle(&mut self, input: Input) {
        self.peer.handle(input, Instant::now());
        self.drain();
    }

    /// Takes what the machine has for the socket; the rest is for [`Self::next`] to return. To be
    /// called after each command to the machine.
    pub(super) fn drain(&mut self) {
        while let Some(output) = self.peer.poll_output() {
            match output {
                Output::Send(octets) => self.unsent.extend_from_slice(&octets),
                Output::Close(reason) => self.closing = Some(reason),
                output => self.outputs.push_back(output),
            }
        }
    }

    /// Runs the connection until there is something for its owner, or it has ended. May be dropped
    /// at any point without loss.
    pub(super) async fn next(&mut self) -> Result<Output, End> {
        loop {
            if let Some(output) = self.outputs.pop_front() {
                return Ok(output);
            }
            if self.unsent.is_empty()
                && let Some(reason) = self.closing
            {
                return Err(End::Closed(reason));
            }
            if self.unsent.len() > UNSENT {
                return Err(End::Unread);
            }
            if let Err(end) = self.step().await {
                // Once a leave was taken it does not matter how the connection goes.
                let reason = self.closing.or(self.peer.parting());
                return Err(reason.map_or(end, End::Closed));
            }
        }
    }

    /// The connection has ended: what waits for an answer waits in vain.
    pub(super) fn end(&mut self) -> impl Iterator<Item = Output> {
        self.handle(Input::Disconnected);
        self.outputs.drain(..)
    }

    async fn step(&mut self) -> Result<(), End> {
        self.show_unsent();
        let deadline = self.peer.poll_timeout();
        let expired = async {
            match deadline {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        self.input.reserve(READ);
        let (mut reader, mut writer) = self.stream.split();
        tokio::select! {
            sent = writer.write(&self.unsent), if !self.unsent.is_empty() => {
                let sent = sent?;
                self.unsent.advance(sent);
                self.shown -= sent;
            }
            read = reader.read_buf(&mut self.input), if self.closing.is_none() => {
                if read? == 0 {
                    return Err(if self.heard { End::ByPeer } else { End::Unused });
                }
                let octets = self.input.split().freeze();
                self.received(octets);
            }
            () = expired => {
                self.peer.handle_timeout(Instant::now());
                self.drain();
            }
        }
        Ok(())
    }

    /// Shows what is about to be sent: first, so that no answer can be shown before it.
    fn show_unsent(&mut self) {
        if self.shown < self.unsent.len() {
            self.report(Seen::Sent, &self.unsent[self.shown..]);
            self.shown = self.unsent.len();
        }
    }

    fn received(&mut self, octets: Bytes) {
        self.heard = true;
        self.report(Seen::Received, &octets);
        self.handle(Input::Received(octets));
    }

    fn report(&self, seen: Seen, octets: &[u8]) {
        let (from, to) = match seen {
            Seen::Sent => (self.local, self.remote),
            Seen::Received => (self.remote, self.local),
        };
        self.tap.packet(Transport::Tcp, seen, from, to, octets);
    }
}
