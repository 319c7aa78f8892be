//! The port itself: connections, and how much of them a client may take.
//!
//! Operators have connections of their own, so that those who only read metrics cannot take them
//! all; and whatever a client does or leaves undone, its connection ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{sleep, timeout};

use super::http::{Ask, router};
use crate::config::AdminConfig;
use crate::world::World;

/// Questions that may wait for the program.
const QUESTIONS: usize = 16;

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Connections of those who may ask and order.
    pub(super) operators: usize,
    /// Connections of all others.
    pub(super) others: usize,
    /// Octets of a request line and its headers.
    pub(super) head: usize,
    /// Headers of a request.
    pub(super) headers: usize,
    /// Within which a request's headers are to come, the silence before them included, and then
    /// its body.
    pub(super) request: Duration,
    /// After which a connection takes no further request.
    pub(super) connection: Duration,
    /// For the answer that is being made or read then.
    pub(super) answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operators: 32,
            others: 16,
            head: 8192,
            headers: 64,
            request: Duration::from_secs(10),
            connection: Duration::from_secs(300),
            // Longer than T28, within which another exchange is to answer.
            answer: Duration::from_secs(60),
        }
    }
}

/// Why the port cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("admin.listen {address}: {source}")]
pub struct AdminError {
    address: SocketAddr,
    source: std::io::Error,
}

/// What was asked at a port, if there is one.
#[derive(Debug)]
pub(crate) struct Asked(Option<mpsc::Receiver<Ask>>);

impl Asked {
    /// The next question; waits for ever where nobody can ask.
    pub(crate) async fn next(&mut self) -> Option<Ask> {
        match &mut self.0 {
            Some(asked) => asked.recv().await,
            None => std::future::pending().await,
        }
    }
}

/// Serves the port, where one is configured, until the program is to stop.
///
/// # Errors
/// [`AdminError`]: the address cannot be used.
pub(crate) async fn serve(
    config: Option<&AdminConfig>,
    world: &World,
) -> Result<Asked, AdminError> {
    serve_within(config, world, Limits::default()).await
}

pub(super) async fn serve_within(
    config: Option<&AdminConfig>,
    world: &World,
    limits: Limits,
) -> Result<Asked, AdminError> {
    let Some(config) = config else {
        return Ok(Asked(None));
    };
    let address = config.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| AdminError { address, source })?;
    let (asks, asked) = mpsc::channel(QUESTIONS);
    let port = Port {
        router: router(config.clone(), asks, limits.request),
        operators: Arc::new(Semaphore::new(limits.operators)),
        others: Arc::new(Semaphore::new(limits.others)),
        config: config.clone(),
        world: world.clone(),
        limits,
    };
    tokio::spawn(port.listen(listener));
    Ok(Asked(Some(asked)))
}

struct Port {
    router: Router,
    operators: Arc<Semaphore>,
    others: Arc<Semaphore>,
    config: AdminConfig,
    world: World,
    limits: Limits,
}

impl Port {
    async fn listen(mut self, listener: TcpListener) {
        loop {
            tokio::select! {
                () = self.world.stopped() => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => self.admit(stream, from),
                    Err(error) => {
                        tracing::warn!(%error, "admin port");
                        // Most often there are too many open files, which takes time to end.
                        sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
    }

    fn admit(&self, stream: TcpStream, from: SocketAddr) {
        let places = match self.config.admits(from.ip()) {
            true => &self.operators,
            false => &self.others,
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            tracing::warn!(%from, "admin port: too many connections");
            // Who cannot take this at once finds the connection closed.
            let _ = stream.try_write(FULL.as_bytes());
            return;
        };
        let router = self.router.clone().layer(Extension(ConnectInfo(from)));
        let connection = connection(stream, router, self.world.clone(), self.limits);
        tokio::spawn(hold(place, connection));
    }
}

/// The whole answer where there is no room for a request.
const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\
                    Connection: close\r\nContent-Length: 75\r\n\r\n\
                    {\"error\":{\"field\":null,\"message\":\"too many connections to the admin port\"}}";

async fn hold(place: OwnedSemaphorePermit, connection: impl Future<Output = ()>) {
    connection.await;
    drop(place);
}

/// Serves a connection until the client ends it, is too slow, or its time is over.
async fn connection(stream: TcpStream, router: Router, mut world: World, limits: Limits) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.request)
        .max_header_size(limits.head)
        .max_headers(limits.headers)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // Whatever went wrong was the client's.
        _ = connection.as_mut() => return,
        () = sleep(limits.connection) => {}
        () = world.stopped() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.answer, connection).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_a_full_port_is_whole() {
        let (head, body) = FULL.split_once("\r\n\r\n").unwrap();
        assert!(
            head.ends_with(&format!("Content-Length: {}", body.len())),
            "{}",
            body.len()
        );
        serde_json::from_str::<serde_json::Value>(body).unwrap();
    }
}
