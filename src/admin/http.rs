//! HTTP: `GET /metrics` in Prometheus' text format, all else as JSON.
//!
//! | request | answer |
//! |---|---|
//! | `GET /circuits?trunk=NAME&cic=1-31` | the state of circuits |
//! | `POST /circuits/block`, `unblock` | with `{"trunk", "cic", "reason"}`: what it did, and their state |
//! | `POST /circuits/reset`, `check` | with `{"trunk", "cic"}`: the same |
//! | `POST /circuits/query` | with `{"trunk", "cic"}`: how both exchanges see them (CQM) |
//! | `POST /circuits/audit` | with `{"trunk", "cic", "repair"}`: where they differ |
//! | `GET /trunks` | the trunk groups: how they are reached, and their circuits by state |
//! | `GET /peers` | the M3UA peers: how their processes are, and whether they are locked out |
//! | `POST /peers/lock`, `unlock` | with `{"peer"}`: the peers, the order being on its way |
//! | `GET /timers` | the timers of `Q.764`, by trunk group |
//!
//! What cannot be answered gets `{"error": {"field", "message"}}`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::oneshot::error::RecvError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::answer::{Answer, Content};
use super::question::{self, Fields, Question, Refusal};
use crate::config::AdminConfig;

/// The metrics as text, if they can be written.
pub(crate) type Shown = Result<Vec<u8>, prometheus::Error>;

/// What comes in at the port, for the program's loop.
pub(crate) enum Ask {
    /// The metrics as they are now.
    Metrics(oneshot::Sender<Shown>),
    /// An operator's question.
    Question(Question, Asker),
}

/// Who waits for an answer.
#[derive(Debug)]
pub(crate) struct Asker {
    /// Where the question came from.
    pub(super) from: SocketAddr,
    pub(super) answer: oneshot::Sender<Result<Answer, Refusal>>,
}

/// The longest body of a request, in octets.
const LONGEST: usize = 4096;

type Program = State<mpsc::Sender<Ask>>;
type From = ConnectInfo<SocketAddr>;

/// Answers requests, each of which is to come as a whole within a time.
pub(super) fn router(config: AdminConfig, asks: mpsc::Sender<Ask>, within: Duration) -> Router {
    Router::new()
        .route("/circuits", get(circuits))
        .route("/circuits/{order}", post(order))
        .route(
            "/trunks",
            get(async |program, from| answer(program, from, Ok(Question::Trunks)).await),
        )
        .route(
            "/timers",
            get(async |program, from| answer(program, from, Ok(Question::Timers)).await),
        )
        .route(
            "/peers",
            get(async |program, from| answer(program, from, Ok(Question::Peers)).await),
        )
        .route("/peers/{order}", post(peer_order))
        .route_layer(middleware::from_fn_with_state(config, operators_only))
        .route("/metrics", get(metrics))
        .fallback(async || unreadable(StatusCode::NOT_FOUND, PATHS.into()))
        .method_not_allowed_fallback(async || {
            unreadable(StatusCode::METHOD_NOT_ALLOWED, PATHS.into())
        })
        .layer(middleware::from_fn_with_state(within, whole))
        .with_state(asks)
}

const PATHS: &str = "expected GET /metrics, GET /trunks, GET /circuits, GET /timers, GET /peers, POST /peers/lock or unlock, or POST /circuits/block, \
                     unblock, reset, check, query or audit";

/// The metrics are for whoever reaches the port, the circuits are not.
async fn operators_only(
    State(config): State<AdminConfig>,
    ConnectInfo(from): From,
    request: Request,
    next: Next,
) -> Response {
    if config.admits(from.ip()) {
        return next.run(request).await;
    }
    let message = format!("{} is not among admin.operators", from.ip());
    unreadable(StatusCode::FORBIDDEN, message)
}

