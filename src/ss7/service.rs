//! The task between program and peers.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use codecs::m3ua::UserCause;
use codecs::mtp::{PointCode, ServiceIndicator, Transfer, UnavailabilityCause};
use protocols::m3ua::{Input, Output};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tracing::{debug, info, warn};

use super::peer::Peer;
use super::routes::Routes;
use super::{Command, Config, Counters, Event};
use crate::sctp::{self, AssociationId, Error, Sctp};

/// Commands taken before the wire is looked at again.
const BATCH: usize = 256;
/// How long stopping may take before associations are aborted.
const FAREWELL: Duration = Duration::from_secs(3);

/// Owns the associations of one program.
pub(super) struct Service<S> {
    point_code: PointCode,
    pub(super) sctp: S,
    pub(super) peers: Vec<Peer>,
    pub(super) associations: HashMap<AssociationId, usize>,
    routes: Routes,
    events: mpsc::Sender<Event>,
    /// Events the program has no room for yet.
    backlog: VecDeque<Event>,
    pub(super) counters: Arc<Counters>,
    pub(super) stopping: Option<Stopping>,
}

pub(super) struct Stopping {
    until: Instant,
    /// Who waits for the end.
    waiting: Vec<oneshot::Sender<()>>,
}

/// What woke the service.
enum Wake {
    Command(Option<Command>),
    Sctp(sctp::Event),
    /// The program has room for events, or is gone.
    Room,
    Time,
}

