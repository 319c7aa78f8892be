//! The end that answers: a listener, and a task for each connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use codecs::diameter::cx::{LocationInfoAnswer, LocationInfoRequest};
use codecs::diameter::{Message, Outcome, ResultCode};
use protocols::diameter::{Input, Output, Reason, Role, cx};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tracing::{debug, info, warn};

use super::connection::{Connection, End};
use super::{Counters, ServerConfig};
use crate::tap::Tap;

/// Queries that may wait for the program; while they do, connections stand still.
const QUERIES: usize = 1024;
/// The wait after the system had no connection to give for want of resources.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// A query for the program to answer. One that is dropped is answered that it cannot be done.
#[derive(Debug)]
pub struct Query {
    /// What is asked.
    pub request: LocationInfoRequest,
    message: Option<Message>,
    answers: mpsc::UnboundedSender<(Message, LocationInfoAnswer)>,
}

impl Query {
    /// Answers it.
    pub fn answer(mut self, answer: LocationInfoAnswer) {
        self.send(answer);
    }

    fn send(&mut self, answer: LocationInfoAnswer) {
        if let Some(message) = self.message.take() {
            // An error says that the connection is gone, and with it whoever asked.
            let _ = self.answers.send((message, answer));
        }
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        let unable = Outcome::Base(ResultCode::UNABLE_TO_COMPLY);
        self.send(LocationInfoAnswer::failed(unable));
    }
}

/// Answers queries. When it is dropped, the listener and all connections end.
#[derive(Debug)]
pub struct Server {
    local: SocketAddr,
    counters: Arc<Counters>,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Starts listening. Call it within a tokio runtime.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        config: ServerConfig,
        tap: Tap,
    ) -> io::Result<(Self, mpsc::Receiver<Query>)> {
        let listener = TcpListener::bind(config.listen).await?;
        let local = listener.local_addr()?;
        let (queries, receiver) = mpsc::channel(QUERIES);
        let (stop, stopped) = watch::channel(false);
        let counters = Arc::new(Counters::default());
        let seats = Arc::new(Semaphore::new(config.connections));
        let office = Office {
            config,
            tap,
            queries,
            counters: counters.clone(),
            stopped,
        };
        tokio::spawn(office.listen(listener, seats));
        let server = Self {
            local,
            counters,
            stop,
        };
        Ok((server, receiver))
    }

    /// Where it listens.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// What went on so far.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Takes leave of all peers in order. Returns when all connections are gone.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        self.stop.closed().await;
    }
}

/// What listener and connections share.
#[derive(Clone)]
struct Office {
    config: ServerConfig,
    tap: Tap,
    queries: mpsc::Sender<Query>,
    counters: Arc<Counters>,
    stopped: watch::Receiver<bool>,
}

impl Office {
    async fn listen(mut self, listener: TcpListener, seats: Arc<Semaphore>) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stopping(&mut self.stopped) => return,
            };
            match (accepted, seats.clone().try_acquire_owned()) {
                (Ok((stream, _)), Ok(seat)) => {
                    tokio::spawn(self.clone().connection(stream, seat));
                }
                (Ok((_, peer)), Err(_)) => {
                    self.counters.turned_away.add();
                    warn!(%peer, "Diameter connection turned away: too many");
                }
                (Err(error), _) => {
                    warn!("no Diameter connection accepted: {error}");
                    tokio::time::sleep(EXHAUSTED).await;
                }
            }
        }
    }

    async fn connection(mut self, stream: TcpStream, _seat: OwnedSemaphorePermit) {
        let peer = self.config.peer();
        let mut connection = match Connection::new(stream, Role::Responder, peer, self.tap.clone())
        {
            Ok(connection) => connection,
            Err(error) => return warn!("Diameter connection lost: {error}"),
        };
        let end = self.serve(&mut connection).await;
        self.ended(connection.remote(), &end);
    }

    async fn serve(&mut self, connection: &mut Connection) -> End {
        let (answers, mut answered) = mpsc::unbounded_channel();
        let mut leaving = false;
        loop {
            tokio::select! {
                next = connection.next() => match next {
                    Ok(Output::Request(request)) => self.ask(connection, request, &answers).await,
                    Ok(output) => self.note(output),
                    Err(end) => return end,
                },
                // `answers` is at hand, so this channel never closes.
                Some((request, answer)) = answered.recv() => {
                    cx::respond(&mut connection.peer, &request, &answer);
                    connection.drain();
                }
                () = stopping(&mut self.stopped), if !leaving => {
                    leaving = true;
                    connection.handle(Input::Stop);
                }
            }
        }
    }

    /// Hands a query to the program.
    async fn ask(
        &mut self,
        connection: &mut Connection,
        message: Message,
        answers: &mpsc::UnboundedSender<(Message, LocationInfoAnswer)>,
    ) {
        self.counters.queries.add();
        let request = cx::read_request(&mut connection.peer, &message);
        connection.drain();
        let Some(request) = request else {
            return self.counters.failed.add();
        };
        let query = Query {
            request,
            message: Some(message),
            answers: answers.clone(),
        };
        // A query that the program does not take answers itself.
        tokio::select! {
            _ = self.queries.send(query) => {}
            () = stopping(&mut self.stopped) => {}
        }
    }

    fn note(&self, output: Output) {
        if let Output::Opened(capabilities) = output {
            let peer = capabilities.identity.host;
            info!(peer, "Diameter connection open");
            self.counters.opened.add();
        }
    }

    fn ended(&self, peer: SocketAddr, end: &End) {
        if end.is_orderly() {
            return info!(%peer, "Diameter connection ended: {end}");
        }
        if matches!(end, End::Unused) {
            return debug!(%peer, "Diameter connection ended: {end}");
        }
        self.counters.lost.add();
        if matches!(end, End::Closed(reason) if is_garbage(*reason)) {
            self.counters.garbage.add();
        }
        warn!(%peer, "Diameter connection lost: {end}");
    }
}

/// Whether what came was no Diameter.
pub(super) fn is_garbage(reason: Reason) -> bool {
    matches!(reason, Reason::Framing(_) | Reason::NoCapabilities)
}

/// Returns when the server is to stop, or is gone.
async fn stopping(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|&stopped| stopped).await;
}
