//! The HTTP port: `GET /metrics` in Prometheus' text format.

use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};

use super::Error;

/// The metrics as text, if they can be written.
pub(super) type Shown = Result<Vec<u8>, prometheus::Error>;

/// Serves the metrics until `stop` turns true; the gateway is asked for them each time, so that
/// they are what they are at that moment.
///
/// # Errors
/// [`Error::Socket`] if the address cannot be used.
pub(super) async fn serve(
    address: SocketAddr,
    gateway: mpsc::Sender<oneshot::Sender<Shown>>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| Error::Socket {
            what: "admin.listen",
            address,
            source,
        })?;
    let router = Router::new().route("/metrics", get(move || metrics(gateway)));
    let stopped = async move {
        // A dropped sender means stop, too.
        let _ = stop.wait_for(|&stop| stop).await;
    };
    tokio::spawn(async move {
        let served = axum::serve(listener, router)
            .with_graceful_shutdown(stopped)
            .await;
        if let Err(error) = served {
            tracing::warn!(%error, "admin port");
        }
    });
    Ok(())
}

async fn metrics(gateway: mpsc::Sender<oneshot::Sender<Shown>>) -> Response {
    const TYPE: [(&str, &str); 1] = [("content-type", "text/plain; version=0.0.4")];
    let (ask, answer) = oneshot::channel();
    // A gateway that has stopped drops the question, here or later.
    let _ = gateway.send(ask).await;
    match answer.await {
        Ok(Ok(text)) => (TYPE, text).into_response(),
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
