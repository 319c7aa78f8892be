//! Operators at work: circuits are shown, blocked and reset while calls go, and a program that
//! dies remembers what was blocked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;

use codecs::isup::{BlockedBy, CallProcessing, CircuitState, CircuitStates, Cqr, Message, Pdu};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::foreign::Foreign;
use crate::metrics::{IDLE, Metrics};
use crate::programs::{Bench, Example, eventually, run};

/// SCTP notices within some two seconds that the peer is gone.
const IMPATIENT: &str = "
[ss7.sctp]
heartbeat_ms = 100
rto_initial_ms = 300
rto_max_ms = 500
max_retransmissions = 3
";

/// `tandem circuits` with these words, at a port: its exit status, and what it prints.
fn circuits(admin: SocketAddr, words: &[&str]) -> (i32, String, String) {
    let admin = admin.to_string();
    let (order, rest) = words.split_first().unwrap();
    let mut arguments = vec!["circuits", order, "--admin", &admin];
    arguments.extend(rest);
    let output = run(&arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// An order that is carried out.
fn order(admin: SocketAddr, words: &[&str]) -> Value {
    let mut json = words.to_vec();
    json.push("--json");
    let (status, stdout, stderr) = circuits(admin, &json);
    assert_eq!(status, 0, "{words:?}: {stderr}");
    serde_json::from_str(&stdout).unwrap()
}

/// Waits until all of these circuits are as `is` wants them.
fn until_all(admin: SocketAddr, cics: &str, what: &str, is: impl Fn(&Value) -> bool) {
    eventually(what, || {
        let shown = order(admin, &["show", "--cic", cics]);
        let all = shown["circuits"].as_array().unwrap().iter().all(&is);
        all.then_some(())
    });
}

fn blocked_there(circuit: &Value) -> bool {
    circuit["remote"]["maintenance"] == true
}

fn pstn(bench: &Bench) -> Example {
    bench.example("pstn").without_calls()
}

/// CCR, the tone through the other exchange's loop, REL: a check that fails would say COT.
#[test]
fn circuits_are_checked_for_continuity_by_either_exchange() {
    let bench = Bench::new();
    let [gateway_admin, exchange_admin] = ["20:9090", "10:9090"].map(|at| bench.address(at));
    let gateway = bench.start("gateway", &bench.example("gateway"));
    let exchange = bench.start("pstn", &pstn(&bench));
    Metrics::await_value(gateway_admin, IDLE, 31.0);
    for (admin, cics) in [(gateway_admin, "1-5"), (exchange_admin, "6-9")] {
        until_all(admin, cics, "idle", |circuit| circuit["state"] == "idle");
        let (status, told, _) = circuits(admin, &["check", "--cic", cics]);
        assert_eq!(status, 0, "{told}");
        assert!(told.ends_with(&format!(" passed: cic {cics}\n")), "{told}");
    }
    gateway.logs("continuity check passed trunk=\"pstn\" cic=5");
    let metrics = Metrics::fetch(gateway_admin);
    let count = |message, way| {
        metrics.get(&format!(
            "tandem_isup_messages_total{{message=\"{message}\",way=\"{way}\"}}"
        ))
    };
    assert_eq!((count("CCR", "sent"), count("CCR", "received")), (5.0, 4.0));
    assert_eq!((count("COT", "sent"), count("COT", "received")), (0.0, 0.0));
    gateway.stop();
    exchange.stop();
}

#[test]
fn blocking_while_calls_go_survives_a_kill_and_the_exchange_is_told_again() {
    let bench = Bench::new();
    let [gateway_admin, exchange_admin] = ["20:9090", "10:9090"].map(|at| bench.address(at));
    let state = bench.file("gateway.json", "");
    std::fs::remove_file(&state).unwrap();
    let state = format!("\n[state]\nfile = {:?}\n", state.to_str().unwrap());
    let config = bench.example("gateway").and(IMPATIENT).and(&state);
    let gateway = bench.start("gateway", &config);
    let exchange = bench.start("pstn", &pstn(&bench).and(IMPATIENT));
    Metrics::await_value(gateway_admin, IDLE, 31.0);
    let mut caller = Caller::new(&bench, "42:5099");
    let mut call = caller.invite("+493090026000");
    call.answered();

    // The call goes on; a new one finds no circuit.
    order(gateway_admin, &["block", "--trunk", "pstn", "--cic", "all"]);
    until_all(exchange_admin, "1-31", "the exchange knows", blocked_there);
    let mut other = Caller::new(&bench, "42:5098");
    assert_eq!(other.invite("+493090026000").refused(480), 34);
    let answered = "tandem_circuits{state=\"answered\",trunk=\"pstn\"}";
    assert_eq!(Metrics::fetch(gateway_admin).get(answered), 1.0);
    let (status, table, _) = circuits(gateway_admin, &["show", "--cic", "all"]);
    assert_eq!((status, table.lines().count()), (0, 32), "{table}");
    let busy = table.lines().filter(|line| line.contains("answered"));
    assert_eq!(busy.count(), 1, "{table}");
    call.hang_up();
    let log = gateway.logs("call released: normal call clearing");
    for words in ["cause=16", "sip=\"received BYE\""] {
        assert!(log.contains(words), "{log}");
    }

    // One is unblocked, the gateway dies, and the others are still blocked when it is back.
    order(gateway_admin, &["unblock", "--cic", "2"]);
    let log = gateway.logs("order=\"unblock\"");
    for words in [
        "trunk=\"pstn\" cic=\"2\"",
        "changed=1 unchanged=0 from=127.",
    ] {
        assert!(log.contains(words), "{log}");
    }
    gateway.kill();
    let gateway = bench.start("gateway", &config);
    gateway.logs("blocked again");
    Metrics::await_value(gateway_admin, IDLE, 1.0);
    until_all(
        exchange_admin,
        "1,3-31",
        "the exchange is told again",
        blocked_there,
    );
    until_all(exchange_admin, "2", "circuit 2 is free", |it| {
        it["reason"].is_null()
    });

    let trunks = order(gateway_admin, &["trunks"]);
    assert_eq!(trunks["trunks"][0]["circuits"]["blocked"], 30);
    let (_, table, _) = circuits(exchange_admin, &["trunks"]);
    let lines: Vec<_> = table.lines().collect();
    let words: Vec<_> = lines[1].split_whitespace().collect();
    assert_eq!(
        words,
        [
            "gateway", "2-2-2", "itu", "yes", "0", "%", "1", "0", "30", "0"
        ]
    );

    order(gateway_admin, &["unblock", "--cic", "all"]);
    until_all(exchange_admin, "all", "nothing is blocked", |it| {
        it["reason"].is_null()
    });
    let mut call = caller.invite("+493090026000");
    call.answered();
    call.hang_up();
    exchange.stop();
    gateway.stop();
}

#[test]
fn hardware_blocking_and_resets_release_calls() {
    let bench = Bench::new();
    let gateway_admin = bench.address("20:9090");
    let exchange_admin = bench.address("10:9090");
    let gateway = bench.start_example("gateway");
    let exchange = bench.start("pstn", &pstn(&bench));
    Metrics::await_value(gateway_admin, IDLE, 31.0);
    let mut caller = Caller::new(&bench, "42:5099");

    let mut call = caller.invite("+493090026000");
    call.answered();
    order(
        exchange_admin,
        &["block", "--cic", "all", "--reason", "hardware"],
    );
    call.hung_up();
    let hardware = |it: &Value| it["remote"]["hardware"] == true;
    until_all(gateway_admin, "all", "the gateway knows", hardware);
    // Maintenance does not lift what hardware blocks.
    order(exchange_admin, &["unblock", "--cic", "all"]);
    until_all(gateway_admin, "all", "still blocked", hardware);
    order(
        exchange_admin,
        &["unblock", "--cic", "all", "--reason", "hardware"],
    );
    Metrics::await_value(gateway_admin, IDLE, 31.0);

    let mut call = caller.invite("+493090026000");
    call.answered();
    order(gateway_admin, &["reset", "--cic", "all"]);
    call.hung_up();
    Metrics::await_value(gateway_admin, IDLE, 31.0);
    exchange.stop();
    gateway.stop();
}

#[test]
fn a_timer_of_a_trunk_group_takes_effect() {
    let bench = Bench::new();
    let config = bench.example("gateway").with(
        "# timers = { t7 = \"25s\", t9 = \"3min\" }",
        "timers = { t7 = \"500ms\" }",
    );
    let gateway = bench.start("gateway", &config);
    let warning = gateway.logs("trunk[0].timers.t7");
    assert!(warning.contains("500 ms, Q.764 has 20–30 s"), "{warning}");
    let exchange = bench.start("pstn", &pstn(&bench));
    Metrics::await_value(bench.address("20:9090"), IDLE, 31.0);
    // The number is not complete: the exchange waits for the rest, and says nothing until then.
    let mut caller = Caller::new(&bench, "42:5099");
    assert_eq!(caller.invite("+49309002600").refused(480), 31);
    let log = gateway.logs("call released");
    for words in ["cause=31", "sip=\"sent 480\""] {
        assert!(log.contains(words), "{log}");
    }
    exchange.stop();
    gateway.stop();
}

#[test]
fn the_command_says_what_is_wrong() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let failure = |words: &[&str]| {
        let (status, stdout, stderr) = circuits(admin, words);
        assert_eq!((status, &*stdout), (1, ""), "{words:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        stderr
    };
    let nobody = failure(&["show"]);
    assert!(nobody.contains(&admin.to_string()), "{nobody}");
    let gateway = bench.start_example("gateway");
    Metrics::fetch(admin);
    for (words, expected) in [
        (
            &["show", "--trunk", "a trunk"][..],
            "trunk: there is no trunk \"a trunk\", expected \"pstn\"",
        ),
        (&["block"], "cic: is missing"),
        (
            &["block", "--cic", "31-1"],
            "cic: \"31-1\": expected circuits such as",
        ),
        (
            &["reset", "--cic", "32"],
            "cic: there is no circuit 32: \"pstn\" has 1-31",
        ),
        (
            &["block", "--cic", "1", "--reason", "whim"],
            "reason: \"whim\": expected maintenance or",
        ),
    ] {
        let said = failure(words);
        assert!(said.contains(expected), "{words:?}: {said}");
    }
    let log = gateway.logs("order=\"reset\" about=\"pstn cic 32\"");
    for words in ["order refused", "from=127.", "why=\"there is no circuit 32"] {
        assert!(log.contains(words), "{log}");
    }
    gateway.stop();
}

/// What the exchange of the test thinks of a circuit: it blocks 5, and has no 7.
fn planted(cic: u16) -> CircuitState {
    let equipped = |maintenance| CircuitState::Equipped {
        maintenance,
        processing: CallProcessing::Idle,
        hardware: BlockedBy::Nobody,
    };
    match cic {
        5 => equipped(BlockedBy::Local),
        7 => CircuitState::Unequipped,
        _ => equipped(BlockedBy::Nobody),
    }
}

/// Answers queries, but for those that begin with circuit 20.
fn answer_query(pdu: &Pdu) -> Option<Message> {
    let Message::Cqm(query) = &pdu.message else {
        return None;
    };
    let range = query.range;
    let states = (pdu.cic.value()..=pdu.cic.value() + u16::from(range)).map(planted);
    let states = CircuitStates::new(states).unwrap();
    (pdu.cic.value() != 20).then_some(Message::Cqr(Cqr { range, states }))
}

#[test]
fn an_audit_finds_where_the_exchanges_differ_and_puts_it_right() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let config = bench.example("gateway").with(
        "# timers = { t7 = \"25s\", t9 = \"3min\" }",
        "timers = { t28 = \"300ms\" }",
    );
    let gateway = bench.start("gateway", &config);
    let exchange = Foreign::start(&bench, "10:9899", "1-1-1", answer_query);
    Metrics::await_value(admin, IDLE, 31.0);

    let queried = order(admin, &["query", "--cic", "1-7"]);
    assert_eq!(queried["answered"], 7);
    let first = json!({
        "trunk": "pstn", "cic": 1, "here": "idle", "there": "idle", "remedy": null,
    });
    assert_eq!(queried["circuits"][0], first);

    // Circuits 20 to 25 are never answered for.
    let (status, found, _) = circuits(admin, &["audit", "--cic", "1-7,20-25", "--json"]);
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!((status, &found["answered"]), (3, &json!(7)));
    let differences = json!([
        {
            "trunk": "pstn", "cic": 5, "here": "idle",
            "there": "blocked (maintenance there)", "remedy": "align blocking",
        },
        {
            "trunk": "pstn", "cic": 7, "here": "idle",
            "there": "unequipped", "remedy": "out of service",
        },
    ]);
    assert_eq!(found["circuits"], differences);
    let silent: Vec<_> = (20..=25)
        .map(|cic| json!({ "trunk": "pstn", "cic": cic }))
        .collect();
    assert_eq!(found["unanswered"], json!(silent));
    let alert = "tandem_alerts_total{alert=\"query_unanswered\",trunk=\"pstn\"}";
    assert_eq!(Metrics::fetch(admin).get(alert), 1.0);
    assert_eq!(Metrics::fetch(admin).get(IDLE), 31.0, "nothing is changed");

    let (status, table, _) = circuits(admin, &["audit", "--cic", "1-7", "--repair"]);
    assert_eq!(status, 3, "{table}");
    assert!(
        table.ends_with("7 answered, 2 differ, 0 transient, 0 unanswered, 2 changed\n"),
        "{table}"
    );
    let shown = order(admin, &["show", "--cic", "5,7"]);
    let reasons = [
        "blocked by the other exchange",
        "not equipped at the other exchange",
    ];
    for (circuit, reason) in reasons.into_iter().enumerate() {
        assert_eq!(shown["circuits"][circuit]["reason"], reason);
    }
    let (status, agreed, _) = circuits(admin, &["audit", "--cic", "1-6"]);
    assert_eq!(
        (status, &*agreed),
        (
            0,
            "6 answered, 0 differ, 0 transient, 0 unanswered, 0 changed\n"
        )
    );
    drop(exchange);
    gateway.stop();
}
