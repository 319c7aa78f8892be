//! One association as both ends see it: streams, heartbeats, and which application servers are on
//! it (RFC 4666 §1.4.7, §4.3.4.6).

use std::time::Instant;

use codecs::m3ua::{ErrorCode, Message};

use super::ProcessState;
use super::config::AssociationConfig;
use super::management::{Because, Refusal};
use super::mismatch::{Mismatch, Setting};
use crate::quick::QuickMap;

/// A place of an association in an application server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seat {
    /// Which server.
    pub(super) server: usize,
    /// Which of its members the association is.
    pub(super) member: usize,
}

/// The end that asks, as it sees itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// The association is not up, or was given up.
    Down,
    /// ASP Up is not acknowledged yet.
    ComingUp,
    /// We are there; each server has a state of its own.
    Up,
    /// As before, but on the way out.
    Leaving,
    /// ASP Down is not acknowledged yet.
    GoingDown,
    /// Orderly stop is done.
    Stopped,
}

/// The ASP at the other end, as it is seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answering {
    Down,
    Up,
    /// We stopped: the association is being shut down, and nothing can be said on it any more.
    Stopped,
}

#[derive(Debug)]
pub(super) struct Association {
    pub(super) config: AssociationConfig,
    /// While the association is up.
    pub(super) streams: Option<u16>,
    /// When the peer last said something, while the association is up.
    pub(super) heard: Option<Instant>,
    /// Heartbeats sent, which is also their data.
    pub(super) beats: u64,
    pub(super) asking: Asking,
    /// How often what is outstanding was sent.
    pub(super) attempts: u32,
    pub(super) answering: Answering,
    pub(super) locked: bool,
    /// The ASP at the other end, as it called itself.
    pub(super) identifier: Option<u32>,
    /// Where we are an ASP.
    pub(super) ours: Seats,
    /// Where the peer is one.
    pub(super) theirs: Seats,
    /// As last told to the owner.
    pub(super) told: ProcessState,
}

impl Association {
    pub(super) fn new(config: AssociationConfig) -> Self {
        Self {
            config,
            streams: None,
            heard: None,
            beats: 0,
            asking: Asking::Down,
            attempts: 0,
            answering: Answering::Down,
            locked: false,
            identifier: None,
            ours: Seats::default(),
            theirs: Seats::default(),
            told: ProcessState::Down,
        }
    }

    /// The servers whose messages come in on this association.
    pub(super) fn inbound(&self) -> &Seats {
        match self.config.role.asks() {
            true => &self.ours,
            false => &self.theirs,
        }
    }

    /// DATA never comes on stream 0; what is about the ASP and about keys comes on no other
    /// (`§1.4.7`). With one stream only there is no choice.
    pub(super) fn is_stream_right(&self, stream: u16, message: &Message) -> bool {
        use Message as M;
        match message {
            M::Data(_) => stream > 0 || self.streams <= Some(1),
            M::AspUp(_) | M::AspUpAck(_) | M::AspDown(_) | M::AspDownAck(_) => stream == 0,
            M::RegistrationRequest(_) | M::DeregistrationRequest(_) => stream == 0,
            _ => true,
        }
    }
}

/// The application servers of an association, by routing context.
#[derive(Debug, Default)]
pub(super) struct Seats {
    all: Vec<Seat>,
    by_context: QuickMap<u32, Seat>,
}

impl Seats {
    pub(super) fn add(&mut self, seat: Seat, context: Option<u32>) {
        if !self.all.contains(&seat) {
            self.all.push(seat);
        }
        if let Some(context) = context {
            self.by_context.insert(context, seat);
        }
    }

    pub(super) fn remove(&mut self, seat: Seat) {
        self.all.retain(|&other| other != seat);
        self.forget(seat);
    }

    /// Takes the context away, not the place.
    pub(super) fn forget(&mut self, seat: Seat) {
        self.by_context.retain(|_, other| *other != seat);
    }

    pub(super) fn all(&self) -> &[Seat] {
        &self.all
    }

    /// The server with this context; without one, the only one there is (`§3.8.1`).
    pub(super) fn find(&self, context: Option<u32>) -> Result<Seat, Refusal> {
        match (context, &self.all[..]) {
            (Some(context), _) => {
                let seat = self.by_context.get(&context).copied();
                seat.ok_or_else(|| Refusal::contexts(self.contexts(), vec![context]))
            }
            (None, &[seat]) => Ok(seat),
            (None, _) => Err(self.unnamed()),
        }
    }

    /// The routing contexts known here, ascending.
    pub(super) fn contexts(&self) -> Vec<u32> {
        let mut contexts: Vec<u32> = self.by_context.keys().copied().collect();
        contexts.sort_unstable();
        contexts
    }

    /// Refuses contexts that no server has, if there are any.
    pub(super) fn refuse(&self, strange: Vec<u32>) -> Result<(), Refusal> {
        match strange.is_empty() {
            true => Ok(()),
            false => Err(Refusal::contexts(self.contexts(), strange)),
        }
    }

    /// Nothing says which server is meant.
    fn unnamed(&self) -> Refusal {
        let mismatch = Mismatch::new(Setting::RoutingContext, self.contexts(), None);
        ErrorCode::NO_CONFIGURED_AS.because(mismatch)
    }

    /// The servers with these contexts, and the contexts that no server has; all servers where no
    /// context is given.
    ///
    /// # Errors
    /// Not one of the contexts has a server, or there is none at all.
    pub(super) fn sort(&self, contexts: &[u32]) -> Result<(Vec<Seat>, Vec<u32>), Refusal> {
        if contexts.is_empty() && self.all.is_empty() {
            return Err(self.unnamed());
        }
        if contexts.is_empty() {
            return Ok((self.all.clone(), Vec::new()));
        }
        let (mut seats, mut strange) = (Vec::new(), Vec::new());
        for &context in contexts {
            match self.by_context.get(&context) {
                Some(&seat) => seats.push(seat),
                None => strange.push(context),
            }
        }
        match seats.is_empty() {
            true => Err(Refusal::contexts(self.contexts(), strange)),
            false => Ok((seats, strange)),
        }
    }
}
