//! Messages nobody expected, nobody knows, or for circuits that do not exist.

use codecs::mtp::NetworkId;

use super::script::*;
use crate::isup::*;

/// Q.784 1.5.1.
#[test]
fn an_idle_circuit_is_reset_when_a_call_message_comes() {
    for message in [
        "ACM 1", "CPG 1", "ANM 1", "CON 1", "SUS 1", "RES 1", "SAM 1 5", "COT 1", "INF 1",
    ] {
        Bench::ready(config(&[1..=1])).run(&format!(
            "< {message}
             ! 1 UnreasonableMessage
             > RSC 1
             < RLC 1
             1 idle"
        ));
    }
}

/// Q.784 1.5.2, 6.2.5.
#[test]
fn a_call_for_which_nothing_came_back_tries_again() {
    for message in ["RES 1", "ANM 1", "CPG 1", "SAM 1 5"] {
        Bench::ready(config(&[1..=1])).run(&format!(
            "seize
             > IAM 1
             < {message}
             ! 1 UnreasonableMessage
             1 reattempt 7219578290
             > RSC 1"
        ));
    }
}

#[test]
fn an_incoming_call_before_address_complete_fails() {
    for message in ["ACM 1", "IAM 1", "ANM 1", "SUS 1"] {
        Bench::ready(config(&[1..=1])).run(&format!(
            "< IAM 1
             1 setup
             < {message}
             ! 1 UnreasonableMessage
             1 failed 31
             > RSC 1"
        ));
    }
}

/// Q.784 1.5.3.
#[test]
fn later_on_they_are_ignored() {
    let everything = "< ACM 1\n < CON 1\n < IAM 1\n < SAM 1 5\n < COT 1\n < GRA 1 range=3";
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("seize\n > IAM 1\n < ACM 1\n 1 ACM");
    bench
        .run(everything)
        .run("< SUS 1\n < ANM 1\n 1 ANM\n < ANM 1");
    bench.run(everything).run("release 1 16\n > REL 1 16");
    bench
        .run(everything)
        .run("< ANM 1\n < SUS 1\n < INF 1\n < RLC 1\n 1 idle");
    bench.run("reset 1\n > RSC 1");
    bench.run(everything).run("< RLC 1\n 1 idle");
}

/// Q.784 1.1, and Q.764 §2.12.
#[test]
fn a_circuit_that_does_not_exist() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 7
         ! 7 UnequippedHere
         > UCIC 7
         < BLO 7
         ! 7 UnequippedHere
         > UCIC 7
         < CCR 7
         ! 7 UnequippedHere
         > UCIC 7
         < ACM 7
         ! 7 UnequippedHere
         < UCIC 7
         ! 7 UnequippedHere",
    );
    // EN 300 356-1 has no UCIC.
    let etsi = Group {
        variant: &codecs::isup::Variant::ETSI,
        ..group(&[1..=1])
    };
    Bench::ready(Config {
        groups: vec![etsi],
        ..Config::default()
    })
    .run("< IAM 7\n ! 7 UnequippedHere");
    // In Q.764 it is for national use.
    let international = Group {
        unequipped_circuit_message: Group::default().unequipped_circuit_message,
        ..group(&[1..=1])
    };
    Bench::ready(Config {
        groups: vec![international],
        ..Config::default()
    })
    .run("< IAM 7\n ! 7 UnequippedHere");
}

#[test]
fn a_circuit_that_does_not_exist_there() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "seize
         > IAM 1
         < UCIC 1
         ! 1 UnequippedThere
         1 reattempt 7219578290
         wait 9999s
         < ACM 1
         < REL 1 16
         > RLC 1",
    );
    assert_eq!(bench.counts().out_of_service, 1);
    bench.run("< RSC 1\n 1 idle\n > RLC 1");
    assert_eq!(bench.counts().idle, 1);
}

/// Q.764 §2.9.5.1 d): nothing of the call is lost on this side alone.
#[test]
fn a_call_that_has_gone_on_does_not_end_by_ucic() {
    let mut bench = Bench::ready(config(&[1..=3]));
    bench.run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         < UCIC 1
         ! 1 UnequippedInCall
         < ANM 1
         1 ANM
         < UCIC 1
         ! 1 UnequippedInCall
         < IAM 2
         2 setup
         send ACM 2
         > ACM 2
         < UCIC 2
         ! 2 UnequippedInCall
         release 1 16
         > REL 1 16
         < RLC 1
         1 idle
         < IAM 3
         3 setup
         < UCIC 3
         ! 3 UnequippedInCall
         ! 3 UnreasonableMessage
         3 failed 31
         > RSC 3",
    );
    assert_eq!((bench.counts().idle, bench.counts().incoming), (1, 1));
}

#[test]
fn in_a_group_reset_the_others_are_reset_one_by_one() {
    let mut bench = Bench::cold(config(&[1..=3]));
    bench.run(
        "available
         > GRS 1 range=2
         < UCIC 1
         ! 1 UnequippedThere
         > RSC 2
         > RSC 3
         < RLC 2
         2 idle
         < GRA 1 range=2
         < RLC 3
         3 idle
         wait 9999s
         reset 1
         > RSC 1
         < RLC 1
         1 idle",
    );
    let mut bench = Bench::cold(crate::isup::Config {
        resets_at_once: 1,
        ..config(&[1..=3])
    });
    bench.run(
        "available
         > GRS 1 range=2
         < UCIC 2
         ! 2 UnequippedThere
         > RSC 1
         < RLC 1
         1 idle
         > RSC 3
         < RLC 3
         3 idle
         wait 9999s",
    );
}

#[test]
fn blocking_of_a_circuit_that_does_not_exist_there_ends() {
    Bench::ready(config(&[1..=1])).run(
        "block 1
         > BLO 1
         < UCIC 1
         ! 1 UnequippedThere
         wait 9999s",
    );
}

#[test]
fn strange_point_codes_are_not_answered() {
    use crate::isup::Input;
    use codecs::isup::{Cic, Pdu};
    let mut bench = Bench::ready(config(&[1..=1]));
    let pdu = Pdu {
        cic: Cic::try_from(1).unwrap(),
        message: message("IAM", &[]),
    };
    bench.input(Input::Received {
        network: NetworkId::default(),
        opc: LOW,
        dpc: HIGH,
        pdu,
    });
    assert_eq!(bench.drain(), []);
}
