//! `tandem routes` tells what the policies of a gateway make of a call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::programs::{Bench, run};

const POLICIES: &str = r#"
[[policy]]
name = "from-pstn"
trunk = "pstn"
direction = "in"
max_calls = 10
rewrite = [
    { name = "prefix", nature = "unknown", prefix = "01033", strip = 5, set_nature = "international" },
    { name = "own", number = "calling", nature = "subscriber", add = "721", set_nature = "national" },
]
screen = [
    { name = "premium", called = ["49900"] },
    { name = "anonymous", callers = "withheld" },
]

[[policy]]
name = "core"
peer = "sip"
direction = "out"
caller = { number = "+497219578000", when = "always" }
rewrite = [{ name = "site", prefix = "4972195", strip = 7, add = "48", set_nature = "subscriber" }]

[[policy]]
name = "to-pstn"
trunk = "pstn"
direction = "out"
screen = [{ name = "no-service", called = ["81312"] }]
rewrite = [{ name = "trunk-prefix", add = "00", set_nature = "unknown" }]
"#;

/// What is told of a call to this number, line by line.
fn told(arguments: &[&str]) -> Vec<String> {
    let bench = Bench::new();
    let example = bench.example("gateway");
    let path = bench.file("routes.toml", &format!("{}\n{POLICIES}", example.0));
    let mut all = vec!["routes", "--config", path.to_str().unwrap()];
    all.extend(arguments);
    let output = run(&all);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn each_rule_that_changes_a_call_is_told() {
    let called = ["--number", "01033497219578290", "--nature", "unknown"];
    let told = told(
        &[
            &["--from", "pstn", "--calling", "+498912345678"][..],
            &called,
        ]
        .concat(),
    );
    assert_eq!(
        told[..9],
        [
            "  called 01033497219578290 (unknown)",
            "  from-pstn/prefix: called becomes 497219578290 (international number)",
            "  calling 498912345678 (international number)",
            "called +497219578290, calling +498912345678",
            "to I-CSCF icscf1.ims.example (peer sip)",
            "  caller becomes +497219578000",
            "  called 497219578290 (international number)",
            "  core/site: called becomes 4878290 (subscriber number)",
            "  calling 497219578000 (international number)",
        ]
    );
}

#[test]
fn the_rule_that_refuses_a_call_is_told() {
    let premium = told(&["--from", "pstn", "--number", "900123456"]);
    let refused =
        "  from-pstn/premium refuses it (called +49900123456): cause 21 call rejected, 403";
    assert_eq!(premium.last().unwrap(), refused);
    let caller = ["--calling", "7219578001", "--withheld"];
    let hidden = told(&[&["--from", "pstn", "--number", "7219578290"][..], &caller].concat());
    let refused = "  from-pstn/anonymous refuses it (the caller cannot be seen): cause 24 call rejected due to feature at the destination, 433";
    assert_eq!(hidden.last().unwrap(), refused);
}

#[test]
fn a_call_to_a_trunk_is_told_as_its_messages_have_it() {
    let call = told(&["--from", "sip", "--number", "+81312345678"]);
    let refused =
        "  to-pstn/no-service refuses it (called +81312345678): cause 21 call rejected, 403";
    assert_eq!(call.last().unwrap(), refused);
    let call = told(&["--from", "sip", "--number", "+81352345678"]);
    let end = [
        "to trunk pstn",
        "  called 81352345678 (international number)",
        "  to-pstn/trunk-prefix: called becomes 0081352345678 (unknown)",
    ];
    assert!(call.ends_with(&end.map(str::to_owned)), "{call:?}");
}

#[test]
fn what_is_asked_for_in_vain_is_named() {
    let bench = Bench::new();
    let path = bench.file("routes.toml", &bench.example("gateway").0);
    let config = ["routes", "--config", path.to_str().unwrap()];
    for (arguments, expected) in [
        (
            ["--from", "moon", "--number", "1"],
            "--from: no trunk group or SIP peer is named \"moon\"",
        ),
        (
            ["--from", "pstn", "--number", "49x"],
            "\"49x\": 'x' is not a digit",
        ),
    ] {
        let output = run(&[&config[..], &arguments].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && said.contains(expected),
            "{said}"
        );
    }
}
