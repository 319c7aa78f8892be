//! Availability of the other exchange's user part.

use super::script::*;
use crate::isup::*;

/// MTP-STATUS with cause unknown or inaccessible.
#[test]
fn a_user_part_that_takes_no_messages_is_tested_until_it_answers() {
    let mut bench = Bench::ready(config(&[1..=2]));
    for cause in [0, 2] {
        bench.run(&format!(
            "user-part {cause}
             ! 1 UserPartUnavailable
             > UPT 0
             user-part {cause}
             wait 299s
             wait 1s
             > UPT 0"
        ));
        let seized = bench.machine.seize(GroupId(0), iam(), bench.now);
        assert_eq!(seized, Err(Unavailable::Destination));
        assert!(!bench.machine.reach(GroupId(0)).unwrap().user_part);
        bench.run("< UPA 0\n wait 9999s");
        assert!(bench.machine.reach(GroupId(0)).unwrap().user_part);
    }
    bench.run("seize\n > IAM 1");
}

#[test]
fn any_message_ends_the_test_and_calls_go_on_meanwhile() {
    Bench::ready(config(&[1..=2])).run(
        "seize
         > IAM 1
         < CON 1
         1 CON
         user-part 0
         ! 1 UserPartUnavailable
         > UPT 0
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle
         wait 9999s",
    );
}

#[test]
fn a_user_part_that_is_not_equipped_is_not_tested() {
    Bench::ready(config(&[1..=2])).run(
        "user-part 1
         ! 1 UserPartUnequipped
         wait 9999s
         < UPT 0
         > UPA 0
         seize
         > IAM 1",
    );
}

#[test]
fn the_return_of_the_destination_ends_the_test() {
    Bench::ready(config(&[1..=1])).run(
        "user-part 2
         ! 1 UserPartUnavailable
         > UPT 0
         unavailable
         wait 9999s
         available
         > RSC 1
         < RLC 1
         1 idle
         wait 9999s",
    );
}

/// ANSI T1.113 has no such test.
#[test]
fn a_variant_without_the_test_waits_for_any_message() {
    let group = Group {
        variant: &codecs::isup::Variant::ANSI,
        ..group(&[1..=1])
    };
    Bench::ready(Config {
        groups: vec![group],
        ..Config::default()
    })
    .run(
        "user-part 0
         ! 1 UserPartUnavailable
         wait 9999s
         < BLO 1
         > BLA 1
         < UBL 1
         > UBA 1
         seize
         > IAM 1",
    );
}

/// Resets wait for somebody to hear them.
#[test]
fn resets_wait_for_the_user_part() {
    Bench::ready(config(&[1..=2])).run(
        "user-part 1
         ! 1 UserPartUnequipped
         reset 1
         reset 2
         < UPA 0
         > RSC 1
         > RSC 2",
    );
}
