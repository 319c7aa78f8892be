//! The demo of someone who does not wait for its end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

fn demo() -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.arg("demo").env_remove("TANDEM_LOG");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn a_reader_that_goes_ends_the_demo_without_a_word() {
    let mut demo = demo();
    drop(demo.stdout.take());
    let mut said = String::new();
    let mut stderr = demo.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(demo.wait().unwrap().code(), Some(141), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("starting the bench"), "{said}");
}

#[test]
fn an_interrupted_demo_says_so() {
    let mut demo = demo();
    let mut stderr = BufReader::new(demo.stderr.take().unwrap());
    let mut stdout = BufReader::new(demo.stdout.take().unwrap());
    let mut said = String::new();
    // When the first call has been shown it listens to signals for certain.
    stdout.read_line(&mut said).unwrap();
    // SAFETY: plain system call on a process of ours.
    unsafe { libc::kill(demo.id() as libc::pid_t, libc::SIGINT) };
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(demo.wait().unwrap().code(), Some(130), "{said}");
    assert_eq!(said.lines().last(), Some("interrupted"), "{said}");
}
