//! The task between program and peers.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use codecs::m3ua::UserCause;
use codecs::mtp::{ServiceIndicator, Transfer, UnavailabilityCause};
use protocols::m3ua::{Input, Layer, Mismatch, Output, ProcessState};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tracing::{debug, info, warn};

use super::complaints::Complaints;
use super::peer::Peer;
use super::servers;
use super::{Command, Config, Counters, Event};
use crate::point_codes::PointCodes;
use crate::sctp::{self, AssociationId, Error, Sctp};

/// Commands taken before the wire is looked at again.
const BATCH: usize = 256;
/// How long stopping may take before associations are aborted.
const FAREWELL: Duration = Duration::from_secs(3);

/// Owns the associations of one program.
pub(super) struct Service<S> {
    pub(super) layer: Layer,
    written: PointCodes,
    pub(super) sctp: S,
    pub(super) peers: Vec<Peer>,
    pub(super) associations: HashMap<AssociationId, usize>,
    events: mpsc::Sender<Event>,
    /// Events the program has no room for yet.
    backlog: VecDeque<Event>,
    pub(super) counters: Arc<Counters>,
    pub(super) complaints: Complaints,
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
        config: Config,
        sctp: S,
        events: mpsc::Sender<Event>,
        counters: Arc<Counters>,
    ) -> Result<Self, Error> {
        let (layer, _) = servers::layer(&config);
        let written = config.point_codes();
        let mut service = Self {
            layer: Layer::new(layer),
            written,
            sctp,
            peers: config.peer.into_iter().map(Peer::new).collect(),
            associations: HashMap::new(),
            events,
            backlog: VecDeque::new(),
            counters,
            complaints: Complaints::default(),
            stopping: None,
        };
        for index in 0..service.peers.len() {
            if service.peers[index].config.locked {
                service.handle(Input::Lock {
                    association: index,
                    locked: true,
                });
            }
            let opened = service.open(index);
            opened.map_err(|error| service.peers[index].blame(error))?;
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
            // Peers learn that the program does not follow, and when it does again.
            let level = u8::from(!self.backlog.is_empty() && self.stopping.is_none());
            self.handle(Input::Congestion(level));
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
            Some(Command::Transfer(transfer)) => self.handle(Input::Transfer(transfer)),
            Some(Command::Lock { peer, locked }) => {
                let association = peer;
                self.handle(Input::Lock {
                    association,
                    locked,
                });
            }
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
        for peer in &mut self.peers {
            peer.retry = None;
        }
        self.handle(Input::Stop);
    }

    fn is_done(&self) -> bool {
        self.stopping.is_some() && self.associations.is_empty()
    }

    fn deadline(&mut self) -> Option<Instant> {
        let retries = self.peers.iter().filter_map(|peer| peer.retry);
        let farewell = self.stopping.as_ref().map(|stopping| stopping.until);
        retries
            .chain(farewell)
            .chain(self.layer.poll_timeout())
            .min()
    }

    fn handle_timeout(&mut self) {
        let now = Instant::now();
        self.layer.handle_timeout(now);
        self.drain();
        for index in 0..self.peers.len() {
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

    pub(super) fn handle(&mut self, input: Input) {
        self.layer.handle(input, Instant::now());
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.layer.poll_output() {
            self.output(output);
        }
    }

    fn output(&mut self, output: Output) {
        let written = &self.written;
        match output {
            Output::Send {
                association,
                stream,
                payload,
            } => self.send(association, stream, payload),
            Output::Transfer(transfer) => {
                self.counters.received.add();
                self.tell(Event::Transfer(transfer));
            }
            // The mismatch that came before it says why.
            Output::Misdirected(_) => {
                self.counters.dropped_no_route.add();
            }
            Output::Unroutable(transfer) => {
                if self.counters.dropped_no_route.add() {
                    let ways = [transfer.destination(), transfer.origin()];
                    let [dpc, opc] = ways.map(|point| written.write(point));
                    warn!(%dpc, %opc, "no way there: message dropped");
                }
            }
            Output::Undelivered(transfer) => self.dropped(&transfer),
            Output::Resume(point) => {
                info!(code = %written.write(point), "destination available");
                self.tell(Event::Available(point));
            }
            Output::Pause(point) => {
                info!(code = %written.write(point), "destination unavailable");
                self.tell(Event::Unavailable(point));
            }
            Output::Congestion(point, level) => {
                debug!(point_code = %written.write(point), level, "congestion reported");
                self.tell(Event::Congested { point, level });
            }
            Output::UserPartUnavailable(point, UserCause { user, cause }) => {
                debug!(point_code = %written.write(point), user, cause, "user part unavailable");
                self.tell(Event::UserPartUnavailable {
                    point,
                    user: ServiceIndicator(user as u8),
                    cause: UnavailabilityCause(cause as u8),
                });
            }
            Output::Server { server, state } => {
                info!(server = %self.counters.server_name(server), ?state, "application server");
                self.counters.server_is(server, state);
            }
            Output::Process { association, state } => self.process(association, state),
            Output::NotRegistered { server, status } => {
                let server = self.counters.server_name(server);
                warn!(%server, %status, "the gateway does not register the routing key");
            }
            Output::Mismatch {
                association,
                mismatch,
            } => self.differ(association, &mismatch),
            Output::Rejected { association, code } => {
                self.counters.faults.add();
                let peer = (association, &*self.peers[association].config.name);
                self.complaints.breach(peer, code, Instant::now());
            }
            Output::Error { association, code } => {
                self.counters.faults.add();
                let peer = (association, &*self.peers[association].config.name);
                self.complaints.our_breach(peer, code, Instant::now());
            }
            Output::Stopped { association } => self.leave(association),
            Output::Abort { association } => {
                warn!(peer = %self.name(association), "the peer's M3UA does not answer");
                if let Some(association) = self.peers[association].association {
                    self.sctp.abort(association);
                }
            }
        }
    }

    fn name(&self, index: usize) -> &str {
        &self.peers[index].config.name
    }

    fn differ(&mut self, index: usize, mismatch: &Mismatch) {
        self.counters.differ(index, mismatch.setting);
        let peer = (index, &*self.peers[index].config.name);
        self.complaints
            .mismatch(peer, mismatch, &self.written, Instant::now());
    }

    fn process(&mut self, index: usize, state: ProcessState) {
        info!(peer = %self.name(index), ?state, "application server process");
        self.counters.process_is(index, state);
        if state == ProcessState::Active {
            self.peers[index].prove();
        }
    }

    fn dropped(&self, transfer: &Transfer) {
        let noteworthy = self.counters.dropped_unavailable.add();
        let dpc = self.written.write(transfer.destination());
        if self.stopping.is_some() {
            debug!(%dpc, "message dropped while stopping");
        } else if noteworthy {
            warn!(%dpc, "cannot be reached: message dropped");
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
