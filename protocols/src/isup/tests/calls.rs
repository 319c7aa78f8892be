//! Calls in both directions, to their answer.

use codecs::isup::{BackwardCallIndicators, Message, Variant};

use super::script::*;
use crate::isup::*;

/// Q.784 2.2.1a, 2.3.1, 2.3.2.
#[test]
fn an_outgoing_call_is_answered() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         < CPG 1
         1 CPG
         < ANM 1
         1 ANM
         < SUS 1
         1 SUS
         < RES 1
         1 RES
         wait 9999s
         release 1 16
         > REL 1 16
         < RLC 1
         1 idle",
    );
    assert_eq!(bench.counts().idle, 4);
}

/// Q.784 2.2.1b, 2.3.2d.
#[test]
fn an_incoming_call_is_answered() {
    Bench::ready(config(&[1..=4])).run(
        "< IAM 1
         1 setup
         send ACM 1
         > ACM 1
         send CPG 1
         > CPG 1
         send ANM 1
         > ANM 1
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle",
    );
}

/// Q.784 2.3.3.
#[test]
fn connect_is_address_complete_and_answer() {
    Bench::ready(config(&[1..=4])).run(
        "seize
         > IAM 1
         < CON 1
         1 CON
         wait 9999s
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle
         < IAM 1
         1 setup
         send CON 1
         > CON 1",
    );
}

/// Q.784 2.2.2: T7 counts from the last digits, which a repeat attempt takes along.
#[test]
fn digits_follow_one_by_one() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         wait 15s
         send SAM 1 55
         > SAM 1
         wait 15s
         < RSC 1
         1 reattempt 721957829055
         1 idle
         > RLC 1",
    );
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         < SAM 1 5
         1 SAM
         < COT 1
         1 COT
         send ACM 1
         > ACM 1
         < SAM 1 6",
    );
}

#[test]
fn information_is_asked_for_and_given() {
    Bench::ready(config(&[1..=2])).run(
        "seize
         > IAM 1
         < INR 1
         1 INR
         send INF 1
         > INF 1
         < CFN 1
         1 CFN
         < ACM 1
         1 ACM",
    );
}

#[test]
fn an_owner_out_of_sequence_is_refused() {
    let mut bench = Bench::ready(config(&[1..=2]));
    let now = bench.now;
    let (one, two) = (bench.circuit(1), bench.circuit(2));
    let send = |bench: &mut Bench, id, name| bench.machine.send(id, message(name, &["1"]), now);

    assert_eq!(send(&mut bench, one, "ACM"), Err(Refused::NoCall));
    bench.run("< IAM 2\n 2 setup");
    for name in [
        "ANM", "CPG", "SUS", "SAM", "IAM", "REL", "RLC", "RSC", "BLO",
    ] {
        assert_eq!(
            send(&mut bench, two, name),
            Err(Refused::OutOfSequence),
            "{name}"
        );
    }
    bench.run("send ACM 2\n > ACM 2");
    for name in ["ACM", "CON", "SUS"] {
        assert_eq!(
            send(&mut bench, two, name),
            Err(Refused::OutOfSequence),
            "{name}"
        );
    }
    bench.run("seize\n > IAM 1");
    for name in ["ACM", "ANM", "CON", "CPG"] {
        assert_eq!(
            send(&mut bench, one, name),
            Err(Refused::OutOfSequence),
            "{name}"
        );
    }
    assert_eq!(bench.drain(), []);
}

/// Q.784 5.2.1.
#[test]
fn t7_releases_a_call_without_address_complete() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         wait 19s
         wait 1s
         > REL 1 31
         1 failed 31
         < RLC 1
         1 idle",
    );
}

/// Q.784 5.2.2.
#[test]
fn t9_releases_a_call_without_answer() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         wait 119s
         wait 1s
         > REL 1 19
         1 failed 19
         < RLC 1
         1 idle",
    );
}

fn ansi() -> Config {
    Config {
        groups: vec![Group {
            variant: &Variant::ANSI,
            ..group(&[1..=2])
        }],
        ..Config::default()
    }
}

/// T1.113 has no CON.
#[test]
fn connect_is_address_complete_and_answer_where_there_is_no_connect() {
    let mut bench = Bench::ready(ansi());
    bench.run("< IAM 2\n 2 setup");
    let backward_call = BackwardCallIndicators {
        interworking: true,
        ..BackwardCallIndicators::default()
    };
    let mut con = message("CON", &["uui=3"]);
    if let Message::Con(con) = &mut con {
        con.backward_call = backward_call;
    }
    bench
        .machine
        .send(bench.circuit(2), con, bench.now)
        .unwrap();
    let said = bench.drain();
    assert_eq!(bench.tell(&said), ["> ACM 2", "> ANM 2 uui=3"]);
    assert!(
        matches!(&said[0], Output::Send { message: Message::Acm(acm), .. } if acm.backward_call == backward_call)
    );
    bench.run(
        "send SUS 2
         > SUS 2
         < REL 2 16
         > RLC 2
         2 released 16
         2 idle
         < IAM 2 check=1
         2 LoopBack
         2 setup
         send CON 2
         < COT 2
         2 Stop
         2 COT
         > ACM 2
         > ANM 2",
    );
}

#[test]
fn messages_the_variant_does_not_have_are_refused() {
    let mut bench = Bench::ready(ansi());
    bench.run("seize\n > IAM 1");
    for name in ["SAM", "NRM", "IDR", "USR"] {
        let sent = bench
            .machine
            .send(bench.circuit(1), message(name, &["1"]), bench.now);
        assert_eq!(sent, Err(Refused::NoSuchMessage), "{name}");
    }
    bench.run("send FAC 1\n > FAC 1");
}
