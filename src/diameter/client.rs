//! The end that asks: keeps one connection, and opens it again whenever it is lost.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use codecs::diameter::cx::LocationInfoAnswer;
use protocols::diameter::{Failure, Input, Output, RequestId, Role, cx};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tracing::{info, warn};

use super::connection::{Connection, End};
use super::{ClientConfig, Counters};
use crate::tap::Tap;

/// Questions that may wait for the task.
const COMMANDS: usize = 1024;
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The wait after the first failed attempt; it doubles up to [`SLOWEST`].
const FIRST: Duration = Duration::from_millis(100);
const SLOWEST: Duration = Duration::from_secs(10);

type Answer = Result<LocationInfoAnswer, Failure>;

/// Asks an HSS. Clones share one connection; when the last one is dropped it is closed in order.
#[derive(Debug, Clone)]
pub struct Client {
    commands: mpsc::Sender<Command>,
    open: watch::Receiver<bool>,
    counters: Arc<Counters>,
}

#[derive(Debug)]
enum Command {
    Ask(String, oneshot::Sender<Answer>),
    Stop(oneshot::Sender<()>),
}

impl Client {
    /// Starts connecting. Call it within a tokio runtime.
    pub fn start(config: ClientConfig, tap: Tap) -> Self {
        let (commands, queue) = mpsc::channel(COMMANDS);
        let (opened, open) = watch::channel(false);
        let counters = Arc::new(Counters::default());
        let task = Task {
            config,
            tap,
            queue,
            opened,
            counters: counters.clone(),
            was_open: false,
            waiting: HashMap::new(),
            stopped: None,
        };
        tokio::spawn(task.run());
        Self {
            commands,
            open,
            counters,
        }
    }

    /// Asks where the user with this public identity, a SIP or tel URI, is served
    /// (`TS 29.228 §6.1.4`). That there is no such user is an answer, not a failure.
    ///
    /// # Errors
    /// [`Failure`] if there is no answer, at once if there is no connection.
    pub async fn location_info(&self, public_identity: &str) -> Answer {
        let (reply, answer) = oneshot::channel();
        let command = Command::Ask(public_identity.to_owned(), reply);
        self.commands
            .try_send(command)
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Failure::Overload,
                mpsc::error::TrySendError::Closed(_) => Failure::NotOpen,
            })?;
        answer.await.unwrap_or(Err(Failure::NotOpen))
    }

    /// Waits until the connection is open.
    pub async fn opened(&self) {
        // An error says that the task has ended, after which nobody waits for it to open.
        let _ = self.open.clone().wait_for(|&open| open).await;
    }

    /// What went on so far.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Takes leave of the peer in order. Returns when the connection is gone.
    pub async fn stop(&self) {
        let (done, wait) = oneshot::channel();
        if self.commands.send(Command::Stop(done)).await.is_ok() {
            // An error says that the task has ended.
            let _ = wait.await;
        }
    }
}

struct Task {
    config: ClientConfig,
    tap: Tap,
    queue: mpsc::Receiver<Command>,
    opened: watch::Sender<bool>,
    counters: Arc<Counters>,
    /// Whether the connection of this attempt was opened.
    was_open: bool,
    waiting: HashMap<RequestId, oneshot::Sender<Answer>>,
    /// Set once the task is to end; told when it has.
    stopped: Option<Vec<oneshot::Sender<()>>>,
}

impl Task {
    async fn run(mut self) {
        let mut wait = FIRST;
        while self.stopped.is_none() {
            let stream = self.connect().await;
            let end = match stream.and_then(|stream| self.connection(stream)) {
                Ok(mut connection) => self.serve(&mut connection, &mut wait).await,
                Err(error) => End::Io(error),
            };
            self.ended(&end);
            self.pause(wait).await;
            wait = (wait * 2).min(SLOWEST);
        }
        for done in self.stopped.into_iter().flatten() {
            // Whoever waited may have lost patience.
            let _ = done.send(());
        }
    }

