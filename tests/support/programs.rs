//! The programs of a bench as processes of their own, on a loopback network of their own.
//!
//! Their configurations are the files of `config/`, moved to that network. What a program prints is
//! collected; a program that is dropped is killed, so that none outlives its test, whatever happens.
#![allow(dead_code)] // every test uses a part of it
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take that is bound to happen. Nothing depends on how long it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// The network of the files in `config/`.
const NETWORK: &str = "127.0.0.";

/// A loopback network 127.a.b.x that no other test has, and a folder for files.
pub(crate) struct Bench {
    prefix: String,
    folder: PathBuf,
    /// Bound at x = 1: who has this socket has the network.
    _claim: UdpSocket,
}

impl Bench {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let start = std::process::id() * 7 + NEXT.fetch_add(1, Ordering::Relaxed);
        // The demo takes 127.2 to 127.251.
        let prefix = |number: u32| format!("127.{}.{}.", 252 + number / 250 % 3, number % 250 + 2);
        let claim = |prefix: String| {
            let socket = UdpSocket::bind(format!("{prefix}1:9899")).ok()?;
            Some((prefix, socket))
        };
        let mut networks = (start..start + 750).map(prefix).filter_map(claim);
        let (prefix, claim) = networks.next().expect("no loopback network is free");
        let folder = std::env::temp_dir().join(format!("tandem-{}", prefix.trim_end_matches('.')));
        fs::create_dir_all(&folder).unwrap();
        Self {
            prefix,
            folder,
            _claim: claim,
        }
    }

    /// An address by its last octet and port, such as `20:5060`.
    pub(crate) fn address(&self, host: &str) -> SocketAddr {
        format!("{}{host}", self.prefix).parse().unwrap()
    }

    /// The example configuration of a program, on this network.
    pub(crate) fn example(&self, program: &str) -> Example {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("config/{program}.toml"));
        Example(self.moved(&fs::read_to_string(path).unwrap()))
    }

    /// A piece of configuration, on this network.
    pub(crate) fn moved(&self, text: &str) -> String {
        text.replace(NETWORK, &self.prefix)
    }

    /// A file in the folder of this bench.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Starts a program; there may be several of a kind.
    pub(crate) fn start(&self, program: &'static str, config: &Example) -> Program {
        self.start_with(program, config, &[])
    }

    /// Starts a program with further arguments.
    pub(crate) fn start_with(
        &self,
        program: &'static str,
        config: &Example,
        arguments: &[&str],
    ) -> Program {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let path = self.file(&format!("{program}-{number}.toml"), &config.0);
        let mut command = tandem(&["--log", "info", program, "--config"]);
        Program::spawn(program, command.arg(path).args(arguments))
    }

    /// Starts a program with the example configuration.
    pub(crate) fn start_example(&self, program: &'static str) -> Program {
        self.start(program, &self.example(program))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Files that stay do no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The text of a configuration, to be changed.
#[derive(Clone)]
pub(crate) struct Example(pub(crate) String);

impl Example {
    /// With one part replaced, which must be there.
    pub(crate) fn with(self, part: &str, replacement: &str) -> Self {
        assert!(self.0.contains(part), "nothing to replace: {part}");
        Self(self.0.replacen(part, replacement, 1))
    }

    /// With more at the end.
    pub(crate) fn and(mut self, more: &str) -> Self {
        self.0.push_str(more);
        self
    }

    /// Without the calls that are placed by themselves, which stand last.
    pub(crate) fn without_calls(self) -> Self {
        let (rest, _) = self.0.split_once("[[call]]").expect("calls");
        Self(rest.into())
    }
}

/// A run of the binary that ends by itself.
pub(crate) fn run(arguments: &[&str]) -> Output {
    let program = Program::spawn("tandem", &mut tandem(arguments));
    program.ended()
}

fn tandem(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.args(arguments).env_remove("TANDEM_LOG");
    command
}

/// A running program.
pub(crate) struct Program {
    name: &'static str,
    child: Child,
    pub(crate) stdout: Printed,
    pub(crate) stderr: Printed,
}

impl Program {
    fn spawn(name: &'static str, command: &mut Command) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // SAFETY: prctl is async-signal-safe and touches no memory of ours.
        unsafe {
            command.pre_exec(|| {
                // When a test is killed its programs go, too.
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
        let mut child = command.spawn().unwrap();
        Self {
            name,
            stdout: Printed::collect(child.stdout.take().unwrap()),
            stderr: Printed::collect(child.stderr.take().unwrap()),
            child,
        }
    }

    /// The first line on stdout that contains `words`, which may yet have to come.
    pub(crate) fn says(&self, words: &str) -> String {
        self.line(&self.stdout, words)
    }

    /// The first line of the log that contains `words`, which may yet have to come.
    pub(crate) fn logs(&self, words: &str) -> String {
        self.line(&self.stderr, words)
    }

    fn line(&self, printed: &Printed, words: &str) -> String {
        match printed.wait_for(words) {
            Some(line) => line,
            None => panic!("{}: no line with {words:?}\n{}", self.name, self.all()),
        }
    }

    /// Everything that was printed.
    pub(crate) fn all(&self) -> String {
        let mut all = String::new();
        for (stream, printed) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            writeln!(all, "--- {} {stream}", self.name).unwrap();
            for line in printed.lines() {
                writeln!(all, "{line}").unwrap();
            }
        }
        all
    }

    /// Tells it to stop (SIGTERM) and expects that it does so with status 0.
    pub(crate) fn stop(mut self) {
        self.signal(libc::SIGTERM);
        let status = self.wait();
        assert!(status.success(), "{status}\n{}", self.all());
        let log = self.all();
        assert!(!log.contains("panicked"), "{log}");
    }

    /// Kilobytes of memory that it has in use.
    pub(crate) fn resident(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(path).unwrap();
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Kills it (SIGKILL).
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.wait();
    }

    /// What it printed, once it has ended by itself.
    fn ended(mut self) -> Output {
        let status = self.wait();
        Output {
            status,
            stdout: self.stdout.text().into_bytes(),
            stderr: self.stderr.text().into_bytes(),
        }
    }

    fn signal(&self, signal: i32) {
        let pid = i32::try_from(self.child.id()).unwrap();
        // SAFETY: a child that has not been waited for keeps its process id.
        let result = unsafe { libc::kill(pid, signal) };
        assert_eq!(result, 0);
    }

    fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.stdout.wait_for_end();
                self.stderr.wait_for_end();
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{} does not end\n{}", self.name, self.all());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only where it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            print!("{}", self.all());
        }
    }
}

/// The lines of a stream as they come.
#[derive(Clone)]
pub(crate) struct Printed(Arc<(Mutex<Lines>, Condvar)>);

#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    ended: bool,
}

