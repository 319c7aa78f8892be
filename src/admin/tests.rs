//! The port as HTTP clients see it, before circuits that know nothing of sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use codecs::mtp::{PointCode, PointCodeFormat};
use protocols::isup::{self, CircuitId, Circuits, Group};
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};

use super::http::Ask;
use super::port::{Limits, serve_within};
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
            local: PointCode::new(9),
            remote: PointCode::new(remote),
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
        (self.0.identity(circuit)?.1.value() == 3).then_some(42)
    }
}

/// Answers what `clients` ask of the port, which is at the address they are given.
fn with_port<T: Send + 'static>(
    state: Option<PathBuf>,
    clients: impl FnOnce(SocketAddr) -> T + Send + 'static,
) -> T {
    with_limits(Limits::default(), state, clients)
}

fn with_limits<T: Send + 'static>(
    limits: Limits,
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
        let mut asked = serve_within(Some(&config), &World { tap, stop }, limits)
            .await
            .unwrap();
        let mut office = Office::new();
        let state = state.map(|file| State::open(&file).unwrap());
        let mut desk = Desk::open(
            state,
            (&PointCodeFormat::ITU).into(),
            &mut office,
            Instant::now(),
        );
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
fn what_is_asked_about_peers_is_read() {
    with_port(None, |port| {
        assert_eq!(get(port, "/peers"), (200, json!({ "peers": [] })));
        for (path, body, expected) in [
            ("/peers/lock", r#"{"peer": "a"}"#, (400, "there is none")),
            ("/peers/unlock", "{}", (400, "expected the name of a peer")),
            (
                "/peers/lock",
                r#"{"pear": "a"}"#,
                (400, "unknown field, expected peer"),
            ),
            (
                "/peers/burn",
                r#"{"peer": "a"}"#,
                (404, "POST /peers/lock or unlock"),
            ),
        ] {
            let (status, answer) = post(port, path, body);
            let message = answer["error"]["message"].as_str().unwrap_or_default();
            assert_eq!(status, expected.0, "{answer}");
            assert!(message.contains(expected.1), "{answer}");
        }
    });
}

#[test]
fn circuits_are_shown_blocked_and_unblocked() {
    with_port(None, |port| {
        let (status, shown) = get(port, "/circuits?trunk=a&cic=2-3");
        assert_eq!(status, 200);
        let expected = json!({
            "trunk": "a", "cic": 3, "state": "resetting", "direction": null,
            "reason": "waits for its reset",
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

/// What was done, and what is said of the rest.
fn outcome(port: SocketAddr, order: &str, body: &str) -> Value {
    let (status, mut told) = post(port, &format!("/circuits/{order}"), body);
    assert_eq!(status, 200, "{order} {body}: {told}");
    told.as_object_mut().unwrap().remove("circuits");
    told
}

#[test]
fn an_order_tells_which_circuits_it_changed_and_why_not_the_others() {
    const UNAVAILABLE: &str =
        "recorded: the other exchange is unavailable, and is told when it can be reached";
    let remark = |cic: &str, circuits: u64, why: &str| json!({ "cic": cic, "circuits": circuits, "why": why });
    with_port(None, move |port| {
        let order = |name: &str, cic: &str, reason: &str| {
            let body = json!({ "trunk": "a", "cic": cic, "reason": reason });
            outcome(port, name, &body.to_string())
        };
        assert_eq!(
            order("block", "2-3,5", "hardware"),
            json!({ "changed": 3, "unchanged": [], "later": [remark("2-3,5", 3, UNAVAILABLE)] })
        );
        assert_eq!(
            order("block", "1-5", "hardware"),
            json!({
                "changed": 2,
                "later": [remark("1,4", 2, UNAVAILABLE)],
                "unchanged": [remark("2-3,5", 3, "blocked for hardware already")],
            })
        );
        // Nothing to tell later: the reset that is due lifts it.
        assert_eq!(
            order("unblock", "4-6", "hardware"),
            json!({
                "changed": 2,
                "later": [],
                "unchanged": [remark("6", 1, "not blocked for hardware here, nor at all")],
            })
        );
        assert_eq!(
            order("unblock", "1-2", "maintenance"),
            json!({
                "changed": 0,
                "later": [],
                "unchanged": [remark(
                    "1-2",
                    2,
                    "not blocked for maintenance here; blocked for hardware here",
                )],
            })
        );
        assert_eq!(
            outcome(port, "reset", r#"{"trunk":"a","cic":"9"}"#),
            json!({
                "changed": 0,
                "later": [],
                "unchanged": [remark("9", 1, "waits for its reset")],
            })
        );
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
            ("check", r#"{"trunk":"a","cic":"1"}"#, 400, json!("trunk")),
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
        let (_, answer) = post(port, "/circuits/block", r#"{"trunk":"a","cic":"40"}"#);
        assert_eq!(
            answer["error"]["message"],
            "there is no circuit 40: \"a\" has 1-31"
        );
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

/// What comes until the port closes the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut rest = Vec::new();
    // A connection that is reset is closed, too.
    let _ = stream.read_to_end(&mut rest);
    String::from_utf8(rest).unwrap()
}

fn asking(to: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

const BRIEF: Duration = Duration::from_millis(150);

#[test]
fn clients_that_never_finish_are_left() {
    let limits = Limits {
        request: BRIEF,
        ..Limits::default()
    };
    with_limits(limits, None, |port| {
        for (request, answer) in [
            ("", ""),
            ("GET /trunks HTTP/1.1\r\nHost: a\r\nX-Slow: ", ""),
            (
                "POST /circuits/block HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\
                 Content-Type: application/json\r\n\r\n{\"trunk\"",
                "HTTP/1.1 408 ",
            ),
        ] {
            let answered = rest(asking(port, request));
            assert!(answered.starts_with(answer), "{request:?}: {answered}");
            assert_eq!(answered.is_empty(), answer.is_empty(), "{answered}");
        }
        // An octet now and then does not buy more time.
        let mut slow = asking(port, "GET /trunks HTTP/1.1\r\nX-Slow: ");
        slow.set_read_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        let closed =
            std::iter::repeat_with(|| slow.write_all(b"a").and_then(|()| slow.read(&mut [0])));
        let ended = |read: &std::io::Result<usize>| match read {
            Ok(octets) => *octets == 0,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        };
        assert!(closed.take(1000).any(|read| ended(&read)));
        // A connection that asks once and stays is closed, too.
        let answered = rest(asking(port, "GET /trunks HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert!(answered.starts_with("HTTP/1.1 200 "), "{answered}");
    });
}

#[test]
fn a_connection_ends_however_much_it_asks() {
    let limits = Limits {
        connection: BRIEF,
        answer: BRIEF,
        ..Limits::default()
    };
    with_limits(limits, None, |port| {
        let mut stream = TcpStream::connect(port).unwrap();
        let mut octets = [0; 4096];
        let asked = std::iter::repeat_with(|| {
            stream.write_all(b"GET /trunks HTTP/1.1\r\nHost: a\r\n\r\n")?;
            std::thread::sleep(Duration::from_millis(5));
            stream.read(&mut octets)
        });
        let ended = |read: std::io::Result<usize>| read.map_or(true, |octets| octets == 0);
        assert!(asked.take(10_000).any(ended));
        // One that does not even read its answers: they pile up until its time is over.
        let deaf = asking(
            port,
            &"GET /timers HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2000),
        );
        std::thread::sleep(4 * BRIEF);
        rest(deaf);
        assert_eq!(get(port, "/trunks").0, 200);
    });
}

#[test]
fn garbage_and_huge_requests_are_refused_and_the_port_goes_on() {
    with_port(None, |port| {
        let header = |length| {
            format!(
                "GET /trunks HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
                "a".repeat(length)
            )
        };
        let many =
            "GET /trunks HTTP/1.1\r\nHost: a\r\n".to_owned() + &"X: a\r\n".repeat(100) + "\r\n";
        for (request, status) in [
            ("\u{0}\u{1}\u{2}\u{3}\r\n\r\n".to_owned(), "400"),
            ("SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(), "400"),
            ("GET / HTTP/9.9\r\n\r\n".to_owned(), "400"),
            (header(9000), "431"),
            (many, "431"),
            (
                format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(9000)),
                "4",
            ),
            (
                "POST /circuits/block HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n"
                    .to_owned(),
                "413",
            ),
            (
                "POST /circuits/block HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n".to_owned(),
                "400",
            ),
        ] {
            let stream = asking(port, &request);
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let answered = rest(stream);
            let start = format!("HTTP/1.1 {status}");
            assert!(answered.starts_with(&start), "{request:.40}: {answered}");
        }
        assert_eq!(get(port, "/trunks").0, 200);
    });
}

#[test]
fn connections_beyond_the_limit_are_turned_away_and_those_that_end_make_room() {
    let limits = Limits {
        operators: 2,
        ..Limits::default()
    };
    with_limits(limits, None, |port| {
        let held = [(); 2].map(|()| {
            // It is being served once it is answered.
            let mut stream = asking(port, "GET /trunks HTTP/1.1\r\nHost: a\r\n\r\n");
            stream.read_exact(&mut [0; 12]).unwrap();
            stream
        });
        let turned_away = rest(TcpStream::connect(port).unwrap());
        assert!(turned_away.starts_with("HTTP/1.1 503 "), "{turned_away}");
        drop(held);
        let room = std::iter::repeat_with(|| {
            let stream = asking(
                port,
                "GET /trunks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            );
            rest(stream).starts_with("HTTP/1.1 200 ")
        });
        assert!(room.take(10_000).any(|served| served));
    });
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
fn a_file_that_is_not_understood_keeps_the_program_from_starting() {
    let folder = Folder::new("damaged");
    let whole = r#"{"version":1,"blocked":[{"trunk":"a","reason":"hardware","cics":[1]}]}"#;
    let cut = (0..whole.len()).map(|length| (whole[..length].to_owned(), "damaged: "));
    let others = [
        ("\u{0}\u{0}", "damaged: "),
        (r#"{"blocked":[]}"#, "damaged: missing field `version`"),
        (
            r#"{"version":1,"blocked":[{}]}"#,
            "damaged: missing field `trunk`",
        ),
        (
            r#"{"version":1,"blocked":[],"more":1}"#,
            "damaged: unknown field `more`",
        ),
        (
            r#"{"version":2,"circuits":{}}"#,
            "is of version 2, expected 1",
        ),
        (
            r#"{"version":0,"blocked":[]}"#,
            "is of version 0, expected 1",
        ),
    ];
    let others = others.map(|(text, why)| (text.to_owned(), why));
    for (text, why) in cut.chain(others) {
        std::fs::write(folder.file(), &text).unwrap();
        let opened = State::open(&folder.file()).unwrap_err().to_string();
        let checked = State::check(&folder.file()).unwrap_err().to_string();
        assert_eq!(opened, checked);
        let start = format!("state.file {}: {why}", folder.file().display());
        assert!(opened.starts_with(&start), "{text}: {opened}");
        let kept = std::fs::read_to_string(folder.file()).unwrap();
        assert_eq!(kept, text, "what cannot be read stays as it is");
    }
    std::fs::write(folder.file(), whole).unwrap();
    State::check(&folder.file()).unwrap();
    State::open(&folder.file()).unwrap();
}

#[test]
fn what_another_configuration_blocked_is_kept_for_it() {
    let folder = Folder::new("foreign");
    let foreign = r#"{"version":1,"blocked":[{"trunk":"z","reason":"hardware","cics":[1]},
                                 {"trunk":"b","reason":"maintenance","cics":[4,5]}]}"#;
    std::fs::write(folder.file(), foreign).unwrap();
    with_port(Some(folder.file()), |port| {
        assert_eq!(blocked(port), [("b".to_owned(), 4, "maintenance")]);
        post(port, "/circuits/block", r#"{"trunk":"b","cic":"1"}"#);
    });
    let kept = std::fs::read(folder.file()).unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    let expected = json!([
        { "trunk": "b", "reason": "maintenance", "cics": [1, 4] },
        { "trunk": "z", "reason": "hardware", "cics": [1] },
        { "trunk": "b", "reason": "maintenance", "cics": [5] },
    ]);
    assert_eq!(kept["blocked"], expected);
}

#[test]
fn a_file_that_cannot_be_written_is_told_beforehand_and_at_the_start() {
    let folder = Folder::new("missing");
    let nowhere = folder.0.join("no such folder");
    let file = nowhere.join("state.json");
    let expected = format!(
        "state.file {}: its folder {} does not exist",
        file.display(),
        nowhere.display()
    );
    assert_eq!(State::check(&file).unwrap_err().to_string(), expected);
    assert_eq!(State::open(&file).unwrap_err().to_string(), expected);
    let folder_itself = State::check(&folder.0).unwrap_err().to_string();
    assert!(
        folder_itself.contains("cannot be read: Is a directory"),
        "{folder_itself}"
    );
    // Looking leaves nothing behind.
    State::check(&folder.file()).unwrap();
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);
}
