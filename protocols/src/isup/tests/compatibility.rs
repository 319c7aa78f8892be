//! Unknown messages and parameters, with and without instructions.

use codecs::isup::Variant;

use super::script::*;
use crate::isup::*;

/// Q.784 1.6.1: without compatibility information the sender is told.
#[test]
fn an_unknown_message_is_answered_with_confusion() {
    Bench::ready(config(&[1..=1])).run(
        "< OTHER 1 7e
         > CFN 1 97 7e
         < IAM 1
         1 setup
         < OTHER 1 7e 01 02 03
         > CFN 1 97 7e
         < CCR 1
         < LPA 1
         release 1 16
         > REL 1 16
         < OTHER 1 7e",
    );
}

/// Q.784 1.7.1: a pointer, then parameter 38 with bits E D C B A of its octet.
#[test]
fn an_unknown_message_tells_what_to_do_with_it() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "< OTHER 1 7e 01 38 01 82
         < IAM 1
         1 setup
         < OTHER 1 7e 01 38 01 88
         < OTHER 1 7e 01 38 01 90
         < OTHER 1 7e 01 38 01 8c
         > CFN 1 97 7e
         < OTHER 1 7e 01 99 02 00 00 38 01 94 00
         > CFN 1 97 7e
         < OTHER 1 7e 01 38 05 82
         > CFN 1 97 7e
         < OTHER 1 7e 01 38 01 8a
         > REL 1 97
         1 failed 97
         < RLC 1
         1 idle
         seize
         > IAM 1
         < OTHER 1 7e 01 38 01 80
         > REL 1 97
         1 failed 97",
    );
}

/// Q.784 1.7.1.3, 1.7.1.6: an instruction with bit A clear is for the exchanges at the ends.
#[test]
fn an_exchange_in_between_passes_unknown_messages_on() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         transit 1
         < OTHER 1 7e 01 38 01 82
         1 unknown
         < OTHER 1 7e 01 38 01 81
         1 unknown
         < OTHER 1 7e 01 38 01 8d
         > CFN 1 97 7e
         < OTHER 1 7e
         > CFN 1 97 7e
         send OTHER 1 7e 01 38 01 82
         > unknown 1
         < OTHER 1 7e 01 38 01 83
         > REL 1 97
         1 failed 97",
    );
}

/// Q.784 1.6.2, 1.7.2.9.
#[test]
fn an_unknown_parameter_is_discarded_and_the_sender_told() {
    Bench::ready(config(&[1..=2])).run(
        "< IAM 1 par=fe uui=3
         > CFN 1 99 fe
         1 setup uui=3
         wait 9999s",
    );
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < ACM 1 par=fe par=fd
         > CFN 1 99 fefd
         1 ACM
         < ANM 1 par=fe for=fe:90
         1 ANM",
    );
}

/// Q.784 1.7.2: what an end node makes of the instructions.
#[test]
fn an_unknown_parameter_tells_what_to_do_with_it() {
    let cases = [
        // Release.
        ("82", "> REL 1 99\n 1 failed 99"),
        // Discard the message, the parameter; with and without notification.
        ("88", ""),
        ("8c", "> CFN 1 110 2cfe"),
        ("90", "1 CPG"),
        ("94", "> CFN 1 99 fe\n 1 CPG"),
        // Pass on, which is not possible: release, discard the message, the parameter.
        ("80", "> REL 1 99\n 1 failed 99"),
        ("a0", ""),
        ("a4", "> CFN 1 110 2cfe"),
        ("c0", "1 CPG"),
        ("c4", "> CFN 1 99 fe\n 1 CPG"),
        // Bit A makes no difference to an end node.
        ("89", ""),
    ];
    for (instruction, result) in cases {
        Bench::ready(config(&[1..=1])).run(&format!(
            "seize
             > IAM 1
             < ACM 1
             1 ACM
             < CPG 1 par=fe for=fe:{instruction}
             {result}"
        ));
    }
}

/// Q.784 1.7.2.4, 1.7.2.8.
#[test]
fn an_exchange_in_between_passes_unknown_parameters_on() {
    let cases = [
        ("82", "1 CPG par=fe"),
        ("81", "1 CPG par=fe"),
        ("c5", "> CFN 1 103 fe\n 1 CPG par=fe"),
        ("91", "1 CPG"),
        ("8d", "> CFN 1 110 2cfe"),
        ("83", "> REL 1 99\n 1 failed 99"),
    ];
    for (instruction, result) in cases {
        Bench::ready(config(&[1..=1])).run(&format!(
            "seize
             > IAM 1
             transit 1
             < ACM 1
             1 ACM
             < CPG 1 par=fe for=fe:{instruction}
             {result}"
        ));
    }
}

