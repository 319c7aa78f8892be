//! Suspended calls, and questions about calls.

use super::script::*;

const OUTGOING: &str = "seize\n > IAM 1\n < CON 1\n 1 CON";
const INCOMING: &str = "< IAM 1\n 1 setup\n send CON 1\n > CON 1";

fn answered(how: &str) -> Bench {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(how);
    bench
}

/// Q.784 5.2.4: T6, and T2 for a called user who moves.
#[test]
fn a_called_party_who_does_not_come_back_ends_the_call() {
    for (by, last) in [("", 60), ("user", 180)] {
        answered(OUTGOING).run(&format!(
            "< SUS 1 {by}
             1 SUS
             wait {}s
             wait 1s
             > REL 1 102
             1 failed 102
             < RLC 1
             1 idle",
            last - 1
        ));
    }
}

/// Q.784 3.5, 3.6, 3.7.
#[test]
fn a_called_party_who_comes_back_is_welcome() {
    answered(OUTGOING).run(
        "< SUS 1
         1 SUS
         < SUS 1 user
         1 SUS
         wait 59s
         < RES 1
         1 RES
         wait 120s
         < RES 1 user
         1 RES
         send SUS 1 user
         > SUS 1
         send RES 1 user
         > RES 1
         wait 9999s",
    );
}

#[test]
fn a_suspended_call_can_be_released() {
    answered(OUTGOING).run(
        "< SUS 1
         1 SUS
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle
         wait 9999s",
    );
    answered(OUTGOING).run(
        "< SUS 1
         1 SUS
         release 1 16
         > REL 1 16
         < RES 1
         < RLC 1
         1 idle
         wait 9999s",
    );
}

/// T38.
#[test]
fn the_exchange_that_suspends_watches_too() {
    answered(INCOMING).run(
        "send SUS 1
         > SUS 1
         wait 59s
         send RES 1
         > RES 1
         wait 9999s
         send SUS 1
         > SUS 1
         wait 60s
         > REL 1 102
         1 failed 102",
    );
}

#[test]
fn an_exchange_in_between_leaves_it_to_those_at_the_ends() {
    answered(OUTGOING).run("transit 1\n < SUS 1\n 1 SUS\n < SUS 1 user\n 1 SUS\n wait 9999s");
    answered(INCOMING).run("transit 1\n send SUS 1\n > SUS 1\n wait 9999s");
    answered(INCOMING).run(
        "transit 1
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle
         < IAM 1
         1 setup
         send CON 1
         > CON 1
         send SUS 1
         > SUS 1
         wait 60s
         > REL 1 102
         1 failed 102",
    );
}

/// T33.
#[test]
fn information_that_does_not_come_ends_the_call() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         send INR 1
         > INR 1
         wait 11s
         < INF 1
         1 INF
         wait 9s
         send INR 1
         > INR 1
         wait 12s
         ! 1 InformationMissing
         > REL 1 102
         1 failed 102",
    );
}

/// T39.
#[test]
fn identification_that_does_not_come_is_told() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         send IDR 1
         > IDR 1
         wait 4s
         1 unidentified
         send IDR 1
         > IDR 1
         < IRS 1
         1 IRS
         wait 9999s",
    );
}

/// Facilities, charges, users' messages and applications concern the owner alone.
#[test]
fn messages_of_supplementary_services_pass_at_any_time() {
    let names = ["FAC", "USR", "PAM", "NRM", "APM", "PRI", "LOP", "CRG"];
    let both_ways: String = names
        .iter()
        .map(|name| format!("< {name} 1\n 1 {name}\n send {name} 1\n > {name} 1\n"))
        .collect();
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("seize\n > IAM 1").run(&both_ways);
    bench.run("< ACM 1\n 1 ACM").run(&both_ways);
    bench.run("send FOT 1\n > FOT 1\n send SDM 1\n > SDM 1");
    bench.run("< ANM 1\n 1 ANM").run(&both_ways);
    bench.run("< FOT 1\n release 1 16\n > REL 1 16\n < FAC 1\n < RLC 1\n 1 idle");
}

/// T3.
#[test]
fn an_overloaded_exchange_has_a_rest() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "seize
         > IAM 1
         < OLM 1
         1 reattempt 7219578290",
    );
    assert_eq!(bench.counts().releasing, 1);
    bench.run(
        "wait 119s
         wait 1s
         > REL 1 42
         < RLC 1
         1 idle",
    );
}
