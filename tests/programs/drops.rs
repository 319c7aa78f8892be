//! Programs that die, or stop, during calls.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::caller::Caller;
use crate::metrics::{IDLE, Metrics};
use crate::programs::{Bench, Example};

/// SCTP notices within some two seconds that the peer is gone, and calls are not held for long.
const IMPATIENT: &str = "
[ss7.sctp]
heartbeat_ms = 100
rto_initial_ms = 300
rto_max_ms = 500
max_retransmissions = 3
";

/// A call from a subscriber, who does not hang up.
fn call(name: &str, called: &str) -> String {
    format!(
        "\n[[call]]\nname = \"{name}\"\ncalled = \"{called}\"\ncalling = \"+49 89 12345678\"\n\
         conversation = {{ tone_hz = 440, expect_hz = 620 }}\n"
    )
}

fn pstn(bench: &Bench) -> Example {
    bench.example("pstn").without_calls()
}

fn impatient_gateway(bench: &Bench) -> Example {
    let gateway = bench.example("gateway").and(IMPATIENT);
    gateway.with("hold_calls_s = 30", "hold_calls_s = 1")
}

/// Nothing is left of any call.
fn nothing_leaks(bench: &Bench) {
    let admin = bench.address("20:9090");
    for gauge in ["tandem_calls_up", "tandem_rtp_ports"] {
        Metrics::await_value(admin, gauge, 0.0);
    }
}

#[test]
fn calls_end_when_the_exchange_dies_and_succeed_when_it_is_back() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let gateway = bench.start("gateway", &impatient_gateway(&bench));
    let hss = bench.start_example("hss");
    let ims = bench.start("ims", &bench.example("ims").without_calls());
    ims.logs("Diameter connection open");
    let exchange = bench.start("pstn", &pstn(&bench).and(&call("fixed", "+49 721 9578290")));
    gateway.logs("answered");
    let mut caller = Caller::new(&bench, "42:5099");
    let mut outgoing = caller.invite("+493090026000");
    outgoing.answered();
    Metrics::await_value(admin, "tandem_rtp_ports", 2.0);

    exchange.kill();
    assert_eq!(outgoing.hung_up(), 27, "destination out of order");
    let said = ims.says("desk: incoming");
    assert!(said.contains("released there, cause 27"), "{said}");
    nothing_leaks(&bench);
    assert_eq!(Metrics::fetch(admin).get(IDLE), 0.0);
    assert_eq!(caller.invite("+493090026000").refused(480), 38);

    let exchange = bench.start("pstn", &pstn(&bench).and(&call("fixed", "+49 721 9578290")));
    Metrics::await_value(admin, "tandem_calls_up", 1.0);
    let mut outgoing = caller.invite("+493090026000");
    outgoing.answered();
    outgoing.hang_up();
    exchange.stop();
    nothing_leaks(&bench);
    for program in [gateway, ims, hss] {
        program.stop();
    }
}

#[test]
fn without_the_hlr_mobile_calls_fail_and_fixed_ones_go_on_until_it_is_back() {
    let bench = Bench::new();
    let gateway = impatient_gateway(&bench).with("timeout_s = 15", "timeout_s = 1");
    let gateway = bench.start("gateway", &gateway);
    // One HSS for the gateway and one for the IMS core.
    let hlr = bench.start_example("hss");
    let at = |host: &str| bench.address(host).ip().to_string();
    let [hlr_host, hss_host] = [at("30:0"), at("31:0")];
    let hss = Example(bench.example("hss").0.replace(&hlr_host, &hss_host));
    let hss = bench.start("hss", &hss);
    let core = bench.example("ims").without_calls();
    let ims = bench.start("ims", &core.with(&hlr_host, &hss_host));
    hlr.logs("destination available");
    ims.logs("Diameter connection open");
    let calls = call("mobile", "+49 171 5407090") + &call("fixed", "+49 721 9578290");
    let calls = calls.replace(" }", ", hang_up_after_ms = 500 }");
    let place = |mobile: &str| {
        let exchange = bench.start("pstn", &pstn(&bench).and(&calls));
        for (name, outcome) in [("fixed", "cause 16, voice exact"), ("mobile", mobile)] {
            let said = exchange.says(&format!("{name}: outgoing"));
            assert!(said.contains(outcome), "{said}");
        }
        exchange.stop();
        nothing_leaks(&bench);
    };

    place("cause 16, voice exact");
    hlr.kill();
    place("not answered, released there, cause 38");
    let hlr = bench.start_example("hss");
    hlr.logs("destination available");
    place("cause 16, voice exact");
    for program in [gateway, ims, hlr, hss] {
        program.stop();
    }
}

#[test]
fn a_gateway_that_stops_releases_its_calls() {
    let bench = Bench::new();
    let gateway = bench.start_example("gateway");
    let exchange = bench.start("pstn", &pstn(&bench));
    Metrics::await_value(bench.address("20:9090"), IDLE, 31.0);
    let mut caller = Caller::new(&bench, "42:5099");
    let mut call = caller.invite("+493090026000");
    call.answered();
    // It waits for the answers to what it says at the end, such as ours to BYE.
    std::thread::scope(|scope| {
        scope.spawn(|| gateway.stop());
        assert_eq!(call.hung_up(), 41, "temporary failure");
    });
    let said = exchange.says("-> +493090026000: ");
    assert!(said.contains("released there, cause 41"), "{said}");
    exchange.stop();
}
