//! The four programs of the bench with the files of `config/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::metrics::{IDLE, Metrics};
use crate::programs::{Bench, Program};

/// What the gateway has counted after the three calls: two came from the telephone network, one
/// of them for a mobile subscriber, and one from the IMS.
const COUNTED: &[(&str, f64)] = &[
    ("tandem_calls_total{cause=\"16\",direction=\"to_ims\"}", 2.0),
    (
        "tandem_calls_total{cause=\"16\",direction=\"to_pstn\"}",
        1.0,
    ),
    ("tandem_calls_refused_total", 0.0),
    ("tandem_calls_up", 0.0),
    ("tandem_rtp_ports", 0.0),
    ("tandem_circuits{state=\"idle\",trunk=\"pstn\"}", 31.0),
    ("tandem_circuits{state=\"answered\",trunk=\"pstn\"}", 0.0),
    ("tandem_map_lookups_total{outcome=\"icscf\"}", 1.0),
    ("tandem_map_lookup_seconds_count", 1.0),
    ("tandem_setup_delay_seconds_count", 3.0),
    ("tandem_setup_delay_seconds_bucket{le=\"30\"}", 3.0),
    (
        "tandem_isup_messages_total{message=\"IAM\",way=\"received\"}",
        2.0,
    ),
    (
        "tandem_isup_messages_total{message=\"ACM\",way=\"sent\"}",
        2.0,
    ),
    (
        "tandem_isup_messages_total{message=\"ANM\",way=\"sent\"}",
        2.0,
    ),
    (
        "tandem_isup_messages_total{message=\"REL\",way=\"received\"}",
        2.0,
    ),
    (
        "tandem_isup_messages_total{message=\"RLC\",way=\"sent\"}",
        2.0,
    ),
    (
        "tandem_isup_messages_total{message=\"IAM\",way=\"sent\"}",
        1.0,
    ),
    (
        "tandem_isup_messages_total{message=\"REL\",way=\"sent\"}",
        1.0,
    ),
    (
        "tandem_sip_messages_total{message=\"INVITE\",way=\"sent\"}",
        2.0,
    ),
    (
        "tandem_sip_messages_total{message=\"ACK\",way=\"sent\"}",
        2.0,
    ),
    (
        "tandem_sip_messages_total{message=\"BYE\",way=\"sent\"}",
        2.0,
    ),
    (
        "tandem_sip_messages_total{message=\"INVITE\",way=\"received\"}",
        1.0,
    ),
    (
        "tandem_sip_messages_total{message=\"180\",way=\"sent\"}",
        1.0,
    ),
    (
        "tandem_sip_messages_total{message=\"BYE\",way=\"received\"}",
        1.0,
    ),
];

const KINDS: &[(&str, &str)] = &[
    ("tandem_calls_total", "counter"),
    ("tandem_calls_up", "gauge"),
    ("tandem_circuits", "gauge"),
    ("tandem_setup_delay_seconds", "histogram"),
];

/// What a program says of a call that was answered, heard exactly, and released normally.
pub(crate) fn is_good(line: &str) {
    let words = ["answered for ", "cause 16", "voice exact, heard "];
    assert!(words.iter().all(|word| line.contains(word)), "{line}");
}

/// The verdicts of both ends on the three calls.
fn three_good_calls(pstn: &Program, ims: &Program) {
    for name in ["mobile: outgoing", "fixed: outgoing", "-> +493090026000: "] {
        is_good(&pstn.says(name));
    }
    for name in [
        "mobile: incoming",
        "desk: incoming",
        "outgoing: desk: outgoing",
    ] {
        is_good(&ims.says(name));
    }
}

fn stop(programs: impl IntoIterator<Item = Program>) {
    for program in programs {
        program.stop();
    }
}

#[test]
fn the_programs_place_the_mobile_the_fixed_and_the_outgoing_call() {
    let bench = Bench::new();
    let [hss, pstn, ims, gateway] =
        ["hss", "pstn", "ims", "gateway"].map(|p| bench.start_example(p));
    three_good_calls(&pstn, &ims);
    let admin = bench.address("20:9090");
    Metrics::await_value(admin, "tandem_calls_up", 0.0);
    Metrics::await_value(admin, IDLE, 31.0);
    let metrics = Metrics::fetch(admin);
    for &(name, value) in COUNTED {
        assert_eq!(metrics.get(name), value, "{name}\n{metrics:#?}");
    }
    for &(family, kind) in KINDS {
        assert_eq!(metrics.kinds[family], kind, "{family}");
    }
    stop([gateway, ims, pstn, hss]);
}

