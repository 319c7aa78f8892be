//! A PSTN switch, the gateway and an HSS in this process, with SIPp where the I-CSCF would be or
//! behind it.
#![allow(dead_code)] // every test uses a part of it
#![allow(clippy::unwrap_used, clippy::panic)]

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tandem::config::{Configuration, parse};
use tandem::party::CallReport;
use tandem::pstn::{CallConfig, Handle};
use tandem::tap::Tap;
use tandem::world::World;
use tandem::{gateway, hss, pstn};
use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};

use crate::sipp::{self, Scenario, Sipp};

pub(crate) const FIXED: &str = "+49 721 9578290";
pub(crate) const MOBILE: &str = "+49 171 5407090";

/// A PSTN switch, the gateway and an HSS as the example configurations have them, on addresses of
/// their own.
pub(crate) struct Network {
    prefix: String,
    /// Whether SIP goes over TCP.
    pub(crate) tcp: bool,
    pub(crate) pstn: Handle,
    stop: watch::Sender<bool>,
}

impl Network {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[], Tap::default()).await
    }

    /// The gateway and SIPp speak TCP to each other.
    pub(crate) async fn over_tcp(tap: Tap) -> Self {
        let listen = "listen = \"127.0.0.20:5060\"";
        let both = "listen = [\"127.0.0.20:5060\", \"tcp:127.0.0.20:5060\"]";
        let tcp = "transport = \"tcp\"\nweight = 1";
        let mut network = Self::start_with(&[(listen, both), ("weight = 1", tcp)], tap).await;
        network.tcp = true;
        network
    }

    /// SIPp may have those it speaks with go on with others.
    pub(crate) async fn with_transfers(tap: Tap) -> Self {
        let trusted = "trusted = [\"127.0.0.40\", \"127.0.0.41\", \"127.0.0.42\"]";
        let peer = "\n[[sip.peer]]\nname = \"sipp\"\naddresses = [\"127.0.0.40\"]\n\
                    transfer = true\n\n[rtp]\n";
        Self::start_with(&[(trusted, "trusted = []"), ("\n[rtp]\n", peer)], tap).await
    }

    /// The gateway's configuration has these words instead of those.
    pub(crate) async fn start_with(changes: &[(&str, &str)], tap: Tap) -> Self {
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
            tcp: false,
            pstn: handle,
            stop,
        }
    }

    pub(crate) fn host(&self, number: u8) -> IpAddr {
        format!("{}{number}", self.prefix).parse().unwrap()
    }

    /// SIPp as I-CSCF, called by the gateway.
    pub(crate) fn called(&self, name: &str, calls: u32) -> Sipp {
        Sipp::start(&Scenario {
            name,
            tcp: self.tcp,
            local: SocketAddr::new(self.host(40), 5060),
            calls,
            ..Scenario::default()
        })
    }

    /// SIPp as I-CSCF, calling through the gateway.
    pub(crate) fn calling(&self, name: &str, request_uri: &str, calls: u32) -> Sipp {
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

    /// SIPp as I-CSCF, calling through the gateway, with a word of the scenario's.
    pub(crate) fn calling_with(&self, name: &str, request_uri: &str, word: (&str, &str)) -> Sipp {
        Sipp::start(&Scenario {
            name,
            local: SocketAddr::new(self.host(40), 5060),
            remote: Some(SocketAddr::new(self.host(20), 5060)),
            request_uri,
            pause: 300,
            word,
            ..Scenario::default()
        })
    }

    pub(crate) async fn call(&self, called: &str) -> CallReport {
        self.place(called, "conversation = { hang_up_after_ms = 300 }")
            .await
    }

    /// A call whose caller leaves it to the other side to hang up.
    pub(crate) async fn call_without_end(&self, called: &str) -> CallReport {
        self.place(called, "conversation = {}").await
    }

    /// A call whose caller gives up while it rings.
    pub(crate) async fn call_in_vain(&self, called: &str, patience: Duration) -> CallReport {
        let patience = format!("give_up_after_ms = {}", patience.as_millis());
        self.place(called, &patience).await
    }

    async fn place(&self, called: &str, behaviour: &str) -> CallReport {
        let calling = "+49 89 12345678";
        let call = format!("called = \"{called}\"\ncalling = \"{calling}\"\n{behaviour}");
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

pub(crate) async fn succeeds(mut sipp: Sipp) {
    while !sipp.is_over() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    sipp.assert_success();
}

pub(crate) fn test<F: Future>(scenario: impl FnOnce(Network) -> F) {
    in_place(async || {
        scenario(Network::start().await).await;
    });
}

pub(crate) fn in_place(test: impl AsyncFnOnce()) {
    if !sipp::is_installed() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, test());
}

/// The same with SIP over TCP.
pub(crate) fn test_over_tcp<F: Future>(scenario: impl FnOnce(Network) -> F) {
    in_place(async || {
        scenario(Network::over_tcp(Tap::default()).await).await;
    });
}
