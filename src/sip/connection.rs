//! One connection over TCP or TLS: messages in (RFC 3261 §18.3), messages out.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use codecs::sip::{Frame, NotFramed, Stream};
use protocols::sip::{Datagram, Transmit, Transport};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Event;
use super::table::{Item, Place, Table, Waiting};
use crate::tap::{self, Seen, Tap};

/// Octets read at once.
const READ: usize = 16 * 1024;
/// How long the peer may not read.
const WRITE: Duration = Duration::from_secs(10);

/// How a connection ended, and with which message on its way out.
pub(super) struct End {
    pub(super) why: Why,
    pub(super) unsent: Option<Transmit>,
}

impl End {
    pub(super) fn new(why: Why) -> Self {
        Self { why, unsent: None }
    }
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Why {
    /// As one of both wanted it.
    #[error("closed")]
    Closed,
    /// It did not come about.
    #[error("not opened: {0}")]
    NotOpened(io::Error),
    /// There is no TLS between us.
    #[error("TLS: {0}")]
    Untrusted(io::Error),
    /// Nothing came for long.
    #[error("idle")]
    Idle,
    /// The peer does not read what we send.
    #[error("the peer does not read")]
    Unread,
    /// What came is not SIP.
    #[error("closed: {0}")]
    NotFramed(#[from] NotFramed),
    /// The system reports an error.
    #[error("{0}")]
    Broken(#[from] io::Error),
}

/// What a connection works with.
pub(super) struct Line<'a> {
    pub(super) place: Place,
    /// Our end of it, which is the listener's only where the peer has opened it.
    pub(super) local: SocketAddr,
    pub(super) tap: &'a Tap,
    pub(super) events: &'a mpsc::Sender<Event>,
    pub(super) table: &'a RefCell<Table>,
    pub(super) idle: Duration,
}

impl Line<'_> {
    pub(super) async fn run<S>(&self, stream: S, waiting: &mut Waiting) -> End
    where
        S: AsyncRead + AsyncWrite,
    {
        let (reader, writer) = tokio::io::split(stream);
        tokio::select! {
            why = self.receive(reader) => End::new(why),
            end = self.transmit(writer, waiting) => end,
        }
    }

    async fn receive<S: AsyncRead>(&self, mut reader: ReadHalf<S>) -> Why {
        let mut stream = Stream::default();
        loop {
            stream.buffer().reserve(READ);
            match timeout(self.idle, reader.read_buf(stream.buffer())).await {
                Err(_) => return Why::Idle,
                Ok(Err(error)) => return Why::Broken(error),
                Ok(Ok(0)) => return Why::Closed,
                Ok(Ok(_)) => {}
            }
            if let Err(why) = self.frames(&mut stream).await {
                return why;
            }
        }
    }

    async fn frames(&self, stream: &mut Stream) -> Result<(), Why> {
        loop {
            match stream.frame() {
                Ok(None) => return Ok(()),
                Ok(Some(Frame::Ping)) => {
                    self.show(Seen::Received, b"\r\n\r\n");
                    // A peer that asks and does not read gets no more answers.
                    let _ = self.table.borrow().push(&self.place, Item::Pong);
                }
                Ok(Some(Frame::Message(bytes))) => {
                    self.show(Seen::Received, &bytes);
                    let datagram = Datagram {
                        bytes,
                        from: self.place.peer,
                        local: self.place.local,
                    };
                    // Nobody listens any more where this fails.
                    let sent = self.events.send(Event::Received(datagram)).await;
                    sent.map_err(|_| Why::Closed)?;
                }
                Err(error) => {
                    self.show(Seen::Received, stream.buffer());
                    return Err(error.into());
                }
            }
        }
    }

    /// Sends what waits, until no more will come or it fails.
    async fn transmit<S: AsyncWrite>(
        &self,
        mut writer: WriteHalf<S>,
        waiting: &mut Waiting,
    ) -> End {
        while let Some(item) = waiting.next().await {
            let octets = item.octets();
            // Shown first, so that no answer can be shown before it.
            self.show(Seen::Sent, &octets);
            let sent = async {
                writer.write_all(&octets).await?;
                writer.flush().await
            };
            let why = match timeout(WRITE, sent).await {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => Why::Broken(error),
                Err(_) => Why::Unread,
            };
            let unsent = match item {
                Item::Message(transmit) => Some(transmit),
                Item::Pong => None,
            };
            return End { why, unsent };
        }
        // The peer may be gone already.
        let _ = timeout(WRITE, writer.shutdown()).await;
        End::new(Why::Closed)
    }

    fn show(&self, seen: Seen, octets: &[u8]) {
        let (local, peer) = (self.local, self.place.peer);
        let (from, to) = match seen {
            Seen::Sent => (local, peer.address),
            Seen::Received => (peer.address, local),
        };
        let transport = match peer.transport {
            Transport::Tls => tap::Transport::Tls,
            Transport::Tcp | Transport::Udp => tap::Transport::Tcp,
        };
        self.tap.packet(transport, seen, from, to, octets);
    }
}
