//! Message ladders played live by the switch: against the gateway, the same files that
//! `tests/q784` plays on virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::process::Output;

use crate::programs::{Bench, Example, run};

/// Supervision of circuits, and what nobody expects.
const SUPERVISION: &[&str] = &[
    "1.2.1", "1.2.5a", "1.2.5b", "1.3.1.1a", "1.3.1.1d", "1.3.1.1e", "1.3.2.1", "1.4.1", "1.5.1",
];

/// Calls to a user of the IMS who answers.
const CALLS: &[&str] = &["1.6.1.1", "1.7.1.1", "2.2.1b", "3.1b", "3.3b", "5.3.2"];

/// Calls from trunk to trunk.
const THROUGH: &[&str] = &["1.7.1.3", "1.7.1.7", "1.7.2.4", "1.7.2.9", "2.4.1", "2.4.2"];

/// The gateway releases first, and is answered with a release.
const COLLISION: &str = "\
# collision
-> IAM called=7219578299
<- REL cause=1
-> REL cause=16
<- RLC
-> RLC
no more messages
";

fn case(number: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/q784");
    folder.join(format!("{number}.txt"))
}

fn play(bench: &Bench, files: &[PathBuf]) -> Output {
    play_with(bench, &bench.example("pstn").without_calls(), files)
}

fn play_with(bench: &Bench, config: &Example, files: &[PathBuf]) -> Output {
    play_as(bench, config, files, &[])
}

fn play_as(bench: &Bench, config: &Example, files: &[PathBuf], options: &[&str]) -> Output {
    let config = bench.file("ladders.toml", &config.0);
    let mut arguments = vec!["pstn", "--config", config.to_str().unwrap(), "--scenario"];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    arguments.extend(options);
    run(&arguments)
}

fn all_pass(output: &Output, files: usize) {
    let ladders = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{ladders}");
    let passed = ladders.lines().filter(|line| *line == "passed").count();
    assert_eq!(passed, files, "{ladders}");
}

#[test]
fn supervision_passes_against_the_gateway() {
    let bench = Bench::new();
    let gateway = bench.start_example("gateway");
    let files: Vec<PathBuf> = SUPERVISION.iter().copied().map(case).collect();
    all_pass(&play(&bench, &files), files.len());
    gateway.stop();
}

#[test]
fn calls_pass_against_the_gateway() {
    let bench = Bench::new();
    let hss = bench.start_example("hss");
    let ims = bench.start("ims", &bench.example("ims").without_calls());
    let gateway = bench.start_example("gateway");
    ims.logs("Diameter connection open");
    let mut files: Vec<PathBuf> = CALLS.iter().copied().map(case).collect();
    files.push(bench.file("collision.txt", COLLISION));
    all_pass(&play(&bench, &files), files.len());
    for program in [gateway, ims, hss] {
        program.stop();
    }
}

/// A second trunk group between the two.
const FAR: &str = r#"
[[trunk]]
name = "far"
point_code = "1-1-1"
circuits = [{ first_cic = 33, last_cic = 33, span = 7, first_timeslot = 1 }]
[[span]]
id = 7
local = "127.0.0.20:2143"
remote = "127.0.0.10:2143"
"#;

/// At the other end.
fn turned(far: &str) -> String {
    let far = far.replace("1-1-1", "2-2-2").replace("local", "here");
    far.replace("remote", "local").replace("here", "remote")
}

#[test]
fn calls_that_go_on_pass_through_the_gateway() {
    let bench = Bench::new();
    let example = bench.example("gateway");
    let example = example.with("\nto = \"fixed\"", "\nto = \"trunk\"\ntrunk = \"far\"");
    // Both trunk groups lead to one exchange.
    let code = "\npoint_code = \"1-1-1\"\n";
    let example = example.with(code, &format!("{code}return_calls = true\n"));
    let gateway = bench.start("gateway", &example.and(&bench.moved(FAR)));
    let example = bench.example("pstn").without_calls();
    let example = example.and(&bench.moved(&turned(FAR)));
    let files: Vec<PathBuf> = THROUGH.iter().copied().map(case).collect();
    all_pass(&play_with(&bench, &example, &files), files.len());
    gateway.stop();
}

/// The second step goes otherwise.
const WRONG: &str = "# wrong\n-> RSC\n<- RLC\n-> BLO\n<- UBA\n";

