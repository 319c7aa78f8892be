//! Two IMS cores call each other over loopback, each the other's gateway; Wireshark judges what
//! they say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use codecs::diameter::cx::{LocationInfoAnswer, result};
use codecs::isup::Cause;
use tandem::capture::{Capture, Scope};
use tandem::config::parse;
use tandem::diameter::{Query, Server, ServerConfig};
use tandem::ims::{CallConfig, Config, control, run_controlled};
use tandem::party::ReleasedBy;
use tandem::tap::Tap;
use tandem::world::World;
use tokio::sync::{mpsc, watch};
use tokio::task::LocalSet;

#[path = "support/tshark.rs"]
mod tshark;

/// A core on 127.77.`net`.0/24 whose gateway is the I-CSCF of another.
fn core(net: u8, gateway: u8, hss: SocketAddr, number: &str, terminals: &str) -> Config {
    let text = format!(
        r#"program = "ims"
        domain = "net{net}.example"
        gateway = "127.77.{gateway}.40:5060"
        icscf = [{{ name = "icscf.net{net}.example", address = "127.77.{net}.40:5060" }}]
        scscf = {{ address = "127.77.{net}.42:5060", uri = "sip:scscf.net{net}.example" }}
        cx = {{ host = "icscf.net{net}.example", realm = "ims.example", connect = "{hss}" }}
        [[user]]
        number = "{number}"
        terminals = ["one", "two", "three"]
        {terminals}"#
    );
    parse(
        Path::new("ims.toml"),
        &text.replace("NET", &net.to_string()),
    )
    .unwrap()
}

const TERMINALS: &str = r#"
    [[terminal]]
    name = "one"
    address = "127.77.NET.43:5061"
    rtp_port = 40000
    codecs = ["PCMU", "PCMA"]
    ring_ms = 50
    conversation = { tone_hz = 620, expect_hz = 440, expect_law = "mu", hang_up_after_ms = 700 }
    [[terminal]]
    name = "two"
    address = "127.77.NET.43:5062"
    rtp_port = 41000
    takes = "never"
    [[terminal]]
    name = "three"
    address = "127.77.NET.43:5063"
    rtp_port = 42000
    takes = "busy"
"#;

/// An HSS that knows the users of the second network.
async fn hss(tap: Tap) -> (Server, mpsc::Receiver<Query>) {
    let config = ServerConfig {
        host: "hss.ims.example".into(),
        realm: "ims.example".into(),
        listen: "127.77.0.30:3868".parse().unwrap(),
        peers: Vec::new(),
        connections: 8,
        watchdog_s: 30,
    };
    Server::start(config, tap).await.unwrap()
}

fn answer(query: Query) {
    let found = LocationInfoAnswer::found("sip:scscf.net2.example");
    let unknown = LocationInfoAnswer::failed(result::USER_UNKNOWN);
    let known = query.request.public_identity == "tel:+491715407090";
    query.answer(if known { found } else { unknown });
}

fn call(called: &str) -> CallConfig {
    toml::from_str(&format!(
        r#"terminal = "one"
        called = "{called}"
        conversation = {{ tone_hz = 440, expect_hz = 620, expect_law = "mu" }}"#
    ))
    .unwrap()
}

#[tokio::test]
async fn voice_is_exact_both_ways_and_the_others_are_cancelled() {
    let (stop, stopped) = watch::channel(false);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ims.pcapng");
    let capture = Arc::new(Capture::create(&file, Scope::Sent).unwrap());
    let world = World {
        tap: Tap::new(capture.clone()),
        stop: stopped,
    };
    let (server, mut queries) = hss(world.tap.clone()).await;
    let first = core(1, 2, server.local(), "+497219578290", TERMINALS);
    let second = core(2, 1, server.local(), "+491715407090", TERMINALS);
    let (mut caller, one_control) = control();
    let (mut called, other_control) = control();
    let set = LocalSet::new();
    let cores = [(first, one_control), (second, other_control)].map(|(config, control)| {
        let world = world.clone();
        set.spawn_local(run_controlled(config, world, control))
    });
    set.spawn_local(async move {
        while let Some(query) = queries.recv().await {
            answer(query);
        }
    });
    let calls = async {
        caller.in_service().await.unwrap();
        called.in_service().await.unwrap();
        let placed = caller.call(call("+491715407090")).await.unwrap();
        let unknown = caller.call(call("+491715407099")).await.unwrap();
        assert_eq!(unknown.status, Some(404));
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(called.report().await.unwrap());
        }
        stop.send(true).unwrap();
        (placed, taken)
    };
    let (placed, mut taken) = set.run_until(calls).await;
    set.run_until(async {
        for core in cores {
            core.await.unwrap().unwrap();
        }
    })
    .await;

    assert!(placed.answered);
    assert_eq!(placed.released_by, ReleasedBy::There);
    assert_eq!(placed.release_cause, Some(Cause::NORMAL_CLEARING));
    taken.sort_by_key(|report| report.terminal.clone());
    let ends: Vec<_> = taken.iter().map(|report| report.released_by).collect();
    let (here, elsewhere) = (ReleasedBy::Here, ReleasedBy::Elsewhere);
    assert_eq!(ends, [here, here, elsewhere]);
    assert_eq!(taken[0].calling.as_deref(), Some("+497219578290"));
    for voice in [placed.voice, taken[0].voice] {
        let voice = voice.unwrap();
        assert!(voice.exact, "{voice:?}");
        assert!(voice.samples > 1000, "{voice:?}");
    }
    capture.flush().unwrap();
    judge(&file);
}

fn judge(file: &Path) {
    let Some(packets) = tshark::judge_capture(file, &[]) else {
        return;
    };
    let mut sip = Vec::new();
    for packet in &packets {
        // A TCP stream that is torn down in the middle of the capture is not its subject.
        assert!(packet.problems.is_empty(), "{:?}", packet.problems);
        let method = packet.first("sip.Method");
        let status = packet.first("sip.Status-Code");
        sip.extend(method.or(status).map(str::to_owned));
    }
    let expected = [
        "INVITE", "100", "180", "486", "200", "ACK", "CANCEL", "487", "BYE", "404",
    ];
    for what in expected {
        assert!(sip.iter().any(|said| said == what), "{what} in {sip:?}");
    }
    let uris: Vec<_> = packets
        .iter()
        .filter_map(|p| p.first("sip.r-uri"))
        .collect();
    assert!(uris.contains(&"tel:+491715407090"), "{uris:?}");
    let commands: Vec<_> = packets
        .iter()
        .filter_map(|p| p.first("diameter.cmd.code"))
        .collect();
    assert!(commands.contains(&"302"), "{commands:?}");
    assert!(packets.iter().any(|p| p.first("rtp.p_type") == Some("0")));
}