/// Waits for the body, but not for ever.
async fn whole(State(within): State<Duration>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match timeout(within, to_bytes(body, LONGEST)).await {
        Ok(Ok(body)) => next.run(Request::from_parts(head, body.into())).await,
        Ok(Err(_)) => unreadable(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is longer than {LONGEST} octets, or ends too early"),
        ),
        Err(_) => unreadable(
            StatusCode::REQUEST_TIMEOUT,
            format!("the body did not come within {} s", within.as_secs_f32()),
        ),
    }
}

async fn metrics(State(program): Program) -> Response {
    const TYPE: [(&str, &str); 1] = [("content-type", "text/plain; version=0.0.4")];
    let (ask, answer) = oneshot::channel();
    // A program that has stopped drops the question, here or later.
    let _ = program.send(Ask::Metrics(ask)).await;
    match answer.await {
        Ok(Ok(text)) => (TYPE, text).into_response(),
        Ok(Err(error)) => failed(error.to_string()),
        Err(_) => stopped(),
    }
}

async fn circuits(
    program: Program,
    from: From,
    fields: Result<Query<BTreeMap<String, String>>, QueryRejection>,
) -> Response {
    let question = match fields {
        Ok(Query(fields)) => question::show(&texts(fields)),
        Err(rejection) => return unreadable(rejection.status(), rejection.body_text()),
    };
    answer(program, from, question).await
}

fn texts(fields: BTreeMap<String, String>) -> Fields {
    let text = |(name, text)| (name, Value::String(text));
    fields.into_iter().map(text).collect()
}

async fn order(
    program: Program,
    from: From,
    path: Path<String>,
    fields: Result<Json<Fields>, JsonRejection>,
) -> Response {
    ordered(program, from, path, fields, question::order).await
}

async fn peer_order(
    program: Program,
    from: From,
    path: Path<String>,
    fields: Result<Json<Fields>, JsonRejection>,
) -> Response {
    ordered(program, from, path, fields, question::peer_order).await
}

async fn ordered(
    program: Program,
    from: From,
    Path(name): Path<String>,
    fields: Result<Json<Fields>, JsonRejection>,
    read: fn(&str, &Fields) -> Option<Result<Question, Refusal>>,
) -> Response {
    let fields = match fields {
        Ok(Json(fields)) => fields,
        Err(rejection) => return unreadable(rejection.status(), rejection.body_text()),
    };
    match read(&name, &fields) {
        Some(question) => answer(program, from, question).await,
        None => unreadable(StatusCode::NOT_FOUND, PATHS.into()),
    }
}

async fn answer(
    State(program): Program,
    ConnectInfo(from): From,
    question: Result<Question, Refusal>,
) -> Response {
    let question = match question {
        Ok(question) => question,
        Err(refusal) => return refused(StatusCode::BAD_REQUEST, refusal),
    };
    let (answer, answered) = oneshot::channel();
    let asker = Asker { from, answer };
    // A program that has stopped drops the question, here or later.
    let _ = program.send(Ask::Question(question, asker)).await;
    match answered.await {
        Ok(Ok(Answer { content, saved })) => match saved {
            Some(saved) => when_saved(content, saved.await),
            None => Json(content).into_response(),
        },
        Ok(Err(refusal)) => refused(StatusCode::BAD_REQUEST, refusal),
        Err(_) => stopped(),
    }
}

/// An order is answered when a restart would remember it.
fn when_saved(content: Content, saved: Result<std::io::Result<()>, RecvError>) -> Response {
    let error = match saved {
        Ok(Ok(())) => return Json(content).into_response(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the program stops".into(),
    };
    failed(format!("done, but a restart will forget it: {error}"))
}

fn refused(status: StatusCode, refusal: Refusal) -> Response {
    (status, Json(json!({ "error": refusal }))).into_response()
}

/// A request whose fields cannot be read at all.
fn unreadable(status: StatusCode, message: String) -> Response {
    refused(
        status,
        Refusal {
            field: None,
            message,
        },
    )
}

fn failed(message: String) -> Response {
    unreadable(StatusCode::INTERNAL_SERVER_ERROR, message)
}

fn stopped() -> Response {
    unreadable(StatusCode::SERVICE_UNAVAILABLE, "the program stops".into())
}
