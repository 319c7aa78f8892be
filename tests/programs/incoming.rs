//! Calls from the telephone network into the IMS that are not answered: one of each outcome.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;

use crate::caller::Caller;
use crate::metrics::{IDLE, Metrics};
use crate::programs::{Bench, Example};

/// Name, called number, how the call ends for the caller.
const CALLS: &[(&str, &str, &str)] = &[
    ("busy", "+497219578292", "released there, cause 17"),
    ("rejecting", "+497219578293", "released there, cause 21"),
    ("unheard", "+497219578294", "released here, cause 16"),
    ("off", "+497219578291", "released there, cause 20"),
    ("nobody", "+497219579999", "released there, cause 1"),
    ("unknown", "+491715409999", "released there, cause 1"),
    ("absent", "+491715407095", "released there, cause 20"),
    ("barred", "+491715407096", "released there, cause 21"),
    ("troubled", "+491715407097", "released there, cause 38"),
];

/// Each of these terminals has a user of its own.
const TERMINALS: &[(&str, &str)] = &[
    ("watch", "+497219578292"),
    ("laptop", "+497219578293"),
    ("tablet", "+497219578294"),
    ("kitchen", "+497219578295"),
];

fn ims(bench: &Bench) -> Example {
    let mut example = bench
        .example("ims")
        .without_calls()
        .with("[\"mobile\", \"tablet\", \"watch\"]", "[\"mobile\"]")
        .with("[\"desk\", \"kitchen\", \"laptop\"]", "[\"desk\"]")
        .with("ring_ms = 5000", "ring_ms = 300");
    for (terminal, number) in TERMINALS {
        let user = format!("[[user]]\nnumber = \"{number}\"\nterminals = [\"{terminal}\"]\n");
        example = example.and(&user);
    }
    example
}

fn hss(bench: &Bench) -> Example {
    let mut example = bench.example("hss");
    let scscf = bench.address("42:5060");
    for (_, number) in TERMINALS {
        let identities = format!("[[subscriber]]\nidentities = [\"tel:{number}\"]\n");
        example = example
            .and(&identities)
            .and(&format!("scscf = \"sip:{scscf}\"\n"));
    }
    example
}

fn calls() -> String {
    let mut calls = String::new();
    for (name, called, _) in CALLS {
        let call = format!("name = \"{name}\"\ncalled = \"{called}\"\ngive_up_after_ms = 2000");
        writeln!(calls, "[[call]]\n{call}").unwrap();
    }
    calls
}

#[test]
fn every_way_not_to_answer_reaches_the_caller_as_a_cause() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let hss = bench.start("hss", &hss(&bench));
    let ims = bench.start("ims", &ims(&bench));
    let gateway = bench.start_example("gateway");
    gateway.logs("destination available code=3-3-3");
    ims.logs("Diameter connection open");
    let switch = bench.example("pstn").without_calls().and(&calls());
    let switch = bench.start("pstn", &switch);
    for (name, called, outcome) in CALLS {
        let said = switch.says(&format!("{name}: outgoing"));
        assert!(said.contains(&format!("-> {called}: ")), "{said}");
        assert!(
            said.ends_with(outcome) && said.contains("not answered"),
            "{said}"
        );
    }
    for (identity, why) in [
        (
            "tel:+497219578291",
            "status=480 reason=identity not registered, 5003 of vendor 10415",
        ),
        (
            "tel:+497219579999",
            "status=404 reason=user unknown, 5001 of vendor 10415",
        ),
    ] {
        let said = ims.logs(&format!("call refused by the HSS identity=\"{identity}\""));
        assert!(said.ends_with(why), "{said}");
    }
    // The one who rang in vain hears that the caller gave up.
    let said = ims.says("tablet: incoming");
    assert!(
        said.contains("released there, status 487, cause 16"),
        "{said}"
    );

    let calls = [
        ("16", 1.0),
        ("17", 1.0),
        ("20", 1.0),
        ("21", 1.0),
        ("1", 1.0),
    ];
    for (cause, count) in calls {
        let name = format!("tandem_calls_total{{cause=\"{cause}\",direction=\"to_ims\"}}");
        Metrics::await_value(admin, &name, count);
    }
    let lookups = "tandem_map_lookups_total{outcome=\"failed\"}";
    Metrics::await_value(admin, lookups, 4.0);
    for (gauge, value) in [
        ("tandem_calls_up", 0.0),
        ("tandem_rtp_ports", 0.0),
        (IDLE, 31.0),
    ] {
        Metrics::await_value(admin, gauge, value);
    }
    for program in [switch, gateway, ims, hss] {
        program.stop();
    }
}

#[test]
fn with_one_circuit_there_is_one_call_at_a_time_in_either_direction() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let one = |program| bench.example(program).with("last_cic = 31", "last_cic = 1");
    let gateway = bench.start("gateway", &one("gateway"));
    let switch = bench.start("pstn", &one("pstn").without_calls());
    Metrics::await_value(admin, IDLE, 1.0);

    let mut first = Caller::new(&bench, "42:5098");
    let mut second = Caller::new(&bench, "42:5099");
    let mut call = first.invite("+493090026000");
    call.answered();
    assert_eq!(second.invite("+493090026000").refused(480), 34);
    call.hang_up();
    Metrics::await_value(admin, IDLE, 1.0);
    let mut call = second.invite("+493090026000");
    call.answered();
    call.hang_up();
    switch.stop();

    // The other direction; nobody in the IMS takes the first call, it lasts until it is given up.
    let ims = std::net::UdpSocket::bind(bench.address("40:5060")).unwrap();
    let call = |name: &str, after_ms: u32| {
        format!(
            "[[call]]\nname = \"{name}\"\ncalled = \"+49 721 9578290\"\nafter_ms = {after_ms}\n\
             give_up_after_ms = 1500\n"
        )
    };
    let both = one("pstn")
        .without_calls()
        .and(&call("first", 0))
        .and(&call("second", 300));
    let switch = bench.start("pstn", &both);
    let said = switch.says("second: outgoing");
    assert!(said.ends_with("not answered, failed, cause 34"), "{said}");
    let said = switch.says("first: outgoing");
    assert!(
        said.ends_with("not answered, released here, cause 16"),
        "{said}"
    );
    Metrics::await_value(admin, "tandem_calls_up", 0.0);
    switch.stop();
    gateway.stop();
    drop(ims);
}