    async fn connect(&mut self) -> io::Result<TcpStream> {
        let (remote, local) = (self.config.connect, self.config.local);
        let attempt = async move {
            let socket = match remote {
                SocketAddr::V4(_) => TcpSocket::new_v4()?,
                SocketAddr::V6(_) => TcpSocket::new_v6()?,
            };
            if let Some(local) = local {
                socket.bind(SocketAddr::new(local, 0))?;
            }
            socket.connect(remote).await
        };
        let mut attempt = std::pin::pin!(tokio::time::timeout(CONNECT, attempt));
        loop {
            tokio::select! {
                stream = &mut attempt => return stream.unwrap_or_else(|late| Err(late.into())),
                command = self.queue.recv() => self.decline(command),
            }
            if self.stopped.is_some() {
                return Err(io::ErrorKind::Interrupted.into());
            }
        }
    }

    fn connection(&self, stream: TcpStream) -> io::Result<Connection> {
        Connection::new(
            stream,
            Role::Initiator,
            self.config.peer(),
            self.tap.clone(),
        )
    }

    async fn serve(&mut self, connection: &mut Connection, wait: &mut Duration) -> End {
        let end = loop {
            tokio::select! {
                // What the connection says comes first: whoever asks must find it as it is.
                biased;
                next = connection.next() => match next {
                    Ok(output) => self.output(output, wait),
                    Err(end) => break end,
                },
                command = self.queue.recv(), if self.stopped.is_none() => {
                    self.command(connection, command);
                }
            }
        };
        for output in connection.end() {
            self.output(output, wait);
        }
        end
    }

    fn command(&mut self, connection: &mut Connection, command: Option<Command>) {
        let Some(Command::Ask(identity, reply)) = command else {
            self.stop(command);
            return connection.handle(Input::Stop);
        };
        self.counters.queries.add();
        let hss = self.config.destination();
        match cx::location_info(&mut connection.peer, &hss, &identity, Instant::now()) {
            Ok(id) => {
                self.waiting.insert(id, reply);
            }
            Err(failure) => self.reply(reply, Err(failure)),
        }
        connection.drain();
    }

    fn output(&mut self, output: Output, wait: &mut Duration) {
        match output {
            Output::Opened(capabilities) => {
                let peer = capabilities.identity.host;
                info!(peer, "Diameter connection open");
                *wait = FIRST;
                self.counters.opened.add();
                self.was_open = true;
                self.opened.send_replace(true);
            }
            Output::Down => {
                self.opened.send_replace(false);
            }
            Output::Answer(id, answer) => self.answered(id, cx::read_answer(&answer)),
            Output::Failed(id, failure) => self.answered(id, Err(failure)),
            // We serve no requests, and the connection keeps these two to itself.
            Output::Request(_) | Output::Send(_) | Output::Close(_) => {}
        }
    }

    fn answered(&mut self, id: RequestId, answer: Answer) {
        if let Some(reply) = self.waiting.remove(&id) {
            self.reply(reply, answer);
        }
    }

    fn reply(&self, reply: oneshot::Sender<Answer>, answer: Answer) {
        if answer.is_err() {
            self.counters.failed.add();
        }
        // Whoever asked may have lost interest.
        let _ = reply.send(answer);
    }

    fn ended(&mut self, end: &End) {
        let peer = self.config.connect;
        let was_open = std::mem::take(&mut self.was_open);
        if end.is_orderly() || self.stopped.is_some() {
            return info!(%peer, "Diameter connection ended: {end}");
        }
        self.counters.lost.add();
        if matches!(end, End::Closed(reason) if super::server::is_garbage(*reason)) {
            self.counters.garbage.add();
        }
        match was_open {
            true => warn!(%peer, "Diameter connection lost: {end}"),
            false => warn!("cannot connect to the HSS at {peer} yet, retrying: {end}"),
        }
    }

    /// Waits before the next attempt; whoever asks meanwhile is told that there is no connection.
    async fn pause(&mut self, time: Duration) {
        let mut over = std::pin::pin!(tokio::time::sleep(time));
        while self.stopped.is_none() {
            tokio::select! {
                () = &mut over => return,
                command = self.queue.recv() => self.decline(command),
            }
        }
    }

    fn decline(&mut self, command: Option<Command>) {
        match command {
            Some(Command::Ask(_, reply)) => {
                self.counters.queries.add();
                self.reply(reply, Err(Failure::NotOpen));
            }
            command => self.stop(command),
        }
    }

    /// A word to stop, or the last client is gone.
    fn stop(&mut self, command: Option<Command>) {
        let stopped = self.stopped.get_or_insert_default();
        if let Some(Command::Stop(done)) = command {
            stopped.push(done);
        }
    }
}
