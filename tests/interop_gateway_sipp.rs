//! The gateway between a PSTN switch and SIPp, which stands where the I-CSCF would: calls in both
//! directions, answered, refused and given up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::sync::Arc;

use codecs::isup::Cause;
use tandem::capture::{Capture, Scope};
use tandem::party::ReleasedBy;
use tandem::tap::Tap;

#[path = "support/gateway_network.rs"]
mod network;
#[path = "support/sipp.rs"]
mod sipp;
#[path = "support/tshark.rs"]
mod tshark;

use network::{FIXED, MOBILE, Network, in_place, succeeds, test};
use sipp::Reworded;

#[test]
fn sipp_answers_calls_to_fixed_numbers() {
    test(|network| async move {
        let sipp = network.called("called", 2);
        for _ in 0..2 {
            let report = network.call(FIXED).await;
            assert!(report.answered, "{report}");
            assert_eq!(report.released_by, ReleasedBy::Here);
        }
        succeeds(sipp).await;
    });
}

#[test]
fn sipp_answers_a_call_to_a_mobile_number_and_hangs_up() {
    test(|network| async move {
        let sipp = network.called("called_hangs_up", 1);
        let report = network.call(MOBILE).await;
        assert!(report.answered, "{report}");
        assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
        assert_eq!(report.released_by, ReleasedBy::There);
        succeeds(sipp).await;
    });
}

#[test]
fn sipp_is_busy() {
    test(|network| async move {
        let sipp = network.called("called_is_busy", 1);
        let report = network.call(FIXED).await;
        assert!(!report.answered, "{report}");
        assert_eq!(report.release_cause, Some(Cause::USER_BUSY));
        succeeds(sipp).await;
    });
}

#[test]
fn sipp_calls_a_subscriber_of_the_pstn() {
    test(|mut network| async move {
        let sipp = network.calling("caller", "tel:+493090026000", 3);
        succeeds(sipp).await;
        for _ in 0..3 {
            let report = network.pstn.report().await.unwrap();
            assert!(report.answered, "{report}");
            assert_eq!(report.called, "+493090026000");
            assert_eq!(report.calling.as_deref(), Some("+498912345678"));
            assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
            assert_eq!(report.released_by, ReleasedBy::There);
        }
    });
}

#[test]
fn sipp_meets_a_busy_subscriber() {
    test(|mut network| async move {
        let sipp = network.calling("caller_meets_busy", "tel:+493090026017", 1);
        succeeds(sipp).await;
        let report = network.pstn.report().await.unwrap();
        assert_eq!(report.release_cause, Some(Cause::USER_BUSY));
    });
}

#[test]
fn sipp_gives_up_while_it_rings() {
    test(|mut network| async move {
        let uri = "sip:+493090026019@gateway.example;user=phone";
        let sipp = network.calling("caller_gives_up", uri, 1);
        succeeds(sipp).await;
        let report = network.pstn.report().await.unwrap();
        assert!(!report.answered, "{report}");
        assert_eq!(report.released_by, ReleasedBy::There);
    });
}

/// Calls in both directions over TCP, with a capture that Wireshark reads as SIP over TCP.
#[test]
fn sipp_speaks_tcp() {
    in_place(async || {
        let path =
            std::env::temp_dir().join(format!("tandem-sipp-tcp-{}.pcapng", std::process::id()));
        let capture = Arc::new(Capture::create(&path, Scope::All).unwrap());
        let mut network = Network::over_tcp(Tap::new(capture.clone())).await;
        let sipp = network.called("called", 2);
        for _ in 0..2 {
            let report = network.call(FIXED).await;
            assert!(report.answered, "{report}");
            assert_eq!(report.released_by, ReleasedBy::Here);
        }
        succeeds(sipp).await;
        let sipp = network.calling("caller", "tel:+493090026000", 2);
        succeeds(sipp).await;
        for _ in 0..2 {
            let report = network.pstn.report().await.unwrap();
            assert!(report.answered, "{report}");
        }
        capture.flush().unwrap();
        if let Some(verdicts) = tshark::judge_capture(&path, &["-Y", "sip && tcp"]) {
            let methods: Vec<_> = verdicts.iter().flat_map(|v| v.all("sip.Method")).collect();
            for (method, times) in [("INVITE", 4), ("ACK", 4), ("BYE", 4)] {
                let count = methods.iter().filter(|name| **name == method).count();
                assert_eq!(count, times, "{method} of {methods:?}");
            }
            for verdict in &verdicts {
                assert_eq!(verdict.problems, Vec::<String>::new());
            }
        }
        std::fs::remove_file(path).unwrap();
    });
}

#[test]
fn sipp_holds_and_goes_on() {
    test(|mut network| async move {
        let sipp = network.calling("caller_holds", "tel:+493090026000", 1);
        succeeds(sipp).await;
        let report = network.pstn.report().await.unwrap();
        assert!(report.answered, "{report}");
        assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
    });
}

/// TS 29.163 table 18.
#[test]
fn sipp_refuses() {
    test(|network| async move {
        for (status, cause) in [
            ("404 Not Found", Cause::UNALLOCATED_NUMBER),
            ("480 Temporarily Unavailable", Cause::SUBSCRIBER_ABSENT),
            ("410 Gone", Cause::NUMBER_CHANGED),
            ("600 Busy Everywhere", Cause::USER_BUSY),
            ("603 Decline", Cause::CALL_REJECTED),
            ("302 Moved Temporarily", Cause::INTERWORKING),
        ] {
            let words = [("486 Busy Here", status), ("Reason: Q.850;cause=17\n", "")];
            let local = SocketAddr::new(network.host(40), 5060);
            let scenario = Reworded::new("called_is_busy", local, &words);
            let sipp = network.called(&scenario.name(), 1);
            let report = network.call(FIXED).await;
            assert!(!report.answered, "{report}");
            assert_eq!(report.release_cause, Some(cause), "{status}");
            succeeds(sipp).await;
        }
    });
}

/// REFER has one subscriber of the telephone network speak to another; Wireshark reads what was
/// said of it.
#[test]
fn sipp_transfers() {
    in_place(async || {
        let path =
            std::env::temp_dir().join(format!("tandem-sipp-refer-{}.pcapng", std::process::id()));
        let capture = Arc::new(Capture::create(&path, Scope::All).unwrap());
        let mut network = Network::with_transfers(Tap::new(capture.clone())).await;
        let target = ("target", "tel:+493090026000");
        let sipp = network.calling_with("caller_refers", "tel:+493090026001", target);
        succeeds(sipp).await;
        for _ in 0..2 {
            let report = network.pstn.report().await.unwrap();
            assert!(report.answered, "{report}");
            assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
        }
        capture.flush().unwrap();
        if let Some(verdicts) = tshark::judge_capture(&path, &["-Y", "sip"]) {
            let methods: Vec<_> = verdicts.iter().flat_map(|v| v.all("sip.Method")).collect();
            for (method, times) in [("REFER", 1), ("NOTIFY", 3), ("BYE", 1)] {
                let count = methods.iter().filter(|name| **name == method).count();
                assert_eq!(count, times, "{method} of {methods:?}");
            }
            for verdict in &verdicts {
                assert_eq!(verdict.problems, Vec::<String>::new());
            }
        }
        std::fs::remove_file(path).unwrap();
    });
}
