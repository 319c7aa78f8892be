//! A terminal of the IMS on a bench: it says a tone over RTP and hears another.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use codecs::cesopsn::FRAMES;
use codecs::rtp::{Header, Packet, PayloadType};

use crate::command::{Observer, Payload, Transport};
use crate::comparer::{ExactComparer, VoiceReport};
use crate::packetiser::Packetiser;
use crate::port::Port;
use crate::socket::{Batch, Waker, wait_until};
use crate::tone::Tone;

const PACKET_TIME: Duration = Duration::from_millis(20);
/// Octets of a packet.
const DURATION: usize = 160;
/// Lost packets for which silence is heard; after more the tone is broken anyhow.
const LONGEST_GAP: u16 = 50;

/// How a terminal is set up.
#[derive(Clone)]
pub struct RtpTerminalConfig {
    /// Address and port to listen at; port 0 lets the system choose.
    pub local: SocketAddr,
    /// The format, both ways. The law of the tones must be its law.
    pub payload: Payload,
    /// What to say once it is known where to.
    pub say: Option<Tone>,
    /// What to listen for: see [`Tone::heard_in`].
    pub hear: Option<Tone>,
    /// Is shown every packet.
    pub observer: Option<Observer>,
}

/// One end of an RTP stream with its own clock: a packet every 20 ms, made up for when the thread
/// was late. It stops when it is dropped.
pub struct RtpTerminal {
    local: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    waker: Waker,
    state: Mutex<State>,
}

struct State {
    remote: Option<SocketAddr>,
    hear: Option<ExactComparer>,
    stopped: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RtpTerminal {
    /// Opens the port and listens.
    ///
    /// # Errors
    /// The port cannot be opened, or there is no such payload type.
    pub fn start(config: RtpTerminalConfig) -> io::Result<Self> {
        let payload_type = PayloadType::new(config.payload.pt).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "no such RTP payload type")
        })?;
        let port = Port::open(config.local, Transport::Rtp, config.observer)?;
        let local = port.local();
        let state = State {
            remote: None,
            hear: config.hear.map(ExactComparer::new),
            stopped: false,
        };
        let shared = Arc::new(Shared {
            waker: Waker::new()?,
            state: Mutex::new(state),
        });
        let random = RandomState::new().hash_one(local);
        let header = Header {
            marker: true,
            payload_type,
            sequence: random as u16,
            timestamp: (random >> 8) as u32,
            ssrc: (random >> 32) as u32,
        };
        let worker = Worker {
            port,
            shared: shared.clone(),
            payload_type,
            silence: config.payload.law.silence(),
            say: config.say,
            said: 0,
            packetiser: Packetiser::new(header, DURATION),
            stream: None,
        };
        let thread = std::thread::Builder::new()
            .name("rtp".into())
            .spawn(move || worker.run())?;
        Ok(Self {
            local,
            shared,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Begins to speak to `remote`, from the start of the tone, and hears nobody else from now on.
    pub fn connect(&self, remote: SocketAddr) {
        self.shared.state().remote = Some(remote);
        self.shared.waker.wake();
    }

    /// Ends; says what was heard.
    pub fn stop(self) -> VoiceReport {
        let report = self.shared.state().hear.as_ref().map(ExactComparer::report);
        report.unwrap_or_default()
    }
}

impl Drop for RtpTerminal {
    fn drop(&mut self) {
        self.shared.state().stopped = true;
        self.shared.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Worker {
    port: Port,
    shared: Arc<Shared>,
    payload_type: PayloadType,
    silence: u8,
    say: Option<Tone>,
    said: u64,
    packetiser: Packetiser,
    /// SSRC heard and its next sequence number.
    stream: Option<(u32, u16)>,
}

impl Worker {
    fn run(mut self) {
        let mut batch = Batch::new();
        let mut due: Option<Instant> = None;
        let shared = self.shared.clone();
        loop {
            let now = Instant::now();
            wait_until(&self.port, &shared.waker, due.unwrap_or(now + PACKET_TIME));
            shared.waker.clear();
            let remote = {
                let mut state = shared.state();
                if state.stopped {
                    return;
                }
                self.hear(&mut batch, &mut state);
                state.remote
            };
            if let Some(remote) = remote {
                let now = Instant::now();
                let due = due.get_or_insert(now);
                while *due <= now {
                    self.say(remote);
                    *due += PACKET_TIME;
                }
            }
        }
    }

    fn hear(&mut self, batch: &mut Batch, state: &mut State) {
        let Self {
            port,
            payload_type,
            silence,
            stream,
            ..
        } = self;
        port.receive(batch, |from, datagram| {
            let Ok(packet) = Packet::parse(datagram) else {
                return;
            };
            let header = packet.header;
            if state.remote.unwrap_or(from) != from || header.payload_type != *payload_type {
                return;
            }
            let (ssrc, next) = stream.get_or_insert((header.ssrc, header.sequence));
            let lost = header.sequence.wrapping_sub(*next);
            if *ssrc != header.ssrc || lost >= 0x8000 {
                return;
            }
            *next = header.sequence.wrapping_add(1);
            if let Some(comparer) = &mut state.hear {
                for _ in 0..lost.min(LONGEST_GAP) {
                    comparer.push(&[*silence; DURATION]);
                }
                comparer.push(packet.payload);
            }
        });
    }

    fn say(&mut self, remote: SocketAddr) {
        for _ in 0..DURATION / FRAMES {
            let mut octets = [self.silence; FRAMES];
            if let Some(tone) = &self.say {
                tone.fill(self.said, &mut octets);
                self.said += FRAMES as u64;
            }
            if let Some(packet) = self.packetiser.push(&octets) {
                self.port.send(remote, packet);
            }
        }
    }
}
