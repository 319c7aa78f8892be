//! The gateway between a PSTN switch and SIPp: messages that cross, that get lost or never come,
//! calls that fork and that go elsewhere. Wireshark reads what was said of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use codecs::isup::Cause;
use tandem::capture::{Capture, Scope};
use tandem::party::ReleasedBy;
use tandem::tap::Tap;

#[path = "support/lossy_relay.rs"]
mod lossy_relay;
#[path = "support/gateway_network.rs"]
mod network;
#[path = "support/sipp.rs"]
mod sipp;
#[path = "support/tshark.rs"]
mod tshark;

use lossy_relay::LossyRelay;
use network::{FIXED, Network, in_place, succeeds, test};
use sipp::{Reworded, Scenario, Sipp};
use tshark::Verdict;

/// What Wireshark reads in the capture of a story, in which it finds nothing wrong.
fn read(
    name: &str,
    changes: &[(&str, &str)],
    story: impl AsyncFnOnce(&mut Network),
) -> Option<Vec<Verdict>> {
    let file = format!("tandem-{name}-{}.pcapng", std::process::id());
    let path = std::env::temp_dir().join(file);
    let mut verdicts = None;
    in_place(async || {
        let capture = Arc::new(Capture::create(&path, Scope::All).unwrap());
        let tap = Tap::new(capture.clone());
        let mut network = Network::start_with(changes, tap).await;
        story(&mut network).await;
        // SIPp's last word may wait in the socket still.
        tokio::time::sleep(Duration::from_millis(20)).await;
        capture.flush().unwrap();
        verdicts = tshark::judge_capture(&path, &["-Y", "sip || isup"]);
        std::fs::remove_file(&path).unwrap();
    });
    for verdict in verdicts.iter().flatten() {
        assert_eq!(verdict.problems, Vec::<String>::new());
    }
    verdicts
}

/// The requests of SIP, in their order, each once: a busy machine has some sent again.
fn requests(verdicts: &[Verdict]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let new = verdicts.iter().filter_map(|verdict| {
        let method = verdict.first("sip.Method")?;
        let transaction = (method, verdict.first("sip.Via.branch"));
        seen.insert(transaction).then_some(method)
    });
    new.collect()
}

/// How many messages of ISUP were of this type.
fn count(verdicts: &[Verdict], message_type: &str) -> usize {
    let types = verdicts.iter().flat_map(|v| v.all("isup.message_type"));
    types.filter(|shown| *shown == message_type).count()
}

/// RFC 3261 §9.1: CANCEL has no effect on a call that is answered. It gets its ACK and BYE.
#[test]
fn a_cancel_crosses_the_answer() {
    let verdicts = read("crosses", &[], async |network| {
        let sipp = network.called("called_answers_too_late", 1);
        let patience = Duration::from_millis(500);
        let report = network.call_in_vain(FIXED, patience).await;
        assert!(!report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::Here);
        succeeds(sipp).await;
    });
    if let Some(verdicts) = verdicts {
        assert_eq!(requests(&verdicts), ["INVITE", "CANCEL", "ACK", "BYE"]);
        let (rel, rlc) = (count(&verdicts, "12"), count(&verdicts, "16"));
        assert_eq!((rel, rlc), (1, 1));
    }
}

#[test]
fn a_redirected_call_goes_where_it_is_sent() {
    let follow = ("redirects = \"release\"", "redirects = \"follow\"");
    let verdicts = read("redirected", &[follow], async |network| {
        let sipp = network.called("called_has_moved", 2);
        let report = network.call(FIXED).await;
        assert!(report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::Here);
        succeeds(sipp).await;
    });
    if let Some(verdicts) = verdicts {
        let said = requests(&verdicts);
        assert_eq!(said, ["INVITE", "ACK", "INVITE", "ACK", "BYE"]);
    }
}

/// 408 after ringing, by TS 29.163 table 18 and by RFC 3398 §8.2.6.1. T9 takes minutes, which pass
/// on virtual time only.
#[test]
fn nobody_answers() {
    for (table, cause) in [
        ("ts29163", Cause::INTERWORKING),
        ("rfc3398", Cause::TIMER_EXPIRY),
    ] {
        in_place(async || {
            let causes = format!("causes = \"{table}\"");
            let changes = [("causes = \"ts29163\"", causes.as_str())];
            let network = Network::start_with(&changes, Tap::default()).await;
            let sipp = network.called("called_does_not_answer", 1);
            let report = network.call(FIXED).await;
            assert!(!report.answered, "{report}");
            assert!(report.post_dial_delay.is_some(), "it rang: {report}");
            assert_eq!(report.release_cause, Some(cause), "{table}");
            succeeds(sipp).await;
        });
    }
}

