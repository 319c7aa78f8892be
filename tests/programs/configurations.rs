//! What is on a command line and in a configuration is checked before anything starts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use crate::programs::{Bench, run};

const PROGRAMS: &[&str] = &["gateway", "pstn", "hss", "ims"];

/// What `tandem` and its arguments print on stderr when they fail with status 1.
fn reason(arguments: &[&str]) -> String {
    let output = run(arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty());
    stderr.trim_end().into()
}

#[test]
fn every_program_shows_an_example_of_its_use() {
    for command in PROGRAMS
        .iter()
        .chain(&["check", "circuits", "demo", "routes", "tables", "timers"])
    {
        let output = run(&[command, "--help"]);
        assert!(output.status.success(), "{command}");
        let help = String::from_utf8(output.stdout).unwrap();
        let example = format!("Example: tandem {command} ");
        assert!(help.contains(&example), "{help}");
    }
    let help = run(&["--help"]);
    assert!(help.status.success());
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(PROGRAMS.iter().all(|name| help.contains(name)), "{help}");
    assert!(!run(&[]).status.success(), "a program is to be named");
    assert!(!run(&["exchange"]).status.success());
    assert!(!run(&["gateway"]).status.success(), "needs --config");
}

#[test]
fn a_timer_outside_the_recommendation_is_a_warning_and_is_shown() {
    let bench = Bench::new();
    let odd = bench
        .example("gateway")
        .with("# timers = { t7 = \"25s\"", "timers = { t7 = \"5s\"");
    let path = bench.file("odd.toml", &odd.0);
    let path = path.to_str().unwrap();
    let checked = run(&["check", path]);
    assert!(checked.status.success(), "{checked:?}");
    let warning = String::from_utf8(checked.stderr).unwrap();
    assert!(warning.starts_with("warning: "), "{warning}");
    assert!(
        warning.contains("trunk[0].timers.t7: 5 s, Q.764 has 20–30 s"),
        "{warning}"
    );
    let shown = run(&["timers", "--config", path, "--json"]);
    assert!(shown.status.success(), "{shown:?}");
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown[6]["trunks"]["pstn"], 5000);
    let refused = reason(&["timers", "--config", "config/hss.toml"]);
    assert!(
        refused.contains("expected \"gateway\" or \"pstn\", found \"hss\""),
        "{refused}"
    );
}

#[test]
fn the_files_in_config_are_sound() {
    for program in PROGRAMS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("config/{program}.toml"));
        let output = run(&["check", "--config", path.to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(program), "{said}");
    }
}

/// A program, what is changed in its example, the line of it, and what is said: key, expectation.
type Fault = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const FAULTS: &[Fault] = &[
    // Unknown keys.
    (
        "gateway",
        "weight = 1\n",
        "wait = 1\n",
        &["icscf[0]", "unknown key `wait`", "`weight`"],
    ),
    (
        "pstn",
        "[numbering]",
        "[numbers]",
        &["unknown key `numbers`", "`numbering`"],
    ),
    (
        "hss",
        "guard_s = 30",
        "guards = 30",
        &["map", "unknown key `guards`", "`guard_s`"],
    ),
    // Wrong types.
    (
        "gateway",
        "penalty_s = 30",
        "penalty_s = \"30\"",
        &["sip.penalty_s", "found string", "expected a whole number"],
    ),
    (
        "pstn",
        "ring_ms = 500",
        "ring_ms = -500",
        &["subscriber[0].ring_ms", "-500", "expected a whole number"],
    ),
    (
        "hss",
        "registered = true",
        "registered = \"yes\"",
        &["subscriber[0].registered", "expected true or false"],
    ),
    // Addresses and point codes.
    (
        "gateway",
        "point_code = \"2-2-2\"",
        "point_code = \"8-2-2\"",
        &["ss7.point_code", "point code"],
    ),
    (
        "gateway",
        "point_codes = [\"3-3-3\"]",
        "point_codes = [\"3-3\"]",
        &["ss7.peer[1].point_codes", "point code"],
    ),
    (
        "gateway",
        "[admin]\nlisten = \"",
        "[admin]\nlisten = \"localhost",
        &["admin.listen", "an address and a port"],
    ),
    // Values that cannot work.
    (
        "gateway",
        "first_timeslot = 1 }]",
        "first_timeslot = 1 },\n  { first_cic = 33, last_cic = 34, span = 0, first_timeslot = 31 }]",
        &[
            "trunk[0].circuits[1]",
            "timeslots 31 to 32",
            "a span has 1 to 31",
        ],
    ),
    (
        "gateway",
        "last_cic = 31, span = 0, first_timeslot = 1 }]",
        "last_cic = 15, span = 0, first_timeslot = 1 }, { first_cic = 16, last_cic = 20, span = 0, first_timeslot = 15 }]",
        &["trunk[0].circuits[1]", "timeslot 15 of span 0", "already"],
    ),
    (
        "pstn",
        "span = 0, first_timeslot = 1",
        "span = 7, first_timeslot = 1",
        &["trunk[0].circuits[0]", "no [[span]] with id 7"],
    ),
    (
        "pstn",
        "tone_hz = 440",
        "tone_hz = 20",
        &["subscriber[0].conversation.tone_hz", "300 to 3400"],
    ),
    (
        "gateway",
        "trunk = \"pstn\"",
        "trunk = \"ptsn\"",
        &[
            "route[2].trunk",
            "there is no [[trunk]] \"ptsn\"",
            "expected \"pstn\"",
        ],
    ),
    (
        "gateway",
        "early_acm_s = 10",
        "early_acm_s = 60",
        &["interworking.early_acm_s", "60 s", "4 to 14 s"],
    ),
    (
        "hss",
        "icscf_set = \"shared\"",
        "icscf_set = \"common\"",
        &[
            "subscriber[1].icscf_set",
            "there is no [[icscf_set]] \"common\", expected \"shared\"",
        ],
    ),
    (
        "gateway",
        "name = \"icscf2.ims.example\"",
        "name = \"icscf1.ims.example\"",
        &["icscf[1].name", "already the name"],
    ),
    (
        "gateway",
        "20:2142",
        "20:5060",
        &["span[0].local", "sip.listen has this address"],
    ),
    (
        "gateway",
        "20:2142",
        "20:20010",
        &["span[0].local", "one of those in [rtp]"],
    ),
    (
        "gateway",
        "prefix = \"49721\"",
        "prefix = \"0721\"",
        &["route[1].prefix", "global number without +"],
    ),
    (
        "ims",
        "rtp_port = 41000",
        "rtp_port = 40000",
        &["terminal[1].rtp_port", "another terminal"],
    ),
    (
        "ims",
        "rtp_port = 41000",
        "rtp_port = 65534",
        &["terminal[1].rtp_port", "at most 65436"],
    ),
    (
        "ims",
        "domain = \"ims.example\"",
        "domain = 5",
        &["domain", "expected a text in quotation marks"],
    ),
    // Not TOML.
    ("pstn", "[ss7]", "[ss7", &["expected"]),
    // For another program, or none.
    (
        "gateway",
        "program = \"gateway\"",
        "program = \"pstn\"",
        &["program", "expected \"gateway\"", "found \"pstn\""],
    ),
];

