//! The operator's end of the port: one request over a TCP connection of its own.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use super::question::Refusal;

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long to wait for an answer: longer than T28, within which another exchange is to answer.
const ANSWER: Duration = Duration::from_secs(60);
/// More than the state of all circuits of a trunk group can be, in octets.
const LONGEST: u64 = 16 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error(
        "{0}: {1}; is the program running, and is this its [admin] listen? --admin says another"
    )]
    Connection(SocketAddr, io::Error),
    #[error("{0}: no answer of a tandem program")]
    Stranger(SocketAddr),
    #[error("{0}")]
    Refused(String),
}

/// Asks with GET.
pub(super) fn get(to: SocketAddr, path: &str) -> Result<String, ClientError> {
    ask(
        to,
        &format!("GET {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n"),
    )
}

/// Orders with POST.
pub(super) fn post(to: SocketAddr, path: &str, body: &Value) -> Result<String, ClientError> {
    let body = body.to_string();
    let length = body.len();
    ask(
        to,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
    )
}

fn ask(to: SocketAddr, request: &str) -> Result<String, ClientError> {
    let answer = exchange(to, request).map_err(|error| ClientError::Connection(to, error))?;
    let stranger = || ClientError::Stranger(to);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(stranger)?;
    let status = head.split(' ').nth(1).ok_or_else(stranger)?;
    if status == "200" {
        return Ok(body.into());
    }
    let refusal = serde_json::from_str::<Value>(body).ok();
    let refusal = refusal.and_then(|mut body| serde_json::from_value(body["error"].take()).ok());
    let Refusal { field, message } = refusal.ok_or_else(stranger)?;
    Err(ClientError::Refused(match field {
        Some(field) => format!("{field}: {message}"),
        None => message,
    }))
}

fn exchange(to: SocketAddr, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&to, CONNECT)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer)?;
    Ok(answer)
}
