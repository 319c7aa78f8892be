//! Linux in user mode (Debian: user-mode-linux), for tests that need a kernel with SCTP, networks
//! that fail, or both. It needs no privilege and leaves this machine's network alone: all there is
//! happens in the guest.
#![allow(dead_code)] // every test uses a part of it
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Set in the guest.
const INSIDE: &str = "TANDEM_GUEST";
/// Programs that a guest needs, and their Debian packages.
const NEEDS: [(&str, &str); 4] = [
    ("linux.uml", "user-mode-linux"),
    ("busybox", "busybox-static"),
    ("ip", "iproute2"),
    ("tc", "iproute2"),
];
/// The guest ends by itself before that.
const PATIENCE: Duration = Duration::from_secs(110);

/// Runs the body of the test that calls it inside a guest, as a second run of this program there.
/// Outside, it boots the guest, waits, prints what came of it, and fails if the body failed.
pub(crate) fn inside(body: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    if !is_possible(&[]) {
        return;
    }
    let test = std::thread::current().name().unwrap().to_owned();
    let program = std::env::current_exe().unwrap();
    let script = format!(
        "export {INSIDE}=1\nexec '{}' --exact '{test}' --nocapture --test-threads 1\n",
        program.display()
    );
    let guest = Guest::boot(&test, &script);
    let (status, output) = guest.wait();
    println!("{output}");
    assert_eq!(status, "0", "status of {test} in the guest");
    assert!(
        output.contains("1 passed"),
        "{test} did not run in the guest"
    );
}

/// Whether guests can be had, and these programs besides. Says so if not; under `CI` that fails.
pub(crate) fn is_possible(besides: &[(&str, &str)]) -> bool {
    let needs = NEEDS.iter().chain(besides);
    let missing: Vec<_> = needs.filter(|(program, _)| !is_there(program)).collect();
    assert!(
        missing.is_empty() || std::env::var_os("CI").is_none(),
        "missing: {missing:?}"
    );
    if !missing.is_empty() {
        println!("skipped: (program, Debian package) {missing:?} are needed");
    }
    missing.is_empty()
}

fn is_there(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let standard = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let mut folders = std::env::split_paths(&folders).chain(standard);
    folders.any(|folder| folder.join(program).exists())
}

/// A guest that runs a script. Dropped, it is killed.
pub(crate) struct Guest {
    kernel: Child,
    /// Holds `script`, `output`, `status` and `console`.
    pub(crate) folder: PathBuf,
}

impl Guest {
    /// Boots a guest; `name` tells it from others.
    pub(crate) fn boot(name: &str, script: &str) -> Self {
        let own = format!("guest-{}-{}", name.replace("::", "-"), std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(own);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("script"), script).unwrap();
        let console = fs::File::create(folder.join("console")).unwrap();
        let init = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/guest_init.sh");
        let kernel = Command::new("linux.uml")
            .args(["mem=512M", "rootfstype=hostfs", "rootflags=/", "ro"])
            .args(["con=null", "con0=null,fd:1", "ssl=null"])
            .arg(format!("uml_dir={}/", folder.display()))
            .arg(format!("init={init}"))
            .arg(format!("tandem_folder={}", folder.display()))
            .stdin(Stdio::null())
            .stderr(console.try_clone().unwrap())
            .stdout(console)
            .spawn()
            .expect("linux.uml starts");
        Self { kernel, folder }
    }

    /// Waits for its end. Answers the script's status and what it printed.
    pub(crate) fn wait(mut self) -> (String, String) {
        let read = |name| fs::read(self.folder.join(name)).unwrap_or_default();
        let ended = ends_within(&mut self.kernel, PATIENCE);
        let text = |name| String::from_utf8_lossy(&read(name)).trim_end().to_owned();
        let (status, output) = (text("status"), text("output"));
        if ended.is_none() || status.is_empty() {
            println!("{output}\n{}", text("console"));
            panic!("the guest did not come to its end: {ended:?}");
        }
        (status, output)
    }
}

fn ends_within(process: &mut Child, time: Duration) -> Option<ExitStatus> {
    let end = Instant::now() + time;
    loop {
        let status = process.try_wait().unwrap();
        if status.is_some() || Instant::now() >= end {
            return status;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // It has gone by itself, unless the test failed. Asked to end, it takes the processes it is
        // made of with it; killed, it leaves some behind.
        if ends_within(&mut self.kernel, Duration::ZERO).is_none() {
            let _ = Command::new("kill")
                .arg(self.kernel.id().to_string())
                .status();
            let _ = ends_within(&mut self.kernel, Duration::from_secs(5));
        }
        let _ = self.kernel.kill();
        let _ = self.kernel.wait();
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