/// Two ring, one of them answers, and so does a third, who is thanked and sent away.
#[test]
fn a_call_forks() {
    let verdicts = read("forks", &[], async |network| {
        let sipp = network.called("called_forks", 1);
        let report = network.call_without_end(FIXED).await;
        assert!(report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::There);
        succeeds(sipp).await;
    });
    if let Some(verdicts) = verdicts {
        let said = requests(&verdicts);
        assert_eq!(said, ["INVITE", "ACK", "ACK", "BYE", "BYE"]);
    }
}

/// PRACK and UPDATE on the way to SIP.
#[test]
fn sipp_is_called_reliably() {
    let verdicts = read("reliably", &[], async |network| {
        let sipp = network.called("called_reliably", 1);
        let report = network.call(FIXED).await;
        assert!(report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::Here);
        succeeds(sipp).await;
    });
    if let Some(verdicts) = verdicts {
        let said = requests(&verdicts);
        assert_eq!(said, ["INVITE", "PRACK", "UPDATE", "PRACK", "ACK", "BYE"]);
    }
}

/// PRACK and UPDATE on the way from SIP, all before the answer that never comes.
#[test]
fn sipp_calls_reliably_and_gives_up() {
    let verdicts = read("updates", &[], async |network| {
        let sipp = network.calling("caller_updates", "tel:+493090026019", 1);
        succeeds(sipp).await;
        let report = network.pstn.report().await.unwrap();
        assert!(!report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::There);
    });
    if let Some(verdicts) = verdicts {
        let said = requests(&verdicts);
        assert_eq!(said, ["INVITE", "PRACK", "UPDATE", "CANCEL", "ACK"]);
    }
}

/// An INVITE without an offer: ours comes in 200, SIPp's answer in ACK.
#[test]
fn sipp_leaves_the_offer_to_the_gateway() {
    let verdicts = read("late-offer", &[], async |network| {
        let sipp = network.calling("caller_answers_in_ack", "tel:+493090026000", 1);
        succeeds(sipp).await;
        let report = network.pstn.report().await.unwrap();
        assert!(report.answered, "{report}");
        assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
        assert_eq!(report.released_by, ReleasedBy::There);
    });
    if let Some(verdicts) = verdicts {
        assert_eq!(requests(&verdicts), ["INVITE", "ACK", "BYE"]);
    }
}

const CONTACT: &str = "[local_ip]:[local_port];transport=[transport]";

/// SIPp behind a relay that loses what it should pass on. The relay stands where the I-CSCF would.
/// SIPp needs its scenario until it is over.
async fn behind_losses(network: &Network, name: &str, calls: bool) -> (LossyRelay, Reworded, Sipp) {
    let at = |host| SocketAddr::new(network.host(host), 5060);
    let [gateway, relay, local, inner] = [20, 40, 45, 46].map(at);
    let losses = LossyRelay::start([(relay, gateway), (inner, local)]).await;
    let scenario = Reworded::new(name, local, &[(CONTACT, &relay.to_string())]);
    let sipp = Sipp::start(&Scenario {
        name: &scenario.name(),
        local,
        remote: calls.then_some(inner),
        request_uri: "tel:+493090026000",
        calls: 3,
        pause: 300,
        ..Scenario::default()
    });
    (losses, scenario, sipp)
}

#[test]
fn calls_to_sip_outlive_losses() {
    test(|network| async move {
        let (losses, _scenario, sipp) = behind_losses(&network, "called_hangs_up", false).await;
        for _ in 0..3 {
            let report = network.call_without_end(FIXED).await;
            assert!(report.answered, "{report}");
            assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
            assert_eq!(report.released_by, ReleasedBy::There);
        }
        succeeds(sipp).await;
        assert!(losses.lost().iter().all(|lost| *lost > 0));
    });
}

#[test]
fn calls_from_sip_outlive_losses() {
    test(|mut network| async move {
        let (losses, _scenario, sipp) = behind_losses(&network, "caller", true).await;
        for _ in 0..3 {
            let report = network.pstn.report().await.unwrap();
            assert!(report.answered, "{report}");
            assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
            assert_eq!(report.released_by, ReleasedBy::There);
        }
        succeeds(sipp).await;
        assert!(losses.lost().iter().all(|lost| *lost > 0));
    });
}