/// The first message of a call is read as the group says.
#[test]
fn an_initial_address_with_unknown_parameters() {
    let calls = |role, instruction, result| {
        Bench::ready(Config {
            groups: vec![Group {
                role,
                ..group(&[1..=1])
            }],
            ..Config::default()
        })
        .run(&format!("< IAM 1 par=fe for=fe:{instruction}\n {result}"));
    };
    calls(Role::EndNode, "82", "> REL 1 99\n < RLC 1\n 1 idle");
    calls(Role::EndNode, "8c", "> CFN 1 110 01fe");
    calls(Role::EndNode, "d4", "> CFN 1 99 fe\n 1 setup");
    calls(Role::Transit, "82", "1 setup par=fe");
    calls(Role::Transit, "83", "> REL 1 99\n < RLC 1\n 1 idle");
}

/// Of several parameters the severest instruction counts.
#[test]
fn the_severest_instruction_counts() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < ACM 1 par=fe par=fd for=fe:94,fd:8c
         > CFN 1 110 06fd
         < ACM 1 par=fe par=fd for=fe:94,fd:90
         > CFN 1 99 fe
         1 ACM
         < CPG 1 par=fe par=fd for=fe:82,fd:8c
         > REL 1 99
         1 failed 99",
    );
}

/// Q.784 1.7.2.10: REL is acted upon, and RLC tells.
#[test]
fn an_unknown_parameter_in_a_release_is_told_in_its_completion() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         < REL 1 16 par=fe
         > RLC 1 99 fe
         1 released 16
         1 idle
         < REL 1 16 par=fe for=fe:90
         > RLC 1",
    );
}

#[test]
fn release_complete_and_confusion_are_never_answered() {
    Bench::ready(config(&[1..=1])).run(
        "< CFN 1
         < IAM 1
         1 setup
         < CFN 1
         1 CFN
         < CFN 1 par=fe
         1 CFN par=fe
         release 1 16
         > REL 1 16
         < CFN 1
         < RLC 1 par=fe
         1 idle",
    );
}

/// A parameter that is known but not well formed is nobody's surprise.
#[test]
fn a_known_parameter_in_a_strange_format_is_left_alone() {
    Bench::ready(config(&[1..=1])).run("< IAM 1 par=0a\n 1 setup par=0a");
}

/// Code 235 is the charge number of ANSI T1.113, and free in Q.763.
#[test]
fn what_is_known_is_what_the_variant_of_the_group_has() {
    for (variant, result) in [
        (&Variant::ITU, "> CFN 1 99 eb\n 1 setup"),
        (&Variant::ETSI, "> CFN 1 99 eb\n 1 setup"),
        (&Variant::ANSI, "1 setup par=eb"),
    ] {
        Bench::ready(Config {
            groups: vec![Group {
                variant,
                ..group(&[1..=1])
            }],
            ..Config::default()
        })
        .run(&format!("< IAM 1 par=eb\n {result}"));
    }
}

/// What an end node makes of a spare value, here of generic notification indicator (44), and of contents
/// that have not their format.
#[test]
fn a_spare_value_is_as_good_as_an_unknown_parameter() {
    let cases = [
        ("82", "> REL 1 99\n 1 failed 99"),
        ("8c", "> CFN 1 110 2c2c"),
        ("94", "> CFN 1 99 2c\n 1 CPG"),
        ("c0", "1 CPG"),
    ];
    for (instruction, result) in cases {
        for what in ["note=09", "par=2c"] {
            Bench::ready(config(&[1..=1])).run(&format!(
                "seize
                 > IAM 1
                 < ACM 1
                 1 ACM
                 < CPG 1 {what} for=2c:{instruction}
                 {result}"
            ));
        }
    }
}

#[test]
fn a_value_that_is_known_or_comes_without_an_instruction_stays() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         < CPG 1 note=02 for=2c:82
         1 CPG note=02
         < CPG 1 note=09
         1 CPG note=09
         < CPG 1 note=09 note=01 for=2c:94
         > CFN 1 99 2c
         1 CPG note=01",
    );
}

#[test]
fn an_exchange_in_between_passes_spare_values_on() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         transit 1
         < USR 1 note=09 for=2c:8c
         1 USR note=09
         < USR 1 note=09 for=2c:8d
         > CFN 1 110 2d2c",
    );
}
