//! The gateway between a PSTN switch and SIPp, which stands where the I-CSCF would: calls in both
//! directions, answered, refused and given up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use codecs::isup::Cause;
use tandem::capture::{Capture, Scope};
use tandem::config::{Configuration, parse};
use tandem::party::{CallReport, ReleasedBy};
use tandem::pstn::{CallConfig, Handle};
use tandem::tap::Tap;
use tandem::world::World;
use tandem::{gateway, hss, pstn};
use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};

#[path = "support/sipp.rs"]
mod sipp;
#[path = "support/tshark.rs"]
mod tshark;

use sipp::{Scenario, Sipp};

const FIXED: &str = "+49 721 9578290";
const MOBILE: &str = "+49 171 5407090";

/// A PSTN switch, the gateway and an HSS as the example configurations have them, on addresses of
/// their own.
struct Network {
    prefix: String,
    /// Whether SIP goes over TCP.
    tcp: bool,
    pstn: Handle,
    stop: watch::Sender<bool>,
}

impl Network {
    async fn start() -> Self {
        Self::start_with(&[], Tap::default()).await
    }

    /// The gateway and SIPp speak TCP to each other.
    async fn over_tcp(tap: Tap) -> Self {
        let listen = "listen = \"127.0.0.20:5060\"";
        let both = "listen = [\"127.0.0.20:5060\", \"tcp:127.0.0.20:5060\"]";
        let tcp = "transport = \"tcp\"\nweight = 1";
        Self::start_with(&[(listen, both), ("weight = 1", tcp)], tap).await
    }

    async fn start_with(changes: &[(&str, &str)], tap: Tap) -> Self {
        let prefix = prefix();
        let (stop, stopped) = watch::channel(false);
        let world = World { tap, stop: stopped };
        let (mut handle, control) = pstn::control();
        let (switch, hlr) = (config(&prefix, &[]), config(&prefix, &[]));
        let gw = config(&prefix, changes);
        spawn_local(complete(pstn::run_controlled(
            switch,
            world.clone(),
            control,
        )));
        spawn_local(complete(hss::run(hlr, world.clone())));
        spawn_local(complete(gateway::run(gw, world)));
        handle.in_service().await.unwrap();
        Self {
            prefix,
            tcp: !changes.is_empty(),
            pstn: handle,
            stop,
        }
    }

    fn host(&self, number: u8) -> IpAddr {
        format!("{}{number}", self.prefix).parse().unwrap()
    }

    /// SIPp as I-CSCF, called by the gateway.
    fn called(&self, name: &str, calls: u32) -> Sipp {
        Sipp::start(&Scenario {
            name,
            tcp: self.tcp,
            local: SocketAddr::new(self.host(40), 5060),
            calls,
            ..Scenario::default()
        })
    }

    /// SIPp as I-CSCF, calling through the gateway.
    fn calling(&self, name: &str, request_uri: &str, calls: u32) -> Sipp {
        Sipp::start(&Scenario {
            name,
            tcp: self.tcp,
            local: SocketAddr::new(self.host(40), 5060),
            remote: Some(SocketAddr::new(self.host(20), 5060)),
            request_uri,
            calls,
            pause: 300,
            ..Scenario::default()
        })
    }

    async fn call(&self, called: &str) -> CallReport {
        let call = format!(
            "called = \"{called}\"\ncalling = \"+49 89 12345678\"\n\
             conversation = {{ hang_up_after_ms = 300 }}"
        );
        let call: CallConfig = toml::from_str(&call).unwrap();
        self.pstn.call(call).await.unwrap()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

/// `127.x.y.`, of this test alone.
fn prefix() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = std::process::id() + 1000 * NEXT.fetch_add(1, Ordering::Relaxed);
    format!("127.{}.{}.", 192 + (number >> 8) % 64, number % 256)
}

/// An example configuration on these addresses: all I-CSCFs are one, and the switch places no
/// calls by itself.
fn config<C: Configuration>(prefix: &str, changes: &[(&str, &str)]) -> C {
    let file = format!("config/{}.toml", C::PROGRAM);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.split("\n[[call]]").next().unwrap();
    let text = text.replace("127.0.0.41:", "127.0.0.40:");
    let change = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    let text = changes.iter().fold(text, change);
    parse(&path, &text.replace("127.0.0.", prefix)).unwrap()
}

async fn complete<E: std::fmt::Display>(program: impl Future<Output = Result<(), E>>) {
    if let Err(error) = program.await {
        panic!("{error}");
    }
}

async fn succeeds(mut sipp: Sipp) {
    while !sipp.is_over() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    sipp.assert_success();
}

fn test<F: Future>(scenario: impl FnOnce(Network) -> F) {
    in_place(async || {
        scenario(Network::start().await).await;
    });
}

fn in_place(test: impl AsyncFnOnce()) {
    if !sipp::is_installed() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, test());
}