#[test]
fn faults_are_told_with_file_line_key_and_what_was_expected() {
    let bench = Bench::new();
    for (number, &(program, part, fault, words)) in FAULTS.iter().enumerate() {
        let example = bench.example(program);
        let line = example.0.split(part).next().unwrap().matches('\n').count() + 1;
        // Where several lines are replaced the fault is in the last one.
        let lines = line..=line + fault.trim_end().matches('\n').count();
        let path = bench.file(&format!("{number}.toml"), &example.with(part, fault).0);
        let said = reason(&[program, "--config", path.to_str().unwrap()]);
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
        let place = |line: usize| format!("{}:{line}: ", path.display());
        let is_placed = |said: &str| lines.clone().any(|line| said.starts_with(&place(line)));
        assert!(said.lines().any(is_placed), "{line}: {said}");
        let checked = run(&["check", path.to_str().unwrap()]);
        if words[0] != "program" {
            assert_eq!(String::from_utf8(checked.stderr).unwrap().trim_end(), said);
        }
        assert_eq!(checked.status.code(), Some(1));
    }
}

#[test]
fn every_fault_of_a_file_is_told() {
    let bench = Bench::new();
    let config = bench
        .example("gateway")
        .with("answer_s = 4", "answer_s = 400")
        .with("trunk = \"pstn\"", "trunk = \"ptsn\"");
    let path = bench.file("gateway.toml", &config.0);
    let output = run(&["check", "--config", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(
        said.contains("sip.answer_s") && said.contains("route[2].trunk"),
        "{said}"
    );
}

#[test]
fn several_files_have_a_verdict_each() {
    let bench = Bench::new();
    let sound = bench.file("sound.toml", &bench.example("hss").0);
    let faulty = bench
        .example("gateway")
        .with("answer_s = 4", "answer_s = 400");
    let faulty = bench.file("faulty.toml", &faulty.0);
    let [sound, faulty] = [&sound, &faulty].map(|path| path.to_str().unwrap());
    let output = run(&["check", sound, faulty, "/nowhere.toml", sound]);
    assert_eq!(output.status.code(), Some(1));
    let verdict = format!("{sound}: a sound configuration of hss");
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(told.lines().collect::<Vec<_>>(), [&verdict, &verdict]);
    let faults = String::from_utf8(output.stderr).unwrap();
    let starts: Vec<_> = faults
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(starts, [faulty, "/nowhere.toml"], "{faults}");
}

#[test]
fn a_route_into_the_ims_needs_an_icscf() {
    let bench = Bench::new();
    let config = bench.example("gateway");
    let (before, rest) = config.0.split_once("[[icscf]]").unwrap();
    let (_, after) = rest.split_once("[sip]").unwrap();
    let path = bench.file("gateway.toml", &format!("{before}[sip]{after}"));
    let output = run(&["gateway", "--config", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("route[0].to: ") && said.contains("[[icscf]]"),
        "{said}"
    );
}

#[test]
fn files_that_are_not_there_and_addresses_that_are_not_ours_are_told() {
    let bench = Bench::new();
    let said = reason(&["hss", "--config", "/nowhere/hss.toml"]);
    assert!(
        said.starts_with("/nowhere/hss.toml: cannot be read: "),
        "{said}"
    );
    // TEST-NET-1: nobody has it.
    let foreign = bench.example("gateway").with(
        &format!("listen = \"{}", bench.address("20:5060")),
        "listen = \"192.0.2.1:5060",
    );
    let path = bench.file("gateway.toml", &foreign.0);
    let said = reason(&["gateway", "--config", path.to_str().unwrap()]);
    assert!(
        said.starts_with("tandem: sip.listen udp:192.0.2.1:5060: "),
        "{said}"
    );
}

#[test]
fn a_program_that_does_not_exist_is_told_like_any_fault() {
    let bench = Bench::new();
    let path = bench.file("x.toml", "\nprogram = \"exchange\"");
    let path = path.to_str().unwrap();
    let said = reason(&["check", path]);
    assert!(
        said.starts_with(&format!("{path}:2: program: expected")),
        "{said}"
    );
    assert!(said.ends_with("found \"exchange\""), "{said}");
}

#[test]
fn a_log_level_that_does_not_exist_is_refused() {
    let said = reason(&["--log", "inof", "check", "config/gateway.toml"]);
    assert!(
        said.contains("\"inof\" is no level: expected error, warn"),
        "{said}"
    );
}

#[test]
fn weights_that_share_nothing_and_terminals_of_nobody_are_told() {
    let bench = Bench::new();
    let mut gateway = bench.example("gateway");
    gateway.0 = gateway.0.replace("weight = 1", "weight = 0");
    let path = bench.file("gateway.toml", &gateway.0);
    let said = reason(&["check", path.to_str().unwrap()]);
    assert!(
        said.contains("icscf[0].weight: expected more than 0"),
        "{said}"
    );
    let ims = bench.example("ims").with(", \"laptop\"]", "]");
    let path = bench.file("ims.toml", &ims.0);
    let said = reason(&["check", path.to_str().unwrap()]);
    assert!(
        said.contains("terminal[5].name: no [[user]] has it"),
        "{said}"
    );
}

#[test]
fn point_codes_may_be_numbers() {
    let bench = Bench::new();
    let mut hss = bench.example("hss");
    hss.0 = hss
        .0
        .replace("\"3-3-3\"", "6171")
        .replace("\"2-2-2\"", "4114");
    let path = bench.file("hss.toml", &hss.0);
    assert!(run(&["check", path.to_str().unwrap()]).status.success());
}

#[test]
fn a_state_file_that_cannot_be_used_is_named_with_its_line() {
    let bench = Bench::new();
    let state = bench.file("gateway.json", "{");
    let config = bench.file(
        "gateway.toml",
        &bench
            .example("gateway")
            .and(&format!(
                "\n[state]\nfile = {:?}\n",
                state.to_str().unwrap()
            ))
            .0,
    );
    let said = reason(&["check", config.to_str().unwrap()]);
    let damaged = format!(": state.file: {}: damaged: EOF", state.display());
    assert!(said.contains(&damaged), "{said}");
    assert!(said.contains("gateway.toml:"), "{said}");
    std::fs::remove_file(&state).unwrap();
    assert!(run(&["check", config.to_str().unwrap()]).status.success());
    assert!(!state.exists(), "a check changes nothing");
}

#[test]
fn the_causes_in_force_are_shown_and_rows_for_nobody_refused() {
    let bench = Bench::new();
    let rows = "[[interworking.cause]]\ncause = 34\nstatus = 503\ntrunk = \"pstn\"\n";
    let example = bench.example("gateway");
    let own = bench.file("own.toml", &format!("{}\n{rows}", example.0));
    let shown = run(&[
        "tables",
        "causes",
        "--json",
        "--config",
        own.to_str().unwrap(),
    ]);
    assert!(shown.status.success(), "{shown:?}");
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown.as_array().unwrap().len(), 2);
    assert_eq!(shown[0]["calls"], "peer sip, TS 29.163");
    let first = ["34", "no circuit/channel available", "on trunk pstn", "503"];
    assert_eq!(shown[0]["rows"][0], serde_json::json!(first));

    let wrong = format!("{}\n{}", example.0, rows.replace("pstn", "moon"));
    let wrong = bench.file("wrong.toml", &wrong);
    let fault = reason(&["tables", "--config", wrong.to_str().unwrap()]);
    let expected = "interworking.cause[0].trunk: expected the name of a [[trunk]]";
    assert!(fault.contains(expected), "{fault}");
}
