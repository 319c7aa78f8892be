//! Two programs that are set up differently: the log of each says which setting, both values, and
//! the peer; the counts say how often.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use codecs::mtp::PointCode;
use tracing_subscriber::fmt::MakeWriter;

use super::stories::{GATEWAY, OTHER, PSTN, Program, local, message, peer};
use crate::sctp::tests::address;

/// Not the process that there is.
const OTHER_PROCESS: PointCode = PointCode::new(4 << 11 | 4 << 3 | 4);

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }
}

impl io::Write for Log {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Keys of a peer that leads to a point code.
fn keys(code: PointCode, context: u32, more: &str) -> String {
    let code = code.value();
    format!("point_codes = [\"{code}\"]\nrouting_context = {context}\n{more}")
}

/// A process and a gateway with these further keys. Traffic is tried from the process to `to`.
/// Answers the log when it has all of `lines`, and the counts of both.
async fn log_of(
    process: (PointCode, String),
    gateway: (PointCode, String),
    to: PointCode,
    lines: &[&str],
) -> Vec<(String, u64)> {
    let log = Log::default();
    let _listening = log.listen();
    let (near, far) = (address(), address());
    let gateway = Program::start(
        gateway.0,
        "",
        &[peer("the process", "sgp", far, near, &gateway.1)],
    );
    let own = process.0;
    let process = Program::start(
        own,
        "",
        &[peer("the gateway", "asp", near, far, &process.1)],
    );
    let patience = Instant::now() + Duration::from_secs(30);
    while !lines.iter().all(|line| log.text().contains(line)) {
        assert!(Instant::now() < patience, "{}", log.text());
        process.ss7.send(message(own, to, 1));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let counts = [&gateway, &process].map(|program| {
        let counts = program.ss7.counters().mismatches();
        let some = counts.filter(|(_, _, count)| *count > 0);
        some.map(|(peer, setting, count)| (format!("{peer}: {setting}"), count))
            .collect::<Vec<_>>()
    });
    // However often it happens, it is said once a minute.
    for line in lines {
        assert_eq!(log.text().matches(line).count(), 1, "{}", log.text());
    }
    counts.concat()
}

fn names(counts: Vec<(String, u64)>) -> Vec<String> {
    counts.into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn the_routing_context() {
    local(async {
        let counts = log_of(
            (GATEWAY, keys(PSTN, 100, "")),
            (PSTN, keys(GATEWAY, 200, "")),
            PSTN,
            &[
                "the peer is set up differently peer=the process setting=\"routing_context\" \
                 ours=200 received=100",
                "peer=the gateway setting=\"routing_context\" ours=100 received=200",
            ],
        );
        let expected = [
            "the process: routing_context",
            "the gateway: routing_context",
        ];
        assert_eq!(names(counts.await), expected);
    })
    .await;
}

#[tokio::test]
async fn the_network_appearance() {
    local(async {
        let counts = log_of(
            (GATEWAY, keys(PSTN, 100, "network_appearance = 7")),
            (PSTN, keys(GATEWAY, 100, "network_appearance = 8")),
            PSTN,
            &[
                "peer=the process setting=\"network_appearance\" ours=8 received=7",
                "the peer does not take our setting peer=the gateway setting=\"network_appearance\" \
                 ours=7",
            ],
        );
        let expected = [
            "the process: network_appearance",
            "the gateway: network_appearance",
        ];
        assert_eq!(names(counts.await), expected);
    })
    .await;
}

#[tokio::test]
async fn the_network_indicator() {
    local(async {
        let counts = log_of(
            (GATEWAY, keys(PSTN, 100, "network_indicator = 0")),
            (PSTN, keys(GATEWAY, 100, "network_indicator = 2")),
            PSTN,
            &["peer=the process setting=\"network_indicator\" ours=2 received=0"],
        );
        let expected = ["the process: network_indicator"];
        assert_eq!(names(counts.await), expected);
    })
    .await;
}

#[tokio::test]
async fn the_traffic_mode() {
    local(async {
        let counts = log_of(
            (GATEWAY, keys(PSTN, 100, "traffic_mode = \"override\"")),
            (PSTN, keys(GATEWAY, 100, "traffic_mode = \"loadshare\"")),
            PSTN,
            &[
                "peer=the process setting=\"traffic_mode\" ours=loadshare received=override",
                "peer=the gateway setting=\"traffic_mode\" ours=override",
            ],
        );
        let expected = ["the process: traffic_mode", "the gateway: traffic_mode"];
        assert_eq!(names(counts.await), expected);
    })
    .await;
}

/// What one side ordered is no fault of the other.
#[tokio::test]
async fn a_peer_that_is_locked_out() {
    local(async {
        let counts = log_of(
            (GATEWAY, keys(PSTN, 100, "")),
            (PSTN, keys(GATEWAY, 100, "locked = true")),
            PSTN,
            &[
                " INFO tandem::ss7::complaints: the peer is locked out here",
                " WARN tandem::ss7::complaints: the peer has locked us out",
            ],
        );
        assert_eq!(names(counts.await), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn the_asp_identifier() {
    local(async {
        let counts = log_of(
            (GATEWAY, keys(PSTN, 100, "asp_identifier = 3")),
            (PSTN, keys(GATEWAY, 100, "asp_identifier = 4")),
            PSTN,
            &[
                "peer=the process setting=\"asp_identifier\" ours=4 received=3",
                "peer=the gateway setting=\"asp_identifier\" ours=3",
            ],
        );
        let expected = ["the process: asp_identifier", "the gateway: asp_identifier"];
        assert_eq!(names(counts.await), expected);
    })
    .await;
}

/// The process takes the gateway for another exchange, and is not the one it is taken for.
#[tokio::test]
async fn the_point_codes_of_either() {
    local(async {
        let counts = log_of(
            (GATEWAY, keys(PSTN, 100, "")),
            (OTHER, keys(OTHER_PROCESS, 100, "")),
            PSTN,
            &[
                "peer=the process setting=\"point_code\" ours=3-3-3 received=1-1-1",
                "peer=the process setting=\"point_codes\" ours=4-4-4 received=2-2-2",
            ],
        );
        let expected = ["the process: point_code", "the process: point_codes"];
        assert_eq!(names(counts.await), expected);
    })
    .await;
}
