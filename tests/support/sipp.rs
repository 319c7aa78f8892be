//! SIPp as the other end of a call: runs a scenario of `tests/sipp` and says how it went.
#![allow(dead_code)] // every interop test uses a part of it
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// When SIPp itself gives up. A minute more, and it is ended.
const PATIENCE: Duration = Duration::from_secs(40);

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sipp");

/// What SIPp is to do.
pub(crate) struct Scenario<'a> {
    /// The file in `tests/sipp`, or elsewhere, without `.xml`.
    pub(crate) name: &'a str,
    /// Whether it speaks TCP, on one connection, instead of UDP.
    pub(crate) tcp: bool,
    /// Where SIPp stands.
    pub(crate) local: SocketAddr,
    /// Whom it calls; nothing where it is called.
    pub(crate) remote: Option<SocketAddr>,
    /// How many calls it makes or takes.
    pub(crate) calls: u32,
    /// Calls begun in a second.
    pub(crate) rate: u32,
    /// How long a call lasts, or rings, in milliseconds.
    pub(crate) pause: u32,
    /// The URI it calls.
    pub(crate) request_uri: &'a str,
    /// The global number it calls from.
    pub(crate) calling: &'a str,
    /// What stands for a word in brackets of the scenario.
    pub(crate) word: (&'a str, &'a str),
}

impl Default for Scenario<'_> {
    fn default() -> Self {
        Self {
            name: "caller",
            tcp: false,
            local: SocketAddr::from((Ipv4Addr::LOCALHOST, 5060)),
            remote: None,
            calls: 1,
            rate: 10,
            pause: 50,
            request_uri: "tel:+491715407090",
            calling: "+498912345678",
            word: ("word", ""),
        }
    }
}

/// A running SIPp; ended when dropped.
pub(crate) struct Sipp {
    child: Child,
    errors: PathBuf,
    started: Instant,
}

/// A scenario of `tests/sipp` with other words in it; its file is gone when dropped.
pub(crate) struct Reworded(PathBuf);

impl Reworded {
    /// For whoever plays it at this address. All these words must occur.
    pub(crate) fn new(name: &str, local: SocketAddr, changes: &[(&str, &str)]) -> Self {
        let mut text =
            fs::read_to_string(Path::new(SCENARIOS).join(format!("{name}.xml"))).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "{from:?} is not in {name}");
            text = text.replace(from, to);
        }
        let file = format!("tandem-sipp-{name}-{}.xml", local.ip());
        let path = std::env::temp_dir().join(file);
        fs::write(&path, text).unwrap();
        Self(path)
    }

    /// As [`Scenario`] names it.
    pub(crate) fn name(&self) -> String {
        self.0.to_str().unwrap().trim_end_matches(".xml").to_owned()
    }
}

impl Drop for Reworded {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Two addresses on loopback no other test uses.
pub(crate) fn two_addresses() -> (SocketAddr, SocketAddr) {
    static NEXT: AtomicU8 = AtomicU8::new(0);
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let second = 128 + 2 * NEXT.fetch_add(1, Ordering::Relaxed);
    let address = |second| SocketAddr::from(([127, second, high, low], 5060));
    (address(second), address(second + 1))
}

/// Whether SIPp is there; under `CI` it must be.
pub(crate) fn is_installed() -> bool {
    let found = sipp().arg("-v").stdout(Stdio::null()).status();
    if let Err(error) = &found {
        assert!(std::env::var_os("CI").is_none(), "sipp is missing: {error}");
        println!("skipped: sipp is missing ({error})");
    }
    found.is_ok()
}

impl Sipp {
    /// Starts a scenario. One that is called listens when this returns.
    pub(crate) fn start(scenario: &Scenario<'_>) -> Self {
        let errors = std::env::temp_dir().join(format!(
            "tandem-sipp-{}-{}.log",
            scenario.local.ip(),
            scenario.local.port()
        ));
        let child = command(scenario, &errors).spawn().unwrap();
        if scenario.remote.is_none() {
            await_listener(scenario.local, scenario.tcp);
        }
        Self {
            child,
            errors,
            started: Instant::now(),
        }
    }

    /// Whether it has ended, by itself or because time is up.
    pub(crate) fn is_over(&mut self) -> bool {
        if self.started.elapsed() > PATIENCE + Duration::from_secs(60) {
            self.child.kill().unwrap();
            return true;
        }
        self.child.try_wait().unwrap().is_some()
    }

    /// Fails with what SIPp complained of unless every call went as its scenario says.
    pub(crate) fn assert_success(mut self) {
        while !self.is_over() {
            sleep(Duration::from_millis(10));
        }
        let status = self.child.wait().unwrap();
        let errors = fs::read_to_string(&self.errors).unwrap_or_default();
        assert!(status.success(), "sipp: {status}\n{errors}");
    }
}

impl Drop for Sipp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.errors);
    }
}

fn sipp() -> Command {
    let mut sipp = Command::new("sipp");
    sipp.env("TERM", "dumb").stdin(Stdio::null());
    sipp
}

fn command(scenario: &Scenario<'_>, errors: &PathBuf) -> Command {
    let mut sipp = sipp();
    sipp.arg("-sf")
        .arg(Path::new(SCENARIOS).join(format!("{}.xml", scenario.name)))
        .args(["-t", if scenario.tcp { "t1" } else { "u1" }])
        .args(["-nostdin", "-skip_rlimit", "-timeout_error", "-trace_err"])
        .arg("-error_file")
        .arg(errors)
        .args(["-key", "ruri", scenario.request_uri])
        .args(["-key", "calling", scenario.calling])
        .args(["-key", scenario.word.0, scenario.word.1])
        .args(["-i", &scenario.local.ip().to_string()])
        .args(["-mi", &scenario.local.ip().to_string()])
        .args(["-p", &scenario.local.port().to_string()])
        .args(["-m", &scenario.calls.to_string()])
        .args(["-r", &scenario.rate.to_string()])
        .args(["-d", &scenario.pause.to_string()])
        .args(["-timeout", &format!("{}s", PATIENCE.as_secs())])
        .args(scenario.remote.map(|remote| remote.to_string()))
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    sipp
}

/// Waits until someone holds the port, as the system's table of sockets shows.
pub(crate) fn await_listener(address: SocketAddr, tcp: bool) {
    let IpAddr::V4(ip) = address.ip() else {
        panic!("IPv4 only")
    };
    let entry = format!(
        "{:08X}:{:04X}",
        u32::from_le_bytes(ip.octets()),
        address.port()
    );
    let table = if tcp {
        "/proc/net/tcp"
    } else {
        "/proc/net/udp"
    };
    for _ in 0..1000 {
        if fs::read_to_string(table).unwrap().contains(&entry) {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("nobody listens on {address}");
}
