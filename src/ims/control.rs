//! The hand on a running IMS core: places calls and hears what became of them.

use tokio::sync::{mpsc, oneshot, watch};

use super::config::CallConfig;
use super::report::CallReport;

/// Calls that may wait for being placed.
const REQUESTS: usize = 64;

/// A running IMS core, from outside; it may be on another thread.
#[derive(Debug)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
    in_service: watch::Receiver<bool>,
    reports: mpsc::UnboundedReceiver<CallReport>,
}

/// The other end of a [`Handle`], for [`super::run_controlled`].
#[derive(Debug)]
pub struct Control {
    pub(super) requests: mpsc::Receiver<Request>,
    pub(super) in_service: watch::Sender<bool>,
    pub(super) reports: mpsc::UnboundedSender<CallReport>,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) call: CallConfig,
    pub(super) answer: oneshot::Sender<Result<CallReport, NotPlaced>>,
}

/// Why a call has no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlaced {
    /// No user has a terminal of that name.
    #[error("no such terminal")]
    NoTerminal,
    /// The IMS core has stopped.
    #[error("the IMS core has stopped")]
    Stopped,
}

/// A handle and what it handles.
pub fn control() -> (Handle, Control) {
    let (requests, queue) = mpsc::channel(REQUESTS);
    let (service, in_service) = watch::channel(false);
    let (sink, reports) = mpsc::unbounded_channel();
    let handle = Handle {
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

impl Handle {
    /// Returns when calls can come in: all ports are open and the HSS is reached.
    ///
    /// # Errors
    /// [`NotPlaced::Stopped`]
    pub async fn in_service(&mut self) -> Result<(), NotPlaced> {
        let waited = self.in_service.wait_for(|&in_service| in_service).await;
        waited.map(|_| ()).map_err(|_| NotPlaced::Stopped)
    }

    /// Places a call at once, whatever its `after_ms`, and returns when it is over.
    ///
    /// # Errors
    /// [`NotPlaced`]
    pub async fn call(&self, call: CallConfig) -> Result<CallReport, NotPlaced> {
        let (answer, report) = oneshot::channel();
        let request = Request { call, answer };
        self.requests
            .send(request)
            .await
            .map_err(|_| NotPlaced::Stopped)?;
        report.await.unwrap_or(Err(NotPlaced::Stopped))
    }

    /// The next call that is over and was not placed with [`Self::call`]: each that a terminal
    /// received or was cancelled, and each of the configuration. None when the IMS core has stopped.
    pub async fn report(&mut self) -> Option<CallReport> {
        self.reports.recv().await
    }
}
