//! The hand on a running program with parties: places calls and hears what became of them.

use std::collections::HashMap;
use std::hash::Hash;

use tokio::sync::{mpsc, oneshot, watch};

use super::report::CallReport;
use crate::output::print;

/// Calls that may wait for being placed.
const REQUESTS: usize = 64;

/// A running program, from outside; it may be on another thread. `Call` is a call as its
/// configuration file has it.
#[derive(Debug)]
pub struct Handle<Call> {
    program: &'static str,
    requests: mpsc::Sender<Request<Call>>,
    in_service: watch::Receiver<bool>,
    reports: mpsc::UnboundedReceiver<CallReport>,
}

/// The other end of a [`Handle`], for the program.
#[derive(Debug)]
pub struct Control<Call> {
    pub(crate) requests: mpsc::Receiver<Request<Call>>,
    pub(crate) in_service: watch::Sender<bool>,
    reports: mpsc::UnboundedSender<CallReport>,
}

#[derive(Debug)]
pub(crate) struct Request<Call> {
    pub(crate) call: Call,
    pub(crate) answer: Asker,
}

/// Who waits for the end of a call.
type Asker = oneshot::Sender<Result<CallReport, NotPlaced>>;

/// Why a call has no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlaced {
    /// The program has nothing of that name, of this kind, to place it from.
    #[error("no such {0}")]
    NoSuch(&'static str),
    /// The program, this one, has stopped.
    #[error("the {0} has stopped")]
    Stopped(&'static str),
}

/// A handle and what it handles: `program`, for people.
pub fn control<Call>(program: &'static str) -> (Handle<Call>, Control<Call>) {
    let (requests, queue) = mpsc::channel(REQUESTS);
    let (service, in_service) = watch::channel(false);
    let (sink, reports) = mpsc::unbounded_channel();
    let handle = Handle {
        program,
        requests,
        in_service,
        reports,
    };
    let control = Control {
        requests: queue,
        in_service: service,
        reports: sink,
    };
    (handle, control)
}

impl<Call> Handle<Call> {
    /// Returns when calls can come in: a switch has an idle circuit in every trunk group; an IMS
    /// core has its ports open and the HSS reached.
    ///
    /// # Errors
    /// [`NotPlaced::Stopped`]
    pub async fn in_service(&mut self) -> Result<(), NotPlaced> {
        let waited = self.in_service.wait_for(|&in_service| in_service).await;
        waited
            .map(|_| ())
            .map_err(|_| NotPlaced::Stopped(self.program))
    }

    /// Places a call at once, whatever its `after_ms`, and returns when it is over.
    ///
    /// # Errors
    /// [`NotPlaced`]
    pub async fn call(&self, call: Call) -> Result<CallReport, NotPlaced> {
        let stopped = NotPlaced::Stopped(self.program);
        let (answer, report) = oneshot::channel();
        let request = Request { call, answer };
        self.requests.send(request).await.map_err(|_| stopped)?;
        report.await.unwrap_or(Err(stopped))
    }

    /// The next call that is over and was not placed with [`Self::call`]: each that a party
    /// received, even if it was cancelled, and each of the configuration. None when the program
    /// has stopped.
    pub async fn report(&mut self) -> Option<CallReport> {
        self.reports.recv().await
    }

    /// Prints a line for each of these calls until the program has stopped.
    pub(crate) async fn print(mut self) {
        while let Some(report) = self.report().await {
            // The calls go on whether or not anybody reads of them.
            let _ = print(report);
        }
    }
}

/// Tells of calls that are over: who placed one, or else the handle.
pub(crate) struct Reporter<Id> {
    waiting: HashMap<Id, Asker>,
    reports: mpsc::UnboundedSender<CallReport>,
}

impl<Id: Eq + Hash> Reporter<Id> {
    pub(crate) fn new<Call>(control: &Control<Call>) -> Self {
        Self {
            waiting: HashMap::new(),
            reports: control.reports.clone(),
        }
    }

    /// Whether the call that `answer` waits for could be placed.
    pub(crate) fn placed(&mut self, call: Result<Id, NotPlaced>, answer: Asker) {
        match call {
            Ok(call) => drop(self.waiting.insert(call, answer)),
            // Who does not wait for the answer does not miss it.
            Err(error) => drop(answer.send(Err(error))),
        }
    }

    pub(crate) fn over(&mut self, call: &Id, report: CallReport) {
        tracing::debug!(%report, "call over");
        // Nobody listens any more where either fails.
        match self.waiting.remove(call) {
            Some(answer) => drop(answer.send(Ok(report))),
            None => drop(self.reports.send(report)),
        }
    }
}
