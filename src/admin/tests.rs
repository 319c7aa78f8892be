//! The port as HTTP clients see it, before circuits that know nothing of sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Instant;

use codecs::mtp::{PointCode, PointCodeFormat};
use protocols::isup::{self, CircuitId, Circuits, Group};
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};

use super::http::{Ask, serve};
use super::state::State;
use super::{Desk, Operated};
use crate::config::AdminConfig;
use crate::tap::Tap;
use crate::world::World;

struct Office(Circuits);

impl Office {
    /// Trunks "a", circuits 1–31 to 1, and "b", 1–4 to 2; nobody answers there.
    fn new() -> Self {
        let group = |name: &str, remote, last| Group {
            name: name.into(),
            local: PointCode(9),
            remote: PointCode(remote),
            cics: vec![1..=last],
            ..Group::default()
        };
        let config = isup::Config {
            groups: vec![group("a", 1, 31), group("b", 2, 4)],
            ..isup::Config::default()
        };
        Self(Circuits::new(config).unwrap())
    }
}

impl Operated for Office {
    fn circuits(&self) -> &Circuits {
        &self.0
    }

    fn operate(&mut self, order: &mut dyn FnMut(&mut Circuits), _: Instant) {
        order(&mut self.0);
    }

    fn call_on(&self, circuit: CircuitId) -> Option<u64> {
        (self.0.identity(circuit)?.1.0 == 3).then_some(42)
    }
}

/// Answers what `clients` ask of the port, which is at the address they are given.
fn with_port<T: Send + 'static>(
    state: Option<PathBuf>,
    clients: impl FnOnce(SocketAddr) -> T + Send + 'static,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        // Free a moment ago; the port is to be known beforehand.
        let listen = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listen.local_addr().unwrap();
        drop(listen);
        let config = AdminConfig {
            listen: address,
            operators: Vec::new(),
        };
        let (_stopper, stop) = watch::channel(false);
        let tap = Tap::default();
        let mut asked = serve(Some(&config), &World { tap, stop }).await.unwrap();
        let mut office = Office::new();
        let state = state.map(|file| State::open(&file).unwrap());
        let mut desk = Desk::open(state, &PointCodeFormat::ITU, &mut office, Instant::now());
        let (done, mut end) = oneshot::channel();
        std::thread::spawn(move || done.send(clients(address)));
        loop {
            tokio::select! {
                result = &mut end => return result.expect("the clients finish"),
                ask = asked.next() => match ask.expect("the port is served") {
                    Ask::Metrics(answer) => drop(answer.send(Ok(b"tandem 1\n".to_vec()))),
                    Ask::Question(question, asker) => {
                        desk.take(&question, asker, &mut office, Instant::now());
                    }
                },
            }
        }
    })
}

/// Status and body of an answer.
fn http(to: SocketAddr, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.into())
}

fn get(to: SocketAddr, path: &str) -> (u16, Value) {
    let (status, body) = http(
        to,
        &format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    );
    (status, serde_json::from_str(&body).unwrap())
}

