//! Captures: a file of all packets as Wireshark reads it.
//!
//! UDP packets and TCP streams stand in it as IP packets, the latter with segments and a
//! handshake made up around the pieces that were seen. So do the messages of the kernel's SCTP, in
//! packets made up by who saw them. CESoPSN has no port by which Wireshark
//! would know it, so those packets are handed to its dissector by name, and only up to their
//! control word: the voice is in the RTP, and 2000 packets a second for each span are many.

mod frame;
mod pcapng;
pub mod read;
mod stream;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::tap::{Observer, Packet, Seen, Transport};
use frame::Segment;
use pcapng::Interface;

/// TCP connections remembered; beyond that they begin anew.
const CONNECTIONS: usize = 4096;
/// Octets in a segment made of a piece of a stream.
const SEGMENT: usize = 16 * 1024;
/// Octets sent without an answer after which an acknowledgement is made up: half of the window
/// which the segments announce.
const WINDOW: u32 = 32 * 1024;

/// Which packets are taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those sent: where all programs report to one capture, each packet then stands there once.
    Sent,
    /// Those sent and those received: for a single program.
    All,
}

/// A pcapng file under way. What has not been written yet is written when it is dropped.
pub struct Capture {
    scope: Scope,
    file: Mutex<Writer<BufWriter<File>>>,
}

impl Capture {
    /// Creates or empties the file.
    ///
    /// # Errors
    /// The file cannot be created or written.
    pub fn create(path: &Path, scope: Scope) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(&pcapng::preamble())?;
        Ok(Self {
            scope,
            file: Mutex::new(Writer::new(file)),
        })
    }

    /// Writes everything down that was seen until now.
    ///
    /// # Errors
    /// The first that occurred since the capture began; there is nothing more in the file then.
    pub fn flush(&self) -> io::Result<()> {
        let mut writer = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = &writer.failed {
            return Err(io::Error::new(error.kind(), error.to_string()));
        }
        writer.out.flush()
    }
}

impl Observer for Capture {
    fn packet(&self, packet: &Packet<'_>) {
        if packet.seen == Seen::Sent || self.scope == Scope::All {
            self.file
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .packet(packet);
        }
    }
}

/// One direction of a TCP stream.
#[derive(Default, Clone, Copy)]
struct Flow {
    /// Sequence number of the next octet.
    next: u32,
    /// Up to where the other end has acknowledged.
    acknowledged: u32,
}

struct Writer<W> {
    out: W,
    failed: Option<io::Error>,
    /// Of the packet before: time in a capture does not run backwards.
    at: SystemTime,
    flows: HashMap<(SocketAddr, SocketAddr), Flow>,
    frame: Vec<u8>,
}

impl<W: Write> Writer<W> {
    fn new(out: W) -> Self {
        let at = SystemTime::UNIX_EPOCH;
        Self {
            out,
            failed: None,
            at,
            flows: HashMap::new(),
            frame: Vec::new(),
        }
    }

    fn packet(&mut self, packet: &Packet<'_>) {
        let Packet {
            at,
            transport,
            from,
            to,
            payload,
            ..
        } = *packet;
        self.at = at.max(self.at);
        match transport {
            Transport::Udp => {
                frame::udp(&mut self.frame, from, to, payload);
                self.write(Interface::Ip, self.frame.len());
            }
            Transport::Sctp => {
                frame::sctp(&mut self.frame, from, to, payload);
                self.write(Interface::Ip, self.frame.len());
            }
            Transport::Tdm => {
                let header = frame::cesopsn(&mut self.frame, from, to);
                self.frame.extend_from_slice(payload);
                self.write(Interface::Upper, header + codecs::cesopsn::CONTROL_WORD);
            }
            Transport::Tcp => self.stream(from, to, payload),
            Transport::Tls => {
                frame::sip(&mut self.frame, from, to);
                self.frame.extend_from_slice(payload);
                self.write(Interface::Upper, self.frame.len());
            }
        }
    }

    fn stream(&mut self, from: SocketAddr, to: SocketAddr, payload: &[u8]) {
        if !self.flows.contains_key(&(from, to)) {
            self.handshake(from, to);
        }
        for piece in payload.chunks(SEGMENT) {
            self.segment(from, to, Segment::PUSH, piece);
            self.advance(from, to, piece.len());
            if self.outstanding(from, to) > WINDOW {
                self.segment(to, from, Segment::ACK, &[]);
            }
        }
    }

    fn handshake(&mut self, from: SocketAddr, to: SocketAddr) {
        if self.flows.len() >= 2 * CONNECTIONS {
            self.flows.clear();
        }
        self.flows.insert((from, to), Flow::default());
        self.flows.insert((to, from), Flow::default());
        self.segment(from, to, Segment::SYN, &[]);
        self.advance(from, to, 1);
        self.segment(to, from, Segment::SYN | Segment::ACK, &[]);
        self.advance(to, from, 1);
        self.segment(from, to, Segment::ACK, &[]);
    }

    fn segment(&mut self, from: SocketAddr, to: SocketAddr, flags: u8, piece: &[u8]) {
        let mut acknowledged = 0;
        if let Some(back) = self.flows.get_mut(&(to, from))
            && flags & Segment::ACK != 0
        {
            back.acknowledged = back.next;
            acknowledged = back.next;
        }
        let sequence = self.flows.get(&(from, to)).map_or(0, |flow| flow.next);
        let segment = Segment {
            sequence,
            acknowledged,
            flags,
        };
        frame::tcp(&mut self.frame, from, to, &segment, piece);
        self.write(Interface::Ip, self.frame.len());
    }

    fn advance(&mut self, from: SocketAddr, to: SocketAddr, octets: usize) {
        if let Some(flow) = self.flows.get_mut(&(from, to)) {
            flow.next = flow.next.wrapping_add(octets as u32);
        }
    }

    fn outstanding(&self, from: SocketAddr, to: SocketAddr) -> u32 {
        let flow = self.flows.get(&(from, to)).copied().unwrap_or_default();
        flow.next.wrapping_sub(flow.acknowledged)
    }

    /// Writes the first `captured` octets of the frame.
    fn write(&mut self, interface: Interface, captured: usize) {
        if self.failed.is_none() {
            let block = pcapng::packet(interface, self.at, &self.frame, captured);
            self.failed = self.out.write_all(&block).err();
        }
    }
}