/// The lines at the end, without the folders of their files.
fn summary(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let (_, summary) = text.rsplit_once("\n\n").unwrap();
    let file = |word: &str| word.rsplit('/').next().unwrap().to_owned();
    let line = |line: &str| {
        line.split_whitespace()
            .map(file)
            .collect::<Vec<_>>()
            .join(" ")
    };
    summary.lines().map(line).collect()
}

#[test]
fn a_ladder_that_goes_otherwise_fails_and_the_next_is_played_unless_the_first_is_to_end_it() {
    let bench = Bench::new();
    let gateway = bench.start_example("gateway");
    let example = bench.example("pstn").without_calls();
    let files = [
        bench.file("wrong.txt", WRONG),
        case("1.2.1"),
        case("1.2.5a"),
    ];
    let failed = "failed wrong.txt:5: expected <- UBA, got <- cic=1 BLA (another message)";
    let runs: [(&[&str], &[&str]); 3] = [
        (
            &["--fail-fast"],
            &[
                failed,
                "not played 1.2.1.txt",
                "not played 1.2.5a.txt",
                "0 passed, 1 failed, 2 not played",
            ],
        ),
        (
            &["--skip", "1.2.5*"],
            &[
                failed,
                "passed 1.2.1.txt",
                "1 passed, 1 failed, 0 not played",
            ],
        ),
        (
            &["--only", "1.2*", "--step-timeout", "10s"],
            &[
                "passed 1.2.1.txt",
                "passed 1.2.5a.txt",
                "2 passed, 0 failed, 0 not played",
            ],
        ),
    ];
    for (options, expected) in runs {
        let output = play_as(&bench, &example, &files, options);
        assert_eq!(summary(&output), expected);
        let errors = String::from_utf8_lossy(&output.stderr);
        let status = i32::from(expected.contains(&failed));
        assert_eq!(output.status.code(), Some(status), "{errors}");
        assert_eq!(errors.contains("1 of "), status == 1, "{errors}");
    }
    gateway.stop();
}

#[test]
fn what_is_missing_of_the_exchange_is_told() {
    let bench = Bench::new();
    let example = bench.example("pstn").without_calls();
    let files = [case("1.2.1"), case("1.2.5a")];
    let options = ["--wait", "2s"];
    let output = play_as(&bench, &example, &files, &options);
    let text = String::from_utf8_lossy(&output.stdout);
    let missing = format!(
        "an association with peer gateway, {}",
        bench.address("20:9899")
    );
    assert!(
        text.contains(&format!("  waiting for {missing}\n")),
        "{text}"
    );
    let first = format!("not played 1.2.1.txt: waited 2 s for {missing}");
    let rest = ["not played 1.2.5a.txt", "0 passed, 0 failed, 2 not played"];
    assert_eq!(summary(&output), [&[&*first], &rest[..]].concat());
    assert_eq!(output.status.code(), Some(1));

    // The gateway has other circuits there than the ladder.
    let gateway = bench.start_example("gateway");
    let strange = bench.file("strange.txt", "# strange\n-> RSC cic=77\n<- UCIC cic=77\n");
    all_pass(&play_as(&bench, &example, &[strange], &options), 1);
    let output = play_as(&bench, &example, &files, &["--only", "9.9"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("--only and --skip leave no scenario"),
        "{errors}"
    );
    gateway.stop();
}

#[test]
fn a_line_that_is_no_step_is_explained() {
    let bench = Bench::new();
    let file = bench.file("fault.txt", "# fault\n-> RSC\n<= RLC\n");
    let output = play(&bench, &[file]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("fault.txt:3: expected ->, <-,"), "{errors}");
}

#[test]
fn a_trunk_that_does_not_suit_is_explained() {
    let bench = Bench::new();
    let example = bench.example("pstn").without_calls();
    let ansi = example
        .clone()
        .with("[[trunk]]", "[[trunk]]\nvariant = \"ansi\"");
    let far = bench.file("far.txt", "# far\nfar circuits 33\nfar -> RSC\n");
    let trunk = "circuits = [{ first_cic = 1, last_cic = 31,";
    let higher = example
        .clone()
        .with(trunk, "circuits = [{ first_cic = 4065, last_cic = 4095,");
    for (config, file, reason) in [
        (&ansi, case("1.2.1"), "needs the condition \"variant ansi\""),
        (&example, far, "one with \"far\" steps needs two"),
        (
            &higher,
            case("1.2.1"),
            "has 4065-4095: it needs the condition \"circuits 4065-4095\"",
        ),
    ] {
        let output = play_with(&bench, config, &[file]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(reason), "{errors}");
        assert_eq!(output.status.code(), Some(1));
    }
}
