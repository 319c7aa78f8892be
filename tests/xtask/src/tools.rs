//! The foreign tools some tests need: found, or installed where that is possible.

use std::path::Path;
use std::process::{Command, Stdio};

struct Tool {
    name: &'static str,
    package: &'static str,
    needed_for: &'static str,
    is_there: fn() -> bool,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "tshark",
        package: "tshark",
        needed_for: "judging captures",
        is_there: || answers("tshark", "--version"),
    },
    Tool {
        name: "sipp",
        package: "sip-tester",
        needed_for: "SIP interworking",
        is_there: || answers("sipp", "-v"),
    },
    Tool {
        name: "kamailio",
        package: "kamailio",
        needed_for: "SIP through a proxy",
        is_there: || answers("kamailio", "-v") || answers("/usr/sbin/kamailio", "-v"),
    },
    Tool {
        name: "openssl",
        package: "openssl",
        needed_for: "SIP over TLS",
        is_there: || answers("openssl", "version"),
    },
    Tool {
        name: "cc",
        package: "gcc",
        needed_for: "building the SCTP peer",
        is_there: || answers("cc", "--version"),
    },
    Tool {
        name: "c++",
        package: "g++",
        needed_for: "building the fuzzer",
        is_there: || answers("c++", "--version"),
    },
    Tool {
        name: "linux.uml",
        package: "user-mode-linux",
        needed_for: "guests whose kernel has SCTP",
        is_there: || answers("linux.uml", "--version"),
    },
    Tool {
        name: "busybox",
        package: "busybox-static",
        needed_for: "guests",
        is_there: || answers("busybox", "true"),
    },
    Tool {
        name: "tc",
        package: "iproute2",
        needed_for: "networks in guests",
        is_there: || answers("tc", "-V"),
    },
    Tool {
        name: "osmo-stp",
        package: "osmo-stp",
        needed_for: "M3UA through a signalling gateway",
        is_there: || answers("osmo-stp", "--version"),
    },
    Tool {
        name: "python3 -m venv",
        package: "python3-venv",
        needed_for: "installing pycrate",
        is_there: || succeeds("python3", &["-c", "import ensurepip, venv"]),
    },
    Tool {
        name: "usrsctp.h",
        package: "libusrsctp-dev",
        needed_for: "building the SCTP peer",
        is_there: || Path::new("/usr/include/usrsctp.h").exists(),
    },
];

/// Makes sure of the tools: installs what is missing where that is possible.
///
/// Under `CI` a tool still missing is an error; otherwise it is listed, and its tests will skip.
pub(crate) fn provide() -> Result<(), String> {
    if !missing().is_empty() && may_install() {
        install(&missing());
    }
    let missing = missing();
    for tool in &missing {
        println!(
            "missing: {}, for {} (Debian package {})",
            tool.name, tool.needed_for, tool.package
        );
    }
    let pycrate = provide_pycrate();
    if !pycrate {
        println!("missing: pycrate, for judging ISUP parameters (package {PYCRATE} of PyPI)");
    }
    if (missing.is_empty() && pycrate) || !is_ci() {
        Ok(())
    } else {
        Err("foreign tools are missing, see above".to_owned())
    }
}

/// What pip installs. Debian has no package of it.
const PYCRATE: &str = "pycrate==0.8.1";

/// Makes sure of pycrate, in an environment of its own: Debian's Python takes no packages of PyPI.
fn provide_pycrate() -> bool {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pycrate");
    let python = home.join("bin/python3").display().to_string();
    let home = home.display().to_string();
    let is_there = || succeeds(&python, &["-c", "import pycrate_mobile.ISUP"]);
    if is_there() {
        return true;
    }
    println!("== foreign tools: pip install {PYCRATE}");
    let pip = ["-m", "pip", "install", "--quiet", PYCRATE];
    succeeds("python3", &["-m", "venv", &home]) && succeeds(&python, &pip) && is_there()
}

fn missing() -> Vec<&'static Tool> {
    TOOLS.iter().filter(|tool| !(tool.is_there)()).collect()
}

/// Installs quietly; what comes of it shows in what is still missing.
fn install(tools: &[&Tool]) {
    let packages: Vec<_> = tools.iter().map(|tool| tool.package).collect();
    println!("== foreign tools: apt-get install {}", packages.join(" "));
    let updated = apt_get(&["update", "-qq"]);
    let options = ["install", "-qq", "--yes", "--no-install-recommends"];
    if !updated || !apt_get(&[&options[..], &packages].concat()) {
        println!("apt-get failed");
    }
}

fn apt_get(arguments: &[&str]) -> bool {
    Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn may_install() -> bool {
    let user = Command::new("id").arg("-u").output();
    user.is_ok_and(|id| id.stdout.trim_ascii() == b"0") && answers("apt-get", "--version")
}

/// Whether a program starts. Its status says nothing: `sipp -v` ends with 99.
fn answers(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// Whether a program starts and ends well.
fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