#[test]
fn sipp_answers_calls_to_fixed_numbers() {
    test(|network| async move {
        let sipp = network.called("called", 2);
        for _ in 0..2 {
            let report = network.call(FIXED).await;
            assert!(report.answered, "{report}");
            assert_eq!(report.released_by, ReleasedBy::Here);
        }
        succeeds(sipp).await;
    });
}

#[test]
fn sipp_answers_a_call_to_a_mobile_number_and_hangs_up() {
    test(|network| async move {
        let sipp = network.called("called_hangs_up", 1);
        let report = network.call(MOBILE).await;
        assert!(report.answered, "{report}");
        assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
        assert_eq!(report.released_by, ReleasedBy::There);
        succeeds(sipp).await;
    });
}

#[test]
fn sipp_is_busy() {
    test(|network| async move {
        let sipp = network.called("called_is_busy", 1);
        let report = network.call(FIXED).await;
        assert!(!report.answered, "{report}");
        assert_eq!(report.release_cause, Some(Cause::USER_BUSY));
        succeeds(sipp).await;
    });
}

#[test]
fn sipp_calls_a_subscriber_of_the_pstn() {
    test(|mut network| async move {
        let sipp = network.calling("caller", "tel:+493090026000", 3);
        succeeds(sipp).await;
        for _ in 0..3 {
            let report = network.pstn.report().await.unwrap();
            assert!(report.answered, "{report}");
            assert_eq!(report.called, "+493090026000");
            assert_eq!(report.calling.as_deref(), Some("+498912345678"));
            assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
            assert_eq!(report.released_by, ReleasedBy::There);
        }
    });
}

#[test]
fn sipp_meets_a_busy_subscriber() {
    test(|mut network| async move {
        let sipp = network.calling("caller_meets_busy", "tel:+493090026017", 1);
        succeeds(sipp).await;
        let report = network.pstn.report().await.unwrap();
        assert_eq!(report.release_cause, Some(Cause::USER_BUSY));
    });
}

#[test]
fn sipp_gives_up_while_it_rings() {
    test(|mut network| async move {
        let uri = "sip:+493090026019@gateway.example;user=phone";
        let sipp = network.calling("caller_gives_up", uri, 1);
        succeeds(sipp).await;
        let report = network.pstn.report().await.unwrap();
        assert!(!report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::There);
    });
}

/// Calls in both directions over TCP, with a capture that Wireshark reads as SIP over TCP.
#[test]
fn sipp_speaks_tcp() {
    in_place(async || {
        let path =
            std::env::temp_dir().join(format!("tandem-sipp-tcp-{}.pcapng", std::process::id()));
        let capture = Arc::new(Capture::create(&path, Scope::All).unwrap());
        let mut network = Network::over_tcp(Tap::new(capture.clone())).await;
        let sipp = network.called("called", 2);
        for _ in 0..2 {
            let report = network.call(FIXED).await;
            assert!(report.answered, "{report}");
            assert_eq!(report.released_by, ReleasedBy::Here);
        }
        succeeds(sipp).await;
        let sipp = network.calling("caller", "tel:+493090026000", 2);
        succeeds(sipp).await;
        for _ in 0..2 {
            let report = network.pstn.report().await.unwrap();
            assert!(report.answered, "{report}");
        }
        capture.flush().unwrap();
        if let Some(verdicts) = tshark::judge_capture(&path, &["-Y", "sip && tcp"]) {
            let methods: Vec<_> = verdicts.iter().flat_map(|v| v.all("sip.Method")).collect();
            for (method, times) in [("INVITE", 4), ("ACK", 4), ("BYE", 4)] {
                let count = methods.iter().filter(|name| **name == method).count();
                assert_eq!(count, times, "{method} of {methods:?}");
            }
            for verdict in &verdicts {
                assert_eq!(verdict.problems, Vec::<String>::new());
            }
        }
        std::fs::remove_file(path).unwrap();
    });
}
