//! The telephone network's end of a span on a bench: it keeps the clock, says and hears tones.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use codecs::cesopsn::{FRAMES, TIMESLOTS};
use codecs::g711::Law;
use thiserror::Error;

use crate::command::{Continuity, Observer, Transport};
use crate::comparer::{ExactComparer, VoiceReport};
use crate::continuity::Check;
use crate::port::Port;
use crate::socket::{Batch, Waker, wait_until};
use crate::span::{Counters, Receiver, Transmitter, gather, scatter};
use crate::tone::Tone;

const MILLISECOND: Duration = Duration::from_millis(1);

/// A span has timeslots 1 to 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no timeslot {0} in a span")]
pub struct NoTimeslot(pub u8);

/// One end of a span with its own clock: a packet every millisecond, made up for when the thread
/// was late. It stops when it is dropped.
pub struct SpanTerminal {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    waker: Waker,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    channels: [Channel; TIMESLOTS],
    counters: Counters,
    listener: Option<Listener>,
    stopped: bool,
}

#[derive(Default)]
struct Channel {
    say: Option<Tone>,
    said: u64,
    hear: Option<ExactComparer>,
    /// A continuity check, in the place of all that.
    check: Option<Check>,
}

/// What a continuity check of the span has heard: timeslot, and whether the tone is there.
type Listener = Box<dyn FnMut(u8, bool) + Send>;

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpanTerminal {
    /// Opens the port and starts the clock; every timeslot is idle.
    ///
    /// # Errors
    /// The port cannot be opened.
    pub fn start(
        local: SocketAddr,
        remote: SocketAddr,
        observer: Option<Observer>,
    ) -> io::Result<Self> {
        let port = Port::open(local, Transport::Tdm, observer)?;
        let shared = Arc::new(Shared {
            waker: Waker::new()?,
            state: Mutex::default(),
        });
        let worker = Worker {
            port,
            remote,
            shared: shared.clone(),
            receiver: Receiver::new(),
            transmitter: Transmitter::new(RandomState::new().hash_one(local) as u16),
        };
        let thread = std::thread::Builder::new()
            .name("span".into())
            .spawn(move || worker.run())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Begins to say `say`, from its start, and to listen for `hear`, in timeslot 1 to 31. Both
    /// are A-law: see [`Tone::heard_in`]. What went on there before ends.
    ///
    /// # Errors
    /// There is no such timeslot.
    pub fn open(&self, slot: u8, say: Option<Tone>, hear: Option<Tone>) -> Result<(), NoTimeslot> {
        let mut state = self.shared.state();
        let channel = state.channel(slot).ok_or(NoTimeslot(slot))?;
        channel.say = say;
        channel.said = 0;
        channel.hear = hear.map(ExactComparer::new);
        Ok(())
    }

    /// Begins or ends a continuity check of a timeslot; what else goes on there rests meanwhile.
    /// The listener of [`Self::listen`] is told when the tone comes back.
    ///
    /// # Errors
    /// There is no such timeslot.
    pub fn check(&self, slot: u8, action: Continuity) -> Result<(), NoTimeslot> {
        let mut state = self.shared.state();
        let channel = state.channel(slot).ok_or(NoTimeslot(slot))?;
        channel.check = match action {
            Continuity::SendTone => Some(Check::tone()),
            Continuity::LoopBack => Some(Check::loop_back()),
            Continuity::Stop => None,
        };
        Ok(())
    }

    /// Names who is told, on the thread of the span, in which timeslot a check tone begins or ends
    /// to come back.
    pub fn listen(&self, listener: impl FnMut(u8, bool) + Send + 'static) {
        self.shared.state().listener = Some(Box::new(listener));
    }

    /// Makes a timeslot idle; says what was heard there.
    pub fn close(&self, slot: u8) -> VoiceReport {
        let mut state = self.shared.state();
        let Some(channel) = state.channel(slot) else {
            return VoiceReport::default();
        };
        channel.say = None;
        channel
            .hear
            .take()
            .map(|comparer| comparer.report())
            .unwrap_or_default()
    }

    /// What has arrived on the span.
    pub fn counters(&self) -> Counters {
        self.shared.state().counters
    }
}

impl Drop for SpanTerminal {
    fn drop(&mut self) {
        self.shared.state().stopped = true;
        self.shared.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl State {
    fn channel(&mut self, slot: u8) -> Option<&mut Channel> {
        self.channels.get_mut(usize::from(slot).checked_sub(1)?)
    }
}

struct Worker {
    port: Port,
    remote: SocketAddr,
    shared: Arc<Shared>,
    receiver: Receiver,
    transmitter: Transmitter,
}

impl Worker {
    fn run(mut self) {
        let mut batch = Batch::new();
        let mut due = Instant::now();
        let shared = self.shared.clone();
        loop {
            wait_until(&self.port, &shared.waker, due);
            let mut state = shared.state();
            if state.stopped {
                return;
            }
            self.hear(&mut batch, &mut state);
            let now = Instant::now();
            while due <= now {
                self.say(&mut state);
                due += MILLISECOND;
            }
        }
    }

    fn hear(&mut self, batch: &mut Batch, state: &mut State) {
        let Self {
            port,
            remote,
            receiver,
            ..
        } = self;
        port.receive(batch, |from, datagram| {
            if from != *remote {
                return receiver.refuse(from);
            }
            receiver.receive(datagram, |payload| {
                for (slot, channel) in (1..).zip(&mut state.channels) {
                    if let Some(check) = &mut channel.check {
                        let heard = check.timeslot_said(gather(payload, slot));
                        if let (Some(heard), Some(listener)) = (heard, &mut state.listener) {
                            listener(slot, heard);
                        }
                    } else if let Some(comparer) = &mut channel.hear {
                        comparer.push(&gather(payload, slot));
                    }
                }
            });
        });
        state.counters = receiver.counters;
    }

    fn say(&mut self, state: &mut State) {
        for (slot, channel) in (1..).zip(&mut state.channels) {
            let mut octets = [Law::A.silence(); FRAMES];
            if let Some(check) = &mut channel.check {
                octets = check.timeslot_hears();
            } else if let Some(tone) = &channel.say {
                tone.fill(channel.said, &mut octets);
                channel.said += FRAMES as u64;
            }
            scatter(&octets, self.transmitter.timeslots(), slot);
        }
        let packet = self.transmitter.packet(false);
        self.port.send(self.remote, packet);
    }
}
