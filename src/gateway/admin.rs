//! The HTTP port: `GET /metrics` in Prometheus' text format.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Error;
use super::metrics::Metrics;

/// Serves the metrics until `stop` turns true.
///
/// # Errors
/// [`Error::Socket`] if the address cannot be used.
pub(super) async fn serve(
    address: SocketAddr,
    metrics: Arc<Metrics>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| Error::Socket {
            what: "admin.listen",
            address,
            source,
        })?;
    let router = Router::new().route("/metrics", get(move || async move { text(&metrics) }));
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

fn text(metrics: &Metrics) -> Response {
    const TYPE: [(&str, &str); 1] = [("content-type", "text/plain; version=0.0.4")];
    match metrics.text() {
        Ok(text) => (TYPE, text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