impl<S: Sctp> Service<S> {
    pub(super) fn new(
        mut config: Config,
        sctp: S,
        events: mpsc::Sender<Event>,
        counters: Arc<Counters>,
    ) -> Result<Self, Error> {
        let peers = std::mem::take(&mut config.peer).into_iter();
        let peers: Vec<Peer> = peers.map(|peer| Peer::new(peer, &config)).collect();
        let mut service = Self {
            point_code: config.point_code,
            sctp,
            routes: Routes::new(&peers),
            peers,
            associations: HashMap::new(),
            events,
            backlog: VecDeque::new(),
            counters,
            stopping: None,
        };
        for index in 0..service.peers.len() {
            service.open(index)?;
        }
        Ok(service)
    }

    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        while !self.is_done() {
            match self.wait(&mut commands).await {
                Wake::Command(command) => {
                    self.command(command);
                    self.more_commands(&mut commands);
                }
                Wake::Sctp(event) => self.sctp_event(event),
                Wake::Room => self.flush(),
                Wake::Time => {}
            }
            self.handle_timeout();
        }
        info!("all associations have ended");
        for waiting in self
            .stopping
            .into_iter()
            .flat_map(|stopping| stopping.waiting)
        {
            // Whoever waited may have lost patience.
            let _ = waiting.send(());
        }
    }

    async fn wait(&mut self, commands: &mut mpsc::Receiver<Command>) -> Wake {
        let deadline = self.deadline();
        let expired = async {
            match deadline {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        let stopping = self.stopping.is_some();
        let stuck = !self.backlog.is_empty() && !stopping;
        tokio::select! {
            command = commands.recv(), if !(stopping && commands.is_closed()) => {
                Wake::Command(command)
            }
            _ = self.events.reserve(), if stuck => Wake::Room,
            // A program that cannot follow slows its peers down.
            event = self.sctp.event(), if !stuck => Wake::Sctp(event),
            () = expired => Wake::Time,
        }
    }

    fn command(&mut self, command: Option<Command>) {
        match command {
            Some(Command::Transfer(transfer)) => self.transfer(transfer),
            Some(Command::Stop(done)) => self.stop(Some(done)),
            None => self.stop(None),
        }
    }

    /// Takes what else is waiting, so that it can share packets.
    fn more_commands(&mut self, commands: &mut mpsc::Receiver<Command>) {
        for _ in 0..BATCH {
            match commands.try_recv() {
                Ok(command) => self.command(Some(command)),
                Err(_) => return,
            }
        }
    }

    fn transfer(&mut self, transfer: Transfer) {
        let Some(index) = self.routes.choose(transfer.dpc, &self.peers) else {
            if self.counters.dropped_no_route.add() {
                warn!(dpc = %transfer.dpc, "no peer leads there: message dropped");
            }
            return;
        };
        self.handle(index, Input::Transfer(transfer));
    }

    /// Begins to take leave of all peers.
    fn stop(&mut self, waiting: Option<oneshot::Sender<()>>) {
        if let Some(stopping) = &mut self.stopping {
            stopping.waiting.extend(waiting);
            return;
        }
        self.stopping = Some(Stopping {
            until: Instant::now() + FAREWELL,
            waiting: waiting.into_iter().collect(),
        });
        for index in 0..self.peers.len() {
            self.peers[index].retry = None;
            self.handle(index, Input::Stop);
        }
    }

    fn is_done(&self) -> bool {
        self.stopping.is_some() && self.associations.is_empty()
    }

    fn deadline(&mut self) -> Option<Instant> {
        let timers = self.peers.iter_mut().filter_map(Peer::poll_timeout);
        let farewell = self.stopping.as_ref().map(|stopping| stopping.until);
        timers.chain(farewell).min()
    }

    fn handle_timeout(&mut self) {
        let now = Instant::now();
        for index in 0..self.peers.len() {
            for transfer in self.peers[index].handle_timeout(now) {
                self.dropped(index, &transfer);
            }
            self.drain(index, now);
            if self.peers[index].retry.is_some_and(|at| at <= now) {
                self.peers[index].retry = None;
                if let Err(error) = self.open(index) {
                    warn!(peer = %self.peers[index].config.name, %error, "cannot connect");
                    self.peers[index].retry_later(now);
                }
            }
        }
        self.lose_patience(now);
    }

    /// Ends by force what would not end in order.
    fn lose_patience(&mut self, now: Instant) {
        let Some(stopping) = &mut self.stopping else {
            return;
        };
        if stopping.until > now {
            return;
        }
        stopping.until = now + FAREWELL;
        for (&association, &index) in &self.associations {
            warn!(peer = %self.peers[index].config.name, "does not take leave: aborted");
            self.sctp.abort(association);
        }
    }

    pub(super) fn handle(&mut self, index: usize, input: Input) {
        let now = Instant::now();
        self.peers[index].handle(input, now);
        self.drain(index, now);
    }

    fn drain(&mut self, index: usize, now: Instant) {
        while let Some(output) = self.peers[index].poll_output() {
            self.output(index, output, now);
        }
    }

    fn output(&mut self, index: usize, output: Output, now: Instant) {
        let peer = &mut self.peers[index];
        let name = &peer.config.name;
        match output {
            Output::Send { stream, payload } => self.send(index, stream, payload),
            Output::Transfer(transfer) => self.received(transfer),
            Output::Undelivered(transfer) => {
                if let Err(transfer) = peer.keep(transfer) {
                    self.dropped(index, &transfer);
                }
            }
            Output::Active => {
                info!(peer = %name, "traffic flows");
                peer.activate(now);
                self.availability(index);
            }
            Output::Inactive => {
                info!(peer = %name, "traffic has stopped");
                peer.deactivate(now);
                self.availability(index);
            }
            Output::Available(affected) => {
                peer.prohibit(affected, false);
                self.availability(index);
            }
            Output::Unavailable(affected) => {
                peer.prohibit(affected, true);
                self.availability(index);
            }
            Output::Congested(affected, level) => {
                debug!(peer = %name, ?affected, ?level, "congestion reported");
                // Networks without levels of congestion do not say any.
                let level = level.map_or(1, |level| level.0.min(3) as u8);
                for point_code in peer.covered(affected) {
                    self.tell(Event::Congested { point_code, level });
                }
            }
            Output::UserPartUnavailable(point_code, UserCause { user, cause }) => {
                debug!(peer = %name, %point_code, user, cause, "user part reported unavailable");
                self.tell(Event::UserPartUnavailable {
                    point_code,
                    user: ServiceIndicator(user as u8),
                    cause: UnavailabilityCause(cause as u8),
                });
            }
            Output::Rejected(code) => {
                self.counters.faults.add();
                warn!(peer = %name, %code, "the peer broke M3UA");
            }
            Output::Error(code) => {
                self.counters.faults.add();
                warn!(peer = %name, %code, "the peer says we broke M3UA");
            }
            Output::Stopped => self.leave(index),
            Output::Abort => {
                warn!(peer = %name, "the peer's M3UA does not answer");
                if let Some(association) = peer.association {
                    self.sctp.abort(association);
                }
            }
        }
    }

    fn received(&mut self, transfer: Transfer) {
        if transfer.dpc == self.point_code {
            self.counters.received.add();
            self.tell(Event::Transfer(transfer));
        } else if self.counters.dropped_no_route.add() {
            warn!(dpc = %transfer.dpc, "message for another node dropped");
        }
    }

    fn dropped(&self, index: usize, transfer: &Transfer) {
        let peer = &self.peers[index].config.name;
        let noteworthy = self.counters.dropped_unavailable.add();
        if self.stopping.is_some() {
            debug!(%peer, dpc = %transfer.dpc, "message dropped while stopping");
        } else if noteworthy {
            warn!(%peer, dpc = %transfer.dpc, "cannot be reached: message dropped");
        }
    }

    fn availability(&mut self, index: usize) {
        for (code, available) in self.routes.changes(index, &self.peers) {
            info!(%code, available, "destination");
            self.tell(match available {
                true => Event::Available(code),
                false => Event::Unavailable(code),
            });
        }
    }

    fn tell(&mut self, event: Event) {
        self.backlog.push_back(event);
        self.flush();
    }

    /// Passes events on as far as the program has room.
    fn flush(&mut self) {
        while let Some(event) = self.backlog.pop_front() {
            match self.events.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => return self.backlog.push_front(event),
                // Nobody listens any more, so everybody can go home.
                Err(TrySendError::Closed(_)) => {
                    self.backlog.clear();
                    self.stop(None);
                }
            }
        }
    }
}