/// Tone, loop and receiver of Q.724 at both ends of the span: every call asks for a check, and a
/// check that fails would be told.
#[test]
fn calls_whose_circuits_are_checked_have_voice_all_the_same() {
    let bench = Bench::new();
    let checking = |program, circuits: &str| {
        let checked = format!("{circuits}\ncontinuity_check_percent = 100");
        bench.example(program).with(circuits, &checked)
    };
    let circuits = "circuits = [{ first_cic = 1, last_cic = 31, span = 0, first_timeslot = 1 }]";
    let [hss, ims] = ["hss", "ims"].map(|program| bench.start_example(program));
    let pstn = bench.start("pstn", &checking("pstn", circuits));
    let gateway = bench.start("gateway", &checking("gateway", circuits));
    three_good_calls(&pstn, &ims);
    let admin = bench.address("20:9090");
    Metrics::await_value(admin, IDLE, 31.0);
    let metrics = Metrics::fetch(admin);
    for (way, value) in [("received", 2.0), ("sent", 1.0)] {
        let name = format!("tandem_isup_messages_total{{message=\"COT\",way=\"{way}\"}}");
        assert_eq!(metrics.get(&name), value, "{name}");
    }
    stop([gateway, ims, pstn, hss]);
}

#[test]
fn a_span_that_is_set_up_wrong_is_told_by_both_of_its_ends() {
    let bench = Bench::new();
    let right = format!("remote = \"{}\"", bench.address("10:2142"));
    let wrong = format!("remote = \"{}\"", bench.address("10:2143"));
    let gateway = bench.start("gateway", &bench.example("gateway").with(&right, &wrong));
    let pstn = bench.start("pstn", &bench.example("pstn").without_calls());
    let log = gateway.logs("nothing arrives on span 0");
    assert!(log.contains(&bench.address("10:2143").to_string()), "{log}");
    let log = gateway.logs("span 0: packets from ");
    assert!(log.contains(&bench.address("10:2142").to_string()), "{log}");
    pstn.logs("nothing arrives on span 0");
    let foreign = "tandem_span_packets_total{span=\"0\",what=\"foreign\"}";
    assert!(Metrics::fetch(bench.address("20:9090")).get(foreign) > 0.0);
    stop([gateway, pstn]);
}

#[test]
fn the_gateway_may_be_started_before_the_others() {
    let bench = Bench::new();
    let soon_lost = "[ss7.sctp]\ninit_retries = 1\n";
    let gateway = bench.start("gateway", &bench.example("gateway").and(soon_lost));
    gateway.logs("yet, retrying");
    let early = bench
        .example("ims")
        .with("after_ms = 8000", "after_ms = 5000");
    let ims = bench.start("ims", &early);
    let [pstn, hss] = ["pstn", "hss"].map(|program| bench.start_example(program));
    three_good_calls(&pstn, &ims);
    stop([hss, pstn, ims, gateway]);
}

/// The exchange knows the gateway by another of its point codes than the HSS does.
#[test]
fn calls_of_both_directions_go_by_the_point_code_that_the_exchange_knows() {
    let bench = Bench::new();
    let own = "\npoint_code = \"2-2-2\"\n";
    let trunk = "\npoint_code = \"1-1-1\"\n";
    let gateway = bench
        .example("gateway")
        .with(own, &format!("{own}also = [\"2-2-3\"]\n"))
        .with(trunk, &format!("{trunk}own_point_code = \"2-2-3\"\n"));
    let mut pstn = bench.example("pstn");
    pstn.0 = pstn.0.replace("2-2-2", "2-2-3");
    let [hss, ims] = ["hss", "ims"].map(|program| bench.start_example(program));
    let [pstn, gateway] = [("pstn", pstn), ("gateway", gateway)]
        .map(|(program, example)| bench.start(program, &example));
    three_good_calls(&pstn, &ims);
    let admin = bench.address("20:9090");
    Metrics::await_value(admin, IDLE, 31.0);
    assert_eq!(Metrics::fetch(admin).get("tandem_calls_refused_total"), 0.0);
    stop([gateway, ims, pstn, hss]);
}
