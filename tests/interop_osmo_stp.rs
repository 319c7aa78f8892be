//! Calls through a foreign signalling gateway: osmo-stp (Debian) between gateway and PSTN switch,
//! which are two application servers to it, over the kernel's SCTP in a guest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/caller.rs"]
mod caller;
#[path = "support/guest.rs"]
mod guest;
#[path = "support/metrics.rs"]
mod metrics;
#[path = "support/metrics_document.rs"]
mod metrics_document;
#[path = "support/programs.rs"]
mod programs;

use std::process::{Child, Command, Stdio};

use caller::Caller;
use metrics::{IDLE, Metrics};
use programs::{Bench, Example};

/// Point codes as osmo-stp writes them; an ASP is known by its address and SCTP port.
const STP_CONFIG: &str = "\
log stderr
 logging filter all 1
 logging color 0
 logging print category 1
 logging level set-all notice
 logging level lss7 info
 logging level lm3ua info
line vty
 no login
cs7 instance 0
 network-indicator national
 point-code 4.4.4
 asp gateway 2905 2905 m3ua
  local-ip 127.0.0.5
  remote-ip 127.0.0.20
  role sg
  sctp-role server
 asp pstn 2905 2905 m3ua
  local-ip 127.0.0.5
  remote-ip 127.0.0.10
  role sg
  sctp-role server
 as gateway m3ua
  asp gateway
  routing-key 102 2.2.2
 as pstn m3ua
  asp pstn
  routing-key 101 1.1.1
 route-table system
  update route 2.2.2 7.255.7 linkset gateway
  update route 1.1.1 7.255.7 linkset pstn
 listen m3ua 2905
  local-ip 127.0.0.5
";

/// The signalling gateway; it ends with the test.
struct Stp(Child);

impl Stp {
    fn start(bench: &Bench) -> Self {
        let config = bench.file("osmo-stp.cfg", &bench.moved(STP_CONFIG));
        let mut command = Command::new("osmo-stp");
        command.arg("-c").arg(config).stdin(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Stp {
    fn drop(&mut self) {
        // It has not gone by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An example configuration with SCTP over IP, which is the kernel's.
fn over_ip(bench: &Bench, program: &str) -> Example {
    let Example(text) = bench.example(program);
    Example(text.replace(":9899\"]", "\"]"))
}

/// The configuration of one of the two behind osmo-stp: an ASP that names its own routing context.
fn behind_stp(bench: &Bench, program: &str, other: &str, context: &str) -> Example {
    let remote = |host: &str| bench.moved(&format!("remote = [\"127.0.0.{host}\"]"));
    over_ip(bench, program)
        .with(&remote(other), &remote("5"))
        .with(
            "routing_context = 100",
            &format!("routing_context = {context}"),
        )
        // Whose group reset comes before the other is known to osmo-stp loses it, and repeats it.
        .with(
            "first_timeslot = 1 }]",
            "first_timeslot = 1 }]\ntimers = { t22 = \"1s\" }",
        )
}

#[test]
fn calls_go_both_ways_through_osmo_stp() {
    if !guest::is_possible(&[("osmo-stp", "osmo-stp")]) {
        return;
    }
    guest::inside(|| {
        let bench = Bench::new();
        let _stp = Stp::start(&bench);
        let hss = bench.start("hss", &over_ip(&bench, "hss"));
        let ims = bench.start("ims", &bench.example("ims").without_calls());
        ims.logs("Diameter connection open");
        let gateway = behind_stp(&bench, "gateway", "10", "102");
        let gateway = bench.start("gateway", &gateway);
        gateway.logs("SCTP of the kernel");
        gateway.logs("destination available code=3-3-3");
        let pstn = behind_stp(&bench, "pstn", "20", "101");
        let pstn = pstn.with("role = \"sgp\"", "role = \"asp\"");
        let pstn = bench.start("pstn", &pstn);
        for call in ["mobile", "fixed"] {
            let said = pstn.says(&format!("{call}: outgoing"));
            println!("{said}");
            assert!(
                said.contains("answered for") && said.contains("cause 16"),
                "{said}"
            );
        }

        let mut caller = Caller::new(&bench, "42:5099");
        let mut call = caller.invite("+493090026000");
        call.response(180);
        call.answered();
        call.hang_up();
        println!("{}", pstn.says("+493090026000: answered"));
        Metrics::await_value(bench.address("20:9090"), IDLE, 31.0);
        for program in [pstn, gateway, ims, hss] {
            program.stop();
        }
    });
}
