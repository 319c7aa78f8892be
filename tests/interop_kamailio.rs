//! The gateway, Kamailio where I-CSCF and S-CSCF would be, and two terminals behind it, played by
//! SIPp: routes that are recorded, forks, the CANCEL of the other branch, BYE along the route.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use codecs::isup::Cause;
use tandem::party::ReleasedBy;

#[path = "support/gateway_network.rs"]
mod network;
#[path = "support/sipp.rs"]
mod sipp;

use network::{FIXED, Network, succeeds};
use sipp::{Scenario, Sipp};

/// A proxy that records its route, forks calls of the gateway to both terminals and sends those of
/// the terminals to the gateway.
const CONFIG: &str = r#"
debug=1
log_stderror=yes
children=1
tcp_children=1
disable_tcp=no
auto_aliases=no
listen=LISTEN
alias="icscf1.ims.example"
alias="icscf2.ims.example"
loadmodule "pv.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "maxfwd.so"
loadmodule "corex.so"
loadmodule "siputils.so"
loadmodule "textops.so"
modparam("rr", "enable_full_lr", 1)
modparam("rr", "append_fromtag", 1)
modparam("tm", "fr_timer", 10000)
modparam("tm", "fr_inv_timer", 30000)

request_route {
    if (!mf_process_maxfwd_header("10")) {
        sl_send_reply("483", "Too Many Hops");
        exit;
    }
    if (is_method("CANCEL")) {
        if (t_check_trans()) t_relay();
        exit;
    }
    if (has_totag()) {
        if (loose_route()) {
            t_relay();
            exit;
        }
        if (is_method("ACK") && t_check_trans()) t_relay();
        exit;
    }
    if (!is_method("INVITE")) {
        sl_send_reply("405", "Method Not Allowed");
        exit;
    }
    t_check_trans();
    loose_route();
    record_route();
    if ($si == "GATEWAY") {
        $ru = "sip:one@ONE:5060TRANSPORT";
        append_branch("sip:two@TWO:5060TRANSPORT");
    } else {
        $du = "sip:GATEWAY:5060TRANSPORT";
    }
    t_relay();
}
"#;

/// Kamailio in the foreground; ended when dropped.
struct Kamailio {
    child: Child,
    folder: PathBuf,
}

impl Kamailio {
    /// `None`, said so, if there is none; under `CI` there must be.
    fn start(network: &Network) -> Option<Self> {
        let program = program()?;
        let folder = format!("tandem-kamailio-{}", network.host(40));
        let folder = std::env::temp_dir().join(folder);
        fs::create_dir_all(&folder).unwrap();
        let (protocol, transport) = match network.tcp {
            true => ("tcp", ";transport=tcp"),
            false => ("udp", ""),
        };
        let config = CONFIG
            .replace("LISTEN", &format!("{protocol}:{}:5060", network.host(40)))
            .replace("GATEWAY", &network.host(20).to_string())
            .replace("ONE", &network.host(43).to_string())
            .replace("TWO", &network.host(44).to_string())
            .replace("TRANSPORT", transport);
        let file = folder.join("kamailio.cfg");
        fs::write(&file, config).unwrap();
        let log = fs::File::create(folder.join("log")).unwrap();
        let child = Command::new(program)
            .args(["-DD", "-m", "32", "-M", "4", "-f"])
            .arg(&file)
            .arg("-Y")
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let kamailio = Self { child, folder };
        sipp::await_listener(SocketAddr::new(network.host(40), 5060), network.tcp);
        Some(kamailio)
    }
}

impl Drop for Kamailio {
    fn drop(&mut self) {
        // It ends its children itself, if asked politely.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
        if std::thread::panicking() {
            println!(
                "{}",
                fs::read_to_string(self.folder.join("log")).unwrap_or_default()
            );
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The program, which Debian keeps where only root looks.
fn program() -> Option<&'static str> {
    let found = ["kamailio", "/usr/sbin/kamailio"].into_iter().find(|name| {
        let version = Command::new(name).arg("-v").stdout(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    });
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "kamailio is missing");
        println!("skipped: kamailio is missing");
    }
    found
}

fn terminal(network: &Network, host: u8, name: &str) -> Sipp {
    Sipp::start(&Scenario {
        name,
        tcp: network.tcp,
        local: SocketAddr::new(network.host(host), 5060),
        ..Scenario::default()
    })
}

/// A call that both terminals ring for and one takes; the telephone hangs up.
async fn one_of_two_answers(network: Network) {
    let Some(_kamailio) = Kamailio::start(&network) else {
        return;
    };
    let one = terminal(&network, 43, "called");
    let two = terminal(&network, 44, "called_in_vain");
    let report = network.call(FIXED).await;
    assert!(report.answered, "{report}");
    assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
    assert_eq!(report.released_by, ReleasedBy::Here);
    succeeds(one).await;
    succeeds(two).await;
}

#[test]
fn the_terminal_that_answers_has_the_call_and_the_other_is_cancelled() {
    network::test(one_of_two_answers);
}

#[test]
fn the_same_over_tcp() {
    network::test_over_tcp(one_of_two_answers);
}

/// Nobody answers, and the telephone gives up: CANCEL reaches both.
#[test]
fn a_call_given_up_is_cancelled_at_both_terminals() {
    network::test(|network| async move {
        let Some(_kamailio) = Kamailio::start(&network) else {
            return;
        };
        let one = terminal(&network, 43, "called_in_vain");
        let two = terminal(&network, 44, "called_in_vain");
        let report = network
            .call_in_vain(FIXED, Duration::from_millis(700))
            .await;
        assert!(!report.answered, "{report}");
        succeeds(one).await;
        succeeds(two).await;
    });
}

/// A terminal calls the telephone network through the proxy and hangs up along the route.
#[test]
fn a_terminal_calls_through_the_proxy() {
    network::test(|mut network| async move {
        let Some(_kamailio) = Kamailio::start(&network) else {
            return;
        };
        let caller = Sipp::start(&Scenario {
            name: "caller",
            local: SocketAddr::new(network.host(43), 5060),
            remote: Some(SocketAddr::new(network.host(40), 5060)),
            request_uri: "tel:+493090026000",
            pause: 300,
            ..Scenario::default()
        });
        succeeds(caller).await;
        let report = network.pstn.report().await.unwrap();
        assert!(report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::There);
    });
}