impl Printed {
    fn collect(stream: impl Read + Send + 'static) -> Self {
        let printed = Self(Arc::default());
        let shared = printed.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                shared.change(|lines| lines.lines.push(line));
            }
            shared.change(|lines| lines.ended = true);
        });
        printed
    }

    fn change(&self, change: impl FnOnce(&mut Lines)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    /// The lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.0.lock().unwrap().lines.clone()
    }

    fn text(&self) -> String {
        self.lines()
            .iter()
            .map(|line| format!("{line}\n"))
            .collect()
    }

    fn wait_for(&self, words: &str) -> Option<String> {
        let found = |lines: &Lines| lines.lines.iter().find(|l| l.contains(words)).cloned();
        let (lines, condition) = &*self.0;
        let going_on = |lines: &mut Lines| !lines.ended && found(lines).is_none();
        let guard = lines.lock().unwrap();
        let (guard, _) = condition
            .wait_timeout_while(guard, PATIENCE, going_on)
            .unwrap();
        found(&guard)
    }

    fn wait_for_end(&self) {
        let (lines, condition) = &*self.0;
        let guard = lines.lock().unwrap();
        let going_on = |lines: &mut Lines| !lines.ended;
        let (guard, _) = condition
            .wait_timeout_while(guard, PATIENCE, going_on)
            .unwrap();
        assert!(guard.ended, "a stream stays open");
    }
}

/// Asks again and again until there is an answer.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