fn post(to: SocketAddr, path: &str, body: &str) -> (u16, Value) {
    let (status, body) = http(
        to,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
    (status, serde_json::from_str(&body).unwrap())
}

#[test]
fn circuits_are_shown_blocked_and_unblocked() {
    with_port(None, |port| {
        let (status, shown) = get(port, "/circuits?trunk=a&cic=2-3");
        assert_eq!(status, 200);
        let expected = json!({
            "trunk": "a", "cic": 3, "state": "resetting", "reason": "waits for its reset",
            "local": { "maintenance": "unblocked", "hardware": "unblocked" },
            "remote": { "maintenance": false, "hardware": false },
            "call": 42, "for_s": null,
        });
        assert_eq!(shown["circuits"][1], expected);
        assert_eq!(shown["circuits"].as_array().unwrap().len(), 2);
        let (_, all) = get(port, "/circuits");
        assert_eq!(all["circuits"].as_array().unwrap().len(), 35);

        let order = r#"{"trunk":"b","cic":"all","reason":"hardware"}"#;
        let (status, blocked) = post(port, "/circuits/block", order);
        assert_eq!(status, 200);
        assert_eq!(blocked["circuits"].as_array().unwrap().len(), 4);
        let local = json!({ "maintenance": "unblocked", "hardware": "blocked" });
        assert_eq!(blocked["circuits"][0]["local"], local);
        let (status, unblocked) = post(port, "/circuits/unblock", order);
        assert_eq!(status, 200);
        assert_eq!(unblocked["circuits"][3]["local"]["hardware"], "unblocked");
    });
}

#[test]
fn what_cannot_be_answered_is_an_error_that_names_the_field() {
    with_port(None, |port| {
        for (path, body, status, field) in [
            ("block", r#"{"trunk":"c","cic":"1"}"#, 400, json!("trunk")),
            ("block", r#"{"cic":"1"}"#, 400, json!("trunk")),
            ("block", r#"{"trunk":"a","cic":"32"}"#, 400, json!("cic")),
            (
                "block",
                r#"{"trunk":"a","cic":"1","reason":"whim"}"#,
                400,
                json!("reason"),
            ),
            ("reset", r#"{"trunk":"a"}"#, 400, json!("cic")),
            (
                "reset",
                r#"{"trunk":"a","circuit":"1"}"#,
                400,
                json!("circuit"),
            ),
            // Nobody is there who could be asked.
            ("query", r#"{"trunk":"a"}"#, 400, json!("trunk")),
            ("audit", r#"{"repair":"yes"}"#, 400, json!("repair")),
            ("remove", r#"{"trunk":"a","cic":"1"}"#, 404, Value::Null),
            ("block", "{", 400, Value::Null),
            (
                "block",
                &format!("{{\"trunk\":\"{}\"}}", "a".repeat(5000)),
                413,
                Value::Null,
            ),
        ] {
            let (got, answer) = post(port, &format!("/circuits/{path}"), body);
            assert_eq!(got, status, "{path} {answer}");
            assert_eq!(answer["error"]["field"], field, "{path} {answer}");
            assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
        }
        for (path, status, field) in [
            ("/circuits?trunk=c", 400, json!("trunk")),
            ("/circuits?state=idle", 400, json!("state")),
            ("/", 404, Value::Null),
            ("/circuits/block", 405, Value::Null),
        ] {
            let (got, answer) = get(port, path);
            assert_eq!((got, &answer["error"]["field"]), (status, &field), "{path}");
        }
        // Nothing of it did anything, and a browser's form cannot.
        let form = "POST /circuits/block HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                    Content-Type: text/plain\r\nContent-Length: 23\r\n\r\n{\"trunk\":\"a\",\"cic\":\"1\"}";
        assert_eq!(http(port, form).0, 415);
        let (_, shown) = get(port, "/circuits");
        let circuits = shown["circuits"].as_array().unwrap();
        let unblocked = |circuit: &Value| circuit["local"]["maintenance"] == "unblocked";
        assert!(circuits.iter().all(unblocked));
    });
}

#[test]
fn metrics_trunks_and_timers_are_served() {
    with_port(None, |port| {
        let (status, text) = http(
            port,
            "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        );
        assert_eq!((status, &*text), (200, "tandem 1\n"));
        let (status, trunks) = get(port, "/trunks");
        let b = &trunks["trunks"][1];
        assert_eq!((status, &b["point_code"]), (200, &json!("0-0-2")));
        assert_eq!((&b["trunk"], &b["available"]), (&json!("b"), &json!(false)));
        assert_eq!(b["circuits"]["resetting"], 4);
        let (status, timers) = get(port, "/timers");
        assert_eq!(status, 200);
        assert_eq!(timers["timers"][6]["name"], "T7");
    });
}

#[test]
fn only_operators_are_admitted() {
    let mut config = AdminConfig::default();
    let admits = |config: &AdminConfig, ip: &str| config.admits(ip.parse().unwrap());
    assert!(admits(&config, "127.0.0.20") && admits(&config, "::1"));
    assert!(admits(&config, "::ffff:127.0.0.1"));
    assert!(!admits(&config, "192.0.2.1"));
    config.operators = vec!["192.0.2.1".parse().unwrap()];
    assert!(admits(&config, "192.0.2.1") && !admits(&config, "192.0.2.2"));
}

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("tandem-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("state.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Files that stay do no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn blocked(port: SocketAddr) -> Vec<(String, u64, &'static str)> {
    let (_, shown) = get(port, "/circuits");
    let mut blocked = Vec::new();
    for circuit in shown["circuits"].as_array().unwrap() {
        for reason in ["maintenance", "hardware"] {
            if circuit["local"][reason] == "blocked" {
                let trunk = circuit["trunk"].as_str().unwrap().to_owned();
                blocked.push((trunk, circuit["cic"].as_u64().unwrap(), reason));
            }
        }
    }
    blocked
}

#[test]
fn blocking_is_known_after_a_restart_as_soon_as_the_order_is_answered() {
    let folder = Folder::new("blocking");
    with_port(Some(folder.file()), |port| {
        post(port, "/circuits/block", r#"{"trunk":"a","cic":"1-2"}"#);
        post(
            port,
            "/circuits/block",
            r#"{"trunk":"b","cic":"4","reason":"hardware"}"#,
        );
        post(
            port,
            "/circuits/block",
            r#"{"trunk":"a","cic":"2","reason":"hardware"}"#,
        );
        post(port, "/circuits/unblock", r#"{"trunk":"a","cic":"1"}"#);
    });
    with_port(Some(folder.file()), |port| {
        let b = |trunk: &str, cic, reason| (trunk.to_owned(), cic, reason);
        let expected = [
            b("a", 2, "maintenance"),
            b("a", 2, "hardware"),
            b("b", 4, "hardware"),
        ];
        assert_eq!(blocked(port), expected);
    });
}

#[test]
fn a_damaged_file_is_put_aside_and_circuits_of_another_configuration_are_left_out() {
    let folder = Folder::new("damaged");
    let none = |port| assert_eq!(blocked(port), []);
    for damaged in ["", "{", "{\"blocked\":[{}]}", "\u{0}\u{0}"] {
        std::fs::write(folder.file(), damaged).unwrap();
        with_port(Some(folder.file()), none);
        let aside = folder.0.join("state.json.damaged");
        assert_eq!(std::fs::read_to_string(&aside).unwrap(), damaged);
    }
    let foreign = r#"{"blocked":[{"trunk":"z","reason":"hardware","cics":[1]},
                                 {"trunk":"b","reason":"maintenance","cics":[4,5]}]}"#;
    std::fs::write(folder.file(), foreign).unwrap();
    with_port(Some(folder.file()), |port| {
        assert_eq!(blocked(port), [("b".to_owned(), 4, "maintenance")]);
    });
}

#[test]
fn a_file_that_cannot_be_written_is_told_at_the_start() {
    let folder = Folder::new("missing");
    let file = folder.0.join("no such folder/state.json");
    let error = State::open(&file).unwrap_err().to_string();
    assert!(error.starts_with("state.file "), "{error}");
}
